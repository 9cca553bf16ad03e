/* SPDX-License-Identifier: MIT */
/*
 * deadline.h - a time limit that is put off far more often than it passes
 *
 * Floor 5, run; on a libuv loop. Each reply puts the limit for the next one
 * off. A timer that is started anew each time is taken out of and put into the
 * loop's heap, which with thousands of connections is what they all wait for;
 * this one is left to run, and started anew only when it ends too early.
 */
#ifndef SMTPSPEC_DEADLINE_H
#define SMTPSPEC_DEADLINE_H

#include <stdint.h>

#include <uv.h>

struct smtpspec_deadline {
    uv_timer_t timer;       /* its `data` is the deadline                    */
    uint64_t at;            /* of the loop's clock; UINT64_MAX: never        */
    uint64_t due;           /* when the timer ends, while it runs            */
    void (*passed)(void *context);
    void *context;
};

/* Must not be moved until it is closed. */
void smtpspec_deadline_init(struct smtpspec_deadline *deadline,
                            uv_loop_t *loop, void (*passed)(void *context),
                            void *context);
/* `passed` is called in so many ms, once, unless it is set or cleared by then.
 */
void smtpspec_deadline_set(struct smtpspec_deadline *deadline, uint64_t ms);
void smtpspec_deadline_clear(struct smtpspec_deadline *deadline);
/* `closed` gets the timer; the memory is the caller's again then. */
void smtpspec_deadline_close(struct smtpspec_deadline *deadline,
                             uv_close_cb closed);

#endif
