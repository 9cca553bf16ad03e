/* SPDX-License-Identifier: MIT */
/*
 * dial_aim.c - where a target is, and how long it is given
 */
#include <stdio.h>

#include "learn/dial.h"

#define BUILTIN_MS 400
#define NEAR_MS 1500
#define FAR_MS 10000
#define BANNER_MS 10000

static bool is_near(const struct smtpspec_dial_terms *terms)
{
    return terms->ask->target->kind != SMTPSPEC_TARGET_TCP ||
           smtpspec_addresses_are_local(terms->addresses);
}

static uint64_t or_else(uint64_t given, uint64_t ms)
{
    return given > 0 ? given : ms;
}

bool smtpspec_dial_aim(struct smtpspec_dial_terms *terms, char *why,
                       size_t cap)
{
    const struct smtpspec_ask_terms *ask = terms->ask;
    uint64_t fits = BUILTIN_MS, banner = BUILTIN_MS;
    const char *wrong = "";

    if (ask->target->kind == SMTPSPEC_TARGET_TCP &&
        smtpspec_addresses_look_up(terms->loop, ask->target, terms->addresses,
                                   &wrong) != SMTPSPEC_OK) {
        snprintf(why, cap, "%s", wrong);
        return false;
    }
    if (!is_near(terms) && !ask->intrusive) {
        snprintf(why, cap, "not on this machine: so many connections and "
                 "messages want --intrusive");
        return false;
    }
    if (terms->server == NULL) {
        fits = is_near(terms) ? NEAR_MS : FAR_MS;
        banner = BANNER_MS;
    }
    terms->silence_ms = or_else(ask->silence_ms, fits);
    terms->connect_ms = or_else(ask->connect_ms, BANNER_MS);
    terms->banner_ms = or_else(ask->banner_ms, banner);
    return true;
}
