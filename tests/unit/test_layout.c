/* SPDX-License-Identifier: MIT */
/*
 * test_layout.c - lines of a dialogue, and text on a page
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/finding.h"
#include "report/layout.h"
#include "support/rows.h"

#define OCTETS(literal) { (literal), sizeof(literal) - 1 }

struct row {
    const char *name;
    struct smtpspec_transcript_entry entries[4];
    const char *lines; /* each behind its side, "!" where it is marked */
};

static struct row rows[] = {
    { "one line", { { 'S', 0, OCTETS("220 x\r\n"), false } }, "S220 x|" },
    { "a marked reply is marked once",
      { { 'S', 0, OCTETS("250-x\r\n250 y\r\n"), true } }, "S!250-x|S250 y|" },
    { "a line in two entries",
      { { 'S', 0, OCTETS("25"), false }, { 'S', 0, OCTETS("0 x\r\n"), true } },
      "S!250 x|" },
    { "a line end in two entries",
      { { 'S', 0, OCTETS("250 x\r"), false }, { 'S', 0, OCTETS("\n250 y\r\n"), false } },
      "S250 x|S250 y|" },
    { "an entry without octets",
      { { 'S', 0, OCTETS("250"), false }, { 'S', 0, OCTETS(""), false },
        { 'S', 0, OCTETS(" x\r\n"), false } },
      "S250 x|" },
    { "the other side ends a line",
      { { 'C', 0, OCTETS("NO"), false }, { 'S', 0, OCTETS("250 x\r\n"), false } },
      "CNO|S250 x|" },
    { "bare LF and bare CR show",
      { { 'S', 0, OCTETS("250 a\n250 b\rc\r\n\n"), false } },
      "S250 a\\x0a|S250 b\\x0dc|S\\x0a|" },
    { "remarks stand alone",
      { { '-', 0, OCTETS("one"), false }, { '-', 0, OCTETS("two"), true } },
      "-one|-!two|" },
    { "nothing", { { 'S', 0, OCTETS(""), false } }, "" },
};

static void a_reply_over_lines_is_folded(void **state)
{
    static const char wire[] = "250-a\r\n250-b\r\n250 c\r\n250 d\r\n";
    struct smtpspec_transcript_entry entries[] = {
        { 'S', 0, { wire, sizeof(wire) - 1 }, false },
        { 'S', 0, { "550-x\r\n550 y\r\n", 14 }, true },
    };
    struct smtpspec_dialogue dialogue;
    struct smtpspec_dialogue_line line;

    (void)state;
    smtpspec_dialogue_init(&dialogue, entries, 2);
    assert_true(smtpspec_dialogue_fold(&dialogue, &line));
    assert_string_equal(line.text, "250-a");
    assert_int_equal(line.folded, 2);
    assert_true(smtpspec_dialogue_fold(&dialogue, &line));
    assert_string_equal(line.text, "250 d");
    assert_int_equal(line.folded, 0);
    /* The reply at fault is told whole. */
    assert_true(smtpspec_dialogue_fold(&dialogue, &line));
    assert_string_equal(line.text, "550-x");
    assert_int_equal(line.folded, 0);
    assert_true(smtpspec_dialogue_fold(&dialogue, &line));
    assert_string_equal(line.text, "550 y");
    assert_false(smtpspec_dialogue_fold(&dialogue, &line));
}

static void breaks_a_dialogue_into_lines(void **state)
{
    const struct row *row = *state;
    struct smtpspec_dialogue dialogue;
    struct smtpspec_dialogue_line line;
    char lines[1024] = "";
    size_t length = 0;

    smtpspec_dialogue_init(&dialogue, row->entries,
                           SMTPSPEC_ARRAY_LEN(row->entries));
    while (smtpspec_dialogue_next(&dialogue, &line))
        length += (size_t)snprintf(lines + length, sizeof(lines) - length,
                                   "%c%s%s|", line.from, line.shows ? "!" : "",
                                   line.text);
    assert_string_equal(lines, row->lines);
}

/* Whatever the length and however wide its octets, a line fits its width, and
 * says how long it was. */
static void cuts_lines_that_do_not_fit(void **state)
{
    static char octets[300];

    (void)state;
    for (unsigned wide = 0; wide < 2; wide++) {
        for (size_t length = 0; length <= sizeof(octets) - 2; length++) {
            struct smtpspec_transcript_entry entry = {
                .from = 'S', .octets = { octets, length + 2 } };
            struct smtpspec_dialogue dialogue;
            struct smtpspec_dialogue_line line;
            size_t columns = wide ? 4 * length : length;

            memset(octets, wide ? 0x80 : 'a', length);
            memcpy(octets + length, "\r\n", 2);
            smtpspec_dialogue_init(&dialogue, &entry, 1);
            assert_true(smtpspec_dialogue_next(&dialogue, &line));
            assert_true(strlen(line.text) <= SMTPSPEC_DIALOGUE_WIDTH);
            assert_int_equal(line.octets, length);
            assert_int_equal(line.cut, columns > SMTPSPEC_DIALOGUE_WIDTH);
            if (wide)
                assert_int_equal(strlen(line.text) % 4, 0);
            assert_false(smtpspec_dialogue_next(&dialogue, &line));
        }
    }
}

/* --- Text --------------------------------------------------------------- */

static char *page;
static size_t page_length;

static FILE *open_page(void)
{
    FILE *file = open_memstream(&page, &page_length);

    assert_non_null(file);
    return file;
}

static void equals_page(FILE *file, const char *expected)
{
    assert_int_equal(fclose(file), 0);
    assert_string_equal(page, expected);
    free(page);
}

static void wraps_between_words(void **state)
{
    FILE *file = open_page();

    (void)state;
    smtpspec_layout_wrap(file, 70, 4, "aaaa bbbbb cccc");
    smtpspec_layout_wrap(file, 70, 4, "");
    smtpspec_layout_wrap(file, 70, 4, NULL);
    smtpspec_layout_wrap(file, 78, 2, "averylongword  x\033");
    equals_page(file, "aaaa bbbbb\n    cccc\n\n\naverylongword\n  x\\x1b\n");
}

static void cuts_no_escape_in_half(void **state)
{
    FILE *file = open_page();

    (void)state;
    smtpspec_layout_cut(file, "12345678", 8);
    putc('|', file);
    smtpspec_layout_cut(file, "123456789", 8);
    putc('|', file);
    smtpspec_layout_cut(file, "123\\x1b89", 8);
    putc('|', file);
    smtpspec_layout_cut(file, "123\377\377", 8);
    putc('|', file);
    smtpspec_layout_cut(file, NULL, 8);
    equals_page(file, "12345678|12345...|123...|123...|");
}

/* --- The part of a long dialogue that is shown ---------------------------- */

/* A finding over `count` one-line entries, the one at `shown` marked. */
static char *long_finding(unsigned count, unsigned shown)
{
    static const struct smtpspec_finding_style style = {
        .label = "FAIL", .colour = "", .strong = "", .plain = ""
    };
    static struct smtpspec_transcript_entry entries[200];
    static char texts[200][16];
    struct smtpspec_result result = { .id = "a.b", .transcript = entries,
                                      .transcript_count = count };
    FILE *file = open_page();

    for (unsigned i = 0; i < count; i++) {
        snprintf(texts[i], sizeof(texts[i]), "%u\r\n", i);
        entries[i] = (struct smtpspec_transcript_entry){
            .from = 'S', .octets = smtpspec_span_of(texts[i]),
            .shows = i == shown };
    }
    smtpspec_finding_write(file, &style, &result);
    assert_int_equal(fclose(file), 0);
    return page;
}

static unsigned lines_of(const char *text)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

static void shows_at_most_24_lines_around_the_mark(void **state)
{
    (void)state;
    for (unsigned count = 0; count <= 200; count += 7) {
        for (unsigned shown = 0; shown < count; shown += 3) {
            char *text = long_finding(count, shown);
            char mark[16];

            snprintf(mark, sizeof(mark), "   -> S: %u\n", shown);
            assert_non_null(strstr(text, mark));
            /* Title line, empty line, and one for what is left out on
             * either side. */
            assert_true(lines_of(text) <= 2 + 24 + 2);
            if (count <= 24)
                assert_int_equal(lines_of(text), 2 + count);
            free(text);
        }
    }
}

static void says_how_many_lines_are_left_out(void **state)
{
    char *text = long_finding(60, 30);

    (void)state;
    assert_non_null(strstr(text, "... 15 lines before\n      S: 15\n"));
    assert_non_null(strstr(text, "S: 38\n      ... 21 more lines\n"));
    free(text);
    text = long_finding(25, 24);
    assert_non_null(strstr(text, "... 1 line before\n      S: 1\n"));
    assert_null(strstr(text, "more"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_lines_that_do_not_fit),
        cmocka_unit_test(wraps_between_words),
        cmocka_unit_test(cuts_no_escape_in_half),
        cmocka_unit_test(shows_at_most_24_lines_around_the_mark),
        cmocka_unit_test(says_how_many_lines_are_left_out),
        cmocka_unit_test(a_reply_over_lines_is_folded),
    };
    int failed = RUN_ROWS(breaks_a_dialogue_into_lines, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
