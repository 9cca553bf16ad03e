/* SPDX-License-Identifier: MIT */
/*
 * run.c - run the cases against one target: connections and their order
 */
#include "run/running.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/memory.h"
#include "run/builtin.h"
#include "server/cram.h"

/* Idle times where the user gives none (RFC 5321, 4.5.3.2), and that of the
 * built-in server, which has no network to wait for. */
#define GREETING_MS 300000
#define IDLE_MS 60000
#define BUILTIN_MS 2000

/* Connections that are begun before it is seen to those that are there: a
 * server that takes thousands would wait for our first command meanwhile, and
 * one that takes few at a time would turn the rest away. */
#define BURST 64
#define BURST_MS 1

/* A server may be silent for minutes; who watches wants to see that. */
#define TICK_MS 250

#define PROBE_DOMAIN "probe.example"
#define PROBE_FROM "probe@probe.example"
#define BUILTIN_TO "user@embedded.example"
#define BUILTIN_USER "user"
#define BUILTIN_PASSWORD "secret"

/* --- one connection ------------------------------------------------------ */

static void play_item(struct smtpspec_slot *slot, size_t index)
{
    const struct smtpspec_plan_item *item = &slot->run->plan.items[index];

    slot->index = index;
    slot->before = smtpspec_run_use(slot);
    slot->played[slot->cases++] = index;
    smtpspec_probe_play(slot->probe, item->of, item->doubted);
}

/* The connection could not be made. */
static void give_up(struct smtpspec_slot *slot)
{
    switch (slot->kind) {
    case SMTPSPEC_SLOT_OPENING:
        smtpspec_run_greeted(slot);
        break;
    case SMTPSPEC_SLOT_SCOUT:
        smtpspec_run_scouted(slot);
        break;
    case SMTPSPEC_SLOT_CONTROL:
        smtpspec_run_controlled(slot);
        break;
    case SMTPSPEC_SLOT_LAST:
        smtpspec_run_closed(slot);
        break;
    default:
        smtpspec_run_refused(slot);
        break;
    }
    smtpspec_probe_close(slot->probe);
}

static const struct smtpspec_case *harmless(const struct smtpspec_run *run)
{
    if (run->terse)
        return run->try_helo ? &smtpspec_opening_short_helo
                             : &smtpspec_opening_short;
    return run->try_helo ? &smtpspec_opening_helo : &smtpspec_opening_ehlo;
}

static void on_opened(void *context, enum smtpspec_error error)
{
    struct smtpspec_slot *slot = context;

    slot->failed = error != SMTPSPEC_OK;
    slot->ours =
        smtpspec_error_class_of(error) == SMTPSPEC_ERROR_CLASS_SYSTEM;
    if (slot->failed) {
        give_up(slot);
        return;
    }
    slot->run->facts.connections++;
    if (slot->kind == SMTPSPEC_SLOT_CASES)
        play_item(slot, slot->index);
    else if (slot->kind == SMTPSPEC_SLOT_SCOUT)
        smtpspec_probe_play(slot->probe, smtpspec_run_scouts_case(slot->run),
                            false);
    else
        smtpspec_probe_play(slot->probe, harmless(slot->run), false);
}

/* Another case on the same connection, or goodbye. */
static void go_on(struct smtpspec_slot *slot, size_t last)
{
    struct smtpspec_run *run = slot->run;
    struct smtpspec_plan_connection connection = {
        .group = slot->group,
        .judge = smtpspec_probe_judge(slot->probe),
        .vars = &run->terms.vars,
        .use = smtpspec_run_use(slot),
        .sent = slot->sent,
        .spent = run->abandoned || smtpspec_probe_is_spent(slot->probe) ||
                 smtpspec_plan_wants_all(run->plan.items[last].of)
    };
    size_t next = smtpspec_plan_next(&run->plan, &connection,
                                     uv_now(&run->loop));

    if (next == SMTPSPEC_PLAN_NONE)
        smtpspec_probe_quit(slot->probe);
    else
        play_item(slot, next);
}

static void on_played(void *context)
{
    struct smtpspec_slot *slot = context;

    smtpspec_command_use_add(&slot->sent,
                             &smtpspec_probe_heard(slot->probe)->sent);
    switch (slot->kind) {
    case SMTPSPEC_SLOT_OPENING:
        smtpspec_run_greeted(slot);
        smtpspec_probe_close(slot->probe);
        break;
    case SMTPSPEC_SLOT_SCOUT:
        smtpspec_run_scouted(slot);
        smtpspec_probe_close(slot->probe);
        break;
    case SMTPSPEC_SLOT_CONTROL:
        smtpspec_run_controlled(slot);
        smtpspec_probe_close(slot->probe);
        break;
    case SMTPSPEC_SLOT_LAST:
        smtpspec_run_closed(slot);
        smtpspec_probe_close(slot->probe);
        break;
    default:
        if (slot->looking)
            smtpspec_run_looked(slot);
        else if (!smtpspec_run_played(slot))
            return;
        go_on(slot, slot->index);
        break;
    }
}

static void forget(struct smtpspec_slot *slot)
{
    if (slot->last != NULL)
        slot->last->next = slot->next;
    else
        slot->run->slots = slot->next;
    if (slot->next != NULL)
        slot->next->last = slot->last;
    slot->run->active--;
}

static void on_closed(void *context, bool surplus)
{
    struct smtpspec_slot *slot = context;
    struct smtpspec_run *run = slot->run;
    bool opening = slot->kind == SMTPSPEC_SLOT_OPENING ||
                   slot->kind == SMTPSPEC_SLOT_SCOUT;

    run->facts.commands += smtpspec_probe_commands(slot->probe);
    forget(slot);
    if (slot->kind == SMTPSPEC_SLOT_CASES ||
        slot->kind == SMTPSPEC_SLOT_CONTROL)
        smtpspec_plan_leave(&run->plan, slot->group);
    if (surplus && !run->abandoned)
        smtpspec_run_doubt(slot, slot->cases);
    free(slot);
    smtpspec_run_tell(run);
    if (opening)
        smtpspec_run_greeting_over(run);
    else
        smtpspec_run_schedule(run);
}

struct smtpspec_slot *smtpspec_run_connect(struct smtpspec_run *run,
                                           enum smtpspec_slot_kind kind,
                                           size_t index)
{
    struct smtpspec_slot *slot = smtpspec_memory_new(sizeof(*slot));
    struct smtpspec_probe_events events = { .opened = on_opened,
                                             .played = on_played,
                                             .closed = on_closed,
                                             .context = slot };

    slot->run = run;
    slot->kind = (uint8_t)kind;
    slot->index = index;
    slot->group = SMTPSPEC_PLAN_NONE;
    if (kind == SMTPSPEC_SLOT_CASES)
        slot->group = smtpspec_plan_group(&run->plan, index);
    slot->next = run->slots;
    if (run->slots != NULL)
        run->slots->last = slot;
    run->slots = slot;
    run->active++;
    /* Of the others it is only counted what the server said. */
    slot->probe = smtpspec_probe_new(&run->terms, &events,
                                     kind == SMTPSPEC_SLOT_OPENING ||
                                         kind == SMTPSPEC_SLOT_SCOUT);
    return slot;
}

/* --- all of them ---------------------------------------------------------- */

void smtpspec_run_tell_progress(const struct smtpspec_run *run)
{
    if (run->sink->progress != NULL)
        run->sink->progress(run->sink->context, run->plan.done,
                            run->plan.count);
}

static void on_tick(uv_timer_t *timer)
{
    smtpspec_run_tell_progress(timer->data);
}

static void on_wake(uv_timer_t *timer)
{
    struct smtpspec_run *run = timer->data;

    if (run->open)
        smtpspec_run_schedule(run);
    else
        smtpspec_run_greet(run);
}

void smtpspec_run_stop(struct smtpspec_run *run)
{
    if (uv_is_closing((uv_handle_t *)&run->wake))
        return;
    uv_close((uv_handle_t *)&run->wake, NULL);
    uv_close((uv_handle_t *)&run->tick, NULL);
    uv_close((uv_handle_t *)&run->late, NULL);
    uv_close((uv_handle_t *)&run->interrupt, NULL);
    uv_close((uv_handle_t *)&run->terminate, NULL);
}

bool smtpspec_run_is_early(struct smtpspec_run *run, uv_timer_cb again)
{
    struct smtpspec_pace *pace = &run->plan.pace;
    uint64_t now = uv_now(&run->loop);

    if (smtpspec_pace_begin(pace, now))
        return false;
    uv_timer_start(&run->wake, again, pace->next - now, 0);
    return true;
}

/* All cases are done, or set aside for good: one more harmless dialogue tells
 * whether the server is still there. */
static void wind_up(struct smtpspec_run *run)
{
    if (smtpspec_plan_settle(&run->plan)) {
        smtpspec_run_schedule(run);
    } else if (run->closing || run->abandoned) {
        smtpspec_run_stop(run);
    } else if (!smtpspec_run_is_early(run, on_wake)) {
        run->closing = true;
        smtpspec_run_connect(run, SMTPSPEC_SLOT_LAST, SMTPSPEC_PLAN_NONE);
    }
}

void smtpspec_run_schedule(struct smtpspec_run *run)
{
    struct smtpspec_plan *plan = &run->plan;
    unsigned jobs = plan->throttled ? 1 : run->jobs;
    uint64_t now = uv_now(&run->loop), due;
    unsigned begun = 0;
    size_t index;

    if (plan->given_up)
        smtpspec_run_give_up(run);
    while (run->active < jobs && begun < BURST &&
           (index = smtpspec_plan_next(plan, NULL, now)) !=
               SMTPSPEC_PLAN_NONE) {
        smtpspec_run_connect(run,
                             plan->items[index].stage == SMTPSPEC_PLAN_CONTROL
                                 ? SMTPSPEC_SLOT_CONTROL
                                 : SMTPSPEC_SLOT_CASES,
                             index);
        begun++;
    }
    if (run->active >= jobs)
        return;
    due = begun < BURST ? smtpspec_plan_due(plan) : now + BURST_MS;
    if (due != UINT64_MAX)
        uv_timer_start(&run->wake, on_wake, due > now ? due - now : 0, 0);
    else if (run->active == 0)
        wind_up(run);
}

static void leave_off(struct smtpspec_run *run, const char *reason)
{
    smtpspec_run_abandon(run, reason);
    if (run->active == 0)
        smtpspec_run_stop(run);
}

static void on_interrupt(uv_signal_t *handle, int number)
{
    struct smtpspec_run *run = handle->data;

    run->interrupted = number;
    leave_off(run, "interrupted");
}

static void on_late(uv_timer_t *timer)
{
    leave_off(timer->data, "the time that it may take is over");
}

/* --- the whole ------------------------------------------------------------ */

static struct smtpspec_transport *
open_transport(void *context, const struct smtpspec_transport_events *events)
{
    struct smtpspec_run *run = context;

    if (run->settings->target->kind == SMTPSPEC_TARGET_EMBEDDED)
        return smtpspec_builtin_open(&run->loop, run->settings->server,
                                     events);
    return smtpspec_transport_open(&run->loop, run->settings->target,
                                   &run->addresses, run->terms.idle_ms,
                                   events);
}

static void set_times(struct smtpspec_run *run)
{
    struct smtpspec_probe_terms *terms = &run->terms;
    bool builtin = run->settings->target->kind == SMTPSPEC_TARGET_EMBEDDED;

    terms->greeting_ms = builtin ? BUILTIN_MS : GREETING_MS;
    terms->idle_ms = builtin ? BUILTIN_MS : IDLE_MS;
    if (run->settings->timeout_ms > 0)
        terms->greeting_ms = terms->idle_ms = run->settings->timeout_ms;
}

/* We call ourselves by the domain of --from, so that both fit together. */
static void set_vars(struct smtpspec_run *run)
{
    const struct smtpspec_run_settings *settings = run->settings;
    struct smtpspec_case_vars *vars = &run->terms.vars;
    struct smtpspec_span from, domain;

    from = smtpspec_span_of(settings->from != NULL ? settings->from
                                                   : PROBE_FROM);
    domain = smtpspec_span_skip(from, smtpspec_span_find(from, '@') + 1);
    vars->from = from;
    vars->domain = settings->from != NULL && smtpspec_is_domain(domain)
                       ? domain
                       : smtpspec_span_of(PROBE_DOMAIN);
    if (settings->to != NULL)
        vars->rcpt = smtpspec_span_of(settings->to);
    else if (settings->target->kind == SMTPSPEC_TARGET_EMBEDDED)
        vars->rcpt = smtpspec_span_of(BUILTIN_TO);
    else
        vars->rcpt = smtpspec_span_of("postmaster");
    if (settings->relay_domain != NULL)
        vars->elsewhere = smtpspec_span_of(settings->relay_domain);
}

static size_t digest(void *context, struct smtpspec_span challenge,
                     struct smtpspec_span user, struct smtpspec_span password,
                     char *out, size_t cap)
{
    (void)context;
    (void)user;
    return smtpspec_cram_md5(challenge, password, out, cap);
}

/* Who logs in, and how. */
static void set_login(struct smtpspec_run *run)
{
    const struct smtpspec_target *target = run->settings->target;
    struct smtpspec_case_vars *vars = &run->terms.vars;
    const char *user = run->settings->user;
    const char *password = run->settings->password;

    if (user == NULL && target->kind == SMTPSPEC_TARGET_EMBEDDED) {
        user = BUILTIN_USER;
        password = BUILTIN_PASSWORD;
    }
    if (user != NULL) {
        vars->user = smtpspec_span_of(user);
        vars->password = smtpspec_span_of(password);
    }
    vars->login = user != NULL &&
                  target->service == SMTPSPEC_SERVICE_SUBMISSION;
    vars->starttls = run->settings->starttls;
    vars->implicit_tls = target->implicit_tls;
    run->terms.judge.tls = target->implicit_tls;
    vars->cram = digest;
    run->terms.tls_host = target->host;
    run->terms.offers = &run->offers;
    run->terms.journal = run->settings->journal;
}

static void set_terms(struct smtpspec_run *run)
{
    struct smtpspec_probe_terms *terms = &run->terms;
    const struct smtpspec_target *target = run->settings->target;

    terms->loop = &run->loop;
    terms->room = smtpspec_memory_new(SMTPSPEC_CASE_TEXT_KEPT);
    run->jobs = run->settings->jobs;
    terms->open = open_transport;
    terms->open_context = run;
    terms->coverage = &run->coverage;
    run->spare = SMTPSPEC_RECORD_SPARE;
    terms->spare = &run->spare;
    terms->transitions = &run->transitions;
    terms->judge.profile = run->settings->profile;
    terms->judge.service = (enum smtpspec_service)target->service;
    set_times(run);
    set_vars(run);
    set_login(run);
}

/* The built-in server dies of nothing, unless it is to. */
static bool is_sturdy(const struct smtpspec_run_settings *settings)
{
    for (size_t i = 0; i < SMTPSPEC_MISDEED_COUNT; i++)
        if (settings->server->misdeeds[i])
            return false;
    return settings->target->kind == SMTPSPEC_TARGET_EMBEDDED;
}

static void make_plan(struct smtpspec_run *run)
{
    size_t count = run->settings->case_count;
    struct smtpspec_plan_item *items =
        smtpspec_memory_new(count * sizeof(*items));

    for (size_t i = 0; i < count; i++)
        items[i].of = run->settings->cases[i];
    smtpspec_plan_init(&run->plan, items, count);
    run->plan.sturdy = is_sturdy(run->settings);
    smtpspec_pace_init(&run->plan.pace, run->settings->rate);
    run->plan.caps = run->settings->caps;
    run->sheets = smtpspec_memory_new(count * sizeof(*run->sheets));
}

/* Whether there is somebody to connect to. */
static bool look_up(struct smtpspec_run *run)
{
    const struct smtpspec_target *target = run->settings->target;
    char host[4 * SMTPSPEC_DOMAIN_LIMIT + 1];
    const char *why;

    if (target->kind != SMTPSPEC_TARGET_TCP)
        return true;
    if (smtpspec_addresses_look_up(&run->loop, target, &run->addresses,
                                   &why) == SMTPSPEC_OK) {
        smtpspec_lanes_find(run->settings->lanes, run->addresses.list,
                            &run->plan.pace.way);
        return true;
    }
    smtpspec_span_escape(smtpspec_span_of(target->host), host, sizeof(host));
    snprintf(run->trouble, sizeof(run->trouble), "cannot look up '%.255s': %s",
             host, why);
    return false;
}

/* On a loop that is there. */
static void run_all(struct smtpspec_run *run)
{
    bool known;

    uv_timer_init(&run->loop, &run->wake);
    uv_timer_init(&run->loop, &run->tick);
    uv_timer_init(&run->loop, &run->late);
    uv_signal_init(&run->loop, &run->interrupt);
    uv_signal_init(&run->loop, &run->terminate);
    run->wake.data = run->interrupt.data = run->terminate.data = run;
    run->tick.data = run->late.data = run;
    known = look_up(run);
    /* Not before: no signal would end a look-up that takes its time. */
    uv_signal_start(&run->interrupt, on_interrupt, SIGINT);
    uv_signal_start(&run->terminate, on_interrupt, SIGTERM);
    uv_timer_start(&run->tick, on_tick, TICK_MS, TICK_MS);
    if (run->settings->time_ms > 0)
        uv_timer_start(&run->late, on_late, run->settings->time_ms, 0);
    if (known)
        smtpspec_run_greet(run);
    else
        smtpspec_run_stop(run);
    uv_run(&run->loop, UV_RUN_DEFAULT);
    uv_loop_close(&run->loop);
}

struct smtpspec_run *
smtpspec_run_target(const struct smtpspec_run_settings *settings,
                    const struct smtpspec_run_sink *sink)
{
    struct smtpspec_run *run = smtpspec_memory_new(sizeof(*run));
    int status;

    run->settings = settings;
    run->sink = sink;
    run->facts.name = settings->target->name;
    set_terms(run);
    make_plan(run);
    status = uv_loop_init(&run->loop);
    if (status == 0)
        run_all(run);
    else
        snprintf(run->trouble, sizeof(run->trouble),
                 "no event loop to be had: %s", uv_strerror(status));
    smtpspec_run_report(run);
    return run;
}

const struct smtpspec_target_facts *
smtpspec_run_facts(const struct smtpspec_run *run)
{
    return &run->facts;
}

int smtpspec_run_interrupted(const struct smtpspec_run *run)
{
    return run->interrupted;
}

static void free_list(char **list)
{
    for (char **at = list; list != NULL && *at != NULL; at++)
        free(*at);
    free(list);
}

void smtpspec_run_free(struct smtpspec_run *run)
{
    for (size_t i = 0; i < run->plan.count; i++)
        smtpspec_sheet_free(run->sheets[i]);
    smtpspec_asides_free(&run->asides);
    smtpspec_transitions_free(&run->transitions);
    if (run->addresses.list != NULL)
        smtpspec_addresses_free(&run->addresses);
    free_list(run->extensions);
    free_list(run->extensions_tls);
    free_list(run->extensions_login);
    free(run->greeting);
    free(run->terms.room);
    free(run->nobody);
    free(run->sheets);
    free(run->plan.items);
    free(run);
}
