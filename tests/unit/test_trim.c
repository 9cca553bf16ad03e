/* SPDX-License-Identifier: MIT */
/*
 * test_trim.c - shorter and shorter, as long as it still shows the same
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "mutate/trim.h"
#include "support/page_end.h"

#define MOST_TRIES 20000

typedef bool shows(struct smtpspec_span text);

static char best[8192];

/* Trim `text` to the shortest that `shows` holds for; returns the tries. */
static unsigned trim(struct smtpspec_span text, shows *holds, struct smtpspec_span *least)
{
    struct smtpspec_trim state;
    unsigned tries = 0;
    size_t length;

    memcpy(best, text.at, text.length);
    *least = (struct smtpspec_span){ best, text.length };
    smtpspec_trim_init(&state);
    for (;; tries++) {
        struct smtpspec_span now = page_end_copy(0, *least);
        char *out = page_end_room(1, least->length);
        bool shown;

        length = smtpspec_trim_next(&state, now, out);
        if (length == 0)
            return tries;
        assert_in_range(length, 1, least->length - 1);
        assert_in_range(tries, 0, MOST_TRIES);
        shown = holds((struct smtpspec_span){ out, length });
        smtpspec_trim_tell(&state, shown);
        if (shown) {
            memcpy(best, out, length);
            least->length = length;
        }
    }
}

static bool never(struct smtpspec_span text)
{
    (void)text;
    return false;
}

static bool always(struct smtpspec_span text)
{
    (void)text;
    return true;
}

static bool has(struct smtpspec_span text, const char *what)
{
    size_t length = strlen(what);

    for (size_t i = 0; i + length <= text.length; i++) {
        if (memcmp(text.at + i, what, length) == 0)
            return true;
    }
    return false;
}

static bool has_two_lines(struct smtpspec_span text)
{
    return has(text, "CMAIL\n") && has(text, "CRSET\n");
}

static bool has_needle(struct smtpspec_span text)
{
    return has(text, "needle");
}

static void the_lines_that_matter_are_left(void **state)
{
    struct smtpspec_span least;
    char text[4096];
    size_t length = 0;

    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        const char *line = i == 50 ? "CMAIL\n" : i == 151 ? "CRSET\n" : "CNOOP filler\n";

        memcpy(text + length, line, strlen(line));
        length += strlen(line);
    }
    assert_in_range(trim((struct smtpspec_span){ text, length }, has_two_lines, &least), 10, 300);
    assert_true(smtpspec_span_equal(least, SMTPSPEC_SPAN("CMAIL\nCRSET\n")));
}

static void a_long_line_is_cut_around_what_matters(void **state)
{
    struct smtpspec_span least;
    char text[2001];

    (void)state;
    for (size_t at = 1; at < 1990; at += 39) {
        memset(text, 'x', sizeof(text));
        text[0] = 'C';
        memcpy(text + at, "needle", 6);
        trim((struct smtpspec_span){ text, sizeof(text) }, has_needle, &least);
        assert_in_range(least.length, 7, 40);
        assert_int_equal(least.at[0], 'C');
    }
}

static void it_ends_whatever_is_told(void **state)
{
    static const char *const texts[] = {
        "", "\n", "a", "a\n", "a\nb", "\n\n\n\n", "CNOOP\nCNOOP\nt\nCQUIT\n",
        "Caaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    struct smtpspec_span least;

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(texts); i++) {
        struct smtpspec_span text = smtpspec_span_of(texts[i]);

        trim(text, never, &least);
        assert_int_equal(least.length, text.length);
        trim(text, always, &least);
        assert_in_range(least.length, text.length > 0, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lines_that_matter_are_left),
        cmocka_unit_test(a_long_line_is_cut_around_what_matters),
        cmocka_unit_test(it_ends_whatever_is_told),
    };

    return cmocka_run_group_tests_name("trim", tests, NULL, NULL);
}
