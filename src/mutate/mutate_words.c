/* SPDX-License-Identifier: MIT */
/*
 * mutate_words.c - words for the mutators, out of the tables
 */
#include <string.h>

#include <smtpspec/rules.h>
#include <smtpspec/status.h>

#include "case/case.h"
#include "case/sweep.h"
#include "mutate/random.h"
#include "mutate/mutate_words.h"

/* What the names in the lines of sweep.def stand for. */
static const struct smtpspec_case_vars vars = {
    .domain = { "a.example", 9 },
    .from = { "a@b.example", 11 },
    .rcpt = { "postmaster", 10 },
};

/* Verbs and parameters that extensions bring, each with a space behind it. */
static const struct {
    const char *verbs, *parameters;
} brought[] = {
#define EXTENSION(name, keyword, reference, verbs, parameters)              \
    { verbs, parameters },
#include "wire/extensions.def"
#undef EXTENSION
};

/* A word being written; one that would not fit is no word at all. */
struct word {
    char *out;
    size_t length, cap;
    bool cut;
};

static void put(struct word *word, struct smtpspec_span octets)
{
    if (word->cut || octets.length > word->cap - word->length) {
        word->cut = true;
        return;
    }
    if (octets.length > 0)
        memcpy(word->out + word->length, octets.at, octets.length);
    word->length += octets.length;
}

static void put_string(struct word *word, const char *string)
{
    put(word, smtpspec_span_of(string));
}

static void put_decimal(struct word *word, uint64_t number)
{
    char digits[20];
    size_t first = sizeof(digits);

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(word, (struct smtpspec_span){ digits + first,
                                      sizeof(digits) - first });
}

static size_t end(const struct word *word)
{
    return word->cut ? 0 : word->length;
}

/* --- Verbs, commands ------------------------------------------------------ */

/* Word number `number` of a list in which each has a space behind it; empty
 * past its end. `*number` counts down by those that were met. */
static struct smtpspec_span word_of(const char *list, size_t *number)
{
    struct smtpspec_span rest = smtpspec_span_of(list);

    while (rest.length > 0) {
        size_t length = smtpspec_span_find(rest, ' ');

        if ((*number)-- == 0)
            return smtpspec_span_head(rest, length);
        rest = smtpspec_span_skip(rest, length + 1);
    }
    return rest;
}

/* Word number `number` of all lists of verbs or of parameters; empty past
 * the last. */
static struct smtpspec_span brought_word(bool verbs, size_t number)
{
    struct smtpspec_span word = { "", 0 };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(brought); i++) {
        word = word_of(verbs ? brought[i].verbs : brought[i].parameters,
                       &number);
        if (word.length > 0)
            break;
    }
    return word;
}

static struct smtpspec_span any_brought(uint64_t *random, bool verbs)
{
    size_t count = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(brought); i++) {
        const char *list = verbs ? brought[i].verbs : brought[i].parameters;

        for (; *list != '\0'; list++)
            count += *list == ' ';
    }
    return brought_word(verbs, smtpspec_random_below(random, count));
}

size_t smtpspec_word_verb(uint64_t *random, char *out, size_t cap)
{
    struct word word = { out, 0, cap, false };
    enum smtpspec_command command = (enum smtpspec_command)
        smtpspec_random_below(random, SMTPSPEC_COMMAND_COUNT);

    if (smtpspec_command_is_verb(command))
        put_string(&word, smtpspec_command_name(command));
    else
        put(&word, any_brought(random, true));
    return end(&word);
}

/* A line of sweep.def of that kind; NULL where there is none. */
static const struct smtpspec_sweep_line *
line_of(uint64_t *random, enum smtpspec_command command, bool valid)
{
    size_t count, fit = 0, chosen;
    const struct smtpspec_sweep_line *lines = smtpspec_sweep_lines(&count);

    for (size_t i = 0; i < count; i++)
        fit += (command == SMTPSPEC_COMMAND_UNSET ||
                lines[i].command == command) &&
               (!valid || lines[i].stimulus == SMTPSPEC_STIMULUS_VALID);
    if (fit == 0)
        return NULL;
    chosen = smtpspec_random_below(random, fit);
    for (size_t i = 0; i < count; i++) {
        if ((command == SMTPSPEC_COMMAND_UNSET ||
             lines[i].command == command) &&
            (!valid || lines[i].stimulus == SMTPSPEC_STIMULUS_VALID) &&
            chosen-- == 0)
            return &lines[i];
    }
    return NULL;
}

static size_t command_line(uint64_t *random, enum smtpspec_command command,
                           bool valid, char *out, size_t cap)
{
    const struct smtpspec_sweep_line *line = line_of(random, command, valid);
    size_t length =
        line == NULL ? 0 : smtpspec_case_expand(line->text, &vars, out, cap);

    return length <= cap ? length : 0;
}

size_t smtpspec_word_command(uint64_t *random, enum smtpspec_command command,
                             char *out, size_t cap)
{
    return command_line(random, command, false, out, cap);
}

size_t smtpspec_word_valid_command(uint64_t *random,
                                   enum smtpspec_command command, char *out,
                                   size_t cap)
{
    return command_line(random, command, true, out, cap);
}

/* --- Numbers, parameters, keywords ---------------------------------------- */

static void put_number(struct word *word, uint64_t *random)
{
    static const uint64_t borders[] = {
        0, 1, 99, 100, 255, 256, 999, 1000, 65535, 65536, INT32_MAX,
        UINT32_MAX, INT64_MAX, UINT64_MAX,
    };
    size_t choice =
        smtpspec_random_below(random, 2 * SMTPSPEC_ARRAY_LEN(borders));

    if (choice < SMTPSPEC_ARRAY_LEN(borders)) {
        /* One more than 2^64 - 1 is 20 digits long as well (RFC 1870, 3). */
        put_decimal(word, borders[choice] + smtpspec_random_below(random, 2));
    } else if (choice == SMTPSPEC_ARRAY_LEN(borders)) {
        put_string(word, "99999999999999999999");
    } else {
        put_decimal(word, smtpspec_random_below(random, 64));
    }
}

size_t smtpspec_word_number(uint64_t *random, char *out, size_t cap)
{
    struct word word = { out, 0, cap, false };

    put_number(&word, random);
    return end(&word);
}

static const char *any_extension(uint64_t *random)
{
    return smtpspec_extension_name((enum smtpspec_extension)(
        1 + smtpspec_random_below(random, SMTPSPEC_EXTENSION_COUNT - 1)));
}

static const char *any_mechanism(uint64_t *random)
{
    return smtpspec_mechanism_name((enum smtpspec_mechanism)
        smtpspec_random_below(random, SMTPSPEC_MECHANISM_OTHER));
}

/* One of the kinds of values that parameters and keywords have. */
static void put_value(struct word *word, uint64_t *random)
{
    switch (smtpspec_random_below(random, 6)) {
    case 0: put_string(word, any_extension(random)); break;
    case 1: put_string(word, any_mechanism(random)); break;
    case 2: put(word, vars.from); break;
    case 3:
        put_string(word, "rfc822;");
        put(word, vars.from);
        break;
    default: put_number(word, random); break;
    }
}

size_t smtpspec_word_parameter(uint64_t *random, char *out, size_t cap)
{
    struct word word = { out, 0, cap, false };

    if (smtpspec_random_once_in(random, 8))
        put_string(&word, any_extension(random));
    else
        put(&word, any_brought(random, false));
    if (!smtpspec_random_once_in(random, 4)) {
        put_string(&word, "=");
        put_value(&word, random);
    }
    return end(&word);
}

size_t smtpspec_word_keyword(uint64_t *random, char *out, size_t cap)
{
    struct word word = { out, 0, cap, false };
    size_t values = smtpspec_random_below(random, 3);

    put_string(&word, any_extension(random));
    for (size_t i = 0; i < values; i++) {
        put_string(&word, i == 0 && smtpspec_random_once_in(random, 8) ? "="
                                                                       : " ");
        put_value(&word, random);
    }
    return end(&word);
}

/* --- Replies -------------------------------------------------------------- */

unsigned smtpspec_word_code(uint64_t *random)
{
    size_t count;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);

    return entries[smtpspec_random_below(random, count)].code;
}

unsigned smtpspec_word_answer(uint64_t *random, enum smtpspec_command command)
{
    size_t count, fit = 0, chosen;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);

    for (size_t i = 0; i < count; i++)
        fit += rules[i].command == command && !rules[i].whole_class;
    if (fit == 0)
        return smtpspec_word_code(random);
    chosen = smtpspec_random_below(random, fit);
    for (size_t i = 0; i < count; i++) {
        if (rules[i].command == command && !rules[i].whole_class &&
            chosen-- == 0)
            return rules[i].code;
    }
    return 0;
}

size_t smtpspec_word_status(uint64_t *random, unsigned class_digit, char *out,
                            size_t cap)
{
    struct word word = { out, 0, cap, false };
    size_t count;
    const struct smtpspec_enhanced_entry *entries =
        smtpspec_enhanced_entries(&count);
    const struct smtpspec_enhanced_entry *entry =
        &entries[smtpspec_random_below(random, count)];

    put_decimal(&word, class_digit);
    put_string(&word, ".");
    put_decimal(&word, entry->subject);
    put_string(&word, ".");
    put_decimal(&word, entry->detail);
    return end(&word);
}

size_t smtpspec_word_reply(uint64_t *random, enum smtpspec_command command,
                           char *out, size_t cap)
{
    struct word word = { out, 0, cap, false };
    unsigned code = smtpspec_word_answer(random, command);
    char status[16];

    put_decimal(&word, code);
    put_string(&word, " ");
    if (smtpspec_random_once_in(random, 2)) {
        put(&word, (struct smtpspec_span){
                       status, smtpspec_word_status(random, code / 100,
                                                    status, sizeof(status)) });
        put_string(&word, " ");
    }
    put_string(&word, "ok");
    return end(&word);
}
