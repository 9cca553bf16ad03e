/* SPDX-License-Identifier: MIT */
/*
 * target.c - read the words that name a target
 */
#include "net/target.h"

#include <stdio.h>
#include <string.h>

#include "base/octet.h"

#define DEFAULT_PORT "25"
#define SMTPS_PORT "465"
#define SUBMISSION_PORT "587"

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

static bool is_host_octet(char octet)
{
    return is_letter(octet) || is_digit(octet) || octet == '.' ||
           octet == '-' || octet == '_';
}

bool smtpspec_target_is_host(struct smtpspec_span name)
{
    if (name.length == 0 || name.length > SMTPSPEC_DOMAIN_LIMIT)
        return false;
    for (size_t i = 0; i < name.length; i++)
        if (!is_host_octet(name.at[i]))
            return false;
    return true;
}

/* '%' brings the zone of a link-local address. */
static bool is_address(struct smtpspec_span text)
{
    if (text.length == 0 || text.length > SMTPSPEC_DOMAIN_LIMIT)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (!is_host_octet(text.at[i]) && text.at[i] != ':' &&
            text.at[i] != '%')
            return false;
    return true;
}

static void keep_host(struct smtpspec_target *target,
                      struct smtpspec_span name)
{
    memcpy(target->host, name.at, name.length);
    target->host[name.length] = '\0';
}

static bool parse_bracketed(struct smtpspec_span text,
                            struct smtpspec_target *target, char *why,
                            size_t cap)
{
    size_t end = smtpspec_span_find(text, ']');
    struct smtpspec_span rest, address;

    address = smtpspec_span_skip(smtpspec_span_head(text, end), 1);
    if (end == text.length || !is_address(address))
        return refuse(why, cap, "bad address in target", target->name);
    keep_host(target, address);
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
    struct smtpspec_span host = smtpspec_span_head(text, colon);
    struct smtpspec_span rest = smtpspec_span_skip(text, colon);

    if (text.length > 0 && text.at[0] == '[')
        return parse_bracketed(text, target, why, cap);
    if (rest.length > 1 &&
        smtpspec_span_find(smtpspec_span_skip(rest, 1), ':') + 1 <
            rest.length)
        return refuse(why, cap, "write an IPv6 address as [ADDRESS]:PORT, not",
                      target->name);
    if (!smtpspec_target_is_host(host))
        return refuse(why, cap, "bad host name in target", target->name);
    keep_host(target, host);
    if (rest.length > 0 &&
        !take_port(smtpspec_span_skip(rest, 1), target->port))
        return refuse(why, cap, "bad port in target", target->name);
    return true;
}

static bool parse_tcp(struct smtpspec_span text,
                      struct smtpspec_target *target, char *why, size_t cap)
{
    if (!parse_host(text, target, why, cap))
        return false;
    if (target->service == SMTPSPEC_SERVICE_LMTP)
        return true;
    if (strcmp(target->port, SMTPS_PORT) == 0)
        target->implicit_tls = true;
    if (strcmp(target->port, SMTPS_PORT) == 0 ||
        strcmp(target->port, SUBMISSION_PORT) == 0)
        target->service = SMTPSPEC_SERVICE_SUBMISSION;
    return true;
}

static bool parse_smtps(struct smtpspec_span text,
                        struct smtpspec_target *target, char *why, size_t cap)
{
    memcpy(target->port, SMTPS_PORT, sizeof(SMTPS_PORT));
    target->implicit_tls = true;
    return parse_tcp(text, target, why, cap);
}

/* No port is that of LMTP, and 25 must not be (RFC 2033, 5). */
static bool parse_lmtp(struct smtpspec_span text,
                       struct smtpspec_target *target, char *why, size_t cap)
{
    target->port[0] = '\0';
    target->service = SMTPSPEC_SERVICE_LMTP;
    if (!parse_tcp(text, target, why, cap))
        return false;
    if (target->port[0] == '\0')
        return refuse(why, cap, "write lmtp://HOST:PORT with its port, not",
                      target->name);
    return true;
}

static bool parse_path(struct smtpspec_span text,
                       struct smtpspec_target *target, char *why, size_t cap)
{
    if (text.length == 0)
        return refuse(why, cap, "no path in target", target->name);
    if (text.length > SMTPSPEC_TARGET_PATH_LIMIT)
        return refuse(why, cap, "longer than the path of a socket may be:",
                      target->name);
    target->rest = text;
    return true;
}

static bool parse_unix(struct smtpspec_span text,
                       struct smtpspec_target *target, char *why, size_t cap)
{
    target->service = SMTPSPEC_SERVICE_LMTP;
    return parse_path(text, target, why, cap);
}

static bool parse_command(struct smtpspec_span text,
                          struct smtpspec_target *target, char *why,
                          size_t cap)
{
    size_t blanks = 0;

    while (blanks < text.length && text.at[blanks] == ' ')
        blanks++;
    if (blanks == text.length)
        return refuse(why, cap, "no command in target", target->name);
    target->rest = text;
    return true;
}

static bool parse_lmtp_command(struct smtpspec_span text,
                               struct smtpspec_target *target, char *why,
                               size_t cap)
{
    target->service = SMTPSPEC_SERVICE_LMTP;
    return parse_command(text, target, why, cap);
}

static bool parse_mx(struct smtpspec_span text,
                     struct smtpspec_target *target, char *why, size_t cap)
{
    size_t slash = smtpspec_span_find(text, '/');
    size_t colon = smtpspec_span_find(text, ':');
    struct smtpspec_span name = smtpspec_span_head(text, colon);

    if (colon < text.length &&
        !take_port(smtpspec_span_skip(text, colon + 1), target->port))
        return refuse(why, cap, "bad port in target", target->name);
    target->rest = smtpspec_span_head(name, slash);
    if (!smtpspec_target_is_host(target->rest))
        return refuse(why, cap, "bad domain in target", target->name);
    if (slash >= name.length)
        return true;
    name = smtpspec_span_skip(name, slash + 1);
    if (!smtpspec_target_is_host(name))
        return refuse(why, cap, "bad host name in target", target->name);
    keep_host(target, name);
    return true;
}

static bool parse_names(struct smtpspec_span text,
                        struct smtpspec_target *target, char *why, size_t cap)
{
    (void)why;
    (void)cap;
    target->rest = text;
    return true;
}

static bool parse_lmtp_names(struct smtpspec_span text,
                             struct smtpspec_target *target, char *why,
                             size_t cap)
{
    target->service = SMTPSPEC_SERVICE_LMTP;
    return parse_names(text, target, why, cap);
}

static bool parse_submission_names(struct smtpspec_span text,
                                   struct smtpspec_target *target, char *why,
                                   size_t cap)
{
    target->service = SMTPSPEC_SERVICE_SUBMISSION;
    return parse_names(text, target, why, cap);
}

static const struct word {
    const char *begins;
    enum smtpspec_target_kind kind;
    bool (*parse)(struct smtpspec_span text, struct smtpspec_target *target,
                  char *why, size_t cap);
} words[] = {
    { "embedded:", SMTPSPEC_TARGET_EMBEDDED, parse_names },
    { "embedded+lmtp:", SMTPSPEC_TARGET_EMBEDDED, parse_lmtp_names },
    { "embedded+submission:", SMTPSPEC_TARGET_EMBEDDED,
      parse_submission_names },
    { "smtps://", SMTPSPEC_TARGET_TCP, parse_smtps },
    { "lmtp://", SMTPSPEC_TARGET_TCP, parse_lmtp },
    { "unix:", SMTPSPEC_TARGET_UNIX, parse_unix },
    { "unix+smtp:", SMTPSPEC_TARGET_UNIX, parse_path },
    { "exec:", SMTPSPEC_TARGET_EXEC, parse_command },
    { "exec+lmtp:", SMTPSPEC_TARGET_EXEC, parse_lmtp_command },
    { "mx:", SMTPSPEC_TARGET_MX, parse_mx },
};

/* "mail:2525" is a host, and so is "mx:25". */
static bool is_host_and_port(struct smtpspec_span text)
{
    size_t colon = smtpspec_span_find(text, ':');
    char port[6];

    return colon < text.length &&
           smtpspec_target_is_host(smtpspec_span_head(text, colon)) &&
           take_port(smtpspec_span_skip(text, colon + 1), port);
}

/* Something that was meant as a kind of target, but is none. */
static bool names_a_kind(struct smtpspec_span text)
{
    static const char *const kinds[] = {
        "smtp", "smtps", "lmtp", "http", "https", "submission", "tcp"
    };
    size_t colon = smtpspec_span_find(text, ':');
    struct smtpspec_span rest = smtpspec_span_skip(text, colon);

    if (smtpspec_span_starts_nocase(rest, SMTPSPEC_SPAN("://")))
        return true;
    if (rest.length < 2 || is_digit(rest.at[1]))
        return false;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(kinds); i++)
        if (smtpspec_span_equal_nocase(smtpspec_span_head(text, colon),
                                       smtpspec_span_of(kinds[i])))
            return true;
    return false;
}

bool smtpspec_target_parse(const char *text, struct smtpspec_target *target,
                           char *why, size_t cap)
{
    struct smtpspec_span span = smtpspec_span_of(text);

    memset(target, 0, sizeof(*target));
    target->name = text;
    target->kind = SMTPSPEC_TARGET_TCP;
    memcpy(target->port, DEFAULT_PORT, sizeof(DEFAULT_PORT));
    if (is_host_and_port(span))
        return parse_tcp(span, target, why, cap);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++) {
        struct smtpspec_span begins = smtpspec_span_of(words[i].begins);

        if (!smtpspec_span_starts_nocase(span, begins))
            continue;
        target->kind = (uint8_t)words[i].kind;
        return words[i].parse(smtpspec_span_skip(span, begins.length), target,
                              why, cap);
    }
    if (names_a_kind(span))
        return refuse(why, cap, "unknown kind of target", target->name);
    return parse_tcp(span, target, why, cap);
}
