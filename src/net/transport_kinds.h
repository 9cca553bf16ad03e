/* SPDX-License-Identifier: MIT */
/*
 * transport_kinds.h - the inside of a transport, for the files that open one
 *
 * Floor 4, net.
 */
#ifndef SMTPSPEC_TRANSPORT_KINDS_H
#define SMTPSPEC_TRANSPORT_KINDS_H

#include "net/transport.h"

/* Octets that one read may bring. */
#define SMTPSPEC_TRANSPORT_READ_KEPT 16384

struct smtpspec_transport {
    union {
        uv_handle_t any;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } handle;
    uv_timer_t timer;           /* of connecting                             */
    uv_connect_t connect;
    struct smtpspec_transport_events events;
    struct smtpspec_addresses *addresses;
    struct addrinfo *address;   /* being tried                               */
    struct addrinfo *first;     /* where the round began                     */
    uint64_t timeout_ms;
    int status;                 /* last of libuv's                           */
    bool has_handle, open, closing, local, timed_out;
    unsigned parts;             /* handles that have yet to close            */
    char octets[SMTPSPEC_TRANSPORT_READ_KEPT];
};

/* The class of a status of libuv. */
enum smtpspec_error smtpspec_transport_error_of(int status);

/* The handle is connected, or `status` says why it never will be. */
void smtpspec_transport_opened(struct smtpspec_transport *transport,
                               int status);

/* One handle of a closing transport has closed. */
void smtpspec_transport_part_closed(struct smtpspec_transport *transport);

#endif
