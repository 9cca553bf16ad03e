/* SPDX-License-Identifier: MIT */
/*
 * check_fleet.h - `smtpspec check --targets`: a list of any length
 *
 * Floor 7, cli. The list is read as it is worked off; a file is read once
 * before, so that a bad line of it is told before anything is run. A target
 * is in the reports whole or, where the run is interrupted, not at all; then
 * --resume runs it again.
 */
#ifndef SMTPSPEC_CHECK_FLEET_H
#define SMTPSPEC_CHECK_FLEET_H

#include "cli/checking.h"

struct smtpspec_check_fleet;

/*
 * Before the reports are opened: read what --resume has, which becomes one of
 * them, and the list if it is a file. NULL and the exit status where that
 * fails, which has been said on stderr.
 */
struct smtpspec_check_fleet *
smtpspec_check_fleet_open(struct smtpspec_checking *check, int *status);

/* Run all of it. */
void smtpspec_check_fleet_run(struct smtpspec_check_fleet *fleet);

/* Once the reports are closed: say on stderr what became of it. */
void smtpspec_check_fleet_tell(const struct smtpspec_check_fleet *fleet);

/* NULL is nothing. */
void smtpspec_check_fleet_close(struct smtpspec_check_fleet *fleet);

#endif
