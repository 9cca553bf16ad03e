/* SPDX-License-Identifier: MIT */
/*
 * word.h - eight octets looked at as one number
 *
 * The first octet is the lowest, on any machine; compilers make one load of
 * it. Private to the floor.
 */
#ifndef SMTPSPEC_WIRE_WORD_H
#define SMTPSPEC_WIRE_WORD_H

#include <smtpspec/base.h>

/* The same octet eight times. */
#define WORD_OF(octet) ((octet) * UINT64_C(0x0101010101010101))

static inline uint64_t word_at(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
           (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 |
           (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

/* Four octets. */
static inline uint32_t half_word_at(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

/* A high bit of the octet that is below 0x20 or above 0x7E, or behind one. */
static inline uint64_t hidden_marks(const unsigned char *octet)
{
    uint64_t word = word_at(octet);

    return (word - WORD_OF(0x20)) | word | (word + WORD_OF(1));
}

/* Whether no octet is below 0x20 or above 0x7E. The last word may reach back
 * over octets that were seen already. */
static inline bool is_all_visible(struct smtpspec_span span)
{
    const unsigned char *octet = (const unsigned char *)span.at;
    uint64_t marks = 0;
    size_t i = 0;

    for (; i + 8 <= span.length; i += 8)
        marks |= hidden_marks(octet + i);
    if (span.length >= 8)
        marks |= hidden_marks(octet + span.length - 8);
    for (; span.length < 8 && i < span.length; i++)
        marks |= (octet[i] - 0x20u) | octet[i] | (octet[i] + 1u);
    return (marks & WORD_OF(0x80)) == 0;
}

#endif
