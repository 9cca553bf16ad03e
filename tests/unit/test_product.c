/* SPDX-License-Identifier: MIT */
/*
 * test_product.c - machines and words beside the specification: each place of
 * a deviation once, by its shortest word
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "learn/hsi.h"
#include "learn/product.h"
#include "support/machines.h"

static struct smtpspec_alphabet alphabet;
static struct smtpspec_spec spec;
static struct smtpspec_mealy model;

static int set_up(void **state)
{
    (void)state;
    make_model(&spec, &alphabet, "std14", &model);
    spec.terms.offered = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    smtpspec_mealy_free(&model);
    return 0;
}

static unsigned symbol(const char *name)
{
    unsigned found = smtpspec_alphabet_find(&alphabet, smtpspec_span_of(name));

    assert_true(found < alphabet.count);
    return found;
}

static unsigned state_of(const char *label)
{
    for (unsigned i = 0; i < model.states; i++)
        if (strcmp(model.labels[i], label) == 0)
            return i;
    fail();
    return 0;
}

/* Change a transition of the model. */
static void lead(const char *from, const char *by, const char *output, const char *to)
{
    *smtpspec_mealy_edge(&model, state_of(from), symbol(by)) = (struct smtpspec_mealy_edge){
        smtpspec_output_read(smtpspec_span_of(output)), (uint16_t)state_of(to)
    };
}

static const char *witness(const struct smtpspec_deviation *one)
{
    static char text[256];

    smtpspec_alphabet_spell(&alphabet, one->word, one->length, text, sizeof(text));
    return text;
}

static void the_model_has_none(void **state)
{
    (void)state;
    struct smtpspec_product product;

    smtpspec_product_init(&product, &spec);
    smtpspec_product_machine(&product, &model);
    assert_int_equal(product.count, 0);
    smtpspec_product_free(&product);
}

static void a_reset_that_is_none_shows_by_what_follows(void **state)
{
    (void)state;
    struct smtpspec_product product;
    char rule[80];

    lead("MAIL", "EHLO", "250", "MAIL");
    smtpspec_product_init(&product, &spec);
    smtpspec_product_machine(&product, &model);
    smtpspec_product_sort(&product);
    assert_true(product.count >= 1);
    smtpspec_verdict_rule(&product.all[0].verdict, rule, sizeof(rule));
    assert_string_equal(rule, "expect.RCPT.READY");
    assert_string_equal(witness(&product.all[0]), "EHLO MAIL EHLO RCPT");
    assert_int_equal(product.all[0].outputs[3], SMTPSPEC_OUTPUT_CODE(250));
    smtpspec_product_free(&product);
}

static void nothing_behind_a_close_is_looked_at(void **state)
{
    (void)state;
    struct smtpspec_product product;

    lead("READY", "NOOP", "421", "CLOSED");
    lead("CLOSED", "MAIL", "250", "CLOSED");
    smtpspec_product_init(&product, &spec);
    smtpspec_product_machine(&product, &model);
    assert_int_equal(product.count, 0);
    smtpspec_product_free(&product);
}

/* Both ways find the same, each with a word as short. */
static void words_of_the_suite_tell_what_the_machine_tells(void **state)
{
    (void)state;
    struct smtpspec_words suite = { .pool = NULL };
    uint64_t seed = 5;

    smtpspec_hsi_suite(&model, 1, 1, &suite);
    for (unsigned round = 0; round < 20; round++) {
        struct smtpspec_product by_words, by_machine;
        struct smtpspec_mealy mutant;

        mutate_machine(&model, 0, &seed, &mutant);
        smtpspec_product_init(&by_words, &spec);
        smtpspec_product_init(&by_machine, &spec);
        smtpspec_product_machine(&by_machine, &mutant);
        for (size_t i = 0; i < suite.count; i++) {
            uint32_t outputs[SMTPSPEC_WORD_KEPT];
            size_t length;
            const uint8_t *word = smtpspec_words_at(&suite, i, &length);

            smtpspec_mealy_play(&mutant, 0, word, length, outputs);
            smtpspec_product_observe(&by_words, word, outputs, length);
        }
        assert_true(by_words.count <= by_machine.count);
        for (size_t i = 0; i < by_words.count; i++) {
            size_t k = 0;
            const struct smtpspec_deviation *x = &by_words.all[i], *y = by_machine.all;

            while (k < by_machine.count &&
                   (x->symbol != y[k].symbol || x->output != y[k].output ||
                    !smtpspec_spec_same(x->state, y[k].state)))
                k++;
            assert_true(k < by_machine.count);
            assert_true(y[k].length <= x->length);
        }
        smtpspec_product_free(&by_words);
        smtpspec_product_free(&by_machine);
        smtpspec_mealy_free(&mutant);
    }
    smtpspec_words_free(&suite);
}

static void the_shortest_of_many_words_is_kept(void **state)
{
    (void)state;
    struct smtpspec_product product;
    uint8_t word[4] = { (uint8_t)symbol("NOOP"), (uint8_t)symbol("NOOP"), (uint8_t)symbol("RSET"),
                        (uint8_t)symbol("RSET") };
    uint32_t outputs[4] = { SMTPSPEC_OUTPUT_CODE(250), SMTPSPEC_OUTPUT_CODE(250),
                            SMTPSPEC_OUTPUT_CODE(500), SMTPSPEC_OUTPUT_CODE(500) };

    smtpspec_product_init(&product, &spec);
    smtpspec_product_observe(&product, word, outputs, 4);
    assert_int_equal(product.count, 1);
    assert_string_equal(witness(&product.all[0]), "NOOP NOOP RSET");
    smtpspec_product_observe(&product, word + 2, outputs + 2, 2);
    assert_int_equal(product.count, 1);
    assert_string_equal(witness(&product.all[0]), "RSET");
    smtpspec_product_observe(&product, word + 1, outputs + 1, 3);
    assert_string_equal(witness(&product.all[0]), "RSET");
    smtpspec_product_free(&product);
}

/* Behind MAIL that got 503 the state is another one, by the same name. */
static void states_of_one_name_tell_once(void **state)
{
    (void)state;
    struct smtpspec_product product;
    uint8_t word[2] = { (uint8_t)symbol("MAIL"), (uint8_t)symbol("RSET") };
    uint32_t outputs[2] = { SMTPSPEC_OUTPUT_CODE(503), SMTPSPEC_OUTPUT_CODE(503) };

    smtpspec_product_init(&product, &spec);
    smtpspec_product_observe(&product, word, outputs, 2);
    smtpspec_product_observe(&product, word + 1, outputs + 1, 1);
    assert_int_equal(product.count, 1);
    assert_string_equal(witness(&product.all[0]), "RSET");
    smtpspec_product_free(&product);
}

static void a_close_whatever_is_sent_is_one(void **state)
{
    (void)state;
    struct smtpspec_product product;
    unsigned nothing = SMTPSPEC_OUTPUT_X;

    /* RSET closes behind its reply, and MAIL within a transaction instead of one. */
    lead("READY", "RSET", "250", "CLOSED");
    lead("MAIL", "MAIL", "x", "CLOSED");
    smtpspec_product_init(&product, &spec);
    smtpspec_product_machine(&product, &model);
    assert_int_equal(product.count, alphabet.count + 1);
    smtpspec_product_sort(&product);
    smtpspec_product_merge(&product);
    assert_int_equal(product.count, 2);
    assert_string_equal(witness(&product.all[0]), "EHLO MAIL MAIL");
    assert_int_equal(product.all[0].symbols, SMTPSPEC_BIT64(symbol("MAIL")));
    assert_string_equal(witness(&product.all[1]), "EHLO RSET EHLO");
    assert_int_equal(product.all[1].symbols, SMTPSPEC_BIT64(alphabet.count) - 1);
    assert_int_equal(product.all[1].output, nothing);
    smtpspec_product_free(&product);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_model_has_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reset_that_is_none_shows_by_what_follows, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(nothing_behind_a_close_is_looked_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_of_the_suite_tell_what_the_machine_tells, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(states_of_one_name_tell_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_close_whatever_is_sent_is_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_shortest_of_many_words_is_kept, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
