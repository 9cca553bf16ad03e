#!/bin/sh
# SPDX-License-Identifier: MIT
#
# huge.t - recordings of any size: as much memory as for a small one
#
# 100 MiB each through a pipe, in an address space of 64 MiB: the recording,
# or what was found in it, can be nowhere as a whole.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
work=${TMPDIR:?}/huge
mkdir -p "$work"
count=0
megabytes=100

# A limit of memory, unless a sanitizer wants all of the address space: its
# build is slow, too.
limit='ulimit -v 65536'
if ! sh -c "$limit; exec \"\$0\" --version" "$smtpspec" >/dev/null 2>&1; then
    limit=:
    megabytes=10
fi

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
    [ "$1" = ok ] || sed 's/^/# /' "$work/out" "$work/err"
}

# FILE again and again.
repeat() { # FILE
    left=$((megabytes * 1048576 / $(wc -c <"$1") + 1))
    while [ "$left" -gt 0 ] && cat "$1" 2>/dev/null; do
        left=$((left - 1))
    done
}

# takes NAME FILE STATUS PATTERN ARGUMENT...: what the command prints of that.
takes() {
    name=$1 file=$2 wanted=$3 pattern=$4
    shift 4
    repeat "$file" | sh -c "$limit; exec \"\$@\"" sh "$smtpspec" "$@" - \
        >"$work/out" 2>"$work/err"
    status=$?
    if [ $status -ne "$wanted" ]; then
        report 'not ok' "$name: status $status, not $wanted"
    elif ! grep -q -e "$pattern" "$work/out"; then
        report 'not ok' "$name: not told what was found"
    else
        report ok "$name"
    fi
}

# Some MiB each, so that a repetition costs nothing.
awk 'BEGIN { for (i = 0; i < 40000; i++)
    printf "250-mx.example says %d\r\n250 2.1.5 ok\n", i }' >"$work/replies"
awk 'BEGIN {
    for (i = 0; i < 20000; i++) {
        print "S: 220 mx.example\nC: EHLO me.example\nS: 250 mx.example"
        print "C: MAIL FROM:<a" i "@b.example>\nS: 250 ok"
        print "C: RCPT TO:<c@d.example>\nS: 250 ok\nC: DATA\nS: 354 go"
        print "C: Subject: " i "\nC:\nC: all is well\nC: .\nS: 250 kept"
        print "C: QUIT\nS: 221 bye\nclosed"
    } }' >"$work/good"
# A fault in every session, of many kinds, and lines that never end.
awk 'BEGIN {
    for (i = 0; i < 2000; i++) {
        print "S: 220 mx.example\nC: NOOP\nS: " 200 + i % 400 " what"
        print "C: EHLO me.example\nS> 250 mx.example\\n"
        printf "C: HELP "
        for (k = 0; k < 1500; k++) printf "long"
        print "\nS: 214 x\nC: VRFY a\nS: 555 no\n---"
    } }' >"$work/bad"
awk 'BEGIN {
    for (i = 0; i < 20000; i++) {
        c = "{\"connection\": " i ", \"from\": "
        print c "\"S\", \"octets\": \"220 mx.example\\\\x0d\\\\x0a\"}"
        print c "\"C\", \"octets\": \"QUIT\\\\x0d\\\\x0a\"}"
        print c "\"S\", \"octets\": \"221 bye\\\\x0d\\\\x0a\"}"
        print "{\"connection\": " i ", \"event\": \"closed\"}"
    } }' >"$work/journal"

takes 'totals of replies' "$work/replies" 0 '^bare-lf  *[0-9]' parse --stats
takes 'a right dialogue' "$work/good" 0 '   [0-9]* passed, 0 failed' judge
takes 'a wrong one' "$work/bad" 1 '^FAIL  defect.bare-lf' judge
takes 'JSON Lines' "$work/journal" 0 '   [0-9]* passed, 0 failed' \
    judge --input jsonl

echo "1..$count"
