/* SPDX-License-Identifier: MIT */
/*
 * parameters.c - the parameters of MAIL and RCPT, held against the RFC that
 * brings each
 *
 * Floor 5, server. That an extension is not offered was told before (555); so
 * what is left to find here is a value that will not do, a parameter given
 * twice, or one that belongs to the other command.
 */
#include "base/octet.h"
#include "server/engine.h"

#define ENVID_LIMIT 100 /* RFC 3461, 4.4 */
#define ORCPT_LIMIT 500 /* RFC 3461, 4.2 */

static bool is_one_of(struct smtpspec_span value, const char *const *words)
{
    for (; *words != NULL; words++)
        if (smtpspec_span_equal_nocase(value, smtpspec_span_of(*words)))
            return true;
    return false;
}

static bool is_hex(char octet)
{
    return is_digit(octet) || (octet >= 'A' && octet <= 'F');
}

/* xtext (RFC 3461, 4): printable but "+" and "=", or "+" and two digits. */
static bool is_xtext(struct smtpspec_span value, size_t limit)
{
    for (size_t i = 0; i < value.length; i++) {
        if (value.at[i] < '!' || value.at[i] > '~' || value.at[i] == '=')
            return false;
        if (value.at[i] != '+')
            continue;
        if (value.length - i < 3 || !is_hex(value.at[i + 1]) ||
            !is_hex(value.at[i + 2]))
            return false;
        i += 2;
    }
    return value.length > 0 && value.length <= limit;
}

static bool is_nothing(struct smtpspec_span value)
{
    return value.at == NULL || value.length == 0;
}

/* The number (RFC 1870, 3: up to 20 digits), past our limit as soon as it is
 * past it. */
static bool is_size(struct smtpspec_span value)
{
    for (size_t i = 0; i < value.length; i++)
        if (!is_digit(value.at[i]))
            return false;
    return value.length > 0 && value.length <= 20;
}

static bool is_too_big(struct smtpspec_span value)
{
    uint64_t size = 0;

    for (size_t i = 0; i < value.length; i++)
        if (size <= SMTPSPEC_SERVER_SIZE)
            size = size * 10 + (uint64_t)(value.at[i] - '0');
    return size > SMTPSPEC_SERVER_SIZE;
}

static bool is_body(struct smtpspec_span value)
{
    static const char *const words[] = { "7BIT", "8BITMIME", "BINARYMIME",
                                         NULL };

    return is_one_of(value, words);
}

static bool is_ret(struct smtpspec_span value)
{
    static const char *const words[] = { "FULL", "HDRS", NULL };

    return is_one_of(value, words);
}

static bool is_envid(struct smtpspec_span value)
{
    return is_xtext(value, ENVID_LIMIT);
}

/* NEVER alone, or some of the others (RFC 3461, 4.1). */
static bool is_notify(struct smtpspec_span value)
{
    static const char *const words[] = { "SUCCESS", "FAILURE", "DELAY",
                                         NULL };

    if (smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("NEVER")))
        return true;
    for (;;) {
        size_t comma = smtpspec_span_find(value, ',');

        if (!is_one_of(smtpspec_span_head(value, comma), words))
            return false;
        if (comma == value.length)
            return true;
        value = smtpspec_span_skip(value, comma + 1);
    }
}

/* addr-type ";" xtext (RFC 3461, 4.2); of utf-8 addresses (RFC 6533, 3) what
 * xtext has of them. */
static bool is_orcpt(struct smtpspec_span value)
{
    size_t semicolon = smtpspec_span_find(value, ';');

    for (size_t i = 0; i < semicolon; i++) {
        char octet = value.at[i];

        if (!is_digit(octet) && octet != '-' &&
            !((octet | 0x20) >= 'a' && (octet | 0x20) <= 'z'))
            return false;
    }
    return semicolon > 0 && semicolon < value.length &&
           value.length <= ORCPT_LIMIT &&
           is_xtext(smtpspec_span_skip(value, semicolon + 1), ORCPT_LIMIT);
}

/* by-time ";" by-mode [by-trace] (RFC 2852, 4): to return what is late at
 * once makes no sense. */
static bool is_by(struct smtpspec_span value)
{
    size_t semicolon = smtpspec_span_find(value, ';');
    struct smtpspec_span mode = smtpspec_span_skip(value, semicolon + 1);
    bool signed_ = value.length > 0 && (value.at[0] == '-' ||
                                        value.at[0] == '+');
    bool past = value.length > 0 && value.at[0] == '-', zero = true;
    bool returns = mode.length > 0 && (mode.at[0] | 0x20) == 'r';

    if (semicolon == value.length || semicolon <= signed_ ||
        semicolon > 9u + signed_)
        return false;
    for (size_t i = signed_; i < semicolon; i++) {
        if (!is_digit(value.at[i]))
            return false;
        zero = zero && value.at[i] == '0';
    }
    if (mode.length < 1 || mode.length > 2 ||
        (!returns && (mode.at[0] | 0x20) != 'n') ||
        (mode.length == 2 && (mode.at[1] | 0x20) != 't'))
        return false;
    return !returns || (!past && !zero);
}

/* -9 to 9 (RFC 6710, 7) */
static bool is_priority(struct smtpspec_span value)
{
    bool minus = value.length == 2 && value.at[0] == '-';

    return value.length == 1u + minus && is_digit(value.at[minus]) &&
           !(minus && value.at[1] == '0');
}

/* "<>", or whom the message is from, as xtext (RFC 4954, 5). */
static bool is_auth(struct smtpspec_span value)
{
    return smtpspec_span_equal(value, SMTPSPEC_SPAN("<>")) ||
           is_xtext(value, SMTPSPEC_SERVER_LINE_KEPT);
}

static const struct parameter {
    const char *keyword;
    uint8_t command;
    bool (*is_good)(struct smtpspec_span value);
} parameters[] = {
    { "SIZE", SMTPSPEC_COMMAND_MAIL, is_size },
    { "BODY", SMTPSPEC_COMMAND_MAIL, is_body },
    { "SMTPUTF8", SMTPSPEC_COMMAND_MAIL, is_nothing },
    { "RET", SMTPSPEC_COMMAND_MAIL, is_ret },
    { "ENVID", SMTPSPEC_COMMAND_MAIL, is_envid },
    { "BY", SMTPSPEC_COMMAND_MAIL, is_by },
    { "MT-PRIORITY", SMTPSPEC_COMMAND_MAIL, is_priority },
    { "REQUIRETLS", SMTPSPEC_COMMAND_MAIL, is_nothing },
    { "AUTH", SMTPSPEC_COMMAND_MAIL, is_auth },
    { "NOTIFY", SMTPSPEC_COMMAND_RCPT, is_notify },
    { "ORCPT", SMTPSPEC_COMMAND_RCPT, is_orcpt },
};

static size_t index_of(const struct smtpspec_command_line *line,
                       struct smtpspec_span keyword)
{
    size_t i = 0;

    while (i < SMTPSPEC_ARRAY_LEN(parameters) &&
           (parameters[i].command != line->command ||
            !smtpspec_span_equal_nocase(
                keyword, smtpspec_span_of(parameters[i].keyword))))
        i++;
    return i;
}

static bool is_binary(struct smtpspec_span keyword, struct smtpspec_span value)
{
    return smtpspec_span_equal_nocase(keyword, SMTPSPEC_SPAN("BODY")) &&
           smtpspec_span_equal_nocase(value, SMTPSPEC_SPAN("BINARYMIME"));
}

bool smtpspec_parameters_refused(const struct smtpspec_server *server,
                                 const struct smtpspec_command_line *line,
                                 struct answer *answer)
{
    struct smtpspec_span rest = line->parameters, keyword, value;
    uint32_t seen = 0;

    while (smtpspec_parameter_next(&rest, &keyword, &value)) {
        size_t i = index_of(line, keyword);

        if (i == SMTPSPEC_ARRAY_LEN(parameters)) {
            *answer = smtpspec_answer_for(555); /* of the other command */
            return true;
        }
        if ((seen & SMTPSPEC_BIT(i)) != 0) {
            *answer = smtpspec_answer(501, "5.5.4", "Parameter given twice");
            return true;
        }
        seen |= SMTPSPEC_BIT(i);
        if (!parameters[i].is_good(value) ||
            (is_binary(keyword, value) &&
             !offers(server, SMTPSPEC_EXTENSION_BINARYMIME))) {
            *answer = smtpspec_answer(501, "5.5.4",
                                      "This value will not do");
            return true;
        }
        if (parameters[i].is_good == is_size && is_too_big(value)) {
            *answer = smtpspec_answer(552, "5.3.4", "Message too big");
            return true;
        }
    }
    return false;
}

bool smtpspec_parameters_have(const struct smtpspec_command_line *line,
                              const char *wanted)
{
    struct smtpspec_span rest = line->parameters, keyword, value;

    while (smtpspec_parameter_next(&rest, &keyword, &value))
        if (smtpspec_span_equal_nocase(keyword, smtpspec_span_of(wanted)))
            return true;
    return false;
}
