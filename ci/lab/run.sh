#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh [--update-baseline] [SERVER...] - check the lab's servers, make a table
#
# Without a name: those of LAB_SERVERS, or else all there are. Each is set up
# where needed, started, checked, stopped. Its reports go to $LAB/SERVER.json
# and $LAB/SERVER.txt, all that was said to $LAB/SERVER.jsonl (for `make
# corpus`), the table of all, in Markdown, to $LAB/table.md. What a
# baseline lists is a known deviation of that server; all else at or above
# fail makes the exit status 1. It is 77 where nothing could be run. One line
# of TAP for each server. A check that takes more than LAB_SECONDS is ended.
set -u
# What is kept for somebody's own servers is nothing to go by here.
export XDG_CONFIG_HOME=/nonexistent
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

LAB=${LAB:-build/lab}
smtpspec=${SMTPSPEC:-build/smtpspec}
update=
if [ "${1-}" = --update-baseline ]; then
    update=--update-baseline
    shift
fi
# The list is a list of words.
# shellcheck disable=SC2086
[ $# != 0 ] || set -- ${LAB_SERVERS-}
if [ $# = 0 ]; then
    for script in ci/lab/*.sh; do
        name=$(basename "$script" .sh)
        case $name in
        common | run | matrix | reasons | fuzz | exhaustive | *-fuzz) ;;
        *) set -- "$@" "$name" ;;
        esac
    done
fi
mkdir -p "$LAB"
export LAB

# count FILE WORD: that outcome's number in the summary of a JSON report.
count() {
    tr -d ' \n\t' < "$1" | grep -o '"summary":{[^}]*}' | head -n 1 |
        grep -o "\"$2\":[0-9]*" | cut -d: -f2
}

# check NAME: the suite against a server that runs.
check() {
    local baseline=ci/lab/$1.baseline.json options with=()

    mapfile -t options < <("$server" options)
    [ ! -e "$baseline" ] && [ -z "$update" ] || with=(--baseline "$baseline")
    rm -f "$LAB/$1.json" "$LAB/$1.txt"
    timeout -k 10 "${LAB_SECONDS:-300}" "$smtpspec" check \
        --to alice@lab.test --intrusive --timeout "${LAB_TIMEOUT:-8}" \
        "${options[@]}" "${with[@]}" $update --quiet \
        --record "$LAB/$1.jsonl" \
        --report "json=$LAB/$1.json" --report "text=$LAB/$1.txt" \
        "$("$server" target)"
}

# explain NAME: the reviewed reasons into a baseline that was written anew,
# with the name and the version that upstream gave it.
explain() {
    local version

    version=$("$server" version | sed 's/^[0-9]*://; s/[-+~].*//')
    ci/lab/reasons.sh "$1" "$("$server" title) $version"
}

failed=0
ran=0
rows=
for name; do
    server=ci/lab/$name.sh
    begun=$SECONDS
    sh ci/lab-start.sh lab "$name" "$server"
    case $? in
    0) ;;
    77) continue ;;
    *)
        failed=1
        rows+="| $("$server" title) | does not start | | | | | |"$'\n'
        continue
        ;;
    esac
    ran=$((ran + 1))
    check "$name"
    status=$?
    "$server" stop
    [ -z "$update" ] || explain "$name"
    if [ "$status" = 0 ]; then
        echo "ok - lab: $name"
    else
        failed=1
        echo "not ok - lab: $name: exit status $status, see $LAB/$name.txt"
    fi
    rows+="| $("$server" title) | $("$server" version) |"
    for word in pass warn fail skip; do
        rows+=" $(count "$LAB/$name.json" $word) |"
    done
    rows+=" $((SECONDS - begun)) |"$'\n'
done

[ "$ran" != 0 ] || [ "$failed" != 0 ] || exit 77
{
    echo '| server | version | pass | warn | fail | skip | seconds |'
    echo '| --- | --- | ---: | ---: | ---: | ---: | ---: |'
    printf '%s' "$rows"
} | tee "$LAB/table.md"
exit $failed
