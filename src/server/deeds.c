/* SPDX-License-Identifier: MIT */
/*
 * deeds.c - misdeeds that are no words: too many replies or none, a session
 * that goes elsewhere, a connection ended the wrong way
 *
 * Floor 5, server.
 */
#include "server/engine.h"

enum deed_kind {
    DEED_MUTE,      /* no reply                                              */
    DEED_VANISH,    /* no reply, and the connection is closed                */
    DEED_RESET,     /* no reply, and the connection is reset                 */
    DEED_FLOOD,     /* a reply without end instead                           */
    DEED_DRIP,      /* the same, octet by octet                              */
    DEED_TWICE,     /* the reply once more                                   */
    DEED_EXTRA,     /* `text` behind the reply                               */
    DEED_HANG_UP,   /* closed after the reply                                */
    DEED_STAY,      /* not closed after the reply                            */
    DEED_DIE,       /* as RESET, and nobody listens any more                 */
    DEED_GO_TO      /* the session is in `state` then                        */
};

/* A field left out holds for anything. */
struct deed {
    uint8_t misdeed;
    uint8_t command;
    uint8_t kind;
    uint8_t state;
    uint16_t states;        /* before it; set of enum smtpspec_state         */
    unsigned faults;        /* one of these is in the line                   */
    bool octet;             /* and a NUL                                     */
    bool refused;           /* for refused commands, else for taken ones     */
    const char *text;
};

#define DEED(name, verb, does_)                                             \
    .misdeed = SMTPSPEC_MISDEED_##name,                                     \
    .command = SMTPSPEC_COMMAND_##verb, .kind = DEED_##does_
#define IN(state_) SMTPSPEC_BIT(SMTPSPEC_STATE_##state_)
#define TO(state_) .state = SMTPSPEC_STATE_##state_

static const struct deed deeds[] = {
    { DEED(RSET_KEEPS_MAIL, RSET, GO_TO), .states = IN(MAIL), TO(MAIL) },
    { DEED(RSET_KEEPS_MAIL, RSET, GO_TO), .states = IN(RCPT), TO(RCPT) },
    { DEED(RSET_FORGETS_EHLO, RSET, GO_TO), TO(IDLE) },
    { DEED(NOOP_RESETS, NOOP, GO_TO), .states = IN(MAIL) | IN(RCPT),
      TO(READY) },
    { DEED(EHLO_KEEPS_MAIL, EHLO, GO_TO), .states = IN(MAIL), TO(MAIL) },
    { DEED(EHLO_KEEPS_MAIL, EHLO, GO_TO), .states = IN(RCPT), TO(RCPT) },
    { DEED(BAD_EHLO_FORGETS, EHLO, GO_TO), .refused = true, TO(IDLE) },
    { DEED(DATA_END_KEEPS, DATA_END, GO_TO), TO(RCPT) },
    { DEED(SILENT_GREETING, CONNECT, MUTE) },
    { DEED(NOOP_SILENT, NOOP, MUTE) },
    { DEED(DATA_END_SILENT, DATA_END, MUTE) },
    { DEED(NOOP_TWICE, NOOP, TWICE) },
    { DEED(DATA_END_TWICE, DATA_END, TWICE) },
    { DEED(BDAT_TWICE, BDAT, TWICE) },
    { DEED(RCPT_UNASKED, RCPT, EXTRA), .text = "250 2.0.0 By the way\r\n" },
    { DEED(EARLY_250, DATA, EXTRA), .text = "250 2.0.0 Message taken\r\n" },
    { DEED(CLOSES_ON_UNKNOWN, UNKNOWN, VANISH), .refused = true },
    { DEED(CLOSES_ON_EIGHT_BIT, UNSET, VANISH), .refused = true,
      .faults = SMTPSPEC_FAULT_EIGHT_BIT },
    { DEED(CLOSES_AFTER_RSET, RSET, HANG_UP) },
    { DEED(QUIT_SILENT, QUIT, VANISH) },
    { DEED(QUIT_STAYS, QUIT, STAY) },
    { DEED(STAYS_AFTER_421, UNKNOWN, STAY), .refused = true },
    { DEED(ENDLESS_REPLY, HELP, FLOOD) },
    { DEED(DRIPPING_REPLY, NOOP, DRIP) },
    { DEED(RSET_OPENS, RSET, GO_TO), .states = IN(IDLE), TO(READY) },
    { DEED(CRASHES, UNSET, DIE), .octet = true },
    { DEED(CRASHES, UNSET, DIE), .octet = true, .refused = true },
    { DEED(LONG_LINE_CRASH, UNSET, RESET), .refused = true,
      .faults = SMTPSPEC_FAULT_TOO_LONG },
};

static bool holds(const struct deed *deed,
                  const struct smtpspec_server *server,
                  const struct smtpspec_session *before,
                  const struct smtpspec_command_line *line, unsigned code)
{
    return does(server, (enum smtpspec_misdeed)deed->misdeed) &&
           (deed->command == SMTPSPEC_COMMAND_UNSET ||
            deed->command == line->command) &&
           (deed->states == 0 ||
            (deed->states & SMTPSPEC_BIT(before->state)) != 0) &&
           (deed->faults == 0 || (deed->faults & line->faults) != 0) &&
           (!deed->octet ||
            smtpspec_span_find(line->argument, '\0') <
                line->argument.length) &&
           deed->refused == (code >= 400);
}

static void end(struct smtpspec_server *server, enum engine_end how)
{
    server->mode = ENGINE_OVER;
    server->end = (uint8_t)how;
}

bool smtpspec_deeds_before(struct smtpspec_server *server,
                           const struct smtpspec_command_line *line,
                           unsigned code)
{
    bool speak = true;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(deeds); i++) {
        if (!holds(&deeds[i], server, &server->session, line, code))
            continue;
        switch (deeds[i].kind) {
        case DEED_MUTE: break;
        case DEED_VANISH: end(server, ENGINE_CLOSE); break;
        case DEED_RESET: end(server, ENGINE_RESET); break;
        case DEED_DIE:
            end(server, ENGINE_RESET);
            if (server->house != NULL)
                server->house->dead = true;
            break;
        case DEED_FLOOD: server->flow = ENGINE_FLOW_FLOOD; break;
        case DEED_DRIP:
            smtpspec_wording_put(server, SMTPSPEC_SPAN("250 "));
            server->flow = ENGINE_FLOW_DRIP;
            break;
        default: continue;
        }
        speak = false;
    }
    return speak;
}

static void go_to(struct smtpspec_server *server, unsigned state,
                  const struct smtpspec_session *before)
{
    bool transaction =
        state == SMTPSPEC_STATE_MAIL || state == SMTPSPEC_STATE_RCPT;

    if (transaction)
        server->session = *before;
    server->session.state = (uint8_t)state;
    if (!transaction)
        server->session.recipients = 0;
}

void smtpspec_deeds_after(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line,
                          const struct answer *answer,
                          const struct smtpspec_session *before)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(deeds); i++) {
        if (!holds(&deeds[i], server, before, line, answer->code))
            continue;
        switch (deeds[i].kind) {
        case DEED_TWICE:
            smtpspec_wording_reply(server, line->command, answer);
            break;
        case DEED_EXTRA:
            smtpspec_wording_put(server, smtpspec_span_of(deeds[i].text));
            break;
        case DEED_HANG_UP:
            end(server, ENGINE_CLOSE);
            break;
        case DEED_STAY: /* as if it had not said goodbye */
            server->session = *before;
            server->mode = ENGINE_LINE;
            server->end = ENGINE_STAY;
            break;
        case DEED_GO_TO:
            go_to(server, deeds[i].state, before);
            break;
        default:
            break;
        }
    }
}

void smtpspec_deeds_in_tls(struct smtpspec_server *server,
                           const struct smtpspec_session *before)
{
    struct smtpspec_session *session = &server->session;

    if (does(server, SMTPSPEC_MISDEED_STARTTLS_KEEPS_EHLO)) {
        session->greeted = before->greeted;
        session->state = SMTPSPEC_STATE_READY;
    }
    if (does(server, SMTPSPEC_MISDEED_STARTTLS_KEEPS_MAIL)) {
        *session = *before;
        session->state = before->recipients > 0 ? SMTPSPEC_STATE_RCPT
                                                : SMTPSPEC_STATE_MAIL;
        session->tls = true;
    }
    if (does(server, SMTPSPEC_MISDEED_STARTTLS_KEEPS_LOGIN))
        session->authenticated = before->authenticated;
    if (does(server, SMTPSPEC_MISDEED_STARTTLS_GREETS))
        smtpspec_wording_put(
            server, SMTPSPEC_SPAN("220 embedded.example ESMTP again\r\n"));
}

void smtpspec_deeds_in_text(struct smtpspec_server *server)
{
    if (does(server, SMTPSPEC_MISDEED_LONG_TEXT_500))
        smtpspec_wording_put(server,
                             SMTPSPEC_SPAN("500 5.5.6 Line too long\r\n"));
}

void smtpspec_deeds_in_content(struct smtpspec_server *server)
{
    if (does(server, SMTPSPEC_MISDEED_REPLY_IN_CONTENT))
        smtpspec_wording_put(server,
                             SMTPSPEC_SPAN("250 2.0.0 Go on\r\n"));
    if (does(server, SMTPSPEC_MISDEED_CLOSES_IN_CONTENT))
        end(server, ENGINE_CLOSE);
}

bool smtpspec_deeds_end_content(const struct smtpspec_server *server)
{
    static const struct {
        uint8_t misdeed;
        const char *octets;
    } ends[] = {
        { SMTPSPEC_MISDEED_LF_DOT_LF, "\n.\n" },
        { SMTPSPEC_MISDEED_LF_DOT_CRLF, "\n.\r\n" },
        { SMTPSPEC_MISDEED_CRLF_DOT_LF, "\r\n.\n" },
        { SMTPSPEC_MISDEED_CR_DOT_CR, "\r.\r" },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(ends); i++) {
        uint64_t wanted = 0, mask = 0;

        if (!does(server, (enum smtpspec_misdeed)ends[i].misdeed))
            continue;
        for (const char *at = ends[i].octets; *at != '\0'; at++) {
            wanted = wanted << 8 | (unsigned char)*at;
            mask = mask << 8 | 0xff;
        }
        if ((server->window & mask) == wanted)
            return true;
    }
    return false;
}
