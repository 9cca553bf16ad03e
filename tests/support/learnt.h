/* SPDX-License-Identifier: MIT */
/*
 * learnt.h - machines of servers, out of tests/machines
 */
#ifndef SMTPSPEC_TESTS_LEARNT_H
#define SMTPSPEC_TESTS_LEARNT_H

#include <stdlib.h>

#include "learn/machine_file.h"
#include "learn/portrait.h"
#include "support/machines.h"

/* A machine, and the specification over its alphabet. */
struct learnt {
    struct smtpspec_mealy mealy;
    struct smtpspec_alphabet alphabet;
    struct smtpspec_spec spec;
};

static inline void learn(struct learnt *learnt, const char *server)
{
    struct smtpspec_machine *machine = calloc(1, sizeof(*machine));
    char path[128], why[256] = "";
    FILE *file;

    snprintf(path, sizeof(path), "tests/machines/%s.json", server);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(machine);
    if (!smtpspec_machine_read(machine, file, why, sizeof(why)))
        fail_msg("%s: %s", path, why);
    fclose(file);
    learnt->mealy = machine->mealy;
    learnt->alphabet = machine->alphabet;
    learnt->spec = (struct smtpspec_spec){ .terms.profile = SMTPSPEC_PROFILE_MODERN,
                                           .terms.offered = machine->offered,
                                           .alphabet = &learnt->alphabet };
    free(machine);
}

/* The picture of a server's machine; the machine is kept in `*learnt`. */
static inline void portray(struct learnt *learnt, const char *server,
                           struct smtpspec_portrait *portrait)
{
    learn(learnt, server);
    assert_true(smtpspec_portrait_make(portrait, &learnt->mealy, &learnt->spec));
}

/* Any machine over std14 with a closed state; all others are anything. */
static inline void random_server(struct learnt *learnt, unsigned states, uint64_t *seed)
{
    static const unsigned codes[] = { 250, 250, 250, 500, 503, 550, 252, 421 };

    read_alphabet(&learnt->alphabet, "std14");
    learnt->spec = (struct smtpspec_spec){
        .terms.profile = SMTPSPEC_PROFILE_MODERN,
        .terms.offered = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING), .alphabet = &learnt->alphabet
    };
    smtpspec_mealy_init(&learnt->mealy, states, learnt->alphabet.count);
    smtpspec_mealy_name(&learnt->mealy, &learnt->alphabet);
    for (unsigned i = 0; i < states; i++)
        for (unsigned a = 0; a < learnt->mealy.symbols; a++) {
            struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(&learnt->mealy, i, a);
            unsigned code = codes[smtpspec_random_below(seed, SMTPSPEC_ARRAY_LEN(codes))];

            edge->next = (uint16_t)smtpspec_random_below(seed, states);
            edge->output = SMTPSPEC_OUTPUT_CODE(code);
            if (i == states - 1)
                *edge = (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_X, (uint16_t)i };
        }
}

#endif
