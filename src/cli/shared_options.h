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

/* --profile NAME: 0, or the exit status. */
int smtpspec_profile_option(enum smtpspec_profile *profile,
                            const struct smtpspec_options *given);

/* --report, --level, --fail-on, --quiet, --verbose, --hex and --color: 0, or
 * the exit status; -1 where the option last read is none of them. */
int smtpspec_report_option(struct smtpspec_reports *reports,
                           struct smtpspec_reports_style *style,
                           const struct smtpspec_options *given);

#endif
