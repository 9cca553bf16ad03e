/* SPDX-License-Identifier: MIT */
/*
 * ends.c - where lines end: in plain C, and by the form that is asked for
 */
#define SMTPSPEC_BLOCKS BLOCKS_SWAR
#include "wire/ends_fast.h"

SMTPSPEC_ENDS_FINDER(smtpspec_ends_find_swar)

void smtpspec_ends_find(enum smtpspec_reply_form form, const char *at,
                        size_t length, struct smtpspec_ends *out)
{
    switch (form) {
#if SMTPSPEC_SIMD >= 4
    case SMTPSPEC_REPLY_AVX512:
        smtpspec_ends_find_avx512(at, length, out);
        break;
#endif
#if SMTPSPEC_SIMD >= 3
    case SMTPSPEC_REPLY_AVX2:
        smtpspec_ends_find_avx2(at, length, out);
        break;
#endif
#if SMTPSPEC_SIMD >= 1
    case SMTPSPEC_REPLY_SSE4:
    case SMTPSPEC_REPLY_SSE2:
        smtpspec_ends_find_sse2(at, length, out);
        break;
#endif
    default:
        smtpspec_ends_find_swar(at, length, out);
        break;
    }
}
