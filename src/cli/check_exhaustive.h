/* SPDX-License-Identifier: MIT */
/*
 * check_exhaustive.h - `smtpspec check --exhaustive K`: one target
 *
 * Floor 7, cli. What it finds is handed on as results, as those of cases are:
 * one for each (state, command, reply) that departs from the rows, one for each
 * word that the server died of, a note for each command that is not borne
 * often, and one for the suite itself.
 */
#ifndef SMTPSPEC_CHECK_EXHAUSTIVE_H
#define SMTPSPEC_CHECK_EXHAUSTIVE_H

#include "cli/checking.h"
#include "learn/exhaustive.h"

/* Whether a target can be asked so; if not, `why` says in one line what is
 * missing. */
bool smtpspec_check_exhaustive_can(const struct smtpspec_target *target,
                                   const struct smtpspec_site *site, char *why,
                                   size_t cap);

/* Put down how a target is asked, calls back left out. False where it cannot
 * be, and `why`. Options and target must live as long. */
bool smtpspec_check_exhaustive_set(
    struct smtpspec_exhaustive_settings *settings,
    const struct smtpspec_check_options *options,
    const struct smtpspec_check_target *target,
    const struct smtpspec_site *site, char *why, size_t cap);

/* From the beginning that smtpspec_checking_begin() made, to its end. */
void smtpspec_check_exhaustive(struct smtpspec_checking *check,
                               const struct smtpspec_check_target *target,
                               const struct smtpspec_site *site);

#endif
