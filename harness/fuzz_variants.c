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
 * seeds:    corpus/seeds/reply    words: corpus/dictionaries/reply.dict
 */
#include <smtpspec/reply.h>

#include "wire/reply_variants.h"

#include "harness.h"

HARNESS_CHECKS_BEGIN

#include "../tests/support/reply_same.h"

#define ROOM 16

/* What one feed did. */
struct outcome {
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line out[ROOM];
    size_t used, count;
};

static void must_be_same(const struct outcome *a, const struct outcome *b)
{
    MUST(a->used == b->used && a->count == b->count);
    for (size_t i = 0; i < a->count; i++)
        MUST(reply_same_line(&a->out[i], &b->out[i]));
    MUST(reply_same_parser(&a->parser, &b->parser));
}

/* One feed by every form, from one state; how much it took. */
static size_t feed_all(struct smtpspec_reply_parser *parser,
                       struct smtpspec_span octets, size_t cap)
{
    const struct smtpspec_reply_variant *variant = smtpspec_reply_variants;
    struct outcome want, got;

    want.parser = *parser;
    want.used = variant->feed(&want.parser, octets, want.out, cap,
                              &want.count);
    MUST(want.used == octets.length || want.count == cap);
    while ((++variant)->name != NULL) {
        got.parser = *parser;
        got.used = variant->feed(&got.parser, octets, got.out, cap,
                                 &got.count);
        must_be_same(&want, &got);
    }
    *parser = want.parser;
    return want.used;
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

    read_in_chunks(wire, wire.length + 1, ROOM, seed);
    read_in_chunks(wire, 3, 1, seed);
    read_in_chunks(wire, 40, 3, seed);
    return 0;
}

HARNESS_CHECKS_END
