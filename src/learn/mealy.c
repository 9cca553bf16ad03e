/* SPDX-License-Identifier: MIT */
/*
 * mealy.c - a Mealy machine: in each state, for each symbol, an output and
 * the next state
 */
#include "learn/mealy.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

void smtpspec_mealy_init(struct smtpspec_mealy *mealy, unsigned states,
                         unsigned symbols)
{
    size_t edges = (size_t)states * symbols;

    mealy->states = states;
    mealy->symbols = symbols;
    mealy->edges = smtpspec_memory_new(edges * sizeof(*mealy->edges));
    mealy->names = smtpspec_memory_new(symbols * sizeof(*mealy->names));
    mealy->labels = smtpspec_memory_new(states * sizeof(*mealy->labels));
    for (size_t i = 0; i < edges; i++)
        mealy->edges[i].next = UINT16_MAX;
}

void smtpspec_mealy_free(struct smtpspec_mealy *mealy)
{
    free(mealy->edges);
    free(mealy->names);
    free(mealy->labels);
    *mealy = (struct smtpspec_mealy){ .states = 0 };
}

void smtpspec_mealy_name(struct smtpspec_mealy *mealy,
                         const struct smtpspec_alphabet *alphabet)
{
    for (unsigned i = 0; i < mealy->symbols && i < alphabet->count; i++)
        memcpy(mealy->names[i], alphabet->symbols[i].name,
               sizeof(mealy->names[i]));
}

struct smtpspec_mealy_edge *
smtpspec_mealy_edge(const struct smtpspec_mealy *mealy, unsigned state,
                    unsigned symbol)
{
    return &mealy->edges[(size_t)state * mealy->symbols + symbol];
}

unsigned smtpspec_mealy_play(const struct smtpspec_mealy *mealy,
                             unsigned state, const uint8_t *word,
                             size_t length, uint32_t *outputs)
{
    for (size_t i = 0; i < length; i++) {
        struct smtpspec_mealy_edge edge = { SMTPSPEC_OUTPUT_NONE, UINT16_MAX };

        if (state < mealy->states)
            edge = *smtpspec_mealy_edge(mealy, state, word[i]);
        if (outputs != NULL)
            outputs[i] = edge.output;
        state = edge.next;
    }
    return state;
}

bool smtpspec_mealy_is_sink(const struct smtpspec_mealy *mealy, unsigned state)
{
    for (unsigned a = 0; a < mealy->symbols; a++) {
        const struct smtpspec_mealy_edge *edge =
            smtpspec_mealy_edge(mealy, state, a);

        if (edge->next != state || edge->output != SMTPSPEC_OUTPUT_X)
            return false;
    }
    return true;
}

/* --- Breadth first -------------------------------------------------------- */

/* How a search came to a place: from which one, by which symbol. */
struct step {
    uint32_t from;
    uint8_t symbol;
    bool met;
};

/* The word that leads to a place; its length. */
static size_t way_to(const struct step *steps, uint32_t place, uint8_t *word)
{
    size_t length = 0;

    for (uint32_t at = place; steps[at].from != at; at = steps[at].from)
        length++;
    for (size_t i = length; i > 0 && i <= SMTPSPEC_WORD_KEPT; i--) {
        word[i - 1] = steps[place].symbol;
        place = steps[place].from;
    }
    return length < SMTPSPEC_WORD_KEPT ? length : SMTPSPEC_WORD_KEPT;
}

/* States in the order in which they are met, in `order`; how many. */
static unsigned search(const struct smtpspec_mealy *mealy, struct step *steps,
                       uint32_t *order)
{
    unsigned count = 1;

    steps[0] = (struct step){ 0, 0, true };
    order[0] = 0;
    for (unsigned i = 0; i < count; i++) {
        for (unsigned a = 0; a < mealy->symbols; a++) {
            unsigned next = smtpspec_mealy_edge(mealy, order[i], a)->next;

            if (next >= mealy->states || steps[next].met)
                continue;
            steps[next] = (struct step){ order[i], (uint8_t)a, true };
            order[count++] = next;
        }
    }
    return count;
}

void smtpspec_mealy_reach(const struct smtpspec_mealy *mealy,
                          struct smtpspec_words *access)
{
    struct step *steps =
        smtpspec_memory_new(mealy->states * sizeof(*steps));
    uint32_t *order = smtpspec_memory_new(mealy->states * sizeof(*order));
    uint8_t word[SMTPSPEC_WORD_KEPT];

    search(mealy, steps, order);
    for (unsigned i = 0; i < mealy->states; i++)
        smtpspec_words_add(access, word,
                           steps[i].met ? way_to(steps, i, word) : 0);
    free(order);
    free(steps);
}

/* --- The least machine ---------------------------------------------------- */

/* Whether two states of one block stay together: same outputs, next states of
 * the same blocks. */
static bool alike(const struct smtpspec_mealy *mealy, const uint16_t *block,
                  unsigned a, unsigned b)
{
    for (unsigned i = 0; i < mealy->symbols; i++) {
        const struct smtpspec_mealy_edge *x = smtpspec_mealy_edge(mealy, a, i);
        const struct smtpspec_mealy_edge *y = smtpspec_mealy_edge(mealy, b, i);
        unsigned to_x = x->next < mealy->states ? block[x->next] : UINT16_MAX;
        unsigned to_y = y->next < mealy->states ? block[y->next] : UINT16_MAX;

        if (x->output != y->output || to_x != to_y)
            return false;
    }
    return true;
}

/* One round of splitting (Moore); the number of blocks. */
static unsigned split(const struct smtpspec_mealy *mealy,
                      const uint16_t *block, uint16_t *finer)
{
    unsigned count = 0;

    for (unsigned i = 0; i < mealy->states; i++) {
        unsigned j = 0;

        while (j < i && (block[i] != block[j] || !alike(mealy, block, i, j)))
            j++;
        finer[i] = j < i ? finer[j] : (uint16_t)count++;
    }
    return count;
}

static void blocks_of(const struct smtpspec_mealy *mealy, uint16_t *block)
{
    size_t size = mealy->states * sizeof(*block);
    uint16_t *finer = smtpspec_memory_new(size);
    unsigned before, count = 1;

    memset(block, 0, size);
    do {
        before = count;
        count = split(mealy, block, finer);
        memcpy(block, finer, size);
    } while (count != before);
    free(finer);
}

void smtpspec_mealy_minimise(const struct smtpspec_mealy *mealy,
                             struct smtpspec_mealy *least)
{
    unsigned states = mealy->states, count = 0;
    struct step *steps = smtpspec_memory_new(states * sizeof(*steps));
    uint32_t *order = smtpspec_memory_new(states * sizeof(*order));
    uint16_t *block = smtpspec_memory_new(states * sizeof(*block));
    uint16_t *number = smtpspec_memory_new(states * sizeof(*number));
    uint32_t *first = smtpspec_memory_new(states * sizeof(*first));
    unsigned met = search(mealy, steps, order);

    blocks_of(mealy, block);
    memset(number, 0xff, states * sizeof(*number));
    for (unsigned i = 0; i < met; i++)
        if (number[block[order[i]]] == UINT16_MAX) {
            number[block[order[i]]] = (uint16_t)count;
            first[count++] = order[i];
        }
    smtpspec_mealy_init(least, count, mealy->symbols);
    memcpy(least->names, mealy->names,
           mealy->symbols * sizeof(*mealy->names));
    for (unsigned i = 0; i < count; i++) {
        memcpy(least->labels[i], mealy->labels[first[i]],
               sizeof(least->labels[i]));
        for (unsigned a = 0; a < mealy->symbols; a++) {
            struct smtpspec_mealy_edge edge =
                *smtpspec_mealy_edge(mealy, first[i], a);

            if (edge.next < states)
                edge.next = number[block[edge.next]];
            *smtpspec_mealy_edge(least, i, a) = edge;
        }
    }
    free(first);
    free(number);
    free(block);
    free(order);
    free(steps);
}

/* --- The same? ------------------------------------------------------------ */

struct pairs {
    const struct smtpspec_mealy *a, *b;
    struct step *steps;        /* of a pair: state of a * states of b + b's  */
    uint32_t *queue;
    uint32_t count;
};

/* Look at a pair, and put those behind it into the queue; the symbol upon
 * which they differ, or as many as there are. */
static unsigned look(struct pairs *pairs, uint32_t pair)
{
    const struct smtpspec_mealy *a = pairs->a, *b = pairs->b;

    for (unsigned i = 0; i < a->symbols; i++) {
        const struct smtpspec_mealy_edge *x =
            smtpspec_mealy_edge(a, pair / b->states, i);
        const struct smtpspec_mealy_edge *y =
            smtpspec_mealy_edge(b, pair % b->states, i);
        uint32_t next;

        if (x->output != y->output)
            return i;
        if (x->next >= a->states || y->next >= b->states)
            continue;
        next = (uint32_t)x->next * b->states + y->next;
        if (pairs->steps[next].met)
            continue;
        pairs->steps[next] = (struct step){ pair, (uint8_t)i, true };
        pairs->queue[pairs->count++] = next;
    }
    return a->symbols;
}

bool smtpspec_mealy_same(const struct smtpspec_mealy *a,
                         const struct smtpspec_mealy *b, uint8_t *word,
                         size_t *length)
{
    size_t all = (size_t)a->states * b->states;
    struct pairs pairs = { .a = a, .b = b, .count = 1 };
    unsigned differ = a->symbols;

    pairs.steps = smtpspec_memory_new(all * sizeof(*pairs.steps));
    pairs.queue = smtpspec_memory_new(all * sizeof(*pairs.queue));
    pairs.steps[0].met = true;
    for (uint32_t i = 0; i < pairs.count && differ == a->symbols; i++) {
        differ = look(&pairs, pairs.queue[i]);
        if (differ == a->symbols)
            continue;
        *length = way_to(pairs.steps, pairs.queue[i], word);
        if (*length < SMTPSPEC_WORD_KEPT)
            word[(*length)++] = (uint8_t)differ;
    }
    free(pairs.queue);
    free(pairs.steps);
    return differ == a->symbols;
}
