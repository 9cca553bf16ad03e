#!/bin/sh
# SPDX-License-Identifier: MIT
#
# learn.t - `smtpspec learn`: the machine of the built-in server, and machines
# in files, judged and compared
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

# A name of a file may have any length, and lines are wrapped.
tells() { # TEXT
    tr -s '[:space:]' ' ' <"$work/run" | grep -q -F -e "$1" ||
        { cat "$work/run" && false; }
}

says() { # PATTERN
    grep -q -e "$1" "$work/run" ||
        { cat "$work/run" && false; }
}

# --- a server ----------------------------------------------------------------

run embedded:
check 'the honest server has no finding' ends 0
check 'its machine is told' says 'machine *6 states, the closed one among them'
check 'and what it took' says ' queries of [0-9]* *commands\|queries of'

# A misdeed, the id of a finding, and the shortest word for it.
while read -r misdeed id word; do
    run --fail-on warn --alphabet core8 --report tap=- "embedded:$misdeed"
    check "$misdeed is learnt" ends 1
    check "$misdeed: $id by $word" says "$id - [^:]*: $(echo "$word" |
        sed 's/,/ [0-9+x-]*[!*]*, /g') "
done <<END
ehlo-keeps-mail learn.ready.rcpt.250 EHLO,MAIL,EHLO,RCPT
nested-mail learn.mail.mail.250 EHLO,MAIL,MAIL
rset-keeps-mail learn.ready.rcpt.250 EHLO,MAIL,RSET,RCPT
closes-on-unknown learn.idle.bad.closed BAD
quit-stays learn.idle.quit.221o QUIT
END

for seed in 1 2 3; do
    run --seed $seed --unknown nobody@embedded.example \
        --out "$work/$seed.json" embedded:nested-mail
done
run --diff "$work/1.json" "$work/2.json"
check 'the seed does not matter' ends 0
check 'not even for how states are numbered' \
    cmp -s "$work/1.json" "$work/3.json"
run --check --fail-on warn "$work/1.json"
check 'what was written is judged as the server was' ends 1
check 'with the same finding' says 'learn.mail.mail.250'
run --out "$work/honest.json" --dot "$work/honest.dot" \
    --report html="$work/honest.html" embedded:
check 'the page of a report shows it' \
    grep -q 'Its own machine' "$work/honest.html"
run --diff "$work/honest.json" "$work/1.json"
check 'a fault is the difference of two machines' says '^MAIL: 503, and 250$'
check 'and the only one' says '^1 difference$'
check 'the picture is one for Graphviz' grep -q '^digraph' "$work/honest.dot"

run --budget 300 embedded:
check 'a budget ends it' ends 3
check 'which is said' says 'not learnt to the end: the budget'
check 'what is known has no finding that is none' says ' 0 failed, 1 in error'
run --resume "$work/known" --budget 300 embedded:ehlo-keeps-mail
check 'what was seen by then is a finding' ends 1
lines=$(wc -l <"$work/known")
check 'what was asked is kept' test "$lines" -gt 100
printf 'EHLO/250 MA' >>"$work/known"
run --resume "$work/known" --witnesses "$work/words" embedded:ehlo-keeps-mail
check 'with --resume it goes on' ends 1
check 'behind a line that was cut off, too' says 'words were known'
run --resume "$work/known" --cap none embedded:ehlo-keeps-mail
# But for 256 words, to see whether it is known of this server.
check 'what is known is not asked again' says '; 2[0-9][0-9] queries of'
check 'and found nevertheless' ends 1
run --resume "$work/known" --alphabet core8 embedded:
check 'what is known of other symbols is refused' says 'known: line 2: '
check 'before anything is asked' ends 2
echo 'my only copy' >"$work/letter"
run --resume "$work/letter" embedded:
check 'a file of another kind is refused' ends 2
check 'and left as it is' grep -q 'my only copy' "$work/letter"

"$smtpspec" fuzz --runs 40 --seeds "$work/words" \
    --findings "$work/findings" embedded:ehlo-keeps-mail >"$work/run" 2>&1
check 'words of findings are seeds to fuzz with' \
    says 'expect.RCPT.READY\|finding'
check 'they are scripts' grep -q '^CRCPT TO:' "$work/words/0001.script"

# The fifth unknown verb ends the session: it is told, and caps see no more.
run --alphabet core8 --cap EHLO=2,UNKNOWN=1 embedded:
check 'caps are kept to' ends 0
run --budget 1s --rate 60 --cap none embedded:
check 'a time ends it, and a rate is kept to' says 'the time is up'

# Ten a second: what was not asked is not counted.
timeout -s INT 2 "$smtpspec" learn --rate 600 --cap none \
    --resume "$work/cut" embedded: >"$work/run" 2>&1
check 'what was asked before it was interrupted is kept' \
    test "$(wc -l <"$work/cut")" -gt 5
check 'and no more is counted' says '; [0-9]\{1,2\} queries of'

run --jobs 1 --alphabet core8 embedded:crashes
check 'a server that is gone is told' ends 0
mkfifo "$work/pipe"
run --resume "$work/pipe" --alphabet core8 embedded:
check 'a cache is no pipe' ends 2
check 'and that is said' says 'not a regular file'
for wrong in '--cap EHLO' '--cap EHLO=0' '--cap X=1' \
    '--cap =1' '--budget 0' '--budget 5x' '--budget' '--extra-states 5' \
    '--alphabet none.such' '--out /no/such/place' '--dot /no/such/place' \
    '--resume /no/such/place' '--witnesses /no/such/place'; do
    # shellcheck disable=SC2086
    run $wrong embedded:
    check "$wrong is refused" ends 2
done
run embedded: embedded:
check 'one target at a time' ends 2
run 127.0.0.1:1
check 'a real server wants --to' says 'needs --to'
run --to a@b.example exec:true
check 'who is not there cannot be tested' ends 3

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

run embedded:rcpt-before-mail --quiet --report html="$work/page"
check 'so does that of a server, just learnt' ends 1
check 'red where it departs from the standards' \
    grep -q '<text class=bad [^>]*>RCPT RCPTX / 250<' "$work/page"

run --diff "$work/good.json" "$work/good.json"
check 'a machine does not differ from itself' ends 0
run --diff "$work/good.json" "$work/bad.json"
check 'a difference makes the status 1' ends 1
check 'it is told with both dialogues' \
    tells 'good.json: EHLO 250, MAIL 250, EHLO 250, MAIL 250'
check 'of both machines' \
    tells 'bad.json: EHLO 250, MAIL 250, EHLO 250, MAIL 503'

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
