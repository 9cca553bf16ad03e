/* SPDX-License-Identifier: MIT */
/*
 * sasl.c - AUTH: PLAIN (RFC 4616), LOGIN (never published) and CRAM-MD5
 * (RFC 2195), as RFC 4954 puts them into SMTP
 *
 * Floor 5, server. There is one user: `user`, or `user@` and the server's
 * domain, with the password `secret`.
 */
#include <smtpspec/base64.h>

#include "server/cram.h"
#include "server/engine.h"

#define PASSWORD "secret"
/* What is decoded of a line; longer ones are nobody's password. */
#define DECODED_KEPT 1024

static struct answer granted(void)
{
    return smtpspec_answer(235, "2.7.0", "Logged in");
}

static struct answer refused(void)
{
    return smtpspec_answer(535, "5.7.8", "Wrong user or password");
}

static struct answer no_base64(void)
{
    return smtpspec_answer(501, "5.5.2", "This is no base64");
}

/* 334, which has its space even where nothing follows (RFC 4954, 4). */
static struct answer ask(struct smtpspec_server *server,
                         enum login_step next, struct smtpspec_span challenge)
{
    char encoded[SMTPSPEC_BASE64_ROOM(SMTPSPEC_SERVER_CHALLENGE_KEPT)];
    size_t length =
        smtpspec_base64_write(challenge, encoded, sizeof(encoded));

    server->login = (uint8_t)next;
    return smtpspec_answer(
        334, NULL, smtpspec_text(server, "%.*s", (int)length, encoded));
}

static bool is_user(const struct smtpspec_server *server,
                    struct smtpspec_span name)
{
    size_t at = smtpspec_span_find(name, '@');

    return smtpspec_span_equal_nocase(smtpspec_span_head(name, at),
                                      SMTPSPEC_SPAN("user")) &&
           (at == name.length ||
            smtpspec_span_equal_nocase(smtpspec_span_skip(name, at + 1),
                                       smtpspec_span_of(server->domain)));
}

/* authorize-id NUL authenticate-id NUL password (RFC 4616, 2) */
static struct answer check_plain(const struct smtpspec_server *server,
                                 struct smtpspec_span message)
{
    size_t first = smtpspec_span_find(message, '\0');
    struct smtpspec_span as = smtpspec_span_head(message, first);
    struct smtpspec_span rest = smtpspec_span_skip(message, first + 1);
    size_t second = smtpspec_span_find(rest, '\0');
    struct smtpspec_span user = smtpspec_span_head(rest, second);
    struct smtpspec_span password = smtpspec_span_skip(rest, second + 1);

    if (first == message.length || second == rest.length)
        return smtpspec_answer(501, "5.5.2", "This is no PLAIN message");
    if ((as.length > 0 && !is_user(server, as)) || !is_user(server, user) ||
        !smtpspec_span_equal(password, SMTPSPEC_SPAN(PASSWORD)))
        return refused();
    return granted();
}

/* user SP digest (RFC 2195, 2) */
static struct answer check_cram(const struct smtpspec_server *server,
                                struct smtpspec_span message)
{
    char digest[SMTPSPEC_CRAM_LENGTH];
    size_t length = smtpspec_cram_md5(smtpspec_span_of(server->challenge),
                                  SMTPSPEC_SPAN(PASSWORD), digest,
                                  sizeof(digest));
    size_t blank = message.length;

    while (blank > 0 && message.at[blank - 1] != ' ')
        blank--;
    if (blank == 0 || length == 0 ||
        !is_user(server, smtpspec_span_head(message, blank - 1)) ||
        !smtpspec_span_equal_nocase(
            smtpspec_span_skip(message, blank),
            (struct smtpspec_span){ digest, length }))
        return refused();
    return granted();
}

/* What the client said in the step that the exchange is in, decoded. */
static struct answer go_on(struct smtpspec_server *server,
                           struct smtpspec_span message)
{
    switch (server->login) {
    case LOGIN_PLAIN:
        return check_plain(server, message);
    case LOGIN_USER:
        server->login_known = is_user(server, message);
        return ask(server, LOGIN_PASSWORD, SMTPSPEC_SPAN("Password:"));
    case LOGIN_PASSWORD:
        return server->login_known &&
                       smtpspec_span_equal(message, SMTPSPEC_SPAN(PASSWORD))
                   ? granted() : refused();
    default:
        return check_cram(server, message);
    }
}

static struct answer decode(struct smtpspec_server *server,
                            struct smtpspec_span text)
{
    char decoded[DECODED_KEPT];
    size_t length = 0;

    if (!smtpspec_is_base64(text))
        return no_base64();
    if (!smtpspec_base64_read(text, decoded, sizeof(decoded), &length))
        return refused();
    return go_on(server, (struct smtpspec_span){ decoded, length });
}

/* The first step of a mechanism, and what the server asks in it. */
static struct answer begin(struct smtpspec_server *server,
                           enum smtpspec_mechanism mechanism)
{
    switch (mechanism) {
    case SMTPSPEC_MECHANISM_PLAIN:
        return ask(server, LOGIN_PLAIN, SMTPSPEC_SPAN(""));
    case SMTPSPEC_MECHANISM_LOGIN:
        return ask(server, LOGIN_USER, SMTPSPEC_SPAN("Username:"));
    default:
        return ask(server, LOGIN_CRAM, smtpspec_span_of(server->challenge));
    }
}

struct answer smtpspec_sasl_auth(struct smtpspec_server *server,
                                  const struct smtpspec_command_line *line)
{
    size_t blank = smtpspec_span_find(line->argument, ' ');
    enum smtpspec_mechanism mechanism =
        smtpspec_mechanism_of(smtpspec_span_head(line->argument, blank));
    struct smtpspec_span first = line->parameters;
    struct answer answer;

    if (server->session.state != SMTPSPEC_STATE_READY ||
        server->session.greeted == SMTPSPEC_COMMAND_HELO)
        return smtpspec_answer(503, "5.5.1", "After EHLO, before MAIL");
    if (server->session.authenticated)
        return smtpspec_answer(503, "5.5.1", "Logged in already");
    if (mechanism == SMTPSPEC_MECHANISM_OTHER)
        return smtpspec_answer(504, "5.5.4", "Mechanism not known");
    answer = begin(server, mechanism);
    if (first.length == 0)
        return answer;
    if (mechanism == SMTPSPEC_MECHANISM_CRAM_MD5)
        return smtpspec_answer(501, "5.7.0", "Here the server speaks first");
    /* "=" is a response of no octets. */
    return decode(server, smtpspec_span_equal(first, SMTPSPEC_SPAN("="))
                              ? SMTPSPEC_SPAN("") : first);
}

struct answer smtpspec_sasl_continue(struct smtpspec_server *server,
                                      struct smtpspec_span line)
{
    if (server->line_octets > SMTPSPEC_SERVER_LINE_KEPT)
        return smtpspec_answer(500, "5.5.6", "Line too long");
    if (smtpspec_span_equal(line, SMTPSPEC_SPAN("*")))
        return smtpspec_answer(501, "5.7.0", "Given up");
    return decode(server, line);
}
