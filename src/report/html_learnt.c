/* SPDX-License-Identifier: MIT */
/*
 * html_learnt.c - the machine that was learnt of a server, as a picture and as
 * a table
 */
#include "report/html_machine.h"

static const char *class_of(uint8_t tone)
{
    static const char *const classes[] = {
        [SMTPSPEC_TONE_FAINT] = "faint", [SMTPSPEC_TONE_PLAIN] = "plain",
        [SMTPSPEC_TONE_MISSING] = "lack", [SMTPSPEC_TONE_WARN] = "odd",
        [SMTPSPEC_TONE_FAIL] = "bad",
    };

    return classes[tone];
}

/* --- The picture ---------------------------------------------------------- */

static void put_text(FILE *out, int x, int y,
                     const struct smtpspec_drawing_line *line)
{
    fprintf(out, "<text class=%s x=%d y=%d>", class_of(line->tone), x, y);
    smtpspec_html_text(out, line->text);
    fputs("</text>", out);
}

static void put_box(FILE *out, const struct smtpspec_drawing_box *box)
{
    int left = box->middle.x - box->width / 2;
    int top = box->middle.y - box->height / 2;
    int y = top + SMTPSPEC_DRAWING_INSET + SMTPSPEC_DRAWING_TITLE_FONT - 2;

    if (box->title == NULL) {
        fprintf(out, "<circle cx=%d cy=%d r=%d />\n", box->middle.x,
                box->middle.y, box->width / 2);
        return;
    }
    fprintf(out, "<g class=\"st %s\">", class_of(box->tone));
    if (box->last)
        fprintf(out, "<rect x=%d y=%d width=%d height=%d rx=11 />", left - 3,
                top - 3, box->width + 6, box->height + 6);
    fprintf(out, "<rect x=%d y=%d width=%d height=%d rx=9 />"
            "<text x=%d y=%d>", left, top, box->width, box->height,
            box->middle.x, y);
    smtpspec_html_text(out, box->title);
    fputs("</text>", out);
    for (unsigned i = 0; i < box->line_count; i++) {
        y += i > 0 ? SMTPSPEC_DRAWING_LINE_STEP : SMTPSPEC_DRAWING_TITLE_STEP;
        put_text(out, left + SMTPSPEC_DRAWING_INSET, y - 2, &box->lines[i]);
    }
    fputs("</g>\n", out);
}

static void put_arrow(FILE *out, const struct smtpspec_drawing_arrow *arrow)
{
    fprintf(out, "<g class=\"e %s\">", class_of(arrow->tone));
    smtpspec_html_curve(out, arrow->points, arrow->point_count);
    fputs("</g>\n", out);
}

/* Over all arrows, on ground of its own. */
static void put_label(FILE *out, const struct smtpspec_drawing_arrow *arrow)
{
    int height = (int)arrow->line_count * SMTPSPEC_DRAWING_LABEL_STEP;
    int top = arrow->label.y - height / 2;

    if (arrow->line_count == 0)
        return;
    fprintf(out, "<g class=l><rect x=%d y=%d width=%d height=%d rx=3 />",
            arrow->label.x - arrow->label_width / 2, top, arrow->label_width,
            height);
    for (unsigned i = 0; i < arrow->line_count; i++)
        put_text(out, arrow->label.x,
                 top + (int)(i + 1) * SMTPSPEC_DRAWING_LABEL_STEP - 3,
                 &arrow->lines[i]);
    fputs("</g>\n", out);
}

static void put_picture(FILE *out, const struct smtpspec_drawing *drawing)
{
    fprintf(out, "<div class=\"picture learnt\" tabindex=0 role=group "
            "aria-label=\"Picture of the server's own machine\">"
            "<svg viewBox=\"0 0 %d %d\" width=%d height=%d "
            "aria-hidden=true>\n", drawing->width, drawing->height,
            drawing->width, drawing->height);
    for (unsigned i = 0; i < drawing->arrow_count; i++)
        put_arrow(out, &drawing->arrows[i]);
    for (unsigned i = 0; i < drawing->arrow_count; i++)
        put_label(out, &drawing->arrows[i]);
    for (unsigned i = 0; i < drawing->box_count; i++)
        put_box(out, &drawing->boxes[i]);
    fputs("</svg></div>\n", out);
}

/* --- The table ------------------------------------------------------------ */

/* What colours say in the picture. */
static const char *word_of(uint8_t tone)
{
    return tone == SMTPSPEC_TONE_FAIL      ? "fails"
           : tone == SMTPSPEC_TONE_WARN    ? "warned"
           : tone == SMTPSPEC_TONE_MISSING ? "missing" : "";
}

static void put_row(FILE *out, const char *state,
                    const struct smtpspec_drawing_line *line, const char *to)
{
    fputs("<tr><th scope=row>", out);
    smtpspec_html_text(out, state);
    fprintf(out, "<td class=%s>", class_of(line->tone));
    smtpspec_html_text(out, line->text);
    fputs("<td>", out);
    smtpspec_html_text(out, to);
    fprintf(out, "<td>%s\n", word_of(line->tone));
}

static void put_table(FILE *out, const struct smtpspec_drawing *drawing)
{
    fputs("<details class=places><summary>The same as a table: what each "
          "state answers, and where that leads</summary>\n"
          "<div class=mx tabindex=0 role=group aria-label=\"The server's "
          "states\"><table><caption>Replies by state</caption>\n<thead><tr>"
          "<th scope=col>state<th scope=col>commands and replies"
          "<th scope=col>leads to<th scope=col>thought of it\n<tbody>\n", out);
    for (unsigned i = 0; i < drawing->box_count; i++) {
        const struct smtpspec_drawing_box *box = &drawing->boxes[i];

        for (unsigned k = 0; box->title != NULL && k < box->line_count; k++)
            put_row(out, box->title, &box->lines[k], "");
        for (unsigned k = 0; k < drawing->arrow_count; k++) {
            const struct smtpspec_drawing_arrow *arrow = &drawing->arrows[k];

            for (unsigned l = 0; arrow->from == i && l < arrow->line_count;
                 l++)
                put_row(out, box->title, &arrow->lines[l],
                        drawing->boxes[arrow->to].title);
        }
    }
    fputs("</table></div></details>\n", out);
}

void smtpspec_html_learnt(const struct smtpspec_html_page *page)
{
    const struct smtpspec_drawing *drawing = page->target->facts.learnt;
    FILE *out = page->out;

    if (drawing == NULL)
        return;
    fprintf(out, "<section class=machine "
            "aria-labelledby=\"t%u-learnt t%u-name\">\n"
            "<h3 id=t%u-learnt>The server's own machine</h3>\n"
            "<p class=hint>", page->number, page->number, page->number);
    smtpspec_html_text(out, drawing->about);
    fputs(". A box lists what keeps the state: the reply, then the "
          "commands. <b class=f>Red</b> departs from the rules; <b class=n>"
          "dashed</b> is in the rules, and missing here.</p>\n", out);
    put_picture(out, drawing);
    put_table(out, drawing);
    fputs("</section>\n", out);
}
