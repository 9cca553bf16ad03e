/* SPDX-License-Identifier: MIT */
/*
 * test_report_formats.c - the reports for other programs, over the same story
 *
 * What they write is compared with tests/golden (support/report_pages.h) and
 * held against its schema; tests/system/formats.t gives it to the programs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "report/particulars.h"
#include "support/report_pages.h"
#include "support/rows.h"
#include "support/schema.h"

#define SCHEMA "src/report/report.schema.json"
#define LINE_SCHEMA "src/report/report-line.schema.json"

static struct page pages[] = {
    { "jsonl", &smtpspec_report_jsonl, { .colour = false },
      "tests/golden/report.jsonl" },
    { "sarif", &smtpspec_report_sarif, { .artifact = "mail/known findings" },
      "tests/golden/report.sarif" },
    { "tap", &smtpspec_report_tap, { .warn_fails = true },
      "tests/golden/report.tap" },
    { "junit", &smtpspec_report_junit, { .warn_fails = false },
      "tests/golden/report.junit" },
};
/* The first of these, which are made by Jansson. */
#define PAGES_OF_JSON 2

/* --- JSON Lines --------------------------------------------------------- */

static json_t *line_of(const char *text)
{
    json_error_t error;
    json_t *line = json_loadb(text, strcspn(text, "\n"), 0, &error);

    if (line == NULL)
        fail_msg("%s", error.text);
    return line;
}

/* All lines, in an array. */
static json_t *lines_of_story(void)
{
    struct output output = tell(&smtpspec_report_jsonl, pages[0].options);
    json_t *lines = json_array();

    for (char *at = output.text; *at != '\0'; at = strchr(at, '\n') + 1)
        json_array_append_new(lines, line_of(at));
    free(output.text);
    return lines;
}

static const char *record_of(json_t *line)
{
    return json_string_value(json_object_get(line, "record"));
}

static void lines_come_in_their_order(void **state)
{
    json_t *lines = lines_of_story(), *line;
    char order[64] = "";
    size_t i;

    (void)state;
    json_array_foreach(lines, i, line) {
        const char *name = record_of(line);
        char letter = strcmp(name, "case") == 0         ? 'c'
                      : strcmp(name, "target") == 0     ? '('
                      : strcmp(name, "target_end") == 0 ? ')'
                      : strcmp(name, "run") == 0        ? '<'
                      : strcmp(name, "run_end") == 0    ? '>'
                                                        : '?';

        order[i] = letter;
    }
    assert_string_equal(order, "<(ccccccccccccc)()>");
    json_decref(lines);
}

/* So that whoever has a single line knows what it is about. */
static void each_line_of_a_target_names_it(void **state)
{
    json_t *lines = lines_of_story(), *line;
    size_t i;

    (void)state;
    json_array_foreach(lines, i, line) {
        if (strncmp(record_of(line), "run", 3) == 0)
            continue;
        assert_string_equal(
            json_string_value(json_object_get(line, "target")),
            i < 16 ? "mx.example:25" : "[2001:db8::1]:25\\x1b[31m\\xff");
    }
    json_decref(lines);
}

static void each_line_conforms_to_the_schema(void **state)
{
    json_t *lines = lines_of_story(), *line, *name;
    json_t *schema = schema_read_beside(LINE_SCHEMA, SCHEMA);
    char missing[SCHEMA_MISSING] = "";
    size_t i, j;

    (void)state;
    json_array_foreach(lines, i, line) {
        json_t *names = json_array();
        const char *key;
        json_t *member;

        if (!schema_conforms(schema, schema, line, "line", missing))
            fail_msg("line %zu: %s", i + 1, missing);
        json_object_foreach(line, key, member)
            json_array_append_new(names, json_string(key));
        /* Each member is asked for. */
        json_array_foreach(names, j, name) {
            key = json_string_value(name);
            member = json_incref(json_object_get(line, key));
            json_object_del(line, key);
            if (schema_conforms(schema, schema, line, "line", missing))
                fail_msg("line %zu without %s conforms", i + 1, key);
            json_object_set_new(line, key, member);
        }
        json_decref(names);
    }
    json_decref(lines);
    json_decref(schema);
}

static void a_case_has_what_the_whole_report_has(void **state)
{
    struct output output =
        tell(&smtpspec_report_json, (struct smtpspec_report_options){ 0 });
    json_t *report = json_loadb(output.text, output.length, 0, NULL);
    json_t *target = json_array_get(json_object_get(report, "targets"), 0);
    json_t *cases = json_object_get(target, "cases"), *test;
    json_t *lines = lines_of_story();
    size_t i;

    (void)state;
    assert_int_equal(json_array_size(cases), 13);
    json_array_foreach(cases, i, test) {
        json_t *line = json_array_get(lines, i + 2);

        json_object_del(line, "record");
        json_object_del(line, "target");
        assert_int_equal(json_integer_value(json_object_get(line, "number")),
                         i + 1);
        json_object_del(line, "number");
        assert_true(json_equal(line, test));
    }
    json_decref(lines);
    json_decref(report);
    free(output.text);
}

static unsigned lines_in(FILE *file)
{
    static char text[1 << 16];
    ssize_t length = pread(fileno(file), text, sizeof(text), 0);
    unsigned count = 0;

    for (ssize_t i = 0; i < length; i++)
        count += text[i] == '\n';
    assert_true(length > 0 && text[length - 1] == '\n');
    return count;
}

/* A reader sees each case before the next event. */
static void lines_go_out_as_they_come(void **state)
{
    struct smtpspec_report_options options = { .file = tmpfile() };
    struct smtpspec_report *report = smtpspec_report_open(&smtpspec_report_jsonl, &options);

    (void)state;
    assert_true(smtpspec_report_jsonl.streams);
    smtpspec_report_jsonl.begin(report, &story_facts);
    assert_int_equal(lines_in(options.file), 1);
    smtpspec_report_target_begin(&smtpspec_report_jsonl, report, "mx.example");
    assert_int_equal(lines_in(options.file), 2);
    for (unsigned i = 0; i < 4; i++) {
        smtpspec_report_jsonl.result(report, &story_results[i]);
        assert_int_equal(lines_in(options.file), i + 3);
    }
    smtpspec_report_discard(&smtpspec_report_jsonl, report);
    fclose(options.file);
}

/* Told early, and told another thing in the end. */
static void a_case_keeps_its_number(void **state)
{
    struct smtpspec_report_options options = { .colour = false };
    const struct smtpspec_report_writer *writer = &smtpspec_report_jsonl;
    static const unsigned numbers[] = { 7, 2, 0, 7 }, want[] = { 7, 2, 8, 7 };
    struct output output = { NULL, 0 };
    struct smtpspec_report *report;
    char *at;

    (void)state;
    options.file = open_memstream(&output.text, &output.length);
    report = smtpspec_report_open(writer, &options);
    writer->begin(report, &story_facts);
    smtpspec_report_target_begin(writer, report, "mx.example");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(numbers); i++) {
        struct smtpspec_result result = story_results[3];

        result.number = numbers[i];
        writer->result(report, &result);
    }
    assert_int_equal(smtpspec_report_end(writer, report, &story_facts), SMTPSPEC_OK);
    fclose(options.file);
    at = output.text;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(numbers); i++) {
        at = strstr(at, "\"number\": ") + strlen("\"number\": ");
        assert_int_equal(strtoul(at, NULL, 10), want[i]);
    }
    free(output.text);
}

/* --- SARIF -------------------------------------------------------------- */

static json_t *sarif_of(struct smtpspec_report_options options)
{
    struct output output = tell(&smtpspec_report_sarif, options);
    json_error_t error;
    json_t *log = json_loadb(output.text, output.length, 0, &error);

    if (log == NULL)
        fail_msg("line %d: %s", error.line, error.text);
    free(output.text);
    return log;
}

static json_t *run_of(json_t *log)
{
    return json_array_get(json_object_get(log, "runs"), 0);
}

static json_t *results_of(json_t *log)
{
    return json_object_get(run_of(log), "results");
}

static json_t *rules_of(json_t *log)
{
    json_t *tool = json_object_get(run_of(log), "tool");

    return json_object_get(json_object_get(tool, "driver"), "rules");
}

static void sarif_conforms_to_the_schema(void **state)
{
    json_t *log = sarif_of(pages[1].options), *name;
    json_t *schema = schema_read("src/report/sarif.schema.json");
    json_t *rule = json_object_get(json_object_get(schema, "$defs"), "result");
    json_t *result = json_array_get(results_of(log), 0);
    char missing[SCHEMA_MISSING] = "";
    size_t i;

    (void)state;
    if (!schema_conforms(schema, schema, log, "log", missing))
        fail_msg("%s", missing);
    json_array_foreach(json_object_get(rule, "required"), i, name) {
        const char *key = json_string_value(name);
        json_t *member = json_incref(json_object_get(result, key));

        json_object_del(result, key);
        assert_false(schema_conforms(schema, schema, log, "log", missing));
        assert_string_equal(missing, key);
        json_object_set_new(result, key, member);
    }
    json_decref(log);
    json_decref(schema);
}

/* A page of findings takes a file that lacks one of these not at all. */
static void each_result_has_a_place_and_a_rule(void **state)
{
    json_t *log = sarif_of((struct smtpspec_report_options){ 0 }), *result;
    size_t i, found = 0;

    (void)state;
    for (i = 0; i < SMTPSPEC_ARRAY_LEN(story_results); i++)
        found += story_results[i].outcome >= SMTPSPEC_OUTCOME_WARN;
    assert_int_equal(json_array_size(results_of(log)), found);
    json_array_foreach(results_of(log), i, result) {
        const char *rule, *uri;
        int line, index;

        assert_int_equal(
            json_unpack(result, "{s:s, s:i, s:[{s:{s:{s:s}, s:{s:i}}}]}",
                        "ruleId", &rule, "ruleIndex", &index, "locations",
                        "physicalLocation", "artifactLocation", "uri", &uri,
                        "region", "startLine", &line),
            0);
        assert_string_equal(uri, "smtp/mx.example%3A25");
        assert_int_equal(line, 1);
        assert_string_equal(
            rule, json_string_value(json_object_get(
                      json_array_get(rules_of(log), (size_t)index), "id")));
    }
    json_decref(log);
}

static void two_findings_have_two_fingerprints(void **state)
{
    json_t *log = sarif_of((struct smtpspec_report_options){ 0 });
    json_t *all = json_object(), *result;
    size_t i;

    (void)state;
    json_array_foreach(results_of(log), i, result) {
        json_t *print = json_object_get(
            json_object_get(result, "partialFingerprints"),
            "primaryLocationLineHash");

        assert_null(json_object_get(all, json_string_value(print)));
        json_object_set_new(all, json_string_value(print), json_true());
    }
    json_decref(all);
    json_decref(log);
}

static struct artifact {
    const char *name, *path, *uri;
} artifacts[] = {
    { "a path inside", "ci/known.tsv", "ci/known.tsv" },
    { "one with signs in it", "a b/#1%.tsv", "a%20b/%231%25.tsv" },
    { "one from the root", "/etc/known", "smtp/mx.example%3A25" },
    { "one outside", "../known", "smtp/mx.example%3A25" },
    { "one outside by a detour", "a/../../known", "smtp/mx.example%3A25" },
    { "none", NULL, "smtp/mx.example%3A25" },
};

static void is_where_findings_are_shown(void **state)
{
    const struct artifact *row = *state;
    json_t *log = sarif_of(
        (struct smtpspec_report_options){ .artifact = row->path });
    const char *uri;

    assert_int_equal(json_unpack(json_array_get(results_of(log), 0),
                                 "{s:[{s:{s:{s:s}}}]}", "locations",
                                 "physicalLocation", "artifactLocation",
                                 "uri", &uri), 0);
    assert_string_equal(uri, row->uri);
    json_decref(log);
}

/* What nobody can make use of is no matter of security on such a page. */
static void only_what_is_exploitable_has_a_severity(void **state)
{
    struct smtpspec_result result = story_results[3];
    const struct smtpspec_report_writer *writer = &smtpspec_report_sarif;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct smtpspec_report_options options = { .colour = false };
        struct output output = { NULL, 0 };
        struct smtpspec_report *report;

        result.security = i == 0 ? SMTPSPEC_SECURITY_NON_CONFORMING
                                 : SMTPSPEC_SECURITY_EXPLOITABLE;
        options.file = open_memstream(&output.text, &output.length);
        report = smtpspec_report_open(writer, &options);
        writer->begin(report, &story_facts);
        smtpspec_report_target_begin(writer, report, "mx.example");
        writer->result(report, &result);
        assert_int_equal(smtpspec_report_end(writer, report, &story_facts), SMTPSPEC_OK);
        fclose(options.file);
        assert_int_equal(strstr(output.text, "security-severity") != NULL, i);
        free(output.text);
    }
}

/* --- What an outcome is among tests ------------------------------------- */

static struct standing {
    const char *name;
    enum smtpspec_outcome outcome;
    bool known, warn_fails;
    enum smtpspec_standing standing;
    const char *reason;
} standings[] = {
    { "a pass", SMTPSPEC_OUTCOME_PASS, false, false, SMTPSPEC_STANDING_PASSES,
      "why" },
    { "a pass that the baseline does not know of", SMTPSPEC_OUTCOME_PASS, true,
      false, SMTPSPEC_STANDING_FAILS, "the baseline lists it, but it passes" },
    { "a failure", SMTPSPEC_OUTCOME_FAIL, false, false,
      SMTPSPEC_STANDING_FAILS, "why" },
    { "one that is known", SMTPSPEC_OUTCOME_FAIL, true, true,
      SMTPSPEC_STANDING_KNOWN, "the baseline lists it" },
    { "a warning", SMTPSPEC_OUTCOME_WARN, false, false,
      SMTPSPEC_STANDING_PASSES, "why" },
    { "a warning with --fail-on warn", SMTPSPEC_OUTCOME_WARN, false, true,
      SMTPSPEC_STANDING_FAILS, "why" },
    { "what was left out", SMTPSPEC_OUTCOME_SKIP, false, true,
      SMTPSPEC_STANDING_LEFT, "why" },
    { "what was blocked", SMTPSPEC_OUTCOME_BLOCKED, false, true,
      SMTPSPEC_STANDING_LEFT, "why" },
    { "what was turned away", SMTPSPEC_OUTCOME_THROTTLED, false, true,
      SMTPSPEC_STANDING_LEFT, "why" },
    { "an error of ours", SMTPSPEC_OUTCOME_ERROR, false, false,
      SMTPSPEC_STANDING_BROKEN, "why" },
};

static void stands_so(void **state)
{
    const struct standing *row = *state;
    struct smtpspec_result result = { .outcome = row->outcome,
                                      .expected_failure = row->known,
                                      .reason = "why" };

    assert_int_equal(smtpspec_standing_of(&result, row->warn_fails),
                     row->standing);
    assert_string_equal(smtpspec_standing_reason(&result), row->reason);
}

/* --- A dialogue to the octet -------------------------------------------- */

struct heard {
    char text[1 << 16];
    size_t length;
};

static void hear(void *context, const char *line)
{
    struct heard *heard = context;

    heard->length += (size_t)snprintf(heard->text + heard->length,
                                      sizeof(heard->text) - heard->length,
                                      "%s\n", line);
}

static void a_dialogue_is_told_to_the_octet(void **state)
{
    static const struct smtpspec_transcript_entry entries[] = {
        { 'S', 0, OCTETS("250-a\r\n250 b\n"), false },
        { 'C', 1, OCTETS("NOOP \\\x80\r\n"), false },
        { 'S', 2, OCTETS("25\0"), true },
        { '-', 3, OCTETS("closed"), false },
    };
    const struct smtpspec_result result = { .transcript = entries,
                                            .transcript_count = 4 };
    static struct heard heard;

    (void)state;
    smtpspec_particulars_dialogue(&result, hear, &heard);
    assert_string_equal(heard.text, "   S: 250-a\\x0d\\x0a\n"
                                    "   S: 250 b\\x0a\n"
                                    "   C: NOOP \\x5c\\x80\\x0d\\x0a\n"
                                    "-> S: 25\\x00\n"
                                    "   -: closed\n");
}

static void what_is_long_shows_its_ends(void **state)
{
    static char octets[1 << 20];
    static struct heard heard;
    const struct smtpspec_transcript_entry entry = {
        'S', 0, { octets, sizeof(octets) }, true };
    const struct smtpspec_result result = { .transcript = &entry,
                                            .transcript_count = 1 };

    (void)state;
    memset(octets, 'x', sizeof(octets));
    octets[0] = 'a';
    octets[sizeof(octets) - 1] = 'z';
    smtpspec_particulars_dialogue(&result, hear, &heard);
    assert_in_range(heard.length, 4096, 4096 + 200);
    assert_non_null(strstr(heard.text, "-> S: axxx"));
    assert_non_null(strstr(heard.text, "1044480 octets are left out here"));
    assert_non_null(strstr(heard.text, "xxxz\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_in_their_order),
        cmocka_unit_test(each_line_of_a_target_names_it),
        cmocka_unit_test(each_line_conforms_to_the_schema),
        cmocka_unit_test(a_case_has_what_the_whole_report_has),
        cmocka_unit_test(lines_go_out_as_they_come),
        cmocka_unit_test(a_case_keeps_its_number),
        cmocka_unit_test(sarif_conforms_to_the_schema),
        cmocka_unit_test(each_result_has_a_place_and_a_rule),
        cmocka_unit_test(two_findings_have_two_fingerprints),
        cmocka_unit_test(only_what_is_exploitable_has_a_severity),
        cmocka_unit_test(a_dialogue_is_told_to_the_octet),
        cmocka_unit_test(what_is_long_shows_its_ends),
    };
    int failed = RUN_ROWS(is_as_the_golden_page, pages);

    failed += RUN_ROWS(lets_no_raw_octet_through, pages);
    failed += RUN_ROWS(tells_of_every_failed_write, pages);
    failed += RUN_ROWS(can_be_discarded_at_any_time, pages);
    failed += run_table("tells_of_missing_memory", tells_of_missing_memory,
                        pages, sizeof(pages[0]), PAGES_OF_JSON);
    failed += RUN_ROWS(is_where_findings_are_shown, artifacts);
    failed += RUN_ROWS(stands_so, standings);
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
