/* SPDX-License-Identifier: MIT */
/*
 * command.c - command lines, read and written (RFC 5321, 4.1.1)
 *
 * Reading is as lenient as it can be without guessing: what is wrong becomes a
 * fault, and path, parameters and chunk are still found where they can be,
 * because a lax server may act on them. Of AUTH only what is seen in one line
 * is read.
 */
#include <smtpspec/base64.h>
#include <smtpspec/command.h>
#include <smtpspec/ehlo.h>
#include <smtpspec/limits.h>

#include "wire/address.h"
#include "wire/inline.h"
#include "wire/word.h"

/* What kind of argument a verb takes; the fourth column of commands.def. */
enum argument {
    ARGUMENT_NONE,
    ARGUMENT_ANYTHING,  /* optional text                                     */
    ARGUMENT_TEXT,      /* text that must be there                           */
    ARGUMENT_DOMAIN,    /* domain or address literal                         */
    ARGUMENT_REVERSE,   /* "FROM:" reverse-path and parameters               */
    ARGUMENT_FORWARD,   /* "TO:" forward-path and parameters                 */
    ARGUMENT_CHUNK,     /* size [LAST] (RFC 3030, 2)                         */
    ARGUMENT_URL,       /* URL [LAST] (RFC 4468, 3.3)                        */
    ARGUMENT_MECHANISM, /* mechanism [initial response] (RFC 4954, 4)        */
    ARGUMENT_NODE,      /* ["@"] domain or "#" queue (RFC 1985, 5)           */
    ARGUMENT_DOMAINS    /* optional list of domains (RFC 2645, 5.2.1)        */
};

static const struct {
    struct smtpspec_span name; /* NUL behind it                              */
    bool is_verb;
    uint8_t argument;
} rows[SMTPSPEC_COMMAND_COUNT] = {
    [SMTPSPEC_COMMAND_UNSET] = { { "?", 1 }, false, ARGUMENT_ANYTHING },
#define COMMAND(name, written, is_verb, argument, reference)                \
    [SMTPSPEC_COMMAND_##name] = { { written, sizeof(written) - 1 },         \
                                  is_verb, ARGUMENT_##argument },
#include "commands.def"
#undef COMMAND
};

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t';
}

/* As differences, which compilers make one comparison of. */
static bool is_digit(char octet)
{
    return (unsigned char)(octet - '0') < 10;
}

static bool is_alnum(char octet)
{
    return is_digit(octet) || (unsigned char)((octet | 0x20) - 'a') < 26;
}

static size_t blanks_length(struct smtpspec_span span)
{
    size_t i = 0;

    while (i < span.length && is_blank(span.at[i]))
        i++;
    return i;
}

/* Without the blanks at its front. Anything but one SP, where there are some at
 * all, is a fault. */
SMTPSPEC_INLINE struct smtpspec_span behind_blanks(struct smtpspec_span rest,
                                                   unsigned *faults)
{
    size_t length = blanks_length(rest);

    if (length > 1 || (length == 1 && rest.at[0] != ' '))
        *faults |= SMTPSPEC_FAULT_BLANKS;
    return smtpspec_span_skip(rest, length);
}

/* Take a word and the blanks behind it off the front of `*rest`. An argument
 * neither begins nor ends with a blank, so it has at least one octet. */
static struct smtpspec_span take_word(struct smtpspec_span *rest,
                                      unsigned *faults)
{
    struct smtpspec_span word = *rest;
    size_t length = 0;

    while (length < rest->length && !is_blank(rest->at[length]))
        length++;
    word.length = length;
    *rest = behind_blanks(smtpspec_span_skip(*rest, length), faults);
    return word;
}

/* Faults of single octets. HT is a control octet, too (RFC 5321, 4.1.2). */
static unsigned octet_faults(struct smtpspec_span span)
{
    unsigned high = 0, control = 0;

    for (size_t i = 0; i < span.length; i++) {
        unsigned octet = (unsigned char)span.at[i];

        high |= octet & 0x80;
        control |= (octet < 0x20) | (octet == 0x7f);
    }
    return (high != 0 ? SMTPSPEC_FAULT_EIGHT_BIT : 0u) |
           (high != 0 || control != 0 ? SMTPSPEC_FAULT_BAD_OCTETS : 0u);
}

/* esmtp-keyword: its length, 0 where there is none. */
static size_t keyword_length(struct smtpspec_span span)
{
    size_t i = 0;

    while (i < span.length &&
           (is_alnum(span.at[i]) || (i > 0 && span.at[i] == '-')))
        i++;
    return i;
}

/* esmtp-value: its length, 0 where there is none. */
static size_t value_length(struct smtpspec_span span)
{
    size_t i = 0;

    while (i < span.length && span.at[i] > 32 && span.at[i] < 127 &&
           span.at[i] != '=')
        i++;
    return i;
}

SMTPSPEC_INLINE bool next_parameter(struct smtpspec_span *parameters,
                                    struct smtpspec_span *keyword,
                                    struct smtpspec_span *value)
{
    struct smtpspec_span rest = *parameters;

    while (rest.length > 0 && rest.at[0] == ' ')
        rest = smtpspec_span_skip(rest, 1);
    *parameters = rest;
    *keyword = smtpspec_span_head(rest, keyword_length(rest));
    *value = (struct smtpspec_span){ 0 };
    if (keyword->length == 0)
        return false;
    rest = smtpspec_span_skip(rest, keyword->length);
    if (rest.length > 0 && rest.at[0] == '=') {
        rest = smtpspec_span_skip(rest, 1);
        *value = smtpspec_span_head(rest, value_length(rest));
        if (value->length == 0)
            return false;
        rest = smtpspec_span_skip(rest, value->length);
    }
    if (rest.length > 0 && rest.at[0] != ' ')
        return false;
    *parameters = rest;
    return true;
}

bool smtpspec_parameter_next(struct smtpspec_span *parameters,
                             struct smtpspec_span *keyword,
                             struct smtpspec_span *value)
{
    return next_parameter(parameters, keyword, value);
}

/* 1*20DIGIT (RFC 1870, 3). */
static bool is_size(struct smtpspec_span value)
{
    for (size_t i = 0; i < value.length; i++)
        if (!is_digit(value.at[i]))
            return false;
    return value.length >= 1 && value.length <= 20;
}

/* The values of BODY (RFC 6152, 3; RFC 3030, 3). */
static bool is_body(struct smtpspec_span value)
{
    return smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("7BIT")) ||
           smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("8BITMIME")) ||
           smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("BINARYMIME"));
}

/* What a parameter asks for. Most lines have SIZE or BODY if any. */
static void note_parameter(struct smtpspec_command_line *out,
                           struct smtpspec_span keyword,
                           struct smtpspec_span value)
{
    enum smtpspec_extension extension;

    if (smtpspec_span_equal_nocase(keyword, SMTPSPEC_SPAN("SIZE"))) {
        extension = SMTPSPEC_EXTENSION_SIZE;
        out->bad_value = out->bad_value || !is_size(value);
    } else if (smtpspec_span_equal_nocase(keyword, SMTPSPEC_SPAN("BODY"))) {
        extension = SMTPSPEC_EXTENSION_8BITMIME;
        out->bad_value = out->bad_value || !is_body(value);
        out->binarymime =
            out->binarymime ||
            smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("BINARYMIME"));
    } else {
        extension = smtpspec_extension_of_parameter(keyword);
        out->smtputf8 =
            out->smtputf8 || extension == SMTPSPEC_EXTENSION_SMTPUTF8;
    }
    out->extensions |= SMTPSPEC_BIT64(extension);
}

/* What stands behind a path: nothing, or SP and parameters. */
static void read_parameters(struct smtpspec_command_line *out,
                            struct smtpspec_span rest)
{
    struct smtpspec_span keyword, value;

    if (rest.length > 0 && !is_blank(rest.at[0]))
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    rest = behind_blanks(rest, &out->faults);
    out->parameters = rest;
    while (next_parameter(&rest, &keyword, &value)) {
        note_parameter(out, keyword, value);
        if (rest.length > 1 && rest.at[1] == ' ')
            out->faults |= SMTPSPEC_FAULT_BLANKS;
    }
    if (rest.length > 0)
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
}

/* How far the "]" of an address literal is from its "["; 0 where there is none.
 * A general literal may hold a ">" (RFC 5321, 4.1.3: dcontent). */
static size_t literal_length(struct smtpspec_span span)
{
    size_t close = smtpspec_span_find(span, ']');

    return close < span.length ? close : 0;
}

/* From "<" to the ">" that no quoted string and no address literal hides; 0
 * where there is none. */
static size_t path_length(struct smtpspec_span span)
{
    bool quoted = false;

    if (span.length == 0 || span.at[0] != '<')
        return 0;
    for (size_t i = 1; i < span.length; i++) {
        char octet = span.at[i];

        if (octet == '"')
            quoted = !quoted;
        else if (quoted)
            i += octet == '\\';
        else if (octet == '>')
            return i + 1;
        else if (octet == '[' && span.at[i - 1] == '@')
            i += literal_length(smtpspec_span_skip(span, i));
    }
    return 0;
}

/* MAIL, RCPT and their like. UTF-8 in a path is told by the fault EIGHT_BIT
 * alone: whether SMTPUTF8 was asked for is not known here. */
static void read_path(struct smtpspec_command_line *out,
                      struct smtpspec_span keyword,
                      bool (*is_path)(struct smtpspec_span, bool))
{
    struct smtpspec_span rest =
        smtpspec_span_skip(out->argument, keyword.length);
    size_t blanks = blanks_length(rest), plain;

    if (!smtpspec_span_starts_nocase(out->argument, keyword)) {
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
        return;
    }
    if (blanks > 0)
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    rest = smtpspec_span_skip(rest, blanks);
    plain = smtpspec_plain_path(rest);
    out->path = smtpspec_span_head(rest,
                                   plain > 0 ? plain : path_length(rest));
    if (plain == 0 && !is_path(out->path, true))
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    if (out->path.length > 0)
        read_parameters(out, smtpspec_span_skip(rest, out->path.length));
}

/* "LAST", the one word that may stand behind BDAT's size or BURL's URL. */
static void read_last(struct smtpspec_command_line *out,
                      struct smtpspec_span rest)
{
    out->parameters = rest;
    if (rest.length == 0)
        return;
    if (smtpspec_span_equal_nocase(take_word(&rest, &out->faults),
                                   SMTPSPEC_SPAN("LAST")))
        out->last = true;
    else
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    if (rest.length > 0)
        out->faults |= SMTPSPEC_FAULT_EXTRA_ARGUMENT;
}

/* BDAT. A number that is none, or is past 2^64 - 1, leaves the chunk 0. */
static void read_chunk(struct smtpspec_command_line *out)
{
    struct smtpspec_span rest = out->argument;
    struct smtpspec_span word = take_word(&rest, &out->faults);
    uint64_t value = 0;
    bool good = true;

    for (size_t i = 0; i < word.length && good; i++) {
        uint64_t digit = (uint64_t)(word.at[i] - '0');

        good = is_digit(word.at[i]) && value <= (UINT64_MAX - digit) / 10;
        if (good)
            value = value * 10 + digit;
    }
    if (good)
        out->chunk = value;
    else
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    read_last(out, rest);
}

/* BURL: of the URL only that it has a scheme is looked at. */
static void read_url(struct smtpspec_command_line *out)
{
    struct smtpspec_span rest = out->argument;
    struct smtpspec_span word = take_word(&rest, &out->faults);
    size_t colon = smtpspec_span_find(word, ':');

    if (colon == 0 || colon == word.length)
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    read_last(out, rest);
}

/* sasl-mech (RFC 4422, 3.1), letters in either case */
static bool is_mechanism(struct smtpspec_span word)
{
    for (size_t i = 0; i < word.length; i++) {
        if (!is_alnum(word.at[i]) && word.at[i] != '-' && word.at[i] != '_')
            return false;
    }
    return word.length <= 20;
}

/* base64, or "=" for an empty response (RFC 4954, 4) */
static bool is_initial_response(struct smtpspec_span word)
{
    return smtpspec_is_base64(word) ||
           smtpspec_span_equal(word, SMTPSPEC_SPAN("="));
}

static void read_mechanism(struct smtpspec_command_line *out)
{
    struct smtpspec_span rest = out->argument;

    if (!is_mechanism(take_word(&rest, &out->faults)))
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    out->parameters = rest;
    if (rest.length > 0 &&
        !is_initial_response(take_word(&rest, &out->faults)))
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    if (rest.length > 0)
        out->faults |= SMTPSPEC_FAULT_EXTRA_ARGUMENT;
}

/* One word that `is_good` accepts. */
static void read_word(struct smtpspec_command_line *out,
                      bool (*is_good)(struct smtpspec_span))
{
    struct smtpspec_span rest = out->argument;

    if (!is_good(take_word(&rest, &out->faults)))
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    if (rest.length > 0)
        out->faults |= SMTPSPEC_FAULT_EXTRA_ARGUMENT;
}

/* HELO's grammar has no literal, but 4.1.1.1 asks clients without a name to
 * send one, by either verb. */
static bool is_host(struct smtpspec_span word)
{
    return smtpspec_is_domain(word) || smtpspec_is_address_literal(word);
}

static bool is_node(struct smtpspec_span word)
{
    if (word.at[0] == '#')
        return word.length > 1;
    if (word.at[0] == '@')
        word = smtpspec_span_skip(word, 1);
    return smtpspec_is_domain(word);
}

static bool is_domain_list(struct smtpspec_span word)
{
    for (;;) {
        size_t comma = smtpspec_span_find(word, ',');

        if (!smtpspec_is_domain(smtpspec_span_head(word, comma)))
            return false;
        if (comma == word.length)
            return true;
        word = smtpspec_span_skip(word, comma + 1);
    }
}

static void read_argument(struct smtpspec_command_line *out)
{
    switch ((enum argument)rows[out->command].argument) {
    case ARGUMENT_NONE:
        out->faults |= SMTPSPEC_FAULT_EXTRA_ARGUMENT;
        break;
    case ARGUMENT_ANYTHING:
    case ARGUMENT_TEXT:
        break;
    case ARGUMENT_DOMAIN:
        read_word(out, is_host);
        break;
    case ARGUMENT_REVERSE:
        read_path(out, SMTPSPEC_SPAN("FROM:"), smtpspec_is_reverse_path);
        break;
    case ARGUMENT_FORWARD:
        read_path(out, SMTPSPEC_SPAN("TO:"), smtpspec_is_forward_path);
        break;
    case ARGUMENT_CHUNK:
        read_chunk(out);
        break;
    case ARGUMENT_URL:
        read_url(out);
        break;
    case ARGUMENT_MECHANISM:
        read_mechanism(out);
        break;
    case ARGUMENT_NODE:
        read_word(out, is_node);
        break;
    case ARGUMENT_DOMAINS:
        read_word(out, is_domain_list);
        break;
    }
}

static bool may_stand_alone(enum smtpspec_command command)
{
    unsigned argument = rows[command].argument;

    return argument == ARGUMENT_NONE || argument == ARGUMENT_ANYTHING ||
           argument == ARGUMENT_DOMAINS;
}

/* Take the verb off the front; which command it is. */
static enum smtpspec_command read_verb(struct smtpspec_command_line *out,
                                       struct smtpspec_span line)
{
    enum smtpspec_command command;
    size_t length = 0;

    while (length < line.length && is_alnum(line.at[length])) {
        if (line.at[length] >= 'a')
            out->faults |= SMTPSPEC_FAULT_LOWER_CASE;
        length++;
    }
    out->verb = smtpspec_span_head(line, length);
    command = smtpspec_command_of(out->verb);
    return smtpspec_command_is_verb(command) ? command
                                             : SMTPSPEC_COMMAND_UNKNOWN;
}

/* One by one: compilers clear the whole by an instruction that takes as long
 * as reading a short line does. */
static void clear(struct smtpspec_command_line *out)
{
    const struct smtpspec_span empty = { NULL, 0 };

    out->command = SMTPSPEC_COMMAND_UNSET;
    out->faults = 0;
    out->verb = empty;
    out->argument = empty;
    out->path = empty;
    out->parameters = empty;
    out->chunk = 0;
    out->last = false;
    out->binarymime = false;
    out->smtputf8 = false;
    out->bad_value = false;
    out->extensions = 0;
}

void smtpspec_command_parse(struct smtpspec_span line,
                            struct smtpspec_command_line *out)
{
    size_t blanks = blanks_length(line);
    bool visible = is_all_visible(line);
    struct smtpspec_span rest;

    clear(out);
    if (line.length > SMTPSPEC_COMMAND_LINE_LIMIT - 2)
        out->faults |= SMTPSPEC_FAULT_TOO_LONG;
    if (blanks > 0)
        out->faults |= SMTPSPEC_FAULT_BLANKS;
    line = smtpspec_span_skip(line, blanks);
    while (line.length > 0 && is_blank(line.at[line.length - 1])) {
        out->faults |= SMTPSPEC_FAULT_BLANKS;
        line.length--;
    }
    out->command = read_verb(out, line);
    rest = smtpspec_span_skip(line, out->verb.length);
    /* Glued to its verb: most servers see one unknown verb ("NOOP-NOOP"). */
    if (rest.length > 0 && !is_blank(rest.at[0]) &&
        out->command != SMTPSPEC_COMMAND_UNKNOWN)
        out->faults |= SMTPSPEC_FAULT_BAD_ARGUMENT;
    rest = behind_blanks(rest, &out->faults);
    out->argument = rest;
    if (!visible)
        out->faults |= octet_faults(rest);
    if (rest.length > 0)
        read_argument(out);
    else if (!may_stand_alone(out->command))
        out->faults |= SMTPSPEC_FAULT_NO_ARGUMENT;
}

static size_t append(char *out, size_t at, struct smtpspec_span what)
{
    for (size_t i = 0; i < what.length; i++)
        out[at + i] = what.at[i];
    return at + what.length;
}

size_t smtpspec_command_write(enum smtpspec_command command,
                              struct smtpspec_span argument, char *out,
                              size_t cap)
{
    struct smtpspec_span name =
        smtpspec_span_of(smtpspec_command_name(command));
    size_t fixed = name.length + (argument.length > 0 ? 1 : 0) + 2 + 1;
    size_t length;

    if (!smtpspec_command_is_verb(command) || cap < fixed ||
        cap - fixed < argument.length)
        return 0;
    length = append(out, 0, name);
    if (argument.length > 0) {
        length = append(out, length, SMTPSPEC_SPAN(" "));
        length = append(out, length, argument);
    }
    length = append(out, length, SMTPSPEC_SPAN("\r\n"));
    out[length] = '\0';
    return length;
}

const char *smtpspec_command_name(enum smtpspec_command command)
{
    unsigned index = (unsigned)command;

    return rows[index < SMTPSPEC_COMMAND_COUNT ? index : 0].name.at;
}

/* Four letters as a number, in either case the same. */
#define VERB_LEAST 4

static uint32_t head_of(const char *at)
{
    return half_word_at((const unsigned char *)at) & 0xdfdfdfdf;
}

#define COMMAND(name, written, is_verb, argument, reference)                \
    _Static_assert(sizeof(written) > VERB_LEAST, "each begins so");
#include "commands.def"
#undef COMMAND

enum smtpspec_command smtpspec_command_of(struct smtpspec_span name)
{
    uint32_t head = name.length < VERB_LEAST ? 0 : head_of(name.at);

    /* Most names are just that long, and begin with four letters. */
    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT && head != 0; i++) {
        if (head == head_of(rows[i].name.at) &&
            name.length == rows[i].name.length &&
            (name.length == VERB_LEAST ||
             smtpspec_span_equal_nocase(name, rows[i].name)))
            return (enum smtpspec_command)i;
    }
    return SMTPSPEC_COMMAND_UNSET;
}

bool smtpspec_command_is_verb(enum smtpspec_command command)
{
    unsigned index = (unsigned)command;

    return index < SMTPSPEC_COMMAND_COUNT && rows[index].is_verb;
}
