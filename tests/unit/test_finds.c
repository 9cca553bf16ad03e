/* SPDX-License-Identifier: MIT */
/*
 * test_finds.c - each kind of find once, and its file
 */
#include "support/rows.h"

#include <string.h>
#include <unistd.h>

#include "fuzz/finds.h"

static struct smtpspec_verdict verdict_of(const char *rule, unsigned code)
{
    struct smtpspec_verdict verdict;

    assert_true(smtpspec_rule_find(smtpspec_span_of(rule), &verdict));
    verdict.outcome = SMTPSPEC_OUTCOME_FAIL;
    verdict.code = (uint16_t)code;
    return verdict;
}

static void the_same_is_met_once(void **state)
{
    struct smtpspec_finds finds = { .warns = false };
    struct smtpspec_verdict verdict = verdict_of("expect.RCPT.READY", 250);
    struct smtpspec_find *find = smtpspec_finds_meet(&finds, &verdict);

    (void)state;
    assert_non_null(find);
    assert_string_equal(find->signature, "expect.RCPT.READY/READY/RCPT/250");
    assert_null(smtpspec_finds_meet(&finds, &verdict));
    assert_int_equal(find->seen, 2);
    assert_ptr_equal(smtpspec_finds_get(&finds, &verdict), find);
    verdict.code = 251;
    assert_non_null(smtpspec_finds_meet(&finds, &verdict));
    smtpspec_finds_free(&finds);
}

static void a_warning_counts_where_it_is_to(void **state)
{
    struct smtpspec_finds finds = { .warns = false };
    struct smtpspec_verdict verdict = verdict_of("expect.RCPT.READY", 250);

    (void)state;
    verdict.outcome = SMTPSPEC_OUTCOME_WARN;
    assert_null(smtpspec_finds_meet(&finds, &verdict));
    finds.warns = true;
    assert_non_null(smtpspec_finds_meet(&finds, &verdict));
    verdict.outcome = SMTPSPEC_OUTCOME_PASS;
    verdict.code = 251;
    assert_null(smtpspec_finds_meet(&finds, &verdict));
    smtpspec_finds_free(&finds);
}

static void what_is_ignored_is_none(void **state)
{
    static const char *const ignored[] = { "defect.*", "session.unasked/READY/*/250" };
    struct smtpspec_finds finds = { .ignored = ignored, .ignored_count = 2 };
    struct smtpspec_verdict lf = verdict_of("defect.bare-lf", 250);
    struct smtpspec_verdict unasked = verdict_of("session.unasked", 250);

    (void)state;
    assert_null(smtpspec_finds_meet(&finds, &lf));
    unasked.state = SMTPSPEC_STATE_READY;
    assert_null(smtpspec_finds_meet(&finds, &unasked));
    unasked.code = 500;
    assert_non_null(smtpspec_finds_meet(&finds, &unasked));
    smtpspec_finds_free(&finds);
}

static void of_one_rule_only_some_are_looked_into(void **state)
{
    struct smtpspec_finds finds = { .warns = false };
    struct smtpspec_verdict lf = verdict_of("defect.bare-lf", 250);
    struct smtpspec_verdict rcpt = verdict_of("expect.RCPT.READY", 250);
    unsigned found = 0, others = 0;

    (void)state;
    for (unsigned i = 0; i < 50; i++) {
        lf.code = (uint16_t)(200 + i);
        rcpt.code = (uint16_t)(200 + i);
        found += smtpspec_finds_meet(&finds, &lf) != NULL;
        others += smtpspec_finds_meet(&finds, &rcpt) != NULL;
    }
    assert_int_equal(found, SMTPSPEC_FINDS_OF_GRAMMAR);
    assert_int_equal(others, SMTPSPEC_FINDS_OF_RULE);
    assert_int_equal(smtpspec_finds_count(&finds, SMTPSPEC_FIND_COUNTED),
                     100 - found - others);
    smtpspec_finds_free(&finds);
}

static void a_file_says_what_it_shows(void **state)
{
    struct smtpspec_find find = { .rule = 15,
                                  .signature = "session.unasked/READY/?/250" };
    char folder[] = "/tmp/finds.XXXXXX", text[256], *path;
    FILE *file;
    size_t length;

    (void)state;
    assert_non_null(mkdtemp(folder));
    smtpspec_growing_set(&find.script, SMTPSPEC_SPAN("CNOOP\n"));
    assert_true(smtpspec_finds_write(&find, folder, SMTPSPEC_SPAN("# seed: 1\n"), &path));
    assert_string_equal(path + strlen(folder), "/session.unasked-READY---250.script");
    file = fopen(path, "r");
    assert_non_null(file);
    length = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[length] = '\0';
    assert_string_equal(text,
                        "# signature: session.unasked/READY/?/250\n# seed: 1\nCNOOP\n");
    assert_true(smtpspec_span_equal(
        smtpspec_finds_signature_of((struct smtpspec_span){ text, length }),
        smtpspec_span_of(find.signature)));
    assert_int_equal(
        smtpspec_finds_signature_of(SMTPSPEC_SPAN("CNOOP\n")).length, 0);
    unlink(path);
    rmdir(folder);
    free(path);
    smtpspec_growing_free(&find.script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_met_once),
        cmocka_unit_test(a_warning_counts_where_it_is_to),
        cmocka_unit_test(what_is_ignored_is_none),
        cmocka_unit_test(of_one_rule_only_some_are_looked_into),
        cmocka_unit_test(a_file_says_what_it_shows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
