/* SPDX-License-Identifier: MIT */
/*
 * aside.h - what shows in exchanges that only set a case up
 *
 * Floor 5, run; no I/O. Once per rule and target, as a pseudo-case of its own,
 * so that one bare LF is one finding and not three hundred. Of all cases whose
 * set-up shows it the first in their order speaks for it, so that it does not
 * depend on which connection was faster.
 */
#ifndef SMTPSPEC_ASIDE_H
#define SMTPSPEC_ASIDE_H

#include "run/sheet.h"

/* Rules kept; there are fewer that a set-up can break. */
#define SMTPSPEC_ASIDES_KEPT 128

struct smtpspec_asides {
    struct smtpspec_sheet *sheets[SMTPSPEC_ASIDES_KEPT]; /* by id            */
    size_t orders[SMTPSPEC_ASIDES_KEPT];
    unsigned count;
};

/* Take the set-up verdicts of a case; `order` is its place among all. */
void smtpspec_asides_add(struct smtpspec_asides *asides,
                         const struct smtpspec_play_result *played,
                         const struct smtpspec_case *of,
                         const struct smtpspec_record *record, size_t order);

/* Take what no exchange shows: a manner, and what was seen of it. */
void smtpspec_asides_tell(struct smtpspec_asides *asides,
                          enum smtpspec_manner manner, const char *observed);

void smtpspec_asides_free(struct smtpspec_asides *asides);

#endif
