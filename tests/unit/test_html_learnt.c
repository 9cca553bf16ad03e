/* SPDX-License-Identifier: MIT */
/*
 * test_html_learnt.c - the machine that was learnt of a server, on the page of
 * a report
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"
#include "support/learnt.h"

/* The page of a target whose machine is drawn so, or not at all. What was
 * drawn is gone before the page is written. */
static char *page_of(struct smtpspec_drawing *drawing)
{
    const struct smtpspec_report_writer *writer = smtpspec_report_writer_of("html");
    const struct smtpspec_run_facts run = { .version = "1", .profile = "modern" };
    struct smtpspec_target_facts facts = { .name = "mx", .learnt = drawing };
    const struct smtpspec_result result = { .id = "a", .title = "t", .reference = "" };
    struct smtpspec_report_options options = { .quiet = false };
    struct smtpspec_report *report;
    char *page;
    size_t length;

    options.file = open_memstream(&page, &length);
    report = smtpspec_report_open(writer, &options);
    writer->begin(report, &run);
    smtpspec_report_target_begin(writer, report, facts.name);
    writer->result(report, &result);
    writer->target_end(report, &facts);
    smtpspec_portrait_drawing_free(drawing);
    assert_int_equal(smtpspec_report_end(writer, report, &run), SMTPSPEC_OK);
    fclose(options.file);
    return page;
}

static char *page_of_server(const char *server, const char *symbol)
{
    struct smtpspec_portrait portrait;
    struct learnt learnt;
    char *page;

    learn(&learnt, server);
    if (symbol != NULL)
        memcpy(learnt.alphabet.symbols[0].name, symbol, strlen(symbol) + 1);
    assert_true(smtpspec_portrait_make(&portrait, &learnt.mealy, &learnt.spec));
    page = page_of(smtpspec_portrait_draw(&portrait));
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
    return page;
}

static void has(const char *page, const char *text)
{
    if (strstr(page, text) == NULL)
        fail_msg("%s is not on the page", text);
}

static unsigned count_of(const char *page, const char *text)
{
    unsigned count = 0;

    for (; (page = strstr(page, text)) != NULL; page++)
        count++;
    return count;
}

static void the_page_shows_the_machine(void **state)
{
    (void)state;
    char *page = page_of_server("haraka", NULL);

    has(page, "<h3 id=t0-learnt>The server's own machine</h3>");
    has(page, "<a href=\"#t0-learnt\">Its own machine</a>");
    has(page, "6 states, the closed one and one that answers nothing among them");
    has(page, ">READY</text>");
    has(page, ">250: EHLO HELO RSET NOOP</text>");
    has(page, ">silent: any command</text>");
    /* Eight arrows, and the one where all begins. */
    assert_int_equal(count_of(page, "<g class=\"e "), 9);
    assert_int_equal(count_of(page, "<g class=\"st "), 6);
    assert_int_equal(count_of(page, "<circle "), 1);
    free(page);
}

static void the_table_says_the_same(void **state)
{
    (void)state;
    char *page = page_of_server("opensmtpd", NULL);

    has(page, "<tr><th scope=row>READY<td class=odd>503: HELO<td><td>warned\n");
    has(page, "<tr><th scope=row>READY<td class=bad>503: EHLO<td><td>fails\n");
    has(page, "<tr><th scope=row>READY<td class=faint>QUIT / 221<td>CLOSED<td>\n");
    free(page);
}

static void what_is_missing_is_told(void **state)
{
    (void)state;
    char *page = page_of_server("chasquid", NULL);

    has(page, "<g class=\"e lack\">");
    has(page, "<tr><th scope=row>MAIL<td class=lack>EHLO HELO<td>READY<td>missing\n");
    has(page, "<text class=plain ");
    has(page, ">3rd error: 421</text>");
    free(page);
}

static void names_of_symbols_are_text(void **state)
{
    (void)state;
    char *page = page_of_server("haraka", "</svg><b>\"&'\x01");

    has(page, "&lt;/svg&gt;&lt;b&gt;&quot;&amp;&#39;?");
    assert_null(strstr(page, "</svg><b>"));
    assert_null(strchr(page, '\x01'));
    free(page);
}

static void without_a_machine_there_is_no_picture_of_it(void **state)
{
    (void)state;
    char *page = page_of(NULL);

    assert_null(strstr(page, "t0-learnt"));
    free(page);
}

/* Every picture is within its frame, the largest among them. */
static void any_machine_has_a_page(void **state)
{
    (void)state;
    uint64_t seed = 4;

    for (unsigned states = 2; states <= SMTPSPEC_PORTRAIT_NODES_MOST; states += 19) {
        struct smtpspec_portrait portrait;
        struct smtpspec_drawing *drawing;
        struct learnt learnt;

        random_server(&learnt, states, &seed);
        assert_true(smtpspec_portrait_make(&portrait, &learnt.mealy, &learnt.spec));
        drawing = smtpspec_portrait_draw(&portrait);
        for (unsigned i = 0; i < drawing->box_count; i++) {
            assert_in_range(drawing->boxes[i].middle.x, 1, drawing->width);
            assert_in_range(drawing->boxes[i].middle.y, 1, drawing->height);
        }
        for (unsigned i = 0; i < drawing->arrow_count; i++)
            for (unsigned k = 0; k < drawing->arrows[i].point_count; k++) {
                assert_in_range(drawing->arrows[i].points[k].x, 0, drawing->width);
                assert_in_range(drawing->arrows[i].points[k].y, 0, drawing->height);
            }
        free(page_of(drawing));
        smtpspec_portrait_free(&portrait);
        smtpspec_mealy_free(&learnt.mealy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_shows_the_machine),
        cmocka_unit_test(the_table_says_the_same),
        cmocka_unit_test(what_is_missing_is_told),
        cmocka_unit_test(names_of_symbols_are_text),
        cmocka_unit_test(without_a_machine_there_is_no_picture_of_it),
        cmocka_unit_test(any_machine_has_a_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
