/* SPDX-License-Identifier: MIT */
/*
 * untested.h - what was not tested, by the reason, as people read it
 *
 * Floor 6, report. Cases that are left out because the server does not offer
 * something, or offers it, are one reason each, whatever the something is: it
 * is named with its number of cases.
 */
#ifndef SMTPSPEC_UNTESTED_H
#define SMTPSPEC_UNTESTED_H

#include <stdio.h>

#include "case/result.h"

/* Reasons that are told apart, and ids that are named for each. */
#define SMTPSPEC_UNTESTED_KEPT 64
#define SMTPSPEC_UNTESTED_NAMED 8

struct smtpspec_untested_group {
    enum smtpspec_outcome outcome;
    char *reason;
    char *ids[SMTPSPEC_UNTESTED_NAMED];
    unsigned count, named;
};

/* Zero is empty. */
struct smtpspec_untested {
    struct smtpspec_untested_group all[SMTPSPEC_UNTESTED_KEPT];
    unsigned count;
    bool no_memory;
};

/* Whether a case ended so that nothing is known of it. */
bool smtpspec_untested_is(const struct smtpspec_result *result);

/* Add one of those. The last of too many reasons takes what is left. */
void smtpspec_untested_add(struct smtpspec_untested *untested,
                           const struct smtpspec_result *result);

/* A block with an empty line behind, or nothing; with all reasons apart and
 * their ids where `all` is set. */
void smtpspec_untested_write(FILE *out,
                             const struct smtpspec_untested *untested,
                             bool all);

/* The group of skipped cases that is the largest of those whose reason names
 * an option, and the option ("--to"); NULL where there is none. */
const struct smtpspec_untested_group *
smtpspec_untested_to_open(const struct smtpspec_untested *untested,
                          struct smtpspec_span *option);

void smtpspec_untested_clear(struct smtpspec_untested *untested);

#endif
