/* SPDX-License-Identifier: MIT */
/*
 * finite_reply.c - the fast forms of the reply tokenizer against the byte
 * machine, on all short strings in every cut, and on all short windows in a
 * line that is long enough for whole blocks
 *
 * A feed begins in a state that some octets led to and takes some more. Where
 * the forms agree from each state that a prefix leaves, they agree in every
 * cut, because the state that they leave is compared as well. Octets stand for
 * their class; that all members of a class act alike is what every_octet()
 * shows at each place of a line.
 */
#include "../../tests/support/page_end.h"
#include "../../tests/support/reply_forms.h"
#include "finite.h"

static const char classes[] = { '0', '2', '5', '9', '-', ' ',
                                '.', '\r', '\n', 'x', '\1', '\200' };

static void hold(struct finite *finite,
                 const struct smtpspec_reply_parser *before,
                 struct smtpspec_span octets, size_t cap)
{
    struct reply_outcome outcome;

    if (!reply_forms_agree(before, octets, cap, &outcome))
        finite_fail(finite, "the forms differ on", octets);
}

/* Where the byte machine stands after one more octet. */
static struct smtpspec_reply_parser
after(const struct smtpspec_reply_parser *before, char octet)
{
    struct reply_outcome outcome;

    reply_outcome_of(smtpspec_reply_variants, before,
                     (struct smtpspec_span){ &octet, 1 }, 1, &outcome);
    return outcome.parser;
}

/* All strings of `length` octets, from one state. */
static uint64_t all_strings(struct finite *finite,
                            const struct smtpspec_reply_parser *before,
                            size_t length)
{
    char *room = page_end_room(0, length);
    size_t digits[8] = { 0 }, at = 0;
    uint64_t members = 0;

    memset(room, classes[0], length);
    while (at < length) {
        hold(finite, before, (struct smtpspec_span){ room, length },
             members % 2 == 0 ? FORMS_ROOM : 1);
        members++;
        for (at = 0; at < length; at++) {
            digits[at] = (digits[at] + 1) % sizeof(classes);
            room[at] = classes[digits[at]];
            if (digits[at] != 0)
                break;
        }
    }
    return members;
}

/* Whatever follows a prefix, for all prefixes: every cut of every string. */
static uint64_t walk(struct finite *finite,
                     const struct smtpspec_reply_parser *before, size_t left)
{
    uint64_t members = 0;

    for (size_t length = 1; length <= left; length++)
        members += all_strings(finite, before, length);
    for (size_t i = 0; i < sizeof(classes) && left > 1; i++) {
        struct smtpspec_reply_parser next = after(before, classes[i]);

        members += walk(finite, &next, left - 1);
    }
    return members;
}

static void every_short_string(struct finite *finite)
{
    struct smtpspec_reply_parser parser;

    smtpspec_reply_init(&parser);
    finite_done(finite, "strings of up to 6 octets, every cut",
                walk(finite, &parser, 6));
}

/* The same from the middle of a reply, where a short string never gets. */
static void every_tail(struct finite *finite)
{
    static const char *const heads[] = {
        "250", "550 5", "550-5.7.1 a\r\n550 5.7.", "450-4.99", "250-a\r\n",
        "550 5.1.99", "250-2.0.0\r\n250 2.0.0 ", "250-a\r\n250 b\r",
    };
    uint64_t members = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(heads); i++) {
        struct smtpspec_reply_parser parser;

        smtpspec_reply_init(&parser);
        for (const char *at = heads[i]; *at != '\0'; at++)
            parser = after(&parser, *at);
        members += walk(finite, &parser, 4);
    }
    finite_done(finite, "tails of up to 4 octets behind heads, every cut",
                members);
}

/* All cuts of a stream into two. */
static uint64_t every_cut(struct finite *finite, struct smtpspec_span wire)
{
    struct smtpspec_reply_parser parser;

    smtpspec_reply_init(&parser);
    for (size_t cut = 0; cut < wire.length; cut++) {
        hold(finite, &parser, smtpspec_span_skip(wire, cut), FORMS_ROOM);
        parser = after(&parser, wire.at[cut]);
    }
    return wire.length;
}

#define LINE "250-the quick brown fox jumps over a dog \r\n"
#define MIXED "550-5.71.3 no, it is not here at all\t\r\n550 5.71.3 b\r\n"

/* Every run of four classes at every offset of a line. */
static void every_window(struct finite *finite)
{
    static const char few[] = { '5', ' ', '.', '\r', '\n', 'x', '\1', '\200' };
    struct smtpspec_span wire =
        page_end_copy(0, SMTPSPEC_SPAN(LINE));
    char *room = page_end_room(0, wire.length);
    uint64_t members = 0;

    for (size_t at = 0; at + 4 <= wire.length - 2; at++) {
        for (unsigned number = 0; number < 8 * 8 * 8 * 8; number++) {
            for (unsigned i = 0; i < 4; i++)
                room[at + i] = few[number >> (3 * i) & 7];
            members += every_cut(finite, wire);
        }
        memcpy(room, LINE, wire.length);
    }
    finite_done(finite, "windows of 4 octets in a line, every cut", members);
}

static void every_octet(struct finite *finite)
{
    struct smtpspec_span wire =
        page_end_copy(0, SMTPSPEC_SPAN(MIXED));
    char *room = page_end_room(0, wire.length);
    uint64_t members = 0;

    for (size_t at = 0; at < wire.length; at++) {
        for (unsigned octet = 0; octet < 256; octet++) {
            room[at] = (char)octet;
            members += every_cut(finite, wire);
        }
        room[at] = MIXED[at];
    }
    finite_done(finite, "all 256 octets at every place, every cut", members);
}

int main(void)
{
    struct finite finite = { 0 };

    every_short_string(&finite);
    every_tail(&finite);
    every_window(&finite);
    every_octet(&finite);
    return finite_end(&finite);
}
