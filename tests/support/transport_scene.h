/* SPDX-License-Identifier: MIT */
/*
 * transport_scene.h - a transport and the peer at its other end
 *
 * Header only. The peer is a socket of the test, with or without TLS; what the
 * transport tells is written down as one string and compared as a whole.
 */
#ifndef SMTPSPEC_TESTS_TRANSPORT_SCENE_H
#define SMTPSPEC_TESTS_TRANSPORT_SCENE_H

#include "support/rows.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/transport.h"

#define TIMEOUT 2000

struct scene {
    uv_loop_t loop;
    struct smtpspec_transport *transport;
    struct smtpspec_addresses addresses;
    struct smtpspec_target target;
    int listener, peer;     /* sockets of the peer; -1: none                 */
    struct smtpspec_tls *tls;       /* of the peer                           */
    bool closed;
    const char *close_at;   /* the event in which to close; NULL: in none    */
    bool secure_at_octets;
    char told[16384];
    char heard[4096];       /* by the peer                                   */
    char why[200];          /* when the last error came                      */
};

static const struct smtpspec_tls_terms terms = { .host = "127.0.0.1",
                                                 .timeout_ms = TIMEOUT };

static inline void tell(struct scene *scene, const char *format, int number, const char *event)
{
    size_t length = strlen(scene->told);

    assert_false(scene->closed);
    snprintf(scene->told + length, sizeof(scene->told) - length, format, number);
    if (number != 0)
        snprintf(scene->why, sizeof(scene->why), "%s",
                 smtpspec_transport_why(scene->transport));
    if (scene->close_at != NULL && strcmp(scene->close_at, event) == 0)
        smtpspec_transport_close(scene->transport);
}

static inline void on_opened(void *context, enum smtpspec_error error)
{
    tell(context, "opened %d|", (int)error, "opened");
}

static inline void on_octets(void *context, struct smtpspec_span octets)
{
    struct scene *scene = context;
    size_t length = strlen(scene->told);

    assert_true(length + octets.length < sizeof(scene->told));
    memcpy(scene->told + length, octets.at, octets.length);
    scene->told[length + octets.length] = '\0';
    if (scene->secure_at_octets)
        smtpspec_transport_secure(scene->transport, &terms);
    scene->secure_at_octets = false;
    tell(scene, "", 0, "octets");
}

static inline void on_secured(void *context, enum smtpspec_error error)
{
    tell(context, "secured %d|", (int)error, "secured");
}

static inline void on_ended(void *context, enum smtpspec_error error)
{
    struct scene *scene = context;

    snprintf(scene->why, sizeof(scene->why), "%s",
             smtpspec_transport_why(scene->transport));
    tell(scene, "ended %d|", (int)error, "ended");
}

static inline void on_closed(void *context)
{
    struct scene *scene = context;

    assert_false(scene->closed);
    scene->closed = true;
}

static inline struct smtpspec_transport_events events_of(struct scene *scene)
{
    return (struct smtpspec_transport_events){
        .opened = on_opened, .octets = on_octets, .secured = on_secured,
        .ended = on_ended, .closed = on_closed, .context = scene
    };
}

static inline struct scene *scene_new(void)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    scene->listener = scene->peer = -1;
    assert_int_equal(uv_loop_init(&scene->loop), 0);
    return scene;
}

/* --- the peer ----------------------------------------------------------------- */

static inline void peer_send(struct scene *scene, const char *octets, size_t length)
{
    assert_int_equal(send(scene->peer, octets, length, MSG_NOSIGNAL), length);
}

static inline void peer_flush(struct scene *scene, size_t piece)
{
    char octets[4096];
    size_t length;

    while ((length = smtpspec_tls_out(scene->tls, octets, piece)) > 0) {
        peer_send(scene, octets, length);
        if (piece < sizeof(octets))
            uv_run(&scene->loop, UV_RUN_NOWAIT);
    }
}

static inline void peer_say(struct scene *scene, const char *text)
{
    struct smtpspec_span octets = smtpspec_span_of(text);

    if (scene->tls == NULL) {
        peer_send(scene, text, octets.length);
        return;
    }
    assert_int_equal(smtpspec_tls_write(scene->tls, octets), octets.length);
    peer_flush(scene, 4096);
}

static inline void peer_hear(struct scene *scene, struct smtpspec_span octets)
{
    size_t length = strlen(scene->heard);

    if (octets.length == 0)
        return;
    assert_true(length + octets.length < sizeof(scene->heard));
    memcpy(scene->heard + length, octets.at, octets.length);
}

static inline void peer_feed(struct scene *scene, struct smtpspec_span octets, size_t piece)
{
    while (octets.length > 0) {
        size_t taken = smtpspec_tls_feed(scene->tls, octets);
        struct smtpspec_span plain = smtpspec_tls_read(scene->tls);

        peer_hear(scene, plain);
        peer_flush(scene, piece);
        octets = smtpspec_span_skip(octets, taken);
        if (taken == 0 && plain.length == 0)
            break;
    }
    /* What follows TLS is in clear again. */
    if (octets.length > 0)
        peer_hear(scene, octets);
}

static inline void peer_read(struct scene *scene, size_t piece)
{
    char octets[8192];
    ssize_t count;

    if (scene->peer < 0)
        return;
    count = recv(scene->peer, octets, sizeof(octets), MSG_DONTWAIT);
    if (count <= 0)
        return;
    if (scene->tls != NULL)
        peer_feed(scene, (struct smtpspec_span){ octets, (size_t)count }, piece);
    else
        peer_hear(scene, (struct smtpspec_span){ octets, (size_t)count });
}

/* Let both go on until they have nothing more to say. */
static inline void go_on(struct scene *scene, size_t piece)
{
    for (unsigned turn = 0; turn < 12; turn++) {
        uv_run(&scene->loop, UV_RUN_NOWAIT);
        peer_read(scene, piece);
    }
}

/* Wait for something to be told, or for the end. */
static inline void await(struct scene *scene, const char *word)
{
    for (unsigned turn = 0; turn < 400; turn++) {
        uv_run(&scene->loop, UV_RUN_NOWAIT);
        if (strstr(scene->told, word) != NULL)
            return;
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    }
    fail_msg("'%s' never comes, only '%s'", word, scene->told);
}

static inline void peer_close(struct scene *scene)
{
    if (scene->peer >= 0)
        close(scene->peer);
    scene->peer = -1;
}

static inline void scene_free(struct scene *scene)
{
    /* Once closed it is gone. */
    if (!scene->closed) {
        smtpspec_transport_close(scene->transport);
        smtpspec_transport_close(scene->transport);
    }
    uv_run(&scene->loop, UV_RUN_DEFAULT);
    assert_true(scene->closed);
    assert_int_equal(uv_loop_close(&scene->loop), 0);
    peer_close(scene);
    if (scene->listener >= 0)
        close(scene->listener);
    if (scene->addresses.list != NULL)
        smtpspec_addresses_free(&scene->addresses);
    smtpspec_tls_free(scene->tls);
    free(scene);
}

#endif
