/* SPDX-License-Identifier: MIT */
/*
 * shared_options.h - options that several commands have, read in one place
 *
 * Floor 7, cli. What is wrong with a value is on stderr when they return.
 */
#ifndef SMTPSPEC_SHARED_OPTIONS_H
#define SMTPSPEC_SHARED_OPTIONS_H

#include <smtpspec/rules.h>

#include "cli/options.h"
#include "cli/reports.h"
#include "run/command_caps.h"

/* --profile NAME: 0, or the exit status. */
int smtpspec_profile_option(enum smtpspec_profile *profile,
                            const struct smtpspec_options *given);

/* --cap COMMAND=N,...: the same. A setting of a configuration file, too. */
int smtpspec_caps_option(struct smtpspec_command_caps *caps,
                         const struct smtpspec_options *given);

/* --report, --level, --fail-on, --quiet, --verbose, --hex and --color: 0, or
 * the exit status; -1 where the option last read is none of them. */
int smtpspec_report_option(struct smtpspec_reports *reports,
                           struct smtpspec_reports_style *style,
                           const struct smtpspec_options *given);

#endif
