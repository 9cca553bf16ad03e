#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-matrix.sh SMTPSPEC DIR - servers side by side in headless Chromium
#
# Checks three built-in servers one by one, joins their reports to a page in
# DIR, and runs tests/browser/test_matrix.mjs on it. Exit status: that of a
# test; 77 where a tool is missing.
set -eu

smtpspec=$1
dir=$2

. ci/need.sh
need look node chromium chromedriver
mkdir -p "$dir"

# Findings are what we want here.
check() { # NAME TARGET
    "$smtpspec" check --quiet --only 'noop*' --only 'rcpt*' --only 'data*' \
        --only 'sweep.ready.*' --report json="$dir/$1.json" "$2" \
        >/dev/null 2>&1 || [ $? = 1 ]
}
check honest embedded:
check noop embedded:noop-200
check rcpt embedded:rcpt-before-mail
"$smtpspec" merge --report html="$dir/three.html" honest="$dir/honest.json" \
    noop="$dir/noop.json" rcpt="$dir/rcpt.json"
exec node tests/browser/test_matrix.mjs "$dir/three.html"
