/* SPDX-License-Identifier: MIT */
/*
 * tls_pair.h - a TLS client and a TLS server that talk in memory
 *
 * Header only. Pieces of what they say end where a page does.
 */
#ifndef SMTPSPEC_TESTS_TLS_PAIR_H
#define SMTPSPEC_TESTS_TLS_PAIR_H

#include "support/rows.h"

#include <string.h>

#include "net/tls.h"
#include "support/page_end.h"

#define HOST "127.0.0.1"
#define ROOM (256 * 1024)

/* What an engine was told, and what came of it. */
struct side {
    struct smtpspec_tls *tls;
    size_t heard_length, clear_length;
    char heard[ROOM];   /* decrypted                                         */
    char clear[ROOM];   /* left over when TLS had ended                      */
};

struct pair {
    struct side client, server;
};

static inline struct pair *pair_new(const char *host)
{
    struct smtpspec_tls_terms terms = { .host = host };
    struct pair *pair = calloc(1, sizeof(*pair));

    assert_non_null(pair);
    pair->client.tls = smtpspec_tls_new_client(&terms);
    pair->server.tls = smtpspec_tls_new_server();
    assert_non_null(pair->client.tls);
    assert_non_null(pair->server.tls);
    return pair;
}

static inline void pair_free(struct pair *pair)
{
    smtpspec_tls_free(pair->client.tls);
    smtpspec_tls_free(pair->server.tls);
    free(pair);
}

static inline enum smtpspec_tls_state state_of(const struct side *side)
{
    return smtpspec_tls_state(side->tls);
}

static inline const struct smtpspec_tls_facts *facts_of(const struct side *side)
{
    return smtpspec_tls_facts(side->tls);
}

/* All of `octets`, as one piece that ends where a page does. */
static inline void give_piece(struct side *side, struct smtpspec_span octets)
{
    struct smtpspec_span left = page_end_copy(0, octets);

    while (left.length > 0) {
        size_t taken = smtpspec_tls_feed(side->tls, left);
        struct smtpspec_span plain = smtpspec_tls_read(side->tls);

        assert_true(side->heard_length + plain.length <= ROOM);
        if (plain.length > 0)
            memcpy(side->heard + side->heard_length, plain.at, plain.length);
        side->heard_length += plain.length;
        left = smtpspec_span_skip(left, taken);
        if (taken == 0 && plain.length == 0)
            break;
    }
    assert_true(side->clear_length + left.length <= ROOM);
    if (left.length > 0)
        memcpy(side->clear + side->clear_length, left.at, left.length);
    side->clear_length += left.length;
}

static inline void give(struct side *side, struct smtpspec_span octets, size_t piece)
{
    while (octets.length > 0) {
        give_piece(side, smtpspec_span_head(octets, piece));
        octets = smtpspec_span_skip(octets, piece);
    }
}

static inline size_t take(struct side *side, char *out)
{
    size_t length = 0, count;

    while ((count = smtpspec_tls_out(side->tls, out + length, ROOM - length)) > 0)
        length += count;
    return length;
}

/* Carry what one has to say to the other, until both are silent. */
static inline void talk(struct pair *pair, size_t piece)
{
    static char octets[ROOM];

    for (unsigned turn = 0; turn < 100; turn++) {
        size_t there = take(&pair->client, octets), back;

        give(&pair->server, (struct smtpspec_span){ octets, there }, piece);
        back = take(&pair->server, octets);
        give(&pair->client, (struct smtpspec_span){ octets, back }, piece);
        if (there == 0 && back == 0)
            return;
    }
    fail_msg("they never come to an end");
}

static inline void say(struct side *side, const char *text)
{
    struct smtpspec_span octets = page_end_copy(1, smtpspec_span_of(text));

    assert_int_equal(smtpspec_tls_write(side->tls, octets), octets.length);
}

static inline void assert_heard(const struct side *side, const char *text)
{
    assert_int_equal(side->heard_length, strlen(text));
    assert_memory_equal(side->heard, text, strlen(text));
}

static inline struct pair *pair_connected(const char *host)
{
    struct pair *pair = pair_new(host);

    talk(pair, ROOM);
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_OPEN);
    assert_int_equal(state_of(&pair->server), SMTPSPEC_TLS_OPEN);
    return pair;
}

#endif
