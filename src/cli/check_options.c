/* SPDX-License-Identifier: MIT */
/*
 * check_options.c - read the options of `smtpspec check`
 */
#include "cli/check_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/values.h"
#include "net/memory.h"

#define JOBS_DEFAULT 4
#define JOBS_LIMIT 4096
#define RATE_LIMIT 60000

enum {
    OPTION_BASELINE = 256, OPTION_CASES, OPTION_COLOR, OPTION_EXCLUDE,
    OPTION_FAIL_ON, OPTION_FROM, OPTION_HELP, OPTION_INTRUSIVE, OPTION_JOBS,
    OPTION_LEVEL, OPTION_ONLY, OPTION_PASSWORD_FILE, OPTION_PROFILE,
    OPTION_QUIET, OPTION_RATE, OPTION_RECORD, OPTION_REPORT, OPTION_SEED,
    OPTION_STARTTLS,
    OPTION_TIMEOUT, OPTION_TO, OPTION_UPDATE_BASELINE, OPTION_USER
};

static const struct option long_options[] = {
    { "baseline", required_argument, NULL, OPTION_BASELINE },
    { "cases", required_argument, NULL, OPTION_CASES },
    { "color", optional_argument, NULL, OPTION_COLOR },
    { "colour", optional_argument, NULL, OPTION_COLOR },
    { "exclude", required_argument, NULL, OPTION_EXCLUDE },
    { "fail-on", required_argument, NULL, OPTION_FAIL_ON },
    { "from", required_argument, NULL, OPTION_FROM },
    { "help", no_argument, NULL, OPTION_HELP },
    { "intrusive", no_argument, NULL, OPTION_INTRUSIVE },
    { "jobs", required_argument, NULL, OPTION_JOBS },
    { "level", required_argument, NULL, OPTION_LEVEL },
    { "only", required_argument, NULL, OPTION_ONLY },
    { "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "quiet", no_argument, NULL, OPTION_QUIET },
    { "rate", required_argument, NULL, OPTION_RATE },
    { "record", required_argument, NULL, OPTION_RECORD },
    { "report", required_argument, NULL, OPTION_REPORT },
    { "seed", required_argument, NULL, OPTION_SEED },
    { "starttls", required_argument, NULL, OPTION_STARTTLS },
    { "timeout", required_argument, NULL, OPTION_TIMEOUT },
    { "to", required_argument, NULL, OPTION_TO },
    { "update-baseline", no_argument, NULL, OPTION_UPDATE_BASELINE },
    { "user", required_argument, NULL, OPTION_USER },
    { NULL, 0, NULL, 0 }
};

static int bad_value(const char *option, const char *value, const char *want)
{
    return smtpspec_cli_usage("check", "%s wants %s, not '%s'", option, want,
                              value);
}

static int add_word(struct smtpspec_check_words *words, const char *word)
{
    if (words->count == SMTPSPEC_CHECK_WORDS_KEPT)
        return smtpspec_cli_usage("check", "too many options of one kind");
    words->at[words->count++] = word;
    return 0;
}

/* Mailboxes get into C: lines as they are, so they must be mailboxes. */
static int set_mailbox(const char **mailbox, const char *option,
                       const char *value)
{
    struct smtpspec_span span = smtpspec_span_of(value);

    if (!smtpspec_is_mailbox(span, false) &&
        !(strcmp(option, "--to") == 0 &&
          smtpspec_span_equal_nocase(span, SMTPSPEC_SPAN("postmaster"))))
        return bad_value(option, value, "a mailbox (user@domain)");
    *mailbox = value;
    return 0;
}

static int set_level(struct smtpspec_check_options *options, const char *value)
{
    options->style.least = smtpspec_level_of(smtpspec_span_of(value));
    return options->style.least == SMTPSPEC_LEVEL_UNSET
               ? bad_value("--level", value, "must, should, policy or info")
               : 0;
}

static int set_fail_on(struct smtpspec_check_options *options,
                       const char *value)
{
    if (strcmp(value, "warn") == 0)
        options->fail_on = SMTPSPEC_OUTCOME_WARN;
    else if (strcmp(value, "fail") == 0)
        options->fail_on = SMTPSPEC_OUTCOME_FAIL;
    else
        return bad_value("--fail-on", value, "warn or fail");
    return 0;
}

static int set_profile(struct smtpspec_check_options *options,
                       const char *value)
{
    options->profile = smtpspec_profile_of(smtpspec_span_of(value));
    return options->profile == SMTPSPEC_PROFILE_UNSET
               ? smtpspec_cli_usage("check",
                                    "unknown profile '%s' "
                                    "(`smtpspec list profiles` has them)",
                                    value)
               : 0;
}

static int set_jobs(struct smtpspec_check_options *options, const char *value)
{
    uint64_t jobs;

    if (!smtpspec_cli_number(value, JOBS_LIMIT, &jobs) || jobs == 0)
        return bad_value("--jobs", value, "a number from 1 to 4096");
    options->jobs = (unsigned)jobs;
    return 0;
}

static int set_rate(struct smtpspec_check_options *options, const char *value)
{
    uint64_t rate;

    if (!smtpspec_cli_number(value, RATE_LIMIT, &rate) || rate == 0)
        return bad_value("--rate", value, "connections a minute");
    options->rate = (unsigned)rate;
    return 0;
}

static int set_timeout(struct smtpspec_check_options *options,
                       const char *value)
{
    if (!smtpspec_cli_milliseconds(value, &options->timeout_ms))
        return bad_value("--timeout", value, "seconds");
    options->timeout = value;
    return 0;
}

/* What is longer does not fit a line of AUTH. */
static int set_user(struct smtpspec_check_options *options, const char *value)
{
    if (*value == '\0' || strlen(value) > SMTPSPEC_CHECK_PASSWORD_KEPT)
        return bad_value("--user", value, "a name of 1 to 255 octets");
    options->user = value;
    return 0;
}

static int set_starttls(struct smtpspec_check_options *options,
                        const char *value)
{
    if (strcmp(value, "try") == 0)
        options->starttls = SMTPSPEC_STARTTLS_TRY;
    else if (strcmp(value, "no") == 0)
        options->starttls = SMTPSPEC_STARTTLS_NO;
    else if (strcmp(value, "require") == 0)
        options->starttls = SMTPSPEC_STARTTLS_REQUIRE;
    else
        return bad_value("--starttls", value, "no, try or require");
    return 0;
}

/* The first line of the file, so that no password stands in a command line. */
static int read_password(struct smtpspec_check_options *options)
{
    FILE *file = fopen(options->password_file, "r");
    size_t length = 0;
    int octet = EOF, error;

    if (file == NULL)
        return smtpspec_cli_usage("check", "%s: %s", options->password_file,
                                  strerror(errno));
    while (length < sizeof(options->password) &&
           (octet = getc(file)) != EOF && octet != '\n')
        options->password[length++] = (char)octet;
    error = ferror(file) ? errno : 0;
    fclose(file);
    if (error != 0)
        return smtpspec_cli_usage("check", "%s: %s", options->password_file,
                                  strerror(error));
    if (length > 0 && options->password[length - 1] == '\r')
        length--;
    if (length == 0 || length > SMTPSPEC_CHECK_PASSWORD_KEPT ||
        memchr(options->password, '\0', length) != NULL)
        return smtpspec_cli_usage("check", "%s: its first line must be a "
                                  "password of 1 to 255 octets",
                                  options->password_file);
    options->password[length] = '\0';
    return 0;
}

static int add_report(struct smtpspec_check_options *options,
                      const char *value)
{
    return smtpspec_reports_add(&options->reports, value)
               ? 0
               : smtpspec_cli_usage(
                     "check", "%s",
                     smtpspec_reports_message(&options->reports));
}

static int set_value(struct smtpspec_check_options *options, int option,
                     const char *value)
{
    switch (option) {
    case OPTION_CASES: return add_word(&options->cases, value);
    case OPTION_EXCLUDE: return add_word(&options->except, value);
    case OPTION_ONLY: return add_word(&options->only, value);
    case OPTION_FAIL_ON: return set_fail_on(options, value);
    case OPTION_FROM: return set_mailbox(&options->from, "--from", value);
    case OPTION_TO: return set_mailbox(&options->to, "--to", value);
    case OPTION_JOBS: return set_jobs(options, value);
    case OPTION_LEVEL: return set_level(options, value);
    case OPTION_PROFILE: return set_profile(options, value);
    case OPTION_RATE: return set_rate(options, value);
    case OPTION_REPORT: return add_report(options, value);
    case OPTION_TIMEOUT: return set_timeout(options, value);
    case OPTION_STARTTLS: return set_starttls(options, value);
    case OPTION_USER: return set_user(options, value);
    case OPTION_PASSWORD_FILE: options->password_file = value; return 0;
    case OPTION_RECORD: options->record = value; return 0;
    case OPTION_BASELINE: options->baseline = value; return 0;
    case OPTION_HELP: options->help = true; return 0;
    case OPTION_INTRUSIVE: options->intrusive = true; return 0;
    case OPTION_QUIET: options->style.quiet = true; return 0;
    case OPTION_UPDATE_BASELINE: options->update_baseline = true; return 0;
    case OPTION_SEED:
        return smtpspec_cli_number(value, UINT64_MAX / 2, &options->seed)
                   ? 0
                   : bad_value("--seed", value, "a number");
    case OPTION_COLOR:
        return smtpspec_colour_of(value, &options->style.colour)
                   ? 0
                   : bad_value("--color", value, "auto, always or never");
    default:
        return SMTPSPEC_EXIT_USAGE;
    }
}

static int add_target(struct smtpspec_check_options *options,
                      const char *text)
{
    struct smtpspec_check_target *target =
        &options->targets[options->target_count];
    struct smtpspec_span unknown;
    char why[320];

    if (!smtpspec_target_parse(text, &target->target, why, sizeof(why)))
        return smtpspec_cli_usage("check", "%s", why);
    target->server.profile = options->profile;
    if (target->target.kind == SMTPSPEC_TARGET_EMBEDDED &&
        !smtpspec_server_options_add(&target->server, target->target.rest,
                                     &unknown))
        return smtpspec_cli_usage("check",
                                  "unknown misdeed or quirk '%.*s' "
                                  "(see `smtpspec list misdeeds`, quirks)",
                                  (int)(unknown.length < 80 ? unknown.length
                                                              : 80),
                                  unknown.at);
    options->target_count++;
    return 0;
}

static int unknown_option(int argc, char **argv, int option)
{
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "?";

    if (option == ':')
        return smtpspec_cli_usage("check", "%s wants a value", word);
    if (optopt > 0 && optopt < 256)
        return smtpspec_cli_usage("check", "unknown option '-%c'", optopt);
    if (optopt >= 256)
        return smtpspec_cli_usage("check", "%s takes no value", word);
    return smtpspec_cli_usage("check", "unknown option '%s'", word);
}

/* What only the whole command line can tell. */
static int check_together(struct smtpspec_check_options *options)
{
    if ((options->user == NULL) != (options->password_file == NULL))
        return smtpspec_cli_usage("check",
                                  "--user and --password-file need each other");
    if (options->target_count == 0)
        return smtpspec_cli_usage(
            "check", "no target (smtpspec check --help tells more)");
    if (options->update_baseline && options->baseline == NULL)
        return smtpspec_cli_usage("check",
                                  "--update-baseline needs --baseline FILE");
    return options->password_file != NULL ? read_password(options) : 0;
}

int smtpspec_check_options_read(struct smtpspec_check_options *options,
                                int argc, char **argv)
{
    int option, status = 0;

    memset(options, 0, sizeof(*options));
    options->profile = SMTPSPEC_PROFILE_MODERN;
    options->fail_on = SMTPSPEC_OUTCOME_FAIL;
    options->jobs = JOBS_DEFAULT;
    options->seed = 1;
    smtpspec_reports_init(&options->reports);
    options->targets =
        smtpspec_memory_new((size_t)argc * sizeof(*options->targets));
    optind = 1;
    while (status == 0 &&
           (option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (option == '?' || option == ':')
            return unknown_option(argc, argv, option);
        status = set_value(options, option, optarg);
    }
    if (options->help)
        return status;
    while (status == 0 && optind < argc)
        status = add_target(options, argv[optind++]);
    return status != 0 ? status : check_together(options);
}

void smtpspec_check_options_free(struct smtpspec_check_options *options)
{
    smtpspec_reports_abort(&options->reports);
    for (size_t i = 0; i < options->hosts_count; i++)
        smtpspec_targets_free(&options->hosts[i]);
    free(options->hosts);
    free(options->targets);
    options->targets = NULL;
    explicit_bzero(options->password, sizeof(options->password));
}

/* --- the line that runs a case again -------------------------------------- */

size_t smtpspec_check_again(const struct smtpspec_check_options *options,
                            const char *target, const char *id, char *out,
                            size_t cap)
{
    struct smtpspec_shell_line line = { out, cap, 0 };

    smtpspec_shell_word(&line, "smtpspec");
    smtpspec_shell_word(&line, "check");
    smtpspec_shell_option(&line, "--only", id);
    if (options->profile != SMTPSPEC_PROFILE_MODERN)
        smtpspec_shell_option(&line, "--profile",
                              smtpspec_profile_name(options->profile));
    for (size_t i = 0; i < options->cases.count; i++)
        smtpspec_shell_option(&line, "--cases", options->cases.at[i]);
    smtpspec_shell_option(&line, "--from", options->from);
    smtpspec_shell_option(&line, "--to", options->to);
    smtpspec_shell_option(&line, "--user", options->user);
    smtpspec_shell_option(&line, "--password-file", options->password_file);
    if (options->starttls != SMTPSPEC_STARTTLS_TRY)
        smtpspec_shell_option(
            &line, "--starttls",
            options->starttls == SMTPSPEC_STARTTLS_NO ? "no" : "require");
    smtpspec_shell_option(&line, "--timeout", options->timeout);
    if (options->intrusive)
        smtpspec_shell_word(&line, "--intrusive");
    smtpspec_shell_word(&line, target);
    if (cap > 0)
        out[line.length < cap ? line.length : cap - 1] = '\0';
    return line.length;
}
