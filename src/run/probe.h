/* SPDX-License-Identifier: MIT */
/*
 * probe.h - one connection on which cases are played
 *
 * Floor 5, run; on a libuv loop. Brings together transport, judge, player and
 * record, and keeps the time: what the server does not do in time, the player
 * hears as silence. Knows nothing of other connections or of what a verdict is
 * worth.
 */
#ifndef SMTPSPEC_PROBE_H
#define SMTPSPEC_PROBE_H

#include <uv.h>

#include "case/play.h"
#include "net/transport.h"
#include "run/coverage.h"
#include "run/journal.h"
#include "run/offers.h"
#include "run/record.h"
#include "run/shape.h"
#include "run/tally.h"
#include "run/transitions.h"

/* Octets of one reply past which it counts as endless. */
#define SMTPSPEC_PROBE_REPLY_LIMIT (1024 * 1024)
/* A whole reply may take this many times the idle time. */
#define SMTPSPEC_PROBE_REPLY_TIMES 10
/* How long a goodbye may take. */
#define SMTPSPEC_PROBE_QUIT_MS 1000

struct smtpspec_probe;

/* What all connections to a target share; must outlive them. */
struct smtpspec_probe_terms {
    uv_loop_t *loop;
    struct smtpspec_transport *(*open)(
        void *context, const struct smtpspec_transport_events *events);
    void *open_context;
    struct smtpspec_terms judge;
    struct smtpspec_case_vars vars;
    const char *tls_host;   /* whose certificate is wanted                   */
    struct smtpspec_offers *offers; /* NULL: not compared                    */
    struct smtpspec_journal *journal; /* NULL: nothing is written down       */
    uint64_t greeting_ms;   /* idle time before the greeting                 */
    uint64_t idle_ms;       /* and between octets of any other reply         */
    uint64_t quiet_ms;      /* in which nothing should come                  */
    struct smtpspec_coverage *coverage; /* NULL: not kept                    */
    int64_t *spare;             /* of transcripts, record.h; or NULL         */
    struct smtpspec_transitions *transitions; /* NULL: not kept              */
    unsigned quit_code;     /* how this server answers QUIT                  */
    char *room;             /* SMTPSPEC_CASE_TEXT_KEPT octets, for whichever
                               probe is just about to send                   */
};

struct smtpspec_probe_events {
    /* The connection stands, or not (closed comes only when asked for). */
    void (*opened)(void *context, enum smtpspec_error error);
    /* The case is over; smtpspec_probe_result() has what came of it until
     * the next one begins. */
    void (*played)(void *context);
    /* The connection is gone and its memory with it when this returns.
     * `surplus`: the goodbye showed a reply too many, or one to something
     * else. */
    void (*closed)(void *context, bool surplus);
    void *context;
};

/* With `lines` the tally keeps the text of replies. */
struct smtpspec_probe *
smtpspec_probe_new(const struct smtpspec_probe_terms *terms,
                   const struct smtpspec_probe_events *events, bool lines);

/* Play a case; the connection is open and no other case is under way. With
 * `listen` the quiet time is waited for at its end. */
void smtpspec_probe_play(struct smtpspec_probe *probe,
                          const struct smtpspec_case *of, bool listen);

/* Say goodbye as far as the session allows, then close. `closed` comes. */
void smtpspec_probe_quit(struct smtpspec_probe *probe);
/* Close without a word. `closed` comes. */
void smtpspec_probe_close(struct smtpspec_probe *probe);

const struct smtpspec_play_result *
smtpspec_probe_result(const struct smtpspec_probe *probe);
const struct smtpspec_record *
smtpspec_probe_record(const struct smtpspec_probe *probe);
const struct smtpspec_tally *
smtpspec_probe_tally(const struct smtpspec_probe *probe);
const struct smtpspec_judge *
smtpspec_probe_judge(const struct smtpspec_probe *probe);
/* What was answered in the last case, its set-up included. */
const struct smtpspec_shape_heard *
smtpspec_probe_heard(const struct smtpspec_probe *probe);
/* How long the last case took, in ms. */
uint64_t smtpspec_probe_ms(const struct smtpspec_probe *probe);
/* And its slowest reply, the greeting left out. */
uint64_t smtpspec_probe_slowest(const struct smtpspec_probe *probe);
/* Commands sent so far. */
uint64_t smtpspec_probe_commands(const struct smtpspec_probe *probe);
/* Whether a message was taken on it: some servers close then (RFC 5321, 3.8
 * lets them say 421 at any time). */
bool smtpspec_probe_took_message(const struct smtpspec_probe *probe);
/* The connection can take no further case: closed, broken, endless. */
bool smtpspec_probe_is_spent(const struct smtpspec_probe *probe);
/* Of TLS, once a handshake was tried; else NULL. */
const struct smtpspec_tls_facts *
smtpspec_probe_tls(const struct smtpspec_probe *probe);
/* The server has closed it, or it broke. */
bool smtpspec_probe_is_gone(const struct smtpspec_probe *probe);
/* Of the transport: the last error in words; whether the peer is near. */
const char *smtpspec_probe_why(const struct smtpspec_probe *probe);
bool smtpspec_probe_is_local(const struct smtpspec_probe *probe);

#endif
