/* SPDX-License-Identifier: MIT */
/*
 * reply_variants.h - the forms in which the reply tokenizer comes, for the one
 * that chooses and for those who hold them against each other
 *
 * All keep the contract of smtpspec_reply_feed() in reply.h: the same records
 * and the same state of the parser for any octets in any cut.
 */
#ifndef SMTPSPEC_WIRE_REPLY_VARIANTS_H
#define SMTPSPEC_WIRE_REPLY_VARIANTS_H

#include <smtpspec/reply.h>

/* The widest form that is built, counted as enum smtpspec_reply_form does; by
 * `make SIMD=`, else all that the machine can have. */
#if !defined(__GNUC__) || !defined(__x86_64__)
#undef SMTPSPEC_SIMD
#define SMTPSPEC_SIMD 0
#elif !defined(SMTPSPEC_SIMD)
#define SMTPSPEC_SIMD 4
#endif

typedef size_t smtpspec_reply_feeder(struct smtpspec_reply_parser *parser,
                                     struct smtpspec_span octets,
                                     struct smtpspec_reply_line out[],
                                     size_t cap, size_t *count);

/* smtpspec_reply_parser.variant, the slowest first. */
enum smtpspec_reply_form {
    SMTPSPEC_REPLY_SWAR, /* by words of eight octets, on any machine         */
    SMTPSPEC_REPLY_SSE2,
    SMTPSPEC_REPLY_SSE4,
    SMTPSPEC_REPLY_AVX2,
    SMTPSPEC_REPLY_AVX512
};
_Static_assert(SMTPSPEC_REPLY_SSE2 == 1 && SMTPSPEC_REPLY_AVX512 == 4,
               "what SMTPSPEC_SIMD is compared with");

/* The fastest that this processor runs. */
enum smtpspec_reply_form smtpspec_reply_fastest(void);

smtpspec_reply_feeder smtpspec_reply_feed_reference; /* octet by octet       */
smtpspec_reply_feeder smtpspec_reply_feed_swar;
smtpspec_reply_feeder smtpspec_reply_feed_sse2;
smtpspec_reply_feeder smtpspec_reply_feed_sse4;
smtpspec_reply_feeder smtpspec_reply_feed_avx2;
smtpspec_reply_feeder smtpspec_reply_feed_avx512;

struct smtpspec_reply_variant {
    const char *name; /* "reference", "swar", "sse2", "sse4", "avx2" ...     */
    smtpspec_reply_feeder *feed;
    enum smtpspec_reply_form form; /* not run where the fastest is below     */
};

/* The reference first; {NULL} ends them. */
extern const struct smtpspec_reply_variant smtpspec_reply_variants[];

#endif
