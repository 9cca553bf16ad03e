/* SPDX-License-Identifier: MIT */
/*
 * jsonl.c - the report for programs that do not wait for its end
 *
 * One JSON object a line, each with a member "record": run, then for each
 * target target, case ..., target_end, and run_end; report-line.schema.json
 * says what is in each. A line goes out before the next event, so that a
 * reader sees each case when it ends and a run that is killed leaves what it
 * had. Cases come in the order in which they end; their place among all of
 * the target is the member "number", and where a case comes twice the later
 * line counts. Every line of a target names it: targets that ran at the same
 * time may be mixed, and a line found by grep says all.
 */
#include "report/report.h"

#include <string.h>

#include "report/json_members.h"
#include "report/json_text.h"

struct smtpspec_report {
    struct smtpspec_report_base base;
    unsigned targets;
    unsigned number;    /* the highest of this target's cases so far         */
};

/* Write a line, whole, and drop the value. */
static void line(struct smtpspec_report *report, json_t *value)
{
    if (smtpspec_json_write(report->base.file, value, 0))
        fputc('\n', report->base.file);
    else
        report->base.no_memory = true;
    fflush(report->base.file);
}

static json_t *of_target(const struct smtpspec_report *report,
                         const char *record)
{
    struct smtpspec_span name = smtpspec_span_of(report->base.name);

    return json_pack("{s:s, s:o}", "record", record, "target",
                     smtpspec_json_octets(name));
}

/* A line of `object` and all members of `members`; both are dropped. */
static void line_with(struct smtpspec_report *report, json_t *object,
                      json_t *members)
{
    if (members == NULL || json_object_update(object, members) != 0)
        report->base.no_memory = true;
    json_decref(members);
    line(report, object);
}

static void jsonl_begin(struct smtpspec_report *report,
                        const struct smtpspec_run_facts *facts)
{
    line(report, json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "record", "run",
                           "tool", "smtpspec", "version", facts->version,
                           "profile", facts->profile, "seed",
                           (json_int_t)(facts->seed & INT64_MAX), "started",
                           facts->started));
}

static void jsonl_target_begin(struct smtpspec_report *report)
{
    report->targets++;
    report->number = 0;
    line(report, of_target(report, "target"));
}

static void jsonl_result(struct smtpspec_report *report,
                         const struct smtpspec_result *result)
{
    json_t *object = of_target(report, "case");
    unsigned number =
        result->number > 0 ? result->number : report->number + 1;

    if (number > report->number)
        report->number = number;
    if (json_object_set_new(object, "number", json_integer(number)) != 0)
        report->base.no_memory = true;
    line_with(report, object,
              smtpspec_json_case(result, &report->base.no_memory));
}

static void jsonl_target_end(struct smtpspec_report *report,
                             const struct smtpspec_target_facts *facts)
{
    line_with(report, of_target(report, "target_end"),
              smtpspec_json_target(report->base.name, facts,
                                   &report->base.no_memory));
}

/* Records of a target come in blocks: the file has all of it at its end. */
static void jsonl_line(struct smtpspec_report *report, const char *text,
                       size_t length)
{
    static const char begin[] = "{\"record\": \"target\", ";
    static const char end[] = "{\"record\": \"target_end\", ";

    report->targets += strncmp(text, begin, sizeof(begin) - 1) == 0;
    fwrite(text, 1, length, report->base.file);
    if (strncmp(text, end, sizeof(end) - 1) == 0)
        fflush(report->base.file);
}

static void jsonl_end(struct smtpspec_report *report,
                      const struct smtpspec_run_facts *facts)
{
    line(report, json_pack("{s:s, s:i, s:I}", "record", "run_end", "targets",
                           (int)report->targets, "elapsed_ms",
                           (json_int_t)facts->elapsed_ms));
}

const struct smtpspec_report_writer smtpspec_report_jsonl = {
    .name = "jsonl",
    .streams = true,
    .size = sizeof(struct smtpspec_report),
    .begin = jsonl_begin,
    .target_begin = jsonl_target_begin,
    .result = jsonl_result,
    .target_end = jsonl_target_end,
    .line = jsonl_line,
    .end = jsonl_end,
};
