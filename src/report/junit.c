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
#include <stdlib.h>
#include <string.h>

#include "report/particulars.h"

#define MESSAGE_ROOM 1500

struct smtpspec_report {
    FILE *file;
    struct smtpspec_run_facts run;
    char *name;         /* of this target                                    */
    FILE *cases;        /* of it, so far                                     */
    char *text;
    size_t length;
    unsigned tests, failures, errors, skipped;
    uint64_t ms;
    bool warn_fails, no_memory;
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
    FILE *out = report->cases;
    const char *name = report->name != NULL ? report->name : "";

    fputs("    <testcase", out);
    put_attribute(out, "name", id);
    fputs(" classname=\"", out);
    put_text(out, name);
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
    FILE *out = report->cases;
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
        smtpspec_standing_of(result, report->warn_fails);

    if (report->cases == NULL)
        return;
    count(report, standing);
    open_case(report, result->id, result->ms);
    report->ms += result->ms;
    if (standing == SMTPSPEC_STANDING_PASSES && result->rule == NULL)
        fputs("/>\n", report->cases);
    else
        put_case(report, standing, result);
}

/* --- Targets ------------------------------------------------------------ */

static void clear_target(struct smtpspec_report *report)
{
    if (report->cases != NULL)
        fclose(report->cases);
    free(report->text);
    free(report->name);
    report->cases = NULL;
    report->text = report->name = NULL;
    report->length = 0;
    report->tests = report->failures = report->errors = report->skipped = 0;
    report->ms = 0;
}

static struct smtpspec_report *
junit_open(const struct smtpspec_report_options *options)
{
    struct smtpspec_report *report = calloc(1, sizeof(*report));

    if (report == NULL)
        return NULL;
    report->file = options->file;
    report->warn_fails = options->warn_fails;
    return report;
}

static void junit_begin(struct smtpspec_report *report,
                        const struct smtpspec_run_facts *facts)
{
    FILE *out = report->file;

    report->run = *facts;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    put_attribute(out, "name", "smtpspec");
    fputs(">\n", out);
}

static void junit_target_begin(struct smtpspec_report *report,
                               const char *name)
{
    clear_target(report);
    report->name = strdup(name);
    report->cases = open_memstream(&report->text, &report->length);
    if (report->name == NULL || report->cases == NULL)
        report->no_memory = true;
}

/* A server that could not be tested is no success. */
static void put_untested(struct smtpspec_report *report,
                         const struct smtpspec_target_facts *facts)
{
    bool heard = smtpspec_summary_is_heard(&facts->summary);

    if (report->cases == NULL || (facts->trouble == NULL && heard))
        return;
    open_case(report, "target.tested", 0);
    fputs(">\n      <error type=\"untested\"", report->cases);
    put_attribute(report->cases, "message",
                  facts->trouble != NULL ? facts->trouble
                                         : "it turned every case away");
    fputs("/>\n    </testcase>\n", report->cases);
    report->errors++;
}

static void put_suite_head(struct smtpspec_report *report)
{
    FILE *out = report->file;

    fputs("  <testsuite", out);
    put_attribute(out, "name", report->name);
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
    FILE *out = report->file;

    put_untested(report, facts);
    if (report->cases == NULL || fclose(report->cases) != 0)
        report->no_memory = true;
    report->cases = NULL;
    put_suite_head(report);
    fputs("    <properties>\n", out);
    put_property(out, "smtpspec", report->run.version);
    put_property(out, "profile", report->run.profile);
    put_property(out, "greeting", facts->greeting);
    fputs("    </properties>\n", out);
    fwrite(report->text != NULL ? report->text : "", 1, report->length, out);
    fputs("  </testsuite>\n", out);
    clear_target(report);
}

static void junit_discard(struct smtpspec_report *report)
{
    clear_target(report);
    free(report);
}

static enum smtpspec_error junit_end(struct smtpspec_report *report,
                                     const struct smtpspec_run_facts *facts)
{
    FILE *out = report->file;
    enum smtpspec_error error;

    (void)facts;
    fputs("</testsuites>\n", out);
    error = smtpspec_report_flush(out, report->no_memory);
    junit_discard(report);
    return error;
}

const struct smtpspec_report_writer smtpspec_report_junit = {
    .name = "junit",
    .open = junit_open,
    .begin = junit_begin,
    .target_begin = junit_target_begin,
    .result = junit_result,
    .target_end = junit_target_end,
    .end = junit_end,
    .discard = junit_discard,
};
