/* SPDX-License-Identifier: MIT */
/*
 * swaks.h - read what the SMTP test tool swaks prints, in any split
 *
 * Floor 3, case: no I/O, no allocation. A line is a hint of three octets, a
 * blank, and text:
 *
 *     === Trying ..., === TLS started ...     what swaks does
 *     *** Remote host closed ...              what went wrong
 *      -> ~> **> *~>                          a line that the client sent
 *     <-  <~  <** <~*                         a line that the server sent
 *
 * Line ends are taken for CRLF, since swaks does not show them; content that
 * it was told to leave out ("25 lines sent") is a gap. Events are those of
 * transcript.h.
 */
#ifndef SMTPSPEC_SWAKS_H
#define SMTPSPEC_SWAKS_H

#include "case/transcript.h"

struct smtpspec_swaks_reader {
    void (*event)(void *context, const struct smtpspec_transcript_event *event);
    void *context;
    uint64_t line;        /* being read                                      */
    bool is_swaks;        /* some line of a dialogue was seen                */
    /* The rest is swaks.c's. */
    uint8_t stage, kind;
    bool held_cr, pieces;
    size_t length;
    char room[512];
};

void smtpspec_swaks_init(
    struct smtpspec_swaks_reader *reader,
    void (*event)(void *context, const struct smtpspec_transcript_event *event),
    void *context);

/* Read more. Nothing is malformed: what is no line of swaks (its --help, a
 * shell's prompt) is passed over. */
void smtpspec_swaks_feed(struct smtpspec_swaks_reader *reader,
                         struct smtpspec_span octets);

/* The file has ended; its last line may lack its line end. */
void smtpspec_swaks_finish(struct smtpspec_swaks_reader *reader);

/* Whether a line that begins so is one of swaks. */
bool smtpspec_swaks_is_line(struct smtpspec_span head);

#endif
