#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# exhaustive.sh [SERVER...] - every order of commands, on the lab's servers
#
# Without a name: those of LAB_SERVERS, or else six that the figures of
# ci/lab/README.md are of. EXTRA (1) states more than the model has. Each is
# started, asked, stopped; its report goes to $LAB/SERVER.exhaustive.json, and
# a line with its figures to the standard output. Then a second client says
# again each word that shows a fault (replay.py); REPLAY=no leaves that out.
set -u
export XDG_CONFIG_HOME=/nonexistent
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit

LAB=${LAB:-build/lab}
smtpspec=${SMTPSPEC:-build/smtpspec}
# The list is a list of words.
# shellcheck disable=SC2086
[ $# != 0 ] || set -- ${LAB_SERVERS:-postfix exim haraka chasquid opensmtpd \
    aiosmtpd}
mkdir -p "$LAB"
export LAB

# of FILE MEMBER: the first number that it has in a JSON report.
of() {
    tr -d ' \n\t' < "$1" | grep -o "\"$2\":[0-9]*" | head -n 1 | cut -d: -f2
}

status=0
printf '%-12s %8s %9s %7s %6s %6s %6s\n' \
    server seconds commands/s words fails warns unanswered
for name; do
    server=ci/lab/$name.sh
    report=$LAB/$name.exhaustive.json
    "$server" start > /dev/null || { status=1; continue; }
    timeout -k 10 "${LAB_SECONDS:-600}" "$smtpspec" check \
        --exhaustive "${EXTRA:-1}" --to alice@lab.test \
        --quiet --report "json=$report" "$("$server" target)" > /dev/null
    ms=$(of "$report" elapsed_ms)
    printf '%-12s %5d.%02d %9d %7d %6d %6d %6d\n' "$name" $((ms / 1000)) \
        $((ms % 1000 / 10)) $(($(of "$report" commands) * 1000 / ms)) \
        "$(grep -o '[0-9]* words, [0-9]* commands' "$report" |
            cut -d' ' -f1)" "$(of "$report" fail)" "$(of "$report" warn)" \
        "$(of "$report" error)"
    at=$("$server" target)
    [ "${REPLAY:-yes}" = no ] ||
        ci/lab/replay.py "$report" "${at%:*}" "${at##*:}" || status=1
    "$server" stop
done
exit $status
