/* SPDX-License-Identifier: MIT */
/*
 * test_state_rows.c - the tables of states.def and expect.def at their edges
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <smtpspec/session.h>

/* One behind the last is in no table, whatever lies there in memory. */
static void assert_in_no_table(unsigned state, unsigned command, unsigned last)
{
    assert_int_equal(smtpspec_rules_next(state, command, last), SMTPSPEC_STATE_UNSET);
    assert_string_equal(smtpspec_rules_next_reference(state, command, last), "");
}

static void nothing_is_read_behind_a_table(void **state)
{
    (void)state;
    for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++)
            for (unsigned past = 0; past < 3; past++) {
                assert_in_no_table(s, c, SMTPSPEC_CLASS_COUNT + past);
                assert_null(smtpspec_rules_expect(s, c, SMTPSPEC_STIMULUS_COUNT + past));
            }
    for (unsigned past = 0; past < 3; past++) {
        for (unsigned k = 0; k < SMTPSPEC_STIMULUS_COUNT; k++) {
            for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++) {
                assert_in_no_table(s, SMTPSPEC_COMMAND_COUNT + past, k);
                assert_null(smtpspec_rules_expect(s, SMTPSPEC_COMMAND_COUNT + past, k));
            }
            for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++) {
                assert_in_no_table(SMTPSPEC_STATE_COUNT + past, c, k);
                assert_null(smtpspec_rules_expect(SMTPSPEC_STATE_COUNT + past, c, k));
            }
        }
    }
}

static void a_cell_that_is_unset_has_no_reference(void **state)
{
    (void)state;
    assert_string_equal(smtpspec_rules_next_reference(SMTPSPEC_STATE_UNSET, 0, 0), "");
}

/* RFC 5321, 3.1: whoever was refused by the greeting gets the same for all. */
static void behind_a_refusing_greeting_all_lines_are_alike(void **state)
{
    (void)state;
    for (unsigned c = SMTPSPEC_COMMAND_HELO; c < SMTPSPEC_COMMAND_COUNT; c++) {
        const struct smtpspec_expectation *row = smtpspec_rules_expect(
            SMTPSPEC_STATE_REFUSED, c, SMTPSPEC_STIMULUS_VALID);

        if (c == SMTPSPEC_COMMAND_QUIT || !smtpspec_command_is_verb(c))
            continue;
        for (unsigned k = 0; k < SMTPSPEC_STIMULUS_COUNT; k++)
            assert_ptr_equal(smtpspec_rules_expect(SMTPSPEC_STATE_REFUSED, c, k), row);
    }
    assert_non_null(smtpspec_rules_expect(SMTPSPEC_STATE_REFUSED, SMTPSPEC_COMMAND_MAIL,
                                          SMTPSPEC_STIMULUS_BLANKS));
    assert_ptr_not_equal(
        smtpspec_rules_expect(SMTPSPEC_STATE_REFUSED, SMTPSPEC_COMMAND_QUIT,
                              SMTPSPEC_STIMULUS_BLANKS),
        smtpspec_rules_expect(SMTPSPEC_STATE_REFUSED, SMTPSPEC_COMMAND_QUIT,
                              SMTPSPEC_STIMULUS_VALID));
}

/* In any other state what is malformed is no cell unless a row says so. */
static void a_malformed_line_has_the_row_of_its_kind_alone(void **state)
{
    (void)state;
    assert_null(smtpspec_rules_expect(SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_VRFY,
                                      SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER));
    assert_ptr_equal(smtpspec_rules_expect(SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_MAIL,
                                           SMTPSPEC_STIMULUS_LOWER_CASE),
                     smtpspec_rules_expect(SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_MAIL,
                                           SMTPSPEC_STIMULUS_VALID));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_read_behind_a_table),
        cmocka_unit_test(a_cell_that_is_unset_has_no_reference),
        cmocka_unit_test(behind_a_refusing_greeting_all_lines_are_alike),
        cmocka_unit_test(a_malformed_line_has_the_row_of_its_kind_alone),
    };

    return cmocka_run_group_tests_name("state rows", tests, NULL, NULL);
}
