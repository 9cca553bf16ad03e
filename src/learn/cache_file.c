/* SPDX-License-Identifier: MIT */
/*
 * cache_file.c - what a server was seen to answer, as a text
 */
#include "learn/cache.h"

#include <string.h>

#define HEAD    "smtpspec cache 1"
#define SYMBOLS "symbols"

/* --- Writing -------------------------------------------------------------- */

bool smtpspec_cache_write_head(const struct smtpspec_alphabet *alphabet,
                               FILE *file)
{
    fputs(HEAD "\n" SYMBOLS, file);
    for (unsigned i = 0; i < alphabet->count; i++)
        fprintf(file, " %s", alphabet->symbols[i].name);
    putc('\n', file);
    return ferror(file) == 0;
}

bool smtpspec_cache_write_word(const struct smtpspec_alphabet *alphabet,
                               const uint8_t *word, const uint32_t *outputs,
                               size_t length, FILE *file)
{
    char text[SMTPSPEC_OUTPUT_KEPT];

    for (size_t i = 0; i < length; i++) {
        smtpspec_output_write(outputs[i], text);
        fprintf(file, "%s%s/%s", i > 0 ? " " : "",
                alphabet->symbols[word[i]].name, text);
        if (smtpspec_output_ends(outputs[i]))
            break;
    }
    putc('\n', file);
    return ferror(file) == 0;
}

struct writing {
    const struct smtpspec_alphabet *alphabet;
    FILE *file;
};

static bool write_leaf(void *context, const uint8_t *word,
                       const uint32_t *outputs, size_t length, bool leaf)
{
    struct writing *writing = context;

    return !leaf || smtpspec_cache_write_word(writing->alphabet, word, outputs,
                                              length, writing->file);
}

bool smtpspec_cache_write(const struct smtpspec_cache *cache,
                          const struct smtpspec_alphabet *alphabet,
                          FILE *file)
{
    struct writing writing = { alphabet, file };

    smtpspec_cache_write_head(alphabet, file);
    smtpspec_cache_walk(cache, write_leaf, &writing);
    return ferror(file) == 0;
}

/* --- Reading -------------------------------------------------------------- */

/* Take the next line off a text, without its line end. False where there is
 * none that has one. */
static bool take_line(struct smtpspec_span *text, struct smtpspec_span *line)
{
    size_t end = smtpspec_span_find(*text, '\n');

    if (end == text->length)
        return false;
    *line = (struct smtpspec_span){ text->at, end };
    *text = smtpspec_span_skip(*text, end + 1);
    return true;
}

/* Take what stands up to the next blank. False at the end. */
static bool take_part(struct smtpspec_span *line, struct smtpspec_span *part)
{
    size_t end = smtpspec_span_find(*line, ' ');

    if (line->length == 0)
        return false;
    *part = (struct smtpspec_span){ line->at, end };
    *line = smtpspec_span_skip(*line, end + 1);
    return true;
}

static bool is_text(struct smtpspec_span span, const char *text)
{
    return span.length == strlen(text) &&
           memcmp(span.at, text, span.length) == 0;
}

/* The same names, in the same order: numbers of symbols mean the same. */
static bool are_symbols(const struct smtpspec_alphabet *alphabet,
                        struct smtpspec_span line)
{
    struct smtpspec_span part;

    if (!take_part(&line, &part) || !is_text(part, SYMBOLS))
        return false;
    for (unsigned i = 0; i < alphabet->count; i++)
        if (!take_part(&line, &part) ||
            !is_text(part, alphabet->symbols[i].name))
            return false;
    return line.length == 0;
}

/* "NAME/OUTPUT", both of which are known. */
static bool read_step(const struct smtpspec_alphabet *alphabet,
                      struct smtpspec_span part, uint8_t *symbol,
                      uint32_t *output)
{
    size_t slash = smtpspec_span_find(part, '/');
    unsigned number =
        smtpspec_alphabet_find(alphabet, smtpspec_span_head(part, slash));

    *symbol = (uint8_t)number;
    *output = smtpspec_output_read(smtpspec_span_skip(part, slash + 1));
    return number < alphabet->count && *output != SMTPSPEC_OUTPUT_NONE;
}

static bool read_word(struct smtpspec_cache *cache,
                      const struct smtpspec_alphabet *alphabet,
                      struct smtpspec_span line)
{
    uint8_t word[SMTPSPEC_WORD_KEPT];
    uint32_t outputs[SMTPSPEC_WORD_KEPT];
    struct smtpspec_span part;
    size_t length = 0;

    for (; take_part(&line, &part); length++)
        if (length == SMTPSPEC_WORD_KEPT ||
            (length > 0 && smtpspec_output_ends(outputs[length - 1])) ||
            !read_step(alphabet, part, &word[length], &outputs[length]))
            return false;
    smtpspec_cache_correct(cache, word, outputs, length);
    return length > 0;
}

bool smtpspec_cache_read(struct smtpspec_cache *cache,
                         const struct smtpspec_alphabet *alphabet,
                         struct smtpspec_span text, char *why, size_t cap)
{
    struct smtpspec_span line;

    if (!take_line(&text, &line) || !is_text(line, HEAD)) {
        snprintf(why, cap, "line 1: not \"" HEAD "\"");
        return false;
    }
    if (!take_line(&text, &line) || !are_symbols(alphabet, line)) {
        snprintf(why, cap, "line 2: not the symbols of this alphabet");
        return false;
    }
    for (size_t number = 3; take_line(&text, &line); number++) {
        if (read_word(cache, alphabet, line))
            continue;
        snprintf(why, cap, "line %zu: not words of this alphabet and what "
                 "came", number);
        return false;
    }
    return true;
}
