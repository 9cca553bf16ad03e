/* SPDX-License-Identifier: MIT */
/*
 * command_caps.c - how often a server bears each command on one connection
 */
#include "run/command_caps.h"

#include <stdio.h>
#include <string.h>

/* More is no limit that matters to anybody. */
#define MOST 9999

static enum smtpspec_command counted_as(enum smtpspec_command command)
{
    return command == SMTPSPEC_COMMAND_HELO ? SMTPSPEC_COMMAND_EHLO : command;
}

void smtpspec_command_caps_lower(struct smtpspec_command_caps *caps,
                                 enum smtpspec_command command, unsigned most)
{
    uint16_t *limit = &caps->most[counted_as(command)];

    if (most > 0 && most <= MOST && (*limit == 0 || most < *limit))
        *limit = (uint16_t)most;
}

unsigned smtpspec_command_caps_most(const struct smtpspec_command_caps *caps,
                                    enum smtpspec_command command)
{
    return caps->most[counted_as(command)];
}

void smtpspec_command_use_count(struct smtpspec_command_use *use,
                                enum smtpspec_command command)
{
    uint16_t *count = &use->of[counted_as(command)];

    if (*count < UINT16_MAX)
        (*count)++;
}

void smtpspec_command_use_add(struct smtpspec_command_use *use,
                              const struct smtpspec_command_use *more)
{
    for (unsigned i = 0; i < SMTPSPEC_COMMAND_COUNT; i++)
        use->of[i] = (uint16_t)(use->of[i] + more->of[i]);
}

bool smtpspec_command_caps_bear(const struct smtpspec_command_caps *caps,
                                const struct smtpspec_command_use *use,
                                const struct smtpspec_command_use *more,
                                enum smtpspec_command *command)
{
    for (unsigned i = 0; i < SMTPSPEC_COMMAND_COUNT; i++) {
        if (caps->most[i] == 0 || more->of[i] == 0 ||
            (unsigned)use->of[i] + more->of[i] <= caps->most[i])
            continue;
        if (command != NULL)
            *command = (enum smtpspec_command)i;
        return false;
    }
    return true;
}

/* --- Text ----------------------------------------------------------------- */

/* Whether it is ever sent by itself. */
static bool is_sent(enum smtpspec_command command)
{
    return command != SMTPSPEC_COMMAND_UNSET &&
           command != SMTPSPEC_COMMAND_CONNECT &&
           command != SMTPSPEC_COMMAND_DATA_END &&
           command != SMTPSPEC_COMMAND_AUTH_CONTINUE;
}

static enum smtpspec_command command_of(struct smtpspec_span name)
{
    if (smtpspec_span_equal_nocase(name, SMTPSPEC_SPAN("EHLO+HELO")))
        return SMTPSPEC_COMMAND_EHLO;
    for (unsigned i = 0; i < SMTPSPEC_COMMAND_COUNT; i++) {
        enum smtpspec_command command = (enum smtpspec_command)i;

        if (is_sent(command) &&
            smtpspec_span_equal_nocase(
                name, smtpspec_span_of(smtpspec_command_name(command))))
            return command;
    }
    return SMTPSPEC_COMMAND_UNSET;
}

/* 0 where it is no number from 1 to MOST. */
static unsigned number_of(struct smtpspec_span text)
{
    unsigned number = 0;

    if (text.length == 0 || text.length > 4)
        return 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return 0;
        number = 10 * number + (unsigned)(text.at[i] - '0');
    }
    return number;
}

static bool is_between(char octet)
{
    return octet == ' ' || octet == ',';
}

static bool take_one(struct smtpspec_command_caps *caps,
                     struct smtpspec_span part, char *why, size_t cap)
{
    size_t sign = smtpspec_span_find(part, '=');
    enum smtpspec_command command =
        command_of(smtpspec_span_head(part, sign));
    unsigned most = number_of(smtpspec_span_skip(part, sign + 1));

    if (command == SMTPSPEC_COMMAND_UNSET)
        snprintf(why, cap, "no command '%.*s'", (int)sign, part.at);
    else if (most == 0)
        snprintf(why, cap, "'%.*s' wants a number from 1 to %d",
                 (int)part.length, part.at, MOST);
    else
        smtpspec_command_caps_lower(caps, command, most);
    return command != SMTPSPEC_COMMAND_UNSET && most > 0;
}

bool smtpspec_command_caps_read(struct smtpspec_command_caps *caps,
                                struct smtpspec_span text, char *why,
                                size_t cap)
{
    memset(caps, 0, sizeof(*caps));
    while (text.length > 0) {
        size_t length = 0;

        while (length < text.length && !is_between(text.at[length]))
            length++;
        if (length > 0 &&
            !take_one(caps, smtpspec_span_head(text, length), why, cap))
            return false;
        text = smtpspec_span_skip(text, length + 1);
    }
    return true;
}

size_t smtpspec_command_caps_write(const struct smtpspec_command_caps *caps,
                                   char *out, size_t cap)
{
    size_t at = 0;

    if (cap > 0)
        out[0] = '\0';
    for (unsigned i = 0; i < SMTPSPEC_COMMAND_COUNT; i++) {
        const char *name =
            i == SMTPSPEC_COMMAND_EHLO
                ? "EHLO+HELO" : smtpspec_command_name((enum smtpspec_command)i);

        if (caps->most[i] > 0)
            at += (size_t)snprintf(at < cap ? out + at : NULL,
                                   at < cap ? cap - at : 0, "%s%s=%u",
                                   at > 0 ? " " : "", name,
                                   (unsigned)caps->most[i]);
    }
    return at;
}
