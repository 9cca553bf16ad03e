/* SPDX-License-Identifier: MIT */
/*
 * client.c - play cases on one connection and keep the time
 */
#include "run/client.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* Turns of the player without any octet or time in between after which it
 * must be stuck; a case has at most 40 steps and a few more to set it up. */
#define TURNS_LIMIT 1000

enum phase {
    PHASE_OPENING,
    PHASE_RESTING,      /* between cases                                     */
    PHASE_READING,      /* a reply is due                                    */
    PHASE_LISTENING,    /* nothing is due                                    */
    PHASE_LINGERING,    /* the case is over, but a reply too many may come   */
    PHASE_QUITTING,
    PHASE_CLOSING
};

struct smtpspec_client {
    const struct smtpspec_client_terms *terms;
    struct smtpspec_client_events events;
    struct smtpspec_transport *transport;
    uv_timer_t timer;
    unsigned parts;             /* timer, transport: not closed yet          */
    uint8_t phase;              /* enum phase                                */
    bool gone;                  /* the server closed                         */
    bool endless;
    bool listen, lingered;
    bool surplus;
    bool playing;               /* a case has begun on this connection       */
    uint64_t opened_at, began_at, ended_at;
    uint64_t since;             /* the reply that is due: since when         */
    uint32_t replies;           /* whole ones when `since` was set           */
    uint32_t replies_at_quit;
    uint64_t commands;
    struct smtpspec_tally tally;
    struct smtpspec_record record;
    struct smtpspec_judge judge;
    struct smtpspec_play play;
    char room[SMTPSPEC_CASE_TEXT_KEPT];
};

static void go_on(struct smtpspec_client *client);

static uint64_t now(const struct smtpspec_client *client)
{
    return uv_now(client->terms->loop);
}

static uint64_t age(const struct smtpspec_client *client)
{
    return now(client) - client->opened_at;
}

static void on_time(uv_timer_t *timer);

static void set_timer(struct smtpspec_client *client, uint64_t ms)
{
    uv_timer_start(&client->timer, on_time, ms, 0);
}

static uint64_t idle_time(const struct smtpspec_client *client)
{
    return client->tally.replies == 0 ? client->terms->greeting_ms
                                      : client->terms->idle_ms;
}

/* The deadline of the reply as a whole; a server that drips passes it. */
static uint64_t reply_deadline(const struct smtpspec_client *client)
{
    return client->since + SMTPSPEC_CLIENT_REPLY_TIMES * idle_time(client);
}

static void await_reply(struct smtpspec_client *client)
{
    uint64_t idle = idle_time(client), whole = reply_deadline(client);
    uint64_t left = whole > now(client) ? whole - now(client) : 0;

    client->phase = PHASE_READING;
    set_timer(client, idle < left ? idle : left);
}

static void finish_case(struct smtpspec_client *client)
{
    uv_timer_stop(&client->timer);
    if (client->listen && !client->lingered && !client->gone) {
        client->lingered = true;
        client->phase = PHASE_LINGERING;
        set_timer(client, client->terms->quiet_ms);
        return;
    }
    client->phase = PHASE_RESTING;
    client->ended_at = now(client);
    client->events.played(client->events.context);
}

static void send_octets(struct smtpspec_client *client,
                        struct smtpspec_span octets)
{
    smtpspec_record_octets(&client->record, 'C', age(client), octets);
    smtpspec_transport_write(client->transport, octets);
    client->since = now(client);
    client->commands++;
}

static void give_up(struct smtpspec_client *client)
{
    client->endless = true;
    smtpspec_record_remark(&client->record, age(client),
                           "we read no further");
    smtpspec_play_endless(&client->play);
}

static void await_nothing(struct smtpspec_client *client)
{
    if (client->phase == PHASE_LISTENING)
        return;
    client->phase = PHASE_LISTENING;
    set_timer(client, client->terms->quiet_ms);
}

/* Do what the player wants until it wants the server to speak. */
static void go_on(struct smtpspec_client *client)
{
    struct smtpspec_span octets;

    for (unsigned turn = 0; turn < TURNS_LIMIT; turn++) {
        switch (smtpspec_play_next(&client->play, &octets)) {
        case SMTPSPEC_PLAY_SEND:
            client->phase = PHASE_RESTING;
            send_octets(client, octets);
            break;
        case SMTPSPEC_PLAY_READ:
            if (!client->gone && !client->endless) {
                await_reply(client);
                return;
            }
            smtpspec_play_closed(&client->play);
            break;
        case SMTPSPEC_PLAY_LISTEN:
            if (!client->gone && !client->endless) {
                await_nothing(client);
                return;
            }
            smtpspec_play_closed(&client->play);
            break;
        case SMTPSPEC_PLAY_DONE:
            finish_case(client);
            return;
        }
    }
    client->endless = true;
    finish_case(client);
}

static void on_time(uv_timer_t *timer)
{
    struct smtpspec_client *client = timer->data;

    switch (client->phase) {
    case PHASE_READING:
        if (now(client) >= reply_deadline(client)) {
            give_up(client);
        } else {
            smtpspec_record_remark(&client->record, age(client), "no reply");
            smtpspec_play_silence(&client->play);
        }
        go_on(client);
        break;
    case PHASE_LISTENING:
        client->phase = PHASE_RESTING;
        smtpspec_play_silence(&client->play);
        go_on(client);
        break;
    case PHASE_LINGERING:
        finish_case(client);
        break;
    case PHASE_QUITTING:
        smtpspec_client_close(client);
        break;
    default:
        break;
    }
}

static void hear_goodbye(struct smtpspec_client *client)
{
    if (client->tally.replies == client->replies_at_quit)
        return;
    if (client->tally.code != 221 ||
        client->tally.replies > client->replies_at_quit + 1)
        client->surplus = true;
    smtpspec_client_close(client);
}

static void on_octets(void *context, struct smtpspec_span octets)
{
    struct smtpspec_client *client = context;

    smtpspec_tally_feed(&client->tally, octets);
    if (client->phase == PHASE_QUITTING) {
        hear_goodbye(client);
        return;
    }
    if (!client->playing || client->phase == PHASE_CLOSING)
        return;
    smtpspec_record_octets(&client->record, 'S', age(client), octets);
    if (client->endless)
        return;
    if (client->tally.replies != client->replies) {
        client->replies = client->tally.replies;
        client->since = now(client);
    }
    smtpspec_play_server(&client->play, octets);
    if (client->tally.since > SMTPSPEC_CLIENT_REPLY_LIMIT)
        give_up(client);
    if (client->phase != PHASE_LINGERING && client->phase != PHASE_RESTING)
        go_on(client);
}

static void on_ended(void *context, enum smtpspec_error error)
{
    struct smtpspec_client *client = context;

    client->gone = true;
    if (client->phase == PHASE_QUITTING) {
        smtpspec_client_close(client);
        return;
    }
    if (!client->playing || client->phase == PHASE_CLOSING)
        return;
    smtpspec_record_remark(&client->record, age(client),
                           error == SMTPSPEC_OK ? "connection closed"
                                                : "connection reset");
    smtpspec_play_closed(&client->play);
    if (client->phase != PHASE_RESTING)
        go_on(client);
}

static void on_opened(void *context, enum smtpspec_error error)
{
    struct smtpspec_client *client = context;

    client->opened_at = now(client);
    client->phase = PHASE_RESTING;
    client->gone = error != SMTPSPEC_OK;
    client->events.opened(client->events.context, error);
}

static void part_closed(struct smtpspec_client *client)
{
    if (--client->parts > 0)
        return;
    client->events.closed(client->events.context, client->surplus);
    smtpspec_record_free(&client->record);
    free(client);
}

static void on_transport_closed(void *context)
{
    part_closed(context);
}

static void on_timer_closed(uv_handle_t *handle)
{
    part_closed(handle->data);
}

struct smtpspec_client *
smtpspec_client_new(const struct smtpspec_client_terms *terms,
                    const struct smtpspec_client_events *events)
{
    struct smtpspec_client *client = smtpspec_memory_new(sizeof(*client));
    struct smtpspec_transport_events own = {
        .opened = on_opened, .octets = on_octets, .ended = on_ended,
        .closed = on_transport_closed, .context = client
    };

    client->terms = terms;
    client->events = *events;
    client->parts = 2;
    client->opened_at = uv_now(terms->loop);
    uv_timer_init(terms->loop, &client->timer);
    client->timer.data = client;
    smtpspec_tally_init(&client->tally);
    smtpspec_record_init(&client->record);
    smtpspec_judge_init(&client->judge, &terms->judge, NULL);
    client->transport = terms->open(terms->open_context, &own);
    return client;
}

void smtpspec_client_play(struct smtpspec_client *client,
                          const struct smtpspec_case *of, bool listen)
{
    smtpspec_record_free(&client->record);
    smtpspec_record_init(&client->record);
    client->listen = listen;
    client->lingered = false;
    client->playing = true;
    client->began_at = client->since = now(client);
    client->replies = client->tally.replies;
    smtpspec_play_init(&client->play, of, &client->terms->vars,
                       &client->judge, client->room, sizeof(client->room));
    go_on(client);
}

/* Where QUIT is a command and somebody may answer it. */
static bool can_quit(const struct smtpspec_client *client)
{
    if (client->gone || client->endless || client->tally.replies == 0 ||
        smtpspec_transport_queued(client->transport) > 0)
        return false;
    switch (smtpspec_judge_state(&client->judge)) {
    case SMTPSPEC_STATE_IDLE:
    case SMTPSPEC_STATE_READY:
    case SMTPSPEC_STATE_MAIL:
    case SMTPSPEC_STATE_RCPT:
    case SMTPSPEC_STATE_BDAT_FAILED:
    case SMTPSPEC_STATE_REFUSED:
        return smtpspec_judge_due(&client->judge) == 0;
    default:
        return false;
    }
}

void smtpspec_client_quit(struct smtpspec_client *client)
{
    if (!can_quit(client)) {
        smtpspec_client_close(client);
        return;
    }
    client->phase = PHASE_QUITTING;
    client->replies_at_quit = client->tally.replies;
    client->commands++;
    smtpspec_transport_write(client->transport, SMTPSPEC_SPAN("QUIT\r\n"));
    set_timer(client, client->terms->idle_ms < SMTPSPEC_CLIENT_QUIT_MS
                          ? client->terms->idle_ms
                          : SMTPSPEC_CLIENT_QUIT_MS);
}

void smtpspec_client_close(struct smtpspec_client *client)
{
    if (client->phase == PHASE_CLOSING)
        return;
    client->phase = PHASE_CLOSING;
    if (client->playing)
        smtpspec_play_end(&client->play);
    smtpspec_transport_close(client->transport);
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}

const struct smtpspec_play_result *
smtpspec_client_result(const struct smtpspec_client *client)
{
    return smtpspec_play_result(&client->play);
}

const struct smtpspec_record *
smtpspec_client_record(const struct smtpspec_client *client)
{
    return &client->record;
}

const struct smtpspec_tally *
smtpspec_client_tally(const struct smtpspec_client *client)
{
    return &client->tally;
}

const struct smtpspec_judge *
smtpspec_client_judge(const struct smtpspec_client *client)
{
    return &client->judge;
}

uint64_t smtpspec_client_ms(const struct smtpspec_client *client)
{
    return client->ended_at - client->began_at;
}

uint64_t smtpspec_client_commands(const struct smtpspec_client *client)
{
    return client->commands;
}

bool smtpspec_client_is_spent(const struct smtpspec_client *client)
{
    return client->gone || client->endless;
}

const char *smtpspec_client_why(const struct smtpspec_client *client)
{
    return smtpspec_transport_why(client->transport);
}

bool smtpspec_client_is_local(const struct smtpspec_client *client)
{
    return smtpspec_transport_is_local(client->transport);
}
