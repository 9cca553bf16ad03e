/* SPDX-License-Identifier: MIT */
/*
 * growing.h - octets in memory that grows
 *
 * Floor 5, fuzz. All zero is an empty one. Whoever fills it bounds it.
 */
#ifndef SMTPSPEC_GROWING_H
#define SMTPSPEC_GROWING_H

#include <smtpspec/base.h>

struct smtpspec_growing {
    char *at;
    size_t length, room;
};

void smtpspec_growing_free(struct smtpspec_growing *growing);

/* Room for that many octets behind what is there; they are not in it yet. */
char *smtpspec_growing_room(struct smtpspec_growing *growing, size_t octets);
void smtpspec_growing_add(struct smtpspec_growing *growing,
                          struct smtpspec_span octets);
/* Hold a copy of these octets, and nothing else. */
void smtpspec_growing_set(struct smtpspec_growing *growing,
                          struct smtpspec_span octets);

struct smtpspec_span
smtpspec_growing_span(const struct smtpspec_growing *growing);

#endif
