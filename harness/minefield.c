/* SPDX-License-Identifier: MIT */
/*
 * minefield.c - other people's readers of replies over our vectors
 *
 *     minefield VECTORS PAGE ADAPTER...
 *
 * Each ADAPTER is a program that speaks the line protocol of
 * adapter_worker.c; its reader has the name of the file. Writes PAGE.md and
 * PAGE.html and prints a line for each reader. How a reader fares is no
 * failure of ours, and of it only that it gave no answer is told of where it
 * crashed: what crashes other people's software is theirs to hear first.
 *
 * Exit status: 0; 1 where the reader `smtpspec` does not read a vector as
 * expected, or an adapter cannot be started or answers what is not of the
 * protocol; 2 where the vectors cannot be read or the pages not be written.
 */
#define _GNU_SOURCE

#include <jansson.h>

#include "minefield.h"

static const struct {
    const char *name;
    char sign;
} marks[MARK_COUNT] = {
    [MARK_SAME] = { "as expected", '=' },
    [MARK_WARNED] = { "warned", 'W' },
    [MARK_TEXT] = { "text differs", '~' },
    [MARK_REFUSED] = { "refused", 'E' },
    [MARK_SILENT] = { "silent", '.' },
    [MARK_OTHER] = { "something else", '!' },
    [MARK_ERROR] = { "no answer", 'x' },
};

const char *result_name(enum result result)
{
    static const char *const names[] = { "valid", "acceptable", "invalid" };

    return result < RESULT_COUNT ? names[result] : "?";
}

const char *mark_name(enum mark mark)
{
    return mark < MARK_COUNT ? marks[mark].name : "?";
}

char mark_sign(enum mark mark)
{
    return mark < MARK_COUNT ? marks[mark].sign : '?';
}

enum grade mark_grade(const struct vector *vector, enum mark mark)
{
    static const unsigned char grades[RESULT_COUNT][MARK_COUNT] = {
        [RESULT_VALID] = { [MARK_SAME] = GRADE_GOOD,
                           [MARK_TEXT] = GRADE_TOLERABLE },
        [RESULT_ACCEPTABLE] = { [MARK_SAME] = GRADE_GOOD,
                                [MARK_WARNED] = GRADE_GOOD,
                                [MARK_REFUSED] = GRADE_GOOD,
                                [MARK_TEXT] = GRADE_TOLERABLE },
        [RESULT_INVALID] = { [MARK_REFUSED] = GRADE_GOOD,
                             [MARK_WARNED] = GRADE_GOOD,
                             [MARK_SAME] = GRADE_TOLERABLE,
                             [MARK_TEXT] = GRADE_TOLERABLE,
                             [MARK_SILENT] = GRADE_TOLERABLE },
    };

    if (vector->cut && mark == MARK_SAME)
        return GRADE_GOOD;
    return (enum grade)grades[vector->result][mark];
}

/* --- Reading the vectors ------------------------------------------------ */

static char *unhex(const char *hex, size_t *length)
{
    char *octets = malloc(strlen(hex) / 2 + 1);
    unsigned octet;
    char *stop, pair[3] = { 0 };

    if (octets == NULL)
        abort();
    for (*length = 0; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        memcpy(pair, hex, 2);
        octet = (unsigned)strtoul(pair, &stop, 16);
        octets[(*length)++] = (char)octet;
    }
    octets[*length] = '\0';
    return octets;
}

static void take_lines(json_t *reply, struct adapter_result *want)
{
    json_t *lines = json_object_get(reply, "lines"), *line;
    json_t *code = json_object_get(reply, "code");
    json_t *status = json_object_get(reply, "enhanced");
    bool complete = json_is_true(json_object_get(reply, "complete"));
    size_t i, length;

    json_array_foreach(lines, i, line) {
        char *text = unhex(json_string_value(json_object_get(line, "text")),
                           &length);

        adapter_line(want,
                     json_is_integer(code) ? (int)json_integer_value(code)
                                           : ADAPTER_NO_CODE,
                     complete && i + 1 == json_array_size(lines), text,
                     length);
        free(text);
    }
    if (json_is_string(status))
        snprintf(adapter_last(want)->status,
                 sizeof(adapter_last(want)->status), "%s",
                 json_string_value(status));
}

/* "250 550 -", of replies that are complete. */
static void say_codes(const struct adapter_result *result, char *out,
                      size_t cap)
{
    size_t count = complete_replies(result), length = 0;

    out[0] = '\0';
    for (size_t i = 0; i < count && length + 8 < cap; i++) {
        int code = result->replies[i].code;

        if (i == 6 && count > 7)
            length += (size_t)snprintf(out + length, cap - length, " ...");
        else if (i > 6 && count > 7)
            break;
        else if (code == ADAPTER_NO_CODE)
            length += (size_t)snprintf(out + length, cap - length, "%s-",
                                       i > 0 ? " " : "");
        else
            length += (size_t)snprintf(out + length, cap - length, "%s%d",
                                       i > 0 ? " " : "", code);
    }
}

static bool take_vector(json_t *json, struct vector *vector)
{
    const char *result = json_string_value(json_object_get(json, "result"));
    const char *input = json_string_value(json_object_get(json, "input"));
    json_t *reply;
    size_t i;

    vector->json = json;
    vector->id = json_string_value(json_object_get(json, "id"));
    vector->comment = json_string_value(json_object_get(json, "comment"));
    vector->section = json_string_value(json_object_get(json, "section"));
    if (vector->id == NULL || vector->comment == NULL || result == NULL ||
        input == NULL)
        return false;
    while (vector->result < RESULT_COUNT &&
           strcmp(result, result_name(vector->result)) != 0)
        vector->result++;
    vector->input.at = unhex(input, &vector->input.length);
    json_array_foreach(json_object_get(json, "replies"), i, reply)
        take_lines(reply, &vector->want);
    vector->cut = complete_replies(&vector->want) < vector->want.count;
    say_codes(&vector->want, vector->codes, sizeof(vector->codes));
    return vector->result < RESULT_COUNT;
}

static void forget_vectors(struct minefield *field)
{
    for (size_t i = 0; field->vectors != NULL && i < field->vector_count;
         i++) {
        free((void *)field->vectors[i].input.at);
        adapter_forget(&field->vectors[i].want);
        json_decref(field->vectors[i].json);
    }
    free(field->vectors);
}

static bool read_vectors(struct minefield *field, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    bool good = file != NULL;

    field->vectors = calloc(VECTORS_MOST, sizeof(field->vectors[0]));
    while (good && getline(&line, &cap, file) > 0) {
        json_t *json = json_loads(line, 0, NULL);

        good = field->vectors != NULL && field->vector_count < VECTORS_MOST &&
               take_vector(json, &field->vectors[field->vector_count++]);
    }
    free(line);
    if (file != NULL)
        fclose(file);
    if (!good || field->vector_count == 0)
        fprintf(stderr, "minefield: %s: line %zu: no vector\n", path,
                field->vector_count);
    return good && field->vector_count > 0;
}

/* --- Asking ------------------------------------------------------------- */

static enum mark mark_of(enum deed deed)
{
    switch (deed) {
    case DEED_SAME:
        return MARK_SAME;
    case DEED_TEXT:
    case DEED_STATUS:
        return MARK_TEXT;
    case DEED_REFUSED:
        return MARK_REFUSED;
    case DEED_SILENT:
        return MARK_SILENT;
    default:
        return MARK_OTHER;
    }
}

static void fill_cell(const struct vector *vector, struct cell *cell,
                      const struct adapter_result *got)
{
    size_t where;

    cell->mark = mark_of(adapter_judge(&vector->want, got, &where));
    if (cell->mark == MARK_SAME && got->warned)
        cell->mark = MARK_WARNED;
    if (cell->mark == MARK_REFUSED)
        smtpspec_span_escape(smtpspec_span_of(got->error), cell->said,
                             sizeof(cell->said));
    else
        say_codes(got, cell->said, sizeof(cell->said));
}

static void ask(struct reader *reader, const struct vector *vector,
                struct cell *cell)
{
    struct adapter_result got = { .left = ADAPTER_LEFT_UNKNOWN };
    enum worker_outcome outcome =
        worker_ask(&reader->worker, vector->input, &got);

    /* A busy machine is no fault of the reader. */
    if (outcome == WORKER_HANGS)
        outcome = worker_ask(&reader->worker, vector->input, &got);
    cell->mark = MARK_ERROR;
    if (outcome == WORKER_ANSWERED)
        fill_cell(vector, cell, &got);
    reader->crashes += outcome == WORKER_CRASHES;
    reader->hangs += outcome == WORKER_HANGS;
    reader->broken += outcome == WORKER_BROKEN;
    reader->total[vector->result]++;
    reader->graded[vector->result][mark_grade(vector, cell->mark)]++;
    adapter_forget(&got);
}

/* An adapter that has failed so often is asked no more: the rest would only
 * take its time. */
#define FAILED_MOST 10

static void ask_all(struct minefield *field, struct reader *reader,
                    size_t column)
{
    reader->works = worker_start(&reader->worker);
    if (!reader->works)
        reader->broken++;
    for (size_t i = 0; i < field->vector_count; i++) {
        struct vector *vector = &field->vectors[i];

        vector->cells[column].mark = MARK_ERROR;
        if (reader->works &&
            reader->crashes + reader->hangs + reader->broken < FAILED_MOST)
            ask(reader, vector, &vector->cells[column]);
    }
    worker_stop(&reader->worker);
}

/* --- What is printed ---------------------------------------------------- */

static void say(const struct reader *reader)
{
    printf("%-11s ", reader->name);
    if (!reader->works) {
        printf("cannot be started\n");
        return;
    }
    printf("%-14s", reader->worker.version);
    for (unsigned result = 0; result < RESULT_COUNT; result++)
        printf(" %s %u/%u", result_name((enum result)result),
               reader->graded[result][GRADE_GOOD], reader->total[result]);
    printf(", misread %u", reader->graded[RESULT_INVALID][GRADE_BAD]);
    if (reader->crashes + reader->hangs + reader->broken > 0)
        printf(", crashes %u, hangs %u, broken %u", reader->crashes,
               reader->hangs, reader->broken);
    printf("\n");
}

/* Our own reader takes every vector as expected, and warns of those that have
 * defects. */
static bool is_good(const struct minefield *field, size_t column)
{
    const struct reader *reader = &field->readers[column];
    bool good = reader->broken == 0;

    if (strcmp(reader->name, "smtpspec") != 0)
        return good;
    for (size_t i = 0; i < field->vector_count; i++) {
        const struct vector *vector = &field->vectors[i];
        const struct cell *cell = &vector->cells[column];

        if (cell->mark ==
            (vector->result == RESULT_VALID ? MARK_SAME : MARK_WARNED))
            continue;
        printf("smtpspec: %s: %s (%s)\n", vector->id, mark_name(cell->mark),
               cell->said);
        good = false;
    }
    return good;
}

static bool write_pages(const struct minefield *field, const char *page)
{
    char *markdown = NULL, *html = NULL;
    bool good = asprintf(&markdown, "%s.md", page) > 0 &&
                asprintf(&html, "%s.html", page) > 0 &&
                minefield_write_markdown(field, markdown) &&
                minefield_write_html(field, html);

    if (good)
        printf("%zu vectors, %zu readers: %s, %s\n", field->vector_count,
               field->reader_count, markdown, html);
    else
        fprintf(stderr, "minefield: cannot write %s\n", page);
    free(markdown);
    free(html);
    return good;
}

int main(int argc, char **argv)
{
    static struct minefield field;
    bool good = true, written;

    if (argc < 4 || argc - 3 > READERS_MOST) {
        fprintf(stderr, "usage: minefield VECTORS PAGE ADAPTER...\n");
        return 2;
    }
    if (!read_vectors(&field, argv[1])) {
        forget_vectors(&field);
        return 2;
    }
    for (int i = 3; i < argc; i++) {
        struct reader *reader = &field.readers[field.reader_count];

        reader->name = basename(argv[i]);
        reader->worker.path = argv[i];
        ask_all(&field, reader, field.reader_count);
        say(reader);
        good = is_good(&field, field.reader_count++) && good;
    }
    written = write_pages(&field, argv[2]);
    forget_vectors(&field);
    return !written ? 2 : good ? 0 : 1;
}
