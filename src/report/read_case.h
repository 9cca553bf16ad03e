/* SPDX-License-Identifier: MIT */
/*
 * read_case.h - results and facts of targets, out of the JSON of a report
 *
 * Floor 6, report. The other direction of json.c: what is read here is written
 * as it was. Nothing is believed of a report but what its schema lets stand
 * there; a member that an older version did not write may be missing. What is
 * made points into the JSON that it was made of, which must outlive it.
 */
#ifndef SMTPSPEC_READ_CASE_H
#define SMTPSPEC_READ_CASE_H

#include <jansson.h>

#include <smtpspec/error.h>

#include "case/result.h"

/* Zero before the first use; the fields but the first two are read_case.c's. */
struct smtpspec_read_case {
    struct smtpspec_result result;
    char wrong[96];             /* what is wrong with the object             */
    struct smtpspec_result_verdict *verdicts;
    struct smtpspec_transcript_entry *entries;
    char *octets;               /* of the entries                            */
    char **texts;               /* the references                            */
    size_t text_count;
};

/* OK; SYNTAX, and `wrong` says what is wrong; or MEMORY. Free it either way. */
enum smtpspec_error smtpspec_read_case(const json_t *object,
                                       struct smtpspec_read_case *out);
void smtpspec_read_case_free(struct smtpspec_read_case *read);

struct smtpspec_read_target {
    struct smtpspec_target_facts facts; /* no name, no summary                */
    char wrong[96];
    const char **lists[3];
    struct smtpspec_transition *transitions;
};

enum smtpspec_error smtpspec_read_target(const json_t *object,
                                         struct smtpspec_read_target *out);
void smtpspec_read_target_free(struct smtpspec_read_target *read);

#endif
