/* SPDX-License-Identifier: MIT */
/*
 * transcript.h - read recorded dialogues, line by line, in any split
 *
 * Floor 3, case: no I/O, no allocation. The form is that of the RFCs and of
 * our case files:
 *
 *     # a comment; empty lines count for nothing
 *     S: 220 mx.example          the server's line; CRLF goes without saying
 *     C: RCPT TO:<a\x00b@c>      the client's; \xNN \r \n \t \0 \\ are octets
 *     C> half a line             these octets alone, no CRLF behind (S> too)
 *     silent                     the server had its time and said nothing
 *     closed                     the server closed the connection
 *     tls                        the handshake after STARTTLS was done
 *     gap                        octets are missing here
 *     ---                        a new connection
 *
 * Only one line's first octets are kept, so a recording may be of any size.
 */
#ifndef SMTPSPEC_TRANSCRIPT_H
#define SMTPSPEC_TRANSCRIPT_H

#include <smtpspec/base.h>
#include <smtpspec/error.h>

enum smtpspec_transcript_kind {
    SMTPSPEC_TRANSCRIPT_CLIENT,
    SMTPSPEC_TRANSCRIPT_SERVER,
    SMTPSPEC_TRANSCRIPT_SILENT,
    SMTPSPEC_TRANSCRIPT_CLOSED,
    SMTPSPEC_TRANSCRIPT_TLS,
    SMTPSPEC_TRANSCRIPT_GAP,    /* octets are missing: judge no further      */
    SMTPSPEC_TRANSCRIPT_SESSION,/* a new connection                          */
    SMTPSPEC_TRANSCRIPT_MIXED   /* lines of several connections are mixed:
                                   nothing can be judged from here on        */
};

/* What a line says, or a piece of what a long one says. */
struct smtpspec_transcript_event {
    enum smtpspec_transcript_kind kind;
    uint64_t line;               /* of the file, from 1                      */
    bool last;                   /* the line ends with this piece            */
    struct smtpspec_span octets; /* CLIENT, SERVER: what went over the wire;
                                    valid until the call returns             */
};

/* What lines of one side have behind "C: " or "S: ", where that is all there is
 * to them: no escape, no CR, fewer octets than a piece has. CRLF goes without
 * saying. They stand one behind the other in what is fed, each ended by LF or
 * CRLF. */
#define SMTPSPEC_TRANSCRIPT_LINE_KEPT 510
#define SMTPSPEC_TRANSCRIPT_LINES_MOST 64
struct smtpspec_transcript_lines {
    bool client;          /* sent them                                       */
    uint64_t number;      /* of the first                                    */
    size_t count;
    uint64_t plain;       /* bit i: line i is known to have only octets
                             0x20 to 0x7E                                    */
    struct smtpspec_span text[SMTPSPEC_TRANSCRIPT_LINES_MOST];
};

struct smtpspec_transcript_reader {
    void (*event)(void *context, const struct smtpspec_transcript_event *event);
    /* Set it after init to be told such lines so, and not as events. */
    void (*lines)(void *context,
                  const struct smtpspec_transcript_lines *lines);
    void *context;
    uint64_t line;        /* being read                                      */
    bool is_transcript;   /* some line of a dialogue was seen: whatever else
                             is wrong, the file means to be a transcript     */
    const char *trouble;  /* what is wrong with `line`; NULL: nothing        */
    /* The rest is transcript.c's. */
    uint8_t stage, kind, octet, form;
    bool raw, held_cr;
    size_t length;
    char room[512];
};

void smtpspec_transcript_init(
    struct smtpspec_transcript_reader *reader,
    void (*event)(void *context, const struct smtpspec_transcript_event *event),
    void *context);

/* Read more of the file. ERROR_SYNTAX where it is malformed: `line` and
 * `trouble` say where and why, and every later call says the same. */
enum smtpspec_error
smtpspec_transcript_feed(struct smtpspec_transcript_reader *reader,
                         struct smtpspec_span octets);

/* The file has ended; its last line may lack its line end. */
enum smtpspec_error
smtpspec_transcript_finish(struct smtpspec_transcript_reader *reader);

#endif
