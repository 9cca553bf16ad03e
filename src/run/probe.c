/* SPDX-License-Identifier: MIT */
/*
 * probe.c - play cases on one connection and keep the time
 */
#include "run/probing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* Turns of the player without any octet or time in between after which it
 * must be stuck; a case has at most 40 steps and a few more to set it up. */
#define TURNS_LIMIT 1000

static void go_on(struct smtpspec_probe *probe);

static uint64_t now(const struct smtpspec_probe *probe)
{
    return uv_now(probe->terms->loop);
}

static uint64_t age(const struct smtpspec_probe *probe)
{
    return now(probe) - probe->opened_at;
}

static void set_timer(struct smtpspec_probe *probe, uint64_t ms)
{
    probe->late = false;
    smtpspec_deadline_set(&probe->deadline, ms);
}

static uint64_t idle_time(const struct smtpspec_probe *probe)
{
    return probe->tally.replies == 0 ? probe->terms->greeting_ms
                                      : probe->terms->idle_ms;
}

/* The deadline of the reply as a whole; a server that drips passes it. */
static uint64_t reply_deadline(const struct smtpspec_probe *probe)
{
    return probe->since + SMTPSPEC_PROBE_REPLY_TIMES * idle_time(probe);
}

static void await_reply(struct smtpspec_probe *probe)
{
    uint64_t idle = idle_time(probe), whole = reply_deadline(probe);
    uint64_t left = whole > now(probe) ? whole - now(probe) : 0;

    probe->phase = PHASE_READING;
    set_timer(probe, idle < left ? idle : left);
}

static struct smtpspec_witness *witness_of(struct smtpspec_probe *probe)
{
    probe->witness.ms = age(probe);
    return &probe->witness;
}

/* Nothing of the server's line is waited for any more. */
static void flush(struct smtpspec_probe *probe)
{
    if (probe->playing)
        smtpspec_witness_flush(witness_of(probe), &probe->play);
}

static void finish_case(struct smtpspec_probe *probe)
{
    smtpspec_deadline_clear(&probe->deadline);
    if (probe->listen && !probe->lingered && !probe->gone) {
        probe->lingered = true;
        probe->phase = PHASE_LINGERING;
        set_timer(probe, probe->terms->quiet_ms);
        return;
    }
    probe->phase = PHASE_RESTING;
    probe->ended_at = now(probe);
    flush(probe);
    probe->events.played(probe->events.context);
}

static void remark(struct smtpspec_probe *probe, const char *text)
{
    flush(probe);
    smtpspec_record_remark(&probe->record, age(probe), text);
}

static void note(struct smtpspec_probe *probe, const char *event)
{
    flush(probe);
    smtpspec_journal_event(probe->page, age(probe), event);
}

static void send_octets(struct smtpspec_probe *probe,
                        struct smtpspec_span octets)
{
    smtpspec_witness_sent(witness_of(probe), &probe->play, octets);
    smtpspec_transport_write(probe->transport, octets);
    probe->since = now(probe);
    probe->commands++;
}

static void give_up(struct smtpspec_probe *probe)
{
    probe->endless = true;
    note(probe, "gap");
    smtpspec_record_remark(&probe->record, age(probe),
                           "we read no further");
    smtpspec_play_endless(&probe->play);
}

static void await_nothing(struct smtpspec_probe *probe)
{
    if (probe->phase == PHASE_LISTENING)
        return;
    probe->phase = PHASE_LISTENING;
    set_timer(probe, probe->terms->quiet_ms);
}

static void secure(struct smtpspec_probe *probe)
{
    const struct smtpspec_tls_terms terms = {
        .host = probe->terms->tls_host,
        .timeout_ms = probe->terms->idle_ms
    };

    smtpspec_deadline_clear(&probe->deadline);
    probe->phase = PHASE_SECURING;
    smtpspec_transport_secure(probe->transport, &terms);
}

/* Do what the player wants until it wants the server to speak. */
static void go_on(struct smtpspec_probe *probe)
{
    struct smtpspec_span octets;

    for (unsigned turn = 0; turn < TURNS_LIMIT; turn++) {
        switch (smtpspec_play_next(&probe->play, &octets)) {
        case SMTPSPEC_PLAY_SEND:
            probe->phase = PHASE_RESTING;
            send_octets(probe, octets);
            break;
        case SMTPSPEC_PLAY_READ:
            if (!probe->gone && !probe->endless) {
                await_reply(probe);
                return;
            }
            smtpspec_play_closed(&probe->play);
            break;
        case SMTPSPEC_PLAY_LISTEN:
            if (!probe->gone && !probe->endless) {
                await_nothing(probe);
                return;
            }
            smtpspec_play_closed(&probe->play);
            break;
        case SMTPSPEC_PLAY_TLS:
            if (!probe->gone && !probe->endless) {
                secure(probe);
                return;
            }
            smtpspec_play_tls(&probe->play, false);
            break;
        case SMTPSPEC_PLAY_TLS_END:
            remark(probe, "we leave TLS");
            note(probe, "gap");
            smtpspec_transport_end_tls(probe->transport);
            break;
        case SMTPSPEC_PLAY_HANG_UP:
            remark(probe, "we close the connection");
            probe->hung_up = true;
            break;
        case SMTPSPEC_PLAY_DONE:
            finish_case(probe);
            return;
        }
    }
    probe->endless = true;
    finish_case(probe);
}

/*
 * Timers come before octets in a turn of the loop, so after a machine that
 * stood still the time may be up although the reply is there: have one look.
 */
static bool looks_once_more(struct smtpspec_probe *probe)
{
    if (probe->late)
        return false;
    set_timer(probe, 0);
    probe->late = true;
    return true;
}

static void on_time(void *context)
{
    struct smtpspec_probe *probe = context;

    if (looks_once_more(probe))
        return;
    switch (probe->phase) {
    case PHASE_READING:
        if (now(probe) >= reply_deadline(probe)) {
            give_up(probe);
        } else {
            remark(probe, "no reply");
            note(probe, "silent");
            smtpspec_play_silence(&probe->play);
        }
        go_on(probe);
        break;
    case PHASE_LISTENING:
        probe->phase = PHASE_RESTING;
        smtpspec_play_silence(&probe->play);
        go_on(probe);
        break;
    case PHASE_LINGERING:
        finish_case(probe);
        break;
    case PHASE_QUITTING:
        smtpspec_probe_close(probe);
        break;
    default:
        break;
    }
}

static void hear_goodbye(struct smtpspec_probe *probe)
{
    if (probe->tally.replies == probe->replies_at_quit)
        return;
    /* 421 instead: this was one command more than the server bears. */
    if ((probe->tally.code != probe->terms->quit_code &&
         probe->tally.code != 421) ||
        probe->tally.replies > probe->replies_at_quit + 1)
        probe->surplus = true;
    smtpspec_probe_close(probe);
}

static void on_octets(void *context, struct smtpspec_span octets)
{
    struct smtpspec_probe *probe = context;

    smtpspec_tally_feed(&probe->tally, octets);
    if (probe->phase == PHASE_QUITTING) {
        smtpspec_journal_octets(probe->page, 'S', age(probe), octets);
        hear_goodbye(probe);
        return;
    }
    if (!probe->playing || probe->phase == PHASE_CLOSING)
        return;
    smtpspec_witness_received(witness_of(probe), &probe->play, octets);
    if (probe->endless)
        return;
    if (probe->tally.replies != probe->replies) {
        uint64_t took = now(probe) - probe->since;

        if (probe->replies > 0 && took > probe->slowest)
            probe->slowest = took;
        probe->replies = probe->tally.replies;
        probe->since = now(probe);
    }
    smtpspec_play_server(&probe->play, octets);
    if (probe->tally.since > SMTPSPEC_PROBE_REPLY_LIMIT)
        give_up(probe);
    if (probe->phase != PHASE_LINGERING && probe->phase != PHASE_RESTING)
        go_on(probe);
}

static void on_ended(void *context, enum smtpspec_error error)
{
    struct smtpspec_probe *probe = context;

    probe->gone = true;
    if (probe->phase == PHASE_QUITTING) {
        smtpspec_probe_close(probe);
        return;
    }
    if (!probe->playing || probe->phase == PHASE_CLOSING)
        return;
    flush(probe);
    smtpspec_record_closed(&probe->record, age(probe), error != SMTPSPEC_OK);
    note(probe, error == SMTPSPEC_OK ? "closed" : "gap");
    smtpspec_play_closed(&probe->play);
    if (probe->phase != PHASE_RESTING)
        go_on(probe);
}

/* "TLS handshake: TLSv1.3", "TLS handshake failed: ...". */
static void tell_handshake(struct smtpspec_probe *probe, bool done)
{
    const struct smtpspec_tls_facts *facts =
        smtpspec_transport_tls(probe->transport);
    char text[256];

    if (facts == NULL)
        return;
    snprintf(text, sizeof(text), "TLS handshake%s: %s", done ? "" : " failed",
             done ? facts->version : facts->why);
    remark(probe, text);
}

static void on_secured(void *context, enum smtpspec_error error)
{
    struct smtpspec_probe *probe = context;

    if (probe->phase != PHASE_SECURING)
        return;
    probe->phase = PHASE_RESTING;
    probe->since = now(probe);
    tell_handshake(probe, error == SMTPSPEC_OK);
    note(probe, error == SMTPSPEC_OK ? "tls" : "gap");
    /* What EHLO listed in clear is out of date (RFC 3207, 4.2). */
    smtpspec_tally_drop_lines(&probe->tally);
    smtpspec_play_tls(&probe->play, error == SMTPSPEC_OK);
    go_on(probe);
}

static void on_opened(void *context, enum smtpspec_error error)
{
    struct smtpspec_probe *probe = context;

    probe->opened_at = now(probe);
    probe->phase = PHASE_RESTING;
    probe->gone = error != SMTPSPEC_OK;
    probe->events.opened(probe->events.context, error);
}

static void part_closed(struct smtpspec_probe *probe)
{
    if (--probe->parts > 0)
        return;
    probe->events.closed(probe->events.context, probe->surplus);
    smtpspec_journal_end(probe->page, age(probe));
    smtpspec_record_free(&probe->record);
    smtpspec_witness_free(&probe->witness);
    free(probe->lines);
    free(probe);
}

static void on_transport_closed(void *context)
{
    part_closed(context);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct smtpspec_deadline *deadline = handle->data;

    part_closed(deadline->context);
}

struct smtpspec_probe *
smtpspec_probe_new(const struct smtpspec_probe_terms *terms,
                   const struct smtpspec_probe_events *events, bool lines)
{
    struct smtpspec_probe *probe = smtpspec_memory_grow(NULL, sizeof(*probe));
    struct smtpspec_transport_events own = {
        .opened = on_opened, .octets = on_octets, .ended = on_ended,
        .secured = on_secured, .closed = on_transport_closed,
        .context = probe
    };

    memset(probe, 0, offsetof(struct smtpspec_probe, judge));
    smtpspec_play_blank(&probe->play);
    probe->terms = terms;
    probe->events = *events;
    probe->parts = 2;
    probe->opened_at = uv_now(terms->loop);
    smtpspec_deadline_init(&probe->deadline, terms->loop, on_time, probe);
    if (lines)
        probe->lines = smtpspec_memory_new(SMTPSPEC_TALLY_LINES_KEPT *
                                           sizeof(probe->lines[0]));
    smtpspec_tally_init(&probe->tally, probe->lines);
    smtpspec_record_init(&probe->record, terms->spare);
    smtpspec_judge_init(&probe->judge, &terms->judge, NULL);
    probe->page = smtpspec_journal_begin(terms->journal);
    probe->witness.record = &probe->record;
    probe->witness.page = probe->page;
    probe->transport = terms->open(terms->open_context, &own);
    return probe;
}

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    struct smtpspec_probe *probe = context;

    smtpspec_shape_hear(&probe->heard, exchange);
    if (exchange->code / 100 == 2 && exchange->next == SMTPSPEC_STATE_READY &&
        (exchange->command == SMTPSPEC_COMMAND_DATA_END ||
         exchange->command == SMTPSPEC_COMMAND_BDAT))
        probe->took_message = true;
    if (probe->terms->coverage != NULL)
        smtpspec_coverage_add(probe->terms->coverage, &probe->judge.terms,
                              exchange);
    if (probe->terms->transitions != NULL)
        smtpspec_transitions_add(probe->terms->transitions, probe->play.of,
                                 exchange);
    if (probe->terms->offers != NULL)
        smtpspec_offers_add(probe->terms->offers, &probe->judge, exchange);
    /* A log-in makes EHLO list other things, perhaps (RFC 4954, 4). */
    if (exchange->code == 235)
        smtpspec_tally_drop_lines(&probe->tally);
}

void smtpspec_probe_play(struct smtpspec_probe *probe,
                          const struct smtpspec_case *of, bool listen)
{
    flush(probe);
    smtpspec_record_free(&probe->record);
    smtpspec_record_init(&probe->record, probe->terms->spare);
    probe->listen = listen;
    probe->lingered = false;
    probe->playing = true;
    probe->slowest = 0;
    memset(&probe->heard, 0, sizeof(probe->heard));
    probe->began_at = probe->since = now(probe);
    probe->replies = probe->tally.replies;
    smtpspec_play_init(&probe->play, of, &probe->terms->vars,
                       &probe->judge, probe->terms->room,
                       SMTPSPEC_CASE_TEXT_KEPT);
    smtpspec_play_watch(&probe->play, on_exchange, probe);
    go_on(probe);
}

/* Where QUIT is a command and somebody may answer it. */
static bool can_quit(const struct smtpspec_probe *probe)
{
    if (smtpspec_probe_is_spent(probe) || probe->tally.replies == 0 ||
        smtpspec_transport_queued(probe->transport) > 0)
        return false;
    switch (smtpspec_judge_state(&probe->judge)) {
    case SMTPSPEC_STATE_IDLE:
    case SMTPSPEC_STATE_READY:
    case SMTPSPEC_STATE_MAIL:
    case SMTPSPEC_STATE_RCPT:
    case SMTPSPEC_STATE_BDAT_FAILED:
    case SMTPSPEC_STATE_REFUSED:
        return smtpspec_judge_due(&probe->judge) == 0;
    default:
        return false;
    }
}

void smtpspec_probe_quit(struct smtpspec_probe *probe)
{
    if (!can_quit(probe)) {
        smtpspec_probe_close(probe);
        return;
    }
    flush(probe);
    probe->phase = PHASE_QUITTING;
    probe->replies_at_quit = probe->tally.replies;
    probe->commands++;
    smtpspec_journal_octets(probe->page, 'C', age(probe),
                            SMTPSPEC_SPAN("QUIT\r\n"));
    smtpspec_transport_write(probe->transport, SMTPSPEC_SPAN("QUIT\r\n"));
    set_timer(probe, probe->terms->idle_ms < SMTPSPEC_PROBE_QUIT_MS
                          ? probe->terms->idle_ms
                          : SMTPSPEC_PROBE_QUIT_MS);
}

void smtpspec_probe_close(struct smtpspec_probe *probe)
{
    if (probe->phase == PHASE_CLOSING)
        return;
    probe->phase = PHASE_CLOSING;
    if (probe->playing)
        smtpspec_play_end(&probe->play);
    smtpspec_transport_close(probe->transport);
    smtpspec_deadline_close(&probe->deadline, on_timer_closed);
}
