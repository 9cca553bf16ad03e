/* SPDX-License-Identifier: MIT */
/*
 * html.c - the report as a page: one file that needs nothing else
 *
 * For each target the verdict first, then the findings, then all cases. All
 * is there and can be read without the script, which adds filters, a search,
 * and short ways to get about.
 */
#include "report/html.h"

#include <inttypes.h>
#include <string.h>

#include "report/report.h"

/* Of more cases those that passed show no dialogue, so that the page opens at
 * once: the JSON report keeps them. */
#define CASES_WHOLE 4000

struct smtpspec_report {
    struct smtpspec_report_base base;
    struct smtpspec_html_kept kept;
};

static void html_init(struct smtpspec_report *report)
{
    smtpspec_html_keep_init(&report->kept);
}

static void html_begin(struct smtpspec_report *report,
                       const struct smtpspec_run_facts *facts)
{
    smtpspec_html_keep_run(&report->kept, facts);
}

static void html_target_begin(struct smtpspec_report *report)
{
    smtpspec_html_keep_target(&report->kept, report->base.name);
}

static void html_result(struct smtpspec_report *report,
                        const struct smtpspec_result *result)
{
    smtpspec_html_keep_result(&report->kept, result);
}

static void html_target_end(struct smtpspec_report *report,
                            const struct smtpspec_target_facts *facts)
{
    smtpspec_html_keep_facts(&report->kept, facts);
}

/* --- The page ----------------------------------------------------------- */

static void put_lines(FILE *out, const char *const *lines)
{
    for (; *lines != NULL; lines++)
        fputs(*lines, out);
}

static void put_head(const struct smtpspec_report *report)
{
    FILE *out = report->base.file;

    fprintf(out,
            "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
            "<meta http-equiv=Content-Security-Policy content=\""
            "default-src 'none'; style-src '%s'; script-src '%s'; "
            "img-src data:; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'\">\n"
            "<meta name=viewport content=\"width=device-width, "
            "initial-scale=1\">\n<meta name=referrer content=no-referrer>\n"
            "<meta name=color-scheme content=\"light dark\">\n"
            "<link rel=icon href=\"data:,\">\n<title>",
            smtpspec_page_css_hash, smtpspec_page_js_hash);
    if (report->kept.count == 1)
        smtpspec_html_text(out, report->kept.targets[0].name);
    else
        smtpspec_html_count(out, report->kept.count, "target", "targets");
    fputs(" - smtpspec report</title>\n<style>", out);
    put_lines(out, smtpspec_page_css);
    fputs("</style>\n</head>\n<body>\n", out);
}

/* What the script makes work. */
static void put_tools(FILE *out)
{
    static const char *const facets[] = { "level", "command", "layer",
                                          "security" };

    fputs("<form class=tools role=search hidden>\n<label class=find>"
          "<span>Search</span><input type=search name=q "
          "placeholder=\"case, rule, reply\" "
          "autocomplete=off spellcheck=false></label>\n"
          "<fieldset class=outcomes><legend>Outcome</legend></fieldset>\n",
          out);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(facets); i++)
        fprintf(out, "<label><span>%s</span><select name=%s>"
                "<option value=\"\">%s</option></select></label>\n",
                facets[i], facets[i], facets[i]);
    fputs("<button type=reset>Clear</button>\n"
          "<output aria-live=polite></output>\n</form>\n", out);
}

/* "2026-01-01T00:00:00Z" as people write it; anything else, which a report of
 * others may hold, as it is. */
static void put_moment(FILE *out, const char *moment)
{
    char text[32];

    if (strlen(moment) == strlen("2026-01-01T00:00:00Z") && moment[10] == 'T')
        snprintf(text, sizeof(text), "%.10s %.5s UTC", moment, moment + 11);
    else
        snprintf(text, sizeof(text), "%s", moment);
    fputs("<time datetime=\"", out);
    smtpspec_html_text(out, moment);
    fputs("\">", out);
    smtpspec_html_text(out, text);
    fputs("</time>", out);
}

static void put_top(const struct smtpspec_report *report)
{
    FILE *out = report->base.file;
    const struct smtpspec_run_facts *run = &report->kept.run;

    fputs("<a class=jump href=\"#main\">To the report</a>\n"
          "<header class=top><h1>smtpspec <small>conformance report</small>"
          "</h1>\n<p>profile ", out);
    smtpspec_html_text(out, run->profile);
    fputs(" &middot; ", out);
    put_moment(out, run->started);
    fputs(" &middot; ", out);
    smtpspec_html_time(out, run->elapsed_ms);
    fputs("</p>\n<p class=buttons hidden></p></header>\n", out);
}

static bool are_many(const struct smtpspec_report *report)
{
    return report->kept.count > SMTPSPEC_HTML_COLUMNS_LIMIT;
}

/* What all targets come to, where there are several. */
static void put_sum(const struct smtpspec_report *report)
{
    FILE *out = report->base.file;
    unsigned found = 0, untested = 0;

    for (unsigned i = 0; i < report->kept.count; i++) {
        const struct smtpspec_target_facts *facts =
            &report->kept.targets[i].facts;
        unsigned bad = facts->summary.count[SMTPSPEC_OUTCOME_FAIL] +
                       facts->summary.count[SMTPSPEC_OUTCOME_WARN];

        untested += facts->trouble != NULL;
        found += facts->trouble == NULL &&
                 bad > facts->summary.expected_failures;
    }
    fputs("<header class=sum><h2>", out);
    smtpspec_html_count(out, report->kept.count, "server", "servers");
    fputs(", ", out);
    if (found > 0)
        smtpspec_html_small(out, found);
    fputs(found > 0 ? " with findings" : "none with findings that are new",
          out);
    if (untested > 0) {
        fputs(", ", out);
        smtpspec_html_small(out, untested);
        fputs(" not tested", out);
    }
    fputs("</h2>\n", out);
    if (report->kept.left_out || are_many(report))
        fputs("<p>Cases that passed, or could not be tested, are more than a "
              "page can hold: the JSON Lines report has them.</p>\n", out);
    fputs("<ol class=servers>\n", out);
    for (unsigned i = 0; i < report->kept.count && !are_many(report); i++) {
        fprintf(out, "<li><a href=\"#t%u\">", i);
        smtpspec_html_text(out, report->kept.targets[i].name);
        fputs("</a></li>\n", out);
    }
    fputs("</ol></header>\n", out);
}

static void put_beside(struct smtpspec_report *report)
{
    if (are_many(report))
        smtpspec_html_servers(report->base.file, &report->kept);
    else
        smtpspec_html_matrix(report->base.file, &report->kept);
}

/* Judged offline, or not at all, a target may have gone nowhere. */
static bool has_machine(const struct smtpspec_html_target *target)
{
    return target->facts.transition_count > 0 || target->facts.learnt != NULL;
}

/* Of those that do not follow from its cases. */
static bool has_part(const struct smtpspec_html_target *target, const char *id)
{
    if (strcmp(id, "learnt") == 0)
        return target->facts.learnt != NULL;
    return strcmp(id, "machine") != 0 || target->facts.transition_count > 0;
}

/* A way to the parts, where they have many cases between them. */
static void put_contents(const struct smtpspec_html_page *page)
{
    static const struct {
        const char *id, *text;
        unsigned kinds;        /* one case of any; 0: always                 */
    } parts[] = {
        { "findings", "Findings", SMTPSPEC_BIT(SMTPSPEC_HTML_FINDING) },
        { "known", "Known", SMTPSPEC_BIT(SMTPSPEC_HTML_KNOWN) },
        { "notes", "Notes", SMTPSPEC_BIT(SMTPSPEC_HTML_NOTE) },
        { "learnt", "Its own machine", 0 },
        { "machine", "State machine", 0 },
        { "untested", "Not tested", SMTPSPEC_BIT(SMTPSPEC_HTML_UNTESTED) },
        { "cases", "All cases by section", 0 },
    };
    const struct smtpspec_html_target *target = page->target;
    unsigned kinds = 0;

    for (unsigned i = 0; i < target->count; i++)
        kinds |= SMTPSPEC_BIT(smtpspec_html_kind_of(&target->cases[i]));
    if (kinds == 0 || !has_machine(target))
        return;
    fputs("<nav class=contents aria-label=Contents><ul>", page->out);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(parts); i++)
        if (has_part(target, parts[i].id) &&
            (parts[i].kinds == 0 || (kinds & parts[i].kinds) != 0))
            fprintf(page->out, "<li><a href=\"#t%u-%s\">%s</a></li>",
                    page->number, parts[i].id, parts[i].text);
    fputs("</ul></nav>\n", page->out);
}

static void put_target(struct smtpspec_report *report, unsigned number,
                       bool brief)
{
    FILE *out = report->base.file;
    struct smtpspec_html_page page = {
        .out = out, .kept = &report->kept, .number = number, .brief = brief,
        .fleet = are_many(report), .target = &report->kept.targets[number],
    };
    bool several = report->kept.count > 1;

    fprintf(out, "<section class=target id=t%u "
            "aria-labelledby=\"t%u-name t%u-verdict\">\n", number, number,
            number);
    smtpspec_html_verdict(&page);
    fputs(several ? "<details class=all><summary>Numbers, findings and cases"
                    "</summary>\n"
                  : "", out);
    smtpspec_html_numbers(&page);
    if (!several) {
        put_contents(&page);
        put_tools(out);
    }
    smtpspec_html_findings(&page);
    if (!page.fleet) {
        smtpspec_html_learnt(&page);
        smtpspec_html_machine(&page);
        smtpspec_html_cases(&page);
    }
    fputs(several ? "</details></section>\n" : "</section>\n", out);
}

static void put_foot(const struct smtpspec_report *report)
{
    FILE *out = report->base.file;

    fputs("<footer><p>Made by smtpspec ", out);
    smtpspec_html_text(out, report->kept.run.version);
    fprintf(out, ", seed %" PRIu64 ". A case that passed shows its last "
            "exchange; the JSON report keeps all octets.</p></footer>\n"
            "<script>", report->kept.run.seed);
    put_lines(out, smtpspec_page_js);
    fputs("</script>\n</body>\n</html>\n", out);
}

static void put_page(struct smtpspec_report *report)
{
    unsigned cases = 0;

    for (unsigned i = 0; i < report->kept.count; i++)
        cases += report->kept.targets[i].count;
    put_head(report);
    put_top(report);
    fputs("<main id=main>\n", report->base.file);
    if (report->kept.count != 1) {
        put_sum(report);
        if (report->kept.count > 1)
            put_beside(report);
        put_tools(report->base.file);
    }
    for (unsigned i = 0; i < report->kept.count; i++)
        put_target(report, i, cases > CASES_WHOLE);
    fputs("</main>\n", report->base.file);
    put_foot(report);
}

static void html_end(struct smtpspec_report *report,
                     const struct smtpspec_run_facts *facts)
{
    smtpspec_html_keep_run(&report->kept, facts);
    put_page(report);
    if (report->kept.no_memory || report->kept.intern.no_memory)
        report->base.no_memory = true;
}

static void html_free(struct smtpspec_report *report)
{
    smtpspec_html_keep_free(&report->kept);
}

const struct smtpspec_report_writer smtpspec_report_html = {
    .name = "html",
    .size = sizeof(struct smtpspec_report),
    .init = html_init,
    .begin = html_begin,
    .target_begin = html_target_begin,
    .result = html_result,
    .target_end = html_target_end,
    .end = html_end,
    .free = html_free,
};
