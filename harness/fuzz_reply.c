/* SPDX-License-Identifier: MIT */
/*
 * fuzz_reply.c - any octets, at once, through the reply tokenizer
 *
 * targets:  smtpspec_reply_feed, smtpspec_reply_finish
 * input:    what a server sent, and nothing else
 * holds:    every octet is consumed once; records abut and end at an LF, and
 *           only there; each says of its line what a second reading finds that
 *           takes whole lines; so does what finish tells of the rest; a reply
 *           is open where that reading has one
 * seeds:    corpus/seeds/reply    words: corpus/dictionaries/reply.dict
 * mutator:  reply
 */
#include <smtpspec/reply.h>

#include "harness.h"

HARNESS_CHECKS_BEGIN

#include "../tests/support/reply_same.h"
#include "../tests/support/reply_second.h"

#define ROOM 16

struct reading {
    struct smtpspec_reply_parser parser;
    struct second second;
    struct smtpspec_span rest; /* behind the last line handed out            */
    bool fragment;             /* the rest was handed out, too               */
};

/* The record of the line that the octets end in. */
static void check_fragment(struct reading *reading, size_t at,
                           const struct smtpspec_reply_line *record)
{
    size_t length = reading->rest.length;
    struct smtpspec_reply_line want = { .flags = SMTPSPEC_LINE_PARTIAL };

    MUST(length > 0);
    want.at = (uint32_t)at;
    want.length =
        (uint32_t)(length - (reading->rest.at[length - 1] == '\r' ? 1 : 0));
    MUST(want.length > 0);
    MUST(reply_same_line(record, &want));
    reading->fragment = true;
}

/* The records of one feed, each against its line. Returns how many octets the
 * whole lines among them have. */
static size_t check_records(struct reading *reading,
                            const struct smtpspec_reply_line *records,
                            size_t count)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        struct smtpspec_span line = reading->rest;
        struct smtpspec_reply_line want;
        size_t end = 0;

        while (end < line.length && line.at[end] != '\n')
            end++;
        if (end == line.length) {
            MUST(i + 1 == count);
            check_fragment(reading, at, &records[i]);
            break;
        }
        line.length = end + 1;
        second_line(&reading->second, line, &want);
        want.at = (uint32_t)at;
        MUST(reply_same_line(&records[i], &want));
        reading->rest.at += line.length;
        reading->rest.length -= line.length;
        at += line.length;
    }
    return at;
}

/* Feed what is left; whether more is to be fed, since there was no room. */
static bool read_on(struct reading *reading)
{
    struct smtpspec_reply_line out[ROOM];
    size_t count, length = reading->rest.length;
    size_t used = smtpspec_reply_feed(&reading->parser, reading->rest, out,
                                      ROOM, &count);

    MUST(count <= ROOM);
    if (check_records(reading, out, count) == used && used < length) {
        MUST(count == ROOM);
        return true;
    }
    MUST(used == length);
    return false;
}

/* The stream is over; of the rest a CR alone was held back. */
static void check_end(struct reading *reading)
{
    struct smtpspec_span rest = reading->rest;
    struct smtpspec_reply_line got, want = { 0 };
    bool open = second_end(&reading->second, rest, &want);

    MUST(reading->fragment || rest.length == 0 ||
         (rest.length == 1 && rest.at[0] == '\r'));
    MUST(smtpspec_reply_is_open(&reading->parser) == open);
    MUST(smtpspec_reply_finish(&reading->parser, &got) == open);
    MUST(!open || reply_same_line(&got, &want));
    MUST(!smtpspec_reply_is_open(&reading->parser));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = { .rest = { (const char *)data, size } };

    smtpspec_reply_init(&reading.parser);
    while (read_on(&reading))
        continue;
    check_end(&reading);
    return 0;
}

HARNESS_CHECKS_END
