#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-dictionaries.sh [--write] - are the dictionaries those of the tables?
#
# corpus/words/TARGET says of which words corpus/dictionaries/TARGET.dict is
# made; $BUILD/words makes it. --write makes them anew.
set -u
cd "$(dirname "$0")/.." || exit

made=$(mktemp) || exit 1
trap 'rm -f "$made"' EXIT
faults=0
count=0
for list in corpus/words/*; do
    name=${list##*/}
    dictionary=corpus/dictionaries/$name.dict
    count=$((count + 1))
    if ! "${BUILD:-build/release}/words" "$list" > "$made"; then
        faults=1
    elif [ "${1-}" = --write ]; then
        cat "$made" > "$dictionary"
    elif ! cmp -s "$made" "$dictionary"; then
        echo "$dictionary is not that of the tables: make dictionaries"
        diff "$dictionary" "$made" | grep '^[<>]' | head -n 8
        faults=1
    fi
done
for dictionary in corpus/dictionaries/*.dict; do
    name=$(basename "$dictionary" .dict)
    [ -e "corpus/words/$name" ] || {
        echo "$dictionary: there is no corpus/words/$name to make it of"
        faults=1
    }
done
echo "$count dictionaries," \
    "$(cat corpus/dictionaries/*.dict | grep -c '^[^#]') words"
exit $faults
