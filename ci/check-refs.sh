#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-refs.sh - which sections do the tables cite, which do the cases test?
#
# A reference is "5321:4.3.2", further sections after a comma, further RFCs
# after a semicolon: "5321:3.1; 7504:3"; there a CVE or CWE may stand, too. One
# that is written otherwise is a fault. Sections that only the tables or only
# the cases name are information: the first want a case, the second a row.
set -u
cd "$(dirname "$0")/.." || exit

# "-" is the whole of a text that has no sections to name; (a) is an item.
section='(-|([A-Z]|[0-9]+)(\.[0-9]+)*(\([0-9a-z]+\))?)'
one="[1-9][0-9]*:$section(, $section)*"
known='CVE-[0-9]+-[0-9]+|CWE-[0-9]+'

# shellcheck disable=SC2046
WHOLE="^$one(; ($one|$known))*\$" awk '
function fault(text) {
    printf "%s:%d: malformed reference: %s\n", FILENAME, FNR, text
    faults++
}
function note(text,   i, j, n, m, rfc, sections) {
    if (text !~ ENVIRON["WHOLE"]) {
        fault(text)
        return
    }
    n = split(text, rfc, /; /)
    for (i = 1; i <= n; i++) {
        if (rfc[i] ~ /^C/)
            continue
        m = split(substr(rfc[i], index(rfc[i], ":") + 1), sections, /, /)
        sub(/:.*/, "", rfc[i])
        for (j = 1; j <= m; j++)
            cite(rfc[i] ":" sections[j])
    }
}
function cite(key) {
    cited[side, key] = 1
    all[key] = 1
}
function list(title, here, there,   key, n, sort) {
    sort = "sort -V | tr \"\\n\" \" \"; echo"
    for (key in all)
        if ((here, key) in cited && !((there, key) in cited)) {
            print key | sort
            n++
        }
    close(sort)
    printf "%d %s\n\n", n, title
}
FNR == 1 { side = FILENAME ~ /\.case$/ ? "case" : "table" }
side == "case" && $1 == "rfc" {
    sub(/^[ \t]*rfc[ \t]+/, "")
    note($0)
}
# The source column holds the RFC, the first text of the row its section.
side == "table" && /^(REPLY|WHOLE)\(RFC[0-9]+,/ {
    rfc = $0
    sub(/^[A-Z]*\(RFC/, "", rfc)
    sub(/,.*/, "", rfc)
    if (match($0, /"[^"]*"/))
        note(rfc ":" substr($0, RSTART + 1, RLENGTH - 2))
    next
}
side == "table" && !/^ ?\*|^ *\/\*/ {
    rest = $0
    while (match(rest, /"[0-9][0-9][0-9]+:[^"]*"/)) {
        note(substr(rest, RSTART + 1, RLENGTH - 2))
        rest = substr(rest, RSTART + RLENGTH)
    }
}
END {
    list("sections that tables cite and no case tests", "table", "case")
    list("sections that cases test and no table cites", "case", "table")
    exit faults > 0
}' $(find src -name '*.def' | sort) $(find tests/conformance -name '*.case' |
    sort)
