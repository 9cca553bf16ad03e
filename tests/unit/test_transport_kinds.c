/* SPDX-License-Identifier: MIT */
/*
 * test_transport_kinds.c - how each kind of target is opened and closed
 */
#include "support/transport_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

static struct scene *on_target(const char *text, uint64_t timeout_ms)
{
    struct scene *scene = scene_new();
    struct smtpspec_transport_events events = events_of(scene);
    char refusal[200];
    const char *why;

    assert_true(smtpspec_target_parse(text, &scene->target, refusal, sizeof(refusal)));
    if (scene->target.kind == SMTPSPEC_TARGET_TCP)
        assert_int_equal(smtpspec_addresses_look_up(&scene->loop, &scene->target,
                                                    &scene->addresses, &why),
                         SMTPSPEC_OK);
    scene->transport = smtpspec_transport_open(&scene->loop, &scene->target,
                                               &scene->addresses, timeout_ms, &events);
    assert_string_equal(scene->told, "");
    return scene;
}

/* A socket that listens on an address of this machine; -1 where there is no
 * such address. */
static int listen_on(int family, unsigned *port)
{
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
    struct sockaddr_in v4 = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr *address = family == AF_INET ? (struct sockaddr *)&v4
                                                 : (struct sockaddr *)&v6;
    socklen_t length = family == AF_INET ? sizeof(v4) : sizeof(v6);
    int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0 || bind(listener, address, length) != 0 || listen(listener, 5) != 0 ||
        getsockname(listener, address, &length) != 0) {
        close(listener);
        return -1;
    }
    *port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    return listener;
}

struct way {
    const char *name;
    int family;
    const char *word;
    bool tls;
};

static struct way ways[] = {
    { "IPv4", AF_INET, "127.0.0.1:%u", false },
    { "IPv6", AF_INET6, "[::1]:%u", false },
    { "implicit TLS, IPv4", AF_INET, "smtps://127.0.0.1:%u", true },
    { "implicit TLS, IPv6", AF_INET6, "smtps://[::1]:%u", true },
    { "LMTP", AF_INET, "lmtp://127.0.0.1:%u", false },
};

static void connects_by_tcp(void **state)
{
    const struct way *way = *state;
    struct scene *scene;
    unsigned port;
    int listener = listen_on(way->family, &port);
    char word[64];

    if (listener < 0)
        skip();
    snprintf(word, sizeof(word), way->word, port);
    scene = on_target(word, TIMEOUT);
    scene->listener = listener;
    uv_run(&scene->loop, UV_RUN_NOWAIT);
    scene->peer = accept(listener, NULL, NULL);
    assert_true(scene->peer >= 0);
    if (way->tls)
        scene->tls = smtpspec_tls_new_server();
    for (unsigned turn = 0; turn < 50 && scene->told[0] == '\0'; turn++)
        go_on(scene, 4096);
    peer_say(scene, "220 a\r\n");
    smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("EHLO b\r\n"));
    await(scene, "220 a");
    for (unsigned turn = 0; turn < 50 && scene->heard[0] == '\0'; turn++)
        go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|220 a\r\n");
    assert_string_equal(scene->heard, "EHLO b\r\n");
    assert_true(smtpspec_transport_is_local(scene->transport));
    if (way->tls)
        assert_string_equal(smtpspec_transport_tls(scene->transport)->certificate,
                            "self-signed");
    scene_free(scene);
}

static void implicit_tls_that_fails_does_not_open(void **state)
{
    unsigned port;
    int listener = listen_on(AF_INET, &port);
    char word[64];
    struct scene *scene;

    (void)state;
    snprintf(word, sizeof(word), "smtps://127.0.0.1:%u", port);
    scene = on_target(word, TIMEOUT);
    scene->listener = listener;
    scene->peer = accept(listener, NULL, NULL);
    peer_say(scene, "220 in clear\r\n");
    await(scene, "opened");
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 305|");
    assert_string_equal(scene->why, "no TLS record where the handshake was due");
    scene_free(scene);
}

static void nobody_listens(void **state)
{
    unsigned port;
    char word[64];
    struct scene *scene;

    (void)state;
    close(listen_on(AF_INET, &port));
    snprintf(word, sizeof(word), "127.0.0.1:%u", port);
    scene = on_target(word, TIMEOUT);
    await(scene, "opened");
    assert_string_equal(scene->told, "opened 301|");
    scene_free(scene);
}

/* That is our trouble, and nothing to hold against the server. */
static void without_descriptors_the_error_is_ours(void **state)
{
    struct rlimit before, none;
    struct scene *scene = scene_new();
    struct smtpspec_transport_events events = events_of(scene);
    char refusal[200];
    const char *why;

    (void)state;
    assert_true(smtpspec_target_parse("127.0.0.1:1", &scene->target, refusal,
                                      sizeof(refusal)));
    assert_int_equal(smtpspec_addresses_look_up(&scene->loop, &scene->target,
                                                &scene->addresses, &why), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    scene->transport = smtpspec_transport_open(&scene->loop, &scene->target,
                                               &scene->addresses, TIMEOUT, &events);
    await(scene, "opened");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_string_equal(scene->told, "opened 204|");
    assert_int_equal(smtpspec_error_class_of(SMTPSPEC_ERROR_DESCRIPTORS),
                     SMTPSPEC_ERROR_CLASS_SYSTEM);
    scene_free(scene);
}

static void connects_by_a_path(void **state)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char word[SMTPSPEC_TARGET_PATH_LIMIT + 6];
    struct scene *scene;
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)state;
    snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/smtpspec-test-%d",
             (int)getpid());
    unlink(address.sun_path);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(listener, 5), 0);
    snprintf(word, sizeof(word), "unix:%.100s", address.sun_path);
    scene = on_target(word, TIMEOUT);
    scene->listener = listener;
    scene->peer = accept(listener, NULL, NULL);
    peer_say(scene, "220 a\r\n");
    await(scene, "220 a");
    assert_true(smtpspec_transport_is_local(scene->transport));
    scene_free(scene);
    unlink(address.sun_path);
    scene = on_target(word, TIMEOUT);
    await(scene, "opened");
    assert_string_equal(scene->told, "opened 302|");
    assert_string_equal(scene->why, "no such file or directory");
    scene_free(scene);
}

/* --- commands ---------------------------------------------------------------------- */

static uint64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void talks_to_a_command(void **state)
{
    struct scene *scene =
        on_target("exec:echo 220 a; read line; echo \"250 $line\"; exec sleep 60", TIMEOUT);

    (void)state;
    await(scene, "220 a\n");
    smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("EHLO b\n"));
    await(scene, "250 EHLO b\n");
    assert_string_equal(scene->told, "opened 0|220 a\n250 EHLO b\n");
    assert_true(smtpspec_transport_is_local(scene->transport));
    scene_free(scene);
    assert_no_child();
}

static void a_command_that_ends_says_how(void **state)
{
    struct scene *scene = on_target("exec:exit 7", TIMEOUT);

    (void)state;
    await(scene, "ended");
    assert_string_equal(scene->told, "opened 0|ended 0|");
    assert_string_equal(scene->why, "the command ended with status 7");
    smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("QUIT\r\n"));
    scene_free(scene);
    assert_no_child();
}

static void a_command_that_is_not_there(void **state)
{
    struct scene *scene = on_target("exec+lmtp:/dev/null/none/command -x", TIMEOUT);

    (void)state;
    await(scene, "ended");
    assert_string_equal(scene->why, "the command ended with status 127");
    scene_free(scene);
    assert_no_child();
}

/* Whoever is left of them holds the writing end of a FIFO. */
static void a_deaf_command_is_killed_with_all_that_it_started(void **state)
{
    char fifo[64], word[200], octet;
    struct scene *scene;
    uint64_t begun;
    ssize_t count = -1;
    int end;

    (void)state;
    snprintf(fifo, sizeof(fifo), "/tmp/smtpspec-fifo-%d", (int)getpid());
    unlink(fifo);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    end = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    snprintf(word, sizeof(word), "exec:trap '' TERM; exec 9>%s; sleep 60 & "
             "echo 220; while :; do sleep 60; done", fifo);
    scene = on_target(word, TIMEOUT);
    await(scene, "220\n");
    unlink(fifo);
    assert_int_equal(read(end, &octet, 1), -1);
    begun = milliseconds();
    scene_free(scene);
    assert_in_range(milliseconds() - begun, 900, 4000);
    assert_no_child();
    for (unsigned turn = 0; turn < 100 && count != 0; turn++) {
        count = read(end, &octet, 1);
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    }
    assert_int_equal(count, 0);
    close(end);
}

static void a_command_that_reads_the_end_goes_at_once(void **state)
{
    struct scene *scene = on_target("exec:exec cat", TIMEOUT);
    uint64_t begun = milliseconds();

    (void)state;
    await(scene, "opened 0|");
    scene_free(scene);
    assert_in_range(milliseconds() - begun, 0, 450);
    assert_no_child();
}

static void may_be_closed_before_it_opens(void **state)
{
    static const char *const words[] = { "exec:sleep 60", "unix:/dev/null/none",
                                         "127.0.0.1:1", "smtps://127.0.0.1:1" };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++) {
        struct scene *scene = on_target(words[i], TIMEOUT);

        smtpspec_transport_close(scene->transport);
        uv_run(&scene->loop, UV_RUN_DEFAULT);
        assert_string_equal(scene->told, "");
        scene_free(scene);
    }
    assert_no_child();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(implicit_tls_that_fails_does_not_open),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(without_descriptors_the_error_is_ours),
        cmocka_unit_test(connects_by_a_path),
        cmocka_unit_test(talks_to_a_command),
        cmocka_unit_test(a_command_that_ends_says_how),
        cmocka_unit_test(a_command_that_is_not_there),
        cmocka_unit_test(a_deaf_command_is_killed_with_all_that_it_started),
        cmocka_unit_test(a_command_that_reads_the_end_goes_at_once),
        cmocka_unit_test(may_be_closed_before_it_opens),
    };

    /* libuv leaves that to whoever uses it. */
    signal(SIGPIPE, SIG_IGN);
    return RUN_ROWS(connects_by_tcp, ways) + cmocka_run_group_tests(tests, NULL, NULL);
}
