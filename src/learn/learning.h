/* SPDX-License-Identifier: MIT */
/*
 * learning.h - learn a server, and hold what was learnt against the rows
 *
 * Floor 5, learn; on libuv. First how often each command is borne, as in
 * exhaustive.h; then the machine (oracle.h), with the suite of the rows among
 * the words; then where it departs from the rows. What the machine says of
 * that and nobody has seen is asked: where it is not so, the machine was wrong,
 * and is learnt on. At the end all is asked once more.
 */
#ifndef SMTPSPEC_LEARNING_H
#define SMTPSPEC_LEARNING_H

#include "learn/exhaustive.h"
#include "learn/machine_file.h"
#include "learn/oracle.h"

struct smtpspec_learning_settings {
    struct smtpspec_exhaustive_settings exhaustive; /* `extra`: states more
                                  than were found; no calls back             */
    uint64_t budget;           /* queries; 0: no limit                       */
    uint64_t budget_ms;        /* the same                                   */
    struct smtpspec_span known; /* a text of cache.h, or empty               */
    FILE *cache;               /* gets what is asked, behind `known`; or
                                  NULL                                       */
    void (*progress)(void *context, unsigned states, uint64_t queries);
    void *context;
};

struct smtpspec_learning {
    const struct smtpspec_learning_settings *settings;
    struct smtpspec_exhaustive *run;   /* what was asked, and found          */
    struct smtpspec_teacher teacher;
    struct smtpspec_learnt learnt;     /* its machine is that below          */
    struct smtpspec_machine machine;   /* states have names                  */
    uint64_t recalled;                 /* words of `known`                   */
    char trouble[256];                 /* why it is not whole, or ""         */
    bool unwritten;                    /* `cache` does not take what it gets */
    uint64_t until_ms;                 /* of the clock; 0: no limit          */
};

/* The settings must live as long. NULL where `known` is no such text, or of
 * another alphabet: `why` says so, in one line that may hold its octets. */
struct smtpspec_learning *
smtpspec_learning_run(const struct smtpspec_learning_settings *settings,
                      char *why, size_t cap);
void smtpspec_learning_free(struct smtpspec_learning *learning);

#endif
