#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# run.sh [--update-baseline] [SERVER...] - check the lab's servers, make a table
#
# Each server is set up where needed, started, checked, stopped. Its reports go
# to $LAB/SERVER.json and $LAB/SERVER.txt, the table of all, in Markdown, to
# $LAB/table.md. What a baseline lists is a known deviation of that server; all
# else at or above fail makes the exit status 1. It is 77 where nothing could
# be run because mounts are refused. One line of TAP for each server.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

LAB=${LAB:-build/lab}
smtpspec=${SMTPSPEC:-build/smtpspec}
update=
if [ "${1-}" = --update-baseline ]; then
    update=--update-baseline
    shift
fi
if [ $# = 0 ]; then
    for script in ci/lab/*.sh; do
        name=$(basename "$script" .sh)
        case $name in common | run) ;; *) set -- "$@" "$name" ;; esac
    done
fi
mkdir -p "$LAB"
export LAB

# count FILE WORD: that outcome's number in the summary of a JSON report.
count() {
    tr -d ' \n\t' < "$1" | grep -o '"summary":{[^}]*}' | head -n 1 |
        grep -o "\"$2\":[0-9]*" | cut -d: -f2
}

failed=0
ran=0
rows=
for name; do
    server=ci/lab/$name.sh
    timeout 600 "$server" start
    status=$?
    if [ "$status" = 77 ]; then
        echo "ok - lab: $name # SKIP lab: $name: mounts are refused"
        continue
    elif [ "$status" != 0 ]; then
        echo "not ok - lab: $name does not start"
        failed=1
        rows+="| $("$server" title) | does not start | | | | |"$'\n'
        continue
    fi
    ran=$((ran + 1))
    baseline=ci/lab/$name.baseline.json
    with=()
    [ ! -e "$baseline" ] && [ -z "$update" ] || with=(--baseline "$baseline")
    rm -f "$LAB/$name.json" "$LAB/$name.txt"
    timeout "${LAB_SECONDS:-600}" "$smtpspec" check --to alice@lab.test \
        --intrusive "${with[@]}" $update --quiet \
        --report "json=$LAB/$name.json" --report "text=$LAB/$name.txt" \
        "127.0.0.1:$("$server" port)"
    status=$?
    "$server" stop
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
    rows+=$'\n'
done

[ "$ran" != 0 ] || [ "$failed" != 0 ] || exit 77
{
    echo '| server | version | pass | warn | fail | skip |'
    echo '| --- | --- | ---: | ---: | ---: | ---: |'
    printf '%s' "$rows"
} | tee "$LAB/table.md"
exit $failed
