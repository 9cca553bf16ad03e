/* SPDX-License-Identifier: MIT */
/*
 * transport_kinds.h - the inside of a transport, for the files that open one
 *
 * Floor 4, net. tcp.c, local.c and exec.c open one, secure.c puts TLS into it,
 * transport.c does the rest.
 */
#ifndef SMTPSPEC_TRANSPORT_KINDS_H
#define SMTPSPEC_TRANSPORT_KINDS_H

#include "net/transport.h"

/* Octets that one read may bring. */
#define SMTPSPEC_TRANSPORT_READ_KEPT 16384

/* What TLS is doing on a transport. */
struct smtpspec_transport_tls {
    struct smtpspec_tls *engine;  /* of the last handshake, or NULL          */
    struct smtpspec_tls_facts facts;
    bool tried;                   /* there are facts                         */
    bool shaking;                 /* the handshake is under way              */
    bool implicit;                /* `opened` waits for it                   */
    bool in, out;                 /* what comes, what goes is encrypted      */
    bool failed;                  /* nothing is heard any more               */
    const char *refused;          /* why not even begun                      */
    size_t chatter;               /* octets sent but not asked for           */
    uint64_t timeout_ms;
    char host[SMTPSPEC_DOMAIN_LIMIT + 1]; /* of an implicit handshake        */
};

struct smtpspec_transport {
    union {
        uv_handle_t any;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } handle;
    uv_timer_t timer;           /* of connecting, shaking hands, ending      */
    uv_connect_t connect;
    uv_shutdown_t shutdown;
    uv_process_t process;       /* EXEC                                      */
    struct smtpspec_transport_events events;
    struct smtpspec_addresses *addresses;
    struct addrinfo *address;   /* being tried                               */
    struct addrinfo *first;     /* where the round began                     */
    uint64_t timeout_ms;
    int status;                 /* last of libuv's                           */
    bool has_handle, open, closing, local;
    bool again;                 /* the same address once more                */
    unsigned sources;           /* of 127/8 tried                            */
    bool over;                  /* `ended` was told, or is about to be       */
    bool has_process, exited, awaits_exit;
    bool heard;                 /* at least one octet                        */
    unsigned parts;             /* handles that have yet to close            */
    unsigned signals;           /* sent to the process                       */
    int killed_by;              /* the signal that ended it, not one of ours */
    struct smtpspec_transport_tls tls;
    char text[64];              /* room for why                              */
};

/* --- transport.c ---------------------------------------------------------- */

struct smtpspec_transport *
smtpspec_transport_new(uv_loop_t *loop,
                       const struct smtpspec_transport_events *events);

/* The class of a status of libuv. */
enum smtpspec_error smtpspec_transport_error_of(int status);

/* Have smtpspec_transport_opened() called by the loop. */
void smtpspec_transport_open_later(struct smtpspec_transport *transport,
                                   int status);

/* The handle is connected, or `status` says why it never will be. */
void smtpspec_transport_opened(struct smtpspec_transport *transport,
                               int status);

/* Read no more, and tell that it is over. */
void smtpspec_transport_over(struct smtpspec_transport *transport,
                             enum smtpspec_error error);

/* Send as it is, whatever TLS is doing. */
void smtpspec_transport_write_raw(struct smtpspec_transport *transport,
                                  struct smtpspec_span octets);

/* One handle of a closing transport has closed. */
void smtpspec_transport_part_closed(struct smtpspec_transport *transport);

/* --- secure.c ------------------------------------------------------------- */

/* Connected: shake hands before anything else. */
void smtpspec_secure_begin(struct smtpspec_transport *transport);
/* Octets of the peer while `tls.in`. */
void smtpspec_secure_received(struct smtpspec_transport *transport,
                              struct smtpspec_span octets);
/* Octets for the peer while `tls.out`. */
void smtpspec_secure_write(struct smtpspec_transport *transport,
                           struct smtpspec_span octets);
/* The peer closed or the connection broke. False where there is nothing else
 * to be told of it. */
bool smtpspec_secure_cut(struct smtpspec_transport *transport);
/* About to close: say so, as far as it goes out at once. */
void smtpspec_secure_leave(struct smtpspec_transport *transport);

/* --- kinds ---------------------------------------------------------------- */

struct smtpspec_transport *
smtpspec_local_open(uv_loop_t *loop, const char *path,
                    const struct smtpspec_transport_events *events);

struct smtpspec_transport *
smtpspec_exec_open(uv_loop_t *loop, const char *command,
                   const struct smtpspec_transport_events *events);
/* The stream is closing; see that the command ends. */
void smtpspec_exec_close(struct smtpspec_transport *transport);
/* Whether how the command ended is worth waiting for; then `over` comes. */
bool smtpspec_exec_awaits_exit(struct smtpspec_transport *transport);

#endif
