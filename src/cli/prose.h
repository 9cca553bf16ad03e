/* SPDX-License-Identifier: MIT */
/*
 * prose.h - text for people: wrapped lines and aligned tables
 *
 * Floor 7, cli. All goes to stdout; whether it got there is asked once, at
 * the end, by smtpspec_cli_finish().
 */
#ifndef SMTPSPEC_PROSE_H
#define SMTPSPEC_PROSE_H

#include <stdbool.h>
#include <stddef.h>

/* Columns that prose keeps to. */
#define SMTPSPEC_PROSE_WIDTH 78

/*
 * Print `text`, broken at blanks, no line longer than `width` columns where
 * words allow. The cursor stands at column `at`; further lines begin at
 * `indent`. Ends the last line. An empty text prints only the line end.
 */
void smtpspec_prose(unsigned at, unsigned indent, unsigned width,
                    const char *text);

/* How a table is printed. */
enum smtpspec_table_format {
    SMTPSPEC_TABLE_TEXT, /* aligned, with a heading; last column wrapped     */
    SMTPSPEC_TABLE_TSV,  /* no heading; a blank for a tab in a cell          */
    SMTPSPEC_TABLE_JSON  /* an array of objects                              */
};

/* Columns that a table may have. */
#define SMTPSPEC_TABLE_COLUMNS_KEPT 8

struct smtpspec_table_column {
    const char *name;    /* heading, and key in JSON                         */
    bool number;         /* JSON: a cell of digits alone is a number         */
    bool text_only;      /* left out of TSV                                  */
};

/* Rows are kept until the end, for the widths. */
struct smtpspec_table {
    enum smtpspec_table_format format;
    const struct smtpspec_table_column *columns;
    size_t column_count;
    char **cells;        /* row by row                                       */
    size_t rows, room;   /* room: rows that `cells` has room for             */
    bool failed;         /* no memory: smtpspec_table_end() will tell        */
};

void smtpspec_table_begin(struct smtpspec_table *table,
                          enum smtpspec_table_format format,
                          const struct smtpspec_table_column columns[],
                          size_t column_count);

/* One cell for each column; they are copied. */
void smtpspec_table_row(struct smtpspec_table *table,
                        const char *const cells[]);

/* Print it all and free it. False where there was no memory; then nothing
 * was printed. */
bool smtpspec_table_end(struct smtpspec_table *table);

#endif
