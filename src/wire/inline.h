/* SPDX-License-Identifier: MIT */
/*
 * inline.h - what a compiler is told about calls and guesses in hot loops
 */
#ifndef SMTPSPEC_WIRE_INLINE_H
#define SMTPSPEC_WIRE_INLINE_H

/* Small functions that a loop over octets must not call, larger ones that it
 * must not swallow, and conditions that hardly ever hold. */
#if defined(__GNUC__)
#define SMTPSPEC_INLINE static inline __attribute__((always_inline))
#define SMTPSPEC_APART static __attribute__((noinline))
#define SMTPSPEC_RARE(condition) __builtin_expect(!!(condition), 0)
#else
#define SMTPSPEC_INLINE static inline
#define SMTPSPEC_APART static
#define SMTPSPEC_RARE(condition) (condition)
#endif

/* Code that has a slower form with the same outcome, octet by octet: a fuzzer
 * learns from the edges of that one, and is slowed down by those of both. */
#if defined(__clang__)
#define SMTPSPEC_UNSEEN __attribute__((no_sanitize("coverage")))
#else
#define SMTPSPEC_UNSEEN
#endif

#endif
