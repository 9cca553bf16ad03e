#!/bin/sh
# SPDX-License-Identifier: MIT
#
# secure.t - `smtpspec check` through STARTTLS, over TLS from the start, logged
# in, on a submission port and over LMTP
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/secure.$$
mkdir -p "$dir"
running=
trap 'for one in $running; do kill "$one" 2>/dev/null; done; rm -rf "$dir"' EXIT
count=0
to='--to user@embedded.example'
printf 'secret\r\n' >"$dir/right"
printf 'geheim\n' >"$dir/wrong"
: >"$dir/empty"

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
    [ "$1" = ok ] || sed 's/^/# /' "$dir/both" | tail -n 40
}

# serve [OPTION...]: the built-in server on a free port, which is in $port.
serve() {
    : >"$dir/port"
    "$smtpspec" serve --listen 127.0.0.1:0 "$@" >"$dir/port" 2>/dev/null &
    running="$running $!"
    turns=0
    while [ ! -s "$dir/port" ] && [ $turns -lt 200 ]; do
        sleep 0.05
        turns=$((turns + 1))
    done
    port=$(sed 's/.*://' "$dir/port")
}

# check STATUS NAME PATTERN [OPTION...] TARGET
check() {
    expected=$1 name=$2 pattern=$3
    shift 3
    timeout 120 "$smtpspec" check --timeout 5 --report "json=$dir/json" "$@" \
        >"$dir/out" 2>"$dir/err" </dev/null
    status=$?
    cat "$dir/out" "$dir/err" >"$dir/both"
    if [ $status -eq "$expected" ] && grep -q -e "$pattern" "$dir/both"; then
        report ok "$name"
    else
        report 'not ok' "$name: status $status, not $expected, or no '$pattern'"
    fi
}

# has NAME FILE PATTERN, lacks NAME FILE PATTERN: of the run before.
has() {
    if grep -q -e "$3" "$dir/$2"; then report ok "$1"; else
        report 'not ok' "$1"; fi
}
lacks() {
    if grep -q -e "$3" "$dir/$2"; then report 'not ok' "$1"; else
        report ok "$1"; fi
}

# A pipe, as a shell makes it of a command: it can be read but once.
mkfifo "$dir/pipe"
cat "$dir/right" >"$dir/pipe" &
check 0 'a password out of a pipe' ' 0 failed' --user user \
    --password-file "$dir/pipe" --only 'auth.*' embedded: embedded:
kill $! 2>/dev/null

serve
user="--user user --password-file $dir/right"
# shellcheck disable=SC2086
{
    check 0 'STARTTLS, where a case is about it' ' 0 failed' $to $user \
        "127.0.0.1:$port"
    has 'what is listed inside TLS is told' out '^      in TLS    .*not STARTTLS'
    has 'and in JSON' json '"extensions_tls": \["'
    has 'what is listed after the log-in is told' out '^      logged in '
    has 'and in JSON' json '"extensions_auth": \["'
    has 'the certificate is a fact' json '"certificate": "self-signed"'
    has 'and a note' json '"id": "session.tls-certificate".*"level": "POLICY"'
    has 'the log-in is recorded' json 'AUTH PLAIN \[secret\]'
    has 'the handshake is recorded' json '"octets": "TLS handshake: TLSv1'
    # base64 of NUL user NUL secret, and of secret
    lacks 'but no password' json 'AHVzZXIAc2VjcmV0\|c2VjcmV0\|"secret'
    lacks 'nor in the text' out 'AHVzZXIAc2VjcmV0\|c2VjcmV0'
    lacks 'nothing of TLS is left out' out 'TLS handshake failed\|blocked'
    check 0 'what is said is written down' ' 0 failed' $to $user \
        --record "$dir/record.jsonl" "127.0.0.1:$port"
    lacks 'without the password' record.jsonl \
        'AHVzZXIAc2VjcmV0\|c2VjcmV0\|secret'
    "$smtpspec" judge "$dir/record.jsonl" >"$dir/both" 2>&1 &&
        report ok 'and judged as it was' ||
        report 'not ok' 'and judged as it was'
    has 'over all connections' both '   1[0-9][0-9] passed, 0 failed'
    check 2 'a record that cannot be written' 'No such file' \
        --record "$dir/none/record" "127.0.0.1:$port"
    check 0 'STARTTLS in all sessions' ' 0 failed' $to $user \
        --starttls require "127.0.0.1:$port"
    lacks 'EHLO differs for no good reason' json '"id": "session.ehlo-differs"'
    check 0 'no STARTTLS at all' ' 0 failed' $to $user --starttls no \
        "127.0.0.1:$port"
    has 'what is listed there is not known' json '"extensions_tls": null'
    check 0 'CRAM-MD5 is answered' ' 0 failed' $user --only 'auth.cram*' \
        "127.0.0.1:$port"
    lacks 'and some of it was run' out '^0 passed'
    check 0 'a wrong password blocks what wants a log-in' '^blocked' \
        --user user --password-file "$dir/wrong" --only 'auth.*' \
        "127.0.0.1:$port"
    check 0 'without a user that is skipped' 'needs --user' \
        --only 'auth.*' "127.0.0.1:$port"
}
check 0 'the line that repeats a case has the user' '"again": ".* --user user --p' \
    $user --starttls require --only 'noop.*' --report json=- "127.0.0.1:$port"

serve --tls implicit
check 0 'TLS from the start' ' 0 failed' $to "smtps://127.0.0.1:$port"
has 'its certificate is a fact' json '"certificate": "self-signed"'
check 3 'TLS from the start, asked in clear' 'no greeting\|closed' --timeout 1 \
    "127.0.0.1:$port"

serve --lmtp
check 0 'LMTP' ' 0 failed' $to "lmtp://127.0.0.1:$port"
has 'its own cases were run' json '"id": "lmtp.lhlo".*"outcome": "pass"'
has 'those of SMTP were not' json '"id": "helo.transaction".*"outcome": "skip"'

serve --submission
# shellcheck disable=SC2086
check 0 'submission, logged in where the server wants it' ' 0 failed' $to $user \
    "127.0.0.1:$port"
has 'MAIL gets through' json '"id": "mail.verb.mixed-case".*"outcome": "pass"'
# shellcheck disable=SC2086
check 0 'submission, nobody logs in: blocked, not failed' '^blocked' $to \
    "127.0.0.1:$port"

serve --tls no
check 3 'TLS from the start where there is none' 'cannot connect: .*TLS' \
    "smtps://127.0.0.1:$port"

check 2 'a user without a password' 'need each other' --user user embedded:
check 2 'an empty password' 'a password of 1 to 255' --user user \
    --password-file "$dir/empty" embedded:
check 2 'a file that is not there' 'No such file' --user user \
    --password-file "$dir/none" embedded:
check 2 'another word for --starttls' 'wants no, try or require' \
    --starttls maybe embedded:

echo "1..$count"
