/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - drive a live server with generated sessions
 *
 * Floor 5, fuzz. Several connections at once, each playing sessions in step
 * with the server (talk.h): walks over the state table, the scripts of the
 * pool, and mutants of them. What reaches a new (state, command, code) goes
 * into the pool. The judge's four layers are the oracle; a suspicion is
 * confirmed on a fresh connection and made short (inquiry.h) before it counts.
 * Against the built-in server the same seed sends the same octets.
 */
#ifndef SMTPSPEC_FUZZ_H
#define SMTPSPEC_FUZZ_H

#include "fuzz/finds.h"
#include "fuzz/trial.h"

#define SMTPSPEC_FUZZ_JOBS_LIMIT 256

struct smtpspec_fuzz_settings {
    const struct smtpspec_target *target;
    const struct smtpspec_server_options *server; /* of `embedded:`          */
    enum smtpspec_profile profile;
    const char *from, *to;       /* mailboxes; NULL: not given               */
    uint64_t timeout_ms;         /* 0: not given                             */
    struct smtpspec_command_caps caps; /* of a connection                    */
    unsigned jobs;               /* connections at once; 0: as fits          */
    uint64_t seed;
    uint64_t runs, time_ms;      /* when to stop; 0: not by that             */
    bool intrusive;              /* a target elsewhere will do               */
    bool warns;                  /* what a SHOULD says counts, too           */
    const char *const *ignored;  /* patterns of rules or signatures          */
    size_t ignored_count;
    const struct smtpspec_span *seeds; /* scripts beside our own             */
    size_t seed_count;
    struct smtpspec_journal *journal; /* of all that is said; or NULL        */
};

struct smtpspec_fuzz_facts {
    uint64_t sessions, connections, commands, elapsed_ms;
    uint64_t playing_ms;         /* as long as sessions were played          */
    uint64_t exchanges;          /* commands that were answered              */
    uint64_t triples;            /* (state, command, code)                   */
    size_t findings, once, more; /* confirmed; not confirmed; not looked into*/
    size_t waiting;              /* suspicions                               */
    uint64_t digest;             /* of all that was sent                     */
    int signal;                  /* that ended it, or 0                      */
    bool misused;                /* refused: that target only with intrusive */
    char trouble[256];           /* why it was not tested, escaped; or ""    */
};

struct smtpspec_fuzz_sink {
    /* Confirmed, or (`trial` NULL) the last thing that happened before the
     * server was gone. All is gone when this returns. */
    void (*finding)(void *context, const struct smtpspec_find *find,
                    const struct smtpspec_trial *trial);
    /* Twice a second; may be NULL. */
    void (*progress)(void *context, const struct smtpspec_fuzz_facts *facts);
    void *context;
};

/* Run to the end, or to a signal. Blocks. `finds` gets all of them, and is to
 * be freed by smtpspec_finds_free(). */
void smtpspec_fuzz(const struct smtpspec_fuzz_settings *settings,
                   const struct smtpspec_fuzz_sink *sink,
                   struct smtpspec_finds *finds,
                   struct smtpspec_fuzz_facts *facts);

/*
 * Play one script on a fresh connection as a trial does, and hand the trial to
 * `sink` if it shows a verdict that counts: of that signature where it is not
 * empty. Returns whether it did; `facts->trouble` says why it could not be
 * tried.
 */
bool smtpspec_fuzz_replay(const struct smtpspec_fuzz_settings *settings,
                          struct smtpspec_span script,
                          struct smtpspec_span signature,
                          const struct smtpspec_fuzz_sink *sink,
                          struct smtpspec_fuzz_facts *facts);

#endif
