#!/bin/sh
# SPDX-License-Identifier: MIT
#
# page.t - the HTML report of real runs, without a browser
#
# What a browser makes of it is seen by `make check-page`.
set -u

. tests/support/tap.sh

smtpspec=${SMTPSPEC:?the path of the command}

# The body of the page, as lines: no style, no script.
body() {
    sed -e '/<style>/,/<\/style>/d' -e '/<script>/,/<\/script>/d' "$1"
}
# Octets that are no printable ASCII, nor the end of a line.
is_plain() { ! LC_ALL=C grep -q '[^ -~]' "$1"; }
$smtpspec check --quiet --only 'rcpt.*' --report html="$work/bad.html" \
    embedded:rcpt-before-mail >/dev/null 2>&1
check 'a run with findings ends as ever' [ $? = 1 ]
check 'the page is there' [ -s "$work/bad.html" ]
check 'its first line is the type of the document' \
    sh -c "head -n 1 '$work/bad.html' | grep -q '^<!DOCTYPE html>'"
check 'its last line is the end' \
    sh -c "tail -n 1 '$work/bad.html' | grep -q '^</html>'"
check 'it is printable ASCII' is_plain "$work/bad.html"
check 'it says what was found' \
    grep -q 'findings, one cause' "$work/bad.html"
check 'it has the case by its anchor' \
    grep -q 'id=t0-rcpt.before-mail' "$work/bad.html"
check 'it has the command that repeats it' \
    grep -q 'check --only rcpt.before-mail' "$work/bad.html"
body "$work/bad.html" >"$work/body"
check 'nothing is fetched' \
    sh -c "! grep -q -e ' src=' -e '@import' -e 'url(' '$work/bad.html'"
check 'no element has a style or a handler' \
    sh -c "! grep -q -E '<[a-z][^>]* (style|on[a-z]+)=' '$work/body'"

$smtpspec check --only 'noop.*' --report html=- embedded: \
    >"$work/out.html" 2>/dev/null
check 'it goes to standard output alone' \
    sh -c "head -n 1 '$work/out.html' | grep -q '^<!DOCTYPE html>'"
check 'where all is well it says so' grep -q '>No findings<' "$work/out.html"

$smtpspec check --quiet --timeout 1 --report html="$work/none.html" \
    127.0.0.1:1 >/dev/null 2>&1
check 'a server that is not there: status 3' [ $? = 3 ]
check 'and a page that says so' \
    grep -q 'Could not be tested' "$work/none.html"

# The page of a run and the page made of its JSON are the same one.
$smtpspec check --quiet --only 'rcpt.*' --only 'mail.*' \
    --report html="$work/a.html" --report json="$work/a.json" \
    embedded:bare-lf >/dev/null 2>&1
$smtpspec merge --report html="$work/b.html" "$work/a.json" >/dev/null
check 'merge makes the same page of the JSON report' \
    cmp "$work/a.html" "$work/b.html"

# What is cut on the page is whole in the JSON report.
$smtpspec check --quiet --only data.content.64k --only line.much-too-long \
    --report html="$work/long.html" --report json="$work/long.json" \
    embedded:data-end-200,long-text-500 >/dev/null 2>&1
check 'a long dialogue is cut on the page' \
    grep -q 'octets left out here' "$work/long.html"
check 'and whole in the JSON report' \
    sh -c "grep -q data.content.64k '$work/long.json' &&
        ! grep -q 'left out' '$work/long.json'"

echo "1..$count"
