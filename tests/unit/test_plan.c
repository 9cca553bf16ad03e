/* SPDX-License-Identifier: MIT */
/*
 * test_plan.c - which case runs where and when, and which outcome counts
 */
#include "support/plan_bench.h"

/* --- groups --------------------------------------------------------------- */

static void cases_of_a_group_follow_each_other(void **state)
{
    (void)state;
    set_up(3, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(connect_to(0), 0);
    assert_int_equal(bench.connection.group, 0);
    assert_int_equal(following(), 1);
    assert_int_equal(following(), 2);
    assert_int_equal(following(), NONE);
}

static void a_connection_keeps_its_group_to_itself(void **state)
{
    size_t second = SMTPSPEC_PLAN_CASES_LIMIT - 1;

    (void)state;
    set_up(second + 1, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(first(0), 0);
    assert_int_equal(first(0), second);
    assert_int_equal(first(0), NONE);
    assert_true(smtpspec_plan_due(&bench.plan) == UINT64_MAX);
    smtpspec_plan_leave(&bench.plan, 0);
    assert_true(smtpspec_plan_due(&bench.plan) == 0);
    assert_int_equal(first(0), 1);
}

static void a_group_is_a_whole_session(void **state)
{
    (void)state;
    set_up(6, SMTPSPEC_GIVEN_EHLO);
    bench.cases[1].given = SMTPSPEC_GIVEN_IDLE;
    say(1, "EHLO a.example");
    bench.cases[3].given = SMTPSPEC_GIVEN_IDLE;
    say(3, "NOOP");
    bench.cases[5].given = SMTPSPEC_GIVEN_CONNECT;
    say(0, "QUIT");
    regroup();
    assert_int_equal(connect_to(0), 5);
    smtpspec_judge_assume(&bench.judge, SMTPSPEC_STATE_IDLE);
    assert_int_equal(following(), 3);
    assert_int_equal(following(), 1);
    smtpspec_judge_assume(&bench.judge, SMTPSPEC_STATE_READY);
    assert_int_equal(following(), 2);
    assert_int_equal(following(), 4);
    assert_int_equal(following(), 0);
    assert_int_equal(following(), NONE);
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
}

static void every_case_is_in_one_group(void **state)
{
    size_t seen = 0;

    (void)state;
    set_up(CASES_KEPT, SMTPSPEC_GIVEN_EHLO);
    for (size_t i = 0; i < CASES_KEPT; i++) {
        bench.cases[i].given = (uint8_t)(i % SMTPSPEC_GIVEN_COUNT);
        if (i % 5 == 0)
            say(i, "QUIT");
        if (i % 7 == 0)
            bench.cases[i].flags = SMTPSPEC_CASE_ALONE;
        if (i % 11 == 0)
            bench.cases[i].flags |= SMTPSPEC_CASE_MALFORMED;
        if (i % 3 == 0)
            say(i, "EHLO a.example");
    }
    regroup();
    for (size_t i = 0; i < CASES_KEPT; i++) {
        size_t length = 0;

        assert_int_not_equal(bench.items[i].group, NONE);
        for (size_t j = i; bench.items[i].group == i && j != NONE;
             j = bench.items[j].next)
            length++;
        assert_true(length <= SMTPSPEC_PLAN_CASES_LIMIT);
        seen += length;
    }
    assert_int_equal(seen, CASES_KEPT);
}

static void who_wants_all_of_a_connection_gets_it(void **state)
{
    (void)state;
    set_up(3, SMTPSPEC_GIVEN_EHLO);
    bench.cases[1].flags = SMTPSPEC_CASE_ALONE;
    regroup();
    assert_true(smtpspec_plan_wants_all(&bench.cases[1]));
    assert_int_equal(connect_to(0), 0);
    assert_int_equal(following(), 2);
    assert_int_equal(first(0), 1);
}

static void malformed_ones_run_last_and_one_by_one(void **state)
{
    (void)state;
    set_up(3, SMTPSPEC_GIVEN_EHLO);
    bench.cases[0].flags = SMTPSPEC_CASE_MALFORMED | SMTPSPEC_CASE_ALONE;
    bench.cases[2].flags = SMTPSPEC_CASE_MALFORMED;
    regroup();
    assert_int_equal(connect_to(0), 1);
    assert_int_equal(following(), NONE);
    ended(1, SMTPSPEC_OUTCOME_PASS, true);
    assert_int_equal(first(0), NONE);
    leave();
    assert_int_equal(connect_to(0), 0);
    assert_int_equal(first(0), NONE);
    assert_true(smtpspec_plan_due(&bench.plan) == UINT64_MAX);
    ended(0, SMTPSPEC_OUTCOME_PASS, true);
    leave();
    assert_int_equal(first(0), 2);
}

static void a_lost_session_takes_no_case(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(connect_to(0), 0);
    smtpspec_judge_server(&bench.judge, SMTPSPEC_SPAN("250 surplus\r\n"));
    assert_int_equal(following(), NONE);
}

static void a_spent_connection_takes_no_case(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    assert_int_equal(connect_to(0), 0);
    bench.connection.spent = true;
    assert_int_equal(following(), NONE);
}

static void what_a_case_asks_for_counts_before_it_runs(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    say(1, "RCPT TO:<a@b.example>");
    hear(1, 503);
    say(1, "DATA");
    hear(1, 503);
    regroup();
    bench.plan.patience.limit.errors = 3;
    assert_int_equal(connect_to(0), 0);
    bench.connection.use.errors = 2;
    assert_int_equal(following(), NONE);
    bench.connection.use.errors = 1;
    assert_int_equal(following(), 1);
}

/* --- what counts ---------------------------------------------------------- */

static void a_pass_counts_wherever_it_came_from(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    connect_to(0);
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
        connect_to(0);
        ended(0, SMTPSPEC_OUTCOME_PASS, true);
        following();
        assert_false(ended(1, no_passes[i], false));
        assert_int_equal(bench.plan.done, 1);
        assert_int_equal(following(), 2);
        ended(2, SMTPSPEC_OUTCOME_PASS, false);
        /* Only once its group is free, or its neighbours would depend on
         * which connection is faster. */
        assert_int_equal(first(0), NONE);
        leave();
        assert_int_equal(connect_to(0), 1);
        assert_true(ended(1, no_passes[i], true));
        assert_int_equal(bench.plan.done, 3);
    }
}

static void others_go_on_behind_a_case_run_again(void **state)
{
    (void)state;
    set_up(3, SMTPSPEC_GIVEN_EHLO);
    connect_to(0);
    following();
    ended(1, SMTPSPEC_OUTCOME_FAIL, false);
    leave();
    assert_int_equal(connect_to(0), 1);
    assert_int_equal(following(), 2);
}

static const struct smtpspec_plan_outcome losses[] = {
    { .outcome = SMTPSPEC_OUTCOME_FAIL, .first = true, .no_reply = true,
      .odd = true },
    { .outcome = SMTPSPEC_OUTCOME_FAIL, .first = true, .odd = true,
      .cut = true },
};

static void silence_and_sudden_ends_count_when_they_come_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(losses); i++) {
        set_up(1, SMTPSPEC_GIVEN_EHLO);
        connect_to(0);
        assert_false(smtpspec_plan_ended(&bench.plan, 0, &losses[i], 0));
        leave();
        assert_int_equal(connect_to(0), 0);
        assert_true(smtpspec_plan_ended(&bench.plan, 0, &losses[i], 0));
        /* And only where the server lives. */
        assert_int_equal(bench.items[0].stage, SMTPSPEC_PLAN_CONTROL);
        assert_int_equal(bench.plan.done, 0);
        leave();
        assert_int_equal(first(0), 0);
        smtpspec_plan_controlled(&bench.plan, 0, true, false, 0);
        assert_int_equal(bench.plan.done, 1);
    }
}

static void a_dead_server_is_given_up_after_a_while(void **state)
{
    uint64_t now = 0;

    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    bench.plan.pace.near = true;
    connect_to(0);
    smtpspec_plan_ended(&bench.plan, 0, &losses[1], 0);
    leave();
    connect_to(0);
    smtpspec_plan_ended(&bench.plan, 0, &losses[1], 0);
    leave();
    for (int tries = 0; !bench.plan.given_up; tries++) {
        assert_true(tries < 10);
        now = smtpspec_plan_due(&bench.plan);
        assert_true(now < UINT64_MAX);
        assert_int_equal(first(now), 0);
        smtpspec_plan_controlled(&bench.plan, 0, false, true, now);
        smtpspec_plan_leave(&bench.plan, NONE);
    }
    assert_true(now >= 10000 && now < 60000);
    assert_true(bench.items[0].odd && bench.items[0].lonely);
    assert_int_equal(first(now + 100000), NONE);
    assert_true(smtpspec_plan_due(&bench.plan) == UINT64_MAX);
}

static void who_is_turned_away_waits_longer_each_time(void **state)
{
    static const unsigned waits[] = { 250, 1000, 3000 };
    uint64_t now = 10;

    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    connect_to(now);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(waits); i++) {
        assert_false(turned_away(0, false, now));
        leave();
        assert_int_equal(bench.items[0].stage, SMTPSPEC_PLAN_AGAIN);
        assert_true(smtpspec_plan_due(&bench.plan) == now + waits[i]);
        assert_int_equal(first(now + waits[i] - 1), NONE);
        now += waits[i];
        assert_int_equal(connect_to(now), 0);
    }
    assert_false(turned_away(0, false, now));
    assert_int_equal(bench.items[0].stage, SMTPSPEC_PLAN_CONTROL);
}

static void a_control_dialogue_is_held_once_and_ends_it(void **state)
{
    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    bench.items[0].throttles = 3;
    connect_to(0);
    turned_away(0, false, 0);
    leave();
    assert_int_equal(first(0), 0);
    assert_int_equal(smtpspec_plan_group(&bench.plan, 0), NONE);
    assert_int_equal(bench.items[0].stage, SMTPSPEC_PLAN_CONTROL);
    assert_int_equal(first(0), NONE);
    smtpspec_plan_controlled(&bench.plan, 0, true, false, 0);
    smtpspec_plan_finish(&bench.plan, 0);
    assert_int_equal(bench.plan.done, 1);
}

static void refusal_at_the_door_holds_everybody(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    bench.cases[0].flags = bench.cases[1].flags = SMTPSPEC_CASE_ALONE;
    regroup();
    connect_to(0);
    turned_away(0, true, 0);
    leave();
    assert_true(bench.plan.throttled);
    assert_int_equal(bench.items[0].throttles, 0);
    assert_int_equal(first(0), NONE);
    assert_true(smtpspec_plan_due(&bench.plan) == 250);
    assert_int_equal(first(250), 0);
    assert_int_equal(first(250), 1);
}

static void refusal_within_a_session_holds_nobody_else(void **state)
{
    (void)state;
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    bench.cases[0].flags = bench.cases[1].flags = SMTPSPEC_CASE_ALONE;
    regroup();
    connect_to(0);
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
    set_up(2, SMTPSPEC_GIVEN_EHLO);
    connect_to(0);
    following();
    assert_false(smtpspec_plan_ended(&bench.plan, 1, &late, 0));
    assert_int_equal(bench.items[1].throttles, 0);
    leave();
    assert_int_equal(connect_to(0), 1);
}

static void no_descriptor_left_is_no_refusal(void **state)
{
    const struct smtpspec_plan_outcome ours = {
        .outcome = SMTPSPEC_OUTCOME_THROTTLED, .first = true,
        .at_door = true, .mute = true, .ours = true
    };

    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(connect_to(0), 0);
        assert_false(smtpspec_plan_ended(&bench.plan, 0, &ours, 0));
        leave();
    }
    assert_false(bench.plan.throttled);
    assert_false(bench.plan.given_up);
}

static void a_doubted_pass_is_run_once_more_and_only_once(void **state)
{
    (void)state;
    set_up(1, SMTPSPEC_GIVEN_EHLO);
    connect_to(0);
    assert_false(smtpspec_plan_doubt(&bench.plan, 0));
    ended(0, SMTPSPEC_OUTCOME_PASS, true);
    assert_true(smtpspec_plan_doubt(&bench.plan, 0));
    assert_int_equal(bench.plan.done, 0);
    leave();
    assert_int_equal(connect_to(0), 0);
    assert_true(bench.items[0].doubted);
    assert_true(ended(0, SMTPSPEC_OUTCOME_FAIL, true));
    assert_false(smtpspec_plan_doubt(&bench.plan, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_of_a_group_follow_each_other),
        cmocka_unit_test(a_connection_keeps_its_group_to_itself),
        cmocka_unit_test(a_group_is_a_whole_session),
        cmocka_unit_test(helo_and_ehlo_do_not_meet),
        cmocka_unit_test(every_case_is_in_one_group),
        cmocka_unit_test(who_wants_all_of_a_connection_gets_it),
        cmocka_unit_test(malformed_ones_run_last_and_one_by_one),
        cmocka_unit_test(a_lost_session_takes_no_case),
        cmocka_unit_test(a_spent_connection_takes_no_case),
        cmocka_unit_test(what_a_case_asks_for_counts_before_it_runs),
        cmocka_unit_test(a_pass_counts_wherever_it_came_from),
        cmocka_unit_test(what_is_no_pass_counts_only_from_a_fresh_connection),
        cmocka_unit_test(others_go_on_behind_a_case_run_again),
        cmocka_unit_test(silence_and_sudden_ends_count_when_they_come_twice),
        cmocka_unit_test(a_dead_server_is_given_up_after_a_while),
        cmocka_unit_test(who_is_turned_away_waits_longer_each_time),
        cmocka_unit_test(a_control_dialogue_is_held_once_and_ends_it),
        cmocka_unit_test(refusal_at_the_door_holds_everybody),
        cmocka_unit_test(refusal_within_a_session_holds_nobody_else),
        cmocka_unit_test(refusal_late_in_a_connection_is_no_throttling),
        cmocka_unit_test(no_descriptor_left_is_no_refusal),
        cmocka_unit_test(a_doubted_pass_is_run_once_more_and_only_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
