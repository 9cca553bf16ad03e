/* SPDX-License-Identifier: MIT */
/*
 * picture.h - the arrows that the picture of the state machine has
 *
 * Floor 2, rules: pure. Places of picture.def, led on by states.def: arrows
 * between the same two states are one, with a line for each command.
 */
#ifndef SMTPSPEC_PICTURE_H
#define SMTPSPEC_PICTURE_H

#include <smtpspec/rules.h>

#define SMTPSPEC_PICTURE_EDGES_LIMIT 32
#define SMTPSPEC_PICTURE_LINES_LIMIT 4

struct smtpspec_picture_line {
    uint8_t command;           /* enum smtpspec_command                      */
    uint8_t classes;           /* set of enum smtpspec_class                 */
};

struct smtpspec_picture_edge {
    uint8_t from, to;          /* enum smtpspec_state                        */
    bool last;                 /* the command says that it is the last one
                                  (BDAT ... LAST); states.def does not know  */
    bool handshake;            /* no command: TLS stands, all starts anew
                                  (RFC 3207, 4.2)                            */
    uint8_t count;
    struct smtpspec_picture_line lines[SMTPSPEC_PICTURE_LINES_LIMIT];
};

/* All arrows, in the order of picture.def. Cannot fail. */
unsigned
smtpspec_picture_edges(struct smtpspec_picture_edge
                           out[SMTPSPEC_PICTURE_EDGES_LIMIT]);

/* Whether it is drawn as an arrow. */
bool smtpspec_picture_has(enum smtpspec_state state,
                          enum smtpspec_command command,
                          enum smtpspec_class class_);

/* Whether a command of that kind may be sent in the state, so that the state
 * has marks for all commands. */
bool smtpspec_picture_reads_commands(enum smtpspec_state state);

#endif
