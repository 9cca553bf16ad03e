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

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct smtpspec_transport *transport = handle->data;

    (void)suggested;
    *out = uv_buf_init(transport->octets, sizeof(transport->octets));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *from)
{
    struct smtpspec_transport *transport = stream->data;

    if (count > 0) {
        transport->events.octets(
            transport->events.context,
            (struct smtpspec_span){ from->base, (size_t)count });
        return;
    }
    if (count == 0)
        return;
    uv_read_stop(stream);
    transport->status = count == UV_EOF ? 0 : (int)count;
    transport->events.ended(transport->events.context,
                            count == UV_EOF ? SMTPSPEC_OK
                                            : SMTPSPEC_ERROR_RESET);
}

void smtpspec_transport_opened(struct smtpspec_transport *transport,
                               int status)
{
    transport->handle.any.data = transport;
    if (status == 0)
        status = uv_read_start(&transport->handle.stream, on_alloc, on_read);
    transport->status = status;
    transport->open = status == 0;
    transport->events.opened(transport->events.context,
                             smtpspec_transport_error_of(status));
}

static void on_written(uv_write_t *request, int status)
{
    /* A failed write is followed by a failed read, which tells more. */
    (void)status;
    free(request->data);
}

void smtpspec_transport_write(struct smtpspec_transport *transport,
                              struct smtpspec_span octets)
{
    uv_stream_t *stream = &transport->handle.stream;
    struct write_later *later;
    uv_buf_t buffer;
    int done;

    if (!transport->open || transport->closing || octets.length == 0)
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
    transport->closing = true;
    transport->timer.data = transport;
    /* A handle that is closing already, between two addresses, tells of it
     * by smtpspec_transport_part_closed(), too. */
    if (transport->has_handle && !uv_is_closing(&transport->handle.any)) {
        transport->handle.any.data = transport;
        uv_close(&transport->handle.any, on_part_closed);
    }
    transport->parts = transport->has_handle ? 2 : 1;
    uv_close((uv_handle_t *)&transport->timer, on_part_closed);
}

const char *smtpspec_transport_why(const struct smtpspec_transport *transport)
{
    return transport->status == 0 ? "end of file"
                                  : uv_strerror(transport->status);
}

bool smtpspec_transport_is_local(const struct smtpspec_transport *transport)
{
    return transport->local;
}
