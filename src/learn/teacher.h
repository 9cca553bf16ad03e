/* SPDX-License-Identifier: MIT */
/*
 * teacher.h - whoever is learnt, asked once about each thing
 *
 * Floor 5, learn; pure but for memory: who answers is behind a function. What
 * was answered is kept, and comes again with each word that goes on from there.
 * Two answers that contradict each other are settled by seven more, of which
 * the most count; from more than one in a hundred nothing can be learnt.
 */
#ifndef SMTPSPEC_TEACHER_H
#define SMTPSPEC_TEACHER_H

#include "learn/cache.h"
#include "learn/caution.h"

#define SMTPSPEC_TEACHER_REPEATS 7
/* Contradictions that are borne whatever the number of queries. */
#define SMTPSPEC_TEACHER_FLAKES_BORNE 16
/* Words that are tried, and how many of these may have changed: a server that
 * one misdeed tells from what it was before shows it in about as many. */
#define SMTPSPEC_TEACHER_TRIED 256
#define SMTPSPEC_TEACHER_CHANGED_BORNE 4

struct smtpspec_query {
    const uint8_t *word;
    size_t length;
    uint32_t *outputs;         /* room for `length`                          */
    size_t answered;           /* of these; the rest are NONE                */
};

/* The last symbol of a word was answered in two ways. */
struct smtpspec_flake {
    uint8_t word[SMTPSPEC_WORD_KEPT];
    size_t length;
    uint32_t before, now;
    unsigned as_before, as_now; /* of the repeats                            */
};

struct smtpspec_teacher {
    /* Who asks sets these. */
    bool (*ask)(void *context, struct smtpspec_query *queries, size_t count);
                               /* false: nobody answers any more             */
    void *context;
    void (*noted)(void *context, const uint8_t *word, const uint32_t *outputs,
                  size_t length); /* what is new in the cache; or NULL       */
    const struct smtpspec_caps *caps; /* or NULL                             */
    uint64_t budget;           /* queries; 0: no limit                       */

    struct smtpspec_cache cache;
    uint64_t queries, symbols; /* that were asked, repeats included          */
    uint64_t flakes;           /* contradictions                             */
    struct smtpspec_flake flake; /* with the shortest word                   */
    unsigned corrections;      /* of the cache: what was built upon it before
                                  need not hold any more                     */
    char trouble[160];         /* why nothing is asked any more, or ""       */
};

void smtpspec_teacher_free(struct smtpspec_teacher *teacher);

/*
 * Answer all queries, from the cache if it knows, as far as the caps leave the
 * words. False where that cannot be done: `trouble` says why.
 */
bool smtpspec_teacher_ask(struct smtpspec_teacher *teacher,
                          struct smtpspec_query *queries, size_t count);

/*
 * Ask some of what the cache knows, chosen by the seed, once more: it may be
 * from another day, or of another server. False, and the teacher has stopped,
 * where more than a few come otherwise.
 */
bool smtpspec_teacher_try(struct smtpspec_teacher *teacher, uint64_t seed);

#endif
