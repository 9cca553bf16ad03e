/* SPDX-License-Identifier: MIT */
/*
 * security.c - security.def, and which row of it speaks of a result
 *
 * Floor 3, case.
 */
#include "case/security.h"

#include "case/case.h"

static const struct smtpspec_security_row rows[] = {
#define SECURITY(class_, rule, test, observed, where, why)                  \
    { SMTPSPEC_SECURITY_##class_, rule, test, observed, where, why },
#include "rules/security.def"
#undef SECURITY
};

const char *smtpspec_security_name(enum smtpspec_security security)
{
    switch (security) {
    case SMTPSPEC_SECURITY_EXPLOITABLE: return "exploitable";
    case SMTPSPEC_SECURITY_NON_CONFORMING: return "non-conforming";
    default: return "none";
    }
}

const struct smtpspec_security_row *smtpspec_security_rows(size_t *count)
{
    *count = SMTPSPEC_ARRAY_LEN(rows);
    return rows;
}

static bool fits(const char *text, const char *pattern)
{
    return pattern[0] == '\0' ||
           (text != NULL && smtpspec_case_matches(smtpspec_span_of(text),
                                                  smtpspec_span_of(pattern)));
}

static const struct smtpspec_security_row *
row_of(const char *rule, const char *id, const char *observed)
{
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        if (fits(rule, rows[i].rule) && fits(id, rows[i].test) &&
            fits(observed, rows[i].observed))
            return &rows[i];
    return NULL;
}

/* The class of one broken rule. A site may do as it likes where no text has
 * more than POLICY or INFO for it; that somebody gains by it is to be said all
 * the same. */
static enum smtpspec_security
class_of(const struct smtpspec_security_row *row, enum smtpspec_outcome outcome)
{
    if (row != NULL && row->security == SMTPSPEC_SECURITY_EXPLOITABLE)
        return row->security;
    return outcome == SMTPSPEC_OUTCOME_PASS ? SMTPSPEC_SECURITY_NONE
                                            : SMTPSPEC_SECURITY_NON_CONFORMING;
}

/* Take the class of a broken rule, where it is worse than that of those
 * before, and its sentence, where they have none. */
static void weigh(struct smtpspec_result *result,
                  enum smtpspec_outcome outcome, const char *rule,
                  const char *observed)
{
    const struct smtpspec_security_row *row =
        row_of(rule, result->id, observed);
    enum smtpspec_security security = class_of(row, outcome);

    if (security < result->security || security == SMTPSPEC_SECURITY_NONE ||
        (security == result->security && result->security_reason != NULL))
        return;
    result->security = security;
    if (row == NULL || row->why[0] == '\0')
        return;
    result->security_reason = row->why;
    result->security_reference = row->reference;
}

void smtpspec_security_judge(struct smtpspec_result *result)
{
    result->security = SMTPSPEC_SECURITY_NONE;
    result->security_reason = result->security_reference = NULL;
    if (result->rule == NULL)
        return;
    weigh(result, result->outcome, result->rule, result->observed);
    for (unsigned i = 1; i < result->verdict_count; i++)
        weigh(result, result->verdicts[i].outcome, result->verdicts[i].rule,
              result->verdicts[i].observed);
}
