/* SPDX-License-Identifier: MIT */
/*
 * finite_blocks.c - every octet in every lane of a block, every pair and triple
 * of odd ones, and every head of a line, through all forms of the tokenizer
 *
 * What finite_reply.c shows of short strings is shown here of what only whole
 * lines reach: the masks of blocks, how blocks are put together, and the table
 * of shapes. Each line is fed alone, and behind another one, which takes
 * another path. Every feed ends where a page does.
 */
#include "../../tests/support/page_end.h"
#include "../../tests/support/reply_forms.h"
#include "finite.h"

#define BEFORE "220-a\r\n"
#define LENGTH_LONG 140 /* two blocks, and some                             */
#define LENGTH_MOST 514

/* All ways in which one block and pieces of it are put together, and some in
 * which more are; where a length no longer fits into an octet; and the longest
 * line that is allowed. */
static bool is_length_of_interest(size_t length)
{
    return length <= 72 || (length < LENGTH_LONG && length % 11 == 0) ||
           (length > 254 && length < 274 && length % 3 == 0) || length > 510;
}

static void hold(struct finite *finite, struct smtpspec_span octets)
{
    struct smtpspec_reply_parser parser;
    struct reply_outcome outcome;

    smtpspec_reply_init(&parser);
    if (!reply_forms_agree(&parser, octets, FORMS_ROOM, &outcome))
        finite_fail(finite, "the forms differ on", octets);
}

/* The line that ends `room`, alone and with what is before it. Returns how
 * many feeds that were. */
static uint64_t hold_both(struct finite *finite, struct smtpspec_span room)
{
    hold(finite, smtpspec_span_skip(room, sizeof(BEFORE) - 1));
    hold(finite, room);
    return 2;
}

/* BEFORE and a line of `length` octets. */
static char *line_of(size_t length, struct smtpspec_span *all)
{
    size_t before = sizeof(BEFORE) - 1;
    char *room = page_end_room(0, before + length), *line = room + before;

    memcpy(room, BEFORE, before);
    memset(line, 'x', length);
    if (length >= 6)
        memcpy(line, "250 ", 4);
    memcpy(line + length - 2, "\r\n", 2);
    *all = (struct smtpspec_span){ room, before + length };
    return line;
}

static void every_lane(struct finite *finite)
{
    uint64_t members = 0;

    for (size_t length = 2; length <= LENGTH_MOST; length++) {
        struct smtpspec_span all;
        char *line;

        if (!is_length_of_interest(length))
            continue;
        line = line_of(length, &all);
        for (size_t at = 0; at < length; at++) {
            char was = line[at];

            for (unsigned octet = 0; octet < 256; octet++) {
                line[at] = (char)octet;
                members += hold_both(finite, all);
            }
            line[at] = was;
        }
    }
    finite_done(finite, "every octet at every place of lines of up to 514",
                members);
}

/* At every place, so across the borders of blocks, too. */
static void every_triple(struct finite *finite)
{
    static const char odd[] = { '\0', '\t', '\n', '\r', 'x', '\x7f', '\x80' };
    enum { N = sizeof(odd) };
    struct smtpspec_span all;
    char *line = line_of(LENGTH_LONG, &all);
    uint64_t members = 0;

    for (size_t at = 4; at + 3 <= LENGTH_LONG; at++) {
        char was[3];

        memcpy(was, line + at, 3);
        for (unsigned i = 0; i < N * N * N; i++) {
            line[at] = odd[i % N];
            line[at + 1] = odd[i / N % N];
            line[at + 2] = odd[i / N / N];
            members += hold_both(finite, all);
        }
        memcpy(line + at, was, 3);
    }
    finite_done(finite, "three of seven octets, at every place of a line",
                members);
}

static void every_code(struct finite *finite)
{
    struct smtpspec_span all;
    char *line = line_of(24, &all);
    uint64_t members = 0;

    for (unsigned code = 0; code < 1000; code++) {
        for (unsigned octet = 0; octet < 256; octet++) {
            line[0] = (char)('0' + code / 100);
            line[1] = (char)('0' + code / 10 % 10);
            line[2] = (char)('0' + code % 10);
            line[3] = (char)octet;
            members += hold_both(finite, all);
        }
    }
    finite_done(finite, "every code before every octet", members);
}

/* Number `i` of all strings of up to four of 0, 1 and 9; 121 of them. */
static size_t digits_of(unsigned i, char *out)
{
    size_t length = 0;

    for (; i > 0; i = (i - 1) / 3)
        out[length++] = "019"[(i - 1) % 3];
    return length;
}

/* A line with an enhanced code, or nearly one. */
static uint64_t hold_status(struct finite *finite, char first, unsigned subject,
                            unsigned detail, char behind)
{
    char line[32] = "250 2.";
    size_t length = 6;
    struct smtpspec_span all;
    char *at;

    line[4] = first;
    length += digits_of(subject, line + length);
    line[length++] = '.';
    length += digits_of(detail, line + length);
    line[length++] = behind;
    at = line_of(length + 6, &all);
    memcpy(at, line, length);
    at[0] = first == '9' ? '5' : first;
    return hold_both(finite, all);
}

static void every_status(struct finite *finite)
{
    static const char behind[] = { ' ', '\r', '\n', '.', '0', 'x' };
    static const char classes[] = { '1', '2', '3', '4', '5', '9', 'x' };
    uint64_t members = 0;

    for (size_t i = 0; i < sizeof(classes); i++)
        for (size_t k = 0; k < sizeof(behind); k++)
            for (unsigned subject = 0; subject < 121; subject++)
                for (unsigned detail = 0; detail < 121; detail++)
                    members += hold_status(finite, classes[i], subject, detail,
                                           behind[k]);
    finite_done(finite, "enhanced codes of up to four digits of 0, 1 and 9",
                members);
}

int main(void)
{
    struct finite finite = { 0 };

    every_lane(&finite);
    every_triple(&finite);
    every_code(&finite);
    every_status(&finite);
    return finite_end(&finite);
}
