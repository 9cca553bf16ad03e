/* SPDX-License-Identifier: MIT */
/*
 * section.h - a part of `make bench`
 *
 * tests/bench/section_<name>.c defines void section_<name>(struct bench *bench):
 * it measures, adds its times and goals to bench->table, and prints nothing but
 * by table_show_times(). Nothing lists it; the Makefile finds it by its name.
 * All sections run in one process, one after the other; each gives back its
 * memory.
 */
#ifndef SMTPSPEC_BENCH_SECTION_H
#define SMTPSPEC_BENCH_SECTION_H

#include <stdint.h>

#include "table.h"

struct bench {
    size_t octets; /* of each corpus, at most                                 */
    size_t rounds; /* of which the best counts; at most ROUNDS_MOST           */
    uint64_t seed;
    const char *smtpspec; /* the command                                      */
    const char *peers;    /* the folder of other people's readers, or NULL    */
    struct table table;
};

/* What is so many for corpora of 128 MiB, for those of this bench; at least
 * `least`. */
static inline size_t bench_scaled(const struct bench *bench, size_t count,
                                  size_t least)
{
    size_t scaled = (size_t)((double)count * (double)bench->octets /
                             (double)((size_t)128 << 20));

    return scaled > least ? scaled : least;
}

/* Written by ci/bench.mk: all that the folder has. */
#define SECTION(name) void section_##name(struct bench *bench);
#include "sections.def"
#undef SECTION

#endif
