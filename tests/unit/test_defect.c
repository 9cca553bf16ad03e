/* SPDX-License-Identifier: MIT */
/*
 * test_defect.c - names and sections of the defects; a stream that ends amid a
 * line
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/limits.h>
#include <smtpspec/reply.h>

#include "wire/reply_variants.h"

#define BIT(name) SMTPSPEC_BIT(SMTPSPEC_DEFECT_##name)

static const struct {
    enum smtpspec_defect defect;
    enum smtpspec_level level;
    const char *name, *reference, *text;
} rows[] = {
#define DEFECT(name, id, level, reference, text)                            \
    { SMTPSPEC_DEFECT_##name, SMTPSPEC_LEVEL_##level, id, reference, text },
#include "wire/defects.def"
#undef DEFECT
};

static void each_defect_is_told_by_its_row(void **state)
{
    unsigned line = 0;

    (void)state;
    assert_int_equal(SMTPSPEC_ARRAY_LEN(rows), SMTPSPEC_DEFECT_COUNT);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        assert_string_equal(smtpspec_defect_name(rows[i].defect), rows[i].name);
        assert_string_equal(smtpspec_defect_text(rows[i].defect), rows[i].text);
        assert_string_equal(smtpspec_defect_reference(rows[i].defect), rows[i].reference);
        assert_int_equal(smtpspec_defect_level(rows[i].defect), rows[i].level);
        assert_true(smtpspec_defect_line(rows[i].defect) > line);
        line = smtpspec_defect_line(rows[i].defect);
    }
}

static void what_is_no_defect_is_told_so(void **state)
{
    (void)state;
    for (unsigned i = SMTPSPEC_DEFECT_COUNT; i < SMTPSPEC_DEFECT_COUNT + 100u; i++) {
        assert_string_equal(smtpspec_defect_name((enum smtpspec_defect)i), "?");
        assert_string_equal(smtpspec_defect_text((enum smtpspec_defect)i), "?");
        assert_string_equal(smtpspec_defect_reference((enum smtpspec_defect)i), "");
        assert_int_equal(smtpspec_defect_level((enum smtpspec_defect)i), SMTPSPEC_LEVEL_UNSET);
        assert_int_equal(smtpspec_defect_line((enum smtpspec_defect)i), 0);
    }
}

static uint32_t left_open(const char *begin, size_t begin_length, size_t length)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    char octets[600];
    size_t count;

    memset(octets, 'x', sizeof(octets));
    memcpy(octets, begin, begin_length);
    smtpspec_reply_init(&parser);
    smtpspec_reply_feed(&parser, (struct smtpspec_span){ octets, length }, &line, 1, &count);
    assert_true(smtpspec_reply_finish(&parser, &line));
    return line.defects;
}

/* An open line of more octets than there may be is too long without its end. */
static void an_open_line_may_be_too_long(void **state)
{
    (void)state;
    for (size_t length = 8; length < 600; length++) {
        uint32_t too_long = length > SMTPSPEC_REPLY_LINE_LIMIT ? BIT(LINE_LONG) : 0;

        assert_int_equal(left_open("250 x", 5, length), BIT(UNTERMINATED) | too_long);
        assert_int_equal(left_open("250 \0", 5, length), BIT(UNTERMINATED) | BIT(NUL) | too_long);
    }
}

static void nothing_is_told_of_a_stream_that_ended_well(void **state)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line, before;

    (void)state;
    memset(&line, 0x5a, sizeof(line));
    before = line;
    smtpspec_reply_init(&parser);
    assert_false(smtpspec_reply_finish(&parser, &line));
    assert_memory_equal(&line, &before, sizeof(line));
}

/* Whatever was in it: a parser is as it is after any other init. */
static void a_parser_is_set_whole(void **state)
{
    struct smtpspec_reply_parser one, other;

    (void)state;
    memset(&one, 0, sizeof(one));
    memset(&other, 0xff, sizeof(other));
    smtpspec_reply_init(&one);
    smtpspec_reply_init(&other);
    assert_int_equal(one.variant, other.variant);
}

/* A CR held from before, and no room to tell of it: by no form at all. */
static void without_room_nothing_is_taken(void **state)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t count;

    (void)state;
    for (size_t i = 0; smtpspec_reply_variants[i].name != NULL; i++) {
        if (smtpspec_reply_variants[i].form > smtpspec_reply_fastest())
            continue;
        smtpspec_reply_init(&parser);
        smtpspec_reply_feed(&parser, SMTPSPEC_SPAN("250\r"), &line, 1, &count);
        assert_int_equal(smtpspec_reply_variants[i].feed(&parser, SMTPSPEC_SPAN("x"), &line, 0,
                                                         &count), 0);
        assert_int_equal(count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_defect_is_told_by_its_row),
        cmocka_unit_test(what_is_no_defect_is_told_so),
        cmocka_unit_test(an_open_line_may_be_too_long),
        cmocka_unit_test(nothing_is_told_of_a_stream_that_ended_well),
        cmocka_unit_test(a_parser_is_set_whole),
        cmocka_unit_test(without_room_nothing_is_taken),
    };

    return cmocka_run_group_tests_name("defect", tests, NULL, NULL);
}
