/* SPDX-License-Identifier: MIT */
/*
 * caller.c - one connection to the target, played by a talk, on libuv
 */
#include "fuzz/caller.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/memory.h"
#include "run/builtin.h"

struct smtpspec_caller {
    const struct smtpspec_caller_terms *terms;
    struct smtpspec_caller_events events;
    struct smtpspec_transport *transport;
    uv_timer_t timer;
    unsigned parts;            /* timer, transport: not closed yet           */
    struct smtpspec_talk talk;
    struct smtpspec_record record;
    struct smtpspec_journal_page *page;
    struct smtpspec_caller_facts facts;
    uint64_t opened_at;
    uint64_t since;            /* the reply under way                        */
    uint64_t heard;            /* its octets                                 */
    bool reading, late, secured, closing;
};

static uint64_t now(const struct smtpspec_caller *caller)
{
    return uv_now(caller->terms->loop);
}

static uint64_t age(const struct smtpspec_caller *caller)
{
    return now(caller) - caller->opened_at;
}

static void remark(struct smtpspec_caller *caller, const char *text)
{
    if (caller->terms->careful)
        smtpspec_record_remark(&caller->record, age(caller), text);
}

static void record(struct smtpspec_caller *caller, char from,
                   struct smtpspec_span octets)
{
    smtpspec_journal_octets(caller->page, from, age(caller), octets);
    if (caller->terms->careful)
        smtpspec_record_octets(&caller->record, from, age(caller), octets);
}

/* --- Time ----------------------------------------------------------------- */

static void go_on(struct smtpspec_caller *caller);

static uint64_t patience(const struct smtpspec_caller *caller)
{
    return caller->facts.greeted ? caller->terms->idle_ms
                                 : caller->terms->greeting_ms;
}

static uint64_t deadline(const struct smtpspec_caller *caller)
{
    return caller->since + SMTPSPEC_CALLER_REPLY_TIMES * patience(caller);
}

static void on_time(uv_timer_t *timer)
{
    struct smtpspec_caller *caller = timer->data;

    /* Timers come before octets in a turn of the loop: after a machine that
     * stood still the reply may be there all the same. */
    if (!caller->late) {
        caller->late = true;
        uv_timer_start(timer, on_time, 0, 0);
        return;
    }
    if (caller->reading && now(caller) >= deadline(caller)) {
        remark(caller, "we read no further");
        smtpspec_talk_endless(&caller->talk);
    } else {
        if (caller->reading) {
            smtpspec_journal_event(caller->page, age(caller), "silent");
            remark(caller, "no reply");
        }
        smtpspec_talk_silence(&caller->talk);
    }
    go_on(caller);
}

static void await(struct smtpspec_caller *caller, uint64_t ms)
{
    caller->late = false;
    uv_timer_start(&caller->timer, on_time, ms, 0);
}

static void await_reply(struct smtpspec_caller *caller)
{
    uint64_t idle = patience(caller), whole = deadline(caller);
    uint64_t left = whole > now(caller) ? whole - now(caller) : 0;

    await(caller, idle < left ? idle : left);
}

/* --- What the talk wants -------------------------------------------------- */

static void secure(struct smtpspec_caller *caller)
{
    const struct smtpspec_tls_terms terms = {
        .host = caller->terms->tls_host,
        .timeout_ms = caller->terms->idle_ms
    };

    uv_timer_stop(&caller->timer);
    caller->secured = true;
    smtpspec_transport_secure(caller->transport, &terms);
}

/* TLS has no half-closed connection that servers would understand. */
static bool end_output(struct smtpspec_caller *caller)
{
    if (caller->secured)
        return false;
    remark(caller, "we send no more");
    smtpspec_transport_end(caller->transport);
    return true;
}

static void go_on(struct smtpspec_caller *caller)
{
    struct smtpspec_span octets;

    while (!caller->closing) {
        enum smtpspec_talk_act act =
            smtpspec_talk_next(&caller->talk, &octets);

        caller->reading = act == SMTPSPEC_TALK_READ;
        switch (act) {
        case SMTPSPEC_TALK_SEND:
            record(caller, 'C', octets);
            smtpspec_transport_write(caller->transport, octets);
            caller->since = now(caller);
            caller->heard = 0;
            break;
        case SMTPSPEC_TALK_READ:
            await_reply(caller);
            return;
        case SMTPSPEC_TALK_LISTEN:
            await(caller, caller->terms->quiet_ms);
            return;
        case SMTPSPEC_TALK_TLS:
            secure(caller);
            return;
        case SMTPSPEC_TALK_END:
            if (!end_output(caller))
                smtpspec_caller_close(caller);
            break;
        case SMTPSPEC_TALK_SCRIPT:
            uv_timer_stop(&caller->timer);
            caller->events.script(caller->events.context);
            break;
        case SMTPSPEC_TALK_CLOSE:
            smtpspec_caller_close(caller);
            break;
        }
    }
}

/* --- What the transport tells --------------------------------------------- */

static void on_opened(void *context, enum smtpspec_error error)
{
    struct smtpspec_caller *caller = context;

    caller->opened_at = now(caller);
    caller->since = now(caller);
    caller->facts.opened = error == SMTPSPEC_OK;
    caller->facts.refused = error == SMTPSPEC_ERROR_REFUSED;
    if (error == SMTPSPEC_OK)
        go_on(caller);
    else
        smtpspec_caller_close(caller);
}

static void on_octets(void *context, struct smtpspec_span octets)
{
    struct smtpspec_caller *caller = context;

    if (caller->closing)
        return;
    record(caller, 'S', octets);
    caller->heard += octets.length;
    smtpspec_talk_heard(&caller->talk, octets);
    if (caller->heard > SMTPSPEC_CALLER_REPLY_LIMIT) {
        remark(caller, "we read no further");
        smtpspec_talk_endless(&caller->talk);
    }
    go_on(caller);
}

static void on_secured(void *context, enum smtpspec_error error)
{
    struct smtpspec_caller *caller = context;

    if (caller->closing)
        return;
    remark(caller, error == SMTPSPEC_OK ? "TLS handshake"
                                        : "TLS handshake failed");
    smtpspec_journal_event(caller->page, age(caller),
                           error == SMTPSPEC_OK ? "tls" : "gap");
    caller->since = now(caller);
    smtpspec_talk_secured(&caller->talk, error == SMTPSPEC_OK);
    go_on(caller);
}

static void on_ended(void *context, enum smtpspec_error error)
{
    struct smtpspec_caller *caller = context;

    if (caller->closing)
        return;
    smtpspec_journal_event(caller->page, age(caller),
                           caller->talk.ended || error != SMTPSPEC_OK
                               ? "gap" : "closed");
    if (caller->terms->careful)
        smtpspec_record_closed(&caller->record, age(caller),
                               error != SMTPSPEC_OK);
    smtpspec_talk_closed(&caller->talk, error != SMTPSPEC_OK);
    go_on(caller);
}

static void part_closed(struct smtpspec_caller *caller)
{
    if (--caller->parts > 0)
        return;
    /* The terms may be gone after `over`. */
    smtpspec_journal_end(caller->page, age(caller));
    caller->events.over(caller->events.context, &caller->facts);
    smtpspec_talk_free(&caller->talk);
    smtpspec_record_free(&caller->record);
    free(caller);
}

static void on_transport_closed(void *context)
{
    struct smtpspec_caller *caller = context;

    caller->facts.signal = smtpspec_transport_signal(caller->transport);
    part_closed(caller);
}

static void on_timer_closed(uv_handle_t *handle)
{
    part_closed(handle->data);
}

void smtpspec_caller_close(struct smtpspec_caller *caller)
{
    if (caller->closing)
        return;
    caller->closing = true;
    snprintf(caller->facts.why, sizeof(caller->facts.why), "%s",
             smtpspec_transport_why(caller->transport));
    uv_close((uv_handle_t *)&caller->timer, on_timer_closed);
    smtpspec_transport_close(caller->transport);
}

/* --- What the talk tells -------------------------------------------------- */

static void on_verdict(void *context, const struct smtpspec_verdict *verdict,
                       bool doubtful)
{
    struct smtpspec_caller *caller = context;

    caller->events.verdict(caller->events.context, verdict, doubtful);
}

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    struct smtpspec_caller *caller = context;

    caller->since = now(caller);
    caller->heard = 0;
    if (exchange->number == 0 && exchange->code != 0) {
        caller->facts.greeted = true;
        caller->facts.welcome = exchange->code == 220;
        caller->facts.throttled = exchange->code == 421;
    }
    caller->events.exchange(caller->events.context, exchange);
}

struct smtpspec_talk *smtpspec_caller_talk(struct smtpspec_caller *caller)
{
    return &caller->talk;
}

const struct smtpspec_record *
smtpspec_caller_record(const struct smtpspec_caller *caller)
{
    return &caller->record;
}

struct smtpspec_caller *
smtpspec_caller_new(const struct smtpspec_caller_terms *terms,
                    const struct smtpspec_caller_events *events)
{
    struct smtpspec_caller *caller = smtpspec_memory_new(sizeof(*caller));
    struct smtpspec_transport_events own = {
        .opened = on_opened, .octets = on_octets, .ended = on_ended,
        .secured = on_secured, .closed = on_transport_closed,
        .context = caller
    };
    struct smtpspec_talk_sink sink = { on_verdict, on_exchange, caller };

    caller->terms = terms;
    caller->events = *events;
    caller->parts = 2;
    caller->opened_at = now(caller);
    caller->page = smtpspec_journal_begin(terms->journal);
    smtpspec_record_init(&caller->record, NULL);
    smtpspec_talk_init(&caller->talk, &terms->judge, &sink, terms->careful);
    caller->talk.caps = terms->caps;
    uv_timer_init(terms->loop, &caller->timer);
    caller->timer.data = caller;
    caller->transport =
        terms->target->kind == SMTPSPEC_TARGET_EMBEDDED
            ? smtpspec_builtin_open(terms->loop, terms->server, &own)
            : smtpspec_transport_open(terms->loop, terms->target,
                                      terms->addresses, terms->connect_ms,
                                      &own);
    return caller;
}
