/* SPDX-License-Identifier: MIT */
/*
 * triples.c - what of a server was seen: (state, command, code)
 */
#include "fuzz/triples.h"

bool smtpspec_triples_add(struct smtpspec_triples *triples,
                          enum smtpspec_state state,
                          enum smtpspec_command command, unsigned code)
{
    unsigned column = code < SMTPSPEC_TRIPLES_CODES - 1
                          ? code : SMTPSPEC_TRIPLES_CODES - 1;
    size_t place = ((size_t)state * SMTPSPEC_COMMAND_COUNT + command) *
                       SMTPSPEC_TRIPLES_CODES + column;
    uint64_t bit = SMTPSPEC_BIT64(place % 64);
    bool is_new = (triples->seen[place / 64] & bit) == 0;
    uint32_t *met =
        &triples->edges[state][command][smtpspec_class_of(code)].met;

    triples->seen[place / 64] |= bit;
    triples->count += is_new;
    *met += *met < UINT32_MAX;
    return is_new;
}
