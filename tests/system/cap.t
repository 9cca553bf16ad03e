#!/bin/sh
# SPDX-License-Identifier: MIT
#
# cap.t - who is told how often a server bears a command keeps to it: check in
# its cases and in what it sends on one connection, fuzz in its sessions
set -u

smtpspec=${SMTPSPEC:?the path of the command}
. tests/support/tap.sh

# most VERB: how often it came on the connection where it came most, but for
# what stands in messages.
most() {
    awk -v verb="$1" '
    { split($0, part, /[:,]/) }
    /"from": "S"/ { content[part[2]] = /"octets": "354/ }
    /"from": "C"/ && !content[part[2]] {
        for (rest = $0; i = index(rest, verb); rest = substr(rest, i + 1))
            if (substr(rest, i - 1, 1) ~ /["a]/)
                n[part[2]]++
    }
    END { for (c in n) if (n[c] > all) all = n[c]; print all + 0 }' \
        "$work/record"
}

ran() { # VERB COMMAND ARGUMENT...: its highest number goes to $work/most
    verb=$1
    shift
    rm -f "$work/record"
    "$smtpspec" "$@" --quiet --record "$work/record" embedded: \
        >"$work/run" 2>&1 || { cat "$work/run" && return 1; }
    most "$verb" >"$work/most"
}
is() { [ "$(cat "$work/most")" -eq "$1" ] || { cat "$work/most" && false; }; }
above() { [ "$(cat "$work/most")" -gt "$1" ] || { cat "$work/most"; false; }; }

check 'without a cap check runs' ran VRFY check --only 'sweep.*.vrfy*'
check 'and a command comes often on a connection' above 4
check 'with one it runs, too' ran VRFY check --only 'sweep.*.vrfy*' --cap VRFY=2
check 'and it comes no oftener' is 2
check 'the opening counts' ran EHLO check --only 'sweep.*.ehlo*' \
    --cap EHLO+HELO=2
check 'as one' is 2

check 'without a cap fuzz runs' ran VRFY fuzz --runs 2000
check 'and a command comes often in it' above 2
check 'with one it runs, too' ran VRFY fuzz --runs 2000 --cap VRFY=1
check 'and it comes no oftener there' is 1

skipped() {
    "$smtpspec" check --only rcpt.too-many --cap RCPT=50 --verbose embedded: \
        >"$work/run" 2>&1
    grep -q 'needs 10[0-9] times RCPT, capped at 50' "$work/run" ||
        { cat "$work/run" && false; }
}
check 'a case that needs more is skipped, and says why' skipped

printf '[embedded:]\ncap = VRFY=1 EHLO=2\n' >"$work/site.conf"
check 'a configuration keeps it for a host' ran VRFY check \
    --only 'sweep.*.vrfy*' --config "$work/site.conf"
check 'and it holds' is 1

# What --exhaustive finds out is what the others are told.
saved() {
    "$smtpspec" check --exhaustive 0 --quiet --save-caps "$work/found.conf" \
        embedded:tarpit >"$work/run" 2>&1 || { cat "$work/run" && return 1; }
    printf '[embedded:tarpit]\ncap = VRFY=3\n' |
        diff - "$work/found.conf"
}
kept() {
    "$smtpspec" check --only 'sweep.*.vrfy*' --quiet --record "$work/record" \
        --config "$work/found.conf" embedded:tarpit >"$work/run" 2>&1 ||
        { cat "$work/run" && return 1; }
    most VRFY >"$work/most"
}
# Nothing is tried 150 times then.
asked() { # WHAT... COMMAND...
    "$smtpspec" "$@" --config "$work/found.conf" --level info --quiet \
        --report "tap=$work/tap" embedded:tarpit >"$work/run" 2>&1 ||
        { cat "$work/run" && return 1; }
    ! grep 'repeated' "$work/tap"
}
unsaved() { # FILE
    "$smtpspec" check --exhaustive 0 --quiet --save-caps "$1" \
        embedded:tarpit >"$work/run" 2>"$work/err"
    [ $? -eq 2 ] && [ "$(grep -c "^smtpspec check: $1: " "$work/err")" -eq 1 ]
}
check 'a folder that is not there is told' unsaved "$work/no/such.conf"
check 'so is a disk that is full' unsaved /dev/full
# What was not looked for is not saved.
unsaved() {
    "$smtpspec" check --exhaustive 0 --quiet --cap VRFY=3 \
        --save-caps "$work/none.conf" embedded: >"$work/run" 2>&1 &&
        [ ! -e "$work/none.conf" ] || { cat "$work/run" && false; }
}
check 'a suite saves what it finds as a configuration' saved
check 'but not what it was told' unsaved
check 'check runs with that' kept
check 'and keeps to it' is 3
check 'so does the next suite' asked check --exhaustive 0
check 'and a learner' asked learn --alphabet core8

refused() { # COMMAND ARGUMENT...
    "$smtpspec" "$@" embedded: >"$work/run" 2>&1
    [ $? -eq 2 ] && [ "$(wc -l <"$work/run")" -eq 1 ] ||
        { cat "$work/run" && false; }
}
for wrong in VRFY VRFY= VRFY=0 VRFY=x XYZZY=1 CONNECT=1 'VRFY=1;EHLO=2'; do
    check "check refuses --cap '$wrong'" refused check --cap "$wrong"
    check "fuzz refuses --cap '$wrong'" refused fuzz --cap "$wrong"
done
printf 'cap = XYZZY=1\n' >"$work/site.conf"
check 'so it does in a configuration' refused check --config "$work/site.conf"
echo "1..$count"
