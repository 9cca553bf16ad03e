/* SPDX-License-Identifier: MIT */
/*
 * test_report.c - the text and the JSON report, over results made up for them
 *
 * What they write is compared with tests/golden (support/report_pages.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "support/report_pages.h"
#include "support/rows.h"
#include "support/schema.h"

/* --- Golden pages ------------------------------------------------------- */

static struct page pages[] = {
    { "text, as users see it", &smtpspec_report_text, { .colour = false },
      "tests/golden/report.txt" },
    { "text in colour with its notes", &smtpspec_report_text,
      { .colour = true, .least = SMTPSPEC_LEVEL_INFO },
      "tests/golden/report-colour.txt" },
    { "text of findings below MUST hidden", &smtpspec_report_text,
      { .least = SMTPSPEC_LEVEL_MUST }, "tests/golden/report-must.txt" },
    { "text, verbose and in hex", &smtpspec_report_text,
      { .verbose = true, .hex = true }, "tests/golden/report-verbose.txt" },
    { "text, quiet", &smtpspec_report_text, { .quiet = true },
      "tests/golden/report-quiet.txt" },
    { "json", &smtpspec_report_json, { .colour = false },
      "tests/golden/report.json" },
};
static struct page json_pages[] = {
    { "json", &smtpspec_report_json, { .colour = false }, "" },
};

/* --- What the JSON says ------------------------------------------------- */

static json_t *json_report(void)
{
    struct smtpspec_report_options options = { .colour = false };
    struct output output = tell(&smtpspec_report_json, options);
    json_error_t error;
    json_t *report = json_loadb(output.text, output.length, 0, &error);

    if (report == NULL)
        fail_msg("line %d: %s", error.line, error.text);
    free(output.text);
    return report;
}

static char nibble(char digit)
{
    return (char)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* Undo the escape; returns the length. */
static size_t unescape(const char *text, char *out)
{
    size_t length = 0;

    while (*text != '\0') {
        if (*text == '\\') {
            assert_int_equal(text[1], 'x');
            out[length++] = (char)(nibble(text[2]) * 16 + nibble(text[3]));
            text += 4;
        } else {
            out[length++] = *text++;
        }
    }
    return length;
}

static void json_keeps_transcripts_exact(void **state)
{
    json_t *report = json_report();
    json_t *target = json_array_get(json_object_get(report, "targets"), 0);
    json_t *test = json_array_get(json_object_get(target, "cases"), 2);
    json_t *transcript = json_object_get(test, "transcript");

    (void)state;
    assert_int_equal(json_array_size(transcript),
                     SMTPSPEC_ARRAY_LEN(story_hostile));
    for (size_t i = 0; i < json_array_size(transcript); i++) {
        json_t *entry = json_array_get(transcript, i);
        const char *text = json_string_value(json_object_get(entry, "octets"));
        char octets[512];

        assert_int_equal(unescape(text, octets),
                         story_hostile[i].octets.length);
        assert_memory_equal(octets, story_hostile[i].octets.at,
                            story_hostile[i].octets.length);
    }
    json_decref(report);
}

/* --- Against the schema ------------------------------------------------- */

#define SCHEMA "src/report/report.schema.json"

static void json_conforms_to_the_schema(void **state)
{
    json_t *report = json_report(), *schema = schema_read(SCHEMA);
    char missing[SCHEMA_MISSING] = "";

    (void)state;
    if (!schema_conforms(schema, schema, report, "report", missing))
        fail_msg("%s", missing);
    json_decref(report);
    json_decref(schema);
}

/* Take away each required member of a case in turn: the check must see it. */
static void the_schema_misses_what_is_taken_away(void **state)
{
    json_t *report = json_report(), *schema = schema_read(SCHEMA), *name;
    json_t *target = json_array_get(json_object_get(report, "targets"), 0);
    json_t *test = json_array_get(json_object_get(target, "cases"), 3);
    json_t *rule = json_object_get(json_object_get(schema, "$defs"), "case");
    char missing[SCHEMA_MISSING] = "";
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(rule, "required"), i, name) {
        const char *key = json_string_value(name);
        json_t *member = json_incref(json_object_get(test, key));

        assert_non_null(member);
        json_object_del(test, key);
        assert_false(
            schema_conforms(schema, schema, report, "report", missing));
        assert_string_equal(missing, key);
        json_object_set_new(test, key, member);
    }
    assert_true(i >= 19);
    json_decref(report);
    json_decref(schema);
}

/* --- Summaries ---------------------------------------------------------- */

static void counts_what_was_expected_apart(void **state)
{
    struct smtpspec_summary summary = { { 0 }, 0, 0 };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(story_results); i++)
        smtpspec_summary_add(&summary, &story_results[i]);
    assert_int_equal(summary.count[SMTPSPEC_OUTCOME_PASS], 3);
    assert_int_equal(summary.count[SMTPSPEC_OUTCOME_FAIL], 3);
    assert_int_equal(summary.count[SMTPSPEC_OUTCOME_SKIP], 3);
    assert_int_equal(summary.expected_failures, 1);
    assert_int_equal(summary.unexpected_passes, 1);
}

static void finds_writers_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(smtpspec_report_writer_of("json"), &smtpspec_report_json);
    assert_ptr_equal(smtpspec_report_writer_of("text"), &smtpspec_report_text);
    assert_null(smtpspec_report_writer_of("xml"));
    assert_null(smtpspec_report_writer_of(""));
    assert_non_null(strstr(smtpspec_report_names(), "json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_keeps_transcripts_exact),
        cmocka_unit_test(json_conforms_to_the_schema),
        cmocka_unit_test(the_schema_misses_what_is_taken_away),
        cmocka_unit_test(counts_what_was_expected_apart),
        cmocka_unit_test(finds_writers_by_name),
    };
    int failed = RUN_ROWS(is_as_the_golden_page, pages);

    failed += RUN_ROWS(lets_no_raw_octet_through, pages);
    failed += RUN_ROWS(tells_of_every_failed_write, pages);
    failed += RUN_ROWS(can_be_discarded_at_any_time, pages);
    failed += RUN_ROWS(tells_of_missing_memory, json_pages);
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
