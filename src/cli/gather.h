/* SPDX-License-Identifier: MIT */
/*
 * gather.h - what a judge says of a long recording, as a few results
 *
 * Floor 7, cli. Remembers the last lines of a session, and for each rule that
 * was broken the first time with the lines around it, and how often it came.
 * Memory is bounded, however long the recording.
 */
#ifndef SMTPSPEC_GATHER_H
#define SMTPSPEC_GATHER_H

#include "case/result.h"

/* Lines remembered, and octets of each. */
#define SMTPSPEC_GATHER_LINES_KEPT 200
#define SMTPSPEC_GATHER_LINE_KEPT 1024
/* Lines of a finding: before the one that shows it, after, and at most. */
#define SMTPSPEC_GATHER_BEFORE 20
#define SMTPSPEC_GATHER_AFTER 3
#define SMTPSPEC_GATHER_SLICE_KEPT 64
/* Different findings; more are only noted as `overflowed`. */
#define SMTPSPEC_GATHER_FINDINGS_KEPT 1024
/* Octets of a reply line that stand in `observed`. */
#define SMTPSPEC_GATHER_OBSERVED_KEPT 200

/* A line as it was seen; a longer one keeps its beginning. */
struct smtpspec_gather_line {
    char from;            /* 'C', 'S', '-'                                   */
    uint64_t number;      /* in the file                                     */
    uint64_t at;          /* S: offset in the server's octets                */
    uint64_t octets;      /* of the whole line                               */
    bool ended;           /* by LF; else it ends where the other side speaks */
    size_t kept;
    char *text;           /* of the ring; lines are told of apart, so that
                             they lie close together                         */
};

/* Whole lines of a recording as they lie there, "C: " or "S: " in front, which
 * belong into the ring: they are copied when somebody asks for one. */
struct smtpspec_gather_loan {
    const char *first, *end;
    uint64_t lines;
    uint64_t number;      /* behind them: of the next line in the file, in   */
    uint64_t index;       /* the session                                     */
    uint64_t at;          /* and how much the server has said                */
};

struct smtpspec_gather {
    struct smtpspec_gather_line ring[SMTPSPEC_GATHER_LINES_KEPT];
    char texts[SMTPSPEC_GATHER_LINES_KEPT][SMTPSPEC_GATHER_LINE_KEPT];
    uint64_t lines;       /* of this session; the newest is lines - 1        */
    struct smtpspec_gather_line *newest; /* in the ring; where `lines` is 0
                             nobody's                                        */
    uint64_t server_octets;
    struct smtpspec_gather_loan loan;
    struct smtpspec_gather_finding *findings[SMTPSPEC_GATHER_FINDINGS_KEPT];
    unsigned finding_count;
    unsigned waiting;     /* findings that want more lines                   */
    bool in_line;
    bool overflowed;      /* memory or a bound left something out            */
};

/* All zero is a new one. Free what it holds. */
void smtpspec_gather_clear(struct smtpspec_gather *gather);

/* A session begins, ends. */
void smtpspec_gather_begin(struct smtpspec_gather *gather);
void smtpspec_gather_end(struct smtpspec_gather *gather);

/* Findings get the newest line, as many as they want. */
void smtpspec_gather_hand_out(struct smtpspec_gather *gather);

/* A line begins where none of that side is open; more octets of it, LF at most
 * as the last; it is complete. */
void smtpspec_gather_line(struct smtpspec_gather *gather, char from,
                          uint64_t number, struct smtpspec_span octets);
static inline void smtpspec_gather_line_end(struct smtpspec_gather *gather)
{
    if (gather->in_line && gather->waiting > 0)
        smtpspec_gather_hand_out(gather);
    gather->in_line = false;
}
/* Lines of one side begin where none is open, those of transcript.h: what they
 * have behind "C: " or "S: ", in the recording, which must stay where it is
 * until settle(). Complete with line_end. */
void smtpspec_gather_texts(struct smtpspec_gather *gather, bool client,
                           uint64_t number, const struct smtpspec_span text[],
                           size_t count);
void smtpspec_gather_settle(struct smtpspec_gather *gather);

/* Line number `index` of the session, first <= index < lines. */
const struct smtpspec_gather_line *
smtpspec_gather_at(struct smtpspec_gather *gather, uint64_t index);
uint64_t smtpspec_gather_first(const struct smtpspec_gather *gather);
/* What is kept of it, without its line end. */
struct smtpspec_span
smtpspec_gather_words(const struct smtpspec_gather_line *line);
/* The server's line of which `index` is a part, without its line end, escaped:
 * its first 200 octets. `cap` 801 holds any. */
void smtpspec_gather_observe(struct smtpspec_gather *gather,
                             uint64_t index, char *out, size_t cap);

/* The judge has something to say. Called while it reads the newest line. */
void smtpspec_gather_verdict(struct smtpspec_gather *gather,
                             const struct smtpspec_verdict *verdict);

/* Hand out a result for each finding, in the order of their first times. It
 * lives until `take` returns. */
void smtpspec_gather_results(const struct smtpspec_gather *gather,
                             void (*take)(void *context,
                                          const struct smtpspec_result *),
                             void *context);

#endif
