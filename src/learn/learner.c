/* SPDX-License-Identifier: MIT */
/*
 * learner.c - infer the Mealy machine of whoever a teacher speaks for
 */
#include "learn/learner.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

#define NOWHERE UINT32_MAX
#define ROOT    0u

/* A node of the tree. */
struct node {
    uint32_t child, sibling;   /* or NOWHERE                                 */
    uint32_t state;            /* of a leaf; else NOWHERE                    */
    size_t word;               /* an inner one tells apart by, its number    */
    size_t label;              /* outputs of the parent's word, where they
                                  begin                                      */
};

struct transition {
    uint32_t output;
    uint32_t at;               /* how far it is sifted: a node; a leaf is the
                                  state where it leads                       */
};

struct smtpspec_learner {
    struct smtpspec_teacher *teacher;
    unsigned symbols;
    struct node *nodes;
    uint32_t node_count, node_room;
    struct smtpspec_words words;   /* of inner nodes                         */
    uint32_t *labels;
    size_t label_count, label_room;
    struct smtpspec_words access;  /* of states                              */
    uint32_t *leaves;              /* of states                              */
    struct transition *transitions; /* state after state                     */
    unsigned state_room;
};

/* A word under construction. */
struct spelt {
    uint8_t word[SMTPSPEC_WORD_KEPT];
    size_t length;
};

/* --- Parts ---------------------------------------------------------------- */

unsigned smtpspec_learner_states(const struct smtpspec_learner *learner)
{
    return (unsigned)learner->access.count;
}

/* Longer words are cut: no state is so far away. */
static void append(struct spelt *spelt, const uint8_t *word, size_t length)
{
    if (length > SMTPSPEC_WORD_KEPT - spelt->length)
        length = SMTPSPEC_WORD_KEPT - spelt->length;
    if (length > 0)
        memcpy(spelt->word + spelt->length, word, length);
    spelt->length += length;
}

static void append_row(struct spelt *spelt, const struct smtpspec_words *words,
                       size_t row)
{
    size_t length;
    const uint8_t *word = smtpspec_words_at(words, row, &length);

    append(spelt, word, length);
}

static uint32_t new_node(struct smtpspec_learner *learner)
{
    if (learner->node_count == learner->node_room) {
        learner->node_room = 2 * learner->node_room + 16;
        learner->nodes = smtpspec_memory_grow(
            learner->nodes, learner->node_room * sizeof(*learner->nodes));
    }
    learner->nodes[learner->node_count] =
        (struct node){ NOWHERE, NOWHERE, NOWHERE, 0, 0 };
    return learner->node_count++;
}

static size_t keep_label(struct smtpspec_learner *learner,
                         const uint32_t *outputs, size_t length)
{
    size_t at = learner->label_count;

    if (at + length > learner->label_room) {
        learner->label_room = 2 * learner->label_room + length + 64;
        learner->labels = smtpspec_memory_grow(
            learner->labels, learner->label_room * sizeof(*learner->labels));
    }
    if (length > 0)
        memcpy(learner->labels + at, outputs, length * sizeof(*outputs));
    learner->label_count += length;
    return at;
}

static struct transition *transition_of(const struct smtpspec_learner *learner,
                                        uint32_t state, unsigned symbol)
{
    return &learner->transitions[(size_t)state * learner->symbols + symbol];
}

/* A state behind `access`, at a leaf that is there. */
static void add_state(struct smtpspec_learner *learner, uint32_t leaf,
                      const struct spelt *access)
{
    uint32_t state = smtpspec_learner_states(learner);

    if (state == learner->state_room) {
        learner->state_room = 2 * learner->state_room + 16;
        learner->leaves = smtpspec_memory_grow(
            learner->leaves, learner->state_room * sizeof(*learner->leaves));
        learner->transitions = smtpspec_memory_grow(
            learner->transitions,
            (size_t)learner->state_room * learner->symbols *
                sizeof(*learner->transitions));
    }
    smtpspec_words_add(&learner->access, access->word, access->length);
    learner->leaves[state] = leaf;
    learner->nodes[leaf].state = state;
    for (unsigned i = 0; i < learner->symbols; i++)
        *transition_of(learner, state, i) =
            (struct transition){ SMTPSPEC_OUTPUT_NONE, ROOT };
}

struct smtpspec_learner *smtpspec_learner_new(struct smtpspec_teacher *teacher,
                                              unsigned symbols)
{
    struct smtpspec_learner *learner = smtpspec_memory_new(sizeof(*learner));
    const struct spelt nothing = { .length = 0 };

    learner->teacher = teacher;
    learner->symbols = symbols;
    add_state(learner, new_node(learner), &nothing);
    return learner;
}

void smtpspec_learner_free(struct smtpspec_learner *learner)
{
    free(learner->nodes);
    free(learner->labels);
    free(learner->leaves);
    free(learner->transitions);
    smtpspec_words_free(&learner->words);
    smtpspec_words_free(&learner->access);
    free(learner);
}

/* --- Closing -------------------------------------------------------------- */

/* A transition on its way, and what is asked for it. */
struct step {
    uint32_t state;
    unsigned symbol;
    struct spelt spelt;
    size_t before;             /* symbols in front of the node's word        */
    uint32_t outputs[SMTPSPEC_WORD_KEPT];
};

static bool is_leaf(const struct smtpspec_learner *learner, uint32_t node)
{
    return learner->nodes[node].state != NOWHERE;
}

static void spell_step(const struct smtpspec_learner *learner,
                       struct step *step)
{
    const struct transition *transition =
        transition_of(learner, step->state, step->symbol);
    uint8_t symbol = (uint8_t)step->symbol;

    step->spelt.length = 0;
    append_row(&step->spelt, &learner->access, step->state);
    append(&step->spelt, &symbol, 1);
    step->before = step->spelt.length;
    if (!is_leaf(learner, transition->at))
        append_row(&step->spelt, &learner->words,
                   learner->nodes[transition->at].word);
}

/* Whether something is to be asked for a transition: it is open, or, where
 * that matters, has no output yet. */
static bool is_due(const struct smtpspec_learner *learner, uint32_t state,
                   unsigned symbol, bool outputs_too)
{
    const struct transition *transition =
        transition_of(learner, state, symbol);

    return !is_leaf(learner, transition->at) ||
           (outputs_too && transition->output == SMTPSPEC_OUTPUT_NONE);
}

static size_t count_due(const struct smtpspec_learner *learner,
                        bool outputs_too)
{
    size_t count = 0;

    for (uint32_t s = 0; s < smtpspec_learner_states(learner); s++)
        for (unsigned i = 0; i < learner->symbols; i++)
            count += is_due(learner, s, i, outputs_too);
    return count;
}

/* To be freed. */
static struct step *gather_steps(const struct smtpspec_learner *learner,
                                 size_t *count)
{
    struct step *steps = smtpspec_memory_new(
        (count_due(learner, true) + 1) * sizeof(*steps));

    *count = 0;
    for (uint32_t s = 0; s < smtpspec_learner_states(learner); s++)
        for (unsigned i = 0; i < learner->symbols; i++) {
            if (!is_due(learner, s, i, true))
                continue;
            steps[*count].state = s;
            steps[*count].symbol = i;
            spell_step(learner, &steps[(*count)++]);
        }
    return steps;
}

static bool ask_steps(const struct smtpspec_learner *learner,
                      struct step *steps, size_t count)
{
    struct smtpspec_query *queries =
        smtpspec_memory_new(count * sizeof(*queries));
    bool good;

    for (size_t i = 0; i < count; i++)
        queries[i] = (struct smtpspec_query){ steps[i].spelt.word,
                                              steps[i].spelt.length,
                                              steps[i].outputs, 0 };
    good = smtpspec_teacher_ask(learner->teacher, queries, count);
    free(queries);
    return good;
}

/* What is not known differs from nothing. */
static bool are_alike(const uint32_t *a, const uint32_t *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i] && a[i] != SMTPSPEC_OUTPUT_NONE &&
            b[i] != SMTPSPEC_OUTPUT_NONE)
            return false;
    return true;
}

/* The child whose label the outputs are, or NOWHERE. */
static uint32_t find_child(const struct smtpspec_learner *learner,
                           uint32_t node, const uint32_t *outputs,
                           size_t length)
{
    uint32_t child = learner->nodes[node].child;

    while (child != NOWHERE &&
           !are_alike(learner->labels + learner->nodes[child].label, outputs,
                      length))
        child = learner->nodes[child].sibling;
    return child;
}

static uint32_t add_leaf(struct smtpspec_learner *learner, uint32_t parent,
                         const uint32_t *outputs, size_t length)
{
    uint32_t leaf = new_node(learner);

    learner->nodes[leaf].label = keep_label(learner, outputs, length);
    learner->nodes[leaf].sibling = learner->nodes[parent].child;
    learner->nodes[parent].child = leaf;
    return leaf;
}

/* One level down. Where nobody was before there is a new state. */
static void take_step(struct smtpspec_learner *learner, struct step *step)
{
    struct transition *transition =
        transition_of(learner, step->state, step->symbol);
    size_t length = step->spelt.length - step->before;
    const uint32_t *behind = step->outputs + step->before;
    uint32_t child;

    transition->output = step->outputs[step->before - 1];
    if (is_leaf(learner, transition->at))
        return;
    child = find_child(learner, transition->at, behind, length);
    if (child == NOWHERE) {
        child = add_leaf(learner, transition->at, behind, length);
        step->spelt.length = step->before;
        add_state(learner, child, &step->spelt);
        /* Which may have moved it. */
        transition = transition_of(learner, step->state, step->symbol);
    }
    transition->at = child;
}

/* Or there would be no room for what is asked there. */
static bool is_far(const struct smtpspec_learner *learner)
{
    size_t length;

    smtpspec_words_at(&learner->access, learner->access.count - 1, &length);
    return length > SMTPSPEC_LEARNER_FAR_MOST;
}

bool smtpspec_learner_close(struct smtpspec_learner *learner, unsigned states)
{
    bool good = true;

    /* What caps hide has no output for ever. */
    do {
        size_t count;
        struct step *steps = gather_steps(learner, &count);

        good = count == 0 || ask_steps(learner, steps, count);
        for (size_t i = 0; i < count && good; i++) {
            take_step(learner, &steps[i]);
            good = smtpspec_learner_states(learner) <= states &&
                   !is_far(learner);
        }
        free(steps);
    } while (good && count_due(learner, false) > 0);
    return good;
}

void smtpspec_learner_machine(const struct smtpspec_learner *learner,
                              struct smtpspec_mealy *machine)
{
    unsigned states = smtpspec_learner_states(learner);

    smtpspec_mealy_init(machine, states, learner->symbols);
    for (uint32_t s = 0; s < states; s++)
        for (unsigned i = 0; i < learner->symbols; i++) {
            const struct transition *transition = transition_of(learner, s, i);
            struct smtpspec_mealy_edge *edge =
                smtpspec_mealy_edge(machine, s, i);

            edge->output = transition->output;
            edge->next =
                transition->output == SMTPSPEC_OUTPUT_NONE
                    ? (uint16_t)s
                    : (uint16_t)learner->nodes[transition->at].state;
        }
}

/* --- A counterexample ----------------------------------------------------- */

/* Where a word leads, by the hypothesis; its outputs, where not NULL. */
static uint32_t play(const struct smtpspec_learner *learner, uint32_t state,
                     const uint8_t *word, size_t length, uint32_t *outputs)
{
    for (size_t i = 0; i < length; i++) {
        const struct transition *transition =
            transition_of(learner, state, word[i]);

        if (outputs != NULL)
            outputs[i] = transition->output;
        if (transition->output != SMTPSPEC_OUTPUT_NONE)
            state = learner->nodes[transition->at].state;
    }
    return state;
}

/* The answer to the way to the state where the first `split` symbols lead,
 * and then the rest of the word; `behind` gets the outputs of the rest. */
static bool ask_from(const struct smtpspec_learner *learner,
                     const uint8_t *word, size_t length, size_t split,
                     uint32_t *behind)
{
    uint32_t state = play(learner, ROOT, word, split, NULL);
    uint32_t outputs[SMTPSPEC_WORD_KEPT];
    struct spelt spelt = { .length = 0 };
    struct smtpspec_query query = { spelt.word, 0, outputs, 0 };
    size_t before;

    append_row(&spelt, &learner->access, state);
    before = spelt.length;
    append(&spelt, word + split, length - split);
    query.length = spelt.length;
    if (!smtpspec_teacher_ask(learner->teacher, &query, 1))
        return false;
    memcpy(behind, outputs + before,
           (spelt.length - before) * sizeof(*outputs));
    return spelt.length - before == length - split;
}

/* Whether the hypothesis gives the same from there on. */
static bool agrees_from(const struct smtpspec_learner *learner,
                        const uint8_t *word, size_t length, size_t split,
                        bool *agrees)
{
    uint32_t wanted[SMTPSPEC_WORD_KEPT], came[SMTPSPEC_WORD_KEPT];
    uint32_t state = play(learner, ROOT, word, split, NULL);

    if (!ask_from(learner, word, length, split, came))
        return false;
    play(learner, state, word + split, length - split, wanted);
    *agrees = are_alike(wanted, came, length - split);
    return true;
}

/* The first of two neighbours of which the one differs, and the next does not.
 */
static bool find_split(const struct smtpspec_learner *learner,
                       const uint8_t *word, size_t length, size_t *split)
{
    size_t low = 0, high = length;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        bool agrees;

        if (!agrees_from(learner, word, length, middle, &agrees))
            return false;
        if (agrees)
            high = middle;
        else
            low = middle;
    }
    *split = low;
    return true;
}

/* The leaf of a state becomes an inner node, by a word that tells the state
 * from a new one, with the leaves of both. */
static void split_leaf(struct smtpspec_learner *learner, uint32_t old,
                       const uint32_t *of_old, const struct spelt *access,
                       const uint32_t *of_new, const uint8_t *word,
                       size_t length)
{
    uint32_t inner = learner->leaves[old], leaf;

    learner->nodes[inner].word = learner->words.count;
    smtpspec_words_add(&learner->words, word, length);
    learner->nodes[inner].state = NOWHERE;
    leaf = add_leaf(learner, inner, of_old, length);
    learner->nodes[leaf].state = old;
    learner->leaves[old] = leaf;
    leaf = add_leaf(learner, inner, of_new, length);
    add_state(learner, leaf, access);
}

bool smtpspec_learner_refine(struct smtpspec_learner *learner,
                             const uint8_t *word, size_t length)
{
    uint32_t of_old[SMTPSPEC_WORD_KEPT], of_new[SMTPSPEC_WORD_KEPT];
    struct spelt access = { .length = 0 };
    size_t split, rest;
    uint32_t old;

    if (!find_split(learner, word, length, &split) || split + 1 >= length)
        return false;
    rest = length - split - 1;
    old = play(learner, ROOT, word, split + 1, NULL);
    append_row(&access, &learner->access,
               play(learner, ROOT, word, split, NULL));
    append(&access, word + split, 1);
    if (!ask_from(learner, word, length, split, of_new) ||
        !ask_from(learner, word, length, split + 1, of_old) ||
        are_alike(of_old, of_new + 1, rest))
        return false;
    split_leaf(learner, old, of_old, &access, of_new + 1,
               word + split + 1, rest);
    return true;
}
