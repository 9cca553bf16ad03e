/* SPDX-License-Identifier: MIT */
/*
 * address.c - the grammar of mailboxes, paths, domains and address literals
 * (RFC 5321, 4.1.2 and 4.1.3; UTF-8 by RFC 6531, 3.3)
 *
 * Grammar only: the sizes of 4.5.3.1 are limits, not syntax, and whether a
 * tag of a general literal is registered is not known here. With `eight_bit`
 * any valid UTF-8 may stand in a label; IDNA's own rules are not checked.
 */
#include <smtpspec/command.h>

#include "wire/address.h"

/* As differences, which compilers make one comparison of. */
static bool is_digit(char octet)
{
    return (unsigned char)(octet - '0') < 10;
}

static bool is_alnum(char octet)
{
    return is_digit(octet) || (unsigned char)((octet | 0x20) - 'a') < 26;
}

static bool is_hex(char octet)
{
    return is_digit(octet) || (octet >= 'A' && octet <= 'F') ||
           (octet >= 'a' && octet <= 'f');
}

/* atext (RFC 5322, 3.2.3). Its signs are sets of bits, of those below 64 and of
 * those from there on. */
static bool is_atext(char octet)
{
#define IN(sign) SMTPSPEC_BIT64((sign) & 63)
    static const uint64_t signs[] = {
        IN('!') | IN('#') | IN('$') | IN('%') | IN('&') | IN('\'') |
            IN('*') | IN('+') | IN('-') | IN('/') | IN('=') | IN('?'),
        IN('^') | IN('_') | IN('`') | IN('{') | IN('|') | IN('}') | IN('~'),
    };
#undef IN
    unsigned char code = (unsigned char)octet;

    return is_alnum(octet) ||
           (code < 128 && (signs[code / 64] >> (code & 63) & 1) != 0);
}

/* Octet `at` as a number, 0 past the end. */
static unsigned octet_at(struct smtpspec_span span, size_t at)
{
    return at < span.length ? (unsigned char)span.at[at] : 0;
}

/* UTF8-non-ascii (RFC 6531, 3.3): how many octets the character at `at` has,
 * 0 where there is none. No surrogates, no overlong forms (RFC 3629, 4). */
static size_t utf8_length(struct smtpspec_span span, size_t at)
{
    unsigned lead = octet_at(span, at), next = octet_at(span, at + 1);
    unsigned least = 0x80, most = 0xbf;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;

    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    if (lead == 0xe0)
        least = 0xa0;
    if (lead == 0xed)
        most = 0x9f;
    if (lead == 0xf0)
        least = 0x90;
    if (lead == 0xf4)
        most = 0x8f;
    if (next < least || next > most)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if ((octet_at(span, at + i) & 0xc0) != 0x80)
            return 0;
    }
    return length;
}

/* The same where it may be asked of any octet: most are ASCII. */
static inline size_t wide_length(struct smtpspec_span span, size_t at,
                                 bool eight_bit)
{
    return eight_bit && ((unsigned char)span.at[at] & 0x80) != 0
               ? utf8_length(span, at) : 0;
}

/* sub-domain *("." sub-domain) */
static bool is_domain(struct smtpspec_span span, bool eight_bit)
{
    char before = '.';
    size_t i = 0;

    while (i < span.length) {
        char octet = span.at[i];
        size_t wide = wide_length(span, i, eight_bit);

        if (wide > 0 || is_alnum(octet))
            before = 'a';
        else if (octet == '-' && before != '.')
            before = '-';
        else if (octet == '.' && before == 'a')
            before = '.';
        else
            return false;
        i += wide > 0 ? wide : 1;
    }
    return before == 'a';
}

bool smtpspec_is_domain(struct smtpspec_span span)
{
    return is_domain(span, false);
}

/* Snum 3("." Snum) */
static bool is_ipv4(struct smtpspec_span span)
{
    size_t at = 0;

    for (unsigned part = 0; part < 4; part++) {
        unsigned value = 0;
        size_t first;

        if (part > 0 && octet_at(span, at++) != '.')
            return false;
        first = at;
        while (at < span.length && at - first < 3 && is_digit(span.at[at]))
            value = value * 10 + (unsigned)(span.at[at++] - '0');
        if (at == first || value > 255)
            return false;
    }
    return at == span.length;
}

/* How many hexadecimal digits, at most four, stand at `at`. */
static size_t hex_length(struct smtpspec_span span, size_t at)
{
    size_t length = 0;

    while (length < 4 && at + length < span.length &&
           is_hex(span.at[at + length]))
        length++;
    return length;
}

/*
 * IPv6-addr: eight groups, or at most six beside one "::"; an IPv4 address at
 * the end stands for two.
 */
static bool is_ipv6(struct smtpspec_span span)
{
    unsigned groups = 0;
    bool compressed = octet_at(span, 0) == ':' && octet_at(span, 1) == ':';
    size_t at = compressed ? 2 : 0;

    if (compressed && span.length == 2)
        return true;
    while (groups <= 8) {
        size_t length = hex_length(span, at);

        if (length > 0 && octet_at(span, at + length) == '.') {
            groups += 2;
            return is_ipv4(smtpspec_span_skip(span, at)) &&
                   (compressed ? groups <= 6 : groups == 8);
        }
        if (length == 0)
            return false;
        at += length;
        groups++;
        if (at == span.length)
            break;
        if (span.at[at++] != ':')
            return false;
        if (octet_at(span, at) == ':') {
            if (compressed)
                return false;
            compressed = true;
            if (++at == span.length)
                break;
        }
    }
    return compressed ? groups <= 6 : groups == 8;
}

/* Standardized-tag ":" 1*dcontent */
static bool is_general_literal(struct smtpspec_span span)
{
    size_t colon = smtpspec_span_find(span, ':');

    if (colon == 0 || colon + 1 >= span.length || !is_alnum(span.at[colon - 1]))
        return false;
    for (size_t i = 0; i < colon; i++) {
        if (!is_alnum(span.at[i]) && span.at[i] != '-')
            return false;
    }
    for (size_t i = colon + 1; i < span.length; i++) {
        unsigned octet = octet_at(span, i);

        if (octet < 33 || octet > 126 || (octet > 90 && octet < 94))
            return false;
    }
    return true;
}

bool smtpspec_is_address_literal(struct smtpspec_span span)
{
    struct smtpspec_span tag = SMTPSPEC_SPAN("IPv6:");
    struct smtpspec_span inner;

    if (span.length < 2 || span.at[0] != '[' ||
        span.at[span.length - 1] != ']')
        return false;
    inner = smtpspec_span_head(smtpspec_span_skip(span, 1), span.length - 2);
    if (smtpspec_span_starts_nocase(inner, tag))
        return is_ipv6(smtpspec_span_skip(inner, tag.length));
    return is_ipv4(inner) || is_general_literal(inner);
}

/* Quoted-string: its length with both quotes, 0 where there is none. */
static size_t quoted_length(struct smtpspec_span span, bool eight_bit)
{
    size_t i = 1;

    if (octet_at(span, 0) != '"')
        return 0;
    while (i < span.length && span.at[i] != '"') {
        size_t wide = wide_length(span, i, eight_bit);

        if (wide > 0) {
            i += wide;
            continue;
        }
        if (span.at[i] == '\\')
            i++;
        if (octet_at(span, i) < 32 || octet_at(span, i) > 126)
            return 0;
        i++;
    }
    return i < span.length ? i + 1 : 0;
}

/* Dot-string: how far it reaches, 0 where it ends in a dot or is none. */
static size_t dot_string_length(struct smtpspec_span span, bool eight_bit)
{
    char before = '.';
    size_t i = 0;

    while (i < span.length) {
        size_t wide = wide_length(span, i, eight_bit);

        if (wide > 0 || is_atext(span.at[i]))
            before = 'a';
        else if (span.at[i] == '.' && before == 'a')
            before = '.';
        else
            break;
        i += wide > 0 ? wide : 1;
    }
    return before == 'a' ? i : 0;
}

bool smtpspec_is_mailbox(struct smtpspec_span span, bool eight_bit)
{
    size_t local = octet_at(span, 0) == '"'
                       ? quoted_length(span, eight_bit)
                       : dot_string_length(span, eight_bit);
    struct smtpspec_span rest;

    if (local == 0 || octet_at(span, local) != '@')
        return false;
    rest = smtpspec_span_skip(span, local + 1);
    return is_domain(rest, eight_bit) || smtpspec_is_address_literal(rest);
}

/* A-d-l, the source route: "@" Domain *("," "@" Domain) */
static bool is_route(struct smtpspec_span span, bool eight_bit)
{
    struct smtpspec_span rest = span;

    for (;;) {
        size_t comma = smtpspec_span_find(rest, ',');
        struct smtpspec_span hop = smtpspec_span_head(rest, comma);

        if (octet_at(hop, 0) != '@' ||
            !is_domain(smtpspec_span_skip(hop, 1), eight_bit))
            return false;
        if (comma == rest.length)
            return true;
        rest = smtpspec_span_skip(rest, comma + 1);
    }
}

/* Path: "<" [ A-d-l ":" ] Mailbox ">" */
static bool is_path(struct smtpspec_span span, bool eight_bit)
{
    struct smtpspec_span inner;

    if (span.length < 2 || span.at[0] != '<' ||
        span.at[span.length - 1] != '>')
        return false;
    inner = smtpspec_span_head(smtpspec_span_skip(span, 1), span.length - 2);
    if (octet_at(inner, 0) == '@') {
        size_t colon = smtpspec_span_find(inner, ':');

        if (!is_route(smtpspec_span_head(inner, colon), eight_bit))
            return false;
        inner = smtpspec_span_skip(inner, colon + 1);
    }
    return smtpspec_is_mailbox(inner, eight_bit);
}

/* What an octet of a plain path may be in, as bits of a letter: "A" an atom,
 * "C" an atom or a label of a domain, "@" neither. */
enum { OF_ATOM = 1, OF_LABEL = 2 };

static unsigned kind_of(char octet)
{
    static const char kinds[256] =
        "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@"
        "@A@AAAAA@@AA@C@A" "CCCCCCCCCC" "@@@A@A"
        "@" "CCCCCCCCCCCCCCCCCCCCCCCCCC" "@@@AAA"
        "CCCCCCCCCCCCCCCCCCCCCCCCCC" "AAAA@";

    return (unsigned char)kinds[(unsigned char)octet];
}

/* Where from `at` on the first octet stands that is not of this kind. */
static size_t run_end(struct smtpspec_span span, size_t at, unsigned kind)
{
    while (at < span.length && (kind_of(span.at[at]) & kind) != 0)
        at++;
    return at;
}

/* Where the "@" is behind "<" and a dot-string, or 0. */
static size_t plain_local(struct smtpspec_span span)
{
    for (size_t start = 1;;) {
        size_t end = run_end(span, start, OF_ATOM);

        if (end == start || end == span.length)
            return 0;
        if (span.at[end] != '.')
            return span.at[end] == '@' ? end : 0;
        start = end + 1;
    }
}

size_t smtpspec_plain_path(struct smtpspec_span span)
{
    size_t at = octet_at(span, 0) == '<' ? plain_local(span) : 0;

    for (size_t start = at + 1; at > 0;) {
        size_t end = run_end(span, start, OF_LABEL);

        if (end == start || end == span.length || span.at[start] == '-' ||
            span.at[end - 1] == '-')
            return 0;
        if (span.at[end] != '.')
            return span.at[end] == '>' ? end + 1 : 0;
        start = end + 1;
    }
    return 0;
}

bool smtpspec_is_reverse_path(struct smtpspec_span span, bool eight_bit)
{
    return smtpspec_span_equal(span, SMTPSPEC_SPAN("<>")) ||
           is_path(span, eight_bit);
}

bool smtpspec_is_forward_path(struct smtpspec_span span, bool eight_bit)
{
    return smtpspec_span_equal_nocase(span, SMTPSPEC_SPAN("<Postmaster>")) ||
           is_path(span, eight_bit);
}
