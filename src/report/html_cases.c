/* SPDX-License-Identifier: MIT */
/*
 * html_cases.c - all cases of a target by section, and why some were not
 * tested
 */
#include "report/html.h"

#include <limits.h>
#include <string.h>

#include <smtpspec/command.h>
#include <smtpspec/judge.h>
#include <smtpspec/rules.h>

/* A section of more cases is divided by command. */
#define SECTION_WHOLE 40

/* --- By section --------------------------------------------------------- */

/* How many cases of each outcome: "1,234 pass  18 fail". */
static void put_outcomes(FILE *out, const struct smtpspec_html_group *group)
{
    unsigned count[SMTPSPEC_OUTCOME_COUNT] = { 0 };

    for (unsigned i = 0; i < group->count; i++)
        count[group->cases[i]->outcome]++;
    fputs("<span class=tally>", out);
    for (unsigned k = SMTPSPEC_OUTCOME_COUNT; k > 0; k--) {
        enum smtpspec_outcome outcome = (enum smtpspec_outcome)(k - 1);

        if (count[outcome] == 0)
            continue;
        fprintf(out, "<b class=\"o %s\">", smtpspec_outcome_name(outcome));
        smtpspec_html_number(out, count[outcome]);
        fprintf(out, " %s</b> ", smtpspec_outcome_name(outcome));
    }
    fputs("</span>", out);
}

/* A case that is shown elsewhere, or has nothing to show. */
static void put_row(const struct smtpspec_html_page *page,
                    const struct smtpspec_result *result, bool elsewhere)
{
    FILE *out = page->out;

    fputs("<p class=k", out);
    if (!elsewhere) {
        fputs(" id=", out);
        smtpspec_html_anchor(out, page->number, result->id);
    }
    smtpspec_html_facets(out, result);
    putc('>', out);
    smtpspec_html_outcome(out, result);
    if (elsewhere) {
        fputs(" <a href=\"#", out);
        smtpspec_html_anchor(out, page->number, result->id);
        fputs("\"><code>", out);
    } else {
        fputs(" <code>", out);
    }
    smtpspec_html_text(out, result->id);
    fputs(elsewhere ? "</code></a> " : "</code> ", out);
    smtpspec_html_text(out, result->title);
    if (result->reason != NULL && !elsewhere) {
        fputs(" <i>", out);
        smtpspec_html_text(out, result->reason);
        fputs("</i>", out);
    }
    fputs("</p>\n", out);
}

static void put_case(const struct smtpspec_html_page *page,
                     const struct smtpspec_result *result)
{
    enum smtpspec_html_kind kind = smtpspec_html_kind_of(result);

    if (kind == SMTPSPEC_HTML_PASSED && !page->brief &&
        result->transcript_count > 0)
        smtpspec_html_case(page, result, false);
    else
        put_row(page, result,
                kind != SMTPSPEC_HTML_PASSED && kind != SMTPSPEC_HTML_UNTESTED);
}

/* Cases of a large section, sorted by command, in a fold for each. */
static void put_by_command(const struct smtpspec_html_page *page,
                           const struct smtpspec_html_group *group)
{
    FILE *out = page->out;

    for (unsigned i = 0, next; i < group->count; i = next) {
        enum smtpspec_command command = group->cases[i]->command;
        struct smtpspec_html_group part = { group->cases + i, 0 };

        for (next = i; next < group->count &&
                       group->cases[next]->command == command;)
            next++;
        part.count = next - i;
        fprintf(out, "<details class=sub><summary>%s ",
                command != SMTPSPEC_COMMAND_UNSET
                    ? smtpspec_command_name(command)
                    : "not tested");
        put_outcomes(out, &part);
        fputs("</summary>\n", out);
        for (; i < next; i++)
            put_case(page, group->cases[i]);
        fputs("</details>\n", out);
    }
}

/* The title of an RFC, as far as it is one of our sources. */
static const char *title_of(unsigned rfc)
{
    char name[24];

    snprintf(name, sizeof(name), "rfc%u", rfc);
    for (unsigned source = 1; source <= UINT8_MAX; source++) {
        const char *known = smtpspec_source_name((uint8_t)source);

        if (strcmp(known, name) == 0)
            return smtpspec_source_title((uint8_t)source);
        if (known[0] == '?')
            break;
    }
    return "";
}

/* What the sections from here on belong to. */
static void put_text(FILE *out, unsigned rfc)
{
    fputs("<h4 class=text>", out);
    if (rfc != 0) {
        fprintf(out, "RFC %u <small>", rfc);
        smtpspec_html_text(out, title_of(rfc));
        fputs("</small>", out);
    } else {
        fputs("Elsewhere", out);
    }
    fputs("</h4>\n", out);
}

static void put_section(const struct smtpspec_html_page *page,
                        const struct smtpspec_html_group *group)
{
    FILE *out = page->out;
    struct smtpspec_html_section section;

    smtpspec_html_section_of(group->cases[0]->reference, &section);
    fputs("<details class=sec><summary>", out);
    if (section.rfc != 0)
        fputs("Section ", out);
    smtpspec_html_text(out, section.name[0] != '\0' ? section.name
                                                    : "no reference");
    putc(' ', out);
    put_outcomes(out, group);
    fputs("</summary>\n", out);
    if (group->count > SECTION_WHOLE)
        put_by_command(page, group);
    else
        for (unsigned i = 0; i < group->count; i++)
            put_case(page, group->cases[i]);
    fputs("</details>\n", out);
}

/* --- Not tested --------------------------------------------------------- */

static void put_reason(const struct smtpspec_html_page *page,
                       const struct smtpspec_html_group *group)
{
    FILE *out = page->out;
    const struct smtpspec_result *first = group->cases[0];
    const char *reason = first->reason != NULL ? first->reason : "no reason";
    const char *space = strchr(reason, ' ');

    if (space != NULL && strcmp(space, " not offered") == 0)
        reason = "the server does not offer what the case is about";
    else if (space != NULL && strcmp(space, " offered") == 0)
        reason = "the case is about a server that does not offer it";
    fputs("<details class=sub><summary>", out);
    smtpspec_html_outcome(out, first);
    fputs(" <b>", out);
    smtpspec_html_number(out, group->count);
    fputs("</b> ", out);
    smtpspec_html_text(out, reason);
    fputs("</summary><ul class=ids>\n", out);
    for (unsigned i = 0; i < group->count; i++) {
        fputs("<li><a href=\"#", out);
        smtpspec_html_anchor(out, page->number, group->cases[i]->id);
        fputs("\">", out);
        smtpspec_html_text(out, group->cases[i]->id);
        fputs("</a>", out);
        if (group->count > 1 && group->cases[i]->reason != NULL) {
            fputs(" <i>", out);
            smtpspec_html_text(out, group->cases[i]->reason);
            fputs("</i>", out);
        }
        fputs("</li>\n", out);
    }
    fputs("</ul></details>\n", out);
}

static void put_untested(const struct smtpspec_html_page *page)
{
    FILE *out = page->out;
    struct smtpspec_html_groups groups = smtpspec_html_by_cause(
        page->kept, page->target, SMTPSPEC_HTML_UNTESTED);

    if (groups.count == 0)
        return;
    fprintf(out, "<section id=t%u-untested><h3>Not tested <small>",
            page->number);
    smtpspec_html_number(out, groups.cases);
    fputs("</small></h3>\n", out);
    for (unsigned i = 0; i < groups.count; i++)
        put_reason(page, &groups.all[i]);
    fputs("</section>\n", out);
}

void smtpspec_html_cases(const struct smtpspec_html_page *page)
{
    FILE *out = page->out;
    struct smtpspec_html_groups groups =
        smtpspec_html_by_section(page->kept, page->target);

    put_untested(page);
    if (groups.count == 0)
        return;
    fprintf(out, "<section id=t%u-cases><h3>Cases by section <small>",
            page->number);
    smtpspec_html_number(out, groups.cases);
    fputs("</small></h3>\n", out);
    for (unsigned i = 0; i < groups.count; i++) {
        struct smtpspec_html_section section, before = { UINT_MAX, "" };

        smtpspec_html_section_of(groups.all[i].cases[0]->reference, &section);
        if (i > 0)
            smtpspec_html_section_of(groups.all[i - 1].cases[0]->reference,
                                     &before);
        if (section.rfc != before.rfc)
            put_text(out, section.rfc);
        put_section(page, &groups.all[i]);
    }
    fputs("</section>\n", out);
}
