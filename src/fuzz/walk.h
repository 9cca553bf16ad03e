/* SPDX-License-Identifier: MIT */
/*
 * walk.h - a seeded walk over states.def, to where nobody has been
 *
 * Floor 5, fuzz; no I/O. Each walk aims at an edge (state, command, class)
 * that was met and tried least, goes there by edges that are known to lead on
 * or may, and sends the line that should give it. What to send comes from the
 * rows of sweep.def and walk.def.
 */
#ifndef SMTPSPEC_WALK_H
#define SMTPSPEC_WALK_H

#include "case/case.h"
#include "fuzz/growing.h"
#include "fuzz/triples.h"

/* What a walk knows of the session it is in. */
struct smtpspec_walk_place {
    enum smtpspec_state state;
    enum smtpspec_service service;
    uint64_t offered;            /* set of enum smtpspec_extension           */
};

/* An edge of states.def, and the state that it leads to. */
struct smtpspec_walk_edge {
    uint8_t state, command, class_, then;
};

/* Those that a walk may take, drawn from the table once. */
struct smtpspec_walk_atlas {
    unsigned count, hops;        /* the first `hops` lead to another state   */
    struct smtpspec_walk_edge edges[SMTPSPEC_STATE_COUNT *
                                    SMTPSPEC_COMMAND_COUNT *
                                    SMTPSPEC_CLASS_COUNT];
};

void smtpspec_walk_draw(struct smtpspec_walk_atlas *atlas);

struct smtpspec_walk {
    const struct smtpspec_walk_atlas *atlas;
    uint64_t random;
    unsigned left;               /* steps that it may still take             */
    const struct smtpspec_walk_edge *aim; /* the edge that it wants, or NULL */
};

/* A new walk: same seed, same replies, same octets. The atlas must live as
 * long. */
void smtpspec_walk_init(struct smtpspec_walk *walk,
                        const struct smtpspec_walk_atlas *atlas,
                        uint64_t seed);

/*
 * Write the next step to `script` (in the place of what it holds), and note
 * in `triples` what is tried. False where the walk is over, or no step leads
 * on from here.
 */
bool smtpspec_walk_next(struct smtpspec_walk *walk,
                        struct smtpspec_triples *triples,
                        const struct smtpspec_walk_place *place,
                        const struct smtpspec_case_vars *vars,
                        struct smtpspec_growing *script);

#endif
