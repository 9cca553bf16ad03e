#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# matrix.sh - servers x cases, from the reports of the lab's last runs
#
# Reads $LAB/SERVER.json of every server that has one, and writes
# $LAB/matrix.json and $LAB/matrix.md: the versions and totals, then a row for
# each case where servers differ (the most fails first, then the most warns),
# and of the rest only how many there are of each outcome. Nothing that a
# server said goes in, only its name and version, our ids and the outcomes.
# The page $LAB/matrix.html has all dialogues, too.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

LAB=${LAB:-build/lab}
command -v jq >/dev/null || { echo 'matrix.sh: no jq: install it' >&2; exit 1; }

smtpspec=${SMTPSPEC:-build/smtpspec}
lines=
files=()
for script in ci/lab/*.sh; do
    name=$(basename "$script" .sh)
    case $name in
    common | run | matrix | reasons | fuzz | exhaustive | *-fuzz) continue ;;
    esac
    [ -s "$LAB/$name.json" ] || continue
    title="$("$script" title) $("$script" version)"
    files+=("${title//[=\/]/-}=$LAB/$name.json")
    lines+=$(jq -c --arg name "$name" --arg title "$("$script" title)" \
        --arg version "$("$script" version)" '.targets[0] | {
            name: $name, title: $title, version: $version,
            tested: (.trouble == null), totals: .summary,
            outcomes: ([.cases[] | {key: .id, value: .outcome}] | from_entries)
        }' "$LAB/$name.json")$'\n'
done
[ -n "$lines" ] || { echo "matrix.sh: no reports in $LAB" >&2; exit 1; }

# A case that a server was not asked has no part in whether servers differ. A
# finding of session.* is reported only where there is one.
printf '%s' "$lines" | jq -s '
    def asked: . == "pass" or . == "warn" or . == "fail";
    . as $all
    | ([.[].outcomes | keys[]] | unique) as $ids
    | [ $ids[] as $id
        | (if $id | startswith("session.") then "pass" else "none" end)
            as $silent
        | [ $all[] | .outcomes[$id] // $silent ] as $row
        | { id: $id,
            differ: ([$row[] | select(asked)] | unique | length > 1),
            fails: ([$row[] | select(. == "fail")] | length),
            warns: ([$row[] | select(. == "warn")] | length),
            all: ([$row[] | select(asked)] | unique | .[0]),
            outcomes: ([$all, $row] | transpose
                | map({key: .[0].name, value: .[1]}) | from_entries) } ]
    | { servers: [ $all[] | del(.outcomes) ],
        differ: (map(select(.differ)) | sort_by([-.fails, -.warns, .id])
            | map({id, outcomes})),
        same: (map(select(.differ | not)) | group_by(.all)
            | map({ key: (.[0].all // "not asked"), value: length })
            | from_entries),
        same_fail: [ .[] | select((.differ | not) and .all == "fail") | .id ] }
' > "$LAB/matrix.json"

jq -r '
    def cell: { pass: "", warn: "warn", fail: "**fail**", none: "-",
        skip: "-" }[.] // "?";
    def plain: gsub("[^A-Za-z0-9 ,.:+~_-]"; "?");
    def row: "| " + join(" | ") + " |";
    . as $m
    | "# What the servers of the lab do",
      "",
      (["server", "version", "pass", "warn", "fail", "skip", "blocked"] | row),
      (["---", "---", "---:", "---:", "---:", "---:", "---:"] | row),
      (.servers[] | [(.title | plain), (.version | plain),
          (.totals | .pass, .warn, .fail, .skip, .blocked | tostring)] | row),
      "",
      "\(.differ | length) cases where servers differ. An empty cell: passed;"
          + " `-`: not asked; `?`: could not be told.",
      "",
      (["case"] + [.servers[].name] | row),
      (["---"] + [.servers[] | "---"] | row),
      (.differ[] | .outcomes as $o
          | ["`\(.id)`"] + [$m.servers[].name | $o[.] | cell] | row),
      "",
      "Cases where all that were asked agree: "
          + ([.same | to_entries[] | "\(.value) \(.key)"] | join(", ")) + ".",
      (.same_fail[] | "- `\(.)` fails everywhere.")
' "$LAB/matrix.json" > "$LAB/matrix.md"
echo "$LAB/matrix.md: $(jq -r '"\(.servers | length) servers, " +
    "\(.differ | length) cases differ"' "$LAB/matrix.json")"
"$smtpspec" merge --report "html=$LAB/matrix.html" "${files[@]}"
echo "$LAB/matrix.html: the same as a page, each cell a link to the dialogue"
