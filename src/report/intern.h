/* SPDX-License-Identifier: MIT */
/*
 * intern.h - strings and octets kept once, however often they come
 *
 * Floor 6, report. The same titles, references and replies come again with
 * every target; what is given back is the one copy, so that two of equal
 * octets may be told by their address. All lives until the whole is freed.
 * Missing memory is remembered and gives "".
 */
#ifndef SMTPSPEC_INTERN_H
#define SMTPSPEC_INTERN_H

#include <smtpspec/base.h>

struct smtpspec_intern {
    struct smtpspec_intern_block *blocks; /* the newest first               */
    struct smtpspec_span *slots;          /* a hash table; at NULL: free    */
    size_t room, count;                   /* slots there are, and in use    */
    bool no_memory;
};

void smtpspec_intern_init(struct smtpspec_intern *intern);
void smtpspec_intern_free(struct smtpspec_intern *intern);

/* The copy, with a NUL behind it; NULL stays NULL. */
const char *smtpspec_intern_string(struct smtpspec_intern *intern,
                                   const char *text);
/* The same for octets, NULs among them. */
struct smtpspec_span smtpspec_intern_octets(struct smtpspec_intern *intern,
                                            struct smtpspec_span octets);

/* Memory of its own, zeroed, for any type; NULL where there is none or
 * `size` is 0. */
void *smtpspec_intern_room(struct smtpspec_intern *intern, size_t size);

#endif
