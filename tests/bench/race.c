/* SPDX-License-Identifier: MIT */
/*
 * race.c - passes over octets, taken in turns and timed
 */
#include "race.h"
#include "bench.h"
#include "peer.h"

#define BATCH 256
/* What a clock can tell well enough. */
#define SECONDS_LEAST 0.002

/* What of a record is a field and not padding. */
static void field_masks(uint64_t masks[TALLY_WORDS])
{
    struct smtpspec_reply_line line;

    memset(&line, 0, sizeof(line));
    memset(&line.at, 255, sizeof(line.at));
    memset(&line.length, 255, sizeof(line.length));
    memset(&line.code, 255, sizeof(line.code));
    memset(&line.separator, 255, sizeof(line.separator));
    memset(&line.flags, 255, sizeof(line.flags));
    memset(&line.defects, 255, sizeof(line.defects));
    memset(&line.status.class_digit, 255, sizeof(line.status.class_digit));
    memset(&line.status.subject, 255, sizeof(line.status.subject));
    memset(&line.status.detail, 255, sizeof(line.status.detail));
    memcpy(masks, &line, sizeof(line));
}

/* Word by word: the cheapest way to look at every field, and still a quarter of
 * the time where lines are short. */
static void add_fields(struct tally *tally, const uint64_t masks[TALLY_WORDS],
                       const struct smtpspec_reply_line lines[], size_t count)
{
    uint64_t sums[TALLY_WORDS] = { 0 };

    for (size_t i = 0; i < count; i++) {
        uint64_t words[TALLY_WORDS];

        memcpy(words, &lines[i], sizeof(words));
        for (size_t w = 0; w < TALLY_WORDS; w++)
            sums[w] += words[w] & masks[w];
    }
    for (size_t w = 0; w < TALLY_WORDS; w++)
        tally->fields[w] += sums[w];
    tally->lines += count;
}

void pass_whole(const struct runner *self, struct smtpspec_span octets,
                struct tally *tally)
{
    struct smtpspec_reply_line lines[BATCH];
    struct smtpspec_reply_parser parser;

    smtpspec_reply_init(&parser);
    while (octets.length > 0) {
        size_t count, used = self->feed(&parser, octets, lines, BATCH, &count);

        tally->lines += count;
        octets = smtpspec_span_skip(octets, used);
    }
}

void pass_fields(const struct runner *self, struct smtpspec_span octets,
                 struct tally *tally)
{
    struct smtpspec_reply_line lines[BATCH];
    struct smtpspec_reply_parser parser;
    uint64_t masks[TALLY_WORDS];

    field_masks(masks);
    smtpspec_reply_init(&parser);
    while (octets.length > 0) {
        size_t count, used = self->feed(&parser, octets, lines, BATCH, &count);

        add_fields(tally, masks, lines, count);
        octets = smtpspec_span_skip(octets, used);
    }
}

static void add_line(struct tally *tally, const struct smtpspec_reply_line *line)
{
    tally->lines++;
    tally->codes += line->code;
    tally->defects += line->defects != 0;
}

void pass_live(const struct runner *self, struct smtpspec_span octets,
               struct tally *tally)
{
    struct smtpspec_reply_parser parser;
    const char *end = octets.at + octets.length;

    smtpspec_reply_init(&parser);
    for (const char *at = octets.at; at < end;) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        struct smtpspec_reply_line line;
        size_t count;

        feed = feed == NULL ? end : feed + 1;
        self->feed(&parser, (struct smtpspec_span){ at, (size_t)(feed - at) },
                   &line, 1, &count);
        if (count > 0)
            add_line(tally, &line);
        at = feed;
    }
}

void pass_chunks(const struct runner *self, struct smtpspec_span octets,
                 struct tally *tally)
{
    struct smtpspec_reply_line lines[BATCH];
    struct smtpspec_reply_parser parser;

    smtpspec_reply_init(&parser);
    while (octets.length > 0) {
        struct smtpspec_span piece = octets;
        size_t count, used;

        if (piece.length > self->chunk)
            piece.length = self->chunk;
        used = self->feed(&parser, piece, lines, BATCH, &count);
        for (size_t i = 0; i < count; i++)
            if ((lines[i].flags & SMTPSPEC_LINE_PARTIAL) == 0)
                add_line(tally, &lines[i]);
        octets = smtpspec_span_skip(octets, used);
    }
}

void pass_walk(const struct runner *self, struct smtpspec_span octets,
               struct tally *tally)
{
    const char *end = octets.at + octets.length, *feed;

    (void)self;
    for (const char *at = octets.at;
         (feed = memchr(at, '\n', (size_t)(end - at))) != NULL; at = feed + 1)
        tally->lines++;
}

double time_pass(void pass(void *context), void *context)
{
    double began = own_seconds(), took;
    size_t passes = 0;

    do {
        pass(context);
        passes++;
        took = own_seconds() - began;
    } while (took < SECONDS_LEAST);
    return took / (double)passes;
}

struct run {
    struct runner *runner;
    struct smtpspec_span octets;
};

static void run_once(void *context)
{
    struct run *run = context;

    run->runner->tally = (struct tally){ 0 };
    run->runner->pass(run->runner, run->octets, &run->runner->tally);
}

void race(struct bench *bench, const struct corpus *corpus,
          struct runner runners[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct runner *runner = &runners[i];
        struct corpus slice = corpus_slice(
            corpus, runner->most != 0 ? runner->most : corpus->length);

        runner->times = table_times(&bench->table, corpus->name, runner->name,
                                    slice.length, slice.lines);
    }
    for (size_t round = 0; round < bench->rounds; round++)
        for (size_t i = 0; i < count; i++) {
            struct times *times = runners[i].times;
            struct run run = { &runners[i], { corpus->octets, times->octets } };

            times->took[times->rounds++] =
                runners[i].peer != NULL
                    ? peer_pass(runners[i].peer, &runners[i].tally)
                    : time_pass(run_once, &run);
        }
}
