/* SPDX-License-Identifier: MIT */
/*
 * shape.h - what a case asks of a connection, read off its steps
 *
 * Floor 5, run; pure. Where the case may stand among others, how many errors
 * and commands it costs, and by which commands it goes to what it tests.
 */
#ifndef SMTPSPEC_SHAPE_H
#define SMTPSPEC_SHAPE_H

#include <smtpspec/command.h>
#include <smtpspec/judge.h>
#include <smtpspec/rules.h>

#include "case/case.h"
#include "run/command_caps.h"
#include "run/patience.h"

/* Commands kept, each with its state once: those that lead to a case and
 * those of its own. */
#define SMTPSPEC_SHAPE_WAYS_KEPT 10

enum smtpspec_role {
    SMTPSPEC_ROLE_STAYS,    /* the next one may follow it                    */
    SMTPSPEC_ROLE_GREETS,   /* given idle, and says EHLO or the like         */
    SMTPSPEC_ROLE_CONNECTS, /* has to be the first                           */
    SMTPSPEC_ROLE_ENDS,     /* has to be the last                            */
    SMTPSPEC_ROLE_ALONE
};

/* A command sent in a state. */
struct smtpspec_shape_way {
    uint8_t state;          /* enum smtpspec_state                           */
    uint8_t command;        /* enum smtpspec_command                         */
    bool own;               /* not of the set-up                             */
};

/* Commands that were sent as they should be and answered, for each state: sets
 * of enum smtpspec_command. */
struct smtpspec_shape_heard {
    uint32_t answered[SMTPSPEC_STATE_COUNT];
    uint32_t accepted[SMTPSPEC_STATE_COUNT]; /* by 2yz or 3yz                */
    struct smtpspec_command_use sent;        /* and answered, however sent   */
};
_Static_assert(SMTPSPEC_COMMAND_COUNT <= 32, "a set of commands is 32 bits");

struct smtpspec_shape {
    uint8_t role;           /* enum smtpspec_role                            */
    uint8_t kind;           /* cases of one kind can follow each other       */
    uint8_t silences;       /* steps in which nothing should come            */
    struct smtpspec_patience_use asks;
    struct smtpspec_command_use needs; /* behind a greeting, set-up included */
    uint8_t way_count;
    struct smtpspec_shape_way way[SMTPSPEC_SHAPE_WAYS_KEPT];
};

void smtpspec_shape_of(const struct smtpspec_case *of,
                       struct smtpspec_shape *shape);

/* An exchange has ended. */
void smtpspec_shape_hear(struct smtpspec_shape_heard *heard,
                         const struct smtpspec_exchange *exchange);

/* Whether a parser may die of it, so that the server's health is looked at
 * after it. */
bool smtpspec_shape_is_malformed(const struct smtpspec_case *of);

#endif
