/* SPDX-License-Identifier: MIT */
/*
 * test_tls.c - TLS engines: talking, leaving TLS, and what is no TLS
 */
#include "support/tls_pair.h"

/* --- a session as it should be ---------------------------------------------- */

static void converse(struct pair *pair, size_t piece)
{
    talk(pair, piece);
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_OPEN);
    assert_int_equal(state_of(&pair->server), SMTPSPEC_TLS_OPEN);
    say(&pair->client, "EHLO a\r\n");
    talk(pair, piece);
    assert_heard(&pair->server, "EHLO a\r\n");
    say(&pair->server, "250 b\r\n");
    say(&pair->server, "421 c\r\n");
    smtpspec_tls_end(pair->server.tls);
    talk(pair, piece);
    assert_heard(&pair->client, "250 b\r\n421 c\r\n");
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_ENDED);
    assert_true(facts_of(&pair->client)->notified);
    assert_int_equal(state_of(&pair->server), SMTPSPEC_TLS_OPEN);
}

static void talks_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t piece = 1; piece <= 80; piece++) {
        struct pair *pair = pair_new(HOST);

        converse(pair, piece);
        pair_free(pair);
    }
}

/* Cut the first thing that one side says, at each octet. */
static void cut_first_flight(bool of_server)
{
    static char octets[ROOM];
    size_t length = 1;

    for (size_t cut = 1; cut < length; cut++) {
        struct pair *pair = pair_new(HOST);
        struct side *from = of_server ? &pair->server : &pair->client;
        struct side *to = of_server ? &pair->client : &pair->server;

        if (of_server)
            give(&pair->server,
                 (struct smtpspec_span){ octets, take(&pair->client, octets) }, ROOM);
        length = take(from, octets);
        if (cut < length)
            give(to, (struct smtpspec_span){ octets, cut }, ROOM);
        assert_int_equal(state_of(to), SMTPSPEC_TLS_HANDSHAKE);
        give(to, (struct smtpspec_span){ octets + cut, length - cut }, ROOM);
        converse(pair, ROOM);
        pair_free(pair);
        /* Every octet of the first records, then one in seven. */
        if (cut > 150)
            cut += 6;
    }
}

static void takes_the_hello_of_the_client_in_any_split(void **state)
{
    struct pair *pair = pair_new(HOST);
    static char octets[ROOM];

    (void)state;
    assert_true(take(&pair->client, octets) > 100);
    pair_free(pair);
    cut_first_flight(false);
}

static void takes_the_hello_of_the_server_in_any_split(void **state)
{
    (void)state;
    cut_first_flight(true);
}

static void tells_version_and_cipher(void **state)
{
    struct pair *pair = pair_connected(HOST);

    (void)state;
    assert_string_equal(facts_of(&pair->client)->version, "TLSv1.3");
    assert_memory_equal(facts_of(&pair->client)->cipher, "TLS_", 4);
    assert_string_equal(facts_of(&pair->client)->why, "");
    assert_string_equal(facts_of(&pair->server)->version, "TLSv1.3");
    assert_string_equal(facts_of(&pair->server)->certificate, "");
    assert_false(facts_of(&pair->client)->notified);
    pair_free(pair);
}

static void carries_much_in_both_directions(void **state)
{
    struct pair *pair = pair_connected(HOST);
    static char sent[200000], octets[ROOM];
    struct smtpspec_span left = { sent, sizeof(sent) };

    (void)state;
    for (size_t i = 0; i < sizeof(sent); i++)
        sent[i] = (char)(i * 7 + i / 251);
    while (left.length > 0) {
        size_t taken = smtpspec_tls_write(pair->client.tls, left);

        assert_true(taken > 0);
        left = smtpspec_span_skip(left, taken);
        talk(pair, 999);
    }
    assert_int_equal(pair->server.heard_length, sizeof(sent));
    assert_memory_equal(pair->server.heard, sent, sizeof(sent));
    /* Nobody fetches it: no more is taken. */
    while (smtpspec_tls_write(pair->server.tls,
                              (struct smtpspec_span){ sent, 16384 }) > 0)
        ;
    assert_true(take(&pair->server, octets) < 128 * 1024);
    pair_free(pair);
}

static void keeps_what_is_not_fetched_to_one_record(void **state)
{
    struct pair *pair = pair_connected(HOST);
    static char octets[ROOM], sent[40000];
    size_t length, taken;

    (void)state;
    smtpspec_tls_write(pair->client.tls, (struct smtpspec_span){ sent, sizeof(sent) });
    length = take(&pair->client, octets);
    taken = smtpspec_tls_feed(pair->server.tls, (struct smtpspec_span){ octets, length });
    assert_true(taken < 17000);
    assert_int_equal(smtpspec_tls_feed(pair->server.tls,
                                       (struct smtpspec_span){ octets + taken, 1 }), 0);
    assert_int_equal(smtpspec_tls_read(pair->server.tls).length, 16384);
    pair_free(pair);
}

static void takes_nothing_before_it_is_open(void **state)
{
    struct pair *pair = pair_new(HOST);

    (void)state;
    assert_int_equal(smtpspec_tls_write(pair->client.tls, SMTPSPEC_SPAN("x")), 0);
    assert_int_equal(smtpspec_tls_write(pair->server.tls, SMTPSPEC_SPAN("x")), 0);
    smtpspec_tls_end(pair->client.tls);
    talk(pair, ROOM);
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_OPEN);
    pair_free(pair);
}

/* --- leaving TLS ------------------------------------------------------------ */

static void clear_text_behind_the_end_is_left(void **state)
{
    static char octets[ROOM];

    (void)state;
    for (size_t piece = 1; piece < 60; piece++) {
        struct pair *pair = pair_connected(HOST);
        size_t length;

        say(&pair->client, "NOOP\r\n");
        smtpspec_tls_end(pair->client.tls);
        assert_int_equal(smtpspec_tls_write(pair->client.tls, SMTPSPEC_SPAN("x")), 0);
        length = take(&pair->client, octets);
        memcpy(octets + length, "QUIT\r\n", 6);
        give(&pair->server, (struct smtpspec_span){ octets, length + 6 }, piece);
        assert_heard(&pair->server, "NOOP\r\n");
        assert_int_equal(state_of(&pair->server), SMTPSPEC_TLS_ENDED);
        assert_true(facts_of(&pair->server)->notified);
        assert_int_equal(pair->server.clear_length, 6);
        assert_memory_equal(pair->server.clear, "QUIT\r\n", 6);
        pair_free(pair);
    }
}

/* It may have been under way before it heard of the end. */
static void what_is_still_encrypted_is_heard_after_our_end(void **state)
{
    struct pair *pair = pair_connected(HOST);

    (void)state;
    smtpspec_tls_end(pair->client.tls);
    say(&pair->server, "250 late\r\n");
    talk(pair, ROOM);
    assert_heard(&pair->client, "250 late\r\n");
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_OPEN);
    smtpspec_tls_end(pair->server.tls);
    talk(pair, ROOM);
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_ENDED);
    pair_free(pair);
}

static void clear_text_without_a_word_after_our_end_is_clear_text(void **state)
{
    struct pair *pair = pair_connected(HOST);

    (void)state;
    smtpspec_tls_end(pair->client.tls);
    give(&pair->client, SMTPSPEC_SPAN("500 what?\r\n"), 4);
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_ENDED);
    assert_false(facts_of(&pair->client)->notified);
    assert_int_equal(pair->client.clear_length, 11);
    assert_memory_equal(pair->client.clear, "500 what?\r\n", 11);
    pair_free(pair);
}

static void clear_text_in_an_open_session_is_a_failure(void **state)
{
    struct pair *pair = pair_connected(HOST);

    (void)state;
    give(&pair->client, SMTPSPEC_SPAN("500 what?\r\n"), ROOM);
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_FAILED);
    assert_string_equal(facts_of(&pair->client)->why, "no TLS record where one was due");
    assert_int_equal(pair->client.heard_length, 0);
    assert_int_equal(smtpspec_tls_write(pair->client.tls, SMTPSPEC_SPAN("x")), 0);
    pair_free(pair);
}

/* --- no TLS ------------------------------------------------------------------ */

struct garbage {
    const char *name;
    struct smtpspec_span octets;
    bool fails;         /* or waits for more                                 */
};

#define OCTETS(literal) { literal, sizeof(literal) - 1 }

static struct garbage garbages[] = {
    { "a command", OCTETS("EHLO a.example\r\n"), true },
    { "a reply", OCTETS("454 4.7.0 not now\r\n"), true },
    { "escape sequences", OCTETS("\033[2J\033]0;x\007"), true },
    { "NUL", OCTETS("\0"), true },
    { "high octets", OCTETS("\377\376\375"), true },
    { "a hello of SSL 2", OCTETS("\200\056\001\003\001\000\025\000\000\000\020"), true },
    { "a record of no length", OCTETS("\026\003\001\000\000"), false },
    { "a record of a wrong version", OCTETS("\026\011\011\000\004abcd"), true },
    { "a record of nonsense", OCTETS("\026\003\003\000\010abcdefgh"), true },
    { "application data", OCTETS("\027\003\003\000\010abcdefgh"), true },
    { "an alert", OCTETS("\025\003\003\000\002\002\050"), true },
    { "half a head", OCTETS("\026\003\003\000"), false },
    { "half a record", OCTETS("\026\003\003\000\010abc"), false },
    { "a very long record", OCTETS("\026\003\003\377\377abc"), false },
};

static void check_failed(const struct side *side, bool fails)
{
    const char *why = facts_of(side)->why;

    assert_int_equal(state_of(side),
                     fails ? SMTPSPEC_TLS_FAILED : SMTPSPEC_TLS_HANDSHAKE);
    assert_int_equal(why[0] != '\0', fails);
    for (; *why != '\0'; why++)
        assert_in_range(*why, ' ', '~');
}

static void is_no_handshake(void **state)
{
    const struct garbage *row = *state;

    for (size_t piece = 1; piece <= row->octets.length; piece++) {
        struct pair *pair = pair_new(HOST);

        give(&pair->client, row->octets, piece);
        give(&pair->server, row->octets, piece);
        check_failed(&pair->client, row->fails);
        check_failed(&pair->server, row->fails);
        pair_free(pair);
    }
}

static void a_very_long_record_is_bounded(void **state)
{
    struct pair *pair = pair_new(HOST);
    static char octets[70000] = "\026\003\003\377\377";

    (void)state;
    give(&pair->server, (struct smtpspec_span){ octets, sizeof(octets) }, ROOM);
    check_failed(&pair->server, true);
    pair_free(pair);
}

/* A server that was sent away in the middle of it. */
static void half_a_handshake_waits_for_the_rest(void **state)
{
    struct pair *pair = pair_new(HOST);
    static char octets[ROOM];
    size_t length;

    (void)state;
    give(&pair->server, (struct smtpspec_span){ octets, take(&pair->client, octets) },
         ROOM);
    length = take(&pair->server, octets);
    give(&pair->client, (struct smtpspec_span){ octets, length - 1 }, ROOM);
    check_failed(&pair->client, false);
    pair_free(pair);
}

static void a_flipped_bit_anywhere_is_survived(void **state)
{
    static char octets[ROOM];
    size_t length = 1;

    (void)state;
    for (size_t at = 0; at < length; at += 5) {
        struct pair *pair = pair_new(HOST);

        give(&pair->server, (struct smtpspec_span){ octets, take(&pair->client, octets) },
             ROOM);
        length = take(&pair->server, octets);
        octets[at] = (char)(octets[at] ^ (1 << at % 8));
        give(&pair->client, (struct smtpspec_span){ octets, length }, ROOM);
        talk(pair, ROOM);
        if (state_of(&pair->client) != SMTPSPEC_TLS_OPEN)
            assert_int_not_equal(state_of(&pair->server), SMTPSPEC_TLS_OPEN);
        pair_free(pair);
    }
}

static void a_forged_record_ends_the_session(void **state)
{
    struct pair *pair = pair_connected(HOST);
    static char octets[ROOM];
    size_t length;

    (void)state;
    say(&pair->server, "250 ok\r\n");
    length = take(&pair->server, octets);
    octets[length - 1] ^= 1;
    give(&pair->client, (struct smtpspec_span){ octets, length }, ROOM);
    assert_int_equal(state_of(&pair->client), SMTPSPEC_TLS_FAILED);
    assert_int_equal(pair->client.heard_length, 0);
    pair_free(pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(talks_in_pieces_of_any_size),
        cmocka_unit_test(takes_the_hello_of_the_client_in_any_split),
        cmocka_unit_test(takes_the_hello_of_the_server_in_any_split),
        cmocka_unit_test(tells_version_and_cipher),
        cmocka_unit_test(carries_much_in_both_directions),
        cmocka_unit_test(keeps_what_is_not_fetched_to_one_record),
        cmocka_unit_test(takes_nothing_before_it_is_open),
        cmocka_unit_test(clear_text_behind_the_end_is_left),
        cmocka_unit_test(what_is_still_encrypted_is_heard_after_our_end),
        cmocka_unit_test(clear_text_without_a_word_after_our_end_is_clear_text),
        cmocka_unit_test(clear_text_in_an_open_session_is_a_failure),
        cmocka_unit_test(a_very_long_record_is_bounded),
        cmocka_unit_test(half_a_handshake_waits_for_the_rest),
        cmocka_unit_test(a_flipped_bit_anywhere_is_survived),
        cmocka_unit_test(a_forged_record_ends_the_session),
    };

    return RUN_ROWS(is_no_handshake, garbages) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
