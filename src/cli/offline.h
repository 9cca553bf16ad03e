/* SPDX-License-Identifier: MIT */
/*
 * offline.h - judge a recording, in bounded memory
 *
 * Floor 7, cli. Takes the lines of a transcript, gives them to a judge per
 * session, and gathers what it says: one result for each rule that was broken
 * (with the lines around its first time and how often it came), one for each
 * kind of exchange in which nothing was wrong. A recording may have any size:
 * the last 200 lines are remembered, and a bounded number of findings.
 */
#ifndef SMTPSPEC_OFFLINE_H
#define SMTPSPEC_OFFLINE_H

#include "case/result.h"
#include "case/transcript.h"

struct smtpspec_offline;

/* NULL where there is no memory. */
struct smtpspec_offline *
smtpspec_offline_new(const struct smtpspec_terms *terms);
void smtpspec_offline_free(struct smtpspec_offline *offline);

/* The event callback of a transcript reader; `offline` is the context. */
void smtpspec_offline_event(void *offline,
                            const struct smtpspec_transcript_event *event);

/* The same for lines that the reader takes whole. What was fed has to stay
 * where it is until settle(). */
void smtpspec_offline_lines(void *offline,
                            const struct smtpspec_transcript_lines *lines);
void smtpspec_offline_settle(struct smtpspec_offline *offline);

/* The recording has ended; with `truncated` inside a line of the file. */
void smtpspec_offline_end(struct smtpspec_offline *offline, bool truncated);

/* Whether any line of the server began with a reply code. */
bool smtpspec_offline_saw_smtp(const struct smtpspec_offline *offline);

/* Where a session ended while a reply was due: what is to be said of the first
 * such one, as "ends while a reply to RCPT is due"; else NULL. `*line` is the
 * last one of it. */
const char *smtpspec_offline_incomplete(const struct smtpspec_offline *offline,
                                        uint64_t *line);

/* Where something is missing from the recording and a session was judged only
 * up to there, or not at all: what, of the first such place; else NULL. */
const char *smtpspec_offline_gap(const struct smtpspec_offline *offline,
                                 uint64_t *line);

/* Whether memory or the bound on findings left something out. */
bool smtpspec_offline_overflowed(const struct smtpspec_offline *offline);

/* What the server said of itself in the first session; strings live as long
 * as `offline`. */
void smtpspec_offline_facts(const struct smtpspec_offline *offline,
                            struct smtpspec_target_facts *facts);

/* Where the sessions went; lives as long as `offline`. NULL and 0 where memory
 * is missing. (offline_places.c) */
const struct smtpspec_transition *
smtpspec_offline_places(struct smtpspec_offline *offline, unsigned *count);

/* Hand out all results, findings first, in the order in which they came; each
 * lives until `take` returns. */
void smtpspec_offline_results(const struct smtpspec_offline *offline,
                              void (*take)(void *context,
                                           const struct smtpspec_result *),
                              void *context);

#endif
