/* SPDX-License-Identifier: MIT */
/*
 * suspects.c - look into what the sessions showed
 */
#include "fuzz/fuzzing.h"

#include <stdio.h>
#include <string.h>

/* So many connections in a row came to nothing, over so long: that is no
 * limit of a busy server any more. */
#define FAILURES_LEAST 5
#define FAILING_MS 6000

static void on_done(void *context, struct smtpspec_inquiry *inquiry);

void smtpspec_suspects_go_on(struct smtpspec_fuzz *fuzz)
{
    while (fuzz->running < fuzz->inquiry_count &&
           fuzz->running < SMTPSPEC_FUZZ_INQUIRIES_AT_ONCE)
        smtpspec_inquiry_begin(fuzz->inquiries[fuzz->running++]);
}

static struct smtpspec_inquiry *ask(struct smtpspec_fuzz *fuzz,
                                    struct smtpspec_find *find)
{
    struct smtpspec_inquiry *inquiry;

    if (fuzz->inquiry_count == SMTPSPEC_FUZZ_INQUIRIES_KEPT) {
        find->stage = SMTPSPEC_FIND_COUNTED;
        return NULL;
    }
    inquiry = smtpspec_inquiry_new(&fuzz->terms, find, on_done, fuzz);
    fuzz->inquiries[fuzz->inquiry_count++] = inquiry;
    return inquiry;
}

/* A close before the greeting is a matter of who lives, and so is all before
 * the first greeting. */
static bool is_of_the_door(const struct smtpspec_fuzz *fuzz,
                           const struct smtpspec_verdict *verdict)
{
    return verdict->command == SMTPSPEC_COMMAND_CONNECT &&
           (verdict->manner == SMTPSPEC_MANNER_CLOSE_SILENT ||
            (verdict->code == 0 && !fuzz->greeted));
}

void smtpspec_suspect(struct smtpspec_fuzz_slot *slot,
                      const struct smtpspec_verdict *verdict, bool doubtful)
{
    struct smtpspec_fuzz *fuzz = slot->fuzz;
    struct smtpspec_growing script = { NULL, 0, 0 };
    struct smtpspec_inquiry *inquiry;
    struct smtpspec_find *find;

    if (is_of_the_door(fuzz, verdict))
        return;
    find = smtpspec_finds_meet(fuzz->finds, verdict);
    if (find == NULL)
        return;
    find->doubtful = doubtful;
    inquiry = ask(fuzz, find);
    if (inquiry == NULL)
        return;
    smtpspec_slot_session(slot, &script);
    smtpspec_inquiry_add(inquiry, smtpspec_growing_span(&script));
    if (slot->mark > 0)
        smtpspec_inquiry_add(
            inquiry, smtpspec_growing_span(
                         &smtpspec_caller_talk(slot->caller)->history));
    smtpspec_growing_free(&script);
    smtpspec_suspects_go_on(fuzz);
}

/* --- What came of an inquiry ---------------------------------------------- */

/* Something else showed in its stead: that is the find, or it is known. */
static void follow(struct smtpspec_fuzz *fuzz,
                   struct smtpspec_inquiry *inquiry)
{
    struct smtpspec_find *other =
        smtpspec_finds_meet(fuzz->finds, &inquiry->other);
    struct smtpspec_inquiry *next = other != NULL ? ask(fuzz, other) : NULL;

    inquiry->find->stage = SMTPSPEC_FIND_EXPLAINED;
    for (unsigned i = 0; next != NULL && i < inquiry->count; i++)
        smtpspec_inquiry_add(next,
                             smtpspec_growing_span(&inquiry->scripts[i]));
}

static void settle(struct smtpspec_fuzz *fuzz,
                   struct smtpspec_inquiry *inquiry)
{
    struct smtpspec_find *find = inquiry->find;

    if (inquiry->shown) {
        find->stage = SMTPSPEC_FIND_CONFIRMED;
        fuzz->sink->finding(fuzz->sink->context, find, &inquiry->trial);
    } else if (inquiry->has_other) {
        follow(fuzz, inquiry);
    } else {
        find->stage = find->doubtful ? SMTPSPEC_FIND_EXPLAINED
                                     : SMTPSPEC_FIND_ONCE;
    }
}

static void on_done(void *context, struct smtpspec_inquiry *inquiry)
{
    struct smtpspec_fuzz *fuzz = context;
    unsigned place = 0;

    settle(fuzz, inquiry);
    while (fuzz->inquiries[place] != inquiry)
        place++;
    memmove(&fuzz->inquiries[place], &fuzz->inquiries[place + 1],
            (fuzz->inquiry_count - place - 1) * sizeof(inquiry));
    fuzz->inquiry_count--;
    fuzz->running--;
    smtpspec_inquiry_free(inquiry);
    smtpspec_suspects_go_on(fuzz);
}

/* --- Who lives ------------------------------------------------------------ */

/* The connections that ended last, the latest first. */
static const struct smtpspec_fuzz_slot *
latest_before(const struct smtpspec_fuzz *fuzz,
              const struct smtpspec_fuzz_slot *than)
{
    const struct smtpspec_fuzz_slot *latest = NULL;

    for (unsigned i = 0; i < fuzz->jobs; i++) {
        const struct smtpspec_fuzz_slot *slot = &fuzz->slots[i];

        if (slot->last.length == 0 ||
            (than != NULL && (slot->ended > than->ended ||
                              (slot->ended == than->ended && slot <= than))))
            continue;
        if (latest == NULL || slot->ended > latest->ended)
            latest = slot;
    }
    return latest;
}

/* The built-in server can be begun anew, so that it is known which session
 * killed it. */
static void revive(struct smtpspec_fuzz *fuzz, struct smtpspec_find *find)
{
    struct smtpspec_inquiry *inquiry = find != NULL ? ask(fuzz, find) : NULL;

    for (const struct smtpspec_fuzz_slot *slot = latest_before(fuzz, NULL);
         inquiry != NULL && slot != NULL; slot = latest_before(fuzz, slot))
        smtpspec_inquiry_add(inquiry, smtpspec_growing_span(&slot->last));
    memset(&fuzz->house, 0, sizeof(fuzz->house));
    fuzz->failures = 0;
    for (unsigned i = 0; i < fuzz->jobs; i++)
        fuzz->slots[i].due = 0;
}

static void bury(struct smtpspec_fuzz *fuzz, struct smtpspec_find *find,
                 const char *why)
{
    const struct smtpspec_fuzz_slot *latest = latest_before(fuzz, NULL);

    fuzz->dead = true;
    smtpspec_fuzz_stop(fuzz);
    if (find == NULL || latest == NULL) {
        snprintf(fuzz->facts->trouble, sizeof(fuzz->facts->trouble),
                 "nobody answers any more: %s", why);
        return;
    }
    find->stage = SMTPSPEC_FIND_CONFIRMED;
    smtpspec_growing_set(&find->script, smtpspec_growing_span(&latest->last));
    fuzz->sink->finding(fuzz->sink->context, find, NULL);
}

void smtpspec_suspect_dead(struct smtpspec_fuzz *fuzz, const char *why)
{
    bool embedded = fuzz->terms.server != NULL;
    uint64_t now = uv_now(&fuzz->loop);
    struct smtpspec_verdict verdict;
    struct smtpspec_find *find;

    if (fuzz->failures++ == 0)
        fuzz->failing_since = now;
    if (!fuzz->greeted &&
        (fuzz->failures >= FAILURES_LEAST ||
         now - fuzz->began_at > 2 * fuzz->terms.greeting_ms)) {
        fuzz->dead = true;
        snprintf(fuzz->facts->trouble, sizeof(fuzz->facts->trouble),
                 "no greeting: %s", why);
        return;
    }
    if (!fuzz->greeted || fuzz->dead ||
        (embedded ? !fuzz->house.dead
                  : fuzz->failures < FAILURES_LEAST ||
                        now - fuzz->failing_since < FAILING_MS))
        return;
    smtpspec_verdict_of_manner(SMTPSPEC_MANNER_DEAD, &verdict);
    find = smtpspec_finds_meet(fuzz->finds, &verdict);
    if (embedded)
        revive(fuzz, find);
    else
        bury(fuzz, find, why);
}
