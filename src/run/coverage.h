/* SPDX-License-Identifier: MIT */
/*
 * coverage.h - how much of the rule tables a run has exercised
 *
 * Floor 5, run; pure: no I/O, no memory of its own. A cell is a place of the
 * tables that a client can visit:
 *
 *   - a command, sent in a way, in a state, of which a row of expect.def in
 *     force speaks (small letters are no way of their own, RFC 5321, 2.4);
 *   - a command, or the connection, the end of data or a line inside AUTH, to
 *     which the profile's reply rows give codes.
 *
 * It counts as exercised once a reply to it was judged. Which code comes is
 * the server's choice, so codes are no cells. Neither are the states that no
 * client can bring about: REFUSED, and BDAT_FAILED.
 */
#ifndef SMTPSPEC_COVERAGE_H
#define SMTPSPEC_COVERAGE_H

#include <smtpspec/judge.h>

/* Zero: nothing was seen yet. */
struct smtpspec_coverage {
    uint16_t stimuli[SMTPSPEC_STATE_COUNT][SMTPSPEC_COMMAND_COUNT];
    bool answered[SMTPSPEC_COMMAND_COUNT];
};

/* An exchange has ended; `terms` are the judge's, with what was offered in
 * that session. */
void smtpspec_coverage_add(struct smtpspec_coverage *coverage,
                           const struct smtpspec_terms *terms,
                           const struct smtpspec_exchange *exchange);

/* Of how many cells, under `terms` with all that the target offers, how many
 * were exercised. */
void smtpspec_coverage_count(const struct smtpspec_coverage *coverage,
                             const struct smtpspec_terms *terms,
                             unsigned *cells, unsigned *exercised);

/* The first that was not, for whoever goes by them: call with `*place` 0, then
 * on with what it was left at. False where there is none. */
bool smtpspec_coverage_gap(const struct smtpspec_coverage *coverage,
                           const struct smtpspec_terms *terms,
                           unsigned *place, struct smtpspec_exchange *gap);

#endif
