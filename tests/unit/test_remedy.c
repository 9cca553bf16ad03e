/* SPDX-License-Identifier: MIT */
/*
 * test_remedy.c - remedies.def: every case and every rule has a row of its own,
 * and every row has one of those
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/judge.h>

#include "case/embedded.h"
#include "case/remedy.h"
#include "case/sweep.h"

#define ROWS_KEPT 200

static bool met[ROWS_KEPT];

static void meet(struct smtpspec_span id)
{
    size_t count;
    const struct smtpspec_remedy *all = smtpspec_remedies(&count);
    const struct smtpspec_remedy *row = smtpspec_remedy_of(id);

    assert_true(count < ROWS_KEPT);
    assert_true(row >= all && row < all + count);
    if (row == all + count - 1)
        fail_msg("no row for %.*s", (int)id.length, id.at);
    met[row - all] = true;
}

static void each_case_has_a_row(void **state)
{
    static struct smtpspec_case one;
    struct smtpspec_embedded_walk walk = { 0 };
    char room[SMTPSPEC_CASE_SWEEP_ROOM];

    (void)state;
    while (smtpspec_embedded_next(&walk, &one))
        meet(one.id);
    for (size_t i = 0; smtpspec_case_sweep(i, &one, room, sizeof(room)); i++)
        meet(one.id);
}

static void each_rule_has_a_row(void **state)
{
    struct smtpspec_verdict verdict;
    char id[96];

    (void)state;
    for (unsigned i = 1; i < SMTPSPEC_MANNER_COUNT; i++) {
        smtpspec_verdict_of_manner((enum smtpspec_manner)i, &verdict);
        smtpspec_verdict_rule(&verdict, id, sizeof(id));
        meet(smtpspec_span_of(id));
    }
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        snprintf(id, sizeof(id), "defect.%s",
                 smtpspec_defect_name((enum smtpspec_defect)i));
        meet(smtpspec_span_of(id));
    }
    for (unsigned s = 1; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 1; c < SMTPSPEC_COMMAND_COUNT; c++)
            for (unsigned k = 0; k < SMTPSPEC_STIMULUS_COUNT; k++) {
                snprintf(id, sizeof(id), "expect.%s.%s.%s",
                         smtpspec_command_name((enum smtpspec_command)c),
                         smtpspec_state_name((enum smtpspec_state)s),
                         smtpspec_stimulus_name((enum smtpspec_stimulus)k));
                meet(smtpspec_span_of(id));
            }
    meet(SMTPSPEC_SPAN("reply.RCPT"));
}

/* Runs behind the two above. */
static void each_row_is_of_something(void **state)
{
    size_t count;
    const struct smtpspec_remedy *all = smtpspec_remedies(&count);

    (void)state;
    for (size_t i = 0; i + 1 < count; i++)
        if (!met[i])
            fail_msg("nothing leads to %s", all[i].id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_has_a_row),
        cmocka_unit_test(each_rule_has_a_row),
        cmocka_unit_test(each_row_is_of_something),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
