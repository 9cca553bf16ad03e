#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# dovecot-submission.sh - the lab's Dovecot, as a submission server
#
# STARTTLS and AUTH; without AUTH it takes no mail. What it takes it hands to
# an aiosmtpd of its own, which takes every recipient and drops the message.
# Failed logins are not slowed down. Four cases are left out (EXCLUDE).
# dovecot-lmtp is its LMTP service, which knows alice, bob and postmaster and
# keeps their mail in the root.
. "$(dirname "$0")/common.sh"

TITLE='Dovecot submission'
ADDRESS=127.0.25.18
PORT=587
POOL=dovecot
AUTH=yes
EXCLUDE='pipelining.next-message data.smuggled.crlf-dot-lf
    data.smuggled.lf-dot-crlf data.smuggled.lf-dot-lf'
PACKAGES='dovecot-core dovecot-lmtpd dovecot-submissiond python3-aiosmtpd'
if [ "$SERVER" = dovecot-lmtp ]; then
    TITLE='Dovecot LMTP'
    ADDRESS=127.0.0.1
    PORT=2519
    KIND=lmtp
    AUTH=
    EXCLUDE=
fi

configure() {
    cat <<'END'
users
certificate
for user in alice bob; do
    printf '%s:{PLAIN}secret:%s:%s::/home/%s\n' "$user@lab.test" \
        "$(id -u "$user")" "$(id -g "$user")" "$user"
done > /etc/lab/users
for user in postmaster postmaster@lab.test; do
    printf '%s::%s:%s::/home/alice\n' "$user" "$(id -u alice)" "$(id -g alice)"
done >> /etc/lab/users
cat > /etc/lab/common.conf <<CONF
listen = $ADDRESS
hostname = lab.test
log_path = /var/log/dovecot.log
mail_location = maildir:~/Maildir
postmaster_address = postmaster@lab.test
ssl = yes
ssl_cert = </etc/lab/cert.pem
ssl_key = </etc/lab/key.pem
auth_mechanisms = plain login cram-md5
auth_failure_delay = 0
first_valid_uid = 1
passdb {
  driver = passwd-file
  args = /etc/lab/users
}
userdb {
  driver = passwd-file
  args = /etc/lab/users
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
CONF
END
    if [ "$KIND" = lmtp ]; then
        cat <<'END'
cat /etc/lab/common.conf - > /etc/lab/dovecot.conf <<CONF
protocols = lmtp
service lmtp {
  inet_listener lmtp {
    port = $PORT
  }
}
CONF
END
    else
        cat <<'END'
cat /etc/lab/common.conf - > /etc/lab/dovecot.conf <<CONF
protocols = submission
submission_relay_host = 127.0.0.1
submission_relay_port = 2518
service submission-login {
  inet_listener submission {
    port = $PORT
  }
  inet_listener submissions {
    port = 0
  }
}
CONF
cat > /etc/lab/relay.py <<'CODE'
END
        cat "${BASH_SOURCE[0]%/*}/aiosmtpd.py"
        echo CODE
    fi
}

daemon() {
    if [ "$KIND" = lmtp ]; then
        printf '%s\n' dovecot -F -c /etc/lab/dovecot.conf
    else
        printf '%s\n' sh -c "/usr/bin/python3 /etc/lab/relay.py relay 2518 & \
exec dovecot -F -c /etc/lab/dovecot.conf"
    fi
}

lab_main "$@"
