/* SPDX-License-Identifier: MIT */
/*
 * nearest.h - which known names a mistyped word may have meant
 *
 * Floor 5, run.
 */
#ifndef SMTPSPEC_NEAREST_H
#define SMTPSPEC_NEAREST_H

#include <smtpspec/base.h>

/* Names that are told, and octets of a word that are looked at. */
#define SMTPSPEC_NEAREST_KEPT 3
#define SMTPSPEC_NEAREST_ROOM 64

/* The best so far, the nearest first. Zero but for `word` is empty. */
struct smtpspec_nearest {
    struct smtpspec_span word;
    char name[SMTPSPEC_NEAREST_KEPT][SMTPSPEC_NEAREST_ROOM];
    unsigned distance[SMTPSPEC_NEAREST_KEPT];
    unsigned count;
};

/* How many octets have to be put in, left out, changed or swapped with the
 * next to make one word of the other, whatever their case; at most `limit`,
 * which stands for more, too. */
unsigned smtpspec_nearest_distance(struct smtpspec_span a,
                                   struct smtpspec_span b, unsigned limit);

/* Keep a name if the word may have meant it: a third of it wrong at the most,
 * or the word is a part of it. */
void smtpspec_nearest_offer(struct smtpspec_nearest *nearest,
                            struct smtpspec_span name);

/* "; did you mean a, b or c?", or "" for none. */
void smtpspec_nearest_write(const struct smtpspec_nearest *nearest, char *out,
                            size_t cap);

#endif
