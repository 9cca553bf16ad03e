/* SPDX-License-Identifier: MIT */
/*
 * gate.c - so many connections a minute, and no more
 */
#include "learn/gate.h"

void smtpspec_gate_begin(struct smtpspec_gate *gate, uv_loop_t *loop)
{
    gate->loop = loop;
    gate->timer.data = gate;
    uv_timer_init(loop, &gate->timer);
}

void smtpspec_gate_end(struct smtpspec_gate *gate)
{
    uv_close((uv_handle_t *)&gate->timer, NULL);
}

static void on_time(uv_timer_t *timer)
{
    struct smtpspec_gate *gate = timer->data;

    gate->opens(gate->context);
}

bool smtpspec_gate_pass(struct smtpspec_gate *gate)
{
    uint64_t now;

    uv_update_time(gate->loop);
    now = uv_now(gate->loop);
    if (smtpspec_pace_begin(&gate->pace, now))
        return true;
    uv_timer_start(&gate->timer, on_time, gate->pace.next - now, 0);
    return false;
}

bool smtpspec_gate_waits(const struct smtpspec_gate *gate)
{
    return uv_is_active((const uv_handle_t *)&gate->timer) != 0;
}
