#!/bin/sh
# SPDX-License-Identifier: MIT
#
# fuzz.t - `smtpspec fuzz` against the built-in server: finds what is planted,
# each layer's, by the same octets for the same seed; finds nothing else
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/fuzz.$$
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT

. tests/support/tap.sh
ok() { tell "$1" "$2" "$dir/out"; } # STATUS NAME

fuzz() { # ARGUMENT...
    timeout 100 "$smtpspec" fuzz --findings "$dir/findings" "$@" \
        >"$dir/out" 2>&1
}

# finds MISDEED SIGNATURE [warn|fail [SESSIONS [TIMEOUT]]]: confirmed (the signature
# is a pattern of grep), and its file shows it again, but not on an honest server.
finds() {
    rm -rf "$dir/findings"
    fuzz --time 60 --runs "${4-600}" --timeout "${5-0.4}" --fail-on "${3-fail}" \
        "embedded:$1"
    [ $? = 1 ] && file=$(grep -lx "# signature: $2" "$dir/findings/"* |
        head -n 1) && [ -n "$file" ]
    ok $? "$1: finds $2"
    [ -n "$file" ] || return
    fuzz --replay "$file" --timeout "${5-0.4}" "embedded:$1"
    [ $? = 1 ] && grep -q "^[FW][A-Z]*  $2 " "$dir/out"
    ok $? "$1: shows again"
    fuzz --replay "$file" embedded:
    ok $? "$1: the honest server does not show it"
}

finds status-missing 'grammar.status-missing/.*/RSET/250'
finds rset-252 'expect.RSET.*/252'
finds help-250 'reply.HELP/.*/250' warn
finds rcpt-before-mail 'expect.RCPT.READY/READY/RCPT/250'
finds data-end-twice 'session.unasked/READY/?/250'
finds lf-dot-lf 'session.false-end/CONTENT/?/250'
finds crashes 'session.close-silent/.*'
finds noop-silent 'session.no-reply/.*/NOOP/0' fail 40 0.15

fuzz --time 60 --runs 1500 --report "json=$dir/one.json" embedded:
ok $? 'finds nothing on the honest server'
grep -q '1500 sessions' "$dir/out"
ok $? 'and says how much was run'
fuzz --time 60 --runs 1500 --report "json=$dir/two.json" embedded:
grep '"sent"' "$dir/one.json" >"$dir/sent.one"
grep '"sent"' "$dir/two.json" >"$dir/sent.two"
[ -s "$dir/sent.one" ] && cmp -s "$dir/sent.one" "$dir/sent.two"
ok $? 'the same seed sends the same octets'
fuzz --time 60 --runs 1500 --seed 2 --report "json=$dir/two.json" embedded:
grep '"sent"' "$dir/two.json" >"$dir/sent.two"
! cmp -s "$dir/sent.one" "$dir/sent.two"
ok $? 'another seed sends others'
fuzz --time 60 --runs 800 embedded+lmtp:
ok $? 'finds nothing on the honest LMTP server'
for quirks in many-lines,octets-alone few-errors one-message strict-lines \
    data-end-554 tls-required greylisting no-mail-554; do
    fuzz --time 60 --runs 400 "embedded:$quirks"
    ok $? "finds nothing in $quirks"
done

fuzz --runs 1500 --ignore 'expect.RCPT.*' embedded:rcpt-before-mail
ok $? 'what is ignored is no finding'
fuzz --runs 10 192.0.2.1:25
[ $? = 2 ] && [ "$(wc -l <"$dir/out")" = 1 ] && grep -q intrusive "$dir/out"
ok $? 'a target elsewhere wants --intrusive: one line, status 2'
fuzz --runs 10 --timeout 0.3 127.0.0.1:1
[ $? = 3 ]
ok $? 'where nobody listens the status is 3'
fuzz --runs 10 --timeout 0.3 'exec:read line; kill -SEGV $$'
[ $? = 3 ]
ok $? 'and where nobody greets'
fuzz --time 20 --runs 300 \
    "exec:$smtpspec serve --help >/dev/null; printf '220 a.example x\r\n';
    while read -r verb rest; do case \$verb in
        QUIT*) printf '221 2.0.0 bye\r\n'; exit;;
        XYZZY*) kill -SEGV \$\$;;
        *) printf '250 a.example k\r\n';; esac; done"
[ $? = 1 ] && grep -q 'killed by signal 11' "$dir/out"
ok $? 'a command that dies of a signal is found, and said'
# Eight ports for 32 connections at once: they come from further addresses of
# 127/8. Wants a network of its own, so that nobody else is short of ports.
alone='echo "40000 40007" >/proc/sys/net/ipv4/ip_local_port_range &&
    ip link set lo up'
if unshare -n sh -c "$alone" 2>/dev/null; then
    unshare -n sh -c "$alone"'
        "$0" serve --listen 127.0.0.1:2525 --tls no >"$1/serve" & pid=$!
        until grep -q listening "$1/serve"; do sleep 0.1; done
        timeout 60 "$0" fuzz --runs 500 --jobs 32 --findings "$1/f" \
            --report "json=$1/ports" 127.0.0.1:2525
        status=$?; kill $pid; exit $status' "$smtpspec" "$dir" >"$dir/out" 2>&1
    [ $? = 0 ] && grep -q '^500 sessions' "$dir/out" &&
        awk '/"connections"/ { exit $2 + 0 > 600 }' "$dir/ports"
    ok $? 'a target of this machine does not run out of ports'
else
    count=$((count + 1))
    echo "ok $count - a target of this machine does not run out of ports" \
        '# SKIP no network namespace'
fi
fuzz --time 1 --report "json=$dir/odd.json" \
    "exec:true $(printf '\377\303\251\177')"
grep -q '"target": "exec:true .*xff.*xc3.*xa9.*x7f"' "$dir/odd.json"
ok $? 'a target of any octets is in the report, as printable ones'
fuzz --no-such embedded:
[ $? = 2 ]
ok $? 'an unknown option is status 2'
fuzz --replay "$dir/none" embedded:
[ $? = 2 ]
ok $? 'so is a file that is not there'

echo "1..$count"
