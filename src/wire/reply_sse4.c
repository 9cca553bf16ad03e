/* SPDX-License-Identifier: MIT */
/*
 * reply_sse4.c - the fast reply tokenizer for x86-64 with SSE4.1 and POPCNT
 *
 * The whole unit is for that set of instructions, without a flag for the
 * compiler; reply.c calls it where the processor has them.
 */
#include "wire/reply_variants.h"

#if SMTPSPEC_SIMD >= 2

#if defined(__clang__)
#pragma clang attribute push(                                               \
    __attribute__((target("ssse3,sse4.1,popcnt"))), apply_to = function)
#else
#pragma GCC target("ssse3,sse4.1,popcnt")
#endif

#define SMTPSPEC_BLOCKS BLOCKS_SSE4
#include "wire/reply_fast.h"

SMTPSPEC_REPLY_FEEDER(smtpspec_reply_feed_sse4)

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
