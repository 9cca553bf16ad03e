/* SPDX-License-Identifier: MIT */
/*
 * test_data.c - where content ends, what is in it, and its dots
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/data.h>

#include "support/page_end.h"
#include "support/rows.h"

#define BARE_LF   SMTPSPEC_DATA_BARE_LF
#define BARE_CR   SMTPSPEC_DATA_BARE_CR
#define NUL       SMTPSPEC_DATA_NUL
#define EIGHT_BIT SMTPSPEC_DATA_EIGHT_BIT
#define LONG      SMTPSPEC_DATA_LINE_LONG
#define FALSE_END SMTPSPEC_DATA_FALSE_END
#define WIRE(literal) literal, sizeof(literal) - 1

static struct row {
    const char *name;
    const char *sent;
    size_t length;
    size_t used;
    bool ended;
    unsigned seen;
} rows[] = {
    { "nothing", WIRE(""), 0, false, 0 },
    { "no content at all", WIRE(".\r\n"), 3, true, 0 },
    { "a line and the end", WIRE("a\r\n.\r\n"), 6, true, 0 },
    { "what follows the end", WIRE("a\r\n.\r\nQUIT\r\n"), 6, true, 0 },
    { "a stuffed dot", WIRE("..\r\n.\r\n"), 7, true, 0 },
    { "an unstuffed dot before text", WIRE(".a\r\n.\r\n"), 7, true, 0 },
    { "a dot in a line", WIRE("a.\r\n.\r\n"), 7, true, 0 },
    { "the end is not there yet", WIRE("a\r\n.\r"), 5, false, 0 },
    { "an empty line", WIRE("\r\n\r\n.\r\n"), 7, true, 0 },
    { "LF dot LF", WIRE("a\n.\nb\r\n.\r\n"), 10, true, BARE_LF | FALSE_END },
    { "LF dot CRLF", WIRE("a\n.\r\nb\r\n.\r\n"), 11, true, BARE_LF | FALSE_END },
    { "CRLF dot LF", WIRE("a\r\n.\nb\r\n.\r\n"), 11, true, BARE_LF | FALSE_END },
    { "CRLF dot CR", WIRE("a\r\n.\rb\r\n.\r\n"), 11, true, BARE_CR | FALSE_END },
    { "CR dot CRLF", WIRE("a\r.\r\nb\r\n.\r\n"), 11, true, BARE_CR | FALSE_END },
    { "CR dot CR", WIRE("a\r.\rb\r\n.\r\n"), 10, true, BARE_CR | FALSE_END },
    { "LF dot CR CRLF", WIRE("a\n.\r\r\n.\r\n"), 9, true, BARE_LF | BARE_CR | FALSE_END },
    { "dot LF first", WIRE(".\n.\r\n"), 5, false, BARE_LF | FALSE_END },
    { "LF dot text is no end", WIRE("a\n.b\r\n.\r\n"), 9, true, BARE_LF },
    { "a false end does not end", WIRE("\n.\r\n.\r\n"), 7, true, BARE_LF | FALSE_END },
    { "two CR before LF", WIRE("a\r\r\n.\r\n"), 7, true, BARE_CR },
    { "a CR at the end may still be good", WIRE("a\r"), 2, false, 0 },
    { "all that was seen is kept", WIRE("\n\r.\r\0\200\0\r\n.\r\n"), 12, true,
      BARE_LF | BARE_CR | NUL | EIGHT_BIT | FALSE_END },
    { "NUL and eight bits", WIRE("\0\200\r\n.\r\n"), 7, true, NUL | EIGHT_BIT },
    { "what follows the end is not looked at", WIRE(".\r\n\0\n"), 3, true, 0 },
};

static const struct smtpspec_span nothing;

struct result {
    size_t used;
    bool ended;
    unsigned seen;
};

static struct result feed(struct smtpspec_span sent, size_t a, size_t b)
{
    size_t cuts[] = { a, b, sent.length };
    struct smtpspec_data data;
    size_t used = 0, at = 0;

    smtpspec_data_init(&data);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(cuts); i++) {
        struct smtpspec_span part =
            page_end_copy(0, smtpspec_span_skip(smtpspec_span_head(sent, cuts[i]), at));

        used += smtpspec_data_feed(&data, part);
        at = cuts[i];
    }
    assert_int_equal(data.octets, used);
    return (struct result){ used, data.ended, data.seen };
}

static void is_framed_so_in_every_cut(void **state)
{
    const struct row *row = *state;
    struct smtpspec_span sent = { row->sent, row->length };

    for (size_t a = 0; a <= sent.length; a++) {
        for (size_t b = a; b <= sent.length; b++) {
            struct result result = feed(sent, a, b);

            assert_int_equal(result.used, row->used);
            assert_int_equal(result.ended, row->ended);
            assert_int_equal(result.seen, row->seen);
        }
    }
}

/* The same found by looking back and forth; `text` begins with the CRLF of
 * the DATA line. */
static struct result look(const char *text, size_t length)
{
    struct result result = { length, false, 0 };

    for (size_t i = 0; i + 5 <= length && !result.ended; i++) {
        if (memcmp(text + i, "\r\n.\r\n", 5) == 0)
            result = (struct result){ i + 5, true, 0 };
    }
    for (size_t i = 2; i < result.used; i++) {
        bool more = i + 1 < result.used;

        if (text[i] == '\n' && text[i - 1] != '\r')
            result.seen |= BARE_LF;
        if (text[i] == '\r' && more && text[i + 1] != '\n')
            result.seen |= BARE_CR;
        if (text[i] != '.' || (text[i - 1] != '\n' && text[i - 1] != '\r') || !more)
            continue;

        bool good = text[i - 1] == '\n' && text[i - 2] == '\r';

        if (text[i + 1] == '\n')
            result.seen |= FALSE_END;
        if (text[i + 1] == '\r' && i + 2 < result.used && (!good || text[i + 2] != '\n'))
            result.seen |= FALSE_END;
    }
    result.used -= 2;
    return result;
}

/* Number `number` of the strings of `length` octets, behind a CRLF. */
static void spell(char *text, size_t length, size_t number)
{
    memcpy(text, "\r\n", 2);
    for (size_t i = 0; i < length; i++) {
        text[2 + i] = "\r\n.x"[number % 4];
        number /= 4;
    }
}

static void agrees_with_looking_back_on_all_short_strings(void **state)
{
    char text[16];

    (void)state;
    for (size_t length = 0; length <= 8; length++) {
        for (size_t number = 0; number < (size_t)1 << (2 * length); number++) {
            struct result want, got;

            spell(text, length, number);
            want = look(text, length + 2);
            got = feed((struct smtpspec_span){ text + 2, length }, length / 2, length);
            assert_int_equal(got.used, want.used);
            assert_int_equal(got.ended, want.ended);
            assert_int_equal(got.seen, want.seen);
        }
    }
}

static void what_is_written_is_read_again(void **state)
{
    char text[16], sent[40], again[40];

    (void)state;
    for (size_t length = 0; length <= 7; length++) {
        for (size_t number = 0; number < (size_t)1 << (2 * length); number++) {
            size_t written, read, whole = length;

            spell(text, length, number);
            /* A last line without its end gets one. */
            if (memcmp(text + length, "\r\n", 2) != 0)
                whole += 2;
            written = smtpspec_data_write((struct smtpspec_span){ text + 2, length }, sent,
                                          sizeof(sent));
            assert_true(written <= sizeof(sent));
            read = smtpspec_data_read((struct smtpspec_span){ sent, written }, again,
                                      sizeof(again));
            assert_int_equal(read, whole);
            memcpy(text + 2 + length, "\r\n", 2);
            assert_memory_equal(again, text + 2, whole);
        }
    }
}

static void dots_are_stuffed_at_line_starts_only(void **state)
{
    char *out = page_end_room(0, 17);

    (void)state;
    assert_int_equal(smtpspec_data_write(SMTPSPEC_SPAN(".a.\r\n..\n.b"), out, 17), 17);
    assert_memory_equal(out, "..a.\r\n...\n.b\r\n.\r\n", 17);
}

static void nothing_is_written_past_the_room(void **state)
{
    (void)state;
    for (size_t cap = 0; cap < 8; cap++) {
        char *out = page_end_room(0, cap);

        assert_int_equal(smtpspec_data_write(SMTPSPEC_SPAN(".a\r\n"), out, cap), 8);
        assert_memory_equal(out, "..a\r\n.\r\n", cap);
    }
    for (size_t cap = 0; cap < 4; cap++) {
        char *out = page_end_room(0, cap);

        assert_int_equal(smtpspec_data_read(SMTPSPEC_SPAN("..a\r\n.\r\n"), out, cap), 4);
        assert_memory_equal(out, ".a\r\n", cap);
    }
}

static void what_does_not_end_is_not_read(void **state)
{
    char out[16];

    (void)state;
    assert_int_equal(smtpspec_data_read(SMTPSPEC_SPAN(""), out, 16), SIZE_MAX);
    assert_int_equal(smtpspec_data_read(SMTPSPEC_SPAN("a\r\n"), out, 16), SIZE_MAX);
    assert_int_equal(smtpspec_data_read(SMTPSPEC_SPAN("a\n.\n"), out, 16), SIZE_MAX);
    assert_int_equal(smtpspec_data_read(SMTPSPEC_SPAN(".\r\nx"), out, 16), SIZE_MAX);
    assert_int_equal(smtpspec_data_read(SMTPSPEC_SPAN(".\r\n"), out, 16), 0);
}

/* Whether a line of `total` octets, its CRLF and the stuffed dot among them,
 * is found too long; `before` stands in front of it. */
static bool is_long(const char *before, bool stuffed, size_t total)
{
    char *text = page_end_room(1, strlen(before) + total);
    struct smtpspec_data data;

    memcpy(text, before, strlen(before));
    memset(text + strlen(before), 'x', total);
    if (stuffed)
        text[strlen(before)] = '.';
    memcpy(text + strlen(before) + total - 2, "\r\n", 2);
    smtpspec_data_init(&data);
    smtpspec_data_feed(&data, (struct smtpspec_span){ text, strlen(before) + total });
    return (data.seen & LONG) != 0;
}

static void a_line_of_1001_octets_is_long(void **state)
{
    (void)state;
    for (size_t total = 990; total < 1010; total++) {
        assert_int_equal(is_long("", false, total), total > 1000);
        assert_int_equal(is_long("abc\r\n", false, total), total > 1000);
        assert_int_equal(is_long("", true, total), total > 1001);
        assert_int_equal(is_long("abc\r\n", true, total), total > 1001);
    }
}

static void only_crlf_ends_a_line_that_is_counted(void **state)
{
    (void)state;
    assert_false(is_long("abc\n", false, 996));
    assert_true(is_long("abc\n", false, 997));
    assert_true(is_long("ab\n", true, 998));
}

static void a_long_line_hides_nothing_else(void **state)
{
    char text[1200];
    struct smtpspec_data data;

    (void)state;
    memset(text, 'x', sizeof(text));
    text[0] = '\n';
    text[1] = '\0';
    smtpspec_data_init(&data);
    smtpspec_data_feed(&data, (struct smtpspec_span){ text, sizeof(text) });
    assert_int_equal(data.seen, BARE_LF | NUL | LONG);
}

/* What is taken at once is taken as one octet at a time would be: any octet at
 * each place of a line that is long enough for whole words of it. */
static void any_octet_anywhere_is_seen_as_by_itself(void **state)
{
    char line[] = "abcdefghijklmnopqrstuvwxyz0123456789\r\n.\r\n";
    size_t length = sizeof(line) - 1;

    (void)state;
    for (size_t at = 0; at < length; at++) {
        for (unsigned octet = 0; octet < 256; octet++) {
            struct smtpspec_data whole, single;
            char kept = line[at];
            size_t used = 0;

            line[at] = (char)octet;
            smtpspec_data_init(&whole);
            smtpspec_data_init(&single);
            while (used < length && !single.ended)
                used += smtpspec_data_feed(
                    &single, (struct smtpspec_span){ line + used, 1 });
            assert_int_equal(
                smtpspec_data_feed(&whole, page_end_copy(0, (struct smtpspec_span){
                                                                line, length })),
                used);
            assert_int_equal(whole.seen, single.seen);
            assert_int_equal(whole.ended, single.ended);
            assert_int_equal(whole.octets, single.octets);
            assert_int_equal(whole.line_octets, single.line_octets);
            assert_int_equal(whole.stage, single.stage);
            if (octet != '\n' && at < length - 5) {
                smtpspec_data_init(&whole);
                smtpspec_data_line(&whole, page_end_copy(0, (struct smtpspec_span){
                                                                line, length - 5 }));
                smtpspec_data_line(&whole, SMTPSPEC_SPAN("."));
                assert_int_equal(whole.seen, single.seen);
                assert_int_equal(whole.ended, single.ended);
                assert_int_equal(whole.octets, single.octets);
            }
            line[at] = kept;
        }
    }
}

/* Many lines at once are as one by one; the plain ones are known, or not. */
static void takes_lines_together_as_one_by_one(void **state)
{
    static char long_line[1100];
    struct smtpspec_span lines[] = {
        SMTPSPEC_SPAN("plain"), SMTPSPEC_SPAN(""), SMTPSPEC_SPAN("..dots"),
        SMTPSPEC_SPAN("nul\0"), SMTPSPEC_SPAN("\xe4\xc4"), SMTPSPEC_SPAN(".x"),
        { long_line, 998 }, { long_line, 999 }, SMTPSPEC_SPAN("bare\rcr"),
        SMTPSPEC_SPAN("."), SMTPSPEC_SPAN("QUIT"),
    };
    const size_t count = SMTPSPEC_ARRAY_LEN(lines);

    (void)state;
    memset(long_line, 'x', sizeof(long_line));
    for (size_t from = 0; from + 1 < count; from++) {
        for (unsigned known = 0; known < 2; known++) {
            struct smtpspec_data many, one;
            uint64_t plain = known != 0 ? 0xe7 >> from : 0;
            size_t taken;

            smtpspec_data_init(&many);
            smtpspec_data_init(&one);
            taken = smtpspec_data_lines(&many, &lines[from], count - from,
                                        plain);
            assert_int_equal(taken, count - 1 - from);
            for (size_t i = from; !one.ended; i++) {
                smtpspec_data_feed(&one, lines[i]);
                smtpspec_data_feed(&one, SMTPSPEC_SPAN("\r\n"));
            }
            assert_true(many.ended);
            assert_int_equal(many.seen, one.seen);
            assert_int_equal(many.octets, one.octets);
        }
    }
}

static void feed_singly(struct smtpspec_data *data, struct smtpspec_span octets)
{
    for (size_t i = 0; i < octets.length && !data->ended; i++)
        smtpspec_data_feed(data, (struct smtpspec_span){ octets.at + i, 1 });
}

static void assert_same(const struct smtpspec_data *a, const struct smtpspec_data *b)
{
    assert_int_equal(a->octets, b->octets);
    assert_int_equal(a->line_octets, b->line_octets);
    assert_int_equal(a->seen, b->seen);
    assert_int_equal(a->stage, b->stage);
    assert_int_equal(a->ended, b->ended);
}

/* In the middle of what went before, a line by each function. */
static void takes_a_line_as_octet_by_octet(struct smtpspec_span before,
                                           struct smtpspec_span line)
{
    struct smtpspec_data single, part, whole, many;

    smtpspec_data_init(&single);
    feed_singly(&single, before);
    part = whole = many = single;
    feed_singly(&single, line);
    smtpspec_data_feed(&part, line);
    assert_same(&part, &single);
    feed_singly(&single, SMTPSPEC_SPAN("\r\n"));
    smtpspec_data_line(&whole, line);
    assert_same(&whole, &single);
    smtpspec_data_lines(&many, &line, 1, 0);
    assert_same(&many, &single);
}

/* Words of 8 and of 32 octets, their last ones, and what is shorter. */
static void a_line_is_as_its_octets_at_each_length(void **state)
{
    static const char *const befores[] = { "", "x", "a\n", "a\r" };
    static const char octets[] = { '\0', '\t', '\r', 0x0e, 0x7f, (char)0x80, '.' };
    char text[100];

    (void)state;
    for (size_t length = 0; length <= sizeof(text); length += length < 68 ? 1 : 4) {
        for (size_t at = 0; at <= length; at++) {
            for (size_t i = 0; i < 4 * 7; i++) {
                memset(text, 'A', sizeof(text));
                if (at < length)
                    text[at] = octets[i % 7];
                takes_a_line_as_octet_by_octet(
                    smtpspec_span_of(befores[i / 7]),
                    page_end_copy(0, (struct smtpspec_span){ text, length }));
            }
        }
    }
}

static void a_line_is_as_its_octets_where_it_gets_long(void **state)
{
    char text[1002];

    (void)state;
    for (size_t length = 990; length <= sizeof(text); length++) {
        for (size_t i = 0; i < 3; i++) {
            memset(text, 'x', sizeof(text));
            text[0] = "x.\xe4"[i];
            takes_a_line_as_octet_by_octet(
                nothing, page_end_copy(0, (struct smtpspec_span){ text, length }));
        }
    }
}

/* Known to be plain, and yet not at the start of a line: no dot leads it. */
static void lines_known_to_be_plain_want_a_line_start(void **state)
{
    struct smtpspec_span line = SMTPSPEC_SPAN("plain");
    struct smtpspec_data data;

    (void)state;
    smtpspec_data_init(&data);
    smtpspec_data_feed(&data, SMTPSPEC_SPAN("a\n"));
    assert_int_equal(smtpspec_data_lines(&data, &line, 1, 1), 1);
    assert_int_equal(data.line_octets, 0);
    smtpspec_data_feed(&data, SMTPSPEC_SPAN(".\r\n"));
    assert_true(data.ended);
    assert_int_equal(data.octets, 2 + 7 + 3);
}

static void a_first_octet_of_eight_bits_counts(void **state)
{
    char text[1001];

    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text + sizeof(text) - 2, "\r\n", 2);
    text[0] = (char)0x80;
    assert_int_equal(feed((struct smtpspec_span){ text, sizeof(text) }, 0, 0).seen,
                     EIGHT_BIT | LONG);
}

/* What lies before the content is not looked at. */
static void an_lf_in_front_starts_no_line(void **state)
{
    char out[9];

    (void)state;
    assert_int_equal(smtpspec_data_write(smtpspec_span_skip(SMTPSPEC_SPAN("\r\n.x"), 1), out,
                                         sizeof(out)), 8);
    assert_memory_equal(out, "\n.x\r\n.\r\n", 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_lines_together_as_one_by_one),
        cmocka_unit_test(a_line_is_as_its_octets_at_each_length),
        cmocka_unit_test(a_line_is_as_its_octets_where_it_gets_long),
        cmocka_unit_test(lines_known_to_be_plain_want_a_line_start),
        cmocka_unit_test(a_first_octet_of_eight_bits_counts),
        cmocka_unit_test(an_lf_in_front_starts_no_line),
        cmocka_unit_test(agrees_with_looking_back_on_all_short_strings),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(dots_are_stuffed_at_line_starts_only),
        cmocka_unit_test(nothing_is_written_past_the_room),
        cmocka_unit_test(what_does_not_end_is_not_read),
        cmocka_unit_test(a_line_of_1001_octets_is_long),
        cmocka_unit_test(only_crlf_ends_a_line_that_is_counted),
        cmocka_unit_test(a_long_line_hides_nothing_else),
        cmocka_unit_test(any_octet_anywhere_is_seen_as_by_itself),
    };

    return RUN_ROWS(is_framed_so_in_every_cut, rows) +
           cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
