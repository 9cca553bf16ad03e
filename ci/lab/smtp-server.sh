#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# smtp-server.sh - the lab's smtp-server, Nodemailer's, in a short program
#
# The handler knows alice, bob and postmaster, relays nothing and drops what
# it takes; all else is the library's, its 100 ms before the banner and its
# count of unknown commands (10) too. The version runs on Node 18. The variant
# smtp-server-tls has STARTTLS and AUTH (in clear too); one case is left out
# (EXCLUDE).
. "$(dirname "$0")/common.sh"

TITLE=smtp-server
PORT=2516
POOL=smtp-server
NPM=smtp-server@3.14.0
if [ "$SERVER" = smtp-server-tls ]; then
    TITLE='smtp-server, TLS and AUTH'
    PORT=2517
    AUTH=yes
    EXCLUDE=starttls.injected.piece
fi

configure() {
    cat <<'END'
users
certificate
cat > /opt/lab/server.js <<'CODE'
END
    cat "${BASH_SOURCE[0]%/*}/smtp-server.js"
    echo CODE
}

daemon() { printf '%s\n' node /opt/lab/server.js "$SERVER" "$PORT"; }

lab_main "$@"
