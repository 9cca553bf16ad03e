#!/bin/sh
# SPDX-License-Identifier: MIT
#
# home.t - what a user meets before anything runs: help, options
set -u

smtpspec=${SMTPSPEC:?the path of the command}
dir=${TMPDIR:-/tmp}/home.$$
mkdir -p "$dir"
trap 'rm -rf "$dir"' EXIT

. tests/support/tap.sh
ok() { tell "$1" "$2" "$dir/out" "$dir/err"; } # STATUS NAME

# run ARGUMENT...: leaves what came in out and err.
run() {
    timeout 20 "$smtpspec" "$@" >"$dir/out" 2>"$dir/err" </dev/null
}

# is STATUS EXPECTED NAME
is() {
    [ "$1" -eq "$2" ]
    ok $? "$3 (status $1, $2 expected)"
}

verbs=$("$smtpspec" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(echo "$verbs" | wc -w)" -ge 8 ]
ok $? 'help names the commands'

# --- help of each command --------------------------------------------------

for verb in $verbs; do
    run "$verb" -h
    is $? 0 "$verb -h"
    mv "$dir/out" "$dir/letter"
    run "$verb" --help
    is $? 0 "$verb --help"
    cmp -s "$dir/letter" "$dir/out"
    ok $? "$verb: both are the same page"
    "$smtpspec" help "$verb" 2>&1 | cmp -s - "$dir/out"
    ok $? "$verb: and so is that of smtpspec help $verb"
    head -n 1 "$dir/out" | grep -q "^usage: smtpspec $verb "
    ok $? "$verb: it begins with the usage"
    grep -q '^Examples:$' "$dir/out" &&
        grep -q "^  .*smtpspec $verb " "$dir/out"
    ok $? "$verb: it has examples"
    grep -q '^Exit status:$' "$dir/out"
    ok $? "$verb: it has exit statuses"
    ! LC_ALL=C grep -q '.\{80\}' "$dir/out" &&
        ! grep -q ' $' "$dir/out" && ! grep -q '{}' "$dir/out"
    ok $? "$verb: it fits 80 columns"
    # Each option that help names is taken, or wants a value.
    for option in $(sed -n 's/^  \(-[a-z], \)\{0,1\}\(--[a-z][a-z-]*\).*/\2/p' \
        "$dir/out"); do
        run "$verb" "$option" </dev/null
        ! grep -q 'unknown option' "$dir/err"
        ok $? "$verb takes $option"
    done
done

run help nonsense
is $? 2 'help of a command that is none'
run help
is $? 0 'help alone'

# --- the examples ----------------------------------------------------------

# Those that need no server of the reader's; 0 or 1: something was found.
for verb in $verbs; do
    "$smtpspec" "$verb" --help
done | sed -n '/^Examples:$/,/^usage:/s/^  \(smtpspec .*\)/\1/p' |
    grep 'smtpspec [a-z]* .*embedded:\|smtpspec \(explain\|list\) ' \
        >"$dir/examples"
[ "$(wc -l <"$dir/examples")" -ge 6 ]
ok $? 'there are some that can be run'
while read -r line; do
    (cd "$dir" && PATH=$(dirname "$smtpspec"):$PATH &&
        timeout 60 sh -c "$line" >out 2>err)
    [ $? -le 1 ]
    ok $? "it works: $line"
done <"$dir/examples"

# --- options that take a word ----------------------------------------------

run check --only noop.after-ehlo --color always embedded:noop-200
grep -q "$(printf '\033')" "$dir/out"
ok $? 'check --color always: colour'
run check --only noop.after-ehlo --color=always embedded:noop-200
grep -q "$(printf '\033')" "$dir/out"
ok $? 'check --color=always: the same'
run check --only noop.after-ehlo --color NEVER embedded:noop-200
[ $? -eq 1 ] && ! grep -q "$(printf '\033')" "$dir/out"
ok $? 'check --color NEVER: none'
run check --colour sometimes embedded:
is $? 2 'a word that is none'
grep -q -e "--color wants auto, always or never, not 'sometimes'" "$dir/err"
ok $? 'is told the words'
run fuzz --runs 1 --color never --findings "$dir/found" embedded:
is $? 0 'fuzz --color never'
run judge --color never /dev/null
is $? 3 'judge --color never'
run list -pkb234 -ftsv codes
is $? 0 'letters with what they are given'
run check -qo noop.after-ehlo embedded:
is $? 0 'a group of letters'
run check --stat embedded:
is $? 2 'a name cut where none begins so'
run check --timeo 5 -o noop.after-ehlo -q embedded:
is $? 0 'a name cut where it is clear'
run parse -- -x
is $? 2 'what follows -- is no option'
grep -q -e "-x: No such file" "$dir/err"
ok $? 'but a file'

echo "1..$count"
