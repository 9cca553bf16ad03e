/* SPDX-License-Identifier: MIT */
/*
 * recording.h - read a recorded dialogue, in whichever form it is
 *
 * Floor 7, cli. Text with C: and S: (case/transcript.h), what swaks prints
 * (case/swaks.h), or JSON Lines as `smtpspec check --record` writes them:
 *
 *     {"connection": 1, "ms": 0, "from": "S", "octets": "220 mx\\x0d\\x0a"}
 *     {"connection": 1, "ms": 9, "event": "closed"}
 *
 * `from` is C or S, `octets` are escaped as everywhere (\xNN); `event` is
 * silent, closed, tls, gap or end. Another number of a connection begins
 * another session; where a connection comes back that had not ended, the lines
 * of several are mixed, and all that follows is left out. Members that are not
 * known are passed over.
 */
#ifndef SMTPSPEC_RECORDING_H
#define SMTPSPEC_RECORDING_H

#include "case/swaks.h"
#include "case/transcript.h"

/* Octets of one line of JSON. */
#define SMTPSPEC_RECORDING_LINE_KEPT (4u << 20)
/* Bits for connections that were left before they ended; those whose numbers
 * differ by a multiple share one. */
#define SMTPSPEC_RECORDING_LEFT_KEPT 8192

/* In the order of --input in options.def. */
enum smtpspec_recording_form {
    SMTPSPEC_RECORDING_AUTO,   /* seen by how it begins                      */
    SMTPSPEC_RECORDING_TEXT,
    SMTPSPEC_RECORDING_SWAKS,
    SMTPSPEC_RECORDING_JSONL,
    SMTPSPEC_RECORDING_FORM_COUNT
};

struct smtpspec_recording {
    uint8_t form;              /* enum smtpspec_recording_form               */
    bool is_recording;         /* some line of a dialogue was seen           */
    bool truncated;            /* the file ends inside a line                */
    uint64_t line;             /* that is wrong                              */
    const char *trouble;       /* what is wrong with it; NULL: nothing       */
    /* The rest is recording.c's. */
    void (*event)(void *context, const struct smtpspec_transcript_event *event);
    /* Set it after init, or leave it: transcript.h. */
    void (*lines)(void *context,
                  const struct smtpspec_transcript_lines *lines);
    void *context;
    union {
        struct smtpspec_transcript_reader text;
        struct smtpspec_swaks_reader swaks;
    } reader;
    char *json;                /* the line under way                         */
    size_t length, room;
    uint64_t json_line;
    long long connection, greatest; /* the number now; and of all so far     */
    bool in_connection, ended, mixed, chosen;
    uint8_t left[SMTPSPEC_RECORDING_LEFT_KEPT / 8];
};

void smtpspec_recording_init(
    struct smtpspec_recording *recording, enum smtpspec_recording_form form,
    void (*event)(void *context, const struct smtpspec_transcript_event *event),
    void *context);
void smtpspec_recording_free(struct smtpspec_recording *recording);

/* Read more of it. ERROR_SYNTAX where it is malformed; `line` and `trouble`
 * say where and why. */
enum smtpspec_error
smtpspec_recording_feed(struct smtpspec_recording *recording,
                        struct smtpspec_span octets);

/* It has ended. A last line that is no whole one is `truncated`. */
enum smtpspec_error
smtpspec_recording_finish(struct smtpspec_recording *recording);

#endif
