/* SPDX-License-Identifier: MIT */
/*
 * finite.h - what the complete enumerations share
 *
 * Each finite_<what>.c goes through all of a finite set and prints TAP: a line
 * for a set, with how many members it has. Needs a C compiler and nothing
 * else. A set that is empty proves nothing, and so has failed.
 */
#ifndef SMTPSPEC_FINITE_H
#define SMTPSPEC_FINITE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>

struct finite {
    unsigned sets;
    bool failed;
};

/* A member for which it does not hold; the octets tell which. */
static inline void finite_fail(struct finite *finite, const char *what,
                               struct smtpspec_span octets)
{
    char shown[256];

    if (!finite->failed) {
        smtpspec_span_escape(octets, shown, sizeof(shown));
        printf("# %s: \"%s\"\n", what, shown);
    }
    finite->failed = true;
}

/* The set `what` is done, it had `members`. */
static inline void finite_done(struct finite *finite, const char *what,
                               uint64_t members)
{
    bool held = !finite->failed && members > 0;

    printf("%sok %u - %s: %llu\n", held ? "" : "not ", ++finite->sets, what,
           (unsigned long long)members);
    finite->failed = false;
}

static inline int finite_end(const struct finite *finite)
{
    printf("1..%u\n", finite->sets);
    return 0;
}

#endif
