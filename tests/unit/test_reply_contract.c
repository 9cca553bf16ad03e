/* SPDX-License-Identifier: MIT */
/*
 * test_reply_contract.c - the tokenizer against a second reading that takes
 * whole lines, and what its header promises beside the lines
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/reply.h>

#include "support/reply_second.h"
#include "support/reply_story.h"

/* --- the second reading ---------------------------------------------------- */

static void second_story(struct smtpspec_span wire, struct story *story)
{
    struct second second = { 0 };
    struct line *line = story->lines;

    memset(story, 0, sizeof(*story));
    for (size_t end; (end = smtpspec_span_find(wire, '\n')) < wire.length; line++) {
        second_line(&second, smtpspec_span_head(wire, end + 1), &line->record);
        for (size_t i = 0; i < line->record.length; i++)
            line_add(line, wire.at[i]);
        wire = smtpspec_span_skip(wire, end + 1);
    }
    if (second_end(&second, wire, &line->record)) {
        for (size_t i = 0; i < wire.length; i++)
            if (wire.at[i] != '\r' || i + 1 < wire.length)
                line_add(line, wire.at[i]);
        line++;
    }
    for (story->count = 0; &story->lines[story->count] < line; story->count++)
        story->lines[story->count].record.length = 0;
}

static void assert_both_readings_agree(struct smtpspec_span wire)
{
    struct story got, want;

    second_story(wire, &want);
    story_of(wire, &got);
    assert_same_story(wire, &got, &want);
}

/* Every string of up to `most` octets out of the classes, between a head that
 * leads far into a line and a CRLF, and without that. */
static void sweep_tails(const char *head, size_t most)
{
    static const char classes[] = { '0', '2', '5', '9', '-', ' ',
                                    '.', '\r', '\n', 'x', '\1', '\200' };
    size_t length = strlen(head), total = 1;
    char wire[80];

    memcpy(wire, head, length);
    for (size_t tail = 0; tail <= most; tail++) {
        for (size_t number = 0; number < total; number++) {
            size_t rest = number;

            for (size_t i = 0; i < tail; i++) {
                wire[length + i] = classes[rest % sizeof(classes)];
                rest /= sizeof(classes);
            }
            memcpy(wire + length + tail, "\r\n", 2);
            assert_both_readings_agree((struct smtpspec_span){ wire, length + tail + 2 });
            assert_both_readings_agree((struct smtpspec_span){ wire, length + tail });
        }
        total *= sizeof(classes);
    }
}

static void agrees_with_the_second_reading_on_all_short_strings(void **state)
{
    static const char *const heads[] = {
        "", "25", "250", "250-", "550 5", "550 5.1", "550 5.1.", "550 5.99", "550 5.1.99",
        "250-a\r\n", "250-a\r\n25", "550-5.1.1 a\r\n550", "550-5.1.0\r\n550 5.1.",
        "450-2.0.0 a\r\n450-4.5.0\r\n450 2.0.",
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(heads); i++)
        sweep_tails(heads[i], 5);
}

static void agrees_with_the_second_reading_on_every_octet(void **state)
{
    static const char line[] = "550-5.71.3 no\r\n550 5.71.3 b\r\n";
    char wire[sizeof(line)];

    (void)state;
    for (size_t at = 0; at < sizeof(line) - 2; at++) {
        for (unsigned octet = 0; octet < 256; octet++) {
            memcpy(wire, line, sizeof(line));
            wire[at] = (char)octet;
            assert_both_readings_agree((struct smtpspec_span){ wire, sizeof(line) - 1 });
        }
    }
}

static void agrees_with_the_second_reading_on_every_code(void **state)
{
    char wire[32];

    (void)state;
    for (unsigned first = 0; first < 1000; first++) {
        int length = snprintf(wire, sizeof(wire), "%03u-a\r\n%03u b\r\n", first, 999 - first);

        assert_both_readings_agree((struct smtpspec_span){ wire, (size_t)length });
    }
}

/* --- the rest of the contract --------------------------------------------- */

static void a_line_of_513_octets_is_long(void **state)
{
    char wire[1200];

    (void)state;
    for (size_t total = 505; total < 520; total++) {
        for (size_t end = 1; end <= 2; end++) {
            memset(wire, 'x', sizeof(wire));
            memcpy(wire, "250 ", 4);
            memcpy(wire + total - end, end == 2 ? "\r\n" : "\n", end);
            memcpy(wire + total, "250 y\r\n", 7);

            struct story got;

            story_of((struct smtpspec_span){ wire, total + 7 }, &got);
            assert_int_equal(got.count, 2);
            assert_int_equal(got.lines[0].length, total - end);
            assert_int_equal(got.lines[0].record.defects,
                             (total > 512 ? BIT(LINE_LONG) : 0) | (end == 1 ? BIT(BARE_LF) : 0));
            assert_int_equal(got.lines[1].record.defects, 0);
        }
    }
}

static void a_long_line_is_long_in_every_cut(void **state)
{
    char wire[513 + 1];

    (void)state;
    for (size_t total = 512; total <= 513; total++) {
        memset(wire, 'x', sizeof(wire));
        memcpy(wire, "250 ", 4);
        memcpy(wire + total - 2, "\r\n", 2);

        struct smtpspec_span all = { wire, total };

        for (size_t cut = 0; cut <= total; cut++) {
            struct story got;

            story_begin(&got);
            story_feed(&got, smtpspec_span_head(all, cut), 1);
            story_feed(&got, smtpspec_span_skip(all, cut), 1);
            story_end(&got);
            assert_int_equal(got.count, 1);
            assert_int_equal(got.lines[0].record.defects, total > 512 ? BIT(LINE_LONG) : 0);
        }
    }
}

static void a_line_without_end_is_long_past_512_octets(void **state)
{
    char wire[600];

    (void)state;
    memset(wire, 'x', sizeof(wire));
    memcpy(wire, "250 ", 4);
    for (size_t total = 511; total < 515; total++) {
        struct story got;

        story_of((struct smtpspec_span){ wire, total }, &got);
        assert_int_equal(got.count, 1);
        assert_int_equal(got.lines[0].record.defects,
                         BIT(UNTERMINATED) | (total > 512 ? BIT(LINE_LONG) : 0));
    }
}

static void a_megabyte_line_has_its_whole_length(void **state)
{
    size_t length = PAGE_END_MOST;
    char *wire = page_end_room(2, length);
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t count;

    (void)state;
    memset(wire, 'x', length);
    memcpy(wire, "250 ", 4);
    memcpy(wire + length - 2, "\r\n", 2);
    smtpspec_reply_init(&parser);
    assert_int_equal(smtpspec_reply_feed(&parser, (struct smtpspec_span){ wire, length }, &line,
                                         1, &count),
                     length);
    assert_int_equal(count, 1);
    assert_int_equal(line.at, 0);
    assert_int_equal(line.length, length - 2);
    assert_int_equal(line.defects, BIT(LINE_LONG));
}

static void no_room_consumes_nothing(void **state)
{
    struct smtpspec_reply_parser parser;
    size_t count = 7;

    (void)state;
    smtpspec_reply_init(&parser);
    assert_int_equal(smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("250 ok\r\n"), NULL, 0, &count),
                     0);
    assert_int_equal(count, 0);
    assert_false(smtpspec_reply_is_open(&parser));
}

static void no_octets_give_no_record(void **state)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t count = 7;

    (void)state;
    smtpspec_reply_init(&parser);
    smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("250 ok\r"), &line, 1, &count);
    assert_int_equal(smtpspec_reply_feed(&parser, (struct smtpspec_span){ NULL, 0 }, &line, 1,
                                         &count),
                     0);
    assert_int_equal(count, 0);
}

static void full_room_stops_at_a_line_start(void **state)
{
    struct smtpspec_span wire = SMTPSPEC_SPAN("250-a\r\n250 b\r\n221 c\r\n");
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line out[2];
    size_t count;

    (void)state;
    smtpspec_reply_init(&parser);
    assert_int_equal(smtpspec_reply_feed(&parser, wire, out, 2, &count), 14);
    assert_int_equal(count, 2);
    assert_int_equal(out[0].at, 0);
    assert_int_equal(out[0].length, 5);
    assert_int_equal(out[1].at, 7);
    assert_int_equal(out[1].length, 5);
}

static void fragments_say_so_and_no_more(void **state)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line out[2];
    size_t count;

    (void)state;
    smtpspec_reply_init(&parser);
    memset(out, 0xa5, sizeof(out));
    smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("\r\n250 a\0\r"), out, 2, &count);
    assert_int_equal(count, 2);
    assert_int_equal(out[0].flags, ALONE);
    assert_int_equal(out[1].flags, SMTPSPEC_LINE_PARTIAL);
    assert_int_equal(out[1].at, 2);
    assert_int_equal(out[1].length, 6);
    assert_int_equal(out[1].code, 0);
    assert_int_equal(out[1].defects, 0);
    assert_int_equal(out[1].separator, 0);
    assert_int_equal(out[1].status.class_digit, 0);

    /* A CR on top of a held one: that one was bare, this one is held. */
    smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("\r"), out, 2, &count);
    assert_int_equal(count, 1);
    assert_int_equal(out[0].flags, SMTPSPEC_LINE_PARTIAL | SMTPSPEC_LINE_HELD_CR);
    assert_int_equal(out[0].length, 0);

    smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("\n250 b\r\n"), out, 2, &count);
    assert_int_equal(count, 2);
    assert_int_equal(out[0].flags, ALONE);
    assert_int_equal(out[0].length, 0);
    assert_int_equal(out[0].defects, BIT(NUL) | BIT(BARE_CR));
    assert_int_equal(out[1].flags, ALONE);
    assert_int_equal(out[1].at, 1);
    assert_int_equal(out[1].length, 5);
}

static void only_a_held_cr_gives_no_record(void **state)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line out[2];
    size_t count;

    (void)state;
    smtpspec_reply_init(&parser);
    assert_int_equal(smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("\r"), out, 2, &count), 1);
    assert_int_equal(count, 0);
    assert_true(smtpspec_reply_is_open(&parser));
}

static void a_reply_is_open_from_its_first_octet_to_its_last(void **state)
{
    static const char wire[] = "250-a\r\n250 b\r\n";
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t count;

    (void)state;
    smtpspec_reply_init(&parser);
    assert_false(smtpspec_reply_is_open(&parser));
    for (size_t i = 0; i < sizeof(wire) - 1; i++) {
        smtpspec_reply_feed(&parser, (struct smtpspec_span){ wire + i, 1 }, &line, 1, &count);
        assert_int_equal(smtpspec_reply_is_open(&parser), i < sizeof(wire) - 2);
    }
    assert_false(smtpspec_reply_finish(&parser, &line));
}

static void a_finished_parser_begins_anew(void **state)
{
    struct smtpspec_span wire = SMTPSPEC_SPAN("450 4.1.1 c\r\n");
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t count;

    (void)state;
    smtpspec_reply_init(&parser);
    smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("550-5.7.1 a\r\n"), &line, 1, &count);
    smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("550 5.7.1 b\0\r"), &line, 1, &count);
    assert_true(smtpspec_reply_finish(&parser, &line));
    assert_false(smtpspec_reply_finish(&parser, &line));
    smtpspec_reply_feed(&parser, wire, &line, 1, &count);
    assert_int_equal(line.flags, ALONE);
    assert_int_equal(line.length, wire.length - 2);
    assert_int_equal(line.defects, 0);
    assert_int_equal(line.code, 450);
}

static void every_defect_has_its_row(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        enum smtpspec_defect defect = (enum smtpspec_defect)i;

        assert_true(strlen(smtpspec_defect_name(defect)) > 1);
        assert_true(strlen(smtpspec_defect_text(defect)) > 1);
        assert_non_null(strchr(smtpspec_defect_reference(defect), ':'));
        assert_true(smtpspec_defect_level(defect) == SMTPSPEC_LEVEL_MUST ||
                    smtpspec_defect_level(defect) == SMTPSPEC_LEVEL_SHOULD);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(smtpspec_defect_name(defect),
                                    smtpspec_defect_name((enum smtpspec_defect)j));
    }
    assert_string_equal(smtpspec_defect_name(SMTPSPEC_DEFECT_BARE_LF), "bare-lf");
    assert_string_equal(smtpspec_defect_name(SMTPSPEC_DEFECT_UNTERMINATED), "unterminated");
    assert_string_equal(smtpspec_defect_name(SMTPSPEC_DEFECT_COUNT), "?");
    assert_string_equal(smtpspec_defect_text(SMTPSPEC_DEFECT_COUNT), "?");
    assert_string_equal(smtpspec_defect_reference(SMTPSPEC_DEFECT_COUNT), "");
    assert_int_equal(smtpspec_defect_level(SMTPSPEC_DEFECT_COUNT), SMTPSPEC_LEVEL_UNSET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_second_reading_on_all_short_strings),
        cmocka_unit_test(agrees_with_the_second_reading_on_every_octet),
        cmocka_unit_test(agrees_with_the_second_reading_on_every_code),
        cmocka_unit_test(a_line_of_513_octets_is_long),
        cmocka_unit_test(a_long_line_is_long_in_every_cut),
        cmocka_unit_test(a_line_without_end_is_long_past_512_octets),
        cmocka_unit_test(a_megabyte_line_has_its_whole_length),
        cmocka_unit_test(no_room_consumes_nothing),
        cmocka_unit_test(no_octets_give_no_record),
        cmocka_unit_test(full_room_stops_at_a_line_start),
        cmocka_unit_test(fragments_say_so_and_no_more),
        cmocka_unit_test(only_a_held_cr_gives_no_record),
        cmocka_unit_test(a_reply_is_open_from_its_first_octet_to_its_last),
        cmocka_unit_test(a_finished_parser_begins_anew),
        cmocka_unit_test(every_defect_has_its_row),
    };
    return cmocka_run_group_tests_name("reply contract", tests, NULL, NULL);
}
