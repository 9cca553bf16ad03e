/* SPDX-License-Identifier: MIT */
/*
 * redact.c - keep passwords out of what is recorded
 */
#include "run/redact.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* A shorter secret is found by accident, all over a dialogue. */
#define SHORTEST 4

struct secrets {
    struct smtpspec_span at[SMTPSPEC_PLAY_SECRETS_LIMIT];
    size_t count;
};

static struct secrets secrets_of(const struct smtpspec_play *play)
{
    struct secrets secrets = { .count = 0 };

    secrets.count = smtpspec_play_secrets(play, secrets.at,
                                          SMTPSPEC_PLAY_SECRETS_LIMIT);
    return secrets;
}

/* The length of the longest secret that begins the octets; 0: none does. */
static size_t secret_at(const struct secrets *secrets,
                        struct smtpspec_span octets)
{
    size_t longest = 0;

    for (size_t i = 0; i < secrets->count; i++) {
        struct smtpspec_span secret = secrets->at[i];

        if (secret.length >= SHORTEST && secret.length > longest &&
            smtpspec_span_equal(smtpspec_span_head(octets, secret.length),
                                secret))
            longest = secret.length;
    }
    return longest;
}

void smtpspec_redact_sent(const struct smtpspec_play *play,
                          struct smtpspec_span octets,
                          smtpspec_redact_put put, void *context)
{
    struct secrets secrets = secrets_of(play);
    size_t plain = 0, length;

    while (secrets.count > 0 && plain < octets.length) {
        length = secret_at(&secrets, smtpspec_span_skip(octets, plain));
        if (length == 0) {
            plain++;
            continue;
        }
        if (plain > 0)
            put(context, smtpspec_span_head(octets, plain), 0);
        put(context, (struct smtpspec_span){ NULL, 0 }, length);
        octets = smtpspec_span_skip(octets, plain + length);
        plain = 0;
    }
    if (octets.length > 0)
        put(context, octets, 0);
}

void smtpspec_redact_received(const struct smtpspec_play *play,
                              struct smtpspec_span octets,
                              smtpspec_redact_put put, void *context)
{
    struct secrets secrets = secrets_of(play);
    char *copy = NULL;
    size_t length;

    for (size_t i = 0; secrets.count > 0 && i < octets.length; i++) {
        length = secret_at(&secrets, smtpspec_span_skip(octets, i));
        if (length == 0)
            continue;
        if (copy == NULL) {
            copy = smtpspec_memory_new(octets.length);
            memcpy(copy, octets.at, octets.length);
        }
        memset(copy + i, '*', length);
        i += length - 1;
    }
    if (copy != NULL)
        octets.at = copy;
    put(context, octets, 0);
    free(copy);
}
