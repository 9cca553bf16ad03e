/* SPDX-License-Identifier: MIT */
/*
 * packing.c - which cases may meet on a connection
 *
 * Floor 5, run; pure. A group is: one case that has to be the first, cases
 * that stay before EHLO, one that says EHLO itself, those behind EHLO, and one
 * that ends the session. So the server goes through a whole session, and each
 * step of it is a case. What may make a server die runs last, apart from all.
 */
#include "run/plan.h"

/* Cases before EHLO in one group; there are not so many of them. */
#define IDLE_SHARE (SMTPSPEC_PLAN_CASES_LIMIT / 2)

#define ROLES (SMTPSPEC_ROLE_ALONE + 1)

struct packing {
    struct smtpspec_plan *plan;
    bool malformed;          /* now those after which health is looked at    */
    size_t leader, last;     /* of the group under way                       */
    unsigned count;
    size_t first;            /* none before it is free                       */
    size_t from[ROLES][SMTPSPEC_GIVEN_COUNT]; /* nor of these, before that   */
};

static bool is_free(const struct packing *packing, size_t index)
{
    const struct smtpspec_plan_item *item = &packing->plan->items[index];

    return item->group == SMTPSPEC_PLAN_NONE &&
           item->stage == SMTPSPEC_PLAN_WAITING &&
           smtpspec_shape_is_malformed(item->of) == packing->malformed;
}

static void add(struct packing *packing, size_t index)
{
    struct smtpspec_plan_item *items = packing->plan->items;

    if (packing->count++ == 0)
        packing->leader = index;
    else
        items[packing->last].next = index;
    items[index].group = packing->leader;
    packing->last = index;
}

/* Add free ones of that role and kind until the group is so long. */
static void fill(struct packing *packing, unsigned until,
                 enum smtpspec_role role, unsigned kind)
{
    size_t *from = &packing->from[role][kind];

    for (; *from < packing->plan->count && packing->count < until; ++*from) {
        const struct smtpspec_shape *shape =
            &packing->plan->items[*from].shape;

        if (shape->role == role && shape->kind == kind &&
            is_free(packing, *from))
            add(packing, *from);
    }
}

static size_t first_free(struct packing *packing)
{
    while (packing->first < packing->plan->count &&
           !is_free(packing, packing->first))
        packing->first++;
    return packing->first;
}

/* A group with a whole session, as far as there are cases for it. */
static void fill_session(struct packing *packing)
{
    unsigned idle, before;

    fill(packing, 1, SMTPSPEC_ROLE_CONNECTS, SMTPSPEC_GIVEN_CONNECT);
    fill(packing, IDLE_SHARE, SMTPSPEC_ROLE_STAYS, SMTPSPEC_GIVEN_IDLE);
    idle = packing->count;
    fill(packing, idle + 1, SMTPSPEC_ROLE_GREETS, SMTPSPEC_GIVEN_IDLE);
    before = packing->count;
    fill(packing, SMTPSPEC_PLAN_CASES_LIMIT - 1, SMTPSPEC_ROLE_STAYS,
         SMTPSPEC_GIVEN_EHLO);
    if (packing->count == before)
        /* Those that are refused stay where they are. */
        fill(packing, SMTPSPEC_PLAN_CASES_LIMIT - 1, SMTPSPEC_ROLE_GREETS,
             SMTPSPEC_GIVEN_IDLE);
    before = packing->count;
    fill(packing, before + 1, SMTPSPEC_ROLE_ENDS, SMTPSPEC_GIVEN_EHLO);
    if (packing->count == idle)
        fill(packing, idle + 1, SMTPSPEC_ROLE_ENDS, SMTPSPEC_GIVEN_IDLE);
}

static void pack(struct packing *packing)
{
    size_t first;

    while ((first = first_free(packing)) < packing->plan->count) {
        const struct smtpspec_shape *shape =
            &packing->plan->items[first].shape;

        packing->count = 0;
        if (shape->role == SMTPSPEC_ROLE_ALONE) {
            add(packing, first);
            continue;
        }
        if (shape->kind <= SMTPSPEC_GIVEN_IDLE ||
            shape->kind == SMTPSPEC_GIVEN_EHLO) {
            fill_session(packing);
            continue;
        }
        fill(packing, SMTPSPEC_PLAN_CASES_LIMIT - 1, SMTPSPEC_ROLE_STAYS,
             shape->kind);
        fill(packing, packing->count + 1, SMTPSPEC_ROLE_ENDS, shape->kind);
        if (packing->count == 0)
            add(packing, first);
    }
}

void smtpspec_plan_pack(struct smtpspec_plan *plan)
{
    struct packing packing = { .plan = plan };
    struct packing malformed = { .plan = plan, .malformed = true };

    for (size_t i = 0; i < plan->count; i++)
        plan->items[i].group = plan->items[i].next = SMTPSPEC_PLAN_NONE;
    pack(&packing);
    pack(&malformed);
    plan->left = plan->from[0] = plan->from[1] = 0;
}

size_t smtpspec_plan_connections(const struct smtpspec_plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        if (plan->items[i].group == i)
            count++;
    return count;
}
