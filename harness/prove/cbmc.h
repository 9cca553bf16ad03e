/* SPDX-License-Identifier: MIT */
/*
 * cbmc.h - what the entries for CBMC share: unknown values, and which states of
 * the reply tokenizer are sane
 *
 * Each cbmc_<what>.c is a main() whose assertions CBMC shows to hold for all
 * values of what is unknown, or else finds values for which they do not. The
 * head comment says what follows from that (`proves:`), which more files are
 * read (`follows:`), and what CBMC is told besides (`options:`), such as how
 * often a loop turns; that it does not turn oftener is proved, too. A variable
 * without a value is unknown. No compiler is to see these.
 */
#ifndef SMTPSPEC_CBMC_H
#define SMTPSPEC_CBMC_H

#include "wire/reply_machine.h"

#define assume(condition) __CPROVER_assume(condition)
#define prove(condition, what) __CPROVER_assert(condition, what)

#define CODE_DEFECTS                                                        \
    (DEFECT_BIT(NO_CODE) | DEFECT_BIT(CODE_SHORT) | DEFECT_BIT(CODE_LONG) | \
     DEFECT_BIT(CODE_RANGE) | DEFECT_BIT(CODE_DIFFERS) |                    \
     DEFECT_BIT(SEPARATOR_BAD))
#define STATUS_DEFECTS                                                      \
    (DEFECT_BIT(STATUS_MALFORMED) | DEFECT_BIT(STATUS_CLASS) |              \
     DEFECT_BIT(STATUS_DIFFERS))
#define OCTET_DEFECTS                                                       \
    (DEFECT_BIT(NUL) | DEFECT_BIT(CONTROL) | DEFECT_BIT(EIGHT_BIT) |        \
     DEFECT_BIT(BARE_CR))
/* What only the end of a line brings about. */
#define END_DEFECTS                                                         \
    (DEFECT_BIT(BARE_LF) | DEFECT_BIT(SEPARATOR_MISSING) |                  \
     DEFECT_BIT(LINE_LONG))

/* Any octet would do for a bool that nobody set, and does no good. */
static bool unknown_bool(void)
{
    unsigned char any;

    return any & 1;
}

static unsigned char unknown_octet(void)
{
    unsigned char any;

    return any;
}

static bool is_below(unsigned number, unsigned digits)
{
    return number < (digits == 0 ? 1 : digits == 1 ? 10
                     : digits == 2 ? 100 : 1000);
}

static bool is_status(struct smtpspec_status status)
{
    if (status.class_digit == 0)
        return status.subject == 0 && status.detail == 0;
    return (status.class_digit == 2 || status.class_digit == 4 ||
            status.class_digit == 5) &&
           status.subject <= 999 && status.detail <= 999;
}

/* Of the enhanced code there is as much as the stage says. */
static bool is_status_at(const struct smtpspec_reply_parser *parser)
{
    const struct smtpspec_status *status = &parser->status;
    unsigned digits = parser->number_digits;
    bool no_number = parser->number == 0 && digits == 0;

    switch (parser->stage) {
    case STAGE_CODE:
    case STAGE_CLASS:
        return no_number && status->class_digit == 0 && is_status(*status);
    case STAGE_CLASS_DOT:
    case STAGE_CANDIDATE:
        return no_number && status->class_digit <= 9 &&
               status->subject == 0 && status->detail == 0;
    case STAGE_SUBJECT:
        return is_status(*status) && status->class_digit != 0 &&
               status->subject == 0 && status->detail == 0 &&
               digits >= 1 && digits <= 3 && is_below(parser->number, digits);
    case STAGE_DETAIL:
        return is_status(*status) && status->class_digit != 0 &&
               status->detail == 0 && digits <= 3 &&
               is_below(parser->number, digits);
    default:
        return no_number && is_status(*status);
    }
}

/* What is wrong with a code that was read to its end. */
static uint32_t code_defects(const struct smtpspec_reply_parser *parser)
{
    unsigned code = parser->code, separator = parser->separator;
    uint32_t due = 0;

    if (parser->code_digits == 0)
        return DEFECT_BIT(NO_CODE);
    if (parser->code_digits < 3)
        return DEFECT_BIT(CODE_SHORT);
    if (parser->code_digits > 3)
        return DEFECT_BIT(CODE_LONG);
    if (code < 200 || code > 599 || code % 100 > 59)
        due |= DEFECT_BIT(CODE_RANGE);
    if (parser->in_reply && code != parser->first_code)
        due |= DEFECT_BIT(CODE_DIFFERS);
    if (parser->stage != STAGE_CODE && separator != ' ' && separator != '-' &&
        (parser->defects & DEFECT_BIT(SEPARATOR_MISSING)) == 0)
        due |= DEFECT_BIT(SEPARATOR_BAD);
    return due;
}

/* What is wrong with an enhanced code that was read to its end, or none. */
static uint32_t status_defects(const struct smtpspec_reply_parser *parser)
{
    const struct smtpspec_status *status = &parser->status;
    const struct smtpspec_status *first = &parser->first_status;
    uint32_t due = 0;

    if (status->class_digit == 0)
        return parser->defects & DEFECT_BIT(STATUS_MALFORMED);
    if (status->class_digit != parser->code / 100)
        due |= DEFECT_BIT(STATUS_CLASS);
    if (first->class_digit != 0 &&
        (first->class_digit != status->class_digit ||
         first->subject != status->subject || first->detail != status->detail))
        due |= DEFECT_BIT(STATUS_DIFFERS);
    return due;
}

/* The defects of code and enhanced code are those that there are, no more and
 * no less. */
static bool are_told(const struct smtpspec_reply_parser *parser)
{
    uint32_t code = parser->stage == STAGE_CODE ? 0 : code_defects(parser);
    uint32_t status = parser->stage == STAGE_TEXT ? status_defects(parser) : 0;

    return (parser->defects & CODE_DEFECTS) == code &&
           (parser->defects & STATUS_DEFECTS) == status;
}

/* Code and separator are as far as the stage says. */
static bool is_code_at(const struct smtpspec_reply_parser *parser)
{
    bool separated = parser->separator == ' ' || parser->separator == '-';

    if (!is_below(parser->code, parser->code_digits) ||
        parser->code_digits > 4)
        return false;
    if (parser->stage == STAGE_CODE)
        return parser->code_digits <= 3 && parser->separator == 0;
    if (parser->stage == STAGE_TEXT)
        return parser->code_digits == 3 || parser->separator == 0;
    return parser->code_digits == 3 && separated;
}

/* What is true of a parser inside a line: after init, and, as cbmc_step.c
 * shows, after whatever it was fed. */
static bool is_sane(const struct smtpspec_reply_parser *parser)
{
    bool begun = parser->code_digits > 0 || parser->held_cr ||
                 parser->stage != STAGE_CODE || parser->defects != 0;

    return parser->stage <= STAGE_TEXT &&
           (parser->defects |
            (CODE_DEFECTS | STATUS_DEFECTS | OCTET_DEFECTS)) ==
               (CODE_DEFECTS | STATUS_DEFECTS | OCTET_DEFECTS) &&
           (parser->line_octets > 0 || !begun) && is_code_at(parser) &&
           is_status_at(parser) && are_told(parser) &&
           is_status(parser->first_status) && parser->first_code <= 999 &&
           (parser->in_reply || (parser->first_code == 0 &&
                                 parser->first_status.class_digit == 0));
}

/* Any sane state; that of a stream which is not at its 2^64th octet. */
static struct smtpspec_reply_parser sane_parser(uint64_t to_come)
{
    struct smtpspec_reply_parser parser;

    parser.held_cr = unknown_bool();
    parser.in_reply = unknown_bool();
    assume(is_sane(&parser));
    assume(parser.line_octets <= UINT64_MAX - to_come);
    return parser;
}

static bool are_same(const struct smtpspec_reply_parser *a,
                     const struct smtpspec_reply_parser *b)
{
    return a->line_octets == b->line_octets && a->defects == b->defects &&
           a->status.class_digit == b->status.class_digit &&
           a->status.subject == b->status.subject &&
           a->status.detail == b->status.detail &&
           a->first_status.class_digit == b->first_status.class_digit &&
           a->first_status.subject == b->first_status.subject &&
           a->first_status.detail == b->first_status.detail &&
           a->code == b->code && a->first_code == b->first_code &&
           a->number == b->number && a->number_digits == b->number_digits &&
           a->stage == b->stage && a->code_digits == b->code_digits &&
           a->separator == b->separator && a->held_cr == b->held_cr &&
           a->in_reply == b->in_reply;
}

#endif
