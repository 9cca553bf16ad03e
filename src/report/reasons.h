/* SPDX-License-Identifier: MIT */
/*
 * reasons.h - cases by the reason that is given for them, as people read it
 *
 * Floor 6, report. Why a case was not tested, or why a baseline knows that it
 * fails: many cases share few reasons. Those that are left out because the
 * server does not offer something, or offers it, are one reason each, whatever
 * the something is: it is named with its number of cases.
 */
#ifndef SMTPSPEC_REASONS_H
#define SMTPSPEC_REASONS_H

#include <stdio.h>

#include "case/result.h"

/* Reasons that are told apart, and ids that are named for each. */
#define SMTPSPEC_REASONS_KEPT 64
#define SMTPSPEC_REASONS_NAMED 8

struct smtpspec_reason {
    enum smtpspec_outcome outcome;
    bool use;               /* somebody can make use of one of them          */
    char *text;
    char *ids[SMTPSPEC_REASONS_NAMED];
    unsigned count, named;
};

/* Zero is empty. */
struct smtpspec_reasons {
    struct smtpspec_reason all[SMTPSPEC_REASONS_KEPT];
    unsigned count;
    bool no_memory;
};

/* Whether a case ended so that nothing is known of it. */
bool smtpspec_reasons_is_untested(const struct smtpspec_result *result);

/* Add a case for that reason (NULL is ""). The last of too many reasons takes
 * what is left. What failed is KNOWN here, and what passed FIXED. */
void smtpspec_reasons_add(struct smtpspec_reasons *reasons,
                          const struct smtpspec_result *result,
                          const char *text);

/* A block with an empty line behind, or nothing; with all reasons apart and
 * their ids where `all` is set. */
void smtpspec_reasons_write(FILE *out, const struct smtpspec_reasons *reasons,
                            bool all, bool colour);

/* The group of skipped cases that is the largest of those whose reason names
 * an option, and the option ("--to"); NULL where there is none. */
const struct smtpspec_reason *
smtpspec_reasons_to_open(const struct smtpspec_reasons *reasons,
                         struct smtpspec_span *option);

void smtpspec_reasons_clear(struct smtpspec_reasons *reasons);

#endif
