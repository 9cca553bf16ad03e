/* SPDX-License-Identifier: MIT */
/*
 * test_base64.c - base64 both ways, and what is none
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/base64.h>

#include "support/page_end.h"
#include "support/rows.h"

/* The first seven are those of RFC 4648, 10. */
static struct pair_row {
    const char *name, *octets;
    size_t length;
    const char *text;
} pairs[] = {
    { "nothing", "", 0, "" },
    { "f", "f", 1, "Zg==" },
    { "fo", "fo", 2, "Zm8=" },
    { "foo", "foo", 3, "Zm9v" },
    { "foob", "foob", 4, "Zm9vYg==" },
    { "fooba", "fooba", 5, "Zm9vYmE=" },
    { "foobar", "foobar", 6, "Zm9vYmFy" },
    { "octets over 127", "\xff\xef\xbe\xfb", 4, "/+++\x2bw==" },
    { "the message of PLAIN", "\0tim\0tanstaaf", 13,
      "AHRpbQB0YW5zdGFhZg==" },
};

static void goes_both_ways(void **state)
{
    const struct pair_row *row = *state;
    struct smtpspec_span octets =
        page_end_copy(0, (struct smtpspec_span){ row->octets, row->length });
    size_t whole = strlen(row->text), length;

    for (size_t cap = 0; cap <= whole; cap++) {
        char *out = page_end_room(1, cap);

        assert_int_equal(smtpspec_base64_write(octets, out, cap), whole);
        if (cap == whole)
            assert_memory_equal(out, row->text, whole);
    }
    struct smtpspec_span text = page_end_copy(0, smtpspec_span_of(row->text));

    for (size_t cap = 0; cap <= row->length; cap++) {
        char *out = page_end_room(1, cap);

        assert_int_equal(smtpspec_base64_read(text, out, cap, &length),
                         cap == row->length);
        assert_int_equal(length, row->length);
        if (cap == row->length)
            assert_memory_equal(out, row->octets, row->length);
    }
}

static struct none_row {
    const char *name, *text;
} none[] = {
    { "a blank", "Zm 9" },   { "a part of a group", "Zm9" },
    { "a star", "*" },       { "padding alone", "====" },
    { "padding amid", "Zg==Zm9v" }, { "three of padding", "Z===" },
    { "a letter behind padding", "Zg=v" }, { "the other alphabet", "Zm-_" },
    { "a line end", "Zm9v\r\n\r\n" }, { "eight bits", "Zm9\xe9" },
};

static void is_no_base64(void **state)
{
    const struct none_row *row = *state;
    struct smtpspec_span text = page_end_copy(0, smtpspec_span_of(row->text));
    char out[16];
    size_t length = 9;

    assert_false(smtpspec_is_base64(text));
    assert_false(smtpspec_base64_read(text, out, sizeof out, &length));
    assert_int_equal(length, 0);
}

static void sixty_five_octets_are_of_the_alphabet(void **state)
{
    char text[] = "Zm9?";
    unsigned count = 0;

    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        text[3] = (char)octet;
        count += smtpspec_is_base64((struct smtpspec_span){ text, 4 });
    }
    assert_int_equal(count, 65);
}

static void reads_in_place(void **state)
{
    char text[] = "Zm9vYmFy";
    size_t length;

    (void)state;
    assert_true(smtpspec_base64_read((struct smtpspec_span){ text, 8 }, text,
                                     sizeof text, &length));
    assert_int_equal(length, 6);
    assert_memory_equal(text, "foobar", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_in_place),
        cmocka_unit_test(sixty_five_octets_are_of_the_alphabet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(goes_both_ways, pairs) + RUN_ROWS(is_no_base64, none);
}
