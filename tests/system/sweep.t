#!/bin/sh
# SPDX-License-Identifier: MIT
#
# sweep.t - under every profile the honest built-in server passes all that is
# sent to it, and no cell of the rule tables is left out
set -u

smtpspec=${SMTPSPEC:?the path of the command}
out=${TMPDIR:-/tmp}/sweep.$$
trap 'rm -f "$out"' EXIT

. tests/support/tap.sh
ok() { tell "$1" "$2" "$out"; } # STATUS NAME

for profile in $("$smtpspec" list profiles --format tsv | cut -f 1); do
    timeout 60 "$smtpspec" check --profile "$profile" --fail-on warn \
        --jobs 16 embedded: >"$out" 2>&1
    ok $? "$profile: nothing is found"
    grep -q 'exercised: .* (100 %)$' "$out"
    ok $? "$profile: every cell is exercised"
done
"$smtpspec" check --only 'sweep.ready.noop' embedded: >"$out" 2>&1
grep -q 'exercised: [1-9]' "$out" && ! grep -q '(100 %)$' "$out"
ok $? 'one case alone leaves most cells'
[ "$("$smtpspec" list cases --format tsv | grep -c '^sweep\.')" -gt 900 ]
ok $? 'list cases names the sweep'
echo "1..$count"
