/* SPDX-License-Identifier: MIT */
/*
 * layers_across.c - where on its level each vertex stands
 *
 * Each wants to be under and over those that it is joined with, as if by
 * springs; levels in turns, until they hardly move any more.
 */
#include <stdlib.h>

#include "learn/layers_inside.h"
#include "net/memory.h"

#define ROUNDS 120

/* Places that want to be closer than they may stand as one block, whose place
 * is the mean of what they want (pool adjacent violators). */
struct block {
    double sum, weight;
    unsigned count;
};

static double place_of(const struct block *block)
{
    return block->sum / block->weight;
}

void smtpspec_layers_part(double *places, const double *gaps,
                          const double *weights, unsigned count)
{
    struct block *blocks = smtpspec_memory_new(count * sizeof(*blocks));
    unsigned used = 0, at = 0;
    double shift = 0;

    for (unsigned i = 0; i < count; i++) {
        shift += i > 0 ? gaps[i] : 0;
        blocks[used++] = (struct block){ (places[i] - shift) * weights[i],
                                         weights[i], 1 };
        while (used > 1 &&
               place_of(&blocks[used - 2]) > place_of(&blocks[used - 1])) {
            blocks[used - 2].sum += blocks[used - 1].sum;
            blocks[used - 2].weight += blocks[used - 1].weight;
            blocks[used - 2].count += blocks[used - 1].count;
            used--;
        }
    }
    shift = 0;
    for (unsigned b = 0; b < used; b++)
        for (unsigned k = 0; k < blocks[b].count; k++, at++) {
            shift += at > 0 ? gaps[at] : 0;
            places[at] = place_of(&blocks[b]) + shift;
        }
    free(blocks);
}

/* A sum of places, each as heavy as its spring is strong. */
struct pull {
    double sum, weight;
};

static void add_side(const struct smtpspec_layers *layers,
                     const struct smtpspec_layers_side *side, unsigned one,
                     struct pull *pull)
{
    for (unsigned i = side->first[one]; i < side->first[one + 1]; i++) {
        const struct smtpspec_layers_segment *segment =
            &layers->segments[side->segments[i]];
        unsigned other = segment->upper == one ? segment->lower
                                               : segment->upper;

        pull->sum += layers->vertices[other].x * segment->weight;
        pull->weight += segment->weight;
    }
}

/* Where the springs of a vertex draw it, from above, below or both; how
 * strong. */
static double wish(const struct smtpspec_layers *layers, unsigned one,
                   bool above, bool below, double *weight)
{
    struct pull pull = { 0, 0 };

    if (above)
        add_side(layers, &layers->above, one, &pull);
    if (below)
        add_side(layers, &layers->below, one, &pull);
    *weight = pull.weight;
    return pull.weight > 0 ? pull.sum / pull.weight
                           : layers->vertices[one].x;
}

static void settle(struct smtpspec_layers *layers, unsigned level, bool above,
                   bool below)
{
    unsigned count = layers->lengths[level];
    double *all = smtpspec_memory_new(3 * count * sizeof(*all));
    double *places = all, *gaps = all + count, *weights = gaps + count;

    for (unsigned i = 0; i < count; i++) {
        unsigned one = layers->rows[level][i];

        places[i] = wish(layers, one, above, below, &weights[i]);
        weights[i] += 0.1;
        if (i > 0)
            gaps[i] = SMTPSPEC_LAYERS_GAP +
                      (layers->vertices[one].width +
                       layers->vertices[layers->rows[level][i - 1]].width) /
                          2.0;
    }
    smtpspec_layers_part(places, gaps, weights, count);
    for (unsigned i = 0; i < count; i++)
        layers->vertices[layers->rows[level][i]].x = places[i];
    free(all);
}

void smtpspec_layers_across(struct smtpspec_layers *layers)
{
    for (unsigned i = 0; i < layers->vertex_count; i++)
        layers->vertices[i].x = 0;
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < SMTPSPEC_LAYERS_LEVELS; i++) {
            bool down = round % 2 == 0, both = round > ROUNDS / 2;
            unsigned level = down ? i : SMTPSPEC_LAYERS_LEVELS - 1 - i;

            settle(layers, level, down || both, !down || both);
        }
}
