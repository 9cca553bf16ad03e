/* SPDX-License-Identifier: MIT */
/*
 * mutate_reply.h - operators on one line that the server sends
 *
 * Floor 3, mutate. Each is a smtpspec_operate (mutate/mutate.h). In a script
 * they draw an S or s line, in a stream of replies any; a line end and an odd
 * octet are written as that text writes them.
 */
#ifndef SMTPSPEC_MUTATE_REPLY_H
#define SMTPSPEC_MUTATE_REPLY_H

#include "mutate/mutant.h"

/* One digit of the code; the whole by another that a table names. */
bool smtpspec_reply_digit(struct smtpspec_mutant *mutant);
bool smtpspec_reply_code(struct smtpspec_mutant *mutant);
/* '-' for SP, SP for '-', another octet, or none. */
bool smtpspec_reply_separator(struct smtpspec_mutant *mutant);
/* No text; the separator stays, or goes too. */
bool smtpspec_reply_textless(struct smtpspec_mutant *mutant);
/* An enhanced code: one more, one of another class, malformed, none. */
bool smtpspec_reply_status(struct smtpspec_mutant *mutant);
/* What a server may offer, for the text. */
bool smtpspec_reply_keyword(struct smtpspec_mutant *mutant);
/* Exactly as long as a limit, one less, one more. */
bool smtpspec_reply_border(struct smtpspec_mutant *mutant);
/* NUL, control, 8 bit, bare CR or LF, at some place. */
bool smtpspec_reply_octet(struct smtpspec_mutant *mutant);
/* Bare LF, bare CR, none, CRCRLF, an empty line. */
bool smtpspec_reply_line_end(struct smtpspec_mutant *mutant);
/* One more line before a reply's, with its code or, now and then, another. */
bool smtpspec_reply_grow(struct smtpspec_mutant *mutant);
/* Of a session alone, whose lines have marks: */
/* A line in two, with or without a code in front of the second; two in one. */
bool smtpspec_reply_split(struct smtpspec_mutant *mutant);
bool smtpspec_reply_merge(struct smtpspec_mutant *mutant);
/* A whole reply that nobody asked for, between two lines. */
bool smtpspec_reply_insert(struct smtpspec_mutant *mutant);

#endif
