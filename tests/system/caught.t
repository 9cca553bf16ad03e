#!/bin/sh
# SPDX-License-Identifier: MIT
#
# caught.t - tests/caught.tsv has each misdeed, caught by some case. The rest
# of the table changes with every case; `make caught` writes it anew.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
tab=$(printf '\t')
count=0
for misdeed in $("$smtpspec" list misdeeds --format tsv | cut -f 1); do
    count=$((count + 1))
    cases=$(awk -F '\t' -v id="$misdeed" '$1 == id { print $2 }' \
        tests/caught.tsv)
    # A server that says nothing cannot be tested; misdeeds.t sees to that.
    case $misdeed,$cases in
    *,) echo "not ok $count - $misdeed is not there: make caught" ;;
    silent-greeting,*) echo "ok $count - $misdeed is there" ;;
    *,0) if grep -q "^$misdeed$tab" tests/uncaught.tsv; then
        echo "ok $count - $misdeed # SKIP" \
            "$(sed -n "s/^$misdeed$tab//p" tests/uncaught.tsv)"
    else
        echo "not ok $count - $misdeed is caught by no case"
    fi ;;
    *) echo "ok $count - $misdeed is caught by $cases" ;;
    esac
done
echo "1..$count"
