/* SPDX-License-Identifier: MIT */
/*
 * outside.h - the command as a process, and what it costs; cases for it
 */
#ifndef SMTPSPEC_BENCH_OUTSIDE_H
#define SMTPSPEC_BENCH_OUTSIDE_H

#include <stddef.h>
#include <sys/types.h>

/* What a process took. */
struct cost {
    double clock;  /* seconds from its start to its end                       */
    double own;    /* that it computed, in the kernel, too                    */
    long memory;   /* KiB, at most                                            */
};

/* Run a command on that processor (of those that there are), its output to
 * nowhere; the words end with NULL. Ends the program where it exits with more
 * than 1, saying so. */
struct cost outside_run(const char *const words[], int processor);
/* Start one and leave it alone; what it writes goes to `out`. */
pid_t outside_start(const char *const words[], int out, int processor);
/* Wait for one that was started at that second of the clock. */
struct cost outside_wait(pid_t pid, const char *name, double began);

/* The built-in server, without TLS, on the first processor; its port. */
pid_t outside_serve(const char *smtpspec, int *port);
void outside_stop(pid_t server);

/* This process on one of the processors that there are; or the scheduler's
 * luck is measured. */
void outside_settle(int processor);

/* Write so many cases into a new folder, each with a connection of its own on
 * which it says EHLO and so many NOOPs. Returns the folder's path, of the heap.
 * outside_forget() removes it with all that is in it. */
char *outside_cases(size_t count, unsigned noops);
void outside_forget(char *folder);

#endif
