/* SPDX-License-Identifier: MIT */
/*
 * test_baseline.c - findings that are known
 */
#include "support/rows.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/baseline.h"

#define ROW(outcome, observed)                                              \
    "[{\"id\": \"a.b\", \"outcome\": \"" outcome "\", \"observed\": "       \
    observed ", \"reason\": \"so it is\"}]"

static void parse(struct smtpspec_baseline *baseline, const char *text)
{
    smtpspec_baseline_init(baseline);
    assert_int_equal(smtpspec_baseline_parse(baseline, "file",
                                             smtpspec_span_of(text)),
                     SMTPSPEC_OK);
}

struct use {
    const char *name, *text, *id;
    enum smtpspec_outcome outcome;
    const char *observed;
    bool expected;
};

#define FAIL SMTPSPEC_OUTCOME_FAIL
#define WARN SMTPSPEC_OUTCOME_WARN
#define PASS SMTPSPEC_OUTCOME_PASS

static struct use uses[] = {
    { "the same finding", ROW("fail", "\"250 ok\""), "a.b", FAIL, "250 ok",
      true },
    { "another reply", ROW("fail", "\"250 ok\""), "a.b", FAIL, "251 ok",
      false },
    { "no reply", ROW("fail", "\"250 ok\""), "a.b", FAIL, NULL, false },
    { "another case", ROW("fail", "null"), "a.c", FAIL, "250 ok", false },
    { "any reply", ROW("fail", "null"), "a.b", FAIL, "250 ok", true },
    { "any reply, none came", ROW("fail", "null"), "a.b", FAIL, NULL, true },
    { "some of a reply", ROW("fail", "\"250 * by mx\""), "a.b", FAIL,
      "250 12:31 by mx", true },
    { "some of another", ROW("fail", "\"250 * by mx\""), "a.b", FAIL,
      "250 12:31 by my", false },
    { "an escaped octet", ROW("fail", "\"250 \\\\x0a\""), "a.b", FAIL,
      "250 \\x0a", true },
    { "milder than known", ROW("fail", "null"), "a.b", WARN, "x", true },
    { "graver than known", ROW("warn", "null"), "a.b", FAIL, "x", false },
    { "a warning", ROW("warn", "null"), "a.b", WARN, "x", true },
    { "it passes now", ROW("fail", "\"250 ok\""), "a.b", PASS, "503 no",
      true },
    { "skipped", ROW("fail", "null"), "a.b", SMTPSPEC_OUTCOME_SKIP, NULL,
      false },
    { "throttled", ROW("fail", "null"), "a.b", SMTPSPEC_OUTCOME_THROTTLED,
      NULL, false },
    { "the empty baseline", "[]", "a.b", FAIL, "x", false },
};

static void is_applied(void **state)
{
    const struct use *row = *state;
    struct smtpspec_baseline baseline;
    struct smtpspec_result result = { .id = row->id, .outcome = row->outcome,
                                      .observed = row->observed };

    parse(&baseline, row->text);
    smtpspec_baseline_apply(&baseline, &result);
    assert_int_equal(result.expected_failure, row->expected);
    if (row->expected)
        assert_string_equal(result.expected_failure_reason, "so it is");
    smtpspec_baseline_free(&baseline);
}

struct wrong {
    const char *text;
    const char *message;
};

static struct wrong wrongs[] = {
    { "", "file:1: " },
    { "[", "file:1: " },
    { "[\n{\n]", "file:3: " },
    { "{}", "file:1: must be an array of objects" },
    { "[\n1]", "file:2: must be an array of objects" },
    { "[\n{\"id\": \"a\", \"outcome\": \"fail\", \"reason\": \"[,{\\\"\"},\n[{}],\n{}]",
      "file:3: must be an array of objects" },
    { "[{}]", "file:1: \"id\" must be" },
    { "[{\"id\": \"\"}]", "file:1: \"id\" must be" },
    { "[{\"id\": \"a\"}]", "file:1: \"outcome\" must be" },
    { "[{\"id\": \"a\", \"outcome\": \"pass\"}]",
      "file:1: \"outcome\" must be" },
    { "[{\"id\": \"a\", \"outcome\": \"fail\", \"observed\": 1}]",
      "file:1: \"observed\" must be" },
    { "[{\"id\": \"a\", \"outcome\": \"fail\"}]", "file:1: \"reason\" must" },
    { "[{\"id\": \"a\", \"outcome\": \"fail\", \"reason\": \"\"}]",
      "file:1: \"reason\" must" },
    { "[{\"id\": \"a\", \"outcome\": \"fail\", \"reason\": \"r\", \"x\": 1}]",
      "file:1: only \"id\"" },
    { "[{\"id\": \"a\", \"outcome\": \"fail\", \"reason\": \"r\", "
      "\"target\": \"\"}]",
      "file:1: \"target\" must" },
    { "[{\"id\": \"a\", \"outcome\": \"fail\", \"reason\": \"r\", "
      "\"target\": null}]",
      "file:1: \"target\" must" },
    { "[{\"id\": \"a\", \"id\": \"b\"}]", "file:1: " },
    { "[\n {\"id\": \"}{\", \"outcome\": \"fail\",\n  \"reason\": \"[\\\"\"},"
      "\n\n {\"id\": 1}]",
      "file:5: \"id\" must be" },
};

static void is_refused(void **state)
{
    const struct wrong *row = *state;
    struct smtpspec_baseline baseline;

    smtpspec_baseline_init(&baseline);
    assert_int_equal(smtpspec_baseline_parse(&baseline, "file",
                                             smtpspec_span_of(row->text)),
                     SMTPSPEC_ERROR_SYNTAX);
    if (strncmp(baseline.message, row->message, strlen(row->message)) != 0)
        fail_msg("says '%s', not '%s'", baseline.message, row->message);
    smtpspec_baseline_free(&baseline);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct smtpspec_baseline baseline;

    (void)state;
    smtpspec_baseline_init(&baseline);
    assert_int_equal(smtpspec_baseline_read(&baseline, "/dev/null/b.json"),
                     SMTPSPEC_ERROR_READ);
    assert_string_equal(baseline.message,
                        "/dev/null/b.json: Not a directory");
}

static void learn(struct smtpspec_baseline *baseline, const char *id,
                  enum smtpspec_outcome outcome, const char *observed)
{
    struct smtpspec_result result = { .id = id, .outcome = outcome,
                                      .observed = observed };

    smtpspec_baseline_learn(baseline, &result);
}

static void what_is_learnt_is_covered_when_read_again(void **state)
{
    char folder[] = "/tmp/smtpspec-baseline-XXXXXX", path[80];
    struct smtpspec_baseline one, other;
    struct smtpspec_result again = { .id = "a.b", .outcome = FAIL,
                                     .observed = "250 \\x0a\"q\"" };

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/b.json", folder);
    parse(&one, ROW("fail", "\"old\""));
    learn(&one, "a.b", FAIL, "250 \\x0a\"q\"");
    learn(&one, "a.b", FAIL, "250 \\x0a\"q\"");
    learn(&one, "0.first", WARN, NULL);
    learn(&one, "skipped", SMTPSPEC_OUTCOME_SKIP, NULL);
    assert_int_equal(one.count, 2);
    assert_int_equal(smtpspec_baseline_write(&one, path), SMTPSPEC_OK);

    smtpspec_baseline_init(&other);
    assert_int_equal(smtpspec_baseline_read(&other, path), SMTPSPEC_OK);
    assert_int_equal(other.count, 2);
    assert_string_equal(other.rows[0].id, "0.first");
    assert_null(other.rows[0].observed);
    assert_string_equal(other.rows[0].reason, "not reviewed");
    assert_string_equal(other.rows[1].reason,
                        "not reviewed; before: so it is");
    smtpspec_baseline_apply(&other, &again);
    assert_true(again.expected_failure);
    smtpspec_baseline_free(&one);
    smtpspec_baseline_free(&other);
    unlink(path);
    rmdir(folder);
}

static void a_pass_is_learnt_by_forgetting(void **state)
{
    struct smtpspec_baseline baseline;

    (void)state;
    parse(&baseline, ROW("fail", "null"));
    learn(&baseline, "c.d", PASS, NULL);
    assert_int_equal(baseline.count, 1);
    learn(&baseline, "a.b", PASS, "250 ok");
    assert_int_equal(baseline.count, 0);
    smtpspec_baseline_free(&baseline);
}

static void what_no_result_meets_can_be_dropped(void **state)
{
    struct smtpspec_baseline baseline;
    struct smtpspec_result seen = { .id = "session.seen", .outcome = FAIL };

    (void)state;
    parse(&baseline, "[]");
    learn(&baseline, "session.seen", FAIL, "one");
    learn(&baseline, "session.unseen", FAIL, "two");
    learn(&baseline, "a.b", FAIL, "three");
    smtpspec_baseline_apply(&baseline, &seen);
    smtpspec_baseline_drop_unmet(&baseline, "session.");
    assert_int_equal(baseline.count, 2);
    assert_string_equal(baseline.rows[1].id, "a.b");
    smtpspec_baseline_free(&baseline);
}

/* Rows of two targets, and one of any. */
#define OF(id, target)                                                      \
    "{\"id\": \"" id "\", \"outcome\": \"fail\", " target                 \
    "\"reason\": \"so it is\"}"

static void rows_of_a_target_speak_of_it_alone(void **state)
{
    struct smtpspec_baseline baseline;
    struct smtpspec_result result = { .id = "a.b", .outcome = FAIL };

    (void)state;
    parse(&baseline, "[" OF("a.b", "\"target\": \"mx:25\", ") ", "
                         OF("c.d", "\"target\": \"mx:*\", ") "]");
    smtpspec_baseline_aim(&baseline, "mx:26");
    smtpspec_baseline_apply(&baseline, &result);
    assert_false(result.expected_failure);
    assert_null(result.changed_from);
    result.id = "c.d";
    smtpspec_baseline_apply(&baseline, &result);
    assert_true(result.expected_failure);
    learn(&baseline, "a.b", PASS, NULL);
    assert_int_equal(baseline.count, 2);
    smtpspec_baseline_aim(&baseline, "mx:25");
    assert_false(baseline.rows[1].met);
    learn(&baseline, "a.b", PASS, NULL);
    assert_int_equal(baseline.count, 1);
    learn(&baseline, "e.f", FAIL, "250");
    assert_string_equal(baseline.rows[1].target, "mx:25");
    smtpspec_baseline_free(&baseline);
}

static void a_row_of_any_target_becomes_one_of_each(void **state)
{
    static const char *const targets[] = { "one", "other" };
    struct smtpspec_baseline baseline;

    (void)state;
    parse(&baseline, "[" OF("a.b", "") ", "
                         OF("c.d", "\"target\": \"third\", ") "]");
    smtpspec_baseline_spread(&baseline, targets, 2);
    assert_int_equal(baseline.count, 3);
    assert_string_equal(baseline.rows[0].target, "third");
    assert_string_equal(baseline.rows[1].target, "one");
    assert_string_equal(baseline.rows[2].target, "other");
    assert_string_equal(baseline.rows[2].reason, "so it is");
    smtpspec_baseline_aim(&baseline, "one");
    learn(&baseline, "a.b", PASS, NULL);
    assert_int_equal(baseline.count, 2);
    smtpspec_baseline_free(&baseline);
}

static void what_has_changed_is_told(void **state)
{
    struct smtpspec_baseline baseline;
    struct smtpspec_result reply = { .id = "a.b", .outcome = FAIL,
                                     .observed = "251 ok" };
    struct smtpspec_result graver = reply, skipped = reply;

    (void)state;
    skipped.outcome = SMTPSPEC_OUTCOME_SKIP;
    parse(&baseline, ROW("fail", "\"250 ok\""));
    smtpspec_baseline_apply(&baseline, &reply);
    assert_string_equal(reply.changed_from, "fail, 250 ok");
    smtpspec_baseline_apply(&baseline, &skipped);
    assert_null(skipped.changed_from);
    smtpspec_baseline_free(&baseline);
    parse(&baseline, ROW("warn", "null"));
    smtpspec_baseline_apply(&baseline, &graver);
    assert_string_equal(graver.changed_from, "warn, whatever is observed");
    smtpspec_baseline_free(&baseline);
}

static void a_baseline_that_cannot_be_written_leaves_nothing(void **state)
{
    struct smtpspec_baseline baseline;

    (void)state;
    parse(&baseline, "[]");
    assert_int_equal(smtpspec_baseline_write(&baseline, "no/such/folder/b"),
                     SMTPSPEC_ERROR_WRITE);
    assert_string_equal(baseline.message,
                        "no/such/folder/b: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(what_is_learnt_is_covered_when_read_again),
        cmocka_unit_test(a_pass_is_learnt_by_forgetting),
        cmocka_unit_test(rows_of_a_target_speak_of_it_alone),
        cmocka_unit_test(a_row_of_any_target_becomes_one_of_each),
        cmocka_unit_test(what_has_changed_is_told),
        cmocka_unit_test(what_no_result_meets_can_be_dropped),
        cmocka_unit_test(a_baseline_that_cannot_be_written_leaves_nothing),
    };

    return RUN_ROWS(is_applied, uses) + RUN_ROWS(is_refused, wrongs) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
