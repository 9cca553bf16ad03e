/* SPDX-License-Identifier: MIT */
/*
 * expand.c - the mail hosts of a domain, in the order of preference
 */
#include "net/expand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/dns.h"
#include "net/memory.h"

/* The hosts of a domain. */
struct hosts {
    struct smtpspec_dns_mx list[SMTPSPEC_DNS_KEPT];
    size_t count;
};

static bool is_number(struct smtpspec_span label)
{
    for (size_t i = 0; i < label.length; i++)
        if (label.at[i] < '0' || label.at[i] > '9')
            return false;
    return true;
}

/* A zone may hold anything; and an address is no host's name. */
static bool names_a_host(const struct smtpspec_dns_mx *mx)
{
    const char *last = strrchr(mx->host, '.');

    return !mx->cut &&
           smtpspec_target_is_host(smtpspec_span_of(mx->host)) &&
           !is_number(smtpspec_span_of(last != NULL ? last + 1 : mx->host));
}

static bool is_same(const char *a, const char *b)
{
    return smtpspec_span_equal_nocase(smtpspec_span_of(a),
                                      smtpspec_span_of(b));
}

/* By preference; among equals by name, so that each run has the same order. */
static int compare(const void *left, const void *right)
{
    const struct smtpspec_dns_mx *a = left, *b = right;

    if (a->preference != b->preference)
        return a->preference < b->preference ? -1 : 1;
    return strcmp(a->host, b->host);
}

/* Those that could be hosts, each once, in order. */
static void put_in_order(struct hosts *hosts)
{
    size_t kept = 0;

    qsort(hosts->list, hosts->count, sizeof(hosts->list[0]), compare);
    for (size_t i = 0; i < hosts->count; i++) {
        bool wanted = names_a_host(&hosts->list[i]);

        for (size_t other = 0; wanted && other < kept; other++)
            wanted = !is_same(hosts->list[i].host, hosts->list[other].host);
        if (wanted)
            hosts->list[kept++] = hosts->list[i];
    }
    hosts->count = kept;
}

/* "." and nothing else: no mail is wanted (RFC 7505, 3). */
static bool is_null_mx(const struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        if (hosts->list[i].host[0] != '\0')
            return false;
    return true;
}

/* No MX: the domain is its own, implicit one (RFC 5321, 5.1). */
static void set_implicit(struct hosts *hosts, const char *domain)
{
    memset(&hosts->list[0], 0, sizeof(hosts->list[0]));
    memcpy(hosts->list[0].host, domain, strlen(domain));
    hosts->count = 1;
}

static bool refuse(char *why, size_t cap, const char *format,
                   const char *domain, const char *more)
{
    snprintf(why, cap, format, domain, more);
    return false;
}

static bool find_hosts(struct hosts *hosts, const char *domain, char *why,
                       size_t cap)
{
    const char *trouble;

    switch (smtpspec_dns_mx(domain, hosts->list, SMTPSPEC_DNS_KEPT,
                            &hosts->count, &trouble)) {
    case SMTPSPEC_DNS_NO_NAME:
        return refuse(why, cap, "there is no domain %s", domain, "");
    case SMTPSPEC_DNS_FAILED:
        return refuse(why, cap, "cannot look up the MX of %s: %s", domain,
                      trouble);
    case SMTPSPEC_DNS_NO_RECORD:
        set_implicit(hosts, domain);
        return true;
    case SMTPSPEC_DNS_FOUND:
        break;
    }
    if (is_null_mx(hosts))
        return refuse(why, cap, "%s takes no mail: its MX is \".\" (RFC 7505)",
                      domain, "");
    put_in_order(hosts);
    return hosts->count > 0 ||
           refuse(why, cap, "no MX of %s names a host", domain, "");
}

/* "mx:DOMAIN/HOST", with the port where it is another than 25. */
static char *name_of(const char *domain, const char *host, const char *port)
{
    bool usual = strcmp(port, "25") == 0;
    size_t cap = strlen(domain) + strlen(host) + 16;
    char *name = smtpspec_memory_new(cap);

    snprintf(name, cap, "mx:%s/%s%s%s", domain, host, usual ? "" : ":",
             usual ? "" : port);
    return name;
}

static void add(struct smtpspec_targets *targets,
                const struct smtpspec_target *of, const char *domain,
                const char *host)
{
    struct smtpspec_target *target;

    if (targets->count == SMTPSPEC_EXPAND_KEPT) {
        targets->dropped++;
        return;
    }
    target = &targets->list[targets->count++];
    *target = *of;
    target->kind = SMTPSPEC_TARGET_TCP;
    target->by_dns = true;
    target->rest = (struct smtpspec_span){ NULL, 0 };
    memset(target->host, 0, sizeof(target->host));
    memcpy(target->host, host, strlen(host));
    target->name = name_of(domain, host, of->port);
}

static enum smtpspec_error expand_mx(const struct smtpspec_target *target,
                                     const char *domain,
                                     struct smtpspec_targets *targets,
                                     char *why, size_t cap)
{
    struct hosts *hosts = smtpspec_memory_new(sizeof(*hosts));
    bool found = find_hosts(hosts, domain, why, cap);

    for (size_t i = 0; found && i < hosts->count; i++)
        if (target->host[0] == '\0' ||
            is_same(target->host, hosts->list[i].host))
            add(targets, target, domain, hosts->list[i].host);
    if (found && targets->count == 0)
        found = refuse(why, cap, "%2$s is no MX of %1$s", domain,
                       target->host);
    free(hosts);
    return found ? SMTPSPEC_OK : SMTPSPEC_ERROR_RESOLVE;
}

enum smtpspec_error
smtpspec_targets_expand(const struct smtpspec_target *target,
                        struct smtpspec_targets *targets, char *why,
                        size_t cap)
{
    enum smtpspec_error error;
    char *domain;

    memset(targets, 0, sizeof(*targets));
    targets->list = smtpspec_memory_new(SMTPSPEC_EXPAND_KEPT *
                                        sizeof(*targets->list));
    if (target->kind != SMTPSPEC_TARGET_MX) {
        targets->list[0] = *target;
        targets->list[0].name =
            smtpspec_memory_string(smtpspec_span_of(target->name));
        targets->count = 1;
        return SMTPSPEC_OK;
    }
    domain = smtpspec_memory_string(target->rest);
    error = expand_mx(target, domain, targets, why, cap);
    free(domain);
    return error;
}

void smtpspec_targets_free(struct smtpspec_targets *targets)
{
    for (size_t i = 0; i < targets->count; i++)
        free((char *)(uintptr_t)targets->list[i].name);
    free(targets->list);
    memset(targets, 0, sizeof(*targets));
}
