#!/bin/sh
# SPDX-License-Identifier: MIT
#
# check.sh - start a mail server, check it, leave reports for CI to publish
#
# To be copied and changed. What it does comes from the environment:
#   START     the command that starts the server and stays; empty: it runs
#   TARGET    where it listens (127.0.0.1:2525)
#   BASELINE  findings that are known (smtp-baseline.json); there need be none:
#             smtpspec check --baseline FILE --update-baseline TARGET  writes it
#   OPTIONS   more options of check, as `--to alice@mx.example --fail-on warn`
#   BEFORE    the JSON report of an earlier run, to be compared with
#   REPORTS   where they go (reports): smtp.json, smtp.sarif for code scanning,
#             smtp.xml (JUnit), smtp.html, changes.md for a pull request, and
#             server.log
#
# Exit status: that of check: 0 nothing new, 1 findings that the baseline does
# not know, 2 misused, 3 the server could not be tested.
set -u

target=${TARGET:-127.0.0.1:2525}
baseline=${BASELINE:-smtp-baseline.json}
reports=${REPORTS:-reports}
server=
mkdir -p "$reports" || exit 2

stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
}
trap stop EXIT
trap 'exit 143' INT TERM

if [ -n "${START:-}" ]; then
    sh -c "exec $START" >"$reports/server.log" 2>&1 &
    server=$!
fi

# A server takes its time until it answers: half a minute, no more.
tries=0
until smtpspec check --quiet --timeout 2 --only connect.greeting "$target" \
    >/dev/null 2>&1 || [ $? -eq 1 ]; do
    tries=$((tries + 1))
    if [ $tries -ge 60 ] || { [ -n "$server" ] && ! kill -0 $server; }; then
        echo "check.sh: $target does not answer" >&2
        break
    fi
    sleep 0.5
done

[ ! -e "$baseline" ] || set -- --baseline "$baseline"
# OPTIONS is a list of words.
# shellcheck disable=SC2086
smtpspec check "$@" ${OPTIONS:-} \
    --report "json=$reports/smtp.json" \
    --report "sarif=$reports/smtp.sarif" \
    --report "junit=$reports/smtp.xml" \
    --report "html=$reports/smtp.html" \
    "$target"
status=$?

if [ -n "${BEFORE:-}" ] && [ -e "$BEFORE" ]; then
    smtpspec compare --format markdown "$BEFORE" "$reports/smtp.json" \
        >"$reports/changes.md"
fi
exit $status
