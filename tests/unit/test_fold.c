/* SPDX-License-Identifier: MIT */
/*
 * test_fold.c - a machine that counts errors is told as copies of a smaller one
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "learn/fold.h"
#include "mutate/random.h"
#include "support/machines.h"

#define SYMBOLS 5
#define END_421 SMTPSPEC_OUTPUT_CODE(421)

/* `copies` of a machine whose last state is the closed one: a symbol of
 * `errors` with a reply 5yz counts, and in the last copy ends all by `last`. */
static void multiply(const struct smtpspec_mealy *base, unsigned copies, uint64_t errors,
                     uint32_t last, struct smtpspec_mealy *out)
{
    unsigned open = base->states - 1, sink = copies * open;

    smtpspec_mealy_init(out, sink + 1, base->symbols);
    for (unsigned i = 0; i <= sink; i++)
        for (unsigned a = 0; a < base->symbols; a++) {
            struct smtpspec_mealy_edge edge =
                *smtpspec_mealy_edge(base, i == sink ? open : i % open, a);
            bool counts = (errors & SMTPSPEC_BIT64(a)) != 0 &&
                          smtpspec_output_first(edge.output) / 100 == 5;
            unsigned copy = i / open + counts;

            if (edge.next == open || i == sink)
                edge.next = (uint16_t)sink;
            else if (copy == copies)
                edge = (struct smtpspec_mealy_edge){ last, (uint16_t)sink };
            else
                edge.next = (uint16_t)(edge.next + copy * open);
            *smtpspec_mealy_edge(out, i, a) = edge;
        }
}

/* The model of core8 has four states and the closed one, which comes last. */
static void multiply_model(unsigned copies, uint64_t errors, uint32_t last,
                           struct smtpspec_mealy *least)
{
    struct smtpspec_alphabet alphabet;
    struct smtpspec_spec spec;
    struct smtpspec_mealy model, ordered, all;
    unsigned sink = 0;

    make_model(&spec, &alphabet, "core8", &model);
    assert_int_equal(model.states, 5);
    while (!smtpspec_mealy_is_sink(&model, sink))
        sink++;
    /* Change places with the last. */
    smtpspec_mealy_init(&ordered, model.states, model.symbols);
    for (unsigned i = 0; i < 5; i++)
        for (unsigned a = 0; a < model.symbols; a++) {
            struct smtpspec_mealy_edge edge = *smtpspec_mealy_edge(&model, i, a);
            unsigned at = i == sink ? 4 : i == 4 ? sink : i;

            edge.next = (uint16_t)(edge.next == sink ? 4 : edge.next == 4 ? sink : edge.next);
            *smtpspec_mealy_edge(&ordered, at, a) = edge;
        }
    multiply(&ordered, copies, errors, last, &all);
    smtpspec_mealy_minimise(&all, least);
    smtpspec_mealy_free(&model);
    smtpspec_mealy_free(&ordered);
    smtpspec_mealy_free(&all);
}

static void assert_told(const struct smtpspec_mealy *mealy, const char *text)
{
    struct smtpspec_fold fold;
    char told[256];

    smtpspec_fold(mealy, &fold);
    smtpspec_fold_tell(&fold, told, sizeof(told));
    assert_string_equal(told, text);
    smtpspec_fold_free(&fold);
}

static void errors_of_any_kind_are_counted(void **state)
{
    (void)state;
    struct smtpspec_mealy exim;

    multiply_model(4, UINT64_MAX, SMTPSPEC_OUTPUT_X, &exim);
    assert_int_equal(exim.states, 17);
    assert_told(&exim, "17 states: 4 copies of a machine of 4, and the closed one "
                       "(the 4th error ends it, without a reply)");
    smtpspec_mealy_free(&exim);
}

static void errors_of_one_kind_are_counted(void **state)
{
    (void)state;
    struct smtpspec_mealy aiosmtpd;
    struct smtpspec_fold fold;

    multiply_model(5, SMTPSPEC_BIT64(6), SMTPSPEC_OUTPUT_X, &aiosmtpd);
    assert_int_equal(aiosmtpd.states, 21);
    assert_told(&aiosmtpd, "21 states: 5 copies of a machine of 4, and the closed one "
                           "(the 5th error ends it, without a reply)");
    smtpspec_fold(&aiosmtpd, &fold);
    assert_true(fold.errors == SMTPSPEC_BIT64(6));
    smtpspec_fold_free(&fold);
    smtpspec_mealy_free(&aiosmtpd);
}

static void what_does_not_count_is_not_folded(void **state)
{
    (void)state;
    struct smtpspec_mealy model;

    multiply_model(1, 0, END_421, &model);
    assert_told(&model, "5 states, the closed one among them");
    smtpspec_mealy_free(&model);
}

static void a_state_that_hangs_is_told(void **state)
{
    (void)state;
    struct smtpspec_mealy model, least;
    unsigned last;

    multiply_model(1, 0, END_421, &model);
    for (last = 0; smtpspec_mealy_is_sink(&model, last) || last == 0; last++)
        ;
    for (unsigned a = 0; a < model.symbols; a++)
        *smtpspec_mealy_edge(&model, last, a) = (struct smtpspec_mealy_edge){
            SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT, (uint16_t)last };
    smtpspec_mealy_minimise(&model, &least);
    assert_true(least.states >= 3);
    {
        struct smtpspec_fold fold;
        char told[256];

        smtpspec_fold(&least, &fold);
        smtpspec_fold_tell(&fold, told, sizeof(told));
        assert_non_null(strstr(told, "the closed one and one that answers nothing among them"));
        smtpspec_fold_free(&fold);
    }
    smtpspec_mealy_free(&model);
    smtpspec_mealy_free(&least);
}

/* --- Any machine ---------------------------------------------------------- */

/* In each state 1 is an error and 2 leads to the closed one; the rest is at
 * random, but errors lead nowhere. */
static void random_base(struct smtpspec_mealy *base, unsigned open, uint64_t *seed)
{
    smtpspec_mealy_init(base, open + 1, SYMBOLS);
    for (unsigned i = 0; i < open; i++)
        for (unsigned a = 0; a < SYMBOLS; a++) {
            unsigned code = a == 1 ? 501 : a == 2 ? 221
                            : 250 + 253 * (unsigned)smtpspec_random_below(seed, 2);
            unsigned next = code > 500 ? i : a == 2 ? open
                            : (unsigned)smtpspec_random_below(seed, open);

            *smtpspec_mealy_edge(base, i, a) =
                (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_CODE(code), (uint16_t)next };
        }
    for (unsigned a = 0; a < SYMBOLS; a++)
        *smtpspec_mealy_edge(base, open, a) =
            (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_X, (uint16_t)open };
}

/* A least one, with the closed state last. */
static bool least_base(struct smtpspec_mealy *base, unsigned open, uint64_t *seed)
{
    struct smtpspec_mealy least;
    bool same;

    random_base(base, open, seed);
    smtpspec_mealy_minimise(base, &least);
    same = least.states == base->states;
    smtpspec_mealy_free(&least);
    if (!same)
        smtpspec_mealy_free(base);
    return same;
}

static void each_state_is_like_the_one_it_was_made_of(const struct smtpspec_mealy *mealy,
                                                      const struct smtpspec_fold *fold)
{
    for (unsigned i = 0; i < mealy->states; i++) {
        unsigned like = fold->like[i];

        if (smtpspec_mealy_is_sink(mealy, i)) {
            assert_int_equal(fold->copy[i], fold->copies);
            continue;
        }
        assert_int_equal(fold->copy[like], 0);
        for (unsigned a = 0; a < mealy->symbols; a++) {
            const struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(mealy, i, a);

            if (fold->copy[i] + 1u < fold->copies)
                assert_int_equal(edge->output, smtpspec_mealy_edge(mealy, like, a)->output);
            assert_true(fold->copy[edge->next] >= fold->copy[i]);
        }
    }
}

static void any_machine_that_counts_is_folded(void **state)
{
    (void)state;
    uint64_t seed = 1;
    unsigned folded = 0;

    for (unsigned round = 0; round < 300; round++) {
        unsigned open = 1 + round % 12, copies = 2 + round % 7;
        struct smtpspec_mealy base, all, least;
        struct smtpspec_fold fold;

        if (!least_base(&base, open, &seed))
            continue;
        multiply(&base, copies, SMTPSPEC_BIT64(1), END_421, &all);
        smtpspec_mealy_minimise(&all, &least);
        assert_int_equal(least.states, copies * open + 1);
        smtpspec_fold(&least, &fold);
        assert_int_equal(fold.copies, copies);
        assert_int_equal(fold.states, open);
        assert_int_equal(fold.last, END_421);
        each_state_is_like_the_one_it_was_made_of(&least, &fold);
        folded++;
        smtpspec_fold_free(&fold);
        smtpspec_mealy_free(&least);
        smtpspec_mealy_free(&all);
        smtpspec_mealy_free(&base);
    }
    assert_true(folded > 60);
}

static void chasquid_is_three_times_six_and_the_closed_one(void **state)
{
    (void)state;
    uint64_t seed = 7;
    struct smtpspec_mealy base, all, least;

    while (!least_base(&base, 6, &seed))
        continue;
    multiply(&base, 3, UINT64_MAX, END_421, &all);
    smtpspec_mealy_minimise(&all, &least);
    assert_int_equal(least.states, 19);
    assert_told(&least, "19 states: 3 copies of a machine of 6, and the closed one "
                        "(the 3rd error ends it, with 421)");
    smtpspec_mealy_free(&least);
    smtpspec_mealy_free(&all);
    smtpspec_mealy_free(&base);
}

/* One answer that is another one in the second copy. */
static void copies_that_differ_are_not_folded(void **state)
{
    (void)state;
    struct smtpspec_mealy aiosmtpd, least;
    struct smtpspec_fold fold;
    unsigned changed = 0;

    multiply_model(5, SMTPSPEC_BIT64(6), SMTPSPEC_OUTPUT_X, &aiosmtpd);
    smtpspec_fold(&aiosmtpd, &fold);
    while (fold.copy[changed] != 1)
        changed++;
    smtpspec_fold_free(&fold);
    smtpspec_mealy_edge(&aiosmtpd, changed, 5)->output = SMTPSPEC_OUTPUT_CODE(252);
    smtpspec_mealy_minimise(&aiosmtpd, &least);
    assert_told(&least, "21 states, the closed one among them");
    smtpspec_mealy_free(&aiosmtpd);
    smtpspec_mealy_free(&least);
}

static void a_state_that_one_copy_lacks_is_no_fold(void **state)
{
    (void)state;
    struct smtpspec_mealy exim, least;
    struct smtpspec_fold fold;
    unsigned last = 0;

    multiply_model(4, UINT64_MAX, SMTPSPEC_OUTPUT_X, &exim);
    smtpspec_fold(&exim, &fold);
    while (fold.copy[last] != 3)
        last++;
    /* Nothing leads on from one of the last. */
    for (unsigned a = 0; a < exim.symbols; a++)
        smtpspec_mealy_edge(&exim, last, a)->next = (uint16_t)last;
    smtpspec_fold_free(&fold);
    smtpspec_mealy_minimise(&exim, &least);
    smtpspec_fold(&least, &fold);
    assert_int_equal(fold.copies, 1);
    smtpspec_fold_free(&fold);
    smtpspec_mealy_free(&exim);
    smtpspec_mealy_free(&least);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_any_kind_are_counted),
        cmocka_unit_test(errors_of_one_kind_are_counted),
        cmocka_unit_test(what_does_not_count_is_not_folded),
        cmocka_unit_test(a_state_that_hangs_is_told),
        cmocka_unit_test(any_machine_that_counts_is_folded),
        cmocka_unit_test(chasquid_is_three_times_six_and_the_closed_one),
        cmocka_unit_test(copies_that_differ_are_not_folded),
        cmocka_unit_test(a_state_that_one_copy_lacks_is_no_fold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
