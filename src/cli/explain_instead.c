/* SPDX-License-Identifier: MIT */
/*
 * explain_instead.c - which other codes a server may send instead of one
 */
#include "cli/explain.h"

#include <stdio.h>
#include <string.h>

#include <smtpspec/rules.h>

#include "cli/list_rules.h"

/* Whether a text in force lists the code for the command by itself: rows for a
 * whole class, or for every command, tell nothing of one code. */
static bool may_get(enum smtpspec_command command, unsigned code)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);

    for (size_t i = 0; i < count; i++)
        if (rules[i].command == command && rules[i].code == code &&
            !rules[i].whole_class &&
            smtpspec_list_rule_can_hold(&rules[i], SMTPSPEC_PROFILE_MODERN))
            return true;
    return false;
}

/* Whether any command may get it: a code of no text in force stands for none,
 * and what may come instead is asked of all commands. */
static bool is_listed(unsigned code)
{
    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT; i++)
        if (may_get((enum smtpspec_command)i, code))
            return true;
    return false;
}

/* Commands that may get `other`, of those that may get `code`; "" for none. */
static void commands_of(unsigned code, bool listed, unsigned other, char *out,
                        size_t cap)
{
    size_t length = 0;

    out[0] = '\0';
    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT; i++) {
        enum smtpspec_command command = (enum smtpspec_command)i;

        if ((listed && !may_get(command, code)) || !may_get(command, other) ||
            length >= cap)
            continue;
        length += (size_t)snprintf(out + length, cap - length, "%s%s",
                                   length > 0 ? " " : "",
                                   smtpspec_command_name(command));
    }
}

void smtpspec_explain_answers(unsigned code)
{
    char commands[300];

    commands_of(code, false, code, commands, sizeof(commands));
    if (commands[0] != '\0')
        smtpspec_explain_item("Answers", commands);
}

/* The codes first*100 + second*10 + z. */
static void put_codes(unsigned code, unsigned first, const char *heading)
{
    bool listed = is_listed(code), any = false;
    unsigned from = first * 100 + code / 10 % 10 * 10;

    for (unsigned other = from; other < from + 10; other++) {
        const struct smtpspec_code_advice *advice =
            smtpspec_code_advice_of(other);
        char commands[300], name[100], text[420];

        if (other == code || advice == NULL)
            continue;
        commands_of(code, listed, other, commands, sizeof(commands));
        if (commands[0] == '\0')
            continue;
        if (!any)
            printf("\n%s\n", heading);
        any = true;
        snprintf(name, sizeof(name), "%u", other);
        snprintf(text, sizeof(text), "%s: %s", advice->name, commands);
        smtpspec_explain_names(name, text);
    }
}

void smtpspec_explain_instead(unsigned code)
{
    if (code < 400 || code > 559)
        return;
    if (code < 500) {
        put_codes(code, 4, "What a server may send instead, for now");
        put_codes(code, 5, "What a server may send instead, for good");
    } else {
        put_codes(code, 5, "What a server may send instead, for good");
        put_codes(code, 4, "What a server may send instead, for now");
    }
}
