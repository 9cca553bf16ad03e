/* SPDX-License-Identifier: MIT */
/*
 * json_text.c - strings into JSON, and JSON onto a page, as plain ASCII
 */
#include "report/json_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/octet.h"

json_t *smtpspec_json_octets(struct smtpspec_span octets)
{
    size_t length = smtpspec_span_escape(octets, NULL, 0);
    char *text = malloc(length + 1);
    json_t *string;

    if (text == NULL)
        return NULL;
    smtpspec_span_escape(octets, text, length + 1);
    string = json_stringn_nocheck(text, length);
    free(text);
    return string;
}

json_t *smtpspec_json_string(const char *text)
{
    struct smtpspec_span rest;
    json_t *string;
    char *clean;
    size_t length = 0;

    if (text == NULL)
        return json_null();
    rest = smtpspec_span_of(text);
    clean = malloc(4 * rest.length + 1);
    if (clean == NULL)
        return NULL;
    for (size_t i = 0; i < rest.length; i++) {
        if (rest.at[i] == '\\')
            clean[length++] = '\\';
        else
            length += smtpspec_span_escape(
                (struct smtpspec_span){ rest.at + i, 1 }, clean + length, 5);
    }
    string = json_stringn_nocheck(clean, length);
    free(clean);
    return string;
}

bool smtpspec_json_is_plain(const char *text)
{
    while (*text >= 0x20 && *text <= 0x7e)
        text++;
    return *text == '\0';
}

long smtpspec_json_unescape(char *text, size_t length)
{
    size_t out = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\\') {
            text[out++] = text[i];
            continue;
        }
        if (length - i < 4 || text[i + 1] != 'x' ||
            digit_of(text[i + 2]) < 0 || digit_of(text[i + 3]) < 0)
            return -1;
        text[out++] = (char)(unsigned char)(digit_of(text[i + 2]) * 16 +
                                            digit_of(text[i + 3]));
        i += 3;
    }
    return (long)out;
}

bool smtpspec_json_write(FILE *out, json_t *value, size_t flags)
{
    char *text = value != NULL ? json_dumps(value, JSON_ENSURE_ASCII | flags)
                               : NULL;

    json_decref(value);
    if (text == NULL)
        return false;
    /* Of ASCII Jansson leaves only DEL as it is. */
    for (const char *at = text; *at != '\0';) {
        size_t plain = strcspn(at, "\x7f");

        fwrite(at, 1, plain, out);
        at += plain;
        if (*at != '\0') {
            fputs("\\u007f", out);
            at++;
        }
    }
    free(text);
    return true;
}
