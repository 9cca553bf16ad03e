/* SPDX-License-Identifier: MIT */
/*
 * repetition.h - how often does a server bear a command?
 *
 * Floor 5, learn. Each command of an alphabet many times on one connection:
 * limits of errors, delays that grow, closes. Suites and learning are made of
 * short words and do not see a limit of twenty, but a delay at the fourth EHLO
 * would look to them like a state. What is found becomes caps, which words are
 * then cut by; EHLO and HELO are counted together.
 */
#ifndef SMTPSPEC_REPETITION_H
#define SMTPSPEC_REPETITION_H

#include "learn/ask.h"

#define SMTPSPEC_REPETITION_TIMES 150
/* A delay is one where two replies in a row take so long, and ten times as long
 * as those before. */
#define SMTPSPEC_REPETITION_SLOW_MS 400

struct smtpspec_repetition {
    unsigned times;            /* answered                                   */
    uint32_t usual;            /* output of the second                       */
    unsigned change;           /* the first that is another one; 0: none     */
    uint32_t changed;          /* that output                                */
    unsigned slow;             /* the first that is slow; 0: none            */
    unsigned slow_ms;          /* how slow                                   */
};

/*
 * Make something of the outputs and times (microseconds) of one symbol, of
 * which the first `context` symbols are not repetitions. Pure.
 */
void smtpspec_repetition_read(const uint32_t *outputs, const uint32_t *times,
                              size_t context, size_t length,
                              struct smtpspec_repetition *out);

/* Caps by what was found: nothing slow comes up. Pure. */
void smtpspec_repetition_cap(const struct smtpspec_alphabet *alphabet,
                             const struct smtpspec_repetition found[],
                             struct smtpspec_caps *caps);

/* The same for others, by command. How many errors a server bears is no matter
 * of a command, and a state of its machine. Pure. */
void smtpspec_repetition_commands(const struct smtpspec_alphabet *alphabet,
                                  const struct smtpspec_repetition found[],
                                  struct smtpspec_command_caps *caps);

/* Ask it all, for each symbol but QUIT, each until it is slow; `found` has
 * room for all symbols. False where not all was answered. */
bool smtpspec_repetition_probe(struct smtpspec_ask *ask,
                               const struct smtpspec_alphabet *alphabet,
                               struct smtpspec_repetition found[]);

#endif
