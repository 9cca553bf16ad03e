#!/bin/sh
# SPDX-License-Identifier: MIT
#
# formats.t - reports of real runs, given to the programs that read them
#
# Each format is held against its schema and by a consumer that others wrote.
# The runs are of a server with faults, of one that refuses so much that cases
# prove to be barred when others have run, and of one that is not there.
set -u

. tests/support/tap.sh

smtpspec=${SMTPSPEC:?the path of the command}
report=src/report
case $PROFILE in
san) sanitize=-fsanitize=address,undefined ;;
cov) sanitize=--coverage ;;
*) sanitize= ;;
esac
# Lists of words.
# shellcheck disable=SC2046,SC2086
${CC:-cc} -std=c17 $sanitize -Iinclude -Itests -o "$work/conforms" \
    tests/support/conforms.c $(pkg-config --cflags --libs jansson) -lcmocka ||
    exit 1
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
export ASAN_OPTIONS

# run NAME ARGUMENT...: all formats of one run, and its exit status.
run() {
    name=$1
    shift
    set -- "$@" --quiet
    for format in json jsonl; do
        set -- "$@" --report "$format=$work/$name.$format"
    done
    timeout 100 "$smtpspec" check "$@" >"$work/$name.log" 2>&1
    echo $? >"$work/$name.status"
}
run faults --to user@embedded.example embedded:bare-lf,rcpt-before-mail
run late --to user@embedded.example embedded:auth-required-503
run gone 127.0.0.1:1 embedded:
check 'the runs found what they were to find' \
    sh -c "cd '$work' && cat ./*.log && [ \"\$(cat faults.status \
        late.status gone.status | tr -d '\n')\" = 113 ]"

# --- JSON and JSON Lines -----------------------------------------------------

for of in faults late gone; do
    check "json of '$of' conforms to its schema" "$work/conforms" \
        "$report/report.schema.json" "$work/$of.json"
    check "each line of jsonl of '$of' does, too" "$work/conforms" -l \
        -b "$report/report.schema.json" "$report/report-line.schema.json" \
        "$work/$of.jsonl"
done
for of in faults late gone; do
    rm -f "$work/json" "$work/jsonl"
    for format in json jsonl; do
        "$smtpspec" merge --report "json=$work/$format" "$work/$of.$format"
    done >"$work/out" 2>&1
    check "both tell the same of '$of'" cmp "$work/json" "$work/jsonl"
done
# A case that the whole run shows in another light has two lines.
check 'what was told early is told anew where it changed' \
    sh -c "sed -n 's/.*\"number\": \([0-9]*\),.*/\1/p' '$work/late.jsonl' |
        sort | uniq -d | grep -q ."

# A run that is killed leaves what it had.
"$smtpspec" serve --listen 127.0.0.1:0 >"$work/serve" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null' EXIT
until place=$(sed -n 's/^listening on //p' "$work/serve" 2>/dev/null) &&
    [ -n "$place" ]; do sleep 0.05; done
"$smtpspec" check --quiet --rate 300 --report "jsonl=$work/cut.jsonl" \
    "$place" >/dev/null 2>&1 &
run=$!
until [ "$(grep -sc '"record": "case"' "$work/cut.jsonl" || :)" -gt 20 ] ||
    ! kill -0 $run; do sleep 0.05; done 2>/dev/null
kill -9 $run
wait $run 2>/dev/null
check 'a run that is killed leaves lines that conform' "$work/conforms" -l \
    -b "$report/report.schema.json" "$report/report-line.schema.json" \
    "$work/cut.jsonl"
check 'and no end' sh -c "! grep -q '\"record\": \"run_end\"' '$work/cut.jsonl'"

echo "1..$count"
