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

static void tell_progress(const struct smtpspec_run *run)
{
    if (run->sink->progress != NULL)
        run->sink->progress(run->sink->context, run->plan.done,
                            run->plan.count);
}

/* A reply to nothing may be a late one of a case before. */
static bool heard_surplus(const struct smtpspec_play_result *played)
{
    for (unsigned i = 0; i < played->verdict_count; i++)
        if (played->verdicts[i].verdict.manner == SMTPSPEC_MANNER_UNASKED)
            return true;
    return false;
}

void smtpspec_run_doubt(struct smtpspec_slot *slot, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        smtpspec_plan_doubt(&slot->run->plan, slot->played[i]);
}

void smtpspec_run_played(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_play_result *played =
        smtpspec_probe_result(slot->probe);
    const struct smtpspec_tally *tally = smtpspec_probe_tally(slot->probe);
    const struct smtpspec_record *record =
        smtpspec_probe_record(slot->probe);
    const struct smtpspec_case *of = run->plan.items[slot->index].of;
    bool unheard = tally->octets == 0 && smtpspec_probe_is_spent(slot->probe);
    struct smtpspec_plan_outcome outcome = {
        .outcome = played->outcome,
        .first = slot->cases == 1,
        .turned_away = played->reply_421 || unheard,
        .at_door = unheard || tally->first_code == 421,
        .no_reply = played->no_reply
    };

    if (run->abandoned)
        return;
    replace_sheet(run, slot->index,
                  smtpspec_sheet_of(played, of, record,
                                    smtpspec_probe_ms(slot->probe)));
    if (smtpspec_plan_ended(&run->plan, slot->index, &outcome,
                            uv_now(&run->loop)))
        smtpspec_asides_add(&run->asides, played, of, record, slot->index);
    else if (heard_surplus(played))
        smtpspec_run_doubt(slot, slot->cases - 1);
    tell_progress(run);
}

void smtpspec_run_refused(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    struct smtpspec_sheet *sheet;
    struct smtpspec_plan_outcome outcome = {
        .outcome = SMTPSPEC_OUTCOME_THROTTLED, .first = true,
        .turned_away = true, .at_door = true
    };
    char reason[160];

    if (run->abandoned)
        return;
    sheet = smtpspec_sheet_new(run->plan.items[slot->index].of);
    snprintf(reason, sizeof(reason), "cannot connect: %s",
             smtpspec_probe_why(slot->probe));
    smtpspec_sheet_excuse(sheet, SMTPSPEC_OUTCOME_THROTTLED, reason);
    replace_sheet(run, slot->index, sheet);
    smtpspec_plan_ended(&run->plan, slot->index, &outcome, uv_now(&run->loop));
}

void smtpspec_run_controlled(struct smtpspec_slot *slot)
{
    struct smtpspec_run *run = slot->run;
    const struct smtpspec_judge *judge = smtpspec_probe_judge(slot->probe);

    if (run->abandoned)
        return;
    if (smtpspec_judge_session(judge)->greeted == SMTPSPEC_COMMAND_UNSET)
        smtpspec_sheet_excuse(run->sheets[slot->index],
                              SMTPSPEC_OUTCOME_THROTTLED,
                              "the server turns everybody away");
    else
        smtpspec_sheet_convict(run->sheets[slot->index]);
    smtpspec_plan_finish(&run->plan, slot->index);
    tell_progress(run);
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

void smtpspec_run_skip(struct smtpspec_run *run)
{
    const struct smtpspec_run_settings *settings = run->settings;
    bool builtin = settings->target->kind == SMTPSPEC_TARGET_EMBEDDED;
    struct smtpspec_plan_terms terms = {
        .has_to = builtin || settings->to != NULL,
        .has_user = run->terms.vars.user.length > 0,
        .may_intrude = settings->intrusive || run->local,
        .offered = run->offered,
        .offered_tls = run->offered_tls
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
}

/* Whether a case that is about the rule has found the same: that is enough. */
static bool has_said(const struct smtpspec_run *run,
                     const struct smtpspec_sheet *aside)
{
    for (size_t i = 0; i < run->plan.count && run->open; i++) {
        const struct smtpspec_result *result = &run->sheets[i]->result;

        if (result->rule != NULL &&
            strcmp(result->rule, aside->result.rule) == 0 &&
            result->outcome >= SMTPSPEC_OUTCOME_WARN &&
            result->outcome >= aside->result.outcome)
            return true;
    }
    return false;
}

void smtpspec_run_report(struct smtpspec_run *run)
{
    const struct smtpspec_run_sink *sink = run->sink;

    struct smtpspec_terms terms = run->terms.judge;

    if (run->trouble[0] != '\0')
        run->facts.trouble = run->trouble;
    smtpspec_run_tell_tls(run);
    smtpspec_run_tell_offers(run);
    terms.offered = run->offered;
    if (run->open)
        smtpspec_coverage_count(&run->coverage, &terms, &run->facts.cells,
                                &run->facts.exercised);
    for (size_t i = 0; i < run->plan.count && run->open; i++)
        sink->result(sink->context, &run->sheets[i]->result,
                     run->sheets[i]->again);
    for (unsigned i = 0; i < run->asides.count; i++)
        if (!has_said(run, run->asides.sheets[i]))
            sink->result(sink->context, &run->asides.sheets[i]->result,
                         run->asides.orders[i] == SIZE_MAX
                             ? NULL
                             : run->asides.sheets[i]->again);
}
