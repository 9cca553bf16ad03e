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

/* Numbers that follow from a seed alone (xorshift64*): same input, same run. */
static inline uint64_t harness_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

#endif
