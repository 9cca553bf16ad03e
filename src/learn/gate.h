/* SPDX-License-Identifier: MIT */
/*
 * gate.h - so many connections a minute, and no more
 *
 * Floor 5, learn; on libuv.
 */
#ifndef SMTPSPEC_GATE_H
#define SMTPSPEC_GATE_H

#include <uv.h>

#include "run/pace.h"

struct smtpspec_gate {
    struct smtpspec_pace pace;
    uv_timer_t timer;
    uv_loop_t *loop;
    void (*opens)(void *context); /* somebody was kept waiting: may now      */
    void *context;
};

/* Between these two the gate may be used, in runs of the loop. Its pace, which
 * is the caller's to set, stays as it is from one time to the next. */
void smtpspec_gate_begin(struct smtpspec_gate *gate, uv_loop_t *loop);
void smtpspec_gate_end(struct smtpspec_gate *gate);

/* Whether a connection may be begun now; it counts as begun then, unless it is
 * given back. If not, `opens` is called when one may. */
bool smtpspec_gate_pass(struct smtpspec_gate *gate);

/* Whether it will be called. */
bool smtpspec_gate_waits(const struct smtpspec_gate *gate);

#endif
