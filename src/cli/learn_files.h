/* SPDX-License-Identifier: MIT */
/*
 * learn_files.h - `smtpspec learn --check` and `--diff`: machines in files
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_LEARN_FILES_H
#define SMTPSPEC_LEARN_FILES_H

#include "cli/checking.h"
#include "cli/learn_options.h"

/* Both return the exit status of the command. */
int smtpspec_learn_check(struct smtpspec_checking *check,
                         const struct smtpspec_learn_options *options);
int smtpspec_learn_diff(const struct smtpspec_learn_options *options);

#endif
