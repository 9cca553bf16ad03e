#!/bin/sh
# SPDX-License-Identifier: MIT
#
# quirks.t - `smtpspec check` finds nothing wrong with a server that is
# unusual: no fail and no warn on any quirk of the built-in server
#
# But for two: bare codes earn one warn (RFC 5321, 4.2: senders SHOULD NOT),
# and a server without EHLO one fail (2.2.1), though none under rfc821. A
# server that takes no mail cannot be tested: status 3.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/quirks.$$
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT

# A run mostly waits, so several share the processors.
check() { # QUIRK ARGUMENT...
    name=$1
    shift
    timeout 100 "$smtpspec" check --timeout 2 --jobs 16 --fail-on warn \
        --to user@embedded.example "$@" "embedded:$name" \
        >"$dir/$name.out" 2>&1
    echo $? >"$dir/$name.status"
}

count=0
verdict() { # QUIRK STATUS PATTERN
    count=$((count + 1))
    got=$(cat "$dir/$1.status")
    if [ "$got" = "$2" ] && grep -q -e "$3" "$dir/$1.out"; then
        echo "ok $count - $1: status $2"
    else
        echo "not ok $count - $1: status $got, not $2, or no '$3'"
        grep -e '^FAIL' -e '^WARN' -e observed -e ' failed,' "$dir/$1.out" |
            head -n 40 | sed 's/^/# /'
    fi
}

quirks=$("$smtpspec" list quirks --format tsv | cut -f 1)
batch=0
for quirk in $quirks; do
    case $quirk in
    # It would take many minutes: test_quirks.c has it, by a false clock.
    few-connections) continue ;;
    # Seconds, for these.
    few-a-second) check "$quirk" --only 'noop.*' --only 'rset.*' & ;;
    # Half a minute, for the whole.
    late-greeting | long-pauses) check "$quirk" --exclude 'sweep.*' & ;;
    *) check "$quirk" & ;;
    esac
    batch=$((batch + 1))
    [ $((batch % 6)) -eq 0 ] && wait
done
wait

for quirk in $quirks; do
    case $quirk in
    few-connections) ;;
    no-mail-*) verdict "$quirk" 3 'could not be tested' ;;
    bare-codes) verdict "$quirk" 1 ' 0 failed, 1 warned' ;;
    no-ehlo) verdict "$quirk" 1 ' 1 failed, [^w]*$' ;;
    *) verdict "$quirk" 0 ' 0 failed' ;;
    esac
done
timeout 100 "$smtpspec" check --timeout 2 --jobs 16 --fail-on warn --profile \
    rfc821 --to user@embedded.example embedded:no-ehlo >"$dir/821.out" 2>&1
echo $? >"$dir/821.status"
verdict 821 0 ' 0 failed'
[ "$count" -gt 20 ] && echo "ok $((count + 1)) - there are 20 or more" ||
    echo "not ok $((count + 1)) - there are 20 or more"
echo "1..$((count + 1))"
