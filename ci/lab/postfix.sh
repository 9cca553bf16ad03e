#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# postfix.sh - the lab's Postfix: Debian's configuration, limits taken off
#
# What is not stock: one listener on the lab's port; 127.0.0.1 is a stranger
# (mynetworks), so that relaying is refused as it is to the world; every
# transport discards; no sleep after errors and no limit on them, which
# answer a test run and not a command.
set -eu

SERVER=postfix
TITLE=Postfix
PORT=2500
PACKAGES=postfix

preseed() {
    cat <<'END'
postfix postfix/main_mailer_type select Internet Site
postfix postfix/mailname string lab.test
END
}

configure() {
    cat <<'END'
for user in alice bob; do
    id "$user" >/dev/null 2>&1 || useradd -m -s /usr/sbin/nologin "$user"
done
postconf -e myhostname=lab.test mydestination=lab.test,localhost \
    myorigin=lab.test mynetworks=192.0.2.0/24 \
    inet_interfaces=127.0.0.1 inet_protocols=ipv4 \
    local_transport=discard: default_transport=discard: \
    relay_transport=discard: maillog_file=/var/log/postfix.log \
    smtpd_error_sleep_time=0 smtpd_soft_error_limit=1000000 \
    smtpd_hard_error_limit=1000000 smtpd_junk_command_limit=1000000 \
    smtpd_client_connection_count_limit=0
postconf -MX smtp/inet 2>/dev/null || :
postconf -M "127.0.0.1:$PORT/inet=127.0.0.1:$PORT inet n - n - - smtpd"
postconf -F '*/*/chroot=n'
grep -q '^postmaster:' /etc/aliases || echo 'postmaster: root' >> /etc/aliases
newaliases
postfix check
END
}

daemon() { printf '%s\n' postfix start-fg; }

. "$(dirname "$0")/common.sh"
lab_main "$@"
