/* SPDX-License-Identifier: MIT */
/*
 * caution.c - what a server does not bear: how often a symbol may come, and
 * words that killed it
 */
#include "learn/caution.h"

#include <string.h>

#include "learn/output.h"

static enum smtpspec_command counted_as(const struct smtpspec_symbol *symbol)
{
    return symbol->command == SMTPSPEC_COMMAND_HELO
               ? SMTPSPEC_COMMAND_EHLO
               : (enum smtpspec_command)symbol->command;
}

void smtpspec_caps_of_commands(struct smtpspec_caps *caps,
                               const struct smtpspec_alphabet *alphabet,
                               const struct smtpspec_command_caps *commands)
{
    memset(caps, 0, sizeof(*caps));
    caps->together = true;
    for (unsigned i = 0; i < alphabet->count; i++) {
        enum smtpspec_command command = counted_as(&alphabet->symbols[i]);
        unsigned most = smtpspec_command_caps_most(commands, command);
        unsigned first = 0;

        while (counted_as(&alphabet->symbols[first]) != command)
            first++;
        caps->with[i] = (uint8_t)(most > 0 ? first : i);
        caps->most[i] = (uint16_t)most;
    }
}

size_t smtpspec_caps_within(const struct smtpspec_caps *caps,
                            const uint8_t *word, size_t length)
{
    unsigned count[SMTPSPEC_SYMBOLS_KEPT] = { 0 };

    for (size_t i = 0; i < length && caps != NULL; i++) {
        unsigned as = caps->together ? caps->with[word[i]] : word[i];

        if (caps->most[as] > 0 && ++count[as] > caps->most[as])
            return i;
    }
    return length;
}

void smtpspec_death_note(struct smtpspec_ask_death *death, const uint8_t *word,
                         const uint32_t *outputs, size_t length)
{
    bool closed = false;

    death->length = 0;
    for (size_t i = 0; i < length && !closed; i++) {
        death->word[i] = word[i];
        death->outputs[i] = outputs[i];
        death->length++;
        closed = (outputs[i] & SMTPSPEC_OUTPUT_CLOSED) != 0;
    }
}

void smtpspec_death_answer(const struct smtpspec_ask_death *death,
                           uint32_t *outputs, size_t length)
{
    for (size_t i = 0; i < length; i++)
        outputs[i] = i < death->length ? death->outputs[i] : SMTPSPEC_OUTPUT_X;
}

bool smtpspec_death_begins(const struct smtpspec_ask_death *death,
                           const uint8_t *word, size_t length)
{
    return length >= death->length &&
           memcmp(word, death->word, death->length) == 0;
}

static bool threatens(const struct smtpspec_ask_death *death,
                      const uint8_t *word, size_t length)
{
    size_t met = 0;

    for (size_t i = 0; i < length && met < death->length; i++)
        met += word[i] == death->word[met];
    return met == death->length;
}

bool smtpspec_deaths_threaten(const struct smtpspec_ask_death deaths[],
                              unsigned count, const uint8_t *word,
                              size_t length)
{
    for (unsigned i = 0; i < count; i++)
        if (threatens(&deaths[i], word, length))
            return true;
    return false;
}
