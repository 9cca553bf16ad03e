/* SPDX-License-Identifier: MIT */
/*
 * fold.h - a server that counts errors is the same machine several times over
 *
 * Floor 5, learn; pure but for memory. A server that ends the session at the
 * n-th error has each of its states n times: once for each number of errors up
 * to then. Folded, it is n copies of one machine, and the closed state. A state
 * of a later copy answers everything as its like in the first one does, but for
 * the error that is one too many.
 */
#ifndef SMTPSPEC_FOLD_H
#define SMTPSPEC_FOLD_H

#include "learn/mealy.h"

struct smtpspec_fold {
    unsigned copies;           /* 1: the machine does not count              */
    unsigned states;           /* of one copy                                */
    bool closes;               /* one state more: the closed one             */
    bool hangs;                /* a state answers nothing any more           */
    uint64_t errors;           /* set of symbols that count, in any state    */
    uint32_t last;             /* output of the error that is one too many,
                                  as far as it goes without content          */
    uint16_t *like;            /* of each state the one in the first copy that
                                  it is like: itself in the first copy, and
                                  where it is the closed one                 */
    uint16_t *copy;            /* of each state in which copy it is, from 0;
                                  `copies` where it is the closed one        */
};

/* Fold a least machine. The lists are to be freed; free() of all zero is
 * fine. */
void smtpspec_fold(const struct smtpspec_mealy *mealy,
                   struct smtpspec_fold *fold);
void smtpspec_fold_free(struct smtpspec_fold *fold);

/* "19 states: 3 copies of a machine of 6, and the closed one (the 3rd error
 * ends it, with 421)"; the length as snprintf. */
size_t smtpspec_fold_tell(const struct smtpspec_fold *fold, char *out,
                          size_t cap);

#endif
