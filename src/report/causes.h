/* SPDX-License-Identifier: MIT */
/*
 * causes.h - findings by what causes them, for the report that people read
 *
 * Floor 6, report. A server that takes RCPT without MAIL fails eighteen cases
 * by one rule: that is one thing to read and to mend. Findings of one rule, or
 * with the same use for an attacker, are one cause; what a case demands beyond
 * the tables is a cause of its own. Of each the clearest case is kept in full,
 * of the others the ids.
 */
#ifndef SMTPSPEC_CAUSES_H
#define SMTPSPEC_CAUSES_H

#include <stdio.h>

#include "report/finding.h"

/* The order on the page. */
enum smtpspec_cause_kind {
    SMTPSPEC_CAUSE_FAIL,
    SMTPSPEC_CAUSE_WARN,
    SMTPSPEC_CAUSE_NOTE,
    SMTPSPEC_CAUSE_KINDS
};

struct smtpspec_cause {
    char *key;
    enum smtpspec_cause_kind kind;
    struct smtpspec_result shown; /* of the clearest; its strings are copies */
    char *body;                   /* its block from `expected` on            */
    uint64_t weight;
    char **ids;                   /* of the others                           */
    unsigned count;               /* of all, the clearest among them         */
};

/* Zero is empty. */
struct smtpspec_causes {
    struct smtpspec_cause *all;
    size_t count;
    bool no_memory;
};

/* Add a finding. The style is only read here. */
void smtpspec_causes_add(struct smtpspec_causes *causes,
                         enum smtpspec_cause_kind kind,
                         const struct smtpspec_finding_style *style,
                         const struct smtpspec_result *result);

/* Put them into the order in which they are worth reading: what fails, then
 * all else; of either first what somebody can make use of, then by kind, by
 * level, by the number of cases. */
void smtpspec_causes_sort(struct smtpspec_causes *causes);

/* What findings of one cause have in common, and what is to be mended, in a
 * sentence; never NULL. */
const char *smtpspec_cause_key(const struct smtpspec_result *result);
const char *smtpspec_cause_sentence(const struct smtpspec_result *result);

void smtpspec_cause_write(FILE *out,
                          const struct smtpspec_finding_style *style,
                          const struct smtpspec_cause *cause);

void smtpspec_causes_clear(struct smtpspec_causes *causes);

#endif
