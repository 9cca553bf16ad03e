/* SPDX-License-Identifier: MIT */
/*
 * transport.c - what all kinds of transports share: read, write, close
 */
#include "net/transport_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* A write that did not go out at once, with its own copy of the octets. */
struct write_later {
    uv_write_t request;
    char octets[];
};

enum smtpspec_error smtpspec_transport_error_of(int status)
{
    switch (status) {
    case 0:
        return SMTPSPEC_OK;
    case UV_ECONNREFUSED:
        return SMTPSPEC_ERROR_REFUSED;
    case UV_ECONNRESET:
    case UV_EPIPE:
        return SMTPSPEC_ERROR_RESET;
    case UV_ENOMEM:
        return SMTPSPEC_ERROR_MEMORY;
    case UV_EMFILE:
    case UV_ENFILE:
        return SMTPSPEC_ERROR_DESCRIPTORS;
    default:
        return SMTPSPEC_ERROR_UNREACHABLE;
    }
}

struct smtpspec_transport *
smtpspec_transport_new(uv_loop_t *loop,
                       const struct smtpspec_transport_events *events)
{
    struct smtpspec_transport *transport =
        smtpspec_memory_new(sizeof(*transport));

    transport->events = *events;
    uv_timer_init(loop, &transport->timer);
    transport->timer.data = transport;
    return transport;
}

/* One room for all: libuv asks for it, reads, and hands over what was read
 * before it does anything else. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    static _Thread_local char octets[SMTPSPEC_TRANSPORT_READ_KEPT];

    (void)handle;
    (void)suggested;
    *out = uv_buf_init(octets, sizeof(octets));
}

void smtpspec_transport_over(struct smtpspec_transport *transport,
                             enum smtpspec_error error)
{
    uv_read_stop(&transport->handle.stream);
    transport->over = true;
    transport->events.ended(transport->events.context, error);
}

static void read_failed(struct smtpspec_transport *transport, int status)
{
    uv_read_stop(&transport->handle.stream);
    transport->status = status == UV_EOF ? 0 : status;
    transport->over = true;
    if (!smtpspec_secure_cut(transport) || transport->closing ||
        smtpspec_exec_awaits_exit(transport))
        return;
    smtpspec_transport_over(transport, status == UV_EOF
                                           ? SMTPSPEC_OK
                                           : SMTPSPEC_ERROR_RESET);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *from)
{
    struct smtpspec_transport *transport = stream->data;
    struct smtpspec_span octets = { from->base, 0 };

    if (count < 0)
        read_failed(transport, (int)count);
    if (count <= 0)
        return;
    octets.length = (size_t)count;
    transport->heard = true;
    if (transport->tls.in)
        smtpspec_secure_received(transport, octets);
    else if (!transport->tls.failed)
        transport->events.octets(transport->events.context, octets);
}

void smtpspec_transport_opened(struct smtpspec_transport *transport,
                               int status)
{
    transport->handle.any.data = transport;
    if (status == 0)
        status = uv_read_start(&transport->handle.stream, on_alloc, on_read);
    transport->status = status;
    transport->open = status == 0;
    if (status == 0 && transport->tls.implicit)
        smtpspec_secure_begin(transport);
    else
        transport->events.opened(transport->events.context,
                                 smtpspec_transport_error_of(status));
}

static void on_open_later(uv_timer_t *timer)
{
    struct smtpspec_transport *transport = timer->data;

    smtpspec_transport_opened(transport, transport->status);
}

void smtpspec_transport_open_later(struct smtpspec_transport *transport,
                                   int status)
{
    transport->status = status;
    uv_timer_start(&transport->timer, on_open_later, 0, 0);
}

struct smtpspec_transport *
smtpspec_transport_open_socket(uv_loop_t *loop, uv_os_sock_t socket,
                               const struct smtpspec_transport_events *events)
{
    struct smtpspec_transport *transport =
        smtpspec_transport_new(loop, events);
    int status = socket < 0 ? socket : 0;

    uv_pipe_init(loop, &transport->handle.pipe, 0);
    transport->handle.any.data = transport;
    transport->has_handle = true;
    transport->local = true;
    if (status == 0)
        status = uv_pipe_open(&transport->handle.pipe, socket);
    smtpspec_transport_open_later(transport, status);
    return transport;
}

static void on_written(uv_write_t *request, int status)
{
    /* A failed write is followed by a failed read, which tells more. */
    (void)status;
    free(request->data);
}

void smtpspec_transport_write_raw(struct smtpspec_transport *transport,
                                  struct smtpspec_span octets)
{
    uv_stream_t *stream = &transport->handle.stream;
    struct write_later *later;
    uv_buf_t buffer;
    int done;

    if (octets.length == 0)
        return;
    buffer = uv_buf_init((char *)(uintptr_t)octets.at,
                         (unsigned)octets.length);
    done = uv_try_write(stream, &buffer, 1);
    if (done > 0)
        octets = smtpspec_span_skip(octets, (size_t)done);
    if (octets.length == 0 || (done < 0 && done != UV_EAGAIN))
        return;
    later = smtpspec_memory_new(sizeof(*later) + octets.length);
    memcpy(later->octets, octets.at, octets.length);
    later->request.data = later;
    buffer = uv_buf_init(later->octets, (unsigned)octets.length);
    if (uv_write(&later->request, stream, &buffer, 1, on_written) != 0)
        free(later);
}

void smtpspec_transport_write(struct smtpspec_transport *transport,
                              struct smtpspec_span octets)
{
    if (!transport->open || transport->closing || transport->tls.shaking ||
        transport->tls.failed)
        return;
    if (transport->tls.out)
        smtpspec_secure_write(transport, octets);
    else
        smtpspec_transport_write_raw(transport, octets);
}

void smtpspec_transport_end(struct smtpspec_transport *transport)
{
    /* A second one fails, and so does one after the peer's end: no matter. */
    if (transport->open && !transport->closing && !transport->tls.tried)
        uv_shutdown(&transport->shutdown, &transport->handle.stream, NULL);
}

size_t smtpspec_transport_queued(const struct smtpspec_transport *transport)
{
    return transport->open
               ? uv_stream_get_write_queue_size(&transport->handle.stream)
               : 0;
}

void smtpspec_transport_part_closed(struct smtpspec_transport *transport)
{
    if (--transport->parts > 0)
        return;
    transport->events.closed(transport->events.context);
    smtpspec_tls_free(transport->tls.engine);
    free(transport);
}

static void on_part_closed(uv_handle_t *handle)
{
    smtpspec_transport_part_closed(handle->data);
}

void smtpspec_transport_close(struct smtpspec_transport *transport)
{
    if (transport->closing)
        return;
    smtpspec_secure_leave(transport);
    transport->closing = true;
    transport->parts = 1u + transport->has_handle + transport->has_process;
    /* A handle that is closing already, between two addresses, tells of it
     * by smtpspec_transport_part_closed(), too. */
    if (transport->has_handle && !uv_is_closing(&transport->handle.any)) {
        transport->handle.any.data = transport;
        uv_close(&transport->handle.any, on_part_closed);
    }
    if (transport->has_process)
        smtpspec_exec_close(transport);
    else
        uv_close((uv_handle_t *)&transport->timer, on_part_closed);
}

const char *smtpspec_transport_why(const struct smtpspec_transport *transport)
{
    if (transport->tls.facts.why[0] != '\0')
        return transport->tls.facts.why;
    if (transport->text[0] != '\0')
        return transport->text;
    return transport->status == 0 ? "end of file"
                                  : uv_strerror(transport->status);
}

int smtpspec_transport_signal(const struct smtpspec_transport *transport)
{
    return transport->killed_by;
}

bool smtpspec_transport_is_local(const struct smtpspec_transport *transport)
{
    return transport->local;
}

struct smtpspec_transport *
smtpspec_transport_open(uv_loop_t *loop, const struct smtpspec_target *target,
                        struct smtpspec_addresses *addresses,
                        uint64_t timeout_ms,
                        const struct smtpspec_transport_events *events)
{
    struct smtpspec_transport *transport;

    switch (target->kind) {
    case SMTPSPEC_TARGET_UNIX:
        return smtpspec_local_open(loop, target->rest.at, events);
    case SMTPSPEC_TARGET_EXEC:
        return smtpspec_exec_open(loop, target->rest.at, events);
    default:
        transport = smtpspec_transport_open_tcp(loop, addresses, timeout_ms,
                                                events);
        transport->tls.implicit = target->implicit_tls;
        memcpy(transport->tls.host, target->host, sizeof(target->host));
        return transport;
    }
}
