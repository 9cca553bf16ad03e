/* SPDX-License-Identifier: MIT */
/*
 * mutate_command.h - operators on one line that the client sends
 *
 * Floor 3, mutate. Each is a smtpspec_operate (mutate/mutate.h) that draws a
 * C or c line of a script; they know of commands, and take content for one
 * where it looks so.
 */
#ifndef SMTPSPEC_MUTATE_COMMAND_H
#define SMTPSPEC_MUTATE_COMMAND_H

#include "mutate/mutant.h"

/* The verb: its letters' case, another verb, longer or shorter. */
bool smtpspec_command_case(struct smtpspec_mutant *mutant);
bool smtpspec_command_verb(struct smtpspec_mutant *mutant);
bool smtpspec_command_length(struct smtpspec_mutant *mutant);
/* A blank less, or one more. */
bool smtpspec_command_blank(struct smtpspec_mutant *mutant);
/* Another argument: that of a line of sweep.def. */
bool smtpspec_command_argument(struct smtpspec_mutant *mutant);
/* Parameters: another one, one twice, one that nobody knows; a number of the
 * line in another size. */
bool smtpspec_command_parameter(struct smtpspec_mutant *mutant);
bool smtpspec_command_parameter_twice(struct smtpspec_mutant *mutant);
bool smtpspec_command_number(struct smtpspec_mutant *mutant);
/* Exactly as long as a limit, one less, one more: of the line, of a text line,
 * of local part, domain and path. */
bool smtpspec_command_border(struct smtpspec_mutant *mutant);
/* "<<a@b>>"; "<@a,@b:c@d>". */
bool smtpspec_command_nesting(struct smtpspec_mutant *mutant);
bool smtpspec_command_route(struct smtpspec_mutant *mutant);
/* NUL, control, 8 bit, bare CR or LF, at some place. */
bool smtpspec_command_octet(struct smtpspec_mutant *mutant);
/* The line end: bare LF, bare CR, none, twice. */
bool smtpspec_command_line_end(struct smtpspec_mutant *mutant);
/* The same octets in two writes, or with a turn between them. */
bool smtpspec_command_split(struct smtpspec_mutant *mutant);

#endif
