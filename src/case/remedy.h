/* SPDX-License-Identifier: MIT */
/*
 * remedy.h - why a server fails a case or a rule, and what mends it
 *
 * Floor 3, case. Constant rows, src/rules/remedies.def.
 */
#ifndef SMTPSPEC_REMEDY_H
#define SMTPSPEC_REMEDY_H

#include <smtpspec/base.h>

struct smtpspec_remedy {
    const char *id;     /* pattern, as of --only                             */
    const char *cause, *remedy;
};

/* All rows, in the order of the file; the last fits everything. */
const struct smtpspec_remedy *smtpspec_remedies(size_t *count);

/* The row for a case or a rule; never NULL. */
const struct smtpspec_remedy *smtpspec_remedy_of(struct smtpspec_span id);

#endif
