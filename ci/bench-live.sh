#!/bin/sh
# SPDX-License-Identifier: MIT
#
# bench-live.sh BENCH SMTPSPEC [HOST:PORT] - fuzz beside a bare epoll loop
#
# Without a target the built-in server is started on a port of its own; it is
# faster than any other, so that what fuzz computes shows, and has no least.
set -u

bench=$1
smtpspec=$2
target=${3-}
said=$(mktemp)
pid=
trap 'rm -f "$said"; [ -z "$pid" ] || kill "$pid"' EXIT

if [ -z "$target" ]; then
    "$smtpspec" serve --listen 127.0.0.1:0 --tls no >"$said" &
    pid=$!
    tries=50
    until target=$(sed -n 's/^listening on //p' "$said") && [ -n "$target" ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || { echo 'no server' >&2; exit 1; }
        sleep 0.1
    done
fi
"$bench" "$smtpspec" "$target" "${RUNS:-2000}" "${JOBS:-16}"
status=$?
[ -z "$pid" ] || [ "$status" != 1 ] || status=0
exit $status
