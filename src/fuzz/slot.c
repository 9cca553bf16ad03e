/* SPDX-License-Identifier: MIT */
/*
 * slot.c - sessions on one connection after the other
 */
#include "fuzz/fuzzing.h"

#include "mutate/random.h"

/* Commands after which a connection is given up for a fresh one. */
#define COMMANDS_KEPT 200
/* One connection in so many waits for what QUIT brings, instead of hanging up
 * right behind it (Exim waits 200 ms for the latter). */
#define PATIENT_ONCE_IN 64
/* How long to wait after 421 at the door, or where nobody was there. */
#define BACK_OFF_LEAST 100
#define BACK_OFF_MOST 5000

/* --- What a session is made of -------------------------------------------- */

void smtpspec_slot_session(const struct smtpspec_fuzz_slot *slot,
                           struct smtpspec_growing *script)
{
    const struct smtpspec_fuzz *fuzz = slot->fuzz;
    struct smtpspec_span history = smtpspec_growing_span(
        &smtpspec_caller_talk(slot->caller)->history);

    script->length = 0;
    if (slot->mark > 0 && slot->greeted != SMTPSPEC_COMMAND_UNSET) {
        smtpspec_growing_add(script, SMTPSPEC_SPAN("C"));
        smtpspec_growing_add(
            script, smtpspec_span_of(smtpspec_command_name(
                        (enum smtpspec_command)slot->greeted)));
        smtpspec_growing_add(script, SMTPSPEC_SPAN(" "));
        smtpspec_growing_add(script, fuzz->vars.domain);
        smtpspec_growing_add(script, SMTPSPEC_SPAN("\n"));
    }
    smtpspec_growing_add(script, smtpspec_span_skip(history, slot->mark));
}

/* One step of the walk; false where it is over. */
static bool walk_on(struct smtpspec_fuzz_slot *slot)
{
    struct smtpspec_fuzz *fuzz = slot->fuzz;
    struct smtpspec_talk *talk = smtpspec_caller_talk(slot->caller);
    const struct smtpspec_walk_place place = {
        .state = smtpspec_judge_state(&talk->judge),
        .service = fuzz->terms.judge.service,
        .offered = smtpspec_judge_ehlo(&talk->judge)->offered
    };

    if (!slot->walks ||
        !smtpspec_walk_next(&slot->walk, &fuzz->triples, &place, &fuzz->vars,
                            &slot->script))
        return false;
    smtpspec_talk_play(talk, smtpspec_growing_span(&slot->script));
    return true;
}

static void play_script(struct smtpspec_fuzz_slot *slot, uint64_t number,
                        uint64_t seed)
{
    const struct smtpspec_fuzz *fuzz = slot->fuzz;

    if (number < fuzz->seeds)
        smtpspec_growing_set(
            &slot->script,
            smtpspec_growing_span(&fuzz->pool.scripts[number]));
    else
        smtpspec_pool_mutant(&fuzz->pool, seed, &slot->script);
    smtpspec_talk_play(smtpspec_caller_talk(slot->caller),
                       smtpspec_growing_span(&slot->script));
}

static void begin_session(struct smtpspec_fuzz_slot *slot)
{
    struct smtpspec_fuzz *fuzz = slot->fuzz;
    struct smtpspec_talk *talk = smtpspec_caller_talk(slot->caller);
    uint64_t number = fuzz->begun++;
    uint64_t seed = fuzz->settings->seed ^
                    (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    bool walks = smtpspec_random_once_in(&seed, 2);

    slot->phase = SMTPSPEC_FUZZ_PLAYING;
    slot->mark = talk->history.length;
    slot->greeted = smtpspec_judge_session(&talk->judge)->greeted;
    slot->is_new = false;
    slot->walks = walks && number >= fuzz->seeds;
    if (slot->walks)
        smtpspec_walk_init(&slot->walk, &fuzz->atlas, seed);
    else
        play_script(slot, number, seed);
}

static void end_session(struct smtpspec_fuzz_slot *slot)
{
    struct smtpspec_fuzz *fuzz = slot->fuzz;

    if (slot->phase != SMTPSPEC_FUZZ_PLAYING)
        return;
    slot->phase = SMTPSPEC_FUZZ_SETTLING;
    fuzz->facts->sessions++;
    fuzz->facts->playing_ms = uv_now(&fuzz->loop) - fuzz->began_at + 1;
    if (slot->is_new) {
        smtpspec_slot_session(slot, &slot->script);
        smtpspec_pool_add(&fuzz->pool, smtpspec_growing_span(&slot->script),
                          &fuzz->random);
    }
}

/* --- One session after the other ------------------------------------------ */

static bool may_begin(const struct smtpspec_fuzz *fuzz)
{
    return !fuzz->stopping && !fuzz->dead &&
           (fuzz->settings->runs == 0 ||
            fuzz->begun < fuzz->settings->runs);
}

/* What TLS and a log-in leave behind RSET does not take away. */
static bool is_used_up(const struct smtpspec_fuzz_slot *slot)
{
    struct smtpspec_talk *talk = smtpspec_caller_talk(slot->caller);
    const struct smtpspec_session *session =
        smtpspec_judge_session(&talk->judge);

    return talk->commands >= COMMANDS_KEPT || session->tls ||
           session->authenticated || talk->quit_sent ||
           talk->history.length > SMTPSPEC_TALK_HISTORY_KEPT / 2 ||
           !smtpspec_talk_is_settled(talk);
}

static void on_script(void *context)
{
    struct smtpspec_fuzz_slot *slot = context;
    struct smtpspec_talk *talk = smtpspec_caller_talk(slot->caller);

    if (slot->phase == SMTPSPEC_FUZZ_PLAYING) {
        if (walk_on(slot))
            return;
        end_session(slot);
        smtpspec_talk_settle(talk);
        return;
    }
    if (slot->phase == SMTPSPEC_FUZZ_QUITTING) {
        smtpspec_caller_close(slot->caller);
        return;
    }
    if (may_begin(slot->fuzz) && !is_used_up(slot)) {
        begin_session(slot);
        return;
    }
    slot->phase = SMTPSPEC_FUZZ_QUITTING;
    smtpspec_talk_quit(talk);
}

/* --- What a connection tells ---------------------------------------------- */

static void on_verdict(void *context, const struct smtpspec_verdict *verdict,
                       bool doubtful)
{
    smtpspec_suspect(context, verdict, doubtful);
}

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    struct smtpspec_fuzz_slot *slot = context;
    struct smtpspec_fuzz *fuzz = slot->fuzz;

    fuzz->facts->exchanges++;
    if (smtpspec_triples_add(&fuzz->triples,
                             (enum smtpspec_state)exchange->state,
                             (enum smtpspec_command)exchange->command,
                             exchange->code))
        slot->is_new = true;
    if (exchange->number != 0 || exchange->code == 0)
        return;
    fuzz->failures = 0;
    if (fuzz->greeted)
        return;
    fuzz->greeted = true;
    for (unsigned i = 0; i < fuzz->jobs; i++)
        smtpspec_slot_wake(&fuzz->slots[i]);
}

/* FNV-1a; a sum, so that the order of connections does not matter. */
static uint64_t digest_of(struct smtpspec_span octets)
{
    uint64_t digest = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < octets.length; i++)
        digest = (digest ^ (uint8_t)octets.at[i]) * UINT64_C(0x100000001b3);
    return digest;
}

static void keep_history(struct smtpspec_fuzz_slot *slot)
{
    struct smtpspec_talk *talk = smtpspec_caller_talk(slot->caller);
    struct smtpspec_growing history = talk->history;

    if (history.length == 0)
        return;
    slot->fuzz->facts->digest += digest_of(smtpspec_growing_span(&history));
    talk->history = slot->last;
    slot->last = history;
    slot->ended = uv_now(&slot->fuzz->loop);
}

/* Not at once where we were turned away. */
static void back_off(struct smtpspec_fuzz_slot *slot)
{
    unsigned times = slot->refusals++;
    uint64_t ms = BACK_OFF_LEAST;

    while (times-- > 0 && ms < BACK_OFF_MOST)
        ms *= 2;
    slot->due = uv_now(&slot->fuzz->loop) +
                (ms < BACK_OFF_MOST ? ms : BACK_OFF_MOST);
}

static void on_over(void *context, const struct smtpspec_caller_facts *facts)
{
    struct smtpspec_fuzz_slot *slot = context;
    struct smtpspec_fuzz *fuzz = slot->fuzz;
    struct smtpspec_verdict crash;

    end_session(slot);
    fuzz->facts->commands += smtpspec_caller_talk(slot->caller)->commands;
    if (facts->signal != 0 && facts->greeted) {
        smtpspec_verdict_of_manner(SMTPSPEC_MANNER_DEAD, &crash);
        smtpspec_suspect(slot, &crash, false);
    }
    keep_history(slot);
    slot->caller = NULL;
    slot->phase = SMTPSPEC_FUZZ_RESTING;
    fuzz->open--;
    if (!facts->greeted || facts->throttled)
        back_off(slot);
    else
        slot->refusals = 0;
    if (!facts->greeted)
        smtpspec_suspect_dead(fuzz, facts->why);
    else
        smtpspec_slot_wake(slot);
}

void smtpspec_slot_wake(struct smtpspec_fuzz_slot *slot)
{
    struct smtpspec_fuzz *fuzz = slot->fuzz;
    const struct smtpspec_caller_events events = {
        .script = on_script, .verdict = on_verdict,
        .exchange = on_exchange, .over = on_over, .context = slot
    };

    if (slot->caller != NULL || !may_begin(fuzz) ||
        uv_now(&fuzz->loop) < slot->due)
        return;
    slot->phase = SMTPSPEC_FUZZ_OPENING;
    slot->mark = 0;
    slot->greeted = SMTPSPEC_COMMAND_UNSET;
    slot->caller = smtpspec_caller_new(&fuzz->terms, &events);
    fuzz->open++;
    if (fuzz->facts->connections++ % PATIENT_ONCE_IN == 0)
        smtpspec_caller_talk(slot->caller)->hasty_quit = false;
}

void smtpspec_slot_free(struct smtpspec_fuzz_slot *slot)
{
    smtpspec_growing_free(&slot->script);
    smtpspec_growing_free(&slot->last);
}
