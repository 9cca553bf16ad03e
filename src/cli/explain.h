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

/* Any number of three digits. */
void smtpspec_explain_code(unsigned code);

/* What registry and RFCs say of an enhanced code, and whether two documents
 * would read it as a reply code; then that code's page. */
void smtpspec_explain_split(struct smtpspec_status status);

/* The registry's line for an enhanced code. */
void smtpspec_explain_status(struct smtpspec_status status);

/* A reply line, taken apart, then its code's page. */
void smtpspec_explain_line(struct smtpspec_span line);

void smtpspec_explain_command(enum smtpspec_command command);

void smtpspec_explain_case(const struct smtpspec_case *of);
/* A rule of the judge, found by smtpspec_rule_find(). */
void smtpspec_explain_rule(struct smtpspec_span id,
                           const struct smtpspec_verdict *rule);

/* The contradictions that are about this code (0: none) or this command
 * (UNSET: none), under a heading of their own. */
void smtpspec_explain_disputes(unsigned code, enum smtpspec_command command);

#endif
