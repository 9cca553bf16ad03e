/* SPDX-License-Identifier: MIT */
/*
 * mealy.h - a Mealy machine: in each state, for each symbol, an output and
 * the next state
 *
 * Floor 5, learn. State 0 is where it begins. A transition may be missing:
 * its output is then SMTPSPEC_OUTPUT_NONE, and its next state no state.
 */
#ifndef SMTPSPEC_MEALY_H
#define SMTPSPEC_MEALY_H

#include <stdio.h>

#include "learn/alphabet.h"
#include "learn/output.h"
#include "learn/word_list.h"

#define SMTPSPEC_MEALY_STATES_MOST 4096
#define SMTPSPEC_MEALY_LABEL_KEPT 48

struct smtpspec_mealy_edge {
    uint32_t output;           /* output.h                                   */
    uint16_t next;
};

struct smtpspec_mealy {
    unsigned states, symbols;
    struct smtpspec_mealy_edge *edges; /* state after state                  */
    char (*names)[SMTPSPEC_SYMBOL_NAME_KEPT];  /* of the symbols             */
    char (*labels)[SMTPSPEC_MEALY_LABEL_KEPT]; /* of the states; may be ""   */
};

/* All transitions are missing. To be freed; free() of all zero is fine. */
void smtpspec_mealy_init(struct smtpspec_mealy *mealy, unsigned states,
                         unsigned symbols);
void smtpspec_mealy_free(struct smtpspec_mealy *mealy);
/* Take the names of symbols from an alphabet of as many. */
void smtpspec_mealy_name(struct smtpspec_mealy *mealy,
                         const struct smtpspec_alphabet *alphabet);

struct smtpspec_mealy_edge *
smtpspec_mealy_edge(const struct smtpspec_mealy *mealy, unsigned state,
                    unsigned symbol);

/* Play a word from a state on; `outputs` may be NULL. Returns the state where
 * it ends; behind a missing transition all outputs are NONE. */
unsigned smtpspec_mealy_play(const struct smtpspec_mealy *mealy,
                             unsigned state, const uint8_t *word,
                             size_t length, uint32_t *outputs);

/* Whether all symbols lead from the state to itself, with "x": the connection
 * is closed. */
bool smtpspec_mealy_is_sink(const struct smtpspec_mealy *mealy,
                            unsigned state);

/* A shortest word to each state, in the order of the states, the first in the
 * order of symbols; an empty one to those that cannot be reached. */
void smtpspec_mealy_reach(const struct smtpspec_mealy *mealy,
                          struct smtpspec_words *access);

/* The least machine of the same behaviour, to be freed; states in the order in
 * which a breadth-first search meets them, so that two of the same behaviour
 * are alike. Labels are those of the first of merged states. */
void smtpspec_mealy_minimise(const struct smtpspec_mealy *mealy,
                             struct smtpspec_mealy *least);

/*
 * Whether two machines over as many symbols behave alike. If not, `word`, of
 * SMTPSPEC_WORD_KEPT, and its length are a shortest word upon whose last
 * symbol they differ.
 */
bool smtpspec_mealy_same(const struct smtpspec_mealy *a,
                         const struct smtpspec_mealy *b, uint8_t *word,
                         size_t *length);

/* --- On paper (mealy_json.c) --------------------------------------------- */

/* One state a line. False where it could not be written. */
bool smtpspec_mealy_write_json(const struct smtpspec_mealy *mealy, FILE *file);
/* The members alone, for a document that has others, too. */
void smtpspec_mealy_write_members(const struct smtpspec_mealy *mealy,
                                  FILE *file);
/* Read it back; false and `why` where it is no machine. */
bool smtpspec_mealy_read_json(struct smtpspec_mealy *mealy, FILE *file,
                              char *why, size_t cap);
/* The same of what was read by jansson (a json_t). */
struct json_t;
bool smtpspec_mealy_take_json(struct smtpspec_mealy *mealy,
                              struct json_t *root, char *why, size_t cap);
/* For Graphviz, plain: an edge for each transition. */
bool smtpspec_mealy_write_dot(const struct smtpspec_mealy *mealy, FILE *file);

#endif
