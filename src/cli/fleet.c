/* SPDX-License-Identifier: MIT */
/*
 * fleet.c - start a process for each target, and take what comes of it
 */
#include "cli/fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "cli/cli.h"
#include "net/memory.h"

/* What a child has to come to its end after a signal (ms): one that runs a
 * command waits for that, too. */
#define GRACE_MS 5000
/* Before it is tried once more to have another process. */
#define FORK_AGAIN_MS 100

struct child {
    pid_t id;                   /* 0: this place is free                     */
    unsigned sessions;
    int spool;
    char *target;
};

struct work {
    const struct smtpspec_fleet *fleet;
    struct child *children;
    unsigned places, running;
    unsigned sessions;          /* that the running ones may have            */
    size_t to_come;
    bool waiting, over;         /* for input; there is none any more         */
    bool no_process;            /* the system refused us another             */
    int signals, told;          /* that came; that the children were told of */
    uint64_t told_at;
    sigset_t mask;              /* as it was before                          */
};

/* --- signals -------------------------------------------------------------- */

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* A handler knows nothing but globals. */
static volatile sig_atomic_t last, how_many;

static void on_signal(int number)
{
    if (number == SIGCHLD)
        return;
    if (how_many == 0)
        last = number;
    if (how_many < 100)
        how_many++;
}

/* From here on signals come only while we wait. */
static void hold_signals(struct work *work, struct sigaction old[NUMBERS])
{
    struct sigaction action = { .sa_handler = on_signal };
    sigset_t ours;

    last = how_many = 0;
    sigemptyset(&action.sa_mask);
    sigemptyset(&ours);
    for (size_t i = 0; i < NUMBERS; i++)
        sigaddset(&ours, numbers[i]);
    sigprocmask(SIG_BLOCK, &ours, &work->mask);
    for (size_t i = 0; i < NUMBERS; i++) {
        sigaction(numbers[i], &action, &old[i]);
        sigdelset(&work->mask, numbers[i]);
        /* nohup is there to be heard. */
        if (numbers[i] == SIGHUP && old[i].sa_handler == SIG_IGN)
            sigaction(numbers[i], &old[i], NULL);
    }
}

static void release_signals(struct work *work,
                            const struct sigaction old[NUMBERS])
{
    for (size_t i = 0; i < NUMBERS; i++)
        sigaction(numbers[i], &old[i], NULL);
    sigprocmask(SIG_SETMASK, &work->mask, NULL);
}

/* Those that have come meanwhile. A terminal sends them to the children, too,
 * whose end must not be looked at without knowing why. */
static void take_signals(const struct work *work)
{
    const struct timespec none = { 0 };

    ppoll(NULL, 0, &none, &work->mask);
}

static void tell_children(struct work *work)
{
    bool late = work->told > 0 &&
                smtpspec_cli_now() - work->told_at >= GRACE_MS;
    /* A run does not know of SIGHUP. */
    int number = how_many > 1 || late ? SIGKILL
                 : last == SIGINT     ? SIGINT
                                      : SIGTERM;

    if (how_many == work->told && !late)
        return;
    if (work->told == 0)
        work->told_at = smtpspec_cli_now();
    work->told = how_many;
    for (unsigned i = 0; i < work->places; i++)
        if (work->children[i].id != 0)
            kill(work->children[i].id, number);
}

/* --- one target ----------------------------------------------------------- */

static const char *spool_folder(void)
{
    const char *folder = getenv("TMPDIR");

    return folder != NULL && *folder != '\0' ? folder : "/tmp";
}

/* A file that has no name, so that nobody has to remove it. */
static int open_spool(void)
{
    char *name;
    int spool;

    if (asprintf(&name, "%s/smtpspec.XXXXXX", spool_folder()) < 0)
        return -1;
    spool = mkostemp(name, O_CLOEXEC);
    if (spool >= 0)
        unlink(name);
    free(name);
    return spool;
}

static void cannot(struct work *work, const char *name, int spool)
{
    char why[400];
    const struct smtpspec_fleet_end ended = { .target = name, .status = -1,
                                              .spool = -1, .why = why };

    if (spool < 0)
        snprintf(why, sizeof(why), "no file in %.200s: %s", spool_folder(),
                 strerror(errno));
    else
        snprintf(why, sizeof(why), "no process: %s", strerror(errno));
    work->fleet->ended(work->fleet->context, &ended);
}

static void be_child(const struct work *work, const char *name,
                     unsigned sessions, int spool, pid_t parent)
{
    struct sigaction action = { .sa_handler = SIG_DFL };
    int status;

    for (size_t i = 0; i < NUMBERS; i++)
        sigaction(numbers[i], &action, NULL);
#ifdef __linux__
    /* Nobody would take what is found. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    for (unsigned i = 0; i < work->places; i++)
        if (work->children[i].id != 0)
            close(work->children[i].spool);
    sigprocmask(SIG_SETMASK, &work->mask, NULL);
    status = work->fleet->run(work->fleet->context, name, sessions, spool);
    /* What lies in buffers is the parent's to write. */
    _exit(status);
}

static struct child *free_place(struct work *work)
{
    for (unsigned i = 0; i < work->places; i++)
        if (work->children[i].id == 0)
            return &work->children[i];
    return NULL;
}

/* An equal part of what is left for each that may run beside it. */
static unsigned share(const struct work *work)
{
    unsigned beside = work->places - work->running;

    if (work->to_come > 0 && work->to_come < beside)
        beside = (unsigned)work->to_come;
    return (work->fleet->jobs - work->sessions) / beside;
}

/* False where the system has no process, or no file, for it now: what runs
 * will give some back. */
static bool start(struct work *work, const char *name)
{
    struct child *child = free_place(work);
    unsigned sessions = share(work);
    int spool = open_spool();
    pid_t parent = getpid(), id = -1;

    if (spool >= 0) {
        /* Or both would write what lies in the buffers. */
        fflush(NULL);
        id = fork();
    }
    if (id == 0)
        be_child(work, name, sessions, spool, parent);
    if (id < 0 && work->running == 0)
        cannot(work, name, spool);
    if (id < 0 && spool >= 0)
        close(spool);
    if (id < 0)
        return work->running == 0;
    *child = (struct child){ .id = id, .sessions = sessions, .spool = spool,
                             .target = smtpspec_memory_string(
                                 smtpspec_span_of(name)) };
    work->running++;
    work->sessions += sessions;
    work->fleet->begun(work->fleet->context, name);
    return true;
}

static void reap(struct work *work, struct child *child)
{
    struct smtpspec_fleet_end ended = { .status = -1 };
    int status;

    if (child->id == 0 || waitpid(child->id, &status, WNOHANG) != child->id)
        return;
    take_signals(work);
    ended.target = child->target;
    ended.spool = child->spool;
    ended.interrupted = how_many > 0;
    if (WIFEXITED(status))
        ended.status = WEXITSTATUS(status);
    else
        ended.signal = WTERMSIG(status);
    child->id = 0;
    work->running--;
    work->sessions -= child->sessions;
    work->no_process = false;
    lseek(ended.spool, 0, SEEK_SET);
    work->fleet->ended(work->fleet->context, &ended);
    close(ended.spool);
    free(child->target);
}

/* --- all of them ---------------------------------------------------------- */

/* Begin what may be begun. The name that the system has no process for is
 * kept in `*held`. */
static void start_some(struct work *work, char **held)
{
    const struct smtpspec_fleet *fleet = work->fleet;

    work->waiting = false;
    for (;;) {
        const char *name = *held;
        enum smtpspec_fleet_next next = SMTPSPEC_FLEET_TARGET;

        take_signals(work);
        if (work->over || work->running == work->places || how_many > 0)
            return;
        if (name == NULL)
            next = fleet->next(fleet->context, &name);
        work->over = next == SMTPSPEC_FLEET_OVER;
        work->waiting = next == SMTPSPEC_FLEET_WAIT;
        if (next != SMTPSPEC_FLEET_TARGET)
            return;
        work->no_process = !start(work, name);
        if (work->no_process) {
            if (*held == NULL)
                *held = smtpspec_memory_string(smtpspec_span_of(name));
            return;
        }
        free(*held);
        *held = NULL;
        if (work->to_come > 0)
            work->to_come--;
    }
}

/* For a child's end, a signal, input, or a while. */
static void wait_some(struct work *work)
{
    const struct smtpspec_fleet *fleet = work->fleet;
    struct pollfd input = { .fd = fleet->descriptor, .events = POLLIN };
    unsigned ms = fleet->tick_ms;
    struct timespec time;
    int ready;

    if (work->no_process && ms > FORK_AGAIN_MS)
        ms = FORK_AGAIN_MS;
    time.tv_sec = ms / 1000;
    time.tv_nsec = (long)(ms % 1000) * 1000000;
    ready = ppoll(&input, work->waiting ? 1 : 0, &time, &work->mask);
    if (ready > 0)
        fleet->fill(fleet->context);
}

int smtpspec_fleet_run(const struct smtpspec_fleet *fleet)
{
    struct work work = { .fleet = fleet, .to_come = fleet->to_come };
    struct sigaction old[NUMBERS];
    char *held = NULL;

    work.places = fleet->jobs < SMTPSPEC_FLEET_WORKERS
                      ? fleet->jobs
                      : SMTPSPEC_FLEET_WORKERS;
    work.children = smtpspec_memory_new(work.places * sizeof(struct child));
    hold_signals(&work, old);
    for (;;) {
        start_some(&work, &held);
        tell_children(&work);
        if (work.running == 0 && (work.over || how_many > 0))
            break;
        wait_some(&work);
        for (unsigned i = 0; i < work.places; i++)
            reap(&work, &work.children[i]);
        fleet->tick(fleet->context);
    }
    release_signals(&work, old);
    free(held);
    free(work.children);
    return how_many > 0 ? last : 0;
}
