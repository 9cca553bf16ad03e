/* SPDX-License-Identifier: MIT */
/*
 * unknown.c - what to say of a name that nobody knows, with those that it may
 * have meant
 */
#include "cli/unknown.h"

#include <stdio.h>
#include <string.h>

#include "run/nearest.h"
#include "server/server.h"

/* As much as a terminal shows on a line. */
#define SHOWN 80

static int shown(struct smtpspec_span name)
{
    return (int)(name.length < SHOWN ? name.length : SHOWN);
}

void smtpspec_unknown_misdeed(struct smtpspec_span name, char *out,
                              size_t cap)
{
    struct smtpspec_nearest nearest = { .word = name };
    char meant[256];

    for (unsigned i = 0; i < SMTPSPEC_MISDEED_COUNT; i++)
        smtpspec_nearest_offer(&nearest,
                               smtpspec_span_of(smtpspec_misdeed_name(
                                   (enum smtpspec_misdeed)i)));
    for (unsigned i = 0; i < SMTPSPEC_QUIRK_COUNT; i++)
        smtpspec_nearest_offer(&nearest, smtpspec_span_of(smtpspec_quirk_name(
                                             (enum smtpspec_quirk)i)));
    smtpspec_nearest_write(&nearest, meant, sizeof(meant));
    snprintf(out, cap, "unknown misdeed or quirk '%.*s'%s", shown(name),
             name.at,
             meant[0] != '\0' ? meant
                              : " (see `smtpspec list misdeeds`, quirks)");
}

void smtpspec_unknown_option(enum smtpspec_verb verb, const char *word,
                             char *out, size_t cap)
{
    struct smtpspec_nearest nearest = {
        .word = { word, strcspn(word, "=") }
    };
    char meant[256];

    for (size_t i = 0; i < smtpspec_option_row_count; i++) {
        const struct smtpspec_option_row *row = &smtpspec_option_rows[i];
        char name[SMTPSPEC_NEAREST_ROOM];

        if (row->verb != verb || row->kind != SMTPSPEC_ROW_OPTION)
            continue;
        snprintf(name, sizeof(name), "--%s", row->name);
        smtpspec_nearest_offer(&nearest, smtpspec_span_of(name));
    }
    smtpspec_nearest_write(&nearest, meant, sizeof(meant));
    snprintf(out, cap, "unknown option '%.80s'%s", word, meant);
}

void smtpspec_unknown_command(const char *word, char *out, size_t cap)
{
    struct smtpspec_nearest nearest = { .word = smtpspec_span_of(word) };
    char meant[256];

    for (size_t i = 0; i < smtpspec_option_row_count; i++)
        if (smtpspec_option_rows[i].kind == SMTPSPEC_ROW_VERB)
            smtpspec_nearest_offer(
                &nearest, smtpspec_span_of(smtpspec_option_rows[i].name));
    smtpspec_nearest_write(&nearest, meant, sizeof(meant));
    snprintf(out, cap, "unknown %s '%.80s'%s",
             word[0] == '-' ? "option" : "command", word,
             meant[0] != '\0' ? meant
                              : " (smtpspec --help lists the commands)");
}
