/* SPDX-License-Identifier: MIT */
/*
 * alphabet_file.h - an alphabet by its name, or by that of a file
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_ALPHABET_FILE_H
#define SMTPSPEC_ALPHABET_FILE_H

#include "learn/alphabet.h"

#define SMTPSPEC_ALPHABET_DEFAULT "std14"

/*
 * The text of `name`, NULL being the default, tried with placeholders for
 * names. False where it cannot be read, or is none: `why`, of `cap` octets,
 * says so in one line, which may hold octets of the file, so it is to be
 * escaped. `*file` is to be freed by free() in either case; the text lies there
 * or is constant. A file is read once, since it may be a pipe.
 */
bool smtpspec_alphabet_open(const char *name, char **file,
                            struct smtpspec_span *text, char *why, size_t cap);

/* Read a text with placeholders for names; false and `why` as above. */
bool smtpspec_alphabet_try(struct smtpspec_alphabet *alphabet,
                           struct smtpspec_span text, char *why, size_t cap);

#endif
