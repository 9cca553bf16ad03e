/* SPDX-License-Identifier: MIT */
/*
 * server.c - frame what a client sends, have it answered, hand it out
 *
 * Floor 5, server. Only CRLF ends a command line and only CRLF.CRLF ends the
 * content (RFC 5321, 2.3.8): a bare LF or CR is an octet of the line, which
 * is then refused. Whatever comes, at most SMTPSPEC_SERVER_LINE_KEPT octets of
 * a line are kept, and none of the content.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/engine.h"

#define DRIP_PAUSE_MS 250

/* --- Answering ---------------------------------------------------------- */

/* Where the session goes by the answer that was given. The server knows its
 * own mind: where no state fits, it stays where it was. */
static void step(struct smtpspec_server *server,
                 const struct smtpspec_command_line *line, unsigned code)
{
    struct smtpspec_session before = server->session;
    enum smtpspec_state state =
        smtpspec_session_step(&server->session, line, code);

    if (state == SMTPSPEC_STATE_ASTRAY)
        server->session = before;
    if (state == SMTPSPEC_STATE_CONTENT) {
        smtpspec_data_init(&server->data);
        server->dots = 0;
        server->text_octets = 0;
        server->window = '\r' << 8 | '\n'; /* that of the DATA line */
        server->first_line = true;
        server->mode = ENGINE_CONTENT;
    }
    if (state == SMTPSPEC_STATE_TLS && before.tls) {
        server->session = before; /* (a misdeed) there is no second TLS */
    } else if (state == SMTPSPEC_STATE_TLS) {
        server->before_tls = before;
        server->mode = ENGINE_TLS;
        server->handshake = true;
    }
    /* Extensions are for sessions that EHLO opened (RFC 5321, 2.2.1). */
    server->terms.offered =
        server->session.greeted == SMTPSPEC_COMMAND_EHLO ||
                server->session.greeted == SMTPSPEC_COMMAND_LHLO
            ? server->offered : 0;
    server->message_octets = state == SMTPSPEC_STATE_BDAT
                                 ? server->message_octets + line->chunk : 0;
    if (state == SMTPSPEC_STATE_CLOSED || code == 221 || code == 421) {
        server->mode = ENGINE_OVER;
        server->end = ENGINE_CLOSE;
    }
}

/* BODY=BINARYMIME turns the row for DATA round (RFC 3030, 3). */
static void hold_to_rows(const struct smtpspec_server *server,
                         const struct smtpspec_command_line *line,
                         enum smtpspec_stimulus stimulus,
                         struct answer *reply)
{
    unsigned code = smtpspec_lawful(
        &server->terms, (enum smtpspec_state)server->session.state,
        line->command, stimulus, reply->code);

    /* 530 goes before what else is due (RFC 3207, 4; RFC 4954, 6), and LMTP
     * has no HELO and EHLO (RFC 2033, 4.1). */
    if (reply->code == 530 ||
        (server->session.binarymime &&
         line->command == SMTPSPEC_COMMAND_DATA) ||
        (server->terms.service == SMTPSPEC_SERVICE_LMTP &&
         (line->command == SMTPSPEC_COMMAND_HELO ||
          line->command == SMTPSPEC_COMMAND_EHLO)))
        return;
    if (code != reply->code)
        *reply = smtpspec_answer_for(code);
}

/* LMTP answers a message once for each recipient (RFC 2033, 4.2 and 4.3), but
 * a BDAT that is none is one command. */
static void owe(struct smtpspec_server *server,
                const struct smtpspec_command_line *line,
                const struct answer *reply)
{
    bool message = line->command == SMTPSPEC_COMMAND_DATA_END ||
                   (line->command == SMTPSPEC_COMMAND_BDAT && line->last &&
                    (line->faults & SMTPSPEC_FAULT_EXTRA_ARGUMENT) == 0 &&
                    server->session.state != SMTPSPEC_STATE_READY);

    if (server->terms.service != SMTPSPEC_SERVICE_LMTP || !message ||
        reply->code == 421 || server->session.recipients == 0 ||
        does(server, SMTPSPEC_MISDEED_LMTP_ONE_REPLY))
        return;
    server->owed = server->session.recipients - 1;
    if (does(server, SMTPSPEC_MISDEED_LMTP_ALL_REPLIES))
        server->owed += server->refused;
    server->owed_answer = *reply;
}

static void count_refused(struct smtpspec_server *server,
                          const struct smtpspec_command_line *line,
                          unsigned code)
{
    if (line->command == SMTPSPEC_COMMAND_RCPT)
        server->refused += code >= 400;
    else if (line->command == SMTPSPEC_COMMAND_MAIL)
        server->refused = 0;
}

/* Put as many of the replies that are owed as there is room for. */
static void pay(struct smtpspec_server *server)
{
    const size_t full = sizeof(server->out) - SMTPSPEC_SERVER_REPLY_KEPT;

    for (; server->owed > 0 && server->out_length <= full; server->owed--)
        smtpspec_wording_reply(server, SMTPSPEC_COMMAND_DATA_END,
                               &server->owed_answer);
}

static void answer(struct smtpspec_server *server,
                   const struct smtpspec_command_line *line)
{
    struct smtpspec_session before = server->session;
    struct smtpspec_command_line short_line = *line;
    uint64_t offered =
        smtpspec_session_offered(&before, server->terms.offered);
    enum smtpspec_stimulus stimulus =
        server->line_octets > SMTPSPEC_SERVER_LINE_KEPT
            ? SMTPSPEC_STIMULUS_TOO_LONG
            : smtpspec_stimulus_of(line, offered);

    /* A line over 512 octets that fits may be taken (RFC 5321, 4.5.3.1), but
     * what else is wrong with it must not be overlooked then. */
    short_line.faults &= ~(unsigned)SMTPSPEC_FAULT_TOO_LONG;
    smtpspec_text_begin(server);
    struct answer reply = smtpspec_answer_propose(
        server, line, smtpspec_stimulus_of(&short_line, offered));

    hold_to_rows(server, line, stimulus, &reply);
    smtpspec_quirks_answer(server, line, stimulus, &reply);
    smtpspec_lies_tell(server, line, stimulus, &reply);
    if (smtpspec_deeds_before(server, line, reply.code)) {
        smtpspec_wording_reply(server, line->command, &reply);
        owe(server, line, &reply);
        count_refused(server, line, reply.code);
    }
    if (server->mode != ENGINE_OVER)
        step(server, line, reply.code);
    smtpspec_deeds_after(server, line, &reply, &before);
    smtpspec_quirks_after(server, line, &reply);
}

/* For what is no command line: the connection, the end of data. */
static void answer_event(struct smtpspec_server *server,
                         enum smtpspec_command command)
{
    struct smtpspec_command_line line = { .command = command };

    answer(server, &line);
}

/* --- Framing ------------------------------------------------------------ */

/* Whether the octets that BDAT announces will come: they do behind any line
 * that says how many, be it refused or not (RFC 3030, 2). */
static bool announces_chunk(const struct smtpspec_server *server,
                            const struct smtpspec_command_line *line)
{
    const unsigned fatal = SMTPSPEC_FAULT_NO_ARGUMENT |
                           SMTPSPEC_FAULT_BAD_ARGUMENT |
                           SMTPSPEC_FAULT_EXTRA_ARGUMENT |
                           SMTPSPEC_FAULT_BAD_OCTETS;

    if (line->command != SMTPSPEC_COMMAND_BDAT || line->chunk == 0 ||
        (line->faults & fatal) != 0 ||
        (server->offered &
         SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING)) == 0)
        return false;
    return !does(server, SMTPSPEC_MISDEED_BDAT_NOT_CONSUMED) ||
           server->session.state == SMTPSPEC_STATE_RCPT ||
           server->session.state == SMTPSPEC_STATE_BDAT;
}

static void end_line(struct smtpspec_server *server, size_t length)
{
    struct smtpspec_span octets = { server->line, length };
    struct smtpspec_command_line line = {
        .command = SMTPSPEC_COMMAND_AUTH_CONTINUE, .argument = octets };

    if (server->session.state != SMTPSPEC_STATE_AUTH)
        smtpspec_command_parse(octets, &line);
    if (server->line_octets > SMTPSPEC_SERVER_LINE_KEPT)
        line.faults |= SMTPSPEC_FAULT_TOO_LONG;
    if (announces_chunk(server, &line)) {
        server->chunk = line;
        server->chunk_left = line.chunk;
        server->mode = ENGINE_CHUNK;
    } else {
        answer(server, &line);
    }
    server->line_octets = 0;
    server->line_length = 0;
    server->last = '\0';
}

static size_t take_line(struct smtpspec_server *server,
                        struct smtpspec_span octets)
{
    for (size_t i = 0; i < octets.length; i++) {
        char octet = octets.at[i];

        server->line_octets++;
        if (octet == '\n' && server->last == '\r') {
            /* The CR is kept but where the line was cut. */
            bool whole = server->line_octets == server->line_length + 1;

            end_line(server, server->line_length - (whole ? 1 : 0));
            return i + 1;
        }
        server->last = octet;
        if (server->line_length < sizeof(server->line))
            server->line[server->line_length++] = octet;
        if ((does(server, SMTPSPEC_MISDEED_LONG_LINE_TAIL) &&
             server->line_length == SMTPSPEC_COMMAND_LINE_LIMIT) ||
            (does(server, SMTPSPEC_MISDEED_AUTH_LINE_TAIL) &&
             server->session.state == SMTPSPEC_STATE_AUTH &&
             server->line_length == SMTPSPEC_SERVER_LINE_KEPT)) {
            end_line(server, server->line_length);
            return i + 1;
        }
    }
    return octets.length;
}

static void end_content(struct smtpspec_server *server)
{
    server->mode = ENGINE_LINE;
    answer_event(server, SMTPSPEC_COMMAND_DATA_END);
}

static size_t take_content(struct smtpspec_server *server,
                           struct smtpspec_span octets)
{
    size_t used = smtpspec_data_feed(&server->data, octets);

    for (size_t i = 0; i < used; i++) {
        bool at_start = (server->window & 0xffff) == ('\r' << 8 | '\n');

        if (at_start && octets.at[i] == '.')
            server->dots++;
        server->window = server->window << 8 | (unsigned char)octets.at[i];
        server->text_octets = octets.at[i] == '\n' ? 0
                                                   : server->text_octets + 1;
        if (server->text_octets == 1001)
            smtpspec_deeds_in_text(server);
        if (server->first_line &&
            (server->window & 0xffff) == ('\r' << 8 | '\n')) {
            server->first_line = false;
            smtpspec_deeds_in_content(server);
            if (server->mode == ENGINE_OVER)
                return used;
        }
        if (smtpspec_deeds_end_content(server)) {
            end_content(server);
            return i + 1;
        }
    }
    if (server->data.ended && server->mode == ENGINE_CONTENT)
        end_content(server);
    return used;
}

static size_t take_chunk(struct smtpspec_server *server,
                         struct smtpspec_span octets)
{
    size_t used = octets.length;

    if (used > server->chunk_left)
        used = (size_t)server->chunk_left;
    server->chunk_left -= used;
    if (server->chunk_left == 0) {
        server->mode = ENGINE_LINE;
        answer(server, &server->chunk);
    }
    return used;
}

/* --- The session -------------------------------------------------------- */

struct smtpspec_server *
smtpspec_server_new(const struct smtpspec_server_options *options)
{
    struct smtpspec_server *server = calloc(1, sizeof(*server));
    struct smtpspec_span domain = options->domain;

    if (server == NULL)
        return NULL;
    if (domain.length > SMTPSPEC_SERVER_DOMAIN_KEPT ||
        !smtpspec_is_domain(domain))
        domain = SMTPSPEC_SPAN("embedded.example");
    if (options->quirks[SMTPSPEC_QUIRK_GREETING_LITERAL])
        domain = SMTPSPEC_SPAN("[127.0.0.1]");
    memcpy(server->domain, domain.at, domain.length);
    memcpy(server->misdeeds, options->misdeeds, sizeof(server->misdeeds));
    server->terms.profile = options->profile != SMTPSPEC_PROFILE_UNSET
                                ? options->profile : SMTPSPEC_PROFILE_MODERN;
    memcpy(server->quirks, options->quirks, sizeof(server->quirks));
    server->turned_away = options->turned_away;
    server->number = options->number;
    server->house = options->house;
    server->terms.service = options->service;
    server->tls = (uint8_t)options->tls;
    snprintf(server->challenge, sizeof(server->challenge), "<%u.%u@%s>",
             (unsigned)(server->number * 7919u + 1), 4954u, server->domain);
    smtpspec_session_init(&server->session);
    server->session.tls = options->tls == SMTPSPEC_SERVER_TLS_IMPLICIT;
    server->offered = smtpspec_hello_offered(server);
    answer_event(server, SMTPSPEC_COMMAND_CONNECT);
    return server;
}

void smtpspec_server_free(struct smtpspec_server *server)
{
    free(server);
}

/* Drop what the caller has fetched. */
static void drop_sent(struct smtpspec_server *server)
{
    if (server->sent == 0)
        return;
    server->out_length -= server->sent;
    memmove(server->out, server->out + server->sent, server->out_length);
    server->sent = 0;
}

/* What comes in clear where a handshake is due. */
static size_t take_in_clear(struct smtpspec_server *server,
                            struct smtpspec_span octets)
{
    for (size_t i = 0; i < octets.length &&
                       server->held_length < sizeof(server->held) &&
                       does(server, SMTPSPEC_MISDEED_STARTTLS_KEEPS_BUFFER);
         i++)
        server->held[server->held_length++] = octets.at[i];
    return octets.length;
}

static size_t take(struct smtpspec_server *server, struct smtpspec_span octets)
{
    switch (server->mode) {
    case ENGINE_LINE: return take_line(server, octets);
    case ENGINE_CONTENT: return take_content(server, octets);
    case ENGINE_CHUNK: return take_chunk(server, octets);
    case ENGINE_TLS: return take_in_clear(server, octets);
    default: return octets.length;
    }
}

size_t smtpspec_server_feed(struct smtpspec_server *server,
                            struct smtpspec_span octets)
{
    const size_t full = sizeof(server->out) - SMTPSPEC_SERVER_REPLY_KEPT;
    uint64_t answers = server->answers;
    size_t taken = 0;

    drop_sent(server);
    if (octets.length > 0)
        server->withheld = 0;
    while (taken < octets.length && server->out_length <= full &&
           server->owed == 0) {
        if (server->mode == ENGINE_OVER || server->flow != ENGINE_FLOW_NONE)
            return octets.length;
        if (does(server, SMTPSPEC_MISDEED_PIPELINE_DROPPED) &&
            server->mode == ENGINE_LINE && server->answers > answers)
            return octets.length;
        taken += take(server, smtpspec_span_skip(octets, taken));
    }
    if (does(server, SMTPSPEC_MISDEED_PIPELINE_WITHHELD) &&
        server->answers > answers + 1)
        server->withheld = server->out_length - server->last_answer_at;
    return taken;
}

/* Refill the output of a reply that has no end. Returns a pause in ms. */
static unsigned flow_on(struct smtpspec_server *server)
{
    if (server->flow == ENGINE_FLOW_FLOOD)
        for (int i = 0; i < 64; i++)
            smtpspec_wording_put(server,
                                 SMTPSPEC_SPAN("214-2.0.0 And more\r\n"));
    if (server->flow != ENGINE_FLOW_DRIP)
        return 0;
    server->dripped = !server->dripped;
    if (!server->dripped)
        return DRIP_PAUSE_MS;
    smtpspec_wording_put(server, SMTPSPEC_SPAN("x"));
    return 0;
}

/* Whether a pause comes before what waits to be sent: one that was asked for,
 * or a turn of the caller's loop between two pieces. */
static bool pauses(struct smtpspec_server *server, unsigned *ms)
{
    bool pause = server->pause_ms > 0 || server->cut;

    *ms = server->pause_ms;
    server->pause_ms = 0;
    server->cut = false;
    return pause;
}

struct smtpspec_server_action
smtpspec_server_next(struct smtpspec_server *server)
{
    struct smtpspec_server_action action = { .act = SMTPSPEC_SERVER_IDLE };
    size_t ready;

    drop_sent(server);
    if (server->end != ENGINE_STAY)
        server->withheld = 0;
    pay(server);
    if (server->out_length == 0 && server->end == ENGINE_STAY)
        action.ms = flow_on(server);
    ready = server->out_length - server->withheld;
    if (ready > 0) {
        if (pauses(server, &action.ms)) {
            action.act = SMTPSPEC_SERVER_WAIT;
            return action;
        }
        server->sent = smtpspec_quirks_piece(server, ready);
        server->cut = server->sent < ready;
        server->pieces++;
        action.act = SMTPSPEC_SERVER_SEND;
        action.octets = (struct smtpspec_span){ server->out, server->sent };
    } else if (action.ms > 0) {
        action.act = SMTPSPEC_SERVER_WAIT;
    } else if (server->handshake) {
        server->handshake = false;
        action.act = SMTPSPEC_SERVER_TLS;
    } else if (server->end != ENGINE_STAY) {
        action.act = server->end == ENGINE_RESET ? SMTPSPEC_SERVER_RESET
                                                 : SMTPSPEC_SERVER_CLOSE;
    }
    return action;
}

void smtpspec_server_secured(struct smtpspec_server *server, bool done)
{
    if (!done) {
        server->mode = ENGINE_OVER;
        server->end = ENGINE_CLOSE;
        return;
    }
    smtpspec_session_tls(&server->session);
    server->mode = ENGINE_LINE;
    smtpspec_deeds_in_tls(server, &server->before_tls);
    server->offered = smtpspec_hello_offered(server);
    server->terms.offered = 0;
    if (server->held_length > 0)
        smtpspec_server_feed(server, (struct smtpspec_span){
                                         server->held, server->held_length });
    server->held_length = 0;
}

void smtpspec_server_expire(struct smtpspec_server *server)
{
    struct smtpspec_command_line line = { .command =
                                              SMTPSPEC_COMMAND_UNKNOWN };
    struct answer reply =
        smtpspec_answer(421, "4.4.2", "Nothing came for too long, closing");

    if (server->mode == ENGINE_OVER)
        return;
    drop_sent(server);
    smtpspec_wording_reply(server, line.command, &reply);
    step(server, &line, reply.code);
}
