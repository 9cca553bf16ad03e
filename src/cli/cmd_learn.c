/* SPDX-License-Identifier: MIT */
/*
 * cmd_learn.c - `smtpspec learn`: what machine a server is
 */
#include "cli/cli.h"

#include <stdlib.h>

#include "cli/learn_files.h"
#include "cli/learn_target.h"
#include "net/memory.h"

int smtpspec_cmd_learn(int argc, char **argv)
{
    struct smtpspec_checking *check = smtpspec_memory_new(sizeof(*check));
    struct smtpspec_learn_options options;
    int status;

    smtpspec_baseline_init(&check->baseline);
    status = smtpspec_learn_options_read(&options, &check->options, argc,
                                         argv);
    if (status == 0 && !options.done && options.diff)
        status = smtpspec_learn_diff(&options);
    else if (status == 0 && !options.done && options.check)
        status = smtpspec_learn_check(check, &options);
    else if (status == 0 && !options.done)
        status = smtpspec_learn_target(check, &options);
    smtpspec_check_options_free(&check->options);
    smtpspec_baseline_free(&check->baseline);
    free(check);
    return status;
}
