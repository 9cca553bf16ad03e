#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# haraka.sh - the lab's Haraka: three plugins of its own distribution
#
# rcpt_to.in_host_list takes every local part at lab.test and nothing else,
# queue/discard drops what is taken. The version runs on Node 18. The variant
# haraka-tls has the plugins tls and auth/flat_file; one case is left out
# (EXCLUDE).
. "$(dirname "$0")/common.sh"

TITLE=Haraka
PORT=2514
POOL=haraka
NPM=Haraka@3.1.1
if [ "$SERVER" = haraka-tls ]; then
    TITLE='Haraka, TLS and AUTH'
    PORT=2515
    AUTH=yes
    EXCLUDE=starttls.injected.piece
fi

configure() {
    cat <<'END'
users
mkdir -p /etc/lab/config
# Without the package's own connection.ini it dies at the first connection.
cp /opt/lab/node_modules/Haraka/config/connection.ini /etc/lab/config/ || :
cd /etc/lab/config
echo lab.test > me
echo lab.test > host_list
printf '%s\n' "listen=127.0.0.1:$PORT" 'nodes=0' > smtp.ini
printf '%s\n' rcpt_to.in_host_list queue/discard > plugins
END
    [ -z "$AUTH" ] || cat <<'END'
certificate
printf '%s\n' 'key=/etc/lab/key.pem' 'cert=/etc/lab/cert.pem' > tls.ini
cp /etc/lab/key.pem tls_key.pem
cp /etc/lab/cert.pem tls_cert.pem
printf '%s\n' '[core]' 'methods=PLAIN,LOGIN,CRAM-MD5' '[users]' \
    'alice@lab.test=secret' > auth_flat_file.ini
printf '%s\n' tls auth/flat_file rcpt_to.in_host_list queue/discard > plugins
END
}

daemon() {
    printf '%s\n' env YES_REALLY_DO_DISCARD=1 node \
        /opt/lab/node_modules/Haraka/bin/haraka -c /etc/lab
}

lab_main "$@"
