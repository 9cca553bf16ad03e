/* SPDX-License-Identifier: MIT */
/*
 * reply_avx2.c - the fast reply tokenizer for x86-64 with AVX2 and BMI
 *
 * The whole unit is for that set of instructions, without a flag for the
 * compiler; reply.c calls it where the processor has them.
 */
#include "wire/reply_variants.h"

#ifdef SMTPSPEC_REPLY_HAS_X86

#if defined(__clang__)
#pragma clang attribute push(                                               \
    __attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2,popcnt")
#endif

#define SMTPSPEC_BLOCKS 3 /* BLOCKS_AVX2 */
#include "wire/reply_fast.h"

SMTPSPEC_UNSEEN size_t
smtpspec_reply_feed_avx2(struct smtpspec_reply_parser *parser,
                                struct smtpspec_span octets,
                                struct smtpspec_reply_line out[], size_t cap,
                                size_t *count)
{
    return feed_fast(parser, octets, out, cap, count);
}

#if defined(__clang__)
#pragma clang attribute pop
#endif

#endif
