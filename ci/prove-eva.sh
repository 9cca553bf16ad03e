#!/bin/sh
# SPDX-License-Identifier: MIT
#
# prove-eva.sh [MODULE...] - follow pure modules with Frama-C's Eva
#
# Each harness/prove/eva_<module>.c is a main() that calls a module with any
# octets, any number of times; its head names the files that are followed and,
# where there are any, how many of their functions it does not call, how many
# statements of the others it does not reach, and why. A fault is an alarm that
# harness/prove/eva-allowed.tsv does not name, a row of it that nothing met, and
# a function or a statement more that was not reached: what is not reached is
# not proved. frama-c by itself ends with 0 in all these cases.
#
# The last line is "N passed, N failed, 0 skipped". Exit status: 0, 1 for a
# fault, 77 without frama-c.
set -u
cd "$(dirname "$0")/.." || exit

. ci/head-of.sh
command -v frama-c >/dev/null || { echo 'there is no frama-c'; exit 77; }
allowed=harness/prove/eva-allowed.tsv
out=build/eva
mkdir -p "$out/home"
[ $# -gt 0 ] && all= || all=1
[ $# -gt 0 ] || set -- $(ls harness/prove/eva_*.c | sed 's/.*eva_//;s/\.c$//')
passed=0 failed=0
: > "$out/met"

number() { # FILE WORD: the number that begins what stands there, or 0
    head_of "$1" "$2" | awk 'NR == 1 { n = $1 + 0 } END { print n + 0 }'
}

# Alarms that were not shown to be none: function, kind, property.
alarms() { # CSV
    awk -F '\t' -v OFS='\t' 'NR > 1 && $5 != "precondition" &&
        $5 !~ /clause$/ && ($6 == "Unknown" || $6 ~ /^Partially/ ||
        $6 ~ /^Invalid/) { sub(/_[0-9]+$/, "", $4); print $4, $5, $7 }' "$1" |
        sort -u
}

for module; do
    entry=harness/prove/eva_$module.c
    log=$out/$module.log csv=$out/$module.csv
    followed=$(head_of "$entry" follows)
    rm -f "$csv"
    # shellcheck disable=SC2086
    [ -z "$followed" ] || HOME=$out/home timeout 300 \
        frama-c -c11 -machdep gcc_x86_64 \
        -cpp-extra-args='-Iinclude -Isrc -U__SSE2__' "$entry" \
        $followed -eva -then -report-csv "$csv" \
        > "$log" 2>&1
    if [ ! -s "$csv" ]; then
        tail -n 5 "$log"
        echo "FAIL  $module: not followed to its end"
        failed=$((failed + 1))
        continue
    fi
    alarms "$csv" > "$out/$module.alarms"
    cat "$out/$module.alarms" >> "$out/met"
    new=$(awk -F '\t' 'FILENAME == ARGV[1] { known[$1, $2, $3]; next }
        !(($1, $2, $3) in known)' "$allowed" "$out/$module.alarms")
    reached=$(sed -n 's/.* \([0-9]*\) statements reached .*/\1/p' "$log")
    of=$(sed -n 's/.* reached (out of \([0-9]*\)).*/\1/p' "$log")
    called=$(sed -n 's/^ *\([0-9]*\) functions analyzed .*/\1/p' "$log")
    there=$(sed -n 's/.* analyzed (out of \([0-9]*\)).*/\1/p' "$log")
    if [ -n "$new" ] ||
        [ $((of - reached)) -gt "$(number "$entry" unreached)" ] ||
        [ $((there - called)) -gt "$(number "$entry" uncalled)" ]; then
        verdict=FAIL failed=$((failed + 1))
    else
        verdict='ok  ' passed=$((passed + 1))
    fi
    echo "$verdict  $module: $called of $there functions," \
        "$reached of $of statements in them," \
        "$(wc -l < "$out/$module.alarms") alarms allowed for"
    [ -z "$new" ] || printf '%s\n' "$new" | sed 's/^/      alarm: /'
done

stale=$([ -z "$all" ] || awk -F '\t' 'FILENAME == ARGV[1] { met[$1, $2, $3] }
    FILENAME != ARGV[1] && !/^#/ && !(($1, $2, $3) in met)' "$out/met" \
    "$allowed")
if [ -n "$stale" ]; then
    echo 'FAIL  rows of eva-allowed.tsv that nothing met:'
    printf '%s\n' "$stale" | sed 's/^/      /'
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
