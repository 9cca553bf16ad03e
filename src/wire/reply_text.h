/* SPDX-License-Identifier: MIT */
/*
 * reply_text.h - the text of a reply line, many octets at once
 *
 * Included once for each set of instructions, see blocks.h.
 */
#ifndef SMTPSPEC_WIRE_REPLY_TEXT_H
#define SMTPSPEC_WIRE_REPLY_TEXT_H

#include "wire/blocks.h"
#include "wire/reply_machine.h"

/* --- Defects of octets ---------------------------------------------------- */

SMTPSPEC_INLINE uint32_t defects_one_by_one(const char *at, size_t length)
{
    uint32_t defects = 0;

    for (size_t i = 0; i < length; i++)
        defects |= octet_defects((unsigned char)at[i]);
    return defects;
}

#if SMTPSPEC_BLOCKS == BLOCKS_SWAR

#define text_defects defects_one_by_one

#else

/* Octets that are not 0 here stand for a defect in one of what was seen. */
struct odd_octets {
    __m128i eight_bit; /* where the sign is set                              */
    __m128i nul, cr, control;
};

SMTPSPEC_INLINE void see_piece(struct odd_octets *seen, const char *at)
{
    __m128i octets = load_piece(at).octets;
    __m128i nul = _mm_cmpeq_epi8(octets, _mm_setzero_si128());
    __m128i cr = _mm_cmpeq_epi8(octets, _mm_set1_epi8('\r'));
    __m128i ht = _mm_cmpeq_epi8(octets, _mm_set1_epi8('\t'));
    __m128i low = _mm_and_si128(
        _mm_cmplt_epi8(octets, _mm_set1_epi8(0x20)),
        _mm_cmpgt_epi8(octets, _mm_setzero_si128()));
    __m128i del = _mm_cmpeq_epi8(octets, _mm_set1_epi8(0x7f));

    seen->eight_bit = _mm_or_si128(seen->eight_bit, octets);
    seen->nul = _mm_or_si128(seen->nul, nul);
    seen->cr = _mm_or_si128(seen->cr, cr);
    low = _mm_andnot_si128(_mm_or_si128(cr, ht), low);
    seen->control = _mm_or_si128(seen->control, _mm_or_si128(low, del));
}

SMTPSPEC_INLINE uint32_t defect_if(__m128i seen, uint32_t defect)
{
    return _mm_movemask_epi8(seen) != 0 ? defect : 0;
}

/* The defects of all octets, none of which is an LF. */
SMTPSPEC_APART uint32_t text_defects(const char *at, size_t length)
{
    __m128i none = _mm_setzero_si128();
    struct odd_octets seen = { none, none, none, none };

    if (length < PIECE)
        return defects_one_by_one(at, length);
    for (size_t i = 0; i + PIECE <= length; i += PIECE)
        see_piece(&seen, at + i);
    see_piece(&seen, at + length - PIECE);
    return defect_if(seen.eight_bit, DEFECT_BIT(EIGHT_BIT)) |
           defect_if(seen.nul, DEFECT_BIT(NUL)) |
           defect_if(seen.cr, DEFECT_BIT(BARE_CR)) |
           defect_if(seen.control, DEFECT_BIT(CONTROL));
}

#endif

/* --- To the line's end ---------------------------------------------------- */

/* Where the first LF is, `length` where there is none. `*odd` is where octets
 * before it may be that are not plain, and not far behind that. */
SMTPSPEC_INLINE size_t find_lf(const char *at, size_t length, size_t *odd)
{
    *odd = length;
    for (size_t from = 0; from < length; from += BLOCK) {
        struct masks masks = length - from >= BLOCK
                                 ? masks_of_block(at + from)
                                 : masks_of_rest(at, from, length);

        if (masks.odd == 0)
            continue;
        if (*odd == length)
            *odd = from;
        if (masks.lf != 0)
            return from + lowest_bit(masks.lf);
    }
    return length;
}

/* The parser stands in the text: take what comes before the LF, or all there
 * is; a CR at the end is only held. */
SMTPSPEC_INLINE size_t take_text(struct smtpspec_reply_parser *parser,
                                 const char *at, size_t length)
{
    size_t used = 0, text, odd = 0;

    if (length < PIECE)
        while (used < length && at[used] != '\n')
            used++;
    else
        used = find_lf(at, length, &odd);
    text = used;
    if (text > 0 && at[text - 1] == '\r') {
        parser->held_cr = true;
        text--;
    }
    if (odd < text)
        parser->defects |= text_defects(at + odd, text - odd);
    parser->line_octets += used;
    return used;
}

#endif
