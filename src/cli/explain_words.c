/* SPDX-License-Identifier: MIT */
/*
 * explain_words.c - the pages of an enhanced code and of a command
 */
#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include <smtpspec/rules.h>

#include "cli/list_rules.h"
#include "cli/prose.h"
#include "rules/sources.h"

static const struct smtpspec_enhanced_entry *
entry_of(struct smtpspec_status status)
{
    size_t count;
    const struct smtpspec_enhanced_entry *entries =
        smtpspec_enhanced_entries(&count);

    for (size_t i = 0; i < count; i++)
        if (entries[i].subject == status.subject &&
            entries[i].detail == status.detail)
            return &entries[i];
    return NULL;
}

const char *smtpspec_explain_status_name(struct smtpspec_status status)
{
    const struct smtpspec_enhanced_entry *entry = entry_of(status);

    return entry != NULL ? entry->name : "";
}

void smtpspec_explain_status(struct smtpspec_status status)
{
    const struct smtpspec_enhanced_entry *entry = entry_of(status);
    char text[300];

    if (entry == NULL)
        snprintf(text, sizeof(text),
                 "X.%u.%u is not registered. Class %u: %s.", status.subject,
                 status.detail, status.class_digit,
                 smtpspec_digit_text(1, status.class_digit));
    else
        snprintf(text, sizeof(text),
                 "X.%u.%u: %s (%s %s). Class %u: %s. Goes with %s.",
                 status.subject, status.detail, entry->name,
                 strncmp(entry->reference, "draft", 5) == 0 ? "by" : "RFC",
                 entry->reference, status.class_digit,
                 smtpspec_digit_text(1, status.class_digit),
                 entry->basic[0] == '\0' ? "no code that the registry names"
                 : strcmp(entry->basic, "any") == 0 ? "any code"
                                                    : entry->basic);
    smtpspec_explain_item("Registry", text);
}

/* What 5.2.3 would be by errorcodes and blog2015: 523; 0 where digits are
 * too many. */
static unsigned joined(struct smtpspec_status status)
{
    if (status.subject > 9 || status.detail > 9)
        return 0;
    return status.class_digit * 100u + status.subject * 10u + status.detail;
}

void smtpspec_explain_split(struct smtpspec_status status)
{
    unsigned code = joined(status);
    char name[16], text[400];

    smtpspec_status_write(status, name, sizeof(name));
    printf("%s  an enhanced status code (RFC 3463)\n\n", name);
    smtpspec_explain_status(status);
    if (code == 0)
        return;
    snprintf(text, sizeof(text),
             "Two of the founding documents (errorcodes, blog2015) hold that "
             "%s and %u are one code in two spellings. They are not: an "
             "enhanced code stands behind the reply code, and the registry "
             "gives it a meaning of its own.",
             name, code);
    smtpspec_explain_item("Claim", text);
    printf("\nBy that claim:\n\n");
    smtpspec_explain_code(code);
}

/* --- a command --------------------------------------------------------- */

/* The texts that one holds against each other; each is a profile, too. */
static const enum smtpspec_profile bases[] = {
    SMTPSPEC_PROFILE_KB234,
    SMTPSPEC_PROFILE_RFC821,
    SMTPSPEC_PROFILE_RFC2821,
    SMTPSPEC_PROFILE_RFC5321,
};

/* A bit for each of those that lists the code; 0 in `*known` where a text
 * has no row at all for the command. */
static unsigned listed_in(enum smtpspec_command command, unsigned code,
                          unsigned *known)
{
    unsigned set = 0;

    *known = 0;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(bases); i++) {
        struct smtpspec_terms terms = { .profile = bases[i] };
        enum smtpspec_listing listing =
            smtpspec_rules_look_up(&terms, command, (uint16_t)code, NULL);

        if (listing != SMTPSPEC_LISTING_NO_ROW)
            *known |= SMTPSPEC_BIT(i);
        if (listing == SMTPSPEC_LISTING_LISTED)
            set |= SMTPSPEC_BIT(i);
    }
    return set;
}

static void put_set(unsigned set, const char *codes)
{
    char names[120] = "";

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(bases); i++) {
        size_t length = strlen(names);

        if ((set & SMTPSPEC_BIT(i)) != 0)
            snprintf(names + length, sizeof(names) - length, " %s",
                     smtpspec_profile_name(bases[i]));
    }
    printf(" %s", names);
    printf("%*s", (int)(34 - strlen(names)), "");
    smtpspec_prose(36, 36, SMTPSPEC_PROSE_WIDTH, codes);
}

/* Which of the four allow which codes, "any command" counted in. */
static void put_agreement(enum smtpspec_command command)
{
    unsigned known;

    listed_in(command, 250, &known);
    /* One text alone has nobody to disagree with. */
    if ((known & (known - 1)) == 0)
        return;
    printf("\nBy the four texts of SMTP, codes for every command included\n");
    for (unsigned set = SMTPSPEC_BIT(SMTPSPEC_ARRAY_LEN(bases)) - 1; set > 0;
         set--) {
        char codes[200] = "";

        for (unsigned code = 200; code <= 559; code++) {
            size_t length = strlen(codes);
            unsigned ignored;

            if (listed_in(command, code, &ignored) == set)
                snprintf(codes + length, sizeof(codes) - length, "%s%u",
                         length > 0 ? " " : "", code);
        }
        if (codes[0] != '\0')
            put_set(set, codes);
    }
}

/* The rows of one source for the command, by kind. */
static bool put_source(uint8_t source, enum smtpspec_command command)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);
    char text[200] = "";
    int kind = -1;

    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(text);
        char code[4];

        if (rules[i].source != source || rules[i].command != (unsigned)command)
            continue;
        smtpspec_list_rule_code(&rules[i], code);
        if (rules[i].kind != kind)
            snprintf(text + length, sizeof(text) - length, "%s%s: %s",
                     length > 0 ? "; " : "",
                     smtpspec_kind_name((enum smtpspec_kind)rules[i].kind),
                     code);
        else
            snprintf(text + length, sizeof(text) - length, " %s", code);
        kind = rules[i].kind;
    }
    if (text[0] == '\0')
        return false;
    printf("  %-12s", smtpspec_source_name(source));
    smtpspec_prose(14, 14, SMTPSPEC_PROSE_WIDTH, text);
    return true;
}

void smtpspec_explain_command(enum smtpspec_command command)
{
    bool any = false;

    printf("%s  which codes may answer it\n\nBy source\n",
           smtpspec_command_name(command));
    for (unsigned source = 1; source < SMTPSPEC_SOURCE_COUNT; source++)
        any = put_source((uint8_t)source, command) || any;
    if (!any)
        printf("  No source has a row for it; an unknown verb gets 500 "
               "(RFC 5321, 4.2.4).\n");
    put_agreement(command);
    smtpspec_explain_disputes(0, command);
}
