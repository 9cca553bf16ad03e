/* SPDX-License-Identifier: MIT */
/*
 * fuzz.c - a fuzzing run, from its beginning to its end
 */
#include "fuzz/fuzzing.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* How often time is looked at, and progress told. */
#define TICK_MS 50
#define PROGRESS_MS 500
/* How long inquiries may go on once time is up. */
#define AFTERWARDS_MS 15000

#define JOBS_NEAR 16
#define JOBS_EXEC 4
#define JOBS_BUILTIN 4
#define BUILTIN_MS 2000
#define NEAR_MS 10000
#define FAR_MS 60000
#define GREETING_MS 30000
#define BUILTIN_QUIET_MS 30
#define NEAR_QUIET_MS 100
#define FAR_QUIET_MS 1000

/* --- The terms of a run --------------------------------------------------- */

static bool is_builtin(const struct smtpspec_fuzz *fuzz)
{
    return fuzz->settings->target->kind == SMTPSPEC_TARGET_EMBEDDED;
}

static bool is_near(const struct smtpspec_fuzz *fuzz)
{
    return fuzz->settings->target->kind != SMTPSPEC_TARGET_TCP ||
           smtpspec_addresses_are_local(&fuzz->addresses);
}

static void set_times(struct smtpspec_fuzz *fuzz)
{
    struct smtpspec_caller_terms *terms = &fuzz->terms;
    uint64_t given = fuzz->settings->timeout_ms;

    terms->idle_ms = given > 0          ? given
                     : is_builtin(fuzz) ? BUILTIN_MS
                     : is_near(fuzz)    ? NEAR_MS
                                        : FAR_MS;
    terms->connect_ms = terms->idle_ms;
    terms->greeting_ms = is_builtin(fuzz) || terms->idle_ms > GREETING_MS
                             ? terms->idle_ms : GREETING_MS;
    if (given > 0)
        terms->greeting_ms = given;
    terms->quiet_ms = is_builtin(fuzz) ? BUILTIN_QUIET_MS
                      : is_near(fuzz)  ? NEAR_QUIET_MS
                                       : FAR_QUIET_MS;
}

static void set_vars(struct smtpspec_fuzz *fuzz)
{
    const struct smtpspec_fuzz_settings *settings = fuzz->settings;

    fuzz->vars = (struct smtpspec_case_vars){
        .domain = SMTPSPEC_SPAN("probe.example"),
        .from = smtpspec_span_of(settings->from != NULL
                                     ? settings->from
                                     : "probe@probe.example"),
        .rcpt = smtpspec_span_of(settings->to != NULL ? settings->to
                                                      : "postmaster"),
        .nobody = SMTPSPEC_SPAN("smtpspec-nobody@nobody.invalid")
    };
}

/* False where the target cannot or may not be tried; facts say why. */
static bool set_target(struct smtpspec_fuzz *fuzz)
{
    const struct smtpspec_target *target = fuzz->settings->target;
    const char *why = "";

    if (target->kind == SMTPSPEC_TARGET_TCP &&
        smtpspec_addresses_look_up(&fuzz->loop, target, &fuzz->addresses,
                                   &why) != SMTPSPEC_OK) {
        snprintf(fuzz->facts->trouble, sizeof(fuzz->facts->trouble), "%s",
                 why);
        return false;
    }
    if (!is_near(fuzz) && !fuzz->settings->intrusive) {
        fuzz->facts->misused = true;
        snprintf(fuzz->facts->trouble, sizeof(fuzz->facts->trouble),
                 "not on this machine: what is sent is hostile, so that "
                 "wants --intrusive");
        return false;
    }
    fuzz->terms.target = target;
    fuzz->terms.addresses = &fuzz->addresses;
    fuzz->terms.tls_host = target->host;
    if (is_builtin(fuzz)) {
        fuzz->server = *fuzz->settings->server;
        fuzz->server.house = &fuzz->house;
        fuzz->server.service = (enum smtpspec_service)target->service;
        fuzz->terms.server = &fuzz->server;
    }
    return true;
}

static bool prepare(struct smtpspec_fuzz *fuzz,
                    const struct smtpspec_fuzz_settings *settings,
                    const struct smtpspec_fuzz_sink *sink,
                    struct smtpspec_fuzz_facts *facts)
{
    memset(fuzz, 0, sizeof(*fuzz));
    memset(facts, 0, sizeof(*facts));
    fuzz->settings = settings;
    fuzz->sink = sink;
    fuzz->facts = facts;
    if (uv_loop_init(&fuzz->loop) != 0) {
        snprintf(facts->trouble, sizeof(facts->trouble), "no event loop");
        return false;
    }
    signal(SIGPIPE, SIG_IGN);
    fuzz->terms.loop = &fuzz->loop;
    fuzz->terms.journal = settings->journal;
    fuzz->terms.caps = &fuzz->settings->caps;
    fuzz->terms.judge = (struct smtpspec_terms){
        .profile = settings->profile,
        .service = (enum smtpspec_service)settings->target->service };
    if (!set_target(fuzz))
        return false;
    set_times(fuzz);
    set_vars(fuzz);
    return true;
}

static void dispose(struct smtpspec_fuzz *fuzz)
{
    if (fuzz->addresses.list != NULL)
        smtpspec_addresses_free(&fuzz->addresses);
    if (fuzz->terms.loop != NULL) {
        uv_run(&fuzz->loop, UV_RUN_DEFAULT);
        uv_loop_close(&fuzz->loop);
    }
}

/* --- The run -------------------------------------------------------------- */

static void on_interrupt(void *context)
{
    struct smtpspec_fuzz *fuzz = context;

    fuzz->facts->signal = smtpspec_interrupted();
    smtpspec_fuzz_stop(fuzz);
    for (unsigned i = 0; i < fuzz->inquiry_count; i++)
        smtpspec_inquiry_hurry(fuzz->inquiries[i]);
}

void smtpspec_fuzz_stop(struct smtpspec_fuzz *fuzz)
{
    fuzz->stopping = true;
}

/* What is known so far, for whoever looks on. */
static void count(struct smtpspec_fuzz *fuzz)
{
    struct smtpspec_fuzz_facts *facts = fuzz->facts;
    const struct smtpspec_finds *finds = fuzz->finds;

    facts->elapsed_ms = uv_now(&fuzz->loop) - fuzz->began_at;
    facts->triples = fuzz->triples.count;
    facts->findings = smtpspec_finds_count(finds, SMTPSPEC_FIND_CONFIRMED);
    facts->once = smtpspec_finds_count(finds, SMTPSPEC_FIND_ONCE);
    facts->more = smtpspec_finds_count(finds, SMTPSPEC_FIND_COUNTED);
    facts->waiting = fuzz->inquiry_count;
}

static void keep_time(struct smtpspec_fuzz *fuzz)
{
    uint64_t limit = fuzz->settings->time_ms;
    uint64_t age = uv_now(&fuzz->loop) - fuzz->began_at;

    if (limit == 0 || age < limit)
        return;
    smtpspec_fuzz_stop(fuzz);
    for (unsigned i = 0; i < fuzz->jobs; i++)
        if (fuzz->slots[i].caller != NULL && age > limit + 2000)
            smtpspec_caller_close(fuzz->slots[i].caller);
    for (unsigned i = 0; i < fuzz->inquiry_count; i++)
        if (age > limit + AFTERWARDS_MS)
            smtpspec_inquiry_hurry(fuzz->inquiries[i]);
}

static void on_tick(uv_timer_t *timer)
{
    struct smtpspec_fuzz *fuzz = timer->data;
    uint64_t now = uv_now(&fuzz->loop);

    keep_time(fuzz);
    /* One at first: is there a server at all? */
    for (unsigned i = 0; i < (fuzz->greeted ? fuzz->jobs : 1); i++)
        smtpspec_slot_wake(&fuzz->slots[i]);
    smtpspec_suspects_go_on(fuzz);
    if (fuzz->sink->progress == NULL || now < fuzz->told_at + PROGRESS_MS)
        return;
    fuzz->told_at = now;
    count(fuzz);
    fuzz->sink->progress(fuzz->sink->context, fuzz->facts);
}

/* Whether there is anything left to do. */
static bool is_over(const struct smtpspec_fuzz *fuzz)
{
    bool more = !fuzz->stopping && !fuzz->dead &&
                (fuzz->settings->runs == 0 ||
                 fuzz->begun < fuzz->settings->runs);

    return !more && fuzz->open == 0 && fuzz->inquiry_count == 0;
}

static void fill_pool(struct smtpspec_fuzz *fuzz)
{
    const struct smtpspec_fuzz_settings *settings = fuzz->settings;

    smtpspec_pool_seed(&fuzz->pool, &fuzz->vars, fuzz->terms.judge.service);
    for (size_t i = 0; i < settings->seed_count; i++)
        smtpspec_pool_expand(&fuzz->pool, settings->seeds[i], &fuzz->vars,
                             fuzz->terms.judge.service);
    fuzz->seeds = fuzz->pool.count;
}

static void make_slots(struct smtpspec_fuzz *fuzz)
{
    fuzz->jobs = fuzz->settings->jobs > 0 ? fuzz->settings->jobs
                 : is_builtin(fuzz)       ? JOBS_BUILTIN
                 : fuzz->settings->target->kind == SMTPSPEC_TARGET_EXEC
                     ? JOBS_EXEC : JOBS_NEAR;
    fuzz->slots = smtpspec_memory_new(fuzz->jobs * sizeof(*fuzz->slots));
    for (unsigned i = 0; i < fuzz->jobs; i++)
        fuzz->slots[i].fuzz = fuzz;
}

static void run(struct smtpspec_fuzz *fuzz)
{
    fuzz->random = fuzz->settings->seed;
    fuzz->began_at = uv_now(&fuzz->loop);
    smtpspec_walk_draw(&fuzz->atlas);
    fill_pool(fuzz);
    make_slots(fuzz);
    smtpspec_interrupt_watch(&fuzz->interrupt, &fuzz->loop, on_interrupt,
                             fuzz);
    uv_timer_init(&fuzz->loop, &fuzz->tick);
    fuzz->tick.data = fuzz;
    uv_timer_start(&fuzz->tick, on_tick, 0, TICK_MS);
    while (!is_over(fuzz))
        uv_run(&fuzz->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&fuzz->tick, NULL);
    smtpspec_interrupt_leave(&fuzz->interrupt);
    count(fuzz);
    for (unsigned i = 0; i < fuzz->jobs; i++)
        smtpspec_slot_free(&fuzz->slots[i]);
    free(fuzz->slots);
    smtpspec_pool_free(&fuzz->pool);
}

void smtpspec_fuzz(const struct smtpspec_fuzz_settings *settings,
                   const struct smtpspec_fuzz_sink *sink,
                   struct smtpspec_finds *finds,
                   struct smtpspec_fuzz_facts *facts)
{
    struct smtpspec_fuzz *fuzz = smtpspec_memory_new(sizeof(*fuzz));

    memset(finds, 0, sizeof(*finds));
    finds->warns = settings->warns;
    finds->ignored = settings->ignored;
    finds->ignored_count = settings->ignored_count;
    if (prepare(fuzz, settings, sink, facts)) {
        fuzz->finds = finds;
        run(fuzz);
    }
    dispose(fuzz);
    free(fuzz);
}

/* --- One script again ----------------------------------------------------- */

struct replay {
    struct smtpspec_trial trial;
    bool done;
};

static void on_replayed(void *context)
{
    struct replay *replay = context;

    replay->done = true;
}

/* The verdict that is asked for, or the first one that counts. */
static const struct smtpspec_verdict *
pick(const struct smtpspec_trial *trial, struct smtpspec_span signature,
     struct smtpspec_finds *finds)
{
    for (unsigned i = 0; i < trial->count; i++) {
        char own[SMTPSPEC_SIGNATURE_KEPT];

        smtpspec_signature_write(&trial->verdicts[i], own);
        if (signature.length > 0
                ? smtpspec_span_equal(smtpspec_span_of(own), signature)
                : smtpspec_finds_meet(finds, &trial->verdicts[i]) != NULL)
            return &trial->verdicts[i];
    }
    return NULL;
}

/* The part of a signature before the next slash. */
static struct smtpspec_span part_of(struct smtpspec_span *signature)
{
    struct smtpspec_span part =
        smtpspec_span_head(*signature, smtpspec_span_find(*signature, '/'));

    *signature = smtpspec_span_skip(*signature, part.length + 1);
    return part;
}

/* What the trial is to look for, and to mark. PASS: it hears all that comes,
 * whether it has seen that or not. */
static void set_wanted(struct smtpspec_span signature,
                       struct smtpspec_verdict *wanted)
{
    memset(wanted, 0, sizeof(*wanted));
    if (signature.length > 0 &&
        smtpspec_rule_find(part_of(&signature), wanted)) {
        wanted->state = (uint8_t)smtpspec_state_of(part_of(&signature));
        wanted->command = (uint8_t)smtpspec_command_of(part_of(&signature));
        for (size_t i = 0; i < signature.length && i < 3; i++)
            wanted->code = (uint16_t)(wanted->code * 10 +
                                      (signature.at[i] - '0'));
    }
    wanted->outcome = SMTPSPEC_OUTCOME_PASS;
}

bool smtpspec_fuzz_replay(const struct smtpspec_fuzz_settings *settings,
                          struct smtpspec_span script,
                          struct smtpspec_span signature,
                          const struct smtpspec_fuzz_sink *sink,
                          struct smtpspec_fuzz_facts *facts)
{
    struct smtpspec_fuzz *fuzz = smtpspec_memory_new(sizeof(*fuzz));
    struct replay *replay = smtpspec_memory_new(sizeof(*replay));
    struct smtpspec_finds finds = { .warns = settings->warns };
    const struct smtpspec_verdict *shown = NULL;
    struct smtpspec_verdict wanted;

    if (prepare(fuzz, settings, sink, facts)) {
        set_wanted(signature, &wanted);
        smtpspec_trial_begin(&replay->trial, &fuzz->terms, script, &wanted,
                             on_replayed, replay);
        while (!replay->done)
            uv_run(&fuzz->loop, UV_RUN_ONCE);
        shown = pick(&replay->trial, signature, &finds);
        if (shown == NULL && !replay->trial.facts.opened)
            snprintf(facts->trouble, sizeof(facts->trouble), "%s",
                     replay->trial.facts.why);
    }
    if (shown != NULL) {
        struct smtpspec_find find = { .verdict = *shown };

        find.rule = smtpspec_signature_write(shown, find.signature);
        smtpspec_growing_set(&find.script, script);
        sink->finding(sink->context, &find, &replay->trial);
        smtpspec_growing_free(&find.script);
    }
    smtpspec_trial_clear(&replay->trial);
    smtpspec_finds_free(&finds);
    dispose(fuzz);
    free(replay);
    free(fuzz);
    return shown != NULL;
}
