/* SPDX-License-Identifier: MIT */
/*
 * test_hex.c - a dialogue octet by octet
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/hex.h"
#include "support/rows.h"

#define OCTETS(literal) { (literal), sizeof(literal) - 1 }

static const struct smtpspec_finding_style style = {
    .label = "FAIL", .colour = "<", .strong = "", .plain = ">"
};

struct row {
    const char *name;
    struct smtpspec_transcript_entry entries[4];
    unsigned count;
    const char *page;
};

static struct row rows[] = {
    { "one line", { { 'S', 0, OCTETS("220 x\r\n"), false } }, 1,
      "      S: 0000  32 32 30 20 78 0d 0a                            220 x..\n" },
    { "sixteen octets and one", { { 'C', 0, OCTETS("0123456789abcdef!"), false } }, 1,
      "      C: 0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 0123456789abcdef\n"
      "         0010  21                                              !\n" },
    { "pieces of one side are one", { { 'S', 0, OCTETS("22"), false },
                                      { 'S', 1, OCTETS("0 \xff\033\0"), false } }, 2,
      "      S: 0000  32 32 30 20 ff 1b 00                            220 ...\n" },
    { "sides are apart", { { 'S', 0, OCTETS("a"), false }, { 'C', 0, OCTETS("b"), false },
                           { 'S', 0, OCTETS("c"), false } }, 3,
      "      S: 0000  61                                              a\n"
      "      C: 0000  62                                              b\n"
      "      S: 0000  63                                              c\n" },
    { "a row of what is at fault", { { 'S', 0, OCTETS("0123456789abcdef"), false },
                                     { 'S', 0, OCTETS("!"), true } }, 2,
      "      S: 0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 0123456789abcdef\n"
      "<   ->    0010  21                                              !>\n" },
    { "a remark", { { '-', 0, OCTETS("gone\033"), false } }, 1, "      -- gone\\x1b\n" },
    { "nothing", { { 'S', 0, OCTETS(""), false } }, 1, "" },
};

static char *put(const struct smtpspec_transcript_entry *entries,
                 unsigned count)
{
    struct smtpspec_result result = { .transcript = entries,
                                      .transcript_count = count };
    char *page = NULL;
    size_t length;
    FILE *out = open_memstream(&page, &length);

    assert_non_null(out);
    smtpspec_hex_put(out, &style, &result);
    assert_int_equal(fclose(out), 0);
    return page;
}

static void shows_octets(void **state)
{
    const struct row *row = *state;
    char *page = put(row->entries, row->count);

    assert_string_equal(page, row->page);
    free(page);
}

static unsigned lines_of(const char *page)
{
    unsigned count = 0;

    for (; (page = strchr(page, '\n')) != NULL; page++)
        count++;
    return count;
}

/* 4096 octets are shown; of more the first and the last 2048, whatever the
 * pieces that they came in. */
static void leaves_out_the_middle(void **state)
{
    static char octets[10000];
    struct smtpspec_transcript_entry all = {
        .from = 'S', .octets = { octets, 4096 } };
    char *page;

    (void)state;
    for (size_t i = 0; i < sizeof(octets); i++)
        octets[i] = (char)('a' + i % 26);
    page = put(&all, 1);
    assert_int_equal(lines_of(page), 256);
    assert_null(strstr(page, "left out"));
    free(page);
    for (size_t cut = 0; cut <= sizeof(octets); cut += 499) {
        struct smtpspec_transcript_entry two[] = {
            { .from = 'S', .octets = { octets, cut } },
            { .from = 'S', .octets = { octets + cut, sizeof(octets) - cut } },
        };

        page = put(two, 2);
        assert_int_equal(lines_of(page), 257);
        assert_non_null(strstr(page, "\n         ... 5904 octets left out\n"
                                     "         1f10  "));
        assert_non_null(strstr(page, "         2700  "));
        assert_null(strstr(page, "         2710  "));
        free(page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_out_the_middle),
    };
    int failed = RUN_ROWS(shows_octets, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
