/* SPDX-License-Identifier: MIT */
/*
 * layers_inside.h - what the files that place pictures share
 *
 * Floor 5, learn. A rank has three levels: of labels, of arrows within the
 * rank, each with its label on a line of its own, and of boxes. An arrow is a
 * chain of vertices, one on each level that it passes, and a segment from each
 * to the next.
 */
#ifndef SMTPSPEC_LAYERS_INSIDE_H
#define SMTPSPEC_LAYERS_INSIDE_H

#include "learn/layers.h"

#define SMTPSPEC_LAYERS_LEVELS (3 * SMTPSPEC_LAYERS_RANKS)
#define SMTPSPEC_LAYERS_GAP 16 /* between neighbours on a level              */

struct smtpspec_layers_vertex {
    unsigned level;
    double key;                /* where it stands on the level at first      */
    bool last, box;
    int width, height;
    double x;                  /* of its middle                              */
    unsigned order;            /* on the level, from the left                */
};

struct smtpspec_layers_segment {
    unsigned upper, lower;     /* vertices, one level apart                  */
    double weight;             /* how much it wants to be upright            */
};

/* Segments by the vertex at one of their ends: those of vertex v are
 * `segments[first[v]]` up to `segments[first[v + 1]]`. */
struct smtpspec_layers_side {
    unsigned *first, *segments;
};

struct smtpspec_layers {
    struct smtpspec_layers_vertex *vertices; /* boxes first                  */
    unsigned vertex_count;
    struct smtpspec_layers_segment *segments;
    unsigned segment_count;
    struct smtpspec_layers_side above, below; /* of vertices                 */
    unsigned *rows[SMTPSPEC_LAYERS_LEVELS];  /* vertices of a level in order */
    unsigned lengths[SMTPSPEC_LAYERS_LEVELS];
};

/* In which order vertices stand on their levels (layers_order.c). */
void smtpspec_layers_order(struct smtpspec_layers *layers);

/* And where: sets x of all (layers_across.c). */
void smtpspec_layers_across(struct smtpspec_layers *layers);

/*
 * Move places, which are in order, as little as can be, so that each is at
 * least `gaps[i]` behind the one before; the more weight, the less it moves.
 */
void smtpspec_layers_part(double *places, const double *gaps,
                          const double *weights, unsigned count);

#endif
