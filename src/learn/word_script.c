/* SPDX-License-Identifier: MIT */
/*
 * word_script.c - a word as a script that `smtpspec fuzz` plays
 */
#include "learn/word_script.h"

#include "learn/output.h"
#include "mutate/script.h"

static void put(struct smtpspec_span octets, FILE *file)
{
    char line[2 * SMTPSPEC_SYMBOL_LINE_KEPT + 2];
    size_t length = smtpspec_script_write(true, octets, line, sizeof(line));

    fwrite(line, 1, length, file);
}

/* Line by line, as far as lines end with CRLF. */
static void put_lines(const char *at, size_t length, FILE *file)
{
    struct smtpspec_span rest = { at, length };

    while (rest.length > 0) {
        size_t end = smtpspec_span_find(rest, '\n');

        put(smtpspec_span_head(rest, end + 1), file);
        rest = smtpspec_span_skip(rest, end + 1);
    }
    fputs("t\n", file);
}

void smtpspec_word_script(const struct smtpspec_alphabet *alphabet,
                          const uint8_t *word, const uint32_t *outputs,
                          size_t length, FILE *file)
{
    for (size_t i = 0; i < length; i++) {
        const struct smtpspec_symbol *symbol = &alphabet->symbols[word[i]];

        put_lines(symbol->line, symbol->line_length, file);
        if (symbol->content_length > 0 &&
            (outputs == NULL || (outputs[i] & SMTPSPEC_OUTPUT_SECOND) != 0))
            put_lines(symbol->content, symbol->content_length, file);
    }
}
