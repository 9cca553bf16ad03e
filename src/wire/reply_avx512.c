/* SPDX-License-Identifier: MIT */
/*
 * reply_avx512.c - fast tokenizer and line ends, for x86-64 with AVX-512
 *
 * The whole unit is for that set of instructions, without a flag for the
 * compiler; reply.c calls it where the processor has them.
 */
#include "wire/reply_variants.h"

#if SMTPSPEC_SIMD >= 4

#if defined(__clang__)
#pragma clang attribute push(                                               \
    __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,"          \
                          "avx512vl,avx512vbmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512vbmi2")
#endif

#define SMTPSPEC_BLOCKS BLOCKS_AVX512
#include "wire/ends_fast.h"
#include "wire/reply_fast.h"

SMTPSPEC_REPLY_FEEDER(smtpspec_reply_feed_avx512)
SMTPSPEC_ENDS_FINDER(smtpspec_ends_find_avx512)

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
