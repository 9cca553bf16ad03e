/* SPDX-License-Identifier: MIT */
/*
 * libesmtp.c - libESMTP over a socket of the loopback
 *
 * Its reader can be reached only through a whole session, so it is the client
 * of one. As soon as it has connected there waits for it all that a server
 * would say: good replies to the greeting, EHLO and MAIL, the octets under
 * test as the replies to RCPT, and the end. It has RCPTS_MOST recipients, so
 * that further replies are not seen.
 *
 * needs:    libesmtp-1.0
 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
/* Wants size_t to be known. */
#include <libesmtp.h>

#include "../adapter.h"

#define RCPTS_MOST 120
#define BEFORE                                                              \
    "220 x\r\n250-x\r\n250 ENHANCEDSTATUSCODES\r\n250 2.1.0 x\r\n"

struct scene {
    struct adapter_result *result;
    struct smtpspec_span octets;
    int listener;
    int peer;     /* -1: has not connected                                  */
    bool leaving; /* it has said QUIT                                        */
    bool ended;   /* before, it waited for octets behind the last one        */
};

/* Of the session under way, for poll_in_its_place(). */
static struct scene *current;

const char *adapter_version(void)
{
    return ADAPTED_VERSION;
}

/* In the place of the C library's. It reads ahead whenever it can; what it
 * waits for when it has nothing to write is what it lacks. */
int poll_in_its_place(struct pollfd *fds, nfds_t count, int ms)
    __asm__("poll");
int poll_in_its_place(struct pollfd *fds, nfds_t count, int ms)
{
    struct timespec limit = { ms / 1000, ms % 1000 * 1000000L };
    int there = 0;

    for (nfds_t i = 0; i < count; i++)
        there |= fds[i].events & POLLOUT;
    if (current != NULL && there == 0 && current->peer >= 0 &&
        ioctl(fds[0].fd, FIONREAD, &there) == 0 && there == 0) {
        if (!current->leaving)
            current->ended = true;
        shutdown(current->peer, SHUT_WR);
    }
    return ppoll(fds, count, ms < 0 ? NULL : &limit, NULL);
}

static void send_all(int peer, struct smtpspec_span octets)
{
    int room = 1 << 20;

    setsockopt(peer, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    while (octets.length > 0) {
        ssize_t put = send(peer, octets.at, octets.length,
                           MSG_NOSIGNAL | MSG_DONTWAIT);

        if (put <= 0)
            break;
        octets = smtpspec_span_skip(octets, (size_t)put);
    }
}

static void let_in(struct scene *scene)
{
    scene->peer = accept(scene->listener, NULL, NULL);
    if (scene->peer < 0)
        return;
    send_all(scene->peer, SMTPSPEC_SPAN(BEFORE));
    send_all(scene->peer, scene->octets);
}

static void note(struct scene *scene, const smtp_status_t *status)
{
    const char *text = status->text != NULL ? status->text : "";

    if (status->code == 0)
        return;
    adapter_line(scene->result, status->code, true, text, strlen(text));
    adapter_status(scene->result, (unsigned)status->enh_class,
                   (unsigned)status->enh_subject,
                   (unsigned)status->enh_detail);
}

static void on_event(smtp_session_t session, int event, void *data, ...)
{
    struct scene *scene = data;
    va_list more;

    (void)session;
    va_start(more, data);
    if (event == SMTP_EV_CONNECT) {
        let_in(scene);
    } else if (event == SMTP_EV_RCPTSTATUS) {
        (void)va_arg(more, const char *);
        note(scene, smtp_recipient_status(va_arg(more, smtp_recipient_t)));
    }
    va_end(more);
}

static void on_octets(const char *octets, int length, int writing, void *data)
{
    struct scene *scene = data;

    if (writing == SMTP_CB_WRITING && length >= 4 &&
        memcmp(octets, "QUIT", 4) == 0)
        scene->leaving = true;
}

static const char *no_message(void **buffer, int *length, void *data)
{
    (void)buffer;
    (void)data;
    *length = 0;
    return NULL;
}

/*
 * smtp_start_session() calls a session good in which a reply was not
 * understood; only the error tells. Often that is a dropped connection, both
 * where it ran out of octets, which is no error here, and where it did not
 * like a line that it had read.
 */
static void note_end(struct scene *scene)
{
    char words[80];
    int error = smtp_errno();

    if (error == SMTP_ERR_DROPPED_CONNECTION && !scene->ended)
        adapter_error(scene->result, "gave up the connection");
    if (error == SMTP_ERR_INVALID_RESPONSE_SYNTAX ||
        error == SMTP_ERR_STATUS_MISMATCH ||
        error == SMTP_ERR_INVALID_RESPONSE_STATUS ||
        error == SMTP_ERR_UNTERMINATED_RESPONSE)
        adapter_error(scene->result,
                      smtp_strerror(error, words, sizeof(words)));
}

/* Returns the port. */
static unsigned listen_on_loopback(struct scene *scene)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t size = sizeof(address);

    scene->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (scene->listener < 0 ||
        bind(scene->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(scene->listener, 1) != 0 ||
        getsockname(scene->listener, (struct sockaddr *)&address, &size) != 0)
        abort();
    return ntohs(address.sin_port);
}

void adapter_read(struct smtpspec_span octets, struct adapter_result *result)
{
    struct scene scene = { .result = result, .octets = octets, .peer = -1 };
    smtp_session_t session = smtp_create_session();
    smtp_message_t message = smtp_add_message(session);
    char server[32];

    snprintf(server, sizeof(server), "127.0.0.1:%u",
             listen_on_loopback(&scene));
    smtp_set_server(session, server);
    smtp_set_hostname(session, "client.example");
    smtp_set_eventcb(session, on_event, &scene);
    smtp_set_reverse_path(message, "a@client.example");
    smtp_set_messagecb(message, no_message, NULL);
    for (unsigned i = 0; i < RCPTS_MOST; i++)
        smtp_add_recipient(message, "b@mx.example");
    /* Its last error is kept for ever; this one takes the place of it. */
    smtp_set_server(session, NULL);
    smtp_set_monitorcb(session, on_octets, &scene, 0);
    current = &scene;
    smtp_start_session(session);
    current = NULL;
    note_end(&scene);
    smtp_destroy_session(session);
    if (scene.peer >= 0)
        close(scene.peer);
    close(scene.listener);
}
