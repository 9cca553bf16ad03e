/* SPDX-License-Identifier: MIT */
/*
 * test_repetition.c - what many times the same command shows, and the caps
 * that are made of it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "learn/repetition.h"
#include "support/machines.h"

#define TIMES 40

static struct smtpspec_alphabet alphabet;

struct row {
    const char *name;
    unsigned context, changes_at; /* repetitions from 1; 0: none             */
    const char *to;
    unsigned slow_at, slow_ms, slow_for;
    unsigned change, slow;        /* wanted                                  */
};

static struct row rows[] = {
    { "nothing happens", 1, 0, "", 0, 0, 0, 0, 0 },
    { "the twentieth closes", 1, 20, "421", 0, 0, 0, 20, 0 },
    { "the third closes", 0, 3, "x", 0, 0, 0, 3, 0 },
    { "the second closes", 0, 2, "421", 0, 0, 0, 2, 0 },
    { "the fifth is another code", 2, 5, "452", 0, 0, 0, 5, 0 },
    { "each from the fourth on is slow", 1, 0, "", 4, 1000, TIMES, 0, 4 },
    { "one alone is slow: that is chance", 1, 0, "", 4, 1000, 1, 0, 0 },
    { "all are slow: so is the server", 1, 0, "", 1, 1000, TIMES, 0, 0 },
    { "a little slow is not slow", 1, 0, "", 4, 300, TIMES, 0, 0 },
    { "slow, and then silent", 1, 5, "-", 4, 1000, TIMES, 5, 4 },
    { "a hang is no delay", 1, 3, "-", 3, 15000, TIMES, 3, 0 },
    { "nor is a close that does not come", 1, 3, "421!", 3, 15000, TIMES, 3, 0 },
};

static void is_read(void **state)
{
    const struct row *row = *state;
    uint32_t outputs[TIMES], times[TIMES];
    struct smtpspec_repetition found;

    for (unsigned i = 0; i < TIMES; i++) {
        unsigned number = i < row->context ? 0 : i - row->context + 1;
        bool slow = row->slow_at > 0 && number >= row->slow_at &&
                    number < row->slow_at + row->slow_for;

        outputs[i] = SMTPSPEC_OUTPUT_CODE(250);
        if (row->changes_at > 0 && number >= row->changes_at)
            outputs[i] = smtpspec_output_read(smtpspec_span_of(row->to));
        times[i] = slow ? row->slow_ms * 1000 : 500;
    }
    smtpspec_repetition_read(outputs, times, row->context, TIMES, &found);
    assert_int_equal(found.times, TIMES - row->context);
    assert_int_equal(found.change, row->change);
    assert_int_equal(found.slow, row->slow);
    if (row->change > 0)
        assert_int_equal(found.changed,
                         smtpspec_output_read(smtpspec_span_of(row->to)));
}

static unsigned symbol(const char *name)
{
    return smtpspec_alphabet_find(&alphabet, smtpspec_span_of(name));
}

static void slow_commands_are_capped_and_hellos_together(void **state)
{
    (void)state;
    struct smtpspec_repetition found[SMTPSPEC_SYMBOLS_KEPT] = { { .times = 0 } };
    struct smtpspec_caps caps;
    const char *names[] = { "EHLO", "NOOP", "HELO", "EHLO", "NOOP", "HELO" };
    uint8_t word[SMTPSPEC_ARRAY_LEN(names)];

    read_alphabet(&alphabet, "std14");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        word[i] = (uint8_t)symbol(names[i]);
    smtpspec_repetition_cap(&alphabet, found, &caps);
    assert_int_equal(smtpspec_caps_within(&caps, word, 6), 6);
    found[symbol("EHLO")].slow = 6;
    found[symbol("HELO")].slow = 4;
    found[symbol("HELO")].change = 2;
    smtpspec_repetition_cap(&alphabet, found, &caps);
    assert_int_equal(smtpspec_caps_within(&caps, word, 6), 5);
    found[symbol("NOOP")].slow = 2;
    smtpspec_repetition_cap(&alphabet, found, &caps);
    assert_int_equal(smtpspec_caps_within(&caps, word, 6), 4);
}

static void a_server_is_asked_for_each(void **state)
{
    (void)state;
    struct smtpspec_repetition found[SMTPSPEC_SYMBOLS_KEPT];
    struct smtpspec_server_options server = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct smtpspec_span unknown;
    struct smtpspec_target target;
    char why[320];
    struct smtpspec_ask_terms terms = { .target = &target, .server = &server,
                                        .alphabet = &alphabet, .jobs = 4, .silence_ms = 60 };
    struct smtpspec_ask *ask;

    read_alphabet(&alphabet, "std14");
    assert_true(smtpspec_target_parse("embedded:recipients-552", &target, why, sizeof(why)));
    assert_true(smtpspec_server_options_add(&server, target.rest, &unknown));
    ask = smtpspec_ask_new(&terms);
    assert_true(smtpspec_repetition_probe(ask, &alphabet, found));
    for (unsigned i = 0; i < alphabet.count; i++) {
        bool quits = alphabet.symbols[i].command == SMTPSPEC_COMMAND_QUIT;

        assert_int_equal(found[i].times, quits ? 0 : SMTPSPEC_REPETITION_TIMES);
        assert_int_equal(found[i].slow, 0);
    }
    assert_int_equal(found[symbol("NOOP")].change, 0);
    assert_int_equal(found[symbol("MAIL")].usual, SMTPSPEC_OUTPUT_CODE(503));
    assert_int_equal(found[symbol("RCPT")].change, 21);
    assert_int_equal(found[symbol("RCPT")].changed, SMTPSPEC_OUTPUT_CODE(552));
    smtpspec_ask_free(ask);
}

/* For other runs they are caps of commands; and from these ones of symbols. */
static void caps_are_told_by_command(void **state)
{
    struct smtpspec_repetition found[SMTPSPEC_SYMBOLS_KEPT] = { { 0 } };
    struct smtpspec_command_caps commands;
    struct smtpspec_caps caps;
    const uint8_t hello = symbol("EHLO"), helo = symbol("HELO"), vrfy = symbol("VRFY");
    const uint8_t word[] = { hello, vrfy, helo, vrfy, hello, vrfy };
    char text[100];

    (void)state;
    found[helo].slow = 3;
    found[vrfy].slow = 4;
    found[vrfy].change = 2;
    smtpspec_repetition_commands(&alphabet, found, &commands);
    smtpspec_command_caps_write(&commands, text, sizeof(text));
    assert_string_equal(text, "EHLO+HELO=2 VRFY=3");
    smtpspec_caps_of_commands(&caps, &alphabet, &commands);
    assert_int_equal(smtpspec_caps_within(&caps, word, 6), 4);
    assert_int_equal(smtpspec_caps_within(&caps, word + 1, 5), 5);
}

/* A tarpit is left as soon as it shows: each further one would take as long,
 * or longer. */
static void a_tarpit_is_left(void **state)
{
    (void)state;
    struct smtpspec_repetition found[SMTPSPEC_SYMBOLS_KEPT];
    struct smtpspec_target target;
    struct smtpspec_ask_terms terms = { .target = &target, .alphabet = &alphabet, .jobs = 8 };
    struct smtpspec_ask *ask;
    char why[320];

    read_alphabet(&alphabet, "core8");
    assert_true(smtpspec_target_parse(
        "exec:n=0; printf '220 a\\r\\n'; while read -r l; do case $l in EHLO*) n=$((n + 1)); "
        "[ $n -lt 4 ] || sleep 0.5;; esac; printf '250 a\\r\\n'; done",
        &target, why, sizeof(why)));
    ask = smtpspec_ask_new(&terms);
    assert_true(smtpspec_repetition_probe(ask, &alphabet, found));
    assert_int_equal(found[symbol("EHLO")].slow, 4);
    assert_int_equal(found[symbol("EHLO")].times, 5);
    assert_int_equal(found[symbol("NOOP")].times, SMTPSPEC_REPETITION_TIMES);
    smtpspec_ask_free(ask);
}

int main(void)
{
    struct CMUnitTest tests[SMTPSPEC_ARRAY_LEN(rows) + 4];
    size_t count = SMTPSPEC_ARRAY_LEN(rows);

    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].name, .test_func = is_read,
                                        .initial_state = &rows[i] };
    tests[count++] =
        (struct CMUnitTest)cmocka_unit_test(slow_commands_are_capped_and_hellos_together);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(caps_are_told_by_command);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(a_server_is_asked_for_each);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(a_tarpit_is_left);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
