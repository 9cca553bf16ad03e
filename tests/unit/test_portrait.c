/* SPDX-License-Identifier: MIT */
/*
 * test_portrait.c - the picture of a server's machine tells all of it, in few
 * arrows, and shows where it departs from the rules
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/learnt.h"

#define LINES (2 * SMTPSPEC_SYMBOLS_KEPT)

static unsigned node_called(const struct smtpspec_portrait *portrait, const char *name)
{
    for (unsigned i = 0; i < portrait->node_count; i++)
        if (strcmp(portrait->nodes[i].name, name) == 0)
            return i;
    fail_msg("no state is called %s", name);
    return 0;
}

/* The tone of a line with this text, among those in a box. */
static int tone_in_box(const struct smtpspec_portrait *portrait, const char *node,
                       const char *wanted)
{
    struct smtpspec_portrait_line rows[LINES];
    unsigned count = smtpspec_portrait_rows(portrait, node_called(portrait, node), rows);
    char text[SMTPSPEC_PORTRAIT_TEXT_KEPT];

    for (unsigned i = 0; i < count; i++) {
        smtpspec_portrait_text(portrait, &rows[i], text);
        if (strcmp(text, wanted) == 0)
            return rows[i].tone;
    }
    return -1;
}

/* And on the arrows from one to another. */
static int tone_on_way(const struct smtpspec_portrait *portrait, const char *from, const char *to,
                       const char *wanted)
{
    struct smtpspec_portrait_line lines[LINES];
    struct smtpspec_portrait_edge *edges;
    unsigned count = smtpspec_portrait_edges(portrait, &edges);
    char text[SMTPSPEC_PORTRAIT_TEXT_KEPT];
    int tone = -1;

    for (unsigned i = 0; i < count; i++) {
        if (edges[i].from != node_called(portrait, from) ||
            edges[i].to != node_called(portrait, to))
            continue;
        for (unsigned k = smtpspec_portrait_edge_lines(portrait, &edges[i], lines); k > 0; k--) {
            smtpspec_portrait_text(portrait, &lines[k - 1], text);
            if (strcmp(text, wanted) == 0)
                tone = lines[k - 1].tone;
        }
    }
    free(edges);
    return tone;
}

static unsigned edge_count(const struct smtpspec_portrait *portrait)
{
    struct smtpspec_portrait_edge *edges;
    unsigned count = smtpspec_portrait_edges(portrait, &edges);

    free(edges);
    return count;
}

static unsigned count_tones(const struct smtpspec_portrait *portrait, unsigned least)
{
    unsigned count = 0;

    for (unsigned i = 0; i < portrait->link_count; i++)
        count += portrait->links[i].tone >= least;
    return count;
}

/* --- Servers -------------------------------------------------------------- */

static void real_servers_have_few_arrows(void **state)
{
    (void)state;
    static const struct {
        const char *server;
        unsigned states, nodes, edges;
    } rows[] = {
        { "haraka", 6, 6, 8 },   { "opensmtpd", 5, 5, 6 }, { "exim", 10, 10, 20 },
        { "chasquid", 19, 7, 18 }, { "aiosmtpd", 21, 5, 6 },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        struct smtpspec_portrait portrait;
        struct learnt learnt;

        portray(&learnt, rows[i].server, &portrait);
        assert_int_equal(learnt.mealy.states, rows[i].states);
        assert_int_equal(portrait.node_count, rows[i].nodes);
        assert_int_equal(edge_count(&portrait), rows[i].edges);
        smtpspec_portrait_free(&portrait);
        smtpspec_mealy_free(&learnt.mealy);
    }
}

static void what_departs_from_the_rules_is_marked(void **state)
{
    (void)state;
    struct smtpspec_portrait portrait;
    struct learnt learnt;

    portray(&learnt, "opensmtpd", &portrait);
    assert_int_equal(tone_in_box(&portrait, "READY", "503: EHLO"), SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_in_box(&portrait, "READY", "503: HELO"), SMTPSPEC_TONE_WARN);
    assert_int_equal(tone_in_box(&portrait, "IDLE", "503: RSET"), SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_on_way(&portrait, "READY", "MAIL", "MAIL / 250"), SMTPSPEC_TONE_PLAIN);
    assert_int_equal(count_tones(&portrait, SMTPSPEC_TONE_MISSING),
                     count_tones(&portrait, SMTPSPEC_TONE_WARN));
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
    portray(&learnt, "exim", &portrait);
    assert_int_equal(tone_on_way(&portrait, "BDAT", "CLOSED", "RSET / closed"),
                     SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_on_way(&portrait, "BDAT", "CLOSED", "QUIT / 221*"), SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_on_way(&portrait, "BDAT", "READY", "BDATL / 250"), SMTPSPEC_TONE_PLAIN);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

/* Behind it the server has no reply to anything. */
static void who_falls_silent_has_a_state_for_it(void **state)
{
    (void)state;
    struct smtpspec_portrait portrait;
    struct learnt learnt;

    portray(&learnt, "haraka", &portrait);
    assert_int_equal(tone_on_way(&portrait, "MAIL", "silent", "EHLO HELO MAIL / 250"),
                     SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_in_box(&portrait, "silent", "silent: any command"),
                     SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_on_way(&portrait, "RCPT", "READY", "RSET / 250"), SMTPSPEC_TONE_PLAIN);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

/* Nothing in the reply to EHLO tells that the transaction goes on. */
static void a_right_reply_that_leads_astray_is_marked(void **state)
{
    (void)state;
    struct smtpspec_portrait portrait;
    struct learnt learnt;

    portray(&learnt, "chasquid", &portrait);
    assert_int_equal(tone_in_box(&portrait, "MAIL", "250: EHLO HELO"), SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_in_box(&portrait, "RCPT", "250: EHLO HELO"), SMTPSPEC_TONE_FAIL);
    assert_int_equal(tone_on_way(&portrait, "MAIL", "READY", "EHLO HELO"),
                     SMTPSPEC_TONE_MISSING);
    assert_int_equal(tone_on_way(&portrait, "MAIL", "READY", "RSET / 250"), SMTPSPEC_TONE_PLAIN);
    /* A MAIL that is refused ends the transaction: all that comes of it is a
     * recipient refused, and that is no more than a warning. */
    assert_int_equal(tone_on_way(&portrait, "MAIL", "READY", "MAILX / 501"), SMTPSPEC_TONE_WARN);
    /* Nor is it EHLO or HELO that is to blame for what MAIL does later. */
    assert_int_equal(tone_on_way(&portrait, "IDLE", "READY", "EHLO HELO / 250"),
                     SMTPSPEC_TONE_PLAIN);
    assert_int_equal(tone_on_way(&portrait, "MAIL", "RCPT", "RCPT / 250"), SMTPSPEC_TONE_PLAIN);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

static void copies_are_one_and_the_last_error_is_told(void **state)
{
    (void)state;
    struct smtpspec_portrait portrait;
    struct learnt learnt;
    const struct smtpspec_portrait_node *closed;

    portray(&learnt, "chasquid", &portrait);
    closed = &portrait.nodes[node_called(&portrait, "CLOSED")];
    assert_true(closed->closed);
    assert_string_equal(closed->note, "3rd error: 421");
    assert_int_equal(closed->note_tone, SMTPSPEC_TONE_PLAIN);
    assert_string_equal(portrait.about, "19 states: 3 copies of a machine of 6, and the closed one "
                                        "(the 3rd error ends it, with 421)");
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
    portray(&learnt, "aiosmtpd", &portrait);
    closed = &portrait.nodes[node_called(&portrait, "CLOSED")];
    assert_string_equal(closed->note, "5th error: 502, closed");
    assert_int_equal(closed->note_tone, SMTPSPEC_TONE_FAIL);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

static void quit_is_an_arrow_once(void **state)
{
    (void)state;
    struct smtpspec_portrait portrait;
    struct learnt learnt;

    portray(&learnt, "haraka", &portrait);
    assert_int_equal(tone_on_way(&portrait, "READY", "CLOSED", "QUIT / 221"),
                     SMTPSPEC_TONE_FAINT);
    assert_int_equal(tone_in_box(&portrait, "MAIL", "221: QUIT -> CLOSED"), SMTPSPEC_TONE_FAINT);
    assert_int_equal(tone_on_way(&portrait, "MAIL", "CLOSED", "QUIT / 221"), -1);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

/* --- The rules themselves ------------------------------------------------- */

static void a_server_as_the_rules_have_it_has_no_mark(void **state)
{
    (void)state;
    static const char *const names[] = { "core8", "std14" };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++) {
        struct smtpspec_portrait portrait;
        struct learnt learnt;

        make_model(&learnt.spec, &learnt.alphabet, names[i], &learnt.mealy);
        learnt.spec.terms.offered = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING);
        assert_true(smtpspec_portrait_make(&portrait, &learnt.mealy, &learnt.spec));
        assert_int_equal(count_tones(&portrait, SMTPSPEC_TONE_MISSING), 0);
        assert_true(edge_count(&portrait) <= SMTPSPEC_PORTRAIT_EDGES_MOST);
        smtpspec_portrait_free(&portrait);
        smtpspec_mealy_free(&learnt.mealy);
    }
}

/* Who refuses every recipient has no state RCPT: the picture has, dashed. */
static void a_state_that_is_lacking_has_a_box(void **state)
{
    (void)state;
    struct smtpspec_portrait portrait;
    struct learnt learnt;
    unsigned lacking;

    learn(&learnt, "opensmtpd");
    for (unsigned i = 0; i < learnt.mealy.states; i++)
        for (unsigned a = 0; a < learnt.mealy.symbols; a++) {
            struct smtpspec_mealy_edge *edge = smtpspec_mealy_edge(&learnt.mealy, i, a);

            if (learnt.alphabet.symbols[a].command == SMTPSPEC_COMMAND_RCPT &&
                edge->output == SMTPSPEC_OUTPUT_CODE(250))
                *edge = (struct smtpspec_mealy_edge){ SMTPSPEC_OUTPUT_CODE(550), (uint16_t)i };
        }
    assert_true(smtpspec_portrait_make(&portrait, &learnt.mealy, &learnt.spec));
    lacking = node_called(&portrait, "RCPT");
    assert_true(portrait.nodes[lacking].lacking);
    assert_int_equal(tone_on_way(&portrait, "MAIL", "RCPT", "RCPT RCPTX"),
                     SMTPSPEC_TONE_MISSING);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

/* --- Any machine ---------------------------------------------------------- */

/* How many transitions the lines in boxes and on arrows tell. */
static unsigned transitions_told(const struct smtpspec_portrait *portrait)
{
    struct smtpspec_portrait_line lines[LINES];
    struct smtpspec_portrait_edge *edges;
    unsigned edge_total = smtpspec_portrait_edges(portrait, &edges), told = 0;

    for (unsigned i = 0; i < portrait->node_count + edge_total; i++) {
        unsigned count = i < portrait->node_count
                             ? smtpspec_portrait_rows(portrait, i, lines)
                             : smtpspec_portrait_edge_lines(
                                   portrait, &edges[i - portrait->node_count], lines);

        for (unsigned k = 0; k < count; k++)
            for (uint64_t set = lines[k].symbols; set != 0; set &= set - 1)
                told += lines[k].tone != SMTPSPEC_TONE_MISSING;
    }
    free(edges);
    return told;
}

static void any_machine_is_told_in_full_by_few_arrows(void **state)
{
    (void)state;
    uint64_t seed = 7;

    for (unsigned round = 0; round < 60; round++) {
        unsigned states = 2 + round % 39;
        struct smtpspec_mealy least;
        struct smtpspec_portrait portrait;
        struct learnt learnt;
        unsigned most = SMTPSPEC_PORTRAIT_EDGES_MOST;

        random_server(&learnt, states, &seed);
        smtpspec_mealy_minimise(&learnt.mealy, &least);
        assert_true(smtpspec_portrait_make(&portrait, &learnt.mealy, &learnt.spec));
        if (portrait.node_count > 10)
            most += 3 * (portrait.node_count - 10);
        assert_true(edge_count(&portrait) <= most);
        assert_int_equal(transitions_told(&portrait),
                         (least.states - (sink_of(&least) < least.states)) * least.symbols);
        for (unsigned i = 0; i < portrait.node_count; i++)
            assert_int_equal(node_called(&portrait, portrait.nodes[i].name), i);
        smtpspec_portrait_free(&portrait);
        smtpspec_mealy_free(&least);
        smtpspec_mealy_free(&learnt.mealy);
    }
}

static void what_nobody_could_read_is_not_drawn(void **state)
{
    (void)state;
    struct smtpspec_portrait portrait;
    struct learnt learnt;
    uint64_t seed = 8;

    random_server(&learnt, 60, &seed);
    assert_false(smtpspec_portrait_make(&portrait, &learnt.mealy, &learnt.spec));
    smtpspec_mealy_free(&learnt.mealy);
}

/* --- For Graphviz --------------------------------------------------------- */

static unsigned count_of(const char *text, const char *part)
{
    unsigned count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

static void write_dot(const struct smtpspec_portrait *portrait, char *out, size_t cap)
{
    FILE *file = fmemopen(out, cap, "w");

    assert_non_null(file);
    assert_true(smtpspec_portrait_write_dot(portrait, file));
    fclose(file);
}

static void graphviz_gets_all_of_it(void **state)
{
    (void)state;
    static char text[1 << 16];
    struct smtpspec_portrait portrait;
    struct learnt learnt;

    portray(&learnt, "exim", &portrait);
    write_dot(&portrait, text, sizeof(text));
    /* The start is an arrow, too; in boxes it is written otherwise. */
    assert_int_equal(count_of(text, " -> ") - count_of(text, "[style=invis]"),
                     edge_count(&portrait) + 1);
    assert_int_equal(count_of(text, "peripheries=2"), 1);
    assert_int_equal(count_of(text, "[color="), edge_count(&portrait) + portrait.node_count);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

/* A name of a symbol is of the user's making. */
static void names_do_no_harm(void **state)
{
    (void)state;
    static char text[1 << 16];
    struct smtpspec_portrait portrait;
    struct learnt learnt;

    learn(&learnt, "haraka");
    for (unsigned i = 0; i < learnt.alphabet.count; i++)
        memcpy(learnt.alphabet.symbols[i].name, "<b>&\"\x01\xff\\>]", 11);
    assert_true(smtpspec_portrait_make(&portrait, &learnt.mealy, &learnt.spec));
    write_dot(&portrait, text, sizeof(text));
    assert_non_null(strstr(text, "&lt;b&gt;&amp;&quot;??\\&gt;]"));
    assert_null(strstr(text, "<b>"));
    assert_null(strchr(text, '\x01'));
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&learnt.mealy);
}

static void long_lines_are_wrapped_at_blanks(void **state)
{
    (void)state;
    assert_int_equal(smtpspec_portrait_wrap("abc", 3), 3);
    assert_int_equal(smtpspec_portrait_wrap("abc de", 3), 3);
    assert_int_equal(smtpspec_portrait_wrap("ab cde", 5), 2);
    assert_int_equal(smtpspec_portrait_wrap("abcdef", 3), 3);
    assert_int_equal(smtpspec_portrait_wrap(" abcdef", 3), 3);
    assert_int_equal(smtpspec_portrait_wrap("", 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_servers_have_few_arrows),
        cmocka_unit_test(what_departs_from_the_rules_is_marked),
        cmocka_unit_test(who_falls_silent_has_a_state_for_it),
        cmocka_unit_test(a_right_reply_that_leads_astray_is_marked),
        cmocka_unit_test(copies_are_one_and_the_last_error_is_told),
        cmocka_unit_test(quit_is_an_arrow_once),
        cmocka_unit_test(a_server_as_the_rules_have_it_has_no_mark),
        cmocka_unit_test(a_state_that_is_lacking_has_a_box),
        cmocka_unit_test(any_machine_is_told_in_full_by_few_arrows),
        cmocka_unit_test(what_nobody_could_read_is_not_drawn),
        cmocka_unit_test(graphviz_gets_all_of_it),
        cmocka_unit_test(names_do_no_harm),
        cmocka_unit_test(long_lines_are_wrapped_at_blanks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
