/* SPDX-License-Identifier: MIT */
/*
 * explain_words.c - the pages of an enhanced code, a reply line, a command
 * and a case
 */
#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include <smtpspec/reply.h>
#include <smtpspec/rules.h>

#include "case/result.h"
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

/* --- a reply line ------------------------------------------------------ */

static void put_defects(unsigned defects)
{
    bool any = false;

    for (int i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        enum smtpspec_defect defect = (enum smtpspec_defect)i;
        char where[80], text[240];

        if ((defects & SMTPSPEC_BIT(i)) == 0)
            continue;
        smtpspec_reference_write(smtpspec_defect_reference(defect), where,
                                 sizeof(where));
        snprintf(text, sizeof(text), "%s (%s, %s, %s)",
                 smtpspec_defect_text(defect), smtpspec_defect_name(defect),
                 smtpspec_level_name(smtpspec_defect_level(defect)), where);
        smtpspec_explain_item(any ? "" : "Defects", text);
        any = true;
    }
}

void smtpspec_explain_line(struct smtpspec_span line)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line record = { 0 };
    struct smtpspec_span end = SMTPSPEC_SPAN("\r\n");
    size_t count;
    char shown[400], text[500];

    smtpspec_reply_init(&parser);
    smtpspec_reply_feed(&parser, line, &record, 1, &count);
    if (line.length == 0 || line.at[line.length - 1] != '\n')
        smtpspec_reply_feed(&parser, end, &record, 1, &count);
    smtpspec_span_escape(line, shown, sizeof(shown));
    printf("%s\n\n", shown);
    snprintf(text, sizeof(text), "reply line with code %03u, %s", record.code,
             record.separator == '-' ? "more lines follow"
                                     : "the last or only one");
    smtpspec_explain_item("Line", text);
    put_defects(record.defects);
    if (record.status.class_digit != 0)
        smtpspec_explain_status(record.status);
    putchar('\n');
    smtpspec_explain_code(record.code);
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

/* --- a case ------------------------------------------------------------ */

static void put_step(const struct smtpspec_step *step)
{
    char text[200], codes[100];

    smtpspec_codes_write(&step->codes, codes, sizeof(codes));
    switch (step->kind) {
    case SMTPSPEC_STEP_CLIENT:
    case SMTPSPEC_STEP_RAW:
        smtpspec_span_escape(step->text, text, sizeof(text));
        printf("  C%c %s\n", step->kind == SMTPSPEC_STEP_RAW ? '>' : ':',
               text);
        break;
    case SMTPSPEC_STEP_CLOSED:
        printf("  S: (closes the connection)\n");
        break;
    case SMTPSPEC_STEP_SILENT:
        printf("  S: (sends nothing)\n");
        break;
    case SMTPSPEC_STEP_TLS:
        printf("     (TLS handshake)\n");
        break;
    case SMTPSPEC_STEP_TLS_END:
        printf("  C: (ends TLS and goes on in clear)\n");
        break;
    case SMTPSPEC_STEP_HANG_UP:
        printf("  C: (closes the connection)\n");
        break;
    case SMTPSPEC_STEP_OFFERS:
        printf("  S: (%s %.*s)\n", step->denied ? "does not list" : "lists",
               (int)step->text.length, step->text.at);
        break;
    default:
        printf("  S: %s%s\n", step->denied ? "anything but " : "",
               step->any ? "any code that the rules allow" : codes);
    }
}

void smtpspec_explain_case(const struct smtpspec_case *of)
{
    char text[400];

    printf("%.*s  a conformance case\n\n", (int)of->id.length, of->id.at);
    smtpspec_span_escape(of->title, text, sizeof(text));
    smtpspec_explain_item("Title", text);
    smtpspec_explain_item(
        "Level", smtpspec_level_name((enum smtpspec_level)of->level));
    if (of->reference.length > 0) {
        char raw[200];

        snprintf(raw, sizeof(raw), "%.*s", (int)of->reference.length,
                 of->reference.at);
        smtpspec_reference_write(raw, text, sizeof(text));
        smtpspec_explain_item("Rests on", text);
    }
    snprintf(text, sizeof(text), "after %s%s%s%s",
             smtpspec_given_name((enum smtpspec_given)of->given),
             (of->flags & SMTPSPEC_CASE_INTRUSIVE) != 0 ? ", intrusive" : "",
             (of->flags & SMTPSPEC_CASE_NEEDS_TO) != 0 ? ", needs --to" : "",
             (of->flags & SMTPSPEC_CASE_ALONE) != 0 ? ", on a connection alone"
                                                    : "");
    smtpspec_explain_item("Begins", text);
    printf("\nSteps\n");
    for (unsigned i = 0; i < of->step_count; i++)
        put_step(&of->steps[i]);
    printf("\nRun it alone: smtpspec check --only %.*s TARGET\n",
           (int)of->id.length, of->id.at);
}
