/* SPDX-License-Identifier: MIT */
/*
 * explain.h - the pages of `smtpspec explain`, one function for each kind
 *
 * Floor 7, cli. Each prints to stdout, no line longer than 80 columns where
 * words allow.
 */
#ifndef SMTPSPEC_EXPLAIN_H
#define SMTPSPEC_EXPLAIN_H

#include <smtpspec/command.h>
#include <smtpspec/judge.h>
#include <smtpspec/status.h>

#include "case/case.h"

/* A line "Label   text", the text wrapped under itself. */
void smtpspec_explain_item(const char *label, const char *text);

/* A name, or several, in the first column, the text in the second. */
void smtpspec_explain_names(const char *names, const char *text);

/* Any number of three digits. */
void smtpspec_explain_code(unsigned code);
/* Of that page what a reader who knows the reason still wants. */
void smtpspec_explain_code_briefly(unsigned code);

/* To which commands texts in force allow the code, on a line. */
void smtpspec_explain_answers(unsigned code);

/* Which other codes a server may send instead: to the commands that may get
 * this one, of the same kind, for good and for now. */
void smtpspec_explain_instead(unsigned code);

/* What registry and RFCs say of an enhanced code, and whether two documents
 * would read it as a reply code; then that code's page. */
void smtpspec_explain_split(struct smtpspec_status status);

/* The registry's line for an enhanced code. */
void smtpspec_explain_status(struct smtpspec_status status);

/* Its name in the registry; "" for none. */
const char *smtpspec_explain_status_name(struct smtpspec_status status);

/* A reply line, taken apart, then its code's page, which is brief where the
 * text tells the reason. */
void smtpspec_explain_line(struct smtpspec_span line);

/* The text of a refusal without its code, which a row of phrases.def fits. */
void smtpspec_explain_text(struct smtpspec_span text);

void smtpspec_explain_command(enum smtpspec_command command);

void smtpspec_explain_case(const struct smtpspec_case *of);
/* A rule of the judge, found by smtpspec_rule_find(). */
void smtpspec_explain_rule(struct smtpspec_span id,
                           const struct smtpspec_verdict *rule);

/* The contradictions that are about this code (0: none) or this command
 * (UNSET: none), under a heading of their own. */
void smtpspec_explain_disputes(unsigned code, enum smtpspec_command command);

#endif
