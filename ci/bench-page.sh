#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bench-page.sh SMTPSPEC DIR - how big the page of many servers is, and how
# long a browser takes to open it
#
# Checks twelve built-in servers, each with faults of its own, and makes a page
# of 300 cases of each and one of all cases. tests/browser/open_time.mjs opens
# both in headless Chromium. Exit status: 1 where the page of 300 cases passes
# 5 MiB or takes a second or more; 77 where a tool is missing.
set -eu

smtpspec=$1
dir=$2
limit=$((5 * 1024 * 1024))

. ci/need.sh
need look node chromium chromedriver
mkdir -p "$dir"

number=0
for faults in '' rcpt-before-mail,noop-200 rset-keeps-mail,status-missing \
    lf-dot-lf,vrfy-500 starttls-keeps-buffer ehlo-no-domain,helo-again-503 \
    quit-250 nul-accepted,long-line-tail auth-in-mail,auth-502 \
    data-before-rcpt help-250,rset-252 bdat-502,null-path-refused; do
    number=$((number + 1))
    lines=$dir/$number.jsonl
    "$smtpspec" check --quiet --timeout 0.5 --report jsonl="$lines" \
        "embedded:$faults" >/dev/null 2>&1 || [ $? = 1 ]
    # The first 300, as they are numbered: each line is a record.
    sed -n '/"record": *"case"/!p
        /"number": *\([1-9]\|[1-9][0-9]\|[12][0-9][0-9]\|300\)[,}]/p' \
        "$lines" >"$dir/300-$number.jsonl"
done
"$smtpspec" merge --report html="$dir/300.html" "$dir"/300-*.jsonl
"$smtpspec" merge --report html="$dir/all.html" "$dir"/[1-9].jsonl \
    "$dir"/1[0-2].jsonl

octets=$(wc -c <"$dir/300.html")
[ "$octets" -le $limit ] || {
    echo "$octets octets, more than 5 MiB: $dir/300.html"
    exit 1
}
exec node tests/browser/open_time.mjs 1000 "$dir/300.html" "$dir/all.html"
