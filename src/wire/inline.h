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

#endif
