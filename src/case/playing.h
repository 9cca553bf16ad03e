/* SPDX-License-Identifier: MIT */
/*
 * playing.h - what the files of the player share
 *
 * Floor 3, case. weigh.c hears the judge and says what came of the case,
 * fits.c says what kind of session a case wants, setup.c leads to where it
 * begins, login.c logs in, play.c goes through its steps.
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

/* The server had enough, and said so (421): that is no verdict yet. `where`
 * goes before the command in the reason. */
void smtpspec_play_throttle(struct smtpspec_play *play, const char *where,
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

/* HELO, EHLO or LHLO, as the case, the service and the profile want. */
enum smtpspec_command
smtpspec_play_greeting(const struct smtpspec_judge *judge,
                       const struct smtpspec_case *of);
/* Whether the set-up of the case goes through STARTTLS, or has done so. Known
 * for sure once EHLO was answered. */
bool smtpspec_play_wants_tls(const struct smtpspec_judge *judge,
                             const struct smtpspec_case *of,
                             const struct smtpspec_case_vars *vars);
/* Whether it logs in, or has done so; to be asked after EHLO, and after TLS
 * where that is wanted. */
bool smtpspec_play_wants_login(const struct smtpspec_judge *judge,
                               const struct smtpspec_case *of,
                               const struct smtpspec_case_vars *vars);
/* The best mechanism that is offered and that we can use; OTHER: none. */
enum smtpspec_mechanism
smtpspec_play_mechanism(const struct smtpspec_ehlo *ehlo,
                        const struct smtpspec_case_vars *vars);

/* The next line of the login (smtpspec_play_set_up). */
struct smtpspec_span smtpspec_play_login_line(struct smtpspec_play *play,
                                              bool first);
/* Keep what no report may show: at the start, and once {cram} was used. */
void smtpspec_play_keep_secrets(struct smtpspec_play *play, bool cram);

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
