/* SPDX-License-Identifier: MIT */
/*
 * learn_options.h - the options of `smtpspec learn`
 *
 * Floor 7, cli. What it shares with check is read into the options of that.
 */
#ifndef SMTPSPEC_LEARN_OPTIONS_H
#define SMTPSPEC_LEARN_OPTIONS_H

#include "cli/check_options.h"
#include "learn/caution.h"

struct smtpspec_learn_options {
    bool diff, check;            /* files instead of a target                */
    const char *out, *dot, *resume, *witnesses;
    const char *cap;             /* as given; NULL: as is configured         */
    struct smtpspec_command_caps caps; /* of that; of auto and none empty    */
    uint64_t budget;             /* queries; 0: no limit                     */
    uint64_t budget_ms;          /* the same                                 */
    char **files;                /* with --diff and --check; of argv         */
    size_t file_count;
    bool done;                   /* --help was all that was wanted           */
};

/*
 * Read the command line; `shared` is to be freed by
 * smtpspec_check_options_free() in either case. Returns 0, or the exit status
 * after saying on stderr what is wrong.
 */
int smtpspec_learn_options_read(struct smtpspec_learn_options *options,
                                struct smtpspec_check_options *shared,
                                int argc, char **argv);

#endif
