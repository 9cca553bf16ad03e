/* SPDX-License-Identifier: MIT */
/*
 * word.h - eight octets looked at as one number
 *
 * The first octet is the lowest, on any machine; compilers make one load of
 * it. Private to the floor.
 */
#ifndef SMTPSPEC_WIRE_WORD_H
#define SMTPSPEC_WIRE_WORD_H

#include <stdint.h>

/* The same octet eight times. */
#define WORD_OF(octet) ((octet) * UINT64_C(0x0101010101010101))

static inline uint64_t word_at(const unsigned char *at)
{
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 |
           (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 |
           (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

#endif
