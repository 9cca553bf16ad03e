/* SPDX-License-Identifier: MIT */
/*
 * test_hsi.c - the suite finds every fault of up to so many extra states
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "learn/hsi.h"
#include "support/machines.h"

static struct smtpspec_alphabet alphabet;
static struct smtpspec_spec spec;

/* Whether some word of the suite has other outputs on the mutant. */
static bool is_found(const struct smtpspec_mealy *model, const struct smtpspec_mealy *mutant,
                     const struct smtpspec_words *suite)
{
    uint32_t want[SMTPSPEC_WORD_KEPT], got[SMTPSPEC_WORD_KEPT];

    for (size_t i = 0; i < suite->count; i++) {
        size_t length;
        const uint8_t *word = smtpspec_words_at(suite, i, &length);

        smtpspec_mealy_play(model, 0, word, length, want);
        smtpspec_mealy_play(mutant, 0, word, length, got);
        if (memcmp(want, got, length * sizeof(*want)) != 0)
            return true;
    }
    return false;
}

/* Mutants of up to `extra` more states; those that behave otherwise, and how
 * many of these the suite misses. */
static unsigned misses(const char *name, unsigned suite_extra, unsigned extra, unsigned rounds,
                       unsigned *faulty)
{
    struct smtpspec_words suite = { .pool = NULL };
    struct smtpspec_mealy model;
    uint8_t word[SMTPSPEC_WORD_KEPT];
    uint64_t seed = 100 * suite_extra + extra;
    unsigned missed = 0;
    size_t length;

    make_model(&spec, &alphabet, name, &model);
    smtpspec_hsi_suite(&model, suite_extra, 1, &suite);
    *faulty = 0;
    for (unsigned i = 0; i < rounds; i++) {
        struct smtpspec_mealy mutant;

        mutate_machine(&model, extra, &seed, &mutant);
        if (!smtpspec_mealy_same(&model, &mutant, word, &length)) {
            (*faulty)++;
            missed += !is_found(&model, &mutant, &suite);
        }
        smtpspec_mealy_free(&mutant);
    }
    smtpspec_words_free(&suite);
    smtpspec_mealy_free(&model);
    return missed;
}

static void every_fault_within_the_bound_is_found(void **state)
{
    (void)state;
    static const struct { const char *name; unsigned extra, rounds; } rows[] = {
        { "core8", 0, 2000 }, { "core8", 1, 2000 }, { "core8", 2, 1000 }, { "std14", 0, 2000 },
        { "std14", 1, 1000 }, { "std14", 2, 300 },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        for (unsigned extra = 0; extra <= rows[i].extra; extra++) {
            unsigned faulty;

            assert_int_equal(misses(rows[i].name, rows[i].extra, extra, rows[i].rounds, &faulty),
                             0);
            assert_true(faulty > rows[i].rounds / 2);
        }
}

/* Or the test above could not fail. */
static void beyond_the_bound_some_are_missed(void **state)
{
    (void)state;
    unsigned faulty;

    assert_true(misses("core8", 0, 2, 20000, &faulty) > 0);
    assert_true(misses("core8", 0, 5, 20000, &faulty) > 0);
}

static void the_suites_have_as_many_words_as_is_said(void **state)
{
    (void)state;
    static const struct { const char *name; unsigned extra, words, symbols; } rows[] = {
        { "core8", 0, 51, 183 }, { "core8", 1, 334, 1501 }, { "core8", 2, 2259, 12318 },
        { "std14", 0, 145, 795 }, { "std14", 1, 1822, 11816 }, { "std14", 2, 23082, 173062 },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_words suite = { .pool = NULL };
        struct smtpspec_mealy model;

        make_model(&spec, &alphabet, rows[i].name, &model);
        smtpspec_hsi_suite(&model, rows[i].extra, 1, &suite);
        assert_int_equal(suite.count, rows[i].words);
        assert_int_equal(smtpspec_words_symbols(&suite), rows[i].symbols);
        smtpspec_words_free(&suite);
        smtpspec_mealy_free(&model);
    }
}

static void nothing_is_sent_behind_the_close(void **state)
{
    (void)state;
    struct smtpspec_words suite = { .pool = NULL };
    struct smtpspec_mealy model;
    uint32_t outputs[SMTPSPEC_WORD_KEPT];

    make_model(&spec, &alphabet, "core8", &model);
    smtpspec_hsi_suite(&model, 2, 1, &suite);
    for (size_t i = 0; i < suite.count; i++) {
        size_t length;
        const uint8_t *word = smtpspec_words_at(&suite, i, &length);

        smtpspec_mealy_play(&model, 0, word, length, outputs);
        assert_int_not_equal(outputs[length - 1], SMTPSPEC_OUTPUT_X);
    }
    smtpspec_words_free(&suite);
    smtpspec_mealy_free(&model);
}

static void any_two_states_have_words_that_tell_them_apart(void **state)
{
    (void)state;
    struct smtpspec_words identifiers[16] = { { .pool = NULL } };
    struct smtpspec_mealy model;

    make_model(&spec, &alphabet, "std14", &model);
    smtpspec_hsi_identify(&model, identifiers);
    for (unsigned a = 0; a < model.states; a++)
        for (unsigned b = 0; b < model.states; b++) {
            bool apart = a == b || sink_of(&model) == a || sink_of(&model) == b;

            for (size_t i = 0; i < identifiers[a].count && !apart; i++) {
                uint32_t x[SMTPSPEC_WORD_KEPT], y[SMTPSPEC_WORD_KEPT];
                size_t length;
                const uint8_t *word = smtpspec_words_at(&identifiers[a], i, &length);

                smtpspec_mealy_play(&model, a, word, length, x);
                smtpspec_mealy_play(&model, b, word, length, y);
                apart = memcmp(x, y, length * sizeof(*x)) != 0;
            }
            assert_true(apart);
        }
    for (unsigned i = 0; i < model.states; i++)
        smtpspec_words_free(&identifiers[i]);
    smtpspec_mealy_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_within_the_bound_is_found),
        cmocka_unit_test(beyond_the_bound_some_are_missed),
        cmocka_unit_test(the_suites_have_as_many_words_as_is_said),
        cmocka_unit_test(nothing_is_sent_behind_the_close),
        cmocka_unit_test(any_two_states_have_words_that_tell_them_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
