#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-plants.sh - each planted bug still fits the source that it breaks
#
# `make planted` plants each bug of harness/planted and wants its fuzz target to
# find it, `make prove-cbmc` those of harness/prove/planted and wants its proof
# to fail, which takes minutes. Here is only seen, in no time, that a change of
# the source has left no plant behind.
set -u
cd "$(dirname "$0")/.." || exit

faults=0
count=0
fault() {
    echo "$1"
    faults=$((faults + 1))
}

for plant in harness/planted/*.plant harness/prove/planted/*.plant; do
    [ -e "$plant" ] || continue
    count=$((count + 1))
    target=$(sed -n 's/^target  *//p;/^---$/q' "$plant")
    file=$(sed -n 's/^file  *//p;/^---$/q' "$plant")
    case $plant in
    harness/planted/*) finder=harness/fuzz_$target.c ;;
    *) finder=harness/prove/cbmc_$target.c ;;
    esac
    [ -e "$finder" ] ||
        fault "$plant: there is no target '$target'"
    grep -q '^# .' "$plant" || fault "$plant: says not what is wrong"
    if [ ! -e "$file" ]; then
        fault "$plant: there is no file '$file'"
    elif ! said=$(awk -f ci/plant.awk "$plant" "$file" 2>&1 >/dev/null); then
        fault "$said"
    fi
done

echo "check-plants: $count plants, $faults faults"
[ "$faults" = 0 ]
