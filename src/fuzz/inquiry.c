/* SPDX-License-Identifier: MIT */
/*
 * inquiry.c - is it so? A suspicion confirmed, and made as short as it gets
 */
#include "fuzz/inquiry.h"

#include <stdlib.h>

#include "net/memory.h"

/* Octets that a line has to become shorter by. */
#define CUT_LEAST 48

enum stage {
    STAGE_CONFIRM,             /* one script after the other                 */
    STAGE_SHRINK,
    STAGE_VERIFY,              /* the shortest, once more                    */
    STAGE_WHOLE                /* that did not show it: what it was made of  */
};

struct smtpspec_inquiry *
smtpspec_inquiry_new(const struct smtpspec_caller_terms *terms,
                     struct smtpspec_find *find,
                     void (*done)(void *context,
                                  struct smtpspec_inquiry *inquiry),
                     void *context)
{
    struct smtpspec_inquiry *inquiry = smtpspec_memory_new(sizeof(*inquiry));

    inquiry->terms = terms;
    inquiry->find = find;
    inquiry->done = done;
    inquiry->context = context;
    return inquiry;
}

void smtpspec_inquiry_add(struct smtpspec_inquiry *inquiry,
                          struct smtpspec_span script)
{
    if (inquiry->count < SMTPSPEC_INQUIRY_SCRIPTS_KEPT)
        smtpspec_growing_set(&inquiry->scripts[inquiry->count++], script);
}

void smtpspec_inquiry_free(struct smtpspec_inquiry *inquiry)
{
    for (unsigned i = 0; i < inquiry->count; i++)
        smtpspec_growing_free(&inquiry->scripts[i]);
    smtpspec_growing_free(&inquiry->best);
    smtpspec_growing_free(&inquiry->candidate);
    smtpspec_trial_clear(&inquiry->trial);
    free(inquiry);
}

/* --- One trial after the other -------------------------------------------- */

static void on_tried(void *context);

static void try_script(struct smtpspec_inquiry *inquiry,
                       struct smtpspec_span script)
{
    inquiry->trials++;
    inquiry->running = true;
    smtpspec_trial_clear(&inquiry->trial);
    smtpspec_trial_begin(&inquiry->trial, inquiry->terms, script,
                         &inquiry->find->verdict, on_tried, inquiry);
}

static void finish(struct smtpspec_inquiry *inquiry)
{
    if (inquiry->shown)
        smtpspec_growing_set(&inquiry->find->script,
                             smtpspec_growing_span(&inquiry->best));
    inquiry->done(inquiry->context, inquiry);
}

static bool is_worth_more(const struct smtpspec_inquiry *inquiry)
{
    return !inquiry->stopping &&
           inquiry->trials < SMTPSPEC_INQUIRY_TRIALS &&
           uv_now(inquiry->terms->loop) - inquiry->began <
               SMTPSPEC_INQUIRY_MS;
}

static void confirm(struct smtpspec_inquiry *inquiry)
{
    if (inquiry->next == inquiry->count || inquiry->stopping)
        finish(inquiry);
    else
        try_script(inquiry, smtpspec_growing_span(
                                &inquiry->scripts[inquiry->next++]));
}

static void verify(struct smtpspec_inquiry *inquiry)
{
    inquiry->stage = STAGE_VERIFY;
    try_script(inquiry, smtpspec_growing_span(&inquiry->best));
}

/* What is cut off a short line makes it harder to read, and no simpler. */
static size_t next_shorter(struct smtpspec_inquiry *inquiry,
                           struct smtpspec_span best)
{
    char *room = smtpspec_growing_room(&inquiry->candidate, best.length);
    size_t length;

    while ((length = smtpspec_trim_next(&inquiry->trim, best, room)) > 0 &&
           inquiry->trim.block == 0 && best.length - length < CUT_LEAST)
        smtpspec_trim_tell(&inquiry->trim, false);
    return length;
}

static void shrink(struct smtpspec_inquiry *inquiry)
{
    struct smtpspec_span best = smtpspec_growing_span(&inquiry->best);

    inquiry->candidate.length = 0;
    if (is_worth_more(inquiry))
        inquiry->candidate.length = next_shorter(inquiry, best);
    if (inquiry->candidate.length > 0)
        try_script(inquiry, smtpspec_growing_span(&inquiry->candidate));
    else
        verify(inquiry);
}

/* --- What it told --------------------------------------------------------- */

static void note_other(struct smtpspec_inquiry *inquiry)
{
    for (unsigned i = 0; i < inquiry->trial.count && !inquiry->has_other; i++)
        if (inquiry->trial.verdicts[i].outcome == SMTPSPEC_OUTCOME_FAIL) {
            inquiry->other = inquiry->trial.verdicts[i];
            inquiry->has_other = true;
        }
}

static void confirmed_by(struct smtpspec_inquiry *inquiry, bool shown)
{
    if (!shown) {
        note_other(inquiry);
        confirm(inquiry);
        return;
    }
    inquiry->shown = true;
    smtpspec_growing_set(
        &inquiry->best,
        smtpspec_growing_span(&inquiry->scripts[inquiry->next - 1]));
    smtpspec_trim_init(&inquiry->trim);
    inquiry->stage = STAGE_SHRINK;
    shrink(inquiry);
}

/* What shows now and then only: back to the script that was confirmed, and
 * what that shows is left to whoever reads it. */
static void verified(struct smtpspec_inquiry *inquiry, bool shown)
{
    if (shown || inquiry->stage == STAGE_WHOLE) {
        inquiry->shown = shown;
        finish(inquiry);
        return;
    }
    smtpspec_growing_set(
        &inquiry->best,
        smtpspec_growing_span(&inquiry->scripts[inquiry->next - 1]));
    inquiry->stage = STAGE_WHOLE;
    try_script(inquiry, smtpspec_growing_span(&inquiry->best));
}

static void on_tried(void *context)
{
    struct smtpspec_inquiry *inquiry = context;
    bool shown = smtpspec_trial_shows(&inquiry->trial,
                                      &inquiry->find->verdict) != NULL;

    inquiry->running = false;
    switch (inquiry->stage) {
    case STAGE_CONFIRM:
        confirmed_by(inquiry, shown);
        break;
    case STAGE_SHRINK:
        smtpspec_trim_tell(&inquiry->trim, shown);
        if (shown)
            smtpspec_growing_set(
                &inquiry->best, smtpspec_growing_span(&inquiry->candidate));
        shrink(inquiry);
        break;
    default:
        verified(inquiry, shown);
        break;
    }
}

void smtpspec_inquiry_begin(struct smtpspec_inquiry *inquiry)
{
    inquiry->began = uv_now(inquiry->terms->loop);
    confirm(inquiry);
}

void smtpspec_inquiry_hurry(struct smtpspec_inquiry *inquiry)
{
    inquiry->stopping = true;
}
