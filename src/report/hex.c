/* SPDX-License-Identifier: MIT */
/*
 * hex.c - a dialogue octet by octet
 *
 * Pieces of a transcript are what came at once; one after another of the same
 * side are told as one, since how packets fall says little.
 */
#include "report/hex.h"

#include <inttypes.h>

#define ROW_OCTETS 16
#define SHOWN_OCTETS 4096

/* Where a walk over the octets of one side stands. */
struct walk {
    FILE *out;
    const struct smtpspec_finding_style *style;
    char row[ROW_OCTETS];
    unsigned filled;
    uint64_t at, all; /* octets put; octets that there are                   */
    char from;
    bool shows;       /* an octet of the row is of a reply at fault          */
};

/* "   -> S: 0010  32 35 30 20 ...  250 ": 79 columns. */
static void put_row(struct walk *walk)
{
    FILE *out = walk->out;
    uint64_t at = walk->at - walk->filled;

    if (walk->filled == 0)
        return;
    fprintf(out, "%s%s ", walk->shows ? walk->style->colour : "",
            walk->shows ? "   ->" : "     ");
    if (at == 0)
        fprintf(out, "%c: ", walk->from);
    else
        fputs("   ", out);
    fprintf(out, "%04" PRIx64 " ", at);
    for (unsigned i = 0; i < ROW_OCTETS; i++) {
        if (i < walk->filled)
            fprintf(out, " %02x", (unsigned char)walk->row[i]);
        else
            fputs("   ", out);
    }
    putc(' ', out);
    for (unsigned i = 0; i < walk->filled; i++)
        putc(walk->row[i] >= 0x20 && walk->row[i] <= 0x7e ? walk->row[i] : '.',
             out);
    fprintf(out, "%s\n", walk->shows ? walk->style->plain : "");
    walk->filled = 0;
    walk->shows = false;
}

/* Whether so many octets are left out from here on. */
static uint64_t left_out(const struct walk *walk)
{
    return walk->all > SHOWN_OCTETS && walk->at == SHOWN_OCTETS / 2
               ? walk->all - SHOWN_OCTETS
               : 0;
}

static void put_piece(struct walk *walk, struct smtpspec_span octets,
                      bool shows, uint64_t *skip)
{
    for (size_t i = 0; i < octets.length; i++) {
        if (*skip == 0 && (*skip = left_out(walk)) > 0) {
            put_row(walk);
            fprintf(walk->out, "         ... %" PRIu64 " octets left out\n",
                    *skip);
            walk->at += *skip;
        }
        if (*skip > 0) {
            (*skip)--;
            continue;
        }
        walk->row[walk->filled++] = octets.at[i];
        walk->shows = walk->shows || shows;
        walk->at++;
        if (walk->filled == ROW_OCTETS)
            put_row(walk);
    }
}

static void put_remark(FILE *out, struct smtpspec_span remark)
{
    char text[256];

    smtpspec_span_escape(smtpspec_span_head(remark, 60), text, sizeof(text));
    fprintf(out, "      -- %s\n", text);
}

/* Entries of one side in a row; returns how many. */
static unsigned put_side(FILE *out, const struct smtpspec_finding_style *style,
                         const struct smtpspec_transcript_entry *entries,
                         unsigned count)
{
    struct walk walk = { .out = out, .style = style, .from = entries[0].from };
    unsigned side = 0;
    uint64_t skip = 0;

    while (side < count && entries[side].from == walk.from)
        walk.all += entries[side++].octets.length;
    for (unsigned i = 0; i < side; i++)
        put_piece(&walk, entries[i].octets, entries[i].shows, &skip);
    put_row(&walk);
    return side;
}

void smtpspec_hex_put(FILE *out, const struct smtpspec_finding_style *style,
                      const struct smtpspec_result *result)
{
    unsigned i = 0;

    while (i < result->transcript_count) {
        if (result->transcript[i].from == '-')
            put_remark(out, result->transcript[i++].octets);
        else
            i += put_side(out, style, result->transcript + i,
                          result->transcript_count - i);
    }
}
