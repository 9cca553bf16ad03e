/* SPDX-License-Identifier: MIT */
/*
 * pool.h - the scripts that new ones are made of
 *
 * Floor 5, fuzz; no I/O. Seeds, and what reached something new. Bounded: past
 * SMTPSPEC_POOL_KEPT scripts or octets a new one takes the place of another.
 */
#ifndef SMTPSPEC_POOL_H
#define SMTPSPEC_POOL_H

#include "case/case.h"
#include "fuzz/growing.h"

#define SMTPSPEC_POOL_KEPT 4096
#define SMTPSPEC_POOL_OCTETS_KEPT (8u << 20)
/* Octets of a script that is worth keeping, and of one made of it. */
#define SMTPSPEC_POOL_SCRIPT_KEPT 16384

struct smtpspec_pool {
    struct smtpspec_growing *scripts;
    size_t count, room, octets;
};

void smtpspec_pool_free(struct smtpspec_pool *pool);

/* A copy; `random` decides what gives way. Longer ones are not taken. */
void smtpspec_pool_add(struct smtpspec_pool *pool, struct smtpspec_span script,
                       uint64_t *random);

/* The seeds that are compiled in, {from}, {rcpt} and the like put in; where
 * the service is LMTP, EHLO is LHLO. */
void smtpspec_pool_seed(struct smtpspec_pool *pool,
                        const struct smtpspec_case_vars *vars,
                        enum smtpspec_service service);

/* A script of which the names in braces are put in, as above. */
void smtpspec_pool_expand(struct smtpspec_pool *pool,
                          struct smtpspec_span script,
                          const struct smtpspec_case_vars *vars,
                          enum smtpspec_service service);

/*
 * A mutant of one script, or of two, in `out`, which holds nothing else then:
 * what seed and pool make of it. Empty where the pool is.
 */
void smtpspec_pool_mutant(const struct smtpspec_pool *pool, uint64_t seed,
                          struct smtpspec_growing *out);

#endif
