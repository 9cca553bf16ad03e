/* SPDX-License-Identifier: MIT */
/*
 * diff.h - in what two machines behave differently
 *
 * Floor 5, learn; pure but for memory. Symbols are held against each other by
 * their names; those that only one machine has are left out. A difference is a
 * symbol and what each machine does upon it; of each there is one, with a
 * shortest word that shows it. Nothing is looked at behind a difference: what
 * follows from it would drown it.
 */
#ifndef SMTPSPEC_DIFF_H
#define SMTPSPEC_DIFF_H

#include "learn/mealy.h"

struct smtpspec_difference {
    uint8_t symbol;            /* of the first machine                       */
    uint32_t outputs[2];
    uint8_t *word;             /* symbols of the first; `symbol` is its last */
    size_t length;
    uint32_t *seen[2];         /* outputs of the whole word                  */
};

struct smtpspec_differences {
    struct smtpspec_difference *all; /* shortest words first                 */
    size_t count, room;
    uint64_t only[2];          /* symbols that the other one has not         */
    unsigned shared;           /* symbols that both have                     */
};

/* To be freed. */
void smtpspec_differ(const struct smtpspec_mealy *a,
                     const struct smtpspec_mealy *b,
                     struct smtpspec_differences *differences);
void smtpspec_differences_free(struct smtpspec_differences *differences);

#endif
