#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sweep.t - under every profile the honest built-in server passes all that is
# sent to it, and no cell of the rule tables is left out
set -u

smtpspec=${SMTPSPEC:?the path of the command}
out=${TMPDIR:-/tmp}/sweep.$$
trap 'rm -f "$out"' EXIT

count=0
tell() { # STATUS NAME
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        sed 's/^/# /' "$out"
    fi
}

for profile in $("$smtpspec" list profiles --format tsv | cut -f 1); do
    timeout 60 "$smtpspec" check --profile "$profile" --fail-on warn \
        --jobs 16 embedded: >"$out" 2>&1
    tell $? "$profile: nothing is found"
    grep -q 'exercised: .* (100 %)$' "$out"
    tell $? "$profile: every cell is exercised"
done
"$smtpspec" check --only 'sweep.ready.noop' embedded: >"$out" 2>&1
grep -q 'exercised: [1-9]' "$out" && ! grep -q '(100 %)$' "$out"
tell $? 'one case alone leaves most cells'
[ "$("$smtpspec" list cases --format tsv | grep -c '^sweep\.')" -gt 900 ]
tell $? 'list cases names the sweep'
echo "1..$count"
