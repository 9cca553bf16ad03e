/* SPDX-License-Identifier: MIT */
/*
 * outside.c - the command as a process, and what it costs; cases for it
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "outside.h"

/* A case file has at most 65535 lines. */
#define CASES_OF_FILE 256

void outside_settle(int processor)
{
    cpu_set_t all, one;

    if (sched_getaffinity(0, sizeof(all), &all) != 0 || CPU_COUNT(&all) < 2)
        return;
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &all) && processor-- == 0)
            CPU_SET(i, &one);
    sched_setaffinity(0, sizeof(one), &one);
}

pid_t outside_start(const char *const words[], int out, int processor)
{
    pid_t pid = fork();

    if (pid < 0)
        die("fork");
    if (pid > 0)
        return pid;
    outside_settle(processor);
    dup2(out, STDOUT_FILENO);
    execv(words[0], (char *const *)(uintptr_t)words);
    _exit(127);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

struct cost outside_wait(pid_t pid, const char *name, double began)
{
    struct rusage usage;
    int status;

    if (wait4(pid, &status, 0, &usage) != pid)
        die("wait");
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
        fprintf(stderr, BENCH ": %s ended with status %d\n", name, status);
        exit(2);
    }
    return (struct cost){ .clock = seconds() - began,
                          .own = seconds_of(usage.ru_utime) +
                                 seconds_of(usage.ru_stime),
                          .memory = usage.ru_maxrss };
}

struct cost outside_run(const char *const words[], int processor)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    double began = seconds();
    pid_t pid = outside_start(words, nowhere, processor);

    close(nowhere);
    return outside_wait(pid, words[1], began);
}

pid_t outside_serve(const char *smtpspec, int *port)
{
    static const char says[] = "listening on 127.0.0.1:";
    const char *words[] = { smtpspec, "serve", "--listen", "127.0.0.1:0",
                            "--tls", "no", NULL };
    char line[80] = "";
    int ends[2];
    FILE *said;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0)
        die("pipe");
    pid = outside_start(words, ends[1], 0);
    close(ends[1]);
    said = fdopen(ends[0], "r");
    if (said == NULL || fgets(line, sizeof(line), said) == NULL ||
        strncmp(line, says, strlen(says)) != 0)
        die("smtpspec serve");
    fclose(said);
    *port = (int)strtol(line + strlen(says), NULL, 10);
    return pid;
}

void outside_stop(pid_t server)
{
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
}

/* --- cases ---------------------------------------------------------------- */

static void write_case(FILE *out, size_t number, unsigned noops)
{
    fprintf(out,
            "case   bench.number-%zu\nrfc    5321:4.2\nlevel  MUST\n"
            "title  NOOP is answered 250\ngiven  ehlo\nflags  alone\n\n",
            number);
    for (unsigned i = 0; i < noops; i++)
        fputs("C: NOOP\nS: 250\n", out);
    fputs("\nproof  pass\n", out);
    for (unsigned i = 0; i < noops; i++)
        fputs("S: 250 ok\n", out);
    fputs("proof  fail\nS: 500 no\n\n", out);
}

char *outside_cases(size_t count, unsigned noops)
{
    char *folder = grow(NULL, TEMPORARY_MOST), path[TEMPORARY_MOST + 32];
    FILE *out = NULL;

    temporary(folder);
    if (mkdtemp(folder) == NULL)
        die(folder);
    for (size_t i = 0; i < count; i++) {
        if (i % CASES_OF_FILE == 0) {
            if (out != NULL)
                fclose(out);
            snprintf(path, sizeof(path), "%s/%zu.case", folder, i);
            out = fopen(path, "w");
            if (out == NULL)
                die(path);
        }
        write_case(out, i, noops);
    }
    if (out != NULL && fclose(out) != 0)
        die(folder);
    return folder;
}

void outside_forget(char *folder)
{
    DIR *entries = opendir(folder);
    char path[TEMPORARY_MOST + 256];

    for (struct dirent *entry;
         entries != NULL && (entry = readdir(entries)) != NULL;) {
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (entries != NULL)
        closedir(entries);
    rmdir(folder);
    free(folder);
}
