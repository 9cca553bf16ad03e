/* SPDX-License-Identifier: MIT */
/*
 * builtin.c - connections to the built-in server
 */
#include "run/builtin.h"

#include <stdlib.h>

#include <sys/socket.h>

#include "net/memory.h"
#include "server/serve.h"

static void on_served(void *context)
{
    free(context);
}

static void on_refused(uv_handle_t *handle)
{
    free(handle);
}

/* Whether the server took the socket; it is closed where not. */
static bool serve_on(uv_loop_t *loop, uv_os_sock_t socket,
                     const struct smtpspec_server_options *options)
{
    uv_pipe_t *pipe = smtpspec_memory_new(sizeof(*pipe));

    uv_pipe_init(loop, pipe, 0);
    if (uv_pipe_open(pipe, socket) == 0 &&
        smtpspec_serve_attach((uv_stream_t *)pipe, options, on_served,
                              pipe) == 0)
        return true;
    uv_close((uv_handle_t *)pipe, on_refused);
    return false;
}

struct smtpspec_transport *
smtpspec_builtin_open(uv_loop_t *loop,
                      const struct smtpspec_server_options *options,
                      const struct smtpspec_transport_events *events)
{
    uv_os_sock_t ends[2];
    int status = uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE,
                               UV_NONBLOCK_PIPE);

    if (status == 0)
        serve_on(loop, ends[1], options);
    else
        ends[0] = status;
    return smtpspec_transport_open_socket(loop, ends[0], events);
}
