/* SPDX-License-Identifier: MIT */
/*
 * section_growth.c - does cost grow in proportion, or worse?
 *
 * Something is doubled three times, and what the command computes and the
 * memory it takes is measured. In proportion, each doubling adds twice what the
 * one before it added, whatever the cost of nothing; in proportion to the
 * square, four times. Points go to build/growth.tsv, and gnuplot, where it is
 * there, draws build/growth.png of them.
 */
#include <unistd.h>

#include <smtpspec/base.h>

#include "bench.h"
#include "corpora.h"
#include "outside.h"
#include "section.h"

#define POINTS 4
#define ROUNDS_KEPT 5
/* Twice as much is in proportion; the rest is for noise. */
#define DOUBLING_MOST 2.6
/* What is added by less than this is added by chance (s, KiB). */
#define SECONDS_LEAST 0.004
#define KIB_LEAST 1024
#define TSV "build/growth.tsv"
#define PNG "build/growth.png"
#define NOOPS 4

struct growth {
    struct bench *bench;
    int port;
    FILE *points;
};

/* --- what is run ---------------------------------------------------------- */

static struct cost check(const struct growth *growth, size_t cases,
                         size_t jobs)
{
    char address[32], number[24], *folder = outside_cases(cases, NOOPS);
    const char *words[] = { growth->bench->smtpspec, "check", "--quiet",
                            "--starttls", "no", "--only", "bench.*", "--cases",
                            folder, "--jobs", number, address, NULL };
    struct cost cost;

    snprintf(address, sizeof(address), "127.0.0.1:%d", growth->port);
    snprintf(number, sizeof(number), "%zu", jobs);
    cost = outside_run(words, 1);
    outside_forget(folder);
    return cost;
}

static struct cost of_cases(const struct growth *growth, size_t count)
{
    return check(growth, count, 16);
}

static struct cost of_sessions(const struct growth *growth, size_t count)
{
    return check(growth, count, count);
}

/* `smtpspec VERB [OPTION] FILE`, of a file that is written and goes away. */
static struct cost read_file(const struct growth *growth, const char *verb,
                             const char *option, FILE *file, const char *path)
{
    const char *words[] = { growth->bench->smtpspec, verb, option, path, NULL };
    struct cost cost;

    if (fclose(file) != 0)
        die(path);
    if (option == NULL) {
        words[2] = path;
        words[3] = NULL;
    }
    cost = outside_run(words, 1);
    unlink(path);
    return cost;
}

static FILE *new_file(char path[TEMPORARY_MOST])
{
    int fd;
    FILE *out;

    temporary(path);
    fd = mkstemp(path);
    out = fd < 0 ? NULL : fdopen(fd, "w");
    if (out == NULL)
        die(path);
    return out;
}

#define GREETING "S: 220 mx.example ESMTP\nC: EHLO client.example\n"

static struct cost of_reply(const struct growth *growth, size_t lines)
{
    char path[TEMPORARY_MOST];
    FILE *out = new_file(path);

    fputs(GREETING, out);
    for (size_t i = 0; i < lines; i++)
        fprintf(out, "S: 250-X-%zu\n", i);
    fputs("S: 250 HELP\nC: QUIT\nS: 221 bye\n", out);
    return read_file(growth, "judge", NULL, out, path);
}

static struct cost of_line(const struct growth *growth, size_t kib)
{
    char path[TEMPORARY_MOST];
    FILE *out = new_file(path);

    fputs("250 ", out);
    for (size_t i = 0; i < kib * 1024; i++)
        putc('x', out);
    fputs("\r\n", out);
    return read_file(growth, "parse", "--stats", out, path);
}

static struct cost of_recording(const struct growth *growth, size_t exchanges)
{
    char path[TEMPORARY_MOST];
    FILE *out = new_file(path);

    fputs(GREETING "S: 250 mx.example\n", out);
    for (size_t i = 0; i < exchanges; i++)
        fputs("C: NOOP\nS: 250 2.0.0 Ok\n", out);
    fputs("C: QUIT\nS: 221 bye\n", out);
    return read_file(growth, "judge", NULL, out, path);
}

static struct cost of_stream(const struct growth *growth, size_t mib)
{
    char path[TEMPORARY_MOST];
    struct corpus corpus = corpus_make("c", mib << 20, growth->bench->seed);
    FILE *out = new_file(path);

    if (fwrite(corpus.octets, 1, corpus.length, out) != corpus.length)
        die(path);
    corpus_free(&corpus);
    return read_file(growth, "parse", "--stats", out, path);
}

static const struct axis {
    const char *name;
    size_t first;
    struct cost (*measure)(const struct growth *growth, size_t count);
} axes[] = {
    { "cases of check", 512, of_cases },
    { "sessions at once", 512, of_sessions },
    { "lines of a reply, judge", 65536, of_reply },
    { "KiB of a line, parse", 8192, of_line },
    { "exchanges, judge", 65536, of_recording },
    { "MiB of replies, parse", 32, of_stream },
};

/* --- what is made of it --------------------------------------------------- */

static struct cost best_of(const struct growth *growth,
                           const struct axis *axis, size_t count)
{
    size_t rounds = growth->bench->rounds;
    struct cost best = { 0 };

    for (size_t i = 0; i < rounds && i < ROUNDS_KEPT; i++) {
        struct cost cost = axis->measure(growth, count);

        if (i == 0 || cost.own < best.own)
            best.own = cost.own;
        if (i == 0 || cost.memory < best.memory)
            best.memory = cost.memory;
    }
    return best;
}

/* What the last doubling added, beside what the one before it did. */
static double last_doubling(double a, double b, double c, double least)
{
    double before = b - a > least ? b - a : least;

    return c - b < least ? 0 : (c - b) / before;
}

static void tell(struct growth *growth, const struct axis *axis,
                 const struct cost costs[POINTS])
{
    const struct cost *last = &costs[POINTS - 1];
    char name[80];

    snprintf(name, sizeof(name), "%s doubled: time, times", axis->name);
    table_goal(&growth->bench->table, name, AT_MOST, DOUBLING_MOST,
               just(last_doubling(last[-2].own, last[-1].own, last->own,
                                  SECONDS_LEAST)));
    snprintf(name, sizeof(name), "%s doubled: memory, times", axis->name);
    table_goal(&growth->bench->table, name, AT_MOST, DOUBLING_MOST,
               just(last_doubling((double)last[-2].memory,
                                  (double)last[-1].memory,
                                  (double)last->memory, KIB_LEAST)));
}

static void measure(struct growth *growth, const struct axis *axis)
{
    struct cost costs[POINTS];

    fprintf(growth->points, "\n\n\"%s\"\n", axis->name);
    for (unsigned i = 0; i < POINTS; i++) {
        size_t count = bench_scaled(growth->bench, axis->first, 1) << i;

        costs[i] = best_of(growth, axis, count);
        printf("%-26s %8zu %9.3f s %8ld KiB\n", axis->name, count,
               costs[i].own, costs[i].memory);
        fprintf(growth->points, "%u\t%.6f\t%ld\n", 1u << i, costs[i].own,
                costs[i].memory);
        fflush(stdout);
    }
    tell(growth, axis, costs);
}

static void draw(struct bench *bench)
{
    FILE *gnuplot = popen("gnuplot 2>/dev/null", "w");

    if (gnuplot != NULL)
        fprintf(gnuplot,
                "set terminal png size 1200,520\nset output '" PNG "'\n"
                "set multiplot layout 1,2\nset logscale xy 2\nset key left\n"
                "set xlabel 'times as much'\n"
                "do for [k = 2:3] {\nset ylabel k == 2 ? 'seconds' : 'KiB'\n"
                "plot for [i = 1:%zu] '" TSV "' index i using 1:k "
                "with linespoints title columnheader(1)\n}\n",
                SMTPSPEC_ARRAY_LEN(axes));
    table_note(&bench->table, "growth",
               gnuplot != NULL && pclose(gnuplot) == 0
                   ? TSV ", drawn in " PNG
                   : TSV "; no gnuplot here to draw it");
}

void section_growth(struct bench *bench)
{
    struct growth growth = { .bench = bench };
    pid_t server = outside_serve(bench->smtpspec, &growth.port);

    growth.points = fopen(TSV, "w");
    if (growth.points == NULL)
        die(TSV);
    fputs("# times as much, seconds computed, KiB\n\"\"\n", growth.points);
    putchar('\n');
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(axes); i++)
        measure(&growth, &axes[i]);
    if (fclose(growth.points) != 0)
        die(TSV);
    draw(bench);
    outside_stop(server);
}
