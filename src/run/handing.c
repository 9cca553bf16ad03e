/* SPDX-License-Identifier: MIT */
/*
 * handing.c - hand on the results of a run
 *
 * All of them at the end, in the order of the cases. Whoever follows the run
 * is told of each before, as soon as the connections that it was played on are
 * closed: a reply too many would have it run again. What only the whole run
 * shows (what the server bears, what it never answers) may still make another
 * result of it, which then counts.
 */
#include "run/running.h"

#include <string.h>

#define REASON_ROOM 120

static void replace_sheet(struct smtpspec_run *run, size_t index)
{
    smtpspec_sheet_free(run->sheets[index]);
    run->sheets[index] = smtpspec_sheet_new(run->plan.items[index].of);
}

/* What the run as a whole says of a single case. */
static void settle_sheet(struct smtpspec_run *run, size_t index)
{
    const struct smtpspec_plan_item *item = &run->plan.items[index];
    char reason[REASON_ROOM];

    if (run->abandoned)
        return;
    if (item->bar.command != 0) {
        replace_sheet(run, index);
        smtpspec_plan_bar_text(item, reason, sizeof(reason));
        smtpspec_sheet_excuse(run->sheets[index], SMTPSPEC_OUTCOME_BLOCKED,
                              reason);
    } else if (smtpspec_plan_is_over_limit(&run->plan, index)) {
        smtpspec_sheet_excuse(run->sheets[index], SMTPSPEC_OUTCOME_THROTTLED,
                              "the server bears less than this on a "
                              "connection");
    }
}

static bool is_played_on(const struct smtpspec_slot *slot, size_t index)
{
    for (unsigned i = 0; i < slot->cases; i++)
        if (slot->played[i] == index)
            return true;
    return false;
}

/* Whether it is most likely to stay as it is. */
static bool is_ripe(const struct smtpspec_run *run, size_t index)
{
    const struct smtpspec_plan_item *item = &run->plan.items[index];

    if (item->stage != SMTPSPEC_PLAN_DONE || item->cut ||
        run->sheets[index]->told)
        return false;
    for (const struct smtpspec_slot *slot = run->slots; slot != NULL;
         slot = slot->next)
        if (is_played_on(slot, index))
            return false;
    return true;
}

static void number(struct smtpspec_sheet *sheet, size_t before)
{
    sheet->result.number = (unsigned)before + 1;
}

void smtpspec_run_tell(struct smtpspec_run *run)
{
    const struct smtpspec_run_sink *sink = run->sink;

    if (sink->early == NULL || !run->open || run->abandoned)
        return;
    for (size_t i = 0; i < run->plan.count; i++) {
        if (!is_ripe(run, i))
            continue;
        number(run->sheets[i], i);
        sink->early(sink->context, &run->sheets[i]->result,
                    run->sheets[i]->again);
        run->sheets[i]->told = true;
    }
}

static void hand_on(struct smtpspec_run *run, struct smtpspec_sheet *sheet,
                    size_t before, const char *again)
{
    smtpspec_transitions_judge(&run->transitions, &sheet->result);
    number(sheet, before);
    sheet->result.told = sheet->told;
    run->sink->result(run->sink->context, &sheet->result, again);
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

static void report_asides(struct smtpspec_run *run)
{
    const struct smtpspec_asides *asides = &run->asides;
    size_t before = run->plan.count;

    for (unsigned i = 0; i < asides->count; i++) {
        struct smtpspec_sheet *sheet = asides->sheets[i];

        if (!has_said(run, sheet))
            hand_on(run, sheet, before++,
                    asides->orders[i] == SIZE_MAX ? NULL : sheet->again);
    }
}

void smtpspec_run_report(struct smtpspec_run *run)
{
    struct smtpspec_terms terms = run->terms.judge;

    if (run->trouble[0] != '\0')
        run->facts.trouble = run->trouble;
    smtpspec_run_tell_tls(run);
    smtpspec_run_tell_offers(run);
    terms.offered = run->offered;
    if (run->open)
        smtpspec_coverage_count(&run->coverage, &terms, &run->facts.cells,
                                &run->facts.exercised);
    for (size_t i = 0; i < run->plan.count && run->open; i++) {
        settle_sheet(run, i);
        hand_on(run, run->sheets[i], i, run->sheets[i]->again);
    }
    report_asides(run);
    run->facts.transitions = smtpspec_transitions_list(
        &run->transitions, &run->facts.transition_count);
}
