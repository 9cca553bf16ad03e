/* SPDX-License-Identifier: MIT */
/*
 * result.c - references as people read them
 */
#include "case/result.h"

#include <string.h>

static void put(char *out, size_t cap, size_t *length, const char *text,
                size_t count)
{
    for (size_t i = 0; i < count; i++, (*length)++) {
        if (*length + 1 < cap)
            out[*length] = text[i];
    }
}

/* Digits and a colon, as in "5321:3.3". */
static bool is_rfc(struct smtpspec_span part)
{
    size_t digits = 0;

    while (digits < part.length && part.at[digits] >= '0' &&
           part.at[digits] <= '9')
        digits++;
    return digits > 0 && digits < part.length && part.at[digits] == ':';
}

size_t smtpspec_reference_write(const char *reference, char *out, size_t cap)
{
    struct smtpspec_span rest = smtpspec_span_of(reference);
    size_t length = 0;

    /* Several may stand in one: "5321:3.1; 7504:3", "5321:4.3.2, 3.4". */
    while (rest.length > 0) {
        size_t end = smtpspec_span_find(rest, ';');
        struct smtpspec_span part = smtpspec_span_head(rest, end);

        rest = smtpspec_span_skip(rest, end + 1);
        while (part.length > 0 && part.at[0] == ' ')
            part = smtpspec_span_skip(part, 1);
        if (length > 0)
            put(out, cap, &length, "; ", 2);
        if (is_rfc(part)) {
            size_t colon = smtpspec_span_find(part, ':');

            put(out, cap, &length, "RFC ", 4);
            put(out, cap, &length, part.at, colon);
            put(out, cap, &length, ", ", 2);
            part = smtpspec_span_skip(part, colon + 1);
        }
        put(out, cap, &length, part.at, part.length);
    }
    if (cap > 0)
        out[length < cap ? length : cap - 1] = '\0';
    return length;
}

/* The digits behind "RFC ", where ", " comes next; else 0. */
static size_t number_length(struct smtpspec_span part)
{
    static const char before[] = "RFC ", after[] = ", ";
    size_t digits = 0;

    if (part.length < 4 || memcmp(part.at, before, 4) != 0)
        return 0;
    part = smtpspec_span_skip(part, 4);
    while (digits < part.length && part.at[digits] >= '0' &&
           part.at[digits] <= '9')
        digits++;
    return part.length - digits >= 2 &&
                   memcmp(part.at + digits, after, 2) == 0
               ? digits : 0;
}

size_t smtpspec_reference_read(const char *text, char *out, size_t cap)
{
    struct smtpspec_span rest = smtpspec_span_of(text);
    size_t length = 0;

    while (rest.length > 0) {
        size_t digits = number_length(rest), end;

        if (digits > 0) {
            put(out, cap, &length, rest.at + 4, digits);
            put(out, cap, &length, ":", 1);
            rest = smtpspec_span_skip(rest, 4 + digits + 2);
        }
        end = smtpspec_span_find(rest, ';');
        while (end < rest.length &&
               (rest.at[end] == ';' || rest.at[end] == ' '))
            end++;
        put(out, cap, &length, rest.at, end);
        rest = smtpspec_span_skip(rest, end);
    }
    if (cap > 0)
        out[length < cap ? length : cap - 1] = '\0';
    return length;
}
