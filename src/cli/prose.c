/* SPDX-License-Identifier: MIT */
/*
 * prose.c - wrapped lines and aligned tables on stdout
 */
#include "cli/prose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* Text tables: widest line, narrowest last column. */
#define TABLE_WIDTH 100
#define LAST_LEAST 24

void smtpspec_prose(unsigned at, unsigned indent, unsigned width,
                    const char *text)
{
    bool first = true;

    while (*text != '\0') {
        size_t word;

        text += strspn(text, " ");
        word = strcspn(text, " ");
        if (word == 0)
            break;
        if (!first && at + 1 + word > width) {
            printf("\n%*s", (int)indent, "");
            at = indent;
            first = true;
        }
        printf("%s%.*s", first ? "" : " ", (int)word, text);
        at += (unsigned)word + (first ? 0 : 1);
        first = false;
        text += word;
    }
    putchar('\n');
}

void smtpspec_table_begin(struct smtpspec_table *table,
                          enum smtpspec_table_format format,
                          const struct smtpspec_table_column columns[],
                          size_t column_count)
{
    *table = (struct smtpspec_table){ .format = format,
                                      .columns = columns,
                                      .column_count = column_count };
}

void smtpspec_table_row(struct smtpspec_table *table,
                        const char *const cells[])
{
    size_t count = table->column_count;

    if (table->failed)
        return;
    if (table->rows == table->room) {
        size_t room = table->room > 0 ? 2 * table->room : 64;
        char **more = realloc(table->cells, room * count * sizeof(*more));

        if (more == NULL) {
            table->failed = true;
            return;
        }
        table->cells = more;
        table->room = room;
    }
    for (size_t i = 0; i < count; i++) {
        char *copy = strdup(cells[i]);

        table->cells[table->rows * count + i] = copy;
        table->failed = table->failed || copy == NULL;
    }
    table->rows++;
}

static const char *cell(const struct smtpspec_table *table, size_t row,
                        size_t column)
{
    return table->cells[row * table->column_count + column];
}

static void print_tsv(const struct smtpspec_table *table)
{
    for (size_t row = 0; row < table->rows; row++) {
        bool first = true;

        for (size_t i = 0; i < table->column_count; i++) {
            if (table->columns[i].text_only)
                continue;
            if (!first)
                putchar('\t');
            first = false;
            for (const char *at = cell(table, row, i); *at != '\0'; at++)
                putchar(*at == '\t' || *at == '\n' ? ' ' : *at);
        }
        putchar('\n');
    }
}

/* The last column stands at `left`. */
static unsigned widths_of(const struct smtpspec_table *table,
                          unsigned widths[])
{
    unsigned left = 0;

    for (size_t i = 0; i + 1 < table->column_count; i++) {
        widths[i] = (unsigned)strlen(table->columns[i].name);
        for (size_t row = 0; row < table->rows; row++)
            if (strlen(cell(table, row, i)) > widths[i])
                widths[i] = (unsigned)strlen(cell(table, row, i));
        left += widths[i] + 2;
    }
    return left;
}

static void print_text(const struct smtpspec_table *table)
{
    unsigned widths[SMTPSPEC_TABLE_COLUMNS_KEPT] = { 0 };
    unsigned left = widths_of(table, widths);
    unsigned width = left + LAST_LEAST > TABLE_WIDTH ? left + LAST_LEAST
                                                     : TABLE_WIDTH;
    size_t last = table->column_count - 1;

    for (size_t i = 0; i < last; i++)
        printf("%-*s", (int)widths[i] + 2, table->columns[i].name);
    printf("%s\n", table->columns[last].name);
    for (size_t row = 0; row < table->rows; row++) {
        unsigned pending = 0; /* no blanks at the end of a line */

        for (size_t i = 0; i < last; i++) {
            const char *text = cell(table, row, i);

            printf("%*s%s", text[0] != '\0' ? (int)pending : 0, "", text);
            if (text[0] != '\0')
                pending = 0;
            pending += widths[i] + 2 - (unsigned)strlen(text);
        }
        if (cell(table, row, last)[0] != '\0')
            printf("%*s", (int)pending, "");
        smtpspec_prose(left, left, width, cell(table, row, last));
    }
}

static json_t *value_of(const struct smtpspec_table_column *column,
                        const char *text)
{
    if (column->number && text[0] != '\0' &&
        text[strspn(text, "0123456789")] == '\0')
        return json_integer(strtol(text, NULL, 10));
    return json_string(text);
}

static bool print_json(const struct smtpspec_table *table)
{
    json_t *rows = json_array();
    bool good = rows != NULL;

    for (size_t row = 0; good && row < table->rows; row++) {
        json_t *object = json_object();

        for (size_t i = 0; i < table->column_count; i++)
            if (json_object_set_new(
                    object, table->columns[i].name,
                    value_of(&table->columns[i], cell(table, row, i))) != 0)
                good = false;
        if (json_array_append_new(rows, object) != 0)
            good = false;
    }
    if (good) {
        /* Whether stdout took it is asked at the end. */
        json_dumpf(rows, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(rows);
    return good;
}

bool smtpspec_table_end(struct smtpspec_table *table)
{
    bool good = !table->failed;

    if (good && table->format == SMTPSPEC_TABLE_TSV)
        print_tsv(table);
    else if (good && table->format == SMTPSPEC_TABLE_TEXT)
        print_text(table);
    else if (good)
        good = print_json(table);
    for (size_t i = 0; i < table->rows * table->column_count; i++)
        free(table->cells[i]);
    free(table->cells);
    table->cells = NULL;
    table->rows = table->room = 0;
    return good;
}
