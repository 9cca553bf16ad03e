/* SPDX-License-Identifier: MIT */
/*
 * growing.c - octets in memory that grows
 */
#include "fuzz/growing.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

void smtpspec_growing_free(struct smtpspec_growing *growing)
{
    free(growing->at);
    *growing = (struct smtpspec_growing){ NULL, 0, 0 };
}

char *smtpspec_growing_room(struct smtpspec_growing *growing, size_t octets)
{
    size_t want = growing->length + octets;

    if (want > growing->room) {
        growing->room = want > 2 * growing->room ? want : 2 * growing->room;
        growing->at = smtpspec_memory_grow(growing->at, growing->room);
    }
    return growing->at + growing->length;
}

void smtpspec_growing_add(struct smtpspec_growing *growing,
                          struct smtpspec_span octets)
{
    if (octets.length == 0)
        return;
    memcpy(smtpspec_growing_room(growing, octets.length), octets.at,
           octets.length);
    growing->length += octets.length;
}

void smtpspec_growing_set(struct smtpspec_growing *growing,
                          struct smtpspec_span octets)
{
    growing->length = 0;
    smtpspec_growing_add(growing, octets);
}

struct smtpspec_span
smtpspec_growing_span(const struct smtpspec_growing *growing)
{
    return (struct smtpspec_span){ growing->at, growing->length };
}
