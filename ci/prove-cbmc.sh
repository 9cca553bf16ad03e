#!/bin/sh
# SPDX-License-Identifier: MIT
#
# prove-cbmc.sh [NAME...] - what CBMC proves of the tokenizer and the session
#
# Each harness/prove/cbmc_<name>.c is a main() with assertions; CBMC shows that
# they hold, and that there is no undefined behaviour, for all values of what
# is unknown in it. Its head says what follows from that, which more files are
# read, and how often loops turn (`options:`). A fault is whatever does not
# hold, and a function without a body, about which nothing is known.
#
# Then each proof has to fail: every harness/prove/planted/<what>.plant breaks
# a copy of a source (ci/plant.awk), and its proof (`target`) must not hold any
# more. A proof that no plant is for is a fault, too.
#
# The last line is "N passed, N failed, 0 skipped". Exit status: 0, 1 for a
# fault, 77 where ci/cbmc.sh finds no CBMC, 2 for a name that there is not.
set -u
cd "$(dirname "$0")/.." || exit

. ci/head-of.sh
cbmc=$(sh ci/cbmc.sh) || { echo "$cbmc"; exit 77; }
out=build/cbmc/out
rm -rf "$out"
mkdir -p "$out"
[ $# -gt 0 ] ||
    set -- $(ls harness/prove/cbmc_*.c | sed 's/.*cbmc_//;s/\.c$//')
passed=0 failed=0
checks='--bounds-check --pointer-check --pointer-overflow-check
    --pointer-primitive-check --signed-overflow-check --undefined-shift-check
    --div-by-zero-check'

say() { # OK|FAIL WORD...
    [ "$1" = FAIL ] && failed=$((failed + 1)) || passed=$((passed + 1))
    printf '%-4s  ' "$1"
    shift
    echo "$*"
}

# Files of the folder BROKEN take the place of those of the tree. Returns what
# cbmc does: 0 all holds, 10 something does not.
run() { # NAME LOG [BROKEN]
    entry=harness/prove/cbmc_$1.c
    files=$(for file in $(head_of "$entry" follows); do
        [ ! -e "${3-}/$file" ] || file=$3/$file
        echo "$file"
    done)
    options=$(head_of "$entry" options)
    case $options in
    *--no-standard-checks*) ;;
    *) options="$options $checks" ;;
    esac
    # shellcheck disable=SC2086
    timeout 600 "$cbmc" --c11 ${3:+-I$3/src} -Iinclude -Isrc -Iharness/prove \
        --unwinding-assertions $options "$entry" $files > "$2" 2>&1
}

failures() { sed -n 's/^\[[^]]*\] \(.*\): FAILURE$/\1/p' "$1"; }

prove() { # NAME
    begun=$(date +%s)
    log=$out/$1.log
    run "$1" "$log"
    status=$?
    count=$(sed -n 's/^\*\* [0-9]* of \([0-9]*\) failed.*/\1/p' "$log")
    took="$(($(date +%s) - begun)) s"
    if grep -q 'no body for' "$log"; then
        say FAIL "$1: $(grep -m 1 -o 'no body for.*' "$log")"
    elif [ $status = 0 ] && [ "${count:-0}" -gt 0 ]; then
        say ok "$1: $count properties hold, $took"
    else
        say FAIL "$1: exit status $status, $took"
        { failures "$log"; tail -n 2 "$log"; } | head -n 12 | sed 's/^/      /'
    fi
}

break_it() { # PLANT NAME
    what=$(basename "$1" .plant)
    file=$(sed -n 's/^file  *//p;/^---$/q' "$1")
    broken=$out/$what
    mkdir -p "$broken/$(dirname "$file")"
    if ! awk -f ci/plant.awk "$1" "$file" > "$broken/$file"; then
        say FAIL "$2, planted $what: does not fit the source"
        return
    fi
    run "$2" "$out/$what.log" "$broken"
    status=$?
    if [ $status = 10 ]; then
        say ok "$2, planted $what: no more: $(failures "$out/$what.log" |
            head -n 1)"
    else
        say FAIL "$2, planted $what: exit status $status"
    fi
}

for name; do
    if [ ! -e "harness/prove/cbmc_$name.c" ]; then
        echo "prove-cbmc.sh: there is no proof '$name'" >&2
        exit 2
    fi
    prove "$name"
    plants=$(grep -l "^target  *$name\$" harness/prove/planted/*.plant) ||
        say FAIL "$name: no plant is for it"
    for plant in $plants; do
        break_it "$plant" "$name"
    done
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
