/* SPDX-License-Identifier: MIT */
/*
 * silence.c - which silences need no repeat any more
 */
#include "learn/silence.h"

#include <string.h>

#include "learn/output.h"

/* Repeats of a symbol, and of any symbols if none was refuted. */
#define ENOUGH 3
#define ENOUGH_OF_ALL 4
/* The first that is repeated although it is believed. */
#define AUDIT 8
#define REFUTED_MOST 2

bool smtpspec_silences_believe(const struct smtpspec_silences *silences,
                               unsigned symbol)
{
    return silences->refuted <= REFUTED_MOST &&
           (silences->of[symbol] >= ENOUGH ||
            (silences->confirmed >= ENOUGH_OF_ALL && silences->refuted == 0));
}

bool smtpspec_silences_take(struct smtpspec_silences *silences,
                            unsigned symbol)
{
    unsigned taken;

    if (!smtpspec_silences_believe(silences, symbol))
        return false;
    taken = ++silences->taken;
    return taken < AUDIT || (taken & (taken - 1)) != 0;
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
    silences->refuted++;
    memset(silences->of, 0, sizeof(silences->of));
}
