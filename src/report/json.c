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

#include "report/json_members.h"
#include "report/json_text.h"

struct smtpspec_report {
    struct smtpspec_report_base base;
    struct smtpspec_report_part cases; /* of this target, so far             */
    unsigned case_count, targets;
};

/* Write a value, on one line, and drop it. */
static void dump(struct smtpspec_report *report, json_t *value, FILE *out,
                 size_t flags)
{
    if (!smtpspec_json_write(out, value, JSON_ENCODE_ANY | flags))
        report->base.no_memory = true;
}

static void json_begin(struct smtpspec_report *report,
                       const struct smtpspec_run_facts *facts)
{
    FILE *out = report->base.file;

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

static void json_target_begin(struct smtpspec_report *report)
{
    report->case_count = 0;
    if (!smtpspec_report_part_open(&report->cases))
        report->base.no_memory = true;
}

static void json_result(struct smtpspec_report *report,
                        const struct smtpspec_result *result)
{
    FILE *out = report->cases.out;

    if (out == NULL)
        return;
    fputs(report->case_count++ > 0 ? ",\n        " : "\n        ", out);
    dump(report, smtpspec_json_case(result, &report->base.no_memory), out, 0);
}

static void json_target_end(struct smtpspec_report *report,
                            const struct smtpspec_target_facts *facts)
{
    FILE *out = report->base.file;

    fputs(report->targets++ > 0 ? ",\n    { " : "\n    { ", out);
    dump(report,
         smtpspec_json_target(report->base.name, facts,
                              &report->base.no_memory),
         out, JSON_EMBED);
    fputs(",\n      \"cases\": [", out);
    if (!smtpspec_report_part_write(&report->cases, out))
        report->base.no_memory = true;
    fputs(report->case_count > 0 ? "\n      ] }" : "] }", out);
}

static void json_end(struct smtpspec_report *report,
                     const struct smtpspec_run_facts *facts)
{
    fprintf(report->base.file, "%s],\n  \"elapsed_ms\": %" PRIu64 " }\n",
            report->targets > 0 ? "\n  " : "", facts->elapsed_ms);
}

static void json_free(struct smtpspec_report *report)
{
    smtpspec_report_part_free(&report->cases);
}

const struct smtpspec_report_writer smtpspec_report_json = {
    .name = "json",
    .size = sizeof(struct smtpspec_report),
    .begin = json_begin,
    .target_begin = json_target_begin,
    .result = json_result,
    .target_end = json_target_end,
    .end = json_end,
    .free = json_free,
};
