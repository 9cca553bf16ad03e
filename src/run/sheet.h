/* SPDX-License-Identifier: MIT */
/*
 * sheet.h - the outcome of a case with all the memory that it points to
 *
 * Floor 5, run; no I/O. A result (case/result.h) is made from what the player
 * and the record know, which both are gone when the next case begins.
 */
#ifndef SMTPSPEC_SHEET_H
#define SMTPSPEC_SHEET_H

#include "case/play.h"
#include "case/result.h"
#include "run/record.h"

struct smtpspec_sheet {
    struct smtpspec_result result;
    const char *again;     /* id of the case that shows it                   */
    void *blocks;          /* what belongs to it, chained                    */
    bool turned_away;      /* 421 answered what the case itself sent        */
    bool told;             /* somebody was told of it, just as it is now     */
    bool after_message;    /* a message had been taken on that connection   */
    struct smtpspec_transcript_entry *entries; /* with their octets          */
    int64_t *spare;        /* of transcripts, record.h; or NULL              */
    int64_t taken;         /* of it, until the sheet is freed                */
};

/* Empty, for a case that was not or is yet to be played. */
struct smtpspec_sheet *smtpspec_sheet_new(const struct smtpspec_case *of);
void smtpspec_sheet_free(struct smtpspec_sheet *sheet);

/* The outcome of a case that was played: its own verdicts and its dialogue. */
struct smtpspec_sheet *
smtpspec_sheet_of(const struct smtpspec_play_result *played,
                  const struct smtpspec_case *of,
                  const struct smtpspec_record *record, uint64_t ms);

/*
 * The pseudo-case for a verdict of the set-up: id "session." and the rule, or
 * the rule alone where it begins so already.
 */
struct smtpspec_sheet *
smtpspec_sheet_of_setup(const struct smtpspec_play_verdict *verdict,
                        const struct smtpspec_case *of,
                        const struct smtpspec_record *record);

/* No verdict, but a reason: skip, throttled, error. Replaces what the sheet
 * said before, the dialogue excepted. */
void smtpspec_sheet_excuse(struct smtpspec_sheet *sheet,
                           enum smtpspec_outcome outcome, const char *reason);

/* THROTTLED, but a control dialogue was served: 421 is this case's own then,
 * and a verdict of its level, or what stands in the way of its set-up. */
void smtpspec_sheet_convict(struct smtpspec_sheet *sheet);

/* The connection, or the server, did not outlive the case: a fault, whatever
 * it was before. `observed` is constant. */
void smtpspec_sheet_blame(struct smtpspec_sheet *sheet,
                          enum smtpspec_manner manner, const char *observed);

/* A copy that lives as long as the sheet; NULL of NULL. */
const char *smtpspec_sheet_keep(struct smtpspec_sheet *sheet,
                                const char *text);

#endif
