/* SPDX-License-Identifier: MIT */
/*
 * section_stream.c - `parse --stats` and `judge` on files of any size
 *
 * Files of eight times a corpus (1 GiB): replies, and recordings of sessions in
 * which the same is judged. "mail" has messages of 8 KiB, "envelopes" such of
 * ten lines, so that half of it are commands and replies. parse is held against
 * the tokenizer in memory, judge against parse on lines of like length; and
 * both against a bound on memory, JSON Lines too, of an eighth.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "race.h"
#include "recorded.h"

#define TIMES 8
#define LINES_OF_MAIL 104
#define MEMORY_MOST 64.0

/* --- files ---------------------------------------------------------------- */

struct file {
    char path[TEMPORARY_MOST];
    FILE *out;
    size_t octets, lines;
};

static void open_file(struct file *file)
{
    int descriptor;

    temporary(file->path);
    descriptor = mkstemp(file->path);
    file->out = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file->out == NULL)
        die(file->path);
    file->octets = 0;
    file->lines = 0;
}

static void close_file(struct file *file)
{
    if (fclose(file->out) != 0)
        die(file->path);
}

static void put(struct file *file, const char *format, struct smtpspec_span text)
{
    file->octets += (size_t)fprintf(file->out, format, (int)text.length,
                                    text.at);
    file->lines++;
}

static void put_lines(struct file *file, const char *octets, const char *format)
{
    struct smtpspec_span rest = smtpspec_span_of(octets);

    while (rest.length > 0) {
        size_t end = smtpspec_span_find(rest, '\r');

        put(file, format, smtpspec_span_head(rest, end));
        rest = smtpspec_span_skip(rest, end + 2);
    }
}

/* How a line of either side, and the close, are written. */
struct form {
    const char *client, *server, *closed;
};

#define JSON(from)                                                            \
    "{\"connection\": 1, \"from\": \"" from "\", \"octets\": "                  \
    "\"%.*s\\\\x0d\\\\x0a\"}\n"
static const struct form text = { "C: %.*s\n", "S: %.*s\n", "closed%.*s\n" };
static const struct form json = {
    JSON("C"), JSON("S"), "{\"connection\": 1, \"event\": \"closed\"%.*s}\n"
};

/* Sessions, with so many lines more in each message. */
static void write_sessions(struct file *file, const struct form *form,
                           size_t octets, unsigned more)
{
    const struct smtpspec_span base64 =
        SMTPSPEC_SPAN("VGhpcyBpcyBhIGxpbmUgb2YgYSBtZXNzYWdlIGFzIHRoZXkg"
                      "YXJlIG1vc3QgdGltZXMsIGFuZA==");

    open_file(file);
    while (file->octets < octets) {
        for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(recorded); i++) {
            for (unsigned k = 0; recorded[i].is_content && k < more; k++)
                put(file, form->client, base64);
            put_lines(file, recorded[i].sent, form->client);
            put_lines(file, recorded[i].replies, form->server);
        }
        put(file, form->closed, (struct smtpspec_span){ "", 0 });
    }
    close_file(file);
}

static void write_corpus(struct file *file, const struct corpus *corpus)
{
    open_file(file);
    for (unsigned i = 0; i < TIMES; i++) {
        fwrite(corpus->octets, 1, corpus->length, file->out);
        file->octets += corpus->length;
        file->lines += corpus->lines;
    }
    close_file(file);
}

/* --- runs ----------------------------------------------------------------- */

/* The processor's time that the command took; `*mib` is the memory. */
static double run(const char *command, const char *verb, const char *option,
                  const struct file *file, double *mib)
{
    struct rusage used;
    pid_t child = fork();
    int status;

    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);

        dup2(null, STDOUT_FILENO);
        execl(command, command, verb, option, file->path, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) < 0 || status != 0) {
        unlink(file->path);
        die(command);
    }
    if ((double)used.ru_maxrss / 1024 > *mib)
        *mib = (double)used.ru_maxrss / 1024;
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static struct times *time_file(struct bench *bench, const char *corpus,
                               const char *verb, const char *option,
                               const struct file *file)
{
    struct times *times = table_times(&bench->table, corpus, verb,
                                      file->octets, file->lines);
    char *goal = grow(NULL, 80);
    double mib = 0;

    for (size_t round = 0; round < bench->rounds; round++)
        times->took[times->rounds++] =
            run(bench->smtpspec, verb, option, file, &mib);
    snprintf(goal, 80, "MiB of memory, %s %s", verb, corpus);
    table_goal(&bench->table, goal, AT_MOST, MEMORY_MOST, just(mib));
    free(goal);
    unlink(file->path);
    return times;
}

static void add_goal(struct bench *bench, const char *name, double wanted,
                     const struct times *slow, const struct times *fast)
{
    table_goal(&bench->table, name, AT_LEAST, wanted, ratio_of(fast, slow));
}

/* A corpus in memory, then as a file. */
static const struct times *time_parse(struct bench *bench, const char *name,
                                      const char *octets_of, const char *goal)
{
    struct corpus corpus = corpus_make(octets_of, bench->octets, bench->seed);
    struct runner runner = { .name = "in memory", .pass = pass_whole,
                             .feed = smtpspec_reply_feed };
    const struct times *times;
    struct file file;

    corpus.name = name;
    race(bench, &corpus, &runner, 1);
    write_corpus(&file, &corpus);
    corpus_free(&corpus);
    times = time_file(bench, name, "parse", "--stats", &file);
    add_goal(bench, goal, 0.7, times, runner.times);
    table_show_times(&bench->table, name);
    return times;
}

static void time_judge(struct bench *bench, const char *name, unsigned more,
                       const char *goal, const struct times *parse)
{
    struct file file;

    write_sessions(&file, &text, TIMES * bench->octets, more);
    add_goal(bench, goal, 0.5,
             time_file(bench, name, "judge", "--quiet", &file), parse);
    table_show_times(&bench->table, name);
}

void section_stream(struct bench *bench)
{
    const struct times *a = time_parse(bench, "a, 1 GiB", "a",
                                       "parse --stats beside memory, on a");
    const struct times *c = time_parse(bench, "c, 1 GiB", "c",
                                       "parse --stats beside memory, on c");
    struct file file;

    time_judge(bench, "mail", LINES_OF_MAIL,
               "judge of mail beside parse --stats, on c", c);
    time_judge(bench, "envelopes", 0,
               "judge of envelopes beside parse --stats, on a", a);
    write_sessions(&file, &json, bench->octets, LINES_OF_MAIL);
    time_file(bench, "JSON Lines", "judge", "--quiet", &file);
    table_show_times(&bench->table, "JSON Lines");
}
