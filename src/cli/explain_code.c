/* SPDX-License-Identifier: MIT */
/*
 * explain_code.c - the page of a reply code: what it means, by whose word,
 * who disagrees, what helps, and which commands may get it
 */
#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include <smtpspec/rules.h>

#include "cli/list_rules.h"
#include "cli/prose.h"
#include "rules/sources.h"

/* Columns: of the text behind a label. */
#define LABEL 10

void smtpspec_explain_item(const char *label, const char *text)
{
    printf("%-*s", LABEL, label);
    smtpspec_prose(LABEL, LABEL, SMTPSPEC_PROSE_WIDTH, text);
}

static bool is_grammatical(unsigned code)
{
    return code >= 200 && code <= 559 && code / 10 % 10 <= 5;
}

/* Whether the catalogue has the code, and whether as LOCAL alone. */
static size_t entries_of(unsigned code, bool *local)
{
    size_t count, found = 0;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);

    *local = false;
    for (size_t i = 0; i < count; i++)
        if (entries[i].code == code) {
            found++;
            *local = entries[i].kind == SMTPSPEC_CODE_LOCAL;
        }
    return found;
}

static void put_digits(unsigned code)
{
    char text[160];
    const char *first = smtpspec_digit_text(1, code / 100);
    const char *second = smtpspec_digit_text(2, code / 10 % 10);

    snprintf(text, sizeof(text), "%uyz: %s", code / 100,
             first[0] != '\0' ? first : "no reply code begins so");
    smtpspec_explain_item("Digits", text);
    snprintf(text, sizeof(text), "x%uz: %s", code / 10 % 10,
             second[0] != '\0' ? second
                               : "no reply code has that second digit");
    smtpspec_explain_item("", text);
}

/* The name line, and what can be said where no source helps. */
static void put_head(unsigned code, size_t entries, bool local)
{
    const struct smtpspec_code_advice *advice = smtpspec_code_advice_of(code);

    printf("%03u  %s\n\n", code,
           advice != NULL ? advice->name : "no source defines this code");
    put_digits(code);
    if (!is_grammatical(code))
        smtpspec_explain_item("Sent", "Never by a server: it does not fit "
                                      "the grammar of reply codes, "
                                      "[2-5][0-5][0-9] (RFC 5321, 4.2).");
    else if (local)
        smtpspec_explain_item("Sent", "Never by a server: a client notes it "
                                      "by itself.");
    else if (entries == 0)
        smtpspec_explain_item("Sent", "By no standard. Who meets it goes by "
                                      "its first digit (RFC 5321, 4.2.1) and "
                                      "reads the text.");
    if (advice == NULL)
        return;
    smtpspec_explain_item("Cause", advice->cause);
    smtpspec_explain_item("Remedy", advice->remedy);
}

/* The founding documents are the first sources; RFCs and others follow. */
static bool is_document(uint8_t source)
{
    return source != SMTPSPEC_SOURCE_NONE &&
           source <= SMTPSPEC_SOURCE_GUIDE550;
}

void smtpspec_explain_names(const char *names, const char *meaning)
{
    int at = printf("  %s", names);

    if (at > 24) {
        putchar('\n');
        at = 0;
    }
    printf("%*s", 26 - at, "");
    smtpspec_prose(26, 26, SMTPSPEC_PROSE_WIDTH, meaning);
}

/* What sources say, one line for all that say the same. */
static void put_meanings(unsigned code, bool documents, const char *heading)
{
    size_t count;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        char names[160] = "";
        bool said = false;

        if (entries[i].code != code ||
            is_document(entries[i].source) != documents)
            continue;
        for (size_t k = 0; k < count; k++) {
            size_t length = strlen(names);

            if (entries[k].code != code ||
                is_document(entries[k].source) != documents ||
                strcmp(entries[k].meaning, entries[i].meaning) != 0)
                continue;
            said = said || k < i;
            snprintf(names + length, sizeof(names) - length, "%s%s",
                     length > 0 ? " " : "",
                     smtpspec_source_name(entries[k].source));
        }
        if (said)
            continue;
        if (!any)
            printf("\n%s\n", heading);
        any = true;
        smtpspec_explain_names(names, entries[i].meaning);
    }
    if (!any && !documents)
        printf("\nNo RFC gives it a meaning.\n");
}

/* Documents that have a list without this code. */
static void put_silent(unsigned code)
{
    size_t count;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);
    char text[200] = "";

    for (unsigned source = 1; source < SMTPSPEC_SOURCE_COUNT; source++) {
        bool lists = false, has = false;
        size_t length = strlen(text);

        if (!is_document((uint8_t)source))
            continue;
        for (size_t i = 0; i < count; i++)
            if (entries[i].source == source) {
                lists = true;
                has = has || entries[i].code == code;
            }
        if (lists && !has)
            snprintf(text + length, sizeof(text) - length, "%s%s",
                     length > 0 ? " " : "",
                     smtpspec_source_name((uint8_t)source));
    }
    if (text[0] != '\0')
        smtpspec_explain_names("(not listed)", text);
}

static bool allows(const struct smtpspec_reply_rule *rule, unsigned code)
{
    return rule->whole_class ? rule->code / 100u == code / 100
                             : rule->code == code;
}

/* Commands to which one source allows the code, by rows that are in force
 * today or by the others; "" for none. */
static void commands_of(uint8_t source, unsigned code, bool modern,
                        char *out, size_t cap)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);

    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(out);
        const char *mark =
            rules[i].phase == SMTPSPEC_PHASE_ANY_IF ? " (on a condition)"
            : rules[i].whole_class                  ? " (whole class)"
                                                    : "";

        if (rules[i].source == source && allows(&rules[i], code) &&
            smtpspec_list_rule_can_hold(&rules[i], SMTPSPEC_PROFILE_MODERN) ==
                modern)
            snprintf(out + length, cap - length, "%s%s%s",
                     length > 0 ? " " : "",
                     smtpspec_list_rule_command(&rules[i]), mark);
    }
}

/* By the rows of profile modern, or by all others. */
static void put_commands(unsigned code, bool modern, const char *heading)
{
    bool any = false;

    for (unsigned source = 1; source < SMTPSPEC_SOURCE_COUNT; source++) {
        char commands[300];

        commands_of((uint8_t)source, code, modern, commands,
                    sizeof(commands));
        if (commands[0] == '\0')
            continue;
        if (!any)
            printf("\n%s\n", heading);
        any = true;
        smtpspec_explain_names(smtpspec_source_name((uint8_t)source), commands);
    }
    if (!any && modern)
        printf("\nNo text in force allows it to any command.\n");
}

/* "550" in "451 550", or "any", or "5yz". */
static bool goes_with(const char *basic, unsigned code)
{
    char word[8];

    for (; *basic != '\0'; basic += strspn(basic, " ")) {
        size_t length = strcspn(basic, " ");

        snprintf(word, sizeof(word), "%.*s", (int)length, basic);
        basic += length;
        if (length == 3 && word[0] == (char)('0' + code / 100) &&
            ((word[1] == 'y' && word[2] == 'z') ||
             (word[1] == (char)('0' + code / 10 % 10) &&
              word[2] == (char)('0' + code % 10))))
            return true;
    }
    return false;
}

static void put_enhanced(unsigned code)
{
    size_t count;
    const struct smtpspec_enhanced_entry *entries =
        smtpspec_enhanced_entries(&count);
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        char status[32];

        if (!goes_with(entries[i].basic, code))
            continue;
        if (!any)
            printf("\nEnhanced codes that the registry pairs with it\n");
        any = true;
        snprintf(status, sizeof(status), "%u.%u.%u", code / 100,
                 entries[i].subject, entries[i].detail);
        smtpspec_explain_names(status, entries[i].name);
    }
}

void smtpspec_explain_disputes(unsigned code, enum smtpspec_command command)
{
    static const struct {
        unsigned code;
        enum smtpspec_command command;
        const char *text;
    } rows[] = {
#define DISPUTE(code, command, text)                                        \
    { code, SMTPSPEC_COMMAND_##command, text },
#include "rules/disputes.def"
#undef DISPUTE
    };
    bool any = false;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        bool about = code != 0 ? rows[i].code == code
                               : rows[i].command == command &&
                                     command != SMTPSPEC_COMMAND_UNSET;
        int at;

        if (!about)
            continue;
        if (!any)
            printf("\nWho disagrees\n");
        any = true;
        at = printf("  ");
        if (code == 0 && rows[i].code != 0)
            at += printf("%u: ", rows[i].code);
        else if (code != 0 && rows[i].command != SMTPSPEC_COMMAND_UNSET)
            at += printf("%s: ", smtpspec_command_name(rows[i].command));
        smtpspec_prose((unsigned)at, 4, SMTPSPEC_PROSE_WIDTH, rows[i].text);
    }
}

void smtpspec_explain_code_briefly(unsigned code)
{
    const struct smtpspec_code_advice *advice = smtpspec_code_advice_of(code);

    printf("%03u  %s\n\n", code,
           advice != NULL ? advice->name : "no source defines this code");
    put_digits(code);
    smtpspec_explain_answers(code);
    smtpspec_explain_instead(code);
    printf("\nAll that is said of it: smtpspec explain %03u\n", code);
}

void smtpspec_explain_code(unsigned code)
{
    bool local;
    size_t entries = entries_of(code, &local);

    put_head(code, entries, local);
    if (entries == 0)
        return;
    if (!local) {
        put_commands(code, true,
                     "Which commands may get it, by texts in force");
        smtpspec_explain_instead(code);
    }
    put_meanings(code, false, "What RFCs, drafts and the registry say");
    put_meanings(code, true, "What the founding documents say");
    put_silent(code);
    smtpspec_explain_disputes(code, SMTPSPEC_COMMAND_UNSET);
    if (local)
        return;
    put_enhanced(code);
    put_commands(code, false, "Which commands, by older texts and documents");
}
