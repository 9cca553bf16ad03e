/* SPDX-License-Identifier: MIT */
/*
 * fuzz_status.c - enhanced status codes, read by two readers and written
 *
 * targets:  smtpspec_status_parse, _write, _equal; what smtpspec_reply_feed
 *           knows of enhanced codes
 * input:    lines, each what follows code and separator in one line of a reply
 * holds:    the reader of a whole text, the one that takes a reply octet by
 *           octet and a third one here find the same enhanced code in each
 *           line; a code that was read is written as it stood; one that is
 *           written is read again, and nothing but SP may follow it; too
 *           little room gives nothing; the defects of the status of a line are
 *           those that the third reading finds, under a code of any class
 * seeds:    corpus/seeds/status    words: corpus/dictionaries/status.dict
 */
#include <string.h>

#include <smtpspec/reply.h>
#include <smtpspec/status.h>

#include "harness.h"

#define LINES_KEPT 16
#define LINE_KEPT 256
#define BIT(name) SMTPSPEC_BIT(SMTPSPEC_DEFECT_##name)
#define OF_STATUS \
    (BIT(STATUS_MALFORMED) | BIT(STATUS_CLASS) | BIT(STATUS_DIFFERS))

/* --- The third reading: by its parts, from the end of each --------------- */

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

/* The number that the whole of a text is, -1 where it is none of up to three
 * digits or has a leading zero. */
static int number_of(struct smtpspec_span text)
{
    int value = 0;

    if (text.length < 1 || text.length > 3 ||
        (text.length > 1 && text.at[0] == '0'))
        return -1;
    for (size_t i = 0; i < text.length; i++) {
        if (!is_digit(text.at[i]))
            return -1;
        value = value * 10 + (text.at[i] - '0');
    }
    return value;
}

/* The first word, cut at its two first dots. */
static struct smtpspec_status third_reading(struct smtpspec_span text,
                                            size_t *length)
{
    struct smtpspec_span word =
        smtpspec_span_head(text, smtpspec_span_find(text, ' '));
    size_t first = smtpspec_span_find(word, '.');
    struct smtpspec_span rest = smtpspec_span_skip(word, first + 1);
    size_t second = smtpspec_span_find(rest, '.');
    int class_digit = number_of(smtpspec_span_head(word, first));
    int subject = number_of(smtpspec_span_head(rest, second));
    int detail = number_of(smtpspec_span_skip(rest, second + 1));

    *length = 0;
    if ((class_digit != 2 && class_digit != 4 && class_digit != 5) ||
        subject < 0 || detail < 0)
        return (struct smtpspec_status){ 0 };
    *length = word.length;
    return (struct smtpspec_status){ .class_digit = (uint8_t)class_digit,
                                     .subject = (uint16_t)subject,
                                     .detail = (uint16_t)detail };
}

/* Digit, dot, digit: meant as an enhanced code. */
static bool is_meant(struct smtpspec_span text)
{
    return text.length >= 3 && is_digit(text.at[0]) && text.at[1] == '.' &&
           is_digit(text.at[2]);
}

/* --- Reading a whole text, and writing ------------------------------------ */

static void check_write(struct smtpspec_status status,
                        struct smtpspec_span written)
{
    char out[16];

    for (size_t cap = 0; cap < sizeof(out) - 1; cap++) {
        memset(out, '?', sizeof(out));
        size_t length = smtpspec_status_write(status, out, cap);

        MUST(length == (cap > written.length ? written.length : 0));
        MUST(out[cap] == '?');
        if (length > 0)
            MUST(memcmp(out, written.at, length) == 0 && out[length] == '\0');
        else
            MUST(out[0] == '?');
    }
}

/* Any code at all, chosen by number. */
static void check_any(uint64_t choice)
{
    static const uint8_t classes[] = { 2, 4, 5 };
    struct smtpspec_status read, status = {
        .class_digit = classes[choice % 3],
        .subject = (uint16_t)(choice / 3 % 1000),
        .detail = (uint16_t)(choice / 3000 % 1000) };
    char out[16];
    size_t length = smtpspec_status_write(status, out, 10);

    MUST(length >= 5 && length <= 9);
    MUST(smtpspec_status_parse((struct smtpspec_span){ out, length }, &read) ==
         length);
    MUST(smtpspec_status_equal(status, read));
    for (unsigned octet = 0; octet < 256; octet++) {
        out[length] = (char)(unsigned char)octet;
        MUST((smtpspec_status_parse((struct smtpspec_span){ out, length + 1 },
                                    &read) > 0) ==
             (octet == ' ' ||
              (is_digit(out[length]) && status.detail > 0 &&
               status.detail < 100)));
    }
    read = status;
    read.detail ^= 1;
    MUST(!smtpspec_status_equal(status, read));
    read = status;
    read.subject ^= 1;
    MUST(!smtpspec_status_equal(status, read));
}

static void check_text(struct smtpspec_span text)
{
    struct smtpspec_status status, third;
    size_t expected, length = smtpspec_status_parse(text, &status);

    third = third_reading(text, &expected);
    MUST(length == expected);
    MUST(smtpspec_status_equal(status, third));
    MUST((length == 0) == (status.class_digit == 0));
    if (length > 0)
        check_write(status, smtpspec_span_head(text, length));
    else
        MUST(smtpspec_status_write(status, (char[10]){ 0 }, 10) == 0);
}

/* --- Lines of a reply ----------------------------------------------------- */

struct lines {
    struct smtpspec_span text[LINES_KEPT];
    size_t count;
};

/* The defects of the status of line `i`, by the third reading. */
static uint32_t expected_defects(const struct lines *lines, size_t i,
                                 unsigned code)
{
    size_t length;
    struct smtpspec_status status = third_reading(lines->text[i], &length);
    struct smtpspec_status first = third_reading(lines->text[0], &length);
    uint32_t defects = 0;

    if (status.class_digit == 0)
        return is_meant(lines->text[i]) ? BIT(STATUS_MALFORMED) : 0;
    if (status.class_digit != code / 100)
        defects |= BIT(STATUS_CLASS);
    if (first.class_digit != 0 && !smtpspec_status_equal(first, status))
        defects |= BIT(STATUS_DIFFERS);
    return defects;
}

static size_t write_reply(const struct lines *lines, unsigned code, char *out)
{
    size_t length = 0;

    for (size_t i = 0; i < lines->count; i++) {
        out[length++] = (char)('0' + code / 100);
        out[length++] = (char)('0' + code / 10 % 10);
        out[length++] = (char)('0' + code % 10);
        out[length++] = i + 1 < lines->count ? '-' : ' ';
        memcpy(out + length, lines->text[i].at, lines->text[i].length);
        length += lines->text[i].length;
        memcpy(out + length, "\r\n", 2);
        length += 2;
    }
    return length;
}

static void check_reply(const struct lines *lines, unsigned code)
{
    static char wire[LINES_KEPT * (LINE_KEPT + 6)];
    struct smtpspec_reply_line out[LINES_KEPT];
    struct smtpspec_reply_parser parser;
    size_t count, expected, length = write_reply(lines, code, wire);

    smtpspec_reply_init(&parser);
    MUST(smtpspec_reply_feed(&parser, (struct smtpspec_span){ wire, length },
                             out, LINES_KEPT, &count) == length);
    MUST(count == lines->count);
    for (size_t i = 0; i < count; i++) {
        MUST(out[i].code == code);
        MUST(smtpspec_status_equal(
            out[i].status, third_reading(lines->text[i], &expected)));
        MUST((out[i].defects & OF_STATUS) ==
             expected_defects(lines, i, code));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span rest = { (const char *)data, size };
    struct lines lines = { .count = 0 };

    check_any(harness_seed(rest));
    while (lines.count < LINES_KEPT &&
           harness_line(&rest, &lines.text[lines.count])) {
        struct smtpspec_span *text = &lines.text[lines.count++];

        *text = smtpspec_span_head(*text, LINE_KEPT);
        check_text(*text);
    }
    if (lines.count == 0)
        return 0;
    check_reply(&lines, 250);
    check_reply(&lines, 450);
    check_reply(&lines, 550);
    check_reply(&lines, 354);
    return 0;
}
