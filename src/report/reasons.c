/* SPDX-License-Identifier: MIT */
/*
 * reasons.c - cases by the reason that is given for them, as people read it
 */
#include "report/reasons.h"

#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/judge.h>

#include "report/layout.h"
#include "rules/phrases.h"

#define INDENT 17

bool smtpspec_reasons_is_untested(const struct smtpspec_result *result)
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
static struct smtpspec_reason *
group_of(struct smtpspec_reasons *reasons, enum smtpspec_outcome outcome,
         const char *reason)
{
    struct smtpspec_reason *group;

    for (unsigned i = 0; i < reasons->count; i++) {
        group = &reasons->all[i];
        if (group->outcome == outcome && strcmp(group->text, reason) == 0)
            return group;
    }
    if (reasons->count == SMTPSPEC_REASONS_KEPT)
        return &reasons->all[SMTPSPEC_REASONS_KEPT - 1];
    group = &reasons->all[reasons->count];
    group->outcome = outcome;
    group->text = strdup(reason);
    if (group->text == NULL)
        return NULL;
    reasons->count++;
    return group;
}

void smtpspec_reasons_add(struct smtpspec_reasons *reasons,
                          const struct smtpspec_result *result,
                          const char *text)
{
    /* Known is known, be it a fail or a warning. */
    enum smtpspec_outcome outcome = result->outcome == SMTPSPEC_OUTCOME_WARN
                                        ? SMTPSPEC_OUTCOME_FAIL
                                        : result->outcome;
    struct smtpspec_reason *group =
        group_of(reasons, outcome, text != NULL ? text : "");

    if (group == NULL) {
        reasons->no_memory = true;
        return;
    }
    group->count++;
    group->use = group->use ||
                 result->security == SMTPSPEC_SECURITY_EXPLOITABLE;
    if (group->named < SMTPSPEC_REASONS_NAMED &&
        (group->ids[group->named] = strdup(result->id)) != NULL)
        group->named++;
}

void smtpspec_reasons_clear(struct smtpspec_reasons *reasons)
{
    for (unsigned i = 0; i < reasons->count; i++) {
        for (unsigned k = 0; k < reasons->all[i].named; k++)
            free(reasons->all[i].ids[k]);
        free(reasons->all[i].text);
    }
    memset(reasons, 0, sizeof(*reasons));
}

/* --- On the page ---------------------------------------------------------- */

struct label {
    const char *word, *colour;
};

static struct label label_of(enum smtpspec_outcome outcome)
{
    switch (outcome) {
    case SMTPSPEC_OUTCOME_BLOCKED:
        return (struct label){ "blocked", "" };
    case SMTPSPEC_OUTCOME_THROTTLED:
        return (struct label){ "throttled", "" };
    case SMTPSPEC_OUTCOME_ERROR:
        return (struct label){ "error", "\033[1;35m" };
    case SMTPSPEC_OUTCOME_SKIP:
        return (struct label){ "skipped", "" };
    case SMTPSPEC_OUTCOME_PASS:
        return (struct label){ "FIXED", "\033[1;32m" };
    default:
        return (struct label){ "KNOWN", "\033[2m" };
    }
}

/* A line of the block; how a group leads is known by its outcome. */
static void put_lead(FILE *out, enum smtpspec_outcome outcome, unsigned count,
                     bool colour)
{
    struct label label = label_of(outcome);
    bool coloured = colour && label.colour[0] != '\0';

    fprintf(out, "%s%-10s%s %4u  ", coloured ? label.colour : "", label.word,
            coloured ? "\033[0m" : "", count);
}

static void put_group(FILE *out, const struct smtpspec_reason *group,
                      bool colour)
{
    size_t column = INDENT;

    put_lead(out, group->outcome, group->count, colour);
    if (group->use)
        column += (size_t)fprintf(out, "exploitable: ");
    smtpspec_layout_wrap(out, column, INDENT, group->text);
}

/* Where a server said why it stood in the way, in words that are known. */
static void put_likely(FILE *out, const struct smtpspec_reason *group)
{
    const struct smtpspec_phrase *phrase = NULL;

    if (group->outcome == SMTPSPEC_OUTCOME_BLOCKED ||
        group->outcome == SMTPSPEC_OUTCOME_THROTTLED)
        phrase = smtpspec_phrase_of(smtpspec_span_of(group->text), 0);
    if (phrase == NULL)
        return;
    fprintf(out, "%*slikely: ", INDENT, "");
    smtpspec_layout_wrap(out, INDENT + 8, INDENT, phrase->name);
}

/* The ids of a group as "a, b and 3 more". */
static void put_ids(FILE *out, const struct smtpspec_reason *group)
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
offer_of(const struct smtpspec_reason *group, bool not)
{
    struct smtpspec_span reason = smtpspec_span_of(group->text);
    struct smtpspec_span end =
        smtpspec_span_of(not ? " not offered" : " offered");
    size_t word = smtpspec_span_find(reason, ' ');

    if (group->outcome == SMTPSPEC_OUTCOME_SKIP &&
        smtpspec_span_equal(smtpspec_span_skip(reason, word), end))
        return smtpspec_span_head(reason, word);
    return (struct smtpspec_span){ NULL, 0 };
}

/* "not offered: BURL (5), SEND": all of one kind, the most cases first. */
static void put_offers(FILE *out, const struct smtpspec_reasons *reasons,
                       bool not)
{
    char text[1024];
    unsigned all = 0, most = 0, below;
    size_t length = (size_t)snprintf(
        text, sizeof(text), "%s",
        not ? "not offered:" : "only for servers that do not offer");

    for (unsigned i = 0; i < reasons->count; i++)
        if (offer_of(&reasons->all[i], not).length > 0) {
            all += reasons->all[i].count;
            if (reasons->all[i].count > most)
                most = reasons->all[i].count;
        }
    for (; most > 0; most = below) {
        below = 0;
        for (unsigned i = 0; i < reasons->count; i++) {
            unsigned count = reasons->all[i].count;
            struct smtpspec_span name = offer_of(&reasons->all[i], not);

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
    put_lead(out, SMTPSPEC_OUTCOME_SKIP, all, false);
    smtpspec_layout_wrap(out, INDENT, INDENT, text);
}

void smtpspec_reasons_write(FILE *out, const struct smtpspec_reasons *reasons,
                            bool all, bool colour)
{
    for (unsigned i = 0; i < reasons->count; i++) {
        const struct smtpspec_reason *group = &reasons->all[i];

        if (!all && (offer_of(group, false).length > 0 ||
                     offer_of(group, true).length > 0))
            continue;
        put_group(out, group, colour);
        put_likely(out, group);
        if (all || group->count == 1 ||
            group->outcome != SMTPSPEC_OUTCOME_SKIP)
            put_ids(out, group);
    }
    if (!all) {
        put_offers(out, reasons, true);
        put_offers(out, reasons, false);
    }
    if (reasons->count > 0)
        putc('\n', out);
}

const struct smtpspec_reason *
smtpspec_reasons_to_open(const struct smtpspec_reasons *reasons,
                          struct smtpspec_span *option)
{
    const struct smtpspec_reason *best = NULL;

    for (unsigned i = 0; i < reasons->count; i++) {
        const struct smtpspec_reason *group = &reasons->all[i];
        const char *at = strstr(group->text, "--");

        if (at == NULL || group->outcome != SMTPSPEC_OUTCOME_SKIP ||
            (best != NULL && best->count >= group->count))
            continue;
        best = group;
        *option = smtpspec_span_of(at);
        option->length = strspn(at, "-abcdefghijklmnopqrstuvwxyz");
    }
    return best;
}
