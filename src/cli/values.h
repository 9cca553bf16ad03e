/* SPDX-License-Identifier: MIT */
/*
 * values.h - values of options, and command lines to print
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_VALUES_H
#define SMTPSPEC_VALUES_H

#include <smtpspec/base.h>
#include <smtpspec/judge.h>

/* Decimal digits only, no sign, no blanks; at most `most`. */
bool smtpspec_cli_number(const char *text, uint64_t most, uint64_t *out);

/* Seconds, "1.5" to 1500, whatever the locale's decimal point; more than 0, at
 * most a day. */
bool smtpspec_cli_milliseconds(const char *text, uint64_t *out);

/* What options.def calls "warn fail". */
enum smtpspec_outcome smtpspec_cli_fail_on(int choice);

/* A command line as a shell takes it. Written to `out`, which ends in a NUL
 * where `cap` allows; `length` is that of the whole. */
struct smtpspec_shell_line {
    char *out;
    size_t cap, length;
};

/* One word more: plain, or in single quotes. */
void smtpspec_shell_word(struct smtpspec_shell_line *line, const char *word);
/* An option and its value; none where that is NULL. */
void smtpspec_shell_option(struct smtpspec_shell_line *line,
                           const char *option, const char *value);

#endif
