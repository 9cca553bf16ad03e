/* SPDX-License-Identifier: MIT */
/*
 * html_case.c - one case of the page: what was due, what came, the dialogue
 */
#include "report/html.h"

#include <string.h>

#include <smtpspec/command.h>
#include <smtpspec/judge.h>

#include "report/finding.h"

void smtpspec_html_facets(FILE *out, const struct smtpspec_result *result)
{
    fprintf(out, " data-f=\"%s,%s,%s,%s,%s\"",
            smtpspec_outcome_name(result->outcome),
            smtpspec_level_name(smtpspec_finding_level(result)),
            result->command != SMTPSPEC_COMMAND_UNSET
                ? smtpspec_command_name(result->command)
                : "",
            result->layer != SMTPSPEC_LAYER_NONE
                ? smtpspec_layer_name(result->layer)
                : "",
            result->security != SMTPSPEC_SECURITY_NONE
                ? smtpspec_security_name(result->security)
                : "");
}

void smtpspec_html_outcome(FILE *out, const struct smtpspec_result *result)
{
    const char *name = smtpspec_outcome_name(result->outcome);

    fprintf(out, "<b class=\"o %s\">%s</b>", name, name);
}

static void put_field(FILE *out, const char *name, const char *text)
{
    if (text == NULL)
        return;
    fprintf(out, "<div><dt>%s</dt><dd>", name);
    smtpspec_html_text(out, text);
    fputs("</dd></div>\n", out);
}

/* Expected and observed stand side by side. */
static void put_difference(FILE *out, const struct smtpspec_result *result)
{
    if (result->expected == NULL && result->observed == NULL)
        return;
    fputs("<dl class=xo>\n", out);
    put_field(out, "expected",
              result->expected != NULL ? result->expected
                                       : "what the requirement says");
    put_field(out, "observed", result->observed);
    fputs("</dl>\n", out);
}

/* Other rules that the same case broke. */
static void put_further(FILE *out, const struct smtpspec_result *result)
{
    for (unsigned i = 1; i < result->verdict_count; i++) {
        const struct smtpspec_result_verdict *verdict = &result->verdicts[i];

        if (verdict->outcome == SMTPSPEC_OUTCOME_PASS)
            continue;
        fprintf(out, "<div><dt>also</dt><dd>%s, %s: ",
                smtpspec_outcome_name(verdict->outcome),
                smtpspec_level_name(verdict->level));
        smtpspec_html_text(out, verdict->text);
        fputs(" (", out);
        smtpspec_html_reference(out, verdict->reference);
        fputs(")</dd></div>\n", out);
    }
}

/* What a finding says that its heading does not. */
static void put_fields(FILE *out, const struct smtpspec_result *result)
{
    const char *reference = smtpspec_finding_reference(result);

    put_difference(out, result);
    fputs("<dl class=facts>\n", out);
    if (result->reference != NULL && result->reference[0] != '\0' &&
        reference != NULL && strcmp(reference, result->reference) != 0) {
        fputs("<div><dt>case of</dt><dd>", out);
        smtpspec_html_reference(out, result->reference);
        fputs("</dd></div>\n", out);
    }
    put_field(out, result->outcome == SMTPSPEC_OUTCOME_ERROR ? "reason"
                                                             : "remark",
              result->reason);
    put_field(out, "baseline", result->changed_from);
    put_field(out, "known", result->expected_failure_reason);
    put_further(out, result);
    fputs("</dl>\n", out);
}

static void put_again(FILE *out, const struct smtpspec_result *result)
{
    if (result->again == NULL)
        return;
    fputs("<p class=again><code>", out);
    smtpspec_html_text(out, result->again);
    fputs("</code></p>\n", out);
}

void smtpspec_html_case(const struct smtpspec_html_page *page,
                        const struct smtpspec_result *result, bool open)
{
    FILE *out = page->out;
    enum smtpspec_html_kind kind = smtpspec_html_kind_of(result);
    bool brief = kind == SMTPSPEC_HTML_PASSED;

    fputs("<details class=k id=", out);
    smtpspec_html_anchor(out, page->number, result->id);
    smtpspec_html_facets(out, result);
    fputs(open ? " open><summary>" : "><summary>", out);
    smtpspec_html_outcome(out, result);
    fputs(" <code>", out);
    smtpspec_html_text(out, result->id);
    fputs("</code> ", out);
    smtpspec_html_text(out, result->title);
    fputs("</summary>\n", out);
    if (!brief)
        put_fields(out, result);
    smtpspec_html_dialogue(out, result);
    put_again(out, result);
    fputs("</details>\n", out);
}
