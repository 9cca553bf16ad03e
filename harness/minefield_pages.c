/* SPDX-License-Identifier: MIT */
/*
 * minefield_pages.c - the matrix of readers and vectors, for people
 *
 * One Markdown page and one HTML page that needs nothing beside itself. What
 * a reader or a vector says is escaped for each.
 */
#define _GNU_SOURCE

#include "minefield.h"

/* Of an input no more than this is shown. */
#define INPUT_SHOWN 56

/* --- What both pages need ------------------------------------------------ */

/* The group is the id up to its first point. */
static size_t group_length(const struct vector *vector)
{
    return strcspn(vector->id, ".");
}

static bool same_group(const struct vector *a, const struct vector *b)
{
    size_t length = group_length(a);

    return length == group_length(b) && strncmp(a->id, b->id, length) == 0;
}

/* The first vector after the group that begins at `start`. */
static size_t group_end(const struct minefield *field, size_t start)
{
    size_t end = start;

    while (end < field->vector_count &&
           same_group(&field->vectors[start], &field->vectors[end]))
        end++;
    return end;
}

/* How many vectors [start, end) of that result there are, and how many a
 * reader read as it should. */
static unsigned tally(const struct minefield *field, size_t start, size_t end,
                      enum result result, size_t column, unsigned *total)
{
    unsigned count = 0;

    *total = 0;
    for (size_t i = start; i < end; i++) {
        const struct vector *vector = &field->vectors[i];

        if (vector->result != result)
            continue;
        ++*total;
        count += mark_grade(vector, vector->cells[column].mark) ==
                 GRADE_GOOD;
    }
    return count;
}

static void show_input(const struct vector *vector, char *out, size_t cap)
{
    size_t shown = vector->input.length < INPUT_SHOWN ? vector->input.length
                                                      : INPUT_SHOWN;
    size_t length = smtpspec_span_escape(
        smtpspec_span_head(vector->input, shown), out, cap);

    if (shown < vector->input.length && length < cap)
        snprintf(out + length, cap - length, " ... (%zu octets)",
                 vector->input.length);
}

static const char *const columns[RESULT_COUNT] = {
    [RESULT_VALID] = "valid, taken as expected",
    [RESULT_ACCEPTABLE] = "acceptable, taken as expected or refused",
    [RESULT_INVALID] = "invalid, refused or warned of",
};

static FILE *open_page(const char *path)
{
    return fopen(path, "w");
}

/* --- Markdown ------------------------------------------------------------ */

/* Inside of a cell, as code; a vertical line would end the cell. */
static void put_markdown(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|' || *text == '`' || *text == '<' || *text == '&')
            fprintf(out, "&#%d;", *text);
        else
            fputc(*text, out);
    }
}

static void markdown_readers(FILE *out, const struct minefield *field,
                             const char *first)
{
    fprintf(out, "\n| %s |", first);
    for (size_t i = 0; i < field->reader_count; i++) {
        fputc(' ', out);
        put_markdown(out, field->readers[i].name);
        fprintf(out, " |");
    }
    fprintf(out, "\n| --- |");
    for (size_t i = 0; i < field->reader_count; i++)
        fprintf(out, " --- |");
    fprintf(out, "\n");
}

static void markdown_summary(FILE *out, const struct minefield *field,
                             enum result result)
{
    fprintf(out, "\n## %s\n", columns[result]);
    markdown_readers(out, field, "group");
    for (size_t start = 0, end; start < field->vector_count; start = end) {
        unsigned total;

        end = group_end(field, start);
        tally(field, start, end, result, 0, &total);
        if (total == 0)
            continue;
        fprintf(out, "| %.*s |", (int)group_length(&field->vectors[start]),
                field->vectors[start].id);
        for (size_t i = 0; i < field->reader_count; i++)
            fprintf(out, " %u/%u |",
                    tally(field, start, end, result, i, &total), total);
        fprintf(out, "\n");
    }
}

static void markdown_vector(FILE *out, const struct minefield *field,
                            const struct vector *vector)
{
    char shown[300];

    show_input(vector, shown, sizeof(shown));
    fprintf(out, "| %s<br><code>", vector->id);
    put_markdown(out, shown);
    fprintf(out, "</code> | %c | %s |", result_name(vector->result)[0],
            vector->codes);
    for (size_t i = 0; i < field->reader_count; i++) {
        const struct cell *cell = &vector->cells[i];

        fprintf(out, " %c", mark_sign(cell->mark));
        if (cell->mark == MARK_OTHER || cell->mark == MARK_SILENT) {
            fputc(' ', out);
            put_markdown(out, cell->said);
        }
        fprintf(out, " |");
    }
    fprintf(out, "\n");
}

bool minefield_write_markdown(const struct minefield *field, const char *path)
{
    FILE *out = open_page(path);

    if (out == NULL)
        return false;
    fprintf(out, "# Readers of SMTP replies over %zu vectors\n\n"
                 "| reader | version |\n| --- | --- |\n",
            field->vector_count);
    for (size_t i = 0; i < field->reader_count; i++) {
        fprintf(out, "| %s | ", field->readers[i].name);
        put_markdown(out, field->readers[i].works
                              ? field->readers[i].worker.version
                              : "cannot be started");
        fprintf(out, " |\n");
    }
    fprintf(out, "\nSigns:");
    for (unsigned mark = 0; mark < MARK_COUNT; mark++)
        fprintf(out, " `%c` %s%s", mark_sign((enum mark)mark),
                mark_name((enum mark)mark),
                mark + 1 < MARK_COUNT ? "," : ".");
    fprintf(out, "\nBehind `!` and `.` stand the codes that a reader gave.\n");
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        markdown_summary(out, field, (enum result)result);
    fprintf(out, "\n## Every vector\n");
    markdown_readers(out, field, "vector | result | codes");
    for (size_t i = 0; i < field->vector_count; i++)
        markdown_vector(out, field, &field->vectors[i]);
    return fclose(out) == 0;
}

/* --- HTML ---------------------------------------------------------------- */

static void put_html(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '<' || *text == '>' || *text == '&' || *text == '"' ||
            *text == '\'')
            fprintf(out, "&#%d;", *text);
        else
            fputc(*text, out);
    }
}

static const char style[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;"
    "max-width:80em;padding:0 1em;color:#222;background:#fff}\n"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}\n"
    "table{border-collapse:collapse}\n"
    "th,td{border:1px solid #ccc;padding:.2em .5em;text-align:left;"
    "vertical-align:top}\n"
    "thead th{background:#f3f3f3;position:sticky;top:0}\n"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}\n"
    "td.g2{background:#d9f2dc}td.g1{background:#fff3c9}"
    "td.g0{background:#fbd7d4}\n"
    "td.m{font-size:.85em;min-width:5.5em}\n"
    "code{font-size:.85em;word-break:break-all;white-space:pre-wrap}\n"
    "small{color:#555}summary{cursor:pointer;font-weight:600;"
    "margin:.6em 0}\n"
    ".key span{padding:.1em .5em;margin-right:.5em}\n";

static void html_head(FILE *out, const struct minefield *field)
{
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"en\"><head>"
            "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            "content=\"width=device-width\">\n"
            "<title>Readers of SMTP replies</title>\n<style>\n%s</style>"
            "</head><body>\n<h1>Readers of SMTP replies over %zu "
            "vectors</h1>\n",
            style, field->vector_count);
    fprintf(out, "<table><thead><tr><th>reader<th>version</tr></thead>\n");
    for (size_t i = 0; i < field->reader_count; i++) {
        fprintf(out, "<tr><td>");
        put_html(out, field->readers[i].name);
        fprintf(out, "<td>");
        put_html(out, field->readers[i].works
                          ? field->readers[i].worker.version
                          : "cannot be started");
        fprintf(out, "</tr>\n");
    }
    fprintf(out,
            "</table>\n<p>A <b>valid</b> stream must be taken as expected; "
            "an <b>acceptable</b> one may be taken so or refused; an "
            "<b>invalid</b> one should be refused, or its caller be warned. A "
            "cell says what the "
            "reader did, and which codes it gave where they are not the "
            "expected ones.</p>\n"
            "<p class=\"key\"><span style=\"background:#d9f2dc\">as it "
            "should</span><span style=\"background:#fff3c9\">tolerable"
            "</span><span style=\"background:#fbd7d4\">not so</span></p>\n");
}

static void html_readers(FILE *out, const struct minefield *field,
                         const char *first)
{
    fprintf(out, "<table><thead><tr>%s", first);
    for (size_t i = 0; i < field->reader_count; i++) {
        fprintf(out, "<th>");
        put_html(out, field->readers[i].name);
    }
    fprintf(out, "</tr></thead>\n");
}

static void html_summary(FILE *out, const struct minefield *field,
                         enum result result)
{
    fprintf(out, "<h2>%s</h2>\n", columns[result]);
    html_readers(out, field, "<th>group");
    for (size_t start = 0, end; start < field->vector_count; start = end) {
        unsigned total, good;

        end = group_end(field, start);
        tally(field, start, end, result, 0, &total);
        if (total == 0)
            continue;
        fprintf(out, "<tr><td>%.*s",
                (int)group_length(&field->vectors[start]),
                field->vectors[start].id);
        for (size_t i = 0; i < field->reader_count; i++) {
            good = tally(field, start, end, result, i, &total);
            fprintf(out, "<td class=\"n g%d\">%u/%u",
                    good == total ? 2 : good > 0 ? 1 : 0, good, total);
        }
        fprintf(out, "</tr>\n");
    }
    fprintf(out, "</table>\n");
}

static void html_vector(FILE *out, const struct minefield *field,
                        const struct vector *vector)
{
    char shown[300];

    show_input(vector, shown, sizeof(shown));
    fprintf(out, "<tr><td id=\"");
    put_html(out, vector->id);
    fprintf(out, "\">");
    put_html(out, vector->id);
    fprintf(out, "<br><code>");
    put_html(out, shown);
    fprintf(out, "</code><br><small>");
    put_html(out, vector->comment);
    fprintf(out, " (");
    put_html(out, vector->section);
    fprintf(out, ")</small><td>%s<td>", result_name(vector->result));
    put_html(out, vector->codes);
    for (size_t i = 0; i < field->reader_count; i++) {
        const struct cell *cell = &vector->cells[i];

        fprintf(out, "<td class=\"m g%u\">%s",
                (unsigned)mark_grade(vector, cell->mark),
                mark_name(cell->mark));
        if (cell->mark == MARK_SAME || cell->mark == MARK_WARNED ||
            cell->mark == MARK_TEXT || cell->said[0] == '\0')
            continue;
        fprintf(out, "<br><small>");
        put_html(out, cell->said);
        fprintf(out, "</small>");
    }
    fprintf(out, "</tr>\n");
}

bool minefield_write_html(const struct minefield *field, const char *path)
{
    FILE *out = open_page(path);

    if (out == NULL)
        return false;
    html_head(out, field);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        html_summary(out, field, (enum result)result);
    fprintf(out, "<h2>Every vector</h2>\n");
    for (size_t start = 0, end; start < field->vector_count; start = end) {
        end = group_end(field, start);
        fprintf(out, "<details%s><summary>%.*s: %zu</summary>\n",
                start == 0 ? " open" : "",
                (int)group_length(&field->vectors[start]),
                field->vectors[start].id, end - start);
        html_readers(out, field,
                     "<th>vector<th>result<th>codes expected");
        for (size_t i = start; i < end; i++)
            html_vector(out, field, &field->vectors[i]);
        fprintf(out, "</table></details>\n");
    }
    fprintf(out, "</body></html>\n");
    return fclose(out) == 0;
}
