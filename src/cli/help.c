/* SPDX-License-Identifier: MIT */
/*
 * help.c - the pages of --help, of the rows of options.def
 */
#include "cli/options.h"

#include <stdbool.h>
#include <string.h>

/* Where the meaning of a word or an option stands, and where a line ends. */
#define TEXT_COLUMN 25
#define LINE_END 79

/* Prints words and breaks lines between them. */
struct page {
    FILE *out;
    size_t column, indent;
};

static void put_word(struct page *page, const char *word, size_t length)
{
    bool first = page->column <= page->indent;

    if (!first && page->column + 1 + length > LINE_END) {
        fputc('\n', page->out);
        page->column = 0;
        first = true;
    }
    if (page->column < page->indent) {
        fprintf(page->out, "%*s", (int)(page->indent - page->column), "");
        page->column = page->indent;
    }
    if (!first)
        page->column += (size_t)fprintf(page->out, " ");
    fprintf(page->out, "%.*s", (int)length, word);
    page->column += length;
}

/* The words of a list, as "a, b, c", and behind the last what follows it. */
static void put_list(struct page *page, const char *words, const char *behind,
                     size_t behind_length)
{
    char word[80];

    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        bool last = words[length] == '\0';
        int size = snprintf(word, sizeof(word), "%.*s%.*s", (int)length,
                            words, last ? (int)behind_length : 1,
                            last ? behind : ",");

        put_word(page, word, (size_t)size);
        words += length + !last;
    }
}

/* A paragraph, and the end of its last line. */
static void put_text(struct page *page, const char *text, const char *words)
{
    while (*text != '\0') {
        size_t length = strcspn(text, " ");

        if (words != NULL && strncmp(text, "{}", 2) == 0)
            put_list(page, words, text + 2, length - 2);
        else
            put_word(page, text, length);
        text += length;
        text += *text == ' ';
    }
    fputc('\n', page->out);
    page->column = 0;
}

/* What stands left of the meaning; where it is too long the meaning begins on
 * a line of its own. */
static void put_term(struct page *page, int length, const char *text,
                     const char *words)
{
    page->column = (size_t)length;
    page->indent = TEXT_COLUMN;
    if (page->column + 2 > TEXT_COLUMN) {
        fputc('\n', page->out);
        page->column = 0;
    }
    put_text(page, text, words);
    page->indent = 0;
}

static void put_option(struct page *page, const struct smtpspec_option_row *row)
{
    int length = fprintf(page->out, "  ");

    if (row->letter != 0)
        length += fprintf(page->out, "-%c, ", row->letter);
    length += fprintf(page->out, "--%s", row->name);
    if (row->value.name != NULL)
        length += fprintf(page->out, " %s", row->value.name);
    put_term(page, length, row->text, row->value.words);
}

static void put_status(struct page *page, const struct smtpspec_option_row *row)
{
    fprintf(page->out, "  %3d  ", row->id);
    page->column = page->indent = 7;
    put_text(page, row->text, NULL);
    page->indent = 0;
}

static void put_example(struct page *page,
                        const struct smtpspec_option_row *row)
{
    fprintf(page->out, "  %s\n", row->name);
    page->indent = 6;
    put_text(page, row->text, NULL);
    page->indent = 0;
}

/* A paragraph, a heading or a list of another kind begins behind a blank
 * line. */
static void put_gap(struct page *page, const struct smtpspec_option_row *row,
                    enum smtpspec_row_kind before)
{
    bool follows = before == row->kind || before == SMTPSPEC_ROW_SECTION ||
                   (before == SMTPSPEC_ROW_OPTION &&
                    row->kind == SMTPSPEC_ROW_ITEM);

    if (!follows || row->kind == SMTPSPEC_ROW_PROSE)
        fputc('\n', page->out);
    if (before == row->kind)
        return;
    if (row->kind == SMTPSPEC_ROW_STATUS)
        fputs("Exit status:\n", page->out);
    if (row->kind == SMTPSPEC_ROW_EXAMPLE)
        fputs("Examples:\n", page->out);
}

static void put_row(struct page *page, const struct smtpspec_option_row *row)
{
    switch (row->kind) {
    case SMTPSPEC_ROW_VERB:
        fprintf(page->out, "usage: smtpspec %s %s\n", row->name, row->usage);
        break;
    case SMTPSPEC_ROW_PROSE:
        put_text(page, row->text, NULL);
        break;
    case SMTPSPEC_ROW_SECTION:
        fprintf(page->out, "%s:\n", row->text);
        break;
    case SMTPSPEC_ROW_ITEM:
        put_term(page, fprintf(page->out, "  %s", row->name), row->text, NULL);
        break;
    case SMTPSPEC_ROW_OPTION:
        put_option(page, row);
        break;
    case SMTPSPEC_ROW_STATUS:
        put_status(page, row);
        break;
    case SMTPSPEC_ROW_EXAMPLE:
        put_example(page, row);
        break;
    default:
        break;
    }
}

const char *smtpspec_verb_name(enum smtpspec_verb verb)
{
    static const char *const names[] = {
        [SMTPSPEC_VERB_UNSET] = "",
#define VERB(id, name, usage, operand, text) [SMTPSPEC_VERB_##id] = #name,
#include "cli/options.def"
    };

    return names[verb];
}

void smtpspec_help_print(FILE *out, enum smtpspec_verb verb)
{
    struct page page = { out, 0, 0 };
    enum smtpspec_row_kind before = SMTPSPEC_ROW_VERB;

    for (size_t i = 0; i < smtpspec_option_row_count; i++) {
        const struct smtpspec_option_row *row = &smtpspec_option_rows[i];

        if (row->verb != verb || row->kind == SMTPSPEC_ROW_ALIAS)
            continue;
        if (row->kind != SMTPSPEC_ROW_VERB)
            put_gap(&page, row, before);
        put_row(&page, row);
        before = row->kind;
    }
}

void smtpspec_help_verbs(FILE *out)
{
    for (size_t i = 0; i < smtpspec_option_row_count; i++)
        if (smtpspec_option_rows[i].kind == SMTPSPEC_ROW_VERB)
            fprintf(out, "  %-9s %s\n", smtpspec_option_rows[i].name,
                    smtpspec_option_rows[i].text);
}
