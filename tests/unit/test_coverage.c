/* SPDX-License-Identifier: MIT */
/*
 * test_coverage.c - which cells of the rule tables there are, and which count
 * as exercised
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "run/coverage.h"
#include "support/rows.h"

#define BIT(name) SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_##name)

static const struct smtpspec_terms plain = {
    .profile = SMTPSPEC_PROFILE_MODERN };

static unsigned cells_of(struct smtpspec_terms terms)
{
    static const struct smtpspec_coverage nothing;
    unsigned cells, exercised;

    smtpspec_coverage_count(&nothing, &terms, &cells, &exercised);
    assert_int_equal(exercised, 0);
    return cells;
}

static unsigned exercised_by(const struct smtpspec_terms *there,
                             struct smtpspec_exchange exchange)
{
    struct smtpspec_coverage coverage = { 0 };
    unsigned cells, exercised;

    smtpspec_coverage_add(&coverage, there, &exchange);
    smtpspec_coverage_add(&coverage, there, &exchange);
    smtpspec_coverage_count(&coverage, &plain, &cells, &exercised);
    return exercised;
}

struct row {
    const char *name;
    enum smtpspec_state state;
    enum smtpspec_command command;
    enum smtpspec_stimulus stimulus;
    unsigned code, cells;
};

#define AT(state, command, stimulus)                                        \
    SMTPSPEC_STATE_##state, SMTPSPEC_COMMAND_##command,                     \
    SMTPSPEC_STIMULUS_##stimulus

/* The command as such is a cell, and what is due for it in its state. */
static struct row rows[] = {
    { "due, and a command", AT(READY, NOOP, VALID), 250, 2 },
    { "whatever the code", AT(READY, NOOP, VALID), 554, 2 },
    { "small letters are the same", AT(READY, NOOP, LOWER_CASE), 250, 2 },
    { "no reply is none", AT(READY, NOOP, VALID), 0, 0 },
    { "no row for the way", AT(READY, NOOP, BLANKS), 250, 1 },
    { "no row for the command", AT(READY, ETRN, VALID), 500, 0 },
    { "no table lists an unknown verb", AT(READY, UNKNOWN, UNKNOWN_VERB), 500, 1 },
    { "the connection", AT(CONNECT, CONNECT, VALID), 220, 1 },
    { "the end of data", AT(CONTENT, DATA_END, VALID), 250, 1 },
    { "a refused connection", AT(REFUSED, NOOP, VALID), 503, 1 },
    { "not offered", AT(READY, BDAT, VALID), 503, 0 },
};

static void counts_as_the_row_says(void **state)
{
    const struct row *row = *state;
    struct smtpspec_exchange exchange = {
        .state = (uint8_t)row->state, .command = (uint8_t)row->command,
        .stimulus = (uint8_t)row->stimulus, .code = (uint16_t)row->code };

    assert_int_equal(exercised_by(&plain, exchange), row->cells);
}

static void offers_bring_cells(void **state)
{
    struct smtpspec_terms more = plain;

    (void)state;
    more.offered = BIT(CHUNKING);
    assert_true(cells_of(more) > cells_of(plain) + 10);
    more.offered = BIT(STARTTLS);
    assert_true(cells_of(more) > cells_of(plain));
    more.offered = BIT(SIZE);
    assert_int_equal(cells_of(more), cells_of(plain));
}

static void an_older_text_has_fewer(void **state)
{
    struct smtpspec_terms old = { .profile = SMTPSPEC_PROFILE_RFC821 };

    (void)state;
    assert_true(cells_of(old) > 50);
    assert_true(cells_of(old) < cells_of(plain));
}

static void nonsense_is_no_cell(void **state)
{
    const struct smtpspec_exchange all_set = {
        .state = UINT8_MAX, .command = UINT8_MAX, .stimulus = UINT8_MAX,
        .code = UINT16_MAX };

    (void)state;
    assert_int_equal(exercised_by(&plain, all_set), 0);
}

/* Each gap is told once; filled one by one, they come to an end. */
static void tells_every_gap(void **state)
{
    struct smtpspec_coverage coverage = { 0 };
    struct smtpspec_exchange gap;
    unsigned place = 0, gaps = 0, cells, exercised;

    (void)state;
    while (smtpspec_coverage_gap(&coverage, &plain, &place, &gap))
        gaps++;
    assert_int_equal(gaps, cells_of(plain));
    place = 0;
    while (smtpspec_coverage_gap(&coverage, &plain, &place, &gap)) {
        gap.code = 250;
        smtpspec_coverage_add(&coverage, &plain, &gap);
    }
    smtpspec_coverage_count(&coverage, &plain, &cells, &exercised);
    assert_int_equal(exercised, cells);
    place = 0;
    assert_false(smtpspec_coverage_gap(&coverage, &plain, &place, &gap));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offers_bring_cells),
        cmocka_unit_test(an_older_text_has_fewer),
        cmocka_unit_test(nonsense_is_no_cell),
        cmocka_unit_test(tells_every_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(counts_as_the_row_says, rows);
}
