/* SPDX-License-Identifier: MIT */
/*
 * bench.h - what the benches share: the clock, memory, and giving up
 *
 * A bench defines BENCH, its name, before this is read in.
 */
#ifndef SMTPSPEC_BENCH_H
#define SMTPSPEC_BENCH_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef BENCH
#define BENCH "bench"
#endif

/* Say what could not be done and why (errno), and end. */
static inline void die(const char *what)
{
    fprintf(stderr, BENCH ": %s: %s\n", what, strerror(errno));
    exit(2);
}

static inline double clock_seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline double seconds(void)
{
    return clock_seconds(CLOCK_MONOTONIC);
}

/* What this thread has computed; not what others did in the meantime. */
static inline double own_seconds(void)
{
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

/* realloc() that never fails. */
static inline void *grow(void *memory, size_t size)
{
    memory = realloc(memory, size);
    if (memory == NULL)
        die("memory");
    return memory;
}

#define TEMPORARY_MOST 4096

/* A template for mkstemp() and mkdtemp(). */
static inline void temporary(char path[TEMPORARY_MOST])
{
    const char *folder = getenv("TMPDIR");
    int length = snprintf(path, TEMPORARY_MOST, "%s/smtpspec-bench-XXXXXX",
                          folder != NULL ? folder : "/tmp");

    errno = ENAMETOOLONG;
    if (length < 0 || length >= TEMPORARY_MOST)
        die("TMPDIR");
}

#endif
