/* SPDX-License-Identifier: MIT */
/*
 * fuzz_options.c - read the options of `smtpspec fuzz`
 */
#include "cli/fuzz_options.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shared_options.h"
#include "cli/unknown.h"
#include "cli/values.h"
#include "fuzz/pool.h"
#include "net/memory.h"

#define FINDINGS_DEFAULT "smtpspec-findings"
#define TIME_DEFAULT 60000

static int set_number(uint64_t *number, uint64_t least, uint64_t most,
                      const struct smtpspec_options *given)
{
    return smtpspec_cli_number(given->value, most, number) && *number >= least
               ? 0 : smtpspec_options_bad(given, "a number");
}

static int set_milliseconds(uint64_t *ms, const struct smtpspec_options *given)
{
    return smtpspec_cli_milliseconds(given->value, ms)
               ? 0 : smtpspec_options_bad(given, "seconds");
}

/* It gets into lines as it is, so it must be one. */
static int set_mailbox(const char **mailbox,
                       const struct smtpspec_options *given)
{
    *mailbox = given->value;
    return smtpspec_is_mailbox(smtpspec_span_of(given->value), false)
               ? 0 : smtpspec_options_bad(given, "a mailbox (user@domain)");
}

static int set_jobs(struct smtpspec_fuzz_options *options,
                    const struct smtpspec_options *given)
{
    uint64_t jobs = 0;

    if (!smtpspec_cli_number(given->value, SMTPSPEC_FUZZ_JOBS_LIMIT, &jobs) ||
        jobs == 0)
        return smtpspec_options_bad(given, "a number from 1 to 256");
    options->fuzz.jobs = (unsigned)jobs;
    return 0;
}

static int set_report(struct smtpspec_fuzz_options *options,
                      const struct smtpspec_options *given)
{
    if (strncmp(given->value, "json=", 5) != 0 || given->value[5] == '\0')
        return smtpspec_options_bad(given, "json=FILE");
    options->report = given->value + 5;
    return 0;
}

static int add_ignored(struct smtpspec_fuzz_options *options,
                       const char *value)
{
    if (options->fuzz.ignored_count == SMTPSPEC_FUZZ_IGNORED_KEPT)
        return smtpspec_cli_usage("fuzz", "too many --ignore");
    options->ignored[options->fuzz.ignored_count++] = value;
    return 0;
}

/* Options whose value may be wrong, or that may be repeated. */
static int set_checked(struct smtpspec_fuzz_options *options, int id,
                       const struct smtpspec_options *given)
{
    struct smtpspec_fuzz_settings *fuzz = &options->fuzz;
    const uint64_t most = UINT64_MAX / 2;

    switch (id) {
    case SMTPSPEC_OPTION_FUZZ_FROM: return set_mailbox(&fuzz->from, given);
    case SMTPSPEC_OPTION_FUZZ_IGNORE:
        return add_ignored(options, given->value);
    case SMTPSPEC_OPTION_FUZZ_CAP:
        options->cap = given->value;
        return smtpspec_caps_option(&fuzz->caps, given);
    case SMTPSPEC_OPTION_FUZZ_JOBS: return set_jobs(options, given);
    case SMTPSPEC_OPTION_FUZZ_PROFILE:
        return smtpspec_profile_option(&options->fuzz.profile, given);
    case SMTPSPEC_OPTION_FUZZ_REPORT: return set_report(options, given);
    case SMTPSPEC_OPTION_FUZZ_RUNS:
        return set_number(&fuzz->runs, 1, most, given);
    case SMTPSPEC_OPTION_FUZZ_SEED:
        return set_number(&fuzz->seed, 0, most, given);
    case SMTPSPEC_OPTION_FUZZ_TIME:
        return set_milliseconds(&fuzz->time_ms, given);
    case SMTPSPEC_OPTION_FUZZ_TIMEOUT:
        options->timeout = given->value;
        return set_milliseconds(&fuzz->timeout_ms, given);
    case SMTPSPEC_OPTION_FUZZ_TO: return set_mailbox(&fuzz->to, given);
    default: return SMTPSPEC_EXIT_USAGE;
    }
}

static int set_value(struct smtpspec_fuzz_options *options, int id,
                     const struct smtpspec_options *given)
{
    const char *value = given->value;

    switch (id) {
    case SMTPSPEC_OPTION_FUZZ_COLOR:
        options->colour = (enum smtpspec_colour)given->choice;
        break;
    case SMTPSPEC_OPTION_FUZZ_FAIL_ON:
        options->fuzz.warns =
            smtpspec_cli_fail_on(given->choice) == SMTPSPEC_OUTCOME_WARN;
        break;
    case SMTPSPEC_OPTION_FUZZ_FINDINGS: options->findings = value; break;
    case SMTPSPEC_OPTION_FUZZ_INTRUSIVE: options->fuzz.intrusive = true; break;
    case SMTPSPEC_OPTION_FUZZ_QUIET: options->quiet = true; break;
    case SMTPSPEC_OPTION_FUZZ_RECORD: options->record = value; break;
    case SMTPSPEC_OPTION_FUZZ_REPLAY: options->replay = value; break;
    case SMTPSPEC_OPTION_FUZZ_SEEDS: options->seed_folder = value; break;
    default: return set_checked(options, id, given);
    }
    return 0;
}

static int set_target(struct smtpspec_fuzz_options *options, const char *text)
{
    struct smtpspec_span unknown = { NULL, 0 };
    char why[SMTPSPEC_UNKNOWN_ROOM];

    if (!smtpspec_target_parse(text, &options->target, why, sizeof(why)))
        return smtpspec_cli_usage("fuzz", "%s", why);
    if (options->target.kind == SMTPSPEC_TARGET_MX)
        return smtpspec_cli_usage("fuzz", "one host at a time, not '%s'",
                                  text);
    options->server.profile = options->fuzz.profile;
    if (options->target.kind == SMTPSPEC_TARGET_EMBEDDED &&
        !smtpspec_server_options_add(&options->server, options->target.rest,
                                     &unknown)) {
        smtpspec_unknown_misdeed(unknown, why, sizeof(why));
        return smtpspec_cli_usage("fuzz", "%s", why);
    }
    return 0;
}

/* --- Files ---------------------------------------------------------------- */

char *smtpspec_fuzz_read_file(const char *path, size_t most, size_t *length)
{
    FILE *file = fopen(path, "re");
    char *octets;
    int error;

    if (file == NULL)
        return NULL;
    octets = smtpspec_memory_new(most + 2);
    *length = fread(octets, 1, most + 1, file);
    error = ferror(file) ? errno : *length > most ? EFBIG : 0;
    fclose(file);
    if (error == 0)
        return octets;
    free(octets);
    errno = error;
    return NULL;
}

static int read_seed(struct smtpspec_fuzz_options *options, const char *name)
{
    char path[4096];
    size_t length;
    char *octets;

    snprintf(path, sizeof(path), "%s/%s", options->seed_folder, name);
    octets = smtpspec_fuzz_read_file(path, SMTPSPEC_POOL_SCRIPT_KEPT,
                                     &length);
    if (octets == NULL)
        return smtpspec_cli_usage("fuzz", "%s: %s", path, strerror(errno));
    options->seeds[options->fuzz.seed_count++] =
        (struct smtpspec_span){ octets, length };
    return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of their names: the same folder, the same run. */
static int read_seeds(struct smtpspec_fuzz_options *options)
{
    struct dirent **names = NULL;
    int status = 0, count;

    count = scandir(options->seed_folder, &names, is_visible, by_name);
    if (count <= 0)
        status = smtpspec_cli_usage("fuzz", "%s: %s", options->seed_folder,
                                    count < 0 ? strerror(errno)
                                              : "no seeds there");
    options->seeds = smtpspec_memory_new(SMTPSPEC_FUZZ_SEEDS_KEPT *
                                         sizeof(*options->seeds));
    options->fuzz.seeds = options->seeds;
    for (int i = 0; i < count; i++) {
        if (status == 0 &&
            options->fuzz.seed_count < SMTPSPEC_FUZZ_SEEDS_KEPT)
            status = read_seed(options, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return status;
}

/* --- All together --------------------------------------------------------- */

static int check_together(struct smtpspec_fuzz_options *options, int count,
                          char **targets)
{
    int status;

    if (count != 1)
        return smtpspec_cli_usage(
            "fuzz", count > 0 ? "one target, not several"
                              : "no target (smtpspec fuzz --help tells more)");
    status = set_target(options, targets[0]);
    if (status == 0 && options->seed_folder != NULL)
        status = read_seeds(options);
    if (options->fuzz.time_ms == 0 && options->fuzz.runs == 0)
        options->fuzz.time_ms = TIME_DEFAULT;
    return status;
}

int smtpspec_fuzz_options_read(struct smtpspec_fuzz_options *options,
                               int argc, char **argv)
{
    struct smtpspec_options given;
    int id = 0, status = 0;

    memset(options, 0, sizeof(*options));
    options->fuzz.profile = SMTPSPEC_PROFILE_MODERN;
    options->fuzz.seed = 1;
    options->fuzz.target = &options->target;
    options->fuzz.server = &options->server;
    options->fuzz.ignored = options->ignored;
    options->findings = FINDINGS_DEFAULT;
    smtpspec_options_begin(&given, SMTPSPEC_VERB_FUZZ, argc, argv);
    while (status == 0 && (id = smtpspec_options_next(&given)) > 0)
        status = set_value(options, id, &given);
    options->done = id < 0;
    if (options->done)
        return given.status;
    return status != 0 ? status
                       : check_together(options, argc - given.first,
                                        argv + given.first);
}

void smtpspec_fuzz_options_free(struct smtpspec_fuzz_options *options)
{
    for (size_t i = 0; i < options->fuzz.seed_count; i++)
        free((char *)(uintptr_t)options->seeds[i].at);
    free(options->seeds);
}

size_t smtpspec_fuzz_again(const struct smtpspec_fuzz_options *options,
                           const char *path, char *out, size_t cap)
{
    struct smtpspec_shell_line line = { out, cap, 0 };

    smtpspec_shell_word(&line, "smtpspec");
    smtpspec_shell_word(&line, "fuzz");
    smtpspec_shell_option(&line, "--replay", path);
    if (options->fuzz.profile != SMTPSPEC_PROFILE_MODERN)
        smtpspec_shell_option(&line, "--profile",
                              smtpspec_profile_name(options->fuzz.profile));
    smtpspec_shell_option(&line, "--timeout", options->timeout);
    smtpspec_shell_option(&line, "--cap", options->cap);
    if (options->fuzz.intrusive)
        smtpspec_shell_word(&line, "--intrusive");
    smtpspec_shell_word(&line, options->target.name);
    if (cap > 0)
        out[line.length < cap ? line.length : cap - 1] = '\0';
    return line.length;
}
