#!/bin/sh
# SPDX-License-Identifier: MIT
#
# corpus-coverage.sh LEAST FLOOR... - lines of the floors that the corpus runs
#
# Reads what the replay drivers of build/cov left; a file that none of them
# even links counts as not run. Prints each file, worst first, and the whole;
# exit status 1 where that is under LEAST percent.
set -u
cd "$(dirname "$0")/../build/cov" || exit

least=$1
shift
for floor; do
    find "obj/$floor" -name '*.gcno'
done | sort | xargs gcov -n 2>/dev/null |
    awk -v least="$least" -f ../../ci/coverage.awk
