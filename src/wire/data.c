/* SPDX-License-Identifier: MIT */
/*
 * data.c - where message content ends, and its dots (RFC 5321, 4.5.2)
 *
 * As in reply.c one loop-free step goes over the octets, and what is plain is
 * taken at once. The stages name what was read last; "lax" is a line start
 * that only a server sees that takes bare LF or bare CR for a line end, which
 * 2.3.8 and 4.1.1.4 forbid.
 */
#include <smtpspec/data.h>
#include <smtpspec/limits.h>

#include "wire/word.h"

enum stage {
    STAGE_START,      /* at the start of a line                              */
    STAGE_DOT,        /* behind a dot there                                  */
    STAGE_DOT_CR,     /* and a CR                                            */
    STAGE_TEXT,
    STAGE_TEXT_CR,
    STAGE_LAX_START,  /* behind a bare LF or bare CR                         */
    STAGE_LAX_DOT,
    STAGE_LAX_DOT_CR
};

void smtpspec_data_init(struct smtpspec_data *data)
{
    *data = (struct smtpspec_data){ .stage = STAGE_START };
}

static void count(struct smtpspec_data *data, size_t octets, size_t of_line)
{
    data->octets += octets;
    data->line_octets += of_line;
    if (data->line_octets > SMTPSPEC_TEXT_LINE_LIMIT)
        data->seen |= SMTPSPEC_DATA_LINE_LONG;
}

static void count_octet(struct smtpspec_data *data, unsigned char octet)
{
    /* A dot that leads a line is there for transparency and not counted. */
    count(data, 1, data->stage != STAGE_START || octet != '.');
    if (octet == 0)
        data->seen |= SMTPSPEC_DATA_NUL;
    if (octet >= 0x80)
        data->seen |= SMTPSPEC_DATA_EIGHT_BIT;
}

/* The CR before turned out to be bare. */
static void spoil_cr(struct smtpspec_data *data)
{
    data->seen |= SMTPSPEC_DATA_BARE_CR;
    if (data->stage != STAGE_TEXT_CR)
        data->seen |= SMTPSPEC_DATA_FALSE_END;
    data->stage = STAGE_LAX_START;
}

static void take_lf(struct smtpspec_data *data)
{
    switch ((enum stage)data->stage) {
    case STAGE_DOT_CR:
        data->ended = true;
        break;
    case STAGE_LAX_DOT_CR:
        data->seen |= SMTPSPEC_DATA_FALSE_END;
        data->stage = STAGE_START;
        break;
    case STAGE_TEXT_CR:
        data->stage = STAGE_START;
        break;
    case STAGE_DOT:
    case STAGE_LAX_DOT:
        data->seen |= SMTPSPEC_DATA_FALSE_END | SMTPSPEC_DATA_BARE_LF;
        data->stage = STAGE_LAX_START;
        break;
    case STAGE_START:
    case STAGE_TEXT:
    case STAGE_LAX_START:
        data->seen |= SMTPSPEC_DATA_BARE_LF;
        data->stage = STAGE_LAX_START;
        break;
    }
    if (data->stage == STAGE_START)
        data->line_octets = 0;
}

static void take_cr(struct smtpspec_data *data)
{
    if (data->stage == STAGE_DOT)
        data->stage = STAGE_DOT_CR;
    else if (data->stage == STAGE_LAX_DOT)
        data->stage = STAGE_LAX_DOT_CR;
    else
        data->stage = STAGE_TEXT_CR;
}

static void take_other(struct smtpspec_data *data, unsigned char octet)
{
    if (octet == '.' && data->stage == STAGE_START)
        data->stage = STAGE_DOT;
    else if (octet == '.' && data->stage == STAGE_LAX_START)
        data->stage = STAGE_LAX_DOT;
    else
        data->stage = STAGE_TEXT;
}

static bool is_behind_cr(const struct smtpspec_data *data)
{
    return data->stage == STAGE_DOT_CR || data->stage == STAGE_TEXT_CR ||
           data->stage == STAGE_LAX_DOT_CR;
}

static void step(struct smtpspec_data *data, unsigned char octet)
{
    if (is_behind_cr(data) && octet != '\n')
        spoil_cr(data);
    count_octet(data, octet);
    if (octet == '\n')
        take_lf(data);
    else if (octet == '\r')
        take_cr(data);
    else
        take_other(data, octet);
}

/* The high bit of each octet that is below 0x0E, as all that ends a line, or
 * above 0x7F; the lowest is one, whatever the subtraction borrows. */
static uint64_t marks_of(const unsigned char *octet)
{
    uint64_t word = word_at(octet);

    return ((word - WORD_OF(0x0e)) | word) & WORD_OF(0x80);
}

/* How many octets stand below the lowest mark, 0 to 7; there is one. Up to it
 * there are one more, counted in the highest octet. */
static size_t before_mark(uint64_t marks)
{
    return ((WORD_OF((marks - 1) & WORD_OF(1)) >> 56) - 1) & 7;
}

/* Where from `at` on the first octet stands that is not plain. The last word
 * may reach back over octets that were seen already. */
static size_t plain_end(struct smtpspec_span octets, size_t at)
{
    const unsigned char *octet = (const unsigned char *)octets.at;
    uint64_t marks;

    for (; at + 8 <= octets.length; at += 8) {
        marks = marks_of(octet + at);
        if (marks != 0)
            return at + before_mark(marks);
    }
    if (octets.length >= 8 && at < octets.length) {
        size_t last = octets.length - 8;

        marks = marks_of(octet + last) & UINT64_MAX << 8 * ((at - last) & 7);
        return marks != 0 ? last + before_mark(marks) : octets.length;
    }
    while (at < octets.length && octet[at] >= 0x0e && octet[at] < 0x80)
        at++;
    return at;
}

/* Take what is plain of a line from `at` on, and the CRLF behind; returns where
 * that ends. At `at` where a step has to look: at a dot, or behind a CR or a
 * bare LF. */
static size_t take_plain(struct smtpspec_data *data,
                         struct smtpspec_span octets, size_t at)
{
    bool starts = data->stage == STAGE_START && octets.at[at] != '.';
    size_t end;

    if (!starts && data->stage != STAGE_TEXT)
        return at;
    end = plain_end(octets, at);
    if (end + 1 < octets.length && octets.at[end] == '\r' &&
        octets.at[end + 1] == '\n') {
        count(data, end + 2 - at, end + 2 - at);
        data->stage = STAGE_START;
        data->line_octets = 0;
        return end + 2;
    }
    count(data, end - at, end - at);
    if (end > at)
        data->stage = STAGE_TEXT;
    return end;
}

size_t smtpspec_data_feed(struct smtpspec_data *data,
                          struct smtpspec_span octets)
{
    size_t used = 0;

    while (used < octets.length && !data->ended) {
        size_t end = take_plain(data, octets, used);

        if (end > used)
            used = end;
        else
            step(data, (unsigned char)octets.at[used++]);
    }
    return used;
}

/* As marks_of(), of the octets that lie in any of four words. */
static inline uint64_t marks_of_four(const unsigned char *octet)
{
    uint64_t a = word_at(octet), b = word_at(octet + 8);
    uint64_t c = word_at(octet + 16), d = word_at(octet + 24);

    return ((a - WORD_OF(0x0e)) | a | (b - WORD_OF(0x0e)) | b |
            (c - WORD_OF(0x0e)) | c | (d - WORD_OF(0x0e)) | d) &
           WORD_OF(0x80);
}

/* Whether all of it is plain, in which no octet needs a step. The last words
 * may reach back. */
static bool is_plain(struct smtpspec_span line)
{
    const unsigned char *octet = (const unsigned char *)line.at;
    size_t at = 0;

    if (line.length < 32)
        return plain_end(line, 0) == line.length;
    for (; at + 32 <= line.length; at += 32)
        if (marks_of_four(octet + at) != 0)
            return false;
    return marks_of_four(octet + (line.length - 32)) == 0;
}

void smtpspec_data_line(struct smtpspec_data *data, struct smtpspec_span line)
{
    bool dot = line.length > 0 && line.at[0] == '.';

    if (data->stage != STAGE_START || !is_plain(line)) {
        smtpspec_data_feed(data, line);
        smtpspec_data_feed(data, SMTPSPEC_SPAN("\r\n"));
        return;
    }
    count(data, line.length + 2, line.length + 2 - dot);
    if (dot && line.length == 1) {
        data->stage = STAGE_DOT_CR;
        data->ended = true;
    } else {
        data->line_octets = 0;
    }
}

size_t smtpspec_data_lines(struct smtpspec_data *data,
                           const struct smtpspec_span lines[], size_t count,
                           uint64_t plain)
{
    size_t taken = 0;

    for (; taken < count && !data->ended; taken++) {
        struct smtpspec_span line = lines[taken];
        bool dot = line.length > 0 && line.at[0] == '.';

        if (dot || (plain >> taken & 1) == 0 || data->stage != STAGE_START ||
            line.length > SMTPSPEC_TEXT_LINE_LIMIT - 2)
            smtpspec_data_line(data, line);
        else
            data->octets += line.length + 2;
    }
    return taken;
}

/* Output that counts on when it is full. */
struct sink {
    char *out;
    size_t cap, length;
};

static void put(struct sink *sink, char octet)
{
    if (sink->length < sink->cap)
        sink->out[sink->length] = octet;
    sink->length++;
}

/* Only CRLF starts a line: what follows a bare LF is not stuffed, so that
 * writing and reading give back the same octets. */
static bool starts_line(struct smtpspec_span span, size_t at)
{
    return at == 0 ||
           (at >= 2 && span.at[at - 2] == '\r' && span.at[at - 1] == '\n');
}

size_t smtpspec_data_write(struct smtpspec_span content, char *out, size_t cap)
{
    struct sink sink = { out, cap, 0 };

    for (size_t i = 0; i < content.length; i++) {
        if (content.at[i] == '.' && starts_line(content, i))
            put(&sink, '.');
        put(&sink, content.at[i]);
    }
    if (!starts_line(content, content.length)) {
        put(&sink, '\r');
        put(&sink, '\n');
    }
    put(&sink, '.');
    put(&sink, '\r');
    put(&sink, '\n');
    return sink.length;
}

size_t smtpspec_data_read(struct smtpspec_span sent, char *out, size_t cap)
{
    struct sink sink = { out, cap, 0 };
    struct smtpspec_data data;

    smtpspec_data_init(&data);
    if (smtpspec_data_feed(&data, sent) != sent.length || !data.ended)
        return SIZE_MAX;
    for (size_t i = 0; i + 3 < sent.length; i++) {
        if (sent.at[i] != '.' || !starts_line(sent, i))
            put(&sink, sent.at[i]);
    }
    return sink.length;
}
