/* SPDX-License-Identifier: MIT */
/*
 * list_dot.c - the state machine as a picture for Graphviz
 *
 * Every cell of states.def, asked of smtpspec_rules_next(). Cells between the
 * same two states become one edge. Not drawn: what keeps a session where it
 * is, and 421, which closes from anywhere. Nearly every state has cells that
 * lead astray; such an edge goes without its long label.
 */
#include <stdio.h>

#include "cli/list_rules.h"

/* Classes of replies, by the letters of RFC 5321, 4.3.2 and RFC 821. */
static const struct {
    enum smtpspec_class class_;
    const char *text;
} classes[] = {
    { SMTPSPEC_CLASS_SUCCESS, "2yz" },
    { SMTPSPEC_CLASS_INTERMEDIATE, "3yz" },
    { SMTPSPEC_CLASS_FAILURE, "4yz" },
    { SMTPSPEC_CLASS_ERROR, "5yz" },
    { SMTPSPEC_CLASS_NONE, "no reply" },
};

/* Which classes lead this command from one state to the other; a bit set. */
static unsigned classes_of(enum smtpspec_state from, enum smtpspec_state to,
                           enum smtpspec_command command)
{
    unsigned set = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(classes); i++)
        if (smtpspec_rules_next(from, command, classes[i].class_) == to)
            set |= SMTPSPEC_BIT(i);
    return set;
}

/* "2yz 5yz" of a set. */
static void put_classes(unsigned set)
{
    const char *blank = "";

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(classes); i++)
        if ((set & SMTPSPEC_BIT(i)) != 0) {
            printf("%s%s", blank, classes[i].text);
            blank = " ";
        }
}

/* The lines of a label: the commands that the same classes take along. */
static void put_label(const unsigned sets[SMTPSPEC_COMMAND_COUNT])
{
    for (unsigned set = 1; set < 1u << SMTPSPEC_ARRAY_LEN(classes); set++) {
        unsigned shown = 0;

        for (int c = 1; c < SMTPSPEC_COMMAND_COUNT; c++) {
            if (sets[c] != set)
                continue;
            /* A long line makes a wide picture. */
            printf("%s%s", shown == 0 ? "" : shown % 5 == 0 ? "\\l  " : " ",
                   smtpspec_command_name((enum smtpspec_command)c));
            shown++;
        }
        if (shown == 0)
            continue;
        printf(": ");
        put_classes(set);
        printf("\\l");
    }
}

static void put_edge(enum smtpspec_state from, enum smtpspec_state to)
{
    unsigned sets[SMTPSPEC_COMMAND_COUNT] = { 0 };
    bool any = false;

    for (int c = 1; c < SMTPSPEC_COMMAND_COUNT; c++) {
        sets[c] = classes_of(from, to, (enum smtpspec_command)c);
        any = any || sets[c] != 0;
    }
    if (!any)
        return;
    printf("    %s -> %s [", smtpspec_state_name(from),
           smtpspec_state_name(to));
    if (to == SMTPSPEC_STATE_ASTRAY) {
        printf("style=dashed, color=gray];\n");
        return;
    }
    printf("label=\"");
    put_label(sets);
    printf("\"];\n");
}

void smtpspec_list_rules_dot(void)
{
    printf("digraph smtp {\n"
           "    rankdir=TB;\n"
           "    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
           "    edge [fontname=\"sans-serif\", fontsize=9];\n"
           "    // What is not drawn keeps its state; 421 closes from any.\n"
           "    // Dashed: the server did what no state fits.\n");
    for (int s = 1; s < SMTPSPEC_STATE_COUNT; s++)
        printf("    %s;\n", smtpspec_state_name((enum smtpspec_state)s));
    for (int from = 1; from < SMTPSPEC_STATE_COUNT; from++)
        for (int to = 1; to < SMTPSPEC_STATE_COUNT; to++)
            if (from != to && from != SMTPSPEC_STATE_CLOSED &&
                from != SMTPSPEC_STATE_ASTRAY)
                put_edge((enum smtpspec_state)from, (enum smtpspec_state)to);
    printf("}\n");
}
