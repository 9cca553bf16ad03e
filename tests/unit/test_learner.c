/* SPDX-License-Identifier: MIT */
/*
 * test_learner.c - machines are inferred exactly, and troubles survived or told
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learn/hsi.h"
#include "learn/machine_file.h"
#include "support/taught.h"

static void machines_are_learnt_exactly(void **state)
{
    uint64_t seed = 2026;

    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        unsigned states = 1 + i % 20;
        unsigned symbols = 2 + (unsigned)smtpspec_random_below(&seed, 13);
        struct smtpspec_teacher teacher = { .budget = 0 };
        struct smtpspec_mealy machine, least;
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine };
        bool same;

        random_machine(&seed, states, symbols, states > 1 && i % 2 == 0, &machine);
        same = learn(&server, 1, &teacher, &learnt);
        smtpspec_mealy_minimise(&machine, &least);
        if (!same || !learnt.complete)
            fail_msg("machine %u of %u states, %u symbols: %u learnt%s", i, least.states, symbols,
                     learnt.machine.states, learnt.complete ? "" : ", not complete");
        assert_int_equal(learnt.machine.states, least.states);
        assert_int_equal(learnt.unresolved, 0);
        smtpspec_mealy_free(&least);
        smtpspec_mealy_free(&machine);
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
}

/* --- Servers -------------------------------------------------------------- */

/* One of tests/machines, learnt anew with each of three seeds. */
static void learn_again(const char *path)
{
    struct smtpspec_machine *machine = calloc(1, sizeof(*machine));
    struct smtpspec_spec spec = { .terms.profile = SMTPSPEC_PROFILE_MODERN,
                                  .alphabet = &machine->alphabet };
    struct smtpspec_words suite = { .pool = NULL };
    FILE *file = fopen(path, "r");
    struct smtpspec_mealy model;
    char why[256];

    assert_non_null(file);
    assert_true(smtpspec_machine_read(machine, file, why, sizeof(why)));
    fclose(file);
    smtpspec_spec_model(&spec, &model);
    smtpspec_hsi_suite(&model, 1, 1, &suite);
    for (unsigned seed = 0; seed < 3; seed++) {
        struct smtpspec_teacher teacher = { .budget = 12000 };
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine->mealy, .random = seed, .suite = &suite };

        if (!learn(&server, 1, &teacher, &learnt) || !learnt.complete)
            fail_msg("%s, seed %u: %u states, %s", path, seed, learnt.machine.states,
                     teacher.trouble);
        assert_int_equal(learnt.machine.states, machine->mealy.states);
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    smtpspec_words_free(&suite);
    smtpspec_mealy_free(&model);
    smtpspec_machine_free(machine);
    free(machine);
}

/* Whatever was learnt of one, in 12,000 queries at most. */
static void servers_are_learnt_with_any_seed(void **state)
{
    glob_t found;

    (void)state;
    assert_int_equal(glob("tests/machines/*.json", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 5);
    for (size_t i = 0; i < found.gl_pathc; i++)
        learn_again(found.gl_pathv[i]);
    globfree(&found);
}

/* --- Troubles ------------------------------------------------------------- */

/* The model of a server that counts, so many copies of it and the sink: all
 * that it refuses by 5yz, or one symbol alone; what comes upon the last one is
 * `last`, and then it closes. */
static void counting_machine(const struct smtpspec_mealy *model, unsigned copies, unsigned counted,
                             uint32_t last, struct smtpspec_mealy *machine)
{
    unsigned sink = copies * model->states;

    smtpspec_mealy_init(machine, sink + 1, model->symbols);
    for (unsigned i = 0; i < (sink + 1) * model->symbols; i++)
        machine->edges[i] =
            (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_X, (uint16_t)sink };
    for (unsigned s = 0; s < sink; s++)
        for (unsigned i = 0; i < model->symbols; i++) {
            struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(machine, s, i);
            unsigned copy = s / model->states;

            *edge = *smtpspec_mealy_edge(model, s % model->states, i);
            if (smtpspec_mealy_is_sink(model, edge->next)) {
                edge->next = (uint16_t)sink;
                continue;
            }
            copy += counted < model->symbols ? counted == i
                                             : smtpspec_output_first(edge->output) >= 500;
            if (copy == copies)
                *edge = (struct smtpspec_mealy_edge){ last, (uint16_t)sink };
            else
                edge->next = (uint16_t)(edge->next + model->states * copy);
        }
}

/* Any error counts, and 421 comes; or unknown commands, and nothing comes. */
static void the_nth_error_closes(void **state)
{
    static const char *const names[] = { "core8", "std14" };
    static struct smtpspec_alphabet alphabet;
    static struct smtpspec_spec spec;

    (void)state;
    for (unsigned i = 0; i < 2 * 2 * 5; i++) {
        unsigned copies = 1 + i / 4, counted, one = i / 2 % 2;
        struct smtpspec_words suite = { .pool = NULL };
        struct smtpspec_mealy model, machine, least;

        make_model(&spec, &alphabet, names[i % 2], &model);
        smtpspec_hsi_suite(&model, 1, 1, &suite);
        counted = one ? smtpspec_alphabet_find(&alphabet, SMTPSPEC_SPAN("BAD")) : model.symbols;
        counting_machine(&model, copies, counted,
                         one ? SMTPSPEC_OUTPUT_X : SMTPSPEC_OUTPUT_CODE(421), &machine);
        smtpspec_mealy_minimise(&machine, &least);
        for (unsigned seed = 0; seed < 3; seed++) {
            struct smtpspec_teacher teacher = { .budget = 0 };
            struct smtpspec_learnt learnt;
            struct server server = { .machine = &machine, .random = 7919 * seed, .suite = &suite };

            if (!learn(&server, 1, &teacher, &learnt) || !learnt.complete)
                fail_msg("%u copies, %s, seed %u: %u states of %u", copies, names[i % 2], seed,
                         learnt.machine.states, least.states);
            assert_int_equal(learnt.machine.states, least.states);
            assert_true(teacher.queries <= 12000 || least.states > 25);
            smtpspec_mealy_free(&learnt.machine);
            smtpspec_teacher_free(&teacher);
        }
        smtpspec_words_free(&suite);
        smtpspec_mealy_free(&model);
        smtpspec_mealy_free(&machine);
        smtpspec_mealy_free(&least);
    }
}

/* A fault that only shows where the rows have a state and the server has none
 * (chunks, say): its own suite has no word for it. */
static void the_suite_of_the_rows_shows_more(void **state)
{
    static struct smtpspec_alphabet alphabet;
    static struct smtpspec_spec spec;
    struct smtpspec_words suite = { .pool = NULL };
    struct smtpspec_mealy model;
    unsigned alone = 0, all = 20;

    (void)state;
    make_model(&spec, &alphabet, "std14", &model);
    smtpspec_hsi_suite(&model, 1, 1, &suite);
    for (unsigned i = 0; i < 2 * all; i++) {
        struct smtpspec_teacher teacher = { .budget = 0 };
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &model, .random = i / 2,
                                 .suite = i % 2 == 0 ? &suite : NULL };
        bool same = learn(&server, 1, &teacher, &learnt);

        assert_true(same || i % 2 == 1);
        assert_true(learnt.counterexamples[SMTPSPEC_ORACLE_SUITE] > 0 || i % 2 == 1);
        alone += same && i % 2 == 1;
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    assert_true(alone < all);
    smtpspec_words_free(&suite);
    smtpspec_mealy_free(&model);
}

static uint8_t symbol_of(const struct smtpspec_alphabet *alphabet, const char *name)
{
    unsigned symbol = smtpspec_alphabet_find(alphabet, smtpspec_span_of(name));

    assert_true(symbol < alphabet->count);
    return (uint8_t)symbol;
}

/* A server that refuses chunks, takes nothing but RSET and EHLO then, and, where
 * the last chunk came nevertheless, dies upon DATA. `word` shows it. */
static void crashing_machine(const struct smtpspec_mealy *model,
                             const struct smtpspec_alphabet *alphabet, uint8_t word[6],
                             struct smtpspec_mealy *machine)
{
    static const char *const names[] = { "EHLO", "MAIL", "RCPT", "BDAT", "BDATL", "DATA" };
    const uint16_t refused = (uint16_t)model->states, failed = (uint16_t)(refused + 1);
    unsigned ready, rcpt;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        word[i] = symbol_of(alphabet, names[i]);
    ready = smtpspec_mealy_play(model, 0, word, 1, NULL);
    rcpt = smtpspec_mealy_play(model, 0, word, 3, NULL);
    smtpspec_mealy_init(machine, model->states + 2, model->symbols);
    memcpy(machine->edges, model->edges,
           (size_t)model->states * model->symbols * sizeof(*model->edges));
    for (unsigned i = 0; i < model->symbols; i++) {
        struct smtpspec_mealy_edge edge = *smtpspec_mealy_edge(model, ready, i);

        *smtpspec_mealy_edge(machine, failed, i) = edge;
        if (i != word[0] && i != symbol_of(alphabet, "RSET") && edge.next == ready)
            edge = (struct smtpspec_mealy_edge){ edge.output, refused };
        *smtpspec_mealy_edge(machine, refused, i) = edge;
    }
    *smtpspec_mealy_edge(machine, rcpt, word[3]) =
        (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_CODE(551), refused };
    *smtpspec_mealy_edge(machine, refused, word[4]) =
        (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_CODE(551), failed };
    *smtpspec_mealy_edge(machine, failed, word[5]) =
        (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_X, (uint16_t)sink_of(model) };
}

static void a_crash_is_found(void **state)
{
    static struct smtpspec_alphabet alphabet;
    static struct smtpspec_spec spec;
    struct smtpspec_words suite = { .pool = NULL };
    struct smtpspec_mealy model, machine;
    uint32_t outputs[6];
    uint8_t word[6];

    (void)state;
    make_model(&spec, &alphabet, "std14", &model);
    smtpspec_hsi_suite(&model, 1, 1, &suite);
    crashing_machine(&model, &alphabet, word, &machine);
    for (unsigned seed = 0; seed < 10; seed++) {
        struct smtpspec_teacher teacher = { .budget = 0 };
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine, .random = seed, .suite = &suite };

        assert_true(learn(&server, 1, &teacher, &learnt));
        assert_true(learnt.complete);
        smtpspec_mealy_play(&learnt.machine, 0, word, 6, outputs);
        assert_int_equal(outputs[4], SMTPSPEC_OUTPUT_CODE(551));
        assert_int_equal(outputs[5], SMTPSPEC_OUTPUT_X);
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    smtpspec_words_free(&suite);
    smtpspec_mealy_free(&model);
    smtpspec_mealy_free(&machine);
}

/* A tarpit makes states that are none; caps keep it out. */
static void caps_keep_a_tarpit_out(void **state)
{
    static struct smtpspec_alphabet alphabet;
    static struct smtpspec_spec spec;
    struct smtpspec_mealy model;

    (void)state;
    make_model(&spec, &alphabet, "std14", &model);
    for (unsigned capped = 0; capped < 2; capped++) {
        const uint8_t noop = (uint8_t)smtpspec_alphabet_find(&alphabet, SMTPSPEC_SPAN("NOOP"));
        struct smtpspec_caps caps = { .together = false };
        struct smtpspec_teacher teacher = { .caps = &caps };
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &model, .tarpit_at = 3, .tarpit = noop };
        bool same;

        caps.most[noop] = capped ? 2 : 0;
        same = learn(&server, 1, &teacher, &learnt);
        assert_true(learnt.complete);
        assert_true(same == (capped == 1));
        assert_true((learnt.machine.states > model.states) == (capped == 0));
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    smtpspec_mealy_free(&model);
}

/* More than there may be, or so far away that no word leads there. */
static void too_many_states_are_told(void **state)
{
    static const struct { unsigned states, fan; } rows[] = {
        { SMTPSPEC_ORACLE_STATES_MOST + 8, 2 }, { SMTPSPEC_ORACLE_STATES_MOST / 2, 1 }
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_teacher teacher = { .budget = 0 };
        struct smtpspec_mealy machine;
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine };

        smtpspec_mealy_init(&machine, rows[i].states, rows[i].fan);
        for (unsigned e = 0; e < rows[i].states * rows[i].fan; e++)
            machine.edges[e] = (struct smtpspec_mealy_edge){
                SMTPSPEC_OUTPUT_CODE(e / rows[i].fan % 512), (uint16_t)((e + 1) % rows[i].states) };
        learn(&server, 0, &teacher, &learnt);
        assert_false(learnt.complete);
        assert_non_null(strstr(teacher.trouble, "states"));
        smtpspec_mealy_free(&machine);
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
}

static bool fits(void *context, const uint8_t *word, const uint32_t *outputs, size_t length,
                 bool leaf)
{
    uint32_t said[SMTPSPEC_WORD_KEPT];

    (void)leaf;
    smtpspec_mealy_play(context, 0, word, length, said);
    assert_true(said[length - 1] == outputs[length - 1] ||
                said[length - 1] == SMTPSPEC_OUTPUT_NONE);
    return true;
}

/* Whatever caps hide: a machine that is said to be whole is one of which all
 * that was answered is true. */
static void no_answer_is_ignored(void **state)
{
    uint64_t seed = 23;
    unsigned whole = 0, all = 200;

    (void)state;
    for (unsigned i = 0; i < all; i++) {
        struct smtpspec_caps caps = { .together = false };
        struct smtpspec_teacher teacher = { .caps = &caps };
        struct smtpspec_mealy machine;
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine, .random = i };

        for (unsigned a = 0; a < 4; a++)
            caps.most[a] = (uint16_t)smtpspec_random_below(&seed, 4);
        random_machine(&seed, 2 + i % 10, 6, i % 2 == 0, &machine);
        learn(&server, 1, &teacher, &learnt);
        if (learnt.complete)
            smtpspec_cache_walk(&teacher.cache, fits, &learnt.machine);
        else
            assert_non_null(strstr(teacher.trouble, "caps hide"));
        whole += learnt.complete;
        smtpspec_mealy_free(&machine);
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    assert_in_range(whole, all / 4, all - 1);
}

/* The machine does not depend on the seed of words and orders. */
static void seeds_make_no_difference(void **state)
{
    uint64_t seed = 11;
    struct smtpspec_mealy machine;

    (void)state;
    random_machine(&seed, 20, 14, true, &machine);
    for (unsigned i = 0; i < 3; i++) {
        struct smtpspec_teacher teacher = { .budget = 0 };
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine, .random = 100 * i };

        assert_true(learn(&server, 1, &teacher, &learnt));
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    smtpspec_mealy_free(&machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machines_are_learnt_exactly),
        cmocka_unit_test(the_nth_error_closes),
        cmocka_unit_test(the_suite_of_the_rows_shows_more),
        cmocka_unit_test(servers_are_learnt_with_any_seed),
        cmocka_unit_test(a_crash_is_found),
        cmocka_unit_test(caps_keep_a_tarpit_out),
        cmocka_unit_test(too_many_states_are_told),
        cmocka_unit_test(no_answer_is_ignored),
        cmocka_unit_test(seeds_make_no_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
