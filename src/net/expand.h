/* SPDX-License-Identifier: MIT */
/*
 * expand.h - from a domain to the hosts that take its mail
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
 * The targets that one stands for: an MX target those of its hosts, most
 * preferred first, each as a TCP target of the name `mx:DOMAIN/HOST`; any
 * other target itself. Asks the DNS and blocks until it answers or is given
 * up, at most `timeout_ms`.
 *
 * OK, or ERROR_RESOLVE with one line in `why`: no such domain, a domain that
 * takes no mail (RFC 7505), no answer. To be freed in either case.
 */
enum smtpspec_error
smtpspec_targets_expand(const struct smtpspec_target *target,
                        uint64_t timeout_ms, struct smtpspec_targets *targets,
                        char *why, size_t cap);
void smtpspec_targets_free(struct smtpspec_targets *targets);

#endif
