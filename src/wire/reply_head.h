/* SPDX-License-Identifier: MIT */
/*
 * reply_head.h - code, separator and enhanced code from the first 16 octets of
 * a line, without a branch
 *
 * Which of them are digits says what shape an enhanced code has, if it is one;
 * the row of that shape says where its dots must be, and where the digits are
 * that make up each number. Shapes with more than four digits behind the
 * class, which are rare, and whatever begins like an enhanced code and is none
 * are not read here.
 *
 * Included once for each set of instructions, see blocks.h.
 */
#ifndef SMTPSPEC_WIRE_REPLY_HEAD_H
#define SMTPSPEC_WIRE_REPLY_HEAD_H

#include "wire/blocks.h"

#include <smtpspec/reply.h>

/* Subject and detail have as many digits as the name says. */
enum shape {
    SHAPE_NONE, /* no enhanced code                                          */
    SHAPE_1_1,
    SHAPE_1_2,
    SHAPE_1_3,
    SHAPE_2_1,
    SHAPE_2_2,
    SHAPE_3_1,
    SHAPE_OTHER, /* perhaps one, perhaps a malformed one                     */
    SHAPE_COUNT
};

/* Bit i of an index tells whether octet i of the text is a digit. */
#define ARE(i, octets, digits) (((i) & (octets)) == (digits))
#define SHAPE_OF(i)                                                         \
    (uint8_t)(!ARE(i, 0x07, 0x05)  ? SHAPE_NONE                             \
              : ARE(i, 0x3f, 0x15) ? SHAPE_1_1                              \
              : ARE(i, 0x7f, 0x35) ? SHAPE_1_2                              \
              : ARE(i, 0xff, 0x75) ? SHAPE_1_3                              \
              : ARE(i, 0x7f, 0x2d) ? SHAPE_2_1                              \
              : ARE(i, 0xff, 0x6d) ? SHAPE_2_2                              \
              : ARE(i, 0xff, 0x5d) ? SHAPE_3_1                              \
                                   : SHAPE_OTHER)
#define SHAPES_OF_4(i)                                                      \
    SHAPE_OF(i), SHAPE_OF((i) + 1), SHAPE_OF((i) + 2), SHAPE_OF((i) + 3)
#define SHAPES_OF_16(i)                                                     \
    SHAPES_OF_4(i), SHAPES_OF_4((i) + 4), SHAPES_OF_4((i) + 8),             \
        SHAPES_OF_4((i) + 12)
#define SHAPES_OF_64(i)                                                     \
    SHAPES_OF_16(i), SHAPES_OF_16((i) + 16), SHAPES_OF_16((i) + 32),        \
        SHAPES_OF_16((i) + 48)

static const uint8_t shape_of[256] = { SHAPES_OF_64(0), SHAPES_OF_64(64),
                                       SHAPES_OF_64(128), SHAPES_OF_64(192) };

/* Four numbers as one, 16 bits for each, so that they are compared at once:
 * code, class, subject, detail. */
SMTPSPEC_INLINE uint64_t pack(unsigned code, unsigned class_digit,
                              unsigned subject, unsigned detail)
{
    return code | (uint64_t)class_digit << 16 | (uint64_t)subject << 32 |
           (uint64_t)detail << 48;
}

/* A power of two in size, which saves a multiplication. */
struct shape_row {
    _Alignas(128) uint8_t fixed[PIECE]; /* dots and SP                       */
    uint8_t fixed_bits[PIECE]; /* where they are                              */
    uint8_t class_bits[PIECE]; /* where the class is, which is the code's    */
#if SMTPSPEC_BLOCKS >= BLOCKS_SSE4
    uint8_t places[PIECE];     /* of up to four digits for each number, the
                                  last one last; 0 where there is none       */
    uint8_t values[PIECE];     /* 15 for each that there is                  */
#else
    uint8_t values[PIECE];     /* 15 for each digit of code and class        */
    /* The digits of subject and detail, and how far up to bring the last. */
    uint64_t subject, detail, subject_up, detail_up;
#endif
    uint16_t least[4];         /* of each number, or a zero leads            */
};

#define IF(condition, value) ((condition) ? (value) : 0)
#if SMTPSPEC_BLOCKS >= BLOCKS_SSE4
#define SHAPE_DIGITS(s, d, e)                                               \
    .places = { 0, 0, 1, 2, 0, 0, 0, 4,                                     \
                0, IF((s) > 2, 3 + (s)), IF((s) > 1, 4 + (s)), 5 + (s),     \
                0, IF((d) > 2, (e) - 3), IF((d) > 1, (e) - 2), (e) - 1 },   \
    .values = { 0, 15, 15, 15, 0, 0, 0, 15,                                 \
                0, IF((s) > 2, 15), IF((s) > 1, 15), 15,                    \
                0, IF((d) > 2, 15), IF((d) > 1, 15), 15 }
#define NO_DIGITS .places = { 0, 0, 1, 2 }, .values = { 0, 15, 15, 15 }
#else
/* From octet `first` of the text on. */
#define DIGITS(first, count)                                                \
    (((UINT64_C(1) << 8 * (count)) - 1) / 255 * 15 << 8 * (first))
#define SHAPE_DIGITS(s, d, e)                                               \
    .values = { 15, 15, 15, 0, 15 },                                        \
    .subject = DIGITS(2, s), .detail = DIGITS(3 + (s), d),                  \
    .subject_up = 8 * (5 - (s)), .detail_up = 8 * (4 - (s) - (d))
#define NO_DIGITS .values = { 15, 15, 15 }
#endif

#define LEAST(digits) ((digits) == 1 ? 0 : (digits) == 2 ? 10 : 100)
/* `s` digits, a dot, `d` digits, and SP; `e` is where that is. */
#define SHAPE(s, d, e)                                                      \
    {                                                                       \
        .fixed = { [5] = '.', [6 + (s)] = '.', [e] = ' ' },                 \
        .fixed_bits = { [4] = 255, [5] = 255, [6 + (s)] = 255,              \
                        [e] = 255 },                                        \
        .class_bits = { [4] = 255 },                                        \
        .least = { 0, 0, LEAST(s), LEAST(d) },                              \
        SHAPE_DIGITS(s, d, e)                                               \
    }

static const struct shape_row shapes[SHAPE_COUNT] = {
    [SHAPE_NONE] = { NO_DIGITS },
    [SHAPE_1_1] = SHAPE(1, 1, 9), [SHAPE_1_2] = SHAPE(1, 2, 10),
    [SHAPE_1_3] = SHAPE(1, 3, 11), [SHAPE_2_1] = SHAPE(2, 1, 10),
    [SHAPE_2_2] = SHAPE(2, 2, 11), [SHAPE_3_1] = SHAPE(3, 1, 11),
    /* The separator is never NUL. */
    [SHAPE_OTHER] = { .fixed_bits = { [3] = 255 } }
};

/* What of the parser matters between whole lines, and what the head of a line
 * says: code and enhanced code, as pack() has them. */
struct lanes {
#if SMTPSPEC_BLOCKS == BLOCKS_SWAR
    uint64_t all;
#else
    __m128i all; /* four in the lower half; the upper one may be anything    */
#endif
};

struct between {
    struct lanes first, open; /* of the reply's first line; all bits in a
                                 reply, else none                            */
    unsigned in_reply;   /* 0 or 1                                           */
};

struct reading {
    struct lanes numbers;
    unsigned more; /* 1 where the separator is a hyphen, else 0              */
};

/* Separator and flags by 2 * in_reply + more, and nothing else of a record's
 * second third. */
#define SECOND_THIRD(separator, flags)                                      \
    { (uint64_t)(separator) << 16 | (uint64_t)(flags) << 24, 0 }
static const uint64_t second_thirds[4][2] = {
    SECOND_THIRD(' ', SMTPSPEC_LINE_FIRST | SMTPSPEC_LINE_LAST),
    SECOND_THIRD('-', SMTPSPEC_LINE_FIRST),
    SECOND_THIRD(' ', SMTPSPEC_LINE_LAST),
    SECOND_THIRD('-', 0)
};

#if SMTPSPEC_BLOCKS == BLOCKS_SWAR

SMTPSPEC_INLINE struct lanes numbers_of(uint64_t packed)
{
    return (struct lanes){ packed };
}

SMTPSPEC_INLINE uint64_t packed_of(struct lanes numbers)
{
    return numbers.all;
}

/* Up to three digits, the last at bit 48 and each a lower octet the higher it
 * counts; all other bits are 0. First each octet gets tens, then the last one
 * the hundreds; nothing is carried from one into the next. */
SMTPSPEC_INLINE unsigned add_up(uint64_t digits)
{
    digits *= 1 + (10 << 8);
    digits &= UINT64_C(0x00ff00ff00000000);
    return (unsigned)(digits * (1 + (100 << 16)) >> 48);
}

/* Code and enhanced code, of which `row` is the shape. Returns whether one of
 * them is not as it has to be, or not that of the reply's first line. */
SMTPSPEC_INLINE bool read_numbers(struct piece head,
                                  const struct shape_row *row,
                                  const struct between *between,
                                  struct reading *reading)
{
    struct piece fixed = load_piece(row->fixed);
    struct piece bits = load_piece(row->fixed_bits);
    uint64_t text = text_word(head), class_bits = row->class_bits[4];
    /* The class is the first octet of all. */
    uint64_t same = (head.low & class_bits) << 32;
    uint64_t wrong = ((head.low ^ (fixed.low | same)) & bits.low) |
                     ((head.high ^ fixed.high) & bits.high);
    unsigned code = add_up((head.low & 0x0f0f0f) << 32);
    unsigned class_digit = (unsigned)(text & class_bits & 15);
    unsigned subject = add_up((text & row->subject) << row->subject_up);
    unsigned detail = add_up((text & row->detail) << row->detail_up);

    reading->numbers.all = pack(code, class_digit, subject, detail);
    wrong |= (reading->numbers.all ^ between->first.all) & between->open.all;
    /* No enhanced code has class 3. */
    wrong |= class_digit == 3;
    wrong |= (subject < row->least[2]) | (detail < row->least[3]);
    return wrong != 0;
}

SMTPSPEC_INLINE void write_thirds(struct smtpspec_reply_line *out,
                                  struct lanes numbers,
                                  const uint64_t second[2])
{
    out->code = (uint16_t)numbers.all;
    out->separator = (uint8_t)(second[0] >> 16);
    out->flags = (uint8_t)(second[0] >> 24);
    out->defects = 0;
    out->status.class_digit = (uint8_t)(numbers.all >> 16);
    out->status.subject = (uint16_t)(numbers.all >> 32);
    out->status.detail = (uint16_t)(numbers.all >> 48);
}

SMTPSPEC_INLINE struct lanes open_bits(unsigned in_reply)
{
    return (struct lanes){ 0 - (uint64_t)in_reply };
}

#else

SMTPSPEC_INLINE struct lanes numbers_of(uint64_t packed)
{
    return (struct lanes){ _mm_cvtsi64_si128((long long)packed) };
}

SMTPSPEC_INLINE uint64_t packed_of(struct lanes numbers)
{
    return (uint64_t)_mm_cvtsi128_si64(numbers.all);
}

/* Code and enhanced code, as the shape says. */
#if SMTPSPEC_BLOCKS >= BLOCKS_SSE4

/* The digits of each number go to four octets, the last one the highest. */
SMTPSPEC_INLINE __m128i numbers_in(struct piece head,
                                   const struct shape_row *row)
{
    __m128i digits = _mm_and_si128(
        _mm_shuffle_epi8(head.octets, load_piece(row->places).octets),
        load_piece(row->values).octets);

    digits = _mm_maddubs_epi16(digits, _mm_set1_epi16(10 + (1 << 8)));
    digits = _mm_madd_epi16(digits, _mm_set1_epi32(100 + (1 << 16)));
    return _mm_packs_epi32(digits, _mm_setzero_si128());
}

#else

/* To the lower three of four octets, the last one the highest; but the class
 * stays where it is, which is the lowest. */
SMTPSPEC_INLINE __m128i gather_digits(struct piece head,
                                      const struct shape_row *row)
{
    __m128i code = _mm_and_si128(head.octets, load_piece(row->values).octets);
    __m128i text = _mm_srli_si128(head.octets, 4);
    __m128i subject = _mm_sll_epi64(
        _mm_and_si128(text, _mm_loadl_epi64((const void *)&row->subject)),
        _mm_loadl_epi64((const void *)&row->subject_up));
    __m128i detail = _mm_sll_epi64(
        _mm_and_si128(text, _mm_loadl_epi64((const void *)&row->detail)),
        _mm_loadl_epi64((const void *)&row->detail_up));

    /* What is wanted of both is the upper half. */
    return _mm_castpd_si128(_mm_move_sd(
        _mm_castsi128_pd(_mm_unpacklo_epi32(subject, detail)),
        _mm_castsi128_pd(code)));
}

SMTPSPEC_INLINE __m128i numbers_in(struct piece head,
                                   const struct shape_row *row)
{
    __m128i digits = gather_digits(head, row);

    digits = _mm_add_epi16(
        _mm_mullo_epi16(_mm_and_si128(digits, _mm_set1_epi16(255)),
                        _mm_set_epi16(1, 10, 1, 10, 1, 1, 1, 10)),
        _mm_srli_epi16(digits, 8));
    digits = _mm_madd_epi16(digits,
                            _mm_set_epi16(1, 10, 1, 10, 1, 1, 1, 10));
    return _mm_packs_epi32(digits, _mm_setzero_si128());
}

#endif

SMTPSPEC_INLINE bool is_zero(__m128i bits)
{
#if SMTPSPEC_BLOCKS >= BLOCKS_SSE4
    return _mm_testz_si128(bits, bits) != 0;
#else
    return _mm_movemask_epi8(_mm_cmpeq_epi8(bits, _mm_setzero_si128())) ==
           0xffff;
#endif
}

/* As above. */
SMTPSPEC_INLINE bool read_numbers(struct piece head,
                                  const struct shape_row *row,
                                  const struct between *between,
                                  struct reading *reading)
{
    __m128i same = _mm_and_si128(_mm_slli_si128(head.octets, 4),
                                 load_piece(row->class_bits).octets);
    __m128i fixed = _mm_or_si128(load_piece(row->fixed).octets, same);
    __m128i wrong = _mm_and_si128(_mm_xor_si128(head.octets, fixed),
                                  load_piece(row->fixed_bits).octets);
    __m128i numbers = numbers_in(head, row);
    __m128i least = _mm_loadl_epi64((const void *)row->least);

    reading->numbers.all = numbers;
    wrong = _mm_or_si128(
        wrong, _mm_and_si128(_mm_xor_si128(numbers, between->first.all),
                             between->open.all));
    wrong = _mm_or_si128(wrong, _mm_subs_epu16(least, numbers));
    /* No enhanced code has class 3. */
    wrong = _mm_or_si128(
        wrong, _mm_cmpeq_epi16(numbers, _mm_set_epi16(-1, -1, -1, -1, -1, -1,
                                                      3, -1)));
    return !is_zero(wrong);
}

/* The last 16 octets of a record, at once. */
SMTPSPEC_INLINE void write_thirds(struct smtpspec_reply_line *out,
                                  struct lanes numbers,
                                  const uint64_t second[2])
{
    __m128i code = _mm_and_si128(numbers.all, _mm_cvtsi32_si128(0xffff));
    __m128i both = _mm_unpacklo_epi64(code, _mm_srli_epi64(numbers.all, 16));

    _mm_storeu_si128((void *)((char *)out + offsetof(
                         struct smtpspec_reply_line, code)),
                     _mm_or_si128(both, load_piece(second).octets));
}

SMTPSPEC_INLINE struct lanes open_bits(unsigned in_reply)
{
    static const uint64_t bits[2][2] = { { 0, 0 }, { UINT64_MAX, UINT64_MAX } };

    return (struct lanes){ load_piece(bits[in_reply]).octets };
}

#endif

/* Returns false where `head` is not [2-5][0-5][0-9], SP or hyphen, and an
 * enhanced code of that class with SP behind it, or none; or where it is not
 * that of the reply's first line. */
SMTPSPEC_INLINE bool read_head(struct piece head,
                               const struct between *between,
                               struct reading *reading)
{
    static const char low[PIECE] = "200 000000000000";
    static const char high[PIECE] = "559-999999999999";
    unsigned inside = within_bounds(head, low, high);
    const struct shape_row *row = &shapes[shape_of[inside >> 4 & 0xff]];
    unsigned separator = (unsigned)(first_word(head) >> 24 & 0xff);

    reading->more = separator >> 3 & 1;
    if (SMTPSPEC_RARE(read_numbers(head, row, between, reading)) ||
        SMTPSPEC_RARE((inside & 15) != 15))
        return false;
    /* Of 0x20 to 0x2D, one of these. */
    return (1u << ' ' % 32 | 1u << '-' % 32) >> separator % 32 & 1;
}

#endif
