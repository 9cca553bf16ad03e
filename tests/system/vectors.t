#!/bin/sh
# SPDX-License-Identifier: MIT
#
# vectors.t - is corpus/vectors what its source says, and does the generator
# see a slip in that source?
set -u

folder=corpus/vectors
. tests/support/tap.sh

generate() { # SOURCE
    LC_ALL=C awk -v notes="$work/notes" -f $folder/vectors.awk \
        src/wire/defects.def "$1" > "$work/jsonl"
}
# The generator must speak of it, by the number of the line, and fail.
refuses() { # WHAT LINE...
    what=$1
    shift
    printf '%s\n' 'flag Cut : x' 'group a 5321:4.2' "$@" > "$work/source"
    ! generate "$work/source" 2>"$work/err" || return 1
    cat "$work/err"
    grep -q "^replies.src:[1-9].*$what" "$work/err"
}

check 'the source can be read' generate $folder/replies.src
check 'replies.jsonl is what make vectors writes' \
    cmp "$work/jsonl" $folder/replies.jsonl
check 'replies.notes.json is what make vectors writes' \
    cmp "$work/notes" $folder/replies.notes.json
check 'there are 400 vectors and more' \
    test "$(wc -l < $folder/replies.jsonl)" -ge 400

check 'no id is used twice' refuses 'there twice' \
    '* b V : x' 'S 250 b' '= 250 : b' '* b V : x' 'S 250 b' '= 250 : b'
check 'a valid vector has no defects' refuses 'valid is what' \
    '* b V : x' 's 250 b^n' '= 250 bare-lf : b'
check 'a vector that is not valid has some' refuses 'valid is what' \
    '* b I : x' 'S 250 b' '= 250 : b'
check 'a defect is one of reply.h' refuses 'no such defect: bar-lf' \
    '* b I : x' 's 250 b^n' '= 250 bar-lf : b'
check 'a flag is explained' refuses 'no such flag' \
    '* b V +Odd : x' 'S 250 b' '= 250 : b'
check 'a size is counted' refuses 'is 7 octets long' \
    '* b V : x' 'S 250 b' 'size 8' '= 250 : b'
check 'an escape is one that there is' refuses 'unknown escape' \
    '* b V : x' 'S 250 ^q' '= 250 : b'
check 'a code has three digits' refuses 'neither three digits' \
    '* b V : x' 'S 250 b' '= 25 : b'
check 'a section has its number' refuses 'not a section' \
    '* b V 5321 : x' 'S 250 b' '= 250 : b' '* c V : x' 'S 250 b' '= 250 : b'
check 'an each has its end' refuses 'without end' 'each A 1 2' '* b V : x'
check 'a line is of a kind that there is' refuses 'what is this' 'T 250 b'

echo "1..$count"
