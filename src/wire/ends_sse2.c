/* SPDX-License-Identifier: MIT */
/*
 * ends_sse2.c - where lines end, for any x86-64
 */
#include "wire/reply_variants.h"

#if SMTPSPEC_SIMD >= 1

#define SMTPSPEC_BLOCKS BLOCKS_SSE2
#include "wire/ends_fast.h"

SMTPSPEC_ENDS_FINDER(smtpspec_ends_find_sse2)

#endif
