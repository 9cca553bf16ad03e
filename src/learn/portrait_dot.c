/* SPDX-License-Identifier: MIT */
/*
 * portrait_dot.c - the picture of a server's machine for Graphviz
 */
#include <stdlib.h>
#include <string.h>

#include "learn/portrait.h"

#define ROW_WIDTH 40           /* letters                                    */

static const char *colour_of(uint8_t tone)
{
    return tone >= SMTPSPEC_TONE_WARN    ? "#b3192b"
           : tone == SMTPSPEC_TONE_PLAIN ? "#1b2027" : "#8a93a0";
}

/* Printable already (portrait.h): only what HTML would read is escaped. */
static void put_text(FILE *file, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        switch (text[i]) {
        case '&': fputs("&amp;", file); break;
        case '<': fputs("&lt;", file); break;
        case '>': fputs("&gt;", file); break;
        case '"': fputs("&quot;", file); break;
        default: putc(text[i], file);
        }
}

static void put_coloured(FILE *file, uint8_t tone, const char *text,
                         const char *end)
{
    fprintf(file, "<font color=\"%s\">", colour_of(tone));
    for (size_t length; *text != '\0'; text += length) {
        length = smtpspec_portrait_wrap(text, ROW_WIDTH);
        put_text(file, text, length);
        fputs(text[length] != '\0' ? end : "", file);
    }
    fputs("</font>", file);
    fputs(end, file);
}

static void put_node(const struct smtpspec_portrait *portrait, unsigned i,
                     FILE *file)
{
    const struct smtpspec_portrait_node *node = &portrait->nodes[i];
    struct smtpspec_portrait_line rows[2 * SMTPSPEC_SYMBOLS_KEPT];
    unsigned count = smtpspec_portrait_rows(portrait, i, rows);
    char text[SMTPSPEC_PORTRAIT_TEXT_KEPT];

    fprintf(file, "  %u [color=\"%s\"%s%s, label=<", i,
            node->closed || node->lacking ? "#8a93a0" : "#56606d",
            node->closed ? ", peripheries=2" : "",
            node->lacking ? ", style=\"rounded,dashed\""
            : !node->closed && smtpspec_portrait_column(node) ==
                                   SMTPSPEC_PORTRAIT_WAY
                ? ", group=way" : "");
    fprintf(file, "<font point-size=\"12\" color=\"%s\">",
            node->closed || node->lacking ? "#8a93a0" : "#1b2027");
    put_text(file, node->name, strlen(node->name));
    fputs("</font><br/>", file);
    for (unsigned k = 0; k < count; k++) {
        smtpspec_portrait_text(portrait, &rows[k], text);
        put_coloured(file, rows[k].tone, text, "<br align=\"left\"/>");
    }
    if (node->note[0] != '\0')
        put_coloured(file, node->note_tone, node->note, "<br/>");
    fputs(">];\n", file);
}

static void put_edge(const struct smtpspec_portrait *portrait,
                     const struct smtpspec_portrait_edge *edge, FILE *file)
{
    struct smtpspec_portrait_line lines[2 * SMTPSPEC_SYMBOLS_KEPT];
    unsigned count = smtpspec_portrait_edge_lines(portrait, edge, lines);
    bool up = smtpspec_portrait_rank(&portrait->nodes[edge->from]) >
              smtpspec_portrait_rank(&portrait->nodes[edge->to]);
    char text[SMTPSPEC_PORTRAIT_TEXT_KEPT];

    /* Upwards Graphviz draws it the other way round, so that ranks stay. */
    fprintf(file, "  %u -> %u [color=\"%s\"%s%s, label=<",
            up ? edge->to : edge->from, up ? edge->from : edge->to,
            colour_of(edge->tone), up ? ", dir=back" : "",
            edge->lacking ? ", style=dashed" : "");
    for (unsigned k = 0; k < count; k++) {
        smtpspec_portrait_text(portrait, &lines[k], text);
        put_coloured(file, lines[k].tone, text, "<br/>");
    }
    fputs(">];\n", file);
}

/* States of one rank side by side, and each rank below the one before, by an
 * arrow that nobody sees. */
static void put_ranks(const struct smtpspec_portrait *portrait, FILE *file)
{
    unsigned before = portrait->node_count;

    for (unsigned rank = 1; rank <= SMTPSPEC_PORTRAIT_RANKS; rank++) {
        unsigned first = portrait->node_count;

        for (unsigned i = portrait->node_count; i > 0; i--)
            if (smtpspec_portrait_rank(&portrait->nodes[i - 1]) == rank)
                first = i - 1;
        if (first == portrait->node_count)
            continue;
        fputs("  { rank=same;", file);
        for (unsigned i = first; i < portrait->node_count; i++)
            if (smtpspec_portrait_rank(&portrait->nodes[i]) == rank)
                fprintf(file, " %u;", i);
        fputs(" }\n", file);
        if (before < portrait->node_count)
            fprintf(file, "  %u -> %u [style=invis];\n", before, first);
        before = first;
    }
}

bool smtpspec_portrait_write_dot(const struct smtpspec_portrait *portrait,
                                 FILE *file)
{
    struct smtpspec_portrait_edge *edges;
    unsigned count = smtpspec_portrait_edges(portrait, &edges);

    fprintf(file,
            "digraph machine {\n"
            "  label=\"%s\"; fontname=\"DejaVu Sans\"; fontsize=11;\n"
            "  nodesep=0.35; ranksep=0.45;\n"
            "  node [shape=box, style=rounded, fontname=\"DejaVu Sans Mono\","
            " fontsize=9];\n"
            "  edge [fontname=\"DejaVu Sans Mono\", fontsize=9];\n"
            "  start [shape=point, width=0.12, label=\"\"];\n"
            "  start -> 0;\n", portrait->about);
    for (unsigned i = 0; i < portrait->node_count; i++)
        put_node(portrait, i, file);
    put_ranks(portrait, file);
    for (unsigned i = 0; i < count; i++)
        put_edge(portrait, &edges[i], file);
    fputs("}\n", file);
    free(edges);
    return ferror(file) == 0;
}
