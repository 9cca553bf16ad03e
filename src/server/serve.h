/* SPDX-License-Identifier: MIT */
/*
 * serve.h - the built-in server on libuv streams
 *
 * Floor 5, server. Two ways in: attach an engine to a stream that is open
 * already (one end of uv_socketpair(), for a target `embedded:`), or listen
 * on an address (the command `serve`). What a client sends is hostile: what
 * is queued for a client that does not read is bounded, and it is then not
 * read from either. The process has to ignore SIGPIPE: libuv does not.
 */
#ifndef SMTPSPEC_SERVE_H
#define SMTPSPEC_SERVE_H

#include <uv.h>

#include "server/server.h"

/* Connections of one listener; more are closed at once. */
#define SMTPSPEC_SERVE_CONNECTIONS_KEPT 8192
/* Octets queued for a client past which it is fed no more. */
#define SMTPSPEC_SERVE_QUEUE_KEPT (256 * 1024)

/*
 * Put a new session on `stream`, which must be open and connected. From then
 * on the stream belongs to it: its `data` field, reading, writing, closing.
 * Once the session is over, by either side, the stream is closed and
 * `closed(context)` is called from the loop, exactly once; only then may the
 * owner free the stream's memory. `closed` may be NULL.
 *
 * Returns 0 (SMTPSPEC_OK), SMTPSPEC_ERROR_MEMORY or SMTPSPEC_ERROR_READ; on
 * an error the stream is untouched and `closed` is not called.
 */
int smtpspec_serve_attach(uv_stream_t *stream,
                          const struct smtpspec_server_options *options,
                          void (*closed)(void *context), void *context);

/* A listening socket and the sessions that came in by it. */
struct smtpspec_serve_listener;

/*
 * Listen on a numeric host ("127.0.0.1", "::1") and a port, 0 for any free
 * one. Each connection becomes a session with a copy of `options`. On success
 * `*listener` is to be ended by smtpspec_serve_stop(). On an error `*why` is
 * what the system says, a constant string.
 */
int smtpspec_serve_listen(uv_loop_t *loop, const char *host, unsigned port,
                          const struct smtpspec_server_options *options,
                          struct smtpspec_serve_listener **listener,
                          const char **why);

/* The port it really listens on. */
unsigned
smtpspec_serve_port(const struct smtpspec_serve_listener *listener);

/* Stop listening and end every session; the loop frees all as it runs. The
 * pointer is not to be used after. */
void smtpspec_serve_stop(struct smtpspec_serve_listener *listener);

#endif
