/* SPDX-License-Identifier: MIT */
/*
 * test_machine_file.c - machines in files: what is written is read, and what
 * is none is refused in one line; and in what two machines differ
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/ehlo.h>

#include "learn/diff.h"
#include "learn/machine_file.h"
#include "support/machines.h"

static void written_machine(const struct smtpspec_machine *machine, char **text, size_t *length)
{
    FILE *file = open_memstream(text, length);

    assert_non_null(file);
    assert_true(smtpspec_machine_write(machine, file));
    fclose(file);
}

static bool read_text(struct smtpspec_machine *machine, const char *text, size_t length,
                      char *why, size_t cap)
{
    FILE *file = length > 0 ? fmemopen((void *)(uintptr_t)text, length, "r")
                            : fopen("/dev/null", "r");
    bool done;

    assert_non_null(file);
    done = smtpspec_machine_read(machine, file, why, cap);
    fclose(file);
    return done;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct smtpspec_machine machine = { .service = SMTPSPEC_SERVICE_SUBMISSION, .whole = false,
                                        .target = "mx \\xff\"example\"" };
    struct smtpspec_machine back;
    const struct smtpspec_alphabet_names none = { .domain = { NULL, 0 } };
    char why[256], *text;
    size_t length;

    machine.offered = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SIZE) |
                      SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING);
    assert_true(smtpspec_alphabet_read(
        &machine.alphabet,
        SMTPSPEC_SPAN("A    NOOP \\x7b \\\\ \\x00 \"q\" \\x20\n"
                      "B    DATA | a: b\\r\\n\\r\\n \\x7c \\xff\n"),
        &none, why, sizeof(why)));
    smtpspec_mealy_init(&machine.mealy, 2, 2);
    smtpspec_mealy_name(&machine.mealy, &machine.alphabet);
    for (unsigned i = 0; i < 4; i++)
        machine.mealy.edges[i] =
            (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_CODE(250 + i), (uint16_t)(i % 2) };
    written_machine(&machine, &text, &length);
    if (!read_text(&back, text, length, why, sizeof(why)))
        fail_msg("%s in %s", why, text);
    assert_memory_equal(&back.alphabet, &machine.alphabet, sizeof(back.alphabet));
    assert_memory_equal(back.mealy.edges, machine.mealy.edges, 4 * sizeof(*back.mealy.edges));
    assert_int_equal(back.service, machine.service);
    assert_true(back.offered == machine.offered);
    assert_false(back.whole);
    free(text);
    smtpspec_machine_free(&back);
    smtpspec_machine_free(&machine);
}

#define ONE "\"states\": [ { \"to\": [[0, \"250\"]] } ] }"

static void what_is_left_out_has_a_meaning(void **state)
{
    (void)state;
    static const char text[] = "{ \"symbols\": [\"NOOP\"], " ONE;
    struct smtpspec_machine machine;
    char why[256];

    assert_true(read_text(&machine, text, sizeof(text) - 1, why, sizeof(why)));
    assert_true(machine.whole);
    assert_int_equal(machine.service, SMTPSPEC_SERVICE_SMTP);
    assert_int_equal(machine.alphabet.count, 0);
    smtpspec_machine_free(&machine);
}

static struct wrong {
    const char *text, *why;
} wrongs[] = {
    { "", "line 1" },
    { "[]", "no machine" },
    { "{ \"symbols\": [], \"states\": [] }", "no machine" },
    { "{ \"symbols\": [\"NOOP\"], \"service\": \"uucp\", " ONE, "\"service\"" },
    { "{ \"symbols\": [\"NOOP\"], \"offered\": [\"TELEPATHY\"], " ONE, "\"offered\"" },
    { "{ \"symbols\": [\"NOOP\"], \"offered\": 7, " ONE, "\"offered\"" },
    { "{ \"symbols\": [\"NOOP\"], \"alphabet\": 7, " ONE, "\"alphabet\": no list" },
    { "{ \"symbols\": [\"NOOP\"], \"alphabet\": [7], " ONE, "\"alphabet\": no list" },
    { "{ \"symbols\": [\"NOOP\"], \"alphabet\": [\"NOOP {x}\"], " ONE, "line 1" },
    { "{ \"symbols\": [\"NOOP\"], \"alphabet\": [\"RSET RSET\"], " ONE, "other symbols" },
    { "{ \"symbols\": [\"NOOP\"], \"alphabet\": [\"NOOP NOOP\\nX X\"], " ONE, "other symbols" },
    { "{ \"symbols\": [\"NOOP\"], \"states\": [ { \"to\": [[1, \"250\"]] } ] }", "state 0" },
};

static void what_is_no_machine_is_refused(void **state)
{
    const struct wrong *wrong = *state;
    struct smtpspec_machine machine;
    char why[256] = "";

    assert_false(read_text(&machine, wrong->text, strlen(wrong->text), why, sizeof(why)));
    if (strstr(why, wrong->why) == NULL)
        fail_msg("%s: %s", wrong->text, why);
}

/* --- Differences ---------------------------------------------------------- */

static void a_machine_does_not_differ_from_itself(void **state)
{
    (void)state;
    struct smtpspec_alphabet alphabet;
    struct smtpspec_differences differences;
    struct smtpspec_spec spec;
    struct smtpspec_mealy model;

    make_model(&spec, &alphabet, "std14", &model);
    smtpspec_differ(&model, &model, &differences);
    assert_int_equal(differences.count, 0);
    assert_int_equal(differences.shared, 14);
    smtpspec_differences_free(&differences);
    smtpspec_mealy_free(&model);
}

/* Core8 has what std14 has, in another order and less of it. */
static void symbols_are_matched_by_their_names(void **state)
{
    (void)state;
    struct smtpspec_alphabet small, large;
    struct smtpspec_differences differences;
    struct smtpspec_spec spec;
    struct smtpspec_mealy a, b;

    make_model(&spec, &small, "core8", &a);
    make_model(&spec, &large, "std14", &b);
    smtpspec_differ(&a, &b, &differences);
    assert_int_equal(differences.count, 0);
    assert_int_equal(differences.shared, 8);
    assert_true(differences.only[0] == 0);
    assert_int_equal(__builtin_popcountll(differences.only[1]), 6);
    smtpspec_differences_free(&differences);
    smtpspec_differ(&b, &a, &differences);
    assert_int_equal(__builtin_popcountll(differences.only[0]), 6);
    smtpspec_differences_free(&differences);
    smtpspec_mealy_free(&a);
    smtpspec_mealy_free(&b);
}

/* As mealy_same() has it, which finds the shortest word of all. */
static void the_first_difference_is_a_shortest_one(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct smtpspec_alphabet alphabet;
    struct smtpspec_spec spec;
    struct smtpspec_mealy model;
    unsigned different = 0;

    make_model(&spec, &alphabet, "core8", &model);
    for (unsigned round = 0; round < 200; round++) {
        struct smtpspec_differences differences;
        struct smtpspec_mealy mutant;
        uint8_t word[SMTPSPEC_WORD_KEPT];
        size_t length;

        mutate_machine(&model, round % 4, &seed, &mutant);
        smtpspec_mealy_name(&mutant, &alphabet);
        smtpspec_differ(&model, &mutant, &differences);
        if (smtpspec_mealy_same(&model, &mutant, word, &length)) {
            assert_int_equal(differences.count, 0);
        } else {
            const struct smtpspec_difference *one = &differences.all[0];

            different++;
            assert_true(differences.count > 0);
            assert_int_equal(one->length, length);
            for (size_t i = 0; i + 1 < length; i++)
                assert_int_equal(one->seen[0][i], one->seen[1][i]);
            for (unsigned side = 0; side < 2; side++)
                assert_int_equal(one->seen[side][length - 1], one->outputs[side]);
            assert_int_not_equal(one->outputs[0], one->outputs[1]);
        }
        smtpspec_differences_free(&differences);
        smtpspec_mealy_free(&mutant);
    }
    assert_true(different > 100);
    smtpspec_mealy_free(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_left_out_has_a_meaning),
        cmocka_unit_test(a_machine_does_not_differ_from_itself),
        cmocka_unit_test(symbols_are_matched_by_their_names),
        cmocka_unit_test(the_first_difference_is_a_shortest_one),
    };
    struct CMUnitTest refused[SMTPSPEC_ARRAY_LEN(wrongs)];
    int failed;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(wrongs); i++)
        refused[i] = (struct CMUnitTest){ .name = wrongs[i].why,
                                          .test_func = what_is_no_machine_is_refused,
                                          .initial_state = &wrongs[i] };
    failed = cmocka_run_group_tests_name("refused", refused, NULL, NULL);
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
