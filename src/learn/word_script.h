/* SPDX-License-Identifier: MIT */
/*
 * word_script.h - a word as a script that `smtpspec fuzz` plays
 *
 * Floor 5, learn; pure but for what the caller's file does.
 */
#ifndef SMTPSPEC_WORD_SCRIPT_H
#define SMTPSPEC_WORD_SCRIPT_H

#include <stdio.h>

#include "learn/alphabet.h"

/* Each symbol is sent, and its reply awaited (mutate/script.h); so is the
 * reply to its content, where it has one and was not refused: `outputs` tell,
 * NULL: it is sent. */
void smtpspec_word_script(const struct smtpspec_alphabet *alphabet,
                          const uint8_t *word, const uint32_t *outputs,
                          size_t length, FILE *file);

#endif
