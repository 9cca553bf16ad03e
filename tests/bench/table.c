/* SPDX-License-Identifier: MIT */
/*
 * table.c - what was measured, as text and as JSON
 */
#include "table.h"
#include "bench.h"

void *table_own(struct table *table, void *memory)
{
    table->owned = grow(table->owned,
                        (table->owned_count + 1) * sizeof(table->owned[0]));
    return table->owned[table->owned_count++] = memory;
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->owned_count; i++)
        free(table->owned[i]);
    free(table->owned);
    free(table->times);
    free(table->goals);
    free(table->notes);
    *table = (struct table){ 0 };
}

struct times *table_times(struct table *table, const char *corpus,
                          const char *runner, size_t octets, size_t lines)
{
    struct times *times = table_own(table, grow(NULL, sizeof(*times)));

    *times = (struct times){ .corpus = corpus,
                             .runner = runner,
                             .octets = octets,
                             .lines = lines };
    table->times = grow(table->times, (table->times_count + 1) *
                                          sizeof(table->times[0]));
    table->times[table->times_count++] = times;
    return times;
}

const struct times *table_find(const struct table *table, const char *corpus,
                               const char *runner)
{
    for (size_t i = 0; i < table->times_count; i++)
        if (strcmp(table->times[i]->corpus, corpus) == 0 &&
            strcmp(table->times[i]->runner, runner) == 0)
            return table->times[i];
    return NULL;
}

/* --- figures -------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct spread {
    double min, median, max;
};

static struct spread spread_of(const double values[], size_t count)
{
    double sorted[ROUNDS_MOST];

    if (count == 0)
        return (struct spread){ 0, 0, 0 };
    memcpy(sorted, values, count * sizeof(sorted[0]));
    qsort(sorted, count, sizeof(sorted[0]), by_value);
    return (struct spread){ sorted[0], sorted[count / 2], sorted[count - 1] };
}

double times_best(const struct times *times)
{
    return spread_of(times->took, times->rounds).min;
}

struct figures ratio_of(const struct times *slow, const struct times *fast)
{
    double per = (double)fast->octets / (double)slow->octets;
    struct figures figures = {
        .best = times_best(slow) / times_best(fast) * per,
        .count = slow->rounds < fast->rounds ? slow->rounds : fast->rounds,
    };

    for (size_t i = 0; i < figures.count; i++)
        figures.each[i] = slow->took[i] / fast->took[i] * per;
    return figures;
}

static double gigabytes(const struct times *times, double took)
{
    return (double)times->octets / took / 1e9;
}

static double ns_per_line(const struct times *times, double took)
{
    return times->lines == 0 ? 0 : took * 1e9 / (double)times->lines;
}

static struct figures figures_by(const struct times *times,
                                 double form(const struct times *, double))
{
    struct figures figures = { .best = form(times, times_best(times)),
                               .count = times->rounds };

    for (size_t i = 0; i < figures.count; i++)
        figures.each[i] = form(times, times->took[i]);
    return figures;
}

struct figures gigabytes_of(const struct times *times)
{
    return figures_by(times, gigabytes);
}

struct figures ns_per_line_of(const struct times *times)
{
    return figures_by(times, ns_per_line);
}

struct figures just(double value)
{
    return (struct figures){ .best = value, .each = { value }, .count = 1 };
}

/* --- goals ---------------------------------------------------------------- */

void table_goal(struct table *table, const char *name, enum bound bound,
                double wanted, struct figures figures)
{
    struct goal *goal;

    table->goals = grow(table->goals,
                        (table->goals_count + 1) * sizeof(table->goals[0]));
    goal = &table->goals[table->goals_count++];
    *goal = (struct goal){ .bound = bound, .figures = figures };
    goal->wanted = bound == AT_LEAST ? wanted * table->factor
                                     : wanted / table->factor;
    snprintf(goal->name, sizeof(goal->name), "%s", name);
}

bool goal_is_met(const struct goal *goal)
{
    return goal->bound == AT_LEAST ? goal->figures.best >= goal->wanted
                                   : goal->figures.best <= goal->wanted;
}

void table_note(struct table *table, const char *what, const char *text)
{
    size_t size = strlen(what) + strlen(text) + 3;
    char *line = grow(NULL, size);

    snprintf(line, size, "%s: %s", what, text);
    for (size_t i = 0; i < table->notes_count; i++)
        if (strcmp(table->notes[i], line) == 0) {
            free(line);
            return;
        }
    table->notes = grow(table->notes, (table->notes_count + 1) *
                                              sizeof(table->notes[0]));
    table->notes[table->notes_count++] = table_own(table, line);
}

/* --- text ----------------------------------------------------------------- */

void table_show_times(const struct table *table, const char *corpus)
{
    printf("\n%-18s %8s %8s %8s %10s %8s\n", corpus, "GB/s", "median", "least",
           "ns/line", "MiB");
    for (size_t i = 0; i < table->times_count; i++) {
        const struct times *times = table->times[i];
        struct figures rates = gigabytes_of(times);
        struct spread spread = spread_of(rates.each, rates.count);

        if (strcmp(times->corpus, corpus) == 0)
            printf("  %-16s %8.3f %8.3f %8.3f %10.2f %8.2f\n", times->runner,
                   spread.max, spread.median, spread.min,
                   ns_per_line(times, times_best(times)),
                   (double)times->octets / (1 << 20));
    }
    fflush(stdout);
}

size_t table_show_goals(const struct table *table)
{
    size_t missed = 0;

    printf("\n%-46s %10s %8s %-6s  %7s %7s %7s\n", "goal", "wanted", "is", "",
           "min", "median", "max");
    for (size_t i = 0; i < table->goals_count; i++) {
        const struct goal *goal = &table->goals[i];
        struct spread spread =
            spread_of(goal->figures.each, goal->figures.count);
        char wanted[32];

        missed += !goal_is_met(goal);
        snprintf(wanted, sizeof(wanted), "%s %.4g",
                 goal->bound == AT_LEAST ? ">=" : "<=", goal->wanted);
        printf("%-46s %10s %8.3g %-6s  %7.3g %7.3g %7.3g\n", goal->name, wanted,
               goal->figures.best, goal_is_met(goal) ? "ok" : "MISSED",
               spread.min, spread.median, spread.max);
    }
    for (size_t i = 0; i < table->notes_count; i++)
        printf("%s\n", table->notes[i]);
    printf("%zu of %zu goals met\n", table->goals_count - missed,
           table->goals_count);
    return missed;
}

/* --- JSON ----------------------------------------------------------------- */

static void put_string(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', out);
        putc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    putc('"', out);
}

static void put_key(FILE *out, const char *key, const char *text)
{
    fprintf(out, "\"%s\": ", key);
    put_string(out, text);
    fputs(", ", out);
}

/* JSON has no infinity, which a goal of factor 0 is. */
static void put_number(FILE *out, const char *key, double value)
{
    if (value - value == 0)
        fprintf(out, "\"%s\": %.9g, ", key, value);
    else
        fprintf(out, "\"%s\": null, ", key);
}

static void put_spread(FILE *out, struct spread spread)
{
    put_number(out, "min", spread.min);
    put_number(out, "median", spread.median);
    put_number(out, "max", spread.max);
}

static void put_times(FILE *out, const struct times *times)
{
    put_key(out, "corpus", times->corpus);
    put_key(out, "runner", times->runner);
    put_spread(out, spread_of(times->took, times->rounds));
    fprintf(out, "\"octets\": %zu, \"lines\": %zu", times->octets,
            times->lines);
}

static void put_goal(FILE *out, const struct goal *goal)
{
    put_key(out, "name", goal->name);
    put_key(out, "bound", goal->bound == AT_LEAST ? ">=" : "<=");
    put_number(out, "wanted", goal->wanted);
    put_number(out, "value", goal->figures.best);
    put_spread(out, spread_of(goal->figures.each, goal->figures.count));
    fprintf(out, "\"met\": %s", goal_is_met(goal) ? "true" : "false");
}

void table_write_json(const struct table *table, const char *path,
                      const char *cpu, const char *flags)
{
    FILE *out = fopen(path, "w");

    if (out == NULL)
        die(path);
    fputs("{ ", out);
    put_key(out, "cpu", cpu);
    put_key(out, "flags", flags);
    fputs("\n  \"times\": [", out);
    for (size_t i = 0; i < table->times_count; i++) {
        fputs(i == 0 ? "\n    { " : " },\n    { ", out);
        put_times(out, table->times[i]);
    }
    fputs(table->times_count > 0 ? " } ],\n" : "],\n", out);
    fputs("  \"goals\": [", out);
    for (size_t i = 0; i < table->goals_count; i++) {
        fputs(i == 0 ? "\n    { " : " },\n    { ", out);
        put_goal(out, &table->goals[i]);
    }
    fputs(table->goals_count > 0 ? " } ],\n" : "],\n", out);
    fputs("  \"notes\": [", out);
    for (size_t i = 0; i < table->notes_count; i++) {
        fputs(i == 0 ? "" : ", ", out);
        put_string(out, table->notes[i]);
    }
    fputs("] }\n", out);
    if (fclose(out) != 0)
        die(path);
}
