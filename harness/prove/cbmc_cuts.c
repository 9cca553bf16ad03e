/* SPDX-License-Identifier: MIT */
/*
 * cbmc_cuts.c - a cut of a stream changes nothing
 *
 * follows: src/wire/reply_reference.c
 * options: --unwind 4 --no-standard-checks
 * proves:  for every sane state and all contents of 2 and 3 octets, by the byte
 *          machine: one feed and a feed for each octet leave the same state and
 *          give the same lines, their fragments joined. All cuts of as many
 *          octets are alike by that: each piece is what its octets are.
 */
#include "cbmc.h"

#include "wire/reply_variants.h"

#define OCTETS 3

/* What a caller joins of the records of lines. */
struct joined {
    struct smtpspec_reply_line lines[OCTETS];
    unsigned count;
    uint32_t open; /* octets of one that has not ended                       */
};

static void join(struct joined *joined, const struct smtpspec_reply_line *line)
{
    joined->open += line->length;
    joined->open += (line->flags & SMTPSPEC_LINE_HELD_CR) != 0;
    if (line->flags & SMTPSPEC_LINE_PARTIAL)
        return;
    prove(joined->count < OCTETS, "no more lines than octets");
    joined->lines[joined->count] = *line;
    joined->lines[joined->count++].length = joined->open;
    joined->open = 0;
}

static void feed(struct smtpspec_reply_parser *parser, const char *at,
                 size_t length, struct joined *joined)
{
    struct smtpspec_reply_line out[OCTETS];
    size_t count;

    smtpspec_reply_feed_reference(parser, (struct smtpspec_span){ at, length },
                                  out, OCTETS, &count);
    for (size_t i = 0; i < count; i++)
        join(joined, &out[i]);
}

static void prove_same(const struct smtpspec_reply_line *a,
                       const struct smtpspec_reply_line *b)
{
    const unsigned told = SMTPSPEC_LINE_FIRST | SMTPSPEC_LINE_LAST;

    prove(a->length == b->length, "a line is as long");
    prove(a->code == b->code && a->separator == b->separator &&
              (a->flags & told) == (b->flags & told), "and has the same code");
    prove(a->defects == b->defects, "and defects");
    prove(a->status.class_digit == b->status.class_digit &&
              a->status.subject == b->status.subject &&
              a->status.detail == b->status.detail, "and enhanced code");
}

static void prove_cuts(const char *octets, size_t length)
{
    struct smtpspec_reply_parser whole = sane_parser(OCTETS), cut = whole;
    struct joined one = { .count = 0 }, many = { .count = 0 };

    feed(&whole, octets, length, &one);
    for (size_t i = 0; i < length; i++)
        feed(&cut, octets + i, 1, &many);
    prove(are_same(&whole, &cut), "a cut leaves the same state");
    prove(one.count == many.count && one.open == many.open,
          "and as many lines and octets");
    for (unsigned i = 0; i < length; i++)
        if (i < one.count && i < many.count)
            prove_same(&one.lines[i], &many.lines[i]);
}

int main(void)
{
    char octets[OCTETS];

    for (unsigned i = 0; i < OCTETS; i++)
        octets[i] = (char)unknown_octet();
    prove_cuts(octets, 2);
    prove_cuts(octets, 3);
    return 0;
}
