/* SPDX-License-Identifier: MIT */
/*
 * triples.h - what of a server was seen: (state, command, code)
 *
 * Floor 5, fuzz; no I/O. The only coverage that a server shows which is not
 * instrumented. Beside it the edges of the state machine: how often the
 * class of a reply was met, and how often one was tried for.
 */
#ifndef SMTPSPEC_TRIPLES_H
#define SMTPSPEC_TRIPLES_H

#include <smtpspec/rules.h>

/* Codes that are told apart: 0 (none) to 599, and all others as one. */
#define SMTPSPEC_TRIPLES_CODES 601

struct smtpspec_edge_count {
    uint32_t met, tried;
};

struct smtpspec_triples {
    uint32_t count;          /* of different ones                            */
    uint64_t seen[(SMTPSPEC_STATE_COUNT * SMTPSPEC_COMMAND_COUNT *
                   SMTPSPEC_TRIPLES_CODES + 63) / 64];
    struct smtpspec_edge_count edges[SMTPSPEC_STATE_COUNT]
                                    [SMTPSPEC_COMMAND_COUNT]
                                    [SMTPSPEC_CLASS_COUNT];
};

/* Note an exchange. Returns whether its triple is a new one. All zero is a
 * server of which nothing was seen. */
bool smtpspec_triples_add(struct smtpspec_triples *triples,
                          enum smtpspec_state state,
                          enum smtpspec_command command, unsigned code);

#endif
