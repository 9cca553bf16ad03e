/* SPDX-License-Identifier: MIT */
/*
 * check_targets.h - the targets of `smtpspec check` as they are run
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_CHECK_TARGETS_H
#define SMTPSPEC_CHECK_TARGETS_H

#include "cli/check_options.h"

/*
 * Put in the place of each mx:DOMAIN its hosts. One whose hosts are not to be
 * found stays, with its trouble. Asks the DNS; says on stderr what is left
 * out. To be called once.
 */
void smtpspec_check_targets_expand(struct smtpspec_check_options *options);

#endif
