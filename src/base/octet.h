/* SPDX-License-Identifier: MIT */
/*
 * octet.h - what an ASCII octet is, whatever the locale
 *
 * Floor 0, base. Short names, since each file has its own copy; those of wire
 * are its own, which it is measured with.
 */
#ifndef SMTPSPEC_OCTET_H
#define SMTPSPEC_OCTET_H

#include <stdbool.h>

static inline bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

static inline bool is_letter(char octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

/* The value of a hexadecimal digit in either case; -1: it is none. */
static inline int digit_of(char octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    if (octet >= 'a' && octet <= 'f')
        return octet - 'a' + 10;
    if (octet >= 'A' && octet <= 'F')
        return octet - 'A' + 10;
    return -1;
}

#endif
