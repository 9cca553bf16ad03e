#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo-steps.sh - what `make demo` shows: an honest server, a caught misdeed,
# a page of both
set -u

smtpspec=${SMTPSPEC:-build/smtpspec}
misdeed=${MISDEED:-rcpt-before-mail}

say() { printf '\n=== %s\n\n' "$*"; }
die() { printf 'demo: %s\n' "$*" >&2; exit 1; }

say '1. The built-in server, honest: smtpspec check embedded:'
"$smtpspec" check embedded: ||
    die "the honest server was not clean (exit status $?)"

say "2. The same with one fault: smtpspec check --only 'rcpt.*'" \
    "embedded:$misdeed"
"$smtpspec" check --only 'rcpt.*' "embedded:$misdeed"
status=$?
[ "$status" = 1 ] ||
    die "the misdeed was not caught: exit status $status, 1 expected"
echo
echo 'Caught: the exit status is 1, as it should be.'

say '3. Both as a page to click through: --report html=build/demo.html'
"$smtpspec" check --quiet --report html=build/demo.html embedded: \
    "embedded:$misdeed"
[ "$?" = 1 ] || die 'the second server should have failed, and nothing else'
[ -s build/demo.html ] || die 'build/demo.html was not written'
echo
echo 'Open build/demo.html in a browser; it needs nothing else.'
