/* SPDX-License-Identifier: MIT */
/*
 * learn_options.c - the options of `smtpspec learn`
 */
#include "cli/learn_options.h"

#include <string.h>

#include "cli/alphabet_file.h"
#include "cli/cli.h"
#include "cli/options.h"

#define COMMAND "learn"

/* Those that check has, too, and their numbers there. */
static const struct {
    int learn, check;
} shared_options[] = {
    { SMTPSPEC_OPTION_LEARN_ALPHABET, SMTPSPEC_OPTION_CHECK_ALPHABET },
    { SMTPSPEC_OPTION_LEARN_PROFILE, SMTPSPEC_OPTION_CHECK_PROFILE },
    { SMTPSPEC_OPTION_LEARN_REPORT, SMTPSPEC_OPTION_CHECK_REPORT },
    { SMTPSPEC_OPTION_LEARN_LEVEL, SMTPSPEC_OPTION_CHECK_LEVEL },
    { SMTPSPEC_OPTION_LEARN_FAIL_ON, SMTPSPEC_OPTION_CHECK_FAIL_ON },
    { SMTPSPEC_OPTION_LEARN_QUIET, SMTPSPEC_OPTION_CHECK_QUIET },
    { SMTPSPEC_OPTION_LEARN_COLOR, SMTPSPEC_OPTION_CHECK_COLOR },
};

static int set_value(struct smtpspec_learn_options *options,
                     struct smtpspec_check_options *shared, int id,
                     const struct smtpspec_options *given)
{
    switch (id) {
    case SMTPSPEC_OPTION_LEARN_CHECK: options->check = true; return 0;
    case SMTPSPEC_OPTION_LEARN_DIFF: options->diff = true; return 0;
    default: break;
    }
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(shared_options); i++)
        if (shared_options[i].learn == id)
            return smtpspec_check_options_set(shared, shared_options[i].check,
                                              given);
    return SMTPSPEC_EXIT_USAGE;
}

/* --- Operands ------------------------------------------------------------- */

static int take_files(struct smtpspec_learn_options *options,
                      struct smtpspec_check_options *shared)
{
    char why[512];

    if (options->diff && options->check)
        return smtpspec_cli_usage(COMMAND, "--diff does not go with --check");
    if (options->diff && options->file_count != 2)
        return smtpspec_cli_usage(COMMAND, "--diff wants two files");
    if (options->file_count == 0)
        return smtpspec_cli_usage(COMMAND, "--check wants a file");
    return smtpspec_alphabet_open(shared->alphabet, &shared->alphabet_file,
                                  &shared->alphabet_text, why, sizeof(why))
               ? 0
               : smtpspec_cli_usage(COMMAND, "%s", why);
}

int smtpspec_learn_options_read(struct smtpspec_learn_options *options,
                                struct smtpspec_check_options *shared,
                                int argc, char **argv)
{
    struct smtpspec_options given;
    int id = 0, status = 0;

    memset(options, 0, sizeof(*options));
    smtpspec_check_options_begin(shared, SMTPSPEC_VERB_LEARN, argc);
    smtpspec_options_begin(&given, SMTPSPEC_VERB_LEARN, argc, argv);
    while (status == 0 && (id = smtpspec_options_next(&given)) > 0)
        status = set_value(options, shared, id, &given);
    options->done = id < 0;
    if (options->done)
        return given.status;
    if (status != 0)
        return status;
    options->files = argv + given.first;
    options->file_count = (size_t)(argc - given.first);
    return options->diff || options->check
               ? take_files(options, shared)
               : smtpspec_cli_usage(COMMAND, "--check or --diff is wanted");
}
