/* SPDX-License-Identifier: MIT */
/*
 * junit.c - the report as JUnit XML, which CI servers show; junit.xsd
 *
 * A target is a testsuite, a case a testcase: named by its id, of the class
 * TARGET.TOPIC, so that a server of CI knows the same case again in the next
 * run. What is known of a failure is its text. What was left out is skipped,
 * and so is what the baseline knew. A target goes out as a whole when it ends,
 * for its counts stand first. All is printable ASCII, so &, <, > and " are all
 * that has to be escaped, and no XML library is needed.
 */
#include "report/report.h"

#include <inttypes.h>

#include "report/particulars.h"

#define MESSAGE_ROOM 1500

struct smtpspec_report {
    struct smtpspec_report_base base;
    struct smtpspec_run_facts run;
    struct smtpspec_report_part cases; /* of this target, so far             */
    unsigned tests, failures, errors, skipped;
    uint64_t ms;
};

/* --- XML ---------------------------------------------------------------- */

static void put_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char octet = (unsigned char)*text;

        if (octet == '&')
            fputs("&amp;", out);
        else if (octet == '<')
            fputs("&lt;", out);
        else if (octet == '>')
            fputs("&gt;", out);
        else if (octet == '"')
            fputs("&quot;", out);
        else if (octet < 0x20 || octet > 0x7e)
            fprintf(out, "\\x%02x", octet);
        else
            putc(octet, out);
    }
}

static void put_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    put_text(out, value != NULL ? value : "");
    putc('"', out);
}

static void put_seconds(FILE *out, uint64_t ms)
{
    fprintf(out, " time=\"%" PRIu64 ".%03u\"", ms / 1000,
            (unsigned)(ms % 1000));
}

static void put_property(FILE *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    fputs("      <property", out);
    put_attribute(out, "name", name);
    put_attribute(out, "value", value);
    fputs("/>\n", out);
}

/* --- Cases -------------------------------------------------------------- */

static void put_line(void *context, const char *line)
{
    FILE *out = context;

    put_text(out, line);
    putc('\n', out);
}

/* All that is known, as text. */
static void put_all(FILE *out, const struct smtpspec_result *result)
{
    struct smtpspec_particulars all;

    smtpspec_particulars_of(result, &all);
    for (unsigned i = 0; i < all.count; i++) {
        fprintf(out, "%-12s ", all.list[i].name);
        put_text(out, all.list[i].value);
        putc('\n', out);
    }
    if (result->transcript_count > 0)
        putc('\n', out);
    smtpspec_particulars_dialogue(result, put_line, out);
}

/* <failure type="rule" message="...">all of it</failure> */
static void put_fault(FILE *out, const char *element, const char *type,
                      const struct smtpspec_result *result,
                      const char *message)
{
    fprintf(out, "      <%s", element);
    put_attribute(out, "type", type);
    put_attribute(out, "message", message);
    putc('>', out);
    put_all(out, result);
    fprintf(out, "</%s>\n", element);
}

static void put_skipped(FILE *out, const char *reason)
{
    fputs("      <skipped", out);
    put_attribute(out, "message", reason);
    fputs("/>\n", out);
}

static void put_output(FILE *out, const struct smtpspec_result *result)
{
    fputs("      <system-out>", out);
    put_all(out, result);
    fputs("</system-out>\n", out);
}

/* The class: TARGET.TOPIC, the topic being the first word of the id. */
static void open_case(struct smtpspec_report *report, const char *id,
                      uint64_t ms)
{
    FILE *out = report->cases.out;

    fputs("    <testcase", out);
    put_attribute(out, "name", id);
    fputs(" classname=\"", out);
    put_text(out, report->base.name);
    putc('.', out);
    for (const char *at = id; *at != '\0' && *at != '.'; at++) {
        const char one[2] = { *at, '\0' };

        put_text(out, one);
    }
    putc('"', out);
    put_seconds(out, ms);
    report->tests++;
}

static void count(struct smtpspec_report *report,
                  enum smtpspec_standing standing)
{
    report->failures += standing == SMTPSPEC_STANDING_FAILS;
    report->errors += standing == SMTPSPEC_STANDING_BROKEN;
    report->skipped += standing == SMTPSPEC_STANDING_KNOWN ||
                       standing == SMTPSPEC_STANDING_LEFT;
}

static void put_case(struct smtpspec_report *report,
                     enum smtpspec_standing standing,
                     const struct smtpspec_result *result)
{
    FILE *out = report->cases.out;
    const char *reason = smtpspec_standing_reason(result);
    char message[MESSAGE_ROOM];

    fputs(">\n", out);
    smtpspec_particulars_message(result, message, sizeof(message));
    if (standing == SMTPSPEC_STANDING_FAILS)
        put_fault(out, "failure",
                  result->rule != NULL ? result->rule : "baseline", result,
                  result->rule != NULL ? message : reason);
    else if (standing == SMTPSPEC_STANDING_BROKEN)
        put_fault(out, "error", "error", result, message);
    else if (standing != SMTPSPEC_STANDING_PASSES)
        put_skipped(out, reason);
    if (result->rule != NULL && standing != SMTPSPEC_STANDING_FAILS)
        put_output(out, result);
    fputs("    </testcase>\n", out);
}

static void junit_result(struct smtpspec_report *report,
                         const struct smtpspec_result *result)
{
    enum smtpspec_standing standing =
        smtpspec_standing_of(result, report->base.options.warn_fails);

    if (report->cases.out == NULL)
        return;
    count(report, standing);
    open_case(report, result->id, result->ms);
    report->ms += result->ms;
    if (standing == SMTPSPEC_STANDING_PASSES && result->rule == NULL)
        fputs("/>\n", report->cases.out);
    else
        put_case(report, standing, result);
}

/* --- Targets ------------------------------------------------------------ */

static void junit_begin(struct smtpspec_report *report,
                        const struct smtpspec_run_facts *facts)
{
    FILE *out = report->base.file;

    report->run = *facts;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    put_attribute(out, "name", "smtpspec");
    fputs(">\n", out);
}

static void junit_target_begin(struct smtpspec_report *report)
{
    report->tests = report->failures = report->errors = report->skipped = 0;
    report->ms = 0;
    if (!smtpspec_report_part_open(&report->cases))
        report->base.no_memory = true;
}

/* A server that could not be tested is no success. */
static void put_untested(struct smtpspec_report *report,
                         const struct smtpspec_target_facts *facts)
{
    const char *why = smtpspec_report_untested(facts);
    FILE *out = report->cases.out;

    if (out == NULL || why == NULL)
        return;
    open_case(report, "target.tested", 0);
    fputs(">\n      <error type=\"untested\"", out);
    put_attribute(out, "message", why);
    fputs("/>\n    </testcase>\n", out);
    report->errors++;
}

static void put_suite_head(struct smtpspec_report *report)
{
    FILE *out = report->base.file;

    fputs("  <testsuite", out);
    put_attribute(out, "name", report->base.name);
    fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"",
            report->tests, report->failures, report->errors, report->skipped);
    put_seconds(out, report->ms);
    /* The time without its zone, which is UTC: as the first of all writers of
     * this format had it, and readers want it. */
    fprintf(out, " timestamp=\"%.19s\">\n", report->run.started);
}

static void junit_target_end(struct smtpspec_report *report,
                             const struct smtpspec_target_facts *facts)
{
    FILE *out = report->base.file;

    put_untested(report, facts);
    put_suite_head(report);
    fputs("    <properties>\n", out);
    put_property(out, "smtpspec", report->run.version);
    put_property(out, "profile", report->run.profile);
    put_property(out, "greeting", facts->greeting);
    fputs("    </properties>\n", out);
    if (!smtpspec_report_part_write(&report->cases, out))
        report->base.no_memory = true;
    fputs("  </testsuite>\n", out);
}

static void junit_end(struct smtpspec_report *report,
                      const struct smtpspec_run_facts *facts)
{
    (void)facts;
    fputs("</testsuites>\n", report->base.file);
}

static void junit_free(struct smtpspec_report *report)
{
    smtpspec_report_part_free(&report->cases);
}

const struct smtpspec_report_writer smtpspec_report_junit = {
    .name = "junit",
    .size = sizeof(struct smtpspec_report),
    .begin = junit_begin,
    .target_begin = junit_target_begin,
    .result = junit_result,
    .target_end = junit_target_end,
    .end = junit_end,
    .free = junit_free,
};
