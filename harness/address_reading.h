/* SPDX-License-Identifier: MIT */
/*
 * address_reading.h - the grammar of addresses, read a second time
 * (RFC 5321, 4.1.2 and 4.1.3; RFC 6531, 3.3)
 *
 * What src/wire/address.c reads octet by octet is cut at its signs here; the
 * numbers of a literal are read by the system. For fuzz targets only.
 */
#ifndef SMTPSPEC_ADDRESS_READING_H
#define SMTPSPEC_ADDRESS_READING_H

#include <arpa/inet.h>
#include <string.h>

#include <smtpspec/base.h>

static inline bool is_letter_or_digit(char octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
           (octet >= 'a' && octet <= 'z');
}

/* How long the UTF-8 character of more than one octet at the front is, by the
 * number that it stands for; 0 where there is none (RFC 3629, 3 and 4). */
static inline size_t reading_utf8(struct smtpspec_span text)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned lead = text.length > 0 ? (unsigned char)text.at[0] : 0;
    size_t length = lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3
                  : lead >> 3 == 30 ? 4 : 0;
    uint32_t number = lead & (0xffu >> (length + 1));

    if (length == 0 || length > text.length)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text.at[i] & 0xc0) != 0x80)
            return 0;
        number = number << 6 | ((unsigned char)text.at[i] & 0x3f);
    }
    return number >= least[length] && number <= 0x10ffff &&
                   number >> 11 != 0x1b /* surrogates */
               ? length : 0;
}

/* Stands for a character of more than one octet. */
#define READING_WIDE '\x01'

/* The text, each character of more than one octet one sign; false where an
 * octet over 127 is left, or where none may be. `out` has room for it. */
static inline bool reading_flatten(struct smtpspec_span text, bool eight_bit,
                                   char *out, struct smtpspec_span *flat)
{
    size_t length = 0;

    while (text.length > 0) {
        size_t wide = reading_utf8(text);

        if (wide == 0 && (unsigned char)text.at[0] >= 0x80)
            return false;
        if ((wide > 0 && !eight_bit) || text.at[0] == READING_WIDE)
            return false;
        out[length++] = wide > 0 ? READING_WIDE : text.at[0];
        text = smtpspec_span_skip(text, wide > 0 ? wide : 1);
    }
    *flat = (struct smtpspec_span){ out, length };
    return true;
}

/* Take what stands before the first `sign` off the front, and the sign. */
static inline struct smtpspec_span reading_cut(struct smtpspec_span *rest,
                                               char sign)
{
    size_t at = smtpspec_span_find(*rest, sign);
    struct smtpspec_span part = smtpspec_span_head(*rest, at);

    *rest = smtpspec_span_skip(*rest, at + 1);
    return part;
}

/* Parts with one `sign` between two of them, each of which is good. */
static inline bool reading_are_all(struct smtpspec_span text, char sign,
                                   bool (*is_good)(struct smtpspec_span))
{
    bool more;

    do {
        more = smtpspec_span_find(text, sign) < text.length;
        if (!is_good(reading_cut(&text, sign)))
            return false;
    } while (more);
    return true;
}

static inline bool reading_is_label(struct smtpspec_span label)
{
    for (size_t i = 0; i < label.length; i++)
        if (!is_letter_or_digit(label.at[i]) && label.at[i] != '-' &&
            label.at[i] != READING_WIDE)
            return false;
    return label.length > 0 && label.at[0] != '-' &&
           label.at[label.length - 1] != '-';
}

static inline bool reading_is_atom(struct smtpspec_span atom)
{
    for (size_t i = 0; i < atom.length; i++)
        if (!is_letter_or_digit(atom.at[i]) && atom.at[i] != READING_WIDE &&
            (atom.at[i] == '\0' ||
             strchr("!#$%&'*+-/=?^_`{|}~", atom.at[i]) == NULL))
            return false;
    return atom.length > 0;
}

static inline bool reading_is_domain(struct smtpspec_span text, bool eight_bit)
{
    static char room[4096];

    return text.length <= sizeof(room) &&
           reading_flatten(text, eight_bit, room, &text) &&
           reading_are_all(text, '.', reading_is_label);
}

/* Up to three digits, 255 at most. */
static inline bool reading_is_snum(struct smtpspec_span text)
{
    unsigned value = 0;

    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        value = value * 10 + (unsigned)(text.at[i] - '0');
    }
    return text.length > 0 && text.length <= 3 && value <= 255;
}

static inline bool reading_is_ipv4(struct smtpspec_span text)
{
    unsigned dots = 0;

    for (size_t i = 0; i < text.length; i++)
        dots += text.at[i] == '.';
    return dots == 3 && reading_are_all(text, '.', reading_is_snum);
}

/* How many groups of 16 bits are written out. */
static inline unsigned reading_groups(struct smtpspec_span text)
{
    unsigned groups = 0;

    while (text.length > 0) {
        struct smtpspec_span group = reading_cut(&text, ':');

        groups += group.length > 0;
        groups += smtpspec_span_find(group, '.') < group.length;
    }
    return groups;
}

/* What the system takes, but that "::" stands for two groups at least, and
 * that leading zeros may stand in the numbers of IPv4. */
static inline bool reading_is_ipv6(struct smtpspec_span text)
{
    char copy[64];
    uint8_t address[16];
    size_t length = text.length, last = length;

    if (length > 50 || memchr(text.at, '\0', length) != NULL)
        return false;
    memcpy(copy, text.at, length);
    while (last > 0 && text.at[last - 1] != ':')
        last--;
    if (reading_is_ipv4(smtpspec_span_skip(text, last))) {
        memcpy(copy + last, "0.0.0.0", 7);
        length = last + 7;
    }
    copy[length] = '\0';
    return inet_pton(AF_INET6, copy, address) == 1 &&
           (strstr(copy, "::") == NULL || reading_groups(text) <= 6);
}

static inline bool reading_is_tag(struct smtpspec_span tag)
{
    for (size_t i = 0; i < tag.length; i++)
        if (!is_letter_or_digit(tag.at[i]) && tag.at[i] != '-')
            return false;
    return tag.length > 0 && tag.at[tag.length - 1] != '-';
}

static inline bool reading_is_literal(struct smtpspec_span text)
{
    struct smtpspec_span inside, tag;

    if (text.length < 2 || text.at[0] != '[' ||
        text.at[text.length - 1] != ']')
        return false;
    inside = (struct smtpspec_span){ text.at + 1, text.length - 2 };
    if (reading_is_ipv4(inside))
        return true;
    tag = reading_cut(&inside, ':');
    if (smtpspec_span_equal_nocase(tag, SMTPSPEC_SPAN("ipv6")) &&
        text.at[1 + tag.length] == ':')
        return reading_is_ipv6(inside);
    for (size_t i = 0; i < inside.length; i++)
        if (inside.at[i] <= ' ' || inside.at[i] > '~' ||
            (inside.at[i] >= '[' && inside.at[i] <= ']'))
            return false;
    return reading_is_tag(tag) && inside.length > 0;
}

/* What stands between two quotes: no quote, no lone backslash at the end; a
 * backslash is for ASCII alone (RFC 6531, 3.3). */
static inline bool reading_is_quoted(struct smtpspec_span text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == READING_WIDE)
            continue;
        if (text.at[i] < ' ' || text.at[i] > '~' || text.at[i] == '"')
            return false;
        if (text.at[i] == '\\' &&
            (++i == text.length || text.at[i] < ' ' || text.at[i] > '~'))
            return false;
    }
    return true;
}

/* Cut at an "@". */
static inline bool reading_is_mailbox_at(struct smtpspec_span flat, size_t at)
{
    struct smtpspec_span local = smtpspec_span_head(flat, at);
    struct smtpspec_span host = smtpspec_span_skip(flat, at + 1);

    if (!reading_are_all(host, '.', reading_is_label) &&
        !reading_is_literal(host))
        return false;
    if (local.length >= 2 && local.at[0] == '"' &&
        local.at[local.length - 1] == '"')
        return reading_is_quoted(
            (struct smtpspec_span){ local.at + 1, local.length - 2 });
    return reading_are_all(local, '.', reading_is_atom);
}

static inline bool reading_is_mailbox(struct smtpspec_span text,
                                      bool eight_bit)
{
    static char room[4096];
    struct smtpspec_span flat;

    if (text.length > sizeof(room) ||
        !reading_flatten(text, eight_bit, room, &flat))
        return false;
    for (size_t at = 0; at < flat.length; at++)
        if (flat.at[at] == '@' && reading_is_mailbox_at(flat, at))
            return true;
    return false;
}

static inline bool reading_is_hop(struct smtpspec_span hop)
{
    return hop.length > 0 && hop.at[0] == '@' &&
           reading_is_domain(smtpspec_span_skip(hop, 1), true);
}

/* A path of MAIL (`reverse`) or RCPT; UTF-8 where `eight_bit`. */
static inline bool reading_is_path(struct smtpspec_span path, bool reverse,
                                   bool eight_bit)
{
    struct smtpspec_span inside;

    if (path.length < 2 || path.at[0] != '<' ||
        path.at[path.length - 1] != '>')
        return false;
    inside = (struct smtpspec_span){ path.at + 1, path.length - 2 };
    if (inside.length == 0)
        return reverse;
    if (!reverse &&
        smtpspec_span_equal_nocase(inside, SMTPSPEC_SPAN("postmaster")))
        return true;
    if (inside.at[0] == '@' &&
        !reading_are_all(reading_cut(&inside, ':'), ',', reading_is_hop))
        return false;
    return reading_is_mailbox(inside, eight_bit);
}

#endif
