/* SPDX-License-Identifier: MIT */
/*
 * checking.h - one `smtpspec check` under way, and one target of it
 *
 * Floor 7, cli. cmd_check.c gets it ready and ends it; checking.c runs a
 * target and hands on what is found.
 */
#ifndef SMTPSPEC_CHECKING_H
#define SMTPSPEC_CHECKING_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/check_options.h"
#include "cli/progress.h"
#include "run/baseline.h"
#include "run/journal.h"
#include "run/lanes.h"
#include "run/suite.h"

struct smtpspec_checking {
    struct smtpspec_check_options options;
    struct smtpspec_suite suite;
    struct smtpspec_baseline baseline;
    struct smtpspec_run_facts facts;
    uint64_t began;                  /* ms                                   */
    struct smtpspec_summary summary; /* of the target under way              */
    const char *target;
    struct smtpspec_journal *journal; /* of --record; or NULL                */
    struct smtpspec_progress progress;
    struct smtpspec_lanes *lanes;    /* of --network-rate; or NULL           */
    bool mute;                       /* another process says what there is   */
    bool same_screen;                /* results go where the progress is     */
    bool found, untested;
    bool unwritten;                  /* a file that was asked for is not     */
    int interrupted;                 /* by which signal                      */
};

/* With what the ids begin of findings that no case has. */
const char *smtpspec_checking_prefix(const struct smtpspec_checking *check);

/* Open the reports. Returns 0, or the exit status after saying on stderr what
 * is wrong. */
int smtpspec_checking_open(struct smtpspec_checking *check);
/* The run begins. */
void smtpspec_checking_start(struct smtpspec_checking *check);
/* It ends: the exit status. */
int smtpspec_checking_finish(struct smtpspec_checking *check);

/* A target begins, of which results come from elsewhere; the name is to live
 * until its end. */
void smtpspec_checking_begin(struct smtpspec_checking *check,
                             const char *name);
/* Weigh a result by the baseline, count it, and hand it to the reports. */
void smtpspec_checking_take(struct smtpspec_checking *check,
                            struct smtpspec_result *result);
/* Count all results of the target at once, where no baseline weighs them. */
void smtpspec_checking_sum(struct smtpspec_checking *check,
                           const struct smtpspec_summary *summary);
/* Its end; the summary is that of what was taken. */
void smtpspec_checking_end(struct smtpspec_checking *check,
                           struct smtpspec_target_facts facts);

/* The case of that id, or all of it (NULL), is repeated by a command line,
 * which is put into `line`, of SMTPSPEC_CHECKING_AGAIN_ROOM. */
#define SMTPSPEC_CHECKING_AGAIN_ROOM 4096
void smtpspec_checking_again(const struct smtpspec_checking *check,
                             struct smtpspec_result *result, const char *again,
                             char *line);

/* How far the target under way is. */
void smtpspec_checking_progress(struct smtpspec_checking *check, size_t done,
                                size_t all);

/* Run a target to its end; the reports have all of it then. */
void smtpspec_checking_run(struct smtpspec_checking *check,
                           const struct smtpspec_check_target *target);

#endif
