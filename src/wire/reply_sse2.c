/* SPDX-License-Identifier: MIT */
/*
 * reply_sse2.c - the fast reply tokenizer for any x86-64
 */
#include "wire/reply_variants.h"

#ifdef SMTPSPEC_REPLY_HAS_X86

#define SMTPSPEC_BLOCKS 1 /* BLOCKS_SSE2 */
#include "wire/reply_fast.h"
#include "wire/reply_variants.h"

SMTPSPEC_UNSEEN size_t
smtpspec_reply_feed_sse2(struct smtpspec_reply_parser *parser,
                                struct smtpspec_span octets,
                                struct smtpspec_reply_line out[], size_t cap,
                                size_t *count)
{
    return feed_fast(parser, octets, out, cap, count);
}

#endif
