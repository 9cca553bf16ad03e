/* SPDX-License-Identifier: MIT */
/*
 * span.c - octets with a length: comparing, cutting, and the one escape
 *
 * Letters match by ASCII alone, because SMTP's keywords do (RFC 5321, 2.4)
 * and no locale may change what a reply means.
 */
#include <string.h>

#include <smtpspec/base.h>

struct smtpspec_span smtpspec_span_of(const char *string)
{
    return (struct smtpspec_span){ string, strlen(string) };
}

extern inline bool smtpspec_span_is_empty(struct smtpspec_span span);
extern inline struct smtpspec_span
smtpspec_span_skip(struct smtpspec_span span, size_t count);
extern inline struct smtpspec_span
smtpspec_span_head(struct smtpspec_span span, size_t count);
extern inline size_t smtpspec_span_find(struct smtpspec_span span, char octet);

static bool is_blank(char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r';
}

struct smtpspec_span smtpspec_span_trim(struct smtpspec_span span)
{
    while (span.length > 0 && is_blank(span.at[0]))
        span = smtpspec_span_skip(span, 1);
    while (span.length > 0 && is_blank(span.at[span.length - 1]))
        span.length--;
    return span;
}

bool smtpspec_span_equal(struct smtpspec_span a, struct smtpspec_span b)
{
    /* memcmp() may not be given the NULL that an empty span may hold. */
    return a.length == b.length &&
           (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

static char lower(char octet)
{
    return octet >= 'A' && octet <= 'Z' ? (char)(octet - 'A' + 'a') : octet;
}

static bool are_alike(char a, char b)
{
    return a == b || lower(a) == lower(b);
}

/* Whether four octets are the same, or else differ in the bit of their case
 * alone, which says nothing of what are no letters (`*in_case`). */
static bool are_close(const char *a, const char *b, uint32_t *in_case)
{
    uint32_t one, other;

    memcpy(&one, a, sizeof(one));
    memcpy(&other, b, sizeof(other));
    *in_case |= one ^ other;
    return ((one ^ other) & ~UINT32_C(0x20202020)) == 0;
}

bool smtpspec_span_equal_nocase(struct smtpspec_span a, struct smtpspec_span b)
{
    uint32_t in_case = a.length < 4;
    size_t last = a.length - 4;

    if (a.length != b.length)
        return false;
    for (size_t i = 0; i < a.length && a.length >= 4; i += 4) {
        size_t at = i < last ? i : last;

        if (!are_close(a.at + at, b.at + at, &in_case))
            return false;
    }
    for (size_t i = 0; i < a.length && in_case != 0; i++)
        if (!are_alike(a.at[i], b.at[i]))
            return false;
    return true;
}

bool smtpspec_span_starts_nocase(struct smtpspec_span span,
                                 struct smtpspec_span prefix)
{
    return span.length >= prefix.length &&
           smtpspec_span_equal_nocase(
               smtpspec_span_head(span, prefix.length), prefix);
}

/* How `octet` is shown; returns how many of the four octets are used. */
static size_t escape_octet(unsigned char octet, char shown[4])
{
    static const char digits[] = "0123456789abcdef";

    if (octet >= 0x20 && octet <= 0x7e && octet != '\\') {
        shown[0] = (char)octet;
        return 1;
    }
    shown[0] = '\\';
    shown[1] = 'x';
    shown[2] = digits[octet >> 4];
    shown[3] = digits[octet & 15];
    return 4;
}

size_t smtpspec_span_escape(struct smtpspec_span span, char *out, size_t cap)
{
    size_t whole = 0, written = 0;

    for (size_t i = 0; i < span.length; i++) {
        char shown[4];
        size_t length = escape_octet((unsigned char)span.at[i], shown);

        /* Once one did not fit nothing more is written, or what is left
         * would read as if octets had been lost in the middle. */
        if (written == whole && cap > length && written < cap - length) {
            memcpy(out + written, shown, length);
            written += length;
        }
        whole += length;
    }
    if (cap > 0)
        out[written] = '\0';
    return whole;
}
