/* SPDX-License-Identifier: MIT */
/*
 * random.h - numbers that follow from a seed alone
 *
 * Floor 3, mutate. The state is the caller's 64 bits, any value; the same
 * state gives the same numbers on every machine.
 */
#ifndef SMTPSPEC_RANDOM_H
#define SMTPSPEC_RANDOM_H

#include <smtpspec/base.h>

/* The next number; moves the state on. Cannot fail. */
uint64_t smtpspec_random(uint64_t *state);

/* 0 to `count` - 1, even enough for `count` far below 2^32; 0 for 0. */
size_t smtpspec_random_below(uint64_t *state, size_t count);

/* True once in `count` times. */
bool smtpspec_random_once_in(uint64_t *state, size_t count);

#endif
