/* SPDX-License-Identifier: MIT */
/*
 * machines.h - machines for tests: the model of a server, and mutants of it
 */
#ifndef SMTPSPEC_TESTS_MACHINES_H
#define SMTPSPEC_TESTS_MACHINES_H

#include <string.h>

#include "learn/spec_machine.h"
#include "mutate/random.h"

static inline void read_alphabet(struct smtpspec_alphabet *alphabet, const char *name)
{
    const struct smtpspec_alphabet_names names = {
        .domain = SMTPSPEC_SPAN("probe.example"),
        .from = SMTPSPEC_SPAN("probe@probe.example"),
        .to = SMTPSPEC_SPAN("alice@embedded.example"),
        .unknown = SMTPSPEC_SPAN("nobody@embedded.example")
    };
    char why[128];

    assert_true(smtpspec_alphabet_read(alphabet, smtpspec_alphabet_text(smtpspec_span_of(name)),
                                       &names, why, sizeof(why)));
}

/* The specification over a built-in alphabet, and its model. */
static inline void make_model(struct smtpspec_spec *spec, struct smtpspec_alphabet *alphabet,
                              const char *name, struct smtpspec_mealy *model)
{
    read_alphabet(alphabet, name);
    *spec = (struct smtpspec_spec){ .terms.profile = SMTPSPEC_PROFILE_MODERN,
                                    .alphabet = alphabet };
    smtpspec_spec_model(spec, model);
}

static inline unsigned sink_of(const struct smtpspec_mealy *mealy)
{
    unsigned i = 0;

    while (i < mealy->states && !smtpspec_mealy_is_sink(mealy, i))
        i++;
    return i;
}

static inline uint32_t other_output(uint64_t *seed)
{
    static const unsigned codes[] = { 250, 500, 503, 221, 550, 252 };

    return SMTPSPEC_OUTPUT_CODE(codes[smtpspec_random_below(seed, SMTPSPEC_ARRAY_LEN(codes))]);
}

/* Change one transition of a state that is not the sink. */
static inline void plant(struct smtpspec_mealy *mealy, uint64_t *seed)
{
    unsigned sink = sink_of(mealy), state, symbol;
    struct smtpspec_mealy_edge *edge;

    do
        state = (unsigned)smtpspec_random_below(seed, mealy->states);
    while (state == sink);
    symbol = (unsigned)smtpspec_random_below(seed, mealy->symbols);
    edge = smtpspec_mealy_edge(mealy, state, symbol);
    if (smtpspec_random_once_in(seed, 2))
        edge->output = other_output(seed);
    else
        edge->next = (uint16_t)smtpspec_random_below(seed, mealy->states);
}

/* A machine of `extra` states more, each the like of another to which some
 * transitions lead in its place, with up to three faults. */
static inline void mutate_machine(const struct smtpspec_mealy *mealy, unsigned extra,
                                  uint64_t *seed, struct smtpspec_mealy *mutant)
{
    unsigned states = mealy->states, sink = sink_of(mealy), like[8];

    smtpspec_mealy_init(mutant, states + extra, mealy->symbols);
    for (unsigned i = 0; i < states + extra; i++) {
        unsigned of = i;

        while (i >= states && (of = (unsigned)smtpspec_random_below(seed, states)) == sink)
            ;
        if (i >= states)
            like[i - states] = of;
        memcpy(smtpspec_mealy_edge(mutant, i, 0), smtpspec_mealy_edge(mealy, of, 0),
               mealy->symbols * sizeof(*mealy->edges));
    }
    for (unsigned i = 0; i < mutant->states * mutant->symbols; i++)
        for (unsigned e = 0; e < extra; e++)
            if (mutant->edges[i].next == like[e] && smtpspec_random_once_in(seed, 2))
                mutant->edges[i].next = (uint16_t)(states + e);
    for (size_t faults = 1 + smtpspec_random_below(seed, 3); faults > 0; faults--)
        plant(mutant, seed);
    /* Who asks sees whether the close comes behind 221 (ask.h). */
    for (unsigned i = 0; i < mutant->states * mutant->symbols; i++)
        if (smtpspec_output_ends(mutant->edges[i].output) && mutant->edges[i].next != sink)
            mutant->edges[i].output |= SMTPSPEC_OUTPUT_STAYS;
}

#endif
