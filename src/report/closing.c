/* SPDX-License-Identifier: MIT */
/*
 * closing.c - how a target did, and what to do next
 */
#include "report/closing.h"

#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/judge.h>

#include "report/layout.h"
#include "report/report.h"
#include "rules/phrases.h"

/* Causes that are told once more. */
#define CAUSES_TOLD 4
/* Steps that are told: a list of six is none to follow. */
#define STEPS_TOLD 4

#define RED "\033[1;31m"
#define PLAIN "\033[0m"

/* --- The verdict ---------------------------------------------------------- */

struct smtpspec_closing_verdict
smtpspec_closing_verdict(const struct smtpspec_closing *closing)
{
    static const struct smtpspec_closing_verdict
        trouble = { "ERROR", "\033[1;35m" }, fail = { "FAIL", "\033[1;31m" },
        warn = { "WARN", "\033[1;33m" }, fixed = { "FIXED", "\033[1;32m" },
        pass = { "PASS", "\033[1;32m" }, none = { "NONE", "\033[1;35m" };
    const struct smtpspec_summary *summary = &closing->facts->summary;

    if (closing->facts->trouble != NULL)
        return trouble;
    if (closing->fails > 0)
        return fail;
    if (closing->warns > 0)
        return warn;
    if (summary->unexpected_passes > 0)
        return fixed;
    return summary->count[SMTPSPEC_OUTCOME_PASS] > 0 ||
                   summary->expected_failures > 0
               ? pass
               : none;
}

/* --- The numbers ---------------------------------------------------------- */

void smtpspec_closing_numbers(const struct smtpspec_summary *summary,
                              char *out, size_t cap)
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
    size_t length = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words) && length < cap; i++) {
        unsigned count = summary->count[words[i].outcome];

        if (count > 0 || words[i].always)
            length += (size_t)snprintf(out + length, cap - length, "%s%u %s",
                                       i > 0 ? ", " : "", count,
                                       words[i].word);
    }
    if (summary->expected_failures > 0 && length < cap)
        length += (size_t)snprintf(out + length, cap - length, "; %u known",
                                   summary->expected_failures);
    if (summary->unexpected_passes > 0 && length < cap)
        snprintf(out + length, cap - length, "; %u fixed",
                 summary->unexpected_passes);
}

static void put_verdict(FILE *out, const struct smtpspec_closing *closing)
{
    struct smtpspec_closing_verdict verdict = smtpspec_closing_verdict(closing);
    const struct smtpspec_target_facts *facts = closing->facts;
    char text[320];
    size_t columns;

    fprintf(out, "%s%-6s%s", closing->colour ? verdict.colour : "",
            verdict.word, closing->colour ? PLAIN : "");
    columns = 6 + smtpspec_layout_clean(out, closing->name);
    if (facts->trouble != NULL)
        snprintf(text, sizeof(text), "could not be tested: %s",
                 facts->trouble);
    else
        smtpspec_closing_numbers(&facts->summary, text, sizeof(text));
    /* Numbers stay with their words: scripts look for them. */
    if (columns + strlen("   ") + strlen(text) > SMTPSPEC_LAYOUT_WIDTH) {
        fputs("\n      ", out);
        columns = 6;
    } else {
        fputs("   ", out);
        columns += strlen("   ");
    }
    smtpspec_layout_wrap(out, columns, 6, text);
}

/* --- What weighs most ----------------------------------------------------- */

/* "      18  RCPT without MAIL gets 503", a line each. */
static void put_causes(FILE *out, const struct smtpspec_closing *closing)
{
    const struct smtpspec_causes *causes = closing->causes;
    size_t told = causes->count > CAUSES_TOLD + 1 ? CAUSES_TOLD
                                                  : causes->count;
    unsigned uses = 0;
    const char *label = "why";

    for (size_t i = 0; i < told; i++) {
        const struct smtpspec_cause *cause = &causes->all[i];
        bool use = cause->shown.security == SMTPSPEC_SECURITY_EXPLOITABLE;

        smtpspec_finding_label(out, label);
        fprintf(out, "%4u  ", cause->count);
        if (use)
            fprintf(out, "%sexploitable%s: ", closing->colour ? RED : "",
                    closing->colour ? PLAIN : "");
        smtpspec_layout_cut(out, smtpspec_cause_sentence(&cause->shown),
                            use ? 45 : 58);
        putc('\n', out);
        label = "";
    }
    for (size_t i = told; i < causes->count; i++)
        uses += causes->all[i].shown.security == SMTPSPEC_SECURITY_EXPLOITABLE;
    if (causes->count > told) {
        smtpspec_finding_label(out, "");
        fprintf(out, "      and %zu causes more", causes->count - told);
        if (uses > 0)
            fprintf(out, ", %u of them exploitable", uses);
        putc('\n', out);
    }
}

static void put_left_out(FILE *out, const struct smtpspec_closing *closing)
{
    const struct smtpspec_target_facts *facts = closing->facts;
    char text[160];

    if (facts->cells > 0) {
        snprintf(text, sizeof(text), "exercised: %u of %u (%u %%)",
                 facts->exercised, facts->cells,
                 (unsigned)(100.0 * facts->exercised / facts->cells));
        smtpspec_finding_field(out, "cells", text);
    }
    if (closing->hidden > 0) {
        snprintf(text, sizeof(text), "%u below %s; --level should shows more",
                 closing->hidden, smtpspec_level_name(closing->least));
        smtpspec_finding_field(out, "hidden", text);
    }
}

/* --- The next step -------------------------------------------------------- */

struct steps {
    FILE *out;
    unsigned count;
};

static void put_step(struct steps *steps, const char *text)
{
    if (steps->count < STEPS_TOLD)
        smtpspec_finding_field(steps->out, steps->count == 0 ? "next" : "",
                               text);
    steps->count++;
}

/* What tells more of the first cause: its clearest case, or the rule where
 * there is none. */
static void put_explain(struct steps *steps,
                        const struct smtpspec_causes *causes)
{
    const struct smtpspec_result *shown;
    bool is_case;
    char text[256];

    if (causes->count == 0)
        return;
    shown = &causes->all[0].shown;
    /* What --exhaustive finds, or learn, has a rule, and no case. */
    is_case = shown->again != NULL &&
              strncmp(shown->id, "exhaustive.", 11) != 0 &&
              strncmp(shown->id, "learn.", 6) != 0;
    /* A case of the user's own, by its file, is in no page of ours. */
    if (shown->row != NULL && strchr(shown->row, '/') != NULL)
        snprintf(text, sizeof(text), "see %s", shown->row);
    else
        snprintf(text, sizeof(text), "smtpspec explain %s",
                 is_case || shown->rule == NULL ? shown->id : shown->rule);
    put_step(steps, text);
    if (smtpspec_report_writer_of("html") != NULL)
        put_step(steps, "--report html=report.html makes a page of it to click "
                        "through");
}

static void put_again(struct steps *steps,
                      const struct smtpspec_summary *summary)
{
    if (summary->unexpected_passes > 0)
        put_step(steps, "take what is fixed out of the baseline");
    if (summary->count[SMTPSPEC_OUTCOME_THROTTLED] > 0)
        put_step(steps, "run it again at a lower --rate");
    if (summary->count[SMTPSPEC_OUTCOME_ERROR] > 0)
        put_step(steps,
                 "run it again: an error says nothing about the server");
}

/* Troubles of our own, by what they begin with. */
static const struct {
    const char *begin, *remedy;
} own_troubles[] = {
    { "this needs --", "nothing was asked: run it again with that" },
    { "the time that it may take",
      "give it more by --time, or less to do by --only" },
};

/* Where the server itself said why, in words that are known, what helps. */
const char *smtpspec_closing_remedy(const char *trouble, const char **likely)
{
    const struct smtpspec_phrase *phrase;

    *likely = NULL;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(own_troubles); i++)
        if (strncmp(trouble, own_troubles[i].begin,
                    strlen(own_troubles[i].begin)) == 0)
            return own_troubles[i].remedy;
    phrase = smtpspec_phrase_of(smtpspec_span_of(trouble), 0);
    if (phrase == NULL)
        return "see that SMTP is spoken there, then run it again";
    *likely = phrase->name;
    return phrase->remedy;
}

static void put_trouble(struct steps *steps, const char *trouble)
{
    const char *likely, *remedy = smtpspec_closing_remedy(trouble, &likely);

    if (likely != NULL)
        smtpspec_finding_field(steps->out, "likely", likely);
    put_step(steps, remedy);
}

static void put_next(FILE *out, const struct smtpspec_closing *closing)
{
    struct steps steps = { out, 0 };
    struct smtpspec_span option = { NULL, 0 };
    const struct smtpspec_reason *group =
        smtpspec_reasons_to_open(closing->untested, &option);
    char text[128];

    if (closing->facts->trouble != NULL) {
        put_trouble(&steps, closing->facts->trouble);
        return;
    }
    put_explain(&steps, closing->causes);
    put_again(&steps, &closing->facts->summary);
    if (group != NULL) {
        snprintf(text, sizeof(text), "with %.*s, %u more would be tested",
                 (int)option.length, option.at, group->count);
        put_step(&steps, text);
    }
    if (steps.count == 0)
        put_step(&steps, "nothing to do");
}

void smtpspec_closing_write(FILE *out, const struct smtpspec_closing *closing)
{
    put_verdict(out, closing);
    if (closing->facts->trouble == NULL)
        put_causes(out, closing);
    put_left_out(out, closing);
    put_next(out, closing);
    putc('\n', out);
}

void smtpspec_closing_line(FILE *out, const struct smtpspec_closing *closing)
{
    struct smtpspec_closing_verdict verdict =
        smtpspec_closing_verdict(closing);
    const struct smtpspec_causes *causes = closing->causes;
    const char *trouble = closing->facts->trouble;
    unsigned found = closing->fails + closing->warns;
    const char *first = "";
    char text[400];

    if (causes->count > 0)
        first = smtpspec_cause_sentence(&causes->all[0].shown);
    if (trouble != NULL)
        snprintf(text, sizeof(text), "%s   could not be tested: %s",
                 closing->name, trouble);
    else
        snprintf(text, sizeof(text), "%s   %u found%s%s", closing->name, found,
                 first[0] != '\0' ? ": " : "", first);
    fprintf(out, "%s%-6s%s", closing->colour ? verdict.colour : "",
            verdict.word, closing->colour ? PLAIN : "");
    smtpspec_layout_cut(out, text, SMTPSPEC_LAYOUT_WIDTH - 6);
    putc('\n', out);
}
