/* SPDX-License-Identifier: MIT */
/*
 * opening.h - the first dialogue: is there a server that speaks SMTP?
 *
 * Floor 5, run; pure. Greeting, EHLO (HELO where that is refused), NOOP and
 * QUIT come before any case. Where they do not go through, nothing else is
 * tried and the target counts as not tested.
 */
#ifndef SMTPSPEC_OPENING_H
#define SMTPSPEC_OPENING_H

#include <smtpspec/error.h>

#include "case/case.h"
#include "run/tally.h"

/* The dialogues: EHLO or HELO, NOOP, QUIT. They are harmless, so they also
 * tell later on whether a server turns everybody away, or lives. */
extern const struct smtpspec_case smtpspec_opening_ehlo;
extern const struct smtpspec_case smtpspec_opening_helo;
/* EHLO (or HELO) alone, where NOOP is not answered. */
extern const struct smtpspec_case smtpspec_opening_short;
extern const struct smtpspec_case smtpspec_opening_short_helo;
/* NOOP on a connection that stands, to see whether somebody is still there:
 * by how it was greeted. */
extern const struct smtpspec_case smtpspec_opening_alive;
extern const struct smtpspec_case smtpspec_opening_alive_helo;

enum smtpspec_opening {
    SMTPSPEC_OPENING_PASSED,
    SMTPSPEC_OPENING_TRY_HELO,   /* EHLO was not accepted                    */
    SMTPSPEC_OPENING_TURNED_AWAY,/* 421: too many of us, or not now          */
    SMTPSPEC_OPENING_FAILED
};

/* How the dialogue went. */
struct smtpspec_opening_facts {
    enum smtpspec_error error;   /* of the connection                        */
    const char *why;             /* in the system's words                    */
    const struct smtpspec_tally *tally; /* NULL where there was none         */
    bool closed;                 /* the server closed                        */
    bool welcome;                /* EHLO or HELO was accepted                */
    bool was_helo;
    uint64_t greeting_ms;        /* how long a greeting was waited for       */
};

/* Unless it passed, `trouble` gets one clause, escaped. */
enum smtpspec_opening
smtpspec_opening_weigh(const struct smtpspec_opening_facts *facts,
                       char *trouble, size_t cap);

/* What else is asked once the opening dialogue went through: EHLO inside TLS,
 * whether MAIL is answered 530, EHLO after the log-in. The reply to EHLO, or to
 * MAIL, is the last but one, QUIT's the last. */
extern const struct smtpspec_case smtpspec_opening_tls;
extern const struct smtpspec_case smtpspec_opening_mail;
extern const struct smtpspec_case smtpspec_opening_login;

#endif
