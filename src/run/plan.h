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
 * connections are open at once and whichever is faster.
 */
#ifndef SMTPSPEC_PLAN_H
#define SMTPSPEC_PLAN_H

#include "case/play.h"

/* Cases after which a connection is given up. */
#define SMTPSPEC_PLAN_CASES_LIMIT 12
/* Error replies that a connection may have seen: the third makes some servers
 * close (chasquid counts all errors, Exim unknown commands). */
#define SMTPSPEC_PLAN_ERRORS_LIMIT 2
/* Connections in a row without one reply after which nobody is there. */
#define SMTPSPEC_PLAN_DEAD_LIMIT 12

enum smtpspec_plan_stage {
    SMTPSPEC_PLAN_WAITING,   /* not run yet                                  */
    SMTPSPEC_PLAN_RUNNING,
    SMTPSPEC_PLAN_AGAIN,     /* to be first of a fresh connection, from
                                `due` on                                     */
    SMTPSPEC_PLAN_CONTROL,   /* a harmless dialogue is to tell whether the
                                server turns everybody away                  */
    SMTPSPEC_PLAN_DONE
};

struct smtpspec_plan_item {
    const struct smtpspec_case *of;
    uint64_t due;            /* AGAIN, CONTROL: not before (ms)              */
    uint8_t stage;           /* enum smtpspec_plan_stage                     */
    uint8_t throttles;       /* times that it was turned away                */
    bool silent;             /* no reply once                                */
    bool doubted;            /* listen on at its end: a reply too many was
                                met after it                                 */
    bool rerun;              /* RUNNING: alone, not with its group           */
    bool busy;               /* leader of a group: a connection has it       */
    size_t group;            /* index of its group's leader                  */
};

struct smtpspec_plan {
    struct smtpspec_plan_item *items;
    size_t count;
    size_t done;
    bool throttled;          /* turned away at the door: go gently           */
    uint64_t hold;           /* no new connection before that time (ms)      */
    unsigned dead;           /* connections in a row without a reply         */
};

#define SMTPSPEC_PLAN_NONE SIZE_MAX

/* Where an open connection stands. */
struct smtpspec_plan_connection {
    size_t group;            /* that it works on; NONE: a case run again     */
    const struct smtpspec_judge *judge;
    const struct smtpspec_case_vars *vars; /* of the run, or NULL            */
    unsigned cases;          /* that it has seen                             */
    unsigned errors;         /* error replies                                */
    bool spent;              /* closed, lost, or its last case wanted it for
                                itself                                       */
};

/* What came of one run of a case. */
struct smtpspec_plan_outcome {
    enum smtpspec_outcome outcome;
    bool first;              /* it was the first of its connection           */
    bool turned_away;        /* 421 in a case that does not ask for it, or
                                the connection was refused                   */
    bool at_door;            /* and that before anything was asked           */
    bool no_reply;
};

/* Each item has its `of` and is otherwise zero; they are grouped here. */
void smtpspec_plan_init(struct smtpspec_plan *plan,
                        struct smtpspec_plan_item *items, size_t count);

/*
 * The next case: for an open connection, or for a new one (NULL). It is
 * RUNNING then, unless it was CONTROL, which it stays. NONE where there is
 * nothing (now).
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

/* A case has run. True where that outcome is the one that counts (DONE). In
 * CONTROL the outcome is to be kept until the dialogue has told. */
bool smtpspec_plan_ended(struct smtpspec_plan *plan, size_t index,
                         const struct smtpspec_plan_outcome *outcome,
                         uint64_t now);

/* Count this item as done, whatever it was. */
void smtpspec_plan_finish(struct smtpspec_plan *plan, size_t index);

/* A reply too many was met after this case had passed: run it once more,
 * listening. False where that was done before. */
bool smtpspec_plan_doubt(struct smtpspec_plan *plan, size_t index);

/* Whether no other case may follow on the connection of this one. */
bool smtpspec_plan_wants_all(const struct smtpspec_case *of);

/* What the user and the server allow. */
struct smtpspec_plan_terms {
    bool has_to;             /* a recipient that takes mail is known         */
    bool has_user;           /* and who may log in                           */
    bool may_intrude;
    uint64_t offered;        /* set of enum smtpspec_extension: in clear     */
    uint64_t offered_tls;    /* inside TLS, where a case may be brought to   */
};

/* Why a case is not run ("needs --to"), or NULL where it is; the text lives
 * in `room` or for ever. */
const char *smtpspec_plan_skip(const struct smtpspec_case *of,
                               const struct smtpspec_plan_terms *terms,
                               char *room, size_t cap);

#endif
