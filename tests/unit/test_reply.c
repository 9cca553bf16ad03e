/* SPDX-License-Identifier: MIT */
/*
 * test_reply.c - what the tokenizer finds each line to be, in any cut
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/reply.h>

#include "support/reply_story.h"
#include "support/rows.h"

/* An input that may hold NUL. */
#define WIRE(literal) literal, sizeof(literal) - 1

struct want {
    const char *text; /* the line without its end; NULL: a promise unkept */
    unsigned code;
    char separator;
    unsigned flags;
    uint32_t defects;
    struct smtpspec_status status;
};

/* A wanted line without, and with, an enhanced code. */
#define LINE(text, code, separator, flags, defects)                         \
    { text, code, separator, flags, defects, { 0 } }
#define CODED(text, code, separator, flags, defects, c, s, d)               \
    { text, code, separator, flags, defects, { c, s, d } }

static struct row {
    const char *name;
    const char *wire;
    size_t length;
    struct want lines[6];
} rows[] = {
    { "an empty stream has no lines", WIRE(""), { { 0 } } },
    { "a plain line", WIRE("250 ok\r\n"), { LINE("250 ok", 250, ' ', ALONE, 0) } },
    { "a line without text", WIRE("250 \r\n"), { LINE("250 ", 250, ' ', ALONE, 0) } },
    { "a bare code", WIRE("250\r\n"),
      { LINE("250", 250, 0, ALONE, BIT(SEPARATOR_MISSING)) } },
    { "two replies", WIRE("220 a\r\n354 b\r\n"),
      { LINE("220 a", 220, ' ', ALONE, 0), LINE("354 b", 354, ' ', ALONE, 0) } },
    { "a reply of three lines", WIRE("250-a\r\n250-\r\n250 c\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0), LINE("250-", 250, '-', 0, 0),
        LINE("250 c", 250, ' ', LAST, 0) } },
    { "text that looks like a line", WIRE("250-234 Text\r\n250 354\r\n"),
      { LINE("250-234 Text", 250, '-', FIRST, 0),
        LINE("250 354", 250, ' ', LAST, 0) } },
    { "a bare code ends a reply", WIRE("250-a\r\n250\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0),
        LINE("250", 250, 0, LAST, BIT(SEPARATOR_MISSING)) } },
    { "LF alone ends a line", WIRE("250 ok\n250 b\r\n"),
      { LINE("250 ok", 250, ' ', ALONE, BIT(BARE_LF)),
        LINE("250 b", 250, ' ', ALONE, 0) } },
    { "LF alone after the code", WIRE("250\n"),
      { LINE("250", 250, 0, ALONE, BIT(BARE_LF) | BIT(SEPARATOR_MISSING)) } },
    { "CR in the text", WIRE("250 a\rb\r\n250 c\r\n"),
      { LINE("250 a\rb", 250, ' ', ALONE, BIT(BARE_CR)),
        LINE("250 c", 250, ' ', ALONE, 0) } },
    { "two CR before LF", WIRE("250 a\r\r\n"),
      { LINE("250 a\r", 250, ' ', ALONE, BIT(BARE_CR)) } },
    { "a CR for a separator", WIRE("250\rok\r\n"),
      { LINE("250\rok", 250, '\r', ALONE, BIT(BARE_CR) | BIT(SEPARATOR_BAD)) } },
    { "a CR inside the code", WIRE("25\r0 ok\r\n"),
      { LINE("25\r0 ok", 0, 0, ALONE, BIT(BARE_CR) | BIT(CODE_SHORT)) } },
    { "a CR in front", WIRE("\r250 ok\r\n"),
      { LINE("\r250 ok", 0, 0, ALONE, BIT(BARE_CR) | BIT(NO_CODE)) } },
    { "a CR inside an enhanced code", WIRE("250 2.1\r.5 ok\r\n"),
      { LINE("250 2.1\r.5 ok", 250, ' ', ALONE, BIT(BARE_CR) | BIT(STATUS_MALFORMED)) } },
    { "NUL in the text", WIRE("250 a\0b\r\n"),
      { LINE("250 a\0b", 250, ' ', ALONE, BIT(NUL)) } },
    { "NUL for a separator", WIRE("250\0\r\n"),
      { LINE("250\0", 250, 0, ALONE, BIT(NUL) | BIT(SEPARATOR_BAD)) } },
    { "a control octet", WIRE("250 a\033[31m\r\n"),
      { LINE("250 a\033[31m", 250, ' ', ALONE, BIT(CONTROL)) } },
    { "DEL is a control octet", WIRE("250 \177\r\n"),
      { LINE("250 \177", 250, ' ', ALONE, BIT(CONTROL)) } },
    { "HT is text", WIRE("250 a\tb\r\n"), { LINE("250 a\tb", 250, ' ', ALONE, 0) } },
    { "an octet of eight bits", WIRE("250 caf\303\251\r\n"),
      { LINE("250 caf\303\251", 250, ' ', ALONE, BIT(EIGHT_BIT)) } },
    { "bad octets in the code field", WIRE("\0\1\200\r\n"),
      { LINE("\0\1\200", 0, 0, ALONE, BIT(NUL) | BIT(CONTROL) | BIT(EIGHT_BIT) | BIT(NO_CODE)) } },
    { "all defects of one line are told", WIRE("199\200\0\1\r?\n"),
      { LINE("199\200\0\1\r?", 199, '\200', ALONE,
          BIT(EIGHT_BIT) | BIT(NUL) | BIT(CONTROL) | BIT(BARE_CR) | BIT(BARE_LF) |
              BIT(CODE_RANGE) | BIT(SEPARATOR_BAD)) } },
    { "an empty line", WIRE("\r\n"), { LINE("", 0, 0, ALONE, BIT(NO_CODE)) } },
    { "an empty line that LF ends", WIRE("\n"),
      { LINE("", 0, 0, ALONE, BIT(NO_CODE) | BIT(BARE_LF)) } },
    { "words for a code", WIRE("SSH-2.0-x\r\n"),
      { LINE("SSH-2.0-x", 0, 0, ALONE, BIT(NO_CODE)) } },
    { "a blank in front of the code", WIRE(" 250 ok\r\n"),
      { LINE(" 250 ok", 0, 0, ALONE, BIT(NO_CODE)) } },
    { "a sign in front of the code", WIRE("+25 ok\r\n"),
      { LINE("+25 ok", 0, 0, ALONE, BIT(NO_CODE)) } },
    { "one digit", WIRE("2 ok\r\n"), { LINE("2 ok", 0, 0, ALONE, BIT(CODE_SHORT)) } },
    { "two digits", WIRE("25-ok\r\n"), { LINE("25-ok", 0, 0, ALONE, BIT(CODE_SHORT)) } },
    { "two digits and the line end", WIRE("25\r\n"),
      { LINE("25", 0, 0, ALONE, BIT(CODE_SHORT)) } },
    { "four digits", WIRE("2500-ok\r\n"),
      { LINE("2500-ok", 0, 0, ALONE, BIT(CODE_LONG)) } },
    { "four digits and the line end", WIRE("2504\n"),
      { LINE("2504", 0, 0, ALONE, BIT(CODE_LONG) | BIT(BARE_LF)) } },
    { "many digits", WIRE("25025025025 2.0.0\r\n"),
      { LINE("25025025025 2.0.0", 0, 0, ALONE, BIT(CODE_LONG)) } },
    { "first digit 1", WIRE("150 x\r\n"), { LINE("150 x", 150, ' ', ALONE, BIT(CODE_RANGE)) } },
    { "first digit 0", WIRE("050 x\r\n"), { LINE("050 x", 50, ' ', ALONE, BIT(CODE_RANGE)) } },
    { "first digit 6", WIRE("600 x\r\n"), { LINE("600 x", 600, ' ', ALONE, BIT(CODE_RANGE)) } },
    { "second digit 6", WIRE("260 x\r\n"), { LINE("260 x", 260, ' ', ALONE, BIT(CODE_RANGE)) } },
    { "the last code of the grammar", WIRE("559 x\r\n"), { LINE("559 x", 559, ' ', ALONE, 0) } },
    { "the first one past it", WIRE("560 x\r\n"),
      { LINE("560 x", 560, ' ', ALONE, BIT(CODE_RANGE)) } },
    { "the first code of the grammar", WIRE("200 x\r\n"), { LINE("200 x", 200, ' ', ALONE, 0) } },
    { "the last one before it", WIRE("199 x\r\n"),
      { LINE("199 x", 199, ' ', ALONE, BIT(CODE_RANGE)) } },
    { "code 000 is a code", WIRE("000-x\r\n000 y\r\n"),
      { LINE("000-x", 0, '-', FIRST, BIT(CODE_RANGE)),
        LINE("000 y", 0, ' ', LAST, BIT(CODE_RANGE)) } },
    { "a letter for a separator ends the reply", WIRE("250-a\r\n250Xok\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0),
        LINE("250Xok", 250, 'X', LAST, BIT(SEPARATOR_BAD)) } },
    { "HT for a separator", WIRE("250\tok\r\n"),
      { LINE("250\tok", 250, '\t', ALONE, BIT(SEPARATOR_BAD)) } },
    { "no enhanced code behind a bad separator", WIRE("250_2.0.0 ok\r\n"),
      { LINE("250_2.0.0 ok", 250, '_', ALONE, BIT(SEPARATOR_BAD)) } },
    { "another code on the last line", WIRE("250-a\r\n550 b\r\n250 c\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0),
        LINE("550 b", 550, ' ', LAST, BIT(CODE_DIFFERS)),
        LINE("250 c", 250, ' ', ALONE, 0) } },
    { "another code on a middle line", WIRE("250-a\r\n251-b\r\n250 c\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0),
        LINE("251-b", 251, '-', 0, BIT(CODE_DIFFERS)),
        LINE("250 c", 250, ' ', LAST, 0) } },
    { "another code that is bare", WIRE("250-a\r\n354\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0),
        LINE("354", 354, 0, LAST, BIT(CODE_DIFFERS) | BIT(SEPARATOR_MISSING)) } },
    { "lines without a code do not end a reply",
      WIRE("250-a\r\nfoo\r\n\r\n25 x\r\n2500 x\r\n250 b\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0),
        LINE("foo", 0, 0, 0, BIT(NO_CODE)),
        LINE("", 0, 0, 0, BIT(NO_CODE)),
        LINE("25 x", 0, 0, 0, BIT(CODE_SHORT)),
        LINE("2500 x", 0, 0, 0, BIT(CODE_LONG)),
        LINE("250 b", 250, ' ', LAST, 0) } },
    { "an enhanced code", WIRE("550 5.1.1 no\r\n"),
      { CODED("550 5.1.1 no", 550, ' ', ALONE, 0, 5, 1, 1) } },
    { "an enhanced code at the line end", WIRE("250 2.0.0\r\n"),
      { CODED("250 2.0.0", 250, ' ', ALONE, 0, 2, 0, 0) } },
    { "an enhanced code that LF ends", WIRE("250 2.0.0\n"),
      { CODED("250 2.0.0", 250, ' ', ALONE, BIT(BARE_LF), 2, 0, 0) } },
    { "an enhanced code behind a hyphen", WIRE("550-5.7.26 a\r\n550 5.7.26 b\r\n"),
      { CODED("550-5.7.26 a", 550, '-', FIRST, 0, 5, 7, 26),
        CODED("550 5.7.26 b", 550, ' ', LAST, 0, 5, 7, 26) } },
    { "numbers of three digits", WIRE("450 4.999.500 x\r\n"),
      { CODED("450 4.999.500 x", 450, ' ', ALONE, 0, 4, 999, 500) } },
    { "an enhanced code is of its line alone", WIRE("550 5.7.1 a\r\n550 b\r\n550 5.1 c\r\n"),
      { CODED("550 5.7.1 a", 550, ' ', ALONE, 0, 5, 7, 1),
        LINE("550 b", 550, ' ', ALONE, 0),
        LINE("550 5.1 c", 550, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "an enhanced code of its reply alone", WIRE("550-5.7.1 a\r\n550 5.7.1 b\r\n550 5.1.1 c\r\n"),
      { CODED("550-5.7.1 a", 550, '-', FIRST, 0, 5, 7, 1),
        CODED("550 5.7.1 b", 550, ' ', LAST, 0, 5, 7, 1),
        CODED("550 5.1.1 c", 550, ' ', ALONE, 0, 5, 1, 1) } },
    { "four digits in the detail", WIRE("450 4.7.5000 x\r\n"),
      { LINE("450 4.7.5000 x", 450, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "four digits in the subject", WIRE("450 4.7000.5 x\r\n"),
      { LINE("450 4.7000.5 x", 450, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "a leading zero in the detail", WIRE("550 5.1.01 x\r\n"),
      { LINE("550 5.1.01 x", 550, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "a leading zero in the subject", WIRE("550 5.01.1 x\r\n"),
      { LINE("550 5.01.1 x", 550, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "class 3 is none", WIRE("354 3.0.0 x\r\n"),
      { LINE("354 3.0.0 x", 354, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "class 9 is none", WIRE("550 9.9.9\r\n"),
      { LINE("550 9.9.9", 550, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "two numbers are none", WIRE("250 2.5 x\r\n"),
      { LINE("250 2.5 x", 250, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "two numbers at the line end", WIRE("250 2.5\r\n"),
      { LINE("250 2.5", 250, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "a third that is missing", WIRE("250 2.5.\r\n"),
      { LINE("250 2.5.", 250, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "a third that is missing before a blank", WIRE("250 2.5. x\r\n"),
      { LINE("250 2.5. x", 250, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "four numbers are none", WIRE("250 2.5.1.0 x\r\n"),
      { LINE("250 2.5.1.0 x", 250, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "HT behind an enhanced code", WIRE("250 2.0.0\tx\r\n"),
      { LINE("250 2.0.0\tx", 250, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "a letter behind an enhanced code", WIRE("250 2.0.0OK\r\n"),
      { LINE("250 2.0.0OK", 250, ' ', ALONE, BIT(STATUS_MALFORMED)) } },
    { "a digit and a dot are text", WIRE("250 5. x\r\n250 5.\r\n250 5\r\n"),
      { LINE("250 5. x", 250, ' ', ALONE, 0), LINE("250 5.", 250, ' ', ALONE, 0),
        LINE("250 5", 250, ' ', ALONE, 0) } },
    { "two digits and a dot are text", WIRE("250 10.0.0 x\r\n"),
      { LINE("250 10.0.0 x", 250, ' ', ALONE, 0) } },
    { "a dot first is text", WIRE("250 .0.0 x\r\n"),
      { LINE("250 .0.0 x", 250, ' ', ALONE, 0) } },
    { "two blanks hide an enhanced code", WIRE("250  2.0.0 x\r\n"),
      { LINE("250  2.0.0 x", 250, ' ', ALONE, 0) } },
    { "an enhanced code of another class", WIRE("450 5.1.1 x\r\n"),
      { CODED("450 5.1.1 x", 450, ' ', ALONE, BIT(STATUS_CLASS), 5, 1, 1) } },
    { "another class at the line end", WIRE("250 5.1.1\r\n"),
      { CODED("250 5.1.1", 250, ' ', ALONE, BIT(STATUS_CLASS), 5, 1, 1) } },
    { "an enhanced code on 3yz", WIRE("354 2.0.0 x\r\n"),
      { CODED("354 2.0.0 x", 354, ' ', ALONE, BIT(STATUS_CLASS), 2, 0, 0) } },
    { "an enhanced code of a code out of range", WIRE("050 5.0.0 x\r\n"),
      { CODED("050 5.0.0 x", 50, ' ', ALONE, BIT(CODE_RANGE) | BIT(STATUS_CLASS), 5, 0, 0) } },
    { "another detail on the last line", WIRE("550-5.7.1 a\r\n550 5.7.2 b\r\n"),
      { CODED("550-5.7.1 a", 550, '-', FIRST, 0, 5, 7, 1),
        CODED("550 5.7.2 b", 550, ' ', LAST, BIT(STATUS_DIFFERS), 5, 7, 2) } },
    { "another subject on a middle line", WIRE("550-5.7.1 a\r\n550-5.1.1 b\r\n550 5.7.1\r\n"),
      { CODED("550-5.7.1 a", 550, '-', FIRST, 0, 5, 7, 1),
        CODED("550-5.1.1 b", 550, '-', 0, BIT(STATUS_DIFFERS), 5, 1, 1),
        CODED("550 5.7.1", 550, ' ', LAST, 0, 5, 7, 1) } },
    { "another class on the last line", WIRE("550-5.7.1 a\r\n550 4.7.1 b\r\n"),
      { CODED("550-5.7.1 a", 550, '-', FIRST, 0, 5, 7, 1),
        CODED("550 4.7.1 b", 550, ' ', LAST, BIT(STATUS_DIFFERS) | BIT(STATUS_CLASS), 4, 7, 1) } },
    { "an enhanced code on the first line alone", WIRE("550-5.7.1 a\r\n550 b\r\n"),
      { CODED("550-5.7.1 a", 550, '-', FIRST, 0, 5, 7, 1),
        LINE("550 b", 550, ' ', LAST, 0) } },
    { "an enhanced code on the last line alone", WIRE("550-a\r\n550 5.7.1 b\r\n"),
      { LINE("550-a", 550, '-', FIRST, 0),
        CODED("550 5.7.1 b", 550, ' ', LAST, 0, 5, 7, 1) } },
    { "a line without its end", WIRE("250 ok"),
      { LINE("250 ok", 250, ' ', FIRST, BIT(UNTERMINATED)) } },
    { "a line with half its end", WIRE("250 ok\r"),
      { LINE("250 ok", 250, ' ', FIRST, BIT(UNTERMINATED)) } },
    { "the stream ends in the code", WIRE("25"),
      { LINE("25", 0, 0, FIRST, BIT(UNTERMINATED)) } },
    { "the stream ends after the code", WIRE("999"),
      { LINE("999", 999, 0, FIRST, BIT(UNTERMINATED)) } },
    { "the stream ends after four digits", WIRE("2500"),
      { LINE("2500", 0, 0, FIRST, BIT(UNTERMINATED) | BIT(CODE_LONG)) } },
    { "the stream ends in an enhanced code", WIRE("250 2.0.0"),
      { LINE("250 2.0.0", 250, ' ', FIRST, BIT(UNTERMINATED)) } },
    { "the stream ends after an enhanced code", WIRE("450 5.0.0 "),
      { CODED("450 5.0.0 ", 450, ' ', FIRST, BIT(UNTERMINATED) | BIT(STATUS_CLASS), 5, 0, 0) } },
    { "the stream ends with nothing but a CR", WIRE("\r"),
      { LINE("", 0, 0, FIRST, BIT(UNTERMINATED)) } },
    { "the stream ends after a hyphen", WIRE("250-a\r\n"),
      { LINE("250-a", 250, '-', FIRST, 0), LINE(NULL, 0, 0, 0, BIT(UNTERMINATED)) } },
    { "the stream ends in a line that differs", WIRE("250-a\r\n550 b"),
      { LINE("250-a", 250, '-', FIRST, 0),
        LINE("550 b", 550, ' ', 0, BIT(UNTERMINATED) | BIT(CODE_DIFFERS)) } },
    { "the stream ends with defects seen", WIRE("250 a\rb\0"),
      { LINE("250 a\rb\0", 250, ' ', FIRST, BIT(UNTERMINATED) | BIT(BARE_CR) | BIT(NUL)) } },
};

/* Text of a wanted line may hold NUL: its length is found in the wire. */
static size_t wanted_length(const struct row *row, size_t from)
{
    struct smtpspec_span rest = { row->wire + from, row->length - from };
    size_t length = smtpspec_span_find(rest, '\n');

    return length > 0 && rest.at[length - 1] == '\r' ? length - 1 : length;
}

static void wanted_story(const struct row *row, struct story *story)
{
    size_t from = 0;

    memset(story, 0, sizeof(*story));
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(row->lines); i++) {
        const struct want *want = &row->lines[i];
        struct line *line = &story->lines[i];

        if (want->text == NULL && want->defects == 0)
            break;
        line->record = (struct smtpspec_reply_line){
            .code = (uint16_t)want->code,
            .separator = (uint8_t)want->separator,
            .flags = (uint8_t)want->flags,
            .defects = want->defects,
            .status = want->status,
        };
        story->count++;
        if (want->text == NULL)
            continue;
        line->length = wanted_length(row, from);
        memcpy(line->octets, want->text, line->length);
        from += line->length;
        while (from < row->length && row->wire[from++] != '\n')
            continue;
    }
}

static void is_read_as_written_here(void **state)
{
    const struct row *row = *state;
    struct smtpspec_span wire = { row->wire, row->length };
    struct story got, want;

    wanted_story(row, &want);
    story_of(wire, &got);
    assert_same_story(wire, &got, &want);
}

/* Cuts into three; into two where both fall on one place or on an end. */
static void reads_the_same_in_every_cut(void **state)
{
    const struct row *row = *state;
    struct smtpspec_span wire = { row->wire, row->length };
    struct story want;

    wanted_story(row, &want);
    for (size_t a = 0; a <= wire.length; a++) {
        for (size_t b = a; b <= wire.length; b++) {
            struct story got;

            story_begin(&got);
            story_feed(&got, smtpspec_span_head(wire, a), 16);
            story_feed(&got, smtpspec_span_skip(smtpspec_span_head(wire, b), a), 1);
            story_feed(&got, smtpspec_span_skip(wire, b), 2);
            story_end(&got);
            assert_same_story(wire, &got, &want);
        }
    }
}

static void reads_the_same_octet_by_octet(void **state)
{
    const struct row *row = *state;
    struct smtpspec_span wire = { row->wire, row->length };
    struct story got, want;

    wanted_story(row, &want);
    story_begin(&got);
    for (size_t i = 0; i < wire.length; i++)
        story_feed(&got, (struct smtpspec_span){ wire.at + i, 1 }, 1);
    story_end(&got);
    assert_same_story(wire, &got, &want);
}

int main(void)
{
    int failed = RUN_ROWS(is_read_as_written_here, rows);

    failed += RUN_ROWS(reads_the_same_in_every_cut, rows);
    failed += RUN_ROWS(reads_the_same_octet_by_octet, rows);
    return failed;
}
