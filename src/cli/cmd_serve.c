/* SPDX-License-Identifier: MIT */
/*
 * cmd_serve.c - `smtpspec serve`: the built-in server on a port
 */
#include "cli/cli.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include <smtpspec/base.h>
#include <smtpspec/error.h>
#include <smtpspec/rules.h>

#include "net/descriptors.h"
#include "server/serve.h"
#include "server/server.h"

#define COMMAND "serve"
#define HOST_KEPT 64

static const char help[] =
    "usage: smtpspec serve [options]\n"
    "\n"
    "Run the built-in SMTP server. It takes mail for postmaster, user, alice\n"
    "and bob at any example domain and drops it. It is honest by default.\n"
    "\n"
    "  --listen HOST:PORT  where to listen, numeric; default 127.0.0.1:2525;\n"
    "                      [v6]:PORT too, port 0 for any free one\n"
    "  --profile NAME      whose tables to keep to: kb234, rfc821, rfc2821,\n"
    "                      rfc5321, modern (default)\n"
    "  --misdeed NAME      do this wrong; may be given several times, and as\n"
    "                      NAME,NAME; see smtpspec list misdeeds\n"
    "  --quirk NAME        do this unusually, but right; in the same way; see\n"
    "                      smtpspec list quirks\n"
    "  --tls WHEN          starttls (default), implicit (from the start), no\n"
    "  --lmtp              speak LMTP (RFC 2033)\n"
    "  --submission        want a login before mail (RFC 6409): user 'user',\n"
    "                      password 'secret'\n"
    "  --help              this text\n"
    "\n"
    "Prints 'listening on HOST:PORT' once it does. SIGINT or SIGTERM end it.\n"
    "Exit status: 0 ended so, 2 misused, 3 cannot listen.\n";

struct options {
    struct smtpspec_server_options server;
    char host[HOST_KEPT];
    unsigned port;
};

enum option_id {
    OPTION_LISTEN = 256,
    OPTION_PROFILE,
    OPTION_MISDEED,
    OPTION_QUIRK,
    OPTION_TLS,
    OPTION_LMTP,
    OPTION_SUBMISSION,
    OPTION_HELP
};

static const struct option long_options[] = {
    { "listen", required_argument, NULL, OPTION_LISTEN },
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "misdeed", required_argument, NULL, OPTION_MISDEED },
    { "quirk", required_argument, NULL, OPTION_QUIRK },
    { "tls", required_argument, NULL, OPTION_TLS },
    { "lmtp", no_argument, NULL, OPTION_LMTP },
    { "submission", no_argument, NULL, OPTION_SUBMISSION },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
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
static bool address_of(const char *text, struct options *options)
{
    const char *colon = strrchr(text, ':');
    struct smtpspec_span host = { text, 0 };
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    bool in_brackets = text[0] == '[';

    if (colon == NULL || !port_of(colon + 1, &options->port))
        return false;
    host.length = (size_t)(colon - text);
    if (in_brackets) {
        if (host.length < 2 || text[host.length - 1] != ']')
            return false;
        host = smtpspec_span_skip(host, 1);
        host.length--;
    }
    if (host.length == 0 || host.length >= sizeof(options->host))
        return false;
    memcpy(options->host, host.at, host.length);
    options->host[host.length] = '\0';
    return in_brackets ? uv_ip6_addr(options->host, 0, &v6) == 0
                       : uv_ip4_addr(options->host, 0, &v4) == 0;
}

static bool tls_of(const char *word, enum smtpspec_server_tls *tls)
{
    static const char *const words[] = {
        [SMTPSPEC_SERVER_TLS_OFFERED] = "starttls",
        [SMTPSPEC_SERVER_TLS_NO] = "no",
        [SMTPSPEC_SERVER_TLS_IMPLICIT] = "implicit",
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++)
        if (strcmp(word, words[i]) == 0) {
            *tls = (enum smtpspec_server_tls)i;
            return true;
        }
    return false;
}

/* Misdeeds or quirks, of a list; none of the other kind may be in it. */
static int take_names(const char *value, struct options *options,
                      bool of_quirks)
{
    struct smtpspec_server_options added = options->server;
    struct smtpspec_span name = { NULL, 0 };
    bool known = *value != '\0' &&
                 smtpspec_server_options_add(&added, smtpspec_span_of(value),
                                             &name);
    const void *before = of_quirks ? (const void *)options->server.misdeeds
                                   : (const void *)options->server.quirks;
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
    options->server = added;
    return -1;
}

/* Returns -1 to go on, or the exit status. */
static int take_option(int id, const char *value, struct options *options)
{
    switch (id) {
    case OPTION_LISTEN:
        if (!address_of(value, options))
            return smtpspec_cli_usage(COMMAND, "--listen wants a numeric "
                                      "HOST:PORT or [v6]:PORT, not '%s'",
                                      value);
        return -1;
    case OPTION_PROFILE:
        options->server.profile = smtpspec_profile_of(smtpspec_span_of(value));
        if (options->server.profile == SMTPSPEC_PROFILE_UNSET)
            return smtpspec_cli_usage(COMMAND, "no profile '%s'", value);
        return -1;
    case OPTION_MISDEED:
    case OPTION_QUIRK:
        return take_names(value, options, id == OPTION_QUIRK);
    case OPTION_TLS:
        if (tls_of(value, &options->server.tls))
            return -1;
        return smtpspec_cli_usage(COMMAND, "--tls wants starttls, implicit "
                                  "or no, not '%s'", value);
    case OPTION_LMTP:
        options->server.service = SMTPSPEC_SERVICE_LMTP;
        return -1;
    case OPTION_SUBMISSION:
        options->server.service = SMTPSPEC_SERVICE_SUBMISSION;
        return -1;
    default:
        fputs(help, stdout);
        return smtpspec_cli_finish(COMMAND, SMTPSPEC_EXIT_OK);
    }
}

static int parse_options(int argc, char **argv, struct options *options)
{
    int id, status;

    opterr = 0;
    optind = 1;
    while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (id == '?' || id == ':')
            return smtpspec_cli_usage(COMMAND, id == ':' ? "%s wants a value"
                                      : "unknown option '%s'",
                                      argv[optind - 1]);
        status = take_option(id, optarg, options);
        if (status >= 0)
            return status;
    }
    if (optind < argc)
        return smtpspec_cli_usage(COMMAND, "'%s' is one argument too many",
                                  argv[optind]);
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
static int serve(uv_loop_t *loop, const struct options *options)
{
    bool is_v6 = strchr(options->host, ':') != NULL;
    struct running running = { NULL, { 0 }, { 0 } };
    int status = SMTPSPEC_EXIT_OK;
    const char *why;

    uv_signal_init(loop, &running.interrupt);
    uv_signal_init(loop, &running.terminate);
    running.interrupt.data = &running;
    running.terminate.data = &running;
    uv_signal_start(&running.interrupt, on_signal, SIGINT);
    uv_signal_start(&running.terminate, on_signal, SIGTERM);
    if (smtpspec_serve_listen(loop, options->host, options->port,
                              &options->server, &running.listener,
                              &why) != SMTPSPEC_OK) {
        smtpspec_cli_usage(COMMAND, "cannot listen on %s%s%s:%u: %s",
                           is_v6 ? "[" : "", options->host, is_v6 ? "]" : "",
                           options->port, why);
        status = SMTPSPEC_EXIT_UNTESTED;
        stop(&running);
    } else {
        printf("listening on %s%s%s:%u\n", is_v6 ? "[" : "", options->host,
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
    struct options options = { .host = "127.0.0.1", .port = 2525 };
    int status = parse_options(argc, argv, &options);
    uv_loop_t loop;

    if (status >= 0)
        return status;
    /* A client that is gone must not end the server. */
    signal(SIGPIPE, SIG_IGN);
    smtpspec_descriptors_want(SMTPSPEC_SERVE_CONNECTIONS_KEPT);
    if (uv_loop_init(&loop) != 0)
        return smtpspec_cli_usage(COMMAND, "no event loop to be had");
    status = serve(&loop, &options);
    uv_loop_close(&loop);
    return status;
}
