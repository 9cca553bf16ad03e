/* SPDX-License-Identifier: MIT */
/*
 * test_serve.c - engines on streams: bounded queues, every end of a session
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/tls.h"
#include "server/serve.h"

struct client {
    uv_loop_t loop;
    uv_pipe_t server;
    int socket;
    unsigned closed;
    size_t length;
    char heard[65536];
};

static void on_closed(void *context)
{
    struct client *client = context;

    client->closed++;
}

static struct client *client_of(const struct smtpspec_server_options *options)
{
    struct client *client = calloc(1, sizeof(*client));
    uv_os_sock_t ends[2];

    assert_non_null(client);
    assert_int_equal(uv_loop_init(&client->loop), 0);
    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE,
                                   UV_NONBLOCK_PIPE), 0);
    client->socket = ends[0];
    uv_pipe_init(&client->loop, &client->server, 0);
    assert_int_equal(uv_pipe_open(&client->server, ends[1]), 0);
    assert_int_equal(smtpspec_serve_attach((uv_stream_t *)&client->server,
                                           options, on_closed, client), 0);
    return client;
}

static struct client *client_new(enum smtpspec_misdeed misdeed)
{
    struct smtpspec_server_options options = {
        .profile = SMTPSPEC_PROFILE_MODERN
    };

    options.misdeeds[misdeed] = misdeed != SMTPSPEC_MISDEED_NONE;
    return client_of(&options);
}

static void turn(struct client *client)
{
    uv_run(&client->loop, UV_RUN_NOWAIT);
}

static void client_free(struct client *client)
{
    close(client->socket);
    while (client->closed == 0)
        uv_run(&client->loop, UV_RUN_ONCE);
    turn(client);
    assert_int_equal(client->closed, 1);
    assert_int_equal(uv_loop_close(&client->loop), 0);
    free(client);
}

/* Send, and hear what comes, as far as there is room for it. True where the
 * server has closed. */
static bool hear(struct client *client, const char *sent)
{
    ssize_t count = 1;

    client->length = 0;
    if (*sent != '\0')
        assert_int_equal(write(client->socket, sent, strlen(sent)),
                         strlen(sent));
    for (int i = 0; i < 20 && count != 0; i++) {
        size_t room = sizeof(client->heard) - client->length - 1;

        if (room == 0)
            break;
        turn(client);
        count = read(client->socket, client->heard + client->length, room);
        if (count > 0)
            client->length += (size_t)count;
    }
    client->heard[client->length] = '\0';
    return count == 0;
}

static void greets_and_answers(void **state)
{
    struct client *client = client_new(SMTPSPEC_MISDEED_NONE);

    (void)state;
    assert_false(hear(client, ""));
    assert_memory_equal(client->heard, "220 ", 4);
    assert_false(hear(client, "NOOP\r\nNOOP\r\n"));
    assert_string_equal(client->heard, "250 2.0.0 OK\r\n250 2.0.0 OK\r\n");
    assert_true(hear(client, "QUIT\r\n"));
    assert_memory_equal(client->heard, "221 ", 4);
    client_free(client);
}

static void answers_what_came_before_the_close(void **state)
{
    struct client *client = client_new(SMTPSPEC_MISDEED_NONE);

    (void)state;
    hear(client, "");
    assert_int_equal(write(client->socket, "NOOP\r\n", 6), 6);
    shutdown(client->socket, SHUT_WR);
    assert_true(hear(client, ""));
    assert_string_equal(client->heard, "250 2.0.0 OK\r\n");
    client_free(client);
}

/* A client that writes and does not read is not read from for ever. */
static void stops_reading_where_nobody_reads(void **state)
{
    struct client *client = client_new(SMTPSPEC_MISDEED_NONE);
    size_t sent = 0, replies = 0, still = 0;
    char *noops = malloc(6000);
    bool hanging = true;

    (void)state;
    assert_non_null(noops);
    for (size_t i = 0; i < 6000; i += 6)
        memcpy(noops + i, "NOOP\r\n", 6);
    hear(client, "");
    while (still < 50 && sent < (64u << 20)) {
        ssize_t count = write(client->socket, noops + sent % 6,
                              6000 - sent % 6);

        still = count > 0 ? 0 : still + 1;
        sent += count > 0 ? (size_t)count : 0;
        turn(client);
    }
    assert_true(sent < (8u << 20));
    assert_true(uv_stream_get_write_queue_size(
                    (uv_stream_t *)&client->server) <
                2 * SMTPSPEC_SERVE_QUEUE_KEPT);
    /* And once it reads, nothing of it all is lost. */
    for (still = 0; still < 50;) {
        hanging = hear(client, "");
        assert_false(hanging);
        still = client->length > 0 ? 0 : still + 1;
        for (size_t i = 0; i < client->length; i++)
            replies += client->heard[i] == '\n';
    }
    assert_int_equal(replies, sent / 6);
    free(noops);
    client_free(client);
}

static void leaves_the_loop_a_turn_in_an_endless_reply(void **state)
{
    struct client *client = client_new(SMTPSPEC_MISDEED_ENDLESS_REPLY);
    size_t heard = 0;

    (void)state;
    hear(client, "");
    hear(client, "HELP\r\n");
    for (int i = 0; i < 2000 && heard < (4u << 20); i++) {
        assert_false(hear(client, ""));
        heard += client->length;
    }
    assert_true(heard >= 4u << 20);
    client_free(client);
}

static void drips_by_its_timer(void **state)
{
    struct client *client = client_new(SMTPSPEC_MISDEED_DRIPPING_REPLY);

    (void)state;
    hear(client, "");
    hear(client, "NOOP\r\n");
    assert_string_equal(client->heard, "250 x");
    hear(client, "");
    assert_int_equal(client->length, 0);
    /* One turn may end before its timers are looked at (libuv 1.45). */
    for (unsigned turn = 0; turn < 100 && client->length == 0; turn++) {
        uv_run(&client->loop, UV_RUN_ONCE);
        hear(client, "");
    }
    assert_string_equal(client->heard, "x");
    client_free(client);
}

/* Say something in TLS, and hear until nothing more comes. True where the
 * server has closed. */
static bool hear_in_tls(struct client *client, struct smtpspec_tls *tls,
                        const char *sent)
{
    struct smtpspec_span rest = smtpspec_span_of(sent);
    char octets[65536], heard[65536];
    size_t length = 0;
    bool over = false;

    for (int quiet = 0; quiet < 20 && !over;) {
        struct smtpspec_span plain;
        ssize_t count;
        size_t out;

        rest = smtpspec_span_skip(rest, smtpspec_tls_write(tls, rest));
        out = smtpspec_tls_out(tls, octets, sizeof(octets));
        if (out > 0)
            assert_int_equal(write(client->socket, octets, out), out);
        turn(client);
        count = read(client->socket, octets, sizeof(octets));
        over = count == 0;
        for (size_t at = 0; count > 0 && at < (size_t)count;) {
            size_t fed = smtpspec_tls_feed(
                tls, (struct smtpspec_span){ octets + at,
                                             (size_t)count - at });

            at += fed;
            plain = smtpspec_tls_read(tls);
            assert_true(length + plain.length < sizeof(heard));
            if (plain.length > 0)
                memcpy(heard + length, plain.at, plain.length);
            length += plain.length;
            if (fed == 0 && plain.length == 0)
                break;
        }
        quiet = count > 0 || out > 0 ? 0 : quiet + 1;
    }
    memcpy(client->heard, heard, length);
    client->heard[length] = '\0';
    client->length = length;
    return over;
}

static struct smtpspec_tls *tls_client(void)
{
    struct smtpspec_tls_terms terms = { .host = "embedded.example" };
    struct smtpspec_tls *tls = smtpspec_tls_new_client(&terms);

    assert_non_null(tls);
    return tls;
}

static void goes_into_tls_by_starttls(void **state)
{
    struct client *client = client_new(SMTPSPEC_MISDEED_NONE);
    struct smtpspec_tls *tls = tls_client();

    (void)state;
    hear(client, "");
    hear(client, "EHLO a.example\r\n");
    assert_non_null(strstr(client->heard, "STARTTLS"));
    hear(client, "STARTTLS\r\nNOOP\r\n");
    assert_memory_equal(client->heard, "220 ", 4);
    assert_int_equal(client->length, strcspn(client->heard, "\n") + 1);
    assert_false(hear_in_tls(client, tls, ""));
    assert_int_equal(smtpspec_tls_state(tls), SMTPSPEC_TLS_OPEN);
    assert_string_equal(client->heard, "");
    assert_false(hear_in_tls(client, tls, "MAIL FROM:<>\r\nNOOP\r\n"));
    assert_memory_equal(client->heard, "503 ", 4);
    assert_non_null(strstr(client->heard, "\n250 "));
    assert_false(hear_in_tls(client, tls, "EHLO a.example\r\n"));
    assert_null(strstr(client->heard, "STARTTLS"));
    assert_true(hear_in_tls(client, tls, "QUIT\r\n"));
    assert_memory_equal(client->heard, "221 ", 4);
    assert_true(smtpspec_tls_facts(tls)->notified);
    smtpspec_tls_free(tls);
    client_free(client);
}

static void speaks_tls_from_the_start(void **state)
{
    const struct smtpspec_server_options options = {
        .profile = SMTPSPEC_PROFILE_MODERN,
        .tls = SMTPSPEC_SERVER_TLS_IMPLICIT };
    struct client *client = client_of(&options);
    struct smtpspec_tls *tls = tls_client();

    (void)state;
    hear(client, "");
    assert_string_equal(client->heard, "");
    assert_false(hear_in_tls(client, tls, ""));
    assert_memory_equal(client->heard, "220 ", 4);
    assert_false(hear_in_tls(client, tls, "EHLO a.example\r\n"));
    assert_null(strstr(client->heard, "STARTTLS"));
    /* The client leaves TLS: it has no more to say. */
    smtpspec_tls_end(tls);
    assert_true(hear_in_tls(client, tls, ""));
    smtpspec_tls_free(tls);
    client_free(client);
}

static void closes_on_what_is_no_handshake(void **state)
{
    struct client *client = client_new(SMTPSPEC_MISDEED_NONE);

    (void)state;
    hear(client, "");
    hear(client, "EHLO a.example\r\n");
    hear(client, "STARTTLS\r\n");
    assert_memory_equal(client->heard, "220 ", 4);
    assert_true(hear(client, "NOOP\r\nNOOP\r\nNOOP\r\n"));
    assert_null(strstr(client->heard, "250"));
    client_free(client);
}

static void says_why_it_cannot_listen(void **state)
{
    struct smtpspec_server_options options = { .profile = 0 };
    struct smtpspec_serve_listener *first, *second;
    const char *why = NULL;
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(smtpspec_serve_listen(&loop, "127.0.0.1", 0, &options,
                                           &first, &why), 0);
    assert_true(smtpspec_serve_port(first) > 0);
    assert_int_not_equal(
        smtpspec_serve_listen(&loop, "127.0.0.1", smtpspec_serve_port(first),
                              &options, &second, &why), 0);
    assert_null(second);
    assert_true(strlen(why) > 0);
    assert_int_not_equal(smtpspec_serve_listen(&loop, "nowhere", 0, &options,
                                               &second, &why), 0);
    smtpspec_serve_stop(first);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(greets_and_answers),
        cmocka_unit_test(answers_what_came_before_the_close),
        cmocka_unit_test(stops_reading_where_nobody_reads),
        cmocka_unit_test(leaves_the_loop_a_turn_in_an_endless_reply),
        cmocka_unit_test(drips_by_its_timer),
        cmocka_unit_test(goes_into_tls_by_starttls),
        cmocka_unit_test(speaks_tls_from_the_start),
        cmocka_unit_test(closes_on_what_is_no_handshake),
        cmocka_unit_test(says_why_it_cannot_listen),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
