/* SPDX-License-Identifier: MIT */
/*
 * values.c - values of options, and command lines to print
 */
#include "cli/values.h"

#include <string.h>

/* A day: more is a slip. */
#define TIMEOUT_LIMIT 86400

bool smtpspec_cli_number(const char *text, uint64_t most, uint64_t *out)
{
    uint64_t value = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        uint64_t digit = (uint64_t)(*text - '0');

        if (*text < '0' || *text > '9' || digit > most ||
            value > (most - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool smtpspec_cli_milliseconds(const char *text, uint64_t *out)
{
    char whole[8];
    size_t digits = strcspn(text, ".");
    uint64_t seconds = 0, unit = 100, ms = 0;

    if (digits >= sizeof(whole))
        return false;
    memcpy(whole, text, digits);
    whole[digits] = '\0';
    if (!smtpspec_cli_number(digits > 0 ? whole : "0", TIMEOUT_LIMIT, &seconds))
        return false;
    text += digits;
    if (*text == '.') {
        for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
            ms += (uint64_t)(*text - '0') * unit;
        if (digits == 0 && text[-1] == '.')
            return false;
    }
    *out = seconds * 1000 + ms;
    return *text == '\0' && *out > 0;
}

enum smtpspec_outcome smtpspec_cli_fail_on(int choice)
{
    return choice == 0 ? SMTPSPEC_OUTCOME_WARN : SMTPSPEC_OUTCOME_FAIL;
}

static void put(struct smtpspec_shell_line *line, char octet)
{
    if (line->length + 1 < line->cap)
        line->out[line->length] = octet;
    line->length++;
}

static bool is_plain(const char *word)
{
    const char *at = word;

    /* By ranges: strspn() makes a table of its letters at each call. */
    while ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
           (*at != '\0' && strchr("0123456789-_=+:,./@%", *at) != NULL))
        at++;
    return at != word && *at == '\0';
}

void smtpspec_shell_word(struct smtpspec_shell_line *line, const char *word)
{
    bool plain = is_plain(word);

    if (line->length > 0)
        put(line, ' ');
    if (!plain)
        put(line, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            put(line, '\'');
            put(line, '\\');
            put(line, '\'');
        }
        put(line, *word);
    }
    if (!plain)
        put(line, '\'');
}

void smtpspec_shell_option(struct smtpspec_shell_line *line,
                           const char *option, const char *value)
{
    if (value == NULL)
        return;
    smtpspec_shell_word(line, option);
    smtpspec_shell_word(line, value);
}
