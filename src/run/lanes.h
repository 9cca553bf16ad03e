/* SPDX-License-Identifier: MIT */
/*
 * lanes.h - when the next connection may go to a network, whoever makes it
 *
 * Floor 5, run. A rate that all runs keep together, those of other processes,
 * too, which were forked once it was there: so many connections a minute to
 * the addresses of one /24 (IPv4) or /48 (IPv6). There is one time for each of
 * a fixed number of lanes; two networks may share one by chance and are then
 * visited less often than they might be, never more. So its size does not
 * depend on how many networks there are, and nothing is ever thrown away.
 * Times are of uv_now(), the clock of the machine.
 */
#ifndef SMTPSPEC_LANES_H
#define SMTPSPEC_LANES_H

#include <netdb.h>

#include <smtpspec/base.h>

/* Networks of one host that are looked at. */
#define SMTPSPEC_LANES_KEPT 8

struct smtpspec_lanes;

/* The lanes that the connections to one host take, each once. */
struct smtpspec_lanes_way {
    struct smtpspec_lanes *lanes;   /* NULL: it goes as it likes             */
    uint16_t at[SMTPSPEC_LANES_KEPT];
    unsigned count;
    uint64_t taken, before[SMTPSPEC_LANES_KEPT]; /* what the last take did   */
};

/* `rate` connections a minute, at least 1. NULL: no memory. */
struct smtpspec_lanes *smtpspec_lanes_new(unsigned rate);
void smtpspec_lanes_free(struct smtpspec_lanes *lanes);

/* The way to these addresses; empty for those of other families. */
void smtpspec_lanes_find(struct smtpspec_lanes *lanes,
                         const struct addrinfo *list,
                         struct smtpspec_lanes_way *way);

/* Take the next connection of each lane at `now`. 0, or, where that is too
 * early, when to ask again; nothing is taken then. */
uint64_t smtpspec_lanes_take(struct smtpspec_lanes_way *way, uint64_t now);

/* The connection that was just taken is not made. */
void smtpspec_lanes_give_back(struct smtpspec_lanes_way *way);

#endif
