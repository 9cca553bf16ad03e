#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check-cases.sh [--release] - the ids of the cases, which people rely on
#
# An id is topic.situation, in small letters; no two cases share one; and one
# that is on the list of released ids never goes away. --release puts the ids
# that are not on that list at its end; those of the sweep are told by the
# command itself, $SMTPSPEC, where that is given. (The proofs are replayed by a
# unit test, not here, and the ids of the sweep looked for by another.)
set -u
cd "$(dirname "$0")/.." || exit

list=tests/conformance/released-ids.txt
coverage=tests/conformance/coverage.tsv
mode=check
if [ "${1-}" = --release ]; then
    mode=release
    [ -e "$list" ] || : > "$list"
fi

# shellcheck disable=SC2046
awk -v mode="$mode" -v list="$list" -v coverage="$coverage" '
function fault(text) {
    print text
    faults++
}
# Whether an id matches a glob of * and ?.
function matches(id, glob) {
    gsub(/\./, "[.]", glob)
    gsub(/\*/, ".*", glob)
    gsub(/\?/, ".", glob)
    return id ~ ("^" glob "$")
}
function is_there(glob,    i) {
    for (i = 0; i < count; i++)
        if (matches(id[i], glob))
            return 1
    return 0
}
function check_coverage(    line, at, cells, words, n, i) {
    while ((getline line < coverage) > 0) {
        at = coverage ":" ++row ": "
        if (line ~ /^#/)
            continue
        if (split(line, cells, "\t") < 4 || cells[3] == "")
            fault(at "not a row, its text, ids or -, and a remark")
        n = cells[3] == "-" ? 0 : split(cells[3], words, " ")
        for (i = 1; i <= n; i++)
            if (!is_there(words[i]))
                fault(at "no case " words[i])
    }
    if (row == 0)
        fault(coverage ": not to be read")
    close(coverage)
}
BEGIN {
    while ((getline line < list) > 0)
        if (line !~ /^(#|sweep\.)/ && line != "")
            released[line] = 1
    close(list)
}
FNR == 1 && FILENAME !~ /\/[a-z0-9]+(-[a-z0-9]+)*\.case$/ {
    fault(FILENAME ": a case file is named <rfc>-<topic>.case")
}
$1 == "case" && /^case[ \t]/ {
    at = FILENAME ":" FNR ": "
    if ($2 !~ /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/)
        fault(at "not an id: " $2)
    if ($2 in where)
        fault(at $2 " is the id of " where[$2] " already")
    where[$2] = FILENAME ":" FNR
    id[count++] = $2
}
END {
    check_coverage()
    for (gone in released)
        if (!(gone in where))
            fault(list ": " gone " was released and is no more")
    for (i = 0; i < count; i++)
        if (!(id[i] in released)) {
            fresh++
            if (mode == "release" && !faults)
                print id[i] >> list
        }
    printf "%d cases, %d not released yet\n", count, fresh
    exit faults > 0
}' $(find tests/conformance -name '*.case' | sort) </dev/null || exit

if [ "$mode" = release ] && [ -n "${SMTPSPEC-}" ]; then
    "$SMTPSPEC" list cases --format tsv | cut -f 1 | grep '^sweep\.' |
        grep -v -x -F -f "$list" >>"$list"
fi
exit 0
