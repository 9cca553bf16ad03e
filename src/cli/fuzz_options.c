/* SPDX-License-Identifier: MIT */
/*
 * fuzz_options.c - read the options of `smtpspec fuzz`
 */
#include "cli/fuzz_options.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/values.h"
#include "fuzz/pool.h"
#include "net/memory.h"

#define FINDINGS_DEFAULT "smtpspec-findings"
#define TIME_DEFAULT 60000

enum {
    OPTION_COLOR = 256, OPTION_FAIL_ON, OPTION_FINDINGS, OPTION_FROM,
    OPTION_HELP, OPTION_IGNORE, OPTION_INTRUSIVE, OPTION_JOBS,
    OPTION_PROFILE, OPTION_QUIET, OPTION_RECORD, OPTION_REPLAY,
    OPTION_REPORT, OPTION_RUNS, OPTION_SEED, OPTION_SEEDS, OPTION_TIME,
    OPTION_TIMEOUT, OPTION_TO
};

static const struct option long_options[] = {
    { "color", optional_argument, NULL, OPTION_COLOR },
    { "colour", optional_argument, NULL, OPTION_COLOR },
    { "fail-on", required_argument, NULL, OPTION_FAIL_ON },
    { "findings", required_argument, NULL, OPTION_FINDINGS },
    { "from", required_argument, NULL, OPTION_FROM },
    { "help", no_argument, NULL, OPTION_HELP },
    { "ignore", required_argument, NULL, OPTION_IGNORE },
    { "intrusive", no_argument, NULL, OPTION_INTRUSIVE },
    { "jobs", required_argument, NULL, OPTION_JOBS },
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "quiet", no_argument, NULL, OPTION_QUIET },
    { "record", required_argument, NULL, OPTION_RECORD },
    { "replay", required_argument, NULL, OPTION_REPLAY },
    { "report", required_argument, NULL, OPTION_REPORT },
    { "runs", required_argument, NULL, OPTION_RUNS },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "seeds", required_argument, NULL, OPTION_SEEDS },
    { "time", required_argument, NULL, OPTION_TIME },
    { "timeout", required_argument, NULL, OPTION_TIMEOUT },
    { "to", required_argument, NULL, OPTION_TO },
    { NULL, 0, NULL, 0 }
};

static int bad_value(const char *option, const char *value, const char *want)
{
    return smtpspec_cli_usage("fuzz", "%s wants %s, not '%s'", option, want,
                              value);
}

static int set_number(uint64_t *number, uint64_t most, const char *option,
                      const char *value)
{
    return smtpspec_cli_number(value, most, number) &&
                   (*number > 0 || strcmp(option, "--seed") == 0)
               ? 0
               : bad_value(option, value, "a number");
}

static int set_milliseconds(uint64_t *ms, const char *option,
                            const char *value)
{
    return smtpspec_cli_milliseconds(value, ms)
               ? 0 : bad_value(option, value, "seconds");
}

/* It gets into lines as it is, so it must be one. */
static int set_mailbox(const char **mailbox, const char *option,
                       const char *value)
{
    *mailbox = value;
    return smtpspec_is_mailbox(smtpspec_span_of(value), false)
               ? 0 : bad_value(option, value, "a mailbox (user@domain)");
}

static int set_jobs(struct smtpspec_fuzz_options *options, const char *value)
{
    uint64_t jobs = 0;

    if (!smtpspec_cli_number(value, SMTPSPEC_FUZZ_JOBS_LIMIT, &jobs) ||
        jobs == 0)
        return bad_value("--jobs", value, "a number from 1 to 256");
    options->fuzz.jobs = (unsigned)jobs;
    return 0;
}

static int set_profile(struct smtpspec_fuzz_options *options,
                       const char *value)
{
    options->fuzz.profile = smtpspec_profile_of(smtpspec_span_of(value));
    return options->fuzz.profile == SMTPSPEC_PROFILE_UNSET
               ? smtpspec_cli_usage("fuzz", "unknown profile '%s' "
                                    "(`smtpspec list profiles` has them)",
                                    value)
               : 0;
}

static int set_fail_on(struct smtpspec_fuzz_options *options,
                       const char *value)
{
    options->fuzz.warns = strcmp(value, "warn") == 0;
    return options->fuzz.warns || strcmp(value, "fail") == 0
               ? 0 : bad_value("--fail-on", value, "warn or fail");
}

static int set_report(struct smtpspec_fuzz_options *options,
                      const char *value)
{
    if (strncmp(value, "json=", 5) != 0 || value[5] == '\0')
        return bad_value("--report", value, "json=FILE");
    options->report = value + 5;
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

static int set_value(struct smtpspec_fuzz_options *options, int option,
                     const char *value)
{
    struct smtpspec_fuzz_settings *fuzz = &options->fuzz;

    switch (option) {
    case OPTION_FAIL_ON: return set_fail_on(options, value);
    case OPTION_FROM: return set_mailbox(&fuzz->from, "--from", value);
    case OPTION_TO: return set_mailbox(&fuzz->to, "--to", value);
    case OPTION_IGNORE: return add_ignored(options, value);
    case OPTION_JOBS: return set_jobs(options, value);
    case OPTION_PROFILE: return set_profile(options, value);
    case OPTION_REPORT: return set_report(options, value);
    case OPTION_RUNS:
        return set_number(&fuzz->runs, UINT64_MAX / 2, "--runs", value);
    case OPTION_SEED:
        return set_number(&fuzz->seed, UINT64_MAX / 2, "--seed", value);
    case OPTION_TIME:
        return set_milliseconds(&fuzz->time_ms, "--time", value);
    case OPTION_TIMEOUT:
        options->timeout = value;
        return set_milliseconds(&fuzz->timeout_ms, "--timeout", value);
    case OPTION_FINDINGS: options->findings = value; return 0;
    case OPTION_RECORD: options->record = value; return 0;
    case OPTION_REPLAY: options->replay = value; return 0;
    case OPTION_SEEDS: options->seed_folder = value; return 0;
    case OPTION_HELP: options->help = true; return 0;
    case OPTION_INTRUSIVE: fuzz->intrusive = true; return 0;
    case OPTION_QUIET: options->quiet = true; return 0;
    case OPTION_COLOR:
        return smtpspec_colour_of(value, &options->colour)
                   ? 0
                   : bad_value("--color", value, "auto, always or never");
    default:
        return SMTPSPEC_EXIT_USAGE;
    }
}

static int set_target(struct smtpspec_fuzz_options *options, const char *text)
{
    struct smtpspec_span unknown = { NULL, 0 };
    char why[320];

    if (!smtpspec_target_parse(text, &options->target, why, sizeof(why)))
        return smtpspec_cli_usage("fuzz", "%s", why);
    if (options->target.kind == SMTPSPEC_TARGET_MX)
        return smtpspec_cli_usage("fuzz", "one host at a time, not '%s'",
                                  text);
    options->server.profile = options->fuzz.profile;
    if (options->target.kind == SMTPSPEC_TARGET_EMBEDDED &&
        !smtpspec_server_options_add(&options->server, options->target.rest,
                                     &unknown))
        return smtpspec_cli_usage("fuzz", "unknown misdeed or quirk '%.*s' "
                                  "(see `smtpspec list misdeeds`, quirks)",
                                  (int)(unknown.length < 80 ? unknown.length
                                                            : 80),
                                  unknown.at);
    return 0;
}

static int unknown_option(int argc, char **argv, int option)
{
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "?";

    return smtpspec_cli_usage("fuzz", option == ':' ? "%s wants a value"
                                      : optopt >= 256 ? "%s takes no value"
                                                 : "unknown option '%s'",
                              word);
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

static int check_together(struct smtpspec_fuzz_options *options, int argc,
                          char **argv)
{
    int status;

    if (optind != argc - 1)
        return smtpspec_cli_usage(
            "fuzz", optind < argc
                        ? "one target, not several"
                        : "no target (smtpspec fuzz --help tells more)");
    status = set_target(options, argv[optind]);
    if (status == 0 && options->seed_folder != NULL)
        status = read_seeds(options);
    if (options->fuzz.time_ms == 0 && options->fuzz.runs == 0)
        options->fuzz.time_ms = TIME_DEFAULT;
    return status;
}

int smtpspec_fuzz_options_read(struct smtpspec_fuzz_options *options,
                               int argc, char **argv)
{
    int option, status = 0;

    memset(options, 0, sizeof(*options));
    options->fuzz.profile = SMTPSPEC_PROFILE_MODERN;
    options->fuzz.seed = 1;
    options->fuzz.target = &options->target;
    options->fuzz.server = &options->server;
    options->fuzz.ignored = options->ignored;
    options->findings = FINDINGS_DEFAULT;
    opterr = 0;
    optind = 1;
    while (status == 0 &&
           (option = getopt_long(argc, argv, ":", long_options, NULL)) != -1)
        status = option == '?' || option == ':'
                     ? unknown_option(argc, argv, option)
                     : set_value(options, option, optarg);
    if (status != 0 || options->help)
        return status;
    return check_together(options, argc, argv);
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
    if (options->fuzz.intrusive)
        smtpspec_shell_word(&line, "--intrusive");
    smtpspec_shell_word(&line, options->target.name);
    if (cap > 0)
        out[line.length < cap ? line.length : cap - 1] = '\0';
    return line.length;
}
