/* SPDX-License-Identifier: MIT */
/*
 * test_barred.c - cases that are not run: their end is known, or there is no
 * way to run them
 */
#include "support/plan_bench.h"

/* --- what other cases have shown ------------------------------------------ */

static void set_up_verbs(size_t count, const char *verb)
{
    set_up(count, SMTPSPEC_GIVEN_EHLO);
    for (size_t i = 0; i < count; i++) {
        say(i, verb);
        hear(i, 250);
    }
    regroup();
}

static const struct smtpspec_shape_way noop_in_ready = {
    SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_NOOP, true
};

/* It was not answered, and not again. */
static void ended_mute(size_t index, const struct smtpspec_shape_way *at)
{
    const struct smtpspec_plan_outcome mute = {
        .outcome = SMTPSPEC_OUTCOME_FAIL, .first = true, .no_reply = true,
        .stuck = SMTPSPEC_PLAN_STUCK_MUTE, .at = *at
    };

    bench.items[index].silent = true;
    bench.items[index].stage = SMTPSPEC_PLAN_RUNNING;
    assert_true(smtpspec_plan_ended(&bench.plan, index, &mute, 0));
}

static void a_mute_verb_is_asked_three_times(void **state)
{
    char text[120];

    (void)state;
    set_up_verbs(6, "NOOP");
    assert_int_equal(connect_to(0), 0);
    ended_mute(0, &noop_in_ready);
    ended_mute(1, &noop_in_ready);
    assert_int_equal(following(), 2);
    ended_mute(2, &noop_in_ready);
    assert_int_equal(following(), NONE);
    assert_int_equal(bench.plan.done, 6);
    assert_int_equal(bench.items[3].stage, SMTPSPEC_PLAN_SHELVED);
    assert_false(smtpspec_plan_settle(&bench.plan));
    assert_int_equal(bench.items[2].bar.command, 0);
    assert_int_equal(bench.items[3].bar.command, SMTPSPEC_COMMAND_NOOP);
    smtpspec_plan_bar_text(&bench.items[3], text, sizeof(text));
    assert_string_equal(
        text, "as for cases before: NOOP in state READY is not answered");
}

static void it_is_the_order_of_the_cases_that_tells(void **state)
{
    (void)state;
    set_up_verbs(6, "NOOP");
    connect_to(0);
    for (size_t i = 3; i < 6; i++)
        ended_mute(i, &noop_in_ready);
    /* Three have shown it, but not to those before them. */
    assert_int_equal(following(), 1);
    for (size_t i = 0; i < 3; i++)
        ended_mute(i, &noop_in_ready);
    assert_false(smtpspec_plan_settle(&bench.plan));
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(bench.items[i].bar.command != 0, i >= 3);
}

static void what_was_set_aside_too_early_runs_after_all(void **state)
{
    struct smtpspec_shape_heard heard = { .answered = { 0 } };
    struct smtpspec_plan_outcome passed = {
        .outcome = SMTPSPEC_OUTCOME_PASS, .first = true, .heard = &heard
    };

    (void)state;
    heard.answered[SMTPSPEC_STATE_READY] = 1u << SMTPSPEC_COMMAND_NOOP;
    set_up_verbs(5, "NOOP");
    connect_to(0);
    for (size_t i = 1; i < 4; i++)
        ended_mute(i, &noop_in_ready);
    assert_int_equal(following(), NONE);
    assert_int_equal(bench.items[4].stage, SMTPSPEC_PLAN_SHELVED);
    smtpspec_plan_ended(&bench.plan, 0, &passed, 0);
    assert_true(smtpspec_plan_settle(&bench.plan));
    assert_int_equal(bench.plan.done, 4);
    assert_int_equal(following(), 4);
}

static void another_verb_or_state_is_not_barred(void **state)
{
    (void)state;
    set_up_verbs(6, "NOOP");
    bench.cases[4].steps[0].text = SMTPSPEC_SPAN("HELP");
    bench.cases[5].given = SMTPSPEC_GIVEN_MAIL;
    regroup();
    connect_to(0);
    for (size_t i = 0; i < 3; i++)
        ended_mute(i, &noop_in_ready);
    assert_int_equal(following(), 4);
    assert_int_equal(bench.items[3].stage, SMTPSPEC_PLAN_SHELVED);
    assert_int_equal(following(), 5);
}

static void a_server_that_answers_nothing_is_asked_three_verbs(void **state)
{
    static const char *const verbs[] = { "NOOP", "HELP", "RSET" };
    static const uint8_t commands[] = { SMTPSPEC_COMMAND_NOOP,
                                        SMTPSPEC_COMMAND_HELP,
                                        SMTPSPEC_COMMAND_RSET };
    struct smtpspec_shape_way way = noop_in_ready;

    (void)state;
    set_up_verbs(5, "VRFY a");
    for (size_t i = 0; i < 3; i++)
        bench.cases[i].steps[0].text = smtpspec_span_of(verbs[i]);
    bench.cases[4].given = SMTPSPEC_GIVEN_MAIL;
    regroup();
    connect_to(0);
    for (size_t i = 0; i < 3; i++) {
        way.command = commands[i];
        ended_mute(i, &way);
    }
    assert_int_equal(following(), NONE);
    assert_int_equal(bench.plan.done, 5);
}

/* Greylisting, or 530: the set-up is refused three times. */
static void a_refused_set_up_is_tried_three_times(void **state)
{
    const struct smtpspec_plan_outcome refused = {
        .outcome = SMTPSPEC_OUTCOME_BLOCKED, .first = true,
        .stuck = SMTPSPEC_PLAN_STUCK_REFUSED,
        .at = { SMTPSPEC_STATE_MAIL, SMTPSPEC_COMMAND_RCPT, false }
    };
    char text[120];

    (void)state;
    set_up(6, SMTPSPEC_GIVEN_RCPT);
    bench.cases[4].given = SMTPSPEC_GIVEN_MAIL;
    say(4, "RCPT TO:<b@c.example>");
    regroup();
    connect_to(0);
    for (size_t i = 0; i < 3; i++) {
        bench.items[i].stage = SMTPSPEC_PLAN_RUNNING;
        assert_true(smtpspec_plan_ended(&bench.plan, i, &refused, 0));
    }
    /* What sends RCPT of its own is still run. */
    assert_int_equal(following(), 4);
    assert_int_equal(bench.items[3].stage, SMTPSPEC_PLAN_SHELVED);
    assert_int_equal(following(), NONE);
    smtpspec_plan_bar_text(&bench.items[5], text, sizeof(text));
    assert_string_equal(text,
                        "as for cases before: RCPT in state MAIL is refused");
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

static void what_begins_inside_tls_needs_it(void **state)
{
    const struct smtpspec_plan_terms none = { .no_tls = true };
    struct smtpspec_case of = { .given = SMTPSPEC_GIVEN_EHLO };
    char room[64];

    (void)state;
    assert_null(smtpspec_plan_skip(&of, &none, room, sizeof(room)));
    of.given = SMTPSPEC_GIVEN_TLS;
    assert_string_equal(smtpspec_plan_skip(&of, &none, room, sizeof(room)),
                        "no TLS to be had");
    of.given = SMTPSPEC_GIVEN_HANDSHAKE;
    assert_non_null(smtpspec_plan_skip(&of, &none, room, sizeof(room)));
}

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
        cmocka_unit_test(what_begins_inside_tls_needs_it),
        cmocka_unit_test(a_mute_verb_is_asked_three_times),
        cmocka_unit_test(it_is_the_order_of_the_cases_that_tells),
        cmocka_unit_test(what_was_set_aside_too_early_runs_after_all),
        cmocka_unit_test(another_verb_or_state_is_not_barred),
        cmocka_unit_test(a_server_that_answers_nothing_is_asked_three_verbs),
        cmocka_unit_test(a_refused_set_up_is_tried_three_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(is_left_out, skips);
}
