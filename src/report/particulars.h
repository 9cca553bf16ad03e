/* SPDX-License-Identifier: MIT */
/*
 * particulars.h - what a report says of a case, for formats that others read
 *
 * Floor 6, report. Formats of tests (TAP, JUnit) and of findings (SARIF) have
 * their own ways to write a name and a value, but what is to be said is the
 * same: the requirement in our words and where it is written, what was due and
 * what came, which layer and row of the tables say so, who can make use of it,
 * the dialogue to the octet, and how to repeat it.
 */
#ifndef SMTPSPEC_PARTICULARS_H
#define SMTPSPEC_PARTICULARS_H

#include <stdio.h>

#include "case/result.h"

#define SMTPSPEC_PARTICULARS_KEPT 14

struct smtpspec_particular {
    const char *name;   /* one word                                          */
    const char *value;  /* of ours, in which a peer's text stands escaped    */
};

/* Values that there are; they live as long as the result and this. */
struct smtpspec_particulars {
    struct smtpspec_particular list[SMTPSPEC_PARTICULARS_KEPT];
    unsigned count;
    char reference[160], security[640];
};

void smtpspec_particulars_of(const struct smtpspec_result *result,
                             struct smtpspec_particulars *out);

/* One line: "requirement: expected 503, observed 250 fine", or the reason why
 * there is no verdict. Length as snprintf. */
size_t smtpspec_particulars_message(const struct smtpspec_result *result,
                                    char *out, size_t cap);

/* What an outcome is where there are tests that pass and tests that do not. */
enum smtpspec_standing {
    SMTPSPEC_STANDING_PASSES,
    SMTPSPEC_STANDING_FAILS,  /* it makes the exit status of check 1         */
    SMTPSPEC_STANDING_KNOWN,  /* it fails, and the baseline knew             */
    SMTPSPEC_STANDING_LEFT,   /* it was left out, or somebody in the way     */
    SMTPSPEC_STANDING_BROKEN  /* we could not go on                          */
};

/* `warn_fails`: as with --fail-on warn. */
enum smtpspec_standing
smtpspec_standing_of(const struct smtpspec_result *result, bool warn_fails);

/* "the baseline knew", "needs --to": why it stands so; NULL where the verdict
 * says it all. */
const char *smtpspec_standing_reason(const struct smtpspec_result *result);

/*
 * The dialogue, a line of printable ASCII for each line of it: "   S: " or
 * "-> S: " where that reply is at fault, then its octets, the line end too, all
 * others than 0x20-0x7E and the backslash as \xNN. What is longer than 4 KiB in
 * one entry is shortened to its head and tail, and a remark says by how much.
 */
void smtpspec_particulars_dialogue(const struct smtpspec_result *result,
                                   void (*put)(void *context,
                                               const char *line),
                                   void *context);

#endif
