/* SPDX-License-Identifier: MIT */
/*
 * test_span.c - spans: compare, cut, find, escape; and the names of levels
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/base.h>

#include "support/page_end.h"

static const struct smtpspec_span nothing;

static void a_string_without_its_nul(void **state)
{
    (void)state;
    assert_int_equal(smtpspec_span_of("abc").length, 3);
    assert_int_equal(smtpspec_span_of("").length, 0);
    assert_int_equal(SMTPSPEC_SPAN("a\0b").length, 3);
    assert_true(smtpspec_span_is_empty(nothing));
    assert_true(smtpspec_span_is_empty(smtpspec_span_of("")));
    assert_false(smtpspec_span_is_empty(smtpspec_span_of("a")));
}

static void equal_is_octet_by_octet(void **state)
{
    (void)state;
    assert_true(smtpspec_span_equal(SMTPSPEC_SPAN("a\0b"), SMTPSPEC_SPAN("a\0b")));
    assert_false(smtpspec_span_equal(SMTPSPEC_SPAN("a\0b"), SMTPSPEC_SPAN("a\0c")));
    assert_false(smtpspec_span_equal(SMTPSPEC_SPAN("ab"), SMTPSPEC_SPAN("abc")));
    assert_false(smtpspec_span_equal(SMTPSPEC_SPAN("ab"), SMTPSPEC_SPAN("aB")));
    assert_true(smtpspec_span_equal(nothing, SMTPSPEC_SPAN("")));
}

static void only_ascii_letters_match_in_either_case(void **state)
{
    (void)state;
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            char x = (char)a, y = (char)b;
            unsigned small = a >= 'A' && a <= 'Z' ? a + 32 : a;
            unsigned other = b >= 'A' && b <= 'Z' ? b + 32 : b;

            assert_int_equal(smtpspec_span_equal_nocase((struct smtpspec_span){ &x, 1 },
                                                        (struct smtpspec_span){ &y, 1 }),
                             small == other);
        }
    }
    assert_false(smtpspec_span_equal_nocase(SMTPSPEC_SPAN("ab"), SMTPSPEC_SPAN("abc")));
    assert_true(smtpspec_span_equal_nocase(nothing, nothing));
}

/* Four octets are looked at as one: at each place, among letters and NULs. */
static void case_is_of_letters_at_each_place_of_a_name(void **state)
{
    (void)state;
    for (size_t length = 1; length <= 12; length++) {
        for (unsigned i = 0; i < length * 256 * 2; i++) {
            char a[12], b[12], octet = (char)(i / 2 / length);
            char other = (char)(octet ^ 0x20);
            bool letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
            struct smtpspec_span one = { a, length }, two = { b, length };

            memset(a, i % 2 ? 'x' : 0, sizeof(a));
            memset(b, i % 2 ? 'X' : 0, sizeof(b));
            a[i / 2 % length] = octet;
            b[i / 2 % length] = octet;
            assert_true(smtpspec_span_equal_nocase(one, two));
            b[i / 2 % length] = other;
            assert_int_equal(smtpspec_span_equal_nocase(one, two), letter);
            b[i / 2 % length] = (char)(other ^ 0x40);
            assert_false(smtpspec_span_equal_nocase(one, two));
        }
    }
}

static void starts_with_a_prefix(void **state)
{
    (void)state;
    assert_true(smtpspec_span_starts_nocase(SMTPSPEC_SPAN("from:<>"), SMTPSPEC_SPAN("FROM:")));
    assert_true(smtpspec_span_starts_nocase(SMTPSPEC_SPAN("a"), nothing));
    assert_false(smtpspec_span_starts_nocase(SMTPSPEC_SPAN("FRO"), SMTPSPEC_SPAN("FROM")));
    assert_false(smtpspec_span_starts_nocase(SMTPSPEC_SPAN("FROG"), SMTPSPEC_SPAN("FROM")));
}

static void skip_and_head_stay_inside(void **state)
{
    struct smtpspec_span span = SMTPSPEC_SPAN("abc");

    (void)state;
    assert_true(smtpspec_span_equal(smtpspec_span_skip(span, 1), SMTPSPEC_SPAN("bc")));
    assert_int_equal(smtpspec_span_skip(span, 3).length, 0);
    assert_int_equal(smtpspec_span_skip(span, SIZE_MAX).length, 0);
    assert_ptr_equal(smtpspec_span_skip(span, SIZE_MAX).at, span.at + 3);
    assert_int_equal(smtpspec_span_skip(nothing, 5).length, 0);
    assert_null(smtpspec_span_skip(nothing, 5).at);
    assert_true(smtpspec_span_equal(smtpspec_span_head(span, 2), SMTPSPEC_SPAN("ab")));
    assert_int_equal(smtpspec_span_head(span, SIZE_MAX).length, 3);
    assert_int_equal(smtpspec_span_head(span, 0).length, 0);
}

static void find_gives_the_first_or_the_length(void **state)
{
    struct smtpspec_span span = page_end_copy(0, SMTPSPEC_SPAN("a\0b\0"));

    (void)state;
    assert_int_equal(smtpspec_span_find(span, 'a'), 0);
    assert_int_equal(smtpspec_span_find(span, '\0'), 1);
    assert_int_equal(smtpspec_span_find(span, 'x'), 4);
    assert_int_equal(smtpspec_span_find(nothing, 'x'), 0);
}

static void trim_takes_blanks_off_both_ends_alone(void **state)
{
    static const char *const rows[][2] = {
        { "", "" }, { " \t\r", "" }, { "a", "a" }, { " \ta \tb\r", "a \tb" },
        { "\r\r a", "a" }, { "a\n", "a\n" }, { "\va\f", "\va\f" },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        assert_true(smtpspec_span_equal(smtpspec_span_trim(smtpspec_span_of(rows[i][0])),
                                        smtpspec_span_of(rows[i][1])));
    assert_int_equal(smtpspec_span_trim((struct smtpspec_span){ NULL, 0 }).length, 0);
}

static void every_octet_is_escaped_or_itself(void **state)
{
    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        char one = (char)octet, shown[8], wanted[8] = { 0 };
        size_t length =
            smtpspec_span_escape((struct smtpspec_span){ &one, 1 }, shown, sizeof(shown));

        if (octet >= 0x20 && octet <= 0x7e && octet != '\\') {
            wanted[0] = one;
        } else {
            memcpy(wanted, "\\x", 2);
            wanted[2] = "0123456789abcdef"[octet / 16];
            wanted[3] = "0123456789abcdef"[octet % 16];
        }
        assert_string_equal(shown, wanted);
        assert_int_equal(length, strlen(wanted));
    }
}

static void an_escape_is_never_cut_in_half(void **state)
{
    static const char whole[] = "a\\x0db\\x5cc";
    static const size_t kept[] = { 0, 0, 1, 1, 1, 1, 5, 6, 6, 6, 6, 10, 11, 11 };

    (void)state;
    for (size_t cap = 0; cap < SMTPSPEC_ARRAY_LEN(kept); cap++) {
        char *out = page_end_room(0, cap);

        memset(out, '?', cap);
        assert_int_equal(smtpspec_span_escape(SMTPSPEC_SPAN("a\rb\\c"), out, cap), 11);
        if (cap == 0)
            continue;
        assert_int_equal(strlen(out), kept[cap]);
        assert_memory_equal(out, whole, kept[cap]);
    }
}

static void levels_have_names(void **state)
{
    (void)state;
    for (unsigned i = SMTPSPEC_LEVEL_MUST; i < SMTPSPEC_LEVEL_COUNT; i++) {
        const char *name = smtpspec_level_name((enum smtpspec_level)i);

        assert_int_equal(smtpspec_level_of(smtpspec_span_of(name)), i);
    }
    assert_int_equal(smtpspec_level_of(SMTPSPEC_SPAN("should")), SMTPSPEC_LEVEL_SHOULD);
    assert_int_equal(smtpspec_level_of(SMTPSPEC_SPAN("?")), SMTPSPEC_LEVEL_UNSET);
    assert_int_equal(smtpspec_level_of(nothing), SMTPSPEC_LEVEL_UNSET);
    assert_string_equal(smtpspec_level_name(SMTPSPEC_LEVEL_UNSET), "?");
    assert_string_equal(smtpspec_level_name(SMTPSPEC_LEVEL_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_without_its_nul),
        cmocka_unit_test(equal_is_octet_by_octet),
        cmocka_unit_test(only_ascii_letters_match_in_either_case),
        cmocka_unit_test(case_is_of_letters_at_each_place_of_a_name),
        cmocka_unit_test(starts_with_a_prefix),
        cmocka_unit_test(skip_and_head_stay_inside),
        cmocka_unit_test(find_gives_the_first_or_the_length),
        cmocka_unit_test(trim_takes_blanks_off_both_ends_alone),
        cmocka_unit_test(every_octet_is_escaped_or_itself),
        cmocka_unit_test(an_escape_is_never_cut_in_half),
        cmocka_unit_test(levels_have_names),
    };

    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
