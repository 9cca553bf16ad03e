/* SPDX-License-Identifier: MIT */
/*
 * reply_swar.c - the fast reply tokenizer in plain C
 */
#define SMTPSPEC_BLOCKS 0 /* BLOCKS_SWAR */
#include "wire/reply_fast.h"
#include "wire/reply_variants.h"

SMTPSPEC_UNSEEN size_t
smtpspec_reply_feed_swar(struct smtpspec_reply_parser *parser,
                                struct smtpspec_span octets,
                                struct smtpspec_reply_line out[], size_t cap,
                                size_t *count)
{
    return feed_fast(parser, octets, out, cap, count);
}
