#!/bin/sh
# SPDX-License-Identifier: MIT
#
# words.t - the text report of real runs: what leads, what closes, how wide it
# is, and colours that are only there where somebody sees them
set -u

smtpspec=${SMTPSPEC:?}
. tests/support/tap.sh

# run ARGUMENT...: into $work/page, its status is that of the command.
run() { timeout 60 "$smtpspec" "$@" >"$work/page" 2>"$work/err"; }
has() { grep -q -e "$1" "$work/page" || { cat "$work/page"; false; }; }
lacks() { ! grep -q -e "$1" "$work/page"; }

# The line that is there to be copied may be longer.
narrow() {
    ! grep -v '^      again:' "$work/page" | grep -E '.{81}'
}

# What a terminal of 24 lines shows when the run has ended.
tail_has() { tail -n 14 "$work/page" | grep -q -e "$1"; }

# --- the page ---------------------------------------------------------------

run check embedded:rcpt-before-mail
check 'eighteen cases of one rule are one cause' \
    has '^FAIL  RCPT without MAIL gets 503$'
check 'with the row of the table' \
    has '^      layer     state, rule expect\.RCPT\.READY, expect\.def:'
check 'and the clearest of them' has '^      shown     rcpt\.before-mail: '
check 'the verdict stands on top' has '^embedded:rcpt-before-mail   FAIL$'
check 'and at the end' tail_has '^FAIL  embedded:rcpt-before-mail  '
check 'with the cause' tail_has '^      why .* RCPT without MAIL gets 503$'
check 'and the next step' \
    tail_has '^      next      smtpspec explain rcpt\.before-mail$'
next=$(sed -n 's/^      next      smtpspec //p' "$work/page")
# shellcheck disable=SC2086
check 'which is a command that works' "$smtpspec" $next
check 'what is not offered is one group' \
    test "$(grep -c '^skipped .*offer' "$work/page")" -eq 2

for target in rcpt-before-mail bare-lf,noop-200 lf-dot-lf line-too-long \
    starttls-keeps-buffer control-in-text,eight-bit-text no-ehlo; do
    run check --timeout 0.5 --level info "embedded:$target"
    check "80 columns hold $target" narrow
done

run check --only 'data.*.lf-dot-lf' embedded:lf-dot-lf
check 'what somebody can make use of is told' \
    has '^FAIL  SMTP smuggling: '
check 'with where that is written' has 'security .*CVE-2023-51764'
check 'and at the end' tail_has 'why .* exploitable: SMTP smuggling'
run check --only 'auth.plaintext*' --level must embedded:
check 'no level hides it' has '^NOTE  auth\.plaintext-in-clear '
check 'though all passed' tail_has '^PASS  embedded:'
run check --only 'noop*' --report "json=$work/r.json" embedded:noop-200
check 'all else is non-conforming' \
    grep -q '"security": "non-conforming", "security_reason": null' \
    "$work/r.json"

run check --verbose --only 'noop*' embedded:noop-resets
check 'verbose tells of each case' has '^pass  noop\.text   [0-9]* ms$'
check 'the moment that it ends' test "$(grep -n '^pass  noop' "$work/page" |
    head -1 | cut -d: -f1)" -lt "$(grep -n '^embedded:' "$work/page" |
    cut -d: -f1)"
run check --quiet --verbose --only 'noop*' embedded:
check 'quiet goes before verbose' test "$(wc -l <"$work/page")" -eq 1
run check --hex --only 'noop.after*' embedded:noop-200
check 'hex shows octets' has \
    '^   -> S: 0000  32 30 30 20 32 2e 30 2e 30 20 4f 4b 0d 0a  *200 2\.0\.0 OK\.\.$'
printf '220 mx\r\n' >"$work/raw"
printf 'S: 220 mx.example\nC: NOOP\nS: 200 ok\n' >"$work/recording"
run judge --hex --verbose "$work/recording"
check 'of a recording, too' has '^   -> S: 0000  32 30 30 '

# --- a slip of the pen ------------------------------------------------------

meant() { # NAME-MEANT ARGUMENT...
    name=$1
    shift
    run "$@"
    grep -q "did you mean $name" "$work/err" && [ ! -s "$work/page" ]
}
check 'in a command' meant check chekc embedded:
check 'in an option' meant --report check --repport=json=x embedded:
check 'in a case' meant rcpt.before-mail check --only rcpt.before-mial \
    embedded:
check 'in a misdeed' meant bare-lf check embedded:bare-fl
check 'or of the fuzzer' meant bare-lf fuzz embedded:bare-fl

# --- colours ----------------------------------------------------------------

# A terminal of its own; what it shows is in $work/page.
shown() { # "NAME=VALUE..." ARGUMENT...
    settings=$1
    shift
    timeout 60 script -qec "env -u NO_COLOR TERM=xterm $settings \
        $smtpspec check --only 'noop.after*' $* embedded:noop-200" \
        /dev/null </dev/null >"$work/page" 2>&1
}
coloured() { grep -q "$(printf '\033')\[1;31mFAIL" "$work/page"; }
plain() { ! grep -q "$(printf '\033')\[[0-9;]*m" "$work/page"; }

if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    shown ''
    check 'colours on a terminal' coloured
    shown 'NO_COLOR='
    check 'and with an empty NO_COLOR' coloured
    shown 'NO_COLOR=1'
    check 'none with NO_COLOR' plain
    shown 'TERM=dumb'
    check 'none on a dumb terminal' plain
    shown '' --color never
    check 'none where they are not wanted' plain
    shown 'NO_COLOR=1' --color always
    check 'some where they are' coloured
else
    echo "# no script(1): no terminal to try"
fi
run check --only 'noop.after*' embedded:noop-200
check 'none in a file' plain
run check --color always --only 'noop.after*' embedded:noop-200
check 'but for the asking' coloured

echo "1..$count"
