/* SPDX-License-Identifier: MIT */
/*
 * mutant.h - a text that is changed in place, by octets and by lines
 *
 * Floor 3, mutate: no I/O, no allocation; the room is the caller's, and
 * nothing is ever written past its `cap`. A change that has no room is not
 * made, and false is returned.
 */
#ifndef SMTPSPEC_MUTANT_H
#define SMTPSPEC_MUTANT_H

#include <smtpspec/base.h>

struct smtpspec_mutant {
    char *at;
    size_t length, cap;
    uint64_t random; /* where the numbers come from; any value to begin with */
    size_t fixed;    /* octets at the start that operators on lines leave    */
    bool marks;      /* a script: odd octets are written as `^` marks        */
};

/* Octets from..to-1; of a line the LF is one of them. */
struct smtpspec_place {
    size_t from, to;
};

/* smtpspec_random_below() and so on, with the mutant's state. */
size_t smtpspec_mutant_below(struct smtpspec_mutant *mutant, size_t count);
bool smtpspec_mutant_once_in(struct smtpspec_mutant *mutant, size_t count);

/* The octets of a place; they move with the next change. */
struct smtpspec_span smtpspec_mutant_span(const struct smtpspec_mutant *mutant,
                                          struct smtpspec_place place);

/* Put `with`, which lies elsewhere, in the place of `place`. */
bool smtpspec_mutant_replace(struct smtpspec_mutant *mutant,
                             struct smtpspec_place place,
                             struct smtpspec_span with);
bool smtpspec_mutant_insert(struct smtpspec_mutant *mutant, size_t at,
                            struct smtpspec_span octets);
void smtpspec_mutant_delete(struct smtpspec_mutant *mutant,
                            struct smtpspec_place place);

/* One octet as it is written here: in a script it may be a mark. */
bool smtpspec_mutant_insert_octet(struct smtpspec_mutant *mutant, size_t at,
                                  char octet);
/* `count` times the same octet, which needs no mark. */
bool smtpspec_mutant_pad(struct smtpspec_mutant *mutant, size_t at,
                         size_t count, char octet);

/* Put a copy of the octets of `place` before the octet at `to`. */
bool smtpspec_mutant_copy(struct smtpspec_mutant *mutant,
                          struct smtpspec_place place, size_t to);
/* Move them there; `to` is no place inside. */
void smtpspec_mutant_move(struct smtpspec_mutant *mutant,
                          struct smtpspec_place place, size_t to);

/* Lines behind what is fixed; the last one may have no LF. */
size_t smtpspec_mutant_lines(const struct smtpspec_mutant *mutant);
/* The line of that number, counted from 0; an empty place at the end where
 * there are not so many. */
struct smtpspec_place
smtpspec_mutant_line(const struct smtpspec_mutant *mutant, size_t number);
/* `place` without its LF; where the text is no script without CRLF. */
struct smtpspec_place
smtpspec_mutant_inside(const struct smtpspec_mutant *mutant,
                       struct smtpspec_place place);
/* A random border between lines: start, end, or behind some LF. */
size_t smtpspec_mutant_border(struct smtpspec_mutant *mutant);

/* The same, but mostly one behind a whole reply that ends an exchange (no 3yz,
 * no "250-"): where both sides rest, and a command may stand. */
size_t smtpspec_mutant_seam(struct smtpspec_mutant *mutant);

/* A random line, of those that `fits` holds for (NULL: of all). The span that
 * it is asked about has no LF. False where there is none. */
typedef bool smtpspec_line_test(struct smtpspec_span line);
bool smtpspec_mutant_pick(struct smtpspec_mutant *mutant,
                          smtpspec_line_test *fits,
                          struct smtpspec_place *line);

#endif
