/* SPDX-License-Identifier: MIT */
/*
 * test_transitions.c - where sessions went, and which case shows it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "run/transitions.h"

static struct smtpspec_transitions transitions;

static void see(const char *id, enum smtpspec_state state,
                enum smtpspec_command command, unsigned code)
{
    const struct smtpspec_case of = { .id = smtpspec_span_of(id) };
    const struct smtpspec_exchange exchange = {
        .state = (uint8_t)state, .command = (uint8_t)command,
        .code = (uint16_t)code
    };

    smtpspec_transitions_add(&transitions, &of, &exchange);
}

static void judge(const char *id, enum smtpspec_outcome outcome,
                  const char *observed)
{
    static struct smtpspec_result results[16];
    static unsigned count;
    struct smtpspec_result *result = &results[count++];

    *result = (struct smtpspec_result){ .id = id, .outcome = outcome,
                                        .observed = observed,
                                        .state = SMTPSPEC_STATE_READY,
                                        .command = SMTPSPEC_COMMAND_RCPT };
    smtpspec_transitions_judge(&transitions, result);
}

/* The one that was seen of READY, RCPT. */
static struct smtpspec_transition only(void)
{
    unsigned count;
    const struct smtpspec_transition *list =
        smtpspec_transitions_list(&transitions, &count);

    assert_int_equal(count, 1);
    assert_int_equal(list[0].state, SMTPSPEC_STATE_READY);
    assert_int_equal(list[0].command, SMTPSPEC_COMMAND_RCPT);
    return list[0];
}

#define SEE(id, code)                                                       \
    see(id, SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_RCPT, code)

static int begin(void **state)
{
    (void)state;
    smtpspec_transitions_free(&transitions);
    transitions = (struct smtpspec_transitions){ .list = NULL };
    return 0;
}

static void nothing_was_seen(void **state)
{
    unsigned count = 7;

    (void)state;
    smtpspec_transitions_list(&transitions, &count);
    assert_int_equal(count, 0);
}

static void counts_and_takes_the_clearest_case(void **state)
{
    (void)state;
    SEE("sweep.ready.rcpt", 503);
    SEE("mail.b", 554);
    SEE("mail.a", 503);
    SEE("session.alive", 503);
    assert_int_equal(only().count, 3);
    assert_int_equal(only().class_, SMTPSPEC_CLASS_ERROR);
    assert_int_equal(only().worst, SMTPSPEC_OUTCOME_PASS);
    assert_string_equal(only().test, "mail.a");
    SEE("rcpt.before-mail", 503);
    assert_string_equal(only().test, "rcpt.before-mail");
}

static void classes_are_places_of_their_own(void **state)
{
    unsigned count;

    (void)state;
    SEE("a", 250);
    SEE("a", 503);
    SEE("a", 0);
    smtpspec_transitions_list(&transitions, &count);
    assert_int_equal(count, 3);
}

static void a_case_that_is_about_it_shows_it(void **state)
{
    (void)state;
    SEE("a.b", 250);
    judge("relay.long-one", SMTPSPEC_OUTCOME_PASS, "250 2.1.5 fine");
    assert_string_equal(only().test, "relay.long-one");
    judge("relay.one", SMTPSPEC_OUTCOME_PASS, "250 2.1.5 fine");
    assert_string_equal(only().test, "relay.one");
    judge("relay.none", SMTPSPEC_OUTCOME_SKIP, "250 2.1.5 fine");
    assert_string_equal(only().test, "relay.one");
}

static void the_worst_counts(void **state)
{
    (void)state;
    SEE("a.b", 250);
    judge("x.warns", SMTPSPEC_OUTCOME_WARN, "250 2.1.5 fine");
    judge("rcpt.passes", SMTPSPEC_OUTCOME_PASS, "250 2.1.5 fine");
    assert_int_equal(only().worst, SMTPSPEC_OUTCOME_WARN);
    assert_string_equal(only().test, "x.warns");
    judge("x.fails", SMTPSPEC_OUTCOME_FAIL, "250-2.1.5 fine");
    judge("rcpt.warns", SMTPSPEC_OUTCOME_WARN, "250 2.1.5 fine");
    assert_int_equal(only().worst, SMTPSPEC_OUTCOME_FAIL);
    assert_string_equal(only().test, "x.fails");
    judge("rcpt.fails", SMTPSPEC_OUTCOME_FAIL, "250 2.1.5 fine");
    assert_string_equal(only().test, "rcpt.fails");
}

/* What came was no reply, so no exchange had its class. */
static void a_finding_where_nothing_was_seen_is_kept(void **state)
{
    (void)state;
    judge("rcpt.silent", SMTPSPEC_OUTCOME_PASS, "no reply");
    nothing_was_seen(state);
    judge("rcpt.silent", SMTPSPEC_OUTCOME_FAIL, "no reply");
    assert_int_equal(only().class_, SMTPSPEC_CLASS_NONE);
    assert_int_equal(only().count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_was_seen, begin),
        cmocka_unit_test_setup(counts_and_takes_the_clearest_case, begin),
        cmocka_unit_test_setup(classes_are_places_of_their_own, begin),
        cmocka_unit_test_setup(a_case_that_is_about_it_shows_it, begin),
        cmocka_unit_test_setup(the_worst_counts, begin),
        cmocka_unit_test_setup(a_finding_where_nothing_was_seen_is_kept,
                               begin),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    smtpspec_transitions_free(&transitions);
    return failed;
}
