/* SPDX-License-Identifier: MIT */
/*
 * cmd_serve.c - `smtpspec serve`: the built-in server on a port
 */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include <smtpspec/base.h>
#include <smtpspec/error.h>
#include <smtpspec/rules.h>

#include "cli/options.h"
#include "cli/shared_options.h"
#include "net/descriptors.h"
#include "server/serve.h"
#include "server/server.h"

#define COMMAND "serve"
#define HOST_KEPT 64

struct settings {
    struct smtpspec_server_options server;
    char host[HOST_KEPT];
    unsigned port;
};

static bool port_of(const char *text, unsigned *port)
{
    *port = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        *port = *port * 10 + (unsigned)(*text - '0');
        if (*port > 65535)
            return false;
    }
    return true;
}

/* Take "HOST:PORT" or "[v6]:PORT" apart; numeric hosts only. */
static bool address_of(const char *text, struct settings *settings)
{
    const char *colon = strrchr(text, ':');
    struct smtpspec_span host = { text, 0 };
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    bool in_brackets = text[0] == '[';

    if (colon == NULL || !port_of(colon + 1, &settings->port))
        return false;
    host.length = (size_t)(colon - text);
    if (in_brackets) {
        if (host.length < 2 || text[host.length - 1] != ']')
            return false;
        host = smtpspec_span_skip(host, 1);
        host.length--;
    }
    if (host.length == 0 || host.length >= sizeof(settings->host))
        return false;
    memcpy(settings->host, host.at, host.length);
    settings->host[host.length] = '\0';
    return in_brackets ? uv_ip6_addr(settings->host, 0, &v6) == 0
                       : uv_ip4_addr(settings->host, 0, &v4) == 0;
}

/* What options.def calls starttls, implicit, no. */
static enum smtpspec_server_tls tls_of(int choice)
{
    static const enum smtpspec_server_tls meanings[] = {
        SMTPSPEC_SERVER_TLS_OFFERED, SMTPSPEC_SERVER_TLS_IMPLICIT,
        SMTPSPEC_SERVER_TLS_NO
    };

    return meanings[choice];
}

/* Misdeeds or quirks, of a list; none of the other kind may be in it. */
static int take_names(const char *value, struct settings *settings,
                      bool of_quirks)
{
    struct smtpspec_server_options added = settings->server;
    struct smtpspec_span name = { NULL, 0 };
    bool known = *value != '\0' &&
                 smtpspec_server_options_add(&added, smtpspec_span_of(value),
                                             &name);
    const void *before = of_quirks ? (const void *)settings->server.misdeeds
                                   : (const void *)settings->server.quirks;
    const void *after = of_quirks ? (const void *)added.misdeeds
                                  : (const void *)added.quirks;
    size_t size = of_quirks ? sizeof(added.misdeeds) : sizeof(added.quirks);

    if (known && memcmp(before, after, size) != 0) {
        known = false;
        name = smtpspec_span_of(value);
    }
    if (!known)
        return smtpspec_cli_usage(COMMAND, "no %s '%.*s'",
                                  of_quirks ? "quirk" : "misdeed",
                                  (int)(name.length < 80 ? name.length : 80),
                                  name.length > 0 ? name.at : "");
    settings->server = added;
    return -1;
}

/* Returns -1 to go on, or the exit status. */
static int take_option(int id, const struct smtpspec_options *options,
                       struct settings *settings)
{
    const char *value = options->value;
    int status;

    switch (id) {
    case SMTPSPEC_OPTION_SERVE_LISTEN:
        return address_of(value, settings)
                   ? -1
                   : smtpspec_options_bad(options, "a numeric HOST:PORT or "
                                                   "[v6]:PORT");
    case SMTPSPEC_OPTION_SERVE_PROFILE:
        status = smtpspec_profile_option(&settings->server.profile, options);
        return status == 0 ? -1 : status;
    case SMTPSPEC_OPTION_SERVE_MISDEED:
    case SMTPSPEC_OPTION_SERVE_QUIRK:
        return take_names(value, settings, id == SMTPSPEC_OPTION_SERVE_QUIRK);
    case SMTPSPEC_OPTION_SERVE_TLS:
        settings->server.tls = tls_of(options->choice);
        return -1;
    case SMTPSPEC_OPTION_SERVE_LMTP:
        settings->server.service = SMTPSPEC_SERVICE_LMTP;
        return -1;
    case SMTPSPEC_OPTION_SERVE_SUBMISSION:
        settings->server.service = SMTPSPEC_SERVICE_SUBMISSION;
        return -1;
    default:
        return SMTPSPEC_EXIT_USAGE;
    }
}

static int parse_options(int argc, char **argv, struct settings *settings)
{
    struct smtpspec_options options;
    int id, status;

    smtpspec_options_begin(&options, SMTPSPEC_VERB_SERVE, argc, argv);
    while ((id = smtpspec_options_next(&options)) > 0) {
        status = take_option(id, &options, settings);
        if (status >= 0)
            return status;
    }
    if (id < 0)
        return options.status;
    if (options.first < argc)
        return smtpspec_cli_usage(COMMAND, "'%s' is one argument too many",
                                  argv[options.first]);
    return -1;
}

/* --- Running ------------------------------------------------------------ */

struct running {
    struct smtpspec_serve_listener *listener;
    uv_signal_t interrupt, terminate;
};

static void stop(struct running *running)
{
    if (uv_is_closing((uv_handle_t *)&running->interrupt))
        return;
    uv_close((uv_handle_t *)&running->interrupt, NULL);
    uv_close((uv_handle_t *)&running->terminate, NULL);
    if (running->listener != NULL)
        smtpspec_serve_stop(running->listener);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    stop(signal->data);
}

/* Returns the exit status. */
static int serve(uv_loop_t *loop, const struct settings *settings)
{
    bool is_v6 = strchr(settings->host, ':') != NULL;
    struct running running = { NULL, { 0 }, { 0 } };
    int status = SMTPSPEC_EXIT_OK;
    const char *why;

    uv_signal_init(loop, &running.interrupt);
    uv_signal_init(loop, &running.terminate);
    running.interrupt.data = &running;
    running.terminate.data = &running;
    uv_signal_start(&running.interrupt, on_signal, SIGINT);
    uv_signal_start(&running.terminate, on_signal, SIGTERM);
    if (smtpspec_serve_listen(loop, settings->host, settings->port,
                              &settings->server, &running.listener,
                              &why) != SMTPSPEC_OK) {
        smtpspec_cli_usage(COMMAND, "cannot listen on %s%s%s:%u: %s",
                           is_v6 ? "[" : "", settings->host, is_v6 ? "]" : "",
                           settings->port, why);
        status = SMTPSPEC_EXIT_UNTESTED;
        stop(&running);
    } else {
        printf("listening on %s%s%s:%u\n", is_v6 ? "[" : "", settings->host,
               is_v6 ? "]" : "", smtpspec_serve_port(running.listener));
        status = smtpspec_cli_finish(COMMAND, status);
        if (status != SMTPSPEC_EXIT_OK)
            stop(&running);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    return status;
}

int smtpspec_cmd_serve(int argc, char **argv)
{
    struct settings settings = { .host = "127.0.0.1", .port = 2525 };
    int status = parse_options(argc, argv, &settings);
    uv_loop_t loop;

    if (status >= 0)
        return status;
    /* A client that is gone must not end the server. */
    signal(SIGPIPE, SIG_IGN);
    smtpspec_descriptors_want(SMTPSPEC_SERVE_CONNECTIONS_KEPT);
    if (uv_loop_init(&loop) != 0)
        return smtpspec_cli_usage(COMMAND, "no event loop to be had");
    status = serve(&loop, &settings);
    uv_loop_close(&loop);
    return status;
}
