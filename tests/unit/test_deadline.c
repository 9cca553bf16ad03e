/* SPDX-License-Identifier: MIT */
/*
 * test_deadline.c - a time limit that is put off, brought forward, lifted
 */
#include "support/rows.h"

#include "run/deadline.h"

#define NEVER 0

struct step {
    uint64_t after; /* ms since the step before */
    uint64_t ms;    /* set to that; CLEAR: lifted */
};

#define CLEAR UINT64_MAX

static struct row {
    const char *name;
    uint64_t first;
    struct step steps[3];
    unsigned count;
    uint64_t passes; /* not before that, in ms since the start; NEVER */
} rows[] = {
    { "passes at its time", 20, { { 0 } }, 0, 20 },
    { "is put off", 20, { { 10, 40 } }, 1, 50 },
    { "is put off twice", 20, { { 10, 30 }, { 20, 30 } }, 2, 60 },
    { "is brought forward", 5000, { { 10, 10 } }, 1, 20 },
    { "is brought forward after it was put off", 20,
      { { 5, 5000 }, { 5, 20 } }, 2, 30 },
    { "is lifted", 10, { { 5, CLEAR } }, 1, NEVER },
    { "is set again after it was lifted", 20, { { 5, CLEAR }, { 25, 10 } }, 2,
      40 },
    { "at once is at once", 5000, { { 5, 0 } }, 1, 5 },
};

struct scene {
    const struct row *row;
    struct smtpspec_deadline deadline;
    uv_timer_t next, end;
    unsigned step, passed;
    uint64_t began, at;
};

static void on_passed(void *context)
{
    struct scene *scene = context;

    scene->passed++;
    scene->at = uv_now(scene->next.loop) - scene->began;
}

static void on_next(uv_timer_t *timer)
{
    struct scene *scene = timer->data;
    const struct step *step = &scene->row->steps[scene->step++];

    if (step->ms == CLEAR)
        smtpspec_deadline_clear(&scene->deadline);
    else
        smtpspec_deadline_set(&scene->deadline, step->ms);
    if (scene->step < scene->row->count)
        uv_timer_start(timer, on_next, step[1].after, 0);
}

static void on_end(uv_timer_t *timer)
{
    struct scene *scene = timer->data;

    smtpspec_deadline_close(&scene->deadline, NULL);
    uv_close((uv_handle_t *)&scene->next, NULL);
    uv_close((uv_handle_t *)&scene->end, NULL);
}

static void passes_once_and_in_time(void **state)
{
    struct scene scene = { .row = *state };
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    uv_timer_init(&loop, &scene.next);
    uv_timer_init(&loop, &scene.end);
    scene.next.data = scene.end.data = &scene;
    smtpspec_deadline_init(&scene.deadline, &loop, on_passed, &scene);
    scene.began = uv_now(&loop);
    smtpspec_deadline_set(&scene.deadline, scene.row->first);
    if (scene.row->count > 0)
        uv_timer_start(&scene.next, on_next, scene.row->steps[0].after, 0);
    uv_timer_start(&scene.end, on_end, 200, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(scene.passed, scene.row->passes != NEVER);
    assert_true(scene.at >= scene.row->passes);
    /* A busy machine is late, but not by what was to be put off. */
    assert_true(scene.at < scene.row->passes + 150);
}

int main(void)
{
    struct CMUnitTest tests[SMTPSPEC_ARRAY_LEN(rows)];

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].name,
                                        .initial_state = &rows[i],
                                        .test_func = passes_once_and_in_time };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
