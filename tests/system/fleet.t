#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fleet.t - `smtpspec check --targets`: lists, how much at once, what is left
# of a run that was ended, and how it goes on
set -u

. tests/support/tap.sh
smtpspec=$SMTPSPEC
served=
trap '[ -z "$served" ] || kill $served 2>/dev/null' EXIT

# fleet STATUS ARGUMENT...: with one quick case, into run.jsonl and err.
fleet() {
    expected=$1
    shift
    timeout 60 "$smtpspec" check --quiet --only noop.after-ehlo "$@" \
        >"$work/said" 2>"$work/err"
    status=$?
    [ $status -eq "$expected" ] && return
    echo "status $status, not $expected"
    cat "$work/err"
    false
}
lines() { # the list, of arguments
    printf '%s\n' "$@" >"$work/list"
}
# Names of the targets that have their end, in their order there.
ends() {
    sed -n 's/^{"record": "target_end", "target": "\([^"]*\)".*/\1/p' "$1"
}
# As many as in the list, each once, whatever the order.
all_once() { # JSONL
    ends "$1" | sort >"$work/ends"
    grep -v '^#' "$work/list" | sort | cmp - "$work/ends"
}
# Every record is of the target that was begun last: none is mixed or cut.
whole() {
    awk -v quote='"' '
        { split($0, part, quote); kind = part[4]; name = part[8] }
        kind == "target" { if (open != "") bad++; open = name }
        kind == "case" || kind == "target_end" { if (name != open) bad++ }
        kind == "target_end" { open = "" }
        !/^{.*}$/ { bad++ }
        END { if (open != "") bad++; if (bad) print bad " bad"; exit bad > 0 }
    ' "$1"
}
told() { grep -qe "$1" "$work/err" || { cat "$work/err"; false; }; }

# --- lists -------------------------------------------------------------------

lines '# mine' embedded: '' '  embedded:rset-252  ' embedded+lmtp:
check 'a list is checked' fleet 0 --targets "$work/list" \
    --report "jsonl=$work/run.jsonl"
check 'each target is there, whole' whole "$work/run.jsonl"
check 'and once' sh -c "grep -c target_end '$work/run.jsonl' | grep -qx 3"
check 'the sum is told' told '^3 targets: 0 with findings, 0 could not'
other_formats() {
    fleet 0 --targets "$work/list" --report "json=$work/run.json" \
        --report "html=$work/run.html" &&
        [ "$(grep -c '"target": *"embedded' "$work/run.json")" -eq 3 ] &&
        grep -q 'embedded:rset-252' "$work/run.html" &&
        [ "$(grep -c '^embedded.* passed, 0 failed' "$work/said")" -eq 3 ]
}
check 'other formats have them, too' other_formats

lines embedded:noop-200 embedded: 'exec:exit 0'
check 'findings make the status 1' fleet 1 --targets "$work/list"
check 'and are counted' told '^3 targets: 1 with findings, 1 could not'
lines embedded: 'exec:exit 0' 127.0.0.1:1
check 'without, targets that cannot be tested make it 3' \
    fleet 3 --targets "$work/list"

lines embedded:greeting-250
check 'a warning does not' fleet 0 --targets "$work/list"
check 'but with --fail-on warn' fleet 1 --targets "$work/list" --fail-on warn

# A result is the same as that of the target alone.
same_as_alone() { # TARGET
    target=$1
    lines "$target"
    for how in list alone; do
        [ $how = list ] && set -- --targets "$work/list" || set -- "$target"
        "$smtpspec" check --quiet --only 'rset*' --only 'mail.*' \
            --report "json=$work/$how.json" "$@" >/dev/null 2>&1
        sed -E 's/"(elapsed_)?ms": [0-9]+//g; /"started": /d' \
            "$work/$how.json"
    done >"$work/twice"
    half=$(($(wc -l <"$work/twice") / 2))
    [ $half -gt 20 ] && head -n $half "$work/twice" >"$work/first" &&
        tail -n +$((half + 1)) "$work/twice" | cmp - "$work/first"
}
check 'nothing of a result is lost on its way' same_as_alone embedded:rset-252

# Lines alone are copied; where a page or a baseline wants results, they are
# read and written anew.
without_times() { # nor with numbers that only say in which order they are
    sed -E 's/"(elapsed_ms|ms|number)": [0-9]+//g; s/"started": "[^"]*"//' \
        "$1"
}
either_way() {
    lines embedded:rset-252 'exec:echo 220 \\x; read x' embedded: 127.0.0.1:1
    for how in copied read known; do
        case $how in
        copied) set -- ;;
        read) set -- --report "json=$work/read.json" ;;
        known) set -- --baseline "$work/empty" ;;
        esac
        "$smtpspec" check --quiet --only 'rset*' --jobs 1 --fail-on warn \
            --targets "$work/list" --report "jsonl=$work/$how.jsonl" "$@" \
            >"$work/$how.said" 2>"$work/$how.err"
        echo "status $?" >>"$work/$how.err"
        without_times "$work/$how.jsonl" >"$work/$how.lines"
        for page in said err lines; do
            cmp "$work/copied.$page" "$work/$how.$page" || return
        done
    done
    grep -q 'status 1' "$work/copied.err" &&
        [ "$(grep -c . "$work/copied.lines")" -gt 20 ]
}
echo '[]' >"$work/empty"
check 'copied or read, it is the same' either_way

printf 'embedded:\nno such thing\n# x\nmail:1:2\n' >"$work/list"
check 'a bad line of a file: nothing is run' fleet 2 --targets "$work/list" \
    --report "jsonl=$work/none.jsonl"
check 'one line for each, with its number' sh -c \
    "[ \$(wc -l <'$work/err') -eq 2 ] && grep -q 'list: line 2: ' '$work/err' &&
    grep -q 'list: line 4: ' '$work/err' && [ ! -e '$work/none.jsonl' ]"
from_pipe() {
    printf 'embedded:\nno such thing\nembedded:\n' |
        fleet 3 --targets - --report "jsonl=$work/pipe.jsonl"
}
check 'a bad line of a pipe: the others are run' from_pipe
check 'it is told' told 'standard input: line 2: bad host name'
check 'and they are there' sh -c \
    "grep -c target_end '$work/pipe.jsonl' | grep -qx 2"
for number in $(seq 30); do echo "bad:$number:x"; done >"$work/list"
check 'a hundred bad lines are not a hundred lines' fleet 2 \
    --targets "$work/list"
check 'but are counted' sh -c \
    "[ \$(wc -l <'$work/err') -eq 11 ] && grep -q '20 more bad' '$work/err'"

# await COMMAND...: until it is so.
await() {
    tries=200
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return
        sleep 0.05
    done
}
# The second line is written once the first target has its end.
one_by_one() {
    mkfifo "$work/fifo" || return
    "$smtpspec" check --quiet --only noop.after-ehlo --targets - \
        --report "jsonl=$work/slow.jsonl" <"$work/fifo" >/dev/null 2>&1 &
    pid=$!
    exec 9>"$work/fifo"
    echo embedded: >&9
    await grep target_end "$work/slow.jsonl" || return
    echo embedded: >&9
    exec 9>&-
    wait $pid && [ "$(grep -c target_end "$work/slow.jsonl")" -eq 2 ]
}
check 'a pipe is read while it is written' one_by_one

lines embedded:
check 'targets in two places are refused' fleet 2 --targets "$work/list" x
check '--record is for a few targets' fleet 2 --targets "$work/list" \
    --record "$work/record"
check '--update-baseline, too' fleet 2 --targets "$work/list" \
    --baseline "$work/b.json" --update-baseline
check '--resume wants a list' fleet 2 --resume "$work/x.jsonl" embedded:
check '--shard wants a list' fleet 2 --shard 1/2 embedded:
check 'a list that is not there is told' fleet 2 --targets "$work/nothing"
check 'no list but a folder' fleet 2 --targets "$work"
for bad in 0/2 3/2 1 /2 1/ 1/0 x/y 1/2/3 -1/2; do
    check "--shard $bad is refused" fleet 2 --targets "$work/list" \
        --shard "$bad"
done

# --- parts -------------------------------------------------------------------

# 60 targets of different names that all are the same server.
many() {
    for number in $(seq "$1"); do
        echo "exec:exec $work/relay $port # $number"
    done >"$work/list"
}
have_relay=
if ${CC:-cc} -std=c17 -D_GNU_SOURCE -o "$work/relay" \
    tests/support/relay.c 2>/dev/null; then
    have_relay=1
fi
"$smtpspec" serve --listen 127.0.0.1:0 >"$work/listens" 2>/dev/null &
served=$!
await grep -q listening "$work/listens"
port=$(sed -n 's/.*://p' "$work/listens")

parts() {
    many 60
    for shard in 1 2 3; do
        fleet 0 --jobs 8 --targets "$work/list" --shard $shard/3 \
            --report "jsonl=$work/part$shard.jsonl" || return
        [ "$(ends "$work/part$shard.jsonl" | wc -l)" -ge 8 ] || return
    done
    cat "$work"/part[123].jsonl >"$work/parts.jsonl"
    all_once "$work/parts.jsonl"
}
# Which part it is in does not depend on what else is in the list.
parts_stay() {
    ends "$work/part2.jsonl" | sort >"$work/before"
    many 60
    sort -r "$work/list" | sed 's/ 1$/&00/' >"$work/other"
    fleet 0 --jobs 8 --targets "$work/other" --shard 2/3 \
        --report "jsonl=$work/again.jsonl" || return
    ends "$work/again.jsonl" | grep -v '# 100$' | sort >"$work/after"
    grep -v '# 1$' "$work/before" | cmp - "$work/after"
}

# --- how much at once --------------------------------------------------------

# Each connection is a line of the log when it begins and when it ends.
counted() { # JOBS TARGETS
    cat >"$work/counted" <<END
#!/bin/sh
echo 1 >>"$work/log"
sleep 0.1
"$work/relay" $port
echo -1 >>"$work/log"
END
    chmod +x "$work/counted"
    for number in $(seq "$2"); do
        echo "exec:$work/counted # $number"
    done >"$work/list"
    : >"$work/log"
    "$smtpspec" check --quiet --only 'noop*' --jobs "$1" \
        --targets "$work/list" >"$work/said" 2>"$work/err" || return
    awk -v most="$1" '{ now += $1; if (now > top) top = now }
        END { print top " at once"; exit !(top > most / 2 && top <= most) }' \
        "$work/log"
}

# The rate holds for all of 127.0.0.0/24, however many are run at once: so many
# connections take so long.
rate() {
    lines 127.0.0.1:"$port" "[::ffff:127.0.0.1]:$port" 127.0.0.1:"$port"
    fleet 0 --jobs 8 --targets "$work/list" --network-rate 1200 \
        --report "jsonl=$work/rate.jsonl" || return
    awk 'match($0, /"connections": [0-9]+/) {
            sum += substr($0, RSTART + 15, RLENGTH - 15) }
        match($0, /"elapsed_ms": [0-9]+/) {
            ms = substr($0, RSTART + 14, RLENGTH - 14) }
        END { print sum " connections in " ms " ms"
            exit !(sum >= 9 && ms >= (sum - 1) * 50) }' "$work/rate.jsonl"
}

if [ "$have_relay" ]; then
    check 'parts are all of the list, each target in one' parts
    check 'a target stays in its part' parts_stay
    check 'no more than --jobs sessions at once' counted 6 30
fi
check 'a network has one rate, whoever connects' rate
check '--network-rate 0 is refused' fleet 2 --network-rate 0 embedded:

# --- domains, baselines ------------------------------------------------------

# The hosts of a domain are one line of the list: where the file has them all
# none is run again, where it may not have, each is.
domains() {
    lines "mx:two.example:$port" "mx:alone.example:$port"
    rm -f "$work/mx.jsonl"
    fleet 3 --jobs 1 --targets "$work/list" --resume "$work/mx.jsonl" &&
        ends "$work/mx.jsonl" >"$work/hosts" &&
        grep -c '^mx:two.example/' "$work/hosts" | grep -qx 3 &&
        fleet 0 --targets "$work/list" --resume "$work/mx.jsonl" &&
        told '; 2 more had ended before' &&
        sed -n '1,/target_end/p' "$work/mx.jsonl" >"$work/cut.jsonl" &&
        fleet 3 --jobs 1 --targets "$work/list" --resume "$work/cut.jsonl" &&
        ends "$work/cut.jsonl" | cmp - "$work/hosts"
}
if ${CC:-cc} -std=c17 -D_GNU_SOURCE -o "$work/named" \
    tests/support/named.c 2>/dev/null; then
    "$work/named" >"$work/dns" 2>/dev/null &
    served="$served $!"
    await test -s "$work/dns"
    SMTPSPEC_DNS=127.0.0.1:$(cat "$work/dns")
    export SMTPSPEC_DNS
    check 'a domain is done once all its hosts are' domains
    unset SMTPSPEC_DNS
fi

"$smtpspec" check --quiet --only noop.after-ehlo --baseline "$work/known" \
    --update-baseline embedded:noop-200 >/dev/null 2>&1
lines embedded:noop-200 embedded:noop-200
check 'what a baseline knows does not count' fleet 0 \
    --targets "$work/list" --baseline "$work/known" \
    --report "jsonl=$work/known.jsonl"
check 'and is marked so' grep -q '"expected_failure": true' \
    "$work/known.jsonl"

# --- what goes wrong ---------------------------------------------------------

# The parent of the command is the process that checks this target.
# shellcheck disable=SC2016 # not for this shell
lines embedded: 'exec:kill -9 $PPID' embedded:
check 'a process that dies takes no other target with it' fleet 3 --jobs 2 \
    --targets "$work/list" --report "jsonl=$work/dead.jsonl"
check 'and says of what' told 'its process was ended: Killed'
check 'its target has an end, too' sh -c \
    "[ \$(grep -c target_end '$work/dead.jsonl') -eq 3 ] &&
    grep -q '\"trouble\": \"its process was ended' '$work/dead.jsonl'"
lines embedded:
no_room() { TMPDIR=/no/such/folder fleet 3 --targets "$work/list"; }
check 'no room for what a process writes' no_room
check 'is told' told 'run: no file in /no/such/folder: No such file'

# --- interrupted, and on -----------------------------------------------------

# Targets that take a while: the greeting comes late.
late() {
    for number in $(seq "$1"); do
        echo "exec:sleep 0.2; exit 0 # $number"
    done >"$work/list"
}
# go SIGNAL RUN.jsonl: ended after some targets.
go() {
    late 30
    "$smtpspec" check --quiet --only noop.after-ehlo --jobs 4 \
        --targets "$work/list" --resume "$2" >/dev/null 2>"$work/err" &
    pid=$!
    await sh -c "[ \$(grep -c target_end '$2') -ge 7 ]"
    kill -"$1" $pid
    wait $pid
    status=$?
}
# on RUN.jsonl: the rest.
on() { fleet 3 --jobs 4 --targets "$work/list" --resume "$1"; }

for signal in INT:130 TERM:143 HUP:129; do
    due=${signal#*:} signal=${signal%:*}
    run=$work/$signal.jsonl
    ended() {
        go $signal "$run"
        [ $status -eq "$due" ] || { echo "status $status"; false; }
    }
    check "SIG$signal ends it, and is told" ended
    check 'what comes next, too' told 'The same command goes on'
    check 'what is there is whole' whole "$run"
    check 'nobody waits for the rest' sh -c \
        "[ \$(grep -c target_end '$run') -lt 28 ]"
    check 'it can be merged' "$smtpspec" merge --quiet "$run"
    check 'and goes on' on "$run"
    check 'to the end of the list, nothing twice' all_once "$run"
    check 'whole again' whole "$run"
done

nothing_left() {
    before=$(grep -c . "$work/INT.jsonl")
    fleet 0 --targets "$work/list" --resume "$work/INT.jsonl" &&
        told '^0 targets: .*; 30 more had ended before' &&
        [ "$(grep -c . "$work/INT.jsonl")" -eq $((before + 2)) ]
}
check 'a list that is done is not run again' nothing_left

# Without any warning: half a target, half a line.
killed() {
    go KILL "$work/killed.jsonl"
    printf '{"record": "target", "target": "x"}\n{"record": "ca' \
        >>"$work/killed.jsonl"
    sleep 0.3
}
killed
check 'after kill -9 it goes on' on "$work/killed.jsonl"
check 'the half line and the half target are gone' whole "$work/killed.jsonl"
check 'the others are there, once' all_once "$work/killed.jsonl"
check 'which merge takes' "$smtpspec" merge --quiet "$work/killed.jsonl"

not_ours() { # TEXT
    printf "$1" >"$work/other" && cp "$work/other" "$work/kept"
    fleet 2 --targets "$work/list" --resume "$work/other" &&
        cmp "$work/other" "$work/kept"
}
check 'a file of somebody else is left alone' not_ours 'a.example\nb.example\n'
check 'one of half a line, too' not_ours 'a.exam'
check 'and JSON of another kind' not_ours '{"record": "case"}\n'
check 'a line in the middle that is none' not_ours \
    '{"record": "run", "tool": "smtpspec", "profile": "modern"}\n{"re\n{}\n'
check 'a run by another profile' not_ours \
    '{"record": "run", "tool": "smtpspec", "profile": "rfc821"}\n'
check 'which is told' told 'another --profile'
# Two runs would write into each other's targets.
busy() {
    lines 'exec:sleep 60'
    "$smtpspec" check --quiet --targets "$work/list" \
        --resume "$work/busy.jsonl" >/dev/null 2>&1 &
    pid=$!
    await test -s "$work/busy.jsonl"
    fleet 2 --targets "$work/list" --resume "$work/busy.jsonl"
    refused=$?
    kill $pid
    wait $pid
    return $refused
}
check 'a file that is being written to is refused' busy
check 'which is told, too' told 'another run is writing it'
echo "1..$count"
