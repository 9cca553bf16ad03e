/* SPDX-License-Identifier: MIT */
/*
 * base.h - spans, bit sets and the export mark: what every other header uses
 *
 * Floor 0, base. Includes nothing of the system beyond stddef, stdint and
 * stdbool, so that each pure module can be handed to a prover as it stands.
 */
#ifndef SMTPSPEC_BASE_H
#define SMTPSPEC_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks what the shared library exports; all else stays hidden. */
#if defined(__GNUC__)
#define SMTPSPEC_API __attribute__((visibility("default")))
#else
#define SMTPSPEC_API
#endif

/* How many elements an array (never a pointer) has. */
#define SMTPSPEC_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The bit set that holds only member `n`, 0 <= n <= 31 (63). */
#define SMTPSPEC_BIT(n)   (UINT32_C(1) << (n))
#define SMTPSPEC_BIT64(n) (UINT64_C(1) << (n))

/*
 * Octets that somebody else owns. Not a C string: NUL is an octet as any
 * other and nothing ends it. `at` may be NULL only where `length` is 0.
 */
struct smtpspec_span {
    const char *at;
    size_t length;
};

/*
 * How strongly a standard asks for something (RFC 2119). It sets the ceiling
 * of a verdict: MUST may fail, SHOULD may warn, POLICY (a site may decide
 * so) and INFO (worth knowing) only leave a note.
 */
enum smtpspec_level {
    SMTPSPEC_LEVEL_UNSET,
    SMTPSPEC_LEVEL_MUST,
    SMTPSPEC_LEVEL_SHOULD,
    SMTPSPEC_LEVEL_POLICY,
    SMTPSPEC_LEVEL_INFO,
    SMTPSPEC_LEVEL_COUNT
};

/* "MUST"; never NULL, "?" out of range. */
SMTPSPEC_API const char *smtpspec_level_name(enum smtpspec_level level);
/* The level of that name (either case), or UNSET. */
SMTPSPEC_API enum smtpspec_level smtpspec_level_of(struct smtpspec_span name);

#ifdef __cplusplus
#define SMTPSPEC_SPAN(literal)                                              \
    (smtpspec_span{ (literal), sizeof(literal) - 1 })
#else
/* The span of a string literal, without its NUL; for C++, too. */
#define SMTPSPEC_SPAN(literal)                                              \
    ((struct smtpspec_span){ (literal), sizeof(literal) - 1 })
#endif

/* The span of a C string. Cannot fail. */
SMTPSPEC_API struct smtpspec_span smtpspec_span_of(const char *string);

/* The four that every reader of octets lives by are here in full, so that a
 * compiler may do without the call; the library has them as well. */
SMTPSPEC_API inline bool smtpspec_span_is_empty(struct smtpspec_span span)
{
    return span.length == 0;
}

/* Equal octet by octet. */
SMTPSPEC_API bool smtpspec_span_equal(struct smtpspec_span a,
                                      struct smtpspec_span b);

/* Equal where ASCII letters match in either case; independent of locale. */
SMTPSPEC_API bool smtpspec_span_equal_nocase(struct smtpspec_span a,
                                             struct smtpspec_span b);

/* Whether `span` begins with `prefix`; ASCII letters in either case. */
SMTPSPEC_API bool smtpspec_span_starts_nocase(struct smtpspec_span span,
                                              struct smtpspec_span prefix);

/* What is left when `count` octets are taken off; all of it where too many. */
SMTPSPEC_API inline struct smtpspec_span
smtpspec_span_skip(struct smtpspec_span span, size_t count)
{
    if (count > span.length)
        count = span.length;
    /* Adding 0 to NULL is undefined before C23. */
    if (count > 0)
        span.at += count;
    span.length -= count;
    return span;
}

/* The first `count` octets, or the whole where there are fewer. */
SMTPSPEC_API inline struct smtpspec_span
smtpspec_span_head(struct smtpspec_span span, size_t count)
{
    if (count < span.length)
        span.length = count;
    return span;
}

/* What is left without SP, HTAB and CR at either end: what a line of a text
 * file says, whichever system wrote it. */
SMTPSPEC_API struct smtpspec_span smtpspec_span_trim(struct smtpspec_span span);

/* Where `octet` stands first in `span`, or span.length. */
SMTPSPEC_API inline size_t smtpspec_span_find(struct smtpspec_span span,
                                              char octet)
{
    size_t i = 0;

    while (i < span.length && span.at[i] != octet)
        i++;
    return i;
}

/*
 * Write a span as a NUL-terminated C string for people: octets 0x20-0x7E but
 * the backslash stand for themselves, all others become \xNN. Never writes
 * more than `cap` octets, NUL included, and never half an escape; returns the
 * length that the whole text has (as snprintf does), so that a caller can see
 * that it was cut. This is the one escape of the project: reports, errors and
 * transcripts use it, so that no octet of a peer reaches a terminal raw.
 */
SMTPSPEC_API size_t smtpspec_span_escape(struct smtpspec_span span, char *out,
                                         size_t cap);

#ifdef __cplusplus
}
#endif
#endif
