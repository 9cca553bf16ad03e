/* SPDX-License-Identifier: MIT */
/*
 * running.h - the inside of a run, for run.c and the files that it is made of
 *
 * Floor 5, run. run.c opens and closes connections as the plan wants;
 * greet.c holds the opening dialogue; results.c says what is made of it all.
 */
#ifndef SMTPSPEC_RUNNING_H
#define SMTPSPEC_RUNNING_H

#include <uv.h>

#include "net/transport.h"
#include "run/aside.h"
#include "run/probe.h"
#include "run/opening.h"
#include "run/plan.h"
#include "run/run.h"
#include "run/sheet.h"

enum smtpspec_slot_kind {
    SMTPSPEC_SLOT_OPENING,
    SMTPSPEC_SLOT_SCOUT,
    SMTPSPEC_SLOT_CASES,
    SMTPSPEC_SLOT_CONTROL,
    SMTPSPEC_SLOT_LAST       /* the harmless dialogue at the end             */
};

/* One connection under way. */
struct smtpspec_slot {
    struct smtpspec_run *run;
    struct smtpspec_probe *probe;
    struct smtpspec_slot *next, *last; /* of the list of the run             */
    uint8_t kind;           /* enum smtpspec_slot_kind                       */
    size_t index;           /* item being played, or the one a control is for*/
    size_t group;           /* of the plan that it works on, or NONE         */
    unsigned cases;         /* begun on this connection, and which           */
    size_t played[SMTPSPEC_PLAN_CASES_LIMIT];
    bool failed;            /* it could not be opened                        */
    bool ours;              /* and we are to blame: no descriptors           */
    bool looking;           /* is somebody there after a malformed case?     */
    struct smtpspec_command_use sent;
    struct smtpspec_patience_use before; /* the case under way               */
    struct smtpspec_patience_watch watch;
    struct smtpspec_plan_outcome held;   /* while looking                    */
    struct smtpspec_shape_heard heard;   /* of it                            */
};

struct smtpspec_run {
    const struct smtpspec_run_settings *settings;
    const struct smtpspec_run_sink *sink;
    uv_loop_t loop;
    uv_timer_t wake;        /* for what waits for its time                   */
    uv_timer_t tick;        /* of the progress, while nothing happens        */
    uv_timer_t late;        /* the time for all of it is over                */
    uv_signal_t interrupt, terminate;
    struct smtpspec_addresses addresses;
    struct smtpspec_probe_terms terms;
    struct smtpspec_slot *slots;
    unsigned active, jobs;  /* connections: now, and at most                 */
    struct smtpspec_plan plan;
    struct smtpspec_sheet **sheets; /* by item                               */
    int64_t spare;          /* what long transcripts may still take          */
    struct smtpspec_asides asides;
    struct smtpspec_coverage coverage;
    struct smtpspec_transitions transitions;
    struct smtpspec_offers offers;
    uint64_t offered;       /* by the opening dialogue                       */
    uint64_t offered_tls;   /* and inside TLS                                */
    uint8_t scouting;       /* enum smtpspec_scouting: what comes next       */
    bool local;             /* the peer is on this machine                   */
    bool has_tls;           /* `tls` is of some handshake that went through  */
    struct smtpspec_tls_facts tls;
    struct smtpspec_target_facts facts;
    unsigned opening_tries;
    uint8_t opening;        /* enum smtpspec_opening: of the last try         */
    bool try_helo;
    uint64_t opening_ms;    /* how long the opening dialogue took            */
    bool terse;             /* NOOP in the opening was not answered          */
    bool open;              /* the opening dialogue went through             */
    bool closing;           /* the last dialogue is, or was, under way       */
    bool abandoned;
    int interrupted;        /* by which signal; 0: by none                   */
    char *nobody;
    char *greeting;
    char **extensions, **extensions_tls, **extensions_login;
    char trouble[640];
};

/* One more connection; what becomes of it shows in the run. */
struct smtpspec_slot *smtpspec_run_connect(struct smtpspec_run *run,
                                           enum smtpspec_slot_kind kind,
                                           size_t index);

/* Whether the pace wants the next connection later: `again` is called then.
 * If not, one is to be begun. */
bool smtpspec_run_is_early(struct smtpspec_run *run, uv_timer_cb again);

/* How many cases are done. */
void smtpspec_run_tell_progress(const struct smtpspec_run *run);

/* Open what the plan wants open; once nothing is left, let the loop end. */
void smtpspec_run_schedule(struct smtpspec_run *run);

/* Dialogues that tell more of the target, each on a connection of its own. */
enum smtpspec_scouting {
    SMTPSPEC_SCOUTING_TLS,    /* what is listed inside TLS                   */
    SMTPSPEC_SCOUTING_MAIL,   /* whether MAIL wants a log-in first           */
    SMTPSPEC_SCOUTING_LOGIN,  /* what is listed after it                     */
    SMTPSPEC_SCOUTING_OVER
};

/* greet.c: begin the opening dialogue; take what came of it. */
void smtpspec_run_greet(struct smtpspec_run *run);
/* The lines of an EHLO reply behind its first, escaped, one memory each; the
 * list ends with NULL. `reply` is its number among the replies. */
char **smtpspec_run_keywords(const struct smtpspec_tally *tally,
                             unsigned reply, unsigned *count);
void smtpspec_run_greeted(struct smtpspec_slot *slot);
/* The opening connection is closed (and the next may be made). */
void smtpspec_run_greeting_over(struct smtpspec_run *run);

/* scout.c: begin the next of these dialogues; false where none is left. What
 * came of it. */
bool smtpspec_run_scout(struct smtpspec_run *run);
const struct smtpspec_case *
smtpspec_run_scouts_case(const struct smtpspec_run *run);
void smtpspec_run_scouted(struct smtpspec_slot *slot);

/* results.c: a case has been played, or its connection was refused. False
 * where it is to be seen first whether the server still answers. */
bool smtpspec_run_played(struct smtpspec_slot *slot);
/* That has been seen. */
void smtpspec_run_looked(struct smtpspec_slot *slot);
void smtpspec_run_refused(struct smtpspec_slot *slot);
void smtpspec_run_controlled(struct smtpspec_slot *slot);
/* The dialogue at the end is over. */
void smtpspec_run_closed(struct smtpspec_slot *slot);
/* Errors and commands that a connection has seen so far. */
struct smtpspec_patience_use
smtpspec_run_use(const struct smtpspec_slot *slot);
/* Nobody is there any more: say so, and who is to blame if that is known. */
void smtpspec_run_give_up(struct smtpspec_run *run);
/* A reply too many was met: any of the first `count` cases of the connection
 * may have caused it. */
void smtpspec_run_doubt(struct smtpspec_slot *slot, unsigned count);
/* Nothing is left to do: let the loop end. */
void smtpspec_run_stop(struct smtpspec_run *run);
/* No more of this target: what is not done is an error of that reason. */
void smtpspec_run_abandon(struct smtpspec_run *run, const char *reason);
/* Leave out what may not or cannot be run. */
void smtpspec_run_skip(struct smtpspec_run *run);
/* Tell what the rest will take. */
void smtpspec_run_estimate(struct smtpspec_run *run);
/* scout.c: what is known besides the cases, into the facts and the asides. */
void smtpspec_run_tell_tls(struct smtpspec_run *run);
void smtpspec_run_tell_offers(struct smtpspec_run *run);
/* handing.c: tell what cases came to that are done; hand on all results. */
void smtpspec_run_tell(struct smtpspec_run *run);
void smtpspec_run_report(struct smtpspec_run *run);

#endif
