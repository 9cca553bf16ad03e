/* SPDX-License-Identifier: MIT */
/*
 * learner.h - infer the Mealy machine of whoever a teacher speaks for
 *
 * Floor 5, learn; pure but for memory. A discrimination tree (Kearns and
 * Vazirani 1994, for Mealy machines): an inner node has a word that tells what
 * is below it apart by the outputs, a leaf is a state with a word that leads
 * there. Transitions are sifted through it, all of a level at once. Of a
 * counterexample the part that matters is found by a binary search (Rivest and
 * Schapire 1993); it makes one state two.
 *
 * What caps leave without an output differs from nothing.
 */
#ifndef SMTPSPEC_LEARNER_H
#define SMTPSPEC_LEARNER_H

#include "learn/mealy.h"
#include "learn/teacher.h"

#define SMTPSPEC_LEARNER_FAR_MOST (SMTPSPEC_WORD_KEPT / 2)

struct smtpspec_learner;

/* Knows of one state. The teacher must live as long. `symbols` is the size of
 * its alphabet. */
struct smtpspec_learner *smtpspec_learner_new(struct smtpspec_teacher *teacher,
                                              unsigned symbols);
void smtpspec_learner_free(struct smtpspec_learner *learner);

/* Ask until each transition has an output and leads to a state. False where
 * the teacher stopped, there are more than `states` states, or one is more than
 * FAR_MOST symbols away. */
bool smtpspec_learner_close(struct smtpspec_learner *learner, unsigned states);

/*
 * Upon the last symbol of a word, whose answer the teacher knows, the
 * hypothesis gives another output: make a state two, so that
 * smtpspec_learner_close() has work again. Returns whether it could; not so
 * where caps hide what matters, or the teacher stopped.
 */
bool smtpspec_learner_refine(struct smtpspec_learner *learner,
                             const uint8_t *word, size_t length);

/* The hypothesis, to be freed; state 0 is the first. What no output is known
 * of is NONE, and leads to where it comes from. After closing. */
void smtpspec_learner_machine(const struct smtpspec_learner *learner,
                              struct smtpspec_mealy *machine);

unsigned smtpspec_learner_states(const struct smtpspec_learner *learner);

#endif
