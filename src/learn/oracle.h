/* SPDX-License-Identifier: MIT */
/*
 * oracle.h - learn a machine, and look for what it gets wrong
 *
 * Floor 5, learn; pure but for memory. A hypothesis is held against, in this
 * order, all that was ever answered, which costs nothing; the words of a suite,
 * those of the specification; random words, half of which insist on a symbol;
 * the suite of the hypothesis itself for some extra states (hsi.h). What comes
 * out is the machine up to so many states more than were found, and no more
 * than that.
 */
#ifndef SMTPSPEC_ORACLE_H
#define SMTPSPEC_ORACLE_H

#include "learn/mealy.h"
#include "learn/teacher.h"

#define SMTPSPEC_ORACLE_RANDOM_WORDS 300
#define SMTPSPEC_ORACLE_STATES_MOST 512

enum smtpspec_oracle_source {
    SMTPSPEC_ORACLE_CACHE,
    SMTPSPEC_ORACLE_SUITE,
    SMTPSPEC_ORACLE_RANDOM,
    SMTPSPEC_ORACLE_HSI,
    SMTPSPEC_ORACLE_SOURCES
};

struct smtpspec_oracle_settings {
    unsigned symbols;              /* of the alphabet                        */
    const struct smtpspec_words *suite; /* or NULL                           */
    unsigned random_words;         /* in all                                 */
    unsigned extra;                /* states                                 */
    uint64_t seed;                 /* of words and orders                    */
    /* Between two batches; or NULL. */
    void (*progress)(void *context, unsigned states, uint64_t queries);
    void *context;
};

struct smtpspec_learnt {
    struct smtpspec_mealy machine; /* least, states as met breadth-first; to be
                                      freed                                  */
    bool complete;                 /* nothing was found wrong with it        */
    unsigned hypotheses;
    unsigned counterexamples[SMTPSPEC_ORACLE_SOURCES]; /* by who found them  */
    unsigned unresolved;           /* that could not be made a state of, since
                                      caps hide too much                     */
    unsigned restarts;             /* since an answer had been a wrong one   */
};

/* Learn. What a teacher that was asked nothing yet knows is tried first. Where
 * it stopped, or its `trouble` says what else it was, the
 * machine is the last hypothesis, and not complete. */
void smtpspec_oracle_learn(struct smtpspec_teacher *teacher,
                           const struct smtpspec_oracle_settings *settings,
                           struct smtpspec_learnt *learnt);

/* "cache", "suite", "random words", "own suite". */
const char *smtpspec_oracle_source_name(enum smtpspec_oracle_source source);

#endif
