/* SPDX-License-Identifier: MIT */
/*
 * ends_avx512.c - where lines end, for x86-64 with AVX-512
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

SMTPSPEC_ENDS_FINDER(smtpspec_ends_find_avx512)

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
