/* SPDX-License-Identifier: MIT */
/*
 * vectors.h - what an instruction does of which CBMC knows nothing, in C
 *
 * A proof that stands on this model says something of the processor only as far
 * as the model does: finite_vectors.c holds it against the instruction.
 */
#ifndef SMTPSPEC_VECTORS_H
#define SMTPSPEC_VECTORS_H

#include <emmintrin.h>

/* PMOVMSKB: bit i is the sign of octet i. */
static inline int movemask_model(__v16qi octets)
{
    int mask = 0;

    for (int i = 0; i < 16; i++)
        mask |= (octets[i] < 0) << i;
    return mask;
}

/* PANDN: what is in the second and not in the first. */
static inline __v2di andnot_model(__v2di without, __v2di octets)
{
    return ~without & octets;
}

#endif
