/* SPDX-License-Identifier: MIT */
/*
 * table.h - what was measured, and whether it is what was promised
 *
 * A runner is whoever is measured; its times of all rounds are kept. A goal is
 * a bound on a figure; the figure comes from the best round, the figures of
 * all rounds tell how far it can be trusted. Names are kept as pointers: they
 * outlive the table.
 */
#ifndef SMTPSPEC_BENCH_TABLE_H
#define SMTPSPEC_BENCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define ROUNDS_MOST 64

enum bound { AT_LEAST, AT_MOST };

/* The times that one runner took for one corpus. */
struct times {
    const char *corpus, *runner;
    size_t octets, lines;     /* of one pass                                  */
    double took[ROUNDS_MOST]; /* seconds a pass, round by round               */
    size_t rounds;
};

struct figures {
    double best; /* what a goal is held against                               */
    double each[ROUNDS_MOST];
    size_t count;
};

struct goal {
    char name[80];
    enum bound bound;
    double wanted;
    struct figures figures;
};

struct table {
    struct times **times; /* each of its own, so that pointers stay           */
    size_t times_count;
    struct goal *goals;
    size_t goals_count;
    char **notes; /* "libetpan: 1.9.4"                                  */
    size_t notes_count;
    void **owned;
    size_t owned_count;
    double factor; /* goals are this much harder; 1                           */
};

/* Memory that lives as long as the table; for names that are made up. */
void *table_own(struct table *table, void *memory);
void table_free(struct table *table);

/* What to add a round's time to. */
struct times *table_times(struct table *table, const char *corpus,
                          const char *runner, size_t octets, size_t lines);
/* NULL where that was not measured. */
const struct times *table_find(const struct table *table, const char *corpus,
                               const char *runner);
double times_best(const struct times *times);

/* How many times as long the one takes as the other, for each octet. */
struct figures ratio_of(const struct times *slow, const struct times *fast);
struct figures gigabytes_of(const struct times *times);
struct figures ns_per_line_of(const struct times *times);
/* A figure that is no matter of luck. */
struct figures just(double value);

void table_goal(struct table *table, const char *name, enum bound bound,
                double wanted, struct figures figures);
bool goal_is_met(const struct goal *goal);
/* A line at the end, as "libetpan: 1.9.4"; the same one is kept once. */
void table_note(struct table *table, const char *what, const char *text);

/* Print the times of one corpus. */
void table_show_times(const struct table *table, const char *corpus);
/* Print the notes and all goals; returns how many were missed. */
size_t table_show_goals(const struct table *table);
/* All of it, to that file. */
void table_write_json(const struct table *table, const char *path,
                      const char *cpu, const char *flags);

#endif
