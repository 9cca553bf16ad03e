/* SPDX-License-Identifier: MIT */
/*
 * layers.h - places for boxes in ranks, and ways for the arrows between them
 *
 * Floor 5, learn; pure but for memory. What Graphviz does for pictures of a
 * build is done here for those of a run: ranks from the top, in each an order
 * of few crossings, labels in the room between ranks, arrows that go round
 * boxes. Arrows lead to boxes of other ranks or of the same one, not to the
 * box where they begin. Lengths in pixels.
 */
#ifndef SMTPSPEC_LAYERS_H
#define SMTPSPEC_LAYERS_H

#include "case/drawing.h"

/* Ranks there may be. */
#define SMTPSPEC_LAYERS_RANKS 8
/* Of an arrow: where it begins, and three for each part of its curve. */
#define SMTPSPEC_LAYERS_POINTS (1 + 3 * 6 * SMTPSPEC_LAYERS_RANKS)

struct smtpspec_layers_box {
    unsigned rank;             /* below RANKS                                */
    unsigned column;           /* where in the rank, to begin with           */
    bool last;                 /* at the right end of its rank               */
    int width, height;
    int x, y;                  /* out: of its middle                         */
};

struct smtpspec_layers_arrow {
    unsigned from, to;         /* boxes                                      */
    int width, height;         /* of its label; 0: none                      */
    bool straight;             /* rather than others                         */
    /* Out: a Bezier curve that ends where the head of the arrow begins; the
     * middle of the label. */
    struct smtpspec_drawing_point points[SMTPSPEC_LAYERS_POINTS], label;
    unsigned point_count;
};

/* Width and height of the whole. */
struct smtpspec_drawing_point
smtpspec_layers_place(struct smtpspec_layers_box *boxes, unsigned box_count,
                      struct smtpspec_layers_arrow *arrows,
                      unsigned arrow_count);

#endif
