#!/bin/sh
# SPDX-License-Identifier: MIT
#
# golden-set.t - thirty faults that were met in servers, and told of in public:
# the misdeed that is like each is caught, or noted where no text forbids it
#
# tests/golden-set.tsv: number, where it is told of, misdeed. That the misdeed
# is caught says tests/caught.tsv, a run's result (`make caught`), and
# misdeeds.t runs them all.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
tab=$(printf '\t')
count=0
known=$("$smtpspec" list misdeeds --format tsv | cut -f 1)
while IFS=$tab read -r number url misdeed; do
    count=$((count + 1))
    cases=$(awk -F '\t' -v id="$misdeed" '$1 == id { print $2 }' \
        tests/caught.tsv)
    name="$number: $misdeed, $url"
    if [ "$number" != "$count" ] || ! echo "$known" | grep -qx -- "$misdeed"
    then
        echo "not ok $count - $name: no such misdeed, or out of order"
    elif [ "${cases:-0}" -gt 0 ]; then
        echo "ok $count - $name: $cases"
    elif case=$(sed -n "s/^$misdeed$tab\([^ ]*\) .*/\1/p" tests/uncaught.tsv) &&
        [ -n "$case" ] && "$smtpspec" check --level info --only "$case" \
            "embedded:$misdeed" | grep -q "^NOTE  $case "; then
        echo "ok $count - $name: only noted, by $case"
    else
        echo "not ok $count - $name is caught by no case"
    fi
done <tests/golden-set.tsv
count=$((count + 1))
[ "$count" -eq 31 ] && echo "ok $count - there are 30" ||
    echo "not ok $count - there are 30"
echo "1..$count"
