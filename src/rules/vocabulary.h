/* SPDX-License-Identifier: MIT */
/*
 * vocabulary.h - the rows of replies.def, read one by one
 *
 * Floor 2, rules. Private: the reference that lookups.c is made by, and held
 * against. Slow: each call goes over all rows.
 */
#ifndef SMTPSPEC_VOCABULARY_H
#define SMTPSPEC_VOCABULARY_H

#include <smtpspec/rules.h>

/* Reply-code = %x32-35 %x30-35 %x30-39 (RFC 5321, 4.2). */
#define SMTPSPEC_IS_CODE(code)                                              \
    ((code) >= 200 && (code) <= 559 && (code) / 10 % 10 <= 5)

/* Whether a row is the command's own, or one of every command's that counts
 * for it. */
bool smtpspec_reply_rule_covers(const struct smtpspec_reply_rule *rule,
                                enum smtpspec_command command);

/* Whether the code is the row's, or of its class. */
bool smtpspec_reply_rule_allows(const struct smtpspec_reply_rule *rule,
                                unsigned code);

/* smtpspec_rules_look_up(); `rule` may not be NULL. */
enum smtpspec_listing
smtpspec_vocabulary_read(const struct smtpspec_terms *terms,
                         enum smtpspec_command command, uint16_t code,
                         const struct smtpspec_reply_rule **rule);

#endif
