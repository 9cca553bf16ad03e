/* SPDX-License-Identifier: MIT */
/*
 * section_check.c - what `smtpspec check` costs beside a bare epoll loop
 *
 * `smtpspec serve` on one processor; on another in turns check, with cases that
 * say EHLO and NOOPs on a connection each, and a loop that plays the octets
 * which check was seen to say. Commands a second are by the clock, so the
 * machine should have nothing else to do; what a command costs to compute is
 * told, too. A run that reads the same cases and plays one of them is taken off:
 * reading and proving cases, and the opening dialogues, are what no loop does.
 * Then memory: the same cases on one connection after the other and on all at
 * once.
 */
#include <sys/resource.h>
#include <unistd.h>
#include <sys/wait.h>

#include <smtpspec/base.h>

#include "bare.h"
#include "bench.h"
#include "outside.h"
#include "section.h"

#define NOOPS 16
/* Connections of a round, if not more are open at once; what is least. */
#define SESSIONS 1024
#define LEAST 16
/* Rounds of what takes seconds. */
#define SLOW_ROUNDS 5
#define RATIO_LEAST 0.8
#define KIB_MOST 16

static const size_t at_once[] = { 1, 16, 256, 4096 };

/* A smaller bench has fewer. */
static size_t most_at_once(const struct bench *bench)
{
    return bench_scaled(bench, at_once[SMTPSPEC_ARRAY_LEN(at_once) - 1],
                        LEAST);
}

struct target {
    const char *smtpspec;
    char *cases; /* their folder */
    int port;
    pid_t server;
    struct bare_script script;
    double commands; /* of one connection */
};

static void check_words(const struct target *target, int port,
                        const char *only, const char *jobs,
                        const char *words[16], char address[32])
{
    const char *all[] = { target->smtpspec, "check", "--quiet", "--starttls",
                          "no", "--only", only, "--cases", target->cases,
                          "--jobs", jobs, address, NULL };

    snprintf(address, 32, "127.0.0.1:%d", port);
    memcpy(words, all, sizeof(all));
}

static struct cost check(const struct target *target, const char *only,
                         size_t jobs)
{
    const char *words[16];
    char address[32], number[24];

    snprintf(number, sizeof(number), "%zu", jobs);
    check_words(target, target->port, only, number, words, address);
    return outside_run(words, 1);
}

/* In a process of its own, as the command is. */
static struct cost bare(const struct target *target, size_t sessions,
                        size_t jobs)
{
    double began = seconds();
    pid_t pid = fork();

    if (pid < 0)
        die("fork");
    if (pid == 0) {
        outside_settle(1);
        bare_play(&target->script, target->port, sessions, jobs);
        _exit(0);
    }
    return outside_wait(pid, "the bare loop", began);
}

static void record(struct target *target)
{
    int port, listener = bare_listen(&port);
    const char *words[16];
    char address[32];

    target->cases = outside_cases(3, NOOPS);
    check_words(target, port, "bench.*", "1", words, address);
    target->script = bare_record(listener, target->port,
                                 outside_start(words, STDERR_FILENO, 1));
    close(listener);
    outside_forget(target->cases);
    for (size_t i = 0; i < target->script.count; i++)
        target->commands += target->script.turns[i].length > 0;
}

/* --- how fast ------------------------------------------------------------- */

static char *name_of(struct bench *bench, const char *form, size_t number)
{
    char *name = table_own(&bench->table, grow(NULL, 64));

    snprintf(name, 64, form, number);
    return name;
}

/* The least of each. */
static void take_best(struct cost *best, struct cost cost)
{
    if (best->clock == 0 || cost.clock < best->clock)
        best->clock = cost.clock;
    if (best->own == 0 || cost.own < best->own)
        best->own = cost.own;
}

/* With few connections on a busy machine chance is more than what they take. */
static double left_of(double all, double before)
{
    return all - before > 1e-6 ? all - before : 1e-6;
}

static void note_cost(struct times *times, struct cost cost,
                      struct cost before, struct cost *best)
{
    cost.clock = left_of(cost.clock, before.clock);
    cost.own = left_of(cost.own, before.own);
    times->took[times->rounds++] = cost.clock;
    take_best(best, cost);
}

static void race_one(struct bench *bench, struct target *target, size_t jobs)
{
    size_t least = bench_scaled(bench, SESSIONS, LEAST);
    size_t sessions = jobs > least ? jobs : least;
    size_t commands = (size_t)((double)sessions * target->commands);
    size_t rounds = bench->rounds < SLOW_ROUNDS ? bench->rounds : SLOW_ROUNDS;
    char *name = name_of(bench, "%zu at once", jobs);
    struct times *ours = table_times(&bench->table, name, "check", commands,
                                     commands);
    struct times *theirs = table_times(&bench->table, name, "bare loop",
                                       commands, commands);
    struct cost best = { 0 }, bare_best = { 0 }, before = { 0 }, none = { 0 };

    target->cases = outside_cases(sessions, NOOPS);
    for (size_t i = 0; i < rounds; i++)
        take_best(&before, check(target, "bench.number-0", 1));
    for (size_t i = 0; i < rounds; i++) {
        note_cost(ours, check(target, "bench.*", jobs), before, &best);
        note_cost(theirs, bare(target, sessions, jobs), none, &bare_best);
    }
    outside_forget(target->cases);
    printf("%-16s %10.0f %10.0f %10.2f %10.2f\n", name,
           (double)commands / times_best(ours),
           (double)commands / times_best(theirs),
           best.own * 1e6 / (double)commands,
           bare_best.own * 1e6 / (double)commands);
    fflush(stdout);
    table_goal(&bench->table,
               name_of(bench, "check beside a bare loop, %zu at once", jobs),
               AT_LEAST, RATIO_LEAST, ratio_of(theirs, ours));
}

/* --- memory --------------------------------------------------------------- */

static void weigh(struct bench *bench, struct target *target)
{
    size_t most = most_at_once(bench);
    long one, all;

    target->cases = outside_cases(most, NOOPS);
    one = check(target, "bench.*", 1).memory;
    all = check(target, "bench.*", most).memory;
    outside_forget(target->cases);
    table_goal(&bench->table, name_of(bench, "KiB a session of check, of %zu", most),
               AT_MOST, KIB_MOST,
               just((double)(all - one) / (double)(most - 1)));
}

/* Ours are at both ends of a connection. */
static void want_descriptors(void)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void section_check(struct bench *bench)
{
    struct target target = { .smtpspec = bench->smtpspec };

    want_descriptors();
    target.server = outside_serve(bench->smtpspec, &target.port);
    record(&target);
    printf("\n%-16s %10s %10s %10s %10s\n", "sessions", "check/s", "bare/s",
           "check us", "bare us");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(at_once) &&
                       at_once[i] <= most_at_once(bench); i++)
        race_one(bench, &target, at_once[i]);
    weigh(bench, &target);
    bare_forget(&target.script);
    outside_stop(target.server);
}
