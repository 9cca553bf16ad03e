/* SPDX-License-Identifier: MIT */
/*
 * reply_variants.c - all forms of the reply tokenizer in a row
 *
 * A file of its own, so that only those who compare them link them all.
 */
#include "wire/reply_fast.h"
#include "wire/reply_variants.h"

static size_t feed_swar(struct smtpspec_reply_parser *parser,
                        struct smtpspec_span octets,
                        struct smtpspec_reply_line out[], size_t cap,
                        size_t *count)
{
    return feed_by(plain_swar, parser, octets, out, cap, count);
}

const struct smtpspec_reply_variant smtpspec_reply_variants[] = {
    { "reference", smtpspec_reply_feed_reference },
    { "swar", feed_swar },
    { "best", smtpspec_reply_feed },
    { NULL, NULL },
};
