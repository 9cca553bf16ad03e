/* SPDX-License-Identifier: MIT */
/*
 * causes.c - findings by what causes them, for the report that people read
 */
#include "report/causes.h"

#include <stdlib.h>
#include <string.h>

#include "report/layout.h"

/* Ids that are named where a cause has many cases. */
#define IDS_NAMED 12

/* --- Collecting ----------------------------------------------------------- */

const char *smtpspec_cause_key(const struct smtpspec_result *result)
{
    if (result->security == SMTPSPEC_SECURITY_EXPLOITABLE &&
        result->security_reason != NULL)
        return result->security_reason;
    /* "case.RCPT" only says of which command. */
    if (result->layer == SMTPSPEC_LAYER_CASE || result->rule == NULL)
        return result->id;
    /* One row may speak of several states, each a rule of its own. */
    return result->row != NULL ? result->row : result->rule;
}

static struct smtpspec_cause *cause_of(struct smtpspec_causes *causes,
                                       enum smtpspec_cause_kind kind,
                                       const char *key)
{
    struct smtpspec_cause *cause;

    for (size_t i = 0; i < causes->count; i++) {
        cause = &causes->all[i];
        if (cause->kind == kind && strcmp(cause->key, key) == 0)
            return cause;
    }
    cause = realloc(causes->all, (causes->count + 1) * sizeof(*cause));
    if (cause == NULL)
        return NULL;
    causes->all = cause;
    cause += causes->count;
    memset(cause, 0, sizeof(*cause));
    cause->kind = kind;
    cause->key = strdup(key);
    if (cause->key == NULL)
        return NULL;
    causes->count++;
    return cause;
}

/* The strings of a result that are told outside of its body. */
static const char **strings_of(struct smtpspec_result *result, unsigned which)
{
    const char **const all[] = {
        &result->id,    &result->title,           &result->reference,
        &result->rule,  &result->requirement,     &result->row,
        &result->again, &result->security_reason, &result->security_reference,
    };

    return which < SMTPSPEC_ARRAY_LEN(all) ? all[which] : NULL;
}

static void drop_shown(struct smtpspec_cause *cause)
{
    const char **string;

    for (unsigned i = 0; (string = strings_of(&cause->shown, i)) != NULL; i++)
        free((char *)(uintptr_t)*string);
    free(cause->body);
    cause->body = NULL;
    memset(&cause->shown, 0, sizeof(cause->shown));
}

static char *body_of(const struct smtpspec_finding_style *style,
                     const struct smtpspec_result *result)
{
    char *text = NULL;
    size_t length = 0;
    FILE *page = open_memstream(&text, &length);

    if (page == NULL)
        return NULL;
    smtpspec_finding_body(page, style, result);
    if (fclose(page) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static bool keep(struct smtpspec_cause *cause,
                 const struct smtpspec_finding_style *style,
                 const struct smtpspec_result *result)
{
    const char **string;
    bool kept = true;

    drop_shown(cause);
    cause->weight = smtpspec_finding_weight(result);
    cause->body = body_of(style, result);
    cause->shown = *result;
    cause->shown.level = smtpspec_finding_level(result);
    cause->shown.reference = smtpspec_finding_reference(result);
    cause->shown.verdicts = NULL;
    cause->shown.verdict_count = 0;
    cause->shown.transcript = NULL;
    cause->shown.transcript_count = 0;
    for (unsigned i = 0; (string = strings_of(&cause->shown, i)) != NULL; i++)
        if (*string != NULL) {
            *string = strdup(*string);
            kept = kept && *string != NULL;
        }
    return kept && cause->body != NULL;
}

/* One more that is named only. */
static bool name(struct smtpspec_cause *cause, const char *id)
{
    char **ids = realloc(cause->ids, cause->count * sizeof(*ids));

    if (ids == NULL)
        return false;
    cause->ids = ids;
    ids[cause->count - 1] = strdup(id);
    if (ids[cause->count - 1] == NULL)
        return false;
    cause->count++;
    return true;
}

void smtpspec_causes_add(struct smtpspec_causes *causes,
                         enum smtpspec_cause_kind kind,
                         const struct smtpspec_finding_style *style,
                         const struct smtpspec_result *result)
{
    struct smtpspec_cause *cause =
        cause_of(causes, kind, smtpspec_cause_key(result));
    bool kept;

    if (cause == NULL) {
        causes->no_memory = true;
        return;
    }
    if (cause->count == 0) {
        cause->count = 1;
        kept = keep(cause, style, result);
    } else if (smtpspec_finding_weight(result) < cause->weight) {
        kept = name(cause, cause->shown.id) && keep(cause, style, result);
    } else {
        kept = name(cause, result->id);
    }
    causes->no_memory = causes->no_memory || !kept;
}

void smtpspec_causes_clear(struct smtpspec_causes *causes)
{
    for (size_t i = 0; i < causes->count; i++) {
        struct smtpspec_cause *cause = &causes->all[i];

        drop_shown(cause);
        for (unsigned k = 1; k < cause->count; k++)
            free(cause->ids[k - 1]);
        free(cause->ids);
        free(cause->key);
    }
    free(causes->all);
    memset(causes, 0, sizeof(*causes));
}

/* --- On the page ---------------------------------------------------------- */

/* The less, the further up. */
static uint64_t rank(const struct smtpspec_cause *cause)
{
    bool useless = cause->shown.security != SMTPSPEC_SECURITY_EXPLOITABLE;
    bool fails = cause->kind == SMTPSPEC_CAUSE_FAIL;

    return (uint64_t)!fails << 61 | (uint64_t)useless << 60 |
           (uint64_t)cause->kind << 56 | (uint64_t)cause->shown.level << 48 |
           (UINT32_MAX - cause->count);
}

/* By insertion: of two alike the one that came first stays so. */
void smtpspec_causes_sort(struct smtpspec_causes *causes)
{
    for (size_t i = 1; i < causes->count; i++) {
        struct smtpspec_cause cause = causes->all[i];
        size_t k = i;

        for (; k > 0 && rank(&causes->all[k - 1]) > rank(&cause); k--)
            causes->all[k] = causes->all[k - 1];
        causes->all[k] = cause;
    }
}

const char *smtpspec_cause_sentence(const struct smtpspec_result *result)
{
    const char *sentence = result->requirement;

    if (result->security == SMTPSPEC_SECURITY_EXPLOITABLE &&
        result->security_reason != NULL)
        sentence = result->security_reason;
    else if (result->layer == SMTPSPEC_LAYER_CASE || sentence == NULL)
        sentence = result->title;
    return sentence != NULL ? sentence : result->id;
}

static void put_ids(FILE *out, const struct smtpspec_cause *cause)
{
    char text[1400] = "";
    size_t length = 0;
    unsigned others = cause->count - 1;
    unsigned named = others > IDS_NAMED + 1 ? IDS_NAMED : others;

    for (unsigned i = 0; i < named && length < sizeof(text); i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                   i > 0 ? ", " : "", cause->ids[i]);
    if (others > named && length < sizeof(text))
        snprintf(text + length, sizeof(text) - length, " and %u more",
                 others - named);
    smtpspec_finding_field(out, "also in", text);
}

/* A cause that several cases show: its sentence leads, not one of the ids. */
static void put_many(FILE *out, const struct smtpspec_finding_style *style,
                     const struct smtpspec_cause *cause)
{
    const struct smtpspec_result *shown = &cause->shown;
    bool use = shown->security == SMTPSPEC_SECURITY_EXPLOITABLE;
    char text[400];

    fprintf(out, "%s%-6s%s%s", style->colour, style->label, style->plain,
            style->strong);
    smtpspec_layout_wrap(out, 6, 6, smtpspec_cause_sentence(shown));
    fputs(style->plain, out);
    smtpspec_reference_write(
        shown->reference != NULL ? shown->reference : "", text, sizeof(text));
    fprintf(out, "      %u cases   %s   ", cause->count,
            smtpspec_level_name(shown->level));
    smtpspec_layout_clean(out, text);
    putc('\n', out);
    if (use)
        smtpspec_finding_field(out, "rule", shown->requirement);
    smtpspec_finding_layer(out, shown);
    smtpspec_finding_security(out, shown,
                              !use && shown->security_reason != NULL);
    snprintf(text, sizeof(text), "%s: %s", shown->id,
             shown->title != NULL ? shown->title : "");
    smtpspec_finding_field(out, "shown", text);
}

void smtpspec_cause_write(FILE *out,
                          const struct smtpspec_finding_style *style,
                          const struct smtpspec_cause *cause)
{
    if (cause->count > 1) {
        put_many(out, style, cause);
    } else {
        smtpspec_finding_head(out, style, &cause->shown);
        smtpspec_finding_rule(out, &cause->shown);
    }
    fputs(cause->body, out);
    if (cause->count > 1)
        put_ids(out, cause);
    putc('\n', out);
}
