/* SPDX-License-Identifier: MIT */
/*
 * test_command_caps.c - how often a command may be sent: read, written, counted
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "run/command_caps.h"

static struct smtpspec_command_caps caps;
static char why[200];

static bool read_text(const char *text)
{
    why[0] = '\0';
    return smtpspec_command_caps_read(&caps, smtpspec_span_of(text), why, sizeof(why));
}

static void a_text_is_read_and_written(void **state)
{
    static const struct { const char *in, *out; } rows[] = {
        { "", "" }, { "EHLO=3", "EHLO+HELO=3" }, { "helo=3", "EHLO+HELO=3" },
        { "EHLO+HELO=3,VRFY=5", "EHLO+HELO=3 VRFY=5" }, { " NOOP=19 , ", "NOOP=19" },
        { "VRFY=5 EHLO=4 HELO=2", "EHLO+HELO=2 VRFY=5" }, { "UNKNOWN=9999", "UNKNOWN=9999" },
        { "NOOP=007", "NOOP=7" },
    };
    char text[200];

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        assert_true(read_text(rows[i].in));
        assert_int_equal(smtpspec_command_caps_write(&caps, text, sizeof(text)),
                         strlen(rows[i].out));
        assert_string_equal(text, rows[i].out);
        assert_int_equal(smtpspec_command_caps_write(&caps, text, 4), strlen(rows[i].out));
        assert_true(strlen(text) < 4);
    }
}

static void what_is_none_is_refused(void **state)
{
    static const char *const texts[] = { "EHLO", "EHLO=", "=3", "EHLO=0", "EHLO=-1", "EHLO=10000",
                                         "XYZZY=1", "CONNECT=1", "DATA-END=1", "EHLO=3;VRFY=2",
                                         "AUTH-CONTINUE=1", "UNSET=1", "EHLO=3\nVRFY=2", "\xff=1" };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(texts); i++) {
        if (read_text(texts[i]))
            fail_msg("'%s' was read", texts[i]);
        assert_true(why[0] != '\0');
    }
}

static void commands_are_counted(void **state)
{
    struct smtpspec_command_use use = { { 0 } }, more = { { 0 } };
    enum smtpspec_command command = SMTPSPEC_COMMAND_UNSET;

    (void)state;
    assert_true(read_text("EHLO=3 NOOP=1"));
    smtpspec_command_use_count(&use, SMTPSPEC_COMMAND_EHLO);
    smtpspec_command_use_count(&use, SMTPSPEC_COMMAND_HELO);
    smtpspec_command_use_count(&more, SMTPSPEC_COMMAND_HELO);
    smtpspec_command_use_count(&more, SMTPSPEC_COMMAND_MAIL);
    assert_true(smtpspec_command_caps_bear(&caps, &use, &more, &command));
    smtpspec_command_use_count(&more, SMTPSPEC_COMMAND_EHLO);
    assert_false(smtpspec_command_caps_bear(&caps, &use, &more, &command));
    assert_int_equal(command, SMTPSPEC_COMMAND_EHLO);
    /* Whoever asks for nothing more of it is not held by it. */
    smtpspec_command_use_count(&use, SMTPSPEC_COMMAND_NOOP);
    smtpspec_command_use_count(&use, SMTPSPEC_COMMAND_NOOP);
    memset(&more, 0, sizeof(more));
    assert_true(smtpspec_command_caps_bear(&caps, &use, &more, NULL));
}

static void the_lower_one_holds(void **state)
{
    (void)state;
    memset(&caps, 0, sizeof(caps));
    smtpspec_command_caps_lower(&caps, SMTPSPEC_COMMAND_VRFY, 5);
    smtpspec_command_caps_lower(&caps, SMTPSPEC_COMMAND_VRFY, 7);
    smtpspec_command_caps_lower(&caps, SMTPSPEC_COMMAND_VRFY, 0);
    smtpspec_command_caps_lower(&caps, SMTPSPEC_COMMAND_HELO, 2);
    assert_int_equal(smtpspec_command_caps_most(&caps, SMTPSPEC_COMMAND_VRFY), 5);
    assert_int_equal(smtpspec_command_caps_most(&caps, SMTPSPEC_COMMAND_EHLO), 2);
    assert_int_equal(smtpspec_command_caps_most(&caps, SMTPSPEC_COMMAND_NOOP), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_read_and_written),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(commands_are_counted),
        cmocka_unit_test(the_lower_one_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
