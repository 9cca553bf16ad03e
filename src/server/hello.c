/* SPDX-License-Identifier: MIT */
/*
 * hello.c - who the server says it is, and what it offers: the greeting and
 * the replies to HELO and EHLO (RFC 5321, 4.1.1.1)
 *
 * Floor 5, server.
 */
#include "server/engine.h"

#define DIGITS(macro) DIGITS_OF(macro)
#define DIGITS_OF(number) #number

/* Lines that a list of keywords may have, the domain included, and how many
 * a server with many of its own has. */
#define KEYWORDS_MANY 60

static uint64_t offered_by(enum smtpspec_profile profile)
{
    const uint64_t plain = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_PIPELINING) |
                           SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SIZE) |
                           SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_8BITMIME);
    const uint64_t more =
        SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES) |
        SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_HELP) |
        SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_EXPN);
    const uint64_t modern = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_BINARYMIME) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_SMTPUTF8) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_DSN) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_ETRN) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_DELIVERBY) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_MT_PRIORITY) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_LIMITS) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_AUTH) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS) |
                            SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_REQUIRETLS);

    switch (profile) {
    case SMTPSPEC_PROFILE_RFC821: /* there was no EHLO */
        return 0;
    case SMTPSPEC_PROFILE_KB234:
        return plain;
    case SMTPSPEC_PROFILE_RFC2821:
    case SMTPSPEC_PROFILE_RFC5321:
        return plain | more;
    default:
        return plain | more | modern;
    }
}

uint64_t smtpspec_hello_offered(const struct smtpspec_server *server)
{
    uint64_t offered = smtpspec_quirks_offered(
        server, offered_by(server->terms.profile));

    if ((server->session.tls &&
         !does(server, SMTPSPEC_MISDEED_STARTTLS_LISTED)) ||
        server->tls == SMTPSPEC_SERVER_TLS_NO)
        offered &= ~SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS);
    if (server->terms.service == SMTPSPEC_SERVICE_SUBMISSION)
        offered &= ~SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_ETRN); /* RFC 6409, 7 */
    if (!server->session.tls) /* RFC 8689, 3 */
        offered &= ~SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_REQUIRETLS);
    /* One planted fault each: it makes no promise that it then breaks. */
    if (does(server, SMTPSPEC_MISDEED_FEW_RECIPIENTS) ||
        does(server, SMTPSPEC_MISDEED_RECIPIENTS_552))
        offered &= ~SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_LIMITS);
    return offered;
}

struct answer smtpspec_hello_greeting(struct smtpspec_server *server)
{
    return smtpspec_answer(
        220, NULL,
        smtpspec_text(server, "%s %s", server->domain,
                      server->terms.profile == SMTPSPEC_PROFILE_RFC821
                          ? "SMTP smtpspec"
                      : server->terms.service == SMTPSPEC_SERVICE_LMTP
                          ? "LMTP smtpspec" : "ESMTP smtpspec"));
}

bool smtpspec_hello_is_meant(const struct smtpspec_server *server,
                             enum smtpspec_command command)
{
    bool lmtp = server->terms.service == SMTPSPEC_SERVICE_LMTP;

    return lmtp ? command == SMTPSPEC_COMMAND_LHLO
                : command == SMTPSPEC_COMMAND_HELO ||
                  command == SMTPSPEC_COMMAND_EHLO;
}

struct answer smtpspec_hello_helo(struct smtpspec_server *server)
{
    return smtpspec_answer(
        250, NULL, smtpspec_text(server, "%s at your service",
                                 server->domain));
}

/* Small and capital letters by turns, in the keyword alone. */
static void mix_case(char *line)
{
    for (bool small = false; *line != '\0' && *line != ' '; line++) {
        if (small && *line >= 'A' && *line <= 'Z')
            *line = (char)(*line - 'A' + 'a');
        small = !small;
    }
}

/* Fisher and Yates; the same session number gives the same order. */
static void shuffle(struct answer *answer, uint32_t number)
{
    uint32_t seed = number * 2654435761u + 88172645u;

    for (unsigned i = answer->lines - 1; i > 1; i--) {
        const char *line = answer->line[i];
        unsigned other;

        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        other = 1 + seed % i; /* line 0 is the domain's */
        answer->line[i] = answer->line[other];
        answer->line[other] = line;
    }
}

static void be_quirky(struct smtpspec_server *server, struct answer *answer)
{
    if (is_quirky(server, SMTPSPEC_QUIRK_MANY_KEYWORDS))
        for (unsigned i = answer->lines; i <= KEYWORDS_MANY; i++)
            answer->line[answer->lines++] =
                smtpspec_text(server, "X-EXTENSION-%02u A-%u B", i, i * i);
    if (is_quirky(server, SMTPSPEC_QUIRK_MIXED_CASE))
        for (unsigned i = 1; i < answer->lines; i++) {
            char *line = smtpspec_text(server, "%s", answer->line[i]);

            mix_case(line);
            answer->line[i] = line;
        }
    if (is_quirky(server, SMTPSPEC_QUIRK_RANDOM_ORDER) && answer->lines > 2)
        shuffle(answer, server->number);
}

struct answer smtpspec_hello_ehlo(struct smtpspec_server *server)
{
    static const struct {
        enum smtpspec_extension extension;
        const char *line;
    } lines[] = {
        { SMTPSPEC_EXTENSION_PIPELINING, "PIPELINING" },
        { SMTPSPEC_EXTENSION_8BITMIME, "8BITMIME" },
        { SMTPSPEC_EXTENSION_ENHANCEDSTATUSCODES, "ENHANCEDSTATUSCODES" },
        { SMTPSPEC_EXTENSION_CHUNKING, "CHUNKING" },
        { SMTPSPEC_EXTENSION_BINARYMIME, "BINARYMIME" },
        { SMTPSPEC_EXTENSION_SMTPUTF8, "SMTPUTF8" },
        { SMTPSPEC_EXTENSION_DSN, "DSN" },
        { SMTPSPEC_EXTENSION_ETRN, "ETRN" },
        { SMTPSPEC_EXTENSION_DELIVERBY, "DELIVERBY" },
        { SMTPSPEC_EXTENSION_MT_PRIORITY, "MT-PRIORITY" },
        { SMTPSPEC_EXTENSION_LIMITS,
          "LIMITS RCPTMAX=" DIGITS(SMTPSPEC_SERVER_RECIPIENTS) },
        { SMTPSPEC_EXTENSION_AUTH, "AUTH PLAIN LOGIN CRAM-MD5" },
        { SMTPSPEC_EXTENSION_STARTTLS, "STARTTLS" },
        { SMTPSPEC_EXTENSION_REQUIRETLS, "REQUIRETLS" },
        { SMTPSPEC_EXTENSION_EXPN, "EXPN" },
        { SMTPSPEC_EXTENSION_HELP, "HELP" },
        { SMTPSPEC_EXTENSION_SIZE, "SIZE " DIGITS(SMTPSPEC_SERVER_SIZE) },
    };
    struct answer answer = smtpspec_hello_helo(server);

    if (server->terms.profile == SMTPSPEC_PROFILE_RFC821 &&
        server->terms.service != SMTPSPEC_SERVICE_LMTP)
        return smtpspec_answer(500, NULL, "Command not known");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(lines); i++)
        if (offers(server, lines[i].extension))
            answer.line[answer.lines++] = lines[i].line;
    be_quirky(server, &answer);
    return answer;
}
