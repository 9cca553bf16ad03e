/* SPDX-License-Identifier: MIT */
/*
 * libetpan.c - libEtPan's mailsmtp_read_response over a stream in memory
 *
 * needs:    libetpan
 */
#include <libetpan/libetpan.h>

#include "../adapter.h"

/* Exported, and in no header. Returns the code; the text is in
 * session->response. */
int mailsmtp_read_response(mailsmtp *session);

/* What is left of the server's octets; whether their end was asked for. */
struct wire {
    struct smtpspec_span rest;
    bool ended;
};

static ssize_t wire_read(mailstream_low *low, void *room, size_t cap)
{
    struct wire *wire = low->data;
    size_t length = cap < wire->rest.length ? cap : wire->rest.length;

    if (length == 0) {
        wire->ended = true;
        return 0;
    }
    memcpy(room, wire->rest.at, length);
    wire->rest = smtpspec_span_skip(wire->rest, length);
    return (ssize_t)length;
}

static ssize_t wire_write(mailstream_low *low, const void *octets, size_t size)
{
    (void)low;
    (void)octets;
    return (ssize_t)size;
}

static int wire_close(mailstream_low *low)
{
    (void)low;
    return 0;
}

static int wire_fd(mailstream_low *low)
{
    (void)low;
    return -1;
}

static void wire_free(mailstream_low *low)
{
    free(low);
}

static mailstream_low_driver wire_driver = {
    .mailstream_read = wire_read,
    .mailstream_write = wire_write,
    .mailstream_close = wire_close,
    .mailstream_get_fd = wire_fd,
    .mailstream_free = wire_free,
};

const char *adapter_version(void)
{
    return ADAPTED_VERSION;
}

/* It tells an end of the stream by code 0, and a line that is no reply by
 * whatever strtol makes of it; so it never refuses anything. */
static void read_replies(mailsmtp *session, mailstream *stream,
                         struct wire *wire, struct adapter_result *result)
{
    while (wire->rest.length > 0 || stream->read_buffer_len > 0) {
        int code = mailsmtp_read_response(session);
        const char *text = session->response;

        if (wire->ended)
            break;
        if (text == NULL)
            text = "";
        adapter_line(result, code, true, text, strlen(text));
    }
    result->left = wire->rest.length + stream->read_buffer_len;
}

void adapter_read(struct smtpspec_span octets, struct adapter_result *result)
{
    struct wire wire = { .rest = octets };
    mailstream_low *low = mailstream_low_new(&wire, &wire_driver);
    mailstream *stream = mailstream_new(low, 8192);
    mailsmtp *session = mailsmtp_new(0, NULL);

    if (low == NULL || stream == NULL || session == NULL)
        abort();
    session->stream = stream;
    read_replies(session, stream, &wire, result);
    mailsmtp_free(session);
}
