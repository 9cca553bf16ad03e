/* SPDX-License-Identifier: MIT */
/*
 * test_fleet.c - a process for each target: no more at once than may be, none
 * lost, none left over
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/fleet.h"

#define TARGETS_KEPT 400

/* What children see of each other. */
struct seen {
    atomic_uint sessions, most_sessions, children, most_children;
};

struct scene {
    struct seen *seen;
    unsigned count, next;       /* targets: t0, t1, ...                      */
    unsigned begun, ended, ticks;
    unsigned whole[TARGETS_KEPT]; /* spools that were as they should be      */
    unsigned killed, cut, lost; /* by a signal; interrupted; not begun       */
    unsigned bad_status;
    unsigned signal_after;      /* ends; 0: never                            */
    int signal;
    bool deaf;                  /* t0 does not hear it                       */
    bool to_all;                /* the children get it at the same time      */
    char name[32];
    int pipe[2];                /* to read `next` from; or -1                */
    unsigned fed;
};

static void doze(unsigned ms)
{
    struct timespec time = { .tv_sec = ms / 1000,
                             .tv_nsec = (long)(ms % 1000) * 1000000 };

    nanosleep(&time, NULL);
}

static void raise_to(atomic_uint *most, unsigned value)
{
    unsigned old = atomic_load(most);

    while (old < value && !atomic_compare_exchange_weak(most, &old, value))
        ;
}

static void scene_begin(struct scene *scene, unsigned count)
{
    memset(scene, 0, sizeof(*scene));
    scene->count = count;
    scene->pipe[0] = scene->pipe[1] = -1;
    scene->seen = mmap(NULL, sizeof(*scene->seen), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(scene->seen != MAP_FAILED);
}

static void scene_end(struct scene *scene)
{
    munmap(scene->seen, sizeof(*scene->seen));
    /* No child is left, dead or alive. */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static enum smtpspec_fleet_next next(void *context, const char **name)
{
    struct scene *scene = context;

    if (scene->next == scene->count)
        return SMTPSPEC_FLEET_OVER;
    if (scene->pipe[0] >= 0 && scene->fed == scene->next)
        return SMTPSPEC_FLEET_WAIT;
    snprintf(scene->name, sizeof(scene->name), "t%u", scene->next++);
    *name = scene->name;
    return SMTPSPEC_FLEET_TARGET;
}

static void fill(void *context)
{
    struct scene *scene = context;
    char octet;

    if (read(scene->pipe[0], &octet, 1) == 1)
        scene->fed++;
}

/* A short while, in which it counts for those that see it; t13 crashes,
 * t19 has 3 as its status. */
static int run(void *context, const char *name, unsigned sessions, int spool)
{
    struct scene *scene = context;
    struct seen *seen = scene->seen;
    unsigned long number = strtoul(name + 1, NULL, 10);

    raise_to(&seen->most_sessions,
             atomic_fetch_add(&seen->sessions, sessions) + sessions);
    raise_to(&seen->most_children, atomic_fetch_add(&seen->children, 1) + 1);
    if (scene->deaf && strcmp(name, "t0") == 0)
        signal(scene->signal, SIG_IGN);
    /* The first and those after the signal are there when it comes. */
    doze(scene->signal == 0                                  ? 20
         : number > 0 && number <= scene->signal_after ? 5 : 20000);
    dprintf(spool, "%s was here\n", name);
    atomic_fetch_sub(&seen->sessions, sessions);
    atomic_fetch_sub(&seen->children, 1);
    if (strcmp(name, "t13") == 0)
        raise(SIGKILL);
    return strcmp(name, "t19") == 0 ? 3 : 0;
}

static void begun(void *context, const char *name)
{
    struct scene *scene = context;

    assert_int_equal(name[0], 't');
    scene->begun++;
}

static void ended(void *context, const struct smtpspec_fleet_end *end)
{
    struct scene *scene = context;
    unsigned number = (unsigned)strtoul(end->target + 1, NULL, 10);
    char said[64] = "", due[64];

    if (end->why != NULL) {
        assert_int_equal(end->spool, -1);
        assert_int_equal(end->status, -1);
        scene->lost++;
        return;
    }
    snprintf(due, sizeof(due), "t%u was here\n", number);
    assert_true(read(end->spool, said, sizeof(said) - 1) >= 0);
    scene->ended++;
    if (end->signal != 0) {
        scene->killed++;
        scene->cut += end->interrupted;
    } else if (end->status == (number == 19 ? 3 : 0) &&
               strcmp(said, due) == 0) {
        scene->whole[number]++;
    } else {
        scene->bad_status++;
    }
    if (scene->ended == scene->signal_after && scene->to_all) {
        /* As a terminal does it; all are gone before the parent looks. */
        kill(0, scene->signal);
        doze(100);
    } else if (scene->ended == scene->signal_after) {
        raise(scene->signal);
    }
}

static void tick(void *context)
{
    struct scene *scene = context;

    scene->ticks++;
    /* An impatient user. */
    if (scene->signal_after > 0 && scene->ended > scene->signal_after &&
        scene->ticks % 50 == 0)
        raise(scene->signal);
}

static int go(struct scene *scene, unsigned jobs, size_t to_come)
{
    const struct smtpspec_fleet fleet = {
        .jobs = jobs, .to_come = to_come, .descriptor = scene->pipe[0],
        .tick_ms = 20, .context = scene, .next = next, .fill = fill,
        .run = run, .begun = begun, .ended = ended, .tick = tick
    };

    return smtpspec_fleet_run(&fleet);
}

static void each_target_has_its_process(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, 100);
    assert_int_equal(go(&scene, 7, 0), 0);
    assert_int_equal(scene.begun, 100);
    assert_int_equal(scene.ended, 100);
    assert_int_equal(scene.bad_status, 0);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(scene.whole[i], i == 13 ? 0 : 1);
    /* A crash takes nobody else with it, and is told. */
    assert_int_equal(scene.killed, 1);
    assert_int_equal(scene.cut, 0);
    assert_true(atomic_load(&scene.seen->most_sessions) <= 7);
    assert_true(atomic_load(&scene.seen->most_children) >= 2);
    scene_end(&scene);
}

static void few_targets_share_all_sessions(void **state)
{
    static const struct { unsigned targets, jobs; size_t known; unsigned most; }
    rows[] = { { 1, 16, 1, 16 }, { 2, 16, 2, 16 }, { 3, 16, 3, 16 },
               { 3, 2, 3, 2 }, { 5, 1, 0, 1 }, { 1, 16, 0, 1 } };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct scene scene;
        unsigned most;

        scene_begin(&scene, rows[i].targets);
        assert_int_equal(go(&scene, rows[i].jobs, rows[i].known), 0);
        assert_int_equal(scene.ended, rows[i].targets);
        most = atomic_load(&scene.seen->most_sessions);
        assert_true(most <= rows[i].jobs);
        if (rows[i].targets == 1)
            assert_int_equal(most, rows[i].most);
        scene_end(&scene);
    }
}

static void thousands_of_sessions_are_no_thousands_of_processes(void **state)
{
    struct scene scene;

    (void)state;
    scene_begin(&scene, 300);
    assert_int_equal(go(&scene, 4096, 0), 0);
    assert_int_equal(scene.ended, 300);
    assert_true(atomic_load(&scene.seen->most_children) <=
                SMTPSPEC_FLEET_WORKERS);
    assert_true(atomic_load(&scene.seen->most_sessions) <= 4096);
    scene_end(&scene);
}

/* A list that is still being written: the first does not wait for the last. */
static void targets_may_come_one_by_one(void **state)
{
    struct scene scene;
    pid_t writer;

    (void)state;
    scene_begin(&scene, 5);
    assert_int_equal(pipe(scene.pipe), 0);
    writer = fork();
    if (writer == 0) {
        for (unsigned i = 0; i < 5; i++) {
            doze(20);
            if (write(scene.pipe[1], "x", 1) != 1)
                _exit(1);
        }
        _exit(0);
    }
    assert_int_equal(go(&scene, 4, 0), 0);
    assert_int_equal(scene.ended, 5);
    assert_true(scene.ticks >= 5);
    waitpid(writer, NULL, 0);
    close(scene.pipe[0]);
    close(scene.pipe[1]);
    scene_end(&scene);
}

static void a_signal_ends_it_and_all_children(void **state)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct sigaction before, after;
        struct scene scene;

        sigaction(signals[i], NULL, &before);
        scene_begin(&scene, TARGETS_KEPT);
        scene.signal_after = 14;
        scene.signal = signals[i];
        assert_int_equal(go(&scene, 4, 0), signals[i]);
        assert_true(scene.begun < 30);
        assert_int_equal(scene.begun, scene.ended);
        assert_true(scene.cut >= 1);
        sigaction(signals[i], NULL, &after);
        assert_true(before.sa_handler == after.sa_handler);
        scene_end(&scene);
    }
}

/* t0 is deaf to the first signal; the second is no request any more. */
static void a_second_signal_is_the_last(void **state)
{
    struct scene scene;
    time_t began = time(NULL);

    (void)state;
    scene_begin(&scene, TARGETS_KEPT);
    scene.signal_after = 17;
    scene.deaf = true;
    scene.signal = SIGINT;
    assert_int_equal(go(&scene, 8, 0), SIGINT);
    assert_true(scene.cut >= 1);
    assert_int_equal(scene.begun, scene.ended);
    /* Sooner than patience ends. */
    assert_true(time(NULL) - began < 5);
    scene_end(&scene);
}

static void a_signal_to_all_ends_what_it_ends(void **state)
{
    struct scene scene;

    (void)state;
    setpgid(0, 0);
    for (unsigned round = 0; round < 3; round++) {
        scene_begin(&scene, TARGETS_KEPT);
        scene.signal_after = 1;
        scene.signal = SIGINT;
        scene.to_all = true;
        assert_int_equal(go(&scene, 8, 0), SIGINT);
        assert_int_equal(scene.begun, scene.ended);
        assert_int_equal(scene.killed, scene.cut);
        assert_true(scene.begun <= 8);
        scene_end(&scene);
    }
}

static void what_lies_in_buffers_is_written_once(void **state)
{
    FILE *file = tmpfile();
    struct scene scene;

    (void)state;
    assert_non_null(file);
    fputs("once", file);
    scene_begin(&scene, 9);
    assert_int_equal(go(&scene, 3, 0), 0);
    fputs(" more", file);
    fflush(file);
    assert_int_equal(ftell(file), 9);
    fclose(file);
    scene_end(&scene);
}

static void without_room_for_a_spool_it_is_told(void **state)
{
    const char *folder = getenv("TMPDIR");
    char *before = folder != NULL ? strdup(folder) : NULL;
    struct scene scene;

    (void)state;
    setenv("TMPDIR", "/no/such/folder", 1);
    scene_begin(&scene, 5);
    assert_int_equal(go(&scene, 3, 0), 0);
    assert_int_equal(scene.lost, 5);
    assert_int_equal(scene.begun, 0);
    scene_end(&scene);
    if (before != NULL)
        setenv("TMPDIR", before, 1);
    else
        unsetenv("TMPDIR");
    free(before);
}

/* Fewer files than targets that may run: they wait for each other. */
static void few_files_make_it_slower_and_lose_nothing(void **state)
{
    struct rlimit before, few;
    struct scene scene;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 12;
    scene_begin(&scene, 60);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_int_equal(go(&scene, 40, 0), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(scene.ended, 60);
    assert_int_equal(scene.lost, 0);
    assert_true(atomic_load(&scene.seen->most_children) < 12);
    scene_end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_target_has_its_process),
        cmocka_unit_test(few_targets_share_all_sessions),
        cmocka_unit_test(thousands_of_sessions_are_no_thousands_of_processes),
        cmocka_unit_test(targets_may_come_one_by_one),
        cmocka_unit_test(a_signal_ends_it_and_all_children),
        cmocka_unit_test(a_second_signal_is_the_last),
        cmocka_unit_test(a_signal_to_all_ends_what_it_ends),
        cmocka_unit_test(what_lies_in_buffers_is_written_once),
        cmocka_unit_test(without_room_for_a_spool_it_is_told),
        cmocka_unit_test(few_files_make_it_slower_and_lose_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
