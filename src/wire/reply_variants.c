/* SPDX-License-Identifier: MIT */
/*
 * reply_variants.c - all forms of the reply tokenizer in a row
 *
 * A file of its own, so that only those who compare them link them all.
 */
#include "wire/reply_variants.h"

const struct smtpspec_reply_variant smtpspec_reply_variants[] = {
    { "reference", smtpspec_reply_feed_reference, SMTPSPEC_REPLY_SWAR },
    { "swar", smtpspec_reply_feed_swar, SMTPSPEC_REPLY_SWAR },
#if SMTPSPEC_SIMD >= 1
    { "sse2", smtpspec_reply_feed_sse2, SMTPSPEC_REPLY_SSE2 },
#endif
#if SMTPSPEC_SIMD >= 2
    { "sse4", smtpspec_reply_feed_sse4, SMTPSPEC_REPLY_SSE4 },
#endif
#if SMTPSPEC_SIMD >= 3
    { "avx2", smtpspec_reply_feed_avx2, SMTPSPEC_REPLY_AVX2 },
#endif
#if SMTPSPEC_SIMD >= 4
    { "avx512", smtpspec_reply_feed_avx512, SMTPSPEC_REPLY_AVX512 },
#endif
    { NULL, NULL, SMTPSPEC_REPLY_SWAR }
};
