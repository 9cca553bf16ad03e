/* SPDX-License-Identifier: MIT */
/*
 * race.h - several ways through the same octets, in turns
 *
 * A pass goes through all octets once and adds what it read to a tally. Each
 * round lets every runner make one pass (several, where one takes less than a
 * clock can tell), so that what disturbs the machine disturbs all.
 */
#ifndef SMTPSPEC_BENCH_RACE_H
#define SMTPSPEC_BENCH_RACE_H

#include "corpora.h"
#include "section.h"
#include "wire/reply_variants.h"

#define TALLY_WORDS (sizeof(struct smtpspec_reply_line) / sizeof(uint64_t))

struct tally {
    uint64_t lines;                /* a peer's: replies                       */
    uint64_t codes;                /* their sum                               */
    uint64_t defects;              /* how many lines have some                */
    uint64_t fields[TALLY_WORDS];  /* sums over all fields of all records:
                                      pass_fields() alone                     */
};

struct runner {
    const char *name;
    void (*pass)(const struct runner *self, struct smtpspec_span octets,
                 struct tally *tally);
    smtpspec_reply_feeder *feed; /* for passes that tokenize                  */
    size_t chunk;                /* octets a feed, for passes in pieces       */
    size_t most;                 /* octets a pass, 0: all of the corpus       */
    struct peer *peer; /* instead of all that: another program, peer.h        */
    struct times *times;         /* race() fills these                        */
    struct tally tally;
};

/* All records that a feed of the whole gives, written in batches of 256; as
 * pass_walk() it makes nothing of them but to count. The tokenizer is no part of
 * this unit, so that nothing of them can be left out. */
void pass_whole(const struct runner *self, struct smtpspec_span octets,
                struct tally *tally);
/* The same, and adds up each field of each record. */
void pass_fields(const struct runner *self, struct smtpspec_span octets,
                 struct tally *tally);
/* Lines that memchr() cuts, each in a feed of its own. */
void pass_live(const struct runner *self, struct smtpspec_span octets,
               struct tally *tally);
/* `chunk` octets a feed. */
void pass_chunks(const struct runner *self, struct smtpspec_span octets,
                 struct tally *tally);
/* memchr() from LF to LF, and no more. */
void pass_walk(const struct runner *self, struct smtpspec_span octets,
               struct tally *tally);

/* Let them run; their times go into the table of the bench. */
void race(struct bench *bench, const struct corpus *corpus,
          struct runner runners[], size_t count);

/* How long a pass takes that is repeated until the clock can tell; used by
 * race(), and by who has passes of another kind. */
double time_pass(void pass(void *context), void *context);

#endif
