/* SPDX-License-Identifier: MIT */
/*
 * reply_reference.c - the reply tokenizer in its reference form: step() and
 * the loop around it
 *
 * What every other form of smtpspec_reply_feed() must equal, record by record
 * and in the state that it leaves; slow, and the form that is proved.
 */
#include "wire/reply_machine.h"
#include "wire/reply_variants.h"

size_t smtpspec_reply_feed_reference(struct smtpspec_reply_parser *parser,
                                     struct smtpspec_span octets,
                                     struct smtpspec_reply_line out[],
                                     size_t cap, size_t *count)
{
    size_t given = feed_most(octets.length);
    size_t used = 0, start = 0, written = 0;
    bool resumed = resumes_cr(parser, octets);

    while (used < given && written < cap) {
        if (!step(parser, (unsigned char)octets.at[used++]))
            continue;
        hand_out(parser, start, used, resumed, &out[written++]);
        resumed = false;
        start = used;
    }
    if (used > start && written < cap)
        written += hand_out_fragment(parser, start, used, resumed,
                                     &out[written]);
    *count = written;
    return used;
}
