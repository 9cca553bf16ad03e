/* SPDX-License-Identifier: MIT */
/*
 * taught.h - somebody to be learnt for tests, with what may be wrong with them
 */
#ifndef SMTPSPEC_TESTS_TAUGHT_H
#define SMTPSPEC_TESTS_TAUGHT_H

#include "learn/oracle.h"
#include "support/machines.h"

struct paper;

/* Whoever is learnt, and what is wrong with them. */
struct server {
    const struct smtpspec_mealy *machine;
    uint64_t random;
    unsigned flake_in;         /* one word in so many has a wrong output     */
    unsigned tarpit_at;        /* a symbol that is silent from its third on  */
    uint8_t tarpit;
    uint64_t wrong_at;         /* the last symbol of that word is answered
                                  wrongly, once                              */
    uint64_t gone_after;       /* nobody answers after so many words         */
    uint64_t asked;
    struct paper *paper;       /* what is noted; or NULL                     */
    const struct smtpspec_words *suite; /* or NULL                           */
};

static inline void answer(struct server *server, struct smtpspec_query *query)
{
    unsigned times = 0;

    smtpspec_mealy_play(server->machine, 0, query->word, query->length, query->outputs);
    if (server->flake_in > 0 && smtpspec_random_once_in(&server->random, server->flake_in))
        query->outputs[smtpspec_random_below(&server->random, query->length)] =
            SMTPSPEC_OUTPUT_CODE(451);
    if (server->asked == server->wrong_at)
        query->outputs[query->length - 1] = SMTPSPEC_OUTPUT_CODE(451);
    for (size_t i = 0; i < query->length && server->tarpit_at > 0; i++) {
        times += query->word[i] == server->tarpit;
        if (times >= server->tarpit_at)
            query->outputs[i] = SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT;
    }
    query->answered = query->length;
}

static inline bool ask(void *context, struct smtpspec_query *queries, size_t count)
{
    struct server *server = context;

    for (size_t i = 0; i < count; i++) {
        if (server->gone_after > 0 && server->asked >= server->gone_after)
            return false;
        server->asked++;
        answer(server, &queries[i]);
    }
    return true;
}

/* Learn it; whether that was the machine, the trouble if there was any. */
static inline bool learn(struct server *server, unsigned extra, struct smtpspec_teacher *teacher,
                  struct smtpspec_learnt *learnt)
{
    const struct smtpspec_oracle_settings settings = {
        .symbols = server->machine->symbols, .suite = server->suite, .extra = extra,
        .seed = 1 + server->random, .random_words = SMTPSPEC_ORACLE_RANDOM_WORDS
    };
    uint8_t word[SMTPSPEC_WORD_KEPT];
    size_t length;

    teacher->ask = ask;
    teacher->context = server;
    smtpspec_oracle_learn(teacher, &settings, learnt);
    return smtpspec_mealy_same(server->machine, &learnt->machine, word, &length);
}

/* A machine of which each state can be reached; with a closed sink or not. */
static inline void random_machine(uint64_t *seed, unsigned states, unsigned symbols, bool sink,
                           struct smtpspec_mealy *machine)
{
    static const unsigned codes[] = { 250, 250, 250, 503, 500, 550 };
    unsigned last = states - 1;

    smtpspec_mealy_init(machine, states, symbols);
    for (unsigned s = 0; s < states; s++)
        for (unsigned i = 0; i < symbols; i++) {
            struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(machine, s, i);

            edge->output = SMTPSPEC_OUTPUT_CODE(
                codes[smtpspec_random_below(seed, SMTPSPEC_ARRAY_LEN(codes))]);
            edge->next = (uint16_t)smtpspec_random_below(seed, states);
            /* A way to each state. */
            if (i == 0 && s < last)
                edge->next = (uint16_t)(s + 1);
            if (!sink)
                continue;
            if (s == last)
                *edge = (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_X, (uint16_t)last };
            else if (edge->next == last)
                edge->output = SMTPSPEC_OUTPUT_CODE(smtpspec_random_once_in(seed, 2) ? 221 : 421);
        }
}

#endif
