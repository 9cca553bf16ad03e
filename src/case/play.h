/* SPDX-License-Identifier: MIT */
/*
 * play.h - play one case: what to send, when to read, what came of it
 *
 * Floor 3, case: no I/O, no allocation, no clock. The same player serves the
 * network runner, the proofs of the case files and the fuzzers: whoever holds
 * the octets asks it what to do next and tells it what the server did.
 *
 *     smtpspec_play_init(&play, &case, &vars, &judge, room, room_size)
 *     loop: smtpspec_play_next() says SEND octets, READ, or DONE
 *           smtpspec_play_server / _silence / _closed / _endless
 *     smtpspec_play_result()
 *
 * The judge belongs to the connection and outlives the case; the player sets
 * its sink for the time of the case.
 */
#ifndef SMTPSPEC_PLAY_H
#define SMTPSPEC_PLAY_H

#include <smtpspec/judge.h>

#include "case/case.h"

/* Verdicts kept of one case; of more only the count and the worst. */
#define SMTPSPEC_PLAY_VERDICTS_KEPT 16

enum smtpspec_play_want {
    SMTPSPEC_PLAY_SEND, /* send the octets that were given                   */
    SMTPSPEC_PLAY_READ, /* wait for the server; a reply (or close) is due    */
    SMTPSPEC_PLAY_LISTEN, /* nothing should come: wait for the quiet time,
                             then call smtpspec_play_silence()               */
    SMTPSPEC_PLAY_DONE
};

struct smtpspec_play_verdict {
    struct smtpspec_verdict verdict;
    bool setup;               /* seen before the case's own first step       */
};

/* What came of a case. Spans and pointers into the case or the play. */
struct smtpspec_play_result {
    enum smtpspec_outcome outcome;
    enum smtpspec_layer layer;     /* of the worst verdict; NONE on pass     */
    const struct smtpspec_play_verdict *verdicts;
    unsigned verdict_count;        /* kept                                   */
    unsigned verdict_total;        /* seen                                   */
    int worst;                     /* index into verdicts, -1: none          */
    struct smtpspec_codes expected;/* of the step that was not met, else of
                                      the worst verdict                      */
    bool expected_any, expected_denied;
    bool expected_closed, expected_silent;
    uint8_t state;                 /* enum smtpspec_state at that exchange   */
    uint8_t command;               /* enum smtpspec_command of it            */
    uint16_t code;                 /* code seen there; 0: none               */
    uint64_t at, octets;           /* where in the server's octets (counted
                                      from the play's start) the reply is    */
    const char *reason;            /* short sentence for skip, blocked,
                                      throttled, error; else NULL            */
    bool reply_421;                /* 421 was seen in a case that does not
                                      ask for it                             */
    bool no_reply;                 /* a due reply never came                 */
};

struct smtpspec_play {
    const struct smtpspec_case *of;
    const struct smtpspec_case_vars *vars;
    struct smtpspec_judge *judge;
    char *room;               /* caller's, for the octets to send            */
    size_t room_size;
    uint8_t phase, step, setup_step, group_first, replies_first;
    uint16_t codes[SMTPSPEC_CASE_STEPS_KEPT];
    uint8_t reply_count;
    bool setup_done, over, server_closed;
    uint8_t tries;
    uint64_t server_octets;
    struct smtpspec_play_verdict verdicts[SMTPSPEC_PLAY_VERDICTS_KEPT];
    struct smtpspec_play_result result;
};

/*
 * Whether the session that `judge` watches can be brought to where the case
 * begins: a case given CONNECT or IDLE wants a new connection, one that wants
 * EHLO not a session by HELO that ... and none goes on in a lost session.
 */
bool smtpspec_play_fits(const struct smtpspec_judge *judge,
                        const struct smtpspec_case *of);

/* `room` (SMTPSPEC_CASE_TEXT_KEPT octets suffice for any case) must live as
 * long as the play. Also resets judge->sink. */
void smtpspec_play_init(struct smtpspec_play *play,
                        const struct smtpspec_case *of,
                        const struct smtpspec_case_vars *vars,
                        struct smtpspec_judge *judge, char *room,
                        size_t room_size);

/* What to do now. For SEND, `*octets` is what to send (in `room`); the judge
 * is told of it here. Call again after doing it. */
enum smtpspec_play_want smtpspec_play_next(struct smtpspec_play *play,
                                           struct smtpspec_span *octets);

/* The server sent this. */
void smtpspec_play_server(struct smtpspec_play *play,
                          struct smtpspec_span octets);
/* READ: the deadline passed; LISTEN: the quiet time passed. */
void smtpspec_play_silence(struct smtpspec_play *play);
/* The server closed the connection. */
void smtpspec_play_closed(struct smtpspec_play *play);
/* The server's octets passed the caller's bound. */
void smtpspec_play_endless(struct smtpspec_play *play);

/* Valid once smtpspec_play_next() said DONE. */
const struct smtpspec_play_result *
smtpspec_play_result(const struct smtpspec_play *play);

/* Replay a proof of the case through player and judge. The outcome is that of
 * the whole case; `*used_all` whether every line of the proof was taken. */
enum smtpspec_outcome
smtpspec_play_proof(const struct smtpspec_case *of, unsigned proof,
                    const struct smtpspec_terms *terms, char *room,
                    size_t room_size, bool *used_all);

#endif
