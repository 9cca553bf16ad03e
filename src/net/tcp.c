/* SPDX-License-Identifier: MIT */
/*
 * tcp.c - transports over TCP
 */
#include "net/transport_kinds.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "net/dns.h"
#include "net/interrupt.h"
#include "net/memory.h"

static void try_address(struct smtpspec_transport *transport);

static enum smtpspec_error
look_up_by_dns(const struct smtpspec_target *target,
               struct smtpspec_addresses *addresses, const char **why)
{
    memset(addresses, 0, sizeof(*addresses));
    addresses->by_dns = true;
    switch (smtpspec_dns_addresses(target->host, target->port,
                                   &addresses->list, why)) {
    case SMTPSPEC_DNS_FOUND:
        return SMTPSPEC_OK;
    case SMTPSPEC_DNS_NO_NAME:
        *why = "there is no such name";
        return SMTPSPEC_ERROR_RESOLVE;
    case SMTPSPEC_DNS_NO_RECORD:
        *why = "the name has no address";
        return SMTPSPEC_ERROR_RESOLVE;
    default:
        return SMTPSPEC_ERROR_RESOLVE;
    }
}

/* A question to the system's resolver, on a loop of its own: it cannot be
 * called off, so that an interrupted one must be left as it is. */
struct lookup {
    uv_loop_t loop;
    uv_getaddrinfo_t request;
    struct smtpspec_interrupt interrupt;
    struct addrinfo *list;
    int status;
    bool done;
};

/* The one that was left; nothing is asked after it. */
static struct lookup *left;

static void on_found(uv_getaddrinfo_t *request, int status,
                     struct addrinfo *list)
{
    struct lookup *lookup = request->data;

    lookup->status = status;
    lookup->list = list;
    lookup->done = true;
}

static void on_interrupt(void *context)
{
    (void)context; /* That the loop has turned is enough. */
}

static int ask(struct lookup *lookup, const struct smtpspec_target *target)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                              .ai_family = AF_UNSPEC };
    int status;

    lookup->request.data = lookup;
    smtpspec_interrupt_watch(&lookup->interrupt, &lookup->loop, on_interrupt,
                             lookup);
    status = uv_getaddrinfo(&lookup->loop, &lookup->request, on_found,
                            target->host, target->port, &hints);
    lookup->done = status != 0;
    while (!lookup->done && smtpspec_interrupted() == 0)
        uv_run(&lookup->loop, UV_RUN_ONCE);
    smtpspec_interrupt_leave(&lookup->interrupt);
    uv_run(&lookup->loop, UV_RUN_NOWAIT);
    return lookup->done ? status != 0 ? status : lookup->status
                        : UV_EAI_CANCELED;
}

static int look_up_by_system(const struct smtpspec_target *target,
                             struct addrinfo **list)
{
    struct lookup *lookup;
    int status;

    if (smtpspec_interrupted() != 0)
        return UV_EAI_CANCELED;
    lookup = smtpspec_memory_new(sizeof(*lookup));
    status = uv_loop_init(&lookup->loop);
    if (status == 0) {
        status = ask(lookup, target);
        if (!lookup->done) {
            left = lookup;
            return status;
        }
        uv_loop_close(&lookup->loop);
    }
    *list = lookup->list;
    free(lookup);
    return status == 0 && *list == NULL ? UV_EAI_NODATA : status;
}

enum smtpspec_error
smtpspec_addresses_look_up(uv_loop_t *loop,
                           const struct smtpspec_target *target,
                           struct smtpspec_addresses *addresses,
                           const char **why)
{
    int status;

    (void)loop;
    if (target->by_dns)
        return look_up_by_dns(target, addresses, why);
    memset(addresses, 0, sizeof(*addresses));
    status = look_up_by_system(target, &addresses->list);
    if (status == 0)
        return SMTPSPEC_OK;
    *why = smtpspec_interrupted() != 0 ? "interrupted" : uv_strerror(status);
    return SMTPSPEC_ERROR_RESOLVE;
}

void smtpspec_addresses_free(struct smtpspec_addresses *addresses)
{
    if (addresses->by_dns)
        smtpspec_dns_free(addresses->list);
    else
        uv_freeaddrinfo(addresses->list);
    memset(addresses, 0, sizeof(*addresses));
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;

        memcpy(&v4, address, sizeof(v4));
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 v6;

        memcpy(&v6, address, sizeof(v6));
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) ||
               (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) &&
                v6.sin6_addr.s6_addr[12] == 127);
    }
    return false;
}

bool smtpspec_addresses_are_local(const struct smtpspec_addresses *addresses)
{
    for (const struct addrinfo *at = addresses->list; at != NULL;
         at = at->ai_next)
        if (!is_loopback(at->ai_addr))
            return false;
    return addresses->list != NULL;
}

/* Sources within 127/8 before it begins anew. */
#define SOURCES 65536

/* Each address of 127/8 has ports of its own, some 28,000, and a connection
 * that is over may keep its port for a minute. */
static bool takes_source(const struct smtpspec_transport *transport)
{
    const struct sockaddr *peer = transport->address->ai_addr;

    return peer->sa_family == AF_INET && is_loopback(peer);
}

static bool take_next_source(struct smtpspec_transport *transport, int status)
{
    if ((status != UV_EADDRNOTAVAIL && status != UV_EADDRINUSE) ||
        !takes_source(transport) || transport->sources++ > 0)
        return false;
    transport->addresses->source =
        transport->addresses->source % SOURCES + 1;
    return true;
}

static void on_address_closed(uv_handle_t *handle)
{
    struct smtpspec_transport *transport = handle->data;

    if (transport->closing) {
        smtpspec_transport_part_closed(transport);
        return;
    }
    transport->has_handle = false;
    if (transport->again) {
        transport->again = false;
        try_address(transport);
        return;
    }
    transport->address = transport->address->ai_next;
    if (transport->address == NULL)
        transport->address = transport->addresses->list;
    if (transport->address != transport->first) {
        try_address(transport);
        return;
    }
    uv_timer_stop(&transport->timer);
    transport->open = false;
    transport->events.opened(
        transport->events.context,
        smtpspec_transport_error_of(transport->status));
}

static void give_up_address(struct smtpspec_transport *transport, int status)
{
    /* That we are out of something must not be covered by what the next
     * address says. */
    if (smtpspec_error_class_of(smtpspec_transport_error_of(
            transport->status)) != SMTPSPEC_ERROR_CLASS_SYSTEM)
        transport->status = status;
    transport->again = take_next_source(transport, status);
    if (!uv_is_closing(&transport->handle.any))
        uv_close(&transport->handle.any, on_address_closed);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct smtpspec_transport *transport = request->data;

    if (transport->closing || uv_is_closing(&transport->handle.any))
        return;
    if (status != 0) {
        give_up_address(transport, status);
        return;
    }
    uv_timer_stop(&transport->timer);
    /* The small lines of a dialogue should not wait for each other. */
    uv_tcp_nodelay(&transport->handle.tcp, 1);
    transport->addresses->good = transport->address;
    transport->local = is_loopback(transport->address->ai_addr);
    smtpspec_transport_opened(transport, 0);
}

static void on_connect_timeout(uv_timer_t *timer)
{
    struct smtpspec_transport *transport = timer->data;

    give_up_address(transport, UV_ETIMEDOUT);
}

static int connect_from_source(struct smtpspec_transport *transport)
{
    const struct sockaddr *peer = transport->address->ai_addr;
    struct sockaddr_in from = { .sin_family = AF_INET };
    int status = 0;

    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK +
                                 transport->addresses->source);
    if (transport->addresses->source != 0 && takes_source(transport))
        status = uv_tcp_bind(&transport->handle.tcp,
                             (const struct sockaddr *)&from, 0);
    return status != 0 ? status
                       : uv_tcp_connect(&transport->connect,
                                        &transport->handle.tcp, peer,
                                        on_connected);
}

static void try_address(struct smtpspec_transport *transport)
{
    int status;

    uv_tcp_init(transport->timer.loop, &transport->handle.tcp);
    transport->handle.any.data = transport;
    transport->connect.data = transport;
    transport->has_handle = true;
    uv_timer_start(&transport->timer, on_connect_timeout,
                   transport->timeout_ms, 0);
    status = connect_from_source(transport);
    if (status != 0)
        give_up_address(transport, status);
}

struct smtpspec_transport *
smtpspec_transport_open_tcp(uv_loop_t *loop,
                            struct smtpspec_addresses *addresses,
                            uint64_t timeout_ms,
                            const struct smtpspec_transport_events *events)
{
    struct smtpspec_transport *transport =
        smtpspec_transport_new(loop, events);

    transport->addresses = addresses;
    transport->timeout_ms = timeout_ms;
    transport->first = addresses->good != NULL ? addresses->good
                                               : addresses->list;
    transport->address = transport->first;
    try_address(transport);
    return transport;
}
