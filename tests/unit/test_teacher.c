/* SPDX-License-Identifier: MIT */
/*
 * test_teacher.c - wrong answers are put right, and none is lost
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/taught.h"

/* --- Two answers to one question ------------------------------------------ */

/* Answers 250 to all but the second symbol, to which a code comes for each word,
 * one after the other. */
struct script {
    const unsigned *codes;
    unsigned asked, noted;
};

static bool ask_script(void *context, struct smtpspec_query *queries, size_t count)
{
    struct script *script = context;

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < queries[i].length; j++)
            queries[i].outputs[j] = SMTPSPEC_OUTPUT_CODE(250);
        if (queries[i].length > 1)
            queries[i].outputs[1] = SMTPSPEC_OUTPUT_CODE(script->codes[script->asked]);
        queries[i].answered = queries[i].length;
        script->asked++;
    }
    return true;
}

/* One answer, another one, seven more, and what follows: the most of the seven
 * count, whichever of them came first. */
static void seven_repeats_settle_it(void **state)
{
    static const struct {
        unsigned codes[10], asked, settled, corrections;
    } rows[] = {
        /* The other one was the wrong one, and is asked for what is behind. */
        { { 250, 451, 451, 250, 250, 451, 250, 250, 250, 250 }, 10, 250, 0 },
        { { 250, 451, 250, 250, 250, 250, 250, 250, 250, 250 }, 10, 250, 0 },
        /* The first one was, and the rest has not been asked behind it. */
        { { 250, 451, 250, 451, 451, 250, 451, 451, 250, 451 }, 10, 451, 1 },
        { { 250, 451, 503, 451, 503, 250, 503, 250, 503, 503 }, 10, 503, 1 },
    };
    static const uint8_t word[] = { 3, 1, 2 };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct script script = { rows[i].codes, 0, 0 };
        struct smtpspec_teacher teacher = { .ask = ask_script, .context = &script };
        uint32_t outputs[3];
        struct smtpspec_query query = { word, 2, outputs, 0 };

        assert_true(smtpspec_teacher_ask(&teacher, &query, 1));
        assert_int_equal(outputs[1], SMTPSPEC_OUTPUT_CODE(250));
        query.length = 3;
        assert_true(smtpspec_teacher_ask(&teacher, &query, 1));
        assert_int_equal(query.answered, 3);
        assert_int_equal(outputs[1], SMTPSPEC_OUTPUT_CODE(rows[i].settled));
        assert_int_equal(script.asked, rows[i].asked);
        assert_int_equal(teacher.queries, rows[i].asked);
        assert_int_equal(teacher.corrections, rows[i].corrections);
        assert_int_equal(teacher.flakes, 1);
        assert_int_equal(teacher.flake.length, 2);
        assert_memory_equal(teacher.flake.word, word, 2);
        assert_int_equal(teacher.flake.before, SMTPSPEC_OUTPUT_CODE(250));
        assert_int_equal(teacher.flake.now, SMTPSPEC_OUTPUT_CODE(451));
        if (i == 0) {
            assert_int_equal(teacher.flake.as_before, 5);
            assert_int_equal(teacher.flake.as_now, 2);
        }
        smtpspec_teacher_free(&teacher);
    }
}

static void count_noted(void *context, const uint8_t *word, const uint32_t *outputs, size_t length)
{
    struct script *script = context;

    (void)word;
    (void)outputs;
    script->noted += length > 0;
}

/* What is tried, and comes again, is not written down a second time. */
static void what_comes_again_is_not_noted(void **state)
{
    static const unsigned codes[] = { 503, 503 };
    static const uint8_t word[] = { 1, 1 };
    struct script script = { codes, 0, 0 };
    struct smtpspec_teacher teacher = { .ask = ask_script, .context = &script,
                                        .noted = count_noted };
    uint32_t outputs[2];
    struct smtpspec_query query = { word, 2, outputs, 0 };

    (void)state;
    assert_true(smtpspec_teacher_ask(&teacher, &query, 1));
    assert_true(smtpspec_teacher_try(&teacher, 1));
    assert_int_equal(script.asked, 2);
    assert_int_equal(script.noted, 1);
    smtpspec_teacher_free(&teacher);
}

/* What caps leave of a word is answered, and no more. */
static void behind_a_cap_nothing_is_known(void **state)
{
    static const unsigned codes[] = { 503, 503 };
    static const uint8_t word[] = { 1, 1, 1, 0 };
    const struct smtpspec_caps caps = { .most = { 0, 2 } };
    struct script script = { codes, 0, 0 };
    struct smtpspec_teacher teacher = { .ask = ask_script, .context = &script, .caps = &caps };
    uint32_t outputs[4] = { 1, 2, 3, 4 };
    struct smtpspec_query query = { word, 4, outputs, 0 };

    (void)state;
    assert_true(smtpspec_teacher_ask(&teacher, &query, 1));
    assert_int_equal(query.answered, 2);
    assert_int_equal(outputs[1], SMTPSPEC_OUTPUT_CODE(503));
    assert_int_equal(outputs[2], SMTPSPEC_OUTPUT_NONE);
    assert_int_equal(outputs[3], SMTPSPEC_OUTPUT_NONE);
    assert_int_equal(teacher.symbols, 2);
    smtpspec_teacher_free(&teacher);
}

/* Once it has stopped nobody is asked, whoever would answer. */
static void what_has_stopped_asks_nobody(void **state)
{
    static const unsigned codes[] = { 250 };
    static const uint8_t word[] = { 1 };
    struct script script = { codes, 0, 0 };
    struct smtpspec_teacher teacher = { .ask = ask_script, .context = &script,
                                        .trouble = "enough" };
    uint32_t output;
    struct smtpspec_query query = { word, 1, &output, 0 };

    (void)state;
    assert_false(smtpspec_teacher_ask(&teacher, &query, 1));
    assert_int_equal(script.asked, 0);
    assert_int_equal(query.answered, 0);
    assert_string_equal(teacher.trouble, "enough");
    smtpspec_teacher_free(&teacher);
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

/* --- No answer ------------------------------------------------------------ */

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

/* --- What is known -------------------------------------------------------- */

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

/* What is known is tried first: of the same server, and of another one. */
static void what_is_known_is_tried(void **state)
{
    uint64_t seed = 17;

    (void)state;
    for (unsigned other = 0; other < 2; other++) {
        struct smtpspec_teacher teacher = { .budget = 300 };
        struct smtpspec_mealy machine[2];
        struct smtpspec_learnt learnt;
        struct server server = { .machine = &machine[0] };

        for (unsigned i = 0; i < 2; i++)
            random_machine(&seed, 9, 8, true, &machine[i]);
        learn(&server, 1, &teacher, &learnt);
        smtpspec_mealy_free(&learnt.machine);
        teacher.queries = teacher.budget = 0;
        teacher.trouble[0] = '\0';
        server = (struct server){ .machine = &machine[other] };
        assert_true(learn(&server, 1, &teacher, &learnt) == (other == 0));
        assert_true(learnt.complete == (other == 0));
        if (other == 1) {
            assert_non_null(strstr(teacher.trouble, "another server"));
            assert_true(teacher.queries <=
                        SMTPSPEC_TEACHER_TRIED * (1 + SMTPSPEC_TEACHER_REPEATS));
        }
        smtpspec_mealy_free(&learnt.machine);
        for (unsigned i = 0; i < 2; i++)
            smtpspec_mealy_free(&machine[i]);
        smtpspec_teacher_free(&teacher);
    }
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
        /* Each answer was worth its while, the last ones, too; where nothing
         * closes, that is, behind which all is known. */
        if (i % 2 == 1 && i % 3 == 2)
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
        cmocka_unit_test(seven_repeats_settle_it),
        cmocka_unit_test(what_comes_again_is_not_noted),
        cmocka_unit_test(behind_a_cap_nothing_is_known),
        cmocka_unit_test(what_has_stopped_asks_nobody),
        cmocka_unit_test(one_flake_in_a_hundred_is_borne),
        cmocka_unit_test(a_single_wrong_answer_makes_no_state),
        cmocka_unit_test(more_flakes_are_told),
        cmocka_unit_test(what_is_not_answered_is_told),
        cmocka_unit_test(the_cache_goes_on_where_it_ended),
        cmocka_unit_test(what_is_known_is_tried),
        cmocka_unit_test(paper_knows_what_the_teacher_knows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
