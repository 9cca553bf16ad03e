/* SPDX-License-Identifier: MIT */
/*
 * playing.h - what the files of the player share
 *
 * Floor 3, case. weigh.c hears the judge and says what came of the case,
 * setup.c leads to where it begins, play.c goes through its steps.
 */
#ifndef SMTPSPEC_PLAYING_H
#define SMTPSPEC_PLAYING_H

#include "case/play.h"

/* The judge's sink, with the play as its context. */
void smtpspec_play_on_verdict(void *context,
                              const struct smtpspec_verdict *verdict);
void smtpspec_play_on_exchange(void *context,
                               const struct smtpspec_exchange *exchange);

/* A step was not met, by this exchange (its `at` counted from the play's
 * start): a verdict of the case, and its end. */
void smtpspec_play_miss(struct smtpspec_play *play,
                        const struct smtpspec_step *step,
                        const struct smtpspec_exchange *exchange);

/* End the case with no verdict of its own. False where it had ended in this
 * way, or in a graver one, before. */
bool smtpspec_play_end_as(struct smtpspec_play *play,
                          enum smtpspec_outcome outcome, const char *reason);
/* Append to the reason, cut where that is full. */
void smtpspec_play_add_reason(struct smtpspec_play *play, const char *text);

/* Whether the text of the profile has the command; a contemporary profile is
 * taken to know all. */
bool smtpspec_play_knows(const struct smtpspec_judge *judge,
                         enum smtpspec_command command);

/* Whether some verdict of the case's own is a warning or worse. */
bool smtpspec_play_is_faulted(const struct smtpspec_play *play);

/* Work the result out anew; after each event, so that it is always true. */
void smtpspec_play_settle(struct smtpspec_play *play);

/* Put a line into the room, expanded; false, and the case ended, where there
 * is none left. */
bool smtpspec_play_add_line(struct smtpspec_play *play, size_t *length,
                            struct smtpspec_span text, bool raw);
/* Tell the judge of the first octets of the room, and have them sent. */
enum smtpspec_play_want smtpspec_play_send(struct smtpspec_play *play,
                                           size_t length,
                                           struct smtpspec_span *octets);

/* The next thing to do for the set-up; DONE where it is at its end, be that
 * because the case can begin or because it never will. */
enum smtpspec_play_want smtpspec_play_set_up(struct smtpspec_play *play,
                                             struct smtpspec_span *octets);

#endif
