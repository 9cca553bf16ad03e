/* SPDX-License-Identifier: MIT */
/*
 * json.c - the report for programs; report.schema.json says what is in it
 *
 * One case is one line, written to memory as it comes, and a target goes out
 * as a whole when it ends: its summary stands before its cases and is known
 * after them. json_members.c has the members.
 */
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_members.h"
#include "report/json_text.h"

struct smtpspec_report {
    struct smtpspec_report_options options;
    FILE *cases;        /* of this target, so far                            */
    char *text;
    size_t length;
    char *name;
    unsigned case_count, targets;
    bool no_memory;
};

/* Write a value, on one line, and drop it. */
static void dump(struct smtpspec_report *report, json_t *value, FILE *out,
                 size_t flags)
{
    if (!smtpspec_json_write(out, value, JSON_ENCODE_ANY | flags))
        report->no_memory = true;
}

static void clear_target(struct smtpspec_report *report)
{
    if (report->cases != NULL)
        fclose(report->cases);
    free(report->text);
    free(report->name);
    report->cases = NULL;
    report->text = report->name = NULL;
    report->length = 0;
    report->case_count = 0;
}

static struct smtpspec_report *
json_open(const struct smtpspec_report_options *options)
{
    struct smtpspec_report *report = calloc(1, sizeof(*report));

    if (report != NULL)
        report->options = *options;
    return report;
}

static void json_begin(struct smtpspec_report *report,
                       const struct smtpspec_run_facts *facts)
{
    FILE *out = report->options.file;

    fputs("{ \"tool\": \"smtpspec\", \"version\": ", out);
    dump(report, smtpspec_json_string(facts->version), out, 0);
    fputs(", \"profile\": ", out);
    dump(report, smtpspec_json_string(facts->profile), out, 0);
    /* Many readers, Jansson too, hold a number past 2^63 for an error: whoever
     * chooses seeds keeps below. */
    fprintf(out, ", \"seed\": %" PRIu64 ", \"started\": ", facts->seed);
    dump(report, smtpspec_json_string(facts->started), out, 0);
    fputs(",\n  \"targets\": [", out);
}

static void json_target_begin(struct smtpspec_report *report, const char *name)
{
    clear_target(report);
    report->name = strdup(name);
    report->cases = open_memstream(&report->text, &report->length);
    if (report->name == NULL || report->cases == NULL)
        report->no_memory = true;
}

static void json_result(struct smtpspec_report *report,
                        const struct smtpspec_result *result)
{
    if (report->cases == NULL)
        return;
    fputs(report->case_count++ > 0 ? ",\n        " : "\n        ",
          report->cases);
    dump(report, smtpspec_json_case(result, &report->no_memory), report->cases,
         0);
}

static void json_target_end(struct smtpspec_report *report,
                            const struct smtpspec_target_facts *facts)
{
    FILE *out = report->options.file;

    if (report->cases != NULL && fclose(report->cases) != 0)
        report->no_memory = true;
    report->cases = NULL;
    fputs(report->targets++ > 0 ? ",\n    { " : "\n    { ", out);
    dump(report,
         smtpspec_json_target(report->name, facts, &report->no_memory), out,
         JSON_EMBED);
    fputs(",\n      \"cases\": [", out);
    fwrite(report->text != NULL ? report->text : "", 1, report->length, out);
    fputs(report->case_count > 0 ? "\n      ] }" : "] }", out);
    clear_target(report);
}

static void json_discard(struct smtpspec_report *report)
{
    clear_target(report);
    free(report);
}

static enum smtpspec_error json_end(struct smtpspec_report *report,
                                    const struct smtpspec_run_facts *facts)
{
    FILE *out = report->options.file;
    enum smtpspec_error error;

    fprintf(out, "%s],\n  \"elapsed_ms\": %" PRIu64 " }\n",
            report->targets > 0 ? "\n  " : "", facts->elapsed_ms);
    error = smtpspec_report_flush(out, report->no_memory);
    json_discard(report);
    return error;
}

const struct smtpspec_report_writer smtpspec_report_json = {
    .name = "json",
    .open = json_open,
    .begin = json_begin,
    .target_begin = json_target_begin,
    .result = json_result,
    .target_end = json_target_end,
    .end = json_end,
    .discard = json_discard,
};
