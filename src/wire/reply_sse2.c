/* SPDX-License-Identifier: MIT */
/*
 * reply_sse2.c - fast tokenizer and line ends, for any x86-64
 */
#include "wire/reply_variants.h"

#if SMTPSPEC_SIMD >= 1

#define SMTPSPEC_BLOCKS BLOCKS_SSE2
#include "wire/ends_fast.h"
#include "wire/reply_fast.h"

SMTPSPEC_REPLY_FEEDER(smtpspec_reply_feed_sse2)
SMTPSPEC_ENDS_FINDER(smtpspec_ends_find_sse2)

#endif
