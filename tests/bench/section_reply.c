/* SPDX-License-Identifier: MIT */
/*
 * section_reply.c - the reply tokenizer beside what a machine can do, and beside
 * other people's readers
 *
 * Corpora a, b, c: all of it in one feed, each variant; a line a feed; peers.
 * d1, d2, d3: the worst that a server can send. And that no way to cut the
 * octets costs more than in proportion to their number.
 */
#include "bench.h"
#include "peer.h"
#include "race.h"

#define MIB ((size_t)1 << 20)
#define RUNNERS_MOST 32
/* Enough for a steady rate of what is slow. */
#define SLOW_MOST (4 * MIB)
/* What lies in a cache, and not in memory alone. */
#define CACHED_MOST (16 * MIB)
/* Of twice the octets, in twice the time. */
#define LINEAR_MOST 1.15

static const size_t chunks[] = { 1, 3, 16, 64, 256, 1024, 4096 };
#define CHUNKS SMTPSPEC_ARRAY_LEN(chunks)

static char *copied;

static void pass_copy(const struct runner *self, struct smtpspec_span octets,
                      struct tally *tally)
{
    (void)self;
    memcpy(copied, octets.at, octets.length);
    tally->fields[0] += (unsigned char)copied[octets.length / 2];
}

/* What runs here of the variants, and "best", which chooses; returns how many
 * runners there are then. */
static size_t add_variants(struct runner runners[], size_t count)
{
    const struct smtpspec_reply_variant *variant = smtpspec_reply_variants;

    for (; variant->name != NULL && count + 1 < RUNNERS_MOST; variant++)
        if (variant->form <= smtpspec_reply_fastest())
            runners[count++] = (struct runner){
                .name = variant->name, .pass = pass_whole,
                .feed = variant->feed,
            };
    runners[count++] = (struct runner){
        .name = "best", .pass = pass_whole, .feed = smtpspec_reply_feed,
    };
    return count;
}

/* What differs from the reference is no rate of a tokenizer. Not timed. */
static void compare(const struct corpus *corpus, const struct runner runners[],
                    size_t count)
{
    const struct smtpspec_span octets = { corpus->octets, corpus->length };
    const struct runner *first = NULL;
    struct tally wanted = { 0 };

    for (size_t i = 0; i < count; i++) {
        struct tally tally = { 0 };

        if (runners[i].pass != pass_whole)
            continue;
        pass_fields(&runners[i], octets, &tally);
        if (first == NULL) {
            first = &runners[i];
            wanted = tally;
        }
        if (memcmp(&wanted, &tally, sizeof(tally)) != 0) {
            fprintf(stderr, BENCH ": %s and %s differ on corpus %s\n",
                    first->name, runners[i].name, corpus->name);
            exit(2);
        }
    }
}

static void race_common(struct bench *bench, const struct corpus *corpus)
{
    struct runner runners[RUNNERS_MOST] = {
        { .name = "memcpy", .pass = pass_copy },
        { .name = "memchr walk", .pass = pass_walk },
        { .name = "live", .pass = pass_live, .feed = smtpspec_reply_feed },
        { .name = "best, summed", .pass = pass_fields,
          .feed = smtpspec_reply_feed },
    };
    size_t ours = add_variants(runners, 4), count = ours;
    struct peers *peers = peers_start(bench, corpus, SLOW_MOST);

    for (size_t i = 0; i < peers_count(peers) && count < RUNNERS_MOST; i++)
        runners[count++] = peers_runner(peers, i);
    copied = grow(NULL, corpus->length);
    race(bench, corpus, runners, count);
    free(copied);
    compare(corpus, runners, ours);
    for (size_t i = ours; i < count; i++)
        peers_check(bench, corpus, &runners[i]);
    peers_stop(peers);
}

/* --- corpora that are as bad as can be ------------------------------------ */

static const struct worst {
    const char *corpus, *goal;
    enum bound bound;
    double wanted;
    struct figures (*figures)(const struct times *times);
    size_t most;
} worsts[] = {
    { "d1", "best, lines of 1 MiB (d1), GB/s", AT_LEAST, 10, gigabytes_of,
      CACHED_MOST },
    { "d2", "best, lone LFs (d2), ns/line", AT_MOST, 8, ns_per_line_of,
      SIZE_MAX },
    { "d3", "best, bare-LF lines (d3), ns/line", AT_MOST, 8, ns_per_line_of,
      SIZE_MAX },
};

static void race_worst(struct bench *bench, const struct worst *worst)
{
    size_t most = bench->octets / 2;
    struct corpus corpus = corpus_make(
        worst->corpus, most < worst->most ? most : worst->most, bench->seed);
    struct runner runners[RUNNERS_MOST] = {
        { .name = "memchr walk", .pass = pass_walk },
    };
    size_t count = add_variants(runners, 1);

    race(bench, &corpus, runners, count);
    compare(&corpus, runners, count);
    table_goal(&bench->table, worst->goal, worst->bound, worst->wanted,
               worst->figures(table_find(&bench->table, corpus.name, "best")));
    table_show_times(&bench->table, corpus.name);
    corpus_free(&corpus);
}

/* --- any cut -------------------------------------------------------------- */

struct cut {
    char once[24], twice[24];
};

/* Half of the octets and all of them, for each size of a feed. */
static void race_chunks(struct bench *bench, const char *name,
                        const char *octets_of, size_t most, const char *goal)
{
    static struct cut names[CHUNKS * 2];
    static size_t used;
    struct cut *cuts = &names[used];
    struct corpus corpus = corpus_make(octets_of, most, bench->seed);
    struct runner runners[2 * CHUNKS];
    struct figures worst = { 0 };

    corpus.name = name;
    for (size_t i = 0; i < CHUNKS; i++) {
        struct runner runner = { .pass = pass_chunks,
                                 .feed = smtpspec_reply_feed,
                                 .chunk = chunks[i] };

        snprintf(cuts[i].once, sizeof(cuts[i].once), "%zu, half", chunks[i]);
        snprintf(cuts[i].twice, sizeof(cuts[i].twice), "%zu", chunks[i]);
        runner.name = cuts[i].once;
        runner.most = corpus.length / 2;
        runners[2 * i] = runner;
        runner.name = cuts[i].twice;
        runner.most = 0;
        runners[2 * i + 1] = runner;
    }
    used += CHUNKS;
    race(bench, &corpus, runners, 2 * CHUNKS);
    for (size_t i = 0; i < CHUNKS; i++) {
        struct figures figures =
            ratio_of(runners[2 * i + 1].times, runners[2 * i].times);

        if (figures.best > worst.best)
            worst = figures;
    }
    table_goal(&bench->table, goal, AT_MOST, LINEAR_MOST, worst);
    table_show_times(&bench->table, name);
    corpus_free(&corpus);
}

/* --- goals ---------------------------------------------------------------- */

static void add_goal(struct bench *bench, const char *corpus,
                     const char *runner, const char *beside, bool time,
                     double wanted)
{
    const struct times *ours = table_find(&bench->table, corpus, runner);
    const struct times *theirs = table_find(&bench->table, corpus, beside);
    char name[64];

    snprintf(name, sizeof(name), "%s %s %s, on %s", runner,
             time ? "takes, times" : "beside", beside, corpus);
    if (ours == NULL || theirs == NULL)
        table_note(&bench->table, name, "not measured");
    else
        table_goal(&bench->table, name, time ? AT_MOST : AT_LEAST, wanted,
                   time ? ratio_of(ours, theirs) : ratio_of(theirs, ours));
}

static void add_goals(struct bench *bench)
{
#define RATE(corpus, runner, beside, wanted)                                  \
    add_goal(bench, #corpus, runner, beside, false, wanted);
#define TIME(corpus, runner, beside, wanted)                                  \
    add_goal(bench, #corpus, runner, beside, true, wanted);
#include "goals.def"
#undef RATE
#undef TIME
    table_goal(&bench->table, "octets of state", AT_MOST, 64,
               just(sizeof(struct smtpspec_reply_parser)));
    table_goal(&bench->table, "octets of a record", AT_MOST, 32,
               just(sizeof(struct smtpspec_reply_line)));
}

void section_reply(struct bench *bench)
{
    static const char *const corpora[] = { "a", "b", "c" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(corpora); i++) {
        struct corpus corpus =
            corpus_make(corpora[i], bench->octets, bench->seed);

        race_common(bench, &corpus);
        table_show_times(&bench->table, corpora[i]);
        corpus_free(&corpus);
    }
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(worsts); i++)
        race_worst(bench, &worsts[i]);
    race_chunks(bench, "a, cut", "a", SLOW_MOST,
                "any cut of a, twice the octets for one");
    race_chunks(bench, "d1, cut", "d1", MIB,
                "any cut of a line, twice the octets for one");
    add_goals(bench);
}
