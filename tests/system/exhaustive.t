#!/bin/sh
# SPDX-License-Identifier: MIT
#
# exhaustive.t - `smtpspec check --exhaustive` against the built-in server:
# the suite alone catches every misdeed that changes states, each by a word
# that shows it, and finds nothing where there is none
set -u

smtpspec=${SMTPSPEC:?the path of the command}
. tests/support/tap.sh

run() { # ARGUMENT...
    timeout 100 "$smtpspec" check --fail-on warn --timeout 0.1 \
        --report tap=- "$@" >"$work/run" 2>&1
    echo $? >"$work/status"
}

ends() { # STATUS
    [ "$(cat "$work/status")" = "$1" ] || { cat "$work/run" && false; }
}

says() { # PATTERN
    grep -q -e "$1" "$work/run" ||
        { cat "$work/run" && false; }
}

for extra in 0 1 2; do
    run --exhaustive "$extra" embedded:
    check "$extra: nothing is found on the honest server" ends 0
done
run --exhaustive 1 embedded:recipients-552
check 'the suite tells its size' says '1822 words, 11816 commands'
check 'beforehand, too' says '^Suite: 1822 words of 11816 commands'
check 'limits are noted' says 'number 21 is answered 552, those before 250'

# A misdeed, the id of a finding, and the words of its shortest dialogue.
while read -r misdeed id word; do
    run --exhaustive 1 "embedded:$misdeed"
    check "$misdeed is caught" ends 1
    check "$misdeed: $id by $word" says "$id - [^:]*: $(echo "$word" |
        sed 's/,/ [0-9+x-]*[!*]*, /g') "
done <<END
rcpt-before-mail exhaustive.ready.rcpt.250 EHLO,RCPT
data-before-rcpt exhaustive.ready.data.354-250 EHLO,DATA
nested-mail exhaustive.mail.mail.250 EHLO,MAIL,MAIL
rset-keeps-mail exhaustive.ready.rcpt.250 EHLO,MAIL,RSET,RCPT
rset-forgets-ehlo exhaustive.ready.mail.503 EHLO,RSET,MAIL
rset-before-ehlo-503 exhaustive.idle.rset.503 RSET
rset-opens exhaustive.idle.mail.250 MAIL,RSET,MAIL
noop-resets exhaustive.mail.rcpt.503 EHLO,MAIL,NOOP,RCPT
ehlo-500 exhaustive.idle.ehlo.500 EHLO
ehlo-again-503 exhaustive.ready.ehlo.503 EHLO,EHLO
helo-again-503 exhaustive.ready.helo.503 EHLO,HELO
ehlo-keeps-mail exhaustive.ready.rcpt.250 EHLO,MAIL,EHLO,RCPT
data-end-keeps exhaustive.ready.rcpt.250 EHLO,MAIL,RCPT,DATA,RCPT
data-after-bdat exhaustive.bdat.data.354-250 EHLO,MAIL,RCPT,BDAT,DATA
bdat-anywhere exhaustive.ready.bdat.250 EHLO,BDAT
closes-on-unknown exhaustive.idle.bad.closed BAD
closes-after-rset exhaustive.idle.any.closed RSET,EHLO
unknown-221 exhaustive.idle.bad.221 BAD
quit-silent exhaustive.idle.quit.closed QUIT
quit-stays exhaustive.idle.quit.221o QUIT
END

run --exhaustive 0 embedded:noop-silent
check 'a silence is found' says 'no reply'

cat >"$work/own" <<'END'
# EHLO without an argument, and what a NUL does
EHLO   EHLO {domain}
EHLOX  EHLO
MAIL   MAIL FROM:<{from}>
QUIT   QUIT
END
run --exhaustive 1 --alphabet "$work/own" embedded:
check 'an alphabet of its own finds nothing on the honest server' ends 0
run --exhaustive 1 --alphabet "$work/own" embedded:bad-ehlo-forgets
check 'it finds a fault that only its symbols show' \
    says 'EHLO 250, EHLOX 501, MAIL 503'

cat >"$work/deadly" <<'END'
EHLO  EHLO {domain}
NUL   NOOP \x00
NOOP  NOOP
END
run --exhaustive 1 --jobs 1 --alphabet "$work/deadly" embedded:crashes
check 'a server that dies is found' says 'Nobody greets any more after: '
check 'and words that could not be asked are counted' says 'words have no answer'

cat >"$work/few" <<'END'
NOOP  NOOP
END
run --exhaustive 0 --alphabet "$work/few" --rate 6 embedded: &
slow=$!
sleep 1
# The first connection needs no wait, the second would come after ten seconds.
check 'a rate keeps it waiting' kill -0 "$slow"
kill "$slow" 2>/dev/null
wait "$slow" 2>/dev/null

for wrong in '--exhaustive x' '--exhaustive 5' '--alphabet core8' \
    '--exhaustive 0 --only rcpt.*' '--exhaustive 0 --record /dev/null'; do
    # shellcheck disable=SC2086
    run $wrong embedded:
    check "$wrong is refused" ends 2
done
run --exhaustive 0 --alphabet "$work/none" embedded:
check 'an alphabet that is not there is refused' ends 2
check 'and is said not to be there' says 'No such file'
run --exhaustive 0 --alphabet /dev/null embedded:
check 'so is one without a symbol' ends 2
run --exhaustive 0 127.0.0.1:1
check 'a real server wants --to' ends 2
check 'and says so' says 'needs --to'
run --exhaustive 0 lmtp://127.0.0.1:1
check 'LMTP is refused' ends 2
printf '127.0.0.1:1\n' >"$work/list"
"$smtpspec" check --exhaustive 0 --targets "$work/list" >"$work/run" 2>&1
echo $? >"$work/status"
check 'in a list the others go on' ends 3
check 'and the one tells what it wants' says 'run it again with that'
run --exhaustive 0 --to a@b.example exec:true
check 'who is not there cannot be tested' ends 3
run --exhaustive 0 --update-baseline --baseline "$work/known" \
    embedded:nested-mail
run --exhaustive 0 --baseline "$work/known" embedded:nested-mail
check 'a baseline knows what was found' ends 0
run --exhaustive 0 --baseline "$work/known" embedded:
check 'and tells when it is gone' ends 1

echo "1..$count"
