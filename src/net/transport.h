/* SPDX-License-Identifier: MIT */
/*
 * transport.h - octets to and from a server, whatever carries them
 *
 * Floor 4, net; on a libuv loop. A transport is a stream with its buffers and
 * nothing else: no SMTP, no policy, no timeouts but that of connecting. The
 * kinds differ in how they are opened; once open all are alike.
 *
 * Order of the calls: `opened` once; where it brought no error, `octets` any
 * number of times, then `ended` at most once. `closed` is the last, only after
 * smtpspec_transport_close() and always after it; the transport is gone when
 * it returns. No other call comes once close was asked for, and none comes
 * from inside smtpspec_transport_open_...() or _write().
 */
#ifndef SMTPSPEC_TRANSPORT_H
#define SMTPSPEC_TRANSPORT_H

#include <uv.h>

#include <smtpspec/base.h>
#include <smtpspec/error.h>

#include "net/target.h"

struct smtpspec_transport;

struct smtpspec_transport_events {
    void (*opened)(void *context, enum smtpspec_error error);
    void (*octets)(void *context, struct smtpspec_span octets);
    /* The peer closed (OK), or the connection broke (RESET). */
    void (*ended)(void *context, enum smtpspec_error error);
    void (*closed)(void *context);
    void *context;
};

/* Addresses of a host, in the resolver's order. */
struct smtpspec_addresses {
    struct addrinfo *list;
    struct addrinfo *good;  /* the one that last took a connection, or NULL  */
};

/*
 * Look a TCP target up, once for all its connections; blocks as long as the
 * system's resolver does. OK, or ERROR_RESOLVE with `*why` as the system says
 * it, a constant string.
 */
enum smtpspec_error
smtpspec_addresses_look_up(uv_loop_t *loop,
                           const struct smtpspec_target *target,
                           struct smtpspec_addresses *addresses,
                           const char **why);
void smtpspec_addresses_free(struct smtpspec_addresses *addresses);

/*
 * Connect to the first address that answers, each within `timeout_ms`. The
 * addresses must live as long as the transport.
 */
struct smtpspec_transport *
smtpspec_transport_open_tcp(uv_loop_t *loop,
                            struct smtpspec_addresses *addresses,
                            uint64_t timeout_ms,
                            const struct smtpspec_transport_events *events);

/* Take over a connected stream socket (one end of uv_socketpair()). */
struct smtpspec_transport *
smtpspec_transport_open_socket(uv_loop_t *loop, uv_os_sock_t socket,
                               const struct smtpspec_transport_events *events);

/* Send a copy of the octets. That they do not get through shows in `ended`. */
void smtpspec_transport_write(struct smtpspec_transport *transport,
                              struct smtpspec_span octets);

/* Octets that are still queued here because the peer does not read. */
size_t
smtpspec_transport_queued(const struct smtpspec_transport *transport);

/* Close at once; `closed` comes from the loop. May be called at any time,
 * from inside the callbacks, too, and more than once. */
void smtpspec_transport_close(struct smtpspec_transport *transport);

/* What the system said of the last error, a constant string; never NULL. */
const char *
smtpspec_transport_why(const struct smtpspec_transport *transport);

/* Whether the peer is on this machine. Valid once open. */
bool smtpspec_transport_is_local(const struct smtpspec_transport *transport);

#endif
