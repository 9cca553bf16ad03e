/* SPDX-License-Identifier: MIT */
/*
 * silence.h - which silences need no repeat any more
 *
 * Floor 5, learn; pure. All zero knows of none.
 */
#ifndef SMTPSPEC_SILENCE_H
#define SMTPSPEC_SILENCE_H

#include "learn/alphabet.h"

struct smtpspec_silences {
    unsigned of[SMTPSPEC_SYMBOLS_KEPT]; /* that a repeat confirmed           */
    unsigned confirmed;                 /* all of these                      */
    unsigned refuted;                   /* repeats that brought a reply      */
    unsigned taken;                     /* believed without a repeat         */
};

/* Whether a silence of the symbol would be believed without a repeat. */
bool smtpspec_silences_believe(const struct smtpspec_silences *silences,
                               unsigned symbol);

/* There was one: whether it is taken without a repeat. Of those that are
 * believed the 8th, the 16th, the 32nd and so on are repeated all the same. */
bool smtpspec_silences_take(struct smtpspec_silences *silences,
                            unsigned symbol);

/* A word was repeated with long deadlines: what is silent now, is. If nothing
 * is, all that was believed starts anew; the third time nothing is believed
 * any more. */
void smtpspec_silences_note(struct smtpspec_silences *silences,
                            const uint8_t *word, const uint32_t *outputs,
                            size_t length);

#endif
