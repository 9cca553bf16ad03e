/* SPDX-License-Identifier: MIT */
/*
 * command_caps.h - how often a server bears each command on one connection
 *
 * Floor 5, run; pure. Some servers answer the fourth EHLO or the twentieth
 * NOOP only after a while, or hang up at it. Who knows of that, since it was
 * probed (learn/repetition.h) or told, asks for less. EHLO and HELO are counted
 * together, and so are all commands that there are not.
 */
#ifndef SMTPSPEC_COMMAND_CAPS_H
#define SMTPSPEC_COMMAND_CAPS_H

#include <smtpspec/command.h>

struct smtpspec_command_caps {
    uint16_t most[SMTPSPEC_COMMAND_COUNT]; /* 0: as often as one likes; HELO's
                                              stands at EHLO                 */
};

/* How often each was sent; counted as above. */
struct smtpspec_command_use {
    uint16_t of[SMTPSPEC_COMMAND_COUNT];
};

/* "EHLO=3 VRFY=5 UNKNOWN=19": UNKNOWN are those that there are not. Blanks or
 * commas between; EHLO may be called EHLO+HELO, or HELO. False where it is
 * none: `why`, of `cap` octets, says so in one line that may hold octets of the
 * text.
 */
bool smtpspec_command_caps_read(struct smtpspec_command_caps *caps,
                                struct smtpspec_span text, char *why,
                                size_t cap);
/* The same text; length as snprintf. */
size_t smtpspec_command_caps_write(const struct smtpspec_command_caps *caps,
                                   char *out, size_t cap);

/* A command is not to be sent more often than that; of two such the lower one
 * holds. */
void smtpspec_command_caps_lower(struct smtpspec_command_caps *caps,
                                 enum smtpspec_command command, unsigned most);
/* How often it may be sent; 0: as often as one likes. */
unsigned smtpspec_command_caps_most(const struct smtpspec_command_caps *caps,
                                    enum smtpspec_command command);

/* A command is sent. */
void smtpspec_command_use_count(struct smtpspec_command_use *use,
                                enum smtpspec_command command);
/* So many more are. */
void smtpspec_command_use_add(struct smtpspec_command_use *use,
                              const struct smtpspec_command_use *more);
/* Whether a connection that has seen `use` may see `more` of them. The first
 * that is too much, where not: `*command`, unless that is NULL. */
bool smtpspec_command_caps_bear(const struct smtpspec_command_caps *caps,
                                const struct smtpspec_command_use *use,
                                const struct smtpspec_command_use *more,
                                enum smtpspec_command *command);

#endif
