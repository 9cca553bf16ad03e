/* SPDX-License-Identifier: MIT */
/*
 * interrupt.c - let SIGINT and SIGTERM end a look-up
 */
#include "net/interrupt.h"

#include <signal.h>

/* A signal is the process's, and so is this. */
static int last;

int smtpspec_interrupted(void)
{
    return last;
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct smtpspec_interrupt *interrupt = handle->data;

    last = number;
    interrupt->told(interrupt->context);
}

void smtpspec_interrupt_watch(struct smtpspec_interrupt *interrupt,
                              uv_loop_t *loop, void (*told)(void *context),
                              void *context)
{
    static const int numbers[2] = { SIGINT, SIGTERM };

    interrupt->told = told;
    interrupt->context = context;
    for (unsigned i = 0; i < 2; i++) {
        uv_signal_init(loop, &interrupt->signals[i]);
        interrupt->signals[i].data = interrupt;
        uv_signal_start(&interrupt->signals[i], on_signal, numbers[i]);
    }
}

void smtpspec_interrupt_leave(struct smtpspec_interrupt *interrupt)
{
    for (unsigned i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&interrupt->signals[i], NULL);
}
