#!/bin/sh
# SPDX-License-Identifier: MIT
#
# planted.sh [NAME...] - does each fuzz target find the bugs planted for it?
#
# For each harness/planted/NAME.plant the source is broken in a copy below
# build/planted, and `make fuzz-<target>` gets TIME (60) seconds from the
# seeds, without the regression inputs. A row for each: the bug, its target,
# the seconds until it was found, and what the target said. JOBS (2) at once.
#
# The last line is "N planted, N caught". Exit status: 0, or 1 where one
# survived, did not build, or was found by another fault than a property's or
# a sanitizer's; 2 for a name that there is not.
set -u
cd "$(dirname "$0")/.." || exit

here=build/planted
time=${TIME:-60}
jobs=${JOBS:-2}

# A copy of what git knows of the tree, as it stands, and a first build in it
# of the targets that are wanted.
copy_tree() { # FOLDER
    mkdir -p "$1"
    git ls-files -z -- . ':!corpus/regressions' |
        tar -c --null -T - --ignore-failed-read 2>/dev/null | tar -x -C "$1"
}

now() { date +%s.%N; }

# Why the target stopped: the property, else the sanitizer's line.
reason_in() { # LOG
    sed -n -e 's/^.*: does not hold: //p' -e 's/^SUMMARY: //p' \
        -e 's/^ERROR: libFuzzer: //p' "$1" | head -n 1 | cut -c 1-60
}

try() { # COPY PLANT
    plant=$2
    name=$(basename "$plant" .plant)
    target=$(sed -n 's/^target  *//p;/^---$/q' "$plant")
    file=$(sed -n 's/^file  *//p;/^---$/q' "$plant")
    log=$1/$name.log
    rm -rf "$1/build/fuzz/found" "$1/build/fuzz/crashes"
    verdict=SURVIVED seconds=- reason=
    if ! awk -f ci/plant.awk "$plant" "$file" > "$1/$file"; then
        reason='does not fit the source'
    elif ! make -s -C "$1" PROFILE=fuzz CC="${CLANG:-clang}" \
        "build/fuzz/fuzz_$target" > "$log" 2>&1; then
        reason='does not build'
    else
        begun=$(now)
        if ! make -s -C "$1" "fuzz-$target" TIME="$time" > "$log" 2>&1; then
            seconds=$(echo "$(now) $begun" | awk '{ printf "%.1f", $1 - $2 }')
            reason=$(reason_in "$log")
            [ -z "$reason" ] || verdict=caught
        fi
    fi
    cp "$file" "$1/$file"
    printf '%-9s %-34s %-11s %6s s  %s\n' "$verdict" "$name" "$target" \
        "$seconds" "$reason" | tee -a "$here/results"
}

worker() { # NUMBER PLANT...
    number=$1
    shift
    copy_tree "$here/$number"
    i=0
    for plant; do
        [ $((i % jobs)) != "$number" ] || try "$here/$number" "$plant"
        i=$((i + 1))
    done
}

# The names, or all; by file.
plants=
if [ $# = 0 ]; then
    plants=$(echo harness/planted/*.plant)
fi
for name; do
    if [ ! -e "harness/planted/$name.plant" ]; then
        echo "planted.sh: there is no bug '$name'" >&2
        exit 2
    fi
    plants="$plants harness/planted/$name.plant"
done

rm -rf "$here"
mkdir -p "$here"
: > "$here/results"
number=0
while [ "$number" -lt "$jobs" ]; do
    # shellcheck disable=SC2086
    worker "$number" $plants &
    number=$((number + 1))
done
wait

# shellcheck disable=SC2086
set -- $plants
caught=$(grep -c '^caught' "$here/results")
echo "$# planted, $caught caught"
[ "$caught" = $# ]
