/* SPDX-License-Identifier: MIT */
/*
 * dialogue.h - play dialogues to the built-in server, and keep what it says
 *
 * Header only, for tests. Dialogues are written as in misdeeds.def: lines
 * between bars, E, M and R for EHLO, MAIL and RCPT; {n} is n times the letter
 * x, {long} a line longer than any server need take, {nul} that octet.
 */
#ifndef SMTPSPEC_TESTS_DIALOGUE_H
#define SMTPSPEC_TESTS_DIALOGUE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/reply.h>

#include "server/server.h"

#define KEPT 65536

/* All that came out of a server. */
struct played {
    char out[KEPT];
    size_t length;
    unsigned waits;
    unsigned handshakes;    /* each done at once                             */
    bool endless;
    enum smtpspec_server_act last;
};

struct text {
    char at[KEPT];
    size_t length;
};

static inline void add(struct text *text, const char *octets, size_t length)
{
    assert_true(text->length + length <= sizeof(text->at));
    memcpy(text->at + text->length, octets, length);
    text->length += length;
}

/* How E is written. */
enum hello { HELLO_EHLO, HELLO_HELO, HELLO_LHLO };

static inline void add_piece(struct text *text, const char *piece, size_t length,
                      enum hello hello)
{
    static const char *const hellos[] = { "EHLO probe.example", "HELO probe.example",
                                          "LHLO probe.example" };
    static const char *const words[][2] = {
        { "E", "EHLO probe.example" },
        { "M", "MAIL FROM:<alice@embedded.example>" },
        { "R", "RCPT TO:<alice@embedded.example>" },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++)
        if (length == 1 && piece[0] == words[i][0][0]) {
            const char *line = i == 0 ? hellos[hello] : words[i][1];

            add(text, line, strlen(line));
            return;
        }
    for (size_t i = 0; i < length; i++) {
        if (piece[i] != '{') {
            add(text, piece + i, 1);
            continue;
        }
        if (piece[i + 1] == 'n') {
            add(text, "", 1);
            i += 4;
            continue;
        }
        char *end;
        unsigned long count =
            piece[i + 1] == 'l' ? 3000 : strtoul(piece + i + 1, &end, 10);

        while (count-- > 0)
            add(text, "x", 1);
        i += strcspn(piece + i, "}");
    }
}

/* Write a dialogue out. */
static inline void write_out(const char *dialogue, enum hello hello, struct text *text)
{
    text->length = 0;
    while (*dialogue != '\0') {
        size_t length = strcspn(dialogue, "|");

        add_piece(text, dialogue, length, hello);
        add(text, "\r\n", 2);
        dialogue += length;
        dialogue += *dialogue == '|';
    }
}

/* Fetch until the server wants input or is done. */
static inline void pump(struct smtpspec_server *server, struct played *played)
{
    for (;;) {
        struct smtpspec_server_action action = smtpspec_server_next(server);

        played->last = action.act;
        if (action.act == SMTPSPEC_SERVER_TLS) {
            played->handshakes++;
            smtpspec_server_secured(server, true);
            continue;
        }
        /* Quirks make pauses of no time, and as many as there are octets. */
        if (action.act == SMTPSPEC_SERVER_WAIT && action.ms < 1)
            continue;
        if (action.act == SMTPSPEC_SERVER_WAIT && ++played->waits < 50)
            continue;
        if (action.act != SMTPSPEC_SERVER_SEND)
            return;
        assert_true(action.octets.length > 0);
        if (played->length + action.octets.length > KEPT) {
            played->endless = true;
            return;
        }
        memcpy(played->out + played->length, action.octets.at,
               action.octets.length);
        played->length += action.octets.length;
    }
}

static inline void feed(struct smtpspec_server *server, struct smtpspec_span octets,
                 struct played *played)
{
    while (octets.length > 0 && !played->endless) {
        size_t taken = smtpspec_server_feed(server, octets);

        octets = smtpspec_span_skip(octets, taken);
        pump(server, played);
        assert_true(taken > 0 || played->length > 0);
    }
}

static inline struct smtpspec_server *
begin_as(const struct smtpspec_server_options *options, struct played *played)
{
    struct smtpspec_server *server = smtpspec_server_new(options);

    assert_non_null(server);
    memset(played, 0, sizeof(*played));
    pump(server, played);
    return server;
}

static inline struct smtpspec_server *begin(enum smtpspec_profile profile,
                                     enum smtpspec_misdeed misdeed,
                                     struct played *played)
{
    struct smtpspec_server_options options = { .profile = profile };

    options.misdeeds[misdeed] = misdeed != SMTPSPEC_MISDEED_NONE;
    return begin_as(&options, played);
}

/* Play in pieces of `piece` octets, or in two cut at `cut`. */
static inline void play_as(const struct smtpspec_server_options *options,
                 const struct text *text, size_t piece, size_t cut,
                 struct played *played)
{
    struct smtpspec_server *server = begin_as(options, played);

    for (size_t at = 0; at < text->length;) {
        size_t length = piece > 0 ? piece : at < cut ? cut : text->length;

        if (length > text->length - at)
            length = text->length - at;
        /* From memory of its own: a read too far is seen by a sanitizer. */
        char *copy = malloc(length);

        memcpy(copy, text->at + at, length);
        feed(server, (struct smtpspec_span){ copy, length }, played);
        free(copy);
        at += length;
    }
    smtpspec_server_free(server);
}

static inline void play(enum smtpspec_profile profile, enum smtpspec_misdeed misdeed,
                 const struct text *text, size_t piece, size_t cut,
                 struct played *played)
{
    struct smtpspec_server_options options = { .profile = profile };

    options.misdeeds[misdeed] = misdeed != SMTPSPEC_MISDEED_NONE;
    play_as(&options, text, piece, cut, played);
}

/* "220 250 close": the codes of the replies, and how it ended. */
static inline void codes_of(const struct played *played, char *out, size_t cap)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t at = 0, count, length = 0;

    smtpspec_reply_init(&parser);
    out[0] = '\0';
    while (at < played->length) {
        at += smtpspec_reply_feed(
            &parser,
            (struct smtpspec_span){ played->out + at, played->length - at },
            &line, 1, &count);
        assert_int_equal(count, 1);
        assert_int_equal(line.defects, 0);
        if (line.flags & SMTPSPEC_LINE_LAST)
            length += (size_t)snprintf(out + length, cap - length, "%s%u",
                                       length > 0 ? " " : "", line.code);
        assert_true(length < cap);
    }
    assert_false(smtpspec_reply_is_open(&parser));
    if (played->last == SMTPSPEC_SERVER_CLOSE)
        snprintf(out + length, cap - length, " close");
}

#endif
