/* SPDX-License-Identifier: MIT */
/*
 * test_patience.c - how much a server bears, and how often it lets us in
 */
#include "support/rows.h"

#include <limits.h>
#include <string.h>

#include "run/pace.h"
#include "run/patience.h"

#define USE(errors, commands)                                               \
    (struct smtpspec_patience_use){ (errors), (commands) }

static struct smtpspec_patience patience;

static void ended(unsigned errors, unsigned commands)
{
    smtpspec_patience_ended(&patience, &USE(errors, commands));
}

static void bore(unsigned errors, unsigned commands)
{
    smtpspec_patience_bore(&patience, &USE(errors, commands));
}

static bool bears(unsigned errors, unsigned commands)
{
    return smtpspec_patience_bears(&patience, &USE(errors, commands),
                                   &USE(0, 0));
}

static void nothing_is_known_at_first(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    assert_true(bears(1000, 100000));
}

static void errors_are_blamed_first(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    bore(2, 9);
    ended(3, 5);
    assert_true(bears(2, 100000));
    assert_false(bears(3, 1));
    ended(3, 7);
    assert_true(bears(2, 100000));
}

static void commands_are_blamed_where_errors_do_not_explain_it(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    ended(5, 12);
    assert_true(bears(4, 100));
    ended(2, 12);
    assert_true(bears(100, 11));
    assert_false(bears(0, 12));
}

static void errors_that_were_borne_are_not_blamed(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    bore(6, 10);
    ended(4, 12);
    assert_true(bears(100, 11));
    assert_false(bears(0, 12));
}

static void where_neither_explains_it_both_are_kept_low(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    ended(5, 12);
    ended(2, 12);
    ended(3, 9);
    assert_false(bears(2, 1));
    assert_false(bears(0, 9));
    assert_true(bears(1, 8));
}

static void an_end_at_less_than_others_bore_has_another_reason(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    bore(4, 30);
    ended(3, 20);
    assert_true(bears(100, 1000));
}

static void limits_only_ever_fall_and_stay_of_use(void **state)
{
    unsigned before = UINT_MAX;

    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned i = 40; i > 0; i--) {
        ended(i, i + 1);
        assert_true(i > 38 || patience.limit.errors <= before);
        before = patience.limit.errors;
    }
    /* No server can take mail with fewer. */
    assert_true(patience.limit.commands >= 5);
}

static void loads_that_were_borne_are_few(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned i = 0; i < 100; i++)
        bore(i, 200 - i);
    assert_true(patience.borne_count <= SMTPSPEC_PATIENCE_KEPT);
    bore(500, 500);
    assert_int_equal(patience.borne_count, 1);
}

/* Postfix: each reply a second late after ten errors. */
static void a_tarpit_is_left_before_it_holds(void **state)
{
    struct smtpspec_patience_watch watch = { 0 };

    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned i = 0; i < 14; i++)
        smtpspec_patience_time(&patience, &watch, &USE(i, 2 * i),
                               i < 10 ? 3 : 1003);
    assert_true(bears(9, 100));
    assert_false(bears(10, 11));
}

/* Sendmail: later and later, and no error made. */
static void a_tarpit_for_commands_is_one_too(void **state)
{
    struct smtpspec_patience_watch watch = { 0 };

    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned i = 0; i < 25; i++)
        smtpspec_patience_time(&patience, &watch, &USE(0, i),
                               i < 20 ? 3 : 1000u << (i - 20));
    assert_true(bears(100, 19));
    assert_false(bears(0, 20));
}

static void one_late_reply_is_no_tarpit(void **state)
{
    struct smtpspec_patience_watch watch = { 0 };

    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned i = 0; i < 30; i++)
        smtpspec_patience_time(&patience, &watch, &USE(i, i),
                               i % 2 == 1 ? 5000 : 3);
    assert_true(bears(1000, 1000));
}

static void a_server_that_is_always_slow_is_no_tarpit(void **state)
{
    struct smtpspec_patience_watch watch = { 0 };

    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned i = 0; i < 30; i++)
        smtpspec_patience_time(&patience, &watch, &USE(i, i), 2000 + i);
    assert_true(bears(1000, 1000));
}

/* Postfix puts off mail that comes faster than it goes (in_flow_delay). */
static void slow_replies_on_fresh_connections_are_no_tarpit(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned c = 0; c < 20; c++) {
        struct smtpspec_patience_watch watch = { 0 };

        for (unsigned i = 0; i < 6; i++)
            smtpspec_patience_time(&patience, &watch, &USE(i, i),
                                   c > 0 || i > 3 ? 1002 : 2);
        if (c == 0)
            assert_false(bears(4, 4));
    }
    assert_true(bears(1000, 1000));
}

static void a_slow_case_now_and_then_leaves_a_tarpit_one(void **state)
{
    (void)state;
    smtpspec_patience_init(&patience);
    for (unsigned c = 0; c < 40; c++) {
        struct smtpspec_patience_watch watch = { 0 };

        for (unsigned i = 0; i == 0 || (i < 14 && bears(i, i)); i++)
            smtpspec_patience_time(&patience, &watch, &USE(i, i),
                                   i > 10 || c % 6 == 5 ? 1002 : 2);
    }
    assert_false(bears(11, 11));
}

/* --- the pace ------------------------------------------------------------- */

static void a_rate_spreads_connections_evenly(void **state)
{
    struct smtpspec_pace pace;
    uint64_t now = 1000;

    (void)state;
    smtpspec_pace_init(&pace, 30);
    for (int i = 0; i < 100; i++) {
        assert_true(pace.next <= now);
        smtpspec_pace_begin(&pace, now);
        smtpspec_pace_let_in(&pace, now);
        assert_true(pace.next == now + 2000);
        now += 2000;
    }
}

static void without_a_rate_nothing_waits(void **state)
{
    struct smtpspec_pace pace;

    (void)state;
    smtpspec_pace_init(&pace, 0);
    smtpspec_pace_begin(&pace, 5);
    assert_true(pace.next <= 5);
}

static void refusals_make_it_wait_longer_and_then_learn(void **state)
{
    static const uint64_t waits[] = { 250, 1000, 3000, 10000, 30000, 60000,
                                      60000 };
    struct smtpspec_pace pace;
    uint64_t now = 0;

    (void)state;
    smtpspec_pace_init(&pace, 0);
    smtpspec_pace_let_in(&pace, 0);
    smtpspec_pace_let_in(&pace, 0);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(waits); i++) {
        assert_true(smtpspec_pace_refused(&pace, true, now));
        assert_true(pace.next == now + waits[i]);
        assert_int_equal(pace.learnt, i >= 3);
        now = pace.next;
    }
    assert_false(smtpspec_pace_refused(&pace, true, now));
    /* Two a minute, and a little less. */
    assert_true(pace.interval > 30000 && pace.interval < 33000);
}

static void one_refusal_teaches_nothing(void **state)
{
    struct smtpspec_pace pace;

    (void)state;
    smtpspec_pace_init(&pace, 0);
    for (uint64_t now = 0; now < 100000; now += 1000) {
        smtpspec_pace_let_in(&pace, now);
        assert_true(smtpspec_pace_refused(&pace, false, now));
    }
    assert_int_equal(pace.interval, 0);
}

static void a_neighbour_who_is_gone_is_given_up_sooner(void **state)
{
    struct smtpspec_pace pace;
    uint64_t now = 0;
    int tries = 1;

    (void)state;
    smtpspec_pace_init(&pace, 0);
    pace.near = true;
    smtpspec_pace_let_in(&pace, 0);
    while (smtpspec_pace_refused(&pace, true, now)) {
        now = pace.next;
        tries++;
    }
    assert_int_equal(tries, 5);
    assert_true(now < 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_at_first),
        cmocka_unit_test(errors_are_blamed_first),
        cmocka_unit_test(commands_are_blamed_where_errors_do_not_explain_it),
        cmocka_unit_test(errors_that_were_borne_are_not_blamed),
        cmocka_unit_test(where_neither_explains_it_both_are_kept_low),
        cmocka_unit_test(an_end_at_less_than_others_bore_has_another_reason),
        cmocka_unit_test(limits_only_ever_fall_and_stay_of_use),
        cmocka_unit_test(loads_that_were_borne_are_few),
        cmocka_unit_test(a_tarpit_is_left_before_it_holds),
        cmocka_unit_test(a_tarpit_for_commands_is_one_too),
        cmocka_unit_test(one_late_reply_is_no_tarpit),
        cmocka_unit_test(a_server_that_is_always_slow_is_no_tarpit),
        cmocka_unit_test(slow_replies_on_fresh_connections_are_no_tarpit),
        cmocka_unit_test(a_slow_case_now_and_then_leaves_a_tarpit_one),
        cmocka_unit_test(a_rate_spreads_connections_evenly),
        cmocka_unit_test(without_a_rate_nothing_waits),
        cmocka_unit_test(refusals_make_it_wait_longer_and_then_learn),
        cmocka_unit_test(one_refusal_teaches_nothing),
        cmocka_unit_test(a_neighbour_who_is_gone_is_given_up_sooner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
