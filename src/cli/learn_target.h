/* SPDX-License-Identifier: MIT */
/*
 * learn_target.h - `smtpspec learn TARGET`
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_LEARN_TARGET_H
#define SMTPSPEC_LEARN_TARGET_H

#include "cli/checking.h"
#include "cli/learn_options.h"

/* The exit status of the command. */
int smtpspec_learn_target(struct smtpspec_checking *check,
                          const struct smtpspec_learn_options *options);

#endif
