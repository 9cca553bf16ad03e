/* SPDX-License-Identifier: MIT */
/*
 * check_targets.h - the targets of `smtpspec check` as they are run
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_CHECK_TARGETS_H
#define SMTPSPEC_CHECK_TARGETS_H

#include "cli/check_options.h"

/* Octets that say why a target is none. */
#define SMTPSPEC_CHECK_WHY_ROOM 320

/* Read a target. False where it is none: `why` is one line, raw (escape it).
 * `text` is to live as long as the target. */
bool smtpspec_check_target_read(struct smtpspec_check_target *target,
                                const char *text,
                                enum smtpspec_profile profile, char *why,
                                size_t cap);

/*
 * Put in the place of each mx:DOMAIN its hosts. One whose hosts are not to be
 * found stays, with its trouble. Asks the DNS; says on stderr what is left
 * out. To be called once.
 */
void smtpspec_check_targets_expand(struct smtpspec_check_options *options);

#endif
