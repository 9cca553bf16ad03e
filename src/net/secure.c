/* SPDX-License-Identifier: MIT */
/*
 * secure.c - TLS inside a transport
 */
#include "net/transport_kinds.h"

#include <stdio.h>
#include <string.h>

/* Octets that the peer may make us send without our asking: handshake,
 * alerts, new keys. A peer that wants more is up to something. */
#define CHATTER_LIMIT (256 * 1024)
/* What is fetched from the engine at once. */
#define PIECE 4096

/* Send what the engine has to send; returns how much that was. */
static size_t flush(struct smtpspec_transport *transport)
{
    char piece[PIECE];
    size_t length, sum = 0;

    while ((length = smtpspec_tls_out(transport->tls.engine, piece,
                                      sizeof(piece))) > 0) {
        smtpspec_transport_write_raw(transport,
                                     (struct smtpspec_span){ piece, length });
        sum += length;
    }
    return sum;
}

static void set_why(struct smtpspec_transport *transport, const char *why)
{
    snprintf(transport->tls.facts.why, sizeof(transport->tls.facts.why), "%s",
             why);
}

static void take_facts(struct smtpspec_transport *transport)
{
    transport->tls.tried = true;
    transport->tls.facts = *smtpspec_tls_facts(transport->tls.engine);
}

/* The handshake is over; `why` not, where it went well. */
static void tell(struct smtpspec_transport *transport, const char *why)
{
    struct smtpspec_transport_tls *tls = &transport->tls;
    enum smtpspec_error error =
        why == NULL ? SMTPSPEC_OK : SMTPSPEC_ERROR_TLS;

    uv_timer_stop(&transport->timer);
    tls->shaking = false;
    tls->in = tls->out = why == NULL;
    tls->failed = why != NULL;
    if (why != NULL)
        set_why(transport, why);
    if (!tls->implicit) {
        transport->events.secured(transport->events.context, error);
        return;
    }
    tls->implicit = false;
    if (why != NULL) {
        uv_read_stop(&transport->handle.stream);
        transport->open = false;
    }
    transport->events.opened(transport->events.context, error);
}

static void on_handshake_timeout(uv_timer_t *timer)
{
    tell(timer->data, "no answer in time");
}

static void on_refused(uv_timer_t *timer)
{
    struct smtpspec_transport *transport = timer->data;

    tell(transport, transport->tls.refused);
}

/* It fails, but not before the loop says so. */
static void refuse(struct smtpspec_transport *transport, const char *why)
{
    struct smtpspec_transport_tls *tls = &transport->tls;

    tls->in = tls->out = false;
    tls->failed = true;
    tls->refused = why;
    uv_timer_start(&transport->timer, on_refused, 0, 0);
}

static void begin(struct smtpspec_transport *transport,
                  const struct smtpspec_tls_terms *terms)
{
    struct smtpspec_transport_tls *tls = &transport->tls;

    tls->tried = tls->shaking = true;
    if (tls->in || tls->out) {
        refuse(transport, "TLS is in use already");
        return;
    }
    smtpspec_tls_free(tls->engine);
    tls->engine = smtpspec_tls_new_client(terms);
    memset(&tls->facts, 0, sizeof(tls->facts));
    if (tls->engine == NULL) {
        refuse(transport, "TLS cannot be set up here");
        return;
    }
    tls->in = true;
    uv_timer_start(&transport->timer, on_handshake_timeout, terms->timeout_ms,
                   0);
    flush(transport);
}

void smtpspec_transport_secure(struct smtpspec_transport *transport,
                               const struct smtpspec_tls_terms *terms)
{
    if (!transport->open || transport->closing || transport->tls.shaking)
        return;
    if (!transport->over) {
        begin(transport, terms);
        return;
    }
    transport->tls.tried = transport->tls.shaking = true;
    refuse(transport, "the connection is closed");
}

void smtpspec_secure_begin(struct smtpspec_transport *transport)
{
    struct smtpspec_tls_terms terms = {
        .host = transport->tls.host, .timeout_ms = transport->timeout_ms
    };

    begin(transport, &terms);
}

/* The peer has left TLS: with the connection, unless we left it, too. */
static void peer_left(struct smtpspec_transport *transport,
                      struct smtpspec_span rest)
{
    transport->tls.in = false;
    take_facts(transport);
    if (transport->tls.out) {
        smtpspec_transport_end_tls(transport);
        smtpspec_transport_over(transport, SMTPSPEC_OK);
    } else if (rest.length > 0) {
        transport->events.octets(transport->events.context, rest);
    }
}

static void fail(struct smtpspec_transport *transport)
{
    transport->tls.in = transport->tls.out = false;
    transport->tls.failed = true;
    take_facts(transport);
    smtpspec_transport_over(transport, SMTPSPEC_ERROR_RESET);
}

/* Have the engine take some of the octets, and tell what comes of it. False
 * where nothing came. */
static bool step(struct smtpspec_transport *transport,
                 struct smtpspec_span *octets)
{
    struct smtpspec_transport_tls *tls = &transport->tls;
    size_t taken = smtpspec_tls_feed(tls->engine, *octets);
    enum smtpspec_tls_state state = smtpspec_tls_state(tls->engine);
    struct smtpspec_span plain = smtpspec_tls_read(tls->engine);

    *octets = smtpspec_span_skip(*octets, taken);
    tls->chatter += flush(transport);
    if (tls->shaking && state != SMTPSPEC_TLS_HANDSHAKE) {
        take_facts(transport);
        tell(transport, state == SMTPSPEC_TLS_FAILED
                            ? smtpspec_tls_facts(tls->engine)->why
                            : NULL);
        return true;
    }
    if (plain.length > 0)
        transport->events.octets(transport->events.context, plain);
    if (transport->closing || !tls->in)
        return false;
    if (state == SMTPSPEC_TLS_FAILED || tls->chatter > CHATTER_LIMIT)
        fail(transport);
    else if (state == SMTPSPEC_TLS_ENDED)
        peer_left(transport, *octets);
    else
        return taken > 0 || plain.length > 0;
    return false;
}

void smtpspec_secure_received(struct smtpspec_transport *transport,
                              struct smtpspec_span octets)
{
    while (transport->tls.in && !transport->closing)
        if (!step(transport, &octets))
            break;
}

void smtpspec_secure_write(struct smtpspec_transport *transport,
                           struct smtpspec_span octets)
{
    size_t taken;

    do {
        taken = smtpspec_tls_write(transport->tls.engine, octets);
        octets = smtpspec_span_skip(octets, taken);
        flush(transport);
    } while (taken > 0 && octets.length > 0);
}

bool smtpspec_secure_cut(struct smtpspec_transport *transport)
{
    bool implicit = transport->tls.implicit;

    if (!transport->tls.shaking)
        return true;
    tell(transport, transport->status == 0 ? "the connection was closed"
                                           : uv_strerror(transport->status));
    return !implicit;
}

void smtpspec_transport_end_tls(struct smtpspec_transport *transport)
{
    if (transport->closing || !transport->tls.out)
        return;
    transport->tls.out = false;
    smtpspec_tls_end(transport->tls.engine);
    flush(transport);
}

void smtpspec_secure_leave(struct smtpspec_transport *transport)
{
    if (!transport->over)
        smtpspec_transport_end_tls(transport);
}

const struct smtpspec_tls_facts *
smtpspec_transport_tls(const struct smtpspec_transport *transport)
{
    return transport->tls.tried ? &transport->tls.facts : NULL;
}
