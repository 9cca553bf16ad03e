/* SPDX-License-Identifier: MIT */
/*
 * word_kinds.h - kinds of words, each taken from a table of the project
 *
 * For words.c, which makes dictionaries of them. Rows give their words in the
 * order of their table; a word may come twice.
 */
#ifndef SMTPSPEC_WORD_KINDS_H
#define SMTPSPEC_WORD_KINDS_H

#include <smtpspec/base.h>

struct word_sink {
    void (*word)(void *context, struct smtpspec_span octets);
    void *context;
};

struct word_kind {
    const char *name;
    void (*tell)(const struct word_sink *sink);
};

/* A row without a name stands behind the last. */
extern const struct word_kind word_kinds[];

/* The names of the members of a JSON text, which is not checked. */
void word_members(const struct word_sink *sink, struct smtpspec_span json);

#endif
