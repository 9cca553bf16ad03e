/* SPDX-License-Identifier: MIT */
/*
 * listen.h - have the judge listen to a dialogue in RFC notation
 *
 * Header only, for tests. Lines: "C: " client, "S: " server, CRLF added; "c: "
 * and "s: " without; in all of them `^n` is LF, `^r` CR, `^0` NUL, `^8` an
 * octet over 127. "turn" the server waits, "closed" it closed, "tls" both did
 * the handshake.
 */
#ifndef SMTPSPEC_TESTS_LISTEN_H
#define SMTPSPEC_TESTS_LISTEN_H

#include <string.h>

#include <cmocka.h>

#include <smtpspec/judge.h>

#include "support/read_already.h"

/* Not cut: commands and replies that were read before. */
#define CUT_READ_ALREADY (SIZE_MAX - 1)

struct heard {
    char text[512];
    unsigned exchanges;
};

static inline void on_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    struct heard *heard = context;
    char rule[64];
    size_t used = strlen(heard->text);

    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    assert_true(verdict->reference[0] != '\0' && verdict->text[0] != '\0');
    assert_true(used + strlen(rule) + 8 < sizeof(heard->text));
    if (used > 0)
        heard->text[used++] = ' ';
    memcpy(heard->text + used, rule, strlen(rule) + 1);
    used = strlen(heard->text);
    heard->text[used++] = ':';
    const char *outcome = smtpspec_outcome_name(verdict->outcome);

    memcpy(heard->text + used, outcome, strlen(outcome) + 1);
}

static inline void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    struct heard *heard = context;

    heard->exchanges++;
    assert_in_range(exchange->next, SMTPSPEC_STATE_CONNECT,
                    SMTPSPEC_STATE_ASTRAY);
}

static inline size_t unescape(const char *from, const char *end, char *to)
{
    size_t n = 0;

    for (; from < end; from++) {
        if (*from != '^') {
            to[n++] = *from;
            continue;
        }
        from++;
        to[n++] = *from == 'n' ? '\n' : *from == 'r' ? '\r' :
                  *from == '8' ? (char)0xE9 : '\0';
    }
    return n;
}

/* Cut the server's octets after `cut` octets of the session, or each where
 * cut is 0. */
static inline void feed_server(struct smtpspec_judge *judge,
                        struct smtpspec_reply_parser *parser, const char *octets,
                        size_t length, size_t *seen, size_t cut)
{
    size_t at = 0;

    if (cut == CUT_READ_ALREADY)
        tell_server(judge, parser, (struct smtpspec_span){ octets, length }, 2);
    else if (cut == 0)
        for (; at < length; at++)
            smtpspec_judge_server(judge,
                                  (struct smtpspec_span){ octets + at, 1 });
    else if (cut > *seen && cut < *seen + length)
        for (at = cut - *seen, smtpspec_judge_server(judge,
                 (struct smtpspec_span){ octets, at }); at < length;
             at = length)
            smtpspec_judge_server(judge, (struct smtpspec_span){
                                             octets + at, length - at });
    else
        smtpspec_judge_server(judge, (struct smtpspec_span){ octets, length });
    *seen += length;
}

/* Adjacent server lines arrive in one piece, as they would on the wire. */
static inline size_t listen_to(const char *dialogue,
                               const struct smtpspec_terms *terms, size_t cut,
                               struct heard *heard)
{
    static struct smtpspec_judge judge;
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, heard };
    struct smtpspec_reply_parser parser;
    char octets[1024];
    size_t seen = 0, server = 0;

    smtpspec_reply_init(&parser);
    *heard = (struct heard){ .exchanges = 0 };
    smtpspec_judge_init(&judge, terms, &sink);
    for (const char *line = dialogue, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        bool from_server = line[0] == 's' || line[0] == 'S';

        if (!from_server && server > 0) {
            feed_server(&judge, &parser, octets, server, &seen, cut);
            server = 0;
        }
        if (strncmp(line, "turn", 4) == 0) {
            smtpspec_judge_turn(&judge);
        } else if (strncmp(line, "tls", 3) == 0) {
            smtpspec_judge_tls(&judge);
        } else if (strncmp(line, "closed", 6) == 0) {
            smtpspec_judge_closed(&judge);
        } else {
            size_t n = unescape(line + 3, end, octets + server);

            if (line[0] == 'C' || line[0] == 'S') {
                memcpy(octets + server + n, "\r\n", 2);
                n += 2;
            }
            if (from_server)
                server += n;
            else if (cut == CUT_READ_ALREADY)
                tell_client(&judge, (struct smtpspec_span){ octets, n });
            else
                smtpspec_judge_client(&judge,
                                      (struct smtpspec_span){ octets, n });
        }
    }
    feed_server(&judge, &parser, octets, server, &seen, cut);
    return seen;
}

#endif
