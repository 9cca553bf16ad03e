/* SPDX-License-Identifier: MIT */
/*
 * fuzz_variants.c - the fast forms of the reply tokenizer against the slow one
 *
 * targets:  all of smtpspec_reply_variants, the byte machine first
 * input:    what a server sent, and nothing else; where it is cut follows from
 *           its digest
 * holds:    fed the same chunks with the same room, every form consumes as
 *           much as the byte machine, hands out the same records and leaves
 *           the parser in the same state, after each feed
 * slow because all forms read an input, in two cuttings, and each feed of each
 *           form is compared, records and state
 * seeds:    corpus/seeds/reply    words: corpus/dictionaries/reply.dict
 * mutator:  reply
 */
#include <smtpspec/reply.h>

#include "harness.h"

HARNESS_CHECKS_BEGIN

#include "../tests/support/reply_forms.h"

/* One feed by every form, from one state; how much it took. */
static size_t feed_all(struct smtpspec_reply_parser *parser,
                       struct smtpspec_span octets, size_t cap)
{
    struct reply_outcome outcome;

    MUST(reply_forms_agree(parser, octets, cap, &outcome));
    MUST(outcome.used == octets.length || outcome.count == cap);
    *parser = outcome.parser;
    return outcome.used;
}

/* In chunks of at most `most` octets, each as long as `random` has it. */
static void read_in_chunks(struct smtpspec_span wire, size_t most, size_t cap,
                           uint64_t random)
{
    struct smtpspec_reply_parser parser;

    smtpspec_reply_init(&parser);
    while (wire.length > 0) {
        struct smtpspec_span chunk = harness_piece(&wire, most, &random);

        while (chunk.length > 0)
            chunk = smtpspec_span_skip(chunk, feed_all(&parser, chunk, cap));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span wire = { (const char *)data, size };
    uint64_t seed = harness_seed(wire);

    read_in_chunks(wire, wire.length + 1, FORMS_ROOM, seed);
    read_in_chunks(wire, 3, 1, seed);
    read_in_chunks(wire, 40, 3, seed);
    return 0;
}

HARNESS_CHECKS_END
