/* SPDX-License-Identifier: MIT */
/*
 * reply_machine.h - the reply tokenizer, octet by octet (RFC 5321, 4.2)
 *
 * step() takes one octet and has no loop; a loop around it that does nothing
 * else is the reference, reply_reference.c. So every cut of a stream is the
 * same fold over its octets, and a prover can take step() for any state and
 * any octet. reply.c leaves out steps whose outcome is known beforehand and is
 * held against the reference.
 *
 * What it does not do: it bounds nothing (lines, their length, lines of a
 * reply), and it knows neither the command that was answered nor what EHLO
 * offered.
 */
#ifndef SMTPSPEC_WIRE_REPLY_MACHINE_H
#define SMTPSPEC_WIRE_REPLY_MACHINE_H

#include "wire/inline.h"

#include <smtpspec/limits.h>
#include <smtpspec/reply.h>

_Static_assert(sizeof(struct smtpspec_reply_parser) <= 64, "one cache line");
_Static_assert(sizeof(struct smtpspec_reply_line) <= 32, "a small record");

#define DEFECT_BIT(name) SMTPSPEC_BIT(SMTPSPEC_DEFECT_##name)

/* Which part of a line the next octet belongs to. */
enum stage {
    STAGE_CODE,      /* the code, or the octet after its third digit         */
    STAGE_CLASS,     /* first octet of the text: perhaps an enhanced code    */
    STAGE_CLASS_DOT, /* after one digit                                      */
    STAGE_CANDIDATE, /* after digit and dot: a digit makes it a candidate    */
    STAGE_SUBJECT,   /* in the second number                                 */
    STAGE_DETAIL,    /* in the third                                         */
    STAGE_TEXT
};

static const struct smtpspec_status no_status;

SMTPSPEC_INLINE bool is_digit(unsigned char octet)
{
    return octet >= '0' && octet <= '9';
}

/* What is wrong with an octet, wherever in the line it stands. A CR is asked
 * for only once it is known that no LF follows, and an LF never. */
SMTPSPEC_INLINE uint32_t octet_defects(unsigned char octet)
{
    enum { N = DEFECT_BIT(NUL), R = DEFECT_BIT(BARE_CR),
           C = DEFECT_BIT(CONTROL), E = DEFECT_BIT(EIGHT_BIT) };
#define ALL16(d) d, d, d, d, d, d, d, d, d, d, d, d, d, d, d, d
    static const uint8_t defects[256] = {
        N, C, C, C, C, C, C, C, C, 0, 0, C, C, R, C, C, ALL16(C),
        ALL16(0), ALL16(0), ALL16(0), ALL16(0), ALL16(0),
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, C,
        ALL16(E), ALL16(E), ALL16(E), ALL16(E),
        ALL16(E), ALL16(E), ALL16(E), ALL16(E),
    };
#undef ALL16

    return defects[octet];
}

SMTPSPEC_INLINE bool has_code(const struct smtpspec_reply_parser *parser)
{
    return parser->code_digits == 3;
}

/* The code has its three digits and no fourth. */
SMTPSPEC_INLINE void settle_code(struct smtpspec_reply_parser *parser)
{
    unsigned second = parser->code / 10 % 10;

    if (parser->code < 200 || parser->code > 559 || second > 5)
        parser->defects |= DEFECT_BIT(CODE_RANGE);
    if (parser->in_reply && parser->code != parser->first_code)
        parser->defects |= DEFECT_BIT(CODE_DIFFERS);
}

/* Fewer than three digits, or none. */
SMTPSPEC_INLINE void settle_no_code(struct smtpspec_reply_parser *parser)
{
    parser->defects |= parser->code_digits > 0 ? DEFECT_BIT(CODE_SHORT)
                                               : DEFECT_BIT(NO_CODE);
}

SMTPSPEC_INLINE void take_code(struct smtpspec_reply_parser *parser,
                               unsigned char octet)
{
    if (is_digit(octet) && parser->code_digits < 3) {
        parser->code = (uint16_t)(parser->code * 10 + (octet - '0'));
        parser->code_digits++;
        return;
    }
    parser->stage = STAGE_TEXT;
    if (is_digit(octet)) {
        parser->defects |= DEFECT_BIT(CODE_LONG);
        parser->code_digits = 4;
    } else if (!has_code(parser)) {
        settle_no_code(parser);
    } else {
        settle_code(parser);
        parser->separator = octet;
        if (octet == ' ' || octet == '-')
            parser->stage = STAGE_CLASS;
        else
            parser->defects |= DEFECT_BIT(SEPARATOR_BAD);
    }
}

SMTPSPEC_INLINE void forget_number(struct smtpspec_reply_parser *parser)
{
    parser->number = 0;
    parser->number_digits = 0;
}

/* The text began as an enhanced code and did not go on as one. */
SMTPSPEC_INLINE void spoil_status(struct smtpspec_reply_parser *parser)
{
    parser->defects |= DEFECT_BIT(STATUS_MALFORMED);
    parser->status = no_status;
    parser->stage = STAGE_TEXT;
    forget_number(parser);
}

/* An enhanced code was read and SP or the line end follows it. */
SMTPSPEC_INLINE void settle_status(struct smtpspec_reply_parser *parser)
{
    struct smtpspec_status *status = &parser->status;
    const struct smtpspec_status *first = &parser->first_status;

    status->detail = parser->number;
    parser->stage = STAGE_TEXT;
    forget_number(parser);
    if (status->class_digit != parser->code / 100)
        parser->defects |= DEFECT_BIT(STATUS_CLASS);
    if (first->class_digit != 0 &&
        (first->class_digit != status->class_digit ||
         first->subject != status->subject ||
         first->detail != status->detail))
        parser->defects |= DEFECT_BIT(STATUS_DIFFERS);
}

/* Another digit of subject or detail: at most three, no leading zero
 * (RFC 3463, 2). */
SMTPSPEC_INLINE void take_number(struct smtpspec_reply_parser *parser,
                                 unsigned char octet)
{
    bool zero_leads = parser->number_digits > 0 && parser->number == 0;

    if (parser->number_digits == 3 || zero_leads) {
        spoil_status(parser);
        return;
    }
    parser->number = (uint16_t)(parser->number * 10 + (octet - '0'));
    parser->number_digits++;
}

SMTPSPEC_INLINE void take_candidate(struct smtpspec_reply_parser *parser,
                                    unsigned char octet)
{
    unsigned class_digit = parser->status.class_digit;

    if (!is_digit(octet)) {
        parser->status = no_status;
        parser->stage = STAGE_TEXT;
    } else if (class_digit != 2 && class_digit != 4 && class_digit != 5) {
        spoil_status(parser);
    } else {
        parser->number = (uint16_t)(octet - '0');
        parser->number_digits = 1;
        parser->stage = STAGE_SUBJECT;
    }
}

SMTPSPEC_INLINE void take_subject(struct smtpspec_reply_parser *parser,
                                  unsigned char octet)
{
    if (is_digit(octet)) {
        take_number(parser, octet);
    } else if (octet == '.') {
        parser->status.subject = parser->number;
        forget_number(parser);
        parser->stage = STAGE_DETAIL;
    } else {
        spoil_status(parser);
    }
}

SMTPSPEC_INLINE void take_detail(struct smtpspec_reply_parser *parser,
                                 unsigned char octet)
{
    if (is_digit(octet))
        take_number(parser, octet);
    else if (octet == ' ' && parser->number_digits > 0)
        settle_status(parser);
    else
        spoil_status(parser);
}

/* An octet of the line that is not its line end. */
SMTPSPEC_INLINE void take(struct smtpspec_reply_parser *parser,
                          unsigned char octet)
{
    parser->defects |= octet_defects(octet);
    switch ((enum stage)parser->stage) {
    case STAGE_CODE:
        take_code(parser, octet);
        break;
    case STAGE_CLASS:
        parser->status.class_digit =
            is_digit(octet) ? (uint8_t)(octet - '0') : 0;
        parser->stage = is_digit(octet) ? STAGE_CLASS_DOT : STAGE_TEXT;
        break;
    case STAGE_CLASS_DOT:
        if (octet != '.')
            parser->status = no_status;
        parser->stage = octet == '.' ? STAGE_CANDIDATE : STAGE_TEXT;
        break;
    case STAGE_CANDIDATE:
        take_candidate(parser, octet);
        break;
    case STAGE_SUBJECT:
        take_subject(parser, octet);
        break;
    case STAGE_DETAIL:
        take_detail(parser, octet);
        break;
    case STAGE_TEXT:
        break;
    }
}

/* The line is whole: settle what only its end can tell. */
SMTPSPEC_INLINE void end_line(struct smtpspec_reply_parser *parser)
{
    switch ((enum stage)parser->stage) {
    case STAGE_CODE:
        if (has_code(parser)) {
            settle_code(parser);
            parser->defects |= DEFECT_BIT(SEPARATOR_MISSING);
        } else {
            settle_no_code(parser);
        }
        break;
    case STAGE_CLASS:
    case STAGE_CLASS_DOT:
    case STAGE_CANDIDATE:
        parser->status = no_status;
        break;
    case STAGE_SUBJECT:
        spoil_status(parser);
        break;
    case STAGE_DETAIL:
        if (parser->number_digits > 0)
            settle_status(parser);
        else
            spoil_status(parser);
        break;
    case STAGE_TEXT:
        break;
    }
    if (parser->line_octets > SMTPSPEC_REPLY_LINE_LIMIT)
        parser->defects |= DEFECT_BIT(LINE_LONG);
}

/* Take one octet; true where it ended a line. Loop-free on purpose. */
SMTPSPEC_INLINE bool step(struct smtpspec_reply_parser *parser,
                          unsigned char octet)
{
    bool held_cr = parser->held_cr;

    parser->held_cr = false;
    if (held_cr && octet != '\n')
        take(parser, '\r');
    parser->line_octets++;
    if (octet == '\n') {
        if (!held_cr)
            parser->defects |= DEFECT_BIT(BARE_LF);
        end_line(parser);
        return true;
    }
    if (octet == '\r')
        parser->held_cr = true;
    else
        take(parser, octet);
    return false;
}

SMTPSPEC_INLINE void forget_line(struct smtpspec_reply_parser *parser)
{
    parser->line_octets = 0;
    parser->defects = 0;
    parser->status = no_status;
    parser->code = 0;
    forget_number(parser);
    parser->stage = STAGE_CODE;
    parser->code_digits = 0;
    parser->separator = 0;
    parser->held_cr = false;
}

SMTPSPEC_INLINE void forget_reply(struct smtpspec_reply_parser *parser)
{
    parser->in_reply = false;
    parser->first_code = 0;
    parser->first_status = no_status;
}

/* Write what is known of a line; at, length and flags are 0. */
SMTPSPEC_INLINE void describe(const struct smtpspec_reply_parser *parser,
                              struct smtpspec_reply_line *line)
{
    line->at = 0;
    line->length = 0;
    line->code = has_code(parser) ? parser->code : 0;
    line->separator = parser->separator;
    line->flags = 0;
    line->defects = parser->defects;
    line->status = parser->status;
}

/* How many of `length` octets one feed takes: records count in 32 bits. */
SMTPSPEC_INLINE size_t feed_most(size_t length)
{
    return length < UINT32_MAX ? length : UINT32_MAX;
}

/* A CR held from before turns out bare unless LF comes first now. */
SMTPSPEC_INLINE bool resumes_cr(const struct smtpspec_reply_parser *parser,
                                struct smtpspec_span octets)
{
    return parser->held_cr && octets.length > 0 && octets.at[0] != '\n';
}

/*
 * Write the record of a whole line, which goes from `start` to behind its LF
 * at `end`, and turn to the next one. `resumed` tells that a CR of the feed
 * before belongs in front.
 */
SMTPSPEC_INLINE void hand_out(struct smtpspec_reply_parser *parser,
                              size_t start, size_t end, bool resumed,
                              struct smtpspec_reply_line *line)
{
    size_t length = end - start - 1;
    /* A line without a code cannot say whether more follow: inside a reply it
     * changes nothing, outside of one it stands alone. */
    bool goes_on = has_code(parser) ? parser->separator == '-'
                                    : parser->in_reply;

    describe(parser, line);
    /* The CR of CRLF, where it is not of the feed before. */
    if (length > 0 && (line->defects & DEFECT_BIT(BARE_LF)) == 0)
        length--;
    line->at = (uint32_t)start;
    line->length = (uint32_t)length;
    if (resumed)
        line->flags |= SMTPSPEC_LINE_HELD_CR;
    if (!parser->in_reply)
        line->flags |= SMTPSPEC_LINE_FIRST;
    if (!goes_on) {
        line->flags |= SMTPSPEC_LINE_LAST;
        forget_reply(parser);
    } else if (!parser->in_reply) {
        parser->in_reply = true;
        parser->first_code = parser->code;
        parser->first_status = parser->status;
    }
    forget_line(parser);
}

/* The octets end inside a line, at `end`; write what came of it since
 * `start`. Returns how many records that took. */
SMTPSPEC_INLINE size_t
hand_out_fragment(const struct smtpspec_reply_parser *parser, size_t start,
                  size_t end, bool resumed, struct smtpspec_reply_line *line)
{
    size_t length = end - start - (parser->held_cr ? 1 : 0);

    if (length == 0 && !resumed)
        return 0;
    line->at = (uint32_t)start;
    line->length = (uint32_t)length;
    line->code = 0;
    line->separator = 0;
    line->flags = SMTPSPEC_LINE_PARTIAL;
    line->defects = 0;
    line->status = no_status;
    if (resumed)
        line->flags |= SMTPSPEC_LINE_HELD_CR;
    return 1;
}

#endif
