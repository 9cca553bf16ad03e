/* SPDX-License-Identifier: MIT */
/*
 * hsi.c - the suite that finds every fault of a machine
 */
#include "learn/hsi.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* --- What tells two states apart ------------------------------------------ */

/* Of a pair of states: the first symbol of a shortest word that tells them
 * apart, and its length; 0: none is known. */
struct apart {
    uint8_t symbol;
    uint16_t length;
};

struct table {
    const struct smtpspec_mealy *mealy;
    struct apart *pairs;
    unsigned longest;
};

static struct apart *pair(const struct table *table, unsigned a, unsigned b)
{
    return &table->pairs[(size_t)a * table->mealy->states + b];
}

/* By a word of `length`: a symbol with two outputs, or one that leads to two
 * states that a word of one symbol less tells apart. */
static bool differs(const struct table *table, unsigned a, unsigned b,
                    unsigned symbol, unsigned length)
{
    const struct smtpspec_mealy_edge *x =
        smtpspec_mealy_edge(table->mealy, a, symbol);
    const struct smtpspec_mealy_edge *y =
        smtpspec_mealy_edge(table->mealy, b, symbol);
    unsigned states = table->mealy->states;

    if (length == 1)
        return x->output != y->output;
    return x->next < states && y->next < states && x->next != y->next &&
           pair(table, x->next, y->next)->length == length - 1;
}

static bool tell_apart(struct table *table, unsigned a, unsigned b,
                       unsigned length)
{
    for (unsigned i = 0; i < table->mealy->symbols; i++)
        if (differs(table, a, b, i, length)) {
            *pair(table, a, b) = (struct apart){ (uint8_t)i,
                                                 (uint16_t)length };
            *pair(table, b, a) = *pair(table, a, b);
            return true;
        }
    return false;
}

static void fill(struct table *table)
{
    unsigned states = table->mealy->states;
    bool found = true;

    for (unsigned length = 1; found && length < states; length++) {
        found = false;
        for (unsigned a = 0; a < states; a++)
            for (unsigned b = a + 1; b < states; b++)
                if (pair(table, a, b)->length == 0 &&
                    tell_apart(table, a, b, length))
                    found = true;
        if (found)
            table->longest = length;
    }
}

/* The shortest word that tells two apart; its length. */
static size_t word_for(const struct table *table, unsigned a, unsigned b,
                       uint8_t *word)
{
    size_t length = 0;

    while (a != b && length < SMTPSPEC_WORD_KEPT) {
        const struct apart *apart = pair(table, a, b);

        if (apart->length == 0)
            break;
        word[length++] = apart->symbol;
        if (apart->length == 1)
            break;
        a = smtpspec_mealy_edge(table->mealy, a, apart->symbol)->next;
        b = smtpspec_mealy_edge(table->mealy, b, apart->symbol)->next;
    }
    return length;
}

/* How many symbols of a word it takes to tell two apart; 0: it does not. */
static size_t tells_after(const struct smtpspec_mealy *mealy, unsigned a,
                          unsigned b, const uint8_t *word, size_t length)
{
    uint32_t x[SMTPSPEC_WORD_KEPT], y[SMTPSPEC_WORD_KEPT];

    smtpspec_mealy_play(mealy, a, word, length, x);
    smtpspec_mealy_play(mealy, b, word, length, y);
    for (size_t i = 0; i < length; i++)
        if (x[i] != y[i])
            return i + 1;
    return 0;
}

/* Let a word that is chosen already tell them apart, if one does. */
static bool use_chosen(const struct smtpspec_mealy *mealy, unsigned a,
                       unsigned b, const struct smtpspec_words *chosen,
                       struct smtpspec_words *identifiers)
{
    for (size_t i = 0; i < chosen->count; i++) {
        size_t length;
        const uint8_t *word = smtpspec_words_at(chosen, i, &length);
        size_t needed = tells_after(mealy, a, b, word, length);

        if (needed == 0)
            continue;
        smtpspec_words_add(&identifiers[a], word, needed);
        smtpspec_words_add(&identifiers[b], word, needed);
        return true;
    }
    return false;
}

static void identify_pair(const struct table *table, unsigned a, unsigned b,
                          struct smtpspec_words *chosen,
                          struct smtpspec_words *identifiers)
{
    uint8_t word[SMTPSPEC_WORD_KEPT];

    if (use_chosen(table->mealy, a, b, chosen, identifiers))
        return;
    smtpspec_words_add(chosen, word, word_for(table, a, b, word));
    use_chosen(table->mealy, a, b, chosen, identifiers);
}

/* Pairs that are hardest to tell apart come first: the long words that they
 * need tell most of the others apart as well. Nothing has to tell a closed
 * connection from others, since nothing is sent there. */
void smtpspec_hsi_identify(const struct smtpspec_mealy *mealy,
                           struct smtpspec_words *identifiers)
{
    unsigned states = mealy->states;
    struct table table = { .mealy = mealy };
    struct smtpspec_words chosen = { .pool = NULL };

    table.pairs = smtpspec_memory_new((size_t)states * states *
                                      sizeof(*table.pairs));
    fill(&table);
    for (unsigned length = table.longest; length > 0; length--)
        for (unsigned a = 0; a < states; a++)
            for (unsigned b = a + 1; b < states; b++)
                if (pair(&table, a, b)->length == length &&
                    !smtpspec_mealy_is_sink(mealy, a) &&
                    !smtpspec_mealy_is_sink(mealy, b))
                    identify_pair(&table, a, b, &chosen, identifiers);
    for (unsigned i = 0; i < states; i++)
        smtpspec_words_reduce(&identifiers[i]);
    smtpspec_words_free(&chosen);
    free(table.pairs);
}

/* --- The suite ------------------------------------------------------------ */

struct maker {
    const struct smtpspec_mealy *mealy;
    const struct smtpspec_words *identifiers;
    struct smtpspec_words *words;
    uint8_t word[SMTPSPEC_WORD_KEPT];
};

/* The word that leads to the state, each time with one that identifies it. */
static void add_identified(struct maker *maker, unsigned state, size_t length)
{
    const struct smtpspec_words *own = &maker->identifiers[state];

    for (size_t i = 0; i < own->count; i++) {
        size_t more;
        const uint8_t *tail = smtpspec_words_at(own, i, &more);

        if (length + more > SMTPSPEC_WORD_KEPT)
            continue;
        memcpy(maker->word + length, tail, more);
        smtpspec_words_add(maker->words, maker->word, length + more);
    }
    if (own->count == 0)
        smtpspec_words_add(maker->words, maker->word, length);
}

/* As deep as there are extra states, and one more. */
static void explore(struct maker *maker, unsigned state, size_t length,
                    unsigned depth)
{
    if (smtpspec_mealy_is_sink(maker->mealy, state)) {
        smtpspec_words_add(maker->words, maker->word, length);
        return;
    }
    add_identified(maker, state, length);
    if (depth == 0 || length == SMTPSPEC_WORD_KEPT)
        return;
    for (unsigned a = 0; a < maker->mealy->symbols; a++) {
        unsigned next = smtpspec_mealy_edge(maker->mealy, state, a)->next;

        maker->word[length] = (uint8_t)a;
        if (next < maker->mealy->states)
            explore(maker, next, length + 1, depth - 1);
        else
            smtpspec_words_add(maker->words, maker->word, length + 1);
    }
}

void smtpspec_hsi_suite(const struct smtpspec_mealy *mealy, unsigned extra,
                        uint64_t seed, struct smtpspec_words *words)
{
    struct smtpspec_words *identifiers =
        smtpspec_memory_new(mealy->states * sizeof(*identifiers));
    struct smtpspec_words access = { .pool = NULL };
    struct maker maker = { .mealy = mealy, .identifiers = identifiers,
                           .words = words };

    if (extra > SMTPSPEC_HSI_EXTRA_MOST)
        extra = SMTPSPEC_HSI_EXTRA_MOST;
    smtpspec_hsi_identify(mealy, identifiers);
    smtpspec_mealy_reach(mealy, &access);
    for (unsigned i = 0; i < mealy->states; i++) {
        size_t length;
        const uint8_t *way = smtpspec_words_at(&access, i, &length);

        if (length > 0)
            memcpy(maker.word, way, length);
        explore(&maker, i, length, extra + 1);
    }
    smtpspec_words_reduce(words);
    smtpspec_words_shuffle(words, seed);
    for (unsigned i = 0; i < mealy->states; i++)
        smtpspec_words_free(&identifiers[i]);
    smtpspec_words_free(&access);
    free(identifiers);
}
