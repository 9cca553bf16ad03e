/* SPDX-License-Identifier: MIT */
/*
 * pool.c - the scripts that new ones are made of
 */
#include "fuzz/pool.h"

#include <stdlib.h>
#include <string.h>

#include "mutate/mutate.h"
#include "mutate/random.h"
#include "net/memory.h"

void smtpspec_pool_free(struct smtpspec_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        smtpspec_growing_free(&pool->scripts[i]);
    free(pool->scripts);
    *pool = (struct smtpspec_pool){ NULL, 0, 0, 0 };
}

static struct smtpspec_growing *new_place(struct smtpspec_pool *pool)
{
    if (pool->count == pool->room) {
        pool->room = pool->room > 0 ? 2 * pool->room : 64;
        pool->scripts = smtpspec_memory_grow(
            pool->scripts, pool->room * sizeof(*pool->scripts));
    }
    pool->scripts[pool->count] = (struct smtpspec_growing){ NULL, 0, 0 };
    return &pool->scripts[pool->count++];
}

void smtpspec_pool_add(struct smtpspec_pool *pool, struct smtpspec_span script,
                       uint64_t *random)
{
    struct smtpspec_growing *place;

    if (script.length == 0 || script.length > SMTPSPEC_POOL_SCRIPT_KEPT)
        return;
    if (pool->count < SMTPSPEC_POOL_KEPT &&
        pool->octets + script.length <= SMTPSPEC_POOL_OCTETS_KEPT)
        place = new_place(pool);
    else
        place = &pool->scripts[smtpspec_random_below(random, pool->count)];
    pool->octets += script.length - place->length;
    smtpspec_growing_set(place, script);
}

/* EHLO is no command of LMTP (RFC 2033, 4.1). */
static void turn_into_lmtp(struct smtpspec_growing *script)
{
    for (size_t i = 0; i + 5 <= script->length; i++)
        if ((i == 0 || script->at[i - 1] == '\n') &&
            memcmp(script->at + i, "CEHLO", 5) == 0)
            memcpy(script->at + i, "CLHLO", 5);
}

void smtpspec_pool_expand(struct smtpspec_pool *pool,
                          struct smtpspec_span script,
                          const struct smtpspec_case_vars *vars,
                          enum smtpspec_service service)
{
    struct smtpspec_growing *place = new_place(pool);
    size_t length = smtpspec_case_expand(script, vars, NULL, 0);

    smtpspec_case_expand(script, vars, smtpspec_growing_room(place, length),
                         length);
    place->length = length;
    pool->octets += length;
    if (service == SMTPSPEC_SERVICE_LMTP)
        turn_into_lmtp(place);
}

void smtpspec_pool_seed(struct smtpspec_pool *pool,
                        const struct smtpspec_case_vars *vars,
                        enum smtpspec_service service)
{
    static const struct smtpspec_span seeds[] = {
#define SEED(script) { (script), sizeof(script) - 1 },
#include "fuzz/seeds.def"
#undef SEED
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(seeds); i++)
        smtpspec_pool_expand(pool, seeds[i], vars, service);
}

void smtpspec_pool_mutant(const struct smtpspec_pool *pool, uint64_t seed,
                          struct smtpspec_growing *out)
{
    const struct smtpspec_mutator *mutator = &smtpspec_mutator_session;
    const size_t cap = SMTPSPEC_POOL_SCRIPT_KEPT;
    uint64_t random = seed;
    struct smtpspec_span a, b;
    char *at;

    out->length = 0;
    if (pool->count == 0)
        return;
    at = smtpspec_growing_room(out, cap);
    a = smtpspec_growing_span(
        &pool->scripts[smtpspec_random_below(&random, pool->count)]);
    b = smtpspec_growing_span(
        &pool->scripts[smtpspec_random_below(&random, pool->count)]);
    if (smtpspec_random_once_in(&random, 4)) {
        out->length = smtpspec_mutate_splice(mutator, a, b, at, cap,
                                             smtpspec_random(&random));
    } else {
        out->length = a.length < cap ? a.length : cap;
        memcpy(at, a.at, out->length);
    }
    out->length = smtpspec_mutate(mutator, at, out->length, cap,
                                  smtpspec_mutator_server(mutator),
                                  smtpspec_random(&random));
}
