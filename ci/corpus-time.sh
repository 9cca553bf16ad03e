#!/bin/sh
# SPDX-License-Identifier: MIT
#
# corpus-time.sh SECONDS REPLAYS... - how long does the corpus take to replay?
#
# Each of REPLAYS is a command line that replays the inputs of one target. What
# is counted is the time of the processor, so that other jobs do not matter.
# The last line tells targets, inputs and time. Exit status: 0, or 1 where a
# replay fails or all together take longer than SECONDS.
set -u
cd "$(dirname "$0")/.." || exit

most=$1
shift
for replay; do
    # $replay is a command and its arguments.
    # shellcheck disable=SC2086
    $replay >/dev/null || exit 1
done
inputs=$(find corpus/seeds corpus/regressions -type f | wc -l)
# Not through a pipe: a subshell has no children. The second line is theirs,
# "0m0.53s 0m0.18s".
times >build/corpus-time || exit 1
awk -v most="$most" -v targets=$# -v inputs="$inputs" '
    NR == 2 {
        gsub(/s/, "")
        split($1, user, "m")
        split($2, kernel, "m")
        spent = 60 * (user[1] + kernel[1]) + user[2] + kernel[2]
        printf "%d targets, %d inputs: %.2f s\n", targets, inputs, spent
        exit spent > most
    }' build/corpus-time
