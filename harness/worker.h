/* SPDX-License-Identifier: MIT */
/*
 * worker.h - ask an adapter that is a program of its own
 *
 * The program speaks the line protocol of adapter_worker.c. It is not trusted:
 * it gets WORKER_MS of time and WORKER_ANSWER_MOST octets for an answer, is
 * killed where it takes more, and started anew for the next question.
 */
#ifndef SMTPSPEC_WORKER_H
#define SMTPSPEC_WORKER_H

#include <sys/types.h>

#include "adapter.h"

#define WORKER_MS          2000
#define WORKER_START_MS    20000
#define WORKER_ANSWER_MOST ((size_t)8 << 20)

enum worker_outcome {
    WORKER_ANSWERED,
    WORKER_HANGS,   /* no answer in time                                     */
    WORKER_CRASHES, /* it ended instead                                      */
    WORKER_BROKEN,  /* what it said is not of the protocol; or no start      */
};

/* All zero but `path` is one that was not started yet. */
struct worker {
    const char *path;
    pid_t pid;       /* 0: does not run */
    int to, from;
    char version[64]; /* printable ASCII; known after worker_start()          */
    char *answer;     /* of the heap                                         */
};

/* Returns whether it runs and said its version. */
bool worker_start(struct worker *worker);

/* Ask; `result`, empty before, is filled only where it ANSWERED. Starts the
 * program where it does not run. */
enum worker_outcome worker_ask(struct worker *worker,
                               struct smtpspec_span octets,
                               struct adapter_result *result);

/* End it and give back what it holds. */
void worker_stop(struct worker *worker);

#endif
