/* SPDX-License-Identifier: MIT */
/*
 * mutate.h - change a session script or a stream of replies, knowing what it is
 *
 * Floor 3, mutate: no I/O, no allocation, no clock; same text, same seed, same
 * octets. A mutator is a table of operators, each of which makes one change
 * that means something in SMTP. What has no use of structure is left to the
 * engine's own mutations.
 */
#ifndef SMTPSPEC_MUTATE_H
#define SMTPSPEC_MUTATE_H

#include "mutate/mutant.h"

/* Make one change. False where the text has no place or no room for it; it is
 * as it was then. */
typedef bool smtpspec_operate(struct smtpspec_mutant *mutant);

struct smtpspec_operator {
    const char *name;         /* "duplicate-block"                           */
    smtpspec_operate *apply;
    unsigned weight;          /* how often it is drawn, beside the others    */
    bool server;              /* touches only what the server sends          */
};

struct smtpspec_mutator {
    const char *name;         /* "session"                                   */
    const struct smtpspec_operator *operators;
    size_t count;             /* of them; at most 64                         */
    bool marks;               /* the text is a script                        */
};

/* Session scripts (mutate/script.h). A first line that is none of a script's
 * is left alone. */
extern const struct smtpspec_mutator smtpspec_mutator_session;
/* Octets that a server sends. */
extern const struct smtpspec_mutator smtpspec_mutator_reply;

/* The set of a mutator's operators, by their numbers, that touch only what the
 * server sends: of no use in a script for a live server. */
uint64_t smtpspec_mutator_server(const struct smtpspec_mutator *mutator);

/*
 * Change the `length` octets at `octets`, which have room for `cap`, by one
 * to a few operators, none of them in the set `without`. `seed` decides all.
 * Returns the new length. The text may stay as it is where nothing fits.
 */
size_t smtpspec_mutate(const struct smtpspec_mutator *mutator, char *octets,
                       size_t length, size_t cap, uint64_t without,
                       uint64_t seed);

/* By that operator alone. */
bool smtpspec_mutate_by(const struct smtpspec_mutator *mutator, size_t number,
                        struct smtpspec_mutant *mutant);

/* A mutant of a text: as smtpspec_mutate() makes one before its first
 * operator. */
void smtpspec_mutant_init(struct smtpspec_mutant *mutant,
                          const struct smtpspec_mutator *mutator,
                          char *octets, size_t length, size_t cap,
                          uint64_t seed);

/*
 * A text of the lines of both: the start of one and the end of the other, or
 * one with lines of the other in between. Returns its length, at most `cap`;
 * `out` lies apart from both.
 */
size_t smtpspec_mutate_splice(const struct smtpspec_mutator *mutator,
                              struct smtpspec_span a, struct smtpspec_span b,
                              char *out, size_t cap, uint64_t seed);

#endif
