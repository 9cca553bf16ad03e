/* SPDX-License-Identifier: MIT */
/*
 * local.c - transports over sockets of the file system
 */
#include "net/transport_kinds.h"

static void on_connected(uv_connect_t *request, int status)
{
    struct smtpspec_transport *transport = request->data;

    if (!transport->closing)
        smtpspec_transport_opened(transport, status);
}

struct smtpspec_transport *
smtpspec_local_open(uv_loop_t *loop, const char *path,
                    const struct smtpspec_transport_events *events)
{
    struct smtpspec_transport *transport =
        smtpspec_transport_new(loop, events);

    uv_pipe_init(loop, &transport->handle.pipe, 0);
    transport->handle.any.data = transport;
    transport->has_handle = true;
    transport->local = true;
    transport->connect.data = transport;
    uv_pipe_connect(&transport->connect, &transport->handle.pipe, path,
                    on_connected);
    return transport;
}
