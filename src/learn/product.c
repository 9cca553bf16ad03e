/* SPDX-License-Identifier: MIT */
/*
 * product.c - where a server departs from the rows, each place of it once
 */
#include "learn/product.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

void smtpspec_product_init(struct smtpspec_product *product,
                           const struct smtpspec_spec *spec)
{
    *product = (struct smtpspec_product){ .spec = spec };
}

void smtpspec_product_free(struct smtpspec_product *product)
{
    for (size_t i = 0; i < product->count; i++) {
        free(product->all[i].word);
        free(product->all[i].outputs);
    }
    free(product->all);
    smtpspec_product_init(product, product->spec);
}

/* --- Deviations ----------------------------------------------------------- */

static struct smtpspec_deviation *find(struct smtpspec_product *product,
                                       struct smtpspec_spec_state state,
                                       unsigned symbol, uint32_t output)
{
    for (size_t i = 0; i < product->count; i++) {
        struct smtpspec_deviation *one = &product->all[i];

        if (one->symbol == symbol && one->output == output &&
            smtpspec_spec_same(one->state, state))
            return one;
    }
    return NULL;
}

static bool is_shorter(const struct smtpspec_deviation *than,
                       const uint8_t *word, size_t length)
{
    return length < than->length ||
           (length == than->length && memcmp(word, than->word, length) < 0);
}

static void set_witness(struct smtpspec_deviation *one, const uint8_t *word,
                        const uint32_t *outputs, size_t length)
{
    one->word = smtpspec_memory_grow(one->word, length);
    one->outputs =
        smtpspec_memory_grow(one->outputs, length * sizeof(*outputs));
    memcpy(one->word, word, length);
    memcpy(one->outputs, outputs, length * sizeof(*outputs));
    one->length = length;
}

/* What has the same name is one state. What else it remembers shows in the
 * word, and would tell the same twice. */
static struct smtpspec_spec_state as_told(struct smtpspec_spec_state state)
{
    state.binarymime = false;
    state.strict = false;
    return state;
}

/* The last output of the word is a deviation. */
static void note(struct smtpspec_product *product,
                 struct smtpspec_spec_state state,
                 const struct smtpspec_verdict *verdict, const uint8_t *word,
                 const uint32_t *outputs, size_t length)
{
    uint8_t symbol = word[length - 1];
    uint32_t output = outputs[length - 1];
    struct smtpspec_deviation *one;

    state = as_told(state);
    one = find(product, state, symbol, output);

    if (one != NULL) {
        if (is_shorter(one, word, length))
            set_witness(one, word, outputs, length);
        return;
    }
    if (product->count == product->room) {
        product->room = 2 * product->room + 16;
        product->all = smtpspec_memory_grow(
            product->all, product->room * sizeof(*product->all));
    }
    one = &product->all[product->count++];
    *one = (struct smtpspec_deviation){ .state = state, .symbol = symbol,
                                        .symbols = SMTPSPEC_BIT64(symbol),
                                        .output = output,
                                        .verdict = *verdict };
    set_witness(one, word, outputs, length);
}

/* --- Words ---------------------------------------------------------------- */

void smtpspec_product_observe(struct smtpspec_product *product,
                              const uint8_t *word, const uint32_t *outputs,
                              size_t length)
{
    struct smtpspec_spec_state state = smtpspec_spec_start();

    for (size_t i = 0; i < length; i++) {
        struct smtpspec_verdict worst;
        struct smtpspec_spec_state next;

        if (smtpspec_spec_is_over(state) || outputs[i] == SMTPSPEC_OUTPUT_NONE)
            return;
        next = smtpspec_spec_step(product->spec, state, word[i], outputs[i],
                                  &worst);
        if (worst.outcome != SMTPSPEC_OUTCOME_PASS)
            note(product, state, &worst, word, outputs, i + 1);
        state = next;
    }
}

/* --- Machines ------------------------------------------------------------- */

/* A state of the machine with one of the specification, and how the search
 * came there. */
struct place {
    struct smtpspec_spec_state spec;
    uint16_t state;
    uint8_t symbol;
    uint32_t output;
    size_t from, depth;
};

struct places {
    struct place *all;
    size_t count, room;
};

static void meet(struct places *places, const struct place *place)
{
    for (size_t i = 0; i < places->count; i++)
        if (places->all[i].state == place->state &&
            smtpspec_spec_same(places->all[i].spec, place->spec))
            return;
    if (places->count == places->room) {
        places->room = 2 * places->room + 64;
        places->all = smtpspec_memory_grow(
            places->all, places->room * sizeof(*places->all));
    }
    places->all[places->count++] = *place;
}

/* The word that led to a place; its length. */
static size_t way_to(const struct places *places, size_t i, uint8_t *word,
                     uint32_t *outputs)
{
    size_t length = places->all[i].depth;

    for (size_t at = length; at > 0; at--) {
        word[at - 1] = places->all[i].symbol;
        outputs[at - 1] = places->all[i].output;
        i = places->all[i].from;
    }
    return length;
}

static void leave_by(struct smtpspec_product *product, struct places *places,
                     size_t i, unsigned symbol,
                     const struct smtpspec_mealy_edge *edge)
{
    struct place from = places->all[i];
    struct place next = { .state = edge->next, .symbol = (uint8_t)symbol,
                          .output = edge->output, .from = i,
                          .depth = from.depth + 1 };
    uint8_t word[SMTPSPEC_WORD_KEPT];
    uint32_t outputs[SMTPSPEC_WORD_KEPT];
    struct smtpspec_verdict worst;

    next.spec = smtpspec_spec_step(product->spec, from.spec, symbol,
                                   edge->output, &worst);
    if (worst.outcome != SMTPSPEC_OUTCOME_PASS) {
        way_to(places, i, word, outputs);
        word[from.depth] = (uint8_t)symbol;
        outputs[from.depth] = edge->output;
        note(product, from.spec, &worst, word, outputs, from.depth + 1);
    }
    if (!smtpspec_spec_is_over(next.spec) && next.depth < SMTPSPEC_WORD_KEPT)
        meet(places, &next);
}

void smtpspec_product_machine(struct smtpspec_product *product,
                              const struct smtpspec_mealy *mealy)
{
    struct places places = { .all = NULL };

    meet(&places, &(struct place){ .spec = smtpspec_spec_start() });
    for (size_t i = 0; i < places.count; i++)
        for (unsigned a = 0; a < mealy->symbols; a++) {
            const struct smtpspec_mealy_edge *edge =
                smtpspec_mealy_edge(mealy, places.all[i].state, a);

            if (edge->next < mealy->states)
                leave_by(product, &places, i, a, edge);
        }
    free(places.all);
}

/* --- Order ---------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct smtpspec_deviation *x = a, *y = b;

    if (x->verdict.outcome != y->verdict.outcome)
        return x->verdict.outcome > y->verdict.outcome ? -1 : 1;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    return memcmp(x->word, y->word, x->length);
}

void smtpspec_product_sort(struct smtpspec_product *product)
{
    if (product->count > 0)
        qsort(product->all, product->count, sizeof(*product->all), compare);
}

/* --- Whatever is sent ----------------------------------------------------- */

static bool is_like(const struct smtpspec_deviation *a,
                    const struct smtpspec_deviation *b)
{
    return a->output == b->output && a->length == b->length &&
           smtpspec_spec_same(a->state, b->state) &&
           memcmp(a->word, b->word, a->length - 1) == 0;
}

static bool is_end(uint32_t output)
{
    return output == SMTPSPEC_OUTPUT_X ||
           output == (SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT);
}

/* The one before it that it is to be merged with, or NULL. */
static struct smtpspec_deviation *
first_like(struct smtpspec_product *product, size_t count,
           const struct smtpspec_deviation *one)
{
    for (size_t i = 0; i < count && is_end(one->output); i++)
        if (is_like(&product->all[i], one))
            return &product->all[i];
    return NULL;
}

void smtpspec_product_merge(struct smtpspec_product *product)
{
    size_t kept = 0;

    for (size_t i = 0; i < product->count; i++) {
        struct smtpspec_deviation one = product->all[i];
        struct smtpspec_deviation *first = first_like(product, kept, &one);

        if (first == NULL) {
            product->all[kept++] = one;
            continue;
        }
        first->symbols |= one.symbols;
        free(one.word);
        free(one.outputs);
    }
    product->count = kept;
}
