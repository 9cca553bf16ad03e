/* SPDX-License-Identifier: MIT */
/*
 * corpora.h - what servers say, made from a seed, as much of it as is wanted
 *
 *     a   short replies of one line, 70 in 100 with an enhanced code
 *     b   replies to EHLO, 8 to 15 lines
 *     c   a mix as of the world: long lines, some replies of several
 *     d1  lines of 1 MiB    d2  lone LFs    d3  short lines that end in LF
 *
 * The same name, size and seed give the same octets.
 */
#ifndef SMTPSPEC_BENCH_CORPORA_H
#define SMTPSPEC_BENCH_CORPORA_H

#include <stddef.h>
#include <stdint.h>

struct corpus {
    const char *name;
    char *octets; /* of the heap */
    size_t length;
    size_t lines;
};

/* Whole replies of together at most `most` octets (d1: whole lines, at least
 * one). Ends the program where there is no memory. */
struct corpus corpus_make(const char *name, size_t most, uint64_t seed);
void corpus_free(struct corpus *corpus);
/* The replies with which it begins, as many as fit; the same octets. */
struct corpus corpus_slice(const struct corpus *corpus, size_t most);

#endif
