/* SPDX-License-Identifier: MIT */
/*
 * test_codeset.c - sets of reply codes: read, written, asked
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/rules.h>

#include "support/page_end.h"
#include "support/rows.h"

/* Of what is read, what is written; nothing: it is no set. */
static struct row {
    const char *text, *written;
} rows[] = {
    { "250", "250" },
    { "200", "200" },
    { "599", "599" },
    { "2yz", "2yz" },
    { "503|554 5yz", "503, 554 or 5yz" },
    { " \t|250|\t354 ", "250 or 354" },
    { "250 251 252 253 254 255 450 451", "250, 251, 252, 253, 254, 255, 450 or 451" },
    { "2yz 250 251 252 253 254 255 5yz", "2yz, 250, 251, 252, 253, 254, 255 or 5yz" },
    { "250 251 252 253 254 255 450 451 452", "" },
    { "", "" },
    { " | ", "" },
    { "5", "" },
    { "50", "" },
    { "250 50", "" },
    { "5033", "" },
    { "503503", "" },
    { "503,", "" },
    { "100", "" },
    { "1yz", "" },
    { "600", "" },
    { "6yz", "" },
    { "/50", "" },
    { "5y0", "" },
    { "5yx", "" },
    { "50z", "" },
    { "5xz", "" },
    { "5Yz", "" },
    { "2/0", "" },
    { "2:0", "" },
    { "20/", "" },
    { "20:", "" },
};

static void is_read_and_written(void **state)
{
    const struct row *row = *state;
    struct smtpspec_codes codes = { .count = 9, .whole_class = 9 };
    size_t whole = strlen(row->written);

    assert_int_equal(
        smtpspec_codes_parse(page_end_copy(0, smtpspec_span_of(row->text)), &codes),
        whole > 0);
    if (whole == 0)
        return;
    for (size_t cap = 0; cap <= whole + 3; cap++) {
        char *out = (char *)page_end_room(1, cap + 1) + 1;
        size_t fits = cap > whole ? whole : cap - 1;

        memset(out - 1, '?', cap + 1);
        assert_int_equal(smtpspec_codes_write(&codes, out, cap), whole);
        assert_int_equal(out[-1], '?');
        if (cap == 0)
            continue;
        assert_int_equal(strlen(out), fits);
        assert_memory_equal(out, row->written, fits);
    }
}

static void has_what_was_read_and_no_other(void **state)
{
    struct smtpspec_codes codes;

    (void)state;
    assert_true(smtpspec_codes_parse(SMTPSPEC_SPAN("250 4yz 503"), &codes));
    for (unsigned code = 0; code < 1200; code++)
        assert_int_equal(smtpspec_codes_have(&codes, code),
                         code == 250 || code == 503 || code / 100 == 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_what_was_read_and_no_other),
    };

    return RUN_ROWS(is_read_and_written, rows) +
           cmocka_run_group_tests_name("codeset", tests, NULL, NULL);
}
