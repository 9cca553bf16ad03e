#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# msmtpd.sh - the lab's msmtpd: a way in to a local mailer, and no more
#
# It takes every recipient, hands the message to cat(1), closes after the
# first error and after each message, and offers 16 connections.
. "$(dirname "$0")/common.sh"

TITLE=msmtpd
PORT=2525
PACKAGES='msmtp-mta msmtp'

configure() {
    cat <<'END'
users
mkdir -p /etc/lab
printf '%s\n' '#!/bin/sh' 'cat > /dev/null' > /etc/lab/eat.sh
chmod 755 /etc/lab/eat.sh
END
}

daemon() {
    printf '%s\n' msmtpd --interface=127.0.0.1 "--port=$PORT" \
        '--command=/etc/lab/eat.sh %F'
}

lab_main "$@"
