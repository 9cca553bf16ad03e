/* SPDX-License-Identifier: MIT */
/*
 * mutate.c - draw operators from a mutator's table, and cross two texts
 */
#include <string.h>

#include "mutate/mutate.h"
#include "mutate/script.h"

/* Operators that may be drawn in vain before the text is left as it is. */
#define DRAWS_MOST 16
/* Changes that are made at once, each half as often as one less. */
#define CHANGES_MOST 4

uint64_t smtpspec_mutator_server(const struct smtpspec_mutator *mutator)
{
    uint64_t set = 0;

    for (size_t i = 0; i < mutator->count; i++)
        set |= mutator->operators[i].server ? SMTPSPEC_BIT64(i) : 0;
    return set;
}

/* The first line where it is none of a script, its LF included. */
static size_t head_of(struct smtpspec_span text)
{
    struct smtpspec_span rest = text;
    struct smtpspec_script_line line;

    if (!smtpspec_script_next(&rest, &line) || line.kind != 0)
        return 0;
    return text.length - rest.length;
}

void smtpspec_mutant_init(struct smtpspec_mutant *mutant,
                          const struct smtpspec_mutator *mutator,
                          char *octets, size_t length, size_t cap,
                          uint64_t seed)
{
    struct smtpspec_span text = { octets, length };

    *mutant = (struct smtpspec_mutant){
        .at = octets, .length = length, .cap = cap, .random = seed,
        .fixed = mutator->marks ? head_of(text) : 0,
        .marks = mutator->marks };
}

/* An operator out of the table by its weight; NULL where none is left. */
static const struct smtpspec_operator *
draw(const struct smtpspec_mutator *mutator, uint64_t without,
     struct smtpspec_mutant *mutant)
{
    const struct smtpspec_operator *operators = mutator->operators;
    size_t sum = 0, chosen;

    for (size_t i = 0; i < mutator->count; i++)
        sum += without >> i & 1 ? 0 : operators[i].weight;
    chosen = smtpspec_mutant_below(mutant, sum);
    for (size_t i = 0; i < mutator->count; i++) {
        size_t weight = without >> i & 1 ? 0 : operators[i].weight;

        if (chosen < weight)
            return &operators[i];
        chosen -= weight;
    }
    return NULL;
}

size_t smtpspec_mutate(const struct smtpspec_mutator *mutator, char *octets,
                       size_t length, size_t cap, uint64_t without,
                       uint64_t seed)
{
    struct smtpspec_mutant mutant;
    unsigned wanted = 1, made = 0;

    smtpspec_mutant_init(&mutant, mutator, octets, length, cap, seed);
    while (wanted < CHANGES_MOST && smtpspec_mutant_once_in(&mutant, 2))
        wanted++;
    for (unsigned i = 0; i < DRAWS_MOST && made < wanted; i++) {
        const struct smtpspec_operator *operator =
            draw(mutator, without, &mutant);

        if (operator == NULL)
            break;
        made += operator->apply(&mutant);
    }
    return mutant.length;
}

bool smtpspec_mutate_by(const struct smtpspec_mutator *mutator, size_t number,
                        struct smtpspec_mutant *mutant)
{
    return number < mutator->count &&
           mutator->operators[number].apply(mutant);
}

/* A random seam of `text`; `head` octets stay before it. */
static size_t seam_of(struct smtpspec_span text, size_t head,
                      struct smtpspec_mutant *mutant)
{
    /* Only read: the seams of a text that is not the mutant's. */
    struct smtpspec_mutant other = { .at = (char *)(uintptr_t)text.at,
                                     .length = text.length,
                                     .random = mutant->random,
                                     .fixed = head,
                                     .marks = mutant->marks };
    size_t seam = smtpspec_mutant_seam(&other);

    mutant->random = other.random;
    return seam;
}

size_t smtpspec_mutate_splice(const struct smtpspec_mutator *mutator,
                              struct smtpspec_span a, struct smtpspec_span b,
                              char *out, size_t cap, uint64_t seed)
{
    struct smtpspec_mutant mutant;
    size_t head = mutator->marks ? head_of(b) : 0, at, from, to;

    a = smtpspec_span_head(a, cap);
    if (a.length > 0)
        memcpy(out, a.at, a.length);
    smtpspec_mutant_init(&mutant, mutator, out, a.length, cap, seed);
    at = smtpspec_mutant_seam(&mutant);
    from = seam_of(b, head, &mutant);
    to = seam_of(b, head, &mutant);
    if (smtpspec_mutant_once_in(&mutant, 2)) {
        mutant.length = at;
        to = b.length;
    }
    b = smtpspec_span_head(b, from > to ? from : to);
    b = smtpspec_span_skip(b, from < to ? from : to);
    smtpspec_mutant_insert(&mutant, at, smtpspec_span_head(b, cap -
                                                           mutant.length));
    return mutant.length;
}
