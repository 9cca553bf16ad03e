/* SPDX-License-Identifier: MIT */
/*
 * picture_gen.c - the state machine for Graphviz, which finds a place for all
 *
 * Boxes and labels have the room that html_machine.c fills. `make machine`
 * keeps what dot makes of it as src/report/picture.plain.
 */
#include <stdio.h>

#include "rules/picture.h"
#include "rules/picture_words.h"

/* A message goes straight down. */
static bool is_on_the_way(enum smtpspec_state state)
{
    return state == SMTPSPEC_STATE_CONNECT ||
           state == SMTPSPEC_STATE_IDLE || state == SMTPSPEC_STATE_READY ||
           state == SMTPSPEC_STATE_MAIL || state == SMTPSPEC_STATE_RCPT;
}

static void put_node(enum smtpspec_state state)
{
    bool marks = smtpspec_picture_reads_commands(state);

    printf("  \"%s\" [width=%.2f, height=%.2f%s];\n",
           smtpspec_state_name(state), marks ? 2.45 : 1.3, marks ? 0.76 : 0.42,
           is_on_the_way(state) ? ", group=way" : "");
}

static void put_edge(const struct smtpspec_picture_edge *edge)
{
    printf("  \"%s\" -> \"%s\" [label=\"",
           smtpspec_state_name((enum smtpspec_state)edge->from),
           smtpspec_state_name((enum smtpspec_state)edge->to));
    if (edge->handshake)
        printf("handshake");
    for (unsigned i = 0; i < edge->count; i++) {
        const struct smtpspec_picture_line *line = &edge->lines[i];

        printf("%s%s", i > 0 ? "\\n" : "",
               smtpspec_picture_word((enum smtpspec_command)line->command));
        if (edge->last)
            printf(" LAST");
        for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++)
            if ((line->classes & SMTPSPEC_BIT(k)) != 0 &&
                !smtpspec_picture_is_plain(line))
                printf(" %s", smtpspec_picture_digits((enum smtpspec_class)k));
    }
    printf("\"];\n");
}

int main(void)
{
    struct smtpspec_picture_edge edges[SMTPSPEC_PICTURE_EDGES_LIMIT];
    unsigned count = smtpspec_picture_edges(edges);

    printf("digraph machine {\n"
           "  nodesep=0.35; ranksep=0.32;\n"
           "  node [shape=box, fixedsize=true];\n"
           "  edge [fontname=\"DejaVu Sans Mono\", fontsize=9];\n");
    for (int s = 1; s < SMTPSPEC_STATE_COUNT; s++)
        if (s != SMTPSPEC_STATE_ASTRAY)
            put_node((enum smtpspec_state)s);
    for (unsigned i = 0; i < count; i++)
        put_edge(&edges[i]);
    printf("}\n");
    return 0;
}
