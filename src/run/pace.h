/* SPDX-License-Identifier: MIT */
/*
 * pace.h - when the next connection may be made
 *
 * Floor 5, run; pure: the time comes in as an argument. A bucket of one token
 * (so many connections a minute, as the user wants or as the server bears)
 * and the waits after the server turned somebody away at its door: 421 for a
 * greeting, a refused connection, one without a word. A server that lets in
 * two connections a minute is found out by that, and then visited so often.
 */
#ifndef SMTPSPEC_PACE_H
#define SMTPSPEC_PACE_H

#include <smtpspec/base.h>

#include "run/lanes.h"

/* Connections remembered, so that a rate can be learnt. */
#define SMTPSPEC_PACE_KEPT 32

struct smtpspec_pace {
    uint64_t interval;  /* between connections (ms); 0: as fast as may be    */
    uint64_t next;      /* none before that time (ms)                        */
    uint64_t when[SMTPSPEC_PACE_KEPT]; /* the last were let in               */
    unsigned let_in;    /* of all                                            */
    unsigned refused;   /* in a row                                          */
    unsigned in_minute; /* let in in the minute before that row              */
    bool near;          /* on this machine: no guard stands at such doors    */
    bool learnt;        /* the interval is the server's                      */
    uint64_t before;    /* what `next` was before the last was begun         */
    struct smtpspec_lanes_way way; /* of the network, which others visit, too*/
};

/* `rate` connections a minute; 0: no limit. */
void smtpspec_pace_init(struct smtpspec_pace *pace, unsigned rate);

/* Whether a connection may be begun now; then it counts as begun. If not,
 * `next` says when to ask again. */
bool smtpspec_pace_begin(struct smtpspec_pace *pace, uint64_t now);
/* The one that was just begun is not wanted. */
void smtpspec_pace_give_back(struct smtpspec_pace *pace);
/* It was let in. */
void smtpspec_pace_let_in(struct smtpspec_pace *pace, uint64_t now);
/* It was turned away at the door. `mute`: without a word. False where it was
 * so often in a row that nobody seems to be there any more. */
bool smtpspec_pace_refused(struct smtpspec_pace *pace, bool mute,
                           uint64_t now);

#endif
