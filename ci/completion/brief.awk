# SPDX-License-Identifier: MIT
#
# brief.awk - what an option is for, short enough for a list of completions
function brief(text, words) {
    gsub(/ /, ", ", words)
    if (index(text, "{}"))
        text = substr(text, 1, index(text, "{}") - 1) words \
            substr(text, index(text, "{}") + 2)
    sub(/;.*/, "", text)
    return text
}
