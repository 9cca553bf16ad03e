/* SPDX-License-Identifier: MIT */
/*
 * cbmc_swar.c - the searches of the form in plain C, and the same octet by
 * octet
 *
 * options: --unwind 21
 * proves:  for all contents of 16 octets: their masks have a bit for each LF
 *          and for each octet that is not plain, and no other; what lies
 *          between bounds is what does, for all bounds below 0x80; the head of
 *          0 to 20 octets is these, and zeros; of all numbers, the lowest bit
 *          that is set is that, and they have as many bits as are counted.
 */
#define SMTPSPEC_BLOCKS BLOCKS_SWAR
#include "cbmc.h"

#include "wire/blocks.h"

#define MOST 20

static bool is_plain(unsigned char octet)
{
    return octet >= 0x20 && octet <= 0x7e;
}

/* One of the 16 octets, any. */
static void prove_masks(const char octets[PIECE])
{
    struct masks masks = masks_of_piece(load_piece(octets));
    unsigned i;

    assume(i < PIECE);
    prove((masks.lf >> i & 1) == (octets[i] == '\n'), "a bit for each LF");
    prove((masks.odd >> i & 1) == !is_plain((unsigned char)octets[i]),
          "a bit for each octet that is not plain");
    prove(masks.lf >> PIECE == 0 && masks.odd >> PIECE == 0, "and no other");
}

static void prove_bounds(const char octets[PIECE])
{
    char low[PIECE], high[PIECE];
    unsigned inside, i;

    for (unsigned k = 0; k < PIECE; k++)
        assume(low[k] >= 0 && high[k] >= 0);
    inside = within_bounds(load_piece(octets), low, high);
    assume(i < PIECE);
    prove((inside >> i & 1) == (octets[i] >= low[i] && octets[i] <= high[i]),
          "what lies between bounds is what does");
    prove(inside >> PIECE == 0, "and nothing else");
}

/* Octets end where the array does, so that one more is outside. */
static void prove_head(const char octets[MOST])
{
    size_t length;
    struct piece head;
    unsigned i;

    assume(length <= MOST && i < PIECE);
    head = load_head(octets + MOST - length, length);
    prove((unsigned char)((i < 8 ? head.low : head.high) >> 8 * (i % 8)) ==
              (i < length ? (unsigned char)octets[MOST - length + i] : 0),
          "the head is the first octets, and zeros");
}

static void prove_bits(void)
{
    uint64_t bits;
    unsigned lowest = lowest_bit(bits), below = lowest < 64 ? lowest : 63;

    prove(bits == 0 || (lowest < 64 && (bits >> below & 1) == 1 &&
                        (bits & ((UINT64_C(1) << below) - 1)) == 0),
          "the lowest bit is that");
    prove(count_bits(0) == 0 &&
              (bits == 0 ||
               count_bits(bits) == count_bits(bits & (bits - 1)) + 1),
          "each bit counts once");
}

int main(void)
{
    char octets[MOST];

    for (unsigned i = 0; i < MOST; i++) {
        char any;

        octets[i] = any;
    }
    prove_masks(octets);
    prove_bounds(octets);
    prove_head(octets);
    prove_bits();
    return 0;
}
