/* SPDX-License-Identifier: MIT */
/*
 * builtin.h - connections to the built-in server, for targets `embedded:`
 *
 * Floor 5, run. The server runs on the same loop, at the other end of a pair
 * of sockets.
 */
#ifndef SMTPSPEC_BUILTIN_H
#define SMTPSPEC_BUILTIN_H

#include "net/transport.h"
#include "server/server.h"

/*
 * One more session of the server. That it could not be made comes by
 * `events`, as for any transport.
 */
struct smtpspec_transport *
smtpspec_builtin_open(uv_loop_t *loop,
                      const struct smtpspec_server_options *options,
                      const struct smtpspec_transport_events *events);

#endif
