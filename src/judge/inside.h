/* SPDX-License-Identifier: MIT */
/*
 * inside.h - what the files of the judge share
 *
 * Floor 3, judge. verdict.c words verdicts, line.c looks at one reply line,
 * client.c reads what the client sent, judge.c pairs the two.
 */
#ifndef SMTPSPEC_JUDGE_INSIDE_H
#define SMTPSPEC_JUDGE_INSIDE_H

#include <smtpspec/judge.h>

/* The exchange to which a verdict of now belongs is judge->open. */
void smtpspec_judge_say_manner(struct smtpspec_judge *judge,
                               enum smtpspec_manner manner);
void smtpspec_judge_say_defect(struct smtpspec_judge *judge,
                               enum smtpspec_defect defect);
/* By rule id, "session.no-reply"; false where there is none. */
bool smtpspec_judge_find_manner(struct smtpspec_span id,
                                struct smtpspec_verdict *out);
/* Where its row stands in manners.def. */
unsigned smtpspec_judge_manner_line(enum smtpspec_manner manner);
/* Vocabulary and state, once the reply is complete. */
void smtpspec_judge_say_code(struct smtpspec_judge *judge);

/* One complete reply line; `text` is the whole line, code included, as far
 * as it was kept. */
void smtpspec_judge_line(struct smtpspec_judge *judge,
                         const struct smtpspec_reply_line *line,
                         struct smtpspec_span text);

/* Take client octets until all are placed or the next reply must decide what
 * they are; returns how many were taken. */
size_t smtpspec_judge_take(struct smtpspec_judge *judge,
                           struct smtpspec_span octets);
/* Queue a command that waits for its reply; goes silent past the bound. */
void smtpspec_judge_push(struct smtpspec_judge *judge,
                         const struct smtpspec_command_line *line,
                         enum smtpspec_stimulus stimulus);
/* Where the line under way holds a bare LF, let that be its end after all:
 * the server has answered it. Returns whether there was one. */
bool smtpspec_judge_end_line_at_lf(struct smtpspec_judge *judge);

/* The profile's texts include RFC 2821 or later. */
bool smtpspec_judge_is_contemporary(const struct smtpspec_judge *judge);

#endif
