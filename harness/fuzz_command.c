/* SPDX-License-Identifier: MIT */
/*
 * fuzz_command.c - command lines, read, written and read again
 *
 * targets:  smtpspec_command_parse, _write; smtpspec_parameter_next;
 *           smtpspec_stimulus_of; the grammar of addresses
 * input:    lines that a client sent, each ended by LF or CRLF
 * holds:    every span lies in the line, one behind the other; verb, blanks,
 *           octets, chunk, mechanism and parameters are what a second reading
 *           finds, and so is where a path ends; the case of the verb changes
 *           only its own fault; a command written from what was read is read
 *           as the same; a path without fault is one by a second grammar of
 *           addresses, which cuts at signs and asks the system's reader of
 *           numbers; the stimulus follows from faults and parameters in the
 *           order that session.h states
 * slow because each line is read again in other words, and held against a
 *           second reading and a second grammar of addresses
 * seeds:    corpus/seeds/command    words: corpus/dictionaries/command.dict
 */
#include <string.h>

#include <smtpspec/base64.h>
#include <smtpspec/command.h>
#include <smtpspec/ehlo.h>
#include <smtpspec/limits.h>
#include <smtpspec/session.h>

#include "address_reading.h"
#include "harness.h"

#define LINE_KEPT 1200

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

static bool has(const struct smtpspec_command_line *read, unsigned faults)
{
    return (read->faults & faults) != 0;
}

/* --- The second reading of what any line has ------------------------------ */

static struct smtpspec_span without_blanks(struct smtpspec_span line)
{
    while (line.length > 0 && is_blank(line.at[0]))
        line = smtpspec_span_skip(line, 1);
    while (line.length > 0 && is_blank(line.at[line.length - 1]))
        line.length--;
    return line;
}

static struct smtpspec_span verb_of(struct smtpspec_span line)
{
    size_t length = 0;

    while (length < line.length && is_letter_or_digit(line.at[length]))
        length++;
    return smtpspec_span_head(line, length);
}

static unsigned octet_faults(struct smtpspec_span argument)
{
    unsigned faults = 0;

    for (size_t i = 0; i < argument.length; i++) {
        unsigned char octet = (unsigned char)argument.at[i];

        if (octet < ' ' || octet > '~')
            faults |= SMTPSPEC_FAULT_BAD_OCTETS;
        if (octet > 0x7f)
            faults |= SMTPSPEC_FAULT_EIGHT_BIT;
    }
    return faults;
}

static bool has_lower(struct smtpspec_span verb)
{
    for (size_t i = 0; i < verb.length; i++)
        if (verb.at[i] >= 'a' && verb.at[i] <= 'z')
            return true;
    return false;
}

static void check_spans(struct smtpspec_span line,
                        const struct smtpspec_command_line *read)
{
    MUST(harness_is_inside(read->verb, line));
    MUST(harness_is_inside(read->argument, line));
    MUST(harness_is_inside(read->path, read->argument));
    MUST(harness_is_inside(read->parameters, read->argument));
    MUST(read->verb.length + read->argument.length <= line.length);
    if (read->path.length > 0 && read->parameters.length > 0)
        MUST(read->path.at + read->path.length <= read->parameters.at);
    if (read->parameters.length > 0)
        MUST(read->parameters.at + read->parameters.length ==
             read->argument.at + read->argument.length);
}

static void check_frame(struct smtpspec_span line,
                        const struct smtpspec_command_line *read)
{
    struct smtpspec_span bare = without_blanks(line), verb = verb_of(bare);
    struct smtpspec_span rest =
        without_blanks(smtpspec_span_skip(bare, verb.length));

    MUST(smtpspec_span_equal(read->verb, verb));
    MUST(smtpspec_span_equal(read->argument, rest));
    MUST(read->command != SMTPSPEC_COMMAND_UNSET);
    MUST(smtpspec_command_is_verb(read->command) ==
         (read->command != SMTPSPEC_COMMAND_UNKNOWN));
    if (read->command != SMTPSPEC_COMMAND_UNKNOWN)
        MUST(smtpspec_span_equal_nocase(
            verb, smtpspec_span_of(smtpspec_command_name(read->command))));
    MUST(has(read, SMTPSPEC_FAULT_TOO_LONG) ==
         (line.length + 2 > SMTPSPEC_COMMAND_LINE_LIMIT));
    MUST(has(read, SMTPSPEC_FAULT_LOWER_CASE) == has_lower(verb));
    MUST((read->faults & (SMTPSPEC_FAULT_BAD_OCTETS |
                          SMTPSPEC_FAULT_EIGHT_BIT)) == octet_faults(rest));
    MUST(!has(read, SMTPSPEC_FAULT_NO_ARGUMENT) || rest.length == 0);
    if (bare.length < line.length)
        MUST(has(read, SMTPSPEC_FAULT_BLANKS));
}

/* --- The second reading of arguments -------------------------------------- */

/* Cut at the first blank; what is behind it comes without its blanks. */
static struct smtpspec_span cut_word(struct smtpspec_span *rest)
{
    size_t length = 0;

    while (length < rest->length && !is_blank(rest->at[length]))
        length++;

    struct smtpspec_span word = smtpspec_span_head(*rest, length);

    *rest = without_blanks(smtpspec_span_skip(*rest, length));
    return word;
}

/* The whole of a word as a number; false where it is none of 64 bits. */
static bool number_of(struct smtpspec_span word, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < word.length; i++) {
        unsigned digit = (unsigned)(unsigned char)word.at[i] - '0';

        if (digit > 9 || __builtin_mul_overflow(*value, 10u, value) ||
            __builtin_add_overflow(*value, digit, value))
            return false;
    }
    return word.length > 0;
}

static void check_last(struct smtpspec_span rest,
                       const struct smtpspec_command_line *read)
{
    struct smtpspec_span word = cut_word(&rest);

    MUST(read->last == smtpspec_span_equal_nocase(word,
                                                  SMTPSPEC_SPAN("last")));
    MUST(has(read, SMTPSPEC_FAULT_EXTRA_ARGUMENT) == (rest.length > 0));
}

static void check_chunk(const struct smtpspec_command_line *read)
{
    struct smtpspec_span rest = read->argument, number = cut_word(&rest);
    uint64_t value;
    bool good = number_of(number, &value);

    MUST(read->chunk == (good ? value : 0));
    MUST(good || has(read, SMTPSPEC_FAULT_BAD_ARGUMENT));
    check_last(rest, read);
}

static void check_mechanism(const struct smtpspec_command_line *read)
{
    struct smtpspec_span rest = read->argument, word = cut_word(&rest),
                         response;
    bool glued = read->argument.at == read->verb.at + read->verb.length;
    bool good = word.length <= 20;

    for (size_t i = 0; i < word.length; i++)
        good = good && (is_letter_or_digit(word.at[i]) || word.at[i] == '-' ||
                        word.at[i] == '_');
    MUST(smtpspec_span_equal(read->parameters, rest));
    response = cut_word(&rest);
    good = good && (smtpspec_is_base64(response) ||
                    smtpspec_span_equal(response, SMTPSPEC_SPAN("=")));
    MUST(has(read, SMTPSPEC_FAULT_BAD_ARGUMENT) == (glued || !good));
    MUST(has(read, SMTPSPEC_FAULT_EXTRA_ARGUMENT) == (rest.length > 0));
}

static bool is_parameter(struct smtpspec_span word,
                         struct smtpspec_span *keyword,
                         struct smtpspec_span *value)
{
    size_t equals = smtpspec_span_find(word, '=');

    *keyword = smtpspec_span_head(word, equals);
    *value = smtpspec_span_skip(word, equals + 1);
    for (size_t i = 0; i < keyword->length; i++)
        if (!is_letter_or_digit(keyword->at[i]) &&
            (i == 0 || keyword->at[i] != '-'))
            return false;
    for (size_t i = 0; i < value->length; i++)
        if (value->at[i] <= ' ' || value->at[i] > '~' || value->at[i] == '=')
            return false;
    return keyword->length > 0 && (equals == word.length || value->length > 0);
}

/* Word by word; whether all of them are parameters. */
static bool check_parameters(struct smtpspec_span parameters)
{
    struct smtpspec_span rest = parameters, keyword, value, its_keyword,
                         its_value;

    for (;;) {
        while (parameters.length > 0 && parameters.at[0] == ' ')
            parameters = smtpspec_span_skip(parameters, 1);

        size_t length = smtpspec_span_find(parameters, ' ');
        bool good = is_parameter(smtpspec_span_head(parameters, length),
                                 &keyword, &value);

        MUST(smtpspec_parameter_next(&rest, &its_keyword, &its_value) == good);
        if (!good) {
            MUST(smtpspec_span_equal(rest, parameters));
            return parameters.length == 0;
        }
        parameters = smtpspec_span_skip(parameters, length);
        MUST(smtpspec_span_equal(rest, parameters));
        MUST(smtpspec_span_equal(its_keyword, keyword));
        MUST(smtpspec_span_equal(its_value, value));
    }
}

/* A path by the grammar at the front of a text, which SP or nothing follows;
 * empty where there is none. */
static struct smtpspec_span find_path(struct smtpspec_span text, bool reverse)
{
    for (size_t i = 1; i < text.length; i++) {
        struct smtpspec_span path = smtpspec_span_head(text, i + 1);

        if (text.at[i] == '>' &&
            (i + 1 == text.length || text.at[i + 1] == ' ') &&
            reading_is_path(path, reverse, true))
            return path;
    }
    return (struct smtpspec_span){ text.at, 0 };
}

static void check_path(const struct smtpspec_command_line *read)
{
    bool reverse = read->command != SMTPSPEC_COMMAND_RCPT;
    struct smtpspec_span prefix =
        reverse ? SMTPSPEC_SPAN("FROM:") : SMTPSPEC_SPAN("TO:");
    struct smtpspec_span path = read->path, found;

    if (smtpspec_span_starts_nocase(read->argument, prefix)) {
        found = find_path(smtpspec_span_skip(read->argument, prefix.length),
                          reverse);
        MUST(found.length == 0 || smtpspec_span_equal(found, path));
    }
    if (path.length > 0) {
        MUST(path.at[0] == '<' && path.at[path.length - 1] == '>');
        MUST(smtpspec_span_starts_nocase(read->argument, prefix));
    }
    bool good = reading_is_path(path, reverse, true);

    MUST((reverse ? smtpspec_is_reverse_path : smtpspec_is_forward_path)(
             path, true) == good);
    if (!good || !check_parameters(read->parameters))
        MUST(has(read, SMTPSPEC_FAULT_BAD_ARGUMENT));
    else if (path.at == read->argument.at + prefix.length &&
             read->verb.at + read->verb.length < read->argument.at &&
             (read->parameters.length == 0 ||
              is_blank(path.at[path.length])))
        MUST(!has(read, SMTPSPEC_FAULT_BAD_ARGUMENT));
}

static void check_argument(const struct smtpspec_command_line *read)
{
    if (read->argument.length == 0)
        return;
    switch (read->command) {
    case SMTPSPEC_COMMAND_MAIL:
    case SMTPSPEC_COMMAND_SEND:
    case SMTPSPEC_COMMAND_SOML:
    case SMTPSPEC_COMMAND_SAML:
    case SMTPSPEC_COMMAND_RCPT: check_path(read); break;
    case SMTPSPEC_COMMAND_BDAT: check_chunk(read); break;
    case SMTPSPEC_COMMAND_AUTH: check_mechanism(read); break;
    case SMTPSPEC_COMMAND_DATA:
    case SMTPSPEC_COMMAND_RSET:
    case SMTPSPEC_COMMAND_QUIT:
    case SMTPSPEC_COMMAND_TURN:
    case SMTPSPEC_COMMAND_STARTTLS:
        MUST(has(read, SMTPSPEC_FAULT_EXTRA_ARGUMENT));
        break;
    default: break;
    }
}

/* The readers of addresses alone, each over the whole argument. */
static void check_addresses(struct smtpspec_span text)
{
    MUST(smtpspec_is_domain(text) == reading_is_domain(text, false));
    MUST(smtpspec_is_address_literal(text) == reading_is_literal(text));
    MUST(smtpspec_is_mailbox(text, false) == reading_is_mailbox(text, false));
    MUST(smtpspec_is_mailbox(text, true) == reading_is_mailbox(text, true));
}

/* --- Lines made of what was read ------------------------------------------ */

static bool is_same(const struct smtpspec_command_line *a,
                    const struct smtpspec_command_line *b,
                    unsigned but)
{
    return a->command == b->command && a->chunk == b->chunk &&
           a->last == b->last && (a->faults | but) == (b->faults | but) &&
           smtpspec_span_equal(a->argument, b->argument) &&
           smtpspec_span_equal(a->path, b->path) &&
           smtpspec_span_equal(a->parameters, b->parameters);
}

static void check_case(struct smtpspec_span line,
                       const struct smtpspec_command_line *read)
{
    static char room[LINE_KEPT];
    size_t at = (size_t)(read->verb.at - line.at);
    struct smtpspec_command_line other;

    memcpy(room, line.at, line.length);
    for (size_t i = at; i < at + read->verb.length; i++)
        if (room[i] > '9')
            room[i] ^= 0x20;
    smtpspec_command_parse((struct smtpspec_span){ room, line.length }, &other);
    MUST(is_same(read, &other, SMTPSPEC_FAULT_LOWER_CASE));
}

static void check_write(const struct smtpspec_command_line *read)
{
    static char room[LINE_KEPT + 16];
    /* What belongs to the verb, or to blanks that are not written. */
    const unsigned but = SMTPSPEC_FAULT_LOWER_CASE | SMTPSPEC_FAULT_BLANKS |
                         SMTPSPEC_FAULT_TOO_LONG;
    size_t length = smtpspec_command_write(read->command, read->argument, room,
                                           sizeof(room));
    struct smtpspec_command_line again;

    MUST((length > 0) == (read->command != SMTPSPEC_COMMAND_UNKNOWN));
    if (length == 0)
        return;
    MUST(memcmp(room + length - 2, "\r\n", 3) == 0);
    MUST(length == read->verb.length + (read->argument.length > 0) +
                       read->argument.length + 2);
    smtpspec_command_parse((struct smtpspec_span){ room, length - 2 }, &again);
    MUST(!has(&again, SMTPSPEC_FAULT_LOWER_CASE));
    /* An argument glued to its verb is not glued any more. */
    if (read->argument.at == read->verb.at + read->verb.length)
        again.faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    MUST(is_same(read, &again, but) || read->argument.length == 0);
    MUST(smtpspec_command_write(read->command, read->argument, room, length) ==
         0);
    MUST(smtpspec_command_write(read->command, read->argument, room,
                                length + 1) == length);
}

/* --- The stimulus --------------------------------------------------------- */

static size_t count_digits(struct smtpspec_span value)
{
    size_t count = 0;

    for (size_t i = 0; i < value.length; i++)
        count += value.at[i] >= '0' && value.at[i] <= '9';
    return count;
}

/* Whether the value of a parameter of MAIL is one that its RFC has not. */
static bool is_bad_value(struct smtpspec_span keyword,
                         struct smtpspec_span value)
{
    if (smtpspec_span_equal_nocase(keyword, SMTPSPEC_SPAN("size")))
        return value.length == 0 || value.length > 20 ||
               count_digits(value) < value.length;
    return smtpspec_span_equal_nocase(keyword, SMTPSPEC_SPAN("body")) &&
           !smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("7bit")) &&
           !smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("8bitmime")) &&
           !smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("binarymime"));
}

/* What the parameters of MAIL and RCPT make of it, up to the first that is
 * none; VALID where they are in order. */
static enum smtpspec_stimulus
of_parameters(const struct smtpspec_command_line *read, uint64_t offered)
{
    struct smtpspec_span rest = read->parameters, keyword, value;
    bool mail = read->command == SMTPSPEC_COMMAND_MAIL, bad = false;

    if (!mail && read->command != SMTPSPEC_COMMAND_RCPT)
        return SMTPSPEC_STIMULUS_VALID;
    while (rest.length > 0) {
        size_t length = smtpspec_span_find(rest, ' ');
        enum smtpspec_extension extension;

        if (length > 0) {
            if (!is_parameter(smtpspec_span_head(rest, length), &keyword,
                              &value))
                break;
            extension = smtpspec_extension_of_parameter(keyword);
            if (extension == SMTPSPEC_EXTENSION_NONE ||
                !(offered >> extension & 1))
                return SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER;
            bad = bad || (mail && is_bad_value(keyword, value));
        }
        rest = smtpspec_span_skip(rest, length + 1);
    }
    return bad ? SMTPSPEC_STIMULUS_BAD_ARGUMENT : SMTPSPEC_STIMULUS_VALID;
}

/* In the order that session.h states. */
static enum smtpspec_stimulus
expected_of(const struct smtpspec_command_line *read, uint64_t offered)
{
    static const struct {
        unsigned faults;
        enum smtpspec_stimulus stimulus;
    } rows[] = {
        { SMTPSPEC_FAULT_NO_ARGUMENT, SMTPSPEC_STIMULUS_NO_ARGUMENT },
        { SMTPSPEC_FAULT_EXTRA_ARGUMENT, SMTPSPEC_STIMULUS_EXTRA_ARGUMENT },
        { SMTPSPEC_FAULT_BAD_ARGUMENT, SMTPSPEC_STIMULUS_BAD_ARGUMENT },
        { 0, SMTPSPEC_STIMULUS_VALID }, /* here the parameters speak */
        { SMTPSPEC_FAULT_BLANKS, SMTPSPEC_STIMULUS_BLANKS },
        { SMTPSPEC_FAULT_LOWER_CASE, SMTPSPEC_STIMULUS_LOWER_CASE },
    };
    bool noop = read->command == SMTPSPEC_COMMAND_NOOP;

    if (has(read, SMTPSPEC_FAULT_TOO_LONG) &&
        (offered == 0 || read->parameters.length == 0))
        return SMTPSPEC_STIMULUS_TOO_LONG;
    if (has(read, SMTPSPEC_FAULT_BAD_OCTETS))
        return SMTPSPEC_STIMULUS_BAD_OCTETS;
    if (read->command == SMTPSPEC_COMMAND_UNKNOWN)
        return SMTPSPEC_STIMULUS_UNKNOWN_VERB;
    if (noop && read->argument.length > 0)
        return SMTPSPEC_STIMULUS_EXTRA_ARGUMENT;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        enum smtpspec_stimulus stimulus = rows[i].stimulus;

        if (rows[i].faults == 0)
            stimulus = of_parameters(read, offered);
        if (rows[i].faults == 0 ? stimulus != SMTPSPEC_STIMULUS_VALID
                                : has(read, rows[i].faults))
            return stimulus;
    }
    return SMTPSPEC_STIMULUS_VALID;
}

static void check_stimulus(const struct smtpspec_command_line *read,
                           uint64_t offered)
{
    MUST(smtpspec_stimulus_of(read, offered) == expected_of(read, offered));
}

static void check_line(struct smtpspec_span line, uint64_t random)
{
    struct smtpspec_command_line read;

    smtpspec_command_parse(line, &read);
    check_spans(line, &read);
    check_frame(line, &read);
    check_argument(&read);
    check_addresses(read.argument);
    check_case(line, &read);
    check_write(&read);
    check_stimulus(&read, 0);
    check_stimulus(&read, random);
    check_stimulus(&read, UINT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span rest = { (const char *)data, size }, line;
    uint64_t random = harness_seed(rest);

    while (harness_line(&rest, &line)) {
        if (line.length > 0 && line.at[line.length - 1] == '\r')
            line.length--;
        check_line(smtpspec_span_head(line, LINE_KEPT),
                   harness_random(&random));
    }
    return 0;
}
