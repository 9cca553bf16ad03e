#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-map.sh [--write] - does src/README.md name every source file?
#
# The map there is made of the first sentence of each file's head comment,
# `<file> - <what it is>`; a header stands in the line of the .c file of its
# name. --write makes it anew. A file without such a head is a fault.
set -u
cd "$(dirname "$0")/.." || exit

page=src/README.md
begin='<!-- map: made by make map -->'
end='<!-- end of the map -->'
made=$(mktemp) || exit 1
trap 'rm -f "$made"' EXIT

# shellcheck disable=SC2046
awk '
function finish() {
    if (file == "")
        return
    if (text == "") {
        print file ": its head does not say \"" base " - what it is\""
        faults++
    }
    what[file] = text
}
FNR == 1 {
    finish()
    file = FILENAME
    base = file
    sub(/.*\//, "", base)
    text = ""
    reading = 0
    files[count++] = file
}
# A schema names itself.
base ~ /\.json$/ && !text && /"title":/ {
    split($0, part, "\"")
    text = "the JSON Schema of the " part[4]
}
FNR <= 4 && !text && /^( \*|#) / && index($0, base " - ") {
    text = substr($0, index($0, base " - ") + length(base) + 3)
    reading = 1
    next
}
reading {
    if (!/^( \*|#) [^ ]/)
        reading = 0
    else
        text = text " " substr($0, index($0, $2))
}
END {
    finish()
    if (faults)
        exit 1
    for (i = 0; i < count; i++) {
        split(files[i], part, "/")
        stem = files[i]
        name = part[3]
        if (sub(/\.h$/, ".c", stem) && stem in what)
            continue
        stem = files[i]
        if (sub(/\.c$/, ".h", stem) && stem in what)
            name = name "`, `.h"
        if (part[2] != floor)
            printf "%s### %s/\n\n", i ? "\n" : "", part[2]
        floor = part[2]
        show("- `" name "`: " what[files[i]])
    }
}
function show(line,   n, i, word, out) {
    n = split(line, word, " ")
    for (i = 1; i <= n; i++) {
        if (length(out) + length(word[i]) >= 79) {
            print out
            out = "  " word[i]
        } else
            out = i == 1 ? word[i] : out " " word[i]
    }
    print out
}' $(find src -mindepth 2 -type f | sort) > "$made" || { cat "$made"; exit 1; }

# What stands around the map stays.
page_with() {
    awk -v begin="$begin" -v end="$end" -v made="$made" '
        $0 == end { inside = 0; print "" }
        !inside { print }
        $0 == begin {
            inside = 1
            print ""
            while ((getline line < made) > 0) print line
        }' "$page"
}
if [ "${1-}" = --write ]; then
    page_with > "$made.page" && cat "$made.page" > "$page"
    rm -f "$made.page"
elif ! page_with | cmp -s - "$page"; then
    echo "$page: the map is not that of the files: make map"
    page_with | diff "$page" - | grep '^[<>]'
    exit 1
fi
echo "$(grep -c '^- ' "$made") lines in the map"
