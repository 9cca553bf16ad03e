/* SPDX-License-Identifier: MIT */
/*
 * reply_avx2.c - fast tokenizer and line ends, for x86-64 with AVX2 and BMI
 *
 * The whole unit is for that set of instructions, without a flag for the
 * compiler; reply.c calls it where the processor has them.
 */
#include "wire/reply_variants.h"

#if SMTPSPEC_SIMD >= 3

#if defined(__clang__)
#pragma clang attribute push(                                               \
    __attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#endif

#define SMTPSPEC_BLOCKS BLOCKS_AVX2
#include "wire/ends_fast.h"
#include "wire/reply_fast.h"

SMTPSPEC_REPLY_FEEDER(smtpspec_reply_feed_avx2)
SMTPSPEC_ENDS_FINDER(smtpspec_ends_find_avx2)

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
