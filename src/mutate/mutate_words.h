/* SPDX-License-Identifier: MIT */
/*
 * mutate_words.h - words for the mutators, out of the tables
 *
 * Floor 3, mutate: no I/O, no allocation. Verbs are those of commands.def and
 * extensions.def, whole commands the lines of sweep.def, codes those of
 * codes.def and replies.def, enhanced codes those of enhanced.def; a new row
 * there is a new word here.
 *
 * Each function draws from `*random` and writes one word to `out`. Returns its
 * length, or 0 where it does not fit `cap`; nothing is written past that.
 */
#ifndef SMTPSPEC_MUTATE_WORDS_H
#define SMTPSPEC_MUTATE_WORDS_H

#include <smtpspec/command.h>

/* The longest word: the overlong lines of sweep.def. */
#define SMTPSPEC_WORD_KEPT 1024

/* "RCPT" */
size_t smtpspec_word_verb(uint64_t *random, char *out, size_t cap);

/* A command line without its CRLF, sound or faulty: "RCPT TO:<a@b.example>",
 * of that command, or of any where it is UNSET. */
size_t smtpspec_word_command(uint64_t *random, enum smtpspec_command command,
                             char *out, size_t cap);
/* The same, only sound ones. */
size_t smtpspec_word_valid_command(uint64_t *random,
                                   enum smtpspec_command command, char *out,
                                   size_t cap);

/* A parameter of MAIL or RCPT, "SIZE=1000". */
size_t smtpspec_word_parameter(uint64_t *random, char *out, size_t cap);

/* What a server offers in a line of its reply to EHLO: "SIZE 1000". */
size_t smtpspec_word_keyword(uint64_t *random, char *out, size_t cap);

/* A number at a border (0, 2^32 - 1, 20 digits ...) or any small one. */
size_t smtpspec_word_number(uint64_t *random, char *out, size_t cap);

/* A code that some source names; some are none that a server may send. */
unsigned smtpspec_word_code(uint64_t *random);

/* A code that some row lets answer the command, or where there is no row any
 * that a source names. */
unsigned smtpspec_word_answer(uint64_t *random, enum smtpspec_command command);

/* An enhanced code "5.7.1", registered but for its class, which is given. */
size_t smtpspec_word_status(uint64_t *random, unsigned class_digit, char *out,
                            size_t cap);

/* A reply line to the command without its CRLF, "250 2.1.0 ok". */
size_t smtpspec_word_reply(uint64_t *random, enum smtpspec_command command,
                           char *out, size_t cap);

#endif
