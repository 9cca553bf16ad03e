/* SPDX-License-Identifier: MIT */
/*
 * html_curve.c - arrows of pictures, as SVG
 */
#include "report/html_machine.h"

#define HEAD SMTPSPEC_DRAWING_HEAD
#define HEAD_HALF 4            /* of its width                               */

static int root_of(int square)
{
    int root = 0;

    while ((root + 1) * (root + 1) <= square)
        root++;
    return root > 0 ? root : 1;
}

void smtpspec_html_head(FILE *out, int from_x, int from_y, int x, int y)
{
    int way_x = x - from_x, way_y = y - from_y;
    int length = root_of(way_x * way_x + way_y * way_y);
    int aside_x = -way_y * HEAD_HALF / length;
    int aside_y = way_x * HEAD_HALF / length;

    fprintf(out, "<path class=h d=\"M%d %dL%d %dL%d %dz\"/>",
            x + way_x * HEAD / length, y + way_y * HEAD / length,
            x + aside_x, y + aside_y, x - aside_x, y - aside_y);
}

void smtpspec_html_curve(FILE *out, const struct smtpspec_drawing_point *at,
                         unsigned count)
{
    unsigned last = count - 1;

    fprintf(out, "<path d=\"M%d %dC", at[0].x, at[0].y);
    for (unsigned i = 1; i <= last; i++)
        fprintf(out, "%s%d %d", i > 1 ? " " : "", at[i].x, at[i].y);
    fputs("\"/>", out);
    smtpspec_html_head(out, at[last - 1].x, at[last - 1].y, at[last].x,
                       at[last].y);
}
