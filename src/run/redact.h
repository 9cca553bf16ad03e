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

/* Who takes the octets that may be recorded, piece by piece: some octets, or
 * (`hidden` > 0) a secret of so many octets, which are not shown. */
typedef void (*smtpspec_redact_put)(void *context, struct smtpspec_span octets,
                                    size_t hidden);

/* What the client sent. */
void smtpspec_redact_sent(const struct smtpspec_play *play,
                          struct smtpspec_span octets,
                          smtpspec_redact_put put, void *context);

/* What the server sent. A secret becomes as many asterisks, so that places in
 * the octets stay what they are. A secret is seen only where it is whole. */
void smtpspec_redact_received(const struct smtpspec_play *play,
                              struct smtpspec_span octets,
                              smtpspec_redact_put put, void *context);

#endif
