/* SPDX-License-Identifier: MIT */
/*
 * witness.c - what went over the wire, into the record of the case and the
 * journal of the connection, without its secrets
 */
#include "run/witness.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"
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

void smtpspec_witness_free(struct smtpspec_witness *witness)
{
    free(witness->held);
    witness->held = NULL;
    witness->held_length = 0;
}

void smtpspec_witness_flush(struct smtpspec_witness *witness,
                            const struct smtpspec_play *play)
{
    struct smtpspec_span held = { witness->held, witness->held_length };

    witness->held_length = 0;
    if (held.length > 0)
        smtpspec_redact_received(play, held, take_received, witness);
}

void smtpspec_witness_sent(struct smtpspec_witness *witness,
                           const struct smtpspec_play *play,
                           struct smtpspec_span octets)
{
    smtpspec_witness_flush(witness, play);
    smtpspec_redact_sent(play, octets, take_sent, witness);
}

/* Where the last line that has ended is behind, or 0. */
static size_t behind_lines(struct smtpspec_span octets)
{
    size_t length = octets.length;

    while (length > 0 && octets.at[length - 1] != '\n')
        length--;
    return length;
}

static void hold(struct smtpspec_witness *witness,
                 const struct smtpspec_play *play, struct smtpspec_span octets)
{
    if (witness->held == NULL && octets.length > 0)
        witness->held = smtpspec_memory_new(SMTPSPEC_WITNESS_HELD_KEPT);
    while (octets.length > 0) {
        struct smtpspec_span some = smtpspec_span_head(
            octets, SMTPSPEC_WITNESS_HELD_KEPT - witness->held_length);

        memcpy(witness->held + witness->held_length, some.at, some.length);
        witness->held_length += some.length;
        octets = smtpspec_span_skip(octets, some.length);
        if (witness->held_length == SMTPSPEC_WITNESS_HELD_KEPT)
            smtpspec_witness_flush(witness, play);
    }
}

void smtpspec_witness_received(struct smtpspec_witness *witness,
                               const struct smtpspec_play *play,
                               struct smtpspec_span octets)
{
    size_t whole = behind_lines(octets);

    if (play->vars.password.length == 0) {
        take_received(witness, octets, 0);
        return;
    }
    if (witness->held_length > 0) {
        size_t end = smtpspec_span_find(octets, '\n');
        size_t first = end < octets.length ? end + 1 : end;

        hold(witness, play, smtpspec_span_head(octets, first));
        if (end == octets.length)
            return;
        smtpspec_witness_flush(witness, play);
        octets = smtpspec_span_skip(octets, first);
        whole -= first;
    }
    if (whole > 0)
        smtpspec_redact_received(play, smtpspec_span_head(octets, whole),
                                 take_received, witness);
    hold(witness, play, smtpspec_span_skip(octets, whole));
}
