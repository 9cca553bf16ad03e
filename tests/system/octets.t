#!/bin/sh
# SPDX-License-Identifier: MIT
#
# octets.t - a file gives what a pipe gives, wherever lines lie in the windows
# that it is mapped by, and a file that is cut meanwhile is told of
set -u

. tests/support/tap.sh
smtpspec=${SMTPSPEC:?the path of the command}
megabytes=5
running=
trap '[ -z "$running" ] || kill -9 $running 2>/dev/null' EXIT

# MEGABYTES of a line again and again, behind SKIP octets of another.
fill() { # SKIP FIRST LINE
    awk -v skip="$1" -v first="$2" -v line="$3" -v most=$((megabytes << 20)) '
    BEGIN {
        printf "%s", first
        while (skip-- > 0) printf "x"
        printf "\r\n"
        for (at = 0; at < most; at += 64 * length(line))
            for (i = 0; i < 64; i++) printf "%s", line
    }'
}

# The records of a file and those of a pipe. Borders of pieces and of windows
# come to lie at each octet of a line, in some of its many.
parses_alike() {
    for skip in 0 1 7; do
        fill $skip '220 ' '250 2.1.5 ok\r\n' >"$work/in"
        "$smtpspec" parse --format tsv "$work/in" | cksum >"$work/file"
        # shellcheck disable=SC2002
        cat "$work/in" | "$smtpspec" parse --format tsv - | cksum >"$work/pipe"
        cmp "$work/file" "$work/pipe" || return
    done
}
check 'parse: borders anywhere in a line' parses_alike

of_a_place() { # FILE: standard input, but for its beginning
    dd bs=100 count=1 of="$work/head" 2>/dev/null
    "$smtpspec" parse --format tsv - >"$1"
    wc -c >"$1.rest"
}
starts_anywhere() {
    of_a_place "$work/file" <"$work/in"
    # shellcheck disable=SC2002
    cat "$work/in" | of_a_place "$work/pipe"
    cmp "$work/file" "$work/pipe" && [ "$(cat "$work/file.rest")" -eq 0 ]
}
check 'parse: from where standard input stands, to its end' starts_anywhere

verdicts() {
    "$smtpspec" judge --report json="$1" --quiet /dev/stdin
    [ $? -eq 1 ] && sed -i '/"started"/d; /elapsed/d' "$1"
}
judges_alike() {
    for skip in 0 7 20; do
        fill $skip '# ' 'S: 220 a\nC: NOOP\nS: 555 b\nclosed\n' >"$work/in"
        verdicts "$work/file" <"$work/in" || return
        # shellcheck disable=SC2002
        cat "$work/in" | verdicts "$work/pipe" || return
        cmp "$work/file" "$work/pipe" || return
    done
}
check 'judge: borders anywhere in a line' judges_alike

# --- cut --------------------------------------------------------------------

said="in: was cut while it was read"
told() { # COMMAND: in one line, with the status of what cannot be read
    wait "$running"
    status=$?
    running=
    echo "status $status"
    cat "$work/err"
    [ $status -eq 2 ] && [ "$(wc -l <"$work/err")" -eq 1 ] &&
        grep -q "^smtpspec $1: .*$said\$" "$work/err"
}

# It cannot go on, since nobody takes its output.
fill 0 '220 ' '250 2.1.5 ok\r\n' >"$work/in"
mkfifo "$work/fifo"
cut_amid_parse() {
    "$smtpspec" parse "$work/in" >"$work/fifo" 2>"$work/err" &
    running=$!
    exec 3<"$work/fifo"
    dd bs=1 count=1 <&3 2>/dev/null
    truncate -s 5000 "$work/in"
    cat <&3 >"$work/rest"
    exec 3<&-
    told parse
}
check 'parse: a file that is cut' cut_amid_parse

# It is stopped in its first windows: JSON takes its time, and there is a lot.
megabytes=40
fill 0 '{"connection": 1, "event": "tls"}' \
    '{"connection": 1, "from": "S", "octets": "220 mx.example\\\\x0d\\\\x0a"}\n' |
    sed '1s/x*\r$//' >"$work/in"
begun() { # whether it has come to an offset in the file
    # shellcheck disable=SC2012
    file=$(ls -l /proc/$running/fd | sed -n 's|.* \([0-9]*\) -> .*/in$|\1|p')
    [ -n "$file" ] && grep '^pos:.*[1-9]' "/proc/$running/fdinfo/$file"
} 2>/dev/null
cut_amid_judge() {
    "$smtpspec" judge --report json="$work/report" --input jsonl "$work/in" \
        >"$work/err.out" 2>"$work/err" &
    running=$!
    until begun; do
        kill -0 $running || return
    done
    kill -STOP $running
    truncate -s 5000 "$work/in"
    kill -CONT $running
    told judge && ! ls "$work"/report*
}
if [ -r /proc/self/fdinfo/0 ]; then
    check 'judge: a file that is cut, and no half report' cut_amid_judge
else
    check 'judge: a file that is cut # SKIP no /proc' true
fi

echo "1..$count"
