/* SPDX-License-Identifier: MIT */
/*
 * test_read_report.c - reports read back, whole, cut, and hostile
 */
#include "support/rows.h"

#include <stdlib.h>
#include <string.h>

#include "report/read_report.h"
#include "report/report.h"
#include "support/report_story.h"

/* --- a report that is made of a report ------------------------------------ */

struct page {
    char *text;
    size_t length;
    FILE *out;
    const struct smtpspec_report_writer *writer;
    struct smtpspec_report *report;
};

static void open_page(struct page *page, const char *format)
{
    struct smtpspec_report_options options = { .quiet = false };

    memset(page, 0, sizeof(*page));
    options.file = page->out = open_memstream(&page->text, &page->length);
    page->writer = smtpspec_report_writer_of(format);
    assert_non_null(page->writer);
    page->report = smtpspec_report_open(page->writer, &options);
    assert_non_null(page->report);
}

static void on_target(void *context, const char *name)
{
    struct page *page = context;

    smtpspec_report_target_begin(page->writer, page->report, name);
}

static void on_result(void *context, const struct smtpspec_result *result)
{
    struct page *page = context;

    page->writer->result(page->report, result);
}

static void on_target_end(void *context,
                          const struct smtpspec_target_facts *facts)
{
    struct page *page = context;

    page->writer->target_end(page->report, facts);
}

/* Read `text` and write it as JSON again; what is wrong goes to `message`. */
static enum smtpspec_error again(struct smtpspec_span text, bool partial,
                                 struct page *page, char message[512])
{
    struct smtpspec_report_reader *reader = calloc(1, sizeof(*reader));
    const struct smtpspec_report_sink sink = { page, on_target, on_result,
                                               on_target_end };
    FILE *file = fmemopen((char *)(uintptr_t)text.at, text.length, "rb");
    enum smtpspec_error error;

    assert_non_null(reader);
    assert_non_null(file);
    open_page(page, "json");
    reader->partial = partial;
    error = smtpspec_report_reader_open(reader, file, "file");
    if (error == SMTPSPEC_OK) {
        page->writer->begin(page->report, &reader->facts);
        error = smtpspec_report_reader_read(reader, &sink);
    }
    if (error == SMTPSPEC_OK)
        assert_int_equal(smtpspec_report_end(page->writer, page->report, &reader->facts),
                         SMTPSPEC_OK);
    else
        smtpspec_report_discard(page->writer, page->report);
    fclose(page->out);
    snprintf(message, 512, "%s", reader->message);
    smtpspec_report_reader_close(reader);
    fclose(file);
    free(reader);
    return error;
}

static void tell_story(struct page *page, const char *format)
{
    open_page(page, format);
    story_tell(page->writer, page->report);
    assert_int_equal(smtpspec_report_end(page->writer, page->report, &story_facts),
                     SMTPSPEC_OK);
    fclose(page->out);
}

static struct smtpspec_span text_of(const struct page *page)
{
    return (struct smtpspec_span){ page->text, page->length };
}

/* Of JSON and of lines the same JSON is made. */
static void is_written_as_it_was(void **state)
{
    static const char *const forms[] = { "json", "jsonl" };
    struct page story, page;
    char message[512];

    (void)state;
    tell_story(&story, "json");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(forms); i++) {
        struct page told;

        tell_story(&told, forms[i]);
        if (again(text_of(&told), false, &page, message) != SMTPSPEC_OK)
            fail_msg("%s", message);
        assert_string_equal(page.text, story.text);
        free(page.text);
        free(told.text);
    }
    free(story.text);
}

/* --- reports that are none ------------------------------------------------ */

#define HEAD "{\"tool\": \"smtpspec\", \"profile\": \"modern\", "
#define REPORT(cases)                                                       \
    HEAD "\"targets\": [{\"target\": \"mx\", \"cases\": [" cases "]}]}"
#define CASE(members) REPORT("{\"id\": \"a\", \"outcome\": \"pass\"" members "}")
#define RUN "{\"record\": \"run\", \"tool\": \"smtpspec\", "                 \
            "\"profile\": \"modern\"}\n"
#define OF(record) "{\"record\": \"" record "\", \"target\": \"mx\"}\n"
#define LINE_CASE                                                           \
    "{\"record\": \"case\", \"target\": \"mx\", \"id\": \"a\", "              \
    "\"outcome\": \"pass\"}\n"
#define NUMBERED(number, id, outcome)                                       \
    "{\"record\": \"case\", \"target\": \"mx\", \"number\": " number ", "        \
    "\"id\": \"" id "\", \"outcome\": \"" outcome "\"}\n"
#define RUN_END "{\"record\": \"run_end\", \"elapsed_ms\": 7}\n"

static struct fault {
    const char *name, *text, *message;
} faults[] = {
    { "a word", "nonsense", "file: line 1: an object is wanted" },
    { "a list", "[]", "file: line 1: an object is wanted" },
    { "an empty object", "{}", "file: line 1: this is no JSON report" },
    { "another tool", "{\"tool\": \"x\", \"targets\": []}",
      "file: line 1: this is no JSON report" },
    { "no targets", HEAD "\"seed\": 1}", "file: line 1: this is no JSON" },
    { "targets that are none", HEAD "\"targets\": 1}",
      "file: line 1: \"targets\" must be an array" },
    { "targets twice", HEAD "\"targets\": [], \"targets\": []}",
      "file: line 1: \"targets\" is there twice" },
    { "a profile that is none",
      "{\"tool\": \"smtpspec\", \"profile\": \"x\", \"targets\": []}",
      "file: line 1: \"profile\" is none there is" },
    { "a time that is none", HEAD "\"started\": \"now\", \"targets\": []}",
      "file: line 1: \"started\" must be a time" },
    { "a negative seed", HEAD "\"seed\": -1, \"targets\": []}",
      "file: line 1: \"seed\" and \"elapsed_ms\" must be numbers" },
    { "two reports", HEAD "\"targets\": []}\n{}",
      "file: line 2: something follows the report" },
    { "a target that is none", HEAD "\"targets\": [\n1]}",
      "file: line 2: an object is wanted" },
    { "a target without cases", HEAD "\"targets\": [{\"target\": \"mx\"}]}",
      "file: line 1: a target without \"cases\"" },
    { "a target without a name", HEAD "\"targets\": [{\"cases\": []}]}",
      "file: line 1: \"target\" must be printable ASCII, its escapes" },
    { "a name with half an escape",
      HEAD "\"targets\": [{\"target\": \"\\\\x4\", \"cases\": []}]}",
      "file: line 1: \"target\" must be printable ASCII, its escapes" },
    { "a name with NUL",
      HEAD "\"targets\": [{\"target\": \"\\\\x00\", \"cases\": []}]}",
      "file: line 1: \"target\" must be printable ASCII, its escapes" },
    { "a case that is none", REPORT("\n\n7"),
      "file: line 3: a case must be an object" },
    { "a case without an id", REPORT("{\"outcome\": \"pass\"}"),
      "file: line 1: \"id\" must be a string that is not empty" },
    { "an outcome that is none", REPORT("{\"id\": \"a\", \"outcome\": \"x\"}"),
      "file: line 1: \"outcome\" must be one of the words" },
    { "no outcome", REPORT("{\"id\": \"a\"}"),
      "file: line 1: \"outcome\" must be a string" },
    { "a security that is none", CASE(", \"security\": \"X\""),
      "file: line 1: \"security\" must be one of the words" },
    { "a level that is none", CASE(", \"level\": \"X\""),
      "file: line 1: \"level\" must be one of the words" },
    { "a state that is none", CASE(", \"state\": \"X\""),
      "file: line 1: \"state\" must be one of the words" },
    { "a title that is a number", CASE(", \"title\": 1"),
      "file: line 1: \"title\" must be a string or null" },
    { "a title that is no ASCII", CASE(", \"title\": \"\\u00e9\""),
      "file: line 1: \"title\" must be printable ASCII" },
    { "a version with an escape",
      "{\"tool\": \"smtpspec\", \"profile\": \"modern\", \"version\": "
      "\"\\u001b[\", \"targets\": []}",
      "file: line 1: \"version\" must be printable ASCII" },
    { "a time that is none", CASE(", \"ms\": -1"),
      "file: line 1: \"ms\" must be a whole number" },
    { "a flag that is none", CASE(", \"expected_failure\": 1"),
      "file: line 1: \"expected_failure\" must be true or false" },
    { "references that are none", CASE(", \"references\": [1]"),
      "file: line 1: \"references\" must be strings" },
    { "verdicts that are none", CASE(", \"verdicts\": [1]"),
      "file: line 1: \"verdicts\" must be objects" },
    { "a verdict that is none", CASE(", \"verdicts\": [{}]"),
      "file: line 1: \"verdicts\" must be as the schema says" },
    { "an entry of nobody",
      CASE(", \"transcript\": [{\"from\": \"X\", \"octets\": \"\"}]"),
      "file: line 1: \"transcript\" must be as the schema says" },
    { "octets with half an escape",
      CASE(", \"transcript\": [{\"from\": \"C\", \"octets\": \"\\\\xg0\"}]"),
      "file: line 1: \"transcript\" must be as the schema says" },
    { "two cases of one id",
      REPORT("{\"id\": \"a\", \"outcome\": \"pass\"}, "
             "{\"id\": \"a\", \"outcome\": \"fail\"}"),
      "file: line 1: two cases of a target have the same id" },
    { "a member twice", CASE(", \"ms\": 1, \"ms\": 2"),
      "file: line 1: duplicate object key" },
    { "a run without an end", RUN, "file: line 2: the run was cut off" },
    { "a target without an end", RUN OF("target") RUN_END,
      "file: line 4: the run was cut off here" },
    { "a case of no target", RUN LINE_CASE RUN_END,
      "file: line 2: of a target that has not begun" },
    { "a line that is no record", RUN "{}\n" RUN_END,
      "file: line 2: a line must be an object with" },
    { "a line that is no JSON", RUN "{1}\n" RUN_END, "file: line 2: " },
    { "a number that is none",
      RUN OF("target") NUMBERED("0", "a", "pass") OF("target_end") RUN_END,
      "file: line 3: \"number\" must be a number from 1 on" },
    { "two cases of one id in lines",
      RUN OF("target") NUMBERED("1", "a", "pass") NUMBERED("2", "a", "pass")
          OF("target_end") RUN_END,
      "file: line 5: two cases of a target have the same id" },
    { "a run by another profile",
      RUN "{\"record\": \"run\", \"profile\": \"rfc821\"}\n" RUN_END,
      "file: line 2: a run by another profile" },
};

static void is_told_in_one_line(void **state)
{
    const struct fault *row = *state;
    struct page page;
    char message[512];

    assert_int_equal(again(smtpspec_span_of(row->text), false, &page, message),
                     SMTPSPEC_ERROR_SYNTAX);
    if (strncmp(message, row->message, strlen(row->message)) != 0)
        fail_msg("'%s'", message);
    assert_null(strchr(message, '\n'));
    free(page.text);
}

/* Cut anywhere it is no report any more. */
static void cut_anywhere_it_is_none(void **state)
{
    struct page story, page;
    char message[512];

    (void)state;
    tell_story(&story, "json");
    for (size_t length = 1; length + 2 < story.length; length += 7) {
        const struct smtpspec_span cut = { story.text, length };

        assert_int_equal(again(cut, false, &page, message),
                         SMTPSPEC_ERROR_SYNTAX);
        assert_non_null(strstr(message, "file: line "));
        free(page.text);
    }
    free(story.text);
}

/* An octet changed: an error or a report, but nothing that a writer has not
 * escaped. */
static void changed_anywhere_it_stays_plain(void **state)
{
    static const char octets[] = "\"\\{}[],:x0-\x1b\xff";
    struct page story, page;
    char message[512];

    (void)state;
    tell_story(&story, "json");
    for (size_t i = 0; i < story.length; i++) {
        char was = story.text[i];

        story.text[i] = octets[i % (sizeof(octets) - 1)];
        again(text_of(&story), false, &page, message);
        for (size_t k = 0; k < page.length; k++)
            if (page.text[k] != '\n' &&
                (page.text[k] < 0x20 || page.text[k] > 0x7e))
                fail_msg("octet %zu of the page, %zu changed", k, i);
        free(page.text);
        story.text[i] = was;
    }
    free(story.text);
}

/* --- what may differ ------------------------------------------------------ */

static void members_may_come_in_any_order(void **state)
{
    static const char sorted[] =
        "{\"targets\": [{\"cases\": [{\"outcome\": \"fail\", \"id\": \"a\"}], "
        "\"target\": \"mx\"}], \"profile\": \"modern\", \"tool\": "
        "\"smtpspec\", \"later\": {\"x\": [\"]\"]}}";
    struct page page;
    char message[512];

    (void)state;
    if (again(smtpspec_span_of(sorted), false, &page, message) != SMTPSPEC_OK)
        fail_msg("%s", message);
    assert_non_null(strstr(page.text, "\"profile\": \"modern\""));
    assert_non_null(strstr(page.text, "\"target\": \"mx\""));
    assert_non_null(strstr(page.text, "\"fail\": 1"));
    free(page.text);
}

static struct lines {
    const char *name, *text;
    bool partial;
    const char *has;
} lines_read[] = {
    { "a target", RUN OF("target") LINE_CASE OF("target_end") RUN_END, false,
      "\"pass\": 1" },
    { "the time", RUN OF("target") OF("target_end") RUN_END, false,
      "\"elapsed_ms\": 7" },
    { "a record that is new", RUN "{\"record\": \"x\"}\n" RUN_END, false,
      "\"targets\": []" },
    { "a run that was taken up again",
      RUN OF("target") LINE_CASE RUN OF("target") LINE_CASE OF("target_end")
          RUN_END, false, "\"pass\": 1" },
    { "what there is of a run that was cut off",
      RUN OF("target") LINE_CASE OF("target_end") OF("target") LINE_CASE, true,
      "\"pass\": 1" },
    { "what there is before a line that was cut",
      RUN OF("target") LINE_CASE OF("target_end") "{\"record\": \"targ", true,
      "\"pass\": 1" },
    { "a case that came twice: the later line counts",
      RUN OF("target") NUMBERED("1", "a", "pass") NUMBERED("1", "a", "blocked")
          OF("target_end") RUN_END, false, "\"blocked\": 1" },
    { "and not the one before it",
      RUN OF("target") NUMBERED("1", "a", "pass") NUMBERED("1", "a", "blocked")
          OF("target_end") RUN_END, false, "\"pass\": 0" },
    { "lines that are mixed",
      RUN OF("target") "{\"record\": \"target\", \"target\": \"b\"}\n" LINE_CASE
      "{\"record\": \"target_end\", \"target\": \"b\"}\n" OF("target_end")
      RUN_END, false, "\"target\": \"b\"" },
};

/* As the other reports have them. */
static void cases_come_by_their_numbers(void **state)
{
    static const char text[] =
        RUN OF("target") NUMBERED("3", "c", "pass") NUMBERED("1", "a", "pass")
            NUMBERED("2", "b", "pass") OF("target_end") RUN_END;
    const char *places[3];
    struct page page;
    char message[512];

    (void)state;
    assert_int_equal(again(smtpspec_span_of(text), false, &page, message),
                     SMTPSPEC_OK);
    places[0] = strstr(page.text, "\"id\": \"a\"");
    places[1] = strstr(page.text, "\"id\": \"b\"");
    places[2] = strstr(page.text, "\"id\": \"c\"");
    assert_non_null(places[0]);
    assert_true(places[0] < places[1] && places[1] < places[2]);
    free(page.text);
}

static void is_read_of_lines(void **state)
{
    const struct lines *row = *state;
    struct page page;
    char message[512];

    if (again(smtpspec_span_of(row->text), row->partial, &page, message) !=
        SMTPSPEC_OK)
        fail_msg("%s", message);
    if (strstr(page.text, row->has) == NULL)
        fail_msg("%s", page.text);
    free(page.text);
}

/* What a program adds to a report for others is not for all time. */
static void reference_goes_both_ways(void **state)
{
    static const char *const references[] = {
        "5321:3.3", "5321:3.1; 7504:3", "5321:4.3.2, 3.4", "article 234",
        "article 234; 5321:4.2", "",
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(references); i++) {
        char text[128], back[128];

        smtpspec_reference_write(references[i], text, sizeof(text));
        smtpspec_reference_read(text, back, sizeof(back));
        assert_string_equal(back, references[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_written_as_it_was),
        cmocka_unit_test(cut_anywhere_it_is_none),
        cmocka_unit_test(changed_anywhere_it_stays_plain),
        cmocka_unit_test(members_may_come_in_any_order),
        cmocka_unit_test(cases_come_by_their_numbers),
        cmocka_unit_test(reference_goes_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(is_told_in_one_line, faults) +
           RUN_ROWS(is_read_of_lines, lines_read);
}
