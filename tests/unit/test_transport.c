/* SPDX-License-Identifier: MIT */
/*
 * test_transport.c - octets in clear and by TLS, every end of a connection
 */
#include "support/transport_scene.h"

#include <signal.h>

static struct scene *on_socket(const char *close_at)
{
    struct scene *scene = scene_new();
    struct smtpspec_transport_events events = events_of(scene);
    uv_os_sock_t ends[2];

    assert_int_equal(uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE, 0), 0);
    scene->peer = ends[1];
    scene->close_at = close_at;
    scene->transport = smtpspec_transport_open_socket(&scene->loop, ends[0], &events);
    assert_string_equal(scene->told, "");
    go_on(scene, 4096);
    return scene;
}

static void secure(struct scene *scene, size_t piece)
{
    scene->tls = smtpspec_tls_new_server();
    smtpspec_transport_secure(scene->transport, &terms);
    go_on(scene, piece);
}

static struct scene *on_secure_socket(void)
{
    struct scene *scene = on_socket(NULL);

    secure(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 0|");
    return scene;
}

/* --- in clear ------------------------------------------------------------------- */

static void carries_octets_both_ways(void **state)
{
    struct scene *scene = on_socket(NULL);

    (void)state;
    peer_say(scene, "220 a\r\n");
    smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("EHLO b\r\n"));
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|220 a\r\n");
    assert_string_equal(scene->heard, "EHLO b\r\n");
    assert_true(smtpspec_transport_is_local(scene->transport));
    assert_null(smtpspec_transport_tls(scene->transport));
    peer_close(scene);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|220 a\r\nended 0|");
    assert_string_equal(scene->why, "end of file");
    scene_free(scene);
}

/* --- TLS ------------------------------------------------------------------------ */

static void hears_on_after_its_own_end(void **state)
{
    struct scene *scene = on_socket(NULL);
    char octet;

    (void)state;
    smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("QUIT\r\n"));
    smtpspec_transport_end(scene->transport);
    smtpspec_transport_end(scene->transport);
    go_on(scene, 4096);
    assert_string_equal(scene->heard, "QUIT\r\n");
    assert_int_equal(read(scene->peer, &octet, 1), 0);
    peer_say(scene, "221 b\r\n");
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|221 b\r\n");
    peer_close(scene);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|221 b\r\nended 0|");
    scene_free(scene);
}

static void secures_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 4096; piece += piece < 20 ? 1 : piece / 3) {
        struct scene *scene = on_socket(NULL);

        secure(scene, piece);
        assert_string_equal(scene->told, "opened 0|secured 0|");
        smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("EHLO b\r\n"));
        peer_say(scene, "250 c\r\n");
        go_on(scene, piece);
        assert_string_equal(scene->told, "opened 0|secured 0|250 c\r\n");
        assert_string_equal(scene->heard, "EHLO b\r\n");
        scene_free(scene);
    }
}

static void tells_the_facts(void **state)
{
    struct scene *scene = on_secure_socket();
    const struct smtpspec_tls_facts *facts = smtpspec_transport_tls(scene->transport);

    (void)state;
    assert_non_null(facts);
    assert_string_equal(facts->version, "TLSv1.3");
    assert_string_equal(facts->certificate, "self-signed");
    assert_string_equal(facts->why, "");
    scene_free(scene);
}

static void close_notify_is_the_end(void **state)
{
    struct scene *scene = on_secure_socket();

    (void)state;
    peer_say(scene, "221 bye\r\n");
    smtpspec_tls_end(scene->tls);
    peer_flush(scene, 4096);
    peer_send(scene, "and more\r\n", 10);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 0|221 bye\r\nended 0|");
    assert_true(smtpspec_transport_tls(scene->transport)->notified);
    assert_true(smtpspec_tls_facts(scene->tls)->notified);
    scene_free(scene);
}

static void an_end_without_close_notify_is_one(void **state)
{
    struct scene *scene = on_secure_socket();

    (void)state;
    peer_close(scene);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 0|ended 0|");
    assert_false(smtpspec_transport_tls(scene->transport)->notified);
    scene_free(scene);
}

static void a_close_says_so(void **state)
{
    struct scene *scene = on_secure_socket();

    (void)state;
    smtpspec_transport_close(scene->transport);
    go_on(scene, 4096);
    assert_true(smtpspec_tls_facts(scene->tls)->notified);
    scene_free(scene);
}

static void what_was_sent_early_is_told_in_clear(void **state)
{
    struct scene *scene = on_socket(NULL);

    (void)state;
    peer_say(scene, "220 go ahead\r\n250 injected\r\n");
    scene->secure_at_octets = true;
    scene->tls = smtpspec_tls_new_server();
    go_on(scene, 4096);
    assert_string_equal(scene->told,
                        "opened 0|220 go ahead\r\n250 injected\r\nsecured 0|");
    scene_free(scene);
}

static void clear_text_for_a_handshake_fails(void **state)
{
    struct scene *scene = on_socket(NULL);

    (void)state;
    smtpspec_transport_secure(scene->transport, &terms);
    peer_say(scene, "454 4.7.0 \033[2J\r\n");
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 305|");
    assert_string_equal(scene->why, "no TLS record where the handshake was due");
    assert_string_equal(smtpspec_transport_tls(scene->transport)->why, scene->why);
    scene->heard[0] = '\0';
    smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("QUIT\r\n"));
    peer_say(scene, "more\r\n");
    go_on(scene, 4096);
    assert_null(strstr(scene->heard, "QUIT"));
    peer_close(scene);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 305|ended 0|");
    scene_free(scene);
}

static void a_close_in_the_handshake_fails(void **state)
{
    struct scene *scene = on_socket(NULL);

    (void)state;
    smtpspec_transport_secure(scene->transport, &terms);
    go_on(scene, 4096);
    peer_close(scene);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 305|ended 0|");
    assert_string_equal(scene->why, "the connection was closed");
    scene_free(scene);
}

static void a_handshake_has_its_time(void **state)
{
    struct scene *scene = on_socket(NULL);
    struct smtpspec_tls_terms short_terms = { .host = "", .timeout_ms = 20 };

    (void)state;
    smtpspec_transport_secure(scene->transport, &short_terms);
    await(scene, "secured");
    assert_string_equal(scene->told, "opened 0|secured 305|");
    assert_string_equal(scene->why, "no answer in time");
    scene_free(scene);
}

static void tls_inside_tls_is_refused(void **state)
{
    struct scene *scene = on_secure_socket();

    (void)state;
    smtpspec_transport_secure(scene->transport, &terms);
    assert_string_equal(scene->told, "opened 0|secured 0|");
    peer_say(scene, "250 x\r\n");
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 0|secured 305|");
    assert_string_equal(scene->why, "TLS is in use already");
    scene_free(scene);
}

static void nobody_left_to_shake_hands_with(void **state)
{
    struct scene *scene = on_socket(NULL);

    (void)state;
    peer_close(scene);
    go_on(scene, 4096);
    smtpspec_transport_secure(scene->transport, &terms);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|ended 0|secured 305|");
    assert_string_equal(scene->why, "the connection is closed");
    scene_free(scene);
}

static void a_forged_record_breaks_the_connection(void **state)
{
    struct scene *scene = on_secure_socket();

    (void)state;
    peer_send(scene, "\027\003\003\000\024aaaaaaaaaaaaaaaaaaaaaa", 25);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 0|ended 303|");
    assert_true(scene->why[0] != '\0');
    scene_free(scene);
}

static void after_the_end_of_tls_all_is_clear(void **state)
{
    struct scene *scene = on_secure_socket();

    (void)state;
    smtpspec_transport_end_tls(scene->transport);
    smtpspec_transport_write(scene->transport, SMTPSPEC_SPAN("NOOP\r\n"));
    go_on(scene, 4096);
    assert_string_equal(scene->heard, "NOOP\r\n");
    peer_say(scene, "250 last\r\n");
    smtpspec_tls_end(scene->tls);
    peer_flush(scene, 4096);
    peer_send(scene, "250 clear\r\n", 11);
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 0|250 last\r\n250 clear\r\n");
    /* And TLS once more. */
    smtpspec_tls_free(scene->tls);
    secure(scene, 4096);
    peer_say(scene, "250 again\r\n");
    go_on(scene, 4096);
    assert_string_equal(scene->told, "opened 0|secured 0|250 last\r\n250 clear\r\n"
                                     "secured 0|250 again\r\n");
    scene_free(scene);
}

static const char *const stops[] = { "opened", "octets", "secured", "ended" };

static void may_be_closed_in_any_callback(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(stops); i++) {
        struct scene *scene = on_socket(stops[i]);
        size_t length;

        if (i > 0)
            secure(scene, 4096);
        if (i != 0 && i != 2) {
            peer_say(scene, "250 a\r\n");
            peer_say(scene, "250 b\r\n");
            smtpspec_tls_end(scene->tls);
            peer_flush(scene, 4096);
        }
        go_on(scene, 4096);
        length = strlen(scene->told);
        go_on(scene, 4096);
        assert_int_equal(strlen(scene->told), length);
        assert_true(scene->closed);
        uv_run(&scene->loop, UV_RUN_DEFAULT);
        assert_int_equal(uv_loop_close(&scene->loop), 0);
        smtpspec_tls_free(scene->tls);
        peer_close(scene);
        free(scene);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_octets_both_ways),
        cmocka_unit_test(hears_on_after_its_own_end),
        cmocka_unit_test(secures_in_pieces_of_any_size),
        cmocka_unit_test(tells_the_facts),
        cmocka_unit_test(close_notify_is_the_end),
        cmocka_unit_test(an_end_without_close_notify_is_one),
        cmocka_unit_test(a_close_says_so),
        cmocka_unit_test(what_was_sent_early_is_told_in_clear),
        cmocka_unit_test(clear_text_for_a_handshake_fails),
        cmocka_unit_test(a_close_in_the_handshake_fails),
        cmocka_unit_test(a_handshake_has_its_time),
        cmocka_unit_test(tls_inside_tls_is_refused),
        cmocka_unit_test(nobody_left_to_shake_hands_with),
        cmocka_unit_test(a_forged_record_breaks_the_connection),
        cmocka_unit_test(after_the_end_of_tls_all_is_clear),
        cmocka_unit_test(may_be_closed_in_any_callback),
    };

    /* libuv leaves that to whoever uses it. */
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
