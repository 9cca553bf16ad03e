#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check.t - `smtpspec check` on the built-in server: what it prints, what it
# writes, and its exit status for each way to call it
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/check.$$
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT
count=0

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
}

# run STATUS NAME ARGUMENT...: leaves what came in out and err.
run() {
    expected=$1 name=$2
    shift 2
    timeout 60 "$smtpspec" check "$@" >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    if [ $status -eq "$expected" ]; then
        report ok "$name"
    else
        report 'not ok' "$name: status $status, not $expected"
        sed 's/^/# /' "$dir/out" "$dir/err"
    fi
}

# has FILE NAME PATTERN: some line of it matches.
has() {
    if grep -q -e "$3" "$dir/$1"; then
        report ok "$2"
    else
        report 'not ok' "$2"
        sed 's/^/# /' "$dir/$1"
    fi
}

lacks() {
    if grep -q -e "$3" "$dir/$1"; then
        report 'not ok' "$2"
        sed 's/^/# /' "$dir/$1"
    else
        report ok "$2"
    fi
}

# refuses STATUS NAME PATTERN ARGUMENT...: one line on stderr, nothing else.
refuses() {
    expected=$1 name=$2 pattern=$3
    shift 3
    timeout 20 "$smtpspec" check "$@" >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    if [ $status -eq "$expected" ] && grep -q -e "$pattern" "$dir/err" &&
        [ "$(wc -l <"$dir/err")" -eq 1 ] && [ ! -s "$dir/out" ]; then
        report ok "refuses $name"
    else
        report 'not ok' "refuses $name: status $status"
        sed 's/^/# /' "$dir/out" "$dir/err"
    fi
}

# --- calls -----------------------------------------------------------------

run 0 'a case of level INFO that is not met does not fail' --fail-on warn \
    --level info --only rcpt.path.no-brackets embedded:no-brackets
has out 'and leaves a note' '^NOTE  rcpt.path.no-brackets  *INFO'
run 0 'the same without --level' --only rcpt.path.no-brackets \
    embedded:no-brackets
lacks out 'which does not show it' '^NOTE'

run 0 'the honest server is clean' --fail-on warn embedded:
has out 'and says so' ' passed, 0 failed'
has out 'names the greeting' 'greeting  220 embedded\.example'
has err 'tells first what it will take' '^Estimate: [0-9]* cases, [0-9]* '
[ "$(wc -l <"$dir/err")" -eq 1 ] &&
    report ok 'and nothing else on stderr' ||
    report 'not ok' 'and nothing else on stderr'

run 0 '--quiet prints one line' --quiet embedded:
lacks err 'and no estimate' .
[ "$(wc -l <"$dir/out")" -eq 1 ] &&
    report ok 'and only one' || report 'not ok' 'and only one'

run 1 'a fault is found' --only 'rcpt.before-mail*' embedded:rcpt-before-mail
has out 'with the case' '^FAIL  rcpt\.before-mail'
has out 'with the reply' 'observed  250 '
has out 'with the place' '^   -> S: 250 '
has out 'with the way to repeat it' \
    'again:  smtpspec check --only rcpt\.before-mail embedded:rcpt-before'
again=$(sed -n 's/^ *again:  smtpspec //p' "$dir/out" | head -1)
# shellcheck disable=SC2086
"$smtpspec" $again >"$dir/out" 2>&1
[ $? -eq 1 ] && report ok 'which repeats it' ||
    report 'not ok' 'which repeats it'

run 1 'kb234 judges by its own tables' --profile kb234 embedded:code-266
run 1 '--fail-on warn counts a warning' --fail-on warn --only 'help*' \
    embedded:help-250
run 0 'which else does not count' --only 'help*' embedded:help-250
has out 'but is shown' '^WARN  a server sends only the codes'
run 0 'nor is it shown with --level must' --level must --only 'help*' \
    embedded:help-250
lacks out 'nor shown' '^      observed'

run 1 'the worst of several targets tells' --only 'noop*' embedded: \
    embedded:noop-200 127.9.9.9:1
run 3 'no target is as good as none' --only 'noop*' embedded: 127.9.9.9:1

run 0 '--exclude leaves a fault out' --exclude 'noop*' --only 'noop*' \
    --only 'quit.*' embedded:noop-200

# --- what does not run -----------------------------------------------------

refuses 4 'an unknown case' "no case matches 'no\.such'" --only no.such \
    embedded:
refuses 4 'an unknown case beside a known one' "no case matches 'xyz'" \
    --only 'noop*' --only xyz embedded:
refuses 4 'to run nothing' 'leaves no case' --exclude '*' embedded:
refuses 2 'no target' 'no target'
refuses 2 'an unknown option' "unknown option '--bogus'" --bogus embedded:
refuses 2 'an unknown letter' "unknown option '-Z'" -Z embedded:
refuses 2 'an option without its value' '--jobs wants a value' --jobs
refuses 2 'a value where none goes' 'takes no value' --quiet=3 embedded:
refuses 2 'an unknown profile' "unknown profile 'rfc9'" --profile rfc9 \
    embedded:
refuses 2 'an unknown level' '--level wants' --level maybe embedded:
refuses 2 'an unknown report' "no report format 'pdf'" --report pdf=x \
    embedded:
refuses 2 'no jobs' '--jobs wants' --jobs 0 embedded:
refuses 2 'no rate' '--rate wants' --rate 0 embedded:
refuses 2 'no time' '--timeout wants' --timeout 0 embedded:
refuses 2 'no time in all' '--time wants' --time 0 embedded:
refuses 2 'a time for what runs no case' '--time does not go' --time 9 \
    --exhaustive 0 embedded:
refuses 2 'half a time' '--timeout wants' --timeout 1.x embedded:
refuses 2 'a sender that is none' '--from wants' --from 'a>b@c' embedded:
refuses 2 'a recipient that would break a line' '--to wants' \
    --to "$(printf 'a@b\r\nQUIT')" embedded:
refuses 2 'an unknown misdeed' "unknown misdeed or quirk 'nonsense'" \
    embedded:bare-lf,nonsense
refuses 2 'another kind of target' "unknown kind of target 'nntp://a\.b'" \
    nntp://a.b
refuses 2 'escape sequences, and prints them escaped' '\\x1b\[2J' \
    "$(printf 'a\033[2J')"
refuses 2 'a report that cannot be written' '/none/r' \
    --report json="$dir/none/r" embedded:
refuses 2 'one report to a file by two names' 'two reports go to' \
    --report json="$dir/two" --report text="$dir/../${dir##*/}/two" embedded:
refuses 2 'to update no baseline' '--update-baseline needs' \
    --update-baseline embedded:
refuses 2 'a baseline that could not be written' 'none/b: No such file' \
    --baseline "$dir/none/b" --update-baseline embedded:
refuses 2 'a long unknown misdeed' "unknown misdeed or quirk 'aaaaaaaa" \
    "embedded:$(printf '%0128d' 0 | tr 0 a)"

# --- case files ------------------------------------------------------------

mkdir "$dir/cases" "$dir/empty"
cat >"$dir/cases/own.case" <<'END'
# SPDX-License-Identifier: MIT
case   own.noop
rfc    5321:4.1.1.9
level  MUST
title  NOOP gets 250 here, too
given  ehlo

C: NOOP
S: 250

proof  pass
S: 250 2.0.0 fine
proof  fail
S: 503 5.5.1 no
END
run 0 'cases of a folder are run' --cases "$dir/cases" --only own.noop embedded:
has out 'and counted' '^PASS  embedded:   1 passed'
refuses 2 'an empty folder' 'no file named' --cases "$dir/empty" embedded:
: >"$dir/none.case"
refuses 2 'a file without a case' 'none\.case: there is no case in it' \
    --cases "$dir/none.case" embedded:
refuses 2 'a folder that is not there' 'No such file' \
    --cases "$dir/none" embedded:
refuses 2 'a case twice' "there is a case 'own\.noop' already" \
    --cases "$dir/cases" --cases "$dir/cases" embedded:
sed 's/^level .*/level  PERHAPS/' "$dir/cases/own.case" >"$dir/cases/bad.case"
refuses 2 'a malformed case, by file and line' 'cases/bad\.case:4: ' \
    --cases "$dir/cases" embedded:
head -c 3000 /dev/urandom >"$dir/cases/bad.case"
sed 's/^S: 503.*/S: 250 fine/' "$dir/cases/own.case" >"$dir/wrong.case"
refuses 2 'a proof that comes out otherwise' \
    "wrong\.case:[0-9]*: proof 2 of 'own\.noop' is to fail: .* as pass" \
    --cases "$dir/wrong.case" embedded:
refuses 2 'no case file at all' 'cases/bad\.case:[0-9]*: ' \
    --cases "$dir/cases" embedded:

# --- reports ---------------------------------------------------------------

run 1 'reports are written' --quiet --report json="$dir/r.json" \
    --report text="$dir/r.txt" --only 'noop*' embedded:noop-200
has r.json 'JSON' '"tool": *"smtpspec"'
has r.txt 'text, all of it' '^FAIL  NOOP gets 250'
[ -z "$(ls "$dir"/r.*.tmp 2>/dev/null)" ] &&
    report ok 'nothing is left beside them' ||
    report 'not ok' 'nothing is left beside them'
run 1 'JSON to standard output' --report json=- --only 'noop*' \
    embedded:noop-200
lacks out 'stands there alone' '^FAIL'
echo before >"$dir/r.json"
run 4 'a run that does not begin' --report json="$dir/r.json" --only no.such \
    embedded:
has r.json 'leaves an old report alone' '^before$'
run 3 'a target in trouble' --report json="$dir/r.json" 127.9.9.9:1
has r.json 'stands in the report' '"trouble": *"cannot connect'

for jobs in 1 7; do
    # A challenge is another one each time.
    "$smtpspec" check --report json=- --jobs $jobs --exclude 'auth.cram*' \
        embedded:rset-252 |
        sed -e 's/"ms": *[0-9]*//g' -e '/"started"\|"elapsed_ms"/d' \
            -e 's/"started": *"[^"]*"//; s/"elapsed_ms": *[0-9]*//' \
            >"$dir/jobs.$jobs"
done
cmp -s "$dir/jobs.1" "$dir/jobs.7" && [ -s "$dir/jobs.1" ] &&
    report ok 'the report does not depend on --jobs' ||
    report 'not ok' 'the report does not depend on --jobs'

# What is closed must not be taken by a report, or by a connection.
"$smtpspec" check --report json="$dir/c.json" --only noop.after-ehlo \
    embedded: >&- 2>"$dir/err"
[ $? -eq 2 ] && grep -q 'standard output: ' "$dir/err" &&
    ! grep -q '^ *greeting ' "$dir/c.json" &&
    report ok 'a closed standard output stays closed' ||
    report 'not ok' 'a closed standard output stays closed'
"$smtpspec" check --only noop.after-ehlo embedded: >"$dir/out" 2>&- <&-
[ $? -eq 0 ] && report ok 'so do the other two' ||
    report 'not ok' 'so do the other two'

# --- baseline --------------------------------------------------------------

base=$dir/base.json
run 0 '--update-baseline takes all findings' --quiet --baseline "$base" \
    --update-baseline embedded:noop-200
has base.json 'with their replies' '"observed": "200 '
run 0 'what is known does not count' --fail-on warn --baseline "$base" \
    embedded:noop-200
has out 'and is shown as known' '^KNOWN'
run 1 'a new finding counts' --baseline "$base" embedded:noop-200,rset-252
run 1 'a known one that is gone counts' --baseline "$base" embedded:
has out 'and is shown as fixed' '^FIXED'
run 0 '--update-baseline drops it' --quiet --baseline "$base" \
    --update-baseline embedded:
has base.json 'and nothing is left' '^\[\]$'
run 1 'findings of the set-up are known, too' --baseline "$base" \
    --only noop.after-ehlo embedded:status-on-ehlo
run 0 'once they are taken' --quiet --baseline "$base" --update-baseline \
    --only noop.after-ehlo embedded:status-on-ehlo
has base.json 'by their rule' '"session\.'
run 1 'and missed when they are gone' --baseline "$base" embedded:

printf '[\n {"id": "a"}\n]\n' >"$base"
refuses 2 'a malformed baseline, by file and line' \
    'base\.json:2: "outcome" must' --baseline "$base" embedded:
printf '[\n {\n' >"$base"
refuses 2 'a baseline that is no JSON' 'base\.json:[0-9]*: ' \
    --baseline "$base" embedded:
refuses 2 'a baseline without end' 'zero: File too large' \
    --baseline /dev/zero embedded:
refuses 2 'a baseline that is not there' 'No such file' \
    --baseline "$dir/none" embedded:

# Another reply than was recorded, a target of its own, a case that is no more.
row() { # ID OBSERVED [TARGET]
    printf '[{"id": "%s", "outcome": "fail", "observed": %s,%s\n' "$1" "$2" \
        "${3:+ \"target\": \"$3\",}"
    printf '  "reason": "so it is"}]\n'
}
row noop.after-ehlo '"201 *"' >"$base"
only='--only noop.after-ehlo'
run 1 'another reply than the baseline has counts' $only --baseline "$base" \
    --report "json=$dir/report.json" embedded:noop-200
has out 'and is told' '^ *baseline  fail, 201 '
has report.json 'in JSON, too' '"changed_from": "fail, 201 '
run 0 'it is taken by an update' --quiet $only --baseline "$base" \
    --update-baseline embedded:noop-200
has base.json 'with the reply that came' '"observed": "200 '
has base.json 'and what was thought of it' 'not reviewed; before: so it is'
lacks base.json 'in the place of the old one' '201'
row noop.after-ehlo null embedded:noop-200 >"$base"
run 0 'a row of the target' $only --baseline "$base" embedded:noop-200
run 0 'of one target of two' $only --baseline "$base" embedded:noop-200 \
    embedded:
row noop.after-ehlo null embedded: >"$base"
run 1 'a row of another target' $only --baseline "$base" embedded:noop-200
row noop.after-ehlo null >"$base"
run 1 'a row of any target, that one of two passes' $only --baseline "$base" \
    embedded:noop-200 embedded:
run 0 'two targets are learnt apart' $only --baseline "$base" --quiet \
    --update-baseline embedded:noop-200 embedded:
has base.json 'as rows of each' '"target": "embedded:noop-200"'
has base.json 'that keep their reasons' '"so it is"'
lacks base.json 'where there are some' '"target": "embedded:"'
run 0 'and known apart' $only --baseline "$base" embedded:noop-200 embedded:
row noop.of-yore null >"$base"
run 0 'a row without a case' $only --baseline "$base" embedded:
has err 'is named' "there is no case 'noop.of-yore'\$"
has base.json 'and stays' of-yore
run 0 'a whole update' --quiet --baseline "$base" --update-baseline embedded:
has err 'names it' "'noop.of-yore', it is dropped"
has base.json 'and drops it' '^\[\]$'

# --- the command itself ----------------------------------------------------

"$smtpspec" --help >"$dir/out" 2>&1 && report ok '--help' ||
    report 'not ok' '--help'
for word in check judge parse explain list serve; do
    has out "lists $word" "^  $word "
    "$smtpspec" $word --help >"$dir/help" 2>&1 && report ok "$word --help" ||
        report 'not ok' "$word --help"
    has help "$word tells its usage" "smtpspec $word"
done
"$smtpspec" --version | grep -q "^smtpspec ${VERSION:-[0-9]}" &&
    report ok '--version' || report 'not ok' '--version'
for word in '' bogus --bogus -x; do
    # shellcheck disable=SC2086
    "$smtpspec" $word >"$dir/out" 2>"$dir/err"
    [ $? -eq 2 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && [ ! -s "$dir/out" ] &&
        report ok "refuses command '$word'" ||
        report 'not ok' "refuses command '$word'"
done

run 3 'a server that says nothing takes no more than --time' --quiet --time 1 \
    'exec:sleep 60'
has err 'and it is said why' 'sleep 60: the time that it may take is over'
run 3 'and what helps, on a page, too' --time 1 --report html=- 'exec:sleep 60'
has out 'of what stood in its way' 'is over. Give it more by --time, or less'

echo "1..$count"
