/* SPDX-License-Identifier: MIT */
/*
 * caution.h - what a server does not bear: how often a symbol may come, and
 * words that killed it
 *
 * Floor 5, learn; pure.
 */
#ifndef SMTPSPEC_CAUTION_H
#define SMTPSPEC_CAUTION_H

#include "learn/alphabet.h"
#include "learn/word_list.h"
#include "run/command_caps.h"

/* How often each symbol may come in a word; 0: as often as it likes. Words
 * are cut in front of what is too much. Where `together` is set each counts as
 * the one whose number stands in `with`. */
struct smtpspec_caps {
    uint16_t most[SMTPSPEC_SYMBOLS_KEPT];
    uint8_t with[SMTPSPEC_SYMBOLS_KEPT];
    bool together;
};

/* A connection was closed without 221 or 421, and then nobody greeted. */
struct smtpspec_ask_death {
    uint8_t word[SMTPSPEC_WORD_KEPT];
    size_t length;             /* its last symbol is what nobody answered    */
    bool alone;                /* no other word was cut off at the same time */
    uint64_t gone_ms;          /* until the next banner; 0: none came        */
    uint32_t outputs[SMTPSPEC_WORD_KEPT];
};

/* The same of commands: all symbols that send one are counted together. */
void smtpspec_caps_of_commands(struct smtpspec_caps *caps,
                               const struct smtpspec_alphabet *alphabet,
                               const struct smtpspec_command_caps *commands);

/* How much of a word the caps leave; NULL: all. */
size_t smtpspec_caps_within(const struct smtpspec_caps *caps,
                            const uint8_t *word, size_t length);

/* Take down the word up to the symbol that was answered by a close. */
void smtpspec_death_note(struct smtpspec_ask_death *death, const uint8_t *word,
                         const uint32_t *outputs, size_t length);
/* The outputs of a word that begins with the deadly one. */
void smtpspec_death_answer(const struct smtpspec_ask_death *death,
                           uint32_t *outputs, size_t length);
/* Whether a word begins with it. */
bool smtpspec_death_begins(const struct smtpspec_ask_death *death,
                           const uint8_t *word, size_t length);
/* Whether it holds all symbols of one of them in their order, whatever is
 * between. */
bool smtpspec_deaths_threaten(const struct smtpspec_ask_death deaths[],
                              unsigned count, const uint8_t *word,
                              size_t length);

#endif
