/* SPDX-License-Identifier: MIT */
/*
 * test_session.c - the state machine: every cell, and the sentences behind it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
                if (s == SMTPSPEC_STATE_ASTRAY)
                    assert_int_equal(next, SMTPSPEC_STATE_ASTRAY);
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
    assert_int_equal(session.greeting_code, 220);
    assert_true(session.tls);
}

static void names_are_read_again_and_end(void **state)
{
    (void)state;
    for (unsigned i = 1; i < SMTPSPEC_STATE_COUNT; i++)
        assert_int_equal(smtpspec_state_of(smtpspec_span_of(smtpspec_state_name(i))), i);
    assert_int_equal(smtpspec_state_of(SMTPSPEC_SPAN("UNSET")), SMTPSPEC_STATE_UNSET);
    assert_int_equal(smtpspec_state_of(SMTPSPEC_SPAN("")), SMTPSPEC_STATE_UNSET);
    assert_string_equal(smtpspec_state_name(SMTPSPEC_STATE_UNSET), "UNSET");
    for (unsigned i = 0; i < 100; i++) {
        assert_string_equal(smtpspec_state_name(SMTPSPEC_STATE_COUNT + i), "?");
        assert_string_equal(smtpspec_class_name(SMTPSPEC_CLASS_COUNT + i), "?");
        assert_string_equal(smtpspec_stimulus_name(SMTPSPEC_STIMULUS_COUNT + i), "?");
    }
    assert_string_equal(smtpspec_class_name(SMTPSPEC_CLASS_ERROR), "error");
}

/* What is assumed is what a session that came there would have. */
static void a_state_is_assumed_with_its_facts(void **state)
{
    static const struct {
        enum smtpspec_state state;
        unsigned greeted, recipients, greeting_code;
    } rows[] = {
        { SMTPSPEC_STATE_IDLE, 0, 0, 220 },
        { SMTPSPEC_STATE_REFUSED, 0, 0, 554 },
        { SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_EHLO, 0, 220 },
        { SMTPSPEC_STATE_MAIL, SMTPSPEC_COMMAND_EHLO, 0, 220 },
        { SMTPSPEC_STATE_AUTH, SMTPSPEC_COMMAND_EHLO, 0, 220 },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_EHLO, 1, 220 },
        { SMTPSPEC_STATE_CONTENT, SMTPSPEC_COMMAND_EHLO, 1, 220 },
        { SMTPSPEC_STATE_BDAT, SMTPSPEC_COMMAND_EHLO, 1, 220 },
        { SMTPSPEC_STATE_BDAT_FAILED, SMTPSPEC_COMMAND_EHLO, 1, 220 },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_session session = { .tls = true, .recipients = 9 };

        smtpspec_session_assume(&session, rows[i].state);
        assert_int_equal(session.state, rows[i].state);
        assert_int_equal(session.greeted, rows[i].greeted);
        assert_int_equal(session.recipients, rows[i].recipients);
        assert_int_equal(session.greeting_code, rows[i].greeting_code);
        assert_false(session.tls);
    }
    for (unsigned i = 0; i < 3; i++) {
        static const enum smtpspec_state others[] = {
            SMTPSPEC_STATE_CONNECT, SMTPSPEC_STATE_CLOSED, SMTPSPEC_STATE_TLS };
        struct smtpspec_session session;

        smtpspec_session_assume(&session, others[i]);
        assert_int_equal(session.state, SMTPSPEC_STATE_CONNECT);
        assert_int_equal(session.greeting_code, 0);
    }
}

static void the_greeting_is_the_first_reply(void **state)
{
    static const unsigned codes[][2] = { { 220, 220 }, { 554, 554 }, { 999, 999 },
                                         { 1000, 0 }, { 65756, 0 } };
    struct smtpspec_session session;

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(codes); i++) {
        smtpspec_session_init(&session);
        step(&session, SMTPSPEC_COMMAND_CONNECT, codes[i][0]);
        assert_int_equal(session.greeting_code, codes[i][1]);
    }
    smtpspec_session_assume(&session, SMTPSPEC_STATE_IDLE);
    step(&session, SMTPSPEC_COMMAND_CONNECT, 554);
    assert_int_equal(session.greeting_code, 220);
    smtpspec_session_init(&session);
    step(&session, SMTPSPEC_COMMAND_NOOP, 250);
    assert_int_equal(session.greeting_code, 0);
}

static bool facts(const struct smtpspec_session *session, unsigned recipients, bool asked)
{
    return session->recipients == recipients && session->binarymime == asked &&
           session->smtputf8 == asked && session->prdr == asked;
}

/* Each fact by itself, for each command that begins a transaction. */
static void mail_says_what_its_transaction_is(void **state)
{
    static const enum smtpspec_command begins[] = {
        SMTPSPEC_COMMAND_MAIL, SMTPSPEC_COMMAND_SEND, SMTPSPEC_COMMAND_SOML,
        SMTPSPEC_COMMAND_SAML };

    (void)state;
    for (unsigned i = 0; i < 4 * 8; i++) {
        struct smtpspec_command_line line = {
            .command = begins[i / 8], .binarymime = i & 1, .smtputf8 = i >> 1 & 1,
            .extensions = i & 4 ? SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PRDR) : 0 };
        struct smtpspec_session session;

        smtpspec_session_assume(&session, SMTPSPEC_STATE_READY);
        session.recipients = 3;
        session.binarymime = session.smtputf8 = session.prdr = true;
        smtpspec_session_step(&session, &line, 250);
        assert_int_equal(session.state, SMTPSPEC_STATE_MAIL);
        assert_int_equal(session.recipients, 0);
        assert_int_equal(session.binarymime, i & 1);
        assert_int_equal(session.smtputf8, i >> 1 & 1);
        assert_int_equal(session.prdr, i >> 2 & 1);
    }
}

/* In a transaction with two recipients: what is left of it behind a command,
 * answered well and badly. */
static void a_transaction_lasts_as_long_as_it_may(void **state)
{
    static const struct {
        enum smtpspec_state state;
        enum smtpspec_command command;
        unsigned code;
        bool last;
        unsigned recipients;
        bool asked;
    } rows[] = {
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_RCPT, 250, false, 3, true },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_RCPT, 550, false, 2, true },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_NOOP, 250, false, 2, true },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_RSET, 250, false, 0, false },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_RSET, 451, false, 2, true },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_EHLO, 250, false, 0, false },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_HELO, 250, false, 0, false },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_LHLO, 250, false, 0, false },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_DATA, 354, false, 2, true },
        { SMTPSPEC_STATE_CONTENT, SMTPSPEC_COMMAND_DATA_END, 250, false, 0, false },
        { SMTPSPEC_STATE_CONTENT, SMTPSPEC_COMMAND_DATA_END, 554, false, 0, false },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_BDAT, 250, false, 2, true },
        { SMTPSPEC_STATE_RCPT, SMTPSPEC_COMMAND_BDAT, 250, true, 0, false },
        { SMTPSPEC_STATE_BDAT, SMTPSPEC_COMMAND_BDAT, 250, true, 0, false },
        { SMTPSPEC_STATE_BDAT, SMTPSPEC_COMMAND_NOOP, 250, false, 2, true },
        { SMTPSPEC_STATE_ASTRAY, SMTPSPEC_COMMAND_RCPT, 250, false, 2, true },
        { SMTPSPEC_STATE_CLOSED, SMTPSPEC_COMMAND_RCPT, 250, false, 2, true },
        { SMTPSPEC_STATE_CLOSED, SMTPSPEC_COMMAND_BDAT, 250, true, 2, true },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_command_line line = { .command = rows[i].command,
                                              .last = rows[i].last };
        struct smtpspec_session session;

        smtpspec_session_assume(&session, rows[i].state);
        session.state = (uint8_t)rows[i].state;
        session.recipients = 2;
        session.binarymime = session.smtputf8 = session.prdr = true;
        smtpspec_session_step(&session, &line, rows[i].code);
        assert_false(session.authenticated);
        if (!facts(&session, rows[i].recipients, rows[i].asked))
            print_message("row %zu: %u recipients\n", i, (unsigned)session.recipients);
        assert_true(facts(&session, rows[i].recipients, rows[i].asked));
    }
}

static void a_greeting_begins_no_transaction(void **state)
{
    struct smtpspec_command_line line = { .command = SMTPSPEC_COMMAND_EHLO,
                                          .binarymime = true, .smtputf8 = true };
    struct smtpspec_session session;

    (void)state;
    smtpspec_session_assume(&session, SMTPSPEC_STATE_IDLE);
    smtpspec_session_step(&session, &line, 250);
    assert_true(facts(&session, 0, false));
}

static void a_log_in_is_noted_where_it_succeeds(void **state)
{
    struct smtpspec_session session;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        smtpspec_session_assume(&session, i & 2 ? SMTPSPEC_STATE_AUTH : SMTPSPEC_STATE_READY);
        step(&session, i & 2 ? SMTPSPEC_COMMAND_AUTH_CONTINUE : SMTPSPEC_COMMAND_AUTH,
             i & 1 ? 235 : 535);
        assert_int_equal(session.authenticated, i & 1);
    }
}

static void a_number_that_is_no_command_is_like_unset(void **state)
{
    (void)state;
    for (unsigned command = 0; command < 600; command++) {
        struct smtpspec_command_line line = { .command = command };
        struct smtpspec_asked asked;

        smtpspec_session_asked(&line, &asked);
        assert_int_equal(asked.command, command < SMTPSPEC_COMMAND_COUNT ? command : 0);
    }
}

/* A line of `length` octets: with parameters it may be longer, where there is
 * anything offered. */
static enum smtpspec_stimulus kind_of(const char *begin, const char *end, size_t length,
                                      uint64_t offered)
{
    struct smtpspec_command_line line;
    char text[600];

    memset(text, 'x', sizeof(text));
    memcpy(text, begin, strlen(begin));
    memcpy(text + length - strlen(end), end, strlen(end));
    smtpspec_command_parse((struct smtpspec_span){ text, length }, &line);
    return smtpspec_stimulus_of(&line, offered);
}

static void only_parameters_stretch_a_line(void **state)
{
    const uint64_t size = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SIZE);

    (void)state;
    assert_int_equal(kind_of("VRFY ", "", 510, size), SMTPSPEC_STIMULUS_VALID);
    assert_int_equal(kind_of("VRFY ", "", 511, size), SMTPSPEC_STIMULUS_TOO_LONG);
    assert_int_equal(kind_of("MAIL FROM:<a@", ">", 511, size), SMTPSPEC_STIMULUS_TOO_LONG);
    assert_int_equal(kind_of("MAIL FROM:<a@", "> SIZE=1", 511, 0),
                     SMTPSPEC_STIMULUS_TOO_LONG);
    assert_int_equal(kind_of("MAIL FROM:<a@", "> SIZE=1", 511, size),
                     SMTPSPEC_STIMULUS_VALID);
    assert_int_equal(kind_of("MAIL FROM:<a@", "> X", 511, 1),
                     SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER);
}

static void what_was_offered_counts_behind_ehlo_alone(void **state)
{
    static const struct {
        unsigned greeted;
        bool counts;
    } rows[] = {
        { SMTPSPEC_COMMAND_UNSET, false }, { SMTPSPEC_COMMAND_HELO, false },
        { SMTPSPEC_COMMAND_EHLO, true },   { SMTPSPEC_COMMAND_LHLO, true },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_session session = { .greeted = (uint8_t)rows[i].greeted };

        assert_true(smtpspec_session_offered(&session, 6) ==
                    (rows[i].counts ? 6 : UINT64_MAX));
    }
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
    { "RCPT TO:<a@b.example> SIZE=x",
      UINT64_C(1) << SMTPSPEC_EXTENSION_SIZE, SMTPSPEC_STIMULUS_VALID },
    { "VRFY a FOO=1", 0, SMTPSPEC_STIMULUS_VALID },
    { "MAIL FROM:<a@b.example> FOO=1", UINT64_MAX, SMTPSPEC_STIMULUS_UNKNOWN_PARAMETER },
    { "RSET  ", 0, SMTPSPEC_STIMULUS_BLANKS },
    { "rset  ", 0, SMTPSPEC_STIMULUS_BLANKS },
    { "mail", 0, SMTPSPEC_STIMULUS_NO_ARGUMENT },
    { "RSET x\x01", 0, SMTPSPEC_STIMULUS_BAD_OCTETS },
    { "FROB x\x01", 0, SMTPSPEC_STIMULUS_BAD_OCTETS },
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
    struct CMUnitTest tests[19 + SMTPSPEC_ARRAY_LEN(kinds)] = {
        cmocka_unit_test(every_cell_of_the_state_table_is_set),
        cmocka_unit_test(out_of_the_table_is_unset),
        cmocka_unit_test(no_code_leaves_the_machine),
        cmocka_unit_test(rset_keeps_the_greeting_and_drops_the_transaction),
        cmocka_unit_test(a_server_that_takes_mail_unasked_is_in_mail),
        cmocka_unit_test(last_chunk_ends_the_transaction),
        cmocka_unit_test(tls_forgets_all_but_itself),
        cmocka_unit_test(code_sets_are_read_and_written),
        cmocka_unit_test(names_are_read_again_and_end),
        cmocka_unit_test(a_state_is_assumed_with_its_facts),
        cmocka_unit_test(the_greeting_is_the_first_reply),
        cmocka_unit_test(mail_says_what_its_transaction_is),
        cmocka_unit_test(a_transaction_lasts_as_long_as_it_may),
        cmocka_unit_test(a_greeting_begins_no_transaction),
        cmocka_unit_test(a_log_in_is_noted_where_it_succeeds),
        cmocka_unit_test(what_was_offered_counts_behind_ehlo_alone),
        cmocka_unit_test(a_number_that_is_no_command_is_like_unset),
        cmocka_unit_test(only_parameters_stretch_a_line),
        cmocka_unit_test(every_expectation_can_be_broken),
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(kinds); i++)
        tests[19 + i] = (struct CMUnitTest){
            .name = kinds[i].line, .initial_state = &kinds[i],
            .test_func = line_is_of_its_kind };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
