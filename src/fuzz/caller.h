/* SPDX-License-Identifier: MIT */
/*
 * caller.h - one connection to the target, played by a talk, on libuv
 *
 * Floor 5, fuzz. Opens the connection, moves octets between transport and
 * talk, and keeps the deadlines: of a reply that does not come, of one that
 * does not end, of the close after 221 or 421. What a peer can make it hold is
 * bounded: octets are judged as they come, and a reply of more than
 * SMTPSPEC_CALLER_REPLY_LIMIT octets, or one that takes ten times the
 * deadline, is endless.
 */
#ifndef SMTPSPEC_CALLER_H
#define SMTPSPEC_CALLER_H

#include "fuzz/talk.h"
#include "net/transport.h"
#include "run/journal.h"
#include "run/record.h"
#include "server/server.h"

#define SMTPSPEC_CALLER_REPLY_LIMIT (1u << 20)
#define SMTPSPEC_CALLER_REPLY_TIMES 10

/* How to reach the target; the same for all connections. */
struct smtpspec_caller_terms {
    uv_loop_t *loop;
    const struct smtpspec_target *target;
    struct smtpspec_addresses *addresses;          /* TCP; else NULL         */
    const struct smtpspec_server_options *server;  /* EMBEDDED; else NULL    */
    const char *tls_host;
    struct smtpspec_terms judge;
    const struct smtpspec_command_caps *caps; /* or NULL                     */
    uint64_t connect_ms, greeting_ms, idle_ms, quiet_ms;
    struct smtpspec_journal *journal; /* of all that is said; or NULL        */
    bool careful;              /* a careful talk, and a record               */
};

/* What came of a connection. */
struct smtpspec_caller_facts {
    bool opened, greeted;      /* by whatever code                           */
    bool welcome;              /* by 220                                     */
    bool throttled;            /* 421 was all that it said                   */
    bool refused;              /* ECONNREFUSED and the like                  */
    int signal;                /* that killed the command (EXEC), or 0       */
    char why[160];             /* the transport's last error                 */
};

struct smtpspec_caller_events {
    /* Call smtpspec_talk_play(), _settle(), _quit() or _finish(), or
     * smtpspec_caller_close(). */
    void (*script)(void *context);
    void (*verdict)(void *context, const struct smtpspec_verdict *verdict,
                    bool doubtful);
    void (*exchange)(void *context,
                     const struct smtpspec_exchange *exchange);
    /* The connection is gone, and the caller when this returns. */
    void (*over)(void *context, const struct smtpspec_caller_facts *facts);
    void *context;
};

struct smtpspec_caller;

struct smtpspec_caller *
smtpspec_caller_new(const struct smtpspec_caller_terms *terms,
                    const struct smtpspec_caller_events *events);

struct smtpspec_talk *smtpspec_caller_talk(struct smtpspec_caller *caller);
/* Of a careful one; else empty. */
const struct smtpspec_record *
smtpspec_caller_record(const struct smtpspec_caller *caller);

/* Hang up, whatever is due. `over` comes from the loop. */
void smtpspec_caller_close(struct smtpspec_caller *caller);

#endif
