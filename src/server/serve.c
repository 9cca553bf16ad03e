/* SPDX-License-Identifier: MIT */
/*
 * serve.c - engines on libuv streams
 *
 * Floor 5, server. A session reads only while what it has written goes out:
 * past SMTPSPEC_SERVE_QUEUE_KEPT octets of queued output it stops reading
 * until the queue is empty again, so a client that does not read costs a
 * bounded amount of memory. One timer serves the pauses that the engine asks
 * for and, at all other times, the limit on silence (RFC 5321, 4.5.3.2.7).
 * Where there is TLS, octets go through an engine of net/tls.h on their way.
 */
#include "server/serve.h"

#include <stdlib.h>
#include <string.h>

#include <smtpspec/error.h>

#include "server/cover.h"

/* A client that sends nothing for so long is told goodbye. */
#define SILENCE_MS 300000
/* Octets taken from a stream at once. */
#define INPUT_KEPT 16384
/* Those that have yet to be taken up; a system may bear fewer. */
#define BACKLOG 4096

struct connection {
    uv_stream_t *stream;
    uv_timer_t timer;
    struct smtpspec_server *engine;
    struct smtpspec_cover *cover; /* NULL: in clear                          */
    void (*closed)(void *context);
    void *context;
    struct connection *next, *before; /* of the same listener                */
    struct smtpspec_serve_listener *listener;
    size_t pending, taken;      /* octets of `input`, and those fed          */
    size_t unwritten;           /* octets given to libuv, not reported out   */
    unsigned handles;           /* that are still to be closed               */
    bool reading, waiting, closing, ending, ended_by_peer;
    bool implicit;              /* TLS from the start                        */
    char input[INPUT_KEPT];
};

struct smtpspec_serve_listener {
    uv_tcp_t tcp;
    struct smtpspec_server_options options;
    struct smtpspec_server_house house;
    struct connection *first;
    unsigned count;
    unsigned port;
    bool stopping, tcp_closed;
};

/* A write and its octets in one piece of memory. */
struct written {
    uv_write_t request;
    struct connection *connection;
    size_t length;
    char octets[];
};

static void go_on(struct connection *connection);

/* --- Ending ------------------------------------------------------------- */

static void free_listener(struct smtpspec_serve_listener *listener)
{
    if (listener->tcp_closed && listener->first == NULL)
        free(listener);
}

static void leave_listener(struct connection *connection)
{
    struct smtpspec_serve_listener *listener = connection->listener;

    if (listener == NULL)
        return;
    if (connection->before != NULL)
        connection->before->next = connection->next;
    else
        listener->first = connection->next;
    if (connection->next != NULL)
        connection->next->before = connection->before;
    listener->count--;
    free_listener(listener);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    void (*closed)(void *) = connection->closed;
    void *context = connection->context;

    if (--connection->handles > 0)
        return;
    smtpspec_server_free(connection->engine);
    smtpspec_cover_free(connection->cover);
    leave_listener(connection);
    free(connection);
    if (closed != NULL)
        closed(context);
}

static void close_now(struct connection *connection)
{
    if (connection->closing)
        return;
    connection->closing = true;
    uv_close((uv_handle_t *)&connection->timer, on_handle_closed);
    uv_close((uv_handle_t *)connection->stream, on_handle_closed);
}

/* RST where the transport has one. */
static void reset_now(struct connection *connection)
{
    if (connection->closing)
        return;
    if (connection->stream->type == UV_TCP &&
        uv_tcp_close_reset((uv_tcp_t *)connection->stream,
                           on_handle_closed) == 0) {
        connection->closing = true;
        uv_close((uv_handle_t *)&connection->timer, on_handle_closed);
        return;
    }
    close_now(connection);
}

/* --- Writing ------------------------------------------------------------ */

static void on_written(uv_write_t *request, int status)
{
    struct written *written = (struct written *)request;
    struct connection *connection = written->connection;

    connection->unwritten -= written->length;
    free(written);
    if (connection->closing)
        return;
    if (status < 0)
        close_now(connection);
    else if (connection->unwritten == 0)
        go_on(connection);
}

static bool send_as_it_is(struct connection *connection,
                          struct smtpspec_span octets)
{
    struct written *written = malloc(sizeof(*written) + octets.length);
    uv_buf_t buffer;

    if (written == NULL)
        return false;
    memcpy(written->octets, octets.at, octets.length);
    written->connection = connection;
    written->length = octets.length;
    buffer = uv_buf_init(written->octets, (unsigned)octets.length);
    if (uv_write(&written->request, connection->stream, &buffer, 1,
                 on_written) != 0) {
        free(written);
        return false;
    }
    connection->unwritten += octets.length;
    return true;
}

static bool send_sealed(void *context, struct smtpspec_span octets)
{
    return send_as_it_is(context, octets);
}

static bool send_octets(struct connection *connection,
                        struct smtpspec_span octets)
{
    return connection->cover == NULL
               ? send_as_it_is(connection, octets)
               : smtpspec_cover_write(connection->cover, octets);
}

/* From here on what comes is a handshake. False where there is no memory. */
static bool put_cover(struct connection *connection)
{
    connection->cover = smtpspec_cover_new(send_sealed, connection);
    return connection->cover != NULL;
}

/* --- Time --------------------------------------------------------------- */

static void on_silence(uv_timer_t *timer);

static void on_pause_over(uv_timer_t *timer)
{
    struct connection *connection = timer->data;

    connection->waiting = false;
    uv_timer_start(timer, on_silence, SILENCE_MS, 0);
    go_on(connection);
}

static void on_silence(uv_timer_t *timer)
{
    struct connection *connection = timer->data;

    /* Said once already, or the client does not even read: no more words. */
    if (connection->ending || connection->unwritten > 0) {
        close_now(connection);
        return;
    }
    connection->ending = true;
    uv_timer_start(timer, on_silence, SILENCE_MS, 0);
    smtpspec_server_expire(connection->engine);
    go_on(connection);
}

/* --- Reading ------------------------------------------------------------ */

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct connection *connection = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(connection->input, sizeof(connection->input));
}

static void on_octets(uv_stream_t *stream, ssize_t count,
                      const uv_buf_t *buffer)
{
    struct connection *connection = stream->data;

    (void)buffer;
    if (count == 0)
        return;
    uv_read_stop(stream);
    connection->reading = false;
    if (count < 0) {
        /* What was answered still goes out; a dead peer ends the write. */
        connection->ended_by_peer = true;
    } else {
        connection->pending = (size_t)count;
        connection->taken = 0;
        if (!connection->waiting)
            uv_timer_start(&connection->timer, on_silence, SILENCE_MS, 0);
    }
    go_on(connection);
}

/* Do what the engine wants until it waits for something. Returns whether it
 * waits for input. */
static bool fetch(struct connection *connection)
{
    while (!connection->waiting && !connection->closing) {
        struct smtpspec_server_action action;

        if (connection->cover != NULL &&
            smtpspec_cover_state(connection->cover) == SMTPSPEC_TLS_HANDSHAKE)
            return true;

        /* Counted by us: what libuv could write at once is in no queue of
         * its own, and an endless reply must leave the loop a turn. */
        if (connection->unwritten > SMTPSPEC_SERVE_QUEUE_KEPT)
            return false;
        action = smtpspec_server_next(connection->engine);
        switch (action.act) {
        case SMTPSPEC_SERVER_SEND:
            if (!send_octets(connection, action.octets))
                close_now(connection);
            break;
        case SMTPSPEC_SERVER_WAIT:
            connection->waiting = true;
            uv_timer_start(&connection->timer, on_pause_over, action.ms, 0);
            break;
        case SMTPSPEC_SERVER_TLS: /* what came in clear is gone */
            connection->taken = connection->pending;
            if (!put_cover(connection))
                close_now(connection);
            return true;
        case SMTPSPEC_SERVER_CLOSE:
            smtpspec_cover_end(connection->cover);
            if (connection->unwritten > 0)
                return false; /* on_written() comes back */
            close_now(connection);
            break;
        case SMTPSPEC_SERVER_RESET:
            reset_now(connection);
            break;
        case SMTPSPEC_SERVER_IDLE:
            return true;
        }
    }
    return false;
}

/* Decrypt some more. False where there is nothing to go on with. */
static bool uncover(struct connection *connection, struct smtpspec_span rest)
{
    enum smtpspec_tls_state before = smtpspec_cover_state(connection->cover);
    enum smtpspec_tls_state after;

    connection->taken += smtpspec_cover_feed(connection->cover, rest);
    after = smtpspec_cover_state(connection->cover);
    if (before == SMTPSPEC_TLS_HANDSHAKE && after == SMTPSPEC_TLS_OPEN) {
        if (!connection->implicit)
            smtpspec_server_secured(connection->engine, true);
        return true;
    }
    if (smtpspec_cover_plain(connection->cover).length > 0)
        return true;
    if (after == SMTPSPEC_TLS_FAILED || after == SMTPSPEC_TLS_ENDED) {
        connection->taken = connection->pending;
        connection->ended_by_peer = true;
    }
    return false;
}

/* Feed the engine. False where there is nothing to feed it with. */
static bool take_input(struct connection *connection)
{
    struct smtpspec_span rest = { connection->input + connection->taken,
                                  connection->pending - connection->taken };
    struct smtpspec_span plain;

    if (connection->closing)
        return false;
    if (connection->cover == NULL) {
        if (rest.length > 0)
            connection->taken += smtpspec_server_feed(connection->engine,
                                                      rest);
        return rest.length > 0;
    }
    plain = smtpspec_cover_plain(connection->cover);
    if (plain.length == 0)
        return uncover(connection, rest);
    smtpspec_cover_took(connection->cover,
                        smtpspec_server_feed(connection->engine, plain));
    return true;
}

/* Move octets as far as they go. */
static void go_on(struct connection *connection)
{
    while (fetch(connection) && take_input(connection))
        ;
    if (connection->closing)
        return;
    if (connection->ended_by_peer) {
        smtpspec_cover_end(connection->cover);
        if (connection->unwritten == 0 && !connection->waiting)
            close_now(connection);
        return;
    }
    if (connection->taken == connection->pending && !connection->reading &&
        connection->unwritten <= SMTPSPEC_SERVE_QUEUE_KEPT) {
        if (uv_read_start(connection->stream, on_room, on_octets) != 0)
            close_now(connection);
        else
            connection->reading = true;
    }
}

/* --- Attaching ---------------------------------------------------------- */

static struct connection *
attach(uv_stream_t *stream, const struct smtpspec_server_options *options,
       void (*closed)(void *), void *context)
{
    struct connection *connection = calloc(1, sizeof(*connection));

    struct smtpspec_server_options mine = *options;

    if (connection == NULL || (mine.house != NULL && mine.house->dead)) {
        free(connection);
        return NULL;
    }
    smtpspec_server_knock(&mine, uv_now(stream->loop));
    connection->engine = smtpspec_server_new(&mine);
    connection->implicit = options->tls == SMTPSPEC_SERVER_TLS_IMPLICIT;
    if (connection->engine == NULL ||
        (connection->implicit && !put_cover(connection)) ||
        uv_timer_init(stream->loop, &connection->timer) != 0) {
        smtpspec_server_free(connection->engine);
        smtpspec_cover_free(connection->cover);
        free(connection);
        return NULL;
    }
    connection->stream = stream;
    connection->closed = closed;
    connection->context = context;
    connection->handles = 2;
    connection->timer.data = connection;
    stream->data = connection;
    return connection;
}

static void start(struct connection *connection)
{
    uv_timer_start(&connection->timer, on_silence, SILENCE_MS, 0);
    go_on(connection);
}

int smtpspec_serve_attach(uv_stream_t *stream,
                          const struct smtpspec_server_options *options,
                          void (*closed)(void *context), void *context)
{
    struct connection *connection;

    if (!uv_is_readable(stream))
        return SMTPSPEC_ERROR_READ;
    connection = attach(stream, options, closed, context);
    if (connection == NULL)
        return SMTPSPEC_ERROR_MEMORY;
    start(connection);
    return SMTPSPEC_OK;
}

/* --- Listening ---------------------------------------------------------- */

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void free_stream(void *context)
{
    free(context);
}

static void on_connection(uv_stream_t *tcp, int status)
{
    struct smtpspec_serve_listener *listener = tcp->data;
    uv_tcp_t *peer = status == 0 ? malloc(sizeof(*peer)) : NULL;
    struct connection *connection = NULL;

    if (peer == NULL)
        return;
    if (uv_tcp_init(tcp->loop, peer) != 0) {
        free(peer);
        return;
    }
    if (uv_accept(tcp, (uv_stream_t *)peer) == 0 &&
        listener->count < SMTPSPEC_SERVE_CONNECTIONS_KEPT)
        connection = attach((uv_stream_t *)peer, &listener->options,
                            free_stream, peer);
    if (connection == NULL) {
        uv_close((uv_handle_t *)peer, free_handle);
        return;
    }
    connection->listener = listener;
    connection->next = listener->first;
    if (listener->first != NULL)
        listener->first->before = connection;
    listener->first = connection;
    listener->count++;
    uv_tcp_nodelay(peer, 1);
    start(connection);
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct smtpspec_serve_listener *listener = handle->data;

    listener->tcp_closed = true;
    free_listener(listener);
}

/* Bind and listen. Returns 0 or what libuv says. */
static int open_port(struct smtpspec_serve_listener *listener,
                     const char *host, unsigned port)
{
    struct sockaddr_storage address;
    int length = sizeof(address), error;

    memset(&address, 0, sizeof(address));
    if (strchr(host, ':') != NULL)
        error = uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)&address);
    else
        error = uv_ip4_addr(host, (int)port, (struct sockaddr_in *)&address);
    if (error == 0)
        error = uv_tcp_bind(&listener->tcp, (struct sockaddr *)&address, 0);
    if (error == 0)
        error = uv_listen((uv_stream_t *)&listener->tcp, BACKLOG,
                          on_connection);
    if (error == 0)
        error = uv_tcp_getsockname(&listener->tcp,
                                   (struct sockaddr *)&address, &length);
    if (error == 0)
        listener->port =
            ntohs(address.ss_family == AF_INET6
                      ? ((struct sockaddr_in6 *)&address)->sin6_port
                      : ((struct sockaddr_in *)&address)->sin_port);
    return error;
}

int smtpspec_serve_listen(uv_loop_t *loop, const char *host, unsigned port,
                          const struct smtpspec_server_options *options,
                          struct smtpspec_serve_listener **listener,
                          const char **why)
{
    struct smtpspec_serve_listener *made = calloc(1, sizeof(*made));
    int error = made == NULL ? UV_ENOMEM : uv_tcp_init(loop, &made->tcp);

    *listener = NULL;
    *why = error != 0 ? uv_strerror(error) : "";
    if (error != 0) {
        free(made);
        return SMTPSPEC_ERROR_MEMORY;
    }
    made->tcp.data = made;
    made->options = *options;
    made->options.house = &made->house;
    error = open_port(made, host, port);
    if (error == 0) {
        *listener = made;
        return SMTPSPEC_OK;
    }
    *why = uv_strerror(error);
    smtpspec_serve_stop(made);
    return SMTPSPEC_ERROR_UNREACHABLE;
}

unsigned smtpspec_serve_port(const struct smtpspec_serve_listener *listener)
{
    return listener->port;
}

void smtpspec_serve_stop(struct smtpspec_serve_listener *listener)
{
    if (listener->stopping)
        return;
    listener->stopping = true;
    for (struct connection *connection = listener->first; connection != NULL;
         connection = connection->next)
        close_now(connection);
    uv_close((uv_handle_t *)&listener->tcp, on_listener_closed);
}
