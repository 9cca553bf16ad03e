/* SPDX-License-Identifier: MIT */
/*
 * hsi.h - the suite that finds every fault of a machine
 *
 * Floor 5, learn; pure. Words that tell a machine from every other of at most
 * `extra` states more: a way to each state, all words of up to `extra` + 1
 * symbols behind it, and what tells the state where they lead from the other
 * ones (W-method with harmonised state identifiers, HSI: Petrenko et al. 1993,
 * Luo et al. 1994). Behind a closed connection nothing is sent: whoever asks
 * has to see whether the close comes, as ask.h does. Words with which others
 * begin are left out.
 */
#ifndef SMTPSPEC_HSI_H
#define SMTPSPEC_HSI_H

#include "learn/mealy.h"

#define SMTPSPEC_HSI_EXTRA_MOST 8

/*
 * For each state words, in `identifiers` of as many lists as there are states,
 * to be freed: any two states have words that begin alike up to a symbol upon
 * which they differ. The machine has to be a least one.
 */
void smtpspec_hsi_identify(const struct smtpspec_mealy *mealy,
                           struct smtpspec_words *identifiers);

/* Add the suite of a least machine to `words`, in an order by the seed. */
void smtpspec_hsi_suite(const struct smtpspec_mealy *mealy, unsigned extra,
                        uint64_t seed, struct smtpspec_words *words);

#endif
