/* SPDX-License-Identifier: MIT */
/*
 * portrait.h - the picture of a server's machine, made to be read
 *
 * Floor 5, learn; pure but for memory. A machine has a transition for each
 * state and symbol, and nobody can read it drawn so. Here what keeps a state
 * is a table in its box; transitions between the same two states are one
 * arrow; states are called after those of the rules that go along with them,
 * and stand where the picture of the rules has these. Copies of a machine
 * that differ by a count of errors are one (fold.h). What departs from the
 * rules is marked, and so is what the rules have and the server has not.
 */
#ifndef SMTPSPEC_PORTRAIT_H
#define SMTPSPEC_PORTRAIT_H

#include "case/drawing.h"
#include "learn/mealy.h"
#include "learn/spec_machine.h"

/* Of states in a picture, copies being one. */
#define SMTPSPEC_PORTRAIT_NODES_MOST 40
/* Arrows of up to ten states; three more for each further state. What would be
 * more is told in the boxes: "250: NOOP -> READY". */
#define SMTPSPEC_PORTRAIT_EDGES_MOST 30
/* States of the machine itself. */
#define SMTPSPEC_PORTRAIT_STATES_MOST 1024

#define SMTPSPEC_PORTRAIT_NAME_KEPT 64
#define SMTPSPEC_PORTRAIT_NOTE_KEPT 160
/* Room for the text of a line. */
#define SMTPSPEC_PORTRAIT_TEXT_KEPT 1280

struct smtpspec_portrait_node {
    char name[SMTPSPEC_PORTRAIT_NAME_KEPT];
    char note[SMTPSPEC_PORTRAIT_NOTE_KEPT]; /* a last line, or ""            */
    struct smtpspec_spec_state spec; /* that it is called after              */
    bool paired;               /* there is one                               */
    bool lacking;              /* the rules have it, and the server has not  */
    bool closed;               /* the sink                                   */
    bool mute;                 /* silent whatever is sent                    */
    uint8_t note_tone;
};

/* A transition; or one that the rules have, which is then MISSING. */
struct smtpspec_portrait_link {
    uint16_t from, to;         /* nodes                                      */
    uint8_t symbol;
    uint8_t tone;              /* enum smtpspec_tone                         */
    bool row;                  /* told in the box of `from`                  */
    uint16_t due;              /* node where it should lead; its own where
                                  that is not at fault                       */
    uint32_t output;
};

struct smtpspec_portrait {
    const struct smtpspec_alphabet *alphabet;
    char about[SMTPSPEC_PORTRAIT_NOTE_KEPT]; /* fold.h: what it is           */
    struct smtpspec_portrait_node *nodes; /* 0: where it begins              */
    unsigned node_count;
    struct smtpspec_portrait_link *links; /* by node, then by symbol         */
    unsigned link_count;
};

/* `mealy` is over the alphabet of `spec`, which must live as long. False, and
 * nothing to be freed, where it has more states than can be drawn. */
bool smtpspec_portrait_make(struct smtpspec_portrait *portrait,
                            const struct smtpspec_mealy *mealy,
                            const struct smtpspec_spec *spec);
void smtpspec_portrait_free(struct smtpspec_portrait *portrait);

/* --- What is read off it (portrait_lines.c) ------------------------------ */

/* Transitions that are told together. */
struct smtpspec_portrait_line {
    uint64_t symbols;          /* set                                        */
    uint32_t output;
    uint16_t from, to;
    uint8_t tone;
    bool row;
};

struct smtpspec_portrait_edge {
    uint16_t from, to;
    uint8_t tone;              /* the worst of its lines                     */
    bool lacking;              /* all of it is MISSING                       */
};

/* The lines in the box of a node; how many. */
unsigned smtpspec_portrait_rows(const struct smtpspec_portrait *portrait,
                                unsigned node,
                                struct smtpspec_portrait_line
                                    out[2 * SMTPSPEC_SYMBOLS_KEPT]);
/* The arrows, to be freed by free(); how many. */
unsigned smtpspec_portrait_edges(const struct smtpspec_portrait *portrait,
                                 struct smtpspec_portrait_edge **out);
unsigned smtpspec_portrait_edge_lines(const struct smtpspec_portrait *portrait,
                                      const struct smtpspec_portrait_edge *edge,
                                      struct smtpspec_portrait_line
                                          out[2 * SMTPSPEC_SYMBOLS_KEPT]);

/* "250: NOOP VRFY" of a row, "EHLO RSET / 250" of an arrow: printable ASCII;
 * the length as snprintf. */
size_t smtpspec_portrait_text(const struct smtpspec_portrait *portrait,
                              const struct smtpspec_portrait_line *line,
                              char out[SMTPSPEC_PORTRAIT_TEXT_KEPT]);

/* As much of a text as goes into a line of `width` letters, up to a blank where
 * there is one; what is left begins with that blank. Never 0 where there is
 * text. */
size_t smtpspec_portrait_wrap(const char *text, size_t width);

/* Where it stands in the picture of the rules: from the top, 1 to RANKS, and
 * from the left. */
#define SMTPSPEC_PORTRAIT_RANKS 6
#define SMTPSPEC_PORTRAIT_WAY 12 /* column of those a message goes by        */
unsigned smtpspec_portrait_rank(const struct smtpspec_portrait_node *node);
unsigned smtpspec_portrait_column(const struct smtpspec_portrait_node *node);

/* --- On paper ------------------------------------------------------------ */

/* For Graphviz (portrait_dot.c). False where it could not be written. */
bool smtpspec_portrait_write_dot(const struct smtpspec_portrait *portrait,
                                 FILE *file);

/* With a place for everything, to be freed; NULL is freed, too
 * (portrait_draw.c). */
struct smtpspec_drawing *
smtpspec_portrait_draw(const struct smtpspec_portrait *portrait);
/* The same of a machine; NULL where it has more states than can be drawn. */
struct smtpspec_drawing *
smtpspec_portrait_of(const struct smtpspec_mealy *mealy,
                     const struct smtpspec_spec *spec);
void smtpspec_portrait_drawing_free(struct smtpspec_drawing *drawing);

#endif
