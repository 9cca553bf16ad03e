/* SPDX-License-Identifier: MIT */
/*
 * picture.c - the arrows that the picture of the state machine has
 */
#include "rules/picture.h"

#include <smtpspec/session.h>

static const struct {
    uint8_t state, command;
} arrows[] = {
#define ARROW(in, command)                                                  \
    { SMTPSPEC_STATE_##in, SMTPSPEC_COMMAND_##command },
#include "rules/picture.def"
#undef ARROW
};

/* Whether it is drawn, and where it leads: not to where it began, and not
 * astray, for that is no place. */
static bool leads_on(enum smtpspec_state state, enum smtpspec_command command,
                     enum smtpspec_class class_, enum smtpspec_state *to)
{
    *to = smtpspec_rules_next(state, command, class_);
    return *to != state && *to != SMTPSPEC_STATE_ASTRAY &&
           *to != SMTPSPEC_STATE_UNSET;
}

static struct smtpspec_picture_edge *
edge_of(struct smtpspec_picture_edge *edges, unsigned *count,
        enum smtpspec_state from, enum smtpspec_state to)
{
    unsigned i = 0;

    while (i < *count && (edges[i].from != from || edges[i].to != to))
        i++;
    if (i == *count)
        edges[(*count)++] = (struct smtpspec_picture_edge){
            .from = (uint8_t)from, .to = (uint8_t)to };
    return &edges[i];
}

static void add(struct smtpspec_picture_edge *edge,
                enum smtpspec_command command, enum smtpspec_class class_)
{
    struct smtpspec_picture_line *line = &edge->lines[edge->count];

    if (edge->count > 0 && line[-1].command == command)
        line--;
    else
        edge->count++;
    line->command = (uint8_t)command;
    line->classes |= (uint8_t)SMTPSPEC_BIT(class_);
}

/* The last chunk ends the message: what session.c knows beyond the rows. */
static void add_last(struct smtpspec_picture_edge *edges, unsigned *count)
{
    const struct smtpspec_asked asked = { .command = SMTPSPEC_COMMAND_BDAT,
                                          .last = true };
    struct smtpspec_session session;
    struct smtpspec_picture_edge *edge;

    smtpspec_session_init(&session);
    smtpspec_session_assume(&session, SMTPSPEC_STATE_BDAT);
    edge = edge_of(edges, count, SMTPSPEC_STATE_BDAT,
                   smtpspec_session_answer(&session, &asked, 250));
    edge->last = true;
    add(edge, SMTPSPEC_COMMAND_BDAT, SMTPSPEC_CLASS_SUCCESS);
}

unsigned
smtpspec_picture_edges(struct smtpspec_picture_edge
                           out[SMTPSPEC_PICTURE_EDGES_LIMIT])
{
    unsigned count = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(arrows); i++) {
        enum smtpspec_state from = (enum smtpspec_state)arrows[i].state, to;
        enum smtpspec_command command =
            (enum smtpspec_command)arrows[i].command;

        for (unsigned k = 0; k < SMTPSPEC_CLASS_COUNT; k++)
            if (leads_on(from, command, (enum smtpspec_class)k, &to))
                add(edge_of(out, &count, from, to), command,
                    (enum smtpspec_class)k);
    }
    add_last(out, &count);
    edge_of(out, &count, SMTPSPEC_STATE_TLS, SMTPSPEC_STATE_IDLE)->handshake =
        true;
    return count;
}

bool smtpspec_picture_has(enum smtpspec_state state,
                          enum smtpspec_command command,
                          enum smtpspec_class class_)
{
    enum smtpspec_state to;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(arrows); i++)
        if (arrows[i].state == state && arrows[i].command == command)
            return leads_on(state, command, class_, &to);
    return false;
}

bool smtpspec_picture_reads_commands(enum smtpspec_state state)
{
    /* QUIT ends the session wherever commands are read. */
    return state != SMTPSPEC_STATE_CLOSED &&
           smtpspec_rules_next(state, SMTPSPEC_COMMAND_QUIT,
                               SMTPSPEC_CLASS_SUCCESS) ==
               SMTPSPEC_STATE_CLOSED;
}
