/* SPDX-License-Identifier: MIT */
/*
 * patience.h - how much of us a server bears on one connection
 *
 * Floor 5, run; pure. Servers hang up on a client, or answer it late, after
 * so many errors (chasquid 3, Exim 4, Postfix 20) or so many commands. What a
 * server's limit is shows only where it is met: each time it is, further
 * connections are given up before. Nothing is taken for known at first.
 */
#ifndef SMTPSPEC_PATIENCE_H
#define SMTPSPEC_PATIENCE_H

#include <smtpspec/base.h>

/* Loads remembered that some connection bore. */
#define SMTPSPEC_PATIENCE_KEPT 16

/* What was asked of a connection so far. */
struct smtpspec_patience_use {
    unsigned errors;     /* replies 4yz and 5yz                              */
    unsigned commands;
};

struct smtpspec_patience {
    struct smtpspec_patience_use limit;  /* it bears so many, and no more    */
    struct smtpspec_patience_use slow;   /* with so many it is given up      */
    struct smtpspec_patience_use least;  /* at which a connection ended      */
    struct smtpspec_patience_use borne[SMTPSPEC_PATIENCE_KEPT]; /* and went
                            on: none of them is within another               */
    unsigned borne_count;
    unsigned endings;    /* connections that ended so                        */
    unsigned firsts, slow_firsts; /* cases of fresh connections since `slow` */
    uint8_t wrong;       /* times that `slow` was found to be                */
    uint8_t doubts;      /* 0 nothing known, 1 errors count, 2 commands do,
                            3 neither alone explains it                      */
};

/* How fast a connection was, from its first case on. */
struct smtpspec_patience_watch {
    uint64_t usual;      /* the first case's slowest reply (ms)              */
    bool known;
    unsigned slow;       /* slow cases in a row                              */
    struct smtpspec_patience_use before; /* the first slow case              */
};

void smtpspec_patience_init(struct smtpspec_patience *patience);

/* Whether a connection that has seen `use` bears `more`. */
bool smtpspec_patience_bears(const struct smtpspec_patience *patience,
                             const struct smtpspec_patience_use *use,
                             const struct smtpspec_patience_use *more);

/* A connection went on after that. */
void smtpspec_patience_bore(struct smtpspec_patience *patience,
                            const struct smtpspec_patience_use *use);
/* Whether some connection bore all that. */
bool smtpspec_patience_has_borne(const struct smtpspec_patience *patience,
                                 const struct smtpspec_patience_use *use);
/* Whether that is more than the server bears, as far as is known. */
bool smtpspec_patience_is_over(const struct smtpspec_patience *patience,
                               const struct smtpspec_patience_use *use);
/* The server gave one up at that, its last words counted. */
void smtpspec_patience_ended(struct smtpspec_patience *patience,
                             const struct smtpspec_patience_use *use);

/* A case has run whose slowest reply took so long, on a connection that had
 * seen `before`. */
void smtpspec_patience_time(struct smtpspec_patience *patience,
                            struct smtpspec_patience_watch *watch,
                            const struct smtpspec_patience_use *before,
                            uint64_t slowest);

#endif
