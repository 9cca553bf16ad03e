/* SPDX-License-Identifier: MIT */
/*
 * target.h - what is tested: the words that name a target
 *
 *     HOST[:PORT]   [ADDRESS][:PORT]   embedded:[MISDEED,...]
 *
 * Floor 4, net. Reading a target does no look-up and allocates nothing.
 */
#ifndef SMTPSPEC_TARGET_H
#define SMTPSPEC_TARGET_H

#include <smtpspec/base.h>
#include <smtpspec/limits.h>

enum smtpspec_target_kind {
    SMTPSPEC_TARGET_TCP,
    SMTPSPEC_TARGET_EMBEDDED
};

struct smtpspec_target {
    uint8_t kind;               /* enum smtpspec_target_kind                 */
    const char *name;           /* as given; it is the caller's              */
    char host[SMTPSPEC_DOMAIN_LIMIT + 1]; /* TCP: without brackets           */
    char port[6];               /* TCP: decimal                              */
    struct smtpspec_span misdeeds; /* EMBEDDED: the list, not looked up here */
};

/*
 * Read a target. False where it is none: `why` then says so in one line that
 * may hold octets of `text`, so it is to be escaped.
 */
bool smtpspec_target_parse(const char *text, struct smtpspec_target *target,
                           char *why, size_t cap);

#endif
