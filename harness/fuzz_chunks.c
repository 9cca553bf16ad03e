/* SPDX-License-Identifier: MIT */
/*
 * fuzz_chunks.c - a stream of replies, cut anywhere, is the same stream
 *
 * targets:  smtpspec_reply_feed, smtpspec_reply_finish
 * input:    what a server sent, and nothing else; where it is cut follows from
 *           its digest
 * holds:    no cut and no room changes a line; the fragments of a line, each
 *           with the CR that a feed held back, are its octets in order and
 *           without a gap
 * seeds:    corpus/seeds/reply    words: corpus/dictionaries/reply.dict
 * mutator:  reply
 */
#include <smtpspec/reply.h>

#include "harness.h"

HARNESS_CHECKS_BEGIN

#define ROOM 16

/* A stream read in some chunks: where we are, and a digest of its lines. */
struct reading {
    struct smtpspec_reply_parser parser;
    uint64_t digest;
    uint64_t line_at; /* where the line under way begins                     */
    uint64_t next;    /* the first octet of it that no record told of        */
    uint64_t fed;     /* octets before those that are being fed              */
};

static void digest_line(struct reading *reading,
                        const struct smtpspec_reply_line *line)
{
    unsigned flags = line->flags & (SMTPSPEC_LINE_FIRST | SMTPSPEC_LINE_LAST);
    const uint64_t facts[] = {
        reading->line_at, reading->next,
        (uint64_t)line->defects << 32 | (uint64_t)line->code << 16 |
            (uint64_t)line->separator << 8 | flags,
        (uint64_t)line->status.class_digit << 32 |
            (uint64_t)line->status.subject << 16 | line->status.detail,
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(facts); i++)
        reading->digest = harness_mix(reading->digest, facts[i]);
}

/* A record: its octets go on where those of the line so far ended. */
static void take_record(struct reading *reading, struct smtpspec_span octets,
                        const struct smtpspec_reply_line *record)
{
    uint64_t end = (uint64_t)record->at + record->length;

    MUST(end <= octets.length);
    if ((record->flags & SMTPSPEC_LINE_HELD_CR) != 0) {
        MUST(record->at == 0 && reading->next + 1 == reading->fed);
        reading->next++;
    }
    if (record->length > 0)
        MUST(reading->next == reading->fed + record->at);
    reading->next += record->length;
    if ((record->flags & SMTPSPEC_LINE_PARTIAL) != 0)
        return;
    digest_line(reading, record);
    if (end < octets.length && octets.at[end] == '\r')
        end++;
    MUST(end < octets.length && octets.at[end] == '\n');
    reading->line_at = reading->next = reading->fed + end + 1;
}

/* Feed all of `octets`, with room for `cap` records at a time that ends where
 * the array does, so that a sanitizer sees one too many. */
static void feed(struct reading *reading, struct smtpspec_span octets,
                 size_t cap)
{
    struct smtpspec_reply_line room[ROOM];
    struct smtpspec_reply_line *out = room + ROOM - cap;

    while (octets.length > 0) {
        size_t count;
        size_t used = smtpspec_reply_feed(&reading->parser, octets, out, cap,
                                          &count);

        MUST(count <= cap && used <= octets.length);
        MUST(used == octets.length || count == cap);
        for (size_t i = 0; i < count; i++)
            take_record(reading, octets, &out[i]);
        reading->fed += used;
        octets = (struct smtpspec_span){ octets.at + used,
                                         octets.length - used };
    }
}

/* Read in chunks of at most `most` octets, each as long as `random` has it;
 * the digest of the lines, and of what is left open. */
static uint64_t read_in_chunks(struct smtpspec_span wire, size_t most,
                               size_t cap, uint64_t random)
{
    struct reading reading = { .digest = HARNESS_DIGEST };
    struct smtpspec_span rest = wire;
    struct smtpspec_reply_line line;

    smtpspec_reply_init(&reading.parser);
    while (rest.length > 0)
        feed(&reading, harness_piece(&rest, most, &random), cap);
    MUST(reading.fed == wire.length);
    if (smtpspec_reply_finish(&reading.parser, &line))
        digest_line(&reading, &line);
    return reading.digest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span wire = { (const char *)data, size };
    uint64_t seed = harness_seed(wire);
    uint64_t whole = read_in_chunks(wire, 1, 1, seed);

    MUST(read_in_chunks(wire, 3, 2, seed) == whole);
    MUST(read_in_chunks(wire, 40, ROOM, seed) == whole);
    MUST(read_in_chunks(wire, size / 2 + 1, 3, seed) == whole);
    return 0;
}

HARNESS_CHECKS_END
