/* SPDX-License-Identifier: MIT */
/*
 * hand_on.h - from the JSON Lines of one target into the reports of a check
 *
 * Floor 7, cli. Where a line can go into the reports as it is, because they
 * are JSON Lines and no baseline has a say, and nothing else wants the single
 * results, lines are copied; else they are read back, each result is weighed,
 * and every writer is fed. The reports are the same either way.
 */
#ifndef SMTPSPEC_HAND_ON_H
#define SMTPSPEC_HAND_ON_H

#include "cli/checking.h"

/*
 * Hand on what another process wrote of a target, `given` in its list, from
 * the start of the file on; of mx:DOMAIN it may be several. What cannot be
 * read is told as its trouble.
 */
void smtpspec_hand_on(struct smtpspec_checking *check, const char *given,
                      int descriptor);

/* A target of which there is nothing but why. */
void smtpspec_hand_on_trouble(struct smtpspec_checking *check,
                              const char *given, const char *what,
                              const char *why);

#endif
