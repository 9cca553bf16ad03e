#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# learn.sh [SERVER...] - learn the lab's servers, and see that it is the known
# machine
#
# Without a name: those of LAB_SERVERS, or else the five whose machines are
# known. Each is started, learnt with SEEDS ("1 2 3"), stopped; the machine goes
# to $LAB/SERVER.SEED.machine.json, its picture beside it, the report to
# $LAB/SERVER.SEED.learn.json. Not as it should be, and exit status 1: another
# number of states, more than 60 s or 12,000 queries, machines that differ by
# the seed, or a finding that a second client does not see (replay.py; REPLAY=no
# leaves that out).
set -u
export XDG_CONFIG_HOME=/nonexistent
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

LAB=${LAB:-build/lab}
smtpspec=${SMTPSPEC:-build/smtpspec}
# The lists are lists of words.
# shellcheck disable=SC2086
[ $# != 0 ] || set -- ${LAB_SERVERS:-haraka opensmtpd exim chasquid aiosmtpd}
# shellcheck disable=SC2206
seeds=(${SEEDS:-1 2 3})
mkdir -p "$LAB"
export LAB

# What is known: "5 states", "19 states: 3 copies of a machine of 6". A state
# of Haraka's is that behind a second MAIL, where nothing is answered.
known() {
    case $1 in
    haraka) echo '6 states' ;;
    opensmtpd) echo '5 states' ;;
    exim) echo '10 states' ;;
    chasquid) echo '19 states: 3 copies of a machine of 6' ;;
    aiosmtpd) echo '21 states: 5 copies of a machine of 4' ;;
    esac
}

status=0
wrong() {
    echo "    $name, seed $seed: $1"
    status=1
}

# learn NAME SEED: a line of figures.
learn() {
    local report=$LAB/$1.$2.learn.json machine=$LAB/$1.$2.machine.json
    local text said ms queries

    rm -f "$report" "$machine"
    timeout -k 10 "${LAB_SECONDS:-300}" "$smtpspec" learn --quiet \
        --extra-states "${EXTRA:-1}" --seed "$2" --to alice@lab.test \
        --unknown nobody.home@lab.test --timeout "${LAB_TIMEOUT:-0.5}" \
        --out "$machine" --dot "${machine%.json}.dot" \
        --report "json=$report" "$("ci/lab/$1.sh" target)" > /dev/null
    text=$(tr -d '\n' < "$report" | sed 's/.*"learn\.machine"//')
    said=$(echo "$text" | grep -o '"[0-9]* states[^"]*"' | head -n 1 |
        tr -d '"')
    queries=$(echo "$text" | grep -o '[0-9]* queries' | head -n 1 |
        cut -d' ' -f1)
    ms=$(tr -d ' \n' < "$report" | grep -o '"elapsed_ms":[0-9]*' | head -n 1 |
        cut -d: -f2)
    printf '%-10s %4s %4d.%02d s %6d queries  %s\n' "$1" "$2" \
        $((ms / 1000)) $((ms % 1000 / 10)) "${queries:-0}" "$said"
    [ "${queries:-99999}" -le 12000 ] || wrong 'more than 12,000 queries'
    [ "${ms:-99999}" -le 60000 ] || wrong 'more than 60 s'
    case $said in
    "$(known "$1")"*) ;;
    *) wrong "not $(known "$1")" ;;
    esac
}

for name; do
    "ci/lab/$name.sh" start > /dev/null || { status=1; continue; }
    for seed in "${seeds[@]}"; do
        learn "$name" "$seed"
        "$smtpspec" learn --diff "$LAB/$name.${seeds[0]}.machine.json" \
            "$LAB/$name.$seed.machine.json" > /dev/null ||
            wrong 'another machine than with the first seed'
    done
    at=$("ci/lab/$name.sh" target)
    [ "${REPLAY:-yes}" = no ] ||
        ci/lab/replay.py "$LAB/$name.$seed.learn.json" "${at%:*}" \
            "${at##*:}" || status=1
    "ci/lab/$name.sh" stop
done
exit $status
