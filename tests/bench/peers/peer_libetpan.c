/* SPDX-License-Identifier: MIT */
/*
 * peer_libetpan.c - libEtPan as a peer, by what its headers offer
 *
 * Its reader is exported but in no header, so that each reply here answers
 * mailsmtp_noop(), whose command is written to nowhere. The rest is its adapter,
 * which calls the reader itself.
 *
 * needs:    libetpan
 */
#include <libetpan/libetpan.h>

int noop_code(mailsmtp *session);
int noop_code(mailsmtp *session)
{
    mailsmtp_noop(session);
    return session->response_code;
}

#define mailsmtp_read_response noop_code
#include "../../../harness/adapters/libetpan.c"
