/* SPDX-License-Identifier: MIT */
/*
 * judging.h - what the files share that judge a recording
 *
 * Floor 7, cli. offline.c takes events and ends, offline_lines.c the lines that
 * the reader takes together; offline_places.c says where the sessions went.
 */
#ifndef SMTPSPEC_JUDGING_H
#define SMTPSPEC_JUDGING_H

#include <smtpspec/judge.h>

#include "cli/gather.h"
#include "cli/offline.h"
#include "run/transitions.h"

#define EXTENSIONS_KEPT 64
/* Octets of the server that may come before the client's first: a greeting,
 * and how many pieces. */
#define AHEAD_KEPT 16384
#define AHEAD_PIECES_KEPT 512

/* A run of lines with their ends. */
#define JOINED_MOST                                                         \
    (SMTPSPEC_TRANSCRIPT_LINES_MOST * (SMTPSPEC_TRANSCRIPT_LINE_KEPT + 2))

/* Exchanges of one command in one state. */
struct smtpspec_offline_kind {
    uint64_t count, faults;
    uint64_t classes[SMTPSPEC_CLASS_COUNT]; /* by the class of the reply     */
    char id[64];          /* of the result that says so; made when asked for */
};

/*
 * What the server said before the client's first octet. Two replies there are
 * a fault of the server, or a recording of its half alone: which of the two
 * shows when the client speaks, or the session ends without it.
 */
struct smtpspec_offline_ahead {
    struct smtpspec_transcript_event pieces[AHEAD_PIECES_KEPT];
    unsigned count;
    size_t length;
    char octets[AHEAD_KEPT];
};

/* Lines of one side, one behind the other, as the reader took them. */
struct smtpspec_offline_run {
    bool client;
    const struct smtpspec_span *text;
    uint64_t number;      /* of the first                                    */
    size_t count;
    uint64_t plain;       /* as in transcript.h                              */
    size_t told;          /* of those to `gather`                            */
};

struct smtpspec_offline {
    struct smtpspec_judge judge;
    struct smtpspec_terms terms;
    struct smtpspec_gather gather;
    struct smtpspec_offline_ahead ahead;
    struct smtpspec_offline_run run;
    char joined[JOINED_MOST];
    bool in_session, closed, saw_smtp;
    bool holds;           /* `ahead` collects                                */
    bool blind;           /* octets are missing: nothing more is judged      */
    uint64_t sessions, commands;
    uint32_t faulty;      /* exchange that was found at fault, plus 1        */
    struct smtpspec_offline_kind kinds[SMTPSPEC_STATE_COUNT]
                                      [SMTPSPEC_COMMAND_COUNT];
    char greeting[4 * SMTPSPEC_GATHER_OBSERVED_KEPT + 1];
    char *extensions[EXTENSIONS_KEPT];
    unsigned extension_count;
    char incomplete[80];
    uint64_t incomplete_line;
    const char *gap;      /* what is missing, the first time; NULL: nothing  */
    uint64_t gap_line;
    struct smtpspec_transitions *places; /* made when asked for; or NULL     */
};

/* The id of a result of smtpspec_offline_results() where nothing was wrong. */
void smtpspec_offline_kind_id(enum smtpspec_state state,
                              enum smtpspec_command command, char id[64]);

/* Whether a line begins with a reply code. */
bool smtpspec_offline_is_coded(struct smtpspec_span line);

/* The client is about to speak, perhaps behind a handshake. */
void smtpspec_offline_note_tls(struct smtpspec_offline *offline);

/* The judge is about to say something of one of the server's lines: those of
 * the run up to it are remembered. */
void smtpspec_offline_catch_up(struct smtpspec_offline *offline);

#endif
