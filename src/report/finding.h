/* SPDX-License-Identifier: MIT */
/*
 * finding.h - one finding, as people read it
 *
 * Floor 6, report. The block of the text report: what is due and who says so,
 * which layer and row of ours found it, who can make use of it, what came, the
 * dialogue with a mark where it went wrong, and how to repeat it. At most 24
 * lines of a dialogue are shown, those around the mark, unless all are asked
 * for. It fits 80 columns but for the line "again:", which is to be copied.
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
    bool whole;         /* all lines of the dialogue                         */
    bool hex;           /* and their octets under each                       */
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

/* The parts of the block, in this order. Head: label, id, level, reference and
 * title. */
void smtpspec_finding_head(FILE *out,
                           const struct smtpspec_finding_style *style,
                           const struct smtpspec_result *result);
/* The rule: its sentence, where that is not the title, layer and row, and who
 * can make use of it. */
void smtpspec_finding_rule(FILE *out, const struct smtpspec_result *result);
/* The same two without their sentences, for a page that has told them. */
void smtpspec_finding_layer(FILE *out, const struct smtpspec_result *result);
void smtpspec_finding_security(FILE *out, const struct smtpspec_result *result,
                               bool sentence);
/* All the rest. */
void smtpspec_finding_body(FILE *out,
                           const struct smtpspec_finding_style *style,
                           const struct smtpspec_result *result);

/* The whole block, with an empty line behind. */
void smtpspec_finding_write(FILE *out,
                            const struct smtpspec_finding_style *style,
                            const struct smtpspec_result *result);

/* How much there is to read until the fault shows: the least is the clearest
 * of several findings that have one cause. */
uint64_t smtpspec_finding_weight(const struct smtpspec_result *result);

/* Label, id and `text` on one line, wrapped where it is long. */
void smtpspec_finding_short(FILE *out,
                            const struct smtpspec_finding_style *style,
                            const struct smtpspec_result *result,
                            const char *text);

#endif
