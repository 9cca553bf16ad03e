#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# qpsmtpd.sh - the lab's qpsmtpd: two plugins, no relaying
#
# rcpt_ok takes every local part at lab.test and nothing else; queue/maildir
# keeps what is taken in /tmp/maildir of the root. 127.0.0.1 may not relay.
. "$(dirname "$0")/common.sh"

TITLE=qpsmtpd
PORT=2524
PACKAGES=qpsmtpd
RESOLVER=keep

preseed() {
    cat <<'END'
qpsmtpd qpsmtpd/startup-enabled boolean false
END
}

configure() {
    cat <<'END'
users
cd /etc/qpsmtpd
echo lab.test > me
echo lab.test > rcpthosts
: > relayclients
echo /var/spool/qpsmtpd > spool_dir
mkdir -p /tmp/maildir /var/spool/qpsmtpd
chmod 700 /var/spool/qpsmtpd
chown qpsmtpd: /tmp/maildir /var/spool/qpsmtpd
printf '%s\n' rcpt_ok 'queue/maildir /tmp/maildir' > plugins
END
}

daemon() {
    printf '%s\n' env QPSMTPD_CONFIG=/etc/qpsmtpd qpsmtpd-forkserver \
        --listen-address 127.0.0.1 --port "$PORT" --user qpsmtpd \
        --limit-connections 200 --max-from-ip 200
}

lab_main "$@"
