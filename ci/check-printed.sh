#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-printed.sh - can the scripts be run as the documents print them?
#
# A line of a document that begins with `ci/NAME.sh` is a command to be typed:
# the script has to be there, and executable as git keeps it.
set -u
cd "$(dirname "$0")/.." || exit

faults=0
count=0
documents='README.md */README.md ci/*/README.md .github/*.md'
# The patterns are for the shell.
# shellcheck disable=SC2086
for script in $(grep -hoE '^(    )?ci/[a-z/-]+\.sh' $documents | sort -u); do
    count=$((count + 1))
    [ -x "$script" ] && continue
    grep -lE "^(    )?$script" $documents |
        sed "s|\$|: not executable: $script|"
    faults=$((faults + 1))
done

echo "check-printed: $count scripts, $faults faults"
[ "$faults" = 0 ] && [ "$count" -gt 0 ]
