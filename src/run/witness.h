/* SPDX-License-Identifier: MIT */
/*
 * witness.h - what went over the wire, into the record of the case and the
 * journal of the connection, without its secrets
 *
 * Floor 5, run.
 */
#ifndef SMTPSPEC_WITNESS_H
#define SMTPSPEC_WITNESS_H

#include "case/play.h"
#include "run/journal.h"
#include "run/record.h"

/* Octets of a line of the server that wait for its end: a secret may come in
 * two pieces. */
#define SMTPSPEC_WITNESS_HELD_KEPT 2048

/* All zero but for record and page is a new one. */
struct smtpspec_witness {
    struct smtpspec_record *record;
    struct smtpspec_journal_page *page; /* or NULL                           */
    uint64_t ms;             /* since the connection was opened: set it first*/
    size_t held_length;
    char *held; /* SMTPSPEC_WITNESS_HELD_KEPT octets, once something is held */
};

void smtpspec_witness_free(struct smtpspec_witness *witness);

void smtpspec_witness_sent(struct smtpspec_witness *witness,
                           const struct smtpspec_play *play,
                           struct smtpspec_span octets);
void smtpspec_witness_received(struct smtpspec_witness *witness,
                               const struct smtpspec_play *play,
                               struct smtpspec_span octets);

/* Nothing more of that line is waited for. To be called before anything else is
 * said of the connection, and before the record is read. */
void smtpspec_witness_flush(struct smtpspec_witness *witness,
                            const struct smtpspec_play *play);

#endif
