#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# smtp-sink.sh - the lab's smtp-sink, the test server that Postfix ships
#
# It takes every recipient and every message and keeps none. The variant
# smtp-sink-lmtp speaks LMTP.
. "$(dirname "$0")/common.sh"

TITLE=smtp-sink
PORT=2503
POOL=postfix
PACKAGES='postfix sasl2-bin libsasl2-modules libsasl2-modules-db'
lmtp=
if [ "$SERVER" = smtp-sink-lmtp ]; then
    TITLE='smtp-sink, LMTP'
    PORT=2504
    KIND=lmtp
    lmtp=-L
fi

preseed() {
    cat <<'END'
postfix postfix/main_mailer_type select Internet Site
postfix postfix/mailname string lab.test
END
}

configure() { echo users; }

daemon() {
    # The list is a list of words.
    # shellcheck disable=SC2086
    printf '%s\n' smtp-sink -u nobody -h lab.test $lmtp "127.0.0.1:$PORT" 200
}

lab_main "$@"
