/* SPDX-License-Identifier: MIT */
/*
 * test_proofs.c - each proof of each case is a test of its own: the judge must
 * pass what shall pass and catch what shall fail
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/embedded.h"
#include "case/play.h"
#include "support/one_case.h"
#include "support/rows.h"

struct row {
    const struct smtpspec_case *of;
    unsigned proof;
    char name[160];
};

static struct smtpspec_case *cases;
static size_t case_count;
static struct row *rows;
static size_t row_count;

static char room[SMTPSPEC_CASE_TEXT_KEPT];
static struct smtpspec_judge judge;
static struct smtpspec_play play;

static void print_verdicts(const struct smtpspec_play_result *result)
{
    char rule[80];

    for (unsigned i = 0; i < result->verdict_count; i++) {
        const struct smtpspec_play_verdict *kept = &result->verdicts[i];

        smtpspec_verdict_rule(&kept->verdict, rule, sizeof rule);
        print_message("  %s%s %s: %u, %s\n", kept->aside ? "aside: " : "",
                      smtpspec_outcome_name(kept->verdict.outcome), rule,
                      (unsigned)kept->verdict.code, kept->verdict.text);
    }
}

static void proof_comes_out_as_it_must(void **state)
{
    const struct row *row = *state;
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    bool used_all, holds;
    enum smtpspec_outcome outcome =
        smtpspec_play_proof(&play, &judge, row->of, row->proof, &terms, room,
                            sizeof room, &used_all);

    holds = smtpspec_play_proof_holds(&play, row->proof, used_all);
    if (!holds) {
        print_message("%s: %s%s%s\n", row->name, smtpspec_outcome_name(outcome),
                      used_all ? "" : ", lines left over",
                      play.result.reason != NULL ? play.result.reason : "");
        print_verdicts(smtpspec_play_result(&play));
    }
    assert_true(holds);
}

static void ids_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < case_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!smtpspec_span_equal(cases[i].id, cases[j].id))
                continue;
            fail_msg("%.*s stands twice", (int)cases[i].id.length,
                     cases[i].id.at);
        }
    }
}

/* The issue that asked for the suite asked for this many. */
static void there_are_cases_enough(void **state)
{
    (void)state;
    assert_true(case_count >= 60);
}

/* The id begins as the sweep's would: the two must not meet. */
static void no_id_is_of_the_sweep(void **state)
{
    (void)state;
    for (size_t i = 0; i < case_count; i++)
        assert_false(smtpspec_case_matches(cases[i].id,
                                           SMTPSPEC_SPAN("sweep.*")));
}

/* --- Whether a proof that comes out otherwise is noticed ----------------- */

static struct proof_row {
    const char *name, *text;
    unsigned proof;
    bool holds;
} made_up[] = {
    { "a passing proof that passes",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nproof pass\nS: 214 x\n", 0, true },
    { "a passing proof that fails",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nproof pass\nS: 211 x\n", 0, false },
    { "a passing proof that warns",
      "level SHOULD\ngiven ehlo\nC: HELP\nS: 214\nproof pass\nS: 211 x\n", 0, false },
    { "a passing proof with a note",
      "level INFO\ngiven ehlo\nC: HELP\nS: 214\nproof pass\nS: 211 x\n", 0, false },
    { "a passing proof with lines left over",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nproof pass\nS: 214 x\nsilent\n", 0, false },
    { "a passing proof with too few lines",
      "level MUST\ngiven ehlo\nC: QUIT\nS: 221\nclosed\nproof pass\nS: 221 x\n", 0, false },
    { "a passing proof with a fault on the way",
      "level MUST\ngiven ehlo\nC: RSET\nS? *\nC: HELP\nS: 214\nproof pass\n"
      "S: 503 x\nS: 214 x\n", 0, false },
    { "a failing proof that fails",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nproof fail\nS: 211 x\n", 0, true },
    { "a failing proof that passes",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nproof fail\nS: 214 x\n", 0, false },
    { "a failing proof of a MUST that is only blocked",
      "level MUST\ngiven ehlo\nC: HELP\nS? 214\nproof fail\nS: 211 x\n", 0, false },
    { "a failing proof of a SHOULD that warns",
      "level SHOULD\ngiven ehlo\nC: HELP\nS: 214\nproof fail\nS: 211 x\n", 0, true },
    { "a failing proof of an INFO with its note",
      "level INFO\ngiven ehlo\nC: HELP\nS: 214\nproof fail\nS: 211 x\n", 0, true },
    { "a failing proof of an INFO without a note",
      "level INFO\ngiven ehlo\nC: HELP\nS: 214\nproof fail\nS: 214 x\n", 0, false },
    { "a failing proof by a reply too many",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nproof fail\nS: 214 x\nS: 214 x\n", 0, true },
    { "a failing proof by silence",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nproof fail\nsilent\n", 0, true },
};

static void proof_is_judged_as_the_row_says(void **state)
{
    static struct smtpspec_case one;
    const struct proof_row *row = *state;
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    bool used_all;

    read_one_case(&one, "", row->text, ANY_PROOFS);
    smtpspec_play_proof(&play, &judge, &one, row->proof, &terms, room,
                        sizeof room, &used_all);
    assert_int_equal(smtpspec_play_proof_holds(&play, row->proof, used_all),
                     row->holds);
}

static void *grow(void *array, size_t count, size_t size)
{
    void *grown = realloc(array, count * size);

    if (grown == NULL)
        abort();
    return grown;
}

static bool read_cases(void)
{
    struct smtpspec_embedded_walk walk = { 0 };

    cases = grow(NULL, 1, sizeof *cases);
    while (smtpspec_embedded_next(&walk, &cases[case_count]))
        cases = grow(cases, ++case_count + 1, sizeof *cases);
    if (walk.error.text[0] != '\0')
        fprintf(stderr, "%s:%u: %s\n", walk.reader.file.at, walk.error.line,
                walk.error.text);
    return walk.error.text[0] == '\0';
}

static void list_proofs(void)
{
    for (size_t i = 0; i < case_count; i++) {
        for (unsigned p = 0; p < cases[i].proof_count; p++) {
            rows = grow(rows, row_count + 1, sizeof *rows);
            rows[row_count] = (struct row){ .of = &cases[i], .proof = p };
            snprintf(rows[row_count].name, sizeof rows[row_count].name,
                     "%.*s, proof %u that %s", (int)cases[i].id.length,
                     cases[i].id.at, p + 1,
                     cases[i].proofs[p].passes ? "passes" : "fails");
            row_count++;
        }
    }
}

int main(void)
{
    const struct CMUnitTest fixed[] = {
        cmocka_unit_test(ids_are_unique),
        cmocka_unit_test(there_are_cases_enough),
        cmocka_unit_test(no_id_is_of_the_sweep),
    };
    struct CMUnitTest *tests = NULL;

    if (!read_cases())
        return 1;
    list_proofs();
    tests = grow(tests, row_count + SMTPSPEC_ARRAY_LEN(fixed), sizeof *tests);
    for (size_t i = 0; i < row_count; i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].name,
                                        .initial_state = &rows[i],
                                        .test_func =
                                            proof_comes_out_as_it_must };
    memcpy(tests + row_count, fixed, sizeof fixed);
    /* The macro would count by sizeof, which a grown array does not have. */
    int failed = _cmocka_run_group_tests("proofs", tests,
                                         row_count + SMTPSPEC_ARRAY_LEN(fixed),
                                         NULL, NULL);

    failed += RUN_ROWS(proof_is_judged_as_the_row_says, made_up);
    free(tests);
    free(rows);
    free(cases);
    return failed;
}
