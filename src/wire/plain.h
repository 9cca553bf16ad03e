/* SPDX-License-Identifier: MIT */
/*
 * plain.h - how many octets of a text need no look at each of them
 *
 * Plain are 0x20 to 0x7E: no line end, no control octet, nothing of eight
 * bits. HT is left out because it costs nothing to look at the few there are.
 * Each function returns how many octets `at` begins with that are plain, and
 * reads nothing past `length`. They differ in speed alone; who wants another
 * set of instructions adds a function here and a use in reply.c.
 */
#ifndef SMTPSPEC_WIRE_PLAIN_H
#define SMTPSPEC_WIRE_PLAIN_H

#include <smtpspec/base.h>

#if defined(__SSE2__) && defined(__GNUC__)
#define SMTPSPEC_PLAIN_SSE2 1
#include <emmintrin.h>
#endif

static inline bool is_plain(char octet)
{
    return octet >= 0x20 && octet < 0x7f;
}

/* Eight octets as one number, the first lowest, on any machine; compilers
 * make one load of it. */
static inline uint64_t plain_load(const char *at)
{
    const unsigned char *octets = (const unsigned char *)at;
    uint64_t word = 0;

    for (unsigned i = 0; i < 8; i++)
        word |= (uint64_t)octets[i] << (8 * i);
    return word;
}

/* The high bit of each octet that is not plain. No octet carries into the
 * next: 0x7F + 0x60 is 0xDF. */
static inline uint64_t plain_marks(uint64_t word)
{
    uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t low = word & 0x7f * ones;

    return (~(low + 0x60 * ones) | (low + ones) | word) & 0x80 * ones;
}

/* How many octets come before the first mark; there is one. */
static inline size_t plain_first_mark(uint64_t marks)
{
#if defined(__GNUC__)
    return (size_t)__builtin_ctzll(marks) / 8;
#else
    size_t count = 0;

    while ((marks & 0x80) == 0) {
        marks >>= 8;
        count++;
    }
    return count;
#endif
}

/* Eight octets at a time, in plain C. The last block reaches back over octets
 * that are known to be plain. */
static inline size_t plain_swar(const char *at, size_t length)
{
    size_t from = 0;

    if (length < 8) {
        while (from < length && is_plain(at[from]))
            from++;
        return from;
    }
    for (;;) {
        uint64_t marks = plain_marks(plain_load(at + from));

        if (marks != 0)
            return from + plain_first_mark(marks);
        if (length - from <= 8)
            return length;
        from = length - from < 16 ? length - 8 : from + 8;
    }
}

#ifdef SMTPSPEC_PLAIN_SSE2
/* A bit for each of 16 octets that is not plain. Octets of eight bits are
 * negative here. */
static inline unsigned plain_sse2_marks(const char *at)
{
    __m128i octets = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i plain = _mm_and_si128(
        _mm_cmpgt_epi8(octets, _mm_set1_epi8(0x1f)),
        _mm_cmplt_epi8(octets, _mm_set1_epi8(0x7f)));

    return (unsigned)_mm_movemask_epi8(plain) ^ 0xffff;
}

/* Sixteen octets at a time; every x86-64 has SSE2. */
static inline size_t plain_sse2(const char *at, size_t length)
{
    size_t from = 0;

    if (length < 16)
        return plain_swar(at, length);
    for (;;) {
        unsigned marks = plain_sse2_marks(at + from);

        if (marks != 0)
            return from + (size_t)__builtin_ctz(marks);
        if (length - from <= 16)
            return length;
        from = length - from < 32 ? length - 16 : from + 16;
    }
}
#endif

#endif
