/* SPDX-License-Identifier: MIT */
/*
 * cache.c - all that a server was ever seen to answer, as a tree of prefixes
 */
#include "learn/cache.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

#define NONE 0u
#define ROOT 0u

void smtpspec_cache_free(struct smtpspec_cache *cache)
{
    free(cache->nodes);
    memset(cache, 0, sizeof(*cache));
}

/* What is known of whatever follows an output that ends. */
static uint32_t output_behind(uint32_t output)
{
    return output & SMTPSPEC_OUTPUT_SILENT
               ? SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT
               : SMTPSPEC_OUTPUT_X;
}

static uint32_t find_child(const struct smtpspec_cache *cache, uint32_t parent,
                           uint8_t symbol)
{
    uint32_t node = cache->nodes[parent].child;

    while (node != NONE && cache->nodes[node].symbol < symbol)
        node = cache->nodes[node].sibling;
    return node != NONE && cache->nodes[node].symbol == symbol ? node : NONE;
}

static uint32_t new_node(struct smtpspec_cache *cache)
{
    if (cache->count == cache->room) {
        cache->room = 2 * cache->room + 64;
        cache->nodes = smtpspec_memory_grow(
            cache->nodes, cache->room * sizeof(*cache->nodes));
    }
    cache->nodes[cache->count] =
        (struct smtpspec_cache_node){ .output = SMTPSPEC_OUTPUT_NONE };
    return (uint32_t)cache->count++;
}

static uint32_t add_child(struct smtpspec_cache *cache, uint32_t parent,
                          uint8_t symbol)
{
    uint32_t node = new_node(cache);
    uint32_t *link = &cache->nodes[parent].child;

    while (*link != NONE && cache->nodes[*link].symbol < symbol)
        link = &cache->nodes[*link].sibling;
    cache->nodes[node].symbol = symbol;
    cache->nodes[node].sibling = *link;
    *link = node;
    return node;
}

size_t smtpspec_cache_look(const struct smtpspec_cache *cache,
                           const uint8_t *word, size_t length,
                           uint32_t *outputs)
{
    uint32_t node = ROOT, output = SMTPSPEC_OUTPUT_NONE;

    for (size_t i = 0; i < length; i++) {
        if (i > 0 && smtpspec_output_ends(output)) {
            output = output_behind(output);
        } else {
            node = cache->count > 0 ? find_child(cache, node, word[i]) : NONE;
            if (node == NONE)
                return i;
            output = cache->nodes[node].output;
        }
        if (outputs != NULL)
            outputs[i] = output;
    }
    return length;
}

/* Where they differ, or `length`. Nothing behind an output that ends counts. */
static size_t first_conflict(const struct smtpspec_cache *cache,
                             const uint8_t *word, const uint32_t *outputs,
                             size_t length)
{
    uint32_t node = ROOT;

    for (size_t i = 0; i < length && cache->count > 0; i++) {
        node = find_child(cache, node, word[i]);
        if (node == NONE)
            return length;
        if (cache->nodes[node].output != outputs[i])
            return i;
        if (smtpspec_output_ends(outputs[i]))
            return length;
    }
    return length;
}

void smtpspec_cache_correct(struct smtpspec_cache *cache, const uint8_t *word,
                            const uint32_t *outputs, size_t length)
{
    uint32_t node = ROOT, child;

    if (cache->count == 0)
        new_node(cache);
    for (size_t i = 0; i < length; i++) {
        child = find_child(cache, node, word[i]);
        if (child == NONE)
            child = add_child(cache, node, word[i]);
        node = child;
        if (cache->nodes[node].output != outputs[i])
            cache->nodes[node].child = NONE;
        cache->nodes[node].output = outputs[i];
        if (smtpspec_output_ends(outputs[i]))
            return;
    }
}

size_t smtpspec_cache_note(struct smtpspec_cache *cache, const uint8_t *word,
                           const uint32_t *outputs, size_t length)
{
    size_t conflict = first_conflict(cache, word, outputs, length);

    if (conflict == length)
        smtpspec_cache_correct(cache, word, outputs, length);
    return conflict;
}

/* Down to the first child, else on to the next of the nearest of its parents
 * that has one; `path` has the nodes of the word. */
void smtpspec_cache_walk(const struct smtpspec_cache *cache,
                         bool (*visit)(void *context, const uint8_t *word,
                                       const uint32_t *outputs, size_t length,
                                       bool leaf),
                         void *context)
{
    uint32_t path[SMTPSPEC_WORD_KEPT], outputs[SMTPSPEC_WORD_KEPT];
    uint8_t word[SMTPSPEC_WORD_KEPT];
    uint32_t node = cache->count > 0 ? cache->nodes[ROOT].child : NONE;
    size_t depth = 0;

    while (node != NONE) {
        const struct smtpspec_cache_node *now = &cache->nodes[node];

        path[depth] = node;
        word[depth] = now->symbol;
        outputs[depth++] = now->output;
        if (!visit(context, word, outputs, depth, now->child == NONE))
            return;
        node = depth < SMTPSPEC_WORD_KEPT ? now->child : NONE;
        while (node == NONE && depth > 0)
            node = cache->nodes[path[--depth]].sibling;
    }
}
