/* SPDX-License-Identifier: MIT */
/*
 * alphabet.c - symbols: what is sent to a server as one step of a word
 */
#include "learn/alphabet.h"

#include <stdio.h>
#include <string.h>

#include <smtpspec/command.h>

#include "base/octet.h"

static const struct built_in {
    const char *name, *text;
} built_in[] = {
#define ALPHABET(name, text) { #name, text },
#include "learn/alphabet.def"
#undef ALPHABET
};

struct smtpspec_span smtpspec_alphabet_text(struct smtpspec_span name)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(built_in); i++)
        if (smtpspec_span_equal(name, smtpspec_span_of(built_in[i].name)))
            return smtpspec_span_of(built_in[i].text);
    return (struct smtpspec_span){ NULL, 0 };
}

/* --- What is sent --------------------------------------------------------- */

/* Octets under way into a symbol; `fits` until one was too many. */
struct sink {
    char *out;
    size_t length;
    bool fits;
};

static void put(struct sink *sink, struct smtpspec_span octets)
{
    if (octets.length > SMTPSPEC_SYMBOL_LINE_KEPT - sink->length) {
        sink->fits = false;
        return;
    }
    if (octets.length > 0)
        memcpy(sink->out + sink->length, octets.at, octets.length);
    sink->length += octets.length;
}

/* The octet of an escape behind its backslash; how many octets that took, 0
 * where it is none. */
static size_t unescape(struct smtpspec_span text, char *octet)
{
    static const char letters[] = "rnt\\", octets[] = "\r\n\t\\";
    const char *at =
        text.length > 0 ? memchr(letters, text.at[0], 4) : NULL;

    if (at != NULL) {
        *octet = octets[at - letters];
        return 1;
    }
    if (text.length < 3 || text.at[0] != 'x' || digit_of(text.at[1]) < 0 ||
        digit_of(text.at[2]) < 0)
        return 0;
    *octet = (char)(digit_of(text.at[1]) << 4 | digit_of(text.at[2]));
    return 3;
}

/* What a name in braces stands for; how many octets it is, 0: none. */
static size_t name_of(struct smtpspec_span text,
                      const struct smtpspec_alphabet_names *names,
                      struct smtpspec_span *value)
{
    const struct {
        struct smtpspec_span name, value;
    } all[] = {
        { SMTPSPEC_SPAN("{domain}"), names->domain },
        { SMTPSPEC_SPAN("{from}"), names->from },
        { SMTPSPEC_SPAN("{to}"), names->to },
        { SMTPSPEC_SPAN("{unknown}"), names->unknown },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(all); i++) {
        struct smtpspec_span head =
            smtpspec_span_head(text, all[i].name.length);

        if (smtpspec_span_equal(head, all[i].name)) {
            *value = all[i].value;
            return all[i].name.length;
        }
    }
    return 0;
}

static bool expand(struct smtpspec_span text,
                   const struct smtpspec_alphabet_names *names,
                   struct sink *sink)
{
    while (text.length > 0) {
        struct smtpspec_span value = smtpspec_span_head(text, 1);
        size_t taken = 1;
        char octet;

        if (text.at[0] == '\\') {
            taken = unescape(smtpspec_span_skip(text, 1), &octet);
            if (taken++ == 0)
                return false;
            value = (struct smtpspec_span){ &octet, 1 };
        } else if (text.at[0] == '{') {
            taken = name_of(text, names, &value);
            if (taken == 0)
                return false;
        }
        put(sink, value);
        text = smtpspec_span_skip(text, taken);
    }
    return true;
}

/* --- Lines ---------------------------------------------------------------- */

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

/* Names stand in files between blanks, quotes and other marks. */
static bool is_of_name(char octet)
{
    return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z') ||
           (octet >= '0' && octet <= '9') || octet == '-' || octet == '_' ||
           octet == '.';
}

/* Cut a line at its " | ": what stands behind; false where there is none. */
static bool cut_content(struct smtpspec_span *line,
                        struct smtpspec_span *content)
{
    for (size_t i = 0; i + 3 <= line->length; i++)
        if (memcmp(line->at + i, " | ", 3) == 0) {
            *content = smtpspec_span_trim(smtpspec_span_skip(*line, i + 3));
            *line = smtpspec_span_trim(smtpspec_span_head(*line, i));
            return true;
        }
    return false;
}

static const char *read_symbol(struct smtpspec_symbol *symbol,
                               struct smtpspec_span line,
                               const struct smtpspec_alphabet_names *names)
{
    size_t name = 0;
    struct smtpspec_span content = { NULL, 0 };
    struct sink first = { symbol->line, 0, true };
    struct sink second = { symbol->content, 0, true };
    struct smtpspec_command_line command;
    bool has_content;

    while (name < line.length && is_of_name(line.at[name]))
        name++;
    if (name == 0 || (name < line.length && !is_blank(line.at[name])))
        return "its name is not of letters, digits, - _ and . alone";
    if (name >= SMTPSPEC_SYMBOL_NAME_KEPT)
        return "its name has more than 15 octets";
    memcpy(symbol->name, line.at, name);
    line = smtpspec_span_trim(smtpspec_span_skip(line, name));
    has_content = cut_content(&line, &content);
    symbol->unknown =
        memmem(line.at, line.length, "{unknown}", 9) != NULL;
    if (!expand(line, names, &first) || !expand(content, names, &second))
        return "an escape or a name in braces that there is not";
    smtpspec_command_parse((struct smtpspec_span){ first.out, first.length },
                           &command);
    symbol->command = (uint8_t)command.command;
    put(&first, SMTPSPEC_SPAN("\r\n"));
    if (has_content)
        put(&second, SMTPSPEC_SPAN("\r\n.\r\n"));
    if (!first.fits || !second.fits)
        return "more than 1024 octets";
    symbol->line_length = (uint16_t)first.length;
    symbol->content_length = (uint16_t)second.length;
    return NULL;
}

static const char *add(struct smtpspec_alphabet *alphabet,
                       struct smtpspec_span line,
                       const struct smtpspec_alphabet_names *names)
{
    struct smtpspec_symbol *symbol = &alphabet->symbols[alphabet->count];
    const char *wrong;

    if (alphabet->count == SMTPSPEC_SYMBOLS_KEPT)
        return "more than 64 symbols";
    wrong = read_symbol(symbol, line, names);
    if (wrong == NULL &&
        smtpspec_alphabet_find(alphabet, smtpspec_span_of(symbol->name)) <
            alphabet->count)
        wrong = "a symbol of that name is there already";
    if (wrong == NULL)
        alphabet->count++;
    return wrong;
}

bool smtpspec_alphabet_read(struct smtpspec_alphabet *alphabet,
                            struct smtpspec_span text,
                            const struct smtpspec_alphabet_names *names,
                            char *why, size_t cap)
{
    const char *wrong = NULL;
    unsigned number = 0;

    memset(alphabet, 0, sizeof(*alphabet));
    while (text.length > 0 && wrong == NULL) {
        size_t end = smtpspec_span_find(text, '\n');
        struct smtpspec_span line =
            smtpspec_span_trim(smtpspec_span_head(text, end));

        number++;
        text = smtpspec_span_skip(text, end + 1);
        if (line.length > 0 && line.at[0] != '#')
            wrong = add(alphabet, line, names);
    }
    if (wrong == NULL && alphabet->count == 0)
        wrong = "no symbol";
    if (wrong != NULL)
        snprintf(why, cap, "line %u: %s", number, wrong);
    return wrong == NULL;
}

unsigned smtpspec_alphabet_find(const struct smtpspec_alphabet *alphabet,
                                struct smtpspec_span name)
{
    unsigned i = 0;

    while (i < alphabet->count &&
           !smtpspec_span_equal(name,
                                smtpspec_span_of(alphabet->symbols[i].name)))
        i++;
    return i;
}

size_t smtpspec_alphabet_spell(const struct smtpspec_alphabet *alphabet,
                               const uint8_t *word, size_t length, char *out,
                               size_t cap)
{
    size_t at = 0;

    if (cap > 0)
        out[0] = '\0';
    for (size_t i = 0; i < length; i++)
        at += (size_t)snprintf(at < cap ? out + at : NULL,
                               at < cap ? cap - at : 0, "%s%s",
                               i > 0 ? " " : "",
                               alphabet->symbols[word[i]].name);
    return at;
}
