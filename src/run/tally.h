/* SPDX-License-Identifier: MIT */
/*
 * tally.h - what the runner wants to know of a connection's replies
 *
 * Floor 5, run; no I/O. Counts replies and error replies (servers drop a
 * client that causes too many), and keeps the lines of the first two, which
 * in the opening dialogue are the greeting and the reply to EHLO. Judges
 * nothing. Bounded, whatever comes.
 */
#ifndef SMTPSPEC_TALLY_H
#define SMTPSPEC_TALLY_H

#include <smtpspec/reply.h>

/* Octets kept of a line, and lines kept of all. */
#define SMTPSPEC_TALLY_LINE_KEPT 256
#define SMTPSPEC_TALLY_LINES_KEPT 64
/* Replies whose lines are kept: greeting, EHLO, and what came next. */
#define SMTPSPEC_TALLY_REPLIES_KEPT 3

struct smtpspec_tally_line {
    uint8_t reply;    /* 0: the first reply, 1: the second                   */
    uint8_t separator;
    uint16_t code;
    uint16_t length;
    char octets[SMTPSPEC_TALLY_LINE_KEPT]; /* code included                  */
};

struct smtpspec_tally {
    struct smtpspec_reply_parser parser;
    uint64_t octets;        /* all                                           */
    uint64_t since;         /* behind the end of the last whole reply        */
    uint32_t replies;       /* whole ones                                    */
    uint32_t errors;        /* of those, 4yz and 5yz                         */
    uint32_t lines;         /* whole lines, of any kind                      */
    uint16_t code;          /* of the last whole reply; 0: none              */
    uint16_t first_code;    /* of the first                                  */
    bool coded;             /* some line began with a code as SMTP has them  */
    bool has_line;          /* `line` is of the line being read              */
    uint32_t keep_until;    /* replies before that number keep their lines   */
    unsigned kept_count;
    struct smtpspec_tally_line line;
    struct smtpspec_tally_line *kept; /* or NULL */
};

/* `kept` is room for SMTPSPEC_TALLY_LINES_KEPT lines, which outlives the
 * tally; with NULL replies are counted, and no text is kept. */
void smtpspec_tally_init(struct smtpspec_tally *tally,
                         struct smtpspec_tally_line *kept);

void smtpspec_tally_feed(struct smtpspec_tally *tally,
                         struct smtpspec_span octets);

/* Forget the lines kept, and keep those of the next replies. */
void smtpspec_tally_drop_lines(struct smtpspec_tally *tally);

/* The first line of the first reply, whole or not; empty where there is
 * none. Points into the tally. */
struct smtpspec_span
smtpspec_tally_greeting(const struct smtpspec_tally *tally);

#endif
