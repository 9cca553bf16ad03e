/* SPDX-License-Identifier: MIT */
/*
 * record.h - the transcript of one case, bounded
 *
 * Floor 5, run; no I/O. One entry for each line that went over the wire, to
 * the octet. A server may send without end: what a dialogue takes beyond the
 * usual comes out of an amount that all dialogues of a run share. Where that
 * is used up, or one takes too much of it, the beginning and the end are kept,
 * with a remark between them that counts what is missing.
 */
#ifndef SMTPSPEC_RECORD_H
#define SMTPSPEC_RECORD_H

#include "case/result.h"

/* Octets kept of the beginning and of the end, always. */
#define SMTPSPEC_RECORD_HEAD_KEPT 32768
#define SMTPSPEC_RECORD_TAIL_KEPT 8192
/* Entries of each; more lines are joined to the last one. */
#define SMTPSPEC_RECORD_HEAD_ENTRIES_KEPT 1024
#define SMTPSPEC_RECORD_TAIL_ENTRIES_KEPT 128
/* Octets that one may take beyond, and that a run has for all of them: whoever
 * sends the longest case, and hears each of its lines answered by 1 MiB, is
 * told whole; of floods there are a few. An entry beyond those kept counts as
 * the octets that it takes itself. */
#define SMTPSPEC_RECORD_MORE_KEPT (4 * 1024 * 1024)
#define SMTPSPEC_RECORD_SPARE (24 * 1024 * 1024)

/* A line, or what is kept of it; `start` is its place in the octets. */
struct smtpspec_record_piece {
    uint64_t at;        /* in all that this side has sent since the start    */
    uint32_t ms;
    uint32_t start, length;
    char from;
    bool ended;         /* by its LF                                         */
};

struct smtpspec_record {
    char *head;
    size_t head_length, head_room;
    struct smtpspec_record_piece *pieces;
    unsigned piece_count, piece_room;
    bool full;          /* the head takes no more                            */
    bool closed;        /* by the server                                     */
    char *tail;         /* SMTPSPEC_RECORD_TAIL_KEPT octets, once `full`     */
    size_t tail_length;
    struct smtpspec_record_piece *tails;
    unsigned tail_count;
    uint64_t dropped;
    uint64_t client_octets, server_octets;
    int64_t *spare;     /* shared, or NULL: nothing beyond what is kept      */
    int64_t taken;      /* of it                                             */
};

/* `spare` outlives the record, and what is taken of it goes back with that. */
void smtpspec_record_init(struct smtpspec_record *record, int64_t *spare);
void smtpspec_record_free(struct smtpspec_record *record);

/* `from` is 'C' or 'S'; `ms` since the connection was opened. */
void smtpspec_record_octets(struct smtpspec_record *record, char from,
                            uint64_t ms, struct smtpspec_span octets);
/* A word of ours: "no reply". */
void smtpspec_record_remark(struct smtpspec_record *record, uint64_t ms,
                            const char *remark);

/* The server closed, or reset, the connection. */
void smtpspec_record_closed(struct smtpspec_record *record, uint64_t ms,
                            bool reset);

/*
 * Make entries of it, in one piece of memory (free()) that holds the octets,
 * too; NULL and 0 where nothing was recorded. Entries of the server between
 * `at` and `at` + `octets` are marked as those that show the fault.
 */
struct smtpspec_transcript_entry *
smtpspec_record_entries(const struct smtpspec_record *record, uint64_t at,
                        uint64_t octets, unsigned *count);

/* What the server sent from `at` on, at most `most` octets, as far as it is
 * kept and in one piece. Copies to `out`; returns the length. */
size_t smtpspec_record_server(const struct smtpspec_record *record,
                              uint64_t at, size_t most, char *out);

#endif
