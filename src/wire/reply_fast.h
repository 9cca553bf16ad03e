/* SPDX-License-Identifier: MIT */
/*
 * reply_fast.h - the reply tokenizer by whole lines
 *
 * First the octets are surveyed, 64 at a time and without a branch that
 * depends on them: where lines end, and which blocks hold an odd octet. Then
 * each line is read from its first 16 octets, by masks and a table of the
 * shapes that an enhanced code can have, so that lines of all regular kinds
 * take the same path; guesses of the processor gone wrong are what costs most
 * here. A line that is not regular goes through reply_machine.h, octet by
 * octet but for runs of text, and so does what a feed cut.
 *
 * Included once for each set of instructions, see blocks.h.
 */
#ifndef SMTPSPEC_WIRE_REPLY_FAST_H
#define SMTPSPEC_WIRE_REPLY_FAST_H

#include "wire/blocks.h"
#include "wire/reply_head.h"
#include "wire/reply_machine.h"
#include "wire/reply_text.h"

/* --- Survey --------------------------------------------------------------- */

/* How many blocks of 64 are surveyed at once: a bit each. */
#define WINDOW_BLOCKS 64

struct window {
    size_t length;
    size_t lines;   /* how many end in it                                    */
    uint64_t dirty; /* blocks with an octet that is not plain and not right in
                       front of an LF; LF itself is none                     */
    uint16_t lf[WINDOW_BLOCKS * BLOCK + NOTED_AT_ONCE];
};

/* What was seen so far. */
struct survey {
    uint64_t marks[WINDOW_BLOCKS]; /* behind an odd octet, and no LF         */
    uint64_t behind_odd;           /* bit 0: the block before ended in one   */
    uint64_t dirty;
    size_t lines;
};

SMTPSPEC_INLINE void survey_block(struct survey *seen, struct window *window,
                                  struct masks masks, size_t block)
{
    uint64_t odd = masks.odd & ~masks.lf;
    uint64_t mark = (odd << 1 | seen->behind_odd) & ~masks.lf;

    seen->behind_odd = odd >> (BLOCK - 1);
    seen->marks[block] = mark;
    seen->dirty |= mark;
    seen->lines += note_bits(masks.lf, (unsigned)(block * BLOCK),
                             &window->lf[seen->lines]);
}

SMTPSPEC_APART uint64_t which_are_dirty(const struct survey *seen,
                                        size_t blocks)
{
    uint64_t dirty = 0;

    for (size_t i = 0; i < blocks; i++)
        dirty |= (uint64_t)(seen->marks[i] != 0) << i;
    return dirty;
}

/* `at` begins a line; `length` is PIECE at least. There is an end to it where
 * `most` lines or more have been seen. An odd octet right in front of an LF is
 * left to who reads the line: it is the CR most of the time. */
SMTPSPEC_UNSEEN SMTPSPEC_APART void survey(struct window *window,
                                           const char *at, size_t length,
                                           size_t most)
{
    struct survey seen;
    size_t block = 0, whole;

    if (length > WINDOW_BLOCKS * BLOCK)
        length = WINDOW_BLOCKS * BLOCK;
    whole = length / BLOCK;
    seen.behind_odd = seen.dirty = 0;
    seen.lines = 0;
    for (; block < whole && seen.lines < most; block++)
        survey_block(&seen, window, masks_of_block(at + block * BLOCK), block);
    window->length = block * BLOCK;
    if (block == whole && block * BLOCK < length) {
        survey_block(&seen, window, masks_of_rest(at, block * BLOCK, length),
                     block);
        block++;
        window->length = length;
    }
    window->lines = seen.lines;
    window->dirty =
        SMTPSPEC_RARE(seen.dirty != 0) ? which_are_dirty(&seen, block) : 0;
}

/* --- One line ------------------------------------------------------------- */

SMTPSPEC_INLINE struct between between_in(bool in_reply, uint64_t first)
{
    return (struct between){ numbers_of(first), open_bits(in_reply), in_reply };
}

SMTPSPEC_INLINE struct between
between_of(const struct smtpspec_reply_parser *parser)
{
    const struct smtpspec_status *status = &parser->first_status;

    return between_in(parser->in_reply,
                      pack(parser->first_code, status->class_digit,
                           status->subject, status->detail));
}

SMTPSPEC_INLINE void between_to(const struct between *between,
                                struct smtpspec_reply_parser *parser)
{
    uint64_t first = between->in_reply ? packed_of(between->first) : 0;

    parser->in_reply = between->in_reply != 0;
    parser->first_code = (uint16_t)first;
    parser->first_status.class_digit = (uint8_t)(first >> 16);
    parser->first_status.subject = (uint16_t)(first >> 32);
    parser->first_status.detail = (uint16_t)(first >> 48);
}

/* A line and what was found out about it. */
struct line {
    const char *at;
    size_t length; /* LF included                                            */
    bool dirty;    /* its blocks have odd octets, perhaps in it              */
};

/* The record of a regular line. */
SMTPSPEC_INLINE void write_record(struct smtpspec_reply_line *out, uint32_t at,
                                  size_t length, struct reading reading,
                                  unsigned in_reply)
{
    const uint64_t *second = second_thirds[2 * in_reply + reading.more];

    out->at = at;
    out->length = (uint32_t)length;
    write_thirds(out, reading.numbers, second);
}

/*
 * Write the record of a line that has a code, a separator and an enhanced code
 * or none, as `head` of it says, and say whether that was all there is to it.
 * Only defects of its octets and a missing CR are told of; whatever else there
 * may be is cause to return false, and then nothing is changed.
 */
SMTPSPEC_INLINE bool read_regular(struct between *between, struct line line,
                                  struct piece head, uint32_t at,
                                  struct smtpspec_reply_line *out)
{
    struct reading reading;
    /* Of an empty line it is the octet in front of it, which is there. */
    unsigned char last = (unsigned char)line.at[(ptrdiff_t)line.length - 2];

    if (SMTPSPEC_RARE(!read_head(head, between, &reading)) ||
        SMTPSPEC_RARE(line.length > SMTPSPEC_REPLY_LINE_LIMIT))
        return false;
    write_record(out, at, line.length - 2, reading, between->in_reply);
    if (SMTPSPEC_RARE(last != '\r')) {
        out->length++;
        out->defects = DEFECT_BIT(BARE_LF) | octet_defects(last);
    }
    if (SMTPSPEC_RARE(line.dirty))
        out->defects |= text_defects(line.at, out->length);
    between->first = reading.numbers;
    between->open = open_bits(reading.more);
    between->in_reply = reading.more;
    return true;
}

/* A line with nothing in it: LF, or CRLF. They come by the thousand where they
 * come at all. */
SMTPSPEC_INLINE bool read_empty(const struct between *between,
                                struct line line, uint32_t at,
                                struct smtpspec_reply_line *out)
{
    bool bare = line.length == 1;

    if (!bare && (line.length > 2 || line.at[0] != '\r'))
        return false;
    *out = (struct smtpspec_reply_line){
        .at = at,
        .flags = between->in_reply
                     ? 0 : SMTPSPEC_LINE_FIRST | SMTPSPEC_LINE_LAST,
        .defects = DEFECT_BIT(NO_CODE) | (bare ? DEFECT_BIT(BARE_LF) : 0)
    };
    return true;
}

/* From a line's start or from within, to its end or to that of the octets,
 * whichever comes first. Returns how many octets; the parser stands at a
 * line's end, not yet turned to the next, where `*whole` is set. */
SMTPSPEC_INLINE size_t go_slowly(struct smtpspec_reply_parser *parser,
                                 const char *at, size_t length, bool *whole)
{
    size_t used = 0;

    *whole = false;
    while (used < length && !*whole) {
        if (parser->stage == STAGE_TEXT && !parser->held_cr)
            used += take_text(parser, at + used, length - used);
        if (used < length)
            *whole = step(parser, (unsigned char)at[used++]);
    }
    return used;
}

/* Any line, given as a whole. */
SMTPSPEC_APART void read_any(struct between *between, struct line line,
                             uint32_t at, struct smtpspec_reply_line *out)
{
    struct smtpspec_reply_parser parser;
    bool whole;

    parser.variant = 0;
    forget_line(&parser);
    between_to(between, &parser);
    go_slowly(&parser, line.at, line.length, &whole);
    hand_out(&parser, 0, line.length, false, out);
    out->at = at;
    *between = between_of(&parser);
}

/* What a feed cut, in front or at its end. The state is held in a copy, which
 * nobody else can see and a compiler keeps in registers. */
SMTPSPEC_UNSEEN SMTPSPEC_APART size_t
read_cut(struct smtpspec_reply_parser *state, const char *at, size_t length,
         bool *whole)
{
    struct smtpspec_reply_parser parser = *state;
    size_t used = go_slowly(&parser, at, length, whole);

    *state = parser;
    return used;
}

/* --- Many lines ----------------------------------------------------------- */

/* Octets that begin with a line, and where their records go. */
struct batch {
    const char *at;
    size_t length;   /* PIECE at least                                       */
    uint32_t offset; /* of `at` in the feed                                  */
    struct smtpspec_reply_line *out;
    size_t room;
};

/* Whether one of the blocks that a line touches is dirty. */
SMTPSPEC_INLINE bool is_dirty(uint64_t dirty, size_t start, size_t end)
{
    uint64_t upto = dirty << (WINDOW_BLOCKS - 1 - end / BLOCK);

    return upto >> (WINDOW_BLOCKS - 1 - end / BLOCK) >> start / BLOCK != 0;
}

/* Lines `i` and up to `lines` of a window, the first of which starts at
 * `start`; returns where the next one starts. `heads` tells that all heads can
 * be read from where they are, and that there is an octet before the first. */
SMTPSPEC_INLINE size_t read_lines(struct between *between,
                                  const struct batch *batch,
                                  const struct window *window, uint64_t dirty,
                                  size_t i, size_t lines, size_t start,
                                  bool heads)
{
    struct between now = *between;
    const char *octets = batch->at;

    for (; i < lines; i++) {
        size_t end = window->lf[i];
        struct line line = { octets + start, end + 1 - start,
                             dirty != 0 && is_dirty(dirty, start, end) };
        uint32_t at = batch->offset + (uint32_t)start;

        /* The survey takes octets faster than memory gives them, and then,
         * while lines are read, nothing is asked of memory. */
        fetch_ahead(line.at, WINDOW_BLOCKS * BLOCK);
        start = end + 1;
        if (!(heads && read_regular(&now, line, load_piece(line.at), at,
                                    &batch->out[i])) &&
            !read_empty(&now, line, at, &batch->out[i])) {
            struct between slow = now;

            read_any(&slow, line, at, &batch->out[i]);
            now = slow;
        }
    }
    *between = now;
    return start;
}

/* How many of the lines, the first aside, start PIECE octets or more before the
 * octets end. */
SMTPSPEC_INLINE size_t count_heads(const struct batch *batch,
                                   const struct window *window, size_t lines)
{
    while (lines > 1 && window->lf[lines - 2] + 1u + PIECE > batch->length)
        lines--;
    return lines;
}

/* As many whole lines as the next window holds and there is room for. Returns
 * how many octets that were. */
SMTPSPEC_INLINE size_t read_window(struct between *between,
                                   const struct batch *batch, size_t *count)
{
    struct window window;
    size_t lines, heads, start;

    survey(&window, batch->at, batch->length, batch->room);
    lines = window.lines < batch->room ? window.lines : batch->room;
    *count = lines;
    heads = count_heads(batch, &window, lines);
    /* In front of an empty line there may be nothing. It is one octet, so where
     * the next starts is its number, too. */
    start = read_lines(between, batch, &window, 0, 0,
                       lines > 0 && window.lf[0] == 0, 0, false);
    start = window.dirty == 0
                ? read_lines(between, batch, &window, 0, start, heads, start,
                             true)
                : read_lines(between, batch, &window, window.dirty, start,
                             heads, start, true);
    return read_lines(between, batch, &window, 0, heads, lines, start, false);
}

/* Whole lines, until there are none, or no room, or too few octets left to be
 * surveyed. Returns how many octets that were. */
SMTPSPEC_UNSEEN SMTPSPEC_APART size_t
read_whole_lines(struct smtpspec_reply_parser *parser, const struct batch *all,
                 size_t *count)
{
    struct batch batch = *all;
    struct between between = between_of(parser);
    size_t used = 0, now, lines = 1;

    *count = 0;
    while (lines > 0 && batch.room > 0 && batch.length >= PIECE) {
        now = read_window(&between, &batch, &lines);
        batch.at += now;
        batch.length -= now;
        batch.offset += (uint32_t)now;
        batch.out += lines;
        batch.room -= lines;
        used += now;
        *count += lines;
    }
    between_to(&between, parser);
    return used;
}

/* --- A feed --------------------------------------------------------------- */

/* One regular and plain line and nothing else, as a client reads it that goes
 * line by line. Returns false, and has done nothing, where it is not that. */
SMTPSPEC_INLINE bool read_single(struct smtpspec_reply_parser *parser,
                                 struct smtpspec_span octets,
                                 struct smtpspec_reply_line *out)
{
    struct line line = { octets.at, octets.length, false };
    struct between between;

    if (line.length < 6 || line.length > SMTPSPEC_REPLY_LINE_LIMIT ||
        line.at[line.length - 1] != '\n' || line.at[line.length - 2] != '\r' ||
        !are_plain(line.at, line.length - 2))
        return false;
    between = parser->in_reply ? between_of(parser) : between_in(false, 0);
    if (!read_regular(&between, line, load_head(line.at, line.length), 0, out))
        return false;
    if (between.in_reply || parser->in_reply)
        between_to(&between, parser);
    return true;
}

SMTPSPEC_APART size_t feed_many(struct smtpspec_reply_parser *parser,
                                struct smtpspec_span octets,
                                struct smtpspec_reply_line out[], size_t cap,
                                size_t *count)
{
    size_t given = feed_most(octets.length);
    size_t used = 0, written = 0, lines;
    bool resumed = resumes_cr(parser, octets), whole;

    while (used < given && written < cap) {
        size_t start = used;

        if (parser->line_octets == 0 && given - used >= PIECE) {
            const struct batch rest = {
                octets.at + used, given - used, (uint32_t)used,
                &out[written], cap - written
            };

            used += read_whole_lines(parser, &rest, &lines);
            written += lines;
            if (used == given || written == cap)
                break;
            start = used;
        }
        used += read_cut(parser, octets.at + used, given - used, &whole);
        if (whole)
            hand_out(parser, start, used, resumed, &out[written++]);
        else
            written += hand_out_fragment(parser, start, used, resumed,
                                         &out[written]);
        resumed = false;
    }
    *count = written;
    return used;
}

/* smtpspec_reply_feed(). */
SMTPSPEC_INLINE size_t feed_fast(struct smtpspec_reply_parser *parser,
                                 struct smtpspec_span octets,
                                 struct smtpspec_reply_line out[], size_t cap,
                                 size_t *count)
{
    if (parser->line_octets == 0 && cap > 0 &&
        read_single(parser, octets, out)) {
        *count = 1;
        return octets.length;
    }
    return feed_many(parser, octets, out, cap, count);
}

/* The function of a unit, by its name. */
#define SMTPSPEC_REPLY_FEEDER(name)                                         \
    SMTPSPEC_UNSEEN size_t name(struct smtpspec_reply_parser *parser,       \
                                struct smtpspec_span octets,                \
                                struct smtpspec_reply_line out[],           \
                                size_t cap, size_t *count)                  \
    {                                                                       \
        return feed_fast(parser, octets, out, cap, count);                  \
    }

#endif
