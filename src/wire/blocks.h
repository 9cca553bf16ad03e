/* SPDX-License-Identifier: MIT */
/*
 * blocks.h - 64 octets at once, as masks: bit i speaks of octet i
 *
 * Instructions of a machine are asked for here alone. Who includes this defines
 * which to use, SMTPSPEC_BLOCKS, and each unit that does is for one set: code
 * for another, called from it, can cost twenty times what it does.
 *
 *   BLOCKS_SWAR     eight octets in a word of plain C, on any machine
 *   BLOCKS_SSE2     any x86-64
 *   BLOCKS_SSE4     with SSSE3, SSE4.1 and POPCNT, x86-64 since 2008
 *   BLOCKS_AVX2     with BMI and BMI2, x86-64 since 2013
 *   BLOCKS_AVX512   BW, VL and VBMI2, x86-64 since 2019
 */
#ifndef SMTPSPEC_WIRE_BLOCKS_H
#define SMTPSPEC_WIRE_BLOCKS_H

#include "wire/inline.h"

#include <smtpspec/base.h>

#include <string.h>

#define BLOCKS_SWAR   0
#define BLOCKS_SSE2   1
#define BLOCKS_SSE4   2
#define BLOCKS_AVX2   3
#define BLOCKS_AVX512 4

#if SMTPSPEC_BLOCKS == BLOCKS_SSE2
#include <emmintrin.h>
#elif SMTPSPEC_BLOCKS != BLOCKS_SWAR
#include <immintrin.h>
#endif

#define BLOCK 64
/* What one load of the narrowest kind takes, and a line's head is read from. */
#define PIECE 16

/* Plain are 0x20 to 0x7E: no line end, no control octet, nothing of eight
 * bits. HT is left out because it costs nothing to look at the few there are.
 */
struct masks {
    uint64_t lf;  /* is an LF                                                */
    uint64_t odd; /* is not plain, LF included                               */
};

/* --- Numbers -------------------------------------------------------------- */

/* Eight octets as one number, the first lowest, on any machine. */
SMTPSPEC_INLINE uint64_t load_word(const char *at)
{
    uint64_t word;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    memcpy(&word, at, sizeof(word));
#else
    word = 0;
    for (unsigned i = 0; i < 8; i++)
        word |= (uint64_t)(unsigned char)at[i] << (8 * i);
#endif
    return word;
}

/* The lowest bit that is set; 63 or 64 where none is. */
SMTPSPEC_INLINE unsigned lowest_bit(uint64_t bits)
{
#if SMTPSPEC_BLOCKS >= BLOCKS_AVX2
    return (unsigned)_tzcnt_u64(bits);
#elif defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits | UINT64_C(1) << 63);
#else
    unsigned at = 0;

    while (at < 63 && (bits >> at & 1) == 0)
        at++;
    return at;
#endif
}

SMTPSPEC_INLINE unsigned count_bits(uint64_t bits)
{
#if SMTPSPEC_BLOCKS >= BLOCKS_SSE4
    return (unsigned)_mm_popcnt_u64(bits);
#else
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) +
           (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
#endif
}

/* --- Plain C -------------------------------------------------------------- */

#define EACH(octet) ((octet) * UINT64_C(0x0101010101010101))

/* The high bit of each octet that is not between `low` and `low + width`; both
 * bounds are below 0x80. No octet carries into the next. */
SMTPSPEC_INLINE uint64_t marks_outside(uint64_t word, uint64_t low,
                                       uint64_t high)
{
    uint64_t seven = word & EACH(0x7f);

    return (~(seven + EACH(0x80) - low) | (seven + EACH(0x7f) - high) | word) &
           EACH(0x80);
}

/* One bit for each of eight marks. */
SMTPSPEC_INLINE uint64_t gather(uint64_t marks)
{
    return (marks >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

SMTPSPEC_INLINE struct masks masks_of_word(uint64_t word)
{
    uint64_t lf = word ^ EACH('\n');

    lf = ~((lf & EACH(0x7f)) + EACH(0x7f)) & ~lf & EACH(0x80);
    return (struct masks){
        gather(lf), gather(marks_outside(word, EACH(0x20), EACH(0x7e)))
    };
}

/* --- 16 octets ------------------------------------------------------------ */

/* Fewer than eight octets, and zeros. */
SMTPSPEC_INLINE uint64_t load_part(const char *at, size_t length)
{
    uint64_t word = 0;

    for (size_t i = 0; i < length; i++)
        word |= (uint64_t)(unsigned char)at[i] << 8 * i;
    return word;
}

/* Eight octets or more, but not 16: those behind the first eight, and zeros. */
SMTPSPEC_INLINE uint64_t load_behind(const char *at, size_t length)
{
    return load_word(at + length - 8) >> 4 >> (8 * (16 - length) - 4);
}

#if SMTPSPEC_BLOCKS == BLOCKS_SWAR

struct piece {
    uint64_t low, high; /* the first octet is the lowest                     */
};

SMTPSPEC_INLINE struct piece load_piece(const void *at)
{
    return (struct piece){ load_word(at), load_word((const char *)at + 8) };
}

SMTPSPEC_INLINE struct piece piece_of(uint64_t low, uint64_t high)
{
    return (struct piece){ low, high };
}

/* Octets 0 to 7, and 4 to 11. */
SMTPSPEC_INLINE uint64_t first_word(struct piece piece)
{
    return piece.low;
}

SMTPSPEC_INLINE uint64_t text_word(struct piece piece)
{
    return piece.low >> 32 | piece.high << 32;
}

SMTPSPEC_INLINE struct masks masks_of_piece(struct piece piece)
{
    struct masks low = masks_of_word(piece.low);
    struct masks high = masks_of_word(piece.high);

    return (struct masks){ low.lf | high.lf << 8, low.odd | high.odd << 8 };
}

/* Which of 16 octets lie between the bounds for their place, which are below
 * 0x80; the first is bit 0. */
SMTPSPEC_INLINE unsigned within_bounds(struct piece piece,
                                       const char low[PIECE],
                                       const char high[PIECE])
{
    uint64_t first =
        marks_outside(piece.low, load_word(low), load_word(high));
    uint64_t second =
        marks_outside(piece.high, load_word(low + 8), load_word(high + 8));

    return (unsigned)(gather(first) | gather(second) << 8) ^ 0xffff;
}

#else

struct piece {
    __m128i octets;
};

SMTPSPEC_INLINE struct piece load_piece(const void *at)
{
    return (struct piece){ _mm_loadu_si128(at) };
}

SMTPSPEC_INLINE struct piece piece_of(uint64_t low, uint64_t high)
{
    return (struct piece){ _mm_set_epi64x((long long)high, (long long)low) };
}

SMTPSPEC_INLINE uint64_t first_word(struct piece piece)
{
    return (uint64_t)_mm_cvtsi128_si64(piece.octets);
}

SMTPSPEC_INLINE uint64_t text_word(struct piece piece)
{
    return (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(piece.octets, 4));
}

SMTPSPEC_INLINE unsigned lf_of_piece(struct piece piece)
{
    return (unsigned)_mm_movemask_epi8(
        _mm_cmpeq_epi8(piece.octets, _mm_set1_epi8('\n')));
}

/* 0x20 to 0x7E are what is above 0x20, with a sign, when 1 is added. */
SMTPSPEC_INLINE unsigned plain_of_piece(struct piece piece)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(
        _mm_add_epi8(piece.octets, _mm_set1_epi8(1)), _mm_set1_epi8(0x20)));
}

SMTPSPEC_INLINE struct masks masks_of_piece(struct piece piece)
{
    return (struct masks){ lf_of_piece(piece),
                           plain_of_piece(piece) ^ 0xffff };
}

SMTPSPEC_INLINE unsigned within_bounds(struct piece piece,
                                       const char low[PIECE],
                                       const char high[PIECE])
{
    __m128i inside = _mm_cmpeq_epi8(
        _mm_min_epu8(_mm_max_epu8(piece.octets, load_piece(low).octets),
                     load_piece(high).octets),
        piece.octets);

    return (unsigned)_mm_movemask_epi8(inside);
}

#endif

/* The first octets of `length`, and zeros where they are fewer than 16. */
SMTPSPEC_INLINE struct piece load_head(const char *at, size_t length)
{
#if SMTPSPEC_BLOCKS == BLOCKS_AVX512
    unsigned there = length < PIECE ? (unsigned)length : PIECE;

    return (struct piece){ _mm_maskz_loadu_epi8(
        (__mmask16)_bzhi_u32(0xffff, there), at) };
#else
    if (length >= PIECE)
        return load_piece(at);
    return length < 8 ? piece_of(load_part(at, length), 0)
                      : piece_of(load_word(at), load_behind(at, length));
#endif
}

/* Have what lies so far ahead brought near by the time it is looked at. It need
 * not be the caller's: nothing is read. */
SMTPSPEC_INLINE void fetch_ahead(const char *at, size_t ahead)
{
#if defined(__GNUC__)
    __builtin_prefetch((const void *)((uintptr_t)at + ahead));
#else
    (void)at;
    (void)ahead;
#endif
}

/* --- 64 octets ------------------------------------------------------------ */

#if SMTPSPEC_BLOCKS == BLOCKS_AVX512

SMTPSPEC_INLINE struct masks masks_of_zmm(__m512i octets)
{
    return (struct masks){
        _mm512_cmpeq_epi8_mask(octets, _mm512_set1_epi8('\n')),
        _mm512_cmplt_epi8_mask(_mm512_add_epi8(octets, _mm512_set1_epi8(1)),
                               _mm512_set1_epi8(0x21))
    };
}

SMTPSPEC_INLINE struct masks masks_of_block(const char *at)
{
    return masks_of_zmm(_mm512_loadu_si512(at));
}

#else

/* Of 32 octets. */
#if SMTPSPEC_BLOCKS == BLOCKS_AVX2

SMTPSPEC_INLINE struct masks masks_of_half(const char *at)
{
    __m256i octets = _mm256_loadu_si256((const __m256i *)(const void *)at);
    __m256i lf = _mm256_cmpeq_epi8(octets, _mm256_set1_epi8('\n'));
    __m256i odd = _mm256_cmpgt_epi8(
        _mm256_set1_epi8(0x21),
        _mm256_add_epi8(octets, _mm256_set1_epi8(1)));

    return (struct masks){ (uint32_t)_mm256_movemask_epi8(lf),
                           (uint32_t)_mm256_movemask_epi8(odd) };
}

#elif SMTPSPEC_BLOCKS == BLOCKS_SWAR

SMTPSPEC_INLINE struct masks masks_of_half(const char *at)
{
    struct masks low = masks_of_piece(load_piece(at));
    struct masks high = masks_of_piece(load_piece(at + PIECE));

    return (struct masks){ low.lf | high.lf << PIECE,
                           low.odd | high.odd << PIECE };
}

#else

SMTPSPEC_INLINE struct masks masks_of_half(const char *at)
{
    struct piece low = load_piece(at), high = load_piece(at + PIECE);
    uint32_t plain = plain_of_piece(low) | plain_of_piece(high) << PIECE;

    return (struct masks){ lf_of_piece(low) | lf_of_piece(high) << PIECE,
                           ~plain };
}

#endif

SMTPSPEC_INLINE struct masks masks_of_block(const char *at)
{
    struct masks low = masks_of_half(at), high = masks_of_half(at + 32);

    return (struct masks){ low.lf | high.lf << 32, low.odd | high.odd << 32 };
}

#endif

SMTPSPEC_INLINE void join_masks(struct masks *all, struct masks one,
                                unsigned up)
{
    all->lf |= one.lf << up;
    all->odd |= one.odd << up;
}

/*
 * The masks of the last octets of `length`, those from `from` on, fewer than
 * 64 and at least one; `length` is PIECE at least, and nothing past it is
 * read. Pieces overlap as need be: to tell twice of an octet does no harm.
 */
SMTPSPEC_INLINE struct masks masks_of_rest(const char *at, size_t from,
                                           size_t length)
{
    unsigned rest = (unsigned)(length - from);
    struct masks all;

#if SMTPSPEC_BLOCKS == BLOCKS_AVX512
    uint64_t there = (UINT64_C(1) << rest) - 1;

    all = masks_of_zmm(_mm512_maskz_loadu_epi8(there, at + from));
    all.odd &= there;
#else
    if (rest < PIECE) {
        all = masks_of_piece(load_piece(at + length - PIECE));
        all.lf >>= PIECE - rest;
        all.odd >>= PIECE - rest;
        return all;
    }
#if SMTPSPEC_BLOCKS == BLOCKS_AVX2
    if (rest >= 32) {
        all = masks_of_half(at + from);
        join_masks(&all, masks_of_half(at + length - 32), rest - 32);
        return all;
    }
    all = masks_of_piece(load_piece(at + from));
#else
    all = masks_of_piece(load_piece(at + from));
    for (unsigned up = PIECE; up + PIECE < rest; up += PIECE)
        join_masks(&all, masks_of_piece(load_piece(at + from + up)), up);
#endif
    join_masks(&all, masks_of_piece(load_piece(at + length - PIECE)),
               rest - PIECE);
#endif
    return all;
}

/* --- Octets that are all plain -------------------------------------------- */

/* Whether `length` octets, up to 512 and more than none, are all plain. Where
 * pieces overlap it is so that few lengths take a way of their own. */
#if SMTPSPEC_BLOCKS == BLOCKS_AVX512

/* Which of the 64 octets from `from` on are odd; none where there are none,
 * and none past `length` is read. */
SMTPSPEC_INLINE uint64_t odd_from(const char *at, size_t from, size_t length)
{
    size_t rest = length > from ? length - from : 0;
    uint64_t there =
        _bzhi_u64(UINT64_MAX, rest < BLOCK ? (unsigned)rest : BLOCK);
    __m512i octets =
        _mm512_maskz_loadu_epi8(there, at + (rest > 0 ? from : 0));

    return _mm512_mask_cmplt_epi8_mask(
        there, _mm512_add_epi8(octets, _mm512_set1_epi8(1)),
        _mm512_set1_epi8(0x21));
}

SMTPSPEC_INLINE bool are_plain(const char *at, size_t length)
{
    uint64_t odd = odd_from(at, 0, length) | odd_from(at, BLOCK, length) |
                   odd_from(at, 2 * BLOCK, length);

    for (size_t from = 3 * BLOCK; SMTPSPEC_RARE(from < length); from += BLOCK)
        odd |= odd_from(at, from, length);
    return odd == 0;
}

#else

SMTPSPEC_INLINE bool are_plain(const char *at, size_t length)
{
    size_t last = length - PIECE;
    uint64_t odd = 0;

    if (length < PIECE)
        return (masks_of_piece(load_head(at, length)).odd &
                ((1u << length) - 1)) == 0;
#if SMTPSPEC_BLOCKS == BLOCKS_AVX2
    if (length >= 32) {
        last = length - 32;
        for (size_t from = 0; from < length; from += 4 * 32)
            for (size_t i = from; i < from + 4 * 32; i += 32)
                odd |= masks_of_half(at + (i < last ? i : last)).odd;
        return odd == 0;
    }
#endif
    for (size_t from = 0; from < length; from += 4 * PIECE)
        for (size_t i = from; i < from + 4 * PIECE; i += PIECE)
            odd |= masks_of_piece(load_piece(at + (i < last ? i : last))).odd;
    return odd == 0;
}

#endif

/* --- Numbers of bits ------------------------------------------------------ */

/* At most so many numbers are written behind those that there are. */
#define NOTED_AT_ONCE 32

/* Those of the lowest four bits that are set; anything for what there is not.
 * Written out because not every compiler does so, to whom it is half the time.
 */
SMTPSPEC_INLINE uint64_t note_four(uint64_t bits, unsigned base, uint16_t *to)
{
    to[0] = (uint16_t)(base + lowest_bit(bits));
    bits &= bits - 1;
    to[1] = (uint16_t)(base + lowest_bit(bits));
    bits &= bits - 1;
    to[2] = (uint16_t)(base + lowest_bit(bits));
    bits &= bits - 1;
    to[3] = (uint16_t)(base + lowest_bit(bits));
    return bits & (bits - 1);
}

/*
 * Write the numbers of all bits that are set, `base` added, and return how
 * many. Most blocks have a few, and to write that many whether they are there
 * or not saves a guess.
 */
SMTPSPEC_INLINE size_t note_bits(uint64_t bits, unsigned base, uint16_t *to)
{
    unsigned count = count_bits(bits);

#if SMTPSPEC_BLOCKS == BLOCKS_AVX512
    __m512i bytes = _mm512_set_epi64(
        0x3f3e3d3c3b3a3938, 0x3736353433323130, 0x2f2e2d2c2b2a2928,
        0x2726252423222120, 0x1f1e1d1c1b1a1918, 0x1716151413121110,
        0x0f0e0d0c0b0a0908, 0x0706050403020100);
    __m512i bases = _mm512_set1_epi16((short)base);

    bytes = _mm512_maskz_compress_epi8(bits, bytes);
    _mm512_storeu_si512(
        to, _mm512_add_epi16(
                _mm512_cvtepu8_epi16(_mm512_castsi512_si256(bytes)), bases));
    if (SMTPSPEC_RARE(count > 32))
        _mm512_storeu_si512(
            to + 32,
            _mm512_add_epi16(_mm512_cvtepu8_epi16(
                                 _mm512_extracti64x4_epi64(bytes, 1)),
                             bases));
#else
    bits = note_four(bits, base, to);
    for (unsigned i = 4; SMTPSPEC_RARE(i < count); i++) {
        to[i] = (uint16_t)(base + lowest_bit(bits));
        bits &= bits - 1;
    }
#endif
    return count;
}

#endif
