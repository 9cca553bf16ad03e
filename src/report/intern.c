/* SPDX-License-Identifier: MIT */
/*
 * intern.c - strings and octets kept once, however often they come
 */
#include "report/intern.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 65536
#define SLOTS_FIRST 1024 /* a power of two */
#define ALIGNED 16

struct smtpspec_intern_block {
    struct smtpspec_intern_block *next;
    size_t used, size;
    _Alignas(ALIGNED) char octets[];
};

void smtpspec_intern_init(struct smtpspec_intern *intern)
{
    memset(intern, 0, sizeof(*intern));
}

void smtpspec_intern_free(struct smtpspec_intern *intern)
{
    while (intern->blocks != NULL) {
        struct smtpspec_intern_block *next = intern->blocks->next;

        free(intern->blocks);
        intern->blocks = next;
    }
    free(intern->slots);
    smtpspec_intern_init(intern);
}

void *smtpspec_intern_room(struct smtpspec_intern *intern, size_t size)
{
    struct smtpspec_intern_block *block = intern->blocks;
    void *room;

    size = (size + ALIGNED - 1) / ALIGNED * ALIGNED;
    if (size == 0)
        return NULL;
    if (block == NULL || block->size - block->used < size) {
        size_t fresh = size > BLOCK_SIZE ? size : BLOCK_SIZE;

        block = calloc(1, sizeof(*block) + fresh);
        if (block == NULL) {
            intern->no_memory = true;
            return NULL;
        }
        block->size = fresh;
        block->next = intern->blocks;
        intern->blocks = block;
    }
    room = block->octets + block->used;
    block->used += size;
    return room;
}

/* FNV-1a. Whoever chooses his replies so that they meet makes his own report
 * slow, no more. */
static uint64_t hash_of(struct smtpspec_span octets)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < octets.length; i++)
        hash = (hash ^ (unsigned char)octets.at[i]) * UINT64_C(1099511628211);
    return hash;
}

/* Where these octets stand, or where they would be put. */
static struct smtpspec_span *slot_of(struct smtpspec_span *slots, size_t room,
                                     struct smtpspec_span octets)
{
    size_t i = (size_t)hash_of(octets) & (room - 1);

    while (slots[i].at != NULL && !smtpspec_span_equal(slots[i], octets))
        i = (i + 1) & (room - 1);
    return &slots[i];
}

/* At least a quarter of the slots stays free. */
static bool make_room(struct smtpspec_intern *intern)
{
    size_t room = intern->room > 0 ? 2 * intern->room : SLOTS_FIRST;
    struct smtpspec_span *slots;

    if (intern->room > 0 && intern->count + 1 <= intern->room / 4 * 3)
        return true;
    slots = calloc(room, sizeof(*slots));
    if (slots == NULL) {
        intern->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < intern->room; i++)
        if (intern->slots[i].at != NULL)
            *slot_of(slots, room, intern->slots[i]) = intern->slots[i];
    free(intern->slots);
    intern->slots = slots;
    intern->room = room;
    return true;
}

struct smtpspec_span smtpspec_intern_octets(struct smtpspec_intern *intern,
                                            struct smtpspec_span octets)
{
    const struct smtpspec_span none = { "", 0 };
    struct smtpspec_span *slot;
    char *copy;

    if (octets.length == 0 || !make_room(intern))
        return none;
    slot = slot_of(intern->slots, intern->room, octets);
    if (slot->at != NULL)
        return *slot;
    copy = smtpspec_intern_room(intern, octets.length + 1);
    if (copy == NULL)
        return none;
    memcpy(copy, octets.at, octets.length);
    *slot = (struct smtpspec_span){ copy, octets.length };
    intern->count++;
    return *slot;
}

const char *smtpspec_intern_string(struct smtpspec_intern *intern,
                                   const char *text)
{
    return text != NULL
               ? smtpspec_intern_octets(intern, smtpspec_span_of(text)).at
               : NULL;
}
