/* SPDX-License-Identifier: MIT */
/*
 * tally.c - count a connection's replies
 */
#include "run/tally.h"

#include <string.h>

#include <smtpspec/base.h>

#define BATCH 32

void smtpspec_tally_init(struct smtpspec_tally *tally,
                         struct smtpspec_tally_line *kept)
{
    memset(tally, 0, sizeof(*tally));
    tally->kept = kept;
    smtpspec_reply_init(&tally->parser);
    tally->keep_until = SMTPSPEC_TALLY_REPLIES_KEPT;
}

/* Only what the replies to EHLO say, and to what follows it, is ever read
 * again. */
static void keep_text(struct smtpspec_tally *tally, struct smtpspec_span text)
{
    struct smtpspec_tally_line *line = &tally->line;
    size_t room = sizeof(line->octets) - line->length;

    if (tally->kept == NULL || tally->replies >= tally->keep_until)
        return;
    text = smtpspec_span_head(text, room);
    if (text.length > 0)
        memcpy(line->octets + line->length, text.at, text.length);
    line->length = (uint16_t)(line->length + text.length);
    tally->has_line = true;
}

static void end_line(struct smtpspec_tally *tally,
                     const struct smtpspec_reply_line *record)
{
    struct smtpspec_tally_line *line = &tally->line;

    tally->lines++;
    if (record->code >= 200 && record->code < 600)
        tally->coded = true;
    if (tally->kept != NULL && tally->replies < tally->keep_until &&
        tally->kept_count < SMTPSPEC_TALLY_LINES_KEPT) {
        line->reply = (uint8_t)tally->replies;
        line->code = record->code;
        line->separator = record->separator;
        tally->kept[tally->kept_count++] = *line;
    }
    line->length = 0;
    tally->has_line = false;
    if (!(record->flags & SMTPSPEC_LINE_LAST))
        return;
    tally->code = record->code;
    if (tally->replies == 0)
        tally->first_code = record->code;
    tally->replies++;
    if (record->code >= 400)
        tally->errors++;
}

/* Where the octets go on after a whole line: CR and LF, or LF alone. */
static size_t behind_line(struct smtpspec_span octets,
                          const struct smtpspec_reply_line *record)
{
    size_t end = (size_t)record->at + record->length;

    if (end < octets.length && octets.at[end] == '\r')
        end++;
    if (end < octets.length && octets.at[end] == '\n')
        end++;
    return end;
}

void smtpspec_tally_feed(struct smtpspec_tally *tally,
                         struct smtpspec_span octets)
{
    struct smtpspec_reply_line records[BATCH];

    tally->octets += octets.length;
    tally->since += octets.length;
    while (octets.length > 0) {
        size_t count, used, whole = 0;

        used = smtpspec_reply_feed(&tally->parser, octets, records, BATCH,
                                   &count);
        for (size_t i = 0; i < count; i++) {
            struct smtpspec_span text = { octets.at + records[i].at,
                                          records[i].length };

            keep_text(tally, text);
            if (records[i].flags & SMTPSPEC_LINE_PARTIAL)
                continue;
            if (records[i].flags & SMTPSPEC_LINE_LAST)
                whole = behind_line(octets, &records[i]);
            end_line(tally, &records[i]);
        }
        octets = smtpspec_span_skip(octets, used);
        if (whole > 0)
            tally->since = octets.length + used - whole;
    }
}

struct smtpspec_span
smtpspec_tally_greeting(const struct smtpspec_tally *tally)
{
    const struct smtpspec_tally_line *line =
        tally->kept_count > 0 ? &tally->kept[0] : &tally->line;

    return (struct smtpspec_span){ line->octets, line->length };
}

void smtpspec_tally_drop_lines(struct smtpspec_tally *tally)
{
    tally->kept_count = 0;
    tally->keep_until = tally->replies + SMTPSPEC_TALLY_REPLIES_KEPT;
}
