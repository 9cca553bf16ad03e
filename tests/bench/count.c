/* SPDX-License-Identifier: MIT */
/*
 * count.c - one pass of a runner over a corpus, for callgrind to count
 *
 *     count RUNNER CORPUS     prints the number of lines
 *     count                   prints the names of the runners
 *
 * Only what is within counted() belongs to it (--toggle-collect). A runner is a
 * variant of the tokenizer, "live", or "walk".
 */
#include "bench.h"
#include "race.h"

/* The same for ever: the figures are kept. */
#define OCTETS ((size_t)512 << 10)
#define SEED 1

__attribute__((noinline)) static void counted(const struct runner *runner,
                                              struct smtpspec_span octets,
                                              struct tally *tally)
{
    runner->pass(runner, octets, tally);
}

static const struct runner others[] = {
    { .name = "walk", .pass = pass_walk },
    { .name = "live", .pass = pass_live, .feed = smtpspec_reply_feed },
};

static bool find(const char *name, struct runner *runner)
{
    const struct smtpspec_reply_variant *variant = smtpspec_reply_variants;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(others); i++)
        if (strcmp(others[i].name, name) == 0) {
            *runner = others[i];
            return true;
        }
    for (; variant->name != NULL; variant++)
        if (strcmp(variant->name, name) == 0 &&
            variant->form <= smtpspec_reply_fastest()) {
            *runner = (struct runner){ .name = name, .pass = pass_whole,
                                       .feed = variant->feed };
            return true;
        }
    return false;
}

static int list(void)
{
    const struct smtpspec_reply_variant *variant = smtpspec_reply_variants;

    for (; variant->name != NULL; variant++)
        puts(variant->name);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(others); i++)
        puts(others[i].name);
    return 0;
}

int main(int argc, char **argv)
{
    struct runner runner;
    struct tally tally = { 0 };
    struct corpus corpus;

    if (argc == 1)
        return list();
    if (argc != 3 || !find(argv[1], &runner)) {
        fputs("usage: count [RUNNER a|b|c]\n", stderr);
        return 2;
    }
    corpus = corpus_make(argv[2], OCTETS, SEED);
    counted(&runner, (struct smtpspec_span){ corpus.octets, corpus.length },
            &tally);
    printf("%zu\n", corpus.lines);
    corpus_free(&corpus);
    return 0;
}
