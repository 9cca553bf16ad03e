/* SPDX-License-Identifier: MIT */
/*
 * site.h - what a check has to know of one target: mailboxes, login, manners
 *
 * Floor 7, cli. It is made of the configuration files and of the command line,
 * which wins; so it is made anew for each target. Strings are of argv or of
 * the configuration.
 */
#ifndef SMTPSPEC_SITE_H
#define SMTPSPEC_SITE_H

#include <stdint.h>

#include "case/result.h"
#include "cli/config.h"
#include "cli/options.h"
#include "net/target.h"
#include "run/command_caps.h"

/* Octets of a password. */
#define SMTPSPEC_CHECK_PASSWORD_KEPT 255
/* Times that an option may be repeated. */
#define SMTPSPEC_CHECK_WORDS_KEPT 256

/* What a repeatable option was given. */
struct smtpspec_check_words {
    const char *at[SMTPSPEC_CHECK_WORDS_KEPT];
    size_t count;
};

struct smtpspec_site {
    const char *from, *to;     /* NULL: not given, as all of these           */
    const char *unknown;       /* a mailbox that does not exist              */
    const char *relay_domain;  /* elsewhere                                  */
    const char *user, *password_file;
    char password[SMTPSPEC_CHECK_PASSWORD_KEPT + 1];
    uint8_t starttls;          /* enum smtpspec_starttls                     */
    uint64_t timeout_ms;       /* 0: not given                               */
    const char *timeout;       /* as given                                   */
    unsigned rate;             /* connections a minute; 0: not given         */
    struct smtpspec_command_caps caps; /* of a connection                    */
    const char *cap;           /* as given                                   */
    struct smtpspec_check_words expect; /* lists of EHLO keywords            */
};

/* Options of the command line that are of a site, as they came. */
struct smtpspec_site_option {
    int id;
    struct smtpspec_options given;
    char *password;      /* of a file: once it was read, since a pipe can be
                            read but once; or NULL                           */
};

/*
 * Take an option. Returns 0, the exit status after saying on stderr what is
 * wrong, or -1 where it is none of a site.
 */
int smtpspec_site_set(struct smtpspec_site *site, int id,
                      const struct smtpspec_options *given);

/* Add a repeatable option; 0 or the exit status. */
int smtpspec_check_words_add(struct smtpspec_check_words *words,
                             const char *word);

/* See that each setting is one, and takes its value: 0, or the exit status
 * after saying so. */
int smtpspec_site_try(const struct smtpspec_config *config);

/*
 * Put together what is known of a target, which may be NULL (what holds for
 * all), and read its password. Returns 0, or the exit status after saying on
 * stderr what is wrong.
 */
int smtpspec_site_make(struct smtpspec_site *site,
                       const struct smtpspec_config *config,
                       struct smtpspec_site_option *options,
                       size_t option_count,
                       const struct smtpspec_target *target);

/*
 * Hand on a result for each EHLO keyword that is expected and was nowhere
 * listed, in clear, inside TLS or after a login.
 */
void smtpspec_site_offers(const struct smtpspec_site *site,
                          const struct smtpspec_target_facts *facts,
                          void (*take)(void *context,
                                       struct smtpspec_result *result),
                          void *context);

#endif
