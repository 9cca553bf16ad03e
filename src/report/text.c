/* SPDX-License-Identifier: MIT */
/*
 * text.c - the report that people read
 *
 * For each target: who it is, what was found (the worst first, in full), what
 * was not tested and why, and one line of numbers. Findings are held as text
 * until their target ends, because what the server says of itself comes first
 * on the page and is known last; passes are only counted.
 */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/judge.h>

#include "report/finding.h"
#include "report/head.h"
#include "report/layout.h"

/* Reasons for not testing that are told apart, and ids named for each. */
#define GROUPS_KEPT 64
#define IDS_KEPT 8
/* Cases shown in full where many break the same rule; then only their ids. */
#define ALIKE_KEPT 3

enum section {
    SECTION_FAIL,
    SECTION_WARN,
    SECTION_ERROR,
    SECTION_NOTE,
    SECTION_FIXED, /* expected to fail, passed */
    SECTION_KNOWN, /* expected to fail, failed */
    SECTION_COUNT
};

static const struct {
    const char *label, *colour;
} sections[SECTION_COUNT] = {
    [SECTION_FAIL] = { "FAIL", "\033[1;31m" },
    [SECTION_WARN] = { "WARN", "\033[1;33m" },
    [SECTION_ERROR] = { "ERROR", "\033[1;35m" },
    [SECTION_NOTE] = { "NOTE", "\033[1;36m" },
    [SECTION_FIXED] = { "FIXED", "\033[1;32m" },
    [SECTION_KNOWN] = { "KNOWN", "\033[2m" },
};

/* Cases that were not tested for the same reason, or that break one rule. */
struct group {
    unsigned kind;     /* enum smtpspec_outcome, or enum section             */
    char *reason;      /* or rule                                            */
    char *ids[IDS_KEPT];
    unsigned count, named;
};

struct groups {
    struct group all[GROUPS_KEPT];
    unsigned count;
};

struct smtpspec_report {
    struct smtpspec_report_options options;
    FILE *sections[SECTION_COUNT];
    char *text[SECTION_COUNT];
    size_t length[SECTION_COUNT];
    struct groups untested, alike;
    unsigned hidden;           /* findings below `least`                     */
    char *name;                /* of the target                              */
    char *hint;                /* what tells more of the first, worst finding*/
    enum section worst;
    struct smtpspec_summary total;
    unsigned targets;
    bool no_memory;
};

static const char *colour(const struct smtpspec_report *report,
                          const char *sequence)
{
    return report->options.colour ? sequence : "";
}

/* --- Groups of cases ---------------------------------------------------- */

/* Find or begin a group; NULL where there are too many, or no memory. */
static struct group *group_of(struct smtpspec_report *report,
                              struct groups *groups, unsigned kind,
                              const char *reason)
{
    struct group *group;

    for (unsigned i = 0; i < groups->count; i++) {
        group = &groups->all[i];
        if (group->kind == kind && strcmp(group->reason, reason) == 0)
            return group;
    }
    if (groups->count == GROUPS_KEPT)
        return NULL;
    group = &groups->all[groups->count];
    group->kind = kind;
    group->reason = strdup(reason);
    if (group->reason == NULL) {
        report->no_memory = true;
        return NULL;
    }
    groups->count++;
    return group;
}

static void add_id(struct group *group, const char *id)
{
    if (group->named < IDS_KEPT && (group->ids[group->named] = strdup(id)))
        group->named++;
}

static void clear_groups(struct groups *groups)
{
    for (unsigned i = 0; i < groups->count; i++) {
        for (unsigned k = 0; k < groups->all[i].named; k++)
            free(groups->all[i].ids[k]);
        free(groups->all[i].reason);
    }
    memset(groups, 0, sizeof(*groups));
}

static void add_untested(struct smtpspec_report *report,
                         const struct smtpspec_result *result)
{
    struct group *group =
        group_of(report, &report->untested, result->outcome,
                 result->reason != NULL ? result->reason : "");

    /* The last group takes what is left. */
    if (group == NULL && report->untested.count == GROUPS_KEPT)
        group = &report->untested.all[GROUPS_KEPT - 1];
    if (group == NULL)
        return;
    group->count++;
    add_id(group, result->id);
}

/* Whether enough cases that break this rule were shown: one bare LF in every
 * line of a server makes every case fail. */
static bool is_one_too_many(struct smtpspec_report *report,
                            enum section section,
                            const struct smtpspec_result *result)
{
    struct group *group;

    if (section > SECTION_WARN || result->rule == NULL ||
        report->options.least == SMTPSPEC_LEVEL_INFO)
        return false;
    group = group_of(report, &report->alike, section, result->rule);
    if (group == NULL || ++group->count <= ALIKE_KEPT)
        return false;
    add_id(group, result->id);
    return true;
}

static const char *group_label(unsigned outcome)
{
    switch (outcome) {
    case SMTPSPEC_OUTCOME_BLOCKED:
        return "blocked";
    case SMTPSPEC_OUTCOME_THROTTLED:
        return "throttled";
    default:
        return "skipped";
    }
}

/* The ids of a group, of `count` cases, as "a, b and 3 more". */
static void put_ids(FILE *out, const struct group *group, unsigned count)
{
    char text[1024] = "";
    size_t length = 0;

    for (unsigned i = 0; i < group->named && length < sizeof(text); i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
                                   i > 0 ? ", " : "", group->ids[i]);
    if (count > group->named && length < sizeof(text))
        snprintf(text + length, sizeof(text) - length, " and %u more",
                 count - group->named);
    smtpspec_layout_wrap(out, 17, 17, text);
}

static void put_untested(struct smtpspec_report *report)
{
    FILE *out = report->options.file;

    for (unsigned i = 0; i < report->untested.count; i++) {
        const struct group *group = &report->untested.all[i];

        fprintf(out, "%-10s %4u  ", group_label(group->kind), group->count);
        smtpspec_layout_wrap(out, 17, 17, group->reason);
        if (report->options.least != SMTPSPEC_LEVEL_INFO && group->count > 1)
            continue;
        fprintf(out, "%17s", "");
        put_ids(out, group, group->count);
    }
    if (report->untested.count > 0)
        putc('\n', out);
}

/* What was left out of a section, rule by rule. */
static void put_alike(struct smtpspec_report *report, enum section section)
{
    FILE *out = report->options.file;

    for (unsigned i = 0; i < report->alike.count; i++) {
        const struct group *group = &report->alike.all[i];

        if (group->kind != section || group->count <= ALIKE_KEPT)
            continue;
        fprintf(out, "%s%-6s%s%u more by rule ",
                colour(report, sections[section].colour),
                sections[section].label, colour(report, "\033[0m"),
                group->count - ALIKE_KEPT);
        smtpspec_layout_clean(out, group->reason);
        fprintf(out, "\n%17s", "");
        put_ids(out, group, group->count - ALIKE_KEPT);
        putc('\n', out);
    }
}

/* --- The numbers and the next step -------------------------------------- */

static void put_summary(FILE *out, const struct smtpspec_summary *summary)
{
    static const struct {
        enum smtpspec_outcome outcome;
        const char *word;
        bool always;
    } words[] = {
        { SMTPSPEC_OUTCOME_PASS, "passed", true },
        { SMTPSPEC_OUTCOME_FAIL, "failed", true },
        { SMTPSPEC_OUTCOME_WARN, "warned", false },
        { SMTPSPEC_OUTCOME_SKIP, "skipped", false },
        { SMTPSPEC_OUTCOME_BLOCKED, "blocked", false },
        { SMTPSPEC_OUTCOME_THROTTLED, "throttled", false },
        { SMTPSPEC_OUTCOME_ERROR, "in error", false },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++) {
        unsigned count = summary->count[words[i].outcome];

        if (count > 0 || words[i].always)
            fprintf(out, "%s%u %s", i > 0 ? ", " : "", count, words[i].word);
    }
    if (summary->expected_failures > 0)
        fprintf(out, "; %u known", summary->expected_failures);
    if (summary->unexpected_passes > 0)
        fprintf(out, "; %u fixed", summary->unexpected_passes);
}

/* The option that the largest group of skipped cases asks for, "--to". */
static const struct group *group_to_open(const struct smtpspec_report *report,
                                         struct smtpspec_span *option)
{
    const struct group *best = NULL;

    for (unsigned i = 0; i < report->untested.count; i++) {
        const struct group *group = &report->untested.all[i];
        const char *at = strstr(group->reason, "--");

        if (at == NULL || group->kind != SMTPSPEC_OUTCOME_SKIP ||
            (best != NULL && best->count >= group->count))
            continue;
        best = group;
        *option = smtpspec_span_of(at);
        option->length = strspn(at, "-abcdefghijklmnopqrstuvwxyz");
    }
    return best;
}

static void put_next(const struct smtpspec_report *report,
                     const struct smtpspec_target_facts *facts)
{
    FILE *out = report->options.file;
    const struct smtpspec_summary *summary = &facts->summary;
    struct smtpspec_span option = { NULL, 0 };
    const struct group *group = group_to_open(report, &option);

    smtpspec_finding_label(out, "next");
    if (facts->trouble != NULL) {
        fputs("see that SMTP is spoken there, then run it again", out);
    } else if (report->hint != NULL) {
        smtpspec_layout_clean(out, report->hint);
    } else if (summary->unexpected_passes > 0) {
        fputs("take what is fixed out of the baseline", out);
    } else if (summary->count[SMTPSPEC_OUTCOME_THROTTLED] > 0) {
        fputs("run it again at a lower --rate", out);
    } else if (summary->count[SMTPSPEC_OUTCOME_ERROR] > 0) {
        fputs("run it again: an error says nothing about the server", out);
    } else if (group != NULL) {
        fprintf(out, "with %.*s, %u more would be tested", (int)option.length,
                option.at, group->count);
    } else {
        fputs("nothing to do", out);
    }
    putc('\n', out);
}

static void put_target(struct smtpspec_report *report,
                       const struct smtpspec_target_facts *facts)
{
    FILE *out = report->options.file;

    smtpspec_layout_clean(out, report->name);
    putc('\n', out);
    smtpspec_finding_peer(out, "greeting", facts->greeting);
    smtpspec_head_put(out, facts);
    putc('\n', out);
    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        if (report->length[i] == 0)
            continue;
        fwrite(report->text[i], 1, report->length[i], out);
        put_alike(report, (enum section)i);
        if (i == SECTION_FIXED || i == SECTION_KNOWN)
            putc('\n', out);
    }
    put_untested(report);
}

/* --- The writer --------------------------------------------------------- */

static struct smtpspec_report *
text_open(const struct smtpspec_report_options *options)
{
    struct smtpspec_report *report = calloc(1, sizeof(*report));

    if (report == NULL)
        return NULL;
    report->options = *options;
    if (report->options.least == SMTPSPEC_LEVEL_UNSET)
        report->options.least = SMTPSPEC_LEVEL_SHOULD;
    return report;
}

static void text_begin(struct smtpspec_report *report,
                       const struct smtpspec_run_facts *facts)
{
    FILE *out = report->options.file;

    if (report->options.quiet)
        return;
    fputs("smtpspec ", out);
    smtpspec_layout_clean(out, facts->version);
    fputs(", profile ", out);
    smtpspec_layout_clean(out, facts->profile);
    fputs("\n\n", out);
}

/* Forget what belongs to one target. */
static void clear_target(struct smtpspec_report *report)
{
    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        if (report->sections[i] != NULL)
            fclose(report->sections[i]);
        free(report->text[i]);
        report->sections[i] = NULL;
        report->text[i] = NULL;
        report->length[i] = 0;
    }
    clear_groups(&report->untested);
    clear_groups(&report->alike);
    report->hidden = 0;
    free(report->name);
    free(report->hint);
    report->name = report->hint = NULL;
}

static void text_target_begin(struct smtpspec_report *report, const char *name)
{
    clear_target(report);
    report->name = strdup(name);
    if (report->name == NULL)
        report->no_memory = true;
    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        report->sections[i] =
            open_memstream(&report->text[i], &report->length[i]);
        if (report->sections[i] == NULL)
            report->no_memory = true;
    }
}

/* Where a result is shown; SECTION_COUNT where it is only counted. */
static enum section section_of(const struct smtpspec_result *result)
{
    switch (result->outcome) {
    case SMTPSPEC_OUTCOME_FAIL:
        return result->expected_failure ? SECTION_KNOWN : SECTION_FAIL;
    case SMTPSPEC_OUTCOME_WARN:
        return result->expected_failure ? SECTION_KNOWN : SECTION_WARN;
    case SMTPSPEC_OUTCOME_ERROR:
        return SECTION_ERROR;
    case SMTPSPEC_OUTCOME_PASS:
        if (result->expected_failure)
            return SECTION_FIXED;
        return result->rule != NULL ? SECTION_NOTE : SECTION_COUNT;
    default:
        return SECTION_COUNT;
    }
}

static void put_result(struct smtpspec_report *report, enum section section,
                       const struct smtpspec_result *result)
{
    struct smtpspec_finding_style style = {
        .label = sections[section].label,
        .colour = colour(report, sections[section].colour),
        .strong = colour(report, "\033[1m"),
        .plain = colour(report, "\033[0m"),
    };
    FILE *out = report->sections[section];
    const char *reason = result->expected_failure_reason;

    if (section == SECTION_FIXED)
        smtpspec_finding_short(out, &style, result,
                               "passes now: take it out of the baseline");
    else if (section == SECTION_KNOWN)
        smtpspec_finding_short(out, &style, result,
                               reason != NULL ? reason : "expected to fail");
    else
        smtpspec_finding_write(out, &style, result);
}

/* What tells more of a finding: its case, or the rule where there is none. */
static char *hint_of(const struct smtpspec_result *result)
{
    const char *what = result->again != NULL ? result->id : result->rule;
    char *hint = NULL;

    if (what == NULL || asprintf(&hint, "smtpspec explain %s", what) < 0)
        return NULL;
    return hint;
}

static void remember_worst(struct smtpspec_report *report, enum section section,
                           const struct smtpspec_result *result)
{
    if (section > SECTION_WARN ||
        (report->hint != NULL && report->worst <= section))
        return;
    free(report->hint);
    report->hint = hint_of(result);
    report->worst = section;
}

static void text_result(struct smtpspec_report *report,
                        const struct smtpspec_result *result)
{
    enum section section = section_of(result);

    smtpspec_summary_add(&report->total, result);
    if (result->outcome == SMTPSPEC_OUTCOME_SKIP ||
        result->outcome == SMTPSPEC_OUTCOME_BLOCKED ||
        result->outcome == SMTPSPEC_OUTCOME_THROTTLED)
        add_untested(report, result);
    if (section == SECTION_COUNT || report->no_memory)
        return;
    if (section <= SECTION_NOTE && section != SECTION_ERROR &&
        smtpspec_finding_level(result) > report->options.least) {
        report->hidden += section != SECTION_NOTE;
        return;
    }
    remember_worst(report, section, result);
    if (is_one_too_many(report, section, result))
        return;
    put_result(report, section, result);
}

/* One line, also of a target that gave no numbers. */
static void put_numbers(struct smtpspec_report *report,
                        const struct smtpspec_target_facts *facts)
{
    FILE *out = report->options.file;

    if (facts->trouble != NULL) {
        fputs("could not be tested: ", out);
        smtpspec_layout_clean(out, facts->trouble);
    } else {
        put_summary(out, &facts->summary);
    }
    putc('\n', out);
    if (facts->cells > 0 && !report->options.quiet)
        fprintf(out, "      %-10sexercised: %u of %u (%u %%)\n", "cells",
                facts->exercised, facts->cells,
                (unsigned)(100.0 * facts->exercised / facts->cells));
    if (report->hidden > 0 && !report->options.quiet)
        fprintf(out, "      %-10s%u below %s; --level should shows more\n",
                "hidden", report->hidden,
                smtpspec_level_name(report->options.least));
}

static void text_target_end(struct smtpspec_report *report,
                            const struct smtpspec_target_facts *facts)
{
    FILE *out = report->options.file;

    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        if (report->sections[i] != NULL && fclose(report->sections[i]) != 0)
            report->no_memory = true;
        report->sections[i] = NULL;
    }
    report->targets++;
    if (!report->options.quiet)
        put_target(report, facts);
    if (report->options.quiet) {
        smtpspec_layout_clean(out, report->name);
        fputs(": ", out);
    }
    put_numbers(report, facts);
    if (!report->options.quiet) {
        put_next(report, facts);
        putc('\n', out);
    }
    clear_target(report);
}

static void text_discard(struct smtpspec_report *report)
{
    clear_target(report);
    free(report);
}

static enum smtpspec_error text_end(struct smtpspec_report *report,
                                    const struct smtpspec_run_facts *facts)
{
    FILE *out = report->options.file;
    enum smtpspec_error error = SMTPSPEC_OK;

    (void)facts;
    if (report->targets > 1) {
        fprintf(out, "%u targets: ", report->targets);
        put_summary(out, &report->total);
        putc('\n', out);
    }
    if (fflush(out) != 0 || ferror(out))
        error = SMTPSPEC_ERROR_WRITE;
    else if (report->no_memory)
        error = SMTPSPEC_ERROR_MEMORY;
    text_discard(report);
    return error;
}

const struct smtpspec_report_writer smtpspec_report_text = {
    .name = "text",
    .open = text_open,
    .begin = text_begin,
    .target_begin = text_target_begin,
    .result = text_result,
    .target_end = text_target_end,
    .end = text_end,
    .discard = text_discard,
};
