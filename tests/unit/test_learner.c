/* SPDX-License-Identifier: MIT */
/*
 * test_learner.c - machines are inferred exactly, and troubles survived or told
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learn/hsi.h"
#include "learn/oracle.h"
#include "support/machines.h"

struct paper;

/* Whoever is learnt, and what is wrong with them. */
struct server {
    const struct smtpspec_mealy *machine;
    uint64_t random;
    unsigned flake_in;         /* one word in so many has a wrong output     */
    unsigned tarpit_at;        /* a symbol that is silent from its third on  */
    uint8_t tarpit;
    uint64_t wrong_at;         /* the last symbol of that word is answered
                                  wrongly, once                              */
    uint64_t gone_after;       /* nobody answers after so many words         */
    uint64_t asked;
    struct paper *paper;       /* what is noted; or NULL                     */
    const struct smtpspec_words *suite; /* or NULL                           */
};

static void answer(struct server *server, struct smtpspec_query *query)
{
    unsigned times = 0;

    smtpspec_mealy_play(server->machine, 0, query->word, query->length, query->outputs);
    if (server->flake_in > 0 && smtpspec_random_once_in(&server->random, server->flake_in))
        query->outputs[smtpspec_random_below(&server->random, query->length)] =
            SMTPSPEC_OUTPUT_CODE(451);
    if (server->asked == server->wrong_at)
        query->outputs[query->length - 1] = SMTPSPEC_OUTPUT_CODE(451);
    for (size_t i = 0; i < query->length && server->tarpit_at > 0; i++) {
        times += query->word[i] == server->tarpit;
        if (times >= server->tarpit_at)
            query->outputs[i] = SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT;
    }
    query->answered = query->length;
}

static bool ask(void *context, struct smtpspec_query *queries, size_t count)
{
    struct server *server = context;

    for (size_t i = 0; i < count; i++) {
        if (server->gone_after > 0 && server->asked >= server->gone_after)
            return false;
        server->asked++;
        answer(server, &queries[i]);
    }
    return true;
}

/* Learn it; whether that was the machine, the trouble if there was any. */
static bool learn(struct server *server, unsigned extra, struct smtpspec_teacher *teacher,
                  struct smtpspec_learnt *learnt)
{
    const struct smtpspec_oracle_settings settings = {
        .symbols = server->machine->symbols, .suite = server->suite, .extra = extra,
        .seed = 1 + server->random, .random_words = SMTPSPEC_ORACLE_RANDOM_WORDS
    };
    uint8_t word[SMTPSPEC_WORD_KEPT];
    size_t length;

    teacher->ask = ask;
    teacher->context = server;
    smtpspec_oracle_learn(teacher, &settings, learnt);
    return smtpspec_mealy_same(server->machine, &learnt->machine, word, &length);
}

/* A machine of which each state can be reached; with a closed sink or not. */
static void random_machine(uint64_t *seed, unsigned states, unsigned symbols, bool sink,
                           struct smtpspec_mealy *machine)
{
    static const unsigned codes[] = { 250, 250, 250, 503, 500, 550 };
    unsigned last = states - 1;

    smtpspec_mealy_init(machine, states, symbols);
    for (unsigned s = 0; s < states; s++)
        for (unsigned i = 0; i < symbols; i++) {
            struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(machine, s, i);

            edge->output = SMTPSPEC_OUTPUT_CODE(
                codes[smtpspec_random_below(seed, SMTPSPEC_ARRAY_LEN(codes))]);
            edge->next = (uint16_t)smtpspec_random_below(seed, states);
            /* A way to each state. */
            if (i == 0 && s < last)
                edge->next = (uint16_t)(s + 1);
            if (!sink)
                continue;
            if (s == last)
                *edge = (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_X, (uint16_t)last };
            else if (edge->next == last)
                edge->output = SMTPSPEC_OUTPUT_CODE(smtpspec_random_once_in(seed, 2) ? 221 : 421);
        }
}

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

static void one_flake_in_a_hundred_is_borne(void **state)
{
    uint64_t seed = 7, flakes = 0;
    unsigned restarts = 0;

    (void)state;
    for (unsigned i = 0; i < 40; i++) {
        struct smtpspec_teacher teacher = { .budget = 0 };
        struct smtpspec_mealy machine;
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine, .random = i, .flake_in = 100 };

        random_machine(&seed, 5 + i % 16, 8, i % 2 == 0, &machine);
        if (!learn(&server, 1, &teacher, &learnt) || !learnt.complete)
            fail_msg("machine %u: %u states learnt: %s", i, learnt.machine.states,
                     teacher.trouble);
        assert_true(teacher.flakes > 0);
        flakes += teacher.flakes;
        restarts += learnt.restarts;
        smtpspec_mealy_free(&machine);
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    assert_true(flakes > 400);
    assert_true(restarts > 40);
}

/* Whenever it comes: one word is answered wrongly, and none else. */
static void a_single_wrong_answer_makes_no_state(void **state)
{
    uint64_t seed = 29;

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        uint64_t all = 1;
        struct smtpspec_mealy machine;

        random_machine(&seed, 2 + i % 6, 4, i % 2 == 0, &machine);
        for (uint64_t at = 0; at <= all; at++) {
            struct smtpspec_teacher teacher = { .budget = 0 };
            struct smtpspec_learnt learnt;
            struct server server = { .machine = &machine, .wrong_at = at };

            if (!learn(&server, 1, &teacher, &learnt) || !learnt.complete)
                fail_msg("machine %u, wrong at %u: %u states", i, (unsigned)at,
                         learnt.machine.states);
            all = at == 0 ? teacher.queries : all;
            smtpspec_mealy_free(&learnt.machine);
            smtpspec_teacher_free(&teacher);
        }
        assert_true(all > 20);
        smtpspec_mealy_free(&machine);
    }
}

static void more_flakes_are_told(void **state)
{
    uint64_t seed = 7;
    struct smtpspec_teacher teacher = { .budget = 0 };
    struct smtpspec_mealy machine;
    struct smtpspec_learnt learnt;
    struct server server = { .machine = &machine, .flake_in = 10 };

    (void)state;
    random_machine(&seed, 12, 8, true, &machine);
    learn(&server, 1, &teacher, &learnt);
    assert_false(learnt.complete);
    assert_non_null(strstr(teacher.trouble, "more than one answer in a hundred"));
    assert_in_range(teacher.flake.length, 1, 6);
    assert_true(teacher.flake.before != teacher.flake.now);
    assert_true(teacher.flake.as_before + teacher.flake.as_now >= 4);
    smtpspec_mealy_free(&machine);
    smtpspec_mealy_free(&learnt.machine);
    smtpspec_teacher_free(&teacher);
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

/* Whoever is gone, or has no more patience: the rest is not made up. */
static void what_is_not_answered_is_told(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (unsigned i = 1; i < 200; i += 13)
        for (unsigned budget = 0; budget < 2; budget++) {
            struct smtpspec_teacher teacher = { .budget = budget ? i : 0 };
            struct smtpspec_mealy machine;
            struct smtpspec_learnt learnt;
            struct server server = { .machine = &machine, .gone_after = budget ? 0 : i };

            random_machine(&seed, 15, 8, true, &machine);
            learn(&server, 1, &teacher, &learnt);
            assert_false(learnt.complete);
            assert_true(teacher.queries <= (budget ? i : i + 512));
            assert_non_null(strstr(teacher.trouble, budget ? "budget" : "nobody answers"));
            assert_true(learnt.machine.states >= 1);
            smtpspec_mealy_free(&machine);
            smtpspec_mealy_free(&learnt.machine);
            smtpspec_teacher_free(&teacher);
        }
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

/* All that was answered is in the cache: the same again costs nothing. */
static void the_cache_goes_on_where_it_ended(void **state)
{
    uint64_t seed = 5, queries;
    struct smtpspec_teacher teacher = { .budget = 200 };
    struct smtpspec_mealy machine;
    struct smtpspec_learnt learnt;
    struct server server = { .machine = &machine };

    (void)state;
    random_machine(&seed, 9, 8, true, &machine);
    learn(&server, 1, &teacher, &learnt);
    assert_false(learnt.complete);
    smtpspec_mealy_free(&learnt.machine);
    teacher.budget = 0;
    teacher.trouble[0] = '\0';
    assert_true(learn(&server, 1, &teacher, &learnt));
    smtpspec_mealy_free(&learnt.machine);
    queries = teacher.queries;
    assert_true(learn(&server, 1, &teacher, &learnt));
    /* What is found wrong first is something else, and asks some more. */
    assert_true(teacher.queries <= queries + queries / 10);
    smtpspec_mealy_free(&learnt.machine);
    smtpspec_mealy_free(&machine);
    smtpspec_teacher_free(&teacher);
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

/* --- What is written down ------------------------------------------------- */

struct paper {
    FILE *file;
    char *text;
    size_t length;
    unsigned words;
};

static struct smtpspec_alphabet core8;

static void on_noted(void *context, const uint8_t *word, const uint32_t *outputs, size_t length)
{
    struct paper *paper = ((struct server *)context)->paper;

    assert_true(smtpspec_cache_write_word(&core8, word, outputs, length, paper->file));
    paper->words++;
}

static void open_paper(struct paper *paper)
{
    *paper = (struct paper){ .words = 0 };
    paper->file = open_memstream(&paper->text, &paper->length);
    assert_non_null(paper->file);
    assert_true(smtpspec_cache_write_head(&core8, paper->file));
}

static bool is_in(void *context, const uint8_t *word, const uint32_t *outputs, size_t length,
                  bool leaf)
{
    uint32_t seen[SMTPSPEC_WORD_KEPT];

    (void)leaf;
    assert_int_equal(smtpspec_cache_look(context, word, length, seen), length);
    assert_memory_equal(seen, outputs, length * sizeof(*outputs));
    return true;
}

/* What was written word by word, read again, is what the teacher knows. */
static void close_paper(struct paper *paper, const struct smtpspec_cache *cache)
{
    struct smtpspec_cache again = { .nodes = NULL };
    char why[128];

    assert_int_equal(fclose(paper->file), 0);
    assert_true(smtpspec_cache_read(&again, &core8,
                                    (struct smtpspec_span){ paper->text, paper->length }, why,
                                    sizeof(why)));
    smtpspec_cache_walk(cache, is_in, &again);
    smtpspec_cache_walk(&again, is_in, (void *)(uintptr_t)cache);
    smtpspec_cache_free(&again);
    free(paper->text);
}

/* Whatever was put right on the way, and whoever left in the middle of it. */
static void paper_knows_what_the_teacher_knows(void **state)
{
    uint64_t seed = 13;
    unsigned corrections = 0;

    (void)state;
    read_alphabet(&core8, "core8");
    for (unsigned i = 0; i < 40; i++) {
        struct paper paper;
        struct smtpspec_teacher teacher = { .noted = on_noted, .budget = i % 4 == 1 ? 40 * i : 0 };
        struct smtpspec_mealy machine;
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine, .random = i, .paper = &paper,
                                 .flake_in = i % 2 == 0 ? 100 : 0,
                                 .gone_after = i % 4 == 3 ? 40 * i : 0 };

        open_paper(&paper);
        random_machine(&seed, 5 + i % 16, 8, i % 3 < 2, &machine);
        learn(&server, 1, &teacher, &learnt);
        corrections += teacher.corrections;
        /* Each answer was worth its while, the last ones, too. */
        if (i % 2 == 1)
            assert_int_equal(paper.words, server.asked);
        if (i % 4 == 1 && !learnt.complete)
            assert_int_equal(server.asked, teacher.budget);
        close_paper(&paper, &teacher.cache);
        smtpspec_mealy_free(&machine);
        smtpspec_mealy_free(&learnt.machine);
        smtpspec_teacher_free(&teacher);
    }
    assert_true(corrections > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machines_are_learnt_exactly),
        cmocka_unit_test(the_nth_error_closes),
        cmocka_unit_test(the_suite_of_the_rows_shows_more),
        cmocka_unit_test(one_flake_in_a_hundred_is_borne),
        cmocka_unit_test(a_single_wrong_answer_makes_no_state),
        cmocka_unit_test(more_flakes_are_told),
        cmocka_unit_test(caps_keep_a_tarpit_out),
        cmocka_unit_test(what_is_not_answered_is_told),
        cmocka_unit_test(too_many_states_are_told),
        cmocka_unit_test(the_cache_goes_on_where_it_ended),
        cmocka_unit_test(seeds_make_no_difference),
        cmocka_unit_test(paper_knows_what_the_teacher_knows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
