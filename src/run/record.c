/* SPDX-License-Identifier: MIT */
/*
 * record.c - keep the transcript of one case, bounded
 */
#include "run/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* What the tail takes in one go, so that its oldest entry is never all. */
#define TAIL_PIECE 1024
#define REMARK_ROOM 64

void smtpspec_record_init(struct smtpspec_record *record, int64_t *spare)
{
    memset(record, 0, sizeof(*record));
    record->spare = spare;
}

void smtpspec_record_free(struct smtpspec_record *record)
{
    if (record->spare != NULL)
        *record->spare += record->taken;
    free(record->head);
    free(record->pieces);
    free(record->tail);
    free(record->tails);
    memset(record, 0, sizeof(*record));
}

/* Whether octets from that side continue this entry. */
static bool goes_on(const struct smtpspec_record_piece *piece, char from,
                    bool crowded)
{
    return piece->from == from && from != '-' && (!piece->ended || crowded);
}

static void grow_head(struct smtpspec_record *record, size_t more)
{
    size_t want = record->head_length + more;

    if (want > record->head_room) {
        record->head_room = want < 512 ? 512 : 2 * want;
        record->head = smtpspec_memory_grow(record->head, record->head_room);
    }
    if (record->piece_count == record->piece_room) {
        record->piece_room = record->piece_room == 0 ? 16
                                                     : 2 * record->piece_room;
        record->pieces = smtpspec_memory_grow(
            record->pieces, record->piece_room * sizeof(*record->pieces));
    }
}

/* Whether so much more than the usual may be kept; it is, then. */
static bool take(struct smtpspec_record *record, size_t more)
{
    int64_t wanted = (int64_t)more;

    if (more == 0)
        return true;
    if (record->spare == NULL || *record->spare < wanted ||
        record->taken + wanted > SMTPSPEC_RECORD_MORE_KEPT)
        return false;
    *record->spare -= wanted;
    record->taken += wanted;
    return true;
}

/* Returns whether it fitted. */
static bool add_to_head(struct smtpspec_record *record,
                        const struct smtpspec_record_piece *line,
                        const char *octets)
{
    struct smtpspec_record_piece *last;
    bool joins, crowded =
        record->piece_count >= SMTPSPEC_RECORD_HEAD_ENTRIES_KEPT;
    bool longer =
        record->head_length + line->length > SMTPSPEC_RECORD_HEAD_KEPT;

    if (record->full || !take(record, longer ? line->length : 0))
        return false;
    grow_head(record, line->length);
    last = record->piece_count > 0 ? &record->pieces[record->piece_count - 1]
                                   : NULL;
    joins = last != NULL && goes_on(last, line->from, false);
    if (!joins && crowded &&
        !take(record, sizeof(struct smtpspec_transcript_entry)))
        joins = goes_on(last, line->from, true);
    else
        crowded = false;
    if (joins) {
        last->length += line->length;
        last->ended = line->ended;
    } else if (crowded) {
        return false;
    } else {
        last = &record->pieces[record->piece_count++];
        *last = *line;
        last->start = record->head_length;
    }
    memcpy(record->head + record->head_length, octets, line->length);
    record->head_length += line->length;
    return true;
}

static void drop_oldest(struct smtpspec_record *record)
{
    size_t gone = record->tails[0].length;

    record->dropped += gone;
    record->tail_length -= gone;
    memmove(record->tail, record->tail + gone, record->tail_length);
    record->tail_count--;
    memmove(record->tails, record->tails + 1,
            record->tail_count * sizeof(*record->tails));
    for (unsigned i = 0; i < record->tail_count; i++)
        record->tails[i].start -= gone;
}

static void add_to_tail(struct smtpspec_record *record,
                        const struct smtpspec_record_piece *line,
                        const char *octets)
{
    struct smtpspec_record_piece *last;

    if (!record->full) {
        record->full = true;
        record->tail = smtpspec_memory_new(SMTPSPEC_RECORD_TAIL_KEPT);
        record->tails = smtpspec_memory_new(SMTPSPEC_RECORD_TAIL_ENTRIES_KEPT *
                                            sizeof(*record->tails));
    }
    while (record->tail_count > 0 &&
           (record->tail_length + line->length > SMTPSPEC_RECORD_TAIL_KEPT ||
            record->tail_count == SMTPSPEC_RECORD_TAIL_ENTRIES_KEPT))
        drop_oldest(record);
    last = record->tail_count > 0 ? &record->tails[record->tail_count - 1]
                                  : NULL;
    if (last != NULL && goes_on(last, line->from, false) &&
        last->length < TAIL_PIECE) {
        last->length += line->length;
        last->ended = line->ended;
    } else {
        last = &record->tails[record->tail_count++];
        *last = *line;
        last->start = record->tail_length;
    }
    memcpy(record->tail + record->tail_length, octets, line->length);
    record->tail_length += line->length;
}

static void add(struct smtpspec_record *record,
                struct smtpspec_record_piece line, const char *octets)
{
    size_t left = line.length;
    bool ended = line.ended;

    if (add_to_head(record, &line, octets))
        return;
    while (left > 0) {
        line.length = left < TAIL_PIECE ? left : TAIL_PIECE;
        line.ended = ended && line.length == left;
        add_to_tail(record, &line, octets);
        octets += line.length;
        line.at += line.length;
        left -= line.length;
    }
}

void smtpspec_record_octets(struct smtpspec_record *record, char from,
                            uint64_t ms, struct smtpspec_span octets)
{
    uint64_t *sent = from == 'C' ? &record->client_octets
                                 : &record->server_octets;

    while (octets.length > 0) {
        size_t lf = smtpspec_span_find(octets, '\n');
        struct smtpspec_record_piece line = { .from = from, .ms = ms };

        line.ended = lf < octets.length;
        line.length = line.ended ? lf + 1 : octets.length;
        line.at = *sent;
        *sent += line.length;
        add(record, line, octets.at);
        octets = smtpspec_span_skip(octets, line.length);
    }
}

void smtpspec_record_remark(struct smtpspec_record *record, uint64_t ms,
                            const char *remark)
{
    struct smtpspec_record_piece line = { .from = '-', .ms = ms,
                                          .ended = true };

    line.length = smtpspec_span_of(remark).length;
    add(record, line, remark);
}

void smtpspec_record_closed(struct smtpspec_record *record, uint64_t ms,
                            bool reset)
{
    record->closed = true;
    smtpspec_record_remark(record, ms, reset ? "connection reset"
                                             : "connection closed");
}

static void fill(struct smtpspec_transcript_entry *entry,
                 const struct smtpspec_record_piece *piece, const char *octets,
                 uint64_t at, uint64_t length)
{
    entry->from = piece->from;
    entry->ms = piece->ms;
    entry->octets.at = octets + piece->start;
    entry->octets.length = piece->length;
    entry->shows = piece->from == 'S' && length > 0 &&
                   piece->at < at + length && at < piece->at + piece->length;
}

struct smtpspec_transcript_entry *
smtpspec_record_entries(const struct smtpspec_record *record, uint64_t at,
                        uint64_t octets, unsigned *count)
{
    unsigned most = record->piece_count + record->tail_count + 1, n = 0;
    size_t entries_size = most * sizeof(struct smtpspec_transcript_entry);
    struct smtpspec_transcript_entry *entries;
    char *room;

    *count = 0;
    if (most == 1)
        return NULL;
    entries = smtpspec_memory_new(entries_size + record->head_length +
                                  record->tail_length + REMARK_ROOM);
    room = (char *)entries + entries_size;
    if (record->head_length > 0)
        memcpy(room, record->head, record->head_length);
    for (unsigned i = 0; i < record->piece_count; i++)
        fill(&entries[n++], &record->pieces[i], room, at, octets);
    room += record->head_length;
    if (record->dropped > 0) {
        char *remark = room + record->tail_length;

        snprintf(remark, REMARK_ROOM, "%" PRIu64 " octets left out",
                 record->dropped);
        entries[n].from = '-';
        entries[n].ms = record->tails[0].ms;
        entries[n++].octets = smtpspec_span_of(remark);
    }
    if (record->tail_length > 0)
        memcpy(room, record->tail, record->tail_length);
    for (unsigned i = 0; i < record->tail_count; i++)
        fill(&entries[n++], &record->tails[i], room, at, octets);
    *count = n;
    return entries;
}

static size_t copy_server(const struct smtpspec_record_piece *pieces,
                          unsigned count, const char *octets, uint64_t at,
                          size_t most, char *out)
{
    size_t length = 0;

    for (unsigned i = 0; i < count && length < most; i++) {
        const struct smtpspec_record_piece *piece = &pieces[i];
        uint64_t want = at + length;

        if (piece->from != 'S' || want < piece->at ||
            want >= piece->at + piece->length)
            continue;
        for (size_t j = (size_t)(want - piece->at);
             j < piece->length && length < most; j++)
            out[length++] = octets[piece->start + j];
    }
    return length;
}

size_t smtpspec_record_server(const struct smtpspec_record *record,
                              uint64_t at, size_t most, char *out)
{
    size_t length = copy_server(record->pieces, record->piece_count,
                                record->head, at, most, out);

    return length + copy_server(record->tails, record->tail_count,
                                record->tail, at + length, most - length,
                                out + length);
}
