/* SPDX-License-Identifier: MIT */
/*
 * cmd_check.c - `smtpspec check`: run the conformance suite against targets
 *
 * Nothing runs before all that the user gave is read and all reports are
 * open. Exit status: 2 where that fails, 4 where no case was asked for, else
 * 1 (a finding) before 3 (a target that could not be tested) before 0.
 */
#include "cli/cli.h"

#include <signal.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/check_options.h"
#include "cli/check_fleet.h"
#include "cli/check_targets.h"
#include "cli/checking.h"
#include "net/descriptors.h"
#include "net/interrupt.h"
#include "net/memory.h"
#include "report/report.h"

/* Rows of the baseline without a case that are named. */
#define STALE_TOLD 10

/* --- before and after ----------------------------------------------------- */

static int read_suite(struct smtpspec_checking *check)
{
    const struct smtpspec_check_options *options = &check->options;
    struct smtpspec_suite *suite = &check->suite;
    enum smtpspec_error error = smtpspec_suite_add_embedded(suite);

    for (size_t i = 0; i < options->cases.count && error == SMTPSPEC_OK; i++)
        error = smtpspec_suite_add_path(suite, options->cases.at[i]);
    if (error != SMTPSPEC_OK)
        return smtpspec_cli_usage("check", "%s", suite->message);
    smtpspec_suite_add_sweep(suite);
    error = smtpspec_suite_select(suite, options->only.at, options->only.count,
                                  options->except.at, options->except.count);
    if (error == SMTPSPEC_OK && suite->selected_count > 0)
        return 0;
    smtpspec_cli_usage("check", "%s",
                       error != SMTPSPEC_OK ? suite->message
                                            : "--exclude leaves no case");
    return SMTPSPEC_EXIT_NO_CASE;
}

/* Rows of cases that are no more, or not here: of no use to this run. An
 * update of a whole run drops them. */
static void tell_stale_rows(struct smtpspec_checking *check)
{
    const struct smtpspec_check_options *options = &check->options;
    bool drops = options->update_baseline && options->only.count == 0 &&
                 options->except.count == 0;
    unsigned told = 0;

    for (size_t i = check->baseline.count; i-- > 0;) {
        const char *id = check->baseline.rows[i].id;
        char room[4 * SMTPSPEC_CASE_ID_KEPT + 1];

        if (strncmp(id, "session.", 8) == 0 ||
            strncmp(id, "exhaustive.", 11) == 0 ||
            smtpspec_suite_has(&check->suite, smtpspec_span_of(id)))
            continue;
        smtpspec_span_escape(smtpspec_span_of(id), room, sizeof(room));
        if (told++ < STALE_TOLD)
            smtpspec_cli_usage("check", "%s: there is no case '%s'%s",
                               options->baseline, room,
                               drops ? ", it is dropped" : "");
        if (drops)
            smtpspec_baseline_drop(&check->baseline, i);
    }
    if (told > STALE_TOLD)
        smtpspec_cli_usage("check", "%s: %u more of that kind",
                           options->baseline, told - STALE_TOLD);
}

/* Several targets: what is learnt of one must not be taken for another. */
static void spread_baseline(struct smtpspec_checking *check)
{
    size_t count = check->options.target_count;
    const char **names = smtpspec_memory_new(count * sizeof(*names));

    for (size_t i = 0; i < count; i++)
        names[i] = check->options.targets[i].target.name;
    smtpspec_baseline_spread(&check->baseline, names, count);
    free(names);
}

static int use_baseline(struct smtpspec_checking *check)
{
    tell_stale_rows(check);
    if (check->options.update_baseline && check->options.target_count > 1)
        spread_baseline(check);
    return 0;
}

static int read_baseline(struct smtpspec_checking *check)
{
    const char *path = check->options.baseline;
    enum smtpspec_error error;

    if (path == NULL)
        return 0;
    /* After the run it would be too late to say so. */
    if (check->options.update_baseline &&
        smtpspec_baseline_try(&check->baseline, path) != SMTPSPEC_OK)
        return smtpspec_cli_usage("check", "%s", check->baseline.message);
    /* A baseline that is to be written need not be there. */
    if (check->options.update_baseline && access(path, F_OK) != 0)
        return use_baseline(check);
    error = smtpspec_baseline_read(&check->baseline, path);
    return error == SMTPSPEC_OK
               ? use_baseline(check)
               : smtpspec_cli_usage("check", "%s", check->baseline.message);
}

static int open_lanes(struct smtpspec_checking *check)
{
    unsigned rate = check->options.network_rate;

    if (rate > 0)
        check->lanes = smtpspec_lanes_new(rate);
    /* A limit that was asked for is not gone without. */
    return rate == 0 || check->lanes != NULL
               ? 0
               : smtpspec_cli_usage("check", "no memory for --network-rate");
}

static int open_record(struct smtpspec_checking *check)
{
    const char *path = check->options.record;

    if (path == NULL)
        return 0;
    check->journal = smtpspec_journal_open(path);
    return check->journal != NULL
               ? 0
               : smtpspec_cli_usage("check", "%s: %s", path, strerror(errno));
}

static int close_record(struct smtpspec_checking *check, int status)
{
    if (check->journal == NULL || smtpspec_journal_close(check->journal))
        return status;
    smtpspec_cli_usage("check", "%s: %s", check->options.record,
                       strerror(errno));
    return SMTPSPEC_EXIT_USAGE;
}

static int run_all(struct smtpspec_checking *check)
{
    struct smtpspec_check_fleet *fleet = NULL;
    int status = read_suite(check);

    if (status == 0)
        smtpspec_check_targets_expand(&check->options);
    if (smtpspec_interrupted() != 0)
        return SMTPSPEC_EXIT_SIGNAL + smtpspec_interrupted();
    if (status == 0)
        status = read_baseline(check);
    if (status == 0)
        status = open_lanes(check);
    if (status == 0)
        status = open_record(check);
    if (status == 0 && check->options.list != NULL)
        fleet = smtpspec_check_fleet_open(check, &status);
    if (status == 0)
        status = smtpspec_checking_open(check);
    if (status != 0) {
        smtpspec_check_fleet_close(fleet);
        return close_record(check, status);
    }
    /* The built-in server has the other end of each connection. */
    smtpspec_descriptors_want(2 * check->options.jobs);
    smtpspec_checking_start(check);
    if (fleet != NULL)
        smtpspec_check_fleet_run(fleet);
    for (size_t i = 0;
         i < check->options.target_count && check->interrupted == 0; i++)
        smtpspec_checking_run(check, &check->options.targets[i]);
    status = close_record(check, smtpspec_checking_finish(check));
    if (fleet != NULL)
        smtpspec_check_fleet_tell(fleet);
    smtpspec_check_fleet_close(fleet);
    return status;
}

int smtpspec_cmd_check(int argc, char **argv)
{
    struct smtpspec_checking *check = smtpspec_memory_new(sizeof(*check));
    int status;

    smtpspec_suite_init(&check->suite);
    smtpspec_baseline_init(&check->baseline);
    status = smtpspec_check_options_read(&check->options, argc, argv);
    if (status == 0 && !check->options.done)
        status = run_all(check);
    smtpspec_check_options_free(&check->options);
    smtpspec_lanes_free(check->lanes);
    smtpspec_suite_free(&check->suite);
    smtpspec_baseline_free(&check->baseline);
    free(check);
    return status;
}
