#!/bin/sh
# SPDX-License-Identifier: MIT
#
# judge.t - `smtpspec judge`: the recordings in corpus/recordings, exit
# statuses, reports
set -u

smtpspec=${SMTPSPEC:?the path of the command}
work=${TMPDIR:?}/judge
mkdir -p "$work"
count=0

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
    [ "$1" = ok ] || sed 's/^/# /' "$work/out" "$work/err"
}

# exits NAME STATUS ARGUMENT...: `smtpspec judge ARGUMENT...` on $work/in.
exits() {
    name=$1 wanted=$2
    shift 2
    "$smtpspec" judge "$@" <"$work/in" >"$work/out" 2>"$work/err"
    status=$?
    if [ $status -ne "$wanted" ]; then
        report 'not ok' "$name: status $status, not $wanted"
    elif [ "$wanted" -ge 2 ] && [ "$(wc -l <"$work/err")" -ne 1 ]; then
        report 'not ok' "$name: not one line on standard error"
    else
        report ok "$name"
    fi
}

# says NAME FILE PATTERN: of the run before.
says() {
    if grep -q -e "$3" "$work/$2"; then
        report ok "$1"
    else
        report 'not ok' "$1"
    fi
}

# is_gone NAME FILE: FILE is not there.
is_gone() {
    if [ -e "$2" ]; then
        report 'not ok' "$1"
    else
        report ok "$1"
    fi
}

: >"$work/in"
for file in corpus/recordings/*.txt corpus/recordings/*.jsonl; do
    name=${file##*/}
    case $name in
    good-*)
        exits "$name: nothing found" 0 --fail-on warn --level info "$file"
        ;;
    bad-*)
        rule=$(sed -n 's/^# finds //p;1q' "$file")
        # swaks has no comments.
        [ "$name" != bad-swaks.txt ] || rule=expect.RCPT.READY
        exits "$name: found" 1 --report "json=$work/report.json" "$file"
        says "$name: $rule" out "^\(FAIL\|WARN\)  $rule "
        says "$name: $rule in JSON" report.json \
            "{\"id\": \"$rule\", .*\"outcome\": \"\(fail\|warn\)\""
        if LC_ALL=C grep -q '[^ -~]' "$work/out" "$work/report.json"; then
            report 'not ok' "$name: raw octets"
        else
            report ok "$name: no raw octets"
        fi
        ;;
    cut-*)
        exits "$name: no verdict" 0 --fail-on warn --level info "$file"
        says "$name: a note" out '^NOTE  transcript.incomplete'
        says "$name: a line of its own" err "^smtpspec judge: $file:7: note: "
        ;;
    gap-*)
        exits "$name: no verdict" 0 --fail-on warn --level info "$file"
        says "$name: a note" out '^NOTE  transcript.gap'
        says "$name: a line of its own" err \
            "^smtpspec judge: $file:[1-9][0-9]*: note: transcript "
        ;;
    esac
done

cat >"$work/in" <<'END'
S: 220 mx.example ESMTP
C: EHLO client.example
S: 250 mx.example
C: RCPT TO:<a@b.example>
S: 250 fine
C: RCPT TO:<a@b.example>
S: 503 in state MAIL now?
C: NOOP
S: 259 an unlisted code
END
exits 'standard input' 1 -
says 'a fail of layer state' out '^FAIL  expect.RCPT.READY '
says 'what was expected' out '^      expected  503$'
says 'the line that shows it is marked' out '^   -> S: 250 fine$'
says 'an unlisted code is a warning' out '^WARN  reply.NOOP '
exits 'levels below MUST are hidden' 1 --level must -
says 'and counted' out 'hidden  *[0-9]* below MUST'
exits 'quiet' 1 --quiet -
says 'is one line' out '^-: [0-9]* passed, [0-9]* failed'
exits 'the profile is told' 1 --profile rfc5321 -
says 'in the first line' out '^smtpspec .*, profile rfc5321$'
exits 'colour when asked for' 1 --color=always -
says 'colours the mark' out '-> S: 250 fine.\[0m$'

# A network cuts anywhere: amid a line, and behind many.
exits 'replies cut amid a line' 1 --report "json=$work/report.json" \
    corpus/regressions/recording/replies-cut-amid-a-line
says 'a line out of several' out '^      observed  250-SIZE.x01$'
says 'is marked alone' out '^   -> S: 250-SIZE.x01$'
says 'a line in two parts' out '^      observed  222 bye$'
says 'a line that the client spoke into' out '^      observed  250 fine$'
says 'what EHLO offers, out of one piece' report.json \
    '"extensions": \["PIPELINING", '

cat >"$work/in" <<'END'
S: 220 mx.example ESMTP
C: EHLO client.example
S: 250 mx.example
C: VRFY somebody
S: 259 an unlisted code
END
exits 'a warning is no failure' 0 -
exits 'unless asked for' 1 --fail-on warn -

cat >"$work/in" <<'END'
S: 220 mx.example LMTP
C: LHLO client.example
S: 250 mx.example
C: MAIL FROM:<a@b.example>
S: 250 ok
C: RCPT TO:<a@mx.example>
S: 250 ok
C: RCPT TO:<b@mx.example>
S: 250 ok
C: DATA
S: 354 go on
C: text
C: .
S: 250 for a
S: 452 not for b
C: QUIT
S: 221 goodbye
closed
END
exits 'LMTP: a reply for each recipient' 0 --service lmtp -
exits 'SMTP: one reply' 1 --service smtp -

# What is no transcript, or a broken one.
printf 'S: 220 mx.example\nC:NOOP\n' >"$work/in"
exits 'a malformed line' 2 "$work/in"
says 'its place and fault are told' err ':2: a blank is due behind '
exits 'and leaves no report' 2 --report "json=$work/none.json" -
is_gone 'none at all' "$work/none.json"
is_gone 'nor a half one' "$(ls "$work"/none.json.*.tmp 2>/dev/null)"
printf 'S: 220 mx\\q\n' >"$work/in"
exits 'an unknown escape' 2 -
exits 'a file of another kind' 3 Makefile
says 'no SMTP found' err 'no SMTP found'
exits 'a program' 3 "$smtpspec"
printf 'C: GET / HTTP/1.0\nS: HTTP/1.0 400 Bad Request\nclosed\n' >"$work/in"
exits 'a transcript of something else' 3 -
: >"$work/in"
exits 'an empty file' 3 -
exits 'a file that is not there' 2 "$work/none"
exits 'a folder' 2 "$work"
exits 'no file' 2
exits 'two files' 2 - -
exits 'an unknown option' 2 --nonsense -
exits 'an option without value' 2 --profile
exits 'an unknown profile' 2 --profile rfc822 -
exits 'an unknown service' 2 --service pop3 -
exits 'an unknown level' 2 --level loud -
exits 'an unknown --fail-on' 2 --fail-on never -
exits 'an unknown colour' 2 --color=red -
exits 'an unknown report' 2 --report pdf=x -
exits 'help' 0 --help

cat corpus/recordings/good-message.txt >"$work/in"
exits 'a report in a folder that is not there' 2 \
    --report "json=$work/no/report.json" -
if [ -w /dev/full ]; then
    exits 'a report on a full disk' 2 --report json=/dev/full -
    "$smtpspec" judge - <"$work/in" >/dev/full 2>"$work/err"
    status=$?
    if [ $status -eq 2 ] && [ "$(wc -l <"$work/err")" -eq 1 ]; then
        report ok 'standard output on a full disk'
    else
        report 'not ok' "standard output on a full disk: status $status"
    fi
else
    report ok 'a report on a full disk # SKIP no /dev/full'
fi
exits 'JSON on standard output' 0 --report json=- -
says 'is alone there' out '^{ "tool": "smtpspec"'

# Many sessions: a rule is told once, with its count.
i=0
while [ $i -lt 50 ]; do
    cat corpus/recordings/bad-rcpt-before-mail.txt
    echo ---
    i=$((i + 1))
done >"$work/in"
exits 'fifty sessions' 1 -
says 'one finding' out '^      remark    50 times, first in line 6$'
says 'connections are counted' out '^FAIL  -   3 passed, 1 failed$'

# JSON Lines: half a line, half an object, no number, other forms.
head -c 700 corpus/recordings/good-session.jsonl >"$work/in"
exits 'JSON cut inside a line' 0 --fail-on warn --level info -
says 'JSON cut inside a line: said' out '^NOTE  transcript.gap'
printf '%s\n' '{"from": "S", "octets": "220 mx"}' >"$work/in"
exits 'JSON without a connection' 3 -
says 'JSON without a connection: where and why' err \
    '^smtpspec judge: -:1: no SMTP found: "connection" is missing'
{
    head -n 2 corpus/recordings/good-session.jsonl
    echo '{"connection": 1, "event": "tea"}'
} >"$work/in"
exits 'JSON with an unknown event' 2 -
says 'JSON with an unknown event: where' err '^smtpspec judge: -:3: '
{
    head -n 2 corpus/recordings/good-session.jsonl
    echo '{"connection": 1, "from": "S", "octets": "\\\\q"}'
} >"$work/in"
exits 'JSON with an unknown escape' 2 -
echo '[1, 2]' >"$work/in"
exits 'JSON that is no object, as JSON' 3 --input jsonl -
cat corpus/recordings/good-swaks.txt >"$work/in"
exits 'swaks, said to be text' 3 --input text -
exits 'swaks, said to be swaks' 0 --input swaks --fail-on warn -
{ echo; cat corpus/recordings/good-swaks.txt; } >"$work/in"
exits 'swaks behind an empty line, by its name' 0 --input swaks -
exits 'an unknown form' 2 --input pcap -

# Lines that come whole are read in another way than such in pieces; the lines
# before a finding may be of the 256 KiB that were read before.
awk 'BEGIN {
    for (i = 0; i < 9029; i++) print "# as much as is read at once"
    while (length(line) < 200) line = line "line " ++k " "
    print "S: 220 mx.example\nC: EHLO a.example\nS: 250 mx.example"
    print "C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RCPT TO:<c@d.example>"
    print "S: 250 ok\nC: DATA\nS: 354 go"
    for (i = 0; i < 8; i++) print "C: " i " " line
    print "C: .\nS: 299 what\nC: QUIT\nS: 221 bye\nclosed"
    for (j = 0; j < 60; j++) {
        print "S: 220 mx.example\nC: EHLO a.example\nS: 250 mx.example"
        print "C: HELP " line
        print "S: " 200 + j % 6 + 10 * (j % 5) (j % 7 ? " " : "?") line
        print "C: NOOP\nS: " 500 + j " x\nC: QUIT\nS: 221 bye\nclosed"
    }
    for (i = 0; i < 9500; i++) print "# as much again in its place" }' \
    >"$work/chunks.txt"
for file in corpus/recordings/*.txt "$work/chunks.txt"; do
    "$smtpspec" judge --level info - <"$file" >"$work/whole" 2>"$work/cried"
    dd bs=3 if="$file" 2>/dev/null | "$smtpspec" judge --level info - \
        >"$work/out" 2>"$work/err"
    if cmp -s "$work/out" "$work/whole" && cmp -s "$work/err" "$work/cried"; then
        report ok "${file##*/}: three octets at a time"
    else
        report 'not ok' "${file##*/}: three octets at a time"
    fi
done

# --- Where the sessions went -----------------------------------------------

cat >"$work/in" <<'EOT'
S: 220 mx.example ESMTP
C: EHLO probe.example
S: 250 mx.example
C: RCPT TO:<a@mx.example>
S: 250 2.1.5 taken
C: NOOP
S: 250 2.0.0 ok
C: QUIT
S: 221 2.0.0 bye
EOT
exits 'a recipient without MAIL' 1 --quiet --report "json=$work/places.json" \
    --report "html=$work/places.html" -
cp "$work/places.json" "$work/out"
says 'the place is told' out \
    '"command": "RCPT", "class": "success", "count": 1, "worst": "fail", "case": "expect'
says 'and one where nothing was wrong' out \
    '"command": "NOOP", "class": "success", "count": 1, "worst": "pass", "case": "exchange.NOOP'
cp "$work/places.html" "$work/out"
says 'the picture has an arrow for it' out 'class="e stray f"'

echo "1..$count"
