/* SPDX-License-Identifier: MIT */
/*
 * plan.h - which case runs where and when, and which outcome counts
 *
 * Floor 5, run; pure: no I/O, no clock, the items are the caller's memory. It
 * packs cases into connections as long as a server bears them, and makes sure
 * that no verdict rests on what an earlier case left behind: whatever is not
 * a pass counts only when the case was the first of a fresh connection.
 *
 * Which cases may meet on a connection is settled before the first one runs,
 * in groups: so the same server gives the same results however many
 * connections are open at once and whichever is faster. A group goes through
 * as many connections as the server's patience wants, one after the other.
 */
#ifndef SMTPSPEC_PLAN_H
#define SMTPSPEC_PLAN_H

#include "case/play.h"
#include "run/pace.h"
#include "run/patience.h"
#include "run/shape.h"

/* Cases of a group, so at most on one connection. */
#define SMTPSPEC_PLAN_CASES_LIMIT 24

enum smtpspec_plan_stage {
    SMTPSPEC_PLAN_WAITING,   /* not run yet                                  */
    SMTPSPEC_PLAN_RUNNING,
    SMTPSPEC_PLAN_AGAIN,     /* to be first of a fresh connection, from
                                `due` on                                     */
    SMTPSPEC_PLAN_CONTROL,   /* a harmless dialogue is to tell whether the
                                server turns everybody away, or lives        */
    SMTPSPEC_PLAN_SHELVED,   /* barred: other cases have shown what comes of
                                it; may still be run                         */
    SMTPSPEC_PLAN_DONE
};

/* What came of the way to a case. */
enum smtpspec_plan_stuck {
    SMTPSPEC_PLAN_STUCK_NOT,
    SMTPSPEC_PLAN_STUCK_MUTE,    /* a command was not answered               */
    SMTPSPEC_PLAN_STUCK_REFUSED  /* the set-up was refused                   */
};

#define SMTPSPEC_PLAN_NONE SIZE_MAX

struct smtpspec_plan_item {
    const struct smtpspec_case *of;
    struct smtpspec_shape shape;
    uint64_t due;            /* AGAIN, CONTROL: not before (ms)              */
    uint8_t stage;           /* enum smtpspec_plan_stage                     */
    uint8_t throttles;       /* times that it was turned away                */
    bool silent;             /* no reply once, or hung up on without a word  */
    bool doubted;            /* listen on at its end: a reply too many was
                                met after it                                 */
    bool busy;               /* leader of a group: a connection has it       */
    bool odd;                /* the last run ended as if the server died     */
    bool lonely;             /* and no other connection was open             */
    bool cut;                /* the server hung up amid the last run         */
    bool ran;                /* an outcome counts                            */
    struct smtpspec_patience_use use; /* of the connection, at its end       */
    uint8_t stuck;           /* enum smtpspec_plan_stuck, at ...             */
    struct smtpspec_shape_way at;
    struct smtpspec_shape_heard heard; /* before that                        */
    struct smtpspec_shape_way bar; /* what bars it; command 0: nothing       */
    uint8_t bar_stuck;       /* enum smtpspec_plan_stuck                     */
    bool bar_all;            /* not that command alone, but all              */
    size_t group;            /* index of its group's leader                  */
    size_t next;             /* of its group, or NONE                        */
};

struct smtpspec_plan {
    struct smtpspec_plan_item *items;
    size_t count;
    size_t done;
    size_t open;             /* connections that work on it                  */
    size_t stuck;            /* items that are                               */
    size_t controls;         /* items that are at CONTROL                    */
    /* So that nothing is looked at again and again where there are thousands:
     * all items before `left` are over or malformed; no group before from[0],
     * or before from[1] if it is of malformed ones, wants a connection. */
    size_t left, from[2];
    bool throttled;          /* turned away at the door: go gently           */
    bool given_up;           /* nobody is there any more                     */
    bool sturdy;             /* the server is ours and will not die          */
    struct smtpspec_pace pace;
    struct smtpspec_patience patience;
    struct smtpspec_command_caps caps; /* known beforehand                   */
};

/* Where an open connection stands. */
struct smtpspec_plan_connection {
    size_t group;            /* that it works on; NONE: of none              */
    const struct smtpspec_judge *judge;
    const struct smtpspec_case_vars *vars; /* of the run, or NULL            */
    struct smtpspec_patience_use use;
    struct smtpspec_command_use sent;
    bool spent;              /* closed, lost, or its last case wanted it for
                                itself                                       */
};

/* What came of one run of a case. */
struct smtpspec_plan_outcome {
    enum smtpspec_outcome outcome;
    bool first;              /* it was the first of its connection           */
    bool ours;               /* no connection, and that is our own fault     */
    bool at_door;            /* turned away before anything was asked        */
    bool mute;               /* and that without a word                      */
    bool turned_away;        /* 421 in a case that does not ask for it       */
    bool ended;              /* the server closed, or said that it will      */
    bool no_reply;
    bool odd;                /* no reply, or a close without a word where
                                none was due: does the server live?          */
    bool cut;                /* the server hung up where it should not       */
    struct smtpspec_patience_use before, after;
    uint64_t slowest;        /* reply (ms)                                   */
    uint8_t stuck;           /* enum smtpspec_plan_stuck, at ...             */
    struct smtpspec_shape_way at;
    const struct smtpspec_shape_heard *heard; /* or NULL: nothing            */
    struct smtpspec_patience_watch *watch; /* the connection's; or NULL      */
};

/* Each item has its `of` and is otherwise zero. */
void smtpspec_plan_init(struct smtpspec_plan *plan,
                        struct smtpspec_plan_item *items, size_t count);

/* Put all that are not done into groups (packing.c). */
void smtpspec_plan_pack(struct smtpspec_plan *plan);

/* Connections that the groups need where the server is patient. */
size_t smtpspec_plan_connections(const struct smtpspec_plan *plan);

/*
 * The next case: for an open connection, or for a new one (NULL). It is
 * RUNNING then, unless it was CONTROL, which it stays. NONE where there is
 * nothing (now). Each connection that is begun so is to be ended by
 * smtpspec_plan_leave().
 */
size_t smtpspec_plan_next(struct smtpspec_plan *plan,
                          const struct smtpspec_plan_connection *connection,
                          uint64_t now);

/* The group that a connection works on whose first case that is. */
size_t smtpspec_plan_group(const struct smtpspec_plan *plan, size_t index);

/* The connection is closed; another may go on with its group. */
void smtpspec_plan_leave(struct smtpspec_plan *plan, size_t group);

/* When the next new connection may be made; UINT64_MAX: none is wanted. */
uint64_t smtpspec_plan_due(const struct smtpspec_plan *plan);

/* A case has run. True where that outcome is the one that counts, be it that
 * the server's health is looked into first (CONTROL). */
bool smtpspec_plan_ended(struct smtpspec_plan *plan, size_t index,
                         const struct smtpspec_plan_outcome *outcome,
                         uint64_t now);

/* The control dialogue of a case was heard (or turned away at the door). */
void smtpspec_plan_controlled(struct smtpspec_plan *plan, size_t index,
                              bool heard, bool mute, uint64_t now);

/* Whether the server hung up on a case that asks for more than it was found
 * to bear on a connection: that is no fault then. */
bool smtpspec_plan_is_over_limit(const struct smtpspec_plan *plan,
                                 size_t index);

/* Count this item as done, whatever it was. */
void smtpspec_plan_finish(struct smtpspec_plan *plan, size_t index);

/* A reply too many was met after this case had passed: run it once more,
 * listening. False where that was done before. */
bool smtpspec_plan_doubt(struct smtpspec_plan *plan, size_t index);

/* An item that was over is not any more. */
void smtpspec_plan_reopen(struct smtpspec_plan *plan, size_t index);

/* All is done: do the shelved ones stay so? What is barred after all is told
 * by `bar` in each item. True where something is to be run (barred.c). */
bool smtpspec_plan_settle(struct smtpspec_plan *plan);
/* Whether earlier cases tell what comes of this one; sets its `bar`. */
bool smtpspec_plan_bars(const struct smtpspec_plan *plan, size_t index,
                        struct smtpspec_plan_item *item);
/* Why it was not run, or does not count. */
void smtpspec_plan_bar_text(const struct smtpspec_plan_item *item, char *text,
                            size_t cap);

/* Whether no other case may follow on the connection of this one. */
bool smtpspec_plan_wants_all(const struct smtpspec_case *of);

/* What the user and the server allow. */
struct smtpspec_plan_terms {
    bool has_to;             /* a recipient that takes mail is known         */
    bool has_user;           /* and who may log in                           */
    bool may_intrude;
    bool no_tls;             /* not from the start, and STARTTLS is not wanted
                                or not offered                               */
    uint64_t offered;        /* set of enum smtpspec_extension: in clear     */
    uint64_t offered_tls;    /* inside TLS, where a case may be brought to   */
    const struct smtpspec_command_caps *caps; /* of a connection; or NULL    */
};

/* Why a case is not run ("needs --to"), or NULL where it is; the text lives
 * in `room` or for ever. */
const char *smtpspec_plan_skip(const struct smtpspec_case *of,
                               const struct smtpspec_plan_terms *terms,
                               char *room, size_t cap);

#endif
