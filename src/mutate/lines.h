/* SPDX-License-Identifier: MIT */
/*
 * lines.h - operators on the order of lines, of scripts and replies alike
 *
 * Floor 3, mutate. Each is a smtpspec_operate (mutate/mutate.h): one change,
 * or false.
 */
#ifndef SMTPSPEC_LINES_H
#define SMTPSPEC_LINES_H

#include "mutate/mutant.h"

/* Take out one line; one to eight of them. */
bool smtpspec_lines_delete(struct smtpspec_mutant *mutant);
bool smtpspec_lines_delete_block(struct smtpspec_mutant *mutant);
/* Put a copy of a line behind it. */
bool smtpspec_lines_duplicate(struct smtpspec_mutant *mutant);
/* Put a copy of one to eight lines somewhere. */
bool smtpspec_lines_replay(struct smtpspec_mutant *mutant);
/* Put a copy of the first lines, up to some line, at the end. */
bool smtpspec_lines_replay_prefix(struct smtpspec_mutant *mutant);
/* Let two neighbours change places. */
bool smtpspec_lines_swap(struct smtpspec_mutant *mutant);
/* Put one to eight lines elsewhere. */
bool smtpspec_lines_move(struct smtpspec_mutant *mutant);
/* Drop all from some line on. */
bool smtpspec_lines_truncate(struct smtpspec_mutant *mutant);

/* One to eight lines that follow each other. False where there is none. */
bool smtpspec_lines_block(struct smtpspec_mutant *mutant,
                          struct smtpspec_place *block);

#endif
