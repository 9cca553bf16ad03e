/* SPDX-License-Identifier: MIT */
/*
 * rows.h - each row of a table as a cmocka test of its own name
 *
 * Header only. The first member of a row is its name, which may be the input
 * itself: it is escaped before it is printed.
 */
#ifndef SMTPSPEC_TESTS_ROWS_H
#define SMTPSPEC_TESTS_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <smtpspec/base.h>

/* "group: name", in `out`. */
static inline void name_row(const char *group, const char *name, char *out,
                            size_t cap)
{
    int length = snprintf(out, cap, "%s: ", group);

    smtpspec_span_escape(smtpspec_span_of(name), out + length,
                         cap - (size_t)length);
}

/* Run `test` on each of `count` rows of `size` octets; returns how many
 * failed. */
static inline int run_table(const char *group, CMUnitTestFunction test,
                            void *rows, size_t size, size_t count)
{
    struct CMUnitTest *tests = calloc(count, sizeof(*tests));
    char(*names)[160] = calloc(count, sizeof(*names));
    int failed;

    if (tests == NULL || names == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        char *row = (char *)rows + i * size;

        name_row(group, *(const char **)(void *)row, names[i],
                 sizeof(names[i]));
        tests[i].name = names[i];
        tests[i].test_func = test;
        tests[i].initial_state = row;
    }
    failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    free(tests);
    free(names);
    return failed;
}

#define RUN_ROWS(test, rows)                                                \
    run_table(#test, test, rows, sizeof((rows)[0]),                         \
              SMTPSPEC_ARRAY_LEN(rows))

#endif
