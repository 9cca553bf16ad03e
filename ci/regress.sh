#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# regress.sh OLD [NEW] - does a change alter how anything known is read?
#
# OLD is a revision, built below build/regress, or a built command; NEW is a
# built command (build/smtpspec, the tree as it stands). Both read
#
#   all seeds and regressions     smtpspec parse: a record for each reply line
#   corpus/vectors/*.jsonl        the same, on their inputs
#   corpus/recordings             smtpspec judge, under every profile
#   corpus/seeds/session          the same, as dialogues
#
# and their records, and how they ended, are compared. What differs is shown as
# input, before and after, the first 20 here and all in
# build/regress/differences.txt.
#
# The last line is "N inputs compared, N differ". Exit status: 0, 1 where one
# differs, 2 where there is nothing to compare with.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

SHOWN_MOST=20

die() { echo "regress.sh: $*" >&2; exit 2; }

[ -n "${1-}" ] || die 'OLD is missing: a revision, or a built command'
work=$PWD/build/regress
mkdir -p "$work"

# old_command WHAT: the path of the command, built if need be.
old_command() {
    local commit tree

    if [ -f "$1" ] && [ -x "$1" ]; then
        realpath "$1"
        return
    fi
    commit=$(git rev-parse --verify -q "$1^{commit}") ||
        die "$1: neither a revision nor a command"
    tree=$work/$commit
    if [ ! -x "$tree/build/smtpspec" ]; then
        rm -rf "$tree"
        mkdir -p "$tree"
        git archive "$commit" | tar -x -C "$tree" || die "$1: no such tree"
        MAKEFLAGS='' make -s -j"$(nproc)" -C "$tree" all \
            >"$work/build.log" 2>&1 ||
            die "$1 does not build: see build/regress/build.log"
    fi
    echo "$tree/build/smtpspec"
}

old=$(old_command "$1") || exit 2
new=$(realpath "${2:-build/smtpspec}")
[ -x "$new" ] || die "$new: no such command"

# The first form of record that both know.
form=
for form in jsonl tsv text none; do
    for command in "$old" "$new"; do
        printf '220 ready\r\n' | "$command" parse --format $form - \
            >/dev/null 2>&1 || continue 2
    done
    break
done
[ $form != none ] || die 'the two commands have no format in common'

# --- the inputs -------------------------------------------------------------

rm -rf "$work/inputs" "$work/differences.txt"
mkdir -p "$work/inputs/vectors" "$work/inputs/session"

# The octets of each vector: they are in hexadecimal.
for vectors in corpus/vectors/*.jsonl; do
    [ -e "$vectors" ] || continue
    sed -n 's/^{"id":"\([^"]*\)".*"input":"\([0-9a-f]*\)".*$/\1 \2/p' \
        "$vectors" | sed 's/ *$//' >"$work/vectors"
    [ "$(wc -l <"$work/vectors")" = "$(grep -c . "$vectors")" ] ||
        die "$vectors: a line with no id or input"
    while read -r id hex; do
        # \xNN, for printf alone to read.
        # shellcheck disable=SC2059
        printf "$(sed 's/../\\x&/g' <<<"$hex")" >"$work/inputs/vectors/$id"
    done <"$work/vectors"
done

# A session script as a dialogue; harness/fuzz_session.c tells its dialect.
for script in corpus/seeds/session/* corpus/regressions/session/*; do
    [ -e "$script" ] || continue
    LC_ALL=C awk '
        { line = substr($0, 2); gsub(/\\/, "\\\\", line)
          gsub(/\^n/, "\\n", line); gsub(/\^r/, "\\r", line)
          gsub(/\^0/, "\\0", line); gsub(/\^\^/, "^", line) }
        /^[CS]/ { print substr($0, 1, 1) ": " line }
        /^c/    { print "C> " line }
        /^s/    { print "S> " line }
        /^t/    { print "silent" }
        /^x/    { print "closed" }' \
        "$script" >"$work/inputs/session/${script##*/}.txt"
done

# --- the records ------------------------------------------------------------

# What differs from run to run, and from version to version, goes.
tame() {
    sed -e 's/"\(started\|version\)": "[^"]*"/"\1": ""/g' \
        -e 's/"\(elapsed_\)\{0,1\}ms": [0-9]*/"\1ms": 0/g'
}

# What is said on standard error comes last, or the order would be chance.
ended() { echo "exit status $1"; cat "$work/said"; }
parse_record() { # COMMAND FILE
    "$1" parse --format "$form" "$2" 2>"$work/said"
    ended $?
}
judge_record() { # COMMAND FILE PROFILE
    "$1" judge --quiet --level INFO --profile "$3" --report json=- "$2" \
        2>"$work/said" | tame
    ended "${PIPESTATUS[0]}"
}

compared=0 differ=0 at=

# compare RECORD FILE [PROFILE]
compare() {
    compared=$((compared + 1))
    "$1_record" "$old" "${@:2}" >"$work/before"
    "$1_record" "$new" "${@:2}" >"$work/after"
    cmp -s "$work/before" "$work/after" && return
    differ=$((differ + 1))
    diff "$work/before" "$work/after" | cut -c 1-400 >"$work/diff"
    at=$(sed -n 's/^[<>] {"offset": \([0-9]*\),.*$/\1/p' "$work/diff" |
        head -n 1)
    {
        echo "differs: smtpspec ${1} ${3:+--profile $3 }${2#"$PWD/"}"
        tail -c +$((${at:-0} + 1)) "$2" | head -c 400 | cat -v |
            head -n 6 | sed 's/^/  input   /'
        sed -n 's/^< /  before  /p;s/^> /  after   /p' "$work/diff" |
            head -n 12
    } >"$work/difference"
    cat "$work/difference" >>"$work/differences.txt"
    [ $differ -gt $SHOWN_MOST ] || cat "$work/difference"
}

while read -r file; do
    compare parse "$file"
done < <(find corpus/seeds corpus/regressions "$work/inputs/vectors" \
    -type f 2>/dev/null | sort)

profiles=$("$new" list profiles --format tsv | cut -f 1)
while read -r file; do
    for profile in $profiles; do compare judge "$file" "$profile"; done
done < <(find corpus/recordings "$work/inputs/session" -type f \
    ! -name README.md 2>/dev/null | sort)

[ $compared -gt 0 ] || die 'there are no inputs'
echo "$compared inputs compared, $differ differ"
[ $differ = 0 ]
