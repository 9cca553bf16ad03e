#!/bin/sh
# SPDX-License-Identifier: MIT
#
# compare.t - `smtpspec compare` on reports that `check` has written: what it
# says, and its exit status
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/compare.$$
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
    timeout 20 "$smtpspec" compare "$@" >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    if [ $status -eq "$expected" ]; then
        report ok "$name"
    else
        report 'not ok' "$name: status $status, not $expected"
        sed 's/^/# /' "$dir/out" "$dir/err"
    fi
}

has() { # FILE NAME PATTERN
    if grep -q -e "$3" "$dir/$1"; then
        report ok "$2"
    else
        report 'not ok' "$2"
        sed 's/^/# /' "$dir/$1"
    fi
}

# refuses NAME PATTERN ARGUMENT...: one line on stderr, nothing else.
refuses() {
    name=$1 pattern=$2
    shift 2
    run 2 "refuses $name" "$@"
    if grep -q -e "$pattern" "$dir/err" && [ ! -s "$dir/out" ] &&
        [ "$(wc -l <"$dir/err")" -eq 1 ]; then
        report ok "$name: one line says so"
    else
        report 'not ok' "$name: $(cat "$dir/err")"
    fi
}

check() { # FILE ARGUMENT...
    file=$1
    shift
    timeout 60 "$smtpspec" check --quiet --report "json=$dir/$file" \
        --only 'noop.*' --only 'rset.*' "$@" >/dev/null 2>&1
}

check honest.json embedded:
check bad.json embedded:noop-200
check both.json embedded: embedded:noop-200
check lost.json --timeout 0.2 embedded:silent-greeting

run 0 'a run and itself' "$dir/honest.json" "$dir/honest.json"
has out 'nothing changed' '^0 worse, 0 better, 0 other outcomes, 0 other rep'
run 1 'a run that got worse' "$dir/honest.json" "$dir/bad.json"
has out 'which case' '^worse  *noop.after-ehlo   pass -> fail$'
has out 'what came' '^  *now  *200 2.0.0'
run 0 'a run that got better' "$dir/bad.json" "$dir/honest.json"
has out 'which case' '^better  *noop.after-ehlo   fail -> pass$'
run 0 'two targets, as before' "$dir/both.json" "$dir/both.json"
run 0 'a target less' "$dir/both.json" "$dir/honest.json"
has out 'is named' '^ *is not there any more$'
run 1 'a target that is lost' "$dir/honest.json" "$dir/lost.json"
has out 'is named' '^ *could be tested, and cannot now$'

run 1 'as Markdown' --format markdown "$dir/honest.json" "$dir/bad.json"
has out 'what it comes to' '^## SMTP conformance: [0-9]* cases* got worse$'
has out 'a table' \
    '^| \*\*[0-9]* worse\*\*: pass, now fail | `noop.after-ehlo`.* | `200 '
# As a page of pull requests renders it.
cmark-gfm -e table "$dir/out" >"$dir/html"
has html 'a page has it as a table' '<td><code>noop.after-ehlo</code>'
for file in honest bad; do
    sed 's/"observed": "\([^"]*\)"/"observed": "\1|<i>`*[x](x:y)`\\\\|"/' \
        "$dir/$file.json" >"$dir/$file.evil"
done
"$smtpspec" compare --format markdown "$dir/honest.evil" "$dir/bad.evil" |
    cmark-gfm -e table -e autolink -e tagfilter >"$dir/html"
has html 'and what a server says as text' '&lt;i&gt;`\*\[x\](x:y)`'
if grep -qE '<(i|a)[ >]' "$dir/html" ||
    grep -A5 '^<tr>' "$dir/html" | tr -d '\n' | sed 's/<tr>/\n/g' |
    grep -E '<(td|th)' | grep -vqE '^(<t[dh]>.*){5}$'; then
    report 'not ok' 'which is no mark-up, and moves no cell'
else
    report ok 'which is no mark-up, and moves no cell'
fi
run 1 'as JSON' --format=json "$dir/honest.json" "$dir/bad.json"
has out 'an object' '"worse": true'

refuses 'one file' 'two files' "$dir/honest.json"
refuses 'a format that is none' "not 'pdf'" --format pdf a b
refuses 'an option that is none' "unknown option '--x'" --x a b
refuses 'a file that is not there' 'No such file' "$dir/honest.json" \
    "$dir/none"
refuses 'a folder' "$dir: Is a directory" "$dir" "$dir/honest.json"
head -c 3000 "$dir/honest.json" >"$dir/cut.json"
refuses 'half a report' 'cut.json: line [0-9]*: ' "$dir/honest.json" \
    "$dir/cut.json"
echo '[]' >"$dir/list.json"
refuses 'what is no report' 'this is no JSON report' "$dir/list.json" \
    "$dir/honest.json"
printf '{"tool": "smtpspec\033[31m"' >"$dir/evil.json"
refuses 'hostile octets' 'evil.json: line 1' "$dir/evil.json" \
    "$dir/honest.json"
tr -d '\n -~' <"$dir/err" >"$dir/raw"
[ ! -s "$dir/raw" ] && report ok 'and shows none of them' ||
    report 'not ok' 'and shows none of them'
run 0 'help' --help
echo "1..$count"
