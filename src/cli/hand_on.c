/* SPDX-License-Identifier: MIT */
/*
 * hand_on.c - read or copy what a process wrote of its target
 */
#include "cli/hand_on.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "cli/cli.h"
#include "net/memory.h"
#include "report/read_report.h"

/* How a line of a case begins, as jsonl.c writes it. */
static const char of_case[] = "{\"record\": \"case\", ";

struct handing {
    struct smtpspec_checking *check;
    const char *given;
    char *name;             /* of the target that is being handed on         */
};

static void on_target_begin(void *context, const char *name)
{
    struct handing *handing = context;

    free(handing->name);
    /* A name stands escaped in what was read, but a host's is the same. */
    if (strncmp(name, "mx:", 3) != 0)
        name = handing->given;
    handing->name = smtpspec_memory_string(smtpspec_span_of(name));
    smtpspec_checking_begin(handing->check, handing->name);
}

static void on_result(void *context, const struct smtpspec_result *result)
{
    struct handing *handing = context;
    struct smtpspec_result copy = *result;

    smtpspec_checking_take(handing->check, &copy);
}

static void on_target_end(void *context,
                          const struct smtpspec_target_facts *facts)
{
    struct handing *handing = context;
    struct smtpspec_target_facts copy = *facts;

    copy.name = handing->name;
    smtpspec_checking_end(handing->check, copy);
}

void smtpspec_hand_on_trouble(struct smtpspec_checking *check,
                              const char *given, const char *what,
                              const char *why)
{
    char trouble[640];
    const struct smtpspec_target_facts facts = { .name = given,
                                                 .trouble = trouble };

    snprintf(trouble, sizeof(trouble), "%s: %s", what, why);
    smtpspec_checking_begin(check, given);
    smtpspec_checking_end(check, facts);
}

/* --- results, one by one -------------------------------------------------- */

static void read_results(struct handing *handing, FILE *file)
{
    const struct smtpspec_report_sink sink = {
        .context = handing, .target_begin = on_target_begin,
        .result = on_result, .target_end = on_target_end
    };
    struct smtpspec_report_reader reader = { .partial = false };

    if (smtpspec_report_reader_open(&reader, file, "its results") !=
            SMTPSPEC_OK ||
        smtpspec_report_reader_read(&reader, &sink) != SMTPSPEC_OK)
        smtpspec_hand_on_trouble(handing->check, handing->given,
                                 "its results are lost", reader.message);
    smtpspec_report_reader_close(&reader);
}

/* --- lines, as they are --------------------------------------------------- */

static const char *text_of(const json_t *record, const char *name)
{
    return json_string_value(json_object_get(record, name));
}

static void take_end(struct handing *handing, const json_t *record)
{
    const json_t *numbers = json_object_get(record, "summary");
    struct smtpspec_target_facts facts = { .name = handing->name,
                                           .trouble =
                                               text_of(record, "trouble") };
    struct smtpspec_summary summary = { 0 };

    for (int i = 0; i < SMTPSPEC_OUTCOME_COUNT; i++)
        summary.count[i] = (unsigned)json_integer_value(json_object_get(
            numbers, smtpspec_outcome_name((enum smtpspec_outcome)i)));
    smtpspec_checking_sum(handing->check, &summary);
    smtpspec_checking_end(handing->check, facts);
}

/* False where it is none of a report. */
static bool take_line(struct handing *handing, const char *text, size_t length)
{
    struct smtpspec_reports *reports = &handing->check->options.reports;
    json_t *record;
    const char *kind, *name;

    if (strncmp(text, of_case, sizeof(of_case) - 1) == 0) {
        smtpspec_reports_line(reports, text, length);
        return true;
    }
    record = json_loadb(text, length, 0, NULL);
    kind = text_of(record, "record");
    name = text_of(record, "target");
    if (kind != NULL && name != NULL) {
        smtpspec_reports_line(reports, text, length);
        if (strcmp(kind, "target") == 0)
            on_target_begin(handing, name);
        else if (strcmp(kind, "target_end") == 0)
            take_end(handing, record);
    }
    json_decref(record);
    return kind != NULL;
}

static void copy_lines(struct handing *handing, FILE *file)
{
    struct smtpspec_reports *reports = &handing->check->options.reports;
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    bool good = true;

    smtpspec_reports_by_lines(reports, true);
    while (good && (length = getline(&text, &room, file)) > 0)
        good = take_line(handing, text, (size_t)length);
    smtpspec_reports_by_lines(reports, false);
    good = good && !ferror(file);
    free(text);
    if (!good)
        smtpspec_hand_on_trouble(handing->check, handing->given,
                                 "its results are lost",
                                 ferror(file) ? strerror(errno)
                                              : "these are no JSON Lines");
}

void smtpspec_hand_on(struct smtpspec_checking *check, const char *given,
                      int descriptor)
{
    struct handing handing = { .check = check, .given = given };
    int copy = dup(descriptor);
    FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;

    if (file == NULL) {
        smtpspec_hand_on_trouble(check, given, "its results are lost",
                                 strerror(errno));
        if (copy >= 0)
            close(copy);
        return;
    }
    if (check->options.baseline == NULL &&
        smtpspec_reports_take_lines(&check->options.reports))
        copy_lines(&handing, file);
    else
        read_results(&handing, file);
    fclose(file);
    free(handing.name);
}
