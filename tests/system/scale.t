#!/bin/sh
# SPDX-License-Identifier: MIT
#
# scale.t - more connections at once than a shell lets a process begin with
set -u

. tests/support/tap.sh

sessions=600
mkdir "$work/cases"
# one NUMBER: a case with a connection of its own.
one() {
    printf '%s\n' "case   scale.number-$1" 'rfc    5321:4.2' 'level  MUST' \
        'title  NOOP is answered 250' 'given  ehlo' 'flags  alone' '' \
        'C: NOOP' 'S: 250' '' 'proof  pass' 'S: 250 ok' 'proof  fail' \
        'S: 500 no' ''
}
for number in $(seq $sessions); do one "$number"; done > "$work/cases/all.case"

# Hard limits stay: they are what may be asked for.
ulimit -S -n 256
"$SMTPSPEC" serve --listen 127.0.0.1:0 --tls no > "$work/served" &
server=$!
tries=100
until target=$(sed -n 's/^listening on //p' "$work/served") && [ "$target" ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || break
    sleep 0.1
done

all_pass() { # TARGET
    "$SMTPSPEC" check --quiet --starttls no --cases "$work/cases" \
        --only 'scale.*' --jobs $sessions "$1" > "$work/said" 2>&1
    cat "$work/said"
    grep -q "$sessions passed, 0 failed" "$work/said"
}
check '600 connections at once to a server' all_pass "$target"
check 'and to the one that is built in' all_pass embedded:
check '4097 are too many' sh -c '! "$SMTPSPEC" check --jobs 4097 embedded: &&
    "$SMTPSPEC" check --jobs 4097 embedded: 2>&1 | grep -q "from 1 to 4096"'
kill "$server"
wait "$server" 2>/dev/null
echo "1..$count"
