/* SPDX-License-Identifier: MIT */
/*
 * plan_bench.h - a plan over cases of a test's making
 *
 * Header only.
 */
#ifndef SMTPSPEC_TESTS_PLAN_BENCH_H
#define SMTPSPEC_TESTS_PLAN_BENCH_H

#include "support/rows.h"

#include <string.h>

#include "run/plan.h"

#define CASES_KEPT 64
#define NONE SMTPSPEC_PLAN_NONE

/* A plan over cases of the test's, and a judge whose session is at `state`. */
struct bench {
    struct smtpspec_case cases[CASES_KEPT];
    struct smtpspec_plan_item items[CASES_KEPT];
    struct smtpspec_plan plan;
    struct smtpspec_judge judge;
    struct smtpspec_plan_connection connection;
};

static struct bench bench;

/* After cases were changed, so that they are grouped anew. */
static inline void regroup(void)
{
    size_t count = bench.plan.count;

    memset(bench.items, 0, sizeof(bench.items));
    for (size_t i = 0; i < count; i++)
        bench.items[i].of = &bench.cases[i];
    smtpspec_plan_init(&bench.plan, bench.items, count);
}

static inline void set_up(size_t count, enum smtpspec_given given)
{
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };

    memset(&bench, 0, sizeof(bench));
    for (size_t i = 0; i < count; i++)
        bench.cases[i].given = (uint8_t)given;
    bench.plan.count = count;
    regroup();
    smtpspec_judge_init(&bench.judge, &terms, NULL);
    smtpspec_judge_assume(&bench.judge, SMTPSPEC_STATE_READY);
    bench.connection.judge = &bench.judge;
}

static inline void say(size_t index, const char *line)
{
    struct smtpspec_case *of = &bench.cases[index];
    struct smtpspec_step *step = &of->steps[of->step_count++];

    step->kind = SMTPSPEC_STEP_CLIENT;
    step->text = smtpspec_span_of(line);
}

static inline void hear(size_t index, unsigned code)
{
    struct smtpspec_case *of = &bench.cases[index];
    struct smtpspec_step *step = &of->steps[of->step_count++];

    step->kind = SMTPSPEC_STEP_REPLY;
    step->codes = (struct smtpspec_codes){ .code = { (uint16_t)code },
                                           .count = 1 };
}

static inline size_t first(uint64_t now)
{
    return smtpspec_plan_next(&bench.plan, NULL, now);
}

static inline size_t following(void)
{
    return smtpspec_plan_next(&bench.plan, &bench.connection, 0);
}

/* The first of a new connection, on which `following` goes on. */
static inline size_t connect_to(uint64_t now)
{
    size_t index = first(now);

    if (index != NONE)
        bench.connection.group = smtpspec_plan_group(&bench.plan, index);
    return index;
}

static inline void leave(void)
{
    smtpspec_plan_leave(&bench.plan, bench.connection.group);
}

static inline bool ended(size_t index, enum smtpspec_outcome outcome, bool is_first)
{
    const struct smtpspec_plan_outcome facts = { .outcome = outcome,
                                                 .first = is_first };

    return smtpspec_plan_ended(&bench.plan, index, &facts, 0);
}

static inline bool turned_away(size_t index, bool at_door, uint64_t now)
{
    const struct smtpspec_plan_outcome facts = {
        .outcome = SMTPSPEC_OUTCOME_THROTTLED, .first = true,
        .turned_away = true, .at_door = at_door
    };

    return smtpspec_plan_ended(&bench.plan, index, &facts, now);
}

#endif
