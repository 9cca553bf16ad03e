/* SPDX-License-Identifier: MIT */
/*
 * test_session.c - the state machine: every cell, and the sentences behind it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <smtpspec/session.h>

static void every_cell_of_the_state_table_is_set(void **state)
{
    (void)state;
    for (unsigned s = SMTPSPEC_STATE_CONNECT; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = SMTPSPEC_COMMAND_CONNECT;
             c < SMTPSPEC_COMMAND_COUNT; c++)
            for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++) {
                enum smtpspec_state next = smtpspec_rules_next(s, c, k);

                if (next == SMTPSPEC_STATE_UNSET)
                    print_message("unset: %s %s %s\n", smtpspec_state_name(s),
                                  smtpspec_command_name(c),
                                  smtpspec_class_name(k));
                assert_int_not_equal(next, SMTPSPEC_STATE_UNSET);
                assert_true(smtpspec_rules_next_reference(s, c, k)[0] != 0);
            }
}

static void out_of_the_table_is_unset(void **state)
{
    (void)state;
    assert_int_equal(smtpspec_rules_next(99, 1, 1), SMTPSPEC_STATE_UNSET);
    assert_int_equal(smtpspec_rules_next(1, 99, 1), SMTPSPEC_STATE_UNSET);
    assert_int_equal(smtpspec_rules_next(1, 1, 99), SMTPSPEC_STATE_UNSET);
    assert_null(smtpspec_rules_expect(99, 1, 1));
    assert_null(smtpspec_rules_expect(1, 99, 1));
    assert_null(smtpspec_rules_expect(1, 1, 99));
}

static enum smtpspec_state step(struct smtpspec_session *session,
                                enum smtpspec_command command, unsigned code)
{
    struct smtpspec_command_line line = { .command = command };

    return smtpspec_session_step(session, &line, code);
}

/* Complete: every state, command, code 0-999 and greeted flag. */
static void no_code_leaves_the_machine(void **state)
{
    (void)state;
    for (unsigned s = SMTPSPEC_STATE_CONNECT; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT + 1; c++)
            for (unsigned code = 0; code < 1000; code++) {
                struct smtpspec_session session = { .state = (uint8_t)s };
                enum smtpspec_state next = step(&session, c, code);

                assert_in_range(next, SMTPSPEC_STATE_CONNECT,
                                SMTPSPEC_STATE_ASTRAY);
                assert_int_equal(next, session.state);
                if (s == SMTPSPEC_STATE_CLOSED)
                    assert_true(next == SMTPSPEC_STATE_CLOSED ||
                                c >= SMTPSPEC_COMMAND_COUNT || c == 0);
                if (code == 421 && s != SMTPSPEC_STATE_ASTRAY)
                    assert_int_equal(next, SMTPSPEC_STATE_CLOSED);
                if (next == SMTPSPEC_STATE_CONTENT)
                    assert_true(c == SMTPSPEC_COMMAND_DATA &&
                                code / 100 == 3);
            }
}

static void rset_keeps_the_greeting_and_drops_the_transaction(void **state)
{
    struct smtpspec_session session;

    (void)state;
    smtpspec_session_assume(&session, SMTPSPEC_STATE_RCPT);
    assert_int_equal(step(&session, SMTPSPEC_COMMAND_RSET, 250),
                     SMTPSPEC_STATE_READY);
    assert_int_equal(session.recipients, 0);
    smtpspec_session_assume(&session, SMTPSPEC_STATE_IDLE);
    assert_int_equal(step(&session, SMTPSPEC_COMMAND_RSET, 250),
                     SMTPSPEC_STATE_IDLE);
}

static void a_server_that_takes_mail_unasked_is_in_mail(void **state)
{
    struct smtpspec_session session;

    (void)state;
    smtpspec_session_assume(&session, SMTPSPEC_STATE_IDLE);
    assert_int_equal(step(&session, SMTPSPEC_COMMAND_MAIL, 250),
                     SMTPSPEC_STATE_MAIL);
    assert_int_equal(step(&session, SMTPSPEC_COMMAND_RSET, 250),
                     SMTPSPEC_STATE_IDLE);
}

static void last_chunk_ends_the_transaction(void **state)
{
    struct smtpspec_session session;
    struct smtpspec_command_line line = {
        .command = SMTPSPEC_COMMAND_BDAT, .last = true };

    (void)state;
    smtpspec_session_assume(&session, SMTPSPEC_STATE_RCPT);
    assert_int_equal(step(&session, SMTPSPEC_COMMAND_BDAT, 250),
                     SMTPSPEC_STATE_BDAT);
    assert_int_equal(smtpspec_session_step(&session, &line, 250),
                     SMTPSPEC_STATE_READY);
    assert_int_equal(session.recipients, 0);
}

static void tls_forgets_all_but_itself(void **state)
{
    struct smtpspec_session session;

    (void)state;
    smtpspec_session_assume(&session, SMTPSPEC_STATE_RCPT);
    assert_int_equal(step(&session, SMTPSPEC_COMMAND_STARTTLS, 220),
                     SMTPSPEC_STATE_TLS);
    smtpspec_session_tls(&session);
    assert_int_equal(session.state, SMTPSPEC_STATE_IDLE);
    assert_int_equal(session.greeted, SMTPSPEC_COMMAND_UNSET);
    assert_int_equal(session.recipients, 0);
    assert_true(session.tls);
}

/* --- stimulus ----------------------------------------------------------- */

static struct kind {
    const char *line;
    uint64_t offered;
    enum smtpspec_stimulus want;
} kinds[] = {
    { "NOOP", 0, SMTPSPEC_STIMULUS_VALID },
    { "noop", 0, SMTPSPEC_STIMULUS_LOWER_CASE },
    { "NOOP text", 0, SMTPSPEC_STIMULUS_EXTRA_ARGUMENT },
    { "DATA now", 0, SMTPSPEC_STIMULUS_EXTRA_ARGUMENT },
    { "MAIL", 0, SMTPSPEC_STIMULUS_NO_ARGUMENT },
    { "MAIL FROM:a@b.example", 0, SMTPSPEC_STIMULUS_BAD_ARGUMENT },
    { "MAIL FROM:<a@b.example>", 0, SMTPSPEC_STIMULUS_VALID },
    { "MAIL FROM:<a@b.example> SIZE=1", 0,
      SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER },
    { "MAIL FROM:<a@b.example> SIZE=1",
      UINT64_C(1) << SMTPSPEC_EXTENSION_SIZE, SMTPSPEC_STIMULUS_VALID },
    { "RCPT TO:<a@b.example> FOO=1",
      UINT64_C(1) << SMTPSPEC_EXTENSION_SIZE,
      SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER },
    { "MAIL FROM:<a@b.example> SIZE=many",
      UINT64_C(1) << SMTPSPEC_EXTENSION_SIZE,
      SMTPSPEC_STIMULUS_BAD_ARGUMENT },
    { "MAIL FROM:<a@b.example> BODY=9BIT",
      UINT64_C(1) << SMTPSPEC_EXTENSION_8BITMIME,
      SMTPSPEC_STIMULUS_BAD_ARGUMENT },
    { "FROB", 0, SMTPSPEC_STIMULUS_UNKNOWN_VERB },
    { "", 0, SMTPSPEC_STIMULUS_UNKNOWN_VERB },
    { "NO\x01OP", 0, SMTPSPEC_STIMULUS_BAD_OCTETS },
};

static void line_is_of_its_kind(void **state)
{
    const struct kind *kind = *state;
    struct smtpspec_command_line line;

    smtpspec_command_parse(smtpspec_span_of(kind->line), &line);
    assert_string_equal(
        smtpspec_stimulus_name(smtpspec_stimulus_of(&line, kind->offered)),
        smtpspec_stimulus_name(kind->want));
}

/* --- code sets ---------------------------------------------------------- */

static void code_sets_are_read_and_written(void **state)
{
    struct smtpspec_codes codes;
    char text[40];

    (void)state;
    assert_true(smtpspec_codes_parse(SMTPSPEC_SPAN("503|554 5yz"), &codes));
    assert_int_equal(smtpspec_codes_write(&codes, text, sizeof(text)), 15);
    assert_string_equal(text, "503, 554 or 5yz");
    assert_true(smtpspec_codes_have(&codes, 599));
    assert_false(smtpspec_codes_have(&codes, 450));
    assert_int_equal(smtpspec_codes_write(&codes, text, 5), 15);
    assert_string_equal(text, "503,");
    assert_false(smtpspec_codes_parse(SMTPSPEC_SPAN(""), &codes));
    assert_false(smtpspec_codes_parse(SMTPSPEC_SPAN("50"), &codes));
    assert_false(smtpspec_codes_parse(SMTPSPEC_SPAN("5033"), &codes));
    assert_false(smtpspec_codes_parse(SMTPSPEC_SPAN("650"), &codes));
    assert_false(smtpspec_codes_parse(
        SMTPSPEC_SPAN("250 251 252 253 254 255 450 451 452"), &codes));
}

/* Each expectation names codes and a section, and can be broken: a row that
 * every code satisfies would be no row. */
static void every_expectation_can_be_broken(void **state)
{
    unsigned rows = 0;

    (void)state;
    for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++)
            for (unsigned k = 0; k < SMTPSPEC_STIMULUS_COUNT; k++) {
                const struct smtpspec_expectation *row =
                    smtpspec_rules_expect(s, c, k);
                unsigned met = 0, broken = 0;

                if (row == NULL)
                    continue;
                rows++;
                assert_true(row->codes.count > 0);
                assert_true(row->reference[0] != '\0');
                assert_true(row->text[0] != '\0');
                assert_in_range(row->level, SMTPSPEC_LEVEL_MUST,
                                SMTPSPEC_LEVEL_INFO);
                for (unsigned code = 200; code < 560; code++) {
                    bool has = smtpspec_codes_have(&row->codes, code);

                    *(has != row->denied ? &met : &broken) += 1;
                }
                assert_true(met > 0 && broken > 0);
            }
    assert_true(rows > 100);
}

int main(void)
{
    struct CMUnitTest tests[9 + SMTPSPEC_ARRAY_LEN(kinds)] = {
        cmocka_unit_test(every_cell_of_the_state_table_is_set),
        cmocka_unit_test(out_of_the_table_is_unset),
        cmocka_unit_test(no_code_leaves_the_machine),
        cmocka_unit_test(rset_keeps_the_greeting_and_drops_the_transaction),
        cmocka_unit_test(a_server_that_takes_mail_unasked_is_in_mail),
        cmocka_unit_test(last_chunk_ends_the_transaction),
        cmocka_unit_test(tls_forgets_all_but_itself),
        cmocka_unit_test(code_sets_are_read_and_written),
        cmocka_unit_test(every_expectation_can_be_broken),
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(kinds); i++)
        tests[9 + i] = (struct CMUnitTest){
            .name = kinds[i].line, .initial_state = &kinds[i],
            .test_func = line_is_of_its_kind };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
