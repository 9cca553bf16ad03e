/* SPDX-License-Identifier: MIT */
/*
 * test_mealy.c - Mealy machines: the least one, access words, comparing, files
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "learn/mealy.h"
#include "mutate/random.h"

#define SYMBOLS 3

static void set(struct smtpspec_mealy *mealy, unsigned state, unsigned symbol, unsigned next,
                unsigned code)
{
    *smtpspec_mealy_edge(mealy, state, symbol) =
        (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_CODE(code), (uint16_t)next };
}

static void random_machine(struct smtpspec_mealy *mealy, unsigned states, uint64_t *seed)
{
    smtpspec_mealy_init(mealy, states, SYMBOLS);
    for (unsigned i = 0; i < states; i++)
        for (unsigned a = 0; a < SYMBOLS; a++)
            set(mealy, i, a, (unsigned)smtpspec_random_below(seed, states),
                250 + (unsigned)smtpspec_random_below(seed, 2));
    for (unsigned a = 0; a < SYMBOLS; a++)
        snprintf(mealy->names[a], sizeof(mealy->names[a]), "s%u", a);
}

/* The same behaviour with the states in another order, each of them twice. */
static void disguise(const struct smtpspec_mealy *mealy, struct smtpspec_mealy *out,
                     uint64_t *seed)
{
    unsigned states = mealy->states;

    smtpspec_mealy_init(out, 2 * states, mealy->symbols);
    for (unsigned i = 0; i < 2 * states; i++)
        for (unsigned a = 0; a < mealy->symbols; a++) {
            struct smtpspec_mealy_edge edge = *smtpspec_mealy_edge(mealy, i % states, a);

            if (smtpspec_random_below(seed, 2) == 1)
                edge.next = (uint16_t)(edge.next + states);
            *smtpspec_mealy_edge(out, i, a) = edge;
        }
    memcpy(out->names, mealy->names, mealy->symbols * sizeof(*out->names));
}

static void assert_alike(const struct smtpspec_mealy *a, const struct smtpspec_mealy *b)
{
    assert_int_equal(a->states, b->states);
    for (unsigned i = 0; i < a->states; i++)
        for (unsigned s = 0; s < a->symbols; s++) {
            assert_int_equal(smtpspec_mealy_edge(a, i, s)->next,
                             smtpspec_mealy_edge(b, i, s)->next);
            assert_int_equal(smtpspec_mealy_edge(a, i, s)->output,
                             smtpspec_mealy_edge(b, i, s)->output);
        }
}

static void machines_of_one_behaviour_have_one_least_machine(void **state)
{
    (void)state;
    uint64_t seed = 1;

    for (unsigned round = 0; round < 100; round++) {
        struct smtpspec_mealy mealy, other, least, too;
        uint8_t word[SMTPSPEC_WORD_KEPT];
        size_t length;

        random_machine(&mealy, 1 + round % 20, &seed);
        disguise(&mealy, &other, &seed);
        smtpspec_mealy_minimise(&mealy, &least);
        smtpspec_mealy_minimise(&other, &too);
        assert_true(least.states <= mealy.states);
        assert_alike(&least, &too);
        assert_true(smtpspec_mealy_same(&mealy, &least, word, &length));
        smtpspec_mealy_free(&mealy);
        smtpspec_mealy_free(&other);
        smtpspec_mealy_free(&least);
        smtpspec_mealy_free(&too);
    }
}

static void a_difference_has_a_word_that_shows_it(void **state)
{
    (void)state;
    uint64_t seed = 2;

    for (unsigned round = 0; round < 100; round++) {
        struct smtpspec_mealy a, b;
        uint8_t word[SMTPSPEC_WORD_KEPT];
        uint32_t x[SMTPSPEC_WORD_KEPT], y[SMTPSPEC_WORD_KEPT];
        size_t length = 0;

        random_machine(&a, 5, &seed);
        random_machine(&b, 6, &seed);
        if (!smtpspec_mealy_same(&a, &b, word, &length)) {
            assert_true(length > 0);
            smtpspec_mealy_play(&a, 0, word, length, x);
            smtpspec_mealy_play(&b, 0, word, length, y);
            assert_int_not_equal(x[length - 1], y[length - 1]);
            for (size_t i = 0; i + 1 < length; i++)
                assert_int_equal(x[i], y[i]);
        }
        smtpspec_mealy_free(&a);
        smtpspec_mealy_free(&b);
    }
}

static void access_words_lead_to_their_states(void **state)
{
    (void)state;
    struct smtpspec_words access = { .pool = NULL };
    struct smtpspec_mealy mealy;
    uint64_t seed = 3;
    size_t length;

    random_machine(&mealy, 12, &seed);
    smtpspec_mealy_reach(&mealy, &access);
    assert_int_equal(access.count, 12);
    for (unsigned i = 0; i < 12; i++) {
        const uint8_t *word = smtpspec_words_at(&access, i, &length);

        if (length > 0)
            assert_int_equal(smtpspec_mealy_play(&mealy, 0, word, length, NULL), i);
    }
    smtpspec_words_free(&access);
    smtpspec_mealy_free(&mealy);
}

static void a_sink_is_told_from_other_states(void **state)
{
    (void)state;
    struct smtpspec_mealy mealy;

    smtpspec_mealy_init(&mealy, 2, 1);
    *smtpspec_mealy_edge(&mealy, 1, 0) = (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_X, 1 };
    set(&mealy, 0, 0, 0, 250);
    assert_true(smtpspec_mealy_is_sink(&mealy, 1));
    assert_false(smtpspec_mealy_is_sink(&mealy, 0));
    smtpspec_mealy_free(&mealy);
}

/* Write a machine to a file in memory, and go back to its beginning. */
static FILE *paper(const struct smtpspec_mealy *mealy)
{
    FILE *file = tmpfile();

    assert_non_null(file);
    assert_true(smtpspec_mealy_write_json(mealy, file));
    rewind(file);
    return file;
}

static void json_is_written_and_read_back(void **state)
{
    (void)state;
    struct smtpspec_mealy mealy, back;
    uint64_t seed = 4;
    char why[128];
    FILE *file;

    random_machine(&mealy, 7, &seed);
    *smtpspec_mealy_edge(&mealy, 2, 1) = (struct smtpspec_mealy_edge){ 0, UINT16_MAX };
    memcpy(mealy.labels[3], "RCPT", 5);
    file = paper(&mealy);
    assert_true(smtpspec_mealy_read_json(&back, file, why, sizeof(why)));
    assert_alike(&mealy, &back);
    assert_string_equal(back.labels[3], "RCPT");
    assert_string_equal(back.names[2], "s2");
    fclose(file);
    smtpspec_mealy_free(&mealy);
    smtpspec_mealy_free(&back);
}

static void what_is_no_machine_is_not_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "[]", "{}", "{\"symbols\": [\"A\"], \"states\": []}",
        "{\"symbols\": [\"A\"], \"states\": [{\"to\": []}]}",
        "{\"symbols\": [\"A\"], \"states\": [{\"to\": [[1, \"250\"]]}]}",
        "{\"symbols\": [\"A\"], \"states\": [{\"to\": [[-1, \"250\"]]}]}",
        "{\"symbols\": [\"A\"], \"states\": [{\"to\": [[0, \"25\"]]}]}",
        "{\"symbols\": [\"A\"], \"states\": [{\"to\": [[0, \"\"]]}]}",
        "{\"symbols\": [\"A\"], \"states\": [{\"label\": 1, \"to\": [null]}]}",
        "{\"symbols\": [\"0123456789abcdef\"], \"states\": [{\"to\": [null]}]}",
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(texts); i++) {
        struct smtpspec_mealy mealy;
        char why[128] = "";
        FILE *file = tmpfile();

        assert_non_null(file);
        fputs(texts[i], file);
        rewind(file);
        assert_false(smtpspec_mealy_read_json(&mealy, file, why, sizeof(why)));
        assert_string_not_equal(why, "");
        fclose(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machines_of_one_behaviour_have_one_least_machine),
        cmocka_unit_test(a_difference_has_a_word_that_shows_it),
        cmocka_unit_test(access_words_lead_to_their_states),
        cmocka_unit_test(a_sink_is_told_from_other_states),
        cmocka_unit_test(json_is_written_and_read_back),
        cmocka_unit_test(what_is_no_machine_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
