/* SPDX-License-Identifier: MIT */
/*
 * reply_sse2.c - the fast reply tokenizer for any x86-64
 */
#include "wire/reply_variants.h"

#if SMTPSPEC_SIMD >= 1

#define SMTPSPEC_BLOCKS BLOCKS_SSE2
#include "wire/reply_fast.h"

SMTPSPEC_REPLY_FEEDER(smtpspec_reply_feed_sse2)

#endif
