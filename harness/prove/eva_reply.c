/* SPDX-License-Identifier: MIT */
/*
 * eva_reply.c - the byte machine of the reply tokenizer, for any octets in any
 * number of feeds; the fast forms are shown to equal it by finite_reply.c
 *
 * follows:  src/wire/reply_reference.c src/wire/reply.c
 * uncalled: 40, the fast form, with its own copy of the machine, and what
 *           base.h has for each file
 * unreached: 2, what a feed of 2^32 octets is cut to, and the choice of SSE2
 */
#include "eva.h"

#include "wire/reply_variants.h"

#define ROOM 256

int main(void)
{
    static struct smtpspec_reply_line out[ROOM];
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t count;

    smtpspec_reply_init(&parser);
    while (eva_again()) {
        smtpspec_reply_feed_reference(&parser, eva_span(), out,
                                      eva_number(0, ROOM), &count);
        if (eva_again())
            smtpspec_reply_finish(&parser, &line);
    }
    return 0;
}
