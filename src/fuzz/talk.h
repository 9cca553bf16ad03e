/* SPDX-License-Identifier: MIT */
/*
 * talk.h - the client's side of one fuzzed connection: what to send, and when
 *
 * Floor 5, fuzz; no I/O, no clock. Plays scripts (mutate/script.h), one after
 * the other on the same connection, in step with the server: the judge says
 * whether a reply is due, so nothing is ever waited for by time. What it asks
 * of whoever holds the connection comes from smtpspec_talk_next().
 *
 * - Nothing is sent before the greeting. What a script leaves without a wait
 *   between goes out at once only where the server offers PIPELINING and
 *   RFC 2920, 3.1 lets the commands stand in one group. Content that DATA was
 *   refused for is left out (its lines would be commands); the octets of BDAT
 *   are not.
 * - Where a command would come more often than `caps` allows, the script ends
 *   in front of it, and the connection with QUIT.
 * - A line that servers may well take for two (bare LF or CR, NUL, too long)
 *   leaves it open how many replies come. A hasty talk then sends no more and
 *   reads to the end of the connection; a careful one listens for a while.
 * - All that was sent is kept as a script, with waits where replies were
 *   waited for, from the first octet of the connection on.
 */
#ifndef SMTPSPEC_TALK_H
#define SMTPSPEC_TALK_H

#include <smtpspec/judge.h>

#include "fuzz/growing.h"
#include "run/command_caps.h"

/* Octets sent on one connection after which it is given up: its history has to
 * stay whole. */
#define SMTPSPEC_TALK_HISTORY_KEPT (128u * 1024)

enum smtpspec_talk_act {
    SMTPSPEC_TALK_SEND,    /* send `octets`                                  */
    SMTPSPEC_TALK_READ,    /* read until something comes, or the deadline    */
    SMTPSPEC_TALK_LISTEN,  /* nothing is due: read as long as is quiet       */
    SMTPSPEC_TALK_TLS,     /* shake hands, then call _secured()              */
    SMTPSPEC_TALK_END,     /* send no more, and say so (shutdown)            */
    SMTPSPEC_TALK_SCRIPT,  /* give it a script, or call _settle() or _quit() */
    SMTPSPEC_TALK_CLOSE    /* it is over                                     */
};

struct smtpspec_talk_sink {
    /* `doubtful`: it is not sure which command was answered. */
    void (*verdict)(void *context, const struct smtpspec_verdict *verdict,
                    bool doubtful);
    void (*exchange)(void *context, const struct smtpspec_exchange *exchange);
    void *context;
};

struct smtpspec_talk {
    struct smtpspec_judge judge;
    struct smtpspec_talk_sink sink;
    struct smtpspec_growing history;  /* all that was sent, as a script      */
    struct smtpspec_growing script;   /* under way                           */
    size_t at;                        /* of the script, read so far          */
    struct smtpspec_growing line;     /* of the script, marks resolved       */
    size_t line_at;
    struct smtpspec_growing command;  /* line that is not yet whole          */
    struct smtpspec_growing out;
    uint64_t commands;                /* lines sent as such                  */
    const struct smtpspec_command_caps *caps; /* of a connection; or NULL    */
    struct smtpspec_command_use sent;
    uint64_t chunk;                   /* octets that BDAT announced, and that
                                         are still to come: whatever the server
                                         answers, they follow (RFC 3030, 2)  */
    char last[2];                     /* octets sent                         */
    uint8_t settling;                 /* steps taken                         */
    bool careful, hasty_quit;
    bool busy;                        /* a script is under way               */
    bool settles;                     /* back to where a script may begin    */
    bool quits;                       /* QUIT comes once it is settled       */
    bool quit_sent;
    bool wait;                        /* the script wants the replies first  */
    bool turned;                      /* a reply came since the last octet   */
    bool groups;                      /* what was sent may be followed       */
    bool after_data;                  /* what follows in the script is content*/
    bool skipping;                    /* that has been refused               */
    bool doubtful;                    /* how many replies come               */
    bool doubted;                     /* that was so once, and a hasty talk  */
    bool listening;
    bool finishing;                   /* it is over once it has listened     */
    bool ended;                       /* nothing more is sent                */
    bool over;
};

/* A careful talk awaits the close after QUIT, a hasty one does not. */
void smtpspec_talk_init(struct smtpspec_talk *talk,
                        const struct smtpspec_terms *terms,
                        const struct smtpspec_talk_sink *sink, bool careful);
void smtpspec_talk_free(struct smtpspec_talk *talk);

/* Never again after CLOSE. `*octets` is valid until the next call. */
enum smtpspec_talk_act smtpspec_talk_next(struct smtpspec_talk *talk,
                                          struct smtpspec_span *octets);

/* After SCRIPT: play this (copied); SCRIPT comes again once it is sent and
 * answered. */
void smtpspec_talk_play(struct smtpspec_talk *talk,
                        struct smtpspec_span script);
/* After SCRIPT: end what is begun (content, AUTH, a transaction), so that any
 * other script may begin. Then SCRIPT comes again, or CLOSE where the server
 * would not have it. */
void smtpspec_talk_settle(struct smtpspec_talk *talk);
/* After SCRIPT: say goodbye. */
void smtpspec_talk_quit(struct smtpspec_talk *talk);
/* After SCRIPT: listen once more, and then it is over. */
void smtpspec_talk_finish(struct smtpspec_talk *talk);

/* The server sent octets, or was silent up to the deadline (or, after LISTEN,
 * for the quiet time), or would not end a reply, or closed. */
void smtpspec_talk_heard(struct smtpspec_talk *talk,
                         struct smtpspec_span octets);
void smtpspec_talk_silence(struct smtpspec_talk *talk);
void smtpspec_talk_endless(struct smtpspec_talk *talk);
/* By an end of file, or by a reset. */
void smtpspec_talk_closed(struct smtpspec_talk *talk, bool reset);
void smtpspec_talk_secured(struct smtpspec_talk *talk, bool done);

/* Whether a script can begin here, without a transaction under way. */
bool smtpspec_talk_is_settled(const struct smtpspec_talk *talk);

#endif
