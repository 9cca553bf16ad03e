#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# campaign.sh [option...] - fuzz for hours, both engines on one corpus
#
#   --hours H, --minutes M, --seconds S   how long in all (1 hour)
#   --jobs N          processors to use (all)
#   --targets "A B"   some of the targets (all)
#   --out DIR         where it all goes (build/campaign)
#   --name NAME       of this machine among several; letters, digits, _ and -
#   --disk-mb N       end early where DIR grows beyond that (4000)
#
# Each target gets at least one libFuzzer under ASan and UBSan and one AFL++;
# with more processors an instance with cmplog, one under sanitizers, then
# more of both. AFL++ imports libFuzzer's corpus (-F), and libFuzzer is given
# AFL++'s queues. Afterwards what was found is replayed under the sanitizers
# and told apart by its stack, the corpora are merged and minimised.
#
#   DIR/summary.md, DIR/summary.html      what came of it
#   DIR/finds/TARGET/KEY/                 input and stack of each find
#   DIR/corpus/TARGET/                    where the next campaign begins
#   DIR/run/TARGET/                       logs, queues; the next one deletes it
#
# SIGINT or SIGTERM ends it early; the summary is written all the same. Exit
# status: 0, 1 for a find that DIR/finds had not before or a target that did
# not run, 2 wrong use, 130 or 143 interrupted with nothing found.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

usage() { sed -n '4,12s/^#\( \{0,1\}\)//p' "$0" >&2; exit 2; }

seconds=3600 jobs=$(nproc) targets='' out=build/campaign disk_mb=4000
name=$(uname -n | tr -cd 'A-Za-z0-9_-')
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
    --hours) seconds=$(awk "BEGIN { print int($2 * 3600) }") ;;
    --minutes) seconds=$(awk "BEGIN { print int($2 * 60) }") ;;
    --seconds) seconds=$2 ;;
    --jobs) jobs=$2 ;;
    --targets) targets=$2 ;;
    --out) out=$2 ;;
    --name) name=$2 ;;
    --disk-mb) disk_mb=$2 ;;
    *) usage ;;
    esac
    shift 2
done
for number in "$seconds" "$jobs" "$disk_mb"; do
    [[ $number =~ ^[1-9][0-9]*$ ]] || usage
done
[[ $name =~ ^[A-Za-z0-9_-]+$ ]] || usage

# Crashes of one target that are replayed; past this they are only counted.
CRASHES_MOST=300
# A target that crashes at once is not started for ever.
RESTARTS_MOST=50
FEED_SECONDS=20

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
now() { date +%s; }

interrupted=0
trap 'interrupted=130' INT
trap 'interrupted=143' TERM HUP

mkdir -p "$out/finds" "$out/corpus" "$out/run"
out=$(cd "$out" && pwd)
if [ -e "$out/pid" ] && kill -0 "$(cat "$out/pid")" 2>/dev/null; then
    echo "campaign.sh: one is running in $out already" >&2
    exit 2
fi
echo $$ >"$out/pid"
echo "$name" >"$out/name"
: >"$out/summary.tsv"
: >"$out/finds.tsv"

# --- the plan ---------------------------------------------------------------

declare -A words folders
queue=()
while read -r target _ dictionary rest; do
    queue+=("$target")
    words[$target]=$dictionary
    folders[$target]=$rest
done < <(make -s list-targets ${targets:+TARGETS="$targets"})
[ ${#queue[@]} -gt 0 ] || { echo 'campaign.sh: no targets' >&2; exit 2; }
targets=${queue[*]}

# So many targets at once, with so many processes each.
lanes=$((jobs / 2 < ${#queue[@]} ? jobs / 2 : ${#queue[@]}))
lanes=$((lanes > 0 ? lanes : 1))
workers=$((jobs / lanes > 2 ? jobs / lanes : 2))
each=$((seconds * lanes / ${#queue[@]}))
each=$((each < seconds ? each : seconds))
each=$((each > 1 ? each : 1))

say "${#queue[@]} targets, $each s each, $lanes at once, $workers processes" \
    'for each'
make -s -j"$jobs" seeds engines-fuzz engines-afl engines-cmplog \
    $([ "$workers" -lt 4 ] || echo engines-aflsan) \
    TARGETS="$targets" >"$out/build.log" 2>&1 || {
    tail -n 20 "$out/build.log"
    echo 'campaign.sh: the targets do not build' >&2
    exit 1
}

# --- processes --------------------------------------------------------------

declare -A deadline pids fuzzer_pid restarts begun trouble

# pour DIR: the files named on stdin, each under the digest of its octets, as
# libFuzzer names them, so that nothing is there twice.
pour() {
    tr '\n' '\0' | xargs -0 -r sha1sum | while read -r digest file; do
        [ -e "$1/$digest" ] || cp "$file" "$1/$digest"
    done
}

start_libfuzzer() { # TARGET NUMBER
    local dir=$out/run/$1 left=$((deadline[$1] - $(now)))

    [ "$left" -gt 0 ] || return
    UBSAN_OPTIONS=print_stacktrace=1 "build/fuzz/fuzz_$1" \
        -max_total_time="$left" -timeout=10 -rss_limit_mb=2048 -reload=1 \
        -print_final_stats=1 -print_funcs=0 -dict="${words[$1]}" \
        -artifact_prefix="$dir/crashes/" "$dir/corpus" \
        >"$dir/libfuzzer-$2-${restarts[$1]}.log" 2>&1 </dev/null &
    fuzzer_pid[$1.$2]=$!
}

start_afl() { # TARGET INSTANCE PROFILE OPTION...
    local target=$1 instance=$2 binary=build/$3/fuzz_$1 dir=$out/run/$1
    local mutator=$PWD/build/afl/mutator_$1.so

    shift 3
    [ -e "$mutator" ] || mutator=
    # A minute between looks at what the others found; a seed that crashes is
    # told by libFuzzer, so here it may be left out.
    ${mutator:+env AFL_CUSTOM_MUTATOR_LIBRARY="$mutator"} \
        env AFL_SKIP_CRASHES=1 AFL_SYNC_TIME=1 AFL_IMPORT_FIRST=1 \
        sh ci/afl-fuzz.sh -t 1000+ -m none -i "$dir/in" -o "$dir/afl" \
        -x "${words[$target]}" \
        "$@" -V "$each" -- "$binary" \
        >"$dir/$instance.log" 2>&1 </dev/null &
    pids[$target]+=" $!"
}

start_target() {
    local target=$1 dir=$out/run/$1 number mine
    local -a cmplog=(-c "build/cmplog/fuzz_$1") mainly=()

    rm -rf "$dir"
    mkdir -p "$dir/corpus" "$dir/crashes" "$dir/afl" "$out/corpus/$target"
    # ${folders} are several.
    # shellcheck disable=SC2086
    find ${folders[$target]} "$out/corpus/$target" -type f -size -1024k |
        pour "$dir/corpus"
    cp -r "$dir/corpus" "$dir/in"
    touch "$dir/fed"
    begun[$target]=$(now)
    deadline[$target]=$((begun[$target] + each))
    pids[$target]=
    restarts[$target]=0
    say "$target: $(find "$dir/in" -type f | wc -l) inputs"

    for ((number = 1; number <= workers; number++)); do
        mine=$name-$number
        case $number in
        1) start_libfuzzer "$target" 1 ;;
        2)
            [ "$workers" -gt 2 ] || mainly=("${cmplog[@]}")
            start_afl "$target" "$mine" afl -M "$mine" -F "$dir/corpus" \
                "${mainly[@]}"
            ;;
        3) start_afl "$target" "$mine" afl -S "$mine" "${cmplog[@]}" ;;
        4) start_afl "$target" "$mine" aflsan -S "$mine" ;;
        *[13579]) start_libfuzzer "$target" "$number" ;;
        *) start_afl "$target" "$mine" afl -S "$mine" -p explore ;;
        esac
    done
}

# What AFL++ queued since the last time goes where libFuzzer looks.
feed() {
    local dir=$out/run/$1

    touch "$dir/feeding"
    find "$dir/afl" -path '*/queue/id:*' -type f -newer "$dir/fed" |
        pour "$dir/corpus"
    mv "$dir/feeding" "$dir/fed"
}

# libFuzzer ends at a crash: put the input out of its way and go on.
mind_libfuzzer() {
    local target=$1 dir=$out/run/$1 key crash

    for key in "${!fuzzer_pid[@]}"; do
        [ "${key%.*}" = "$target" ] || continue
        kill -0 "${fuzzer_pid[$key]}" 2>/dev/null && continue
        unset "fuzzer_pid[$key]"
        for crash in "$dir"/crashes/*-*; do
            rm -f "$dir/corpus/${crash##*-}"
        done
        restarts[$target]=$((restarts[$target] + 1))
        if [ "${restarts[$target]}" -lt $RESTARTS_MOST ] &&
            [ "$interrupted" = 0 ]; then
            start_libfuzzer "$target" "${key##*.}"
        fi
    done
}

# End the processes of a target: politely, so that they write their numbers.
stop_target() {
    local target=$1 all=${pids[$1]} key tries=0

    for key in "${!fuzzer_pid[@]}"; do
        [ "${key%.*}" = "$target" ] || continue
        all+=" ${fuzzer_pid[$key]}"
        unset "fuzzer_pid[$key]"
    done
    # $all are numbers.
    # shellcheck disable=SC2086
    kill -TERM $all 2>/dev/null
    # shellcheck disable=SC2086
    while kill -0 $all 2>/dev/null && [ $tries -lt 50 ]; do
        sleep 0.2
        tries=$((tries + 1))
    done
    # shellcheck disable=SC2086
    kill -KILL $all 2>/dev/null
    # shellcheck disable=SC2086
    wait $all 2>/dev/null
}

is_done() { # TARGET: its time is over, or all of AFL++ has ended
    local pid

    [ "$(now)" -ge "${deadline[$1]}" ] && return 0
    for pid in ${pids[$1]}; do
        kill -0 "$pid" 2>/dev/null && return 1
    done
    return 0
}

# --- what came of it --------------------------------------------------------

# replay TARGET FILE LOG: under sanitizers; whether it fails.
replay() {
    ! UBSAN_OPTIONS=print_stacktrace=1 timeout 60 "build/fuzz/fuzz_$1" \
        -timeout=10 -rss_limit_mb=2048 "$2" >"$3" 2>&1 </dev/null
}

# One find for each stack: keep its first input, count the others.
keep_find() { # TARGET FILE LOG
    local key kind dir state=new

    kind=$(awk -f ci/crash-key.awk "$3")
    key=$(printf %s "$kind" | sha1sum | cut -c 1-12)
    dir=$out/finds/$1/$key
    if [ -e "$dir/seen" ] && [ "$dir/seen" -nt "$out/run/$1/.collect" ]; then
        echo >>"$dir/seen"
        return
    fi
    [ ! -e "$dir/input" ] || state=known
    mkdir -p "$dir"
    [ $state = known ] || cp "$2" "$dir/input"
    cp "$3" "$dir/stack"
    echo >"$dir/seen"
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$state" "$key" "$kind" \
        "make replay-$1 INPUT='${dir#"$PWD"/}/input'" >>"$out/finds.tsv"
}

collect_finds() {
    local target=$1 dir=$out/run/$1 file count=0

    touch -d '1 second ago' "$dir/.collect"
    while read -r file; do
        count=$((count + 1))
        [ $count -le $CRASHES_MOST ] || continue
        if replay "$target" "$file" "$dir/replay.log"; then
            keep_find "$target" "$file" "$dir/replay.log"
        elif [[ $file == */crashes/* && $file != */slow-unit-* ]]; then
            # Not under sanitizers; then as AFL++ ran it. A shell that it
            # kills says so.
            "build/afl/fuzz_$target" "$file" >"$dir/replay.log" 2>&1 ||
                keep_find "$target" "$file" "$dir/replay.log"
        fi
    done < <(find "$dir/crashes" "$dir"/afl/*/crashes "$dir"/afl/*/hangs \
        -type f ! -name README.txt 2>/dev/null | sort)
    [ $count -le $CRASHES_MOST ] ||
        trouble[$target]="only $CRASHES_MOST of $count crashes replayed"
}

minimise() {
    local target=$1 dir=$out/run/$1

    rm -rf "$dir/merged"
    mkdir "$dir/merged"
    "build/fuzz/fuzz_$target" -merge=1 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$dir/merge-" "$dir/merged" "$dir/corpus" \
        >"$dir/merge.log" 2>&1 </dev/null ||
        { trouble[$target]='the corpora could not be merged'; return; }
    [ -z "$(find "$dir/merged" -type f | head -n 1)" ] || {
        rm -rf "$out/corpus/$target"
        mv "$dir/merged" "$out/corpus/$target"
    }
    "build/fuzz/fuzz_$target" -runs=0 "$out/corpus/$target" \
        >"$dir/after.log" 2>&1 </dev/null
}

finish_target() {
    local target=$1 dir=$out/run/$1 took=$(($(now) - begun[$1]))

    stop_target "$target"
    feed "$target"
    collect_finds "$target"
    minimise "$target"
    # Of instances elsewhere only the queues are here.
    find "$dir" -name 'libfuzzer-*.log' -o -name after.log -o \
        -name fuzzer_stats | sort | xargs awk -f ci/campaign-row.awk \
        -v target="$target" -v took="$took" \
        -v trouble="${trouble[$target]-}" \
        -v before="$(find "$dir/in" -type f | wc -l)" \
        -v after="$(find "$out/corpus/$target" -type f | wc -l)" \
        >>"$out/summary.tsv"
    say "$target: $(count_new "$target") new finds"
}

count_new() { # [TARGET]
    awk -F '\t' -v target="${1-}" '
        $2 == "new" && (target == "" || $1 == target) { count++ }
        END { print count + 0 }' "$out/finds.tsv"
}

# --- the loop ---------------------------------------------------------------

full=
running=()
fed=$(now)
while [ "$interrupted" = 0 ] && [ -z "$full" ] &&
    [ $((${#running[@]} + ${#queue[@]})) -gt 0 ]; do
    while [ ${#running[@]} -lt $lanes ] && [ ${#queue[@]} -gt 0 ]; do
        start_target "${queue[0]}"
        running+=("${queue[0]}")
        queue=("${queue[@]:1}")
    done
    sleep 1 &
    wait $!
    still=()
    for target in "${running[@]}"; do
        if is_done "$target"; then
            finish_target "$target"
        else
            mind_libfuzzer "$target"
            still+=("$target")
        fi
    done
    running=("${still[@]}")
    if [ $(($(now) - fed)) -ge $FEED_SECONDS ]; then
        for target in "${running[@]}"; do feed "$target"; done
        [ "$(du -sm "$out" | cut -f 1)" -lt "$disk_mb" ] ||
            full="ended early: $out holds more than $disk_mb MB"
        fed=$(now)
    fi
done
for target in "${running[@]}"; do
    [ "$interrupted" = 0 ] || say "$target: interrupted"
    finish_target "$target"
done

note=$full
[ "$interrupted" = 0 ] || note='interrupted'
for form in md html; do
    awk -v form=$form -v note_text="$note" \
        -v when="$(date -u '+%F %H:%M UTC')" \
        -v revision="$(git describe --always --dirty 2>/dev/null)" \
        -v machine="$name" -f ci/campaign-report.awk \
        "$out/summary.tsv" "$out/finds.tsv" >"$out/summary.$form"
done
rm -f "$out/pid"
sed -n '/^|/p;/^find/p' "$out/summary.md"
say "summary: $out/summary.md"
[ "$(count_new)" = 0 ] || exit 1
! grep -q 'did not run' "$out/summary.tsv" || exit 1
exit "$interrupted"
