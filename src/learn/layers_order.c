/* SPDX-License-Identifier: MIT */
/*
 * layers_order.c - an order on each level in which few arrows cross
 *
 * By barycentres, down and up in turns, and by changing neighbours where that
 * saves crossings; the best that was met is kept.
 */
#include <stdlib.h>

#include "learn/layers_inside.h"
#include "net/memory.h"

#define ROUNDS 24

static void number_level(struct smtpspec_layers *layers, unsigned level)
{
    for (unsigned i = 0; i < layers->lengths[level]; i++)
        layers->vertices[layers->rows[level][i]].order = i;
}

/* A stable sort by key; the last one stays there. */
static void sort_level(struct smtpspec_layers *layers, unsigned level)
{
    unsigned *row = layers->rows[level];

    for (unsigned i = 1; i < layers->lengths[level]; i++) {
        unsigned one = row[i], k = i;
        const struct smtpspec_layers_vertex *vertex = &layers->vertices[one];

        for (; k > 0; k--) {
            const struct smtpspec_layers_vertex *before =
                &layers->vertices[row[k - 1]];

            if (before->last == vertex->last ? before->key <= vertex->key
                                             : vertex->last)
                break;
            row[k] = row[k - 1];
        }
        row[k] = one;
    }
    number_level(layers, level);
}

/* --- Crossings ------------------------------------------------------------ */

static bool cross(const struct smtpspec_layers *layers, unsigned i, unsigned k)
{
    const struct smtpspec_layers_segment *a = &layers->segments[i];
    const struct smtpspec_layers_segment *b = &layers->segments[k];
    int upper = (int)layers->vertices[a->upper].order -
                (int)layers->vertices[b->upper].order;
    int lower = (int)layers->vertices[a->lower].order -
                (int)layers->vertices[b->lower].order;

    return layers->vertices[a->upper].level ==
               layers->vertices[b->upper].level &&
           ((upper < 0 && lower > 0) || (upper > 0 && lower < 0));
}

static unsigned crossings(const struct smtpspec_layers *layers)
{
    unsigned count = 0;

    for (unsigned i = 0; i < layers->segment_count; i++)
        for (unsigned k = 0; k < i; k++)
            count += cross(layers, i, k);
    return count;
}

static unsigned crossings_at(const struct smtpspec_layers *layers,
                             const struct smtpspec_layers_side *side,
                             unsigned a, unsigned b)
{
    unsigned count = 0;

    for (unsigned i = side->first[a]; i < side->first[a + 1]; i++)
        for (unsigned k = side->first[b]; k < side->first[b + 1]; k++)
            count += cross(layers, side->segments[i], side->segments[k]);
    return count;
}

/* Of the arrows of two vertices of one level. */
static unsigned crossings_of(const struct smtpspec_layers *layers, unsigned a,
                             unsigned b)
{
    return crossings_at(layers, &layers->above, a, b) +
           crossings_at(layers, &layers->below, a, b);
}

/* Change two neighbours where that saves crossings; whether it did. */
static bool change(struct smtpspec_layers *layers, unsigned level, unsigned i)
{
    unsigned *row = layers->rows[level], a = row[i], b = row[i + 1];
    unsigned before = crossings_of(layers, a, b);

    if (before == 0 || layers->vertices[b].last)
        return false;
    row[i] = b;
    row[i + 1] = a;
    number_level(layers, level);
    if (crossings_of(layers, a, b) < before)
        return true;
    row[i] = a;
    row[i + 1] = b;
    number_level(layers, level);
    return false;
}

static void change_neighbours(struct smtpspec_layers *layers)
{
    bool better = true;

    for (unsigned round = 0; round < ROUNDS && better; round++) {
        better = false;
        for (unsigned l = 0; l < SMTPSPEC_LAYERS_LEVELS; l++)
            for (unsigned i = 0; i + 1 < layers->lengths[l]; i++)
                better |= change(layers, l, i);
    }
}

/* --- Barycentres ---------------------------------------------------------- */

/* The key of each vertex of a level becomes the mean place of its neighbours
 * above or below; one that has none keeps its place. */
static void aim(struct smtpspec_layers *layers, unsigned level, bool down)
{
    const struct smtpspec_layers_side *side =
        down ? &layers->above : &layers->below;

    for (unsigned i = 0; i < layers->lengths[level]; i++) {
        unsigned one = layers->rows[level][i];
        unsigned count = side->first[one + 1] - side->first[one];
        double sum = 0;

        for (unsigned k = side->first[one]; k < side->first[one + 1]; k++) {
            const struct smtpspec_layers_segment *segment =
                &layers->segments[side->segments[k]];

            sum += layers->vertices[down ? segment->upper : segment->lower]
                       .order;
        }
        layers->vertices[one].key = count > 0 ? sum / count : i;
    }
}

static void sweep(struct smtpspec_layers *layers, bool down)
{
    for (unsigned i = 1; i < SMTPSPEC_LAYERS_LEVELS; i++) {
        unsigned level = down ? i : SMTPSPEC_LAYERS_LEVELS - 1 - i;

        aim(layers, level, down);
        sort_level(layers, level);
    }
}

static void keep(const struct smtpspec_layers *layers, unsigned *kept)
{
    for (unsigned i = 0; i < layers->vertex_count; i++)
        kept[i] = layers->vertices[i].order;
}

static void take_back(struct smtpspec_layers *layers, const unsigned *kept)
{
    for (unsigned i = 0; i < layers->vertex_count; i++) {
        layers->vertices[i].order = kept[i];
        layers->rows[layers->vertices[i].level][kept[i]] = i;
    }
}

void smtpspec_layers_order(struct smtpspec_layers *layers)
{
    unsigned *kept =
        smtpspec_memory_new(layers->vertex_count * sizeof(*kept));
    unsigned best;

    for (unsigned l = 0; l < SMTPSPEC_LAYERS_LEVELS; l++)
        sort_level(layers, l);
    change_neighbours(layers);
    best = crossings(layers);
    keep(layers, kept);
    for (unsigned round = 0; round < ROUNDS && best > 0; round++) {
        unsigned now;

        sweep(layers, round % 2 == 0);
        change_neighbours(layers);
        now = crossings(layers);
        if (now >= best)
            continue;
        best = now;
        keep(layers, kept);
    }
    take_back(layers, kept);
    free(kept);
}
