/* SPDX-License-Identifier: MIT */
/*
 * test_silence.c - which silences need no repeat any more
 */
#include "support/rows.h"

#include <string.h>

#include "learn/output.h"
#include "learn/silence.h"

#define SILENT (SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT)

static struct smtpspec_silences silences;

/* A repeat of the symbol that was silent again, or not. */
static void repeat(uint8_t symbol, bool again)
{
    const uint8_t word[] = { 9, symbol };
    const uint32_t outputs[] = { SMTPSPEC_OUTPUT_CODE(250),
                                 again ? SILENT : SMTPSPEC_OUTPUT_CODE(250) };

    smtpspec_silences_note(&silences, word, outputs, 2);
}

static int forget(void **state)
{
    (void)state;
    memset(&silences, 0, sizeof(silences));
    return 0;
}

static void three_of_a_symbol_are_enough_for_it(void **state)
{
    (void)state;
    repeat(1, true);
    repeat(1, true);
    assert_false(smtpspec_silences_believe(&silences, 1));
    repeat(1, true);
    assert_true(smtpspec_silences_believe(&silences, 1));
    assert_false(smtpspec_silences_believe(&silences, 2));
}

static void four_are_enough_for_all_if_none_was_refuted(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < 4; i++)
        repeat(i, true);
    assert_true(smtpspec_silences_believe(&silences, 7));
    repeat(5, false);
    assert_false(smtpspec_silences_believe(&silences, 7));
}

static void a_reply_shakes_all_belief(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 3; i++)
            repeat(1, true);
        assert_true(smtpspec_silences_believe(&silences, 1));
        repeat(2, false);
        assert_false(smtpspec_silences_believe(&silences, 1));
    }
    for (unsigned i = 0; i < 9; i++)
        repeat(1, true);
    assert_false(smtpspec_silences_believe(&silences, 1));
}

static void some_that_are_believed_are_repeated(void **state)
{
    (void)state;
    assert_false(smtpspec_silences_take(&silences, 1));
    for (unsigned i = 0; i < 3; i++)
        repeat(1, true);
    for (unsigned i = 1; i <= 64; i++)
        assert_int_equal(smtpspec_silences_take(&silences, 1),
                         i != 8 && i != 16 && i != 32 && i != 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(three_of_a_symbol_are_enough_for_it, forget),
        cmocka_unit_test_setup(four_are_enough_for_all_if_none_was_refuted, forget),
        cmocka_unit_test_setup(a_reply_shakes_all_belief, forget),
        cmocka_unit_test_setup(some_that_are_believed_are_repeated, forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
