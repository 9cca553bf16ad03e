#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fuzz-target.sh ENGINE TARGET SECONDS WORDS FOLDER... - run libfuzzer or afl
#
# The target is built already, starts from the inputs in the folders and knows
# the words of a dictionary (make list-targets tells both). What is found stays
# under build/, each find is told with the command that replays it. Under AFL++
# the target must run in persistent mode with test cases in shared memory, and
# with a stability of 100 %: the same input, the same path. FUZZ_SEED gives the
# seed of what an engine draws; without it each run draws something else.
#
# Exit status: 0, 1 for a find or a target that does not run as it should.
set -u
cd "$(dirname "$0")/.." || exit

engine=${1:?libfuzzer or afl}
target=${2:?TARGET} seconds=${3:?SECONDS} words=${4:?WORDS}
shift 4

# tell FILE: how to see it again.
tell() { echo "find: make replay-$target INPUT='$1'"; }

run_libfuzzer() {
    found=build/fuzz/found/$target
    crashes=build/fuzz/crashes/$target
    mkdir -p "$found" "$crashes"
    touch "$crashes/.begun"
    UBSAN_OPTIONS=print_stacktrace=1 "build/fuzz/fuzz_$target" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -dict="$words" -seed="${FUZZ_SEED:-0}" \
        -artifact_prefix="$crashes/" "$found" "$@"
    status=$?
    find "$crashes" -type f -newer "$crashes/.begun" ! -name 'slow-unit-*' |
        while read -r file; do tell "$file"; done
    [ $status = 0 ] || exit 1
}

# What AFL++ calls a hang is one only if it is slow under no load as well.
hangs() {
    find "$out/default/hangs" -type f -name 'id:*' | while read -r file; do
        timeout 10 "build/afl/fuzz_$target" "$file" >/dev/null 2>&1
        [ $? != 124 ] || echo "$file"
    done
}

# is NAME VALUE: whether fuzzer_stats says so.
is() { grep -q "^$1 *: .*$2" "$out/default/fuzzer_stats"; }

run_afl() {
    out=build/afl/out/$target
    rm -rf "$out"
    mkdir -p "$out/in"
    # Apart, since two folders may have a name in common.
    for folder; do
        mkdir -p "$out/in/$(dirname "$folder")"
        cp -R "$folder" "$out/in/$folder" || exit 1
    done
    set -- -V "$seconds" -t 1000 -i "$out/in" -o "$out" -x "$words"
    [ ! -x "build/cmplog/fuzz_$target" ] ||
        set -- "$@" -c "build/cmplog/fuzz_$target"
    [ -z "${FUZZ_SEED:-}" ] || set -- "$@" -s "$FUZZ_SEED"
    if [ -e "build/afl/mutator_$target.so" ]; then
        AFL_CUSTOM_MUTATOR_LIBRARY=$PWD/build/afl/mutator_$target.so
        export AFL_CUSTOM_MUTATOR_LIBRARY
    fi
    sh ci/afl-fuzz.sh "$@" -- "build/afl/fuzz_$target" >"$out/log" 2>&1 ||
        { tail -n 20 "$out/log"; echo "log: $out/log"; exit 1; }
    grep -E '^(execs_(done|per_sec)|corpus_count|edges_found|total_edges|'\
'saved_|stability|target_mode)' "$out/default/fuzzer_stats"
    status=0
    { find "$out/default/crashes" -type f -name 'id:*'; hangs; } >"$out/finds"
    sort "$out/finds" | head -n 5 | while read -r file; do tell "$file"; done
    [ ! -s "$out/finds" ] || { wc -l <"$out/finds" | sed 's/$/ crashes/'
        status=1; }
    is stability '100\.00%' ||
        { echo 'the same input does not take the same path'; status=1; }
    is target_mode persistent && is target_mode shmem_testcase ||
        { echo 'not persistent, or not by shared memory'; status=1; }
    exit $status
}

case $engine in
libfuzzer) run_libfuzzer "$@" ;;
afl) run_afl "$@" ;;
*) echo "fuzz-target.sh: no engine is called $engine" >&2; exit 2 ;;
esac
