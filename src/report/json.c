/* SPDX-License-Identifier: MIT */
/*
 * json.c - the report for programs; report.schema.json says what is in it
 *
 * One case is one line, written to memory as it comes, and a target goes out
 * as a whole when it ends: its summary stands before its cases and is known
 * after them. Members always come in the same order.
 */
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/command.h>
#include <smtpspec/judge.h>
#include <smtpspec/rules.h>

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

/* A result that no rule stands behind (an error of ours) has no level. */
static json_t *level_of(enum smtpspec_level level)
{
    return smtpspec_json_string(smtpspec_level_name(
        level != SMTPSPEC_LEVEL_UNSET ? level : SMTPSPEC_LEVEL_INFO));
}

static json_t *number_of(uint64_t number)
{
    return json_integer((json_int_t)(number & INT64_MAX));
}

/* A name from a table, or null where the value is the table's "none". */
static json_t *name_of(bool set, const char *name)
{
    return set ? smtpspec_json_string(name) : json_null();
}

static json_t *references_of(const char *reference)
{
    json_t *list = json_array();
    char text[128];

    if (reference == NULL || reference[0] == '\0')
        return list;
    smtpspec_reference_write(reference, text, sizeof(text));
    if (list != NULL &&
        json_array_append_new(list, smtpspec_json_string(text)) != 0) {
        json_decref(list);
        return NULL;
    }
    return list;
}

/* Put a member; a NULL value is missing memory, which is remembered. */
static void put(struct smtpspec_report *report, json_t *object,
                const char *name, json_t *value)
{
    if (json_object_set_new_nocheck(object, name, value) != 0)
        report->no_memory = true;
}

static void append(struct smtpspec_report *report, json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        report->no_memory = true;
}

static json_t *verdicts_of(struct smtpspec_report *report,
                           const struct smtpspec_result *result)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < result->verdict_count; i++) {
        const struct smtpspec_result_verdict *verdict = &result->verdicts[i];
        json_t *object = json_object();

        put(report, object, "outcome",
            smtpspec_json_string(smtpspec_outcome_name(verdict->outcome)));
        put(report, object, "layer",
            name_of(verdict->layer != SMTPSPEC_LAYER_NONE,
                    smtpspec_layer_name(verdict->layer)));
        put(report, object, "level", level_of(verdict->level));
        put(report, object, "rule", smtpspec_json_string(verdict->rule));
        put(report, object, "references", references_of(verdict->reference));
        put(report, object, "requirement", smtpspec_json_string(verdict->text));
        put(report, object, "expected",
            smtpspec_json_string(verdict->expected));
        put(report, object, "observed",
            smtpspec_json_string(verdict->observed));
        append(report, list, object);
    }
    return list;
}

static json_t *transcript_of(struct smtpspec_report *report,
                             const struct smtpspec_result *result)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < result->transcript_count; i++) {
        const struct smtpspec_transcript_entry *entry = &result->transcript[i];
        json_t *object = json_object();

        put(report, object, "from", json_stringn_nocheck(&entry->from, 1));
        put(report, object, "octets", smtpspec_json_octets(entry->octets));
        put(report, object, "ms", number_of(entry->ms));
        if (entry->shows)
            put(report, object, "shows", json_true());
        append(report, list, object);
    }
    return list;
}

static json_t *case_of(struct smtpspec_report *report,
                       const struct smtpspec_result *result)
{
    json_t *object = json_object();

    put(report, object, "id", smtpspec_json_string(result->id));
    put(report, object, "title", smtpspec_json_string(result->title));
    put(report, object, "level", level_of(result->level));
    put(report, object, "outcome",
        smtpspec_json_string(smtpspec_outcome_name(result->outcome)));
    put(report, object, "layer",
        name_of(result->layer != SMTPSPEC_LAYER_NONE,
                smtpspec_layer_name(result->layer)));
    put(report, object, "references", references_of(result->reference));
    put(report, object, "expected", smtpspec_json_string(result->expected));
    put(report, object, "observed", smtpspec_json_string(result->observed));
    put(report, object, "ms", number_of(result->ms));
    put(report, object, "again", smtpspec_json_string(result->again));
    put(report, object, "rule", smtpspec_json_string(result->rule));
    put(report, object, "requirement",
        smtpspec_json_string(result->requirement));
    put(report, object, "state",
        name_of(result->state != SMTPSPEC_STATE_UNSET,
                smtpspec_state_name(result->state)));
    put(report, object, "command",
        name_of(result->command != SMTPSPEC_COMMAND_UNSET,
                smtpspec_command_name(result->command)));
    put(report, object, "reason", smtpspec_json_string(result->reason));
    put(report, object, "expected_failure",
        json_boolean(result->expected_failure));
    put(report, object, "expected_failure_reason",
        smtpspec_json_string(result->expected_failure_reason));
    put(report, object, "changed_from",
        smtpspec_json_string(result->changed_from));
    put(report, object, "verdicts", verdicts_of(report, result));
    put(report, object, "transcript", transcript_of(report, result));
    return object;
}

static json_t *summary_of(struct smtpspec_report *report,
                          const struct smtpspec_summary *summary)
{
    static const enum smtpspec_outcome order[] = {
        SMTPSPEC_OUTCOME_PASS,      SMTPSPEC_OUTCOME_WARN,
        SMTPSPEC_OUTCOME_FAIL,      SMTPSPEC_OUTCOME_SKIP,
        SMTPSPEC_OUTCOME_BLOCKED,   SMTPSPEC_OUTCOME_THROTTLED,
        SMTPSPEC_OUTCOME_ERROR,
    };
    json_t *object = json_object();

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(order); i++)
        put(report, object, smtpspec_outcome_name(order[i]),
            number_of(summary->count[order[i]]));
    return object;
}

static json_t *coverage_of(struct smtpspec_report *report,
                           const struct smtpspec_target_facts *facts)
{
    json_t *object;

    if (facts->cells == 0)
        return json_null();
    object = json_object();
    put(report, object, "cells", number_of(facts->cells));
    put(report, object, "exercised", number_of(facts->exercised));
    return object;
}

static json_t *list_of(struct smtpspec_report *report,
                       const char *const *list, unsigned count)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < count; i++)
        append(report, array, smtpspec_json_string(list[i]));
    return array;
}

static json_t *tls_of(struct smtpspec_report *report,
                      const struct smtpspec_target_facts *facts)
{
    json_t *object;

    if (facts->tls_version == NULL)
        return json_null();
    object = json_object();
    put(report, object, "version", smtpspec_json_string(facts->tls_version));
    put(report, object, "cipher", smtpspec_json_string(facts->tls_cipher));
    put(report, object, "certificate",
        smtpspec_json_string(facts->tls_certificate));
    return object;
}

static json_t *facts_of(struct smtpspec_report *report,
                        const struct smtpspec_target_facts *facts)
{
    json_t *object = json_object();

    put(report, object, "target",
        smtpspec_json_octets(
            smtpspec_span_of(report->name != NULL ? report->name : "")));
    put(report, object, "greeting", smtpspec_json_string(facts->greeting));
    put(report, object, "extensions",
        list_of(report, facts->extensions, facts->extension_count));
    put(report, object, "extensions_tls",
        facts->extensions_tls == NULL
            ? json_null()
            : list_of(report, facts->extensions_tls,
                      facts->extension_tls_count));
    put(report, object, "extensions_auth",
        facts->extensions_login == NULL
            ? json_null()
            : list_of(report, facts->extensions_login,
                      facts->extension_login_count));
    put(report, object, "tls", tls_of(report, facts));
    put(report, object, "connections", number_of(facts->connections));
    put(report, object, "commands", number_of(facts->commands));
    put(report, object, "coverage", coverage_of(report, facts));
    put(report, object, "trouble", smtpspec_json_string(facts->trouble));
    put(report, object, "summary", summary_of(report, &facts->summary));
    return object;
}

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
    dump(report, case_of(report, result), report->cases, 0);
}

static void json_target_end(struct smtpspec_report *report,
                            const struct smtpspec_target_facts *facts)
{
    FILE *out = report->options.file;

    if (report->cases != NULL && fclose(report->cases) != 0)
        report->no_memory = true;
    report->cases = NULL;
    fputs(report->targets++ > 0 ? ",\n    { " : "\n    { ", out);
    dump(report, facts_of(report, facts), out, JSON_EMBED);
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
    enum smtpspec_error error = SMTPSPEC_OK;

    fprintf(out, "%s],\n  \"elapsed_ms\": %" PRIu64 " }\n",
            report->targets > 0 ? "\n  " : "", facts->elapsed_ms);
    if (fflush(out) != 0 || ferror(out))
        error = SMTPSPEC_ERROR_WRITE;
    else if (report->no_memory)
        error = SMTPSPEC_ERROR_MEMORY;
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
