/* SPDX-License-Identifier: MIT */
/*
 * json_members.h - results and targets as JSON objects, for all that write it
 *
 * Floor 6, report. Where memory is missing a function returns NULL or leaves a
 * member out, and sets `*lost`, which it never clears.
 */
#ifndef SMTPSPEC_JSON_MEMBERS_H
#define SMTPSPEC_JSON_MEMBERS_H

#include <jansson.h>

#include "case/result.h"

/* One case: report.schema.json, $defs/case. */
json_t *smtpspec_json_case(const struct smtpspec_result *result, bool *lost);

/* All of a target but its cases: report.schema.json, $defs/target. `name` as
 * the user gave it; NULL is the same as "". */
json_t *smtpspec_json_target(const char *name,
                             const struct smtpspec_target_facts *facts,
                             bool *lost);

#endif
