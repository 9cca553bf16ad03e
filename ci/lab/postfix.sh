#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# postfix.sh - the lab's Postfix: Debian's configuration, limits taken off
#
# What is not stock: one listener on the lab's port; 127.0.0.1 is a stranger
# (mynetworks), so that relaying is refused as it is to the world; every
# transport discards; no sleep after errors and no limit on them, which
# answer a test run and not a command. The variant postfix-tls has STARTTLS
# and AUTH (Cyrus SASL, a database of its own; offered in clear too, as stock).
# The variant postfix-fuzz waits after no trouble of its own, either, and keeps
# no log: its postlogd gets stuck where there is much to write.
. "$(dirname "$0")/common.sh"

TITLE=Postfix
PORT=2500
POOL=postfix
PACKAGES='postfix sasl2-bin libsasl2-modules libsasl2-modules-db'
if [ "$SERVER" = postfix-tls ]; then
    TITLE='Postfix, TLS and AUTH'
    PORT=2501
    AUTH=yes
elif [ "$SERVER" = postfix-fuzz ]; then
    TITLE='Postfix, unthrottled'
    PORT=2502
fi

preseed() {
    cat <<'END'
postfix postfix/main_mailer_type select Internet Site
postfix postfix/mailname string lab.test
END
}

configure() {
    cat <<'END'
users
postconf -e myhostname=lab.test mydestination=lab.test,localhost \
    myorigin=lab.test mynetworks=192.0.2.0/24 \
    inet_interfaces=127.0.0.1 inet_protocols=ipv4 \
    local_transport=discard: default_transport=discard: \
    relay_transport=discard: maillog_file=/var/log/postfix.log \
    smtpd_tls_security_level=none \
    smtpd_error_sleep_time=0 smtpd_soft_error_limit=1000000 \
    smtpd_hard_error_limit=1000000 smtpd_junk_command_limit=1000000 \
    smtpd_client_connection_count_limit=0 in_flow_delay=0
postconf -MX smtp/inet 2>/dev/null || :
postconf -M "127.0.0.1:$PORT/inet=127.0.0.1:$PORT inet n - n - - smtpd"
postconf -F '*/*/chroot=n'
grep -q '^postmaster:' /etc/aliases || echo 'postmaster: root' >> /etc/aliases
newaliases
END
    [ "$SERVER" != postfix-fuzz ] || cat <<'END'
postconf -e service_throttle_time=1s smtpd_client_connection_rate_limit=0 \
    smtpd_timeout=60s default_process_limit=200 maillog_file=
END
    [ -z "$AUTH" ] || cat <<'END'
certificate
cat > /etc/postfix/sasl/smtpd.conf <<CONF
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN CRAM-MD5
CONF
echo secret | saslpasswd2 -p -c -u lab.test alice
chgrp postfix /etc/sasldb2
chmod 640 /etc/sasldb2
postconf -e smtpd_tls_security_level=may smtpd_tls_chain_files= \
    smtpd_tls_cert_file=/etc/lab/cert.pem smtpd_tls_key_file=/etc/lab/key.pem \
    smtpd_sasl_auth_enable=yes smtpd_sasl_path=smtpd
END
    echo 'postfix check'
}

daemon() { printf '%s\n' postfix start-fg; }

lab_main "$@"
