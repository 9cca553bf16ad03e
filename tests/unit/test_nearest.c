/* SPDX-License-Identifier: MIT */
/*
 * test_nearest.c - what a mistyped word may have meant
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "run/nearest.h"
#include "support/rows.h"

struct row {
    const char *a, *b;
    unsigned distance;
};

static struct row rows[] = {
    { "", "", 0 },          { "rcpt", "rcpt", 0 },
    { "rcpt", "RCPT", 0 },  { "rpct", "rcpt", 1 },
    { "rct", "rcpt", 1 },   { "rccpt", "rcpt", 1 },
    { "rcxt", "rcpt", 1 },  { "noop", "rcpt", 4 },
    { "", "rcpt", 4 },      { "mial.mial", "mail.mail", 2 },
    { "ca", "abc", 3 },
};

static void counts_what_is_wrong(void **state)
{
    const struct row *row = *state;
    struct smtpspec_span a = smtpspec_span_of(row->a);
    struct smtpspec_span b = smtpspec_span_of(row->b);

    assert_int_equal(smtpspec_nearest_distance(a, b, 9), row->distance);
    assert_int_equal(smtpspec_nearest_distance(b, a, 9), row->distance);
    assert_int_equal(smtpspec_nearest_distance(a, b, 1), row->distance > 0);
}

static void says(const char *word, const char *meant)
{
    static const char *const names[] = {
        "RCPT", "rcpt.before-mail", "rcpt.before-ehlo", "data.before-mail",
        "bdat.before-mail", "noop.text", "relay.plain",
    };
    struct smtpspec_nearest nearest = { .word = smtpspec_span_of(word) };
    char text[256];

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(names); i++)
        smtpspec_nearest_offer(&nearest, smtpspec_span_of(names[i]));
    smtpspec_nearest_write(&nearest, text, sizeof(text));
    assert_string_equal(text, meant);
}

static void names_the_nearest(void **state)
{
    (void)state;
    says("rcpt.before-mial", "; did you mean rcpt.before-mail?");
    says("bata.before-mail",
         "; did you mean data.before-mail or bdat.before-mail?");
    says("RPCT", "; did you mean RCPT?");
    says("rely.plian", "; did you mean relay.plain?");
    says("before-mail", "; did you mean rcpt.before-mail, data.before-mail or "
                        "bdat.before-mail?");
    says("foo", "");
    says("x", "");
    says("", "");
    says("a word that is longer than anything that could be meant by it, and on",
         "");
}

static void is_cut_where_there_is_no_room(void **state)
{
    struct smtpspec_nearest nearest = { .word = SMTPSPEC_SPAN("noop.tex") };
    char text[32];

    (void)state;
    smtpspec_nearest_offer(&nearest, SMTPSPEC_SPAN("noop.text"));
    for (size_t cap = 1; cap <= 16; cap++) {
        memset(text, '!', sizeof(text));
        smtpspec_nearest_write(&nearest, text, cap);
        assert_int_equal(text[cap], '!');
        assert_true(strlen(text) < cap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_nearest),
        cmocka_unit_test(is_cut_where_there_is_no_room),
    };
    int failed = RUN_ROWS(counts_what_is_wrong, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
