/* SPDX-License-Identifier: MIT */
/*
 * word_list.c - words, each a string of numbers of symbols
 */
#include "learn/word_list.h"

#include <stdlib.h>
#include <string.h>

#include "mutate/random.h"
#include "net/memory.h"

void smtpspec_words_free(struct smtpspec_words *words)
{
    free(words->pool);
    free(words->rows);
    *words = (struct smtpspec_words){ .pool = NULL };
}

void smtpspec_words_add(struct smtpspec_words *words, const uint8_t *word,
                        size_t length)
{
    if (words->used + length > words->pool_room) {
        words->pool_room = 2 * words->pool_room + length + 64;
        words->pool = smtpspec_memory_grow(words->pool, words->pool_room);
    }
    if (words->count == words->room) {
        words->room = 2 * words->room + 16;
        words->rows = smtpspec_memory_grow(
            words->rows, words->room * sizeof(*words->rows));
    }
    if (length > 0)
        memcpy(words->pool + words->used, word, length);
    words->rows[words->count++] =
        (struct smtpspec_words_row){ words->used, length };
    words->used += length;
}

const uint8_t *smtpspec_words_at(const struct smtpspec_words *words, size_t i,
                                 size_t *length)
{
    *length = words->rows[i].length;
    return words->pool + words->rows[i].at;
}

size_t smtpspec_words_symbols(const struct smtpspec_words *words)
{
    size_t sum = 0;

    for (size_t i = 0; i < words->count; i++)
        sum += words->rows[i].length;
    return sum;
}

static int compare(const void *a, const void *b, void *pool)
{
    const struct smtpspec_words_row *left = a, *right = b;
    const uint8_t *octets = pool;
    size_t least = left->length < right->length ? left->length
                                                : right->length;
    int order = least > 0 ? memcmp(octets + left->at, octets + right->at,
                                   least) : 0;

    if (order != 0)
        return order;
    return left->length < right->length ? -1 : left->length > right->length;
}

void smtpspec_words_reduce(struct smtpspec_words *words)
{
    size_t kept = 0;

    if (words->count == 0)
        return;
    qsort_r(words->rows, words->count, sizeof(*words->rows), compare,
            words->pool);
    /* What begins with a word stands right behind it. */
    for (size_t i = 0; i < words->count; i++) {
        const struct smtpspec_words_row *row = &words->rows[i], *next = row + 1;
        bool begins = i + 1 < words->count && next->length >= row->length &&
                      memcmp(words->pool + row->at, words->pool + next->at,
                             row->length) == 0;

        if (!begins)
            words->rows[kept++] = *row;
    }
    words->count = kept;
}

void smtpspec_words_shuffle(struct smtpspec_words *words, uint64_t seed)
{
    for (size_t i = words->count; i > 1; i--) {
        size_t j = smtpspec_random_below(&seed, i);
        struct smtpspec_words_row row = words->rows[j];

        words->rows[j] = words->rows[i - 1];
        words->rows[i - 1] = row;
    }
}
