/* SPDX-License-Identifier: MIT */
/*
 * test_walk.c - walks over the state table: seeded, and to where nobody was
 */
#include "support/rows.h"

#include <string.h>

#include "fuzz/walk.h"
#include "mutate/script.h"

static const struct smtpspec_case_vars vars = {
    .domain = { "probe.example", 13 }, .from = { "a@b.example", 11 },
    .rcpt = { "postmaster", 10 }, .nobody = { "x@nobody.invalid", 16 }
};

struct walked {
    struct smtpspec_walk_atlas atlas;
    struct smtpspec_triples triples;
    struct smtpspec_growing script;
    char text[65536];
    size_t length;
};

static struct walked *new_walk(void)
{
    struct walked *walked = calloc(1, sizeof(*walked));

    assert_non_null(walked);
    smtpspec_walk_draw(&walked->atlas);
    return walked;
}

static void free_walk(struct walked *walked)
{
    smtpspec_growing_free(&walked->script);
    free(walked);
}

/* A server that takes all that is well sent, and refuses the rest: the state
 * behind a step. */
static enum smtpspec_state step(struct walked *walked, enum smtpspec_state state)
{
    struct smtpspec_span rest = smtpspec_growing_span(&walked->script);
    struct smtpspec_script_line line;
    struct smtpspec_command_line command;
    enum smtpspec_command verb;
    unsigned code;

    assert_true(smtpspec_script_next(&rest, &line));
    assert_true(smtpspec_script_is_client(line.kind));
    smtpspec_command_parse(line.text, &command);
    verb = state == SMTPSPEC_STATE_CONTENT ? SMTPSPEC_COMMAND_DATA_END
           : state == SMTPSPEC_STATE_AUTH  ? SMTPSPEC_COMMAND_AUTH_CONTINUE
                                           : command.command;
    code = (command.faults & ~(unsigned)SMTPSPEC_FAULT_LOWER_CASE) != 0 ? 501
           : verb == SMTPSPEC_COMMAND_DATA || verb == SMTPSPEC_COMMAND_AUTH ? 354 : 250;
    smtpspec_triples_add(&walked->triples, state, verb, code);
    return smtpspec_rules_next(state, verb, smtpspec_class_of(code));
}

static void walk(struct walked *walked, uint64_t seed)
{
    struct smtpspec_walk walk;
    struct smtpspec_walk_place place = { .state = SMTPSPEC_STATE_IDLE };
    unsigned steps = 0;

    smtpspec_walk_init(&walk, &walked->atlas, seed);
    while (smtpspec_walk_next(&walk, &walked->triples, &place, &vars, &walked->script)) {
        assert_true(walked->script.length > 0);
        if (walked->length + walked->script.length < sizeof(walked->text)) {
            memcpy(walked->text + walked->length, walked->script.at, walked->script.length);
            walked->length += walked->script.length;
        }
        place.state = step(walked, place.state);
        assert_true(++steps <= 64);
    }
}

static void the_same_seed_takes_the_same_steps(void **state)
{
    struct walked *one = new_walk(), *two = new_walk(), *three = new_walk();

    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        walk(one, seed);
        walk(two, seed);
        walk(three, seed + 1000);
    }
    assert_true(one->length > 1000);
    assert_int_equal(one->length, two->length);
    assert_memory_equal(one->text, two->text, one->length);
    assert_true(one->length != three->length ||
                memcmp(one->text, three->text, one->length) != 0);
    free_walk(one);
    free_walk(two);
    free_walk(three);
}

/* Every edge of a state that such a server has, and that somebody could give,
 * is met; without aiming that would take many times as long. */
static void it_gets_everywhere(void **state)
{
    static const enum smtpspec_state states[] = {
        SMTPSPEC_STATE_IDLE, SMTPSPEC_STATE_READY, SMTPSPEC_STATE_MAIL,
        SMTPSPEC_STATE_RCPT, SMTPSPEC_STATE_CONTENT, SMTPSPEC_STATE_BDAT,
        SMTPSPEC_STATE_BDAT_FAILED, SMTPSPEC_STATE_AUTH
    };
    static const enum smtpspec_command commands[] = {
        SMTPSPEC_COMMAND_EHLO, SMTPSPEC_COMMAND_MAIL, SMTPSPEC_COMMAND_RCPT,
        SMTPSPEC_COMMAND_RSET, SMTPSPEC_COMMAND_NOOP, SMTPSPEC_COMMAND_VRFY
    };
    struct walked *walked = new_walk();

    (void)state;
    for (uint64_t seed = 0; seed < 150; seed++)
        walk(walked, seed);
    for (size_t s = 0; s < SMTPSPEC_ARRAY_LEN(states); s++) {
        unsigned met = 0;

        for (size_t c = 1; c < SMTPSPEC_COMMAND_COUNT; c++)
            for (size_t k = 1; k < SMTPSPEC_CLASS_COUNT; k++)
                met += walked->triples.edges[states[s]][c][k].met;
        assert_true(met > 0);
        if (states[s] == SMTPSPEC_STATE_CONTENT || states[s] == SMTPSPEC_STATE_AUTH)
            continue;
        for (size_t c = 0; c < SMTPSPEC_ARRAY_LEN(commands); c++)
            assert_true(
                walked->triples.edges[states[s]][commands[c]][SMTPSPEC_CLASS_SUCCESS].met > 0);
    }
    free_walk(walked);
}

static void a_triple_is_new_once(void **state)
{
    struct smtpspec_triples *triples = calloc(1, sizeof(*triples));

    (void)state;
    assert_true(smtpspec_triples_add(triples, SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_NOOP, 250));
    assert_false(smtpspec_triples_add(triples, SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_NOOP, 250));
    assert_true(smtpspec_triples_add(triples, SMTPSPEC_STATE_READY, SMTPSPEC_COMMAND_NOOP, 0));
    assert_true(smtpspec_triples_add(triples, SMTPSPEC_STATE_MAIL, SMTPSPEC_COMMAND_NOOP, 250));
    assert_true(smtpspec_triples_add(triples, SMTPSPEC_STATE_ASTRAY, SMTPSPEC_COMMAND_UNKNOWN,
                                     65535));
    assert_int_equal(triples->count, 4);
    free(triples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_takes_the_same_steps),
        cmocka_unit_test(it_gets_everywhere),
        cmocka_unit_test(a_triple_is_new_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
