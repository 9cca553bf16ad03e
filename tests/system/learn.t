#!/bin/sh
# SPDX-License-Identifier: MIT
#
# learn.t - `smtpspec learn`: machines in files, judged and compared
set -u

smtpspec=${SMTPSPEC:?the path of the command}
. tests/support/tap.sh

run() { # ARGUMENT...
    timeout 100 "$smtpspec" learn "$@" >"$work/run" 2>&1
    echo $? >"$work/status"
}

ends() { # STATUS
    [ "$(cat "$work/status")" = "$1" ] || { cat "$work/run" && false; }
}

says() { # PATTERN
    grep -q -e "$1" "$work/run" ||
        { cat "$work/run" && false; }
}

# --- files -------------------------------------------------------------------

# machine EHLO-INSIDE: where EHLO leads inside a transaction, 1 or 2
machine() {
    cat <<END
{ "target": "mx.example", "whole": true, "service": "smtp", "offered": ["SIZE"],
  "alphabet": [
    "EHLO EHLO probe.example",
    "MAIL MAIL FROM:<probe@probe.example>",
    "RCPT RCPT TO:<alice@mx.example>",
    "QUIT QUIT"
  ],
  "symbols": ["EHLO", "MAIL", "RCPT", "QUIT"],
  "states": [
    { "to": [[1, "250"], [0, "503"], [0, "503"], [3, "221"]] },
    { "to": [[1, "250"], [2, "250"], [1, "503"], [3, "221"]] },
    { "to": [[$1, "250"], [2, "503"], [2, "250"], [3, "221"]] },
    { "to": [[3, "x"], [3, "x"], [3, "x"], [3, "x"]] }
  ] }
END
}
machine 1 >"$work/good.json"
machine 2 >"$work/bad.json"

run --check "$work/good.json"
check 'a machine that keeps to the rows has no finding' ends 0
check 'how large it is is told' says 'machine *4 states'
run --check "$work/bad.json"
check 'one that does not has one' ends 1
check 'and the shortest word that shows it' \
    says 'RCPT in READY: EHLO 250, MAIL 250, EHLO 250, RCPT 250'
run --check "$work/good.json" "$work/bad.json"
check 'several are checked at once' says '^2 targets: '
run --check --report json="$work/report" --profile rfc5321 "$work/bad.json"
check 'reports are written' grep -q '"learn.ready.rcpt.250"' "$work/report"
run --check --report html="$work/page" "$work/bad.json"
check 'the page of a report shows the machine' \
    grep -q 'Its own machine' "$work/page"
check 'and where it should have led' grep -q '<g class="e lack">' "$work/page"

run --diff "$work/good.json" "$work/good.json"
check 'a machine does not differ from itself' ends 0
run --diff "$work/good.json" "$work/bad.json"
check 'a difference makes the status 1' ends 1
check 'it is told with both dialogues' \
    says 'good.json: EHLO 250, MAIL 250, EHLO 250, MAIL 250'
check 'of both machines' \
    says 'bad.json: EHLO 250, MAIL 250, EHLO 250, MAIL 503'

grep -v '^    "\|alphabet\|^  \],$' "$work/good.json" >"$work/plain.json"
run --check "$work/plain.json"
check 'a file without an alphabet wants one that fits' \
    says 'its symbols are not those of std14'
check 'it could not be tested' ends 3
cat >"$work/own" <<'END'
EHLO  EHLO {domain}
MAIL  MAIL FROM:<{from}>
RCPT  RCPT TO:<{to}>
QUIT  QUIT
END
run --check --alphabet "$work/own" "$work/plain.json"
check 'which --alphabet names' ends 0

printf '{ "symbols": ["\033[31m"], "states": [' >"$work/torn.json"
run --check "$work/torn.json"
check 'a torn file is said to be one' says 'torn.json: line 1: '
run --check "$work/none.json"
check 'a file that is not there, too' says 'No such file'
run --diff "$work/torn.json" "$work/good.json"
check 'and --diff refuses it' ends 2
# The only symbol of one is none of the other.
printf '{ "symbols": ["\\u001b[31m"], "states": [{ "to": [[0, "250"]] }] }' \
    >"$work/other.json"
run --diff "$work/other.json" "$work/good.json"
check 'two without a symbol in common are not compared' ends 2
check 'what a file says does not reach the terminal' \
    sh -c "! grep -q \"\$(printf '\\033')\" '$work/run'"

for wrong in '--diff' "--diff $work/good.json" '--check' \
    "--check --diff $work/good.json $work/good.json" ''; do
    # shellcheck disable=SC2086
    run $wrong
    check "learn $wrong is refused" ends 2
done

echo "1..$count"
