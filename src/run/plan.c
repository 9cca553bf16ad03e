/* SPDX-License-Identifier: MIT */
/*
 * plan.c - which case runs where and when, and which outcome counts
 */
#include "run/plan.h"

#include <stdio.h>
#include <string.h>

/* Waits before a case that was turned away is tried again, in ms. */
static const uint16_t back_off[] = { 250, 1000, 3000 };

void smtpspec_plan_init(struct smtpspec_plan *plan,
                        struct smtpspec_plan_item *items, size_t count)
{
    memset(plan, 0, sizeof(*plan));
    plan->items = items;
    plan->count = count;
    smtpspec_pace_init(&plan->pace, 0);
    smtpspec_patience_init(&plan->patience);
    for (size_t i = 0; i < count; i++)
        smtpspec_shape_of(items[i].of, &items[i].shape);
    smtpspec_plan_pack(plan);
}

bool smtpspec_plan_wants_all(const struct smtpspec_case *of)
{
    return (of->flags & SMTPSPEC_CASE_ALONE) != 0;
}

/* --- What runs next ------------------------------------------------------- */

static void enter(struct smtpspec_plan *plan, size_t index,
                  enum smtpspec_plan_stage stage)
{
    struct smtpspec_plan_item *item = &plan->items[index];

    plan->controls -= item->stage == SMTPSPEC_PLAN_CONTROL;
    plan->controls += stage == SMTPSPEC_PLAN_CONTROL;
    item->stage = (uint8_t)stage;
}

static size_t run(struct smtpspec_plan *plan, size_t index)
{
    enter(plan, index, SMTPSPEC_PLAN_RUNNING);
    return index;
}

static bool is_over(const struct smtpspec_plan_item *item)
{
    return item->stage == SMTPSPEC_PLAN_DONE ||
           item->stage == SMTPSPEC_PLAN_SHELVED;
}

/* Set aside what earlier cases have answered already. */
static bool shelve(struct smtpspec_plan *plan, size_t index)
{
    struct smtpspec_plan_item *item = &plan->items[index];

    if (!smtpspec_plan_bars(plan, index, item))
        return false;
    enter(plan, index, SMTPSPEC_PLAN_SHELVED);
    plan->done++;
    return true;
}

/* The first of a group at that stage that is not to be set aside. */
static size_t seek(struct smtpspec_plan *plan, size_t leader,
                   enum smtpspec_plan_stage stage, uint64_t now)
{
    size_t i = leader;

    for (; i != SMTPSPEC_PLAN_NONE; i = plan->items[i].next)
        if (plan->items[i].stage == stage && plan->items[i].due <= now &&
            !shelve(plan, i))
            break;
    return i;
}

/* Whether the caps leave room for a case, for the RSET in front of it, and for
 * a greeting where none was taken yet. */
static bool bears(const struct smtpspec_plan *plan,
                  const struct smtpspec_plan_connection *connection,
                  const struct smtpspec_shape *shape)
{
    struct smtpspec_command_use more = shape->needs;

    smtpspec_command_use_count(&more, SMTPSPEC_COMMAND_RSET);
    if (smtpspec_judge_state(connection->judge) == SMTPSPEC_STATE_IDLE)
        smtpspec_command_use_count(&more, SMTPSPEC_COMMAND_EHLO);
    return smtpspec_command_caps_bear(&plan->caps, &connection->sent, &more,
                                      NULL);
}

/* The next of a group; it may not be passed over, or the order in which cases
 * meet would depend on what came before. */
static size_t next_of_group(struct smtpspec_plan *plan,
                            const struct smtpspec_plan_connection *connection)
{
    const struct smtpspec_plan_item *item;
    size_t next;

    if (connection->group == SMTPSPEC_PLAN_NONE || connection->spent ||
        plan->given_up)
        return SMTPSPEC_PLAN_NONE;
    next = seek(plan, connection->group, SMTPSPEC_PLAN_WAITING, UINT64_MAX);
    if (next == SMTPSPEC_PLAN_NONE)
        return SMTPSPEC_PLAN_NONE;
    item = &plan->items[next];
    if (item->shape.role == SMTPSPEC_ROLE_ALONE ||
        item->shape.role == SMTPSPEC_ROLE_CONNECTS ||
        !smtpspec_patience_bears(&plan->patience, &connection->use,
                                 &item->shape.asks) ||
        !bears(plan, connection, &item->shape) ||
        !smtpspec_play_fits(connection->judge, item->of, connection->vars))
        return SMTPSPEC_PLAN_NONE;
    return run(plan, next);
}

static bool is_malformed(const struct smtpspec_plan *plan, size_t index)
{
    return !plan->sturdy &&
           smtpspec_shape_is_malformed(plan->items[index].of);
}

/* Whether all but the malformed ones are over, which then run one by one: a
 * server that dies is to die of the one that is under way. */
static size_t first_left(const struct smtpspec_plan *plan)
{
    size_t i = plan->left;

    while (i < plan->count &&
           (is_over(&plan->items[i]) || is_malformed(plan, i)))
        i++;
    return i;
}

static bool is_late(const struct smtpspec_plan *plan)
{
    return first_left(plan) == plan->count && !plan->sturdy;
}

static size_t next_control(struct smtpspec_plan *plan, uint64_t now)
{
    for (size_t i = 0; i < plan->count && plan->controls > 0; i++) {
        struct smtpspec_plan_item *item = &plan->items[i];

        if (item->stage != SMTPSPEC_PLAN_CONTROL || item->due > now)
            continue;
        /* A control dialogue under way must not be begun twice. */
        item->due = UINT64_MAX;
        return i;
    }
    return SMTPSPEC_PLAN_NONE;
}

/* Whether all of a group are over. */
static bool is_through(const struct smtpspec_plan *plan, size_t leader)
{
    size_t i = leader;

    while (i != SMTPSPEC_PLAN_NONE && is_over(&plan->items[i]))
        i = plan->items[i].next;
    return i == SMTPSPEC_PLAN_NONE;
}

/* Whether that item leads a group, of malformed ones or not, that no connection
 * works on and something is left of. */
static bool is_open(const struct smtpspec_plan *plan, size_t i, bool malformed)
{
    return plan->items[i].group == i && !plan->items[i].busy &&
           is_malformed(plan, i) == malformed && !is_through(plan, i);
}

/* The next of any group that no connection works on. What has to be the first
 * of a connection is, and others of its group follow it. */
static size_t next_group(struct smtpspec_plan *plan, bool late, uint64_t now)
{
    size_t *from = &plan->from[late];

    while (*from < plan->count && !is_open(plan, *from, late))
        ++*from;
    for (size_t i = *from; i < plan->count; i++) {
        size_t index;

        if (!is_open(plan, i, late))
            continue;
        index = seek(plan, i, SMTPSPEC_PLAN_AGAIN, now);
        if (index == SMTPSPEC_PLAN_NONE)
            index = seek(plan, i, SMTPSPEC_PLAN_WAITING, UINT64_MAX);
        if (index == SMTPSPEC_PLAN_NONE)
            continue;
        plan->items[i].busy = true;
        return run(plan, index);
    }
    return SMTPSPEC_PLAN_NONE;
}

size_t smtpspec_plan_next(struct smtpspec_plan *plan,
                          const struct smtpspec_plan_connection *connection,
                          uint64_t now)
{
    bool late;
    size_t index;

    if (connection != NULL)
        return next_of_group(plan, connection);
    plan->left = first_left(plan);
    late = is_late(plan);
    if (plan->given_up || (late && plan->open > 0) ||
        !smtpspec_pace_begin(&plan->pace, now))
        return SMTPSPEC_PLAN_NONE;
    index = next_control(plan, now);
    if (index == SMTPSPEC_PLAN_NONE)
        index = next_group(plan, late, now);
    if (index != SMTPSPEC_PLAN_NONE)
        plan->open++;
    else
        smtpspec_pace_give_back(&plan->pace);
    return index;
}

size_t smtpspec_plan_group(const struct smtpspec_plan *plan, size_t index)
{
    const struct smtpspec_plan_item *item = &plan->items[index];

    return item->stage == SMTPSPEC_PLAN_RUNNING ? item->group
                                                : SMTPSPEC_PLAN_NONE;
}

/* That group may want a connection, from now on. */
static void look_again(struct smtpspec_plan *plan, size_t group)
{
    for (unsigned k = 0; k < SMTPSPEC_ARRAY_LEN(plan->from); k++)
        if (group < plan->from[k])
            plan->from[k] = group;
}

void smtpspec_plan_reopen(struct smtpspec_plan *plan, size_t index)
{
    plan->done--;
    if (index < plan->left)
        plan->left = index;
    if (plan->items[index].group != SMTPSPEC_PLAN_NONE)
        look_again(plan, plan->items[index].group);
}

void smtpspec_plan_leave(struct smtpspec_plan *plan, size_t group)
{
    plan->open--;
    if (group == SMTPSPEC_PLAN_NONE)
        return;
    plan->items[group].busy = false;
    if (!is_through(plan, group))
        look_again(plan, group);
}

/* When one of the group may run that no connection works on. */
static uint64_t group_due(const struct smtpspec_plan *plan, size_t leader)
{
    uint64_t due = UINT64_MAX;

    for (size_t i = leader; i != SMTPSPEC_PLAN_NONE; i = plan->items[i].next) {
        const struct smtpspec_plan_item *item = &plan->items[i];

        if (item->stage == SMTPSPEC_PLAN_WAITING)
            due = 0;
        else if (item->stage == SMTPSPEC_PLAN_AGAIN && item->due < due)
            due = item->due;
    }
    return due;
}

uint64_t smtpspec_plan_due(const struct smtpspec_plan *plan)
{
    bool late = is_late(plan);
    uint64_t due = UINT64_MAX;

    if (plan->given_up || (late && plan->open > 0))
        return UINT64_MAX;
    for (size_t i = 0; i < plan->count && plan->controls > 0; i++)
        if (plan->items[i].stage == SMTPSPEC_PLAN_CONTROL &&
            plan->items[i].due < due)
            due = plan->items[i].due;
    /* As next_group() does: the others' time has not come, or is over. */
    for (size_t i = plan->from[late]; i < plan->count && due > 0; i++)
        if (is_open(plan, i, late)) {
            uint64_t then = group_due(plan, i);

            due = then < due ? then : due;
        }
    return due < plan->pace.next ? plan->pace.next : due;
}

void smtpspec_plan_finish(struct smtpspec_plan *plan, size_t index)
{
    if (!is_over(&plan->items[index]))
        plan->done++;
    enter(plan, index, SMTPSPEC_PLAN_DONE);
}

/* --- What came of it ------------------------------------------------------ */

static bool run_again(struct smtpspec_plan *plan, size_t index,
                      enum smtpspec_plan_stage stage, uint64_t due)
{
    enter(plan, index, stage);
    plan->items[index].due = due;
    return false;
}

/* Nobody of us was let in; the next knocks when its time has come. */
static void refused(struct smtpspec_plan *plan, bool mute, uint64_t now)
{
    plan->throttled = true;
    if (!smtpspec_pace_refused(&plan->pace, mute, now))
        plan->given_up = true;
}

/*
 * 421 says first of all that we ask too much. Only a case that is turned away
 * each time, where others are not, has shown something; a control dialogue
 * tells.
 */
static bool turned_away(struct smtpspec_plan *plan, size_t index,
                        uint64_t now)
{
    struct smtpspec_plan_item *item = &plan->items[index];

    if (item->throttles == SMTPSPEC_ARRAY_LEN(back_off))
        return run_again(plan, index, SMTPSPEC_PLAN_CONTROL, now);
    return run_again(plan, index, SMTPSPEC_PLAN_AGAIN,
                     now + back_off[item->throttles++]);
}

/* What is learnt of the server's patience. That it hung up on us is its limit
 * only where the same case, asked first, gets through. */
static void weigh_patience(struct smtpspec_plan *plan,
                           struct smtpspec_plan_item *item,
                           const struct smtpspec_plan_outcome *outcome)
{
    if (outcome->cut) {
        item->use = outcome->after;
    } else if (item->cut && outcome->first) {
        smtpspec_patience_ended(&plan->patience, &item->use);
    }
    if (!outcome->cut && !outcome->ended)
        smtpspec_patience_bore(&plan->patience, &outcome->after);
    if (outcome->watch != NULL)
        smtpspec_patience_time(&plan->patience, outcome->watch,
                               &outcome->before, outcome->slowest);
    item->cut = outcome->cut;
}

/* What the case met on its way; told to those that go the same way. */
static void note_way(struct smtpspec_plan *plan,
                     struct smtpspec_plan_item *item,
                     const struct smtpspec_plan_outcome *outcome)
{
    plan->stuck -= item->stuck != SMTPSPEC_PLAN_STUCK_NOT;
    item->ran = true;
    item->stuck = outcome->stuck;
    item->at = outcome->at;
    if (outcome->heard != NULL)
        item->heard = *outcome->heard;
    plan->stuck += item->stuck != SMTPSPEC_PLAN_STUCK_NOT;
}

bool smtpspec_plan_ended(struct smtpspec_plan *plan, size_t index,
                         const struct smtpspec_plan_outcome *outcome,
                         uint64_t now)
{
    struct smtpspec_plan_item *item = &plan->items[index];
    bool passed = outcome->outcome == SMTPSPEC_OUTCOME_PASS ||
                  outcome->outcome == SMTPSPEC_OUTCOME_SKIP;
    bool was_silent = item->silent, silent;

    if (outcome->at_door && !outcome->ours)
        refused(plan, outcome->mute, now);
    if (outcome->at_door)
        return run_again(plan, index, SMTPSPEC_PLAN_AGAIN, now);
    if (outcome->first)
        smtpspec_pace_let_in(&plan->pace, now);
    item->odd = outcome->odd;
    item->lonely = plan->open <= 1;
    weigh_patience(plan, item, outcome);
    if (!passed && outcome->turned_away && outcome->first)
        return turned_away(plan, index, now);
    silent = outcome->no_reply || (outcome->odd && !passed);
    item->silent = item->silent || silent;
    if ((!passed && !outcome->first) || (silent && !was_silent))
        return run_again(plan, index, SMTPSPEC_PLAN_AGAIN, now);
    note_way(plan, item, outcome);
    if (outcome->odd)
        run_again(plan, index, SMTPSPEC_PLAN_CONTROL, now);
    else
        smtpspec_plan_finish(plan, index);
    return true;
}

bool smtpspec_plan_is_over_limit(const struct smtpspec_plan *plan,
                                 size_t index)
{
    const struct smtpspec_plan_item *item = &plan->items[index];

    return item->cut && smtpspec_patience_is_over(&plan->patience, &item->use);
}

void smtpspec_plan_controlled(struct smtpspec_plan *plan, size_t index,
                              bool heard, bool mute, uint64_t now)
{
    struct smtpspec_plan_item *item = &plan->items[index];

    if (heard) {
        smtpspec_pace_let_in(&plan->pace, now);
        item->odd = false;
        smtpspec_plan_finish(plan, index);
        return;
    }
    refused(plan, mute, now);
    run_again(plan, index, SMTPSPEC_PLAN_CONTROL, now);
}

bool smtpspec_plan_doubt(struct smtpspec_plan *plan, size_t index)
{
    struct smtpspec_plan_item *item = &plan->items[index];

    if (item->doubted || item->stage != SMTPSPEC_PLAN_DONE)
        return false;
    item->doubted = true;
    run_again(plan, index, SMTPSPEC_PLAN_AGAIN, 0);
    smtpspec_plan_reopen(plan, index);
    return true;
}

/* --- What is left out ----------------------------------------------------- */

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

/* Where a case sends a command more often than the server is known to bear. */
static const char *name_cap(const struct smtpspec_case *of,
                            const struct smtpspec_command_caps *caps,
                            char *room, size_t cap)
{
    struct smtpspec_command_use greeting = { { 0 } };
    enum smtpspec_command command;
    struct smtpspec_shape shape;

    if (caps == NULL)
        return NULL;
    smtpspec_shape_of(of, &shape);
    if (of->given > SMTPSPEC_GIVEN_IDLE)
        smtpspec_command_use_count(&greeting, SMTPSPEC_COMMAND_EHLO);
    if (of->given == SMTPSPEC_GIVEN_HANDSHAKE ||
        of->given == SMTPSPEC_GIVEN_TLS)
        smtpspec_command_use_count(&shape.needs, SMTPSPEC_COMMAND_EHLO);
    if (smtpspec_command_caps_bear(caps, &greeting, &shape.needs, &command))
        return NULL;
    snprintf(room, cap, "needs %u times %s, capped at %u",
             (unsigned)greeting.of[command] + shape.needs.of[command],
             smtpspec_command_name(command),
             smtpspec_command_caps_most(caps, command));
    return room;
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
    if ((of->given == SMTPSPEC_GIVEN_HANDSHAKE ||
         of->given == SMTPSPEC_GIVEN_TLS) && terms->no_tls)
        return "no TLS to be had";
    missing = of->needs & ~(terms->offered | terms->offered_tls);
    if (missing != 0)
        return name_one(missing, "not offered", room, cap);
    if ((of->unless & terms->offered) != 0)
        return name_one(of->unless & terms->offered, "offered", room, cap);
    return name_cap(of, terms->caps, room, cap);
}
