/* SPDX-License-Identifier: MIT */
/*
 * security.h - can somebody make use of what was found?
 *
 * Floor 3, case. The rows stand in src/rules/security.def.
 */
#ifndef SMTPSPEC_SECURITY_H
#define SMTPSPEC_SECURITY_H

#include "case/result.h"

/* A row of security.def; patterns and texts may be "". */
struct smtpspec_security_row {
    enum smtpspec_security security;
    const char *rule, *test, *observed; /* patterns; `test`: id of the case  */
    const char *reference, *why;
};

/* All rows, in the order of the file. */
const struct smtpspec_security_row *smtpspec_security_rows(size_t *count);

/*
 * Fill in the members `security...` of a result that is complete otherwise.
 * Where a case broke several rules, the worst of them counts. What passed
 * without a note is NONE, as is a note that no row speaks of. Cannot fail.
 */
void smtpspec_security_judge(struct smtpspec_result *result);

#endif
