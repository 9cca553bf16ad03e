/* SPDX-License-Identifier: MIT */
/*
 * reply_variants.h - the forms in which the reply tokenizer comes, for those
 * who hold them against each other
 *
 * All keep the contract of smtpspec_reply_feed() in reply.h: the same records
 * and the same state of the parser for any octets in any cut.
 */
#ifndef SMTPSPEC_WIRE_REPLY_VARIANTS_H
#define SMTPSPEC_WIRE_REPLY_VARIANTS_H

#include <smtpspec/reply.h>

typedef size_t smtpspec_reply_feeder(struct smtpspec_reply_parser *parser,
                                     struct smtpspec_span octets,
                                     struct smtpspec_reply_line out[],
                                     size_t cap, size_t *count);

/* Octet by octet. */
smtpspec_reply_feeder smtpspec_reply_feed_reference;

struct smtpspec_reply_variant {
    const char *name; /* "reference", "swar", "best"                         */
    smtpspec_reply_feeder *feed;
};

/* The reference first, smtpspec_reply_feed() last; {NULL, NULL} ends them. */
extern const struct smtpspec_reply_variant smtpspec_reply_variants[];

#endif
