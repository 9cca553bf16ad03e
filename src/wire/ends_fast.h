/* SPDX-License-Identifier: MIT */
/*
 * ends_fast.h - where lines end, for one set of instructions (blocks.h)
 *
 * Included once for each.
 */
#ifndef SMTPSPEC_WIRE_ENDS_FAST_H
#define SMTPSPEC_WIRE_ENDS_FAST_H

#include "wire/blocks.h"
#include "wire/ends.h"

/* An odd octet is told of by the bit behind it, so that the LF takes away what
 * is right in front of it. What falls off the end is of no line that ends here.
 */
SMTPSPEC_INLINE void note_block(struct smtpspec_ends *out, struct masks masks,
                                size_t block, uint64_t *behind)
{
    uint64_t odd = masks.odd & ~masks.lf;
    uint64_t marks = (odd << 1 | *behind) & ~masks.lf;

    *behind = odd >> (BLOCK - 1);
    out->odd |= (uint64_t)(marks != 0) << block;
    out->count += note_bits(masks.lf, (unsigned)(block * BLOCK),
                            &out->lf[out->count]);
}

SMTPSPEC_INLINE void find_ends(const char *at, size_t length,
                               struct smtpspec_ends *out)
{
    size_t block = 0;
    uint64_t behind = 0;

    if (length > SMTPSPEC_ENDS_MOST)
        length = SMTPSPEC_ENDS_MOST;
    out->length = length;
    out->count = 0;
    out->odd = 0;
    for (; (block + 1) * BLOCK <= length; block++) {
        /* Who reads a long text looks at these the next time. Between two looks
         * so much is done that the processor does not see what comes next. */
        fetch_ahead(at + block * BLOCK, SMTPSPEC_ENDS_MOST);
        note_block(out, masks_of_block(at + block * BLOCK), block, &behind);
    }
    if (block * BLOCK < length)
        note_block(out, masks_of_rest(at, block * BLOCK, length), block,
                   &behind);
}

/* The function of a unit, by its name. */
#define SMTPSPEC_ENDS_FINDER(name)                                          \
    SMTPSPEC_UNSEEN void name(const char *at, size_t length,                \
                              struct smtpspec_ends *out)                    \
    {                                                                       \
        find_ends(at, length, out);                                         \
    }

#endif
