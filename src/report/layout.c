/* SPDX-License-Identifier: MIT */
/*
 * layout.c - put strings and dialogues on a page of 80 columns
 */
#include "report/layout.h"

#include <string.h>

#include <smtpspec/base.h>

/* Octets of a line that are looked at; more would not fit on the page. */
#define LINE_KEPT 96 /* escaped and with a line end: 388 octets */

static bool is_plain(char octet)
{
    return octet >= 0x20 && octet <= 0x7e;
}

/* One octet as people see it, NUL-terminated; returns the columns. */
static size_t shown_octet(char octet, char shown[8])
{
    if (is_plain(octet)) {
        shown[0] = octet;
        shown[1] = '\0';
        return 1;
    }
    return smtpspec_span_escape((struct smtpspec_span){ &octet, 1 }, shown, 8);
}

static size_t columns_of(const char *text, size_t length)
{
    size_t columns = 0;

    for (size_t i = 0; i < length; i++)
        columns += is_plain(text[i]) ? 1 : 4;
    return columns;
}

static void put(FILE *out, const char *text, size_t length)
{
    char shown[8];

    for (size_t i = 0; i < length; i++) {
        shown_octet(text[i], shown);
        fputs(shown, out);
    }
}

size_t smtpspec_layout_clean(FILE *out, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;

    put(out, text, length);
    return columns_of(text, length);
}

/* How much of `text` takes at most `width` columns, an escape \xNN in it kept
 * whole. */
static size_t fitting(const char *text, size_t length, size_t width)
{
    size_t columns = 0, i = 0;

    while (i < length) {
        size_t step = 1, wide = is_plain(text[i]) ? 1 : 4;

        if (text[i] == '\\' && length - i >= 4 && text[i + 1] == 'x')
            step = wide = 4;
        if (columns + wide > width)
            break;
        columns += wide;
        i += step;
    }
    return i;
}

void smtpspec_layout_cut(FILE *out, const char *text, size_t width)
{
    size_t length = text != NULL ? strlen(text) : 0;

    if (fitting(text, length, width) == length) {
        put(out, text, length);
        return;
    }
    put(out, text, fitting(text, length, width - 3));
    fputs("...", out);
}

void smtpspec_layout_wrap(FILE *out, size_t column, size_t indent,
                          const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;
    bool fresh = true;

    for (size_t i = 0; i < length;) {
        size_t word = smtpspec_span_find(
            (struct smtpspec_span){ text + i, length - i }, ' ');
        size_t wide = columns_of(text + i, word);

        if (!fresh && column + 1 + wide > SMTPSPEC_LAYOUT_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            fresh = true;
        }
        if (word > 0) {
            fputs(fresh ? "" : " ", out);
            put(out, text + i, word);
            column += wide + !fresh;
            fresh = false;
        }
        i += word + 1;
    }
    putc('\n', out);
}

void smtpspec_dialogue_init(struct smtpspec_dialogue *dialogue,
                            const struct smtpspec_transcript_entry *entries,
                            unsigned count)
{
    memset(dialogue, 0, sizeof(*dialogue));
    dialogue->entries = entries;
    dialogue->count = count;
}

/* What is collected of one line. */
struct piece {
    char octets[LINE_KEPT];
    size_t kept;
    uint64_t whole;
    char last; /* last octet of the line, kept or not */
    bool ended;
};

static void collect(struct piece *piece, struct smtpspec_span octets)
{
    size_t room = LINE_KEPT - piece->kept;
    size_t count = octets.length < room ? octets.length : room;

    if (octets.length == 0)
        return;
    memcpy(piece->octets + piece->kept, octets.at, count);
    piece->kept += count;
    piece->whole += octets.length;
    piece->last = octets.at[octets.length - 1];
}

/* Escape what was collected. A CRLF goes without saying; a bare LF is what a
 * reader wants to see. */
static void show(const struct piece *piece, struct smtpspec_dialogue_line *line)
{
    struct smtpspec_span text = { piece->octets, piece->kept };
    char lf[] = "\\x0a";

    line->octets = piece->whole;
    if (piece->ended && piece->last == '\r') {
        line->octets--;
        text = smtpspec_span_head(text, (size_t)(line->octets < LINE_KEPT
                                                     ? line->octets
                                                     : LINE_KEPT));
    }
    smtpspec_span_escape(text, line->text, sizeof(line->text));
    if (piece->ended && piece->last != '\r' && text.length == line->octets &&
        line->from != '-')
        memcpy(line->text + strlen(line->text), lf, sizeof(lf));
    line->cut = text.length < line->octets;
    if (line->cut || strlen(line->text) > SMTPSPEC_DIALOGUE_WIDTH) {
        line->cut = true;
        line->text[fitting(line->text, strlen(line->text),
                           SMTPSPEC_DIALOGUE_WIDTH -
                               SMTPSPEC_DIALOGUE_ROOM)] = '\0';
    }
}

/* Skip entries without octets, and those that were read to their end. */
static bool has_more(struct smtpspec_dialogue *dialogue)
{
    while (dialogue->entry < dialogue->count &&
           dialogue->offset >=
               dialogue->entries[dialogue->entry].octets.length) {
        dialogue->entry++;
        dialogue->offset = 0;
    }
    return dialogue->entry < dialogue->count;
}

bool smtpspec_dialogue_next(struct smtpspec_dialogue *dialogue,
                            struct smtpspec_dialogue_line *line)
{
    struct piece piece = { .kept = 0 };

    if (!has_more(dialogue))
        return false;
    line->from = dialogue->entries[dialogue->entry].from;
    line->shows = false;
    line->folded = 0;
    do {
        const struct smtpspec_transcript_entry *entry =
            &dialogue->entries[dialogue->entry];
        struct smtpspec_span rest =
            smtpspec_span_skip(entry->octets, dialogue->offset);
        size_t length = smtpspec_span_find(rest, '\n');

        if (entry->shows && dialogue->shown != dialogue->entry + 1) {
            line->shows = true;
            dialogue->shown = dialogue->entry + 1;
        }
        collect(&piece, smtpspec_span_head(rest, length));
        piece.ended = length < rest.length || line->from == '-';
        dialogue->offset += length + (length < rest.length);
    } while (!piece.ended && has_more(dialogue) &&
             dialogue->entries[dialogue->entry].from == line->from);
    show(&piece, line);
    return true;
}

/* "250-": a reply that goes on. */
static bool goes_on(const struct smtpspec_dialogue_line *line)
{
    return line->from == 'S' && strlen(line->text) > 3 &&
           line->text[3] == '-';
}

bool smtpspec_dialogue_fold(struct smtpspec_dialogue *dialogue,
                            struct smtpspec_dialogue_line *line)
{
    struct smtpspec_dialogue ahead, behind;
    struct smtpspec_dialogue_line further;
    bool more;

    if (!smtpspec_dialogue_next(dialogue, line))
        return false;
    more = goes_on(line) && !line->shows;
    ahead = behind = *dialogue;
    while (more && smtpspec_dialogue_next(&ahead, &further) &&
           further.from == 'S' && !further.shows &&
           strncmp(further.text, line->text, 3) == 0) {
        line->folded++;
        *dialogue = ahead;
        more = goes_on(&further);
    }
    /* To leave one line out saves none. */
    if (line->folded == 1) {
        line->folded = 0;
        *dialogue = behind;
    }
    return true;
}
