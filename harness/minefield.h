/* SPDX-License-Identifier: MIT */
/*
 * minefield.h - what minefield.c gathers and minefield_pages.c writes
 */
#ifndef SMTPSPEC_MINEFIELD_H
#define SMTPSPEC_MINEFIELD_H

#include "adapter_judge.h"
#include "worker.h"

#define READERS_MOST 24
#define VECTORS_MOST 4000
#define CELL_MOST    48

enum result { RESULT_VALID, RESULT_ACCEPTABLE, RESULT_INVALID, RESULT_COUNT };

/* What a reader did with a vector. */
enum mark {
    MARK_SAME,    /* took it as it is expected                                */
    MARK_WARNED,  /* the same, and said that something is wrong               */
    MARK_TEXT,    /* took it, but for octets of a text or an enhanced code    */
    MARK_REFUSED, /* an error                                                 */
    MARK_SILENT,  /* passed it over, or still waits                           */
    MARK_OTHER,   /* took it for something else: other codes, or more of them */
    MARK_ERROR,   /* crashed, hung, or gave no answer that can be read        */
    MARK_COUNT
};

/* How a reader fares by that. */
enum grade { GRADE_BAD, GRADE_TOLERABLE, GRADE_GOOD, GRADE_COUNT };

struct cell {
    enum mark mark;
    char said[CELL_MOST]; /* the codes that it gave, or the error; printable  */
};

struct vector {
    struct json_t *json; /* holds the strings below                          */
    const char *id, *comment, *section;
    enum result result;
    bool cut; /* the last reply never comes whole                           */
    struct smtpspec_span input;
    struct adapter_result want;
    char codes[CELL_MOST]; /* expected */
    struct cell cells[READERS_MOST];
};

struct reader {
    const char *name;
    struct worker worker;
    bool works;                 /* it could be started                        */
    unsigned total[RESULT_COUNT], graded[RESULT_COUNT][GRADE_COUNT];
    unsigned crashes, hangs, broken;
};

struct minefield {
    struct vector *vectors;
    size_t vector_count;
    struct reader readers[READERS_MOST];
    size_t reader_count;
};

/* Write build/minefield.md and .html, or whatever `path` says. Return false
 * where they could not be written. */
bool minefield_write_markdown(const struct minefield *field,
                              const char *path);
bool minefield_write_html(const struct minefield *field, const char *path);

const char *result_name(enum result result);
const char *mark_name(enum mark mark);
/* One character for a narrow column. */
char mark_sign(enum mark mark);
enum grade mark_grade(const struct vector *vector, enum mark mark);

#endif
