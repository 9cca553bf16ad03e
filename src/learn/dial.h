/* SPDX-License-Identifier: MIT */
/*
 * dial.h - one word on one connection
 *
 * Floor 5, learn; on libuv. Moves octets, keeps the deadlines, and writes the
 * outputs down. What is to be made of a silence, or of a missing banner, is
 * the business of ask.c.
 */
#ifndef SMTPSPEC_DIAL_H
#define SMTPSPEC_DIAL_H

#include "learn/ask.h"

enum smtpspec_dial_end {
    SMTPSPEC_DIAL_ANSWERED,    /* all outputs are there                      */
    SMTPSPEC_DIAL_BROKEN,      /* the same, and the connection was closed
                                  without 221 or 421                         */
    SMTPSPEC_DIAL_SILENT,      /* at `at`, for the plain deadline            */
    SMTPSPEC_DIAL_UNGREETED,   /* no banner, or one that is not 220          */
    SMTPSPEC_DIAL_STOPPED      /* by smtpspec_dial_close()                   */
};

struct smtpspec_dial;

/* What came of it. */
struct smtpspec_dial_facts {
    enum smtpspec_dial_end end;
    size_t at;                 /* BROKEN, SILENT: of which symbol            */
    unsigned banner;           /* its code; 0: none                          */
    bool greeted;              /* by 220                                     */
    size_t sent;               /* symbols                                    */
    uint64_t offered;          /* by EHLO                                    */
    char why[160];             /* the transport's last error, or ""          */
    struct smtpspec_span greeting; /* text of the banner                     */
};

struct smtpspec_dial_terms {
    uv_loop_t *loop;
    const struct smtpspec_ask_terms *ask;
    struct smtpspec_addresses *addresses;
    const struct smtpspec_server_options *server;
    uint64_t connect_ms, banner_ms, silence_ms;
};

struct smtpspec_dial_events {
    /* The banner is there, 220. */
    void (*greeted)(void *context);
    /* Whether a silence of the symbol is believed without a repeat. */
    bool (*believes)(void *context, unsigned symbol);
    /* There is one: whether it counts. If not, the dial ends SILENT. */
    bool (*takes)(void *context, unsigned symbol);
    /* The connection is gone, and the dial when this returns. */
    void (*over)(void *context, const struct smtpspec_dial_facts *facts);
    void *context;
};

/* Look the target up and set the times; false and `why` where it cannot be
 * asked. Loop, terms of who asks, room for addresses, and server (NULL: it is
 * not the built-in one) are there already. */
bool smtpspec_dial_aim(struct smtpspec_dial_terms *terms, char *why,
                       size_t cap);

/* Begin; `length` symbols of the word are asked, whose outputs are written to
 * the question. `patient`: each deadline is ten times as long, and then the
 * silence is an output. Terms and question must live as long. */
struct smtpspec_dial *
smtpspec_dial_new(const struct smtpspec_dial_terms *terms,
                  struct smtpspec_question *question, size_t length,
                  bool patient, const struct smtpspec_dial_events *events);

/* Hang up; `over` comes from the loop. */
void smtpspec_dial_close(struct smtpspec_dial *dial);

#endif
