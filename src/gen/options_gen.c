/* SPDX-License-Identifier: MIT */
/*
 * options_gen.c - write the rows of options.def for ci/completion and ci/man
 *
 * Run when these are built, on the machine that builds them. A row is a line,
 * its columns have tabs between them: command, kind of row, letter, name, kind
 * of value, name of the value, words, text, usage. Another spelling of an
 * option has the value of the option.
 */
#include <stdio.h>

#include "cli/options.h"

static const char *const kinds[SMTPSPEC_ROW_COUNT] = {
    [SMTPSPEC_ROW_VERB] = "verb",       [SMTPSPEC_ROW_PROSE] = "prose",
    [SMTPSPEC_ROW_SECTION] = "section", [SMTPSPEC_ROW_ITEM] = "item",
    [SMTPSPEC_ROW_OPTION] = "option",   [SMTPSPEC_ROW_ALIAS] = "alias",
    [SMTPSPEC_ROW_STATUS] = "status",   [SMTPSPEC_ROW_EXAMPLE] = "example",
};

static const char *const values[SMTPSPEC_VALUE_COUNT] = {
    [SMTPSPEC_VALUE_NONE] = "none",     [SMTPSPEC_VALUE_ANY] = "any",
    [SMTPSPEC_VALUE_WORDS] = "words",   [SMTPSPEC_VALUE_FILE] = "file",
    [SMTPSPEC_VALUE_FOLDER] = "folder", [SMTPSPEC_VALUE_LISTED] = "listed",
    [SMTPSPEC_VALUE_BEGINS] = "begins", [SMTPSPEC_VALUE_REPORT] = "report",
};

static const char *const verbs[] = {
    [SMTPSPEC_VERB_UNSET] = "",
#define VERB(id, name, usage, operand, text) [SMTPSPEC_VERB_##id] = #name,
#include "cli/options.def"
};

/* Where the value of a row stands: that of another spelling is the option's. */
static const struct smtpspec_option_value *
value_of(const struct smtpspec_option_row *row)
{
    size_t i = 0;

    if (row->kind != SMTPSPEC_ROW_ALIAS)
        return &row->value;
    while (smtpspec_option_rows[i].kind != SMTPSPEC_ROW_OPTION ||
           smtpspec_option_rows[i].id != row->id)
        i++;
    return &smtpspec_option_rows[i].value;
}

static const char *or_nothing(const char *text)
{
    return text != NULL ? text : "";
}

int main(void)
{
    for (size_t i = 0; i < smtpspec_option_row_count; i++) {
        const struct smtpspec_option_row *row = &smtpspec_option_rows[i];
        const struct smtpspec_option_value *value = value_of(row);

        printf("%s\t%s\t", verbs[row->verb], kinds[row->kind]);
        if (row->letter != 0)
            putchar(row->letter);
        if (row->kind == SMTPSPEC_ROW_STATUS)
            printf("\t%d", row->id);
        else
            printf("\t%s", or_nothing(row->name));
        printf("\t%s\t%s\t%s\t%s\t%s\n", values[value->kind],
               or_nothing(value->name), or_nothing(value->words),
               or_nothing(row->text), or_nothing(row->usage));
    }
    return fflush(stdout) != 0;
}
