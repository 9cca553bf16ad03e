#!/bin/sh
# SPDX-License-Identifier: MIT
#
# transport.t - `smtpspec check` by each way to a server: IPv6, a socket of the
# file system, a command, the MX of a domain
#
# The server is always the built-in one; a relay makes it reachable, and a name
# server of the tests' own says where mail goes.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/transport.$$
mkdir -p "$dir"
running=
trap 'for one in $running; do kill "$one" 2>/dev/null; done; rm -rf "$dir"' EXIT
count=0

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
}

for program in relay named; do
    # shellcheck disable=SC2086
    if ! ${CC:-cc} -std=c17 -D_GNU_SOURCE -o "$dir/$program" \
        tests/support/$program.c; then
        echo '1..0 # SKIP no C compiler'
        exit 0
    fi
done

# await FILE: until something has written into it, or there is one.
await() {
    turns=0
    while [ ! -s "$1" ] && [ ! -S "$1" ] && [ $turns -lt 200 ]; do
        sleep 0.05
        turns=$((turns + 1))
    done
}

# serve HOST FILE [OPTION...]: the built-in server on a free port, which gets
# into FILE.
serve() {
    host=$1 file=$2
    shift 2
    "$smtpspec" serve --listen "$host:0" "$@" >"$file" 2>/dev/null &
    running="$running $!"
    await "$file"
    sed -i 's/.*://' "$file"
}

# check STATUS NAME PATTERN TARGET [OPTION...]
check() {
    expected=$1 name=$2 pattern=$3 target=$4
    shift 4
    timeout 60 "$smtpspec" check --timeout 5 --only 'noop*' "$@" "$target" \
        >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    cat "$dir/out" "$dir/err" >"$dir/both"
    if [ $status -eq "$expected" ] && grep -q -e "$pattern" "$dir/both"; then
        report ok "$name"
    else
        report 'not ok' "$name: status $status"
        head -40 "$dir/both" | sed 's/^/# /'
    fi
}

serve 127.0.0.1 "$dir/port"
port=$(cat "$dir/port")
check 0 'IPv4' '^127\.0\.0\.1:' "127.0.0.1:$port"

serve '[::1]' "$dir/port6"
if [ -s "$dir/port6" ]; then
    check 0 'IPv6' '^\[::1\]:' "[::1]:$(cat "$dir/port6")"
else
    report ok 'IPv6 # SKIP there is none here'
fi

"$dir/relay" "$port" "$dir/socket" &
running="$running $!"
await "$dir/socket"
check 0 'a socket of the file system' '^unix+smtp:' "unix+smtp:$dir/socket"
check 3 'which is not there' 'no such file' "unix:$dir/nothing"

check 0 'a command' '^exec:' "exec:exec $dir/relay $port"
check 0 'and what else a shell does' '^exec:' \
    "exec:cd / && '$dir/relay' \"$port\" 2>/dev/null"
check 3 'a command that says nothing' 'could not be tested' 'exec:exit 3'
check 3 'a command that says something else' 'does not speak SMTP' \
    'exec:echo hello; cat'
check 3 'TLS where there is none' 'could not be tested' \
    "smtps://127.0.0.1:$port"

"$dir/named" >"$dir/dns" &
running="$running $!"
await "$dir/dns"
SMTPSPEC_DNS=127.0.0.1:$(cat "$dir/dns")
export SMTPSPEC_DNS
check 0 'the mail host of a domain' \
    "^mx:local\.example/mx\.local\.example:$port" "mx:local.example:$port"
printf '[mx:local.example]\nexpect = XNOPE\n' >"$dir/mx.conf"
check 1 'what is kept for a domain is of its hosts' 'session\.offers' \
    "mx:local.example:$port" --config "$dir/mx.conf"
printf '[mx:other.example]\nexpect = XNOPE\n' >"$dir/mx.conf"
check 0 'and of no other' "^mx:local\.example/" \
    "mx:local.example:$port" --config "$dir/mx.conf"
check 0 'a domain that is its own' \
    "^mx:alone\.example/alone\.example:$port" "mx:alone.example:$port"
check 3 'each of several hosts' \
    'mx:two\.example/late\.two\.example:.*no such name' "mx:two.example:$port"
grep -q '^mx:two\.example/a\.two\.example' "$dir/out" &&
    report ok 'the first of them was checked' ||
    report 'not ok' 'the first of them was checked'
check 0 'one of them' '^mx:two\.example/a\.' \
    "mx:two.example/a.two.example:$port"
check 3 'no such domain' 'there is no domain gone\.example' mx:gone.example
check 3 'a domain that takes no mail' 'takes no mail' mx:null.example

# What was found of one host survives a signal during the look-up of the next.
timeout --preserve-status -s TERM 3 "$smtpspec" check --timeout 5 \
    --only noop.text --report "json=$dir/json" "mx:slow.example:$port" \
    >"$dir/out" 2>"$dir/err" </dev/null
status=$?
if [ $status -eq 143 ] && grep -q '"id": "noop.text"' "$dir/json" &&
    grep -q 'mx:slow.example/mute.example' "$dir/json" &&
    grep -q 'cannot look up .*: interrupted' "$dir/err"; then
    report ok 'a signal ends a look-up, and no report is lost'
else
    report 'not ok' "a signal ends a look-up, no report is lost: status $status"
    head -40 "$dir/out" "$dir/err" | sed 's/^/# /'
fi
timeout --preserve-status -s TERM 1 "$smtpspec" check mx:mute.example \
    >"$dir/out" 2>"$dir/err" </dev/null
status=$?
if [ $status -eq 143 ] && [ ! -s "$dir/out" ]; then
    report ok 'nor is there one where nothing was run'
else
    report 'not ok' "nor is there one where nothing was run: status $status"
fi

serve 127.0.0.1 "$dir/port2" --misdeed noop-200
port=$(cat "$dir/port2")
check 1 'a fault is told with the way to repeat it' \
    "again:.* mx:local\.example/mx\.local\.example:$port" \
    "mx:local.example:$port"

echo "1..$count"
