#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# fuzz.sh [SERVER...] - `smtpspec fuzz` on the lab's servers
#
# Without a name: those of LAB_SERVERS. Each is set up where needed, started,
# fuzzed for TIME seconds and stopped; where there is a variant SERVER-fuzz,
# it is that. What SERVER.fuzz.tsv lists is known to be so; any other finding
# makes the exit status 1, and so do findings of which less than 95 in 100 show
# again when their files are replayed. One line for each finding that is new,
# one of TAP for each server, with what was counted; the reports are
# $LAB/SERVER.fuzz.json and .txt, the findings $LAB/SERVER.findings. 77 where
# nothing could be run.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

LAB=${LAB:-build/lab}
smtpspec=${SMTPSPEC:-build/smtpspec}
seconds=${TIME:-600}
# The list is a list of words.
# shellcheck disable=SC2086
[ $# != 0 ] || set -- ${LAB_SERVERS:-postfix exim opensmtpd}
mkdir -p "$LAB"
export LAB

# sort_out LIST FOLDER: "known" or "new", and the signature, for each finding.
# A row of LIST: SIGNATURE, REASON and, maybe, SCRIPT. First and last are
# extended regular expressions, SCRIPT for a part of the script, line ends and
# all, in small letters: what has to be sent for the finding to be that.
sort_out() {
    find "$2" -name '*.script' -print0 2>/dev/null | sort -z |
        xargs -0 -r awk -F '\t' '
            function tell(   row) {
                if (signature == "")
                    return
                for (row = 1; row <= rows; row++)
                    if (signature ~ pattern[row] &&
                        tolower(script) ~ needs[row])
                        break
                print row <= rows ? "known" : "new", signature
            }
            FILENAME == list && /^(#|$)/ { next }
            FILENAME == list {
                if (NF != 2 && NF != 3) {
                    print FILENAME ":" FNR ": not two or three fields" \
                        > "/dev/stderr"
                    exit failed = 1
                }
                pattern[++rows] = "^(" $1 ")$"
                needs[rows] = $3
                next
            }
            FNR == 1 { tell(); signature = script = "" }
            sub(/^# signature: /, "") { signature = $0 }
            !/^#/ { script = script $0 "\n" }
            END { if (!failed) tell() }' list="$1" "$1"
}

# replay FOLDER TARGET: "SHOWN ALL" of the files there; a server that was
# killed a moment before may need another.
replay() {
    local file shown=0 all=0 try

    for file in "$1"/*.script; do
        [ -e "$file" ] || break
        all=$((all + 1))
        for try in 1 2 3; do
            "$smtpspec" fuzz --quiet --to alice@lab.test --timeout 2 \
                --replay "$file" "$2" > /dev/null 2>&1
            [ $? != 1 ] || { shown=$((shown + 1)); break; }
            sleep "$try"
        done
    done
    echo "$shown $all"
}

# fuzz NAME: what came of it, in a line.
fuzz() {
    local at=$LAB/$1.findings list=ci/lab/$1.fuzz.tsv target status sorted
    local known new again

    [ -e "$list" ] || list=/dev/null
    target=$("$server" target)
    rm -rf "$at"
    timeout -k 10 $((seconds + 120)) "$smtpspec" fuzz --time "$seconds" \
        --to alice@lab.test --findings "$at" --seed "${SEED:-1}" \
        --report "json=$LAB/$1.fuzz.json" "$target" > "$LAB/$1.fuzz.txt" 2>&1
    status=$?
    read -r -a again <<< "$(replay "$at" "$target")"
    sorted=$(sort_out "$list" "$at") || status=2
    known=$(grep -c '^known ' <<< "$sorted")
    new=$(grep -c '^new ' <<< "$sorted")
    sed -n "s|^new |# $1: new: |p" <<< "$sorted"
    [ "$status" -le 1 ] && [ "$new" = 0 ] &&
        [ $((again[0] * 100)) -ge $((again[1] * 95)) ]
    status=$?
    [ "$status" = 0 ] || printf 'not '
    echo "ok - fuzz: $1: $(tail -n 1 "$LAB/$1.fuzz.txt");" \
        "$known known, $new new, ${again[0]} of ${again[1]} replay"
    return $status
}

failed=0
ran=0
for name; do
    server=ci/lab/$name-fuzz.sh
    [ -x "$server" ] || server=ci/lab/$name.sh
    sh ci/lab-start.sh fuzz "$name" "$server"
    case $? in
    0)
        ran=$((ran + 1))
        fuzz "$name" || failed=$((failed + 1))
        "$server" stop
        ;;
    77) ;;
    *) failed=$((failed + 1)) ;;
    esac
done
[ "$ran" != 0 ] || [ "$failed" != 0 ] || exit 77
echo "$ran servers, $seconds s each: $failed with anything new"
[ "$failed" = 0 ]
