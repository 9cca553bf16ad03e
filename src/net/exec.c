/* SPDX-License-Identifier: MIT */
/*
 * exec.c - transports to a command's standard input and output
 *
 * Both are one end of a socket pair, as under inetd. The command leads a
 * process group of its own, so that what it starts ends with it. Whoever
 * wants to see its stderr redirects it: exec:COMMAND 2>FILE.
 */
#include "net/transport_kinds.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long a command may take to end once nobody listens to it, and then
 * again once SIGTERM has told it so. */
#define GRACE_MS 500
/* How long to wait for the exit status of one that never said a word. */
#define EXIT_MS 200

static void on_part_closed(uv_handle_t *handle)
{
    smtpspec_transport_part_closed(handle->data);
}

static void close_rest(struct smtpspec_transport *transport)
{
    uv_close((uv_handle_t *)&transport->process, on_part_closed);
    uv_close((uv_handle_t *)&transport->timer, on_part_closed);
}

static void end_of_file(struct smtpspec_transport *transport)
{
    uv_timer_stop(&transport->timer);
    smtpspec_transport_over(transport, SMTPSPEC_OK);
}

static void on_exit_awaited(uv_timer_t *timer)
{
    end_of_file(timer->data);
}

/* The signal that ended the command; a shell between us tells of it by 128
 * and its number. */
static int signal_of(int64_t status, int number)
{
    static const int faults[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL,
                                  SIGTRAP };

    for (size_t i = 0; number == 0 && i < SMTPSPEC_ARRAY_LEN(faults); i++)
        if (status == 128 + faults[i])
            return faults[i];
    return number;
}

static void on_exit(uv_process_t *process, int64_t status, int number)
{
    struct smtpspec_transport *transport = process->data;

    transport->exited = true;
    if (transport->signals == 0)
        transport->killed_by = signal_of(status, number);
    if (transport->closing) {
        close_rest(transport);
        return;
    }
    if (!transport->heard)
        snprintf(transport->text, sizeof(transport->text),
                 "the command ended with %s %d",
                 number != 0 ? "signal" : "status",
                 number != 0 ? number : (int)status);
    if (transport->awaits_exit)
        end_of_file(transport);
}

bool smtpspec_exec_awaits_exit(struct smtpspec_transport *transport)
{
    transport->awaits_exit = transport->has_process && !transport->exited &&
                             !transport->heard;
    if (transport->awaits_exit)
        uv_timer_start(&transport->timer, on_exit_awaited, EXIT_MS, 0);
    return transport->awaits_exit;
}

static void on_grace_over(uv_timer_t *timer)
{
    struct smtpspec_transport *transport = timer->data;

    /* Not reaped yet, so the number is still that of its group. */
    kill(-transport->process.pid, transport->signals++ == 0 ? SIGTERM
                                                            : SIGKILL);
    uv_timer_start(timer, on_grace_over, GRACE_MS, 0);
}

void smtpspec_exec_close(struct smtpspec_transport *transport)
{
    if (transport->exited)
        close_rest(transport);
    else
        uv_timer_start(&transport->timer, on_grace_over, GRACE_MS, 0);
}

static int spawn(struct smtpspec_transport *transport, const char *command,
                 int socket)
{
    char shell[] = "/bin/sh", option[] = "-c";
    char *args[] = { shell, option, (char *)(uintptr_t)command, NULL };
    uv_stdio_container_t ends[3] = {
        { .flags = UV_INHERIT_FD, .data.fd = socket },
        { .flags = UV_INHERIT_FD, .data.fd = socket },
        { .flags = UV_IGNORE }
    };
    uv_process_options_t options = {
        .exit_cb = on_exit, .file = shell, .args = args,
        .flags = UV_PROCESS_DETACHED, .stdio_count = 3, .stdio = ends
    };
    int status;

    /* The reports that are open are none of its business. */
    uv_disable_stdio_inheritance();
    status = uv_spawn(transport->timer.loop, &transport->process, &options);
    transport->process.data = transport;
    transport->has_process = true;
    transport->exited = status != 0;
    return status;
}

struct smtpspec_transport *
smtpspec_exec_open(uv_loop_t *loop, const char *command,
                   const struct smtpspec_transport_events *events)
{
    uv_os_sock_t ends[2];
    struct smtpspec_transport *transport;
    int status = uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE, 0);

    if (status != 0)
        return smtpspec_transport_open_socket(loop, status, events);
    transport = smtpspec_transport_open_socket(loop, ends[0], events);
    status = spawn(transport, command, ends[1]);
    close(ends[1]);
    if (status != 0)
        smtpspec_transport_open_later(transport, status);
    return transport;
}
