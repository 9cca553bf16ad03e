/* SPDX-License-Identifier: MIT */
/*
 * unknown.h - what to say of a name that nobody knows, with those that it may
 * have meant
 *
 * Floor 7, cli. Each writes a line without an end, NUL-terminated, cut at
 * `cap`.
 */
#ifndef SMTPSPEC_UNKNOWN_H
#define SMTPSPEC_UNKNOWN_H

#include <smtpspec/base.h>

#include "cli/options.h"

#define SMTPSPEC_UNKNOWN_ROOM 400

/* Of embedded:NAME. */
void smtpspec_unknown_misdeed(struct smtpspec_span name, char *out,
                              size_t cap);

/* `word` as given, "--repport=x" or "--repport". */
void smtpspec_unknown_option(enum smtpspec_verb verb, const char *word,
                             char *out, size_t cap);

/* The first word of the command line. */
void smtpspec_unknown_command(const char *word, char *out, size_t cap);

#endif
