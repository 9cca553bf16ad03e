/* SPDX-License-Identifier: MIT */
/*
 * random.c - numbers that follow from a seed alone (splitmix64)
 *
 * A counter that is scrambled: seeds that lie side by side, as engines and
 * people choose them, give unlike numbers from the first one on, and no seed
 * is a bad one.
 */
#include "mutate/random.h"

uint64_t smtpspec_random(uint64_t *state)
{
    uint64_t number = *state += UINT64_C(0x9e3779b97f4a7c15);

    number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
    return number ^ (number >> 31);
}

size_t smtpspec_random_below(uint64_t *state, size_t count)
{
    return (size_t)((smtpspec_random(state) >> 32) * count >> 32);
}

bool smtpspec_random_once_in(uint64_t *state, size_t count)
{
    return smtpspec_random_below(state, count) == 0;
}
