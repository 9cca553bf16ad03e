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

struct smtpspec_witness {
    struct smtpspec_record *record;
    struct smtpspec_journal_page *page; /* or NULL                           */
    uint64_t ms;                        /* since the connection was opened   */
};

void smtpspec_witness_sent(struct smtpspec_witness *witness,
                           const struct smtpspec_play *play,
                           struct smtpspec_span octets);
void smtpspec_witness_received(struct smtpspec_witness *witness,
                               const struct smtpspec_play *play,
                               struct smtpspec_span octets);

#endif
