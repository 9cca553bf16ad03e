#!/bin/sh
# SPDX-License-Identifier: MIT
#
# corpus.t - seeds exported from cases and recordings, and the coverage gate
set -u

export="$BUILD/export"
. tests/support/tap.sh
: >"$work/out"
report() { tell "$1" "$2" "$work/out"; } # STATUS NAME

# same FILE NAME: standard input is what FILE holds.
same() {
    cat > "$TMPDIR/wanted"
    diff -u "$TMPDIR/wanted" "$1" > "$TMPDIR/out" 2>&1
    report $? "$2"
}

mkdir "$TMPDIR/one" "$TMPDIR/two" "$TMPDIR/recorded"
"$export" cases "$TMPDIR/one" && "$export" cases "$TMPDIR/two" &&
    diff -r "$TMPDIR/one" "$TMPDIR/two" > "$TMPDIR/out"
report $? 'the same cases give the same seeds'

same "$TMPDIR/one/session/rcpt.before-mail.fails" \
    'a proof as a script, the set-up before it' <<'END'
1
S220 proof.example ESMTP
CEHLO probe.example
S250 proof.example
CRCPT TO:<postmaster@proof.example>
S250 2.1.5 fine
END
same "$TMPDIR/one/client/rcpt.before-mail.fails" \
    'a proof as what a peer does to its case' <<'END'
rcpt.before-mail
S220 proof.example ESMTP
S250 proof.example
S250 2.1.5 fine
END
printf '\nEHLO probe.example\r\nRCPT TO:<postmaster@proof.example>\r\n' \
    > "$TMPDIR/client"
same "$TMPDIR/one/server/rcpt.before-mail.fails" 'a proof as a client' \
    < "$TMPDIR/client"
[ "$(ls "$TMPDIR/one/case" | wc -l)" = \
    "$(cat tests/conformance/*.case | grep -c '^case ')" ]
report $? 'each case is a seed'

cat > "$TMPDIR/recording" <<'END'
S: 220 mx.example ready at Thu, 26 Nov 2031 14:52:20 +0200
C: EHLO [127.0.0.1]
S: 250-mx.example at your service, [127.0.0.1]
S: 250-8BITMIME
S: 250 SMTPUTF8
C: MAIL FROM:<a@b.example>
S: 250 2.0.0 queued as 4C1F21A0B3D
closed
END
"$export" recording "$TMPDIR/recorded" mx "$TMPDIR/recording" \
    > "$TMPDIR/out" 2>&1
report $? 'a recording is read'
sed -i 's/\r$//' "$TMPDIR/recorded/reply/mx-mail"
same "$TMPDIR/recorded/reply/mx-mail" 'nothing of the day and machine is left' <<'END'
220 mx.example ready at Thu, 01 Jan 2026 00:00:00 +0000
250-mx.example at your service, [192.0.2.1]
250-8BITMIME
250 SMTPUTF8
250 2.0.0 queued as 0X0X00X0X0X
END
grep -q '^x$' "$TMPDIR/recorded/session/mx-mail"
report $? 'a close is part of the script'
echo 'C: QUIT' > "$TMPDIR/recording"
echo 'Q: QUIT' >> "$TMPDIR/recording"
! "$export" recording "$TMPDIR/recorded" mx "$TMPDIR/recording" \
    > "$TMPDIR/out" 2>&1
report $? 'a recording that is none is refused'

# gate LEAST: 19 of 20 lines in one file, 0 of 5 in another.
gate() {
    printf "%s\n" "File 'src/wire/a.c'" 'Lines executed:95.00% of 20' \
        "File 'src/wire/b.c'" 'Lines executed:0.00% of 5' |
        awk -v least="$1" -f ci/coverage.awk > "$TMPDIR/out"
}
gate 76
report $? 'coverage of 76 % is enough where 76 is asked'
! gate 77
report $? 'coverage of 76 % fails where 77 is asked'
! awk -v least=95 -f ci/coverage.awk < /dev/null > "$TMPDIR/out"
report $? 'coverage of nothing fails'

echo "1..$count"
