#!/bin/sh
# SPDX-License-Identifier: MIT
#
# serve.t - `smtpspec serve`: listens, answers, ends cleanly, says what it
# cannot do. Speaks SMTP by bash's /dev/tcp where there is one.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/serve.$$
mkdir -p "$dir"
count=0
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$dir"' EXIT

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
}

is() { # NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        report ok "$1"
    else
        report 'not ok' "$1"
        printf '%s\n' "expected: $2" "actual: $3" | sed 's/^/# /'
    fi
}

# refuses NAME STATUS PATTERN ARGUMENT...: one line on stderr, none on stdout.
refuses() {
    name=$1 expected=$2 pattern=$3
    shift 3
    timeout 10 "$smtpspec" serve "$@" >"$dir/out" 2>"$dir/err"
    status=$?
    if [ $status -eq "$expected" ] && grep -q -e "$pattern" "$dir/err" &&
        [ "$(wc -l <"$dir/err")" -eq 1 ] && [ ! -s "$dir/out" ]; then
        report ok "$name"
    else
        report 'not ok' "$name: status $status"
        sed 's/^/# /' "$dir/out" "$dir/err"
    fi
}

# await FILE: until there is something in it, or the server is gone.
await() {
    tries=0
    until [ -s "$1" ] || [ $tries -ge 100 ] || ! kill -0 "$server"; do
        sleep 0.1
        tries=$((tries + 1))
    done 2>/dev/null
}

# start ARGUMENT...: sets `server` and `port`.
start() {
    rm -f "$dir/listening"
    "$smtpspec" serve "$@" >"$dir/listening" 2>"$dir/complaints" &
    server=$!
    await "$dir/listening"
    port=$(sed -n 's/^listening on .*:\([0-9]*\)$/\1/p' "$dir/listening")
}

# stop SIGNAL: the exit status.
stop() {
    kill -s "$1" "$server" 2>/dev/null
    wait "$server"
    status=$?
    server=
    echo $status >"$dir/status"
}

# say HOST TEXT: what the server answers, CR taken off.
say() {
    timeout 10 bash -c 'exec 3<>"/dev/tcp/$1/$2" || exit 1
        printf "$3" >&3; cat <&3' say "$1" "$port" "$2" | tr -d '\r'
}

refuses 'an unknown option' 2 "unknown option '--nonsense'" --nonsense
refuses 'an option without its value' 2 '--listen wants a value' --listen
refuses 'an argument' 2 "'x' is one argument too many" x
refuses 'an unknown misdeed' 2 "no misdeed 'nonsense'" \
    --misdeed bare-lf,nonsense
refuses 'no misdeed at all' 2 "no misdeed ''" --misdeed ''
refuses 'an unknown profile' 2 "unknown profile 'rfc999'" --profile rfc999
for address in 2525 127.0.0.1 127.0.0.1: 127.0.0.1:65536 127.0.0.1:25x :2525 \
    ::1:2525 '[::1]' '[::1:2525' '[127.0.0.1]:2525' localhost:2525 ''; do
    refuses "the address '$address'" 2 'HOST:PORT' --listen "$address"
done
refuses 'an unknown quirk' 2 "no quirk 'nonsense'" --quirk vrfy-252,nonsense
refuses 'a misdeed is no quirk' 2 "no quirk 'bare-lf'" --quirk bare-lf
refuses 'a quirk is no misdeed' 2 "no misdeed 'vrfy-252'" --misdeed vrfy-252
refuses 'an address that is not here' 3 'cannot listen on 192.0.2.1:2525' \
    --listen 192.0.2.1:2525
refuses 'octets that a terminal should not see' 2 'unknown profile .\\x1b' \
    --profile "$(printf '\033[31m')"

start --listen 127.0.0.1:0
is 'it tells where it listens' "listening on 127.0.0.1:$port" \
    "$(cat "$dir/listening")"
refuses 'a port that is taken' 3 "cannot listen on 127.0.0.1:$port" \
    --listen "127.0.0.1:$port"
if command -v bash >/dev/null; then
    is 'it answers' '220 250 221' "$(say 127.0.0.1 'NOOP\r\nQUIT\r\n' |
        cut -c1-3 | tr '\n' ' ' | sed 's/ $//')"
else
    report ok 'it answers # SKIP no bash'
fi
stop TERM
is 'SIGTERM ends it well' 0 "$(cat "$dir/status")"
is 'and it has nothing to complain of' '' "$(cat "$dir/complaints")"

start --listen 127.0.0.1:0 --misdeed noop-200 --misdeed 'rset-252, help-250' \
    --profile kb234
if command -v bash >/dev/null; then
    is 'it does wrong what it is told to' '200 252 250' \
        "$(say 127.0.0.1 'NOOP\r\nRSET\r\nHELP\r\nQUIT\r\n' |
            sed -n 's/^\(2[05][02]\) .*/\1/p' | tr '\n' ' ' | sed 's/ $//')"
else
    report ok 'it does wrong what it is told to # SKIP no bash'
fi
stop INT
is 'SIGINT ends it well' 0 "$(cat "$dir/status")"

start --listen 127.0.0.1:0 --quirk vrfy-252 --quirk 'help-502, few-connections'
if command -v bash >/dev/null; then
    is 'it is as unusual as it is told to be' '220 252 502 221' \
        "$(say 127.0.0.1 'VRFY user\r\nHELP\r\nQUIT\r\n' |
            cut -c1-3 | tr '\n' ' ' | sed 's/ $//')"
    say 127.0.0.1 'QUIT\r\n' >"$dir/heard"
    is 'and its sessions know of each other' 421 \
        "$(say 127.0.0.1 '' | cut -c1-3)"
else
    report ok 'it is as unusual as it is told to be # SKIP no bash'
fi
stop TERM

refuses 'an unknown way into TLS' 2 "not 'sometimes'" --tls sometimes
start --listen 127.0.0.1:0 --tls no --lmtp
if command -v bash >/dev/null; then
    is 'LMTP, and no TLS' '220 500 250 502 221' \
        "$(say 127.0.0.1 \
            'EHLO a.example\r\nLHLO a.example\r\nSTARTTLS\r\nQUIT\r\n' |
            grep -v '^...-' | cut -c1-3 | tr '\n' ' ' | sed 's/ $//')"
else
    report ok 'LMTP, and no TLS # SKIP no bash'
fi
stop TERM
start --listen 127.0.0.1:0 --submission
if command -v bash >/dev/null; then
    is 'submission wants a login' '220 250 530 221' \
        "$(say 127.0.0.1 'EHLO a.example\r\nMAIL FROM:<>\r\nQUIT\r\n' |
            grep -v '^...-' | cut -c1-3 | tr '\n' ' ' | sed 's/ $//')"
else
    report ok 'submission wants a login # SKIP no bash'
fi
stop TERM

start --listen '[::1]:0'
if [ -n "$port" ]; then
    is 'IPv6' "listening on [::1]:$port" "$(cat "$dir/listening")"
    stop TERM
else
    stop TERM
    report ok 'IPv6 # SKIP no IPv6 here'
fi

# Three at once, who leave in another order than they came.
start --listen 127.0.0.1:0
if command -v bash >/dev/null; then
    is 'several clients at once' '220 220 220 221 250 221 221' \
        "$(timeout 10 bash -c 'for fd in 3 4 5; do
            eval "exec $fd<>/dev/tcp/127.0.0.1/$1"
            head -n 1 <&$fd
        done
        printf "QUIT\r\n" >&4; cat <&4
        printf "NOOP\r\nQUIT\r\n" >&3; cat <&3
        printf "QUIT\r\n" >&5; cat <&5' say "$port" |
            cut -c1-3 | tr '\n' ' ' | sed 's/ $//')"
else
    report ok 'several clients at once # SKIP no bash'
fi
stop TERM
is 'and SIGTERM after them' 0 "$(cat "$dir/status")"

start --listen 127.0.0.1:0 --misdeed long-line-crash
if command -v bash >/dev/null; then
    timeout 10 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; head -n 1 <&3
        printf "NOOP %03000d\r\n" 1 >&3; LC_ALL=C cat <&3' say "$port" \
        >"$dir/heard" 2>&1
    grep -q 'reset by peer' "$dir/heard"
    is 'it resets a connection where it is told to' 0 $?
    : >"$dir/heard"
else
    report ok 'it resets a connection # SKIP no bash'
fi
stop TERM

# A client is connected when the signal comes.
start --listen 127.0.0.1:0
if command -v bash >/dev/null; then
    bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; cat <&3' say "$port" \
        >"$dir/heard" &
    client=$!
    await "$dir/heard"
fi
stop TERM
is 'a client does not hold it' 0 "$(cat "$dir/status")"
[ -z "${client-}" ] || wait "$client"

"$smtpspec" serve --help >"$dir/out" 2>"$dir/err"
is '--help is no error' 0 $?
grep -q '^usage: smtpspec serve' "$dir/out" && [ ! -s "$dir/err" ]
is '--help tells how' 0 $?
echo "1..$count"
