/* SPDX-License-Identifier: MIT */
/*
 * picture_layout.h - where Graphviz has placed the state machine
 *
 * Floor 6, report. Made of picture.plain by picture.awk; all in hundredths of
 * an inch from the upper left, which are pixels on the page.
 */
#ifndef SMTPSPEC_PICTURE_LAYOUT_H
#define SMTPSPEC_PICTURE_LAYOUT_H

#include "case/drawing.h"

#define SMTPSPEC_PICTURE_POINTS_KEPT 32

struct smtpspec_picture_box {
    const char *name;          /* of the state                               */
    short x, y, width, height; /* of its middle                              */
};

struct smtpspec_picture_curve {
    const char *from, *to;     /* names of states                            */
    unsigned char count;       /* a Bezier curve: 1 and 3 for each part      */
    struct smtpspec_drawing_point points[SMTPSPEC_PICTURE_POINTS_KEPT];
    struct smtpspec_drawing_point label; /* its middle                       */
};

extern const short smtpspec_picture_width, smtpspec_picture_height;
extern const struct smtpspec_picture_box smtpspec_picture_boxes[];
extern const unsigned smtpspec_picture_box_count;
extern const struct smtpspec_picture_curve smtpspec_picture_curves[];
extern const unsigned smtpspec_picture_curve_count;

#endif
