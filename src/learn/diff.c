/* SPDX-License-Identifier: MIT */
/*
 * diff.c - in what two machines behave differently
 *
 * A breadth-first search through pairs of states, so that the first word that
 * shows a difference is a shortest one.
 */
#include "learn/diff.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

struct pair {
    uint16_t state[2];
    uint8_t symbol;            /* of the first machine, by which it was met  */
    size_t from, depth;
};

struct walk {
    const struct smtpspec_mealy *machines[2];
    struct smtpspec_differences *out;
    uint8_t other[SMTPSPEC_SYMBOLS_KEPT]; /* the second's number of a symbol */
    bool shared[SMTPSPEC_SYMBOLS_KEPT];
    bool *met;
    struct pair *pairs;
    size_t count, room;
};

static unsigned find_name(const struct smtpspec_mealy *mealy,
                          const char *name)
{
    unsigned i = 0;

    while (i < mealy->symbols && strcmp(mealy->names[i], name) != 0)
        i++;
    return i;
}

static void match_symbols(struct walk *walk)
{
    const struct smtpspec_mealy *a = walk->machines[0];
    const struct smtpspec_mealy *b = walk->machines[1];

    for (unsigned i = 0; i < b->symbols; i++)
        if (find_name(a, b->names[i]) == a->symbols)
            walk->out->only[1] |= SMTPSPEC_BIT64(i);
    for (unsigned i = 0; i < a->symbols; i++) {
        unsigned found = find_name(b, a->names[i]);

        walk->shared[i] = found < b->symbols;
        walk->other[i] = (uint8_t)found;
        walk->out->shared += walk->shared[i];
        if (!walk->shared[i])
            walk->out->only[0] |= SMTPSPEC_BIT64(i);
    }
}

static void meet(struct walk *walk, struct pair pair)
{
    bool *met = &walk->met[(size_t)pair.state[0] *
                               walk->machines[1]->states + pair.state[1]];

    if (*met || pair.depth >= SMTPSPEC_WORD_KEPT)
        return;
    *met = true;
    if (walk->count == walk->room) {
        walk->room = 2 * walk->room + 64;
        walk->pairs = smtpspec_memory_grow(
            walk->pairs, walk->room * sizeof(*walk->pairs));
    }
    walk->pairs[walk->count++] = pair;
}

/* The word that led to a pair, and `symbol` behind it. */
static void set_word(const struct walk *walk, size_t i, uint8_t symbol,
                     struct smtpspec_difference *one)
{
    one->length = walk->pairs[i].depth + 1;
    one->word = smtpspec_memory_new(one->length);
    one->word[one->length - 1] = symbol;
    for (size_t at = one->length - 1; at > 0; i = walk->pairs[i].from)
        one->word[--at] = walk->pairs[i].symbol;
}

/* What both machines do upon it. */
static void set_seen(const struct walk *walk, struct smtpspec_difference *one)
{
    uint8_t word[SMTPSPEC_WORD_KEPT];

    for (unsigned side = 0; side < 2; side++) {
        for (size_t i = 0; i < one->length; i++)
            word[i] = side == 0 ? one->word[i] : walk->other[one->word[i]];
        one->seen[side] =
            smtpspec_memory_new(one->length * sizeof(uint32_t));
        smtpspec_mealy_play(walk->machines[side], 0, word, one->length,
                            one->seen[side]);
    }
}

static void note(struct walk *walk, size_t i, uint8_t symbol,
                 const uint32_t outputs[2])
{
    struct smtpspec_differences *out = walk->out;
    struct smtpspec_difference *one;

    for (size_t k = 0; k < out->count; k++)
        if (out->all[k].symbol == symbol &&
            memcmp(out->all[k].outputs, outputs,
                   sizeof(out->all[k].outputs)) == 0)
            return;
    if (out->count == out->room) {
        out->room = 2 * out->room + 16;
        out->all =
            smtpspec_memory_grow(out->all, out->room * sizeof(*out->all));
    }
    one = &out->all[out->count++];
    *one = (struct smtpspec_difference){
        .symbol = symbol, .outputs = { outputs[0], outputs[1] } };
    set_word(walk, i, symbol, one);
    set_seen(walk, one);
}

static void leave_by(struct walk *walk, size_t i, unsigned symbol)
{
    struct pair next = { .symbol = (uint8_t)symbol, .from = i,
                         .depth = walk->pairs[i].depth + 1 };
    uint32_t outputs[2];
    unsigned lost = 0;

    for (unsigned side = 0; side < 2; side++) {
        const struct smtpspec_mealy *mealy = walk->machines[side];
        const struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(
            mealy, walk->pairs[i].state[side],
            side == 0 ? symbol : walk->other[symbol]);

        next.state[side] = edge->next;
        outputs[side] = edge->output;
        lost += edge->next >= mealy->states;
    }
    if (outputs[0] != outputs[1])
        note(walk, i, (uint8_t)symbol, outputs);
    else if (lost == 0)
        meet(walk, next);
}

void smtpspec_differ(const struct smtpspec_mealy *a,
                     const struct smtpspec_mealy *b,
                     struct smtpspec_differences *differences)
{
    struct walk walk = { .machines = { a, b }, .out = differences };

    *differences = (struct smtpspec_differences){ .all = NULL };
    walk.met = smtpspec_memory_new((size_t)a->states * b->states);
    match_symbols(&walk);
    meet(&walk, (struct pair){ .state = { 0, 0 } });
    for (size_t i = 0; i < walk.count; i++)
        for (unsigned s = 0; s < a->symbols; s++)
            if (walk.shared[s])
                leave_by(&walk, i, s);
    free(walk.pairs);
    free(walk.met);
}

void smtpspec_differences_free(struct smtpspec_differences *differences)
{
    for (size_t i = 0; i < differences->count; i++) {
        free(differences->all[i].word);
        free(differences->all[i].seen[0]);
        free(differences->all[i].seen[1]);
    }
    free(differences->all);
    *differences = (struct smtpspec_differences){ .all = NULL };
}
