/* SPDX-License-Identifier: MIT */
/*
 * report.c - which writers there are, and how results are counted
 */
#include "report/report.h"

#include <string.h>

static const struct smtpspec_report_writer *const writers[] = {
    &smtpspec_report_json,
    &smtpspec_report_text,
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
    return "json, text";
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
