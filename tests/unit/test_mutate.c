/* SPDX-License-Identifier: MIT */
/*
 * test_mutate.c - what holds for every operator of every mutator: same seed,
 * same octets; never past the room; all are reached; a script stays one
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mutate/mutate.h"
#include "mutate/script.h"
#include "support/page_end.h"

#define ROOM 8192

static const struct smtpspec_mutator *const mutators[] = {
    &smtpspec_mutator_session,
    &smtpspec_mutator_reply,
};

static const char script[] =
    "6\nS220 mx.example ready\nCEHLO me.example\nS250-mx.example\nS250 SIZE 1000\n"
    "CMAIL FROM:<a@b.example> SIZE=10\nS250 2.1.0 ok\nCRCPT TO:<c@d.example>\nt\nCDATA\n"
    "S354 go\nC..x\nctext^n\nC.\nS250 ok\nCBDAT 5\nchello\nt\nCQUIT\nS221 bye\nx\n";
static const char stream[] =
    "220 mx.example ready\r\n250-mx.example\r\n250 SIZE 1000\r\n250 2.1.0 ok\r\n"
    "550-5.1.1 no\r\n550 5.1.1 none\r\n421 bye\r\n";

static struct smtpspec_span text_of(const struct smtpspec_mutator *mutator)
{
    return mutator->marks ? SMTPSPEC_SPAN(script) : SMTPSPEC_SPAN(stream);
}

static struct smtpspec_span mutate(const struct smtpspec_mutator *mutator,
                                   struct smtpspec_span text, char *room, size_t cap,
                                   uint64_t seed)
{
    memcpy(room, text.at, text.length);
    return (struct smtpspec_span){
        room, smtpspec_mutate(mutator, room, text.length, cap, 0, seed) };
}

static void the_seed_decides_all(void **state)
{
    static char a[ROOM], b[ROOM];

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(mutators); i++) {
        struct smtpspec_span text = text_of(mutators[i]);
        unsigned same = 0;

        for (uint64_t seed = 0; seed < 500; seed++) {
            struct smtpspec_span first, again;

            memset(a, 1, sizeof(a));
            memset(b, 2, sizeof(b));
            first = mutate(mutators[i], text, a, sizeof(a), seed);
            again = mutate(mutators[i], text, b, sizeof(b), seed);
            assert_true(smtpspec_span_equal(first, again));
            same += smtpspec_span_equal(first, text);
        }
        assert_in_range(same, 0, 25);
    }
}

/* In every room from none to spare on, and always up to its end. */
static void nothing_is_written_past_the_room(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(mutators); i++) {
        struct smtpspec_span text = text_of(mutators[i]);

        for (uint64_t seed = 0; seed < 4000; seed++) {
            size_t length = seed * 7 % (text.length + 1);
            size_t cap = length + seed % 41 * (seed % 3 == 0 ? 40 : 1);
            char *room = page_end_room(0, cap);
            struct smtpspec_span whole = mutate(
                mutators[i], smtpspec_span_head(text, length), room, cap, seed);

            for (unsigned more = 1; more < 8; more++) {
                assert_in_range(whole.length, 0, cap);
                whole.length = smtpspec_mutate(mutators[i], room, whole.length, cap, 0,
                                               seed + more * 7919u);
            }
            assert_in_range(whole.length, 0, cap);
        }
    }
}

static void an_empty_text_and_no_room_are_fine(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(mutators); i++) {
        for (uint64_t seed = 0; seed < 500; seed++) {
            char *room = page_end_room(0, seed % 64);
            size_t length = smtpspec_mutate(mutators[i], room, 0, seed % 64, 0, seed);

            assert_in_range(length, 0, seed % 64);
        }
        assert_int_equal(smtpspec_mutate(mutators[i], page_end_room(0, 0), 0, 0, 0, 1), 0);
    }
}

/* Each alone: it can be made, it changes something, and where it says that it
 * has not the text is what it was. */
static void every_operator_makes_its_change(void **state)
{
    static char room[ROOM];

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(mutators); i++) {
        struct smtpspec_span text = text_of(mutators[i]);

        for (size_t number = 0; number < mutators[i]->count; number++) {
            unsigned made = 0, changed = 0;

            for (uint64_t seed = 0; seed < 400; seed++) {
                struct smtpspec_mutant mutant;
                bool done, same;

                memcpy(room, text.at, text.length);
                smtpspec_mutant_init(&mutant, mutators[i], room, text.length, sizeof(room), seed);
                done = smtpspec_mutate_by(mutators[i], number, &mutant);
                same = smtpspec_span_equal(
                    (struct smtpspec_span){ room, mutant.length }, text);
                made += done;
                changed += !same;
                assert_true(done || same);
            }
            if (made < 20 || changed < made / 4)
                print_error("%s: made %u, changed %u\n", mutators[i]->operators[number].name,
                            made, changed);
            assert_in_range(made, 20, 400);
            assert_in_range(changed, made / 4, 400);
        }
        assert_false(smtpspec_mutate_by(mutators[i], mutators[i]->count, NULL));
    }
}

/* The same where there is hardly any room: an operator that cannot finish does
 * not begin. */
static void an_operator_that_fails_leaves_all_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(mutators); i++) {
        struct smtpspec_span text = text_of(mutators[i]);

        for (size_t number = 0; number < mutators[i]->count; number++) {
            for (uint64_t seed = 0; seed < 200; seed++) {
                size_t cap = text.length + seed % 12;
                char *room = page_end_room(0, cap);
                struct smtpspec_mutant mutant;

                memcpy(room, text.at, text.length);
                smtpspec_mutant_init(&mutant, mutators[i], room, text.length, cap, seed);
                if (smtpspec_mutate_by(mutators[i], number, &mutant))
                    continue;
                assert_int_equal(mutant.length, text.length);
                assert_memory_equal(room, text.at, text.length);
            }
        }
    }
}

static void operators_that_are_left_out_are_not_drawn(void **state)
{
    static char room[ROOM];

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(mutators); i++) {
        struct smtpspec_span text = text_of(mutators[i]);

        for (uint64_t seed = 0; seed < 50; seed++) {
            memcpy(room, text.at, text.length);
            assert_int_equal(smtpspec_mutate(mutators[i], room, text.length, ROOM, UINT64_MAX,
                                             seed), text.length);
            assert_memory_equal(room, text.at, text.length);
        }
    }
}

/* What a live server is not concerned with stays out of its scripts. */
static void without_the_servers_operators_only_the_client_changes(void **state)
{
    static const char client[] = "CEHLO a.example\nt\nCNOOP\nCRSET\ncBDAT 1\nt\nCQUIT\n";
    uint64_t server = smtpspec_mutator_server(&smtpspec_mutator_session);
    static char room[ROOM];

    (void)state;
    assert_int_not_equal(server, 0);
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct smtpspec_span rest = { room, 0 };
        struct smtpspec_script_line line;

        memcpy(room, client, sizeof(client) - 1);
        rest.length = smtpspec_mutate(&smtpspec_mutator_session, room, sizeof(client) - 1, ROOM,
                                      server, seed);
        while (smtpspec_script_next(&rest, &line))
            assert_true(line.kind != 0 && line.kind != 'x' && line.kind != 'e');
    }
}

/* Operators know the dialect: no line becomes one that means nothing, and a
 * head of the target's own stays one. */
static void a_script_stays_a_script(void **state)
{
    static char room[ROOM];

    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        struct smtpspec_span rest = { room, sizeof(script) - 1 };
        struct smtpspec_script_line line;

        memcpy(room, script, rest.length);
        for (unsigned more = 0; more < 4; more++)
            rest.length = smtpspec_mutate(&smtpspec_mutator_session, room, rest.length, ROOM, 0,
                                          seed * 4 + more);
        assert_true(smtpspec_script_next(&rest, &line));
        assert_int_equal(line.all.length, 1);
        assert_int_equal(line.kind, 0);
        while (smtpspec_script_next(&rest, &line))
            assert_true(line.kind != 0);
    }
}

static void a_splice_is_made_of_lines_of_both(void **state)
{
    static const char a[] = "6\nCa1\nCa2\nCa3\n", b[] = "7\nCb1\nCb2\nCb3\n";
    unsigned mixed = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        size_t cap = seed % 3 == 0 ? 64 : seed % 40;
        char *out = page_end_room(0, cap);
        size_t length = smtpspec_mutate_splice(
            &smtpspec_mutator_session, page_end_copy(1, SMTPSPEC_SPAN(a)),
            page_end_copy(2, SMTPSPEC_SPAN(b)), out, cap, seed);
        struct smtpspec_span rest = { out, length };
        struct smtpspec_script_line line;
        unsigned of_a = 0, of_b = 0;

        assert_in_range(length, 0, cap);
        if (cap < 64)
            continue;
        assert_true(smtpspec_script_next(&rest, &line));
        assert_true(smtpspec_span_equal(line.all, SMTPSPEC_SPAN("6")));
        while (smtpspec_script_next(&rest, &line)) {
            assert_int_equal(line.all.length, 3);
            of_a += line.all.at[1] == 'a';
            of_b += line.all.at[1] == 'b';
        }
        mixed += of_a > 0 && of_b > 0;
    }
    assert_in_range(mixed, 300, 667);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_decides_all),
        cmocka_unit_test(nothing_is_written_past_the_room),
        cmocka_unit_test(an_empty_text_and_no_room_are_fine),
        cmocka_unit_test(every_operator_makes_its_change),
        cmocka_unit_test(an_operator_that_fails_leaves_all_as_it_was),
        cmocka_unit_test(operators_that_are_left_out_are_not_drawn),
        cmocka_unit_test(without_the_servers_operators_only_the_client_changes),
        cmocka_unit_test(a_script_stays_a_script),
        cmocka_unit_test(a_splice_is_made_of_lines_of_both),
    };

    return cmocka_run_group_tests_name("mutate", tests, NULL, NULL);
}
