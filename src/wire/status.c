/* SPDX-License-Identifier: MIT */
/*
 * status.c - enhanced status codes, read and written as a whole (RFC 3463, 2)
 *
 * reply.c reads them an octet at a time by the same rules; the unit tests hold
 * the two against each other.
 */
#include <smtpspec/status.h>

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

/* 1*3digit without a leading zero; moves `*at` behind it. */
static bool read_number(struct smtpspec_span text, size_t *at,
                        uint16_t *number)
{
    size_t first = *at;
    bool zero_leads = first < text.length && text.at[first] == '0';
    unsigned value = 0;

    while (*at < text.length && *at - first < 3 && is_digit(text.at[*at]))
        value = value * 10 + (unsigned)(text.at[(*at)++] - '0');
    *number = (uint16_t)value;
    return *at == first + 1 || (*at > first && !zero_leads);
}

static bool read_dot(struct smtpspec_span text, size_t *at)
{
    return *at < text.length && text.at[(*at)++] == '.';
}

size_t smtpspec_status_parse(struct smtpspec_span text,
                             struct smtpspec_status *status)
{
    struct smtpspec_status read = { 0 };
    size_t at = 1;

    *status = read;
    if (text.length == 0)
        return 0;
    if (text.at[0] != '2' && text.at[0] != '4' && text.at[0] != '5')
        return 0;
    read.class_digit = (uint8_t)(text.at[0] - '0');
    if (!read_dot(text, &at) || !read_number(text, &at, &read.subject) ||
        !read_dot(text, &at) || !read_number(text, &at, &read.detail))
        return 0;
    if (at < text.length && text.at[at] != ' ')
        return 0;
    *status = read;
    return at;
}

/* Write a number below 1000 at `out`; returns how many digits. */
static size_t write_number(unsigned number, char out[3])
{
    size_t length = 0;

    if (number >= 100)
        out[length++] = (char)('0' + number / 100 % 10);
    if (number >= 10)
        out[length++] = (char)('0' + number / 10 % 10);
    out[length++] = (char)('0' + number % 10);
    return length;
}

size_t smtpspec_status_write(struct smtpspec_status status, char *out,
                             size_t cap)
{
    char whole[10] = { 0 };
    size_t length = 0;

    if (status.class_digit == 0)
        return 0;
    whole[length++] = (char)('0' + status.class_digit % 10);
    whole[length++] = '.';
    length += write_number(status.subject, whole + length);
    whole[length++] = '.';
    length += write_number(status.detail, whole + length);
    if (cap <= length)
        return 0;
    for (size_t i = 0; i < length; i++)
        out[i] = whole[i];
    out[length] = '\0';
    return length;
}

bool smtpspec_status_equal(struct smtpspec_status a, struct smtpspec_status b)
{
    return a.class_digit == b.class_digit && a.subject == b.subject &&
           a.detail == b.detail;
}
