/* SPDX-License-Identifier: MIT */
/*
 * trim.c - make a text that shows something shorter, by lines
 */
#include <string.h>

#include "mutate/trim.h"

/* A line is cut in halves, quarters, and so on to this many parts, which have
 * so many octets at least. */
#define PARTS_MOST 8
#define PART_LEAST 4

void smtpspec_trim_init(struct smtpspec_trim *trim)
{
    *trim = (struct smtpspec_trim){ 0 };
}

static size_t count_lines(struct smtpspec_span text)
{
    size_t lines = 0;

    for (; text.length > 0; lines++)
        text = smtpspec_span_skip(text, smtpspec_span_find(text, '\n') + 1);
    return lines;
}

/* Where line `number` begins, or the length. */
static size_t start_of(struct smtpspec_span text, size_t number)
{
    struct smtpspec_span rest = text;

    while (number-- > 0 && rest.length > 0)
        rest = smtpspec_span_skip(rest, smtpspec_span_find(rest, '\n') + 1);
    return text.length - rest.length;
}

/* The text without the octets from..to-1. */
static size_t leave_out(struct smtpspec_span text, size_t from, size_t to,
                        char *out)
{
    memcpy(out, text.at, from);
    if (to < text.length)
        memcpy(out + from, text.at + to, text.length - to);
    return text.length - (to - from);
}

/* The part of the line that is due to be left out; false where it is short.
 * The first octet stays: it says what the line of a script is. */
static bool part_of(const struct smtpspec_trim *trim,
                    struct smtpspec_span text, size_t *from, size_t *to)
{
    size_t start = start_of(text, trim->line), length, part;

    length = smtpspec_span_find(smtpspec_span_skip(text, start), '\n');
    if (length == 0)
        return false;
    part = (length - 1) / trim->parts;
    *from = start + 1 + trim->part * part;
    *to = *from + part;
    return part >= PART_LEAST;
}

static void first_part(struct smtpspec_trim *trim)
{
    trim->parts = 2;
    trim->part = 0;
}

/* The next smaller block, then lines, then all again where it is worth it. */
static bool next_round(struct smtpspec_trim *trim, size_t lines)
{
    trim->line = 0;
    if (!trim->begun || (trim->block == 0 && trim->gained)) {
        trim->begun = true;
        trim->gained = false;
        trim->block = lines / 2;
        first_part(trim);
        return true;
    }
    if (trim->block == 0)
        return false;
    trim->block /= 2;
    return true;
}

size_t smtpspec_trim_next(struct smtpspec_trim *trim,
                          struct smtpspec_span best, char *out)
{
    size_t lines = count_lines(best);

    if (!trim->begun)
        next_round(trim, lines);
    for (;;) {
        size_t from, to;

        if (trim->line >= lines) {
            if (!next_round(trim, lines))
                return 0;
            continue;
        }
        if (trim->block == 0) {
            if (part_of(trim, best, &from, &to))
                return leave_out(best, from, to, out);
            trim->line++;
            first_part(trim);
            continue;
        }
        from = start_of(best, trim->line);
        to = start_of(best, trim->line + trim->block);
        if (to - from < best.length)
            return leave_out(best, from, to, out);
        trim->line = lines; /* what is left is one block */
    }
}

void smtpspec_trim_tell(struct smtpspec_trim *trim, bool shown)
{
    trim->gained |= shown;
    if (shown)
        return; /* the same place holds what is next now */
    if (trim->block > 0) {
        trim->line += trim->block;
    } else if (++trim->part == trim->parts) {
        trim->parts *= 2;
        trim->part = 0;
        if (trim->parts > PARTS_MOST) {
            trim->line++;
            first_part(trim);
        }
    }
}
