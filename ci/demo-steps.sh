#!/bin/sh
# SPDX-License-Identifier: MIT
#
# demo-steps.sh - what `make demo` shows: an honest server, a caught misdeed,
# a JSON report
set -u

smtpspec=${SMTPSPEC:-build/smtpspec}
misdeed=${MISDEED:-rcpt-before-mail}

say() { printf '\n=== %s\n\n' "$*"; }
die() { printf 'demo: %s\n' "$*" >&2; exit 1; }

say '1. The built-in server, honest: smtpspec check embedded:'
"$smtpspec" check --report json=build/demo.json embedded: ||
    die "the honest server was not clean (exit status $?)"

say "2. The same with one fault: smtpspec check --only 'rcpt.*'" \
    "embedded:$misdeed"
"$smtpspec" check --only 'rcpt.*' "embedded:$misdeed"
status=$?
[ "$status" = 1 ] ||
    die "the misdeed was not caught: exit status $status, 1 expected"
echo
echo 'Caught: the exit status is 1, as it should be.'

say '3. The report of the first run, for programs: build/demo.json'
[ -s build/demo.json ] || die 'build/demo.json was not written'
printf 'build/demo.json: %s octets of JSON, written by --report\n' \
    "$(wc -c < build/demo.json)"
