/* SPDX-License-Identifier: MIT */
/*
 * portrait_draw.c - the picture of a server's machine with a place for
 * everything
 */
#include <stdlib.h>
#include <string.h>

#include "learn/layers.h"
#include "learn/portrait.h"
#include "net/memory.h"

#define ROW_WIDTH 36           /* letters                                    */
#define LABEL_WIDTH 28
#define BOX_WIDTH 84           /* at least, in pixels                        */
#define DOT 13                 /* where all begins                           */

/* All that a drawing points to. */
struct sheet {
    struct smtpspec_drawing drawing; /* first: what is handed out            */
    struct smtpspec_drawing_box *boxes;
    struct smtpspec_drawing_arrow *arrows;
    struct smtpspec_layers_box *places;   /* of the boxes                    */
    struct smtpspec_layers_arrow *ways;   /* of the arrows                   */
    char about[SMTPSPEC_PORTRAIT_NOTE_KEPT];
};

/* --- Text ----------------------------------------------------------------- */

struct lines {
    struct smtpspec_drawing_line *all;
    unsigned count;
    size_t longest;            /* letters                                    */
};

/* Cut a text into lines; what goes on is set in. */
static void add_text(struct lines *lines, const char *text, uint8_t tone,
                     size_t width, const char *inset)
{
    bool first = true;

    while (*text != '\0' || first) {
        size_t length = smtpspec_portrait_wrap(text, width);
        size_t room = length + strlen(inset) + 1;
        char *copy = smtpspec_memory_new(room);

        snprintf(copy, room, "%s%.*s", first ? "" : inset, (int)length, text);
        if (strlen(copy) > lines->longest)
            lines->longest = strlen(copy);
        lines->all = smtpspec_memory_grow(
            lines->all, (lines->count + 1) * sizeof(*lines->all));
        lines->all[lines->count++] =
            (struct smtpspec_drawing_line){ copy, tone };
        text += length;
        text += strspn(text, " ");
        first = false;
    }
}

static void add_lines(struct lines *lines,
                      const struct smtpspec_portrait *portrait,
                      const struct smtpspec_portrait_line *from,
                      unsigned count, size_t width, const char *inset)
{
    char text[SMTPSPEC_PORTRAIT_TEXT_KEPT];

    for (unsigned i = 0; i < count; i++) {
        smtpspec_portrait_text(portrait, &from[i], text);
        add_text(lines, text, from[i].tone, width, inset);
    }
}

static void free_lines(const struct smtpspec_drawing_line *lines,
                       unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        free((void *)(uintptr_t)lines[i].text);
    free((void *)(uintptr_t)lines);
}

/* Of so many letters in a font of that height. */
static int width_of(size_t letters, int font)
{
    return ((int)letters * font * 6 + 9) / 10;
}

/* --- Boxes ---------------------------------------------------------------- */

static void add_box(struct sheet *sheet,
                    const struct smtpspec_portrait *portrait, unsigned i)
{
    const struct smtpspec_portrait_node *node = &portrait->nodes[i];
    struct smtpspec_portrait_line rows[2 * SMTPSPEC_SYMBOLS_KEPT];
    unsigned count = smtpspec_portrait_rows(portrait, i, rows);
    struct smtpspec_drawing_box *box =
        &sheet->boxes[sheet->drawing.box_count++];
    struct lines lines = { .all = NULL };
    int width = width_of(strlen(node->name), SMTPSPEC_DRAWING_TITLE_FONT);
    int inner;

    add_lines(&lines, portrait, rows, count, ROW_WIDTH, "     ");
    if (node->note[0] != '\0')
        add_text(&lines, node->note, node->note_tone, ROW_WIDTH, "     ");
    inner = width_of(lines.longest, SMTPSPEC_DRAWING_LINE_FONT);
    if (inner > width)
        width = inner;
    width += 2 * SMTPSPEC_DRAWING_INSET;
    *box = (struct smtpspec_drawing_box){
        .title = smtpspec_memory_string(smtpspec_span_of(node->name)),
        .last = node->closed,
        .width = (short)(width > BOX_WIDTH ? width : BOX_WIDTH),
        .height = (short)(SMTPSPEC_DRAWING_TITLE_STEP +
                          (int)lines.count * SMTPSPEC_DRAWING_LINE_STEP +
                          2 * SMTPSPEC_DRAWING_INSET - 2),
        .tone = node->lacking  ? SMTPSPEC_TONE_MISSING
                : node->closed ? SMTPSPEC_TONE_FAINT : SMTPSPEC_TONE_PLAIN,
        .lines = lines.all, .line_count = lines.count
    };
    sheet->places[i] = (struct smtpspec_layers_box){
        .rank = smtpspec_portrait_rank(node),
        .column = smtpspec_portrait_column(node), .last = node->closed,
        .width = box->width, .height = box->height };
}

/* The dot above the first box. */
static void add_dot(struct sheet *sheet,
                    const struct smtpspec_portrait *portrait)
{
    unsigned i = sheet->drawing.box_count++;

    sheet->boxes[i] = (struct smtpspec_drawing_box){
        .tone = SMTPSPEC_TONE_PLAIN, .width = DOT, .height = DOT };
    sheet->places[i] = (struct smtpspec_layers_box){
        .column = smtpspec_portrait_column(&portrait->nodes[0]),
        .width = DOT, .height = DOT };
}

/* --- Arrows --------------------------------------------------------------- */

/* A message goes straight down. */
static bool is_way(const struct smtpspec_portrait *portrait,
                   const struct smtpspec_portrait_edge *edge)
{
    const struct smtpspec_portrait_node *from = &portrait->nodes[edge->from];
    const struct smtpspec_portrait_node *to = &portrait->nodes[edge->to];

    return smtpspec_portrait_rank(from) + 1 == smtpspec_portrait_rank(to) &&
           smtpspec_portrait_column(from) == smtpspec_portrait_column(to);
}

static void add_arrow(struct sheet *sheet,
                      const struct smtpspec_portrait *portrait,
                      const struct smtpspec_portrait_edge *edge)
{
    struct smtpspec_portrait_line rows[2 * SMTPSPEC_SYMBOLS_KEPT];
    unsigned count = smtpspec_portrait_edge_lines(portrait, edge, rows);
    unsigned i = sheet->drawing.arrow_count++;
    struct lines lines = { .all = NULL };

    add_lines(&lines, portrait, rows, count, LABEL_WIDTH, "");
    sheet->arrows[i] = (struct smtpspec_drawing_arrow){
        .from = edge->from, .to = edge->to, .tone = edge->tone,
        .lines = lines.all, .line_count = lines.count };
    sheet->ways[i] = (struct smtpspec_layers_arrow){
        .from = edge->from, .to = edge->to,
        .width = width_of(lines.longest, SMTPSPEC_DRAWING_LABEL_FONT) + 6,
        .height = (int)lines.count * SMTPSPEC_DRAWING_LABEL_STEP,
        .straight = is_way(portrait, edge) };
}

/* From the dot to the first box. */
static void add_start(struct sheet *sheet, unsigned dot)
{
    unsigned i = sheet->drawing.arrow_count++;

    sheet->arrows[i] = (struct smtpspec_drawing_arrow){
        .from = dot, .to = 0, .tone = SMTPSPEC_TONE_PLAIN };
    sheet->ways[i] = (struct smtpspec_layers_arrow){ .from = dot, .to = 0,
                                                     .straight = true };
}

/* --- The whole ------------------------------------------------------------ */

static void place(struct sheet *sheet)
{
    struct smtpspec_drawing *drawing = &sheet->drawing;
    struct smtpspec_drawing_point size =
        smtpspec_layers_place(sheet->places, drawing->box_count, sheet->ways,
                              drawing->arrow_count);

    drawing->width = size.x;
    drawing->height = size.y;
    for (unsigned i = 0; i < drawing->box_count; i++)
        sheet->boxes[i].middle = (struct smtpspec_drawing_point){
            (short)sheet->places[i].x, (short)sheet->places[i].y };
    for (unsigned i = 0; i < drawing->arrow_count; i++) {
        sheet->arrows[i].points = sheet->ways[i].points;
        sheet->arrows[i].point_count = sheet->ways[i].point_count;
        sheet->arrows[i].label = sheet->ways[i].label;
        sheet->arrows[i].label_width = (short)sheet->ways[i].width;
    }
}

struct smtpspec_drawing *
smtpspec_portrait_draw(const struct smtpspec_portrait *portrait)
{
    struct sheet *sheet = smtpspec_memory_new(sizeof(*sheet));
    struct smtpspec_portrait_edge *edges;
    unsigned count = smtpspec_portrait_edges(portrait, &edges);
    unsigned nodes = portrait->node_count;

    sheet->boxes = smtpspec_memory_new((nodes + 1) * sizeof(*sheet->boxes));
    sheet->places = smtpspec_memory_new((nodes + 1) * sizeof(*sheet->places));
    sheet->arrows = smtpspec_memory_new((count + 1) * sizeof(*sheet->arrows));
    sheet->ways = smtpspec_memory_new((count + 1) * sizeof(*sheet->ways));
    for (unsigned i = 0; i < nodes; i++)
        add_box(sheet, portrait, i);
    add_dot(sheet, portrait);
    for (unsigned i = 0; i < count; i++)
        add_arrow(sheet, portrait, &edges[i]);
    add_start(sheet, nodes);
    free(edges);
    place(sheet);
    memcpy(sheet->about, portrait->about, sizeof(sheet->about));
    sheet->drawing.about = sheet->about;
    sheet->drawing.boxes = sheet->boxes;
    sheet->drawing.arrows = sheet->arrows;
    return &sheet->drawing;
}

struct smtpspec_drawing *
smtpspec_portrait_of(const struct smtpspec_mealy *mealy,
                     const struct smtpspec_spec *spec)
{
    struct smtpspec_portrait portrait;
    struct smtpspec_drawing *drawing;

    if (!smtpspec_portrait_make(&portrait, mealy, spec))
        return NULL;
    drawing = smtpspec_portrait_draw(&portrait);
    smtpspec_portrait_free(&portrait);
    return drawing;
}

void smtpspec_portrait_drawing_free(struct smtpspec_drawing *drawing)
{
    struct sheet *sheet = (struct sheet *)drawing;

    if (drawing == NULL)
        return;
    for (unsigned i = 0; i < drawing->box_count; i++) {
        free((void *)(uintptr_t)drawing->boxes[i].title);
        free_lines(drawing->boxes[i].lines, drawing->boxes[i].line_count);
    }
    for (unsigned i = 0; i < drawing->arrow_count; i++)
        free_lines(drawing->arrows[i].lines, drawing->arrows[i].line_count);
    free(sheet->boxes);
    free(sheet->arrows);
    free(sheet->places);
    free(sheet->ways);
    free(sheet);
}
