/* SPDX-License-Identifier: MIT */
/*
 * base64.c - base64, read and written (RFC 4648, 4; RFC 4954, 4)
 *
 * Bits that padding leaves over need not be 0: RFC 4648, 3.5 lets a decoder
 * choose, and whoever is strict there is so on purpose.
 */
#include <smtpspec/base64.h>

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t smtpspec_base64_write(struct smtpspec_span octets, char *out,
                             size_t cap)
{
    size_t whole = SMTPSPEC_BASE64_ROOM(octets.length);

    if (whole > cap)
        return whole;
    for (size_t i = 0; i < octets.length; i += 3, out += 4) {
        size_t left = octets.length - i;
        uint32_t bits = (uint32_t)(unsigned char)octets.at[i] << 16;

        if (left > 1)
            bits |= (uint32_t)(unsigned char)octets.at[i + 1] << 8;
        if (left > 2)
            bits |= (unsigned char)octets.at[i + 2];
        out[0] = letters[bits >> 18];
        out[1] = letters[bits >> 12 & 63];
        out[2] = left > 1 ? letters[bits >> 6 & 63] : '=';
        out[3] = left > 2 ? letters[bits & 63] : '=';
    }
    return whole;
}

static int value_of(char letter)
{
    for (int i = 0; i < 64; i++)
        if (letters[i] == letter)
            return i;
    return -1;
}

/* Octets that padding takes off the last group of four. */
static size_t padding_of(struct smtpspec_span text)
{
    size_t count = 0;

    while (count < 2 && count < text.length &&
           text.at[text.length - 1 - count] == '=')
        count++;
    return count;
}

bool smtpspec_is_base64(struct smtpspec_span text)
{
    size_t end = text.length - padding_of(text);

    if (text.length % 4 != 0)
        return false;
    for (size_t i = 0; i < end; i++)
        if (value_of(text.at[i]) < 0)
            return false;
    return true;
}

bool smtpspec_base64_read(struct smtpspec_span text, char *out, size_t cap,
                          size_t *length)
{
    uint32_t bits = 0;
    size_t at = 0;

    *length = 0;
    if (!smtpspec_is_base64(text))
        return false;
    *length = text.length / 4 * 3 - padding_of(text);
    if (*length > cap)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        bits = bits << 6 |
               (text.at[i] == '=' ? 0 : (uint32_t)value_of(text.at[i]));
        if (i % 4 != 3)
            continue;
        for (unsigned shift = 24; shift > 0 && at < *length; at++) {
            shift -= 8;
            out[at] = (char)(unsigned char)(bits >> shift & 255);
        }
    }
    return true;
}
