/* SPDX-License-Identifier: MIT */
/*
 * report.c - which writers there are, and how results are counted
 */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

static const struct smtpspec_report_writer *const writers[] = {
#define WRITER(name) &smtpspec_report_##name,
#include "report/writers.def"
#undef WRITER
};

const struct smtpspec_report_writer *smtpspec_report_writer_of(const char *name)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(writers); i++) {
        if (strcmp(writers[i]->name, name) == 0)
            return writers[i];
    }
    return NULL;
}

const char *smtpspec_report_names(void)
{
#define WRITER(name) ", " #name
    static const char names[] =
#include "report/writers.def"
        ;
#undef WRITER

    return names + strlen(", ");
}

/* --- Reports ------------------------------------------------------------ */

/* What only the writer knows begins with what all have. */
static struct smtpspec_report_base *base_of(struct smtpspec_report *report)
{
    return (struct smtpspec_report_base *)(void *)report;
}

struct smtpspec_report *
smtpspec_report_open(const struct smtpspec_report_writer *writer,
                     const struct smtpspec_report_options *options)
{
    void *report = calloc(1, writer->size);

    if (report == NULL)
        return NULL;
    *base_of(report) = (struct smtpspec_report_base){
        .options = *options, .file = options->file, .name = "" };
    if (writer->init != NULL)
        writer->init(report);
    return report;
}

void smtpspec_report_target_begin(const struct smtpspec_report_writer *writer,
                                  struct smtpspec_report *report,
                                  const char *name)
{
    struct smtpspec_report_base *base = base_of(report);

    free(base->copy);
    base->copy = strdup(name);
    base->name = base->copy != NULL ? base->copy : "";
    if (base->copy == NULL)
        base->no_memory = true;
    if (writer->target_begin != NULL)
        writer->target_begin(report);
}

enum smtpspec_error
smtpspec_report_end(const struct smtpspec_report_writer *writer,
                    struct smtpspec_report *report,
                    const struct smtpspec_run_facts *facts)
{
    struct smtpspec_report_base *base = base_of(report);
    enum smtpspec_error error = SMTPSPEC_OK;

    writer->end(report, facts);
    if (fflush(base->file) != 0 || ferror(base->file))
        error = SMTPSPEC_ERROR_WRITE;
    else if (base->no_memory)
        error = SMTPSPEC_ERROR_MEMORY;
    smtpspec_report_discard(writer, report);
    return error;
}

void smtpspec_report_discard(const struct smtpspec_report_writer *writer,
                             struct smtpspec_report *report)
{
    if (writer->free != NULL)
        writer->free(report);
    free(base_of(report)->copy);
    free(report);
}

/* --- Parts -------------------------------------------------------------- */

bool smtpspec_report_part_open(struct smtpspec_report_part *part)
{
    smtpspec_report_part_free(part);
    part->out = open_memstream(&part->text, &part->length);
    return part->out != NULL;
}

bool smtpspec_report_part_write(struct smtpspec_report_part *part, FILE *file)
{
    bool whole = part->out != NULL && fclose(part->out) == 0;

    part->out = NULL;
    if (part->text != NULL)
        fwrite(part->text, 1, part->length, file);
    smtpspec_report_part_free(part);
    return whole;
}

void smtpspec_report_part_free(struct smtpspec_report_part *part)
{
    if (part->out != NULL)
        fclose(part->out);
    free(part->text);
    *part = (struct smtpspec_report_part){ 0 };
}

/* --- What was counted --------------------------------------------------- */

void smtpspec_summary_add(struct smtpspec_summary *summary,
                          const struct smtpspec_result *result)
{
    if ((unsigned)result->outcome >= SMTPSPEC_OUTCOME_COUNT)
        return;
    summary->count[result->outcome]++;
    if (!result->expected_failure)
        return;
    if (result->outcome == SMTPSPEC_OUTCOME_FAIL ||
        result->outcome == SMTPSPEC_OUTCOME_WARN)
        summary->expected_failures++;
    else if (result->outcome == SMTPSPEC_OUTCOME_PASS)
        summary->unexpected_passes++;
}

void smtpspec_summary_join(struct smtpspec_summary *summary,
                           const struct smtpspec_summary *other)
{
    for (size_t i = 0; i < SMTPSPEC_OUTCOME_COUNT; i++)
        summary->count[i] += other->count[i];
    summary->expected_failures += other->expected_failures;
    summary->unexpected_passes += other->unexpected_passes;
}

bool smtpspec_summary_is_heard(const struct smtpspec_summary *summary)
{
    return summary->count[SMTPSPEC_OUTCOME_THROTTLED] == 0 ||
           summary->count[SMTPSPEC_OUTCOME_PASS] > 0 ||
           summary->count[SMTPSPEC_OUTCOME_WARN] > 0 ||
           summary->count[SMTPSPEC_OUTCOME_FAIL] > 0;
}

const char *
smtpspec_report_untested(const struct smtpspec_target_facts *facts)
{
    if (facts->trouble == NULL && !smtpspec_summary_is_heard(&facts->summary))
        return "it turned every case away";
    return facts->trouble;
}
