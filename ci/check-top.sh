#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-top.sh - is the top of the tree what it is meant to be, and no more?
#
# Fuzzers leave what they find where they were started, and `git add` takes it
# along. Where there is no git, there is nothing to see.
set -u
cd "$(dirname "$0")/.." || exit

known=' LICENSE Makefile README.md ci corpus harness include src tests '
faults=0
count=0
for name in $(git ls-files 2>/dev/null | sed 's|/.*||' | sort -u); do
    case $name in .*) continue ;; esac
    count=$((count + 1))
    case $known in *" $name "*) continue ;; esac
    echo "$name: not part of the top of the tree"
    faults=$((faults + 1))
done

echo "check-top: $count names, $faults faults"
[ "$faults" = 0 ]
