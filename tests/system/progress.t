#!/bin/sh
# SPDX-License-Identifier: MIT
#
# progress.t - the line that says how far a check is: on a terminal, and
# nowhere else. The terminal is that of script(1).
set -u

. tests/support/tap.sh

# A root without /dev/pts has no terminals.
if ! script -qec true /dev/null </dev/null >"$work/shown" 2>&1; then
    echo '1..0 # SKIP script(1) finds no terminal here'
    exit
fi

# on_terminal COMMAND: what a terminal is sent by it goes to the file shown.
on_terminal() {
    TERM=${terminal:-xterm} script -qec "$1" /dev/null </dev/null \
        >"$work/shown" 2>&1
}
# The lines drawn one over the other, one a line.
drawn() {
    tr '\r' '\n' <"$work/shown" | grep -a ' cases  '
}
shows() { drawn | grep -aqE "$1" || { drawn; false; }; }
shows_no_line() { ! drawn; }
clears() { # the last line drawn is taken away before the report
    tr '\r' '\n' <"$work/shown" |
        awk '/ cases  /{at = NR} /^\033\[K/{gone = NR} /passed,/{said = NR}
            END { exit !(at && gone > at && said >= gone) }'
}
fits() {
    drawn | sed 's/\033\[K.*//' | awk 'length > 79 { print; bad++ }
        END { exit bad > 0 }'
}

# Some cases wait for silence: that takes more than a second in all.
on_terminal "$SMTPSPEC check embedded:"
check 'a terminal sees how many are done' \
    shows '^[0-9]+/[0-9]+ cases  [0-9]+%  '
check 'which target it is' shows '  embedded:'
check 'what is left, and the rate' shows '/s  [0-9]+ s left  embedded:'
check 'the line is gone before the report' clears

on_terminal "$SMTPSPEC check --only 'noop*' 'exec:exit 0 #$(
    printf '%0100d' 0)'; stty cols 60 2>/dev/null;
    $SMTPSPEC check 'embedded+submission:'"
check 'no line is wider than the terminal' fits

# Nothing happens for more than a second.
on_terminal "$SMTPSPEC check --only noop.after-ehlo 'exec:sleep 1.2'"
check 'the line lives while the server is silent' sh -c \
    "[ \$(tr '\r' '\n' <'$work/shown' | grep -ac ' cases  ') -ge 4 ]"

for number in $(seq 12); do echo "exec:sleep 0.3 # $number"; done \
    >"$work/list"
on_terminal "$SMTPSPEC check --only noop.after-ehlo --jobs 2 \
    --targets $work/list"
targets() {
    tr '\r' '\n' <"$work/shown" |
        grep -aqE '^[0-9]+/12 targets  [0-9]+%  .*/s  [0-9]+ s left  exec:sl'
}
check 'of a list the targets are counted' targets
on_terminal "$SMTPSPEC check --only noop.after-ehlo --jobs 2 \
    --targets - <$work/list"
targets_of_pipe() {
    tr '\r' '\n' <"$work/shown" | grep -aqE '^[0-9]+ targets  .*  exec:sl'
}
check 'of a list that comes by and by those that are done' targets_of_pipe

on_terminal "$SMTPSPEC check --quiet embedded:"
check '--quiet keeps it: nothing of it is left' clears
terminal=dumb on_terminal "$SMTPSPEC check embedded:"
check 'a terminal that cannot take it back is shown none' shows_no_line
on_terminal "$SMTPSPEC check embedded: 2>$work/err"
check 'stderr into a file gets none' sh -c \
    "! grep -q '[0-9]/[0-9]* cases' '$work/err' '$work/shown'"
on_terminal "$SMTPSPEC check --report jsonl=- --only 'noop*' embedded:"
check 'a report on the same screen stands on lines of its own' sh -c \
    "tr -d '\r' <'$work/shown' | grep -q '^{\"record\": *\"run_end\"'"

echo "1..$count"
