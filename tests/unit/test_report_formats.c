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

#include "support/report_pages.h"
#include "support/rows.h"
#include "support/schema.h"

#define SCHEMA "src/report/report.schema.json"
#define LINE_SCHEMA "src/report/report-line.schema.json"

static struct page pages[] = {
    { "jsonl", &smtpspec_report_jsonl, { .colour = false },
      "tests/golden/report.jsonl" },
};

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
    struct smtpspec_report *report = smtpspec_report_jsonl.open(&options);

    (void)state;
    assert_true(smtpspec_report_jsonl.streams);
    smtpspec_report_jsonl.begin(report, &story_facts);
    assert_int_equal(lines_in(options.file), 1);
    smtpspec_report_jsonl.target_begin(report, "mx.example");
    assert_int_equal(lines_in(options.file), 2);
    for (unsigned i = 0; i < 4; i++) {
        smtpspec_report_jsonl.result(report, &story_results[i]);
        assert_int_equal(lines_in(options.file), i + 3);
    }
    smtpspec_report_jsonl.discard(report);
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
    report = writer->open(&options);
    writer->begin(report, &story_facts);
    writer->target_begin(report, "mx.example");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(numbers); i++) {
        struct smtpspec_result result = story_results[3];

        result.number = numbers[i];
        writer->result(report, &result);
    }
    assert_int_equal(writer->end(report, &story_facts), SMTPSPEC_OK);
    fclose(options.file);
    at = output.text;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(numbers); i++) {
        at = strstr(at, "\"number\": ") + strlen("\"number\": ");
        assert_int_equal(strtoul(at, NULL, 10), want[i]);
    }
    free(output.text);
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
    };
    int failed = RUN_ROWS(is_as_the_golden_page, pages);

    failed += RUN_ROWS(lets_no_raw_octet_through, pages);
    failed += RUN_ROWS(tells_of_every_failed_write, pages);
    failed += RUN_ROWS(can_be_discarded_at_any_time, pages);
    failed += RUN_ROWS(tells_of_missing_memory, pages);
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
