/* SPDX-License-Identifier: MIT */
/*
 * cbmc_sse2.c - the searches of the SSE2 form, and the same octet by octet
 *
 * options: --unwind 6 --unwindset main.0:81,movemask_model.0:17
 *          --unwindset prove_defects.0:34,defects_one_by_one.0:34
 * proves:  for all contents: the masks of a block of 64 octets, and of what is
 *          left of 16 to 80 octets behind whole blocks, have a bit for each LF
 *          and for each octet that is not plain, and no other; nothing outside
 *          is read; the defects of 0 to 33 octets are those of each of them.
 *          movemask is a model in C (vectors.h), which finite_vectors.c holds
 *          against the processor.
 */
#define SMTPSPEC_BLOCKS BLOCKS_SSE2
#include "cbmc.h"
#include "vectors.h"

#include "wire/reply_text.h"

#define OCTETS 80
#define TEXT 33

int __builtin_ia32_pmovmskb128(__v16qi octets)
{
    return movemask_model(octets);
}

__v2di __builtin_ia32_pandn128(__v2di without, __v2di octets)
{
    return andnot_model(without, octets);
}

static char octets[OCTETS];

static bool is_plain(char octet)
{
    return octet >= 0x20 && octet <= 0x7e;
}

/* Octet `i` of those at `at`, one of `count`; any of them. */
static void prove_mask(struct masks masks, const char *at, unsigned count)
{
    unsigned i;

    assume(i < BLOCK);
    prove((masks.lf >> i & 1) == (i < count && at[i] == '\n'),
          "a bit for each LF, and no other");
    prove((masks.odd >> i & 1) == (i < count && !is_plain(at[i])),
          "a bit for each octet that is not plain, and no other");
}

/* The octets end where the array does, so that one more is outside. */
static void prove_rest(void)
{
    size_t length;
    size_t from;
    const char *at;

    assume(length >= PIECE && length <= OCTETS);
    from = length < BLOCK ? 0 : BLOCK;
    assume(from < length);
    at = octets + OCTETS - length;
    prove_mask(masks_of_rest(at, from, length), at + from,
               (unsigned)(length - from));
}

static void prove_defects(void)
{
    size_t length;
    const char *at;

    assume(length <= TEXT);
    at = octets + OCTETS - length;
    for (size_t i = OCTETS - TEXT; i < OCTETS; i++)
        assume(octets[i] != '\n');
    prove(text_defects(at, length) == defects_one_by_one(at, length),
          "the defects of a text are those of its octets");
}

int main(void)
{
    for (unsigned i = 0; i < OCTETS; i++) {
        char any;

        octets[i] = any;
    }
    prove_mask(masks_of_block(octets), octets, BLOCK);
    prove_rest();
    prove_defects();
    return 0;
}
