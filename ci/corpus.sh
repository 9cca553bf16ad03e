#!/bin/sh
# SPDX-License-Identifier: MIT
#
# corpus.sh add FOLDER TARGET=SEEDS... - take in what adds coverage
# corpus.sh minimise TARGET=SEEDS...   - drop seeds that add none, keep finds
#
# TARGET is built for libFuzzer as build/fuzz/fuzz_TARGET and starts from
# corpus/seeds/SEEDS. `add` copies those files of FOLDER/SEEDS that reach a
# branch which no seed and no regression reaches, under their names. `minimise`
# removes the seeds without which their targets reach as much, as often, then
# adds what reaches a new branch of build/fuzz/found/TARGET, under names made of
# what it begins with.
# Regressions count, and are never touched. What is left is to be reviewed and
# committed by hand; a second run changes nothing.
set -u
cd "$(dirname "$0")/.." || exit

work=build/corpus/merge
verb=${1:?usage: corpus.sh add FOLDER TARGET=SEEDS... or minimise ...}
shift
if [ "$verb" = add ]; then
    candidates=$1
    shift
fi

# merge TARGET OUT FOLDER COUNTERS: to OUT, where some are already, whatever of
# FOLDER adds to them; the files that came are told, under their names in
# FOLDER. Where COUNTERS is 1 it adds to run a branch more often, too.
merge() {
    "build/fuzz/fuzz_$1" -set_cover_merge=1 -use_counters="$4" -timeout=10 \
        -artifact_prefix="$work/broken-" "$2" "$3" > "$work/log" 2>&1 ||
        { tail -n 5 "$work/log" >&2; exit 1; }
    for broken in "$work"/broken-*; do
        [ ! -e "$broken" ] || { echo "$1 does not bear $broken" >&2; exit 1; }
    done
    find "$3" -type f -exec sha1sum {} + | sort -k 2 | while read -r sum file
    do
        # libFuzzer names a file by the SHA-1 of what is in it.
        [ ! -e "$2/$sum" ] || { rm "$2/$sum"; cp "$file" "$2/${file##*/}"
            echo "${file##*/}"; }
    done
}

# known TARGET SEEDS: a folder with the regressions of both.
known() {
    rm -rf "${work:?}/known"
    mkdir -p "$work/known"
    for folder in "corpus/regressions/$1" "corpus/regressions/$2"; do
        [ ! -d "$folder" ] || cp "$folder"/* "$work/known"
    done
}

# A name out of what a file begins with, that none of SEEDS has.
name_of() {
    words=$(head -c 64 "$1" | LC_ALL=C tr 'A-Z' 'a-z' |
        LC_ALL=C tr -c 'a-z0-9.\n' '-' | tr '\n' '-' |
        sed 's/--*/-/g; s/^[-.]*//' | cut -c 1-32 | sed 's/[-.]*$//')
    name=found-${words:-octets}
    number=1
    try=$name
    while [ -e "corpus/seeds/$2/$try" ]; do
        number=$((number + 1))
        try=$name-$number
    done
    echo "$try"
}

add() { # TARGET SEEDS
    [ -d "$candidates/$2" ] || return 0
    known "$1" "$2"
    cp corpus/seeds/"$2"/* "$work/known"
    merge "$1" "$work/known" "$candidates/$2" 0 > "$work/new" || exit
    while read -r name; do
        [ -e "corpus/seeds/$2/$name" ] ||
            cp "$candidates/$2/$name" "corpus/seeds/$2/$name"
        echo "$1: $2/$name"
    done < "$work/new"
}

keep() { # TARGET SEEDS
    known "$1" "$2"
    merge "$1" "$work/known" "corpus/seeds/$2" 1 >> "$work/keep.$2" || exit
}

take_finds() { # TARGET SEEDS
    [ -d "build/fuzz/found/$1" ] || return 0
    known "$1" "$2"
    cp corpus/seeds/"$2"/* "$work/known"
    merge "$1" "$work/known" "build/fuzz/found/$1" 0 > "$work/new" || exit
    while read -r found; do
        name=$(name_of "build/fuzz/found/$1/$found" "$2")
        cp "build/fuzz/found/$1/$found" "corpus/seeds/$2/$name"
        echo "$1: found $2/$name"
    done < "$work/new"
}

# Whoever breaks a property is to be looked at before anything is taken in.
each() { # FUNCTION TARGET=SEEDS...
    function=$1
    shift
    for pair; do
        "$function" "${pair%%=*}" "${pair##*=}" || exit
    done
}

rm -rf "${work:?}"
mkdir -p "$work"
if [ "$verb" = add ]; then
    each add "$@"
    exit
fi
each keep "$@"
for list in "$work"/keep.*; do
    seeds=${list##*keep.}
    for file in corpus/seeds/"$seeds"/*; do
        grep -q -x -F -e "${file##*/}" "$list" || {
            echo "dropped $seeds/${file##*/}"
            rm "$file"
        }
    done
done
each take_finds "$@"
