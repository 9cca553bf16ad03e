/* SPDX-License-Identifier: MIT */
/*
 * dns.h - ask the DNS for mail hosts and their addresses
 *
 * Floor 4, net; c-ares on a libuv loop of its own. Each function blocks until
 * there is an answer, for as long as SMTPSPEC_DNS_MS, or up to a signal
 * (interrupt.h). What comes back is hostile: names are whatever a zone's owner
 * wrote.
 *
 * The servers are those of the system. For tests, the environment may name
 * another in SMTPSPEC_DNS, as ADDRESS:PORT.
 */
#ifndef SMTPSPEC_DNS_H
#define SMTPSPEC_DNS_H

#include <netdb.h>

#include <smtpspec/error.h>
#include <smtpspec/limits.h>

#define SMTPSPEC_DNS_MS 20000
/* Records of one answer that are looked at. */
#define SMTPSPEC_DNS_KEPT 256

enum smtpspec_dns_answer {
    SMTPSPEC_DNS_FOUND,
    SMTPSPEC_DNS_NO_RECORD, /* the name is there, such a record is not       */
    SMTPSPEC_DNS_NO_NAME,   /* NXDOMAIN                                      */
    SMTPSPEC_DNS_FAILED     /* no answer, or none to go by: see `why`        */
};

struct smtpspec_dns_mx {
    unsigned preference;
    bool cut;               /* the name was longer than any may be           */
    char host[SMTPSPEC_DOMAIN_LIMIT + 1]; /* "": the root (RFC 7505)         */
};

/* The MX records of a domain, in the order of the answer; at most `cap` of
 * them in `*count`. `*why` is a constant string. */
enum smtpspec_dns_answer smtpspec_dns_mx(const char *domain,
                                         struct smtpspec_dns_mx out[],
                                         size_t cap, size_t *count,
                                         const char **why);

/* The addresses of a host, IPv4 and IPv6, to be freed by
 * smtpspec_dns_free(). */
enum smtpspec_dns_answer smtpspec_dns_addresses(const char *host,
                                                const char *port,
                                                struct addrinfo **list,
                                                const char **why);
void smtpspec_dns_free(struct addrinfo *list);

#endif
