#!/bin/sh
# SPDX-License-Identifier: MIT
#
# parse.t - `smtpspec parse`: exit statuses, formats, totals
set -u

smtpspec=${SMTPSPEC:?the path of the command}
work=${TMPDIR:?}/parse
mkdir -p "$work"
count=0
tab=$(printf '\t')

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
    [ "$1" = ok ] || sed 's/^/# /' "$work/out" "$work/err"
}

# exits NAME STATUS ARGUMENT...: `smtpspec parse ARGUMENT...` on $work/in.
exits() {
    name=$1 wanted=$2
    shift 2
    "$smtpspec" parse "$@" <"$work/in" >"$work/out" 2>"$work/err"
    status=$?
    if [ $status -ne "$wanted" ]; then
        report 'not ok' "$name: status $status, not $wanted"
    elif [ "$wanted" -ne 0 ] && [ "$(wc -l <"$work/err")" -ne 1 ]; then
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

printf '220 mx.example ESMTP\r\n250-mx.example\n250 2.1.5 \033[2J\r\n' \
    >"$work/in"
exits 'replies from standard input' 0 -
says 'text shows the line' out '^       0  220 mx.example ESMTP$'
says 'text names a defect below the line' out '^ *^ bare-lf: '
says 'an escape sequence is escaped' out '2.1.5 \\x1b\[2J$'
exits 'replies from a file' 0 --format tsv "$work/in"
says 'seven columns' out "^37${tab}250${tab}SP${tab}1${tab}2.1.5${tab}control${tab}2"
exits 'JSON lines' 0 --format jsonl "$work/in"
says 'an object for each line' out \
    '^{"offset": 22, "code": 250, "separator": "-", "last": false, '
exits 'totals' 0 --stats "$work/in"
says 'octets are counted' out '^octets  *53$'
says 'speed is told' out 'ns/line$'
exits 'totals for programs' 0 --stats --format tsv -
says 'every defect has its count' out "^code-differs${tab}0$"
says 'a defect that is there, too' out "^bare-lf${tab}1$"

exits 'an unknown option' 2 --nonsense "$work/in"
exits 'an unknown format' 2 --format xml "$work/in"
exits 'an option without its value' 2 --format
exits 'no file' 2
exits 'two files' 2 "$work/in" "$work/in"
exits 'a file that is not there' 2 "$work/none"
says 'and its name is told' err 'none: No such file'
exits 'a folder' 2 "$work"
exits 'help' 0 --help

if [ -w /dev/full ]; then
    "$smtpspec" parse "$work/in" >/dev/full 2>"$work/err"
    status=$?
    : >"$work/out"
    if [ $status -eq 2 ] && [ "$(wc -l <"$work/err")" -eq 1 ]; then
        report ok 'a full disk'
    else
        report 'not ok' "a full disk: status $status"
    fi
else
    report ok 'a full disk # SKIP no /dev/full'
fi

printf 'HTTP/1.1 400 Bad Request\r\n\r\n' >"$work/in"
exits 'no SMTP' 3 "$work/in"
: >"$work/in"
exits 'an empty file' 3 "$work/in"

# A line of 3 MB: as many octets in memory as any other.
{ printf '250 '; head -c 3000000 /dev/zero | tr '\0' a; printf '\r\n'; } \
    >"$work/in"
exits 'an endless line' 0 --format tsv "$work/in"
says 'it is cut and measured' out 'aaa\.\.\. (3000004 octets)$'

# The same octets in other pieces.
awk 'BEGIN { for (i = 0; i < 9000; i++) printf "250-line %d\r\n250 ok\n", i }' \
    >"$work/in"
exits 'a long stream' 0 --format tsv "$work/in"
cp "$work/out" "$work/whole"
dd if="$work/in" bs=7 2>/dev/null | "$smtpspec" parse --format tsv - \
    >"$work/out" 2>"$work/err"
if cmp -s "$work/out" "$work/whole"; then
    report ok 'a pipe gives the same'
else
    report 'not ok' 'a pipe gives the same'
fi

echo "1..$count"
