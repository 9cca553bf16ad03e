#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# chasquid.sh - the lab's chasquid: STARTTLS and, after it, AUTH are built in
#
# alice and bob are its users; deliveries go to true(1). The third error in a
# session ends it; that is compiled in. The variant chasquid-submission is its
# submission port, which takes no mail without AUTH.
. "$(dirname "$0")/common.sh"

TITLE=chasquid
PORT=2522
POOL=chasquid
PACKAGES=chasquid
AUTH=yes
# Its texts of HELP are drawn by lot, and some are not in ASCII.
EXCLUDE='help.* sweep.*.help* enhanced.every-line'
listener=smtp_address
if [ "$SERVER" = chasquid-submission ]; then
    TITLE='chasquid, submission'
    ADDRESS=127.0.25.23
    PORT=587
    listener=submission_address
fi

configure() {
    echo "listener=$listener"
    cat <<'END'
users
certificate
cd /etc/chasquid
cat > chasquid.conf <<CONF
hostname: "lab.test"
$listener: "$ADDRESS:$PORT"
mail_delivery_agent_bin: "/bin/true"
mail_log_path: "<stdout>"
CONF
rm -f hooks/*
mkdir -p certs/lab.test domains/lab.test
cp /etc/lab/cert.pem certs/lab.test/fullchain.pem
cp /etc/lab/key.pem certs/lab.test/privkey.pem
printf '%s\n' 'postmaster: alice@lab.test' 'abuse: alice@lab.test' \
    > domains/lab.test/aliases
for user in alice bob; do
    chasquid-util user-add "$user@lab.test" --password=secret
done
chown -R chasquid: /etc/chasquid
mkdir -p /var/lib/chasquid
touch /var/log/chasquid.log
chown -R chasquid: /var/lib/chasquid /var/log/chasquid.log
END
}

daemon() {
    printf '%s\n' setpriv --reuid=chasquid --regid=chasquid --clear-groups \
        --inh-caps=+net_bind_service --ambient-caps=+net_bind_service chasquid \
        --logfile=/var/log/chasquid.log
}

lab_main "$@"
