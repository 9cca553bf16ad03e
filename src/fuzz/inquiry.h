/* SPDX-License-Identifier: MIT */
/*
 * inquiry.h - is it so? A suspicion confirmed, and made as short as it gets
 *
 * Floor 5, fuzz. Scripts that may show a find are tried on fresh connections,
 * one after the other. The first that does is made shorter (mutate/trim.h) as
 * long as that is worth it, and then tried once more. Bounded by a number of
 * trials and by time.
 */
#ifndef SMTPSPEC_INQUIRY_H
#define SMTPSPEC_INQUIRY_H

#include "fuzz/finds.h"
#include "fuzz/trial.h"
#include "mutate/trim.h"

/* Scripts that may show it. */
#define SMTPSPEC_INQUIRY_SCRIPTS_KEPT 64
#define SMTPSPEC_INQUIRY_TRIALS 400
/* After that much time the shortest so far will do. */
#define SMTPSPEC_INQUIRY_MS 20000

struct smtpspec_inquiry {
    const struct smtpspec_caller_terms *terms;
    struct smtpspec_find *find;
    struct smtpspec_growing scripts[SMTPSPEC_INQUIRY_SCRIPTS_KEPT];
    unsigned count, next;      /* of the scripts                             */
    struct smtpspec_growing best, candidate;
    struct smtpspec_trim trim;
    struct smtpspec_trial trial; /* the last one, for `done`                 */
    unsigned trials;
    uint64_t began;
    uint8_t stage;
    bool running, stopping;
    bool shown;                /* the find is confirmed; its script is set   */
    struct smtpspec_verdict other; /* what showed in its stead               */
    bool has_other;
    void (*done)(void *context, struct smtpspec_inquiry *inquiry);
    void *context;
};

/* Look into `find`; all pointers must live until `done` was called. */
struct smtpspec_inquiry *
smtpspec_inquiry_new(const struct smtpspec_caller_terms *terms,
                     struct smtpspec_find *find,
                     void (*done)(void *context,
                                  struct smtpspec_inquiry *inquiry),
                     void *context);

/* One more script, tried in the order in which they come (copied). */
void smtpspec_inquiry_add(struct smtpspec_inquiry *inquiry,
                          struct smtpspec_span script);

void smtpspec_inquiry_begin(struct smtpspec_inquiry *inquiry);

/* What is known has to do. `done` comes, from the loop. */
void smtpspec_inquiry_hurry(struct smtpspec_inquiry *inquiry);

/* Only after `done`, or before it was begun. */
void smtpspec_inquiry_free(struct smtpspec_inquiry *inquiry);

#endif
