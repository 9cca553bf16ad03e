/* SPDX-License-Identifier: MIT */
/*
 * ends.h - where lines end, and which hold nothing but visible octets
 *
 * Floor 1, wire. For who reads text of many lines and wants to know both of
 * each: they are found together, 64 octets at a time and without a branch that
 * depends on them.
 */
#ifndef SMTPSPEC_WIRE_ENDS_H
#define SMTPSPEC_WIRE_ENDS_H

#include <smtpspec/base.h>

#include "wire/reply_variants.h"

/* How many octets are looked at, at most and at least. */
#define SMTPSPEC_ENDS_MOST 4096
#define SMTPSPEC_ENDS_LEAST 16

struct smtpspec_ends {
    size_t length;   /* octets that were looked at                           */
    size_t count;
    uint64_t odd;    /* bit i: among 64 of them, those from 64 * i on, is one
                        that is neither 0x20 to 0x7E nor an LF, nor right in
                        front of one                                         */
    uint16_t lf[SMTPSPEC_ENDS_MOST + 64]; /* where each LF is                */
};

/* `form` is one that this machine runs. */
void smtpspec_ends_find(enum smtpspec_reply_form form, const char *at,
                        size_t length, struct smtpspec_ends *out);

/* Whether a line from `start` on, whose LF is at `end`, may have something odd
 * that is not right in front of the LF. */
static inline bool smtpspec_ends_is_odd(const struct smtpspec_ends *ends,
                                        size_t start, size_t end)
{
    return ends->odd << (63 - end / 64) >> (63 - end / 64) >> start / 64 != 0;
}

typedef void smtpspec_ends_finder(const char *at, size_t length,
                                  struct smtpspec_ends *out);
smtpspec_ends_finder smtpspec_ends_find_swar;
smtpspec_ends_finder smtpspec_ends_find_sse2;
smtpspec_ends_finder smtpspec_ends_find_avx2;
smtpspec_ends_finder smtpspec_ends_find_avx512;

#endif
