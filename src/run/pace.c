/* SPDX-License-Identifier: MIT */
/*
 * pace.c - when the next connection may be made
 */
#include "run/pace.h"

#include <string.h>

#define MINUTE 60000
/* Waits after being turned away once, twice ... in a row, in ms: long enough
 * in all for any limit that is counted by the minute. */
static const uint16_t waits[] = { 250, 1000, 3000, 10000, 30000, 60000 };
/* Refusals in a row after which it is the rate that is wrong. */
#define RATE_REFUSALS 4
/* And after which nobody is there: on this machine, elsewhere. */
#define NEAR_LIMIT 5
#define FAR_LIMIT 8
/* A rate that was learnt is kept below by this (percent), since nobody knows
 * where the server's minute begins. */
#define SLACK 105
#define INTERVAL_LIMIT (5 * MINUTE)

void smtpspec_pace_init(struct smtpspec_pace *pace, unsigned rate)
{
    memset(pace, 0, sizeof(*pace));
    if (rate > 0)
        pace->interval = (MINUTE + rate - 1) / rate;
}

bool smtpspec_pace_begin(struct smtpspec_pace *pace, uint64_t now)
{
    uint64_t later = 0;

    if (pace->next <= now)
        later = smtpspec_lanes_take(&pace->way, now);
    if (later > 0)
        pace->next = later;
    if (pace->next > now)
        return false;
    pace->before = pace->next;
    pace->next = now + pace->interval;
    return true;
}

void smtpspec_pace_give_back(struct smtpspec_pace *pace)
{
    pace->next = pace->before;
    smtpspec_lanes_give_back(&pace->way);
}

void smtpspec_pace_let_in(struct smtpspec_pace *pace, uint64_t now)
{
    pace->when[pace->let_in++ % SMTPSPEC_PACE_KEPT] = now;
    pace->refused = 0;
}

static unsigned count_minute(const struct smtpspec_pace *pace, uint64_t now)
{
    unsigned count = 0;

    for (unsigned i = 0; i < SMTPSPEC_PACE_KEPT && i < pace->let_in; i++)
        if (pace->when[i] + MINUTE > now)
            count++;
    return count;
}

static void learn(struct smtpspec_pace *pace)
{
    uint64_t found = (uint64_t)MINUTE * SLACK / 100;

    if (pace->in_minute > 1)
        found /= pace->in_minute;
    /* Known already, and still too fast. */
    if (found <= pace->interval)
        found = pace->interval + pace->interval / 2;
    pace->interval = found < INTERVAL_LIMIT ? found : INTERVAL_LIMIT;
    pace->learnt = true;
}

bool smtpspec_pace_refused(struct smtpspec_pace *pace, bool mute,
                           uint64_t now)
{
    unsigned limit = FAR_LIMIT, at;
    uint64_t wait;

    if (pace->refused == 0)
        pace->in_minute = count_minute(pace, now);
    at = pace->refused++;
    if (at >= SMTPSPEC_ARRAY_LEN(waits))
        at = SMTPSPEC_ARRAY_LEN(waits) - 1;
    wait = waits[at];
    if (pace->refused == RATE_REFUSALS)
        learn(pace);
    if (pace->next < now + wait)
        pace->next = now + wait;
    if (pace->near && (mute || pace->in_minute < 2))
        limit = NEAR_LIMIT;
    return pace->refused < limit;
}
