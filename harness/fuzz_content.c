/* SPDX-License-Identifier: MIT */
/*
 * fuzz_content.c - message content, stuffed and read back; where it ends
 *
 * targets:  smtpspec_data_feed, _line, _write, _read
 * input:    octets, taken twice: for a message, and for content as sent
 * holds:    a message written is read back, with a CRLF where it had none at
 *           its end; its data end at its last octet and not before; nothing is
 *           written past `cap`, whatever that is; content ends where a search
 *           for CRLF.CRLF finds the end and nothing behind it is taken; the
 *           count of octets and all that was seen in them are what a second
 *           reading of the whole finds; no cut changes any of it, nor are lines
 *           that are given as such other than their octets
 * seeds:    corpus/seeds/content    words: corpus/dictionaries/content.dict
 */
#include <string.h>

#include <smtpspec/data.h>
#include <smtpspec/limits.h>

#include "harness.h"

#define INPUT_KEPT 8192
/* Each octet may be a dot at the start of a line; CRLF.CRLF behind. */
#define ROOM (2 * INPUT_KEPT + 5)
#define CANARY '\x5a'

/* --- The second reading: over the whole, by looking around --------------- */

static int octet_at(struct smtpspec_span span, size_t at)
{
    return at < span.length ? (unsigned char)span.at[at] : -1;
}

/* CRLF before `at`; in front of all is the CRLF of the DATA line. */
static bool behind_crlf(struct smtpspec_span span, size_t at)
{
    return at == 0 || (at >= 2 && span.at[at - 2] == '\r' &&
                       span.at[at - 1] == '\n');
}

/* Where the content ends, its end of data included; 0 where it does not. */
static size_t find_end(struct smtpspec_span sent)
{
    for (size_t i = 0; i + 3 <= sent.length; i++)
        if (behind_crlf(sent, i) && memcmp(sent.at + i, ".\r\n", 3) == 0)
            return i + 3;
    return 0;
}

/* A dot alone between line ends of any kind, not both of them CRLF. */
static bool is_false_end(struct smtpspec_span span, size_t at)
{
    bool strict = behind_crlf(span, at);
    bool lax = at > 0 && (span.at[at - 1] == '\n' || span.at[at - 1] == '\r');
    int next = octet_at(span, at + 1), second = octet_at(span, at + 2);

    if (octet_at(span, at) != '.' || !(strict || lax))
        return false;
    if (next == '\r')
        return second >= 0 && !(strict && second == '\n');
    return next == '\n';
}

/* What one octet of the content shows. */
static unsigned facts_at(struct smtpspec_span span, size_t at)
{
    int octet = octet_at(span, at), next = octet_at(span, at + 1);
    unsigned seen = 0;

    if (octet == '\n' && (at == 0 || span.at[at - 1] != '\r'))
        seen |= SMTPSPEC_DATA_BARE_LF;
    if (octet == '\r' && next >= 0 && next != '\n')
        seen |= SMTPSPEC_DATA_BARE_CR;
    if (octet == 0)
        seen |= SMTPSPEC_DATA_NUL;
    if (octet >= 0x80)
        seen |= SMTPSPEC_DATA_EIGHT_BIT;
    if (is_false_end(span, at))
        seen |= SMTPSPEC_DATA_FALSE_END;
    return seen;
}

static unsigned facts_of(struct smtpspec_span content)
{
    unsigned seen = 0;
    size_t start = 0;

    for (size_t i = 0; i < content.length; i++) {
        if (behind_crlf(content, i))
            start = content.at[i] == '.' ? i + 1 : i;
        seen |= facts_at(content, i);
        if (i + 1 > start + SMTPSPEC_TEXT_LINE_LIMIT)
            seen |= SMTPSPEC_DATA_LINE_LONG;
    }
    return seen;
}

/* --- Content as sent ------------------------------------------------------ */

static size_t read_in_pieces(struct smtpspec_span sent, size_t most,
                             uint64_t random, struct smtpspec_data *data)
{
    size_t taken = 0;

    smtpspec_data_init(data);
    while (sent.length > 0) {
        struct smtpspec_span piece = harness_piece(&sent, most, &random);
        bool ended = data->ended;
        size_t used = smtpspec_data_feed(data, piece);

        MUST(used <= piece.length && (used == piece.length || data->ended));
        MUST(!ended || used == 0);
        taken += used;
    }
    return taken;
}

/* Up to each LF: as a line where that has a CR in front. */
static void read_by_lines(struct smtpspec_span sent, struct smtpspec_data *data)
{
    smtpspec_data_init(data);
    while (sent.length > 0 && !data->ended) {
        size_t end = smtpspec_span_find(sent, '\n') + 1;
        bool crlf = end >= 2 && end <= sent.length && sent.at[end - 2] == '\r';

        if (crlf)
            smtpspec_data_line(data, smtpspec_span_head(sent, end - 2));
        else
            smtpspec_data_feed(data, smtpspec_span_head(sent, end));
        sent = smtpspec_span_skip(sent, end);
    }
}

static bool is_same(const struct smtpspec_data *a,
                    const struct smtpspec_data *b)
{
    return a->ended == b->ended && a->seen == b->seen &&
           a->octets == b->octets && a->stage == b->stage &&
           a->line_octets == b->line_octets;
}

static void check_sent(struct smtpspec_span sent, uint64_t random)
{
    static const size_t most[] = { 1, 3, 40 };
    struct smtpspec_data whole, pieces;
    size_t end = find_end(sent), taken;

    smtpspec_data_init(&whole);
    taken = smtpspec_data_feed(&whole, sent);
    MUST(whole.ended == (end > 0));
    MUST(taken == (end > 0 ? end : sent.length));
    MUST(whole.octets == taken);
    MUST(whole.seen == facts_of(smtpspec_span_head(sent, taken)));
    MUST(!whole.ended || smtpspec_data_feed(&whole, sent) == 0);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(most); i++) {
        MUST(read_in_pieces(sent, most[i], random, &pieces) == taken);
        MUST(is_same(&pieces, &whole));
    }
    read_by_lines(sent, &pieces);
    MUST(is_same(&pieces, &whole));
}

/* --- A message, written and read back ------------------------------------- */

/* The dots that transparency adds, by a reading of its own. */
static size_t dots_of(struct smtpspec_span content)
{
    size_t count = 0;

    for (size_t i = 0; i < content.length; i++)
        count += content.at[i] == '.' && behind_crlf(content, i);
    return count;
}

/* Both ways with room for `cap` octets: what is written is the beginning of
 * `whole`, and no more of it. */
static void check_cap(size_t (*turn)(struct smtpspec_span, char *, size_t),
                      struct smtpspec_span octets, size_t cap,
                      struct smtpspec_span whole)
{
    static char out[ROOM + 1];

    if (cap > whole.length)
        cap = whole.length;
    out[cap] = CANARY;
    MUST(turn(octets, out, cap) == whole.length);
    MUST(out[cap] == CANARY);
    MUST(memcmp(out, whole.at, cap) == 0);
}

static void check_message(struct smtpspec_span message, uint64_t random)
{
    static char sent[ROOM], back[ROOM];
    bool ends = behind_crlf(message, message.length);
    size_t length = smtpspec_data_write(message, sent, ROOM);
    struct smtpspec_span wire = { sent, length };
    struct smtpspec_span read = { back, 0 };
    struct smtpspec_data data;

    MUST(length == message.length + dots_of(message) + (ends ? 3 : 5));
    MUST(find_end(wire) == length);
    smtpspec_data_init(&data);
    MUST(smtpspec_data_feed(&data, smtpspec_span_head(wire, length - 1)) ==
             length - 1 && !data.ended);
    read.length = smtpspec_data_read(wire, back, ROOM);
    MUST(read.length == message.length + (ends ? 0 : 2));
    MUST(memcmp(back, message.at, message.length) == 0);
    MUST(ends || memcmp(back + message.length, "\r\n", 2) == 0);
    check_cap(smtpspec_data_write, message, random % (length + 1), wire);
    check_cap(smtpspec_data_read, wire, random % (read.length + 1), read);
}

/* Content as sent that can be read is a message as any other. */
static void check_read(struct smtpspec_span sent)
{
    static char out[INPUT_KEPT], again[ROOM];
    size_t end = find_end(sent);
    size_t length = smtpspec_data_read(sent, out, sizeof(out));

    MUST((length == SIZE_MAX) == (end == 0 || end < sent.length));
    if (length == SIZE_MAX)
        return;
    MUST(length == sent.length - 3 -
                       dots_of(smtpspec_span_head(sent, sent.length - 3)));
    length = smtpspec_data_write((struct smtpspec_span){ out, length }, again,
                                 ROOM);
    MUST(length <= ROOM &&
         find_end((struct smtpspec_span){ again, length }) == length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span octets = { (const char *)data, size };
    size_t end;

    if (size == 0 || size > INPUT_KEPT)
        return 0;
    check_sent(octets, harness_seed(octets));
    check_message(octets, harness_seed(octets));
    check_read(octets);
    end = find_end(octets);
    if (end > 0)
        check_read(smtpspec_span_head(octets, end));
    return 0;
}
