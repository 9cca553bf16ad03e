/* SPDX-License-Identifier: MIT */
/*
 * test_status.c - enhanced status codes, read and written
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/status.h>

#include "support/page_end.h"
#include "support/rows.h"

static struct row {
    const char *text;
    size_t length; /* of the enhanced code; 0: there is none */
    unsigned class_digit, subject, detail;
} rows[] = {
    { "2.0.0", 5, 2, 0, 0 },
    { "4.7.500 busy", 7, 4, 7, 500 },
    { "5.999.999", 9, 5, 999, 999 },
    { "5.7.26 x", 6, 5, 7, 26 },
    { "5.1.10", 6, 5, 1, 10 },
    { "5.100.1 ", 7, 5, 100, 1 },
    { "", 0, 0, 0, 0 },
    { "5", 0, 0, 0, 0 },
    { "5.", 0, 0, 0, 0 },
    { "5.1", 0, 0, 0, 0 },
    { "5.1.", 0, 0, 0, 0 },
    { "5..1", 0, 0, 0, 0 },
    { "5.1. 1", 0, 0, 0, 0 },
    { "5.:.1", 0, 0, 0, 0 },
    { "5.1./", 0, 0, 0, 0 },
    { "5 1.1", 0, 0, 0, 0 },
    { "3.1.1", 0, 0, 0, 0 },
    { "1.1.1", 0, 0, 0, 0 },
    { "6.1.1", 0, 0, 0, 0 },
    { "0.1.1", 0, 0, 0, 0 },
    { "55.1.1", 0, 0, 0, 0 },
    { "5.01.1", 0, 0, 0, 0 },
    { "5.1.01", 0, 0, 0, 0 },
    { "5.00.1", 0, 0, 0, 0 },
    { "5.1.000", 0, 0, 0, 0 },
    { "5.1000.1", 0, 0, 0, 0 },
    { "5.1.1000", 0, 0, 0, 0 },
    { "5.1.1.1", 0, 0, 0, 0 },
    { "5.1.1\tx", 0, 0, 0, 0 },
    { "5.1.1,", 0, 0, 0, 0 },
    { "5.1.1x", 0, 0, 0, 0 },
    { " 5.1.1", 0, 0, 0, 0 },
    { "x.1.1", 0, 0, 0, 0 },
    { "5.x.1", 0, 0, 0, 0 },
    { "5,1,1", 0, 0, 0, 0 },
};

static void reads(void **state)
{
    const struct row *row = *state;
    struct smtpspec_status status = { 9, 9, 9 };
    struct smtpspec_span text = page_end_copy(0, smtpspec_span_of(row->text));

    assert_int_equal(smtpspec_status_parse(text, &status), row->length);
    assert_int_equal(status.class_digit, row->class_digit);
    assert_int_equal(status.subject, row->subject);
    assert_int_equal(status.detail, row->detail);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    for (unsigned number = 0; number < 1000; number++) {
        struct smtpspec_status status = { 5, (uint16_t)number, (uint16_t)(999 - number) };
        struct smtpspec_status again;
        char wanted[16], *out = page_end_room(0, 10);
        int length = snprintf(wanted, sizeof(wanted), "5.%u.%u", number, 999 - number);

        assert_int_equal(smtpspec_status_write(status, out, 10), length);
        assert_string_equal(out, wanted);
        assert_int_equal(smtpspec_status_parse(smtpspec_span_of(out), &again), length);
        assert_true(smtpspec_status_equal(status, again));
    }
}

static void nothing_is_written_where_room_is_short(void **state)
{
    struct smtpspec_status status = { 5, 7, 26 };

    (void)state;
    for (size_t cap = 0; cap < 10; cap++) {
        char *out = page_end_room(0, cap);

        assert_int_equal(smtpspec_status_write(status, out, cap), cap < 7 ? 0 : 6);
    }
    status.class_digit = 0;
    assert_int_equal(smtpspec_status_write(status, page_end_room(0, 10), 10), 0);
}

static void equal_means_all_three(void **state)
{
    struct smtpspec_status a = { 5, 7, 1 };

    (void)state;
    assert_true(smtpspec_status_equal(a, (struct smtpspec_status){ 5, 7, 1 }));
    assert_false(smtpspec_status_equal(a, (struct smtpspec_status){ 4, 7, 1 }));
    assert_false(smtpspec_status_equal(a, (struct smtpspec_status){ 5, 1, 1 }));
    assert_false(smtpspec_status_equal(a, (struct smtpspec_status){ 5, 7, 7 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(nothing_is_written_where_room_is_short),
        cmocka_unit_test(equal_means_all_three),
    };

    return RUN_ROWS(reads, rows) +
           cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
