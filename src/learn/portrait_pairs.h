/* SPDX-License-Identifier: MIT */
/*
 * portrait_pairs.h - which states of the rules go along with those of a
 * machine
 *
 * Floor 5, learn; pure but for memory. The rules walk along with the machine;
 * what they meet together is a pair. The main pair of a state is the one that
 * departs least from the rules: the state is called after it. Another pair is
 * odd where the machine departs in it and not in the main one, or may come to
 * such a pair from it: the transition that led there is to blame, though its
 * reply is in order.
 */
#ifndef SMTPSPEC_PORTRAIT_PAIRS_H
#define SMTPSPEC_PORTRAIT_PAIRS_H

#include "learn/mealy.h"
#include "learn/spec_machine.h"

#define SMTPSPEC_PAIR_NONE UINT32_MAX

struct smtpspec_pair {
    struct smtpspec_spec_state spec;
    uint16_t state;
    uint8_t odd;               /* enum smtpspec_outcome: PASS, it is not     */
    unsigned departs;          /* symbols upon which it does                 */
};

struct smtpspec_pairs {
    const struct smtpspec_mealy *mealy;
    const struct smtpspec_spec *spec;
    struct smtpspec_pair *all;
    uint32_t count, room;
    /* Pair after pair, for each symbol: the next one or NONE; what is thought
     * of the output (enum smtpspec_outcome). */
    uint32_t *next;
    uint8_t *outcome;
    uint32_t *main;            /* of each state; NONE: it has no pair        */
};

/* Whether it is silent whatever is sent. Such a state has no pair, as the
 * closed one has none: what leads there is to blame. */
bool smtpspec_pairs_is_mute(const struct smtpspec_mealy *mealy,
                            unsigned state);

void smtpspec_pairs_make(struct smtpspec_pairs *pairs,
                         const struct smtpspec_mealy *mealy,
                         const struct smtpspec_spec *spec);
void smtpspec_pairs_free(struct smtpspec_pairs *pairs);

#endif
