/* SPDX-License-Identifier: MIT */
/*
 * caps_text.h - caps as a user writes them: "EHLO+HELO=3,VRFY=5"
 *
 * Floor 5, learn; pure.
 */
#ifndef SMTPSPEC_CAPS_TEXT_H
#define SMTPSPEC_CAPS_TEXT_H

#include "learn/caution.h"

/* Symbols joined by + are counted together. False where it is none: `why`, of
 * `cap` octets, says so in one line that may hold octets of the text. */
bool smtpspec_caps_read(struct smtpspec_caps *caps,
                        const struct smtpspec_alphabet *alphabet,
                        struct smtpspec_span text, char *why, size_t cap);

#endif
