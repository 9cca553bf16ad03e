/* SPDX-License-Identifier: MIT */
/*
 * untested.c - what was not tested, by the reason, as people read it
 */
#include "report/untested.h"

#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/judge.h>

#include "report/layout.h"
#include "rules/phrases.h"

#define INDENT 17

bool smtpspec_untested_is(const struct smtpspec_result *result)
{
    switch (result->outcome) {
    case SMTPSPEC_OUTCOME_SKIP:
    case SMTPSPEC_OUTCOME_BLOCKED:
    case SMTPSPEC_OUTCOME_THROTTLED:
    case SMTPSPEC_OUTCOME_ERROR:
        return true;
    default:
        return false;
    }
}

/* Find or begin a group; NULL without memory. */
static struct smtpspec_untested_group *
group_of(struct smtpspec_untested *untested, enum smtpspec_outcome outcome,
         const char *reason)
{
    struct smtpspec_untested_group *group;

    for (unsigned i = 0; i < untested->count; i++) {
        group = &untested->all[i];
        if (group->outcome == outcome && strcmp(group->reason, reason) == 0)
            return group;
    }
    if (untested->count == SMTPSPEC_UNTESTED_KEPT)
        return &untested->all[SMTPSPEC_UNTESTED_KEPT - 1];
    group = &untested->all[untested->count];
    group->outcome = outcome;
    group->reason = strdup(reason);
    if (group->reason == NULL)
        return NULL;
    untested->count++;
    return group;
}

void smtpspec_untested_add(struct smtpspec_untested *untested,
                           const struct smtpspec_result *result)
{
    struct smtpspec_untested_group *group =
        group_of(untested, result->outcome,
                 result->reason != NULL ? result->reason : "");

    if (group == NULL) {
        untested->no_memory = true;
        return;
    }
    group->count++;
    if (group->named < SMTPSPEC_UNTESTED_NAMED &&
        (group->ids[group->named] = strdup(result->id)) != NULL)
        group->named++;
}

void smtpspec_untested_clear(struct smtpspec_untested *untested)
{
    for (unsigned i = 0; i < untested->count; i++) {
        for (unsigned k = 0; k < untested->all[i].named; k++)
            free(untested->all[i].ids[k]);
        free(untested->all[i].reason);
    }
    memset(untested, 0, sizeof(*untested));
}

/* --- On the page ---------------------------------------------------------- */

static const char *label_of(enum smtpspec_outcome outcome)
{
    switch (outcome) {
    case SMTPSPEC_OUTCOME_BLOCKED:
        return "blocked";
    case SMTPSPEC_OUTCOME_THROTTLED:
        return "throttled";
    case SMTPSPEC_OUTCOME_ERROR:
        return "error";
    default:
        return "skipped";
    }
}

static void put_group(FILE *out, enum smtpspec_outcome outcome, unsigned count,
                      const char *reason)
{
    fprintf(out, "%-10s %4u  ", label_of(outcome), count);
    smtpspec_layout_wrap(out, INDENT, INDENT, reason);
}

/* Where a server said why it stood in the way, in words that are known. */
static void put_likely(FILE *out, const struct smtpspec_untested_group *group)
{
    const struct smtpspec_phrase *phrase =
        group->outcome != SMTPSPEC_OUTCOME_SKIP
            ? smtpspec_phrase_of(smtpspec_span_of(group->reason), 0)
            : NULL;

    if (phrase == NULL)
        return;
    fprintf(out, "%*slikely: ", INDENT, "");
    smtpspec_layout_wrap(out, INDENT + 8, INDENT, phrase->name);
}

/* The ids of a group as "a, b and 3 more". */
static void put_ids(FILE *out, const struct smtpspec_untested_group *group)
{
    char text[1024] = "";
    size_t length = 0;

    for (unsigned i = 0; i < group->named && length < sizeof(text); i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                   i > 0 ? ", " : "", group->ids[i]);
    if (group->count > group->named && length < sizeof(text))
        snprintf(text + length, sizeof(text) - length, " and %u more",
                 group->count - group->named);
    fprintf(out, "%*s", INDENT, "");
    smtpspec_layout_wrap(out, INDENT, INDENT, text);
}

/* What a reason is about where it is "ETRN offered" or "ETRN not offered", as
 * `not` has it; else an empty span. */
static struct smtpspec_span
offer_of(const struct smtpspec_untested_group *group, bool not)
{
    struct smtpspec_span reason = smtpspec_span_of(group->reason);
    struct smtpspec_span end =
        smtpspec_span_of(not ? " not offered" : " offered");
    size_t word = smtpspec_span_find(reason, ' ');

    if (group->outcome == SMTPSPEC_OUTCOME_SKIP &&
        smtpspec_span_equal(smtpspec_span_skip(reason, word), end))
        return smtpspec_span_head(reason, word);
    return (struct smtpspec_span){ NULL, 0 };
}

/* "not offered: BURL (5), SEND": all of one kind, the most cases first. */
static void put_offers(FILE *out, const struct smtpspec_untested *untested,
                       bool not)
{
    char text[1024];
    unsigned all = 0, most = 0, below;
    size_t length = (size_t)snprintf(
        text, sizeof(text), "%s",
        not ? "not offered:" : "only for servers that do not offer");

    for (unsigned i = 0; i < untested->count; i++)
        if (offer_of(&untested->all[i], not).length > 0) {
            all += untested->all[i].count;
            if (untested->all[i].count > most)
                most = untested->all[i].count;
        }
    for (; most > 0; most = below) {
        below = 0;
        for (unsigned i = 0; i < untested->count; i++) {
            unsigned count = untested->all[i].count;
            struct smtpspec_span name = offer_of(&untested->all[i], not);

            if (name.length > 0 && count < most && count > below)
                below = count;
            if (name.length == 0 || count != most || length >= sizeof(text))
                continue;
            length += (size_t)snprintf(
                text + length, sizeof(text) - length, count > 1
                    ? " %.*s (%u)," : " %.*s,", (int)name.length, name.at,
                count);
        }
    }
    if (all == 0)
        return;
    text[(length < sizeof(text) ? length : sizeof(text) - 1) - 1] = '\0';
    put_group(out, SMTPSPEC_OUTCOME_SKIP, all, text);
}

void smtpspec_untested_write(FILE *out,
                             const struct smtpspec_untested *untested,
                             bool all)
{
    for (unsigned i = 0; i < untested->count; i++) {
        const struct smtpspec_untested_group *group = &untested->all[i];

        if (!all && (offer_of(group, false).length > 0 ||
                     offer_of(group, true).length > 0))
            continue;
        put_group(out, group->outcome, group->count, group->reason);
        put_likely(out, group);
        if (all || group->count == 1 ||
            group->outcome != SMTPSPEC_OUTCOME_SKIP)
            put_ids(out, group);
    }
    if (!all) {
        put_offers(out, untested, true);
        put_offers(out, untested, false);
    }
    if (untested->count > 0)
        putc('\n', out);
}

const struct smtpspec_untested_group *
smtpspec_untested_to_open(const struct smtpspec_untested *untested,
                          struct smtpspec_span *option)
{
    const struct smtpspec_untested_group *best = NULL;

    for (unsigned i = 0; i < untested->count; i++) {
        const struct smtpspec_untested_group *group = &untested->all[i];
        const char *at = strstr(group->reason, "--");

        if (at == NULL || group->outcome != SMTPSPEC_OUTCOME_SKIP ||
            (best != NULL && best->count >= group->count))
            continue;
        best = group;
        *option = smtpspec_span_of(at);
        option->length = strspn(at, "-abcdefghijklmnopqrstuvwxyz");
    }
    return best;
}
