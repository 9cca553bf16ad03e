/* SPDX-License-Identifier: MIT */
/*
 * expand.h - from a domain to the hosts that take its mail (RFC 5321, 5.1)
 *
 * Floor 4, net.
 */
#ifndef SMTPSPEC_EXPAND_H
#define SMTPSPEC_EXPAND_H

#include <smtpspec/error.h>

#include "net/target.h"

/* MX hosts of one domain that are looked at. */
#define SMTPSPEC_EXPAND_KEPT 20

struct smtpspec_targets {
    struct smtpspec_target *list;
    size_t count;
    size_t dropped;     /* hosts past SMTPSPEC_EXPAND_KEPT                   */
};

/*
 * The targets that one stands for: an MX target those of its hosts, the most
 * preferred first, each once, as a TCP target whose name is again a target:
 * `mx:DOMAIN/HOST`. A domain without MX is its own host. Any other target
 * stands for itself. Asks the DNS, and blocks until it answers or is given up.
 *
 * OK, or ERROR_RESOLVE with one line in `why`, safe to be printed: no such
 * domain, one that takes no mail (RFC 7505), no answer. To be freed in either
 * case; the targets point into it.
 */
enum smtpspec_error
smtpspec_targets_expand(const struct smtpspec_target *target,
                        struct smtpspec_targets *targets, char *why,
                        size_t cap);
void smtpspec_targets_free(struct smtpspec_targets *targets);

#endif
