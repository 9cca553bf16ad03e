#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-style.sh - what of our style a program can see
#
# Functions of at most 80 lines, files of at most 600, lines of at most 80
# columns (100 in tables, tests and cases), no tabs, no trailing blanks, a
# licence line first, no banned function, no typedef but of a
# function, no two files of one name. Prints the median length of a function.
set -u
cd "$(dirname "$0")/.." || exit

files=$(find src include harness tests ci .ci -type f \( -name '*.[ch]' \
    -o -name '*.def' -o -name '*.sh' -o -name '*.awk' -o -name '*.mk' \
    -o -name '*.t' -o -name '*.case' -o -path tests/run -o -path .ci/run \
    -o -name '*.py' -o -name '*.css' -o -name '*.js' -o -name '*.mjs' \) | sort)

# shellcheck disable=SC2086
LC_ALL=C awk '
function fault(line, text) {
    printf "%s:%d: %s\n", file, line, text
    faults++
}
function end_of_file() {
    if (code && lines > 600)
        fault(lines, "file of " lines " lines, 600 are the most")
    if (!licensed)
        fault(1, "no SPDX-License-Identifier in the first two lines")
}
BEGIN {
    banned = "(^|[^A-Za-z0-9_])(strtok(_r)?|v?sprintf|strn?cpy|strn?cat|" \
        "ato[ifl]|atoll|gets|scanf|sscanf|alloca|rand|strdupa|" \
        "is(alpha|digit|alnum|space|upper|lower|print|cntrl|punct|graph|" \
        "xdigit|blank)|to(upper|lower)|strn?casecmp|setlocale)[ ]*\\("
}
FNR == 1 {
    if (file != "")
        end_of_file()
    file = FILENAME
    name = file
    sub(/.*\//, "", name)
    if (name ~ /\.[ch]$|\.def$/) {
        if (name in seen)
            fault(1, "same name as " seen[name])
        seen[name] = file
    }
    code = name ~ /\.[ch]$/
    wide = name ~ /\.(def|case|t)$/ || file ~ /^tests\// ? 100 : 80
    lines = open = comment = licensed = 0
    before = ""
}
FNR <= 2 && /SPDX-License-Identifier: MIT/ { licensed = 1 }
{ lines++ }
/\t/ && name !~ /\.mk$/ { fault(FNR, "tab") }
/[ \t\r]$/ && name !~ /\.case$/ { fault(FNR, "trailing blank") }
{
    width = length($0) - gsub(/[\200-\277]/, "&")
    if (width > wide)
        fault(FNR, width " columns, " wide " are the most")
}
!code { next }
{
    text = $0
    gsub(/\\"/, "", text)
    gsub(/"[^"]*"/, "\"\"", text)
    gsub(/\/\*.*\*\//, "", text)
    if (comment)
        sub(/^.*\*\//, "", text) ? comment = 0 : text = ""
    if (sub(/\/\*.*$/, "", text))
        comment = 1
    if (match(text, banned))
        fault(FNR, "banned: " substr(text, RSTART, RLENGTH))
    if (text ~ /(^|[^A-Za-z0-9_])typedef / && text !~ /\(/)
        fault(FNR, "typedef")
}
/^\{/ && before ~ /\)[ ]*$/ { open = FNR }
/^\}/ && open {
    size = FNR - open - 1
    sizes[functions++] = size
    count[size]++
    if (size > 80)
        fault(open, "function of " size " lines, 80 are the most")
    open = 0
}
NF { before = $0 }
END {
    if (file != "")
        end_of_file()
    for (size = 0; 2 * sum < functions && size < 1000; size++)
        sum += count[size]
    printf "%d functions, median %d lines; %d faults\n", functions,
        functions ? size - 1 : 0, faults
    exit faults > 0
}' $files
