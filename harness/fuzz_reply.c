/* SPDX-License-Identifier: MIT */
/*
 * fuzz_reply.c - any octets, in any split, through the reply tokenizer
 *
 * targets:  smtpspec_reply_feed, smtpspec_reply_finish
 * input:    what a server sent, and nothing else; where it is cut follows from
 *           its digest, so that seeds are plain recordings
 * holds:    every octet is consumed once and belongs to one line; no cut and
 *           no room changes a line; the fields of a line agree with each other
 *           and with smtpspec_status_parse(); a reply is open where its flags
 *           say so; finish tells of a reply where one is open
 * seeds:    corpus/seeds/reply    words: corpus/dictionaries/reply.dict
 */
#include <smtpspec/limits.h>
#include <smtpspec/reply.h>

#include "harness.h"

#define BIT(name) SMTPSPEC_BIT(SMTPSPEC_DEFECT_##name)
#define ROOM      16
#define NO_CODE   (BIT(NO_CODE) | BIT(CODE_SHORT) | BIT(CODE_LONG))

/* A stream being read, and the digest of its lines with fragments joined. */
struct reading {
    struct smtpspec_reply_parser parser;
    uint64_t digest;
    uint64_t lines;
    uint64_t octets;      /* consumed                                        */
    uint64_t in_lines;    /* that the lines handed out account for           */
    uint64_t line_octets; /* of the line under way, its end not yet          */
    bool open;            /* by the flags of the lines                       */
    uint16_t code;        /* of the open reply's first line                  */
    struct smtpspec_status status;
};

static void begin(struct reading *reading)
{
    *reading = (struct reading){ .digest = HARNESS_DIGEST };
    smtpspec_reply_init(&reading->parser);
}

static void digest_fields(struct reading *reading,
                          const struct smtpspec_reply_line *line)
{
    const uint64_t fields[] = {
        line->code,
        line->separator,
        line->flags & (SMTPSPEC_LINE_FIRST | SMTPSPEC_LINE_LAST),
        line->defects,
        line->status.class_digit,
        line->status.subject,
        line->status.detail,
        reading->line_octets,
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(fields); i++)
        reading->digest = harness_digest(reading->digest, fields[i]);
}

static bool has(const struct smtpspec_reply_line *line, uint32_t defects)
{
    return (line->defects & defects) != 0;
}

/* What holds for any line, that a stream left unfinished, too. */
static void check_fields(const struct smtpspec_reply_line *line)
{
    const struct smtpspec_status *status = &line->status;
    unsigned class_digit = status->class_digit;

    MUST(line->defects >> SMTPSPEC_DEFECT_COUNT == 0);
    MUST(line->code <= 999);
    MUST(status->subject <= 999 && status->detail <= 999);
    MUST(class_digit == 0 || class_digit == 2 || class_digit == 4 ||
         class_digit == 5);
    if (has(line, NO_CODE))
        MUST(line->code == 0 && line->separator == 0 && class_digit == 0);
    if (class_digit == 0)
        MUST(status->subject == 0 && status->detail == 0 &&
             !has(line, BIT(STATUS_CLASS) | BIT(STATUS_DIFFERS)));
    else
        MUST(!has(line, BIT(STATUS_MALFORMED)) &&
             (line->separator == ' ' || line->separator == '-') &&
             has(line, BIT(STATUS_CLASS)) ==
                 (class_digit != line->code / 100));
}

/* A whole line beside the first one of its reply. */
static void check_against_first(struct reading *reading,
                                const struct smtpspec_reply_line *line)
{
    bool differs = reading->open && reading->status.class_digit != 0 &&
                   line->status.class_digit != 0 &&
                   !smtpspec_status_equal(line->status, reading->status);

    MUST(has(line, BIT(CODE_DIFFERS)) ==
         (reading->open && !has(line, NO_CODE) &&
          line->code != reading->code));
    MUST(has(line, BIT(STATUS_DIFFERS)) == differs);
    if (!reading->open) {
        reading->code = line->code;
        reading->status = line->status;
    }
}

/* The flags of a whole line, by what is known of the reply so far. */
static void check_flags(struct reading *reading,
                        const struct smtpspec_reply_line *line)
{
    bool first = (line->flags & SMTPSPEC_LINE_FIRST) != 0;
    bool last = (line->flags & SMTPSPEC_LINE_LAST) != 0;

    MUST(!has(line, BIT(UNTERMINATED)));
    MUST(first == !reading->open);
    MUST((line->flags & SMTPSPEC_LINE_PARTIAL) == 0);
    if (has(line, NO_CODE)) {
        MUST(last == !reading->open);
    } else {
        MUST(last == (line->separator != '-'));
        MUST(has(line, BIT(CODE_RANGE)) ==
             (line->code < 200 || line->code > 559 ||
              line->code / 10 % 10 > 5));
    }
    check_against_first(reading, line);
    reading->open = !last;
}

/* The other reader of enhanced codes, where the line lies in one piece. */
static void check_status(struct smtpspec_span octets,
                         const struct smtpspec_reply_line *line)
{
    struct smtpspec_span text = smtpspec_span_head(
        smtpspec_span_skip(octets, line->at), line->length);
    struct smtpspec_status status = { 0 };

    if (line->separator == ' ' || line->separator == '-')
        smtpspec_status_parse(smtpspec_span_skip(text, 4), &status);
    MUST(smtpspec_status_equal(status, line->status));
}

static void take_line(struct reading *reading, struct smtpspec_span octets,
                      const struct smtpspec_reply_line *line)
{
    bool partial = (line->flags & SMTPSPEC_LINE_PARTIAL) != 0;

    MUST((uint64_t)line->at + line->length <= octets.length);
    if ((line->flags & SMTPSPEC_LINE_HELD_CR) != 0) {
        MUST(line->at == 0);
        reading->digest = harness_digest_octet(reading->digest, '\r');
        reading->line_octets++;
    }
    for (uint32_t i = 0; i < line->length; i++) {
        uint8_t octet = (uint8_t)octets.at[line->at + i];

        MUST(octet != '\n');
        reading->digest = harness_digest_octet(reading->digest, octet);
    }
    reading->line_octets += line->length;
    if (partial)
        return;
    check_fields(line);
    check_flags(reading, line);
    digest_fields(reading, line);
    reading->line_octets += has(line, BIT(BARE_LF)) ? 1 : 2;
    MUST(has(line, BIT(LINE_LONG)) ==
         (reading->line_octets > SMTPSPEC_REPLY_LINE_LIMIT));
    reading->in_lines += reading->line_octets;
    reading->lines++;
    reading->line_octets = 0;
}

/* Feed all of `octets` with room for `cap` records at a time. `at_start`: they
 * begin where a line does. */
static void feed(struct reading *reading, struct smtpspec_span octets,
                 size_t cap, bool at_start)
{
    struct smtpspec_reply_line out[ROOM];

    while (octets.length > 0) {
        size_t count;
        size_t used = smtpspec_reply_feed(&reading->parser, octets, out, cap,
                                          &count);

        MUST(count <= cap && used <= octets.length);
        MUST(used == octets.length || count == cap);
        for (size_t i = 0; i < count; i++) {
            take_line(reading, octets, &out[i]);
            if (at_start && (out[i].flags & SMTPSPEC_LINE_PARTIAL) == 0)
                check_status(octets, &out[i]);
        }
        reading->octets += used;
        octets = smtpspec_span_skip(octets, used);
    }
}

/* The end: what is open, and that every octet was in one line. */
static void end(struct reading *reading, size_t size)
{
    bool open = smtpspec_reply_is_open(&reading->parser);
    struct smtpspec_reply_line line;

    MUST(reading->octets == size);
    MUST(reading->in_lines + reading->line_octets <= size);
    MUST(open == (reading->open || reading->in_lines < size));
    MUST(smtpspec_reply_finish(&reading->parser, &line) == open);
    MUST(!smtpspec_reply_is_open(&reading->parser));
    if (!open)
        return;
    MUST(line.at == 0 && line.length == 0);
    MUST(has(&line, BIT(UNTERMINATED)));
    MUST(line.flags == (reading->open ? 0 : SMTPSPEC_LINE_FIRST));
    check_fields(&line);
    digest_fields(reading, &line);
    MUST(!smtpspec_reply_finish(&reading->parser, &line));
}

static void same(const struct reading *a, const struct reading *b)
{
    MUST(a->lines == b->lines);
    MUST(a->digest == b->digest);
}

/* In pieces of at most `most` octets, each as long as `random` has it. */
static void read_in_pieces(struct smtpspec_span wire, size_t most, size_t cap,
                           uint64_t random, const struct reading *whole)
{
    struct smtpspec_span rest = wire;
    struct reading pieces;

    begin(&pieces);
    while (rest.length > 0) {
        size_t length = 1 + (size_t)(harness_random(&random) % most);

        feed(&pieces, smtpspec_span_head(rest, length), cap, false);
        rest = smtpspec_span_skip(rest, length);
    }
    end(&pieces, wire.length);
    same(whole, &pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span wire = { (const char *)data, size };
    struct reading whole, narrow;
    uint64_t seed;

    begin(&whole);
    feed(&whole, wire, ROOM, true);
    end(&whole, size);
    seed = whole.digest | 1;

    begin(&narrow);
    feed(&narrow, wire, 1, true);
    end(&narrow, size);
    same(&whole, &narrow);

    read_in_pieces(wire, 1, 1, seed, &whole);
    read_in_pieces(wire, 3, 2, seed, &whole);
    read_in_pieces(wire, 20, ROOM, seed, &whole);
    read_in_pieces(wire, size / 2 + 1, 1, seed, &whole);
    return 0;
}
