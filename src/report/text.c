/* SPDX-License-Identifier: MIT */
/*
 * text.c - the report that people read
 *
 * For each target: who it is, what was found (the worst first, by its cause),
 * what was not tested and why, and how it did, with what to do next. All is
 * held until the target ends, because what the server says of itself comes
 * first on the page and is known last; passes are only counted. A verbose
 * report tells each case when it ends, too.
 */
#include "report/report.h"

#include <inttypes.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/judge.h>

#include "report/closing.h"
#include "report/head.h"
#include "report/layout.h"

#define PLAIN "\033[0m"
/* Targets that are told of once more at the end of several. */
#define BAD_TOLD 20

/* What a line begins with. Kinds of causes come first, in their order. */
enum label {
    LABEL_FAIL = SMTPSPEC_CAUSE_FAIL,
    LABEL_WARN = SMTPSPEC_CAUSE_WARN,
    LABEL_NOTE = SMTPSPEC_CAUSE_NOTE,
    LABEL_FIXED, /* expected to fail, passed */
    LABEL_KNOWN, /* expected to fail, failed */
    LABEL_PASS,
    LABEL_NONE,  /* was not tested           */
    LABEL_COUNT
};

static const struct {
    const char *word, *colour;
} labels[LABEL_COUNT] = {
    [LABEL_FAIL] = { "FAIL", "\033[1;31m" },
    [LABEL_WARN] = { "WARN", "\033[1;33m" },
    [LABEL_NOTE] = { "NOTE", "\033[1;36m" },
    [LABEL_FIXED] = { "FIXED", "\033[1;32m" },
    [LABEL_KNOWN] = { "KNOWN", "\033[2m" },
    [LABEL_PASS] = { "pass", "\033[32m" },
    [LABEL_NONE] = { "-", "\033[2m" },
};

struct smtpspec_report {
    struct smtpspec_report_base base;
    struct smtpspec_causes causes;
    struct smtpspec_reasons untested;
    struct smtpspec_reasons known; /* of what the baseline knows             */
    unsigned fails, warns;     /* that no baseline knows of                  */
    unsigned hidden;           /* findings below `least`                     */
    struct smtpspec_summary total;
    unsigned targets;
    struct smtpspec_report_part bad; /* a line of each that did not pass     */
    unsigned bad_count;
};

static const char *colour(const struct smtpspec_report *report,
                          const char *sequence)
{
    return report->base.options.colour ? sequence : "";
}

static struct smtpspec_finding_style
style_of(const struct smtpspec_report *report, enum label label)
{
    return (struct smtpspec_finding_style){
        .label = labels[label].word,
        .colour = colour(report, labels[label].colour),
        .strong = colour(report, "\033[1m"),
        .plain = colour(report, PLAIN),
        .whole = report->base.options.verbose,
        .hex = report->base.options.hex,
    };
}

/* --- One result ----------------------------------------------------------- */

static enum label label_of(const struct smtpspec_result *result)
{
    if (smtpspec_reasons_is_untested(result))
        return LABEL_NONE;
    if (result->outcome == SMTPSPEC_OUTCOME_PASS) {
        if (result->expected_failure)
            return LABEL_FIXED;
        return result->rule != NULL ? LABEL_NOTE : LABEL_PASS;
    }
    if (result->expected_failure)
        return LABEL_KNOWN;
    return result->outcome == SMTPSPEC_OUTCOME_FAIL ? LABEL_FAIL : LABEL_WARN;
}

/* "pass  noop.text   3 ms", the moment that it is known. */
static void tell_now(struct smtpspec_report *report, enum label label,
                     const struct smtpspec_result *result)
{
    struct smtpspec_finding_style style = style_of(report, label);
    char text[400];

    if (label == LABEL_FAIL || label == LABEL_WARN || label == LABEL_NOTE) {
        smtpspec_finding_write(report->base.file, &style, result);
    } else {
        if (label == LABEL_PASS || label == LABEL_FIXED)
            snprintf(text, sizeof(text), "%" PRIu64 " ms", result->ms);
        else
            snprintf(text, sizeof(text), "%s",
                     result->reason != NULL ? result->reason : "");
        style.strong = "";
        smtpspec_finding_short(report->base.file, &style, result, text);
    }
    fflush(report->base.file);
}

static void add_known(struct smtpspec_report *report, enum label label,
                      const struct smtpspec_result *result)
{
    const char *reason = result->expected_failure_reason;

    if (label == LABEL_FIXED)
        reason = "passes now: take it out of the baseline";
    smtpspec_reasons_add(&report->known, result,
                         reason != NULL ? reason : "expected to fail");
}

/* What is below the level that was asked for is counted; what somebody can
 * make use of is shown whatever its level. */
static bool is_hidden(struct smtpspec_report *report, enum label label,
                      const struct smtpspec_result *result)
{
    if (result->security == SMTPSPEC_SECURITY_EXPLOITABLE ||
        smtpspec_finding_level(result) <= report->base.options.least)
        return false;
    report->hidden += label != LABEL_NOTE;
    return true;
}

static void text_result(struct smtpspec_report *report,
                        const struct smtpspec_result *result)
{
    enum label label = label_of(result);
    struct smtpspec_finding_style style = style_of(report, label);

    report->fails += label == LABEL_FAIL;
    report->warns += label == LABEL_WARN;
    if (report->base.options.verbose && !report->base.options.quiet)
        tell_now(report, label, result);
    if (label == LABEL_NONE)
        smtpspec_reasons_add(&report->untested, result, result->reason);
    else if (label == LABEL_FIXED || label == LABEL_KNOWN)
        add_known(report, label, result);
    else if (label != LABEL_PASS && !is_hidden(report, label, result))
        smtpspec_causes_add(&report->causes, (enum smtpspec_cause_kind)label,
                            &style, result);
}

/* --- The page of a target ------------------------------------------------- */

static struct smtpspec_closing
closing_of(const struct smtpspec_report *report,
           const struct smtpspec_target_facts *facts)
{
    return (struct smtpspec_closing){
        .name = report->base.name,
        .facts = facts,
        .causes = &report->causes,
        .untested = &report->untested,
        .fails = report->fails,
        .warns = report->warns,
        .hidden = report->hidden,
        .least = report->base.options.least,
        .colour = report->base.options.colour,
    };
}

static void put_target(struct smtpspec_report *report,
                       const struct smtpspec_target_facts *facts)
{
    FILE *out = report->base.file;
    struct smtpspec_closing closing = closing_of(report, facts);
    struct smtpspec_closing_verdict verdict =
        smtpspec_closing_verdict(&closing);

    if (report->base.options.verbose)
        putc('\n', out);
    if (facts->trouble == NULL || facts->greeting != NULL) {
        smtpspec_layout_clean(out, closing.name);
        fprintf(out, "   %s%s%s\n", colour(report, verdict.colour),
                verdict.word, colour(report, PLAIN));
        smtpspec_finding_peer(out, "greeting", facts->greeting);
        smtpspec_head_put(out, facts);
        putc('\n', out);
    }
    for (size_t i = 0; i < report->causes.count; i++) {
        const struct smtpspec_cause *cause = &report->causes.all[i];
        struct smtpspec_finding_style style =
            style_of(report, (enum label)cause->kind);

        smtpspec_cause_write(out, &style, cause);
    }
    smtpspec_reasons_write(out, &report->known, report->base.options.verbose,
                           report->base.options.colour);
    smtpspec_reasons_write(out, &report->untested, report->base.options.verbose,
                           report->base.options.colour);
    smtpspec_closing_write(out, &closing);
}

/* A page of many targets ends with those that did not pass. */
static void keep_bad(struct smtpspec_report *report,
                     const struct smtpspec_target_facts *facts)
{
    struct smtpspec_closing closing = closing_of(report, facts);
    bool passed = facts->trouble == NULL && report->fails == 0 &&
                  report->warns == 0 &&
                  facts->summary.unexpected_passes == 0;

    if (passed || report->bad.out == NULL)
        return;
    if (report->bad_count < BAD_TOLD)
        smtpspec_closing_line(report->bad.out, &closing);
    report->bad_count++;
}

static void put_bad(struct smtpspec_report *report)
{
    FILE *out = report->base.file;

    if (report->targets <= 1)
        return;
    if (!smtpspec_report_part_write(&report->bad, out))
        report->base.no_memory = true;
    if (report->bad_count > BAD_TOLD)
        fprintf(out, "      and %u more did not pass\n",
                report->bad_count - BAD_TOLD);
}

/* One line, also of a target that gave no numbers. */
static void put_line(struct smtpspec_report *report,
                     const struct smtpspec_target_facts *facts)
{
    FILE *out = report->base.file;
    char text[320];

    smtpspec_layout_clean(out, report->base.name);
    fputs(": ", out);
    if (facts->trouble != NULL)
        snprintf(text, sizeof(text), "could not be tested: %s",
                 facts->trouble);
    else
        smtpspec_closing_numbers(&facts->summary, text, sizeof(text));
    smtpspec_layout_clean(out, text);
    putc('\n', out);
}

/* --- The writer ----------------------------------------------------------- */

static void text_init(struct smtpspec_report *report)
{
    if (report->base.options.least == SMTPSPEC_LEVEL_UNSET)
        report->base.options.least = SMTPSPEC_LEVEL_SHOULD;
    if (!smtpspec_report_part_open(&report->bad))
        report->base.no_memory = true;
}

static void text_begin(struct smtpspec_report *report,
                       const struct smtpspec_run_facts *facts)
{
    FILE *out = report->base.file;

    if (report->base.options.quiet)
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
    smtpspec_causes_clear(&report->causes);
    smtpspec_reasons_clear(&report->known);
    smtpspec_reasons_clear(&report->untested);
    report->fails = report->warns = report->hidden = 0;
}

static void text_target_end(struct smtpspec_report *report,
                            const struct smtpspec_target_facts *facts)
{
    if (report->causes.no_memory || report->known.no_memory ||
        report->untested.no_memory)
        report->base.no_memory = true;
    report->targets++;
    smtpspec_summary_join(&report->total, &facts->summary);
    smtpspec_causes_sort(&report->causes);
    if (report->base.options.quiet)
        put_line(report, facts);
    else
        put_target(report, facts);
    if (!report->base.options.quiet)
        keep_bad(report, facts);
    clear_target(report);
}

static void text_free(struct smtpspec_report *report)
{
    clear_target(report);
    smtpspec_report_part_free(&report->bad);
}

static void text_end(struct smtpspec_report *report,
                     const struct smtpspec_run_facts *facts)
{
    FILE *out = report->base.file;
    char text[320];

    (void)facts;
    put_bad(report);
    if (report->targets > 1) {
        smtpspec_closing_numbers(&report->total, text, sizeof(text));
        fprintf(out, "%u targets: ", report->targets);
        smtpspec_layout_wrap(out, 12, 6, text);
    }
}

const struct smtpspec_report_writer smtpspec_report_text = {
    .name = "text",
    .size = sizeof(struct smtpspec_report),
    .init = text_init,
    .begin = text_begin,
    .target_begin = clear_target,
    .result = text_result,
    .target_end = text_target_end,
    .end = text_end,
    .free = text_free,
};
