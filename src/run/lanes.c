/* SPDX-License-Identifier: MIT */
/*
 * lanes.c - one rate for each network, over all processes of a check
 */
#include "run/lanes.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#define MINUTE 60000
/* A power of two; that of a lane is a uint16_t. */
#define LANES 65536
/* Octets of an address that tell the network. */
#define NETWORK_4 3
#define NETWORK_6 6

struct smtpspec_lanes {
    uint64_t interval;              /* between connections (ms)              */
    _Atomic uint64_t next[LANES];   /* none before that time (ms)            */
};

struct smtpspec_lanes *smtpspec_lanes_new(unsigned rate)
{
    struct smtpspec_lanes *lanes =
        mmap(NULL, sizeof(*lanes), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (lanes == MAP_FAILED)
        return NULL;
    lanes->interval = (MINUTE + rate - 1) / rate;
    return lanes;
}

void smtpspec_lanes_free(struct smtpspec_lanes *lanes)
{
    if (lanes != NULL)
        munmap(lanes, sizeof(*lanes));
}

/* FNV-1a over the network and its kind. */
static uint16_t lane_of(const void *address, size_t octets)
{
    const uint8_t *at = address;
    uint64_t hash = 0xcbf29ce484222325u ^ octets;

    for (size_t i = 0; i < octets; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return (uint16_t)(hash ^ hash >> 16 ^ hash >> 32 ^ hash >> 48);
}

static bool find_one(const struct addrinfo *entry, uint16_t *lane)
{
    const struct sockaddr_in *four = (const void *)entry->ai_addr;
    const struct sockaddr_in6 *six = (const void *)entry->ai_addr;

    if (entry->ai_family == AF_INET)
        *lane = lane_of(&four->sin_addr, NETWORK_4);
    /* The same network, whichever way it is written. */
    else if (entry->ai_family == AF_INET6 &&
             IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        *lane = lane_of(six->sin6_addr.s6_addr + 12, NETWORK_4);
    else if (entry->ai_family == AF_INET6)
        *lane = lane_of(&six->sin6_addr, NETWORK_6);
    else
        return false;
    return true;
}

static bool has(const struct smtpspec_lanes_way *way, uint16_t lane)
{
    for (unsigned i = 0; i < way->count; i++)
        if (way->at[i] == lane)
            return true;
    return false;
}

void smtpspec_lanes_find(struct smtpspec_lanes *lanes,
                         const struct addrinfo *list,
                         struct smtpspec_lanes_way *way)
{
    uint16_t lane;

    memset(way, 0, sizeof(*way));
    way->lanes = lanes;
    for (; lanes != NULL && list != NULL; list = list->ai_next)
        if (way->count < SMTPSPEC_LANES_KEPT && find_one(list, &lane) &&
            !has(way, lane))
            way->at[way->count++] = lane;
}

/* Put back what was there where nobody has changed it since. */
static void undo(struct smtpspec_lanes_way *way, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t held = way->taken;

        atomic_compare_exchange_strong(&way->lanes->next[way->at[i]], &held,
                                       way->before[i]);
    }
}

uint64_t smtpspec_lanes_take(struct smtpspec_lanes_way *way, uint64_t now)
{
    way->taken = way->lanes != NULL ? now + way->lanes->interval : 0;
    for (unsigned i = 0; i < way->count; i++) {
        _Atomic uint64_t *next = &way->lanes->next[way->at[i]];

        way->before[i] = atomic_load(next);
        /* Who loses a race for it sees the winner's time. */
        while (way->before[i] <= now &&
               !atomic_compare_exchange_weak(next, &way->before[i],
                                             way->taken))
            ;
        if (way->before[i] > now) {
            undo(way, i);
            return way->before[i];
        }
    }
    return 0;
}

void smtpspec_lanes_give_back(struct smtpspec_lanes_way *way)
{
    undo(way, way->count);
}
