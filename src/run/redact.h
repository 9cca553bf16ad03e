/* SPDX-License-Identifier: MIT */
/*
 * redact.h - keep passwords out of what is recorded
 *
 * Floor 5, run; no I/O. What a play sends may hold the password of the user,
 * in clear or in base64, and a server may send it back.
 */
#ifndef SMTPSPEC_REDACT_H
#define SMTPSPEC_REDACT_H

#include "case/play.h"
#include "run/record.h"

/* Record what the client sent, "[secret]" in place of each secret. */
void smtpspec_redact_sent(struct smtpspec_record *record,
                          const struct smtpspec_play *play, uint64_t ms,
                          struct smtpspec_span octets);

/* Record what the server sent. A secret becomes as many asterisks, so that
 * places in the octets stay what they are; one that comes in two pieces is not
 * seen. */
void smtpspec_redact_received(struct smtpspec_record *record,
                              const struct smtpspec_play *play, uint64_t ms,
                              struct smtpspec_span octets);

#endif
