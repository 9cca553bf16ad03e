/* SPDX-License-Identifier: MIT */
/*
 * interrupt.h - let SIGINT and SIGTERM end a look-up
 *
 * Floor 4, net; on a libuv loop. A look-up blocks whoever asks for it, and a
 * signal that ended the process there would take with it what was found of
 * other targets. While watched, a signal is noted and told instead.
 */
#ifndef SMTPSPEC_INTERRUPT_H
#define SMTPSPEC_INTERRUPT_H

#include <uv.h>

struct smtpspec_interrupt {
    uv_signal_t signals[2];
    void (*told)(void *context);
    void *context;
};

/* `told` is called by the loop, once for each signal. */
void smtpspec_interrupt_watch(struct smtpspec_interrupt *interrupt,
                              uv_loop_t *loop, void (*told)(void *context),
                              void *context);

/* Watch no more; the loop has to run once for the handles to be closed. */
void smtpspec_interrupt_leave(struct smtpspec_interrupt *interrupt);

/* The last signal that came while somebody watched; 0: none has. No further
 * look-up is begun once there was one. */
int smtpspec_interrupted(void);

#endif
