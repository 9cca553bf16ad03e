/* SPDX-License-Identifier: MIT */
/*
 * report.c - which writers there are, and how results are counted
 */
#include "report/report.h"

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

enum smtpspec_error smtpspec_report_flush(FILE *file, bool no_memory)
{
    if (fflush(file) != 0 || ferror(file))
        return SMTPSPEC_ERROR_WRITE;
    return no_memory ? SMTPSPEC_ERROR_MEMORY : SMTPSPEC_OK;
}

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
