/* SPDX-License-Identifier: MIT */
/*
 * check_options.c - read the options of `smtpspec check`
 */
#include "cli/check_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/alphabet_file.h"
#include "cli/check_exhaustive.h"
#include "cli/check_targets.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/shared_options.h"
#include "cli/values.h"
#include "net/memory.h"

#define JOBS_DEFAULT 4
#define JOBS_EXHAUSTIVE 8
#define JOBS_LIMIT 4096
#define RATE_LIMIT 60000
#define SHARDS_LIMIT 1000000
#define EXTRA_LIMIT 4

static const char *command_of(const struct smtpspec_check_options *options)
{
    return smtpspec_verb_name(options->verb);
}

/* A number from 1 to `most`. */
static int set_count(unsigned *count, uint64_t most, const char *want,
                     const struct smtpspec_options *given)
{
    uint64_t value;

    if (!smtpspec_cli_number(given->value, most, &value) || value == 0)
        return smtpspec_options_bad(given, want);
    *count = (unsigned)value;
    return 0;
}

/* "I/N". */
static int set_shard(struct smtpspec_check_options *options,
                     const struct smtpspec_options *given)
{
    const char *slash = strchr(given->value, '/');
    char first[16];
    uint64_t shard, shards;

    if (slash == NULL || slash - given->value >= (ptrdiff_t)sizeof(first))
        return smtpspec_options_bad(given, "I/N, from 1/N to N/N");
    snprintf(first, sizeof(first), "%.*s", (int)(slash - given->value),
             given->value);
    if (!smtpspec_cli_number(first, SHARDS_LIMIT, &shard) ||
        !smtpspec_cli_number(slash + 1, SHARDS_LIMIT, &shards) || shard == 0 ||
        shard > shards)
        return smtpspec_options_bad(given, "I/N, from 1/N to N/N");
    options->shard = (unsigned)shard;
    options->shards = (unsigned)shards;
    return 0;
}

static int set_exhaustive(struct smtpspec_check_options *options,
                          const struct smtpspec_options *given)
{
    uint64_t value;

    if (!smtpspec_cli_number(given->value, EXTRA_LIMIT, &value))
        return smtpspec_options_bad(given, "a number from 0 to 4");
    options->exhaustive = (int)value;
    return 0;
}

static int set_time(uint64_t *ms, const struct smtpspec_options *given)
{
    return smtpspec_cli_milliseconds(given->value, ms)
               ? 0 : smtpspec_options_bad(given, "seconds");
}

static int set_seed(uint64_t *seed, const struct smtpspec_options *given)
{
    return smtpspec_cli_number(given->value, UINT64_MAX / 2, seed)
               ? 0 : smtpspec_options_bad(given, "a number");
}

/* Options whose value may be wrong, or that may be repeated. */
static int set_checked(struct smtpspec_check_options *options, int id,
                       const struct smtpspec_options *given)
{
    const char *value = given->value;

    switch (id) {
    case SMTPSPEC_OPTION_CHECK_CASES:
        return smtpspec_check_words_add(&options->cases, value);
    case SMTPSPEC_OPTION_CHECK_EXCLUDE:
        return smtpspec_check_words_add(&options->except, value);
    case SMTPSPEC_OPTION_CHECK_EXHAUSTIVE:
        return set_exhaustive(options, given);
    case SMTPSPEC_OPTION_CHECK_JOBS:
        return set_count(&options->jobs, JOBS_LIMIT, "a number from 1 to 4096",
                         given);
    case SMTPSPEC_OPTION_CHECK_ONLY:
        return smtpspec_check_words_add(&options->only, value);
    case SMTPSPEC_OPTION_CHECK_PROFILE:
        return smtpspec_profile_option(&options->profile, given);
    case SMTPSPEC_OPTION_CHECK_NETWORK_RATE:
        return set_count(&options->network_rate, RATE_LIMIT,
                         "connections a minute", given);
    case SMTPSPEC_OPTION_CHECK_SHARD: return set_shard(options, given);
    case SMTPSPEC_OPTION_CHECK_SEED: return set_seed(&options->seed, given);
    case SMTPSPEC_OPTION_CHECK_TIME: return set_time(&options->time_ms, given);
    default:
        return smtpspec_report_option(&options->reports, &options->style,
                                      given);
    }
}

/* Options of a site are kept, since they win over what files say of it. */
static int set_site(struct smtpspec_check_options *options, int id,
                    const struct smtpspec_options *given)
{
    int status = smtpspec_site_set(&options->site, id, given);

    if (status == 0)
        options->site_options[options->site_option_count++] =
            (struct smtpspec_site_option){ .id = id, .given = *given };
    return status >= 0 ? status : set_checked(options, id, given);
}

int smtpspec_check_options_set(struct smtpspec_check_options *options, int id,
                               const struct smtpspec_options *given)
{
    const char *value = given->value;

    switch (id) {
    case SMTPSPEC_OPTION_CHECK_ALPHABET: options->alphabet = value; break;
    case SMTPSPEC_OPTION_CHECK_SAVE_CAPS: options->save_caps = value; break;
    case SMTPSPEC_OPTION_CHECK_BASELINE:
        options->baseline = options->style.artifact = value;
        break;
    case SMTPSPEC_OPTION_CHECK_CONFIG: options->config_file = value; break;
    case SMTPSPEC_OPTION_CHECK_INTRUSIVE: options->intrusive = true; break;
    case SMTPSPEC_OPTION_CHECK_RECORD: options->record = value; break;
    case SMTPSPEC_OPTION_CHECK_RESUME: options->resume = value; break;
    case SMTPSPEC_OPTION_CHECK_TARGETS: options->list = value; break;
    case SMTPSPEC_OPTION_CHECK_UPDATE_BASELINE:
        options->update_baseline = true;
        break;
    default: return set_site(options, id, given);
    }
    return 0;
}

int smtpspec_check_options_aim(struct smtpspec_check_options *options,
                               const char *target)
{
    char why[SMTPSPEC_CHECK_WHY_ROOM];

    if (!smtpspec_check_target_read(
            &options->targets[options->target_count], target, options->profile,
            why, sizeof(why)))
        return smtpspec_cli_usage(command_of(options), "%s", why);
    options->target_count++;
    return 0;
}

/* What only many targets can have. */
static int check_list(const struct smtpspec_check_options *options)
{
    if (options->list == NULL && options->resume != NULL)
        return smtpspec_cli_usage("check", "--resume needs --targets FILE");
    if (options->list == NULL && options->shards > 0)
        return smtpspec_cli_usage("check", "--shard needs --targets FILE");
    if (options->list == NULL)
        return 0;
    if (options->target_count > 0)
        return smtpspec_cli_usage("check",
                                  "targets are of --targets, or are named "
                                  "here, not both");
    /* Both are of one process, and of a few targets. */
    if (options->record != NULL || options->update_baseline)
        return smtpspec_cli_usage("check", "%s does not go with --targets",
                                  options->record != NULL
                                      ? "--record"
                                      : "--update-baseline");
    return 0;
}

static int read_config(struct smtpspec_check_options *options)
{
    struct smtpspec_config *config = &options->config;
    enum smtpspec_error error =
        options->config_file != NULL
            ? smtpspec_config_read(config, options->config_file)
            : smtpspec_config_read_own(config);

    return error == SMTPSPEC_OK
               ? smtpspec_site_try(config)
               : smtpspec_cli_usage(command_of(options), "%s",
                                    config->message);
}

/* For a target of the command line, with what is known of it. */
static int try_exhaustive(const struct smtpspec_check_options *options,
                          const struct smtpspec_target *target,
                          const struct smtpspec_site *site)
{
    char why[160];

    if (options->exhaustive < 0 ||
        smtpspec_check_exhaustive_can(target, site, why, sizeof(why)))
        return 0;
    return smtpspec_cli_usage(command_of(options), "%s", why);
}

/* What is missing shows now, and not between two targets. */
static int try_sites(struct smtpspec_check_options *options)
{
    struct smtpspec_site site;
    int status = 0;

    for (size_t i = 0; i < options->target_count && status == 0; i++) {
        const struct smtpspec_target *target = &options->targets[i].target;

        status = smtpspec_check_site(options, target, &site);
        if (status == 0)
            status = try_exhaustive(options, target, &site);
    }
    if (options->list != NULL)
        status = smtpspec_check_site(options, NULL, &site);
    explicit_bzero(site.password, sizeof(site.password));
    return status;
}

static int open_alphabet(struct smtpspec_check_options *options)
{
    char why[512];

    return smtpspec_alphabet_open(options->alphabet, &options->alphabet_file,
                                  &options->alphabet_text, why, sizeof(why))
               ? 0
               : smtpspec_cli_usage(command_of(options), "%s", why);
}

/* No case is run then, and what is said is not written down. */
static int check_exhaustive(struct smtpspec_check_options *options)
{
    const char *other = options->only.count > 0     ? "--only"
                        : options->except.count > 0 ? "--exclude"
                        : options->cases.count > 0  ? "--cases"
                        : options->record != NULL   ? "--record"
                        : options->time_ms > 0      ? "--time" : NULL;

    if (options->alphabet != NULL && options->exhaustive < 0)
        return smtpspec_cli_usage("check", "--alphabet needs --exhaustive K");
    if (options->save_caps != NULL && options->exhaustive < 0)
        return smtpspec_cli_usage("check", "--save-caps needs --exhaustive K");
    if (other != NULL && options->exhaustive >= 0)
        return smtpspec_cli_usage("check", "%s does not go with --exhaustive",
                                  other);
    return options->exhaustive >= 0 ? open_alphabet(options) : 0;
}

/* What only the whole command line can tell. */
int smtpspec_check_options_end(struct smtpspec_check_options *options)
{
    if (options->target_count == 0 && options->list == NULL)
        return smtpspec_cli_usage(command_of(options),
                                  "no target (smtpspec %s --help tells more)",
                                  command_of(options));
    if (options->update_baseline && options->baseline == NULL)
        return smtpspec_cli_usage("check",
                                  "--update-baseline needs --baseline FILE");
    if (options->jobs == 0)
        options->jobs = options->exhaustive < 0 ? JOBS_DEFAULT
                                                : JOBS_EXHAUSTIVE;
    if (check_exhaustive(options) != 0 || check_list(options) != 0 ||
        read_config(options) != 0)
        return SMTPSPEC_EXIT_USAGE;
    return try_sites(options);
}

void smtpspec_check_options_begin(struct smtpspec_check_options *options,
                                  enum smtpspec_verb verb, int argc)
{
    memset(options, 0, sizeof(*options));
    options->verb = verb;
    options->profile = SMTPSPEC_PROFILE_MODERN;
    options->exhaustive = -1;
    options->seed = 1;
    smtpspec_reports_init(&options->reports);
    options->targets =
        smtpspec_memory_new((size_t)argc * sizeof(*options->targets));
    options->site_options =
        smtpspec_memory_new((size_t)argc * sizeof(*options->site_options));
}

int smtpspec_check_options_read(struct smtpspec_check_options *options,
                                int argc, char **argv)
{
    struct smtpspec_options given;
    int id = 0, status = 0;

    smtpspec_check_options_begin(options, SMTPSPEC_VERB_CHECK, argc);
    smtpspec_options_begin(&given, SMTPSPEC_VERB_CHECK, argc, argv);
    while (status == 0 && (id = smtpspec_options_next(&given)) > 0)
        status = smtpspec_check_options_set(options, id, &given);
    options->done = id < 0;
    if (options->done)
        return given.status;
    for (int i = given.first; status == 0 && i < argc; i++)
        status = smtpspec_check_options_aim(options, argv[i]);
    return status != 0 ? status : smtpspec_check_options_end(options);
}

static void forget(char *password)
{
    if (password != NULL)
        explicit_bzero(password, strlen(password));
    free(password);
}

void smtpspec_check_options_free(struct smtpspec_check_options *options)
{
    smtpspec_reports_abort(&options->reports);
    for (size_t i = 0; i < options->hosts_count; i++)
        smtpspec_targets_free(&options->hosts[i]);
    free(options->hosts);
    free(options->targets);
    options->targets = NULL;
    for (size_t i = 0; i < options->site_option_count; i++)
        forget(options->site_options[i].password);
    free(options->site_options);
    free(options->alphabet_file);
    smtpspec_config_free(&options->config);
}

int smtpspec_check_site(const struct smtpspec_check_options *options,
                        const struct smtpspec_target *target,
                        struct smtpspec_site *site)
{
    return smtpspec_site_make(site, &options->config, options->site_options,
                              options->site_option_count, target);
}

/* --- the line that runs a case again -------------------------------------- */

/* What the command line said of all targets. */
static void add_site(struct smtpspec_shell_line *line,
                     const struct smtpspec_site *site)
{
    smtpspec_shell_option(line, "--from", site->from);
    smtpspec_shell_option(line, "--to", site->to);
    smtpspec_shell_option(line, "--unknown", site->unknown);
    smtpspec_shell_option(line, "--relay-domain", site->relay_domain);
    smtpspec_shell_option(line, "--user", site->user);
    smtpspec_shell_option(line, "--password-file", site->password_file);
    if (site->starttls != SMTPSPEC_STARTTLS_TRY)
        smtpspec_shell_option(
            line, "--starttls",
            site->starttls == SMTPSPEC_STARTTLS_NO ? "no" : "require");
    smtpspec_shell_option(line, "--timeout", site->timeout);
    smtpspec_shell_option(line, "--cap", site->cap);
}

size_t smtpspec_check_again(const struct smtpspec_check_options *options,
                            const char *target, const char *id, char *out,
                            size_t cap)
{
    struct smtpspec_shell_line line = { out, cap, 0 };

    smtpspec_shell_word(&line, "smtpspec");
    smtpspec_shell_word(&line, command_of(options));
    smtpspec_shell_option(&line, "--only", id);
    if (options->exhaustive >= 0) {
        const char extra[2] = { (char)('0' + options->exhaustive), '\0' };

        smtpspec_shell_option(&line,
                              options->verb == SMTPSPEC_VERB_LEARN
                                  ? "--extra-states" : "--exhaustive",
                              extra);
    }
    smtpspec_shell_option(&line, "--alphabet", options->alphabet);
    if (options->profile != SMTPSPEC_PROFILE_MODERN)
        smtpspec_shell_option(&line, "--profile",
                              smtpspec_profile_name(options->profile));
    for (size_t i = 0; i < options->cases.count; i++)
        smtpspec_shell_option(&line, "--cases", options->cases.at[i]);
    smtpspec_shell_option(&line, "--config", options->config_file);
    add_site(&line, &options->site);
    if (options->intrusive)
        smtpspec_shell_word(&line, "--intrusive");
    smtpspec_shell_word(&line, target);
    if (cap > 0)
        out[line.length < cap ? line.length : cap - 1] = '\0';
    return line.length;
}
