#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# aiosmtpd.sh - the lab's aiosmtpd, a Python library, in a program of 50 lines
#
# The handler knows alice, bob and postmaster, relays nothing and drops what
# it takes; all else is the library's. Its count of unknown commands (5) is a
# constant. The variant aiosmtpd-tls has STARTTLS and AUTH (in clear too),
# aiosmtpd-lmtp is its class LMTP.
. "$(dirname "$0")/common.sh"

TITLE=aiosmtpd
PORT=2511
POOL=aiosmtpd
PACKAGES=python3-aiosmtpd
case $SERVER in
*-tls)
    TITLE='aiosmtpd, TLS and AUTH'
    PORT=2512
    AUTH=yes
    ;;
*-lmtp)
    TITLE='aiosmtpd, LMTP'
    PORT=2535
    KIND=lmtp
    ;;
esac

configure() {
    cat <<'END'
users
certificate
cat > /etc/lab/server.py <<'CODE'
END
    cat "${BASH_SOURCE[0]%/*}/aiosmtpd.py"
    echo CODE
}

daemon() {
    printf '%s\n' /usr/bin/python3 /etc/lab/server.py "$SERVER" "$PORT"
}

lab_main "$@"
