/* SPDX-License-Identifier: MIT */
/*
 * silence.c - which silences need no repeat any more
 */
#include "learn/silence.h"

#include "learn/output.h"

/* Repeats of a symbol, and of any symbols if none was refuted. */
#define ENOUGH 3
#define ENOUGH_OF_ALL 4

bool smtpspec_silences_believe(const struct smtpspec_silences *silences,
                               unsigned symbol)
{
    return silences->of[symbol] >= ENOUGH ||
           (silences->confirmed >= ENOUGH_OF_ALL && !silences->refuted);
}

void smtpspec_silences_note(struct smtpspec_silences *silences,
                            const uint8_t *word, const uint32_t *outputs,
                            size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (outputs[i] & (SMTPSPEC_OUTPUT_SILENT | SMTPSPEC_OUTPUT_STAYS)) {
            silences->of[word[i]]++;
            silences->confirmed++;
            return;
        }
    silences->refuted = true;
}
