/* SPDX-License-Identifier: MIT */
/*
 * finding.h - one finding, as people read it
 *
 * Floor 6, report. The block of the text report: what is due and who says so,
 * what came, the dialogue with a mark where it went wrong, and how to repeat
 * it. At most 24 lines of a dialogue are shown, those around the mark.
 */
#ifndef SMTPSPEC_FINDING_H
#define SMTPSPEC_FINDING_H

#include <stdio.h>

#include "case/result.h"

/* How a finding is called, and in which colour: escape sequences, or "". */
struct smtpspec_finding_style {
    const char *label;  /* "FAIL"                                            */
    const char *colour; /* of the label and of the marked line               */
    const char *strong; /* of the id                                         */
    const char *plain;  /* back to normal                                    */
};

/* What was really broken: the level and reference of the worst verdict. They
 * are those of the case where that has none. */
enum smtpspec_level
smtpspec_finding_level(const struct smtpspec_result *result);
const char *smtpspec_finding_reference(const struct smtpspec_result *result);

/* "      expected  ": what every labelled line starts with. */
void smtpspec_finding_label(FILE *out, const char *label);
/* A labelled line, wrapped; none where `text` is NULL. */
void smtpspec_finding_field(FILE *out, const char *label, const char *text);
/* A labelled line of a peer's text: cut, not wrapped, for its blanks count. */
void smtpspec_finding_peer(FILE *out, const char *label, const char *text);

/* The whole block, with an empty line behind. */
void smtpspec_finding_write(FILE *out,
                            const struct smtpspec_finding_style *style,
                            const struct smtpspec_result *result);

/* Label, id and `text` on one line, wrapped where it is long. */
void smtpspec_finding_short(FILE *out,
                            const struct smtpspec_finding_style *style,
                            const struct smtpspec_result *result,
                            const char *text);

#endif
