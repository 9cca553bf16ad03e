/* SPDX-License-Identifier: MIT */
/*
 * fleet.h - many targets, some of them at once, each in a process of its own
 *
 * Floor 7, cli. A run blocks, owns its event loop and the process's signals,
 * and holds all results of its target to the end; so each target is a child
 * process, which brings the other cores, lets no memory of a target outlive
 * it, and loses nothing but its own target when it crashes. The child writes
 * to a spool, a file without a name, which is read once the child has ended:
 * what the parent hands on is of one target after the other, each whole.
 *
 * At any time the sessions that the running targets may have are `jobs` at
 * most. A signal (SIGINT, SIGTERM, SIGHUP) begins no further target and is
 * handed to the children; a second one ends them at once.
 */
#ifndef SMTPSPEC_FLEET_H
#define SMTPSPEC_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Targets at once, however many sessions there may be: each is a process. */
#define SMTPSPEC_FLEET_WORKERS 256

enum smtpspec_fleet_next {
    SMTPSPEC_FLEET_TARGET,
    SMTPSPEC_FLEET_WAIT,        /* not yet: see `descriptor`                 */
    SMTPSPEC_FLEET_OVER
};

/* A target whose process has ended. */
struct smtpspec_fleet_end {
    const char *target;
    int status;                 /* what `run` returned, 0 to 255; -1: it did
                                   not come to that                          */
    int signal;                 /* which killed it; 0: none                  */
    bool interrupted;           /* and we had it end                         */
    const char *why;            /* why it could not be begun; or NULL        */
    int spool;                  /* at its first octet; -1: there is none     */
};

struct smtpspec_fleet {
    unsigned jobs;              /* sessions altogether, at least 1           */
    size_t to_come;             /* targets, where that is known; else 0      */
    int descriptor;             /* to wait for where `next` says so          */
    unsigned tick_ms;           /* between calls of `tick`                   */
    void *context;
    /* The next target; `*name` is good up to the next call. */
    enum smtpspec_fleet_next (*next)(void *context, const char **name);
    /* The descriptor can be read. */
    void (*fill)(void *context);
    /* In the child: do it, with so many sessions at most; the exit status. */
    int (*run)(void *context, const char *name, unsigned sessions, int spool);
    /* In the parent: it is begun; it has ended; some time has passed. */
    void (*begun)(void *context, const char *name);
    void (*ended)(void *context, const struct smtpspec_fleet_end *end);
    void (*tick)(void *context);
};

/* Go through all targets. Returns the signal that ended it, or 0. */
int smtpspec_fleet_run(const struct smtpspec_fleet *fleet);

#endif
