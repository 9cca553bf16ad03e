#!/bin/sh
# SPDX-License-Identifier: MIT
#
# robust.t - `smtpspec check` against peers that are no mail servers, or dead,
# or drown it: the right outcome, in time, in bounded memory
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/robust.$$
mkdir -p "$dir"
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT
count=0

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
}

# shellcheck disable=SC2086
if ! ${CC:-cc} -std=c17 -D_GNU_SOURCE -o "$dir/rude" tests/support/rude.c; then
    echo '1..0 # SKIP no C compiler'
    exit 0
fi

# A limit of memory, unless a sanitizer wants all of the address space.
limit='ulimit -v 400000'
sh -c "$limit; exec \"\$0\" --version" "$smtpspec" >/dev/null 2>&1 || limit=:

# meets MODE STATUS SECONDS PATTERN [OPTION...]: how a check of it ends.
meets() {
    mode=$1 expected=$2 seconds=$3 pattern=$4
    shift 4
    "$dir/rude" "$mode" >"$dir/port" &
    server=$!
    while [ ! -s "$dir/port" ]; do
        sleep 0.05
    done
    began=$(date +%s)
    timeout -k 1 60 sh -c "$limit; exec \"\$@\"" sh "$smtpspec" check \
        --timeout 0.4 "$@" "127.0.0.1:$(cat "$dir/port")" \
        >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    took=$(($(date +%s) - began))
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    server=
    : >"$dir/port"
    cat "$dir/out" "$dir/err" >"$dir/both"
    if [ $status -ne "$expected" ]; then
        report 'not ok' "$mode: status $status, not $expected"
    elif [ $took -gt "$seconds" ]; then
        report 'not ok' "$mode: took $took s, $seconds are allowed"
    elif ! grep -q -e "$pattern" "$dir/both"; then
        report 'not ok' "$mode: does not say '$pattern'"
    elif LC_ALL=C grep -q '[^ -~]' "$dir/both"; then
        report 'not ok' "$mode: octets of the peer got through"
    else
        report ok "$mode: $pattern"
        return
    fi
    head -40 "$dir/both" | sed 's/^/# /'
}

# says STATUS PATTERN TARGET: nobody is there.
says() {
    timeout 60 "$smtpspec" check --timeout 1 "$3" >"$dir/out" 2>"$dir/err"
    status=$?
    if [ $status -eq "$1" ] && grep -q -e "$2" "$dir/err" &&
        [ "$(wc -l <"$dir/err")" -eq 1 ]; then
        report ok "$3: $2"
    else
        report 'not ok' "$3: status $status"
        sed 's/^/# /' "$dir/err"
    fi
}

says 3 'cannot connect: connection refused' 127.9.9.9:1
says 3 "cannot look up 'name\.invalid': " name.invalid:25
says 3 'no greeting within 1\.0 s' embedded:silent-greeting

# A machine that has no descriptors left for an event loop.
sh -c 'ulimit -n 8; exec timeout -s KILL 20 "$0" check 127.9.9.9:1' \
    "$smtpspec" >"$dir/out" 2>"$dir/err"
[ $? -eq 3 ] && grep -q 'no event loop to be had' "$dir/err" &&
    report ok 'no descriptors left' || report 'not ok' 'no descriptors left'

# Too few of them for so many connections is no fault of the target.
for limit_of in 14 30; do
    sh -c "ulimit -n $limit_of; exec timeout -s KILL 60 \"\$0\" check \
        --quiet --jobs 64 --only 'sweep.ready*' embedded:" \
        "$smtpspec" >"$dir/out" 2>"$dir/err"
    [ $? -eq 0 ] && grep -q ' passed, 0 failed' "$dir/out" &&
        ! grep -q 'throttled\|blocked\|error' "$dir/out" &&
        report ok "$limit_of descriptors" ||
        report 'not ok' "$limit_of descriptors"
done

meets ssh 3 5 "does not speak SMTP: it says 'SSH-2\.0"
meets http 3 5 'no greeting within 0\.4 s'
meets http-at-once 3 5 "does not speak SMTP: it says 'HTTP/1\.0"
meets mute 3 5 'no greeting within 0\.4 s'
meets vanish 3 5 'closed the connection without a greeting'
meets reset 3 5 'without a greeting\|reset by peer'
meets busy 3 15 "turns us away: '421 4\.3\.2 too many of you'"
meets no-service 3 5 "gives no service: '554 "
meets endless-line 3 20 'does not speak SMTP'
meets endless-lines 1 20 '^FAIL  session\.endless'
meets drip 3 15 'does not speak SMTP'
meets flood 1 40 '^FAIL  noop\.after-ehlo' --only 'noop.a*'
meets deaf 1 10 'observed  no reply' --only 'noop.a*'
meets late 1 10 '^      shown     noop\.after-ehlo' --only 'noop.a*' --only 'noop.i*'
meets afraid 1 20 '421 came each time, and to this alone' --only noop.after-ehlo
meets moody 0 20 ' passed, 0 failed' --only 'noop.a*'
meets many 1 10 'only 421 may come unasked' --only 'noop.a*'
meets many-greetings 1 10 'observed  220 .x1b.2J.xc2.x9b' --only 'noop.a*'
meets babble 1 20 '^FAIL  noop\.after-ehlo' --only 'noop.a*'
meets bellow 1 20 'observed  250 .x1b.31m.xe2.x80.xae' --only 'noop.a*'
meets break-off 1 10 'does not close without 221 or 421' --only 'noop.a*'
meets half 1 10 'observed  connection closed' --only 'noop.a*'
meets stone 1 10 '^FAIL  session\.unasked' --only 'noop.a*'
meets speechless 1 20 'nothing in state READY is answered' --exclude 'sweep.*'
meets mortal 1 30 'nobody answers any more' --only 'line.much*' --only 'noop.a*'
meets choking 1 20 '^FAIL  line\.much-too-long' --only 'line.much*'
meets curt 0 20 ' passed, 0 failed' --only 'noop*' --only 'help*'
meets once 3 40 'the target stopped answering' --only 'noop*'

# ends SIGNAL STATUS: what is left of a run that is interrupted is a whole
# report that says so. SIGINT is left out, since a shell lets what it starts in
# the background ignore it; it goes the same way.
ends() {
    "$dir/rude" mute >"$dir/port" &
    server=$!
    while [ ! -s "$dir/port" ]; do
        sleep 0.05
    done
    rm -f "$dir"/r.json*
    "$smtpspec" check --report json="$dir/r.json" \
        "127.0.0.1:$(cat "$dir/port")" >"$dir/out" 2>"$dir/err" &
    check=$!
    sleep 0.5
    kill "-$1" $check
    wait $check
    status=$?
    kill "$server"
    wait "$server" 2>/dev/null
    server=
    : >"$dir/port"
    if [ $status -ne "$2" ] || [ -n "$(ls "$dir"/r.json.*tmp 2>/dev/null)" ]; then
        report 'not ok' "SIG$1: status $status"
    elif [ "$3" = whole ] &&
        ! grep -q '"trouble": *"interrupted"' "$dir/r.json"; then
        report 'not ok' "SIG$1: the report does not say so"
    elif [ "$3" = none ] && [ -e "$dir/r.json" ]; then
        report 'not ok' "SIG$1: a report was left"
    else
        report ok "SIG$1 leaves no half report"
    fi
}
ends TERM 143 whole
ends HUP 129 none

# The same while a recording is read that never ends.
mkfifo "$dir/fifo"
"$smtpspec" judge --report json="$dir/j.json" - <"$dir/fifo" 2>"$dir/err" &
judge=$!
exec 3>"$dir/fifo"
sleep 0.3
kill -TERM $judge
wait $judge
status=$?
exec 3>&-
[ $status -eq 143 ] && [ ! -e "$dir/j.json" ] && [ -z "$(ls "$dir"/j.json.*tmp 2>/dev/null)" ] &&
    report ok 'judge leaves no half report' ||
    report 'not ok' "judge leaves a half report: status $status"

echo "1..$count"
