/* SPDX-License-Identifier: MIT */
/*
 * shared_options.c - read the options that several commands have
 *
 * By their names: the numbers are a command's own.
 */
#include "cli/shared_options.h"

#include <string.h>

#include "cli/cli.h"
#include "cli/values.h"

int smtpspec_profile_option(enum smtpspec_profile *profile,
                            const struct smtpspec_options *given)
{
    *profile = smtpspec_profile_of(smtpspec_span_of(given->value));
    return *profile == SMTPSPEC_PROFILE_UNSET
               ? smtpspec_cli_usage(smtpspec_verb_name(given->verb),
                                    "unknown profile '%s' "
                                    "(`smtpspec list profiles` has them)",
                                    given->value)
               : 0;
}

int smtpspec_caps_option(struct smtpspec_command_caps *caps,
                         const struct smtpspec_options *given)
{
    bool placed = given->place != NULL;
    char why[160];

    if (smtpspec_command_caps_read(caps, smtpspec_span_of(given->value), why,
                                   sizeof(why)))
        return 0;
    return smtpspec_cli_usage(smtpspec_verb_name(given->verb), "%s%s%s: %s",
                              placed ? given->place : "--",
                              placed ? ": " : "", given->name, why);
}

static bool is(const struct smtpspec_options *given, const char *name)
{
    return strcmp(given->name, name) == 0;
}

static int add_report(struct smtpspec_reports *reports,
                      const struct smtpspec_options *given)
{
    return smtpspec_reports_add(reports, given->value)
               ? 0
               : smtpspec_cli_usage(smtpspec_verb_name(given->verb), "%s",
                                    smtpspec_reports_message(reports));
}

int smtpspec_report_option(struct smtpspec_reports *reports,
                           struct smtpspec_reports_style *style,
                           const struct smtpspec_options *given)
{
    if (is(given, "report"))
        return add_report(reports, given);
    if (is(given, "level"))
        style->least = smtpspec_level_of(smtpspec_span_of(given->value));
    else if (is(given, "fail-on"))
        style->warn_fails =
            smtpspec_cli_fail_on(given->choice) == SMTPSPEC_OUTCOME_WARN;
    else if (is(given, "quiet"))
        style->quiet = true;
    else if (is(given, "verbose"))
        style->verbose = true;
    else if (is(given, "hex"))
        style->hex = true;
    else if (is(given, "color") || is(given, "colour"))
        style->colour = (enum smtpspec_colour)given->choice;
    else
        return -1;
    return 0;
}
