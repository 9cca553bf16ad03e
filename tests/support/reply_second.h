/* SPDX-License-Identifier: MIT */
/*
 * reply_second.h - a second reading of replies, by whole lines
 *
 * What the tokenizer finds octet by octet is found here from a line that lies
 * there as a whole, by other means, and nothing is kept from line to line but
 * the reply. Header only, for the tests and the fuzz targets that hold the two
 * against each other.
 */
#ifndef SMTPSPEC_TESTS_REPLY_SECOND_H
#define SMTPSPEC_TESTS_REPLY_SECOND_H

#include <smtpspec/reply.h>

#include "reply_same.h"

#define SECOND_BIT(name) SMTPSPEC_BIT(SMTPSPEC_DEFECT_##name)

/* The reply that the next line belongs to. */
struct second {
    bool in_reply;
    unsigned first_code;
    struct smtpspec_status first_status;
};

static inline uint32_t second_octets(struct smtpspec_span text)
{
    uint32_t defects = 0;
    unsigned odd = 0;

    /* Most lines have none, and this loop is one that compilers unroll. */
    for (size_t i = 0; i < text.length; i++)
        odd |= (unsigned char)(text.at[i] - 32) > 126 - 32;
    for (size_t i = 0; odd != 0 && i < text.length; i++) {
        unsigned char octet = (unsigned char)text.at[i];

        if (octet == 0)
            defects |= SECOND_BIT(NUL);
        else if (octet == '\r')
            defects |= SECOND_BIT(BARE_CR);
        else if (octet > 127)
            defects |= SECOND_BIT(EIGHT_BIT);
        else if (octet != '\t' && (octet < 32 || octet == 127))
            defects |= SECOND_BIT(CONTROL);
    }
    return defects;
}

static inline bool second_digit(struct smtpspec_span text, size_t at)
{
    return at < text.length && text.at[at] >= '0' && text.at[at] <= '9';
}

/* How an attempt to read an enhanced code ended. */
enum second_status_end {
    SECOND_NONE,
    SECOND_CUT,    /* the text ended inside it                               */
    SECOND_AT_END, /* the text ended behind it, and may go on                */
    SECOND_WHOLE   /* SP follows                                             */
};

/* 1 to 3 digits, none of them a leading zero; moves `*at` behind them. */
static inline bool second_number(struct smtpspec_span text, size_t *at,
                                 uint16_t *number)
{
    size_t first = *at;
    unsigned value = 0;

    while (second_digit(text, *at) && *at < first + 4)
        value = value * 10 + (unsigned)(text.at[(*at)++] - '0');
    *number = (uint16_t)value;
    return *at - first >= 1 && *at - first <= 3 &&
           (*at - first == 1 || text.at[first] != '0');
}

/* class "." subject "." detail, then SP or the end; `text` has three octets. */
static inline enum second_status_end
second_parse(struct smtpspec_span text, struct smtpspec_status *status)
{
    size_t at = 2;

    if (text.at[0] != '2' && text.at[0] != '4' && text.at[0] != '5')
        return SECOND_NONE;
    status->class_digit = (uint8_t)(text.at[0] - '0');
    if (!second_number(text, &at, &status->subject))
        return SECOND_NONE;
    if (at == text.length)
        return SECOND_CUT;
    if (text.at[at++] != '.')
        return SECOND_NONE;
    if (at == text.length)
        return SECOND_CUT;
    if (!second_number(text, &at, &status->detail))
        return SECOND_NONE;
    if (at == text.length)
        return SECOND_AT_END;
    return text.at[at] == ' ' ? SECOND_WHOLE : SECOND_NONE;
}

/* The enhanced code at the start of `text`, which is `whole` or was cut. */
static inline void second_status(const struct second *second, bool whole,
                                 struct smtpspec_span text,
                                 struct smtpspec_reply_line *out)
{
    struct smtpspec_status status = { 0 };
    enum second_status_end end;

    if (text.length < 3 || !second_digit(text, 0) || text.at[1] != '.' ||
        !second_digit(text, 2))
        return;
    end = second_parse(text, &status);
    if (end == SECOND_NONE || (whole && end == SECOND_CUT)) {
        out->defects |= SECOND_BIT(STATUS_MALFORMED);
        return;
    }
    if (!whole && end != SECOND_WHOLE)
        return;
    out->status = status;
    if (status.class_digit != out->code / 100)
        out->defects |= SECOND_BIT(STATUS_CLASS);
    if (second->in_reply && second->first_status.class_digit != 0 &&
        !reply_same_status(&second->first_status, &status))
        out->defects |= SECOND_BIT(STATUS_DIFFERS);
}

/* Code, separator and enhanced code. */
static inline void second_text(const struct second *second, bool whole,
                               struct smtpspec_span text,
                               struct smtpspec_reply_line *out)
{
    unsigned digits = 0, code = 0;

    while (digits < 4 && second_digit(text, digits))
        code = code * 10 + (unsigned)(text.at[digits++] - '0');
    if (digits == 3)
        out->code = (uint16_t)code;
    if (!whole && digits < 4 && digits == text.length)
        return;
    if (digits != 3) {
        out->defects |= digits == 0  ? SECOND_BIT(NO_CODE)
                        : digits < 3 ? SECOND_BIT(CODE_SHORT)
                                     : SECOND_BIT(CODE_LONG);
        return;
    }
    if (code / 100 < 2 || code / 100 > 5 || code / 10 % 10 > 5)
        out->defects |= SECOND_BIT(CODE_RANGE);
    if (second->in_reply && code != second->first_code)
        out->defects |= SECOND_BIT(CODE_DIFFERS);
    if (text.length == 3)
        out->defects |= SECOND_BIT(SEPARATOR_MISSING);
    else
        out->separator = (uint8_t)text.at[3];
    if (out->separator == ' ' || out->separator == '-')
        second_status(
            second, whole,
            (struct smtpspec_span){ text.at + 4, text.length - 4 }, out);
    else if (text.length > 3)
        out->defects |= SECOND_BIT(SEPARATOR_BAD);
}

/* What is read of a line, `octets` being how many it has so far. */
static inline void second_part(const struct second *second, bool whole,
                               struct smtpspec_span text, uint64_t octets,
                               struct smtpspec_reply_line *out)
{
    *out = (struct smtpspec_reply_line){ 0 };
    out->defects = second_octets(text);
    if (octets > 512)
        out->defects |= SECOND_BIT(LINE_LONG);
    if (!second->in_reply)
        out->flags |= SMTPSPEC_LINE_FIRST;
    second_text(second, whole, text, out);
}

/* A line with its LF. `at` and `length` of the record are those in `line`. */
static inline void second_line(struct second *second, struct smtpspec_span line,
                               struct smtpspec_reply_line *out)
{
    struct smtpspec_span text = { line.at, line.length - 1 };
    bool bare_lf = text.length == 0 || text.at[text.length - 1] != '\r';
    const uint32_t no_code = SECOND_BIT(NO_CODE) | SECOND_BIT(CODE_SHORT) |
                             SECOND_BIT(CODE_LONG);
    bool more;

    if (!bare_lf)
        text.length--;
    second_part(second, true, text, line.length, out);
    out->length = (uint32_t)text.length;
    if (bare_lf)
        out->defects |= SECOND_BIT(BARE_LF);
    more = (out->defects & no_code) != 0 ? second->in_reply
                                         : out->separator == '-';
    if (!more)
        out->flags |= SMTPSPEC_LINE_LAST;
    if (more && !second->in_reply) {
        second->first_code = out->code;
        second->first_status = out->status;
    }
    second->in_reply = more;
}

/*
 * The stream ended here, `rest` being what follows the last LF. Returns
 * whether that leaves a reply open, and then writes what is known of it.
 */
static inline bool second_end(const struct second *second,
                              struct smtpspec_span rest,
                              struct smtpspec_reply_line *out)
{
    struct smtpspec_span text = rest;

    if (!second->in_reply && rest.length == 0)
        return false;
    /* A CR at the very end is half a line end. */
    if (text.length > 0 && text.at[text.length - 1] == '\r')
        text.length--;
    second_part(second, false, text, rest.length, out);
    out->defects |= SECOND_BIT(UNTERMINATED);
    return true;
}

#endif
