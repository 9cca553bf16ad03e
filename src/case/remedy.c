/* SPDX-License-Identifier: MIT */
/*
 * remedy.c - why a server fails a case or a rule, and what mends it
 *
 * Floor 3, case.
 */
#include "case/remedy.h"

#include "case/case.h"

static const struct smtpspec_remedy rows[] = {
#define REMEDY(id, cause, remedy) { id, cause, remedy },
#include "rules/remedies.def"
#undef REMEDY
};

const struct smtpspec_remedy *smtpspec_remedies(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(rows);
    return rows;
}

const struct smtpspec_remedy *smtpspec_remedy_of(struct smtpspec_span id)
{
    size_t i = 0;

    while (i < SMTPSPEC_ARRAY_LEN(rows) - 1 &&
           !smtpspec_case_matches(id, smtpspec_span_of(rows[i].id)))
        i++;
    return &rows[i];
}
