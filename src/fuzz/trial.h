/* SPDX-License-Identifier: MIT */
/*
 * trial.h - one script on a fresh connection, and all that it shows
 *
 * Floor 5, fuzz. The talk is a careful one: longer deadlines, and it listens
 * where it is open how many replies come. Where nobody answers afterwards, or
 * a signal killed the command, that is a verdict, too (session.dead).
 */
#ifndef SMTPSPEC_TRIAL_H
#define SMTPSPEC_TRIAL_H

#include "fuzz/caller.h"

/* Verdicts that are kept. */
#define SMTPSPEC_TRIAL_KEPT 32

struct smtpspec_trial {
    struct smtpspec_caller_terms terms;
    struct smtpspec_server_options server; /* EMBEDDED: as if just started   */
    struct smtpspec_server_house house;
    struct smtpspec_caller *caller;
    struct smtpspec_caller_facts facts;
    struct smtpspec_span script;
    struct smtpspec_verdict verdicts[SMTPSPEC_TRIAL_KEPT];
    unsigned count;
    bool looks_after;          /* connect once more, to see who lives        */
    uint8_t stage;
    void (*done)(void *context);
    void *context;
    /* Of a talk that has ended, for `done`. */
    struct smtpspec_transcript_entry *entries; /* of the fault marked        */
    unsigned entry_count;
    char observed[800];        /* escaped; "no reply", ...                   */
    struct smtpspec_verdict wanted; /* what the transcript is to mark        */
};

/*
 * Play `script`, which must live as long. `trial` is the caller's, and must be
 * left alone until done() is called from the loop; then it has to be cleared.
 * `terms` are copied; their `careful` is set. With `wanted` the transcript
 * marks where that verdict shows, else the first one.
 */
void smtpspec_trial_begin(struct smtpspec_trial *trial,
                          const struct smtpspec_caller_terms *terms,
                          struct smtpspec_span script,
                          const struct smtpspec_verdict *wanted,
                          void (*done)(void *context), void *context);

/* The verdict that has the signature of `wanted`; NULL where none has. */
const struct smtpspec_verdict *
smtpspec_trial_shows(const struct smtpspec_trial *trial,
                     const struct smtpspec_verdict *wanted);

/* Hang up; done() comes. */
void smtpspec_trial_stop(struct smtpspec_trial *trial);

void smtpspec_trial_clear(struct smtpspec_trial *trial);

#endif
