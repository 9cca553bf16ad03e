#!/bin/sh
# SPDX-License-Identifier: MIT
#
# misdeeds.t - `smtpspec check` catches every misdeed of the built-in server,
# and finds nothing, called the same way, where there is none
#
# Caught: something fails, or warns where the broken rule is below MUST. Only
# a server that does not even greet cannot be tested: that is status 3.
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/misdeeds.$$
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT

target_of() { # MISDEED
    case $1 in
    lmtp-*) echo "embedded+lmtp:$1" ;;
    *) echo "embedded:$1" ;;
    esac
}

run() { # MISDEED ARGUMENT...
    name=$1
    shift
    timeout 100 "$smtpspec" check --timeout 0.3 --jobs 16 --fail-on warn \
        --quiet "$@" "$(target_of "$name")" >"$dir/$name.out" 2>&1
    echo $? >"$dir/$name.status"
}

# The sweep only where the other cases catch nothing. A run mostly waits, so
# several share the processors.
check() { # MISDEED
    run "$1" --exclude 'sweep.*'
    [ "$(cat "$dir/$1.status")" != 0 ] || run "$1"
}

tab=$(printf '\t')
count=0
verdict() { # NAME STATUS
    count=$((count + 1))
    if [ "$(cat "$dir/$1.status")" = "$2" ]; then
        echo "ok $count - ${1:-honest}: status $2"
    elif grep -q "^$1$tab" tests/uncaught.tsv &&
        [ "$(cat "$dir/$1.status")" = 0 ]; then
        echo "ok $count - $1 # SKIP" \
            "$(sed -n "s/^$1$tab//p" tests/uncaught.tsv)"
    else
        echo "not ok $count - ${1:-honest}: status" \
            "$(cat "$dir/$1.status"), not $2"
        sed 's/^/# /' "$dir/$1.out"
    fi
}

misdeeds=$("$smtpspec" list misdeeds --format tsv | cut -f 1)
batch=0
for misdeed in $misdeeds; do
    check "$misdeed" &
    batch=$((batch + 1))
    [ $((batch % 18)) -eq 0 ] && wait
done
wait
check ''

verdict '' 0
for misdeed in $misdeeds; do
    case $misdeed in
    silent-greeting) verdict "$misdeed" 3 ;;
    *) verdict "$misdeed" 1 ;;
    esac
done
[ "$count" -gt 25 ] && echo "ok $((count + 1)) - there are 25 or more" ||
    echo "not ok $((count + 1)) - there are 25 or more"
echo "1..$((count + 1))"
