/* SPDX-License-Identifier: MIT */
/*
 * barred.c - cases whose end is known, since others before them met it
 *
 * Floor 5, run; pure. A server that does not answer MAIL at all, or puts off
 * each RCPT, is asked three times; whoever would send it again in the same
 * state is blocked. What counts is what the earlier cases in the order of the
 * cases have shown, not those that happened to run earlier: so the results
 * stay the same however many connections are open at once. A case set aside
 * too early is run after all.
 */
#include "run/plan.h"

#include <stdio.h>

/* Cases that have to show it, and so many more for each that shows otherwise:
 * a reply may be one to something else. */
#define ENOUGH 3

/* A server may answer these, and nothing else. */
#define BIT(command) ((uint32_t)1 << SMTPSPEC_COMMAND_##command)
#define GREETINGS (BIT(HELO) | BIT(EHLO) | BIT(LHLO))

/* What the cases before one have shown of a command in a state. */
struct seen {
    unsigned mute, refused;      /* cases that were stuck there              */
    unsigned answered, accepted; /* others were not                          */
    uint32_t any_mute;           /* in that state, whatever command          */
    unsigned any_answered;
};

static void look_at(struct seen *seen, const struct smtpspec_plan_item *item,
                    const struct smtpspec_shape_way *way)
{
    const struct smtpspec_shape_way *at = &item->at;
    uint32_t answered = item->heard.answered[way->state];
    bool here = item->stuck != SMTPSPEC_PLAN_STUCK_NOT &&
                at->state == way->state;
    bool mute = here && item->stuck == SMTPSPEC_PLAN_STUCK_MUTE;

    if (mute)
        seen->any_mute |= (uint32_t)1 << at->command;
    seen->any_answered += (answered & ~GREETINGS) != 0;
    seen->answered += answered >> way->command & 1;
    seen->accepted += item->heard.accepted[way->state] >> way->command & 1;
    /* What a case sends of its own, mostly amiss, is no evidence of what
     * becomes of the same command in a set-up. */
    if (!here || at->command != way->command || (at->own && !way->own))
        return;
    if (mute)
        seen->mute++;
    else
        seen->refused++;
}

static struct seen look(const struct smtpspec_plan *plan, size_t index,
                        const struct smtpspec_shape_way *way)
{
    struct seen seen = { 0 };

    for (size_t i = 0; i < index; i++) {
        const struct smtpspec_plan_item *item = &plan->items[i];

        if (item->ran && item->bar.command == 0 &&
            item->stage == SMTPSPEC_PLAN_DONE)
            look_at(&seen, item, way);
    }
    return seen;
}

static unsigned count_bits(uint32_t set)
{
    unsigned count = 0;

    for (; set != 0; set &= set - 1)
        count++;
    return count;
}

static bool is_enough(unsigned stuck, unsigned otherwise)
{
    return stuck >= ENOUGH * (otherwise + 1);
}

bool smtpspec_plan_bars(const struct smtpspec_plan *plan, size_t index,
                        struct smtpspec_plan_item *item)
{
    item->bar = (struct smtpspec_shape_way){ 0 };
    if (plan->stuck < ENOUGH)
        return false;
    for (unsigned i = 0; i < item->shape.way_count; i++) {
        const struct smtpspec_shape_way *way = &item->shape.way[i];
        struct seen seen = look(plan, index, way);

        bool all = is_enough(count_bits(seen.any_mute), seen.any_answered);

        item->bar_all = all && !is_enough(seen.mute, seen.answered);
        if (all || is_enough(seen.mute, seen.answered))
            item->bar_stuck = SMTPSPEC_PLAN_STUCK_MUTE;
        else if (is_enough(seen.refused, seen.accepted) && !way->own)
            item->bar_stuck = SMTPSPEC_PLAN_STUCK_REFUSED;
        else
            continue;
        item->bar = *way;
        return true;
    }
    return false;
}

bool smtpspec_plan_settle(struct smtpspec_plan *plan)
{
    bool more = false;

    for (size_t i = 0; i < plan->count; i++) {
        struct smtpspec_plan_item *item = &plan->items[i];

        if ((!item->ran && item->stage != SMTPSPEC_PLAN_SHELVED) ||
            smtpspec_plan_bars(plan, i, item) ||
            item->stage != SMTPSPEC_PLAN_SHELVED)
            continue;
        item->stage = SMTPSPEC_PLAN_WAITING;
        smtpspec_plan_reopen(plan, i);
        more = true;
    }
    return more;
}

void smtpspec_plan_bar_text(const struct smtpspec_plan_item *item, char *text,
                            size_t cap)
{
    const char *state =
        smtpspec_state_name((enum smtpspec_state)item->bar.state);

    if (item->bar_all) {
        snprintf(text, cap,
                 "as for cases before: nothing in state %s is answered",
                 state);
        return;
    }
    snprintf(text, cap, "as for cases before: %s in state %s is %s",
             smtpspec_command_name((enum smtpspec_command)item->bar.command),
             state,
             item->bar_stuck == SMTPSPEC_PLAN_STUCK_REFUSED
                 ? "refused"
                 : "not answered");
}
