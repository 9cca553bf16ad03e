/* SPDX-License-Identifier: MIT */
/*
 * witness.c - what went over the wire, into the record of the case and the
 * journal of the connection, without its secrets
 */
#include "run/witness.h"

#include "run/redact.h"

/* People are told of a secret; a judge gets as many letters of base64. */
static void hide(struct smtpspec_witness *witness, size_t length)
{
    static const char letters[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    smtpspec_record_octets(witness->record, 'C', witness->ms,
                           SMTPSPEC_SPAN("[secret]"));
    while (length > 0) {
        struct smtpspec_span some =
            smtpspec_span_head(SMTPSPEC_SPAN(letters), length);

        smtpspec_journal_octets(witness->page, 'C', witness->ms, some);
        length -= some.length;
    }
}

static void take_sent(void *context, struct smtpspec_span octets,
                      size_t hidden)
{
    struct smtpspec_witness *witness = context;

    if (hidden > 0) {
        hide(witness, hidden);
        return;
    }
    smtpspec_record_octets(witness->record, 'C', witness->ms, octets);
    smtpspec_journal_octets(witness->page, 'C', witness->ms, octets);
}

static void take_received(void *context, struct smtpspec_span octets,
                          size_t hidden)
{
    struct smtpspec_witness *witness = context;

    (void)hidden;
    smtpspec_record_octets(witness->record, 'S', witness->ms, octets);
    smtpspec_journal_octets(witness->page, 'S', witness->ms, octets);
}

void smtpspec_witness_sent(struct smtpspec_witness *witness,
                           const struct smtpspec_play *play,
                           struct smtpspec_span octets)
{
    smtpspec_redact_sent(play, octets, take_sent, witness);
}

void smtpspec_witness_received(struct smtpspec_witness *witness,
                               const struct smtpspec_play *play,
                               struct smtpspec_span octets)
{
    smtpspec_redact_received(play, octets, take_received, witness);
}
