/* SPDX-License-Identifier: MIT */
/*
 * deadline.c - a time limit that is put off far more often than it passes
 */
#include "run/deadline.h"

static void start(struct smtpspec_deadline *deadline, uint64_t ms);

static void on_end(uv_timer_t *timer)
{
    struct smtpspec_deadline *deadline = timer->data;
    uint64_t now = uv_now(timer->loop);

    if (deadline->at == UINT64_MAX)
        return;
    if (deadline->at > now) {
        start(deadline, deadline->at - now);
        return;
    }
    deadline->at = UINT64_MAX;
    deadline->passed(deadline->context);
}

static void start(struct smtpspec_deadline *deadline, uint64_t ms)
{
    deadline->due = uv_now(deadline->timer.loop) + ms;
    uv_timer_start(&deadline->timer, on_end, ms, 0);
}

void smtpspec_deadline_init(struct smtpspec_deadline *deadline,
                            uv_loop_t *loop, void (*passed)(void *context),
                            void *context)
{
    uv_timer_init(loop, &deadline->timer);
    deadline->timer.data = deadline;
    deadline->at = UINT64_MAX;
    deadline->passed = passed;
    deadline->context = context;
}

void smtpspec_deadline_set(struct smtpspec_deadline *deadline, uint64_t ms)
{
    deadline->at = uv_now(deadline->timer.loop) + ms;
    if (!uv_is_active((uv_handle_t *)&deadline->timer) ||
        deadline->due > deadline->at)
        start(deadline, ms);
}

void smtpspec_deadline_clear(struct smtpspec_deadline *deadline)
{
    deadline->at = UINT64_MAX;
}

void smtpspec_deadline_close(struct smtpspec_deadline *deadline,
                             uv_close_cb closed)
{
    uv_close((uv_handle_t *)&deadline->timer, closed);
}
