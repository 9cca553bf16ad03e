# SPDX-License-Identifier: MIT
#
# mdoc.awk - text to mdoc(7): escapes, one sentence a line, lines that wrap
#
# With -f in front of what makes a page.
function escaped(text) {
    gsub(/\\/, "\\e", text)
    return text
}

# `code`, **strong** and [text](link) of Markdown.
function inline(text,   out, i, part, part_of, n) {
    while (match(text, /\[[^]]*\]\([^)]*\)/)) {
        part = substr(text, RSTART + 1, RLENGTH - 1)
        sub(/\].*/, "", part)
        text = substr(text, 1, RSTART - 1) part substr(text, RSTART + RLENGTH)
    }
    n = split(text, part_of, "`")
    for (i = 1; i <= n; i++)
        out = out (i % 2 || n % 2 == 0 ? escaped(part_of[i]) \
            : "\\fB" escaped(part_of[i]) "\\fR")
    gsub(/\*\*/, "", out)
    return out
}

# No line may begin with a dot or a quote that is none of a request.
function put_line(line) {
    if (line ~ /^[.']/)
        line = "\\&" line
    print line
}

function put_function(word,   name) {
    name = word
    sub(/\(.*/, "", name)
    sub(/.*\(\)/, "", word)
    gsub(/./, " &", word)
    print ".Fn " name word
}

# A paragraph: each sentence begins a line, none is longer than 78 octets.
function put(text,   n, i, word, line) {
    n = split(text, word, " ")
    line = ""
    for (i = 1; i <= n; i++) {
        # A function has a macro of its own.
        if (word[i] ~ /^smtpspec_[a-z0-9_]+\(\)[.,:;)]*$/) {
            if (line != "")
                put_line(line)
            line = ""
            put_function(word[i])
            continue
        }
        if (line != "" && length(line) + 1 + length(word[i]) > 78) {
            put_line(line)
            line = ""
        }
        line = line (line == "" ? "" : " ") word[i]
        if (line ~ /[.!?][])'"]*(\\fR)?$/ && i < n) {
            put_line(line)
            line = ""
        }
    }
    if (line != "")
        put_line(line)
}

# Octets as they are.
function put_literal(line) {
    put_line(escaped(line))
}

# The words of a macro's line: what mdoc would take for a macro is shielded.
function arguments(text,   n, i, word, out) {
    n = split(escaped(text), word, " ")
    for (i = 1; i <= n; i++) {
        gsub(/"/, "\\(dq", word[i])
        if (word[i] ~ /^[A-Z][a-z]$|^[][().,:;!?|]$/)
            word[i] = "\\&" word[i]
        out = out (i > 1 ? " " : "") word[i]
    }
    return out
}
