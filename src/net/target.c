/* SPDX-License-Identifier: MIT */
/*
 * target.c - read the words that name a target
 */
#include "net/target.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_PORT "25"

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

static bool is_letter(char octet)
{
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

static bool refuse(char *why, size_t cap, const char *what, const char *text)
{
    snprintf(why, cap, "%s '%.200s'", what, text);
    return false;
}

static bool take_port(struct smtpspec_span digits, char port[6])
{
    unsigned value = 0;

    if (digits.length == 0 || digits.length > 5)
        return false;
    for (size_t i = 0; i < digits.length; i++) {
        if (!is_digit(digits.at[i]))
            return false;
        value = value * 10 + (unsigned)(digits.at[i] - '0');
    }
    if (value == 0 || value > 65535)
        return false;
    memcpy(port, digits.at, digits.length);
    port[digits.length] = '\0';
    return true;
}

/* Only the octets are looked at; whether such a host exists, the look-up
 * tells. '%' brings the zone of a link-local address. */
static bool take_host(struct smtpspec_span name, bool bracketed, char *host)
{
    if (name.length == 0 || name.length > SMTPSPEC_DOMAIN_LIMIT)
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char octet = name.at[i];

        if (!is_letter(octet) && !is_digit(octet) && octet != '.' &&
            octet != '-' && octet != '_' &&
            !(bracketed && (octet == ':' || octet == '%')))
            return false;
    }
    memcpy(host, name.at, name.length);
    host[name.length] = '\0';
    return true;
}

/* "mx:", "smtps://" and the like: a word of letters and a colon that no port
 * follows. "mail:2525" is a host. */
static bool names_a_kind(struct smtpspec_span text, size_t colon)
{
    static const char *const kinds[] = {
        "mx", "smtp", "smtps", "lmtp", "unix", "exec", "http", "https",
        "submission", "tcp"
    };
    struct smtpspec_span word = smtpspec_span_head(text, colon);

    if (colon == text.length)
        return false;
    if (text.length >= colon + 3 && memcmp(text.at + colon, "://", 3) == 0)
        return true;
    if (colon + 1 < text.length && is_digit(text.at[colon + 1]))
        return false;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(kinds); i++)
        if (smtpspec_span_equal_nocase(word, smtpspec_span_of(kinds[i])))
            return true;
    return false;
}

static bool parse_bracketed(struct smtpspec_span text,
                            struct smtpspec_target *target, char *why,
                            size_t cap)
{
    size_t end = smtpspec_span_find(text, ']');
    struct smtpspec_span rest;

    if (end == text.length ||
        !take_host((struct smtpspec_span){ text.at + 1, end - 1 }, true,
                   target->host))
        return refuse(why, cap, "bad address in target", target->name);
    rest = smtpspec_span_skip(text, end + 1);
    if (rest.length == 0)
        return true;
    if (rest.at[0] != ':' ||
        !take_port(smtpspec_span_skip(rest, 1), target->port))
        return refuse(why, cap, "bad port in target", target->name);
    return true;
}

static bool parse_host(struct smtpspec_span text,
                       struct smtpspec_target *target, char *why, size_t cap)
{
    size_t colon = smtpspec_span_find(text, ':');
    struct smtpspec_span rest = smtpspec_span_skip(text, colon);

    if (names_a_kind(text, colon))
        return refuse(why, cap, "unknown kind of target", target->name);
    if (rest.length > 1 &&
        smtpspec_span_find(smtpspec_span_skip(rest, 1), ':') + 1 <
            rest.length)
        return refuse(why, cap, "write an IPv6 address as [ADDRESS]:PORT, not",
                      target->name);
    if (!take_host(smtpspec_span_head(text, colon), false, target->host))
        return refuse(why, cap, "bad host name in target", target->name);
    if (rest.length > 0 &&
        !take_port(smtpspec_span_skip(rest, 1), target->port))
        return refuse(why, cap, "bad port in target", target->name);
    return true;
}

bool smtpspec_target_parse(const char *text, struct smtpspec_target *target,
                           char *why, size_t cap)
{
    static const struct smtpspec_span embedded = { "embedded:", 9 };
    struct smtpspec_span span = smtpspec_span_of(text);

    memset(target, 0, sizeof(*target));
    target->name = text;
    memcpy(target->port, DEFAULT_PORT, sizeof(DEFAULT_PORT));
    if (smtpspec_span_starts_nocase(span, embedded)) {
        target->kind = SMTPSPEC_TARGET_EMBEDDED;
        target->misdeeds = smtpspec_span_skip(span, embedded.length);
        return true;
    }
    target->kind = SMTPSPEC_TARGET_TCP;
    if (span.length > 0 && span.at[0] == '[')
        return parse_bracketed(span, target, why, cap);
    return parse_host(span, target, why, cap);
}
