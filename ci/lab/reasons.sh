#!/bin/sh
# SPDX-License-Identifier: MIT
#
# reasons.sh SERVER TITLE - put the reviewed reasons into a server's baseline
#
# An update of a baseline says "not reviewed" where it knows no reason. Here
# each such entry gets the reason that reasons.tsv has for it, if any, with the
# TITLE (name and version) before it. What is left is told on stderr: it is to
# be reviewed by hand, with the RFC at the side, and put into reasons.tsv. What
# differs from run to run in a reply, such as a queue id, becomes an asterisk.
set -eu
cd "$(dirname "$0")"

baseline=$1.baseline.json
awk -v name="$1" -v title="$2" '
function field(line, key) {
    if (!match(line, "\"" key "\": \"([^\"\\\\]|\\\\.)*\""))
        return ""
    return substr(line, RSTART + length(key) + 5, RLENGTH - length(key) - 6)
}
function mask() {
    gsub(/queued as [^"]*/, "queued as *")
    gsub(/OK id=[^"]*/, "OK id=*")
    gsub(/Message Queued [^"]*/, "Message Queued *")
    gsub(/> [^ "]+ Saved[^"]*/, "> * Saved*")
    gsub(/"334 [^"]+"/, "\"334 *\"")
    gsub(/"250 Ok\. [0-9A-F.]+"/, "\"250 Ok. *\"")
    gsub(/250 2\.0\.0 [^ "]+ Message accepted[^"]*/,
         "250 2.0.0 * Message accepted for delivery")
    # The texts of chasquid are drawn by lot.
    if (name ~ /^chasquid/ &&
        match($0, /"[245][0-9][0-9][- ][^"]*"/) && !/error reading/)
        $0 = substr($0, 1, RSTART + 3) \
            (substr($0, RSTART + 4, 1) == "-" ? "-" : " ") "*" \
            substr($0, RSTART + RLENGTH - 1)
}
function whole(text, pattern) { return text ~ "^(" pattern ")$" }
NR == FNR {
    if (!/^#/ && split($0, part, "\t") == 4) {
        rows++
        for (i = 1; i <= 4; i++)
            row[rows, i] = part[i]
    }
    next
}
/"id": / { id = field($0, "id") }
/"observed": / {
    observed = field($0, "observed")
    mask()
}
/"reason": "not reviewed/ {
    for (i = 1; i <= rows; i++)
        if (whole(name, row[i, 1]) && whole(id, row[i, 2]) &&
            whole(observed, row[i, 3])) {
            sub(/"not reviewed.*"/, "\"" title ": " row[i, 4] "\"")
            break
        }
    if (i > rows) {
        left++
        print name ": not reviewed: " id ": " observed > "/dev/stderr"
    }
}
{ print }' reasons.tsv "$baseline" > "$baseline.tmp"
mv "$baseline.tmp" "$baseline"
