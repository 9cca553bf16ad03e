# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# head-of.sh - read in by scripts that are told something by the head comment of
# a C file

# head_of FILE WORD: what the head comment says behind "WORD:", to the next
# word of that kind or the end.
head_of() {
    sed '1d;/\*\//q' "$1" | awk -v word="$2:" '
        $2 ~ /^[a-z]+:$/ { on = $2 == word }
        on { sub(/^ \* *([a-z]+: *)?/, ""); sub(/ *\*\/$/, ""); print }'
}
