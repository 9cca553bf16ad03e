/* SPDX-License-Identifier: MIT */
/*
 * ends_avx2.c - where lines end, for x86-64 with AVX2 and BMI
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

SMTPSPEC_ENDS_FINDER(smtpspec_ends_find_avx2)

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
