/* SPDX-License-Identifier: MIT */
/*
 * probing.h - the inside of a probe, for the files that it is made of
 *
 * Floor 5, run. probe.c plays and keeps the time; probe_seen.c tells what came
 * of it.
 */
#ifndef SMTPSPEC_PROBING_H
#define SMTPSPEC_PROBING_H

#include "run/deadline.h"
#include "run/probe.h"
#include "run/witness.h"

enum phase {
    PHASE_OPENING,
    PHASE_RESTING,      /* between cases                                     */
    PHASE_READING,      /* a reply is due                                    */
    PHASE_LISTENING,    /* nothing is due                                    */
    PHASE_LINGERING,    /* the case is over, but a reply too many may come   */
    PHASE_SECURING,     /* the TLS handshake is under way                    */
    PHASE_QUITTING,
    PHASE_CLOSING
};

struct smtpspec_probe {
    const struct smtpspec_probe_terms *terms;
    struct smtpspec_probe_events events;
    struct smtpspec_transport *transport;
    struct smtpspec_deadline deadline;
    unsigned parts;             /* timer, transport: not closed yet          */
    uint8_t phase;              /* enum phase                                */
    bool gone;                  /* the server closed                         */
    bool hung_up;               /* we are to close                           */
    bool took_message;
    bool endless;
    bool listen, lingered;
    bool late;                  /* the time is up, but for a last look       */
    bool surplus;
    bool playing;               /* a case has begun on this connection       */
    uint64_t opened_at, began_at, ended_at;
    uint64_t since;             /* the reply that is due: since when         */
    uint32_t replies;           /* whole ones when `since` was set           */
    uint32_t replies_at_quit;
    uint64_t commands, slowest;
    struct smtpspec_tally tally;
    struct smtpspec_tally_line *lines; /* of the tally; or NULL              */
    struct smtpspec_journal_page *page;
    struct smtpspec_witness witness;
    struct smtpspec_record record;
    struct smtpspec_shape_heard heard;
    /* Most of these two is never written to. With thousands of connections it
     * is the pages that nobody touches that are saved. */
    struct smtpspec_judge judge;
    struct smtpspec_play play;
};

#endif
