/* SPDX-License-Identifier: MIT */
/*
 * plan.c - which case runs where and when, and which outcome counts
 */
#include "run/plan.h"

#include <stdio.h>
#include <string.h>

/* Waits before a case that was turned away is tried again, in ms. */
static const uint16_t back_off[] = { 250, 1000, 3000 };

/* A group that takes more cases, of those that begin by HELO or by EHLO. */
struct open_group {
    size_t leader;
    unsigned count;
};

static void join(struct smtpspec_plan *plan, struct open_group *group,
                 size_t index)
{
    if (group->count == 0 || group->count == SMTPSPEC_PLAN_CASES_LIMIT) {
        group->leader = index;
        group->count = 0;
    }
    plan->items[index].group = group->leader;
    group->count++;
}

void smtpspec_plan_init(struct smtpspec_plan *plan,
                        struct smtpspec_plan_item *items, size_t count)
{
    struct open_group by_helo = { 0, 0 }, by_ehlo = { 0, 0 };

    memset(plan, 0, sizeof(*plan));
    plan->items = items;
    plan->count = count;
    for (size_t i = 0; i < count; i++) {
        if (smtpspec_plan_wants_all(items[i].of))
            items[i].group = i;
        else if (items[i].of->given == SMTPSPEC_GIVEN_HELO)
            join(plan, &by_helo, i);
        else
            join(plan, &by_ehlo, i);
    }
}

bool smtpspec_plan_wants_all(const struct smtpspec_case *of)
{
    return (of->flags & SMTPSPEC_CASE_ALONE) != 0 ||
           of->given == SMTPSPEC_GIVEN_CONNECT ||
           of->given == SMTPSPEC_GIVEN_IDLE;
}

/* Error replies that a case asks for, so that the limit is not met amid it. */
static unsigned errors_asked(const struct smtpspec_case *of)
{
    unsigned count = 0;

    for (unsigned i = 0; i < of->step_count; i++) {
        const struct smtpspec_step *step = &of->steps[i];

        if (step->kind == SMTPSPEC_STEP_REPLY && !step->any && !step->denied &&
            step->codes.count > 0 && step->codes.code[0] >= 400)
            count++;
    }
    return count;
}

static bool may_follow(const struct smtpspec_plan_connection *connection,
                       const struct smtpspec_case *of)
{
    return !smtpspec_plan_wants_all(of) &&
           connection->errors + errors_asked(of) <=
               SMTPSPEC_PLAN_ERRORS_LIMIT &&
           smtpspec_play_fits(connection->judge, of, connection->vars);
}

static size_t run(struct smtpspec_plan *plan, size_t index, bool rerun)
{
    plan->items[index].stage = SMTPSPEC_PLAN_RUNNING;
    plan->items[index].rerun = rerun;
    return index;
}

/* The next of a group; it may not be passed over, or the order in which cases
 * meet would depend on what came before. */
static size_t next_of_group(struct smtpspec_plan *plan,
                            const struct smtpspec_plan_connection *connection)
{
    if (connection->group == SMTPSPEC_PLAN_NONE || connection->spent ||
        connection->cases >= SMTPSPEC_PLAN_CASES_LIMIT ||
        connection->errors >= SMTPSPEC_PLAN_ERRORS_LIMIT)
        return SMTPSPEC_PLAN_NONE;
    for (size_t i = connection->group; i < plan->count; i++) {
        const struct smtpspec_plan_item *item = &plan->items[i];

        if (item->group == connection->group &&
            item->stage == SMTPSPEC_PLAN_WAITING)
            return may_follow(connection, item->of) ? run(plan, i, false)
                                                    : SMTPSPEC_PLAN_NONE;
    }
    return SMTPSPEC_PLAN_NONE;
}

/* The next of any group that no connection works on. */
static size_t next_group(struct smtpspec_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct smtpspec_plan_item *item = &plan->items[i];

        if (item->stage == SMTPSPEC_PLAN_WAITING &&
            !plan->items[item->group].busy) {
            plan->items[item->group].busy = true;
            return run(plan, i, false);
        }
    }
    return SMTPSPEC_PLAN_NONE;
}

size_t smtpspec_plan_next(struct smtpspec_plan *plan,
                          const struct smtpspec_plan_connection *connection,
                          uint64_t now)
{
    if (connection != NULL)
        return next_of_group(plan, connection);
    if (now < plan->hold)
        return SMTPSPEC_PLAN_NONE;
    for (size_t i = 0; i < plan->count; i++) {
        struct smtpspec_plan_item *item = &plan->items[i];

        if (item->due > now || (item->stage != SMTPSPEC_PLAN_AGAIN &&
                                item->stage != SMTPSPEC_PLAN_CONTROL))
            continue;
        /* A control dialogue under way must not be begun twice. */
        item->due = UINT64_MAX;
        return item->stage == SMTPSPEC_PLAN_AGAIN ? run(plan, i, true) : i;
    }
    return next_group(plan);
}

size_t smtpspec_plan_group(const struct smtpspec_plan *plan, size_t index)
{
    const struct smtpspec_plan_item *item = &plan->items[index];

    return item->stage == SMTPSPEC_PLAN_RUNNING && !item->rerun
               ? item->group
               : SMTPSPEC_PLAN_NONE;
}

void smtpspec_plan_leave(struct smtpspec_plan *plan, size_t group)
{
    if (group != SMTPSPEC_PLAN_NONE)
        plan->items[group].busy = false;
}

uint64_t smtpspec_plan_due(const struct smtpspec_plan *plan)
{
    uint64_t due = UINT64_MAX;

    for (size_t i = 0; i < plan->count; i++) {
        const struct smtpspec_plan_item *item = &plan->items[i];

        if (item->stage == SMTPSPEC_PLAN_WAITING &&
            !plan->items[item->group].busy)
            due = 0;
        else if ((item->stage == SMTPSPEC_PLAN_AGAIN ||
                  item->stage == SMTPSPEC_PLAN_CONTROL) &&
                 item->due < due)
            due = item->due;
    }
    return due < plan->hold ? plan->hold : due;
}

void smtpspec_plan_finish(struct smtpspec_plan *plan, size_t index)
{
    if (plan->items[index].stage == SMTPSPEC_PLAN_DONE)
        return;
    plan->items[index].stage = SMTPSPEC_PLAN_DONE;
    plan->done++;
}

static bool run_again(struct smtpspec_plan_item *item,
                      enum smtpspec_plan_stage stage, uint64_t due)
{
    item->stage = stage;
    item->due = due;
    return false;
}

/*
 * 421 and a refused connection say first of all that we ask too much (late in
 * a connection, that it has seen enough: such a case merely runs again). Only a
 * case that is turned away each time, where others are not, has shown
 * something; a control dialogue tells.
 */
static bool turned_away(struct smtpspec_plan *plan,
                        struct smtpspec_plan_item *item, bool at_door,
                        uint64_t now)
{
    uint64_t due;

    if (item->throttles == SMTPSPEC_ARRAY_LEN(back_off))
        return run_again(item, SMTPSPEC_PLAN_CONTROL, now);
    due = now + back_off[item->throttles++];
    if (at_door) {
        plan->throttled = true;
        plan->hold = due;
    }
    return run_again(item, SMTPSPEC_PLAN_AGAIN, due);
}

bool smtpspec_plan_ended(struct smtpspec_plan *plan, size_t index,
                         const struct smtpspec_plan_outcome *outcome,
                         uint64_t now)
{
    struct smtpspec_plan_item *item = &plan->items[index];
    bool passed = outcome->outcome == SMTPSPEC_OUTCOME_PASS ||
                  outcome->outcome == SMTPSPEC_OUTCOME_SKIP;
    bool was_silent = item->silent;

    if (!passed && outcome->turned_away && outcome->first)
        return turned_away(plan, item, outcome->at_door, now);
    item->silent = item->silent || outcome->no_reply;
    if (!passed && !outcome->first)
        return run_again(item, SMTPSPEC_PLAN_AGAIN, now);
    if (outcome->no_reply && !was_silent)
        return run_again(item, SMTPSPEC_PLAN_AGAIN, now);
    smtpspec_plan_finish(plan, index);
    return true;
}

bool smtpspec_plan_doubt(struct smtpspec_plan *plan, size_t index)
{
    struct smtpspec_plan_item *item = &plan->items[index];

    if (item->doubted || item->stage != SMTPSPEC_PLAN_DONE)
        return false;
    item->doubted = true;
    item->due = 0;
    item->stage = SMTPSPEC_PLAN_AGAIN;
    plan->done--;
    return true;
}

/* "SIZE not offered": the first of a set. */
static const char *name_one(uint64_t set, const char *what, char *room,
                            size_t cap)
{
    for (unsigned i = 1; i < SMTPSPEC_EXTENSION_COUNT; i++) {
        if (set & SMTPSPEC_BIT64(i)) {
            snprintf(room, cap, "%s %s",
                     smtpspec_extension_name((enum smtpspec_extension)i),
                     what);
            return room;
        }
    }
    return what;
}

const char *smtpspec_plan_skip(const struct smtpspec_case *of,
                               const struct smtpspec_plan_terms *terms,
                               char *room, size_t cap)
{
    uint64_t missing;

    if ((of->flags & SMTPSPEC_CASE_NEEDS_TO) && !terms->has_to)
        return "needs --to";
    if ((of->flags & SMTPSPEC_CASE_INTRUSIVE) && !terms->may_intrude)
        return "needs --intrusive";
    if ((of->flags & SMTPSPEC_CASE_USER) && !terms->has_user)
        return "needs --user";
    missing = of->needs & ~(terms->offered | terms->offered_tls);
    if (missing != 0)
        return name_one(missing, "not offered", room, cap);
    if ((of->unless & terms->offered) != 0)
        return name_one(of->unless & terms->offered, "offered", room, cap);
    return NULL;
}
