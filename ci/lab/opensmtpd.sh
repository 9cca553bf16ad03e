#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# opensmtpd.sh - the lab's OpenSMTPD: its shortest useful configuration
#
# What is not stock: one listener on the lab's port and no relay action, so
# that mail for other domains has nowhere to go; local mail goes to true(1).
# Its limits (100 mails and 1000 recipients a session) are out of reach. There
# is no variant with TLS: Debian 12's 6.8.0p2 fails every handshake.
. "$(dirname "$0")/common.sh"

TITLE=OpenSMTPD
PORT=2507
PACKAGES=opensmtpd

preseed() {
    cat <<'END'
opensmtpd opensmtpd/mailname string lab.test
opensmtpd opensmtpd/root_address string
END
}

configure() {
    cat <<'END'
users
printf '%s\n' 'postmaster: alice' 'abuse: alice' > /etc/aliases
cat > /etc/smtpd.conf <<CONF
table aliases file:/etc/aliases
listen on 127.0.0.1 port $PORT hostname lab.test
action "local" mda "/bin/true" alias <aliases>
match from any for domain "lab.test" action "local"
match from any for local action "local"
CONF
smtpd -n
END
}

daemon() { printf '%s\n' smtpd -d; }

lab_main "$@"
