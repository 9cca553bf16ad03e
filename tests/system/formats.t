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

# Whatever could break out of a format.
cat >"$work/hostile" <<'EOF'
say() { printf '%s <script>&amp;"%s # SKIP ]]> \033[31m\200\0\\n\r\n' "$1" "'"; }
say 220
while read -r line; do
    case $line in
    [Qq]*) say 221; exit ;;
    [Ee]*) printf '250-x\r\n'; say 250 ;;
    *) say 250 ;;
    esac
done
EOF

# run NAME ARGUMENT...: all formats of one run, and its exit status.
run() {
    name=$1
    shift
    set -- "$@" --quiet
    for format in json jsonl junit sarif tap; do
        set -- "$@" --report "$format=$work/$name.$format"
    done
    timeout 100 "$smtpspec" check "$@" >"$work/$name.log" 2>&1
    echo $? >"$work/$name.status"
}
run faults --to user@embedded.example embedded:bare-lf,rcpt-before-mail
run late --to user@embedded.example embedded:auth-required-503
run gone --only 'noop.*' 127.0.0.1:1 embedded:
run honest --only 'data.*' --to user@embedded.example embedded:
run hostile --only 'noop.*' --only 'rset.*' --only 'ehlo.*' --timeout 1 \
    "exec:sh $work/hostile"
check 'the runs found what they were to find' \
    sh -c "cd '$work' && cat ./*.log && [ \"\$(cat faults.status \
        late.status gone.status honest.status hostile.status | tr -d '\n')\" = 11301 ]"

# --- JSON and JSON Lines -----------------------------------------------------

for of in faults late gone honest hostile; do
    check "json of '$of' conforms to its schema" "$work/conforms" \
        "$report/report.schema.json" "$work/$of.json"
    check "each line of jsonl of '$of' does, too" "$work/conforms" -l \
        -b "$report/report.schema.json" "$report/report-line.schema.json" \
        "$work/$of.jsonl"
done
for of in faults late gone hostile; do
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

# --- SARIF -------------------------------------------------------------------

for of in faults late gone honest hostile; do
    check "sarif of '$of' conforms to its schema" "$work/conforms" \
        "$report/sarif.schema.json" "$work/$of.sarif"
done
check 'sarif has a result for each finding' \
    sh -c "[ \$(grep -c '^ *{\"ruleId\"' '$work/faults.sarif') -eq \
        \$(grep -cE '\"outcome\": \"(fail|warn)\", \"layer\": .*\"verdicts\"' \
            '$work/faults.json') ]"

# --- JUnit -------------------------------------------------------------------

xsd=$report/junit.xsd
for of in faults late gone honest hostile; do
    check "junit of '$of' is valid XML by its schema" \
        xmllint --noout --schema $xsd "$work/$of.junit"
done
sed '0,/ name="[a-z]*\.[^"]*"/s///' "$work/faults.junit" >"$work/nameless"
check 'a testcase without a name is not' \
    sh -c "! xmllint --noout --schema $xsd '$work/nameless'"
xpath() { xmllint --xpath "$1" "$2"; }
for of in faults gone hostile; do
    check "its counts are those of the cases of '$of'" \
        test "$(xpath 'concat(sum(//@tests), " ", sum(//@failures), " ",
            sum(//@errors), " ", sum(//@skipped))' "$work/$of.junit")" = \
        "$(xpath 'concat(count(//testcase), " ", count(//failure), " ",
            count(//testcase/error), " ", count(//skipped))' \
            "$work/$of.junit")"
done
check 'a server that is not there is an error' \
    test "$(xpath 'string(//testsuite[@name="127.0.0.1:1"]/@errors)' \
        "$work/gone.junit")" = 1

# --- TAP ---------------------------------------------------------------------

for of in faults late gone honest hostile; do
    case $(cat "$work/$of.status") in
    0) wanted=0 ;;
    *) wanted=1 ;;
    esac
    check "prove says of '$of' what the exit status says" sh -c "
        prove -e cat '$work/$of.tap'; [ \$((\$? != 0)) -eq $wanted ]"
    # Reads what prove passes over, too.
    # shellcheck disable=SC2016
    check 'and its YAML is YAML' perl -MTAP::Parser -e '
        my $parser = TAP::Parser->new({ exec => ["cat", $ARGV[0]] });
        my ($cases, $known) = (0, 0);
        while (my $result = $parser->next) {
            $known++ if $result->is_yaml && $result->data;
            $cases++ if $result->is_test;
            die $result->raw if $result->is_unknown;
        }
        die join "\n", $parser->parse_errors if $parser->parse_errors;
        die "$cases cases, $known known" unless $cases > 1;
        print "$cases cases\n"' "$work/$of.tap"
done
# shellcheck disable=SC2016
check 'and gives back what was put in' perl -MTAP::Parser -e '
    my $parser = TAP::Parser->new({ exec => ["cat", $ARGV[0]] });
    my %seen;
    while (my $result = $parser->next) {
        $seen{$result->data->{observed} // ""}++ if $result->is_yaml;
    }
    print map { "$_\n" } keys %seen;
    exit !$seen{q(250 <script>&amp;") . "\x27" .
                q( # SKIP ]]> \x1b[31m\x80\x00\x5cn)}' "$work/hostile.tap"

# --- A run that goes on ------------------------------------------------------

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
