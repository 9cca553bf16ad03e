/* SPDX-License-Identifier: MIT */
/*
 * closing.h - how a target did, and what to do next
 *
 * Floor 6, report. The last block of each target, which is what a terminal
 * shows when a run has ended: the verdict with its numbers, the causes that
 * weigh most, what was left out, and the next commands.
 */
#ifndef SMTPSPEC_CLOSING_H
#define SMTPSPEC_CLOSING_H

#include <stdio.h>

#include "report/causes.h"
#include "report/reasons.h"

struct smtpspec_closing {
    const char *name;              /* of the target                          */
    const struct smtpspec_target_facts *facts;
    const struct smtpspec_causes *causes;     /* sorted                      */
    const struct smtpspec_reasons *untested;
    unsigned fails, warns;         /* that no baseline knows of              */
    unsigned hidden;               /* findings below `least`                 */
    enum smtpspec_level least;
    bool colour;
};

/* A word, and its colour as an escape sequence: "FAIL". */
struct smtpspec_closing_verdict {
    const char *word, *colour;
};
struct smtpspec_closing_verdict
smtpspec_closing_verdict(const struct smtpspec_closing *closing);

/* "3 passed, 1 failed, 2 skipped; 1 known": at most `cap` octets of it. */
void smtpspec_closing_numbers(const struct smtpspec_summary *summary,
                              char *out, size_t cap);

/* What to do about a target that could not be tested: half a sentence with a
 * small letter; or whole ones, of a row of phrases.def, where what it said is
 * known: then `*likely` is what is meant, else NULL. */
const char *smtpspec_closing_remedy(const char *trouble, const char **likely);

void smtpspec_closing_write(FILE *out, const struct smtpspec_closing *closing);

/* The same on one line, for the end of a page of several targets: "FAIL  name
 * 18 failed: " and the first cause; cut at 80 columns. */
void smtpspec_closing_line(FILE *out, const struct smtpspec_closing *closing);

#endif
