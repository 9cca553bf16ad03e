/* SPDX-License-Identifier: MIT */
/*
 * reply_fast.h - reply_machine.h with shortcuts where the outcome of many
 * steps is known
 *
 * There are two: in the text of a line a run of plain octets is only counted
 * (an odd one adds its defects), and a line that begins as most do, with three
 * digits, SP or hyphen and perhaps an enhanced code, is read as a whole. All
 * else, and whatever a feed cuts, goes octet by octet through step().
 */
#ifndef SMTPSPEC_WIRE_REPLY_FAST_H
#define SMTPSPEC_WIRE_REPLY_FAST_H

#include "wire/plain.h"
#include "wire/reply_machine.h"

/* An enhanced code with its SP at the start of the text; its length, SP
 * included, 0 where there is none or it is not here as a whole. */
static inline size_t take_status(struct smtpspec_reply_parser *parser,
                                 struct smtpspec_span text)
{
    struct smtpspec_status status;
    size_t length = smtpspec_status_parse(text, &status);

    if (length == 0 || length == text.length)
        return 0;
    parser->status = status;
    parser->number = status.detail;
    settle_status(parser);
    return length + 1;
}

/* The parser stands at the start of a line: take its code, its separator and
 * an enhanced code, as far as they are regular. Returns how many octets. */
SMTPSPEC_INLINE size_t take_head(struct smtpspec_reply_parser *parser,
                                 const char *at, size_t length)
{
    unsigned first, second, third;
    size_t used = 4;

    if (length < 5 || (at[3] != ' ' && at[3] != '-'))
        return 0;
    first = (unsigned char)at[0] - (unsigned)'0';
    second = (unsigned char)at[1] - (unsigned)'0';
    third = (unsigned char)at[2] - (unsigned)'0';
    if (first > 9 || second > 9 || third > 9)
        return 0;
    parser->code = (uint16_t)(first * 100 + second * 10 + third);
    parser->code_digits = 3;
    parser->separator = (uint8_t)at[3];
    parser->stage = STAGE_CLASS;
    settle_code(parser);
    if (is_digit((unsigned char)at[4]))
        used += take_status(
            parser, (struct smtpspec_span){ at + 4, length - 4 });
    else if (is_plain(at[4]))
        parser->stage = STAGE_TEXT;
    parser->line_octets = used;
    return used;
}

typedef size_t plain_length(const char *at, size_t length);

/* The parser stands in the text: take all before the next CR or LF, and the
 * CR. */
SMTPSPEC_INLINE size_t take_text(plain_length *plain,
                                 struct smtpspec_reply_parser *parser,
                                 const char *at, size_t length)
{
    size_t used = plain(at, length);

    while (used < length && at[used] != '\r' && at[used] != '\n') {
        parser->defects |= octet_defects((unsigned char)at[used++]);
        used += plain(at + used, length - used);
    }
    if (used < length && at[used] == '\r') {
        parser->held_cr = true;
        used++;
    }
    parser->line_octets += used;
    return used;
}

/* smtpspec_reply_feed(), given what counts plain octets. The state is held in
 * a copy, which nobody else can see and a compiler keeps in registers. */
SMTPSPEC_INLINE size_t feed_by(plain_length *plain,
                               struct smtpspec_reply_parser *state,
                               struct smtpspec_span octets,
                               struct smtpspec_reply_line out[], size_t cap,
                               size_t *count)
{
    struct smtpspec_reply_parser parser = *state;
    size_t given = feed_most(octets.length);
    size_t used = 0, start = 0, written = 0;
    bool resumed = resumes_cr(&parser, octets);

    while (used < given && written < cap) {
        if (parser.line_octets == 0)
            used += take_head(&parser, octets.at + used, given - used);
        if (parser.stage == STAGE_TEXT && !parser.held_cr)
            used += take_text(plain, &parser, octets.at + used, given - used);
        if (used == given || !step(&parser, (unsigned char)octets.at[used++]))
            continue;
        hand_out(&parser, start, used, resumed, &out[written++]);
        resumed = false;
        start = used;
    }
    if (used > start && written < cap)
        written += hand_out_fragment(&parser, start, used, resumed,
                                     &out[written]);
    *state = parser;
    *count = written;
    return used;
}

#endif
