/* SPDX-License-Identifier: MIT */
/*
 * transport.h - octets to and from a server, whatever carries them
 *
 * Floor 4, net; on a libuv loop. A transport is a stream with its buffers and
 * nothing else: no SMTP, no policy, no timeouts but that of connecting. The
 * kinds differ in how they are opened; once open all are alike.
 *
 * Order of the calls: `opened` once; where it brought no error, `octets` any
 * number of times, then `ended` at most once. `secured` comes once for each
 * smtpspec_transport_secure(), and no octets in between. `closed` is the last,
 * only after smtpspec_transport_close() and always after it; the transport is
 * gone when it returns. No other call comes once close was asked for, and none
 * comes from inside smtpspec_transport_open_...(), _write(), _secure() or
 * _end_tls().
 */
#ifndef SMTPSPEC_TRANSPORT_H
#define SMTPSPEC_TRANSPORT_H

#include <uv.h>

#include <smtpspec/base.h>
#include <smtpspec/error.h>

#include "net/target.h"
#include "net/tls.h"

struct smtpspec_transport;

struct smtpspec_transport_events {
    void (*opened)(void *context, enum smtpspec_error error);
    void (*octets)(void *context, struct smtpspec_span octets);
    /* The TLS handshake is done, or failed (SMTPSPEC_ERROR_TLS): then no more
     * octets come, at most `ended`. NULL where nobody asks for TLS. */
    void (*secured)(void *context, enum smtpspec_error error);
    /* The peer closed (OK), or the connection broke (RESET). */
    void (*ended)(void *context, enum smtpspec_error error);
    void (*closed)(void *context);
    void *context;
};

/* Addresses of a host, in the resolver's order. */
struct smtpspec_addresses {
    struct addrinfo *list;
    struct addrinfo *good;  /* the one that last took a connection, or NULL  */
    bool by_dns;            /* and not by the system's resolver              */
    uint32_t source;        /* 127/8 is connected to from 127.0.0.1 + that; 0:
                               the system chooses                            */
};

/*
 * Look a TCP target up, once for all its connections; blocks as long as the
 * system's resolver does, or up to a signal (interrupt.h). OK, or ERROR_RESOLVE
 * with `*why` as the system says it, a constant string.
 */
enum smtpspec_error
smtpspec_addresses_look_up(uv_loop_t *loop,
                           const struct smtpspec_target *target,
                           struct smtpspec_addresses *addresses,
                           const char **why);
void smtpspec_addresses_free(struct smtpspec_addresses *addresses);
/* Whether all of them are of this machine: 127/8 or ::1. */
bool smtpspec_addresses_are_local(const struct smtpspec_addresses *addresses);

/*
 * Open a target of any kind but MX and EMBEDDED, within `timeout_ms` at each
 * step. `addresses` is of its host (TCP; else NULL), and must live as long as
 * the transport, as must the target. With implicit TLS `opened` comes after
 * the handshake; where that failed, with SMTPSPEC_ERROR_TLS.
 *
 * EXEC is run by /bin/sh -c, both stdin and stdout one socket, stderr left
 * where a redirection of its own sends it, else nowhere. The command ends
 * when its connection is closed: it has half a second, then its process group
 * is sent SIGTERM, another half, SIGKILL; only then `closed` comes.
 */
struct smtpspec_transport *
smtpspec_transport_open(uv_loop_t *loop, const struct smtpspec_target *target,
                        struct smtpspec_addresses *addresses,
                        uint64_t timeout_ms,
                        const struct smtpspec_transport_events *events);

/*
 * Connect to the first address that answers, each within `timeout_ms`. The
 * addresses must live as long as the transport. Where no port is left for
 * another connection to 127/8, further ones come from the next address there.
 */
struct smtpspec_transport *
smtpspec_transport_open_tcp(uv_loop_t *loop,
                            struct smtpspec_addresses *addresses,
                            uint64_t timeout_ms,
                            const struct smtpspec_transport_events *events);

/* Take over a connected stream socket (one end of uv_socketpair()), or tell by
 * `opened` that there is none: `socket` is then libuv's negative status. */
struct smtpspec_transport *
smtpspec_transport_open_socket(uv_loop_t *loop, uv_os_sock_t socket,
                               const struct smtpspec_transport_events *events);

/* Send a copy of the octets. That they do not get through shows in `ended`. */
void smtpspec_transport_write(struct smtpspec_transport *transport,
                              struct smtpspec_span octets);

/*
 * Begin the client's TLS handshake; `terms` need not outlive the call. What
 * the peer sent before was delivered as `octets`; from now on it has to be
 * TLS. Only while open and not secured; may be called again after TLS ended.
 */
void smtpspec_transport_secure(struct smtpspec_transport *transport,
                               const struct smtpspec_tls_terms *terms);

/* Leave TLS by a close_notify; what is written from now on goes in clear. What
 * the peer sends is decrypted as long as it encrypts. */
void smtpspec_transport_end_tls(struct smtpspec_transport *transport);

/* Of the last handshake, done or failed; NULL where there was none. */
const struct smtpspec_tls_facts *
smtpspec_transport_tls(const struct smtpspec_transport *transport);

/* Send no more: once all is out the peer reads an end of file, and what it
 * says is still heard. Not while secured: TLS has its own end. */
void smtpspec_transport_end(struct smtpspec_transport *transport);

/* Octets that are still queued here because the peer does not read. */
size_t
smtpspec_transport_queued(const struct smtpspec_transport *transport);

/* Close at once; `closed` comes from the loop. May be called at any time,
 * from inside the callbacks, too, and more than once. */
void smtpspec_transport_close(struct smtpspec_transport *transport);

/* What the system, or TLS, said of the last error; never NULL, valid as long
 * as the transport. */
const char *
smtpspec_transport_why(const struct smtpspec_transport *transport);

/* The signal that killed the command of an EXEC transport, 0 for none or where
 * we sent one ourselves. Valid in `closed`, too, which waits for its end. */
int smtpspec_transport_signal(const struct smtpspec_transport *transport);

/* Whether the peer is on this machine. Valid once open. */
bool smtpspec_transport_is_local(const struct smtpspec_transport *transport);

#endif
