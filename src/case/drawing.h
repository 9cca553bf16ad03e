/* SPDX-License-Identifier: MIT */
/*
 * drawing.h - boxes and arrows with their places, ready for a report
 *
 * Floor 3, case; header only. Whoever makes one owns all of it, and it lives
 * until the report writer returns. Lengths are in pixels from the upper left;
 * text is printable ASCII as it is to be read, not escaped for anything.
 */
#ifndef SMTPSPEC_DRAWING_H
#define SMTPSPEC_DRAWING_H

#include <smtpspec/base.h>

/* What is drawn how; the more it matters the greater it is. */
enum smtpspec_tone {
    SMTPSPEC_TONE_FAINT,       /* as always, and no news                     */
    SMTPSPEC_TONE_PLAIN,
    SMTPSPEC_TONE_MISSING,     /* not there, and should be                   */
    SMTPSPEC_TONE_WARN,
    SMTPSPEC_TONE_FAIL,
};

/* Text sizes that room was made for: height of a font, and from one line to
 * the next. All fonts have letters of one width: six tenths of the height. */
#define SMTPSPEC_DRAWING_TITLE_FONT 14
#define SMTPSPEC_DRAWING_TITLE_STEP 19
#define SMTPSPEC_DRAWING_LINE_FONT 10
#define SMTPSPEC_DRAWING_LINE_STEP 13
#define SMTPSPEC_DRAWING_LABEL_FONT 11
#define SMTPSPEC_DRAWING_LABEL_STEP 14
/* From the border of a box to what stands in it. */
#define SMTPSPEC_DRAWING_INSET 8
/* The head of an arrow, which begins where its curve ends. */
#define SMTPSPEC_DRAWING_HEAD 11

struct smtpspec_drawing_point {
    short x, y;
};

struct smtpspec_drawing_line {
    const char *text;
    uint8_t tone;              /* enum smtpspec_tone                         */
};

struct smtpspec_drawing_box {
    const char *title;         /* NULL: a dot where all begins               */
    struct smtpspec_drawing_point middle;
    short width, height;
    uint8_t tone;
    bool last;                 /* nothing comes behind it                    */
    const struct smtpspec_drawing_line *lines; /* under the title            */
    unsigned line_count;
};

struct smtpspec_drawing_arrow {
    unsigned from, to;         /* boxes                                      */
    uint8_t tone;
    const struct smtpspec_drawing_point *points; /* a Bezier curve           */
    unsigned point_count;      /* 1 and 3 for each part                      */
    struct smtpspec_drawing_point label;         /* its middle               */
    short label_width;
    const struct smtpspec_drawing_line *lines;
    unsigned line_count;
};

struct smtpspec_drawing {
    short width, height;
    const char *about;         /* what it shows, in a sentence               */
    const struct smtpspec_drawing_box *boxes;
    unsigned box_count;
    const struct smtpspec_drawing_arrow *arrows;
    unsigned arrow_count;
};

#endif
