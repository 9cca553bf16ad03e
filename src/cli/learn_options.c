/* SPDX-License-Identifier: MIT */
/*
 * learn_options.c - the options of `smtpspec learn`
 */
#include "cli/learn_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/alphabet_file.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shared_options.h"
#include "cli/values.h"
#include "net/memory.h"

#define COMMAND "learn"
#define EXTRA_DEFAULT 1
#define QUERIES_LIMIT 1000000000
#define SECONDS_LIMIT (366u * 24 * 3600)

/* Those that check has, too, and their numbers there. */
static const struct {
    int learn, check;
} shared_options[] = {
    { SMTPSPEC_OPTION_LEARN_ALPHABET, SMTPSPEC_OPTION_CHECK_ALPHABET },
    { SMTPSPEC_OPTION_LEARN_EXTRA_STATES, SMTPSPEC_OPTION_CHECK_EXHAUSTIVE },
    { SMTPSPEC_OPTION_LEARN_SAVE_CAPS, SMTPSPEC_OPTION_CHECK_SAVE_CAPS },
    { SMTPSPEC_OPTION_LEARN_SEED, SMTPSPEC_OPTION_CHECK_SEED },
    { SMTPSPEC_OPTION_LEARN_PROFILE, SMTPSPEC_OPTION_CHECK_PROFILE },
    { SMTPSPEC_OPTION_LEARN_FROM, SMTPSPEC_OPTION_CHECK_FROM },
    { SMTPSPEC_OPTION_LEARN_TO, SMTPSPEC_OPTION_CHECK_TO },
    { SMTPSPEC_OPTION_LEARN_UNKNOWN, SMTPSPEC_OPTION_CHECK_UNKNOWN },
    { SMTPSPEC_OPTION_LEARN_INTRUSIVE, SMTPSPEC_OPTION_CHECK_INTRUSIVE },
    { SMTPSPEC_OPTION_LEARN_TIMEOUT, SMTPSPEC_OPTION_CHECK_TIMEOUT },
    { SMTPSPEC_OPTION_LEARN_JOBS, SMTPSPEC_OPTION_CHECK_JOBS },
    { SMTPSPEC_OPTION_LEARN_RATE, SMTPSPEC_OPTION_CHECK_RATE },
    { SMTPSPEC_OPTION_LEARN_CONFIG, SMTPSPEC_OPTION_CHECK_CONFIG },
    { SMTPSPEC_OPTION_LEARN_REPORT, SMTPSPEC_OPTION_CHECK_REPORT },
    { SMTPSPEC_OPTION_LEARN_LEVEL, SMTPSPEC_OPTION_CHECK_LEVEL },
    { SMTPSPEC_OPTION_LEARN_FAIL_ON, SMTPSPEC_OPTION_CHECK_FAIL_ON },
    { SMTPSPEC_OPTION_LEARN_QUIET, SMTPSPEC_OPTION_CHECK_QUIET },
    { SMTPSPEC_OPTION_LEARN_VERBOSE, SMTPSPEC_OPTION_CHECK_VERBOSE },
    { SMTPSPEC_OPTION_LEARN_HEX, SMTPSPEC_OPTION_CHECK_HEX },
    { SMTPSPEC_OPTION_LEARN_COLOR, SMTPSPEC_OPTION_CHECK_COLOR },
};

/* "90s": seconds, minutes, hours; without a letter queries. */
static int set_budget(struct smtpspec_learn_options *options,
                      const struct smtpspec_options *given)
{
    static const char letters[] = "smh";
    static const unsigned seconds[] = { 1, 60, 3600 };
    size_t length = strlen(given->value);
    const char *unit =
        length > 0 ? strchr(letters, given->value[length - 1]) : NULL;
    unsigned times = 1;
    char number[16];
    uint64_t value, most = QUERIES_LIMIT;

    if (length == 0 || length >= sizeof(number))
        return smtpspec_options_bad(given, "queries, or a time: 5000, 90s");
    snprintf(number, sizeof(number), "%.*s",
             (int)(unit != NULL ? length - 1 : length), given->value);
    if (unit != NULL) {
        times = seconds[unit - letters];
        most = SECONDS_LIMIT / times;
    }
    if (!smtpspec_cli_number(number, most, &value) || value == 0)
        return smtpspec_options_bad(given, "queries, or a time: 5000, 90s");
    if (unit != NULL)
        options->budget_ms = value * times * 1000;
    else
        options->budget = value;
    return 0;
}

static int set_cap(struct smtpspec_learn_options *options,
                   const struct smtpspec_options *given)
{
    options->cap = given->value;
    return strcmp(given->value, "auto") == 0 ||
                   strcmp(given->value, "none") == 0
               ? 0
               : smtpspec_caps_option(&options->caps, given);
}

static int set_value(struct smtpspec_learn_options *options,
                     struct smtpspec_check_options *shared, int id,
                     const struct smtpspec_options *given)
{
    switch (id) {
    case SMTPSPEC_OPTION_LEARN_BUDGET: return set_budget(options, given);
    case SMTPSPEC_OPTION_LEARN_CAP: return set_cap(options, given);
    case SMTPSPEC_OPTION_LEARN_CHECK: options->check = true; return 0;
    case SMTPSPEC_OPTION_LEARN_DIFF: options->diff = true; return 0;
    case SMTPSPEC_OPTION_LEARN_DOT: options->dot = given->value; return 0;
    case SMTPSPEC_OPTION_LEARN_OUT: options->out = given->value; return 0;
    case SMTPSPEC_OPTION_LEARN_RESUME: options->resume = given->value; return 0;
    case SMTPSPEC_OPTION_LEARN_WITNESSES:
        options->witnesses = given->value;
        return 0;
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
    const char *what = options->diff ? "--diff" : "--check";
    char why[512];

    if (options->diff && options->check)
        return smtpspec_cli_usage(COMMAND, "--diff does not go with --check");
    if (options->out != NULL || options->dot != NULL ||
        options->resume != NULL || options->witnesses != NULL)
        return smtpspec_cli_usage(COMMAND, "%s asks no server, so there is "
                                  "nothing to write", what);
    if (options->diff && options->file_count != 2)
        return smtpspec_cli_usage(COMMAND, "--diff wants two files");
    if (options->file_count == 0)
        return smtpspec_cli_usage(COMMAND, "--check wants a file");
    return smtpspec_alphabet_open(shared->alphabet, &shared->alphabet_file,
                                  &shared->alphabet_text, why, sizeof(why))
               ? 0
               : smtpspec_cli_usage(COMMAND, "%s", why);
}

static int take_target(struct smtpspec_check_options *shared, char **operands,
                       size_t count)
{
    int status = 0;

    if (count > 1)
        return smtpspec_cli_usage(COMMAND, "one target is learnt at a time");
    if (count == 1)
        status = smtpspec_check_options_aim(shared, operands[0]);
    if (status == 0)
        status = smtpspec_check_options_end(shared);
    return status;
}

int smtpspec_learn_options_read(struct smtpspec_learn_options *options,
                                struct smtpspec_check_options *shared,
                                int argc, char **argv)
{
    struct smtpspec_options given;
    int id = 0, status = 0;

    memset(options, 0, sizeof(*options));
    smtpspec_check_options_begin(shared, SMTPSPEC_VERB_LEARN, argc);
    shared->exhaustive = EXTRA_DEFAULT;
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
               : take_target(shared, options->files,
                             options->file_count);
}
