/* SPDX-License-Identifier: MIT */
/*
 * fuzzing.h - what the files of a fuzzing run share
 *
 * Floor 5, fuzz. fuzz.c begins and ends a run, slot.c plays sessions on its
 * connections, suspects.c looks into what they showed.
 */
#ifndef SMTPSPEC_FUZZING_H
#define SMTPSPEC_FUZZING_H

#include "fuzz/fuzz.h"
#include "fuzz/inquiry.h"
#include "fuzz/pool.h"
#include "fuzz/walk.h"
#include "net/interrupt.h"

/* Inquiries that wait or are under way; of these at once. */
#define SMTPSPEC_FUZZ_INQUIRIES_KEPT 128
#define SMTPSPEC_FUZZ_INQUIRIES_AT_ONCE 4

struct smtpspec_fuzz;

enum smtpspec_fuzz_phase {
    SMTPSPEC_FUZZ_RESTING,       /* between connections                      */
    SMTPSPEC_FUZZ_OPENING,       /* nothing was played on this one           */
    SMTPSPEC_FUZZ_PLAYING,       /* a session                                */
    SMTPSPEC_FUZZ_SETTLING,      /* it is over, and another may follow       */
    SMTPSPEC_FUZZ_QUITTING
};

/* Where one connection after the other is played. */
struct smtpspec_fuzz_slot {
    struct smtpspec_fuzz *fuzz;
    struct smtpspec_caller *caller;
    uint8_t phase;               /* enum smtpspec_fuzz_phase                 */
    bool walks;
    bool is_new;                 /* the session reached a new triple         */
    uint8_t greeted;             /* by what command, when it began           */
    size_t mark;                 /* where it began, in the history           */
    struct smtpspec_walk walk;
    struct smtpspec_growing script;
    struct smtpspec_growing last; /* the history of the last connection      */
    uint64_t ended;              /* when that was                            */
    uint64_t due;                /* when to connect again                    */
    unsigned refusals;           /* 421 at the door, one after the other     */
};

struct smtpspec_fuzz {
    const struct smtpspec_fuzz_settings *settings;
    const struct smtpspec_fuzz_sink *sink;
    struct smtpspec_finds *finds;
    struct smtpspec_fuzz_facts *facts;
    uv_loop_t loop;
    uv_timer_t tick;
    struct smtpspec_interrupt interrupt;
    struct smtpspec_addresses addresses;
    struct smtpspec_server_options server;
    struct smtpspec_server_house house;
    struct smtpspec_caller_terms terms;
    struct smtpspec_case_vars vars;
    struct smtpspec_pool pool;
    size_t seeds;                /* scripts that the pool began with         */
    struct smtpspec_walk_atlas atlas;
    struct smtpspec_triples triples;
    uint64_t random;             /* of what the pool gives up                */
    uint64_t begun;              /* sessions                                 */
    uint64_t began_at, told_at;
    struct smtpspec_fuzz_slot *slots;
    unsigned jobs, open;         /* slots; of these with a connection        */
    bool greeted;                /* ever                                     */
    bool stopping;               /* no session begins any more               */
    bool dead;                   /* nobody answers                           */
    unsigned failures;           /* connections without a greeting, in a row */
    uint64_t failing_since;
    struct smtpspec_inquiry *inquiries[SMTPSPEC_FUZZ_INQUIRIES_KEPT];
    unsigned inquiry_count, running; /* the first `running` are under way    */
};

/* --- slot.c --------------------------------------------------------------- */

/* Connect where it is time to. */
void smtpspec_slot_wake(struct smtpspec_fuzz_slot *slot);
void smtpspec_slot_free(struct smtpspec_fuzz_slot *slot);

/* The session under way as a script that begins on a fresh connection. */
void smtpspec_slot_session(const struct smtpspec_fuzz_slot *slot,
                           struct smtpspec_growing *script);

/* --- suspects.c ----------------------------------------------------------- */

void smtpspec_suspect(struct smtpspec_fuzz_slot *slot,
                      const struct smtpspec_verdict *verdict, bool doubtful);
/* A connection came to nothing; is there still anybody? */
void smtpspec_suspect_dead(struct smtpspec_fuzz *fuzz, const char *why);
/* Begin what waits. */
void smtpspec_suspects_go_on(struct smtpspec_fuzz *fuzz);

/* --- fuzz.c --------------------------------------------------------------- */

/* No further session; what is under way comes to its end. */
void smtpspec_fuzz_stop(struct smtpspec_fuzz *fuzz);

#endif
