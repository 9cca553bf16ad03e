/* SPDX-License-Identifier: MIT */
/*
 * results.c - what is made of the cases that were played
 */
#include "run/running.h"

#include <stdio.h>
#include <string.h>

static void replace_sheet(struct smtpspec_run *run, size_t index,
                          struct smtpspec_sheet *sheet)
{
    smtpspec_sheet_free(run->sheets[index]);
    run->sheets[index] = sheet;
}

void smtpspec_run_doubt(struct smtpspec_slot *slot, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        smtpspec_plan_doubt(&slot->run->plan, slot->played[i]);
}

struct smtpspec_patience_use
smtpspec_run_use(const struct smtpspec_slot *slot)
{
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);

    return (struct smtpspec_patience_use){
        .errors = tally->errors,
        .commands = tally->replies > 0 ? tally->replies - 1 : 0
    };
}

static const struct smtpspec_verdict *
find(const struct smtpspec_play_result *played, enum smtpspec_manner manner)
{
    for (unsigned i = 0; i < played->verdict_count; i++)
        if (played->verdicts[i].verdict.manner == manner)
            return &played->verdicts[i].verdict;
    return NULL;
}

/* Where a case got stuck: a command without an answer (in time), or a set-up
 * that was refused. */
static void tell_stuck(const struct smtpspec_slot *slot,
                       const struct smtpspec_play_result *played,
                       struct smtpspec_plan_outcome *outcome)
{
    static const char set_up[] = "set-up: ";
    const struct smtpspec_shape *shape =
        &slot->run->plan.items[slot->index].shape;
    enum smtpspec_state state =
        smtpspec_judge_state(smtpspec_probe_judge(slot->probe));
    const struct smtpspec_verdict *mute =
        find(played, SMTPSPEC_MANNER_NO_REPLY);
    bool led = played->outcome == SMTPSPEC_OUTCOME_BLOCKED &&
               strncmp(played->reason, set_up, sizeof(set_up) - 1) == 0;

    if (mute == NULL)
        mute = find(played, SMTPSPEC_MANNER_ENDLESS);
    if (mute != NULL) {
        outcome->stuck = SMTPSPEC_PLAN_STUCK_MUTE;
        outcome->at = (struct smtpspec_shape_way){ mute->state, mute->command,
                                                   !led };
        return;
    }
    if (!led)
        return;
    for (unsigned i = 0; i < shape->way_count; i++)
        if (!shape->way[i].own && shape->way[i].state == state) {
            outcome->stuck = SMTPSPEC_PLAN_STUCK_REFUSED;
            outcome->at = shape->way[i];
        }
}

/* Turned away before anything was asked: no word, or 421 for a greeting. A
 * case that speaks before the greeting may have earned that. */
static bool is_at_door(const struct smtpspec_slot *slot,
                       const struct smtpspec_play_result *played)
{
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);

    if (slot->cases > 1)
        return false;
    if (slot->run->plan.items[slot->index].of->given ==
            SMTPSPEC_GIVEN_CONNECT &&
        smtpspec_probe_commands(slot->probe) > 0)
        return false;
    if (tally->octets == 0)
        return smtpspec_probe_is_gone(slot->probe) || played->no_reply;
    return tally->first_code == 421;
}

static struct smtpspec_plan_outcome
outcome_of(struct smtpspec_slot *slot,
           const struct smtpspec_play_result *played)
{
    const struct smtpspec_case *of = slot->run->plan.items[slot->index].of;
    bool gone = smtpspec_probe_is_gone(slot->probe);
    bool passed = played->outcome == SMTPSPEC_OUTCOME_PASS ||
                  played->outcome == SMTPSPEC_OUTCOME_SKIP;
    struct smtpspec_plan_outcome outcome = {
        .outcome = played->outcome,
        .first = slot->cases == 1,
        .at_door = is_at_door(slot, played),
        .mute = smtpspec_probe_tally(slot->probe)->octets == 0,
        .turned_away = played->reply_421,
        .ended = gone || smtpspec_judge_state(smtpspec_probe_judge(
                             slot->probe)) == SMTPSPEC_STATE_CLOSED,
        .no_reply = played->no_reply,
        .before = slot->before,
        .after = smtpspec_run_use(slot),
        .slowest = smtpspec_probe_slowest(slot->probe),
        .heard = smtpspec_probe_heard(slot->probe),
        .watch = &slot->watch
    };

    outcome.cut = !passed && (played->reply_421 || gone);
    outcome.odd = played->no_reply || (outcome.cut && !played->reply_421) ||
                  (gone && smtpspec_shape_is_malformed(of));
    tell_stuck(slot, played, &outcome);
    return outcome;
}

static const struct smtpspec_case *
look_case(const struct smtpspec_slot *slot)
{
    const struct smtpspec_judge *judge = smtpspec_probe_judge(slot->probe);

    return smtpspec_judge_session(judge)->greeted == SMTPSPEC_COMMAND_HELO
               ? &smtpspec_opening_alive_helo
               : &smtpspec_opening_alive;
}

/* Whether a case was malformed, and the session goes on as if nothing were:
 * then a harmless command tells. */
static bool is_to_be_looked_at(const struct smtpspec_slot *slot,
                               const struct smtpspec_play_result *played)
{
    const struct smtpspec_case *of = slot->run->plan.items[slot->index].of;

    return smtpspec_shape_is_malformed(of) &&
           !smtpspec_probe_is_spent(slot->probe) && !played->no_reply &&
           smtpspec_play_fits(smtpspec_probe_judge(slot->probe),
                              look_case(slot), &slot->run->terms.vars);
}

bool smtpspec_run_played(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_play_result *played =
        smtpspec_probe_result(slot->probe);
    const struct smtpspec_record *record =
        smtpspec_probe_record(slot->probe);
    const struct smtpspec_case *of = run->plan.items[slot->index].of;
    bool look = is_to_be_looked_at(slot, played);
    bool counts;

    if (run->abandoned)
        return true;
    slot->held = outcome_of(slot, played);
    /* What was seen of it before tells more than a closed door. */
    if (!slot->held.at_door || run->sheets[slot->index] == NULL) {
        replace_sheet(run, slot->index,
                      smtpspec_sheet_of(played, of, record,
                                        smtpspec_probe_ms(slot->probe)));
        run->sheets[slot->index]->after_message =
            smtpspec_probe_took_message(slot->probe);
    }
    if (look) {
        smtpspec_asides_add(&run->asides, played, of, record, slot->index);
        slot->looking = true;
        slot->heard = *slot->held.heard;
        slot->held.heard = &slot->heard;
        smtpspec_probe_play(slot->probe, look_case(slot), false);
        return false;
    }
    counts = smtpspec_plan_ended(&run->plan, slot->index, &slot->held,
                                 uv_now(&run->loop));
    if (counts)
        smtpspec_asides_add(&run->asides, played, of, record, slot->index);
    else if (find(played, SMTPSPEC_MANNER_UNASKED) != NULL)
        /* A reply to nothing may be a late one of a case before. */
        smtpspec_run_doubt(slot, slot->cases - 1);
    smtpspec_run_tell_progress(run);
    return true;
}

void smtpspec_run_looked(struct smtpspec_slot *slot)
{
    const struct smtpspec_play_result *played =
        smtpspec_probe_result(slot->probe);
    struct smtpspec_plan_outcome outcome = slot->held;

    slot->looking = false;
    if (slot->run->abandoned)
        return;
    outcome.after = smtpspec_run_use(slot);
    if (played->no_reply || smtpspec_probe_is_gone(slot->probe)) {
        outcome.outcome = SMTPSPEC_OUTCOME_FAIL;
        outcome.no_reply = played->no_reply;
        outcome.odd = outcome.cut = true;
        if (played->no_reply)
            smtpspec_sheet_blame(slot->run->sheets[slot->index],
                                 SMTPSPEC_MANNER_NO_REPLY,
                                 "no reply to NOOP after it");
        else
            smtpspec_sheet_blame(slot->run->sheets[slot->index],
                                 SMTPSPEC_MANNER_CLOSE_SILENT,
                                 "connection closed");
    }
    smtpspec_plan_ended(&slot->run->plan, slot->index, &outcome,
                        uv_now(&slot->run->loop));
    smtpspec_run_tell_progress(slot->run);
}

/* No descriptor is left: go on with fewer connections. */
static void go_gently(struct smtpspec_run *run)
{
    if (run->active <= 1)
        smtpspec_run_abandon(run, "we have no file descriptor left");
    else if (run->jobs >= run->active)
        run->jobs = run->active - 1;
}

void smtpspec_run_refused(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    struct smtpspec_sheet *sheet;
    struct smtpspec_plan_outcome outcome = {
        .outcome = SMTPSPEC_OUTCOME_THROTTLED, .first = true,
        .at_door = true, .mute = true, .ours = slot->ours
    };
    char reason[160];

    if (run->abandoned)
        return;
    sheet = smtpspec_sheet_new(run->plan.items[slot->index].of);
    snprintf(reason, sizeof(reason), "cannot connect: %s",
             smtpspec_probe_why(slot->probe));
    smtpspec_sheet_excuse(sheet, SMTPSPEC_OUTCOME_THROTTLED, reason);
    if (run->sheets[slot->index] == NULL)
        replace_sheet(run, slot->index, sheet);
    else
        smtpspec_sheet_free(sheet);
    smtpspec_plan_ended(&run->plan, slot->index, &outcome, uv_now(&run->loop));
    if (slot->ours)
        go_gently(run);
}

void smtpspec_run_controlled(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_plan_item *item = &run->plan.items[slot->index];
    const struct smtpspec_judge *judge = smtpspec_probe_judge(slot->probe);
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);
    bool welcome =
        smtpspec_judge_session(judge)->greeted != SMTPSPEC_COMMAND_UNSET;
    bool heard = !slot->failed && tally->octets > 0 &&
                 (item->odd || tally->first_code != 421);

    if (run->abandoned)
        return;
    if (heard && !item->odd && welcome &&
        run->sheets[slot->index]->after_message)
        smtpspec_sheet_excuse(run->sheets[slot->index],
                              SMTPSPEC_OUTCOME_BLOCKED,
                              "the server ends a session after a message");
    else if (heard && !item->odd && welcome)
        smtpspec_sheet_convict(run->sheets[slot->index]);
    else if (heard && !item->odd)
        smtpspec_sheet_excuse(run->sheets[slot->index],
                              SMTPSPEC_OUTCOME_THROTTLED,
                              "the server turns everybody away");
    if (slot->ours)
        go_gently(run);
    smtpspec_plan_controlled(&run->plan, slot->index, heard,
                             tally->octets == 0, uv_now(&run->loop));
    smtpspec_run_tell_progress(run);
}

void smtpspec_run_closed(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);

    if (run->abandoned || slot->ours)
        return;
    if (!slot->failed && tally->octets > 0)
        return;
    /* Perhaps it only has to catch its breath. */
    if (smtpspec_pace_refused(&run->plan.pace, true, uv_now(&run->loop)))
        run->closing = false;
    else
        smtpspec_run_give_up(run);
}

/* It died of one of these: --jobs 1 tells of which. */
static void tell_dead(struct smtpspec_run *run)
{
    const struct smtpspec_plan *plan = &run->plan;
    char text[400];
    size_t length = (size_t)snprintf(text, sizeof(text),
                                     "nobody answers any more, after:");

    for (size_t i = 0; i < plan->count && length < sizeof(text); i++)
        if (plan->items[i].stage != SMTPSPEC_PLAN_DONE && plan->items[i].odd)
            length += (size_t)snprintf(text + length, sizeof(text) - length,
                                       " %.*s",
                                       (int)plan->items[i].of->id.length,
                                       plan->items[i].of->id.at);
    smtpspec_asides_tell(&run->asides, SMTPSPEC_MANNER_DEAD, text);
}

void smtpspec_run_give_up(struct smtpspec_run *run)
{
    static const char reason[] = "the target stopped answering";
    struct smtpspec_plan *plan = &run->plan;
    size_t suspects = 0, last = 0;

    if (run->abandoned)
        return;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->items[i].stage != SMTPSPEC_PLAN_DONE &&
            plan->items[i].odd) {
            suspects++;
            last = i;
        }
    if (suspects == 1 && plan->items[last].lonely) {
        smtpspec_sheet_blame(run->sheets[last], SMTPSPEC_MANNER_DEAD,
                             "nobody answers any more");
        smtpspec_plan_finish(plan, last);
    } else if (suspects > 0) {
        tell_dead(run);
    }
    smtpspec_run_abandon(run, reason);
}

void smtpspec_run_abandon(struct smtpspec_run *run, const char *reason)
{
    if (run->abandoned)
        return;
    run->abandoned = true;
    snprintf(run->trouble, sizeof(run->trouble), "%s", reason);
    for (size_t i = 0; i < run->plan.count; i++) {
        if (run->plan.items[i].stage == SMTPSPEC_PLAN_DONE)
            continue;
        if (run->sheets[i] == NULL)
            run->sheets[i] = smtpspec_sheet_new(run->plan.items[i].of);
        smtpspec_sheet_excuse(run->sheets[i], SMTPSPEC_OUTCOME_ERROR, reason);
        smtpspec_plan_finish(&run->plan, i);
    }
    for (struct smtpspec_slot *slot = run->slots; slot != NULL;
         slot = slot->next)
        smtpspec_probe_close(slot->probe);
}

/* Where TLS is required and not to be had, cases are blocked, not left out. */
static bool has_no_tls(const struct smtpspec_run *run)
{
    const struct smtpspec_case_vars *vars = &run->terms.vars;

    if (vars->implicit_tls || vars->starttls == SMTPSPEC_STARTTLS_REQUIRE)
        return false;
    return vars->starttls == SMTPSPEC_STARTTLS_NO ||
           (run->offered & SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS)) == 0;
}

void smtpspec_run_skip(struct smtpspec_run *run)
{
    const struct smtpspec_run_settings *settings = run->settings;
    bool builtin = settings->target->kind == SMTPSPEC_TARGET_EMBEDDED;
    struct smtpspec_plan_terms terms = {
        .has_to = builtin || settings->to != NULL,
        .has_user = run->terms.vars.user.length > 0,
        .may_intrude = settings->intrusive || run->local,
        .no_tls = has_no_tls(run),
        .offered = run->offered,
        .offered_tls = run->offered_tls,
        .caps = &run->plan.caps
    };
    char room[64];

    for (size_t i = 0; i < run->plan.count; i++) {
        const struct smtpspec_case *of = run->plan.items[i].of;
        const char *reason =
            smtpspec_plan_skip(of, &terms, room, sizeof(room));

        if (!smtpspec_play_is_for(of, run->terms.judge.service))
            reason = "for another kind of service";
        if (reason == NULL)
            continue;
        replace_sheet(run, i, smtpspec_sheet_new(of));
        smtpspec_sheet_excuse(run->sheets[i], SMTPSPEC_OUTCOME_SKIP, reason);
        smtpspec_plan_finish(&run->plan, i);
    }
    smtpspec_plan_pack(&run->plan);
}

/* A server that bears us and goes on as it began: each connection takes what
 * the opening dialogue took, and each command its share of that. */
void smtpspec_run_estimate(struct smtpspec_run *run)
{
    uint64_t opening_ms = run->opening_ms;
    const struct smtpspec_plan *plan = &run->plan;
    size_t connections = smtpspec_plan_connections(plan) + 1;
    uint64_t ms = connections * opening_ms, paced;

    if (run->sink->estimate == NULL)
        return;
    for (size_t i = 0; i < plan->count; i++) {
        const struct smtpspec_shape *shape = &plan->items[i].shape;

        if (plan->items[i].group == SMTPSPEC_PLAN_NONE)
            continue;
        ms += shape->asks.commands * opening_ms / 4;
        ms += shape->silences * run->terms.quiet_ms;
    }
    ms /= run->jobs;
    paced = connections * plan->pace.interval;
    run->sink->estimate(run->sink->context, plan->count - plan->done,
                        connections, ms > paced ? ms : paced);
}
