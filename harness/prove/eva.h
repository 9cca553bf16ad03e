/* SPDX-License-Identifier: MIT */
/*
 * eva.h - what the entries for Frama-C's Eva share: unknown octets, unknown
 * numbers, any number of times
 *
 * Each eva_<module>.c is a main() that calls a module as its header allows and
 * in no other way; its head comment names the files that Eva follows. No
 * compiler is to see these.
 */
#ifndef SMTPSPEC_EVA_H
#define SMTPSPEC_EVA_H

#include "__fc_builtin.h"

#include <smtpspec/base.h>

/* Octets of one call; the length may be all of it, so that one octet too far
 * is outside. */
#define EVA_OCTETS 65536

static char eva_octets[EVA_OCTETS];

/* Whether to go on: any number of times. */
static bool eva_again(void)
{
    return Frama_C_nondet(0, 1) != 0;
}

/* Any number from `least` to `most`. */
static size_t eva_number(size_t least, size_t most)
{
    return Frama_C_unsigned_long_interval(least, most);
}

/* Any octets, 0 to EVA_OCTETS of them. */
static struct smtpspec_span eva_span(void)
{
    Frama_C_make_unknown(eva_octets, sizeof(eva_octets));
    return (struct smtpspec_span){ eva_octets, eva_number(0, EVA_OCTETS) };
}

#endif
