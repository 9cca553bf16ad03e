/* SPDX-License-Identifier: MIT */
/*
 * list_dot.c - the state machine as a picture for Graphviz
 *
 * The arrows of picture.def, which get a message through; in each state the
 * commands that keep the session there. All else that states.def has is in
 * `list rules --format tsv`: drawn, it could not be read. Boxes have the room
 * that the page of a report needs, whose picture is placed by this.
 */
#include <stdio.h>

#include "cli/list_rules.h"
#include "rules/picture.h"
#include "rules/picture_words.h"

#define COMMANDS_IN_ROW 8

/* A message goes straight down. */
static bool is_on_the_way(enum smtpspec_state state)
{
    return state == SMTPSPEC_STATE_CONNECT ||
           state == SMTPSPEC_STATE_IDLE || state == SMTPSPEC_STATE_READY ||
           state == SMTPSPEC_STATE_MAIL || state == SMTPSPEC_STATE_RCPT;
}

/* Whether 2yz may come to the command there; what no row speaks of may. */
static bool may_succeed(enum smtpspec_state state,
                        enum smtpspec_command command)
{
    const struct smtpspec_expectation *due =
        smtpspec_rules_expect(state, command, SMTPSPEC_STIMULUS_VALID);

    if (due == NULL || due->denied)
        return state != SMTPSPEC_STATE_REFUSED;
    for (unsigned i = 0; i < due->codes.count; i++)
        if (smtpspec_class_of(due->codes.code[i]) == SMTPSPEC_CLASS_SUCCESS)
            return true;
    return false;
}

/* Whether success leaves the session where it is. */
static bool stays(enum smtpspec_state state, enum smtpspec_command command)
{
    return command != SMTPSPEC_COMMAND_UNKNOWN &&
           may_succeed(state, command) &&
           smtpspec_rules_next(state, command, SMTPSPEC_CLASS_SUCCESS) ==
               state;
}

static void put_commands(enum smtpspec_state state)
{
    unsigned shown = 0;

    for (unsigned c = 1; c < SMTPSPEC_COMMAND_COUNT; c++) {
        if (!stays(state, (enum smtpspec_command)c))
            continue;
        printf("%s%s",
               shown == 0                     ? "<br/><font point-size=\"7\">"
               : shown % COMMANDS_IN_ROW == 0 ? "<br/>"
                                              : " ",
               smtpspec_command_name((enum smtpspec_command)c));
        shown++;
    }
    if (shown > 0)
        printf("</font>");
}

static void put_state(enum smtpspec_state state)
{
    bool reads = smtpspec_picture_reads_commands(state);

    printf("  \"%s\" [width=%.2f, height=%.2f%s, label=<%s",
           smtpspec_state_name(state), reads ? 2.45 : 1.3, reads ? 0.76 : 0.42,
           is_on_the_way(state) ? ", group=way" : "",
           smtpspec_state_name(state));
    if (reads)
        put_commands(state);
    printf(">];\n");
}

static void put_line(const struct smtpspec_picture_edge *edge,
                     const struct smtpspec_picture_line *line)
{
    printf("%s%s", smtpspec_picture_word((enum smtpspec_command)line->command),
           edge->last ? " LAST" : "");
    for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++)
        if ((line->classes & SMTPSPEC_BIT(k)) != 0 &&
            !smtpspec_picture_is_plain(line))
            printf(" %s", smtpspec_picture_digits((enum smtpspec_class)k));
}

static void put_edge(const struct smtpspec_picture_edge *edge)
{
    printf("  \"%s\" -> \"%s\" [label=\"",
           smtpspec_state_name((enum smtpspec_state)edge->from),
           smtpspec_state_name((enum smtpspec_state)edge->to));
    if (edge->handshake)
        printf("handshake\", style=\"dashed");
    for (unsigned i = 0; i < edge->count; i++) {
        printf("%s", i > 0 ? "\\n" : "");
        put_line(edge, &edge->lines[i]);
    }
    printf("\"];\n");
}

void smtpspec_list_rules_dot(void)
{
    struct smtpspec_picture_edge edges[SMTPSPEC_PICTURE_EDGES_LIMIT];
    unsigned count = smtpspec_picture_edges(edges);

    printf("digraph smtp {\n"
           "  nodesep=0.35; ranksep=0.32;\n"
           "  node [shape=box, style=rounded, fixedsize=true,\n"
           "        fontname=\"DejaVu Sans Mono\", fontsize=11];\n"
           "  edge [fontname=\"DejaVu Sans Mono\", fontsize=9];\n");
    for (int s = 1; s < SMTPSPEC_STATE_COUNT; s++)
        if (s != SMTPSPEC_STATE_ASTRAY)
            put_state((enum smtpspec_state)s);
    for (unsigned i = 0; i < count; i++)
        put_edge(&edges[i]);
    printf("}\n");
}
