/* SPDX-License-Identifier: MIT */
/*
 * peer_libesmtp.c - libESMTP as a peer, without a network
 *
 * Its reader can be reached only through a whole session: each reply answers a
 * RCPT. So that it is the reader that is timed, functions of the C library are
 * replaced for it: what it writes goes nowhere, what it reads comes from
 * memory, the RCPT command is a constant, and recipients are added before the
 * clock starts.
 *
 * needs:    libesmtp-1.0
 */
#define _GNU_SOURCE

#include <poll.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>
/* Wants size_t to be known. */
#include <libesmtp.h>

#include "../../../harness/adapter.h"
#include "../bench.h"

/* Recipients of a session: many, and few enough to stay in the cache. */
#define RCPTS_MOST 1000
#define BEFORE                                                              \
    "220 x\r\n250-x\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n"        \
    "250 2.1.0 x\r\n"

/* What is left of what the server says: before, and under test. */
static struct smtpspec_span said[2];
static int wire = -1;

const char *adapter_version(void)
{
    return ADAPTED_VERSION;
}

/* --- in the place of the C library's -------------------------------------- */

int connect_nowhere(int fd, const struct sockaddr *to, socklen_t size)
    __asm__("connect");
int connect_nowhere(int fd, const struct sockaddr *to, socklen_t size)
{
    (void)to;
    (void)size;
    wire = fd;
    return 0;
}

int poll_nothing(struct pollfd *ends, nfds_t count, int ms) __asm__("poll");
int poll_nothing(struct pollfd *ends, nfds_t count, int ms)
{
    (void)ms;
    for (nfds_t i = 0; i < count; i++)
        ends[i].revents = ends[i].events;
    return (int)count;
}

ssize_t read_memory(int fd, void *room, size_t cap) __asm__("read");
ssize_t read_memory(int fd, void *room, size_t cap)
{
    struct smtpspec_span *from = &said[said[0].length == 0];

    if (fd != wire)
        abort();
    if (cap > from->length)
        cap = from->length;
    memcpy(room, from->at, cap);
    *from = smtpspec_span_skip(*from, cap);
    return (ssize_t)cap;
}

ssize_t write_nowhere(int fd, const void *octets, size_t length)
    __asm__("write");
ssize_t write_nowhere(int fd, const void *octets, size_t length)
{
    (void)octets;
    if (fd != wire)
        abort();
    return (ssize_t)length;
}

int print_constant(char *room, size_t cap, int flag, size_t size,
                   const char *format, va_list more) __asm__("__vsnprintf_chk");
int print_constant(char *room, size_t cap, int flag, size_t size,
                   const char *format, va_list more)
{
    static const char text[] = "RCPT TO:<b@mx.example>";

    (void)flag;
    (void)size;
    (void)format;
    (void)more;
    memcpy(room, text, sizeof(text) < cap ? sizeof(text) : cap);
    return (int)sizeof(text) - 1;
}

/* --- the session ---------------------------------------------------------- */

static void on_event(smtp_session_t session, int event, void *data, ...)
{
    struct adapter_result *result = data;
    const smtp_status_t *status;
    va_list more;

    (void)session;
    if (event != SMTP_EV_RCPTSTATUS)
        return;
    va_start(more, data);
    (void)va_arg(more, const char *);
    status = smtp_recipient_status(va_arg(more, smtp_recipient_t));
    adapter_line(result, status->code, true, status->text, 0);
    va_end(more);
}

static const char *no_message(void **buffer, int *length, void *data)
{
    (void)buffer;
    (void)data;
    *length = 0;
    return NULL;
}

/* How many replies it begins with, RCPTS_MOST at most; and their length. */
static size_t replies_in(struct smtpspec_span octets, size_t *length)
{
    size_t replies = 0, start = 0;

    for (size_t i = 0; i < octets.length && replies < RCPTS_MOST; i++) {
        if (octets.at[i] != '\n')
            continue;
        replies += octets.at[start + 3] != '-';
        start = i + 1;
    }
    *length = start;
    return replies;
}

/* Returns how many octets it was given to read. */
static size_t read_some(struct smtpspec_span octets,
                        struct adapter_result *result)
{
    smtp_session_t session = smtp_create_session();
    smtp_message_t message = smtp_add_message(session);
    size_t length, left = replies_in(octets, &length);
    double clock, own;

    said[0] = SMTPSPEC_SPAN(BEFORE);
    said[1] = smtpspec_span_head(octets, length);
    smtp_set_server(session, "127.0.0.1:25");
    smtp_set_hostname(session, "client.example");
    smtp_set_eventcb(session, on_event, result);
    smtp_set_reverse_path(message, "a@client.example");
    smtp_set_messagecb(message, no_message, NULL);
    for (; left > 0; left--)
        smtp_add_recipient(message, "b@mx.example");
    clock = seconds();
    own = own_seconds();
    smtp_start_session(session);
    clock = seconds() - clock;
    own = own_seconds() - own;
    result->tally->took += own < clock ? own : clock;
    smtp_destroy_session(session);
    return length;
}

void adapter_read(struct smtpspec_span octets, struct adapter_result *result)
{
    size_t length = 1;

    for (; octets.length > 0 && length > 0;
         octets = smtpspec_span_skip(octets, length))
        length = read_some(octets, result);
}
