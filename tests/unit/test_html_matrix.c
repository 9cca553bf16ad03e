/* SPDX-License-Identifier: MIT */
/*
 * test_html_matrix.c - servers side by side on the page
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/html.h"
#include "report/report.h"

#define COLUMNS 3

/* One letter for each server: p f w, k known to fail, s skip, b blocked, '.' has
 * no such case. */
static const struct test {
    const char *id, *outcomes;
} tests[] = {
    { "all.pass", "ppp" },
    { "warn.one", "pwp" },
    { "fail.one", "fpp" },
    { "sweep.fail.one", "fpp" },
    { "fail.two", "fpf" },
    { "all.fail", "fff" },
    { "all.skip", "ssb" },
    { "fail.rest-skip", "fss" },
    { "pass.rest-skip", "ps." },
    { "session.extra", "..f" },
    { "known.one", "kpp" },
};

static enum smtpspec_outcome outcome_of(char letter)
{
    return letter == 'p'   ? SMTPSPEC_OUTCOME_PASS
           : letter == 'f' || letter == 'k' ? SMTPSPEC_OUTCOME_FAIL
           : letter == 'w' ? SMTPSPEC_OUTCOME_WARN
           : letter == 'b' ? SMTPSPEC_OUTCOME_BLOCKED
                           : SMTPSPEC_OUTCOME_SKIP;
}

static const char *observed_of(char letter)
{
    return letter == 'p'   ? "503 5.5.1 no"
           : letter == 'f' ? "250-2.0.0 \"<script>alert(1)</script>"
           : letter == 'w' || letter == 'k' ? "no reply"
                           : NULL;
}

static char *page;

static void tell_column(const struct smtpspec_report_writer *writer,
                        struct smtpspec_report *report, unsigned column)
{
    static const char *const names[COLUMNS] = { "one", "two<b>", "three" };
    struct smtpspec_target_facts facts = { .name = names[column] };

    smtpspec_report_target_begin(writer, report, facts.name);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(tests); i++) {
        char letter = tests[i].outcomes[column];
        struct smtpspec_result result = {
            .id = tests[i].id, .title = "a & b", .reference = "5321:3.3",
            .level = SMTPSPEC_LEVEL_MUST, .outcome = outcome_of(letter),
            .observed = observed_of(letter),
            .expected_failure = letter == 'k',
        };

        if (letter == '.')
            continue;
        if (result.outcome >= SMTPSPEC_OUTCOME_WARN)
            result.rule = result.requirement = "r";
        smtpspec_summary_add(&facts.summary, &result);
        writer->result(report, &result);
    }
    writer->target_end(report, &facts);
}

static int make_page(void **state)
{
    const struct smtpspec_report_writer *writer =
        smtpspec_report_writer_of("html");
    const struct smtpspec_run_facts run = { .version = "1",
                                            .profile = "modern" };
    struct smtpspec_report_options options = { .quiet = false };
    struct smtpspec_report *report;
    size_t length;

    (void)state;
    options.file = open_memstream(&page, &length);
    report = smtpspec_report_open(writer, &options);
    writer->begin(report, &run);
    for (unsigned i = 0; i < COLUMNS; i++)
        tell_column(writer, report, i);
    assert_int_equal(smtpspec_report_end(writer, report, &run), SMTPSPEC_OK);
    return fclose(options.file);
}

static int drop_page(void **state)
{
    (void)state;
    free(page);
    return 0;
}

/* Where `text` stands in the matrix; fails where it does not. */
static const char *find(const char *text)
{
    const char *begin = strstr(page, "<section class=matrix");
    const char *at = begin != NULL ? strstr(begin, text) : NULL;

    if (at == NULL || at > strstr(begin, "</section>"))
        fail_msg("not in the matrix: %s", text);
    return at;
}

static const char *row_of(const char *id)
{
    char text[128];

    snprintf(text, sizeof(text), "<th scope=row><code>%s</code>", id);
    return find(text);
}

static void differences_come_first(void **state)
{
    static const char *const order[] = {
        "fail.two", "fail.one", "sweep.fail.one", "session.extra",
        "warn.one", "all.fail", "fail.rest-skip", "all.pass",
        "pass.rest-skip", "all.skip",
    };

    (void)state;
    for (size_t i = 1; i < SMTPSPEC_ARRAY_LEN(order); i++)
        if (row_of(order[i - 1]) > row_of(order[i]))
            fail_msg("%s comes behind %s", order[i - 1], order[i]);
    find("<h3 id=matrix-h>6 cases where servers differ</h3>");
    find("<summary>2 cases in which all that were asked fail or warn<");
    find("<summary>2 cases in which all that were asked pass<");
    find("<summary>1 case that no server was asked<");
}

/* The same servers fail it by the same rule. */
static void of_one_cause_the_first_stands_for_all(void **state)
{
    (void)state;
    find("<tr><th scope=row><code>fail.one</code>");
    find("<tr class=alike><th scope=row><code>sweep.fail.one</code>");
    find("<tr><th scope=row><code>fail.two</code>");
    find("<tr><th scope=row><code>session.extra</code>");
    find("<tr><th scope=row><code>warn.one</code>");
}

/* A row up to its end. */
static void has_row(const char *id, const char *cells)
{
    const char *at = strchr(row_of(id), '\n') - strlen(cells);

    if (strncmp(at, cells, strlen(cells)) != 0)
        fail_msg("%s: %.*s", id, (int)strcspn(row_of(id), "\n"), row_of(id));
}

static void a_cell_shows_the_code_and_leads_to_the_case(void **state)
{
    (void)state;
    has_row("fail.two",
            "<td class=f><a href=#t0-fail.two title=\"fail: 250-2.0.0 "
            "&quot;&lt;script&gt;alert(1)&lt;/script&gt;\">&#10007;250</a>"
            "<td class=p><a href=#t1-fail.two>503</a>"
            "<td class=f><a href=#t2-fail.two title=\"fail: 250-2.0.0 "
            "&quot;&lt;script&gt;alert(1)&lt;/script&gt;\">&#10007;250</a>");
    has_row("warn.one",
            "<td class=p><a href=#t0-warn.one>503</a>"
            "<td class=w><a href=#t1-warn.one title=\"warn: no reply\">!</a>"
            "<td class=p><a href=#t2-warn.one>503</a>");
    has_row("known.one",
            "<td class=\"f kn\"><a href=#t0-known.one title=\"fail, known: no "
            "reply\">&#10007;</a><td class=p><a href=#t1-known.one>503</a>"
            "<td class=p><a href=#t2-known.one>503</a>");
    has_row("fail.rest-skip", "<td class=s><a href=#t1-fail.rest-skip "
            "title=\"skip\">&ndash;</a><td class=s><a "
            "href=#t2-fail.rest-skip title=\"skip\">&ndash;</a>");
    has_row("all.pass",
            "<td class=p>&check;<td class=p>&check;<td class=p>&check;");
    has_row("pass.rest-skip", "<td class=p>&check;<td class=s>&ndash;<td>");
}

/* A finding of the set-up is told only where there is one. */
static void silence_of_a_session_rule_is_a_pass(void **state)
{
    (void)state;
    assert_ptr_equal(strstr(row_of("session.extra"), "<td"),
                     strstr(row_of("session.extra"),
                            "<td class=p>&check;<td class=p>&check;"
                            "<td class=f>"));
}

static void names_and_sums_stand_above(void **state)
{
    (void)state;
    find("<th scope=col><a href=#t1 title=\"two&lt;b&gt;\">two&lt;b&gt;</a>");
    find("<tr class=sum><th scope=row>fail<td class=f>6<td class=f>1"
         "<td class=f>3\n");
    find("<tr class=sum><th scope=row>warn<td class=s>0<td class=w>1"
         "<td class=s>0\n");
}

static bool has_id(const char *name, size_t length)
{
    char text[160];

    snprintf(text, sizeof(text), "id=\"%.*s\"", (int)length, name);
    if (strstr(page, text) != NULL)
        return true;
    snprintf(text, sizeof(text), "id=%.*s ", (int)length, name);
    return strstr(page, text) != NULL;
}

static void each_link_leads_somewhere(void **state)
{
    unsigned count = 0;

    (void)state;
    for (const char *at = find("href=#"); (at = strstr(at, "href=#")) != NULL;
         count++) {
        size_t length = strcspn(at += strlen("href=#"), " >");

        if (!has_id(at, length))
            fail_msg("nothing is called %.*s", (int)length, at);
    }
    assert_true(count >= 3 * COLUMNS);
}

/* --- many ----------------------------------------------------------------- */

/* One more than there can be columns: each but the first passes one case, the
 * second fails it, the third could not be tested. */
static void more_than_columns_are_a_row_each(void **state)
{
    const struct smtpspec_report_writer *writer =
        smtpspec_report_writer_of("html");
    const struct smtpspec_run_facts run = { .version = "1",
                                            .profile = "modern" };
    struct smtpspec_report_options options = { .quiet = false };
    char *kept = page;
    size_t length;

    (void)state;
    options.file = open_memstream(&page, &length);
    struct smtpspec_report *report = smtpspec_report_open(writer, &options);

    writer->begin(report, &run);
    for (unsigned i = 0; i <= SMTPSPEC_HTML_COLUMNS_LIMIT; i++) {
        struct smtpspec_target_facts facts = {
            .name = i == 1 ? "fails" : i == 2 ? "lost" : "passes",
            .trouble = i == 2 ? "no route <b>" : NULL };
        struct smtpspec_result result = {
            .id = "a.b", .title = "t", .reference = "", .rule = "r",
            .requirement = "one & all", .outcome = i == 1
                ? SMTPSPEC_OUTCOME_FAIL : SMTPSPEC_OUTCOME_PASS };

        smtpspec_report_target_begin(writer, report, facts.name);
        if (i != 2) {
            smtpspec_summary_add(&facts.summary, &result);
            writer->result(report, &result);
        }
        writer->target_end(report, &facts);
    }
    assert_int_equal(smtpspec_report_end(writer, report, &run), SMTPSPEC_OK);
    fclose(options.file);
    find("<tbody>\n<tr><th scope=row><a href=#t2>lost</a><td class=s>0"
         "<td class=s>0<td class=s>0<td class=\"why e\">no route &lt;b&gt;\n"
         "<tr><th scope=row><a href=#t1>fails</a><td class=f>1<td class=s>0"
         "<td class=s>0<td class=\"why\">one &amp; all\n"
         "<tr><th scope=row><a href=#t0>passes</a>");
    free(page);
    page = kept;
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(differences_come_first),
        cmocka_unit_test(of_one_cause_the_first_stands_for_all),
        cmocka_unit_test(a_cell_shows_the_code_and_leads_to_the_case),
        cmocka_unit_test(silence_of_a_session_rule_is_a_pass),
        cmocka_unit_test(names_and_sums_stand_above),
        cmocka_unit_test(each_link_leads_somewhere),
        cmocka_unit_test(more_than_columns_are_a_row_each),
    };

    return cmocka_run_group_tests(all, make_page, drop_page);
}
