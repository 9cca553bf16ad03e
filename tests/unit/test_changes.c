/* SPDX-License-Identifier: MIT */
/*
 * test_changes.c - two reports held against each other
 */
#include "support/rows.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "report/changes.h"

#define HEAD                                                                \
    "{\"tool\": \"smtpspec\", \"version\": \"1\", \"profile\": \"modern\", "     \
    "\"started\": \"now\", \"targets\": ["
#define TARGET(name, cases)                                                 \
    "{\"target\": \"" name "\", \"trouble\": null, \"cases\": [" cases "]}"
#define LOST(name)                                                          \
    "{\"target\": \"" name "\", \"trouble\": \"gone\", \"cases\": []}"
#define TAIL "]}"
#define REPORT(cases) HEAD TARGET("mx", cases) TAIL
#define CASE(id, outcome, known, observed, rule)                            \
    "{\"id\": \"" id "\", \"outcome\": \"" outcome "\", \"observed\": "        \
    observed ", \"rule\": " rule ", \"expected_failure\": " known "}"
#define PLAIN(outcome) CASE("a.b", outcome, "false", "\"250 ok\"", "null")
#define KNOWN(outcome) CASE("a.b", outcome, "true", "\"250 ok\"", "null")
#define SAID(observed) CASE("a.b", "fail", "false", observed, "\"r\"")

static enum smtpspec_error read_one(struct smtpspec_changes *changes,
                                    unsigned which, const char *text)
{
    return smtpspec_changes_parse(changes, which, "file",
                                  smtpspec_span_of(text));
}

static void compare(struct smtpspec_changes *changes, const char *old,
                    const char *new)
{
    memset(changes, 0, sizeof(*changes));
    if (read_one(changes, 0, old) != SMTPSPEC_OK ||
        read_one(changes, 1, new) != SMTPSPEC_OK)
        fail_msg("%s", changes->message);
    assert_int_equal(smtpspec_changes_find(changes), SMTPSPEC_OK);
}

struct change {
    const char *name, *old, *new;
    enum smtpspec_change kind;
};

#define NONE SMTPSPEC_CHANGE_NONE
#define WORSE SMTPSPEC_CHANGE_WORSE
#define BETTER SMTPSPEC_CHANGE_BETTER
#define OUTCOME SMTPSPEC_CHANGE_OUTCOME
#define REPLY SMTPSPEC_CHANGE_REPLY
#define APPEARED SMTPSPEC_CHANGE_APPEARED
#define GONE SMTPSPEC_CHANGE_GONE

static struct change changes_met[] = {
    { "nothing", "", "", NONE },
    { "the same", PLAIN("fail"), PLAIN("fail"), NONE },
    { "a fail", PLAIN("pass"), PLAIN("fail"), WORSE },
    { "a warning", PLAIN("pass"), PLAIN("warn"), WORSE },
    { "a graver one", PLAIN("warn"), PLAIN("fail"), WORSE },
    { "a fail of what was not tested", PLAIN("skip"), PLAIN("fail"), WORSE },
    { "a fail that was known", KNOWN("fail"), PLAIN("fail"), WORSE },
    { "fixed", PLAIN("fail"), PLAIN("pass"), BETTER },
    { "fixed, and it was known", KNOWN("fail"), PLAIN("pass"), BETTER },
    { "fixed, and the baseline says so", KNOWN("fail"), KNOWN("pass"), BETTER },
    { "a milder one", PLAIN("fail"), PLAIN("warn"), BETTER },
    { "known now", PLAIN("fail"), KNOWN("fail"), OUTCOME },
    { "not tested now", PLAIN("fail"), PLAIN("blocked"), OUTCOME },
    { "a pass that is not tested now", PLAIN("pass"), PLAIN("skip"), OUTCOME },
    { "for another reason", PLAIN("skip"), PLAIN("error"), OUTCOME },
    { "another code", SAID("\"250 ok\""), SAID("\"251 ok\""), REPLY },
    { "another enhanced code", SAID("\"550 5.1.1 no\""),
      SAID("\"550 5.7.1 no\""), REPLY },
    { "another text", SAID("\"250 queued as 1A\""), SAID("\"250 queued as 2B\""),
      NONE },
    { "another text behind an enhanced code", SAID("\"250 2.0.0 at 12\""),
      SAID("\"250 2.0.0 at 13\""), NONE },
    { "no reply", SAID("\"250 ok\""), SAID("\"no reply\""), REPLY },
    { "no reply any more", SAID("\"connection closed\""),
      SAID("\"no reply\""), REPLY },
    { "nothing observed", SAID("\"250 ok\""), SAID("null"), REPLY },
    { "another reply to what is not tested",
      CASE("a.b", "skip", "false", "\"250\"", "null"),
      CASE("a.b", "skip", "false", "null", "null"), NONE },
    { "another rule", SAID("null"),
      CASE("a.b", "fail", "false", "null", "\"s\""), REPLY },
    { "a new case", "", PLAIN("pass"), APPEARED },
    { "a new case that is skipped", "", PLAIN("skip"), APPEARED },
    { "a new case that fails", "", PLAIN("fail"), WORSE },
    { "a new case that is known to fail", "", KNOWN("fail"), APPEARED },
    { "a case that is gone", PLAIN("fail"), "", GONE },
    { "a finding of the set-up that is gone",
      CASE("session.x", "fail", "false", "null", "\"x\""), "", BETTER },
    { "a note of the set-up that is gone",
      CASE("session.x", "pass", "false", "null", "\"x\""), "", GONE },
};

static void is_what_the_row_says(void **state)
{
    const struct change *row = *state;
    struct smtpspec_changes changes;
    char old[2048], new[2048];

    snprintf(old, sizeof(old), REPORT("%s"), row->old);
    snprintf(new, sizeof(new), REPORT("%s"), row->new);
    compare(&changes, old, new);
    for (unsigned i = 0; i < SMTPSPEC_CHANGE_COUNT; i++)
        assert_int_equal(changes.counts[i], i == row->kind);
    assert_int_equal(smtpspec_changes_worsened(&changes), row->kind == WORSE);
    smtpspec_changes_free(&changes);
}

/* --- targets -------------------------------------------------------------- */

static void targets_go_together_by_name(void **state)
{
    struct smtpspec_changes changes;

    (void)state;
    compare(&changes,
            HEAD TARGET("one", PLAIN("pass")) ", "
                 TARGET("two", PLAIN("pass")) ", "
                 TARGET("left", PLAIN("fail")) TAIL,
            HEAD TARGET("two", PLAIN("fail")) ", "
                 TARGET("come", PLAIN("fail")) ", "
                 TARGET("one", PLAIN("pass")) TAIL);
    assert_int_equal(changes.count, 4);
    assert_int_equal(changes.targets[0].count, 0);
    assert_int_equal(changes.targets[1].counts[WORSE], 1);
    assert_null(changes.targets[2].after);
    assert_int_equal(changes.targets[2].count, 0);
    assert_string_equal(changes.targets[3].after->name, "come");
    assert_null(changes.targets[3].before);
    assert_int_equal(changes.targets[3].count, 0);
    assert_int_equal(changes.counts[WORSE], 1);
    smtpspec_changes_free(&changes);
}

static void the_same_name_twice_makes_two_pairs(void **state)
{
    struct smtpspec_changes changes;

    (void)state;
    compare(&changes,
            HEAD TARGET("mx", PLAIN("pass")) ", "
                 TARGET("mx", PLAIN("fail")) TAIL,
            HEAD TARGET("mx", PLAIN("pass")) ", "
                 TARGET("mx", PLAIN("fail")) TAIL);
    assert_int_equal(changes.count, 2);
    assert_int_equal(changes.targets[0].count + changes.targets[1].count, 0);
    smtpspec_changes_free(&changes);
}

static void one_target_each_need_no_name(void **state)
{
    struct smtpspec_changes changes;

    (void)state;
    compare(&changes, HEAD TARGET("mx:1", PLAIN("pass")) TAIL,
            HEAD TARGET("mx:2", PLAIN("fail")) TAIL);
    assert_int_equal(changes.count, 1);
    assert_int_equal(changes.counts[WORSE], 1);
    smtpspec_changes_free(&changes);
}

static void a_target_that_is_lost_is_worse(void **state)
{
    struct smtpspec_changes changes;

    (void)state;
    compare(&changes, REPORT(PLAIN("fail")), HEAD LOST("mx") TAIL);
    assert_int_equal(changes.lost, 1);
    assert_true(smtpspec_changes_worsened(&changes));
    assert_int_equal(changes.counts[GONE], 0);
    smtpspec_changes_free(&changes);
    compare(&changes, HEAD LOST("mx") TAIL, REPORT(PLAIN("fail")));
    assert_int_equal(changes.lost, 0);
    assert_false(smtpspec_changes_worsened(&changes));
    smtpspec_changes_free(&changes);
}

/* --- what is no report ---------------------------------------------------- */

struct wrong {
    const char *text, *message;
};

static struct wrong wrongs[] = {
    { "", "file: line 1: " },
    { "{", "file: line 1: " },
    { "[]", "file: this is no JSON report of smtpspec" },
    { "{\"tool\": 1}", "file: this is no JSON report of smtpspec" },
    { "{\"record\": \"run\"}\n{\"record\": \"run_end\"}\n",
      "file: these are JSON Lines: `smtpspec merge --report json=FILE` makes" },
    { "{\"record\": \"run\"}\n", "file: this is no JSON report of smtpspec" },
    { "{\"tool\": \"smtp\"}", "file: this is no JSON report" },
    { "{\"tool\": \"smtpspec\", \"tool\": \"x\"}", "file: line 1: " },
    { "{\"tool\": \"smtpspec\"}", "file: \"targets\" must be an array" },
    { "{\"tool\": \"smtpspec\", \"version\": {}}", "file: \"version\"" },
    { "{\"tool\": \"smtpspec\", \"targets\": {}}", "file: \"targets\" must" },
    { HEAD "1]}", "file: targets[0]: must be an object" },
    { HEAD "{}]}", "file: targets[0]: \"target\" must be a string" },
    { HEAD "{\"target\": \"a\", \"trouble\": 1}]}",
      "file: targets[0]: \"trouble\" must" },
    { HEAD "{\"target\": \"a\"}]}", "file: targets[0]: \"cases\" must" },
    { REPORT("null"), "file: targets[0].cases[0]: must be an object" },
    { REPORT("{}"), "file: targets[0].cases[0]: \"id\" must" },
    { REPORT(PLAIN("pass") ", {\"id\": \"x\"}"),
      "file: targets[0].cases[1]: \"outcome\" must" },
    { REPORT("{\"id\": \"x\", \"outcome\": \"good\"}"),
      "file: targets[0].cases[0]: \"outcome\" must" },
    { REPORT("{\"id\": \"x\", \"outcome\": \"pass\", \"observed\": []}"),
      "file: targets[0].cases[0]: \"observed\" must" },
    { REPORT("{\"id\": \"x\", \"outcome\": \"pass\", \"rule\": 7}"),
      "file: targets[0].cases[0]: \"rule\" must" },
    { REPORT("{\"id\": \"x\", \"outcome\": \"pass\", \"expected\": 7}"),
      "file: targets[0].cases[0]: \"expected\" must" },
    { REPORT(PLAIN("pass") ", " PLAIN("fail")),
      "file: targets[0]: two cases have the same id" },
    { "{\"tool\": \"smtpspec\\u0000\"}", "file: line 1: " },
};

static void is_refused(void **state)
{
    const struct wrong *row = *state;
    struct smtpspec_changes changes = { 0 };

    assert_int_equal(read_one(&changes, 1, row->text), SMTPSPEC_ERROR_SYNTAX);
    if (strncmp(changes.message, row->message, strlen(row->message)) != 0)
        fail_msg("says '%s', not '%s'", changes.message, row->message);
    smtpspec_changes_free(&changes);
}

static void every_cut_is_refused(void **state)
{
    static const char report[] =
        REPORT(PLAIN("pass") ", " CASE("c.d", "fail", "true", "null", "\"r\""));

    (void)state;
    for (size_t length = 0; length < sizeof(report) - 1; length++) {
        struct smtpspec_changes changes = { 0 };
        char *part = malloc(length + 1); /* no NUL behind it */

        assert_non_null(part);
        memcpy(part, report, length);
        assert_int_equal(
            smtpspec_changes_parse(&changes, 0, "file",
                                   (struct smtpspec_span){ part, length }),
            SMTPSPEC_ERROR_SYNTAX);
        free(part);
        smtpspec_changes_free(&changes);
    }
}

static void what_nests_without_end_is_refused(void **state)
{
    static char deep[100000];
    struct smtpspec_changes changes = { 0 };

    (void)state;
    memset(deep, '[', sizeof(deep) - 1);
    assert_int_equal(read_one(&changes, 0, deep), SMTPSPEC_ERROR_SYNTAX);
    smtpspec_changes_free(&changes);
}

static void too_many_targets_are_refused(void **state)
{
    const size_t count = SMTPSPEC_CHANGES_TARGETS_KEPT + 1;
    char *text = malloc(sizeof(HEAD TAIL) + 3 * count), *end = text;
    struct smtpspec_changes changes = { 0 };

    (void)state;
    assert_non_null(text);
    end += snprintf(end, sizeof(HEAD), "%s", HEAD);
    for (size_t i = 0; i < count; i++)
        end += snprintf(end, 4, "%s", i > 0 ? ",{}" : "{}");
    snprintf(end, sizeof(TAIL), "%s", TAIL);
    assert_int_equal(read_one(&changes, 0, text), SMTPSPEC_ERROR_SYNTAX);
    assert_non_null(strstr(changes.message, "too many targets"));
    free(text);
    smtpspec_changes_free(&changes);
}

static void a_file_that_is_not_there_is_named(void **state)
{
    struct smtpspec_changes changes = { 0 };

    (void)state;
    assert_int_equal(smtpspec_changes_read(&changes, 0, "/dev/null/r"),
                     SMTPSPEC_ERROR_READ);
    assert_string_equal(changes.message,
                        "/dev/null/r: Not a directory");
}

/* --- pages ---------------------------------------------------------------- */

/* Strings that a report of ours never has, in every place of one. */
#define EVIL "\\u001b]0;x\\u0007\\n|<b>`*[x](http://y)\\u00e9\\\\"
#define EVIL_REPORT(outcome)                                                \
    "{\"tool\": \"smtpspec\", \"version\": \"" EVIL "\", \"profile\": \""        \
    EVIL "\", \"started\": \"" EVIL "\", \"targets\": ["                       \
    "{\"target\": \"" EVIL "\", \"trouble\": null, \"cases\": ["               \
    "{\"id\": \"" EVIL "\", \"outcome\": \"" outcome "\", \"observed\": \""      \
    EVIL "\", \"rule\": \"" EVIL "\", \"expected\": \"" EVIL "\"}, "             \
    "{\"id\": \"" outcome EVIL "\", \"outcome\": \"pass\"}]}]}"

enum page { PAGE_TEXT, PAGE_MARKDOWN, PAGE_JSON };

static char *page_of(enum page page, const char *old, const char *new)
{
    struct smtpspec_changes changes;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    compare(&changes, old, new);
    if (page == PAGE_TEXT)
        smtpspec_changes_text(&changes, out);
    else if (page == PAGE_MARKDOWN)
        smtpspec_changes_markdown(&changes, out);
    else
        assert_int_equal(smtpspec_changes_json(&changes, out), SMTPSPEC_OK);
    assert_int_equal(fclose(out), 0);
    smtpspec_changes_free(&changes);
    return text;
}

static void no_octet_of_a_report_gets_through_raw(void **state)
{
    (void)state;
    for (int page = PAGE_TEXT; page <= PAGE_JSON; page++) {
        char *text = page_of((enum page)page, EVIL_REPORT("pass"),
                             EVIL_REPORT("fail"));

        for (const char *at = text; *at != '\0'; at++)
            assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
        free(text);
    }
}

/* All of it lies in code spans, whose fence is longer than any in it. */
static void nothing_in_markdown_is_mark_up(void **state)
{
    char *text = page_of(PAGE_MARKDOWN, EVIL_REPORT("pass"),
                         EVIL_REPORT("fail"));
    char *evil = strstr(text, "<b>");

    (void)state;
    for (; evil != NULL; evil = strstr(evil + 1, "<b>")) {
        assert_memory_equal(evil - 4, "\\x7c", 4);
        assert_memory_equal(evil + 3, "`*[x](http://y)", 15);
    }
    assert_null(strstr(text, "|<b>"));
    assert_non_null(strstr(text, "``"));
    free(text);
}

/* Two backticks with nothing between begin a span instead of being one. */
static void an_empty_code_span_ends(void **state)
{
    char *text = page_of(
        PAGE_MARKDOWN,
        HEAD TARGET("mx", CASE("a.a", "pass", "false", "null", "null")) TAIL,
        HEAD TARGET("mx", CASE("a.a", "fail", "false", "null", "\"\"")) TAIL);

    (void)state;
    assert_non_null(strstr(text, "| `a.a` | `  ` | | |\n"));
    free(text);
}

/* One rule is one row, however many cases it makes fail. */
static void markdown_tells_a_cause_once(void **state)
{
    char *text = page_of(
        PAGE_MARKDOWN,
        HEAD TARGET("mx", CASE("a.a", "pass", "false", "null", "null") ", "
                    CASE("a.b", "pass", "false", "null", "null") ", "
                    CASE("a.c", "pass", "false", "null", "null") ", "
                    CASE("a.d", "pass", "false", "null", "null") ", "
                    CASE("b.a", "warn", "false", "null", "null")) TAIL,
        HEAD TARGET("mx", CASE("a.a", "fail", "false", "\"250\"", "\"r.1\"")
                    ", " CASE("a.b", "fail", "false", "\"250\"", "\"r.1\"")
                    ", " CASE("a.c", "fail", "false", "\"250\"", "\"r.1\"")
                    ", " CASE("a.d", "fail", "false", "\"250\"", "\"r.1\"")
                    ", " CASE("b.a", "pass", "false", "null", "null")) TAIL);

    (void)state;
    assert_non_null(strstr(text, "## SMTP conformance: 4 cases got worse\n"));
    assert_non_null(strstr(
        text, "| **4 worse**: pass, now fail | `a.a`, `a.b`, `a.c` and 1 "
              "more | `r.1` | | `250` |\n"));
    assert_non_null(strstr(text, "| 1 better: warn, now pass | `b.a` | | | "
                                 "|\n"));
    free(text);
}

static void json_can_be_read_again(void **state)
{
    char *text = page_of(PAGE_JSON, EVIL_REPORT("pass"), EVIL_REPORT("fail"));
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *change = json_array_get(
        json_object_get(json_array_get(json_object_get(root, "targets"), 0),
                        "changes"), 0);

    (void)state;
    assert_non_null(root);
    assert_true(json_is_true(json_object_get(root, "worse")));
    assert_string_equal(json_string_value(json_object_get(change, "change")),
                        "worse");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(change, "now"),
                                          "outcome")), "fail");
    json_decref(root);
    free(text);
}

static void text_says_what_changed(void **state)
{
    char *text = page_of(PAGE_TEXT,
                         HEAD TARGET("mx", PLAIN("pass") ", "
                             CASE("c.d", "pass", "false", "null", "null")) ", "
                             TARGET("my", "") TAIL,
                         HEAD TARGET("mx", SAID("\"550 no\"") ", "
                             CASE("e.f", "pass", "false", "null", "null")) ", "
                             LOST("my") TAIL);

    (void)state;
    assert_string_equal(
        text,
        "before  now, version 1, profile modern\n"
        "now     now, version 1, profile modern\n"
        "\n"
        "mx\n"
        "worse    a.b   pass -> fail\n"
        "      rule      r\n"
        "      before    250 ok\n"
        "      now       550 no\n"
        "appeared 1: e.f\n"
        "gone     1: c.d\n"
        "\n"
        "my\n"
        "      could be tested, and cannot now\n"
        "\n"
        "1 worse, 0 better, 0 other outcomes, 0 other replies, 1 appeared, "
        "1 gone; 1 not to be tested any more\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_go_together_by_name),
        cmocka_unit_test(the_same_name_twice_makes_two_pairs),
        cmocka_unit_test(one_target_each_need_no_name),
        cmocka_unit_test(a_target_that_is_lost_is_worse),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(what_nests_without_end_is_refused),
        cmocka_unit_test(too_many_targets_are_refused),
        cmocka_unit_test(a_file_that_is_not_there_is_named),
        cmocka_unit_test(no_octet_of_a_report_gets_through_raw),
        cmocka_unit_test(nothing_in_markdown_is_mark_up),
        cmocka_unit_test(an_empty_code_span_ends),
        cmocka_unit_test(markdown_tells_a_cause_once),
        cmocka_unit_test(json_can_be_read_again),
        cmocka_unit_test(text_says_what_changed),
    };

    return RUN_ROWS(is_what_the_row_says, changes_met) +
           RUN_ROWS(is_refused, wrongs) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
