/* SPDX-License-Identifier: MIT */
/*
 * test_plan.c - which case runs where and when, and which outcome counts
 */
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

static void set_up(size_t count, enum smtpspec_given given)
{
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };

    memset(&bench, 0, sizeof(bench));
    for (size_t i = 0; i < count; i++) {
        bench.cases[i].given = (uint8_t)given;
        bench.items[i].of = &bench.cases[i];
    }
    smtpspec_plan_init(&bench.plan, bench.items, count);
    smtpspec_judge_init(&bench.judge, &terms, NULL);
    smtpspec_judge_assume(&bench.judge, SMTPSPEC_STATE_READY);
    bench.connection.judge = &bench.judge;
}

/* After cases were changed, so that they are grouped anew. */
static void regroup(void)
{
    size_t count = bench.plan.count;

    memset(bench.items, 0, sizeof(bench.items));
    for (size_t i = 0; i < count; i++)
        bench.items[i].of = &bench.cases[i];
    smtpspec_plan_init(&bench.plan, bench.items, count);
}

static size_t first(uint64_t now)
{
    return smtpspec_plan_next(&bench.plan, NULL, now);
}

static size_t following(void)
{
    return smtpspec_plan_next(&bench.plan, &bench.connection, 0);
}

static bool ended(size_t index, enum smtpspec_outcome outcome, bool is_first)
{
    const struct smtpspec_plan_outcome facts = { .outcome = outcome,
                                                 .first = is_first };

    return smtpspec_plan_ended(&bench.plan, index, &facts, 0);
}

static bool turned_away(size_t index, bool at_door, uint64_t now)
{
    const struct smtpspec_plan_outcome facts = {
        .outcome = SMTPSPEC_OUTCOME_THROTTLED, .first = true,
        .turned_away = true, .at_door = at_door
    };

    return smtpspec_plan_ended(&bench.plan, index, &facts, now);
}

static void cases_of_a_group_follow_each_other(void **state)
{
    (void)state;
    set_up(3, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(first(0), 0);
    bench.connection.group = smtpspec_plan_group(&bench.plan, 0);
    assert_int_equal(bench.connection.group, 0);
    assert_int_equal(following(), 1);
    assert_int_equal(following(), 2);
    assert_int_equal(following(), NONE);
}

static void a_connection_keeps_its_group_to_itself(void **state)
{
    (void)state;
    set_up(SMTPSPEC_PLAN_CASES_LIMIT + 1, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(first(0), 0);
    assert_int_equal(first(0), SMTPSPEC_PLAN_CASES_LIMIT);
    assert_int_equal(first(0), NONE);
    assert_true(smtpspec_plan_due(&bench.plan) == UINT64_MAX);
    smtpspec_plan_leave(&bench.plan, 0);
    assert_true(smtpspec_plan_due(&bench.plan) == 0);
    assert_int_equal(first(0), 1);
}

static void helo_and_ehlo_do_not_meet(void **state)
{
    (void)state;
    set_up(4, SMTPSPEC_GIVEN_EHLO);
    bench.cases[1].given = SMTPSPEC_GIVEN_HELO;
    bench.cases[3].given = SMTPSPEC_GIVEN_HELO;
    regroup();
    assert_int_equal(bench.items[2].group, 0);
    assert_int_equal(bench.items[3].group, 1);
    assert_int_equal(first(0), 0);
    assert_int_equal(first(0), 1);
    assert_int_equal(following(), 2);
}

static void who_wants_all_of_a_connection_gets_it(void **state)
{
    (void)state;
    set_up(4, SMTPSPEC_GIVEN_EHLO);
    bench.cases[1].flags = SMTPSPEC_CASE_ALONE;
    bench.cases[2].given = SMTPSPEC_GIVEN_IDLE;
    regroup();
    assert_true(smtpspec_plan_wants_all(&bench.cases[1]));
    assert_true(smtpspec_plan_wants_all(&bench.cases[2]));
    assert_int_equal(first(0), 0);
    assert_int_equal(following(), 3);
    assert_int_equal(first(0), 1);
    assert_int_equal(first(0), 2);
}

static void a_connection_is_given_up_in_time(void **state)
{
    (void)state;
    set_up(4, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(first(0), 0);
    bench.connection.errors = SMTPSPEC_PLAN_ERRORS_LIMIT;
    assert_int_equal(following(), NONE);
    bench.connection.errors = 0;
    bench.connection.cases = SMTPSPEC_PLAN_CASES_LIMIT;
    assert_int_equal(following(), NONE);
    bench.connection.cases = 1;
    bench.connection.spent = true;
    assert_int_equal(following(), NONE);
    bench.connection.spent = false;
    assert_int_equal(following(), 1);
}

static void errors_that_a_case_asks_for_count_before_it_runs(void **state)
{
    struct smtpspec_step *step;

    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    step = &bench.cases[1].steps[0];
    step->kind = SMTPSPEC_STEP_REPLY;
    step->codes = (struct smtpspec_codes){ .code = { 503 }, .count = 1 };
    bench.cases[1].step_count = 1;
    assert_int_equal(first(0), 0);
    bench.connection.errors = SMTPSPEC_PLAN_ERRORS_LIMIT - 1;
    assert_int_equal(following(), 1);
    bench.items[1].stage = SMTPSPEC_PLAN_WAITING;
    bench.cases[1].steps[1] = *step;
    bench.cases[1].step_count = 2;
    assert_int_equal(following(), NONE);
}

static void a_lost_session_takes_no_case(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(first(0), 0);
    smtpspec_judge_server(&bench.judge, SMTPSPEC_SPAN("250 surplus\r\n"));
    assert_int_equal(following(), NONE);
}

static void a_pass_counts_wherever_it_came_from(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    first(0);
    assert_true(ended(0, SMTPSPEC_OUTCOME_PASS, true));
    following();
    assert_true(ended(1, SMTPSPEC_OUTCOME_PASS, false));
    assert_int_equal(bench.plan.done, 2);
    assert_true(smtpspec_plan_due(&bench.plan) == UINT64_MAX);
}

static const enum smtpspec_outcome no_passes[] = {
    SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_OUTCOME_THROTTLED,
    SMTPSPEC_OUTCOME_ERROR, SMTPSPEC_OUTCOME_WARN, SMTPSPEC_OUTCOME_FAIL
};

static void what_is_no_pass_counts_only_from_a_fresh_connection(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(no_passes); i++) {
        set_up(3, SMTPSPEC_GIVEN_EHLO);
        first(0);
        following();
        assert_false(ended(1, no_passes[i], false));
        assert_int_equal(bench.plan.done, 0);
        assert_int_equal(following(), 2);
        assert_int_equal(first(0), 1);
        assert_int_equal(smtpspec_plan_group(&bench.plan, 1), NONE);
        assert_true(ended(1, no_passes[i], true));
        assert_int_equal(bench.plan.done, 1);
    }
}

static void a_case_run_again_has_its_connection_to_itself(void **state)
{
    (void)state;
    set_up(3, SMTPSPEC_GIVEN_EHLO);
    first(0);
    following();
    ended(1, SMTPSPEC_OUTCOME_FAIL, false);
    assert_int_equal(first(0), 1);
    bench.connection.group = smtpspec_plan_group(&bench.plan, 1);
    assert_int_equal(following(), NONE);
}

static void silence_counts_when_it_comes_twice(void **state)
{
    const struct smtpspec_plan_outcome silent = {
        .outcome = SMTPSPEC_OUTCOME_FAIL, .first = true, .no_reply = true
    };

    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    first(0);
    assert_false(smtpspec_plan_ended(&bench.plan, 0, &silent, 0));
    assert_int_equal(first(0), 0);
    assert_true(smtpspec_plan_ended(&bench.plan, 0, &silent, 0));
}

static void who_is_turned_away_waits_longer_each_time(void **state)
{
    static const unsigned waits[] = { 250, 1000, 3000 };
    uint64_t now = 10;

    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    first(now);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(waits); i++) {
        assert_false(turned_away(0, false, now));
        assert_int_equal(bench.items[0].stage, SMTPSPEC_PLAN_AGAIN);
        assert_true(smtpspec_plan_due(&bench.plan) == now + waits[i]);
        assert_int_equal(first(now + waits[i] - 1), NONE);
        now += waits[i];
        assert_int_equal(first(now), 0);
    }
    assert_false(turned_away(0, false, now));
    assert_int_equal(bench.items[0].stage, SMTPSPEC_PLAN_CONTROL);
}

static void a_control_dialogue_is_held_once_and_ends_it(void **state)
{
    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    bench.items[0].throttles = 3;
    first(0);
    turned_away(0, false, 0);
    assert_int_equal(first(0), 0);
    assert_int_equal(bench.items[0].stage, SMTPSPEC_PLAN_CONTROL);
    assert_int_equal(first(0), NONE);
    smtpspec_plan_finish(&bench.plan, 0);
    smtpspec_plan_finish(&bench.plan, 0);
    assert_int_equal(bench.plan.done, 1);
}

static void refusal_at_the_door_holds_everybody(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_IDLE);
    first(0);
    turned_away(0, true, 0);
    assert_true(bench.plan.throttled);
    assert_int_equal(first(0), NONE);
    assert_true(smtpspec_plan_due(&bench.plan) == 250);
    assert_int_equal(first(250), 0);
    assert_int_equal(first(250), 1);
}

static void refusal_within_a_session_holds_nobody_else(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_IDLE);
    first(0);
    turned_away(0, false, 0);
    assert_false(bench.plan.throttled);
    assert_int_equal(first(0), 1);
}

static void refusal_late_in_a_connection_is_no_throttling(void **state)
{
    const struct smtpspec_plan_outcome late = {
        .outcome = SMTPSPEC_OUTCOME_THROTTLED, .turned_away = true
    };

    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    first(0);
    assert_false(smtpspec_plan_ended(&bench.plan, 0, &late, 0));
    assert_int_equal(bench.items[0].throttles, 0);
    assert_int_equal(first(0), 0);
}

static void a_doubted_pass_is_run_once_more_and_only_once(void **state)
{
    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    first(0);
    assert_false(smtpspec_plan_doubt(&bench.plan, 0));
    ended(0, SMTPSPEC_OUTCOME_PASS, true);
    assert_true(smtpspec_plan_doubt(&bench.plan, 0));
    assert_int_equal(bench.plan.done, 0);
    assert_int_equal(first(0), 0);
    assert_true(bench.items[0].doubted);
    assert_true(ended(0, SMTPSPEC_OUTCOME_FAIL, true));
    assert_false(smtpspec_plan_doubt(&bench.plan, 0));
}

/* --- what is left out ----------------------------------------------------- */

#define PIPELINING SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PIPELINING)
#define SIZE SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SIZE)

struct skip {
    const char *name;
    unsigned flags;
    uint64_t needs, unless;
    struct smtpspec_plan_terms terms;
    const char *reason;
};

static struct skip skips[] = {
    { "nothing asked for", 0, 0, 0, { 0 }, NULL },
    { "no recipient known", SMTPSPEC_CASE_NEEDS_TO, 0, 0, { 0 },
      "needs --to" },
    { "a recipient known", SMTPSPEC_CASE_NEEDS_TO, 0, 0, { .has_to = true },
      NULL },
    { "not allowed to intrude", SMTPSPEC_CASE_INTRUSIVE, 0, 0, { 0 },
      "needs --intrusive" },
    { "allowed to intrude", SMTPSPEC_CASE_INTRUSIVE, 0, 0,
      { .may_intrude = true }, NULL },
    { "not offered", 0, PIPELINING, 0, { .offered = SIZE },
      "PIPELINING not offered" },
    { "one of two offered", 0, PIPELINING | SIZE, 0, { .offered = PIPELINING },
      "SIZE not offered" },
    { "offered inside TLS only", 0, PIPELINING, 0, { .offered_tls = PIPELINING },
      NULL },
    { "nobody to log in", SMTPSPEC_CASE_USER, 0, 0, { 0 }, "needs --user" },
    { "somebody to log in", SMTPSPEC_CASE_USER, 0, 0, { .has_user = true }, NULL },
    { "offered", 0, PIPELINING, 0, { .offered = SIZE | PIPELINING }, NULL },
    { "offered, alas", 0, 0, SIZE, { .offered = SIZE }, "SIZE offered" },
    { "not offered, as it should", 0, 0, SIZE, { .offered = PIPELINING },
      NULL },
};

static void is_left_out(void **state)
{
    const struct skip *row = *state;
    struct smtpspec_case of = { .flags = row->flags, .needs = row->needs,
                                .unless = row->unless };
    char room[64];
    const char *reason =
        smtpspec_plan_skip(&of, &row->terms, room, sizeof(room));

    if (row->reason == NULL)
        assert_null(reason);
    else
        assert_string_equal(reason, row->reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_of_a_group_follow_each_other),
        cmocka_unit_test(a_connection_keeps_its_group_to_itself),
        cmocka_unit_test(helo_and_ehlo_do_not_meet),
        cmocka_unit_test(who_wants_all_of_a_connection_gets_it),
        cmocka_unit_test(a_connection_is_given_up_in_time),
        cmocka_unit_test(errors_that_a_case_asks_for_count_before_it_runs),
        cmocka_unit_test(a_lost_session_takes_no_case),
        cmocka_unit_test(a_pass_counts_wherever_it_came_from),
        cmocka_unit_test(what_is_no_pass_counts_only_from_a_fresh_connection),
        cmocka_unit_test(a_case_run_again_has_its_connection_to_itself),
        cmocka_unit_test(silence_counts_when_it_comes_twice),
        cmocka_unit_test(who_is_turned_away_waits_longer_each_time),
        cmocka_unit_test(a_control_dialogue_is_held_once_and_ends_it),
        cmocka_unit_test(refusal_at_the_door_holds_everybody),
        cmocka_unit_test(refusal_within_a_session_holds_nobody_else),
        cmocka_unit_test(refusal_late_in_a_connection_is_no_throttling),
        cmocka_unit_test(a_doubted_pass_is_run_once_more_and_only_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(is_left_out, skips);
}
