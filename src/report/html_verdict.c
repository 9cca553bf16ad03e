/* SPDX-License-Identifier: MIT */
/*
 * html_verdict.c - what a target comes to, and what it says of itself
 */
#include "report/html.h"

#include <string.h>

#include <smtpspec/judge.h>

#include "report/causes.h"
#include "report/closing.h"
#include "report/finding.h"

/* Causes that are named beside the verdict. */
#define CAUSES_NAMED 3
/* Of a reply beside its cause. */
#define OBSERVED_SHOWN 80

/* --- The sentence ------------------------------------------------------- */

static void put_sentence(FILE *out, const struct smtpspec_html_target *target,
                         const struct smtpspec_html_groups *findings)
{
    if (target->facts.trouble != NULL) {
        fputs("Could not be tested", out);
    } else if (findings->cases > 0) {
        smtpspec_html_count(out, findings->cases, "finding", "findings");
        fputs(", ", out);
        smtpspec_html_small(out, findings->count);
        fputs(findings->count == 1 ? " cause" : " causes", out);
    } else {
        fputs(target->facts.summary.count[SMTPSPEC_OUTCOME_PASS] > 0
                  ? "No findings" : "Nothing was tested", out);
    }
}

/* "fail", "warn", "pass", or "error" where there is nothing to judge. */
static const char *tone_of(const struct smtpspec_html_target *target,
                           const struct smtpspec_html_groups *findings)
{
    if (target->facts.trouble != NULL)
        return "error";
    if (findings->count > 0)
        return smtpspec_outcome_name(findings->all[0].cases[0]->outcome);
    return target->facts.summary.count[SMTPSPEC_OUTCOME_PASS] > 0 ? "pass"
                                                                  : "skip";
}

/* `letter`: r of a finding, n of a note. */
static void put_cause(const struct smtpspec_html_page *page, char letter,
                      unsigned number,
                      const struct smtpspec_html_group *group)
{
    FILE *out = page->out;
    const struct smtpspec_result *first = group->cases[0];

    fputs("<li><b>", out);
    smtpspec_html_number(out, group->count);
    fprintf(out, "</b> <p><a href=\"#t%u-%c%u\">", page->number, letter,
            number);
    smtpspec_html_text(out, smtpspec_cause_sentence(first));
    fputs("</a>", out);
    if (first->security == SMTPSPEC_SECURITY_EXPLOITABLE)
        fputs(" <strong>exploitable</strong>", out);
    if (letter == 'n')
        fputs(" <small>a note</small>", out);
    if (first->observed != NULL) {
        fputs(" <span>", out);
        if (first->expected != NULL) {
            fputs("expected <code>", out);
            smtpspec_html_text(out, first->expected);
            fputs("</code>, ", out);
        }
        fputs("observed <code>", out);
        smtpspec_html_first_line(out, first->observed, OBSERVED_SHOWN);
        fputs("</code></span>", out);
    }
    fputs("</p></li>\n", out);
}

/* What weighs most, and whatever a stranger can use, be it but a note. */
static void put_causes(const struct smtpspec_html_page *page,
                       const struct smtpspec_html_groups *findings)
{
    FILE *out = page->out;
    struct smtpspec_html_groups notes = smtpspec_html_by_cause(
        page->kept, page->target, SMTPSPEC_HTML_NOTE);

    /* Groups are in the order of what weighs most. */
    if (findings->count == 0 &&
        (notes.count == 0 || !smtpspec_html_is_exploitable(&notes.all[0])))
        return;
    fputs("<ol class=causes>\n", out);
    for (unsigned i = 0; i < findings->count; i++)
        if (i < CAUSES_NAMED || smtpspec_html_is_exploitable(&findings->all[i]))
            put_cause(page, 'r', i, &findings->all[i]);
    for (unsigned i = 0; i < notes.count; i++)
        if (smtpspec_html_is_exploitable(&notes.all[i]))
            put_cause(page, 'n', i, &notes.all[i]);
    fputs("</ol>\n", out);
    if (findings->count > CAUSES_NAMED)
        fprintf(out, "<p><a href=\"#t%u-findings\">all %u</a></p>\n",
                page->number, findings->count);
}

static void put_trouble(FILE *out, const char *trouble)
{
    const char *likely, *remedy = smtpspec_closing_remedy(trouble, &likely);

    smtpspec_html_text(out, trouble);
    fputs(". ", out);
    if (likely == NULL) {
        fprintf(out, "%c%s.", remedy[0] - 'a' + 'A', remedy + 1);
        return;
    }
    fputs("Likely: ", out);
    smtpspec_html_text(out, likely);
    fputs(". ", out);
    smtpspec_html_text(out, remedy);
}

/* Where nothing was found: how much that says. */
static void put_calm(FILE *out, const struct smtpspec_target_facts *facts)
{
    const unsigned *count = facts->summary.count;
    unsigned untested = count[SMTPSPEC_OUTCOME_SKIP] +
                        count[SMTPSPEC_OUTCOME_BLOCKED] +
                        count[SMTPSPEC_OUTCOME_THROTTLED] +
                        count[SMTPSPEC_OUTCOME_ERROR];

    fputs("<p>", out);
    if (facts->trouble != NULL) {
        put_trouble(out, facts->trouble);
    } else {
        smtpspec_html_count(out, count[SMTPSPEC_OUTCOME_PASS], "case passed",
                            "cases passed");
        if (facts->summary.expected_failures > 0) {
            fputs(", ", out);
            smtpspec_html_count(out, facts->summary.expected_failures,
                                "finding is known", "findings are known");
        }
        fputs("; ", out);
        smtpspec_html_count(out, untested, "was not tested.",
                            "were not tested.");
    }
    fputs("</p>\n", out);
}

/* --- The numbers -------------------------------------------------------- */

static const enum smtpspec_outcome order[] = {
    SMTPSPEC_OUTCOME_PASS,    SMTPSPEC_OUTCOME_FAIL,
    SMTPSPEC_OUTCOME_WARN,    SMTPSPEC_OUTCOME_ERROR,
    SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_OUTCOME_THROTTLED,
    SMTPSPEC_OUTCOME_SKIP,
};

static const char *word_of(enum smtpspec_outcome outcome)
{
    static const char *const words[SMTPSPEC_OUTCOME_COUNT] = {
        [SMTPSPEC_OUTCOME_PASS] = "passed",
        [SMTPSPEC_OUTCOME_FAIL] = "failed",
        [SMTPSPEC_OUTCOME_WARN] = "warned",
        [SMTPSPEC_OUTCOME_ERROR] = "in error",
        [SMTPSPEC_OUTCOME_BLOCKED] = "blocked",
        [SMTPSPEC_OUTCOME_THROTTLED] = "throttled",
        [SMTPSPEC_OUTCOME_SKIP] = "not tested",
    };

    return words[outcome];
}

/* The outcomes as one bar, in shares of 1000. */
static void put_bar(FILE *out, const struct smtpspec_summary *summary)
{
    unsigned long all = 0, at = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++)
        all += summary->count[order[i]];
    if (all == 0)
        return;
    fputs("<svg class=bar viewBox=\"0 0 1000 10\" preserveAspectRatio=none "
          "aria-hidden=true>", out);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++) {
        unsigned long count = summary->count[order[i]];
        unsigned long width = count * 1000 / all;

        /* One failure of a thousand shall be seen. */
        if (count > 0 && width < 8)
            width = 8;
        if (count > 0)
            fprintf(out, "<rect class=%s x=%lu width=%lu height=10 />",
                    smtpspec_outcome_name(order[i]), at, width);
        at += width;
    }
    fputs("</svg>\n", out);
}

/* Cases that show what somebody can make use of, but for what is known. */
static void put_exploitable(const struct smtpspec_html_page *page)
{
    FILE *out = page->out;
    unsigned count = 0;

    for (unsigned i = 0; i < page->target->count; i++)
        count += page->target->cases[i].security ==
                     SMTPSPEC_SECURITY_EXPLOITABLE &&
                 !page->target->cases[i].expected_failure;
    if (count == 0)
        return;
    fprintf(out, "<li class=fail><a href=\"#t%u%s\" "
            "data-s=exploitable><b>", page->number,
            page->fleet ? "" : "-cases");
    smtpspec_html_number(out, count);
    fputs("</b> exploitable</a></li>\n", out);
}

static void put_tiles(const struct smtpspec_html_page *page)
{
    FILE *out = page->out;
    const struct smtpspec_target_facts *facts = &page->target->facts;

    fputs("<ul class=tiles>\n", out);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++) {
        unsigned count = facts->summary.count[order[i]];
        const char *name = smtpspec_outcome_name(order[i]);

        if (count == 0 && order[i] != SMTPSPEC_OUTCOME_PASS &&
            order[i] != SMTPSPEC_OUTCOME_FAIL)
            continue;
        fprintf(out, "<li class=%s><a href=\"#t%u%s\" data-o=%s><b>",
                count > 0 ? name : "zero", page->number,
                page->fleet ? "" : "-cases", name);
        smtpspec_html_number(out, count);
        fprintf(out, "</b> %s</a></li>\n", word_of(order[i]));
    }
    put_exploitable(page);
    if (facts->cells > 0) {
        fputs("<li><b>", out);
        smtpspec_html_number(out,
                             (uint64_t)facts->exercised * 100 / facts->cells);
        fprintf(out, "&nbsp;%%</b> of %u rules tried</li>\n", facts->cells);
    }
    fputs("</ul>\n", out);
}

/* --- What it says of itself --------------------------------------------- */

static bool is_listed(const char *const *list, unsigned count,
                      const char *text)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

/* A list of EHLO as chips; those that `but` has, too, only where `all`. */
static void put_list(FILE *out, const char *name, const char *const *list,
                     unsigned count, const char *const *but,
                     unsigned but_count)
{
    unsigned shown = 0;

    if (list == NULL)
        return;
    fprintf(out, "<div><dt>%s</dt><dd>", name);
    for (unsigned i = 0; i < count; i++) {
        if (is_listed(but, but_count, list[i]))
            continue;
        fputs("<code>", out);
        smtpspec_html_text(out, list[i]);
        fputs("</code> ", out);
        shown++;
    }
    for (unsigned i = 0; i < but_count; i++) {
        if (is_listed(list, count, but[i]))
            continue;
        fputs("<del>", out);
        smtpspec_html_text(out, but[i]);
        fputs("</del> ", out);
        shown++;
    }
    fputs(shown > 0 ? "" : but_count > 0 ? "the same" : "nothing", out);
    fputs("</dd></div>\n", out);
}

static void put_tls(FILE *out, const struct smtpspec_target_facts *facts)
{
    if (facts->tls_version == NULL)
        return;
    fputs("<div><dt>TLS</dt><dd>", out);
    smtpspec_html_text(out, facts->tls_version);
    fputs(", ", out);
    smtpspec_html_text(out, facts->tls_cipher);
    if (facts->tls_certificate != NULL && facts->tls_certificate[0] != '\0') {
        fputs("; certificate ", out);
        smtpspec_html_text(out, facts->tls_certificate);
    }
    fputs("</dd></div>\n", out);
}

static void put_self(FILE *out, const struct smtpspec_target_facts *facts)
{
    fputs("<dl class=facts>\n", out);
    if (facts->greeting != NULL) {
        fputs("<div><dt>greeting</dt><dd><code>", out);
        smtpspec_html_text(out, facts->greeting);
        fputs("</code></dd></div>\n", out);
    }
    put_list(out, "offers", facts->extensions, facts->extension_count, NULL,
             0);
    put_list(out, "inside TLS", facts->extensions_tls,
             facts->extension_tls_count, facts->extensions,
             facts->extension_count);
    put_list(out, "logged in", facts->extensions_login,
             facts->extension_login_count, facts->extensions,
             facts->extension_count);
    put_tls(out, facts);
    if (facts->connections > 0) {
        fputs("<div><dt>was sent</dt><dd>", out);
        smtpspec_html_count(out, facts->commands, "command", "commands");
        fputs(" on ", out);
        smtpspec_html_count(out, facts->connections, "connection",
                            "connections");
        fputs("</dd></div>\n", out);
    }
    fputs("</dl>\n", out);
}

void smtpspec_html_verdict(const struct smtpspec_html_page *page)
{
    FILE *out = page->out;
    const struct smtpspec_html_target *target = page->target;
    struct smtpspec_html_groups findings = smtpspec_html_by_cause(
        page->kept, target, SMTPSPEC_HTML_FINDING);

    fprintf(out, "<header class=\"verdict %s\"><p class=name id=t%u-name>",
            tone_of(target, &findings), page->number);
    smtpspec_html_text(out, target->name);
    fprintf(out, "</p>\n<h2 id=t%u-verdict>", page->number);
    put_sentence(out, target, &findings);
    fputs("</h2>\n", out);
    if (findings.count == 0)
        put_calm(out, &target->facts);
    put_causes(page, &findings);
    fputs("</header>\n", out);
    put_bar(out, &target->facts.summary);
}

void smtpspec_html_numbers(const struct smtpspec_html_page *page)
{
    if (page->target->facts.trouble == NULL)
        put_tiles(page);
    put_self(page->out, &page->target->facts);
}
