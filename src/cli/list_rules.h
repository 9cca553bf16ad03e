/* SPDX-License-Identifier: MIT */
/*
 * list_rules.h - the reply rules and the state machine, as pages to print
 *
 * Floor 7, cli.
 */
#ifndef SMTPSPEC_LIST_RULES_H
#define SMTPSPEC_LIST_RULES_H

#include <smtpspec/rules.h>

/*
 * The rows of a profile as if all were offered on every kind of service: by
 * command in the order of RFC 5321, rows for every command last, then by
 * source in the order of profiles.def. Calls `each` with every one.
 */
void smtpspec_list_rules_walk(enum smtpspec_profile profile,
                              void (*each)(void *context,
                                           const struct smtpspec_reply_rule *),
                              void *context);

/* Whether the row counts under the profile on some kind of service, all
 * extensions being offered. */
bool smtpspec_list_rule_can_hold(const struct smtpspec_reply_rule *rule,
                                 enum smtpspec_profile profile);

/* Name of a row's command; "ANY" where it is for every one. */
const char *smtpspec_list_rule_command(const struct smtpspec_reply_rule *rule);

/* "550", or "5yz" for a whole class. At most 3 octets and a NUL. */
void smtpspec_list_rule_code(const struct smtpspec_reply_rule *rule,
                             char out[4]);

/* In the layout of RFC 5321, 4.3.2. */
void smtpspec_list_rules_rfc(enum smtpspec_profile profile);

/* The state machine for Graphviz. */
void smtpspec_list_rules_dot(void);

#endif
