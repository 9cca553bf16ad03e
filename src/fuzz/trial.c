/* SPDX-License-Identifier: MIT */
/*
 * trial.c - one script on a fresh connection, and all that it shows
 */
#include "fuzz/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/finds.h"

/* A trial waits longer than the run does, so that what was only slow shows. */
#define PATIENCE_TIMES 2

enum stage { STAGE_BEGUN, STAGE_FINISHING, STAGE_AFTER };

static bool same(const struct smtpspec_verdict *a,
                 const struct smtpspec_verdict *b)
{
    char left[SMTPSPEC_SIGNATURE_KEPT], right[SMTPSPEC_SIGNATURE_KEPT];

    if (a->state != b->state || a->command != b->command || a->code != b->code)
        return false;
    smtpspec_signature_write(a, left);
    smtpspec_signature_write(b, right);
    return strcmp(left, right) == 0;
}

const struct smtpspec_verdict *
smtpspec_trial_shows(const struct smtpspec_trial *trial,
                     const struct smtpspec_verdict *wanted)
{
    for (unsigned i = 0; i < trial->count; i++)
        if (same(&trial->verdicts[i], wanted))
            return &trial->verdicts[i];
    return NULL;
}

/* Whether what is wanted may still come, behind the last reply. */
static bool is_late(const struct smtpspec_trial *trial)
{
    if (trial->wanted.outcome == SMTPSPEC_OUTCOME_PASS)
        return true;
    return trial->wanted.layer == SMTPSPEC_LAYER_SESSION &&
           smtpspec_trial_shows(trial, &trial->wanted) == NULL;
}

static void on_script(void *context)
{
    struct smtpspec_trial *trial = context;
    struct smtpspec_talk *talk = smtpspec_caller_talk(trial->caller);

    if (trial->stage == STAGE_BEGUN && trial->script.length > 0) {
        smtpspec_talk_play(talk, trial->script);
        trial->script.length = 0;
        return;
    }
    if (trial->stage == STAGE_AFTER || !is_late(trial)) {
        smtpspec_caller_close(trial->caller);
        return;
    }
    trial->stage = STAGE_FINISHING;
    smtpspec_talk_finish(talk);
}

static void on_verdict(void *context, const struct smtpspec_verdict *verdict,
                       bool doubtful)
{
    struct smtpspec_trial *trial = context;

    (void)doubtful;
    if (trial->stage != STAGE_AFTER && trial->count < SMTPSPEC_TRIAL_KEPT)
        trial->verdicts[trial->count++] = *verdict;
}

static void on_exchange(void *context,
                        const struct smtpspec_exchange *exchange)
{
    (void)context;
    (void)exchange;
}

/* --- What it looked like -------------------------------------------------- */

static void observe(struct smtpspec_trial *trial,
                    const struct smtpspec_record *record,
                    const struct smtpspec_verdict *verdict)
{
    char octets[200];
    struct smtpspec_span line = { octets, 0 };
    const char *why = trial->facts.signal != 0 ? "killed by a signal"
                      : record->closed         ? "connection closed"
                                               : "no reply";

    line.length = smtpspec_record_server(record, verdict->at, sizeof(octets),
                                         octets);
    line = smtpspec_span_head(line, smtpspec_span_find(line, '\n'));
    if (line.length > 0 && line.at[line.length - 1] == '\r')
        line.length--;
    if (line.length > 0)
        smtpspec_span_escape(line, trial->observed, sizeof(trial->observed));
    else
        snprintf(trial->observed, sizeof(trial->observed), "%s", why);
    if (trial->facts.signal != 0 && line.length == 0)
        snprintf(trial->observed, sizeof(trial->observed),
                 "the command was killed by signal %d", trial->facts.signal);
}

static void keep_record(struct smtpspec_trial *trial)
{
    const struct smtpspec_record *record =
        smtpspec_caller_record(trial->caller);
    const struct smtpspec_verdict *shown =
        smtpspec_trial_shows(trial, &trial->wanted);

    if (shown == NULL && trial->count > 0)
        shown = &trial->verdicts[0];
    if (shown == NULL) {
        trial->entries =
            smtpspec_record_entries(record, 0, 0, &trial->entry_count);
        return;
    }
    observe(trial, record, shown);
    trial->entries = smtpspec_record_entries(record, shown->at, 1,
                                             &trial->entry_count);
}

static void say_dead(struct smtpspec_trial *trial)
{
    if (trial->count < SMTPSPEC_TRIAL_KEPT)
        smtpspec_verdict_of_manner(SMTPSPEC_MANNER_DEAD,
                                   &trial->verdicts[trial->count++]);
}

/* --- From one connection to the next -------------------------------------- */

static void call(struct smtpspec_trial *trial);

static bool has_closed_silently(const struct smtpspec_trial *trial)
{
    for (unsigned i = 0; i < trial->count; i++)
        if (trial->verdicts[i].manner == SMTPSPEC_MANNER_CLOSE_SILENT)
            return true;
    return false;
}

static void on_over(void *context, const struct smtpspec_caller_facts *facts)
{
    struct smtpspec_trial *trial = context;

    if (trial->stage == STAGE_AFTER) {
        if (!facts->greeted)
            say_dead(trial);
    } else {
        trial->facts = *facts;
        if (facts->signal != 0 && !has_closed_silently(trial))
            say_dead(trial);
        keep_record(trial);
    }
    trial->caller = NULL;
    if (trial->looks_after && trial->stage != STAGE_AFTER) {
        trial->stage = STAGE_AFTER;
        call(trial);
        return;
    }
    trial->done(trial->context);
}

static void call(struct smtpspec_trial *trial)
{
    const struct smtpspec_caller_events events = {
        .script = on_script, .verdict = on_verdict,
        .exchange = on_exchange, .over = on_over, .context = trial
    };

    trial->caller = smtpspec_caller_new(&trial->terms, &events);
}

void smtpspec_trial_begin(struct smtpspec_trial *trial,
                          const struct smtpspec_caller_terms *terms,
                          struct smtpspec_span script,
                          const struct smtpspec_verdict *wanted,
                          void (*done)(void *context), void *context)
{
    memset(trial, 0, sizeof(*trial));
    trial->terms = *terms;
    trial->terms.careful = true;
    trial->terms.idle_ms *= PATIENCE_TIMES;
    trial->terms.greeting_ms *= PATIENCE_TIMES;
    if (terms->server != NULL) {
        trial->server = *terms->server;
        trial->server.house = &trial->house;
        trial->terms.server = &trial->server;
    }
    trial->script = script;
    if (wanted != NULL)
        trial->wanted = *wanted;
    trial->looks_after = trial->wanted.manner == SMTPSPEC_MANNER_DEAD;
    trial->done = done;
    trial->context = context;
    call(trial);
}

void smtpspec_trial_stop(struct smtpspec_trial *trial)
{
    trial->looks_after = false;
    if (trial->caller != NULL)
        smtpspec_caller_close(trial->caller);
}

void smtpspec_trial_clear(struct smtpspec_trial *trial)
{
    free(trial->entries);
    trial->entries = NULL;
    trial->entry_count = 0;
}
