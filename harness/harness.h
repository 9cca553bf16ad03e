/* SPDX-License-Identifier: MIT */
/*
 * harness.h - what every fuzz target needs
 *
 * A target is one file, fuzz_<name>.c, with one function that libFuzzer, AFL++
 * and driver.c call by the same name. Header only; includes nothing above
 * floor 0.
 */
#ifndef SMTPSPEC_HARNESS_H
#define SMTPSPEC_HARNESS_H

#include <stdio.h>
#include <stdlib.h>

#include <smtpspec/base.h>

/*
 * Between BEGIN and END stands what only checks. The engine does not watch it:
 * its branches are those of the code under test once more, and watching them
 * costs more than running them. Nor do clang's sanitizers, which would slow it
 * down as much; gcc's do, in make check-regress PROFILE=san.
 */
#if defined(__clang__)
#define HARNESS_PRAGMA(text) _Pragma(#text)
#define HARNESS_CHECKS_BEGIN                                                \
    HARNESS_PRAGMA(clang attribute push(                                    \
        __attribute__((no_sanitize("coverage", "address", "undefined"))),   \
        apply_to = function))
#define HARNESS_CHECKS_END _Pragma("clang attribute pop")
#else
#define HARNESS_CHECKS_BEGIN
#define HARNESS_CHECKS_END
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for any input. Aborts, whatever NDEBUG says. */
#define MUST(condition)                                                     \
    ((condition) ? (void)0 : harness_fail(__FILE__, __LINE__, #condition))

static inline void harness_fail(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

/* FNV-1a, 64 bits: to compare long results by one number. */
#define HARNESS_DIGEST UINT64_C(0xcbf29ce484222325)

static inline uint64_t harness_digest_octet(uint64_t digest, uint8_t octet)
{
    return (digest ^ octet) * UINT64_C(0x100000001b3);
}

static inline uint64_t harness_digest(uint64_t digest, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++)
        digest = harness_digest_octet(digest, (uint8_t)(number >> (8 * i)));
    return digest;
}

/* The same for whole numbers, at the price of one multiplication. */
static inline uint64_t harness_mix(uint64_t digest, uint64_t number)
{
    digest = (digest ^ number) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ digest >> 29;
}

/* Numbers that follow from a seed alone (xorshift64*): same input, same run. */
static inline uint64_t harness_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* A number that follows from the input alone, never 0: to choose by. */
static inline uint64_t harness_seed(struct smtpspec_span input)
{
    uint64_t digest = HARNESS_DIGEST;

    for (size_t i = 0; i < input.length; i++)
        digest = harness_digest_octet(digest, (uint8_t)input.at[i]);
    return digest | 1;
}

/* Take the next piece, of 1 to `most` octets, off the front of `*rest`. */
static inline struct smtpspec_span harness_piece(struct smtpspec_span *rest,
                                                 size_t most, uint64_t *random)
{
    struct smtpspec_span piece = smtpspec_span_head(
        *rest, 1 + (size_t)(harness_random(random) % most));

    *rest = smtpspec_span_skip(*rest, piece.length);
    return piece;
}

/* Take the next line off the front of `*rest`, its LF dropped; false where
 * nothing is left. */
static inline bool harness_line(struct smtpspec_span *rest,
                                struct smtpspec_span *line)
{
    if (rest->length == 0)
        return false;
    *line = smtpspec_span_head(*rest, smtpspec_span_find(*rest, '\n'));
    *rest = smtpspec_span_skip(*rest, line->length + 1);
    return true;
}

/* Whether `part` lies inside `whole`, its end included. */
static inline bool harness_is_inside(struct smtpspec_span part,
                                     struct smtpspec_span whole)
{
    return part.length == 0 ||
           (part.at >= whole.at && part.length <= whole.length &&
            (size_t)(part.at - whole.at) <= whole.length - part.length);
}

#endif
