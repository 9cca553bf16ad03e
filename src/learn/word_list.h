/* SPDX-License-Identifier: MIT */
/*
 * word_list.h - words, each a string of numbers of symbols
 *
 * Floor 5, learn. All zero is an empty list.
 */
#ifndef SMTPSPEC_WORD_LIST_H
#define SMTPSPEC_WORD_LIST_H

#include <smtpspec/base.h>

/* Symbols of one word. */
#define SMTPSPEC_WORD_KEPT 256

struct smtpspec_words_row {
    size_t at;                 /* in the pool                                */
    size_t length;
};

struct smtpspec_words {
    uint8_t *pool;
    size_t used, pool_room;    /* symbols                                    */
    struct smtpspec_words_row *rows;
    size_t count, room;
};

void smtpspec_words_free(struct smtpspec_words *words);
void smtpspec_words_add(struct smtpspec_words *words, const uint8_t *word,
                        size_t length);
/* Valid until the next one is added. */
const uint8_t *smtpspec_words_at(const struct smtpspec_words *words, size_t i,
                                 size_t *length);
/* Of all words together. */
size_t smtpspec_words_symbols(const struct smtpspec_words *words);

/* Sort, and drop those that others begin with; as often as they are there. */
void smtpspec_words_reduce(struct smtpspec_words *words);
/* The order follows from the seed alone, given the words. */
void smtpspec_words_shuffle(struct smtpspec_words *words, uint64_t seed);

#endif
