/* SPDX-License-Identifier: MIT */
/*
 * test_picture.c - the picture of the state machine: its arrows are those of
 * the rows, and what a server did colours them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/picture_layout.h"
#include "report/report.h"
#include "rules/picture.h"

/* --- the rows ------------------------------------------------------------- */

static struct smtpspec_picture_edge edges[SMTPSPEC_PICTURE_EDGES_LIMIT];
static unsigned edge_count;

static const struct smtpspec_picture_edge *edge_of(enum smtpspec_state from,
                                                   enum smtpspec_state to)
{
    for (unsigned i = 0; i < edge_count; i++)
        if (edges[i].from == from && edges[i].to == to)
            return &edges[i];
    return NULL;
}

static bool has_line(const struct smtpspec_picture_edge *edge,
                     unsigned command, unsigned class_)
{
    for (unsigned i = 0; edge != NULL && i < edge->count; i++)
        if (edge->lines[i].command == command &&
            (edge->lines[i].classes & SMTPSPEC_BIT(class_)) != 0)
            return true;
    return false;
}

static void arrows_lead_where_the_rows_lead(void **state)
{
    unsigned count = 0;

    (void)state;
    for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++)
            for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++) {
                enum smtpspec_state to = smtpspec_rules_next(
                    (enum smtpspec_state)s, (enum smtpspec_command)c,
                    (enum smtpspec_class)k);

                if (!smtpspec_picture_has((enum smtpspec_state)s,
                                          (enum smtpspec_command)c,
                                          (enum smtpspec_class)k))
                    continue;
                assert_true(
                    has_line(edge_of((enum smtpspec_state)s, to), c, k));
                count++;
            }
    for (unsigned i = 0; i < edge_count; i++)
        for (unsigned l = 0; l < edges[i].count; l++)
            for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++)
                count -= !edges[i].last &&
                         (edges[i].lines[l].classes & SMTPSPEC_BIT(k)) != 0;
    assert_int_equal(count, 0);
}

/* A message gets through on arrows alone. */
static void a_message_gets_through(void **state)
{
    static const enum smtpspec_state way[] = {
        SMTPSPEC_STATE_CONNECT, SMTPSPEC_STATE_IDLE, SMTPSPEC_STATE_READY,
        SMTPSPEC_STATE_MAIL, SMTPSPEC_STATE_RCPT, SMTPSPEC_STATE_CONTENT,
        SMTPSPEC_STATE_READY, SMTPSPEC_STATE_CLOSED
    };

    (void)state;
    for (size_t i = 1; i < SMTPSPEC_ARRAY_LEN(way); i++)
        assert_non_null(edge_of(way[i - 1], way[i]));
}

static void the_last_chunk_ends_the_message(void **state)
{
    (void)state;
    assert_true(edge_of(SMTPSPEC_STATE_BDAT, SMTPSPEC_STATE_READY)->last);
}

/* --- and where Graphviz has placed them ----------------------------------- */

static const struct smtpspec_picture_curve *curve_of(const char *from,
                                                     const char *to)
{
    for (unsigned i = 0; i < smtpspec_picture_curve_count; i++)
        if (strcmp(smtpspec_picture_curves[i].from, from) == 0 &&
            strcmp(smtpspec_picture_curves[i].to, to) == 0)
            return &smtpspec_picture_curves[i];
    return NULL;
}

static void each_arrow_has_its_place(void **state)
{
    (void)state;
    for (unsigned i = 0; i < edge_count; i++) {
        const char *from =
            smtpspec_state_name((enum smtpspec_state)edges[i].from);
        const char *to = smtpspec_state_name((enum smtpspec_state)edges[i].to);

        if (curve_of(from, to) == NULL)
            fail_msg("make machine: no arrow %s -> %s", from, to);
    }
    if (smtpspec_picture_curve_count != edge_count)
        fail_msg("make machine: %u arrows are placed, the rows have %u",
                 smtpspec_picture_curve_count, edge_count);
}

static void curves_are_whole_and_within(void **state)
{
    (void)state;
    for (unsigned i = 0; i < smtpspec_picture_curve_count; i++) {
        const struct smtpspec_picture_curve *curve =
            &smtpspec_picture_curves[i];

        assert_true(curve->count >= 4 && curve->count % 3 == 1);
        assert_true(curve->count <= SMTPSPEC_PICTURE_POINTS_KEPT);
        for (unsigned k = 0; k < curve->count; k++) {
            assert_in_range(curve->points[k].x, 0, smtpspec_picture_width);
            assert_in_range(curve->points[k].y, 0, smtpspec_picture_height);
        }
        assert_in_range(curve->label.x, 1, smtpspec_picture_width);
        assert_in_range(curve->label.y, 1, smtpspec_picture_height);
    }
}

static void each_state_but_astray_has_its_place(void **state)
{
    (void)state;
    for (int s = 1; s < SMTPSPEC_STATE_COUNT; s++) {
        unsigned found = 0;

        for (unsigned i = 0; i < smtpspec_picture_box_count; i++)
            found += strcmp(smtpspec_picture_boxes[i].name,
                            smtpspec_state_name((enum smtpspec_state)s)) == 0;
        assert_int_equal(found, s != SMTPSPEC_STATE_ASTRAY);
    }
}

/* --- colours -------------------------------------------------------------- */

#define AT(state, command, class_)                                          \
    SMTPSPEC_STATE_##state, SMTPSPEC_COMMAND_##command, SMTPSPEC_CLASS_##class_

/* The page of a target that went so. */
static char *page_of(const struct smtpspec_transition *list, unsigned count)
{
    const struct smtpspec_report_writer *writer =
        smtpspec_report_writer_of("html");
    const struct smtpspec_run_facts run = { .version = "1",
                                            .profile = "modern" };
    struct smtpspec_target_facts facts = { .name = "mx", .transitions = list,
                                           .transition_count = count };
    struct smtpspec_report_options options = { .quiet = false };
    struct smtpspec_result result = { .title = "t", .reference = "" };
    struct smtpspec_report *report;
    char *page;
    size_t length;

    options.file = open_memstream(&page, &length);
    report = smtpspec_report_open(writer, &options);
    writer->begin(report, &run);
    smtpspec_report_target_begin(writer, report, facts.name);
    for (unsigned i = 0; i < count; i++) {
        result.id = list[i].test;
        if (list[i].test[0] != '<')
            writer->result(report, &result);
    }
    writer->target_end(report, &facts);
    assert_int_equal(smtpspec_report_end(writer, report, &run), SMTPSPEC_OK);
    fclose(options.file);
    return page;
}

static void has(const char *page, const char *text)
{
    if (strstr(page, text) == NULL)
        fail_msg("%s in %s", text, strstr(page, "<section class=machine"));
}

static void what_was_seen_is_coloured_and_leads_to_the_case(void **state)
{
    static const struct smtpspec_transition list[] = {
        { AT(READY, MAIL, SUCCESS), 7, SMTPSPEC_OUTCOME_PASS, "mail.a" },
        { AT(READY, NOOP, SUCCESS), 2, SMTPSPEC_OUTCOME_WARN, "noop.a" },
        { AT(READY, RCPT, SUCCESS), 1, SMTPSPEC_OUTCOME_FAIL, "rcpt.a" },
        { AT(CONTENT, DATA_END, FAILURE), 3, SMTPSPEC_OUTCOME_FAIL, "d.a" },
    };
    char *page = page_of(list, SMTPSPEC_ARRAY_LEN(list));

    (void)state;
    has(page, "<a href=\"#t0-mail.a\" class=p tabindex=-1 "
        "id=t0-e-READY-MAIL-success><tspan class=p><title>7 times: mail.a"
        "</title>MAIL</tspan></a>");
    has(page, "<a href=\"#t0-d.a\" class=f tabindex=-1 "
        "id=t0-e-CONTENT-DATA-END-failure>");
    has(page, "<g class=w><title>NOOP, 2 times, warned: noop.a</title>");
    /* A recipient without MAIL: no arrow of the rows, so drawn through. */
    has(page, "<g class=\"e stray f\">");
    has(page, "id=t0-e-READY-RCPT-success>");
    has(page, "<td><a href=\"#t0-rcpt.a\" class=f>&#10007;2yz</a> ");
    /* And what was not seen is no link. */
    has(page, "<tspan class=n>RCPT</tspan>");
    free(page);
}

static void a_hostile_name_is_text_and_no_link(void **state)
{
    static const struct smtpspec_transition list[] = {
        { AT(READY, MAIL, SUCCESS), 1, SMTPSPEC_OUTCOME_FAIL,
          "<script>\">" },
    };
    char *page = page_of(list, 1);

    (void)state;
    has(page, "<title>1 time, fails: &lt;script&gt;&quot;&gt;</title>MAIL");
    assert_null(strstr(page, "<script>\">"));
    assert_null(strstr(page, "id=t0-e-READY-MAIL"));
    free(page);
}

static void without_anything_seen_there_is_no_picture(void **state)
{
    char *page = page_of(NULL, 0);

    (void)state;
    assert_null(strstr(page, "<section class=machine"));
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrows_lead_where_the_rows_lead),
        cmocka_unit_test(a_message_gets_through),
        cmocka_unit_test(the_last_chunk_ends_the_message),
        cmocka_unit_test(each_arrow_has_its_place),
        cmocka_unit_test(curves_are_whole_and_within),
        cmocka_unit_test(each_state_but_astray_has_its_place),
        cmocka_unit_test(what_was_seen_is_coloured_and_leads_to_the_case),
        cmocka_unit_test(a_hostile_name_is_text_and_no_link),
        cmocka_unit_test(without_anything_seen_there_is_no_picture),
    };

    edge_count = smtpspec_picture_edges(edges);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
