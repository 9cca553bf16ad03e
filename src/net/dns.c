/* SPDX-License-Identifier: MIT */
/*
 * dns.c - c-ares on libuv
 */
#include "net/dns.h"

#include <stdlib.h>
#include <string.h>

/* What Debian 12 has is what newer releases call old. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <uv.h>

#include "net/interrupt.h"
#include "net/memory.h"

/* How often one server is asked, and how long it may take, in ms. */
#define TRIES 3
#define TRY_MS 3000
/* How often c-ares may look at its clock, in ms. */
#define TICK_MS 100
/* Class IN, type MX (RFC 1035, 3.2). */
#define CLASS_IN 1
#define TYPE_MX 15

/* A socket of c-ares that is watched. */
struct watched {
    uv_poll_t poll;
    struct watched *next;
    struct question *of;
    ares_socket_t socket;
};

struct question {
    uv_loop_t loop;
    uv_timer_t tick, deadline;
    struct smtpspec_interrupt interrupt;
    ares_channel channel;
    struct watched *sockets;
    bool done, late;
    int status;                    /* of c-ares                              */
    struct smtpspec_dns_mx *out;   /* MX                                     */
    size_t cap, count;
    struct addrinfo *list;         /* addresses                              */
};

/* --- sockets and time ----------------------------------------------------- */

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct watched *watched = poll->data;
    ares_socket_t none = ARES_SOCKET_BAD, socket = watched->socket;

    if (status != 0)
        events = UV_READABLE | UV_WRITABLE;
    ares_process_fd(watched->of->channel,
                    events & UV_READABLE ? socket : none,
                    events & UV_WRITABLE ? socket : none);
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static struct watched *watch(struct question *question, ares_socket_t socket)
{
    struct watched *watched = smtpspec_memory_new(sizeof(*watched));

    if (uv_poll_init(&question->loop, &watched->poll, socket) != 0) {
        free(watched);
        return NULL;
    }
    watched->poll.data = watched;
    watched->of = question;
    watched->socket = socket;
    watched->next = question->sockets;
    question->sockets = watched;
    return watched;
}

/* c-ares wants to hear of a socket, or is about to close it. */
static void on_socket(void *context, ares_socket_t socket, int readable,
                      int writable)
{
    struct question *question = context;
    struct watched **link = &question->sockets, *watched;

    while (*link != NULL && (*link)->socket != socket)
        link = &(*link)->next;
    watched = *link;
    if (readable || writable) {
        if (watched == NULL)
            watched = watch(question, socket);
        if (watched != NULL)
            uv_poll_start(&watched->poll,
                          (readable ? UV_READABLE : 0) |
                              (writable ? UV_WRITABLE : 0),
                          on_poll);
    } else if (watched != NULL) {
        *link = watched->next;
        uv_poll_stop(&watched->poll);
        uv_close((uv_handle_t *)&watched->poll, on_poll_closed);
    }
}

static void on_tick(uv_timer_t *timer)
{
    struct question *question = timer->data;

    ares_process_fd(question->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void on_deadline(uv_timer_t *timer)
{
    struct question *question = timer->data;

    question->late = true;
    ares_cancel(question->channel);
}

static void on_interrupt(void *context)
{
    struct question *question = context;

    ares_cancel(question->channel);
}

/* --- the frame of a question ---------------------------------------------- */

/* Only the DNS, not /etc/hosts, and no other name than the one asked for. */
static int open_channel(struct question *question)
{
    char lookups[] = "b";
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
        .timeout = TRY_MS, .tries = TRIES, .lookups = lookups,
        .ndomains = 0, .sock_state_cb = on_socket,
        .sock_state_cb_data = question
    };
    const char *server = getenv("SMTPSPEC_DNS");
    int status = ares_init_options(
        &question->channel, &options,
        ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
            ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB);

    if (status != ARES_SUCCESS)
        return status;
    if (server != NULL)
        status = ares_set_servers_ports_csv(question->channel, server);
    if (status != ARES_SUCCESS)
        ares_destroy(question->channel);
    return status;
}

static bool begin(struct question *question)
{
    question->status = ARES_ECANCELLED;
    if (smtpspec_interrupted() != 0)
        return false;
    question->status = ARES_ENOMEM;
    if (uv_loop_init(&question->loop) != 0)
        return false;
    question->status = open_channel(question);
    if (question->status != ARES_SUCCESS) {
        uv_loop_close(&question->loop);
        return false;
    }
    uv_timer_init(&question->loop, &question->tick);
    uv_timer_init(&question->loop, &question->deadline);
    question->tick.data = question->deadline.data = question;
    uv_timer_start(&question->tick, on_tick, TICK_MS, TICK_MS);
    uv_timer_start(&question->deadline, on_deadline, SMTPSPEC_DNS_MS, 0);
    smtpspec_interrupt_watch(&question->interrupt, &question->loop,
                             on_interrupt, question);
    return true;
}

static void wait_for_answer(struct question *question)
{
    while (!question->done)
        uv_run(&question->loop, UV_RUN_ONCE);
    ares_destroy(question->channel);
    uv_close((uv_handle_t *)&question->tick, NULL);
    uv_close((uv_handle_t *)&question->deadline, NULL);
    smtpspec_interrupt_leave(&question->interrupt);
    uv_run(&question->loop, UV_RUN_DEFAULT);
    uv_loop_close(&question->loop);
}

static enum smtpspec_dns_answer answer_of(const struct question *question,
                                          const char **why)
{
    *why = question->late                ? "no answer in time"
           : smtpspec_interrupted() != 0 ? "interrupted"
                                         : ares_strerror(question->status);
    switch (question->status) {
    case ARES_SUCCESS: return SMTPSPEC_DNS_FOUND;
    case ARES_ENODATA: return SMTPSPEC_DNS_NO_RECORD;
    case ARES_ENOTFOUND: return SMTPSPEC_DNS_NO_NAME;
    default: return SMTPSPEC_DNS_FAILED;
    }
}

/* --- MX ------------------------------------------------------------------- */

static void keep_mx(struct question *question, const struct ares_mx_reply *mx)
{
    struct smtpspec_dns_mx *kept = &question->out[question->count++];
    size_t length = strlen(mx->host);

    kept->preference = mx->priority;
    kept->cut = length >= sizeof(kept->host);
    if (kept->cut)
        length = sizeof(kept->host) - 1;
    memcpy(kept->host, mx->host, length);
    kept->host[length] = '\0';
}

static void on_mx(void *context, int status, int timeouts,
                  unsigned char *octets, int length)
{
    struct question *question = context;
    struct ares_mx_reply *list = NULL;

    (void)timeouts;
    if (status == ARES_SUCCESS)
        status = ares_parse_mx_reply(octets, length, &list);
    for (const struct ares_mx_reply *mx = list;
         mx != NULL && question->count < question->cap; mx = mx->next)
        keep_mx(question, mx);
    if (list != NULL)
        ares_free_data(list);
    if (status == ARES_SUCCESS && question->count == 0)
        status = ARES_ENODATA;
    question->status = status;
    question->done = true;
}

enum smtpspec_dns_answer smtpspec_dns_mx(const char *domain,
                                         struct smtpspec_dns_mx out[],
                                         size_t cap, size_t *count,
                                         const char **why)
{
    struct question question = { .out = out, .cap = cap };

    if (begin(&question)) {
        ares_query(question.channel, domain, CLASS_IN, TYPE_MX, on_mx,
                   &question);
        wait_for_answer(&question);
    }
    *count = question.count;
    return answer_of(&question, why);
}

/* --- addresses ------------------------------------------------------------ */

static struct addrinfo *copy_address(const struct ares_addrinfo_node *node)
{
    struct addrinfo *copy =
        smtpspec_memory_new(sizeof(*copy) + sizeof(struct sockaddr_storage));

    copy->ai_family = node->ai_family;
    copy->ai_socktype = SOCK_STREAM;
    copy->ai_addrlen = (socklen_t)node->ai_addrlen;
    copy->ai_addr = (struct sockaddr *)(copy + 1);
    memcpy(copy->ai_addr, node->ai_addr, (size_t)node->ai_addrlen);
    return copy;
}

static void on_addresses(void *context, int status, int timeouts,
                         struct ares_addrinfo *found)
{
    struct question *question = context;
    struct addrinfo **link = &question->list;
    size_t count = 0;

    (void)timeouts;
    if (status == ARES_SUCCESS)
        for (const struct ares_addrinfo_node *node = found->nodes;
             node != NULL && count < SMTPSPEC_DNS_KEPT;
             node = node->ai_next, count++) {
            *link = copy_address(node);
            link = &(*link)->ai_next;
        }
    if (found != NULL)
        ares_freeaddrinfo(found);
    if (status == ARES_SUCCESS && count == 0)
        status = ARES_ENODATA;
    question->status = status;
    question->done = true;
}

enum smtpspec_dns_answer smtpspec_dns_addresses(const char *host,
                                                const char *port,
                                                struct addrinfo **list,
                                                const char **why)
{
    struct ares_addrinfo_hints hints = {
        .ai_flags = ARES_AI_NUMERICSERV, .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM
    };
    struct question question = { .list = NULL };

    if (begin(&question)) {
        ares_getaddrinfo(question.channel, host, port, &hints, on_addresses,
                         &question);
        wait_for_answer(&question);
    }
    *list = question.list;
    return answer_of(&question, why);
}

void smtpspec_dns_free(struct addrinfo *list)
{
    while (list != NULL) {
        struct addrinfo *next = list->ai_next;

        free(list);
        list = next;
    }
}
