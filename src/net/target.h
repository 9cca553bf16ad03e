/* SPDX-License-Identifier: MIT */
/*
 * target.h - what is tested: the words that name a target
 *
 *     HOST[:PORT]          [ADDRESS][:PORT]       smtps://HOST[:PORT]
 *     lmtp://HOST:PORT     unix:PATH              unix+smtp:PATH
 *     exec:COMMAND         exec+lmtp:COMMAND      mx:DOMAIN[/HOST][:PORT]
 *     embedded:[NAME,...]  embedded+lmtp:...      embedded+submission:...
 *
 * Floor 4, net. Reading a target does no look-up and allocates nothing. A
 * word with nothing but a port behind its colon is a host: `mx:25`. `unix:`
 * is LMTP, which is what mail stores speak there. Port 465 is implicit TLS
 * (RFC 8314, 3.3); it and port 587 are submission.
 */
#ifndef SMTPSPEC_TARGET_H
#define SMTPSPEC_TARGET_H

#include <smtpspec/base.h>
#include <smtpspec/limits.h>
#include <smtpspec/rules.h>

/* Octets that the path of a socket may have (sun_path, with its NUL). */
#define SMTPSPEC_TARGET_PATH_LIMIT 107

enum smtpspec_target_kind {
    SMTPSPEC_TARGET_TCP,
    SMTPSPEC_TARGET_UNIX,
    SMTPSPEC_TARGET_EXEC,
    SMTPSPEC_TARGET_MX,       /* stands for several; see expand.h            */
    SMTPSPEC_TARGET_EMBEDDED
};

struct smtpspec_target {
    uint8_t kind;               /* enum smtpspec_target_kind                 */
    uint8_t service;            /* enum smtpspec_service                     */
    bool implicit_tls;          /* TLS comes before the greeting             */
    bool by_dns;                /* TCP: the host is looked up in the DNS, as
                                   an MX names it, and nowhere else          */
    const char *name;           /* as given; it is the caller's              */
    char host[SMTPSPEC_DOMAIN_LIMIT + 1]; /* TCP: without brackets; MX: the
                                   only host that is meant, or empty: all    */
    char port[6];               /* TCP, MX: decimal                          */
    struct smtpspec_span rest;  /* UNIX: path, EXEC: command (both end in the
                                   NUL of `name`), MX: domain, EMBEDDED: names
                                   of misdeeds and quirks, not looked up here*/
};

/*
 * Read a target. False where it is none: `why` then says so in one line that
 * may hold octets of `text`, so it is to be escaped.
 */
bool smtpspec_target_parse(const char *text, struct smtpspec_target *target,
                           char *why, size_t cap);

/* Whether the octets could be a host's name; nothing is looked up. */
bool smtpspec_target_is_host(struct smtpspec_span name);

#endif
