#!/bin/sh
# SPDX-License-Identifier: MIT
#
# explain.t - `smtpspec explain` says what a thing is, and who says so
set -u

: "${SMTPSPEC:=build/smtpspec}"
: "${TMPDIR:=/tmp}"
out=$TMPDIR/explain.out.$$
err=$TMPDIR/explain.err.$$
trap 'rm -f "$out" "$err" "$out.flat"' EXIT
count=0

report() { # VERDICT NAME
    count=$((count + 1))
    echo "$1 $count - $2"
}

# says NAME WHAT PATTERN...: succeeds, and its text, line breaks apart, has
# every pattern (fixed strings).
says() {
    name=$1
    what=$2
    shift 2
    if ! "$SMTPSPEC" explain "$what" >"$out" 2>"$err" || test -s "$err"; then
        report 'not ok' "$name: it failed"
        sed 's/^/# /' "$err"
        return
    fi
    tr -s ' \n' '  ' <"$out" >"$out.flat"
    for pattern in "$@"; do
        if ! grep -q -F -e "$pattern" "$out.flat"; then
            report 'not ok' "$name: says nothing of '$pattern'"
            sed 's/^/# /' "$out"
            return
        fi
    done
    if awk 'length > 80 || / $/ { bad = 1 } END { exit !bad }' "$out"; then
        report 'not ok' "$name: a line over 80 columns, or a blank at its end"
        return
    fi
    report ok "$name"
}

# refused NAME PATTERN ARGUMENT...
refused() {
    name=$1
    pattern=$2
    shift 2
    "$SMTPSPEC" explain "$@" >"$out" 2>"$err"
    if test $? -eq 2 && test ! -s "$out" && test "$(wc -l <"$err")" -eq 1 &&
        grep -q -e "$pattern" "$err"; then
        report ok "$name"
    else
        report 'not ok' "$name"
        sed 's/^/# /' "$err"
    fi
}

# --- codes -------------------------------------------------------------------

says 'a code: meaning, cause, remedy, commands' 550 \
    '550 mailbox unavailable' 'Cause There is no such mailbox' \
    'Remedy Check the spelling' 'x5z: the mail system' \
    'rfc2821 rfc5321 not done' 'guide550 mailbox unavailable' \
    'rfc5321 EHLO HELO MAIL RCPT DATA-END VRFY EXPN' \
    '5.7.1 delivery not authorised' 'Who disagrees'
says 'who is silent on a code' 512 '(not listed) unione kb234 guide550' \
    'No RFC gives it a meaning'
says 'a code on a condition' 530 'ANY (on a condition)' 'STARTTLS'
says 'a whole class' 442 'Never by a server: a client notes it'
says 'a number that the grammar has no room for' 471 \
    'no reply code has that second digit' 'Never by a server'
says 'a number of the preliminary class' 101 'not used by SMTP' \
    'cannot open a connection' 'Never by a server'
says 'a code of no source' 557 'no source defines this code' \
    '5yz: failed for good' 'By no standard'
says 'a number that is no code at all' 999 'no reply code begins so'
says 'documents contradict the registry' 523 \
    'paired with X.7.10' 'bigger than the recipient'

# --- split codes -------------------------------------------------------------

says 'a split code: registry, claim and the code' 5.2.3 \
    "X.2.3: message over the mailbox's limit (RFC 3463)" 'Goes with 552' \
    'errorcodes, blog2015' 'hold that 5.2.3 and 523 are one' \
    '523 encryption needed, or message too big'
says 'a split code that no code could be' 5.7.26 \
    'several checks failed (RFC 7372)' 'Goes with 550'
says 'a code that is not registered' 5.9.9 'X.9.9 is not registered'
says 'a split code of success' 2.1.5 'valid destination address' 'Class 2: done'

# --- reply lines -------------------------------------------------------------

says 'a reply line' '550 5.7.1 no thanks' \
    'reply line with code 550, the last or only one' \
    'X.7.1: delivery not authorised' '550 mailbox unavailable'
says 'a line that more follow' '250-SIZE 1000' 'more lines follow'
says 'a line with a defect' '550no space' 'separator-bad' 'RFC 5321, 4.2'
says 'a hostile line' "$(printf '421 \033[31mred')" '\x1b[31mred' 'control'
says 'an enhanced class that is not the code' '550 2.1.5 ok' 'status-class'

# --- what the text tells -------------------------------------------------------

says 'a block list' \
    '550 5.7.1 Service unavailable; client [192.0.2.1] blocked using dnsbl.example' \
    "Likely the client's address is on a DNS block list" \
    'Named address 192.0.2.1, list dnsbl.example' 'then ask to be taken off' \
    'Better 550 5.7.1 (delivery not authorised): the right code' \
    'Sent by document guide550' 'What a server may send instead, for good' \
    '551 not local, try another path: RCPT VRFY' \
    '451 local error: MAIL RCPT DATA-END' 'smtpspec explain 550'
# The seven texts of the guide around code 550, as it writes them.
i=0
while read -r words; do
    i=$((i + 1))
    says "document 004, text $i" "$words" 'Likely' 'Remedy' 'document guide550'
done <<'END'
550 5.7.1: Service unavailable: client [192.0.2.1] blocked using dnsbl.example (Exchange Server)
550 5.7.1: Message rejected as spam by Content Filtering (Exchange Server)
550 This message was classified as SPAM and may not be delivered
550 High probability of spam (Gmail)
550 5.2.1 mail from refused spam site
550 Your message has been rejected because you have been detected sending spam
550 Message contained unsafe content
END
says 'another code than the one sent' '554 5.2.1 mail from refused spam site' \
    'Better 550 5.7.1 (delivery not authorised): the code that tells it'
says 'a text without a code' 'Relay access denied' \
    'Likely the server does not pass on mail for strangers' 'port 587'
says 'a line of a log' \
    'host mx.example[192.0.2.9] said: 550 5.1.1 <x@mx.example>: User unknown in table' \
    'Likely there is no such mailbox' '550 5.1.1' 'reply line with code 550'
says 'a line of a log without a known text' \
    'to=<x@mx.example>, dsn=4.2.0, said: 451-4.2.0 no luck today' '451 local error'
says 'greylisting' '450 4.7.1 Greylisted, try again later' 'Likely greylisting' \
    'Better 451 4.7.1'
says 'a hostile text' "$(printf '550 blocked using \033[31m.example [1.2.3.4\007]')" \
    '\x1b[31m' 'DNS block list'
says 'a success is no refusal' '250 2.0.0 spamhaus' '250 done'
says 'a page that begins with what helps' 552 'Remedy' \
    'What a server may send instead, for good 550 mailbox unavailable'
instead() { # CODE LINE-NUMBER-OF-HEADING before another
    "$SMTPSPEC" explain "$1" >"$out" 2>"$err"
    test "$(grep -n "$2" "$out" | head -1 | cut -d: -f1)" -lt \
        "$(grep -n "$3" "$out" | head -1 | cut -d: -f1)"
}
if instead 550 '^Remedy' '^Which commands' &&
    instead 550 '^Which commands' '^What a server may' &&
    instead 550 '^What a server may' '^What RFCs'; then
    report ok 'cause, remedy, commands, instead: before who says so'
else
    report 'not ok' 'cause, remedy, commands, instead: before who says so'
fi

# --- commands and cases ------------------------------------------------------

says 'a command: rows by source' RCPT 'kb234 success: 250 251' \
    'rfc5321 455 555' 'kb234 521' 'rfc7504 error: 556' \
    '452: For too many recipients'
says 'a command in small letters' ehlo 'EHLO which codes may answer it'
says 'the connection' CONNECT 'rfc7504 error: 521'
says 'an unknown verb' UNKNOWN 'No source has a row for it'
says 'a case of the sweep' sweep.ready.mail 'Level' 'MAIL FROM:' \
    'check --only sweep.ready.mail'
says 'every case that list names' "$("$SMTPSPEC" list cases --format tsv |
    head -n 1 | cut -f1)" 'a conformance case' 'Steps'

says 'a case: cause and remedy' rcpt.before-mail 'Due 503' \
    'Cause The server looks at a command before' 'Remedy Ask the state first' \
    '5321-recipient.case:'
says 'a case that is a risk' relay.plain 'At risk open relay'
says 'a rule: cause, remedy and row' session.no-reply 'Row manners.def:' \
    'Remedy See with --timeout'
says 'a rule of the grammar' defect.bare-lf 'RFC 5321, 2.3.8' 'a breach fails'
says 'a rule of the state' expect.RCPT.READY 'Due 503' 'RFC 5321, 3.3' \
    'state READY'
says 'a rule of the vocabulary' reply.NOOP 'a breach warns' 'kb234 success'
says 'a collected finding' session.state.required-verb.VRFY 'RFC 5321, 4.3.2'
says 'a rule of the session' session.no-reply 'exactly one reply'

several() {
    "$SMTPSPEC" explain 250 RCPT >"$out" 2>"$err" &&
        grep -q '^250 ' "$out" && grep -q '^RCPT ' "$out"
}
if several; then report ok 'several at once'; else report 'not ok' several; fi

# --- what goes amiss ---------------------------------------------------------

refused 'nothing to explain' 'what'
refused 'an unknown word' "'foo' is no code" foo
refused 'one unknown among known: nothing is printed' "'foo'" 250 foo
refused 'a reply line without quotes' 'quote a reply line' 550 5.7.1 no
refused 'an empty word' "''" ''
refused 'a rule that is not there' 'is no' expect.RCPT.FOO
refused 'an unknown option' "unknown option '--foo'" --foo
refused 'what was typed is escaped' 'x1b' "$(printf 'a\033[31m')"
refused 'an enhanced code of no class' '1.2.3' 1.2.3
refused 'a slip of the pen' 'did you mean rcpt.before-mail?$' rcpt.before-mial
refused 'a slip in a command' 'did you mean RCPT' RPCT
refused 'a slip in a rule' 'did you mean session.no-reply?$' session.no-repyl
refused 'a part of an id' 'did you mean .*rcpt.before-mail' before-mail
refused 'an endless word' 'is no' "$(head -c 20000 /dev/zero | tr '\0' x)"

echo "1..$count"
