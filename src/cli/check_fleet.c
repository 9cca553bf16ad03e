/* SPDX-License-Identifier: MIT */
/*
 * check_fleet.c - check a list of targets, each by a process of its own
 */
#include "cli/check_fleet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/check_targets.h"
#include "cli/cli.h"
#include "cli/fleet.h"
#include "cli/hand_on.h"
#include "cli/resume.h"
#include "cli/target_lines.h"
#include "net/interrupt.h"
#include "net/memory.h"

/* Exit statuses of a child: as a shell tells a signal, and one of our own. */
#define EXIT_SPOOL 120
/* Bad lines that are told. */
#define BAD_TOLD 10
#define TICK_MS 1000
#define TICK_SHOWN_MS 200

struct smtpspec_check_fleet {
    struct smtpspec_checking *check;
    struct smtpspec_target_lines lines;
    struct smtpspec_resume resume;
    size_t bad;             /* lines                                         */
    size_t all, done;       /* targets; all 0: nobody knows                  */
    size_t ended_before;    /* they are in the file of --resume              */
    size_t cut;             /* by a signal                                   */
    size_t found, untested; /* targets that made the exit status so          */
    char *begun;            /* the last that was begun                       */
};

/* --- the list ------------------------------------------------------------- */

static void tell_bad(struct smtpspec_check_fleet *fleet, const char *why)
{
    const char *path = fleet->check->options.list;

    if (fleet->bad++ < BAD_TOLD) {
        smtpspec_progress_clear(&fleet->check->progress);
        smtpspec_cli_usage("check", "%.200s: line %zu: %s",
                           strcmp(path, "-") == 0 ? "standard input" : path,
                           fleet->lines.number, why);
    }
}

/* Whether the line is a target that is ours to run. */
static bool is_wanted(struct smtpspec_check_fleet *fleet, const char *text)
{
    const struct smtpspec_check_options *options = &fleet->check->options;
    struct smtpspec_check_target target;
    char why[SMTPSPEC_CHECK_WHY_ROOM];
    uint64_t key;

    if (!smtpspec_check_target_read(&target, text, options->profile, why,
                                    sizeof(why))) {
        tell_bad(fleet, why);
        return false;
    }
    key = smtpspec_resume_key(text);
    if (options->shards > 0 &&
        (key ^ key >> 32) % options->shards != options->shard - 1)
        return false;
    if (!smtpspec_resume_has(&fleet->resume, key))
        return true;
    fleet->ended_before++;
    return false;
}

static enum smtpspec_fleet_next next(void *context, const char **name)
{
    struct smtpspec_check_fleet *fleet = context;
    struct smtpspec_target_lines *lines = &fleet->lines;

    for (;;)
        switch (smtpspec_target_lines_next(lines)) {
        case SMTPSPEC_TARGET_LINE_TARGET:
            if (!is_wanted(fleet, lines->text))
                break;
            *name = lines->text;
            return SMTPSPEC_FLEET_TARGET;
        case SMTPSPEC_TARGET_LINE_BAD:
            tell_bad(fleet, lines->why);
            break;
        case SMTPSPEC_TARGET_LINE_WAIT:
            return SMTPSPEC_FLEET_WAIT;
        case SMTPSPEC_TARGET_LINE_END:
            return SMTPSPEC_FLEET_OVER;
        }
}

static void fill(void *context)
{
    struct smtpspec_check_fleet *fleet = context;

    smtpspec_target_lines_fill(&fleet->lines);
}

/* A file is looked through before anything is run: how many there are, and
 * that each is one. */
static int look_through(struct smtpspec_check_fleet *fleet)
{
    enum smtpspec_fleet_next what;
    const char *name;

    while ((what = next(fleet, &name)) != SMTPSPEC_FLEET_OVER)
        if (what == SMTPSPEC_FLEET_WAIT)
            fill(fleet);
        else
            fleet->all++;
    if (fleet->bad > BAD_TOLD)
        smtpspec_cli_usage("check", "%.200s: %zu more bad lines",
                           fleet->check->options.list,
                           fleet->bad - BAD_TOLD);
    if (fleet->bad > 0)
        return SMTPSPEC_EXIT_USAGE;
    fleet->ended_before = 0;
    smtpspec_target_lines_rewind(&fleet->lines);
    return 0;
}

/* --- in the child --------------------------------------------------------- */

/* The reports of the parent are left alone: they are its own. */
static bool write_to(struct smtpspec_check_fleet *fleet, int spool)
{
    struct smtpspec_checking *check = fleet->check;
    struct smtpspec_reports *reports = &check->options.reports;
    FILE *file = fdopen(spool, "w");

    smtpspec_reports_init(reports);
    if (file == NULL || !smtpspec_reports_lines(reports, file) ||
        !smtpspec_reports_open(reports, &check->options.style))
        return false;
    smtpspec_reports_begin(reports, &check->facts);
    return true;
}

static int run(void *context, const char *name, unsigned sessions, int spool)
{
    struct smtpspec_check_fleet *fleet = context;
    struct smtpspec_checking *check = fleet->check;
    struct smtpspec_check_options *options = &check->options;
    char why[SMTPSPEC_CHECK_WHY_ROOM];

    /* Its lock is to go with the parent. */
    smtpspec_resume_close(&fleet->resume);
    check->mute = true;
    check->progress.on = false;
    options->jobs = sessions;
    options->targets = smtpspec_memory_new(sizeof(*options->targets));
    options->target_count = 1;
    /* What is expected of it the parent knows, who weighs the results. */
    smtpspec_baseline_init(&check->baseline);
    if (!smtpspec_check_target_read(options->targets, name, options->profile,
                                    why, sizeof(why)) ||
        !write_to(fleet, spool))
        return EXIT_SPOOL;
    smtpspec_check_targets_expand(options);
    check->interrupted = smtpspec_interrupted();
    for (size_t i = 0; i < options->target_count && check->interrupted == 0;
         i++)
        smtpspec_checking_run(check, &options->targets[i]);
    if (!smtpspec_reports_end(&options->reports, &check->facts))
        return EXIT_SPOOL;
    return check->interrupted != 0 ? SMTPSPEC_EXIT_SIGNAL + check->interrupted
                                   : 0;
}

/* --- what came of it ------------------------------------------------------ */

static void ended(void *context, const struct smtpspec_fleet_end *end)
{
    struct smtpspec_check_fleet *fleet = context;
    struct smtpspec_checking *check = fleet->check;
    bool found = check->found, untested = check->untested;
    int signal = end->status > SMTPSPEC_EXIT_SIGNAL
                     ? end->status - SMTPSPEC_EXIT_SIGNAL : end->signal;

    if (signal != 0 && end->interrupted) {
        fleet->cut++;
        return;
    }
    check->found = check->untested = false;
    if (signal != 0)
        smtpspec_hand_on_trouble(check, end->target, "its process was ended",
                                 strsignal(signal));
    else if (end->why != NULL)
        smtpspec_hand_on_trouble(check, end->target, "it cannot be run",
                                 end->why);
    else if (end->status != 0)
        smtpspec_hand_on_trouble(check, end->target, "its results are lost",
                                 "they could not be written (is TMPDIR "
                                 "full?)");
    else
        smtpspec_hand_on(check, end->target, end->spool);
    fleet->done++;
    fleet->found += check->found;
    fleet->untested += check->untested;
    check->found = check->found || found;
    check->untested = check->untested || untested;
}

/* --- all of it ------------------------------------------------------------ */

static void begun(void *context, const char *name)
{
    struct smtpspec_check_fleet *fleet = context;

    free(fleet->begun);
    fleet->begun = smtpspec_memory_string(smtpspec_span_of(name));
}

static void tick(void *context)
{
    struct smtpspec_check_fleet *fleet = context;

    smtpspec_progress_show(&fleet->check->progress,
                           &(struct smtpspec_progress_mark){
                               .done = fleet->done, .all = fleet->all,
                               .at = fleet->begun,
                               .now = smtpspec_cli_now() });
}

void smtpspec_check_fleet_tell(const struct smtpspec_check_fleet *fleet)
{
    const struct smtpspec_check_options *options = &fleet->check->options;

    fprintf(stderr, "%zu target%s", fleet->done, fleet->done == 1 ? "" : "s");
    if (fleet->all > 0 && fleet->done < fleet->all)
        fprintf(stderr, " of %zu", fleet->all);
    fprintf(stderr, ": %zu with findings, %zu could not be tested",
            fleet->found, fleet->untested);
    if (fleet->ended_before > 0)
        fprintf(stderr, "; %zu more had ended before", fleet->ended_before);
    fputs("\n", stderr);
    if (fleet->check->interrupted == 0)
        return;
    fprintf(stderr, "Interrupted; %zu under way %s given up.", fleet->cut,
            fleet->cut == 1 ? "was" : "were");
    if (options->resume != NULL)
        fputs(" The same command goes on from here.\n", stderr);
    else
        fputs(" With --resume FILE in the place of --report jsonl=FILE a"
              " run\ncan go on.\n", stderr);
}

void smtpspec_check_fleet_run(struct smtpspec_check_fleet *fleet)
{
    struct smtpspec_checking *check = fleet->check;
    const struct smtpspec_fleet work = {
        .jobs = check->options.jobs, .to_come = fleet->all,
        .descriptor = fleet->lines.descriptor,
        .tick_ms = check->progress.on ? TICK_SHOWN_MS : TICK_MS,
        .context = fleet, .next = next, .fill = fill, .run = run,
        .begun = begun, .ended = ended, .tick = tick
    };

    smtpspec_progress_begin(&check->progress, "targets",
                            smtpspec_cli_now());
    if (fleet->lines.may_rewind && fleet->all == 0)
        smtpspec_target_lines_rewind(&fleet->lines);
    check->interrupted = smtpspec_fleet_run(&work);
    smtpspec_progress_clear(&check->progress);
    check->untested = check->untested || fleet->bad > 0;
}

struct smtpspec_check_fleet *
smtpspec_check_fleet_open(struct smtpspec_checking *check, int *status)
{
    const struct smtpspec_check_options *options = &check->options;
    struct smtpspec_check_fleet *fleet = smtpspec_memory_new(sizeof(*fleet));

    fleet->check = check;
    fleet->resume.descriptor = -1;
    *status = 0;
    if (!smtpspec_target_lines_open(&fleet->lines, options->list))
        *status = smtpspec_cli_usage("check", "%s: %s", options->list,
                                     strerror(errno));
    if (*status == 0 && options->resume != NULL &&
        !smtpspec_resume_open(&fleet->resume, options->resume,
                              smtpspec_profile_name(options->profile)))
        *status = smtpspec_cli_usage("check", "%s", fleet->resume.message);
    if (*status == 0 && options->resume != NULL &&
        !smtpspec_reports_append(&check->options.reports, options->resume))
        *status = smtpspec_cli_usage(
            "check", "%s", smtpspec_reports_message(&options->reports));
    if (*status == 0 && fleet->lines.may_rewind)
        *status = look_through(fleet);
    if (*status == 0)
        return fleet;
    smtpspec_check_fleet_close(fleet);
    return NULL;
}

void smtpspec_check_fleet_close(struct smtpspec_check_fleet *fleet)
{
    if (fleet == NULL)
        return;
    smtpspec_target_lines_close(&fleet->lines);
    smtpspec_resume_close(&fleet->resume);
    free(fleet->begun);
    free(fleet);
}
