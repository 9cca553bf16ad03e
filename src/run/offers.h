/* SPDX-License-Identifier: MIT */
/*
 * offers.h - what EHLO lists, compared over the connections of a run
 *
 * Floor 5, run; no I/O. A server whose connections end at different machines
 * may offer now this and now that; nothing forbids it, but whoever reads a
 * report wants to know. In clear, inside TLS and after AUTH it may well differ
 * (RFC 3207, 4.2; RFC 4954, 4), so each of these is compared with itself.
 */
#ifndef SMTPSPEC_OFFERS_H
#define SMTPSPEC_OFFERS_H

#include <smtpspec/judge.h>

enum {
    SMTPSPEC_OFFERS_CLEAR,
    SMTPSPEC_OFFERS_TLS = 1,
    SMTPSPEC_OFFERS_LOGIN = 2,     /* with or without TLS                    */
    SMTPSPEC_OFFERS_COUNT = 4
};

struct smtpspec_offers {
    uint64_t first[SMTPSPEC_OFFERS_COUNT]; /* of the first EHLO              */
    unsigned unknown[SMTPSPEC_OFFERS_COUNT];
    bool seen[SMTPSPEC_OFFERS_COUNT];
    uint64_t differs;              /* keywords listed only now and then      */
    bool unknown_differs;          /* and some that have no row              */
};

/* All zero is a new one. Add what an exchange of EHLO or LHLO showed; any
 * other is passed over. */
void smtpspec_offers_add(struct smtpspec_offers *offers,
                         const struct smtpspec_judge *judge,
                         const struct smtpspec_exchange *exchange);

/* "SIZE, DSN and another": what differs, or "" where nothing does. */
void smtpspec_offers_tell(const struct smtpspec_offers *offers, char *out,
                          size_t cap);

#endif
