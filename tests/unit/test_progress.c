/* SPDX-License-Identifier: MIT */
/*
 * test_progress.c - the line that says how far it is
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/progress.h"

static const char *line(const struct smtpspec_progress *progress, size_t done,
                        size_t all, const char *at, unsigned columns)
{
    static char out[512];
    const struct smtpspec_progress_mark mark = { done, all, at, 0 };
    size_t length = smtpspec_progress_line(progress, &mark, columns, out,
                                           sizeof(out));

    assert_int_equal(length, strlen(out));
    assert_true(length < columns || columns == 0);
    return out;
}

static void it_says_how_many_how_fast_and_what_is_left(void **state)
{
    static const struct {
        double rate;
        size_t done, all;
        const char *due;
    } rows[] = {
        { 0, 0, 1559, "0/1559 cases  0%  a.example" },
        { 212.4, 412, 1559, "412/1559 cases  26%  212/s  6 s left  a.example" },
        { 5.25, 1558, 1559, "1558/1559 cases  99%  5.2/s  1 s left  a.example" },
        { 5, 1559, 1559, "1559/1559 cases  100%  5.0/s  a.example" },
        { 1, 0, 119, "0/119 cases  0%  1.0/s  2 min left  a.example" },
        { 0.5, 0, 40, "0/40 cases  0%  30.0/min  81 s left  a.example" },
        { 1, 0, 7000, "0/7000 cases  0%  1.0/s  116 min left  a.example" },
        { 1, 0, 9000, "0/9000 cases  0%  1.0/s  2 h left  a.example" },
        /* Longer than anybody would believe. */
        { 0.001, 0, 9000, "0/9000 cases  0%  0.1/min  a.example" },
        /* Who knows how many there will be? */
        { 20, 100, 0, "100 cases  20/s  a.example" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct smtpspec_progress progress = { .what = "cases",
                                                    .rate = rows[i].rate };

        assert_string_equal(line(&progress, rows[i].done, rows[i].all,
                                 "a.example", 80), rows[i].due);
    }
}

static void it_fits_any_terminal(void **state)
{
    const struct smtpspec_progress progress = { .what = "cases", .rate = 2 };
    char name[300];

    (void)state;
    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    for (unsigned columns = 0; columns < 400; columns++)
        line(&progress, 5, 10, name, columns);
    assert_string_equal(line(&progress, 5, 10, "abcdefghijklmnop", 50),
                        "5/10 cases  50%  2.0/s  3 s left  abcdefghijkl...");
    assert_string_equal(line(&progress, 5, 10, "abcdefghijklmnop", 42),
                        "5/10 cases  50%  2.0/s  3 s left");
}

static void a_name_cannot_talk_to_the_terminal(void **state)
{
    const struct smtpspec_progress progress = { .what = "targets" };

    (void)state;
    assert_string_equal(line(&progress, 0, 0, "a\033[2J\r\n", 80),
                        "0 targets  a\\x1b[2J\\x0d\\x0a");
    assert_string_equal(line(&progress, 0, 0, NULL, 80), "0 targets");
}

static void the_rate_is_that_of_the_last_seconds(void **state)
{
    struct smtpspec_progress progress = { 0 };
    struct smtpspec_progress_mark mark = { .all = 10000, .now = 5000 };

    (void)state;
    smtpspec_progress_begin(&progress, "cases", mark.now);
    /* Not before a second has passed. */
    mark.done = 50;
    mark.now += 500;
    smtpspec_progress_count(&progress, &mark);
    assert_true(progress.rate == 0);
    mark.done = 100;
    mark.now += 500;
    smtpspec_progress_count(&progress, &mark);
    assert_true(progress.rate == 100);
    /* It stands still: the rate goes down, and never below nothing. */
    for (unsigned i = 0; i < 10; i++) {
        mark.now += 1000;
        smtpspec_progress_count(&progress, &mark);
    }
    assert_true(progress.rate > 0 && progress.rate < 5);
    /* One is played again. */
    mark.done = 90;
    mark.now += 1000;
    smtpspec_progress_count(&progress, &mark);
    assert_true(progress.rate >= 0);
    /* Another target. */
    smtpspec_progress_begin(&progress, "cases", mark.now);
    assert_true(progress.rate == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_how_many_how_fast_and_what_is_left),
        cmocka_unit_test(it_fits_any_terminal),
        cmocka_unit_test(a_name_cannot_talk_to_the_terminal),
        cmocka_unit_test(the_rate_is_that_of_the_last_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
