/* SPDX-License-Identifier: MIT */
/*
 * html_findings.c - the findings of a target, one card for each rule
 */
#include "report/html.h"

#include <smtpspec/judge.h>

#include "report/causes.h"
#include "report/finding.h"

/* Cases of a rule that are listed; more are folded up. */
#define CASES_LISTED 6

/* Kinds that are shown by rule, and what they are called. */
static const struct {
    enum smtpspec_html_kind kind;
    const char *id, *title, *text;
} parts[] = {
    { SMTPSPEC_HTML_FINDING, "findings", "Findings",
      "Where the server departs from the standards, one card for each thing to "
      "mend; the dialogue that shows it best comes first." },
    { SMTPSPEC_HTML_ERROR, "errors", "Errors",
      "What we could not find out. It says nothing about the server." },
    { SMTPSPEC_HTML_FIXED, "fixed", "Fixed",
      "Expected to fail, and passed: take them out of the baseline." },
    { SMTPSPEC_HTML_KNOWN, "known", "Known",
      "Findings that the baseline knows of; they do not count." },
    { SMTPSPEC_HTML_NOTE, "notes", "Notes",
      "Worth knowing, and no breach of a standard." },
};

static void put_tags(FILE *out, const struct smtpspec_result *result)
{
    enum smtpspec_level level = smtpspec_finding_level(result);

    fputs("<ul class=tags>", out);
    if (level != SMTPSPEC_LEVEL_UNSET)
        fprintf(out, "<li class=level>%s</li>", smtpspec_level_name(level));
    if (result->security != SMTPSPEC_SECURITY_NONE)
        fprintf(out, "<li class=%s>%s</li>",
                smtpspec_security_name(result->security),
                smtpspec_security_name(result->security));
    if (result->layer != SMTPSPEC_LAYER_NONE)
        fprintf(out, "<li>layer %s</li>", smtpspec_layer_name(result->layer));
    if (result->rule != NULL) {
        fputs("<li><code>", out);
        smtpspec_html_text(out, result->rule);
        fputs("</code></li>", out);
    }
    if (result->row != NULL) {
        fputs("<li title=\"the row behind it\"><code>", out);
        smtpspec_html_text(out, result->row);
        fputs("</code></li>", out);
    }
    if (smtpspec_finding_reference(result) != NULL) {
        fputs("<li>", out);
        smtpspec_html_reference(out, smtpspec_finding_reference(result));
        fputs("</li>", out);
    }
    fputs("</ul>\n", out);
}

/* Who can make use of it, and where to read on. */
static void put_more(FILE *out, const struct smtpspec_result *result)
{
    bool exploitable = result->security == SMTPSPEC_SECURITY_EXPLOITABLE;
    const char *rule = result->layer != SMTPSPEC_LAYER_CASE ? result->rule
                                                            : result->id;

    /* Of what can be exploited the reason is the heading. */
    if (result->security_reason != NULL) {
        fputs("<p class=gain>", out);
        smtpspec_html_text(out, exploitable ? result->requirement
                                            : result->security_reason);
        if (result->security_reference != NULL) {
            fputs(" (", out);
            smtpspec_html_reference(out, result->security_reference);
            putc(')', out);
        }
        fputs("</p>\n", out);
    }
    if (rule != NULL) {
        fputs("<p class=again><code>smtpspec explain ", out);
        smtpspec_html_text(out, rule);
        fputs("</code></p>\n", out);
    }
}

static void put_rule(const struct smtpspec_html_page *page,
                     enum smtpspec_html_kind kind, unsigned number,
                     const struct smtpspec_html_group *group)
{
    const struct smtpspec_result *first = group->cases[0];
    bool finding = kind == SMTPSPEC_HTML_FINDING;
    FILE *out = page->out;

    fprintf(out, "<article class=\"rule %s\"",
            smtpspec_outcome_name(first->outcome));
    if (finding || kind == SMTPSPEC_HTML_NOTE)
        fprintf(out, " id=t%u-%c%u", page->number, finding ? 'r' : 'n',
                number);
    fputs("><header><h4>", out);
    smtpspec_html_text(out, smtpspec_cause_sentence(first));
    fputs("</h4><p class=many>", out);
    smtpspec_html_count(out, group->count, "case", "cases");
    fputs("</p>\n", out);
    put_tags(out, first);
    put_more(out, first);
    fputs("</header>\n", out);
    for (unsigned i = 0; i < group->count; i++) {
        if (i == CASES_LISTED)
            fprintf(out, "<details class=rest><summary>%u more</summary>\n",
                    group->count - i);
        smtpspec_html_case(page, group->cases[i], finding && i == 0);
    }
    fputs(group->count > CASES_LISTED ? "</details></article>\n"
                                      : "</article>\n", out);
}

static void put_part(const struct smtpspec_html_page *page, unsigned part)
{
    FILE *out = page->out;
    enum smtpspec_html_kind kind = parts[part].kind;
    struct smtpspec_html_groups groups =
        smtpspec_html_by_cause(page->kept, page->target, kind);
    bool finding = kind == SMTPSPEC_HTML_FINDING;

    if (groups.count == 0)
        return;
    fprintf(out, "<section id=t%u-%s>", page->number, parts[part].id);
    fputs(finding ? "" : "<details class=part><summary>", out);
    fprintf(out, "<h3>%s <small>", parts[part].title);
    smtpspec_html_number(out, groups.cases);
    fputs("</small></h3>", out);
    fputs(finding ? "" : "</summary>", out);
    fprintf(out, "<p class=lead>%s</p>\n", parts[part].text);
    for (unsigned i = 0; i < groups.count; i++)
        put_rule(page, kind, i, &groups.all[i]);
    fputs(finding ? "</section>\n" : "</details></section>\n", out);
}

void smtpspec_html_findings(const struct smtpspec_html_page *page)
{
    for (unsigned i = 0; i < SMTPSPEC_ARRAY_LEN(parts); i++)
        put_part(page, i);
}
