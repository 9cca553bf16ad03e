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
    bool refuted;                       /* a repeat brought a reply          */
};

/* Whether a silence of the symbol is believed without a repeat. */
bool smtpspec_silences_believe(const struct smtpspec_silences *silences,
                               unsigned symbol);

/* A word was repeated with long deadlines: what is silent now, is. */
void smtpspec_silences_note(struct smtpspec_silences *silences,
                            const uint8_t *word, const uint32_t *outputs,
                            size_t length);

#endif
