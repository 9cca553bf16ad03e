/* SPDX-License-Identifier: MIT */
/*
 * cmd_judge.c - `smtpspec judge`: judge a recorded dialogue, offline
 *
 * Nothing is reported before all of the recording was read: where it turns
 * out to be malformed no half report is left behind.
 */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <smtpspec/base.h>
#include <smtpspec/rules.h>

#include "cli/offline.h"
#include "cli/recording.h"
#include "cli/reports.h"

#define COMMAND "judge"
/* Octets read at a time: a cache near the processor holds them. */
#define CHUNK 262144

static const char help[] =
    "usage: smtpspec judge [options] FILE|-\n"
    "\n"
    "Judge a recorded SMTP dialogue by what the standards say, offline.\n"
    "\n"
    "  --profile NAME        rows to judge by: kb234, rfc821, rfc2821,\n"
    "                        rfc5321, modern (default)\n"
    "  --service NAME        smtp (default), submission, lmtp\n"
    "  --input FORM          what the recording is: text, swaks, jsonl (as\n"
    "                        check --record writes it); auto (default) sees\n"
    "                        it by how the file begins\n"
    "  --report FORMAT=FILE  write a report (json, text); '-' is stdout; may\n"
    "                        be given several times\n"
    "  --level LEVEL         show findings down to MUST, SHOULD (default),\n"
    "                        POLICY, INFO\n"
    "  --fail-on warn|fail   what makes the exit status 1 (default fail)\n"
    "  --quiet               print only the line of numbers\n"
    "  --color[=WHEN]        auto (default), always, never\n"
    "  --help                this text\n"
    "\n"
    "In a recording that is text a line is one of\n"
    "  S: 220 mx.example     what the server sent; CRLF goes without saying\n"
    "  C: EHLO me.example    what the client sent; octets may be written\n"
    "                        \\xNN \\r \\n \\t \\0 \\\\\n"
    "  S> 250 half a         a piece as it is, no CRLF behind; C> too\n"
    "  silent                the server had its time and sent nothing\n"
    "  closed                the server closed the connection\n"
    "  tls                   the handshake after STARTTLS was done\n"
    "  gap                   octets are missing: judged no further\n"
    "  ---                   a new connection\n"
    "  # comment             as empty lines, of no meaning\n"
    "\n"
    "What a recording lacks is said and not guessed at: a session that breaks\n"
    "off, content that swaks left out, a recording of one direction.\n"
    "\n"
    "Exit status: 0 nothing found, 1 found something, 2 the file cannot be\n"
    "read or is malformed, 3 no SMTP in it.\n";

struct options {
    struct smtpspec_terms terms;
    struct smtpspec_reports_style style;
    enum smtpspec_outcome fail_on;
    enum smtpspec_recording_form form;
    const char *file;
};

/* --- Options ------------------------------------------------------------ */

enum option_id {
    OPTION_PROFILE = 256,
    OPTION_SERVICE,
    OPTION_INPUT,
    OPTION_REPORT,
    OPTION_LEVEL,
    OPTION_FAIL_ON,
    OPTION_QUIET,
    OPTION_COLOR,
    OPTION_HELP
};

static const struct option long_options[] = {
    { "profile", required_argument, NULL, OPTION_PROFILE },
    { "service", required_argument, NULL, OPTION_SERVICE },
    { "input", required_argument, NULL, OPTION_INPUT },
    { "report", required_argument, NULL, OPTION_REPORT },
    { "level", required_argument, NULL, OPTION_LEVEL },
    { "fail-on", required_argument, NULL, OPTION_FAIL_ON },
    { "quiet", no_argument, NULL, OPTION_QUIET },
    { "color", optional_argument, NULL, OPTION_COLOR },
    { "colour", optional_argument, NULL, OPTION_COLOR },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static bool is_word(const char *text, const char *word)
{
    return smtpspec_span_equal_nocase(smtpspec_span_of(text),
                                      smtpspec_span_of(word));
}

static bool service_of(const char *name, enum smtpspec_service *out)
{
    if (is_word(name, "smtp"))
        *out = SMTPSPEC_SERVICE_SMTP;
    else if (is_word(name, "submission"))
        *out = SMTPSPEC_SERVICE_SUBMISSION;
    else if (is_word(name, "lmtp"))
        *out = SMTPSPEC_SERVICE_LMTP;
    else
        return false;
    return true;
}

static bool fail_on_of(const char *name, enum smtpspec_outcome *out)
{
    if (is_word(name, "warn"))
        *out = SMTPSPEC_OUTCOME_WARN;
    else if (is_word(name, "fail"))
        *out = SMTPSPEC_OUTCOME_FAIL;
    else
        return false;
    return true;
}

/* Returns -1 to go on, or the exit status. */
static int take_option(int id, const char *value, struct options *options,
                       struct smtpspec_reports *reports)
{
    switch (id) {
    case OPTION_PROFILE:
        options->terms.profile = smtpspec_profile_of(smtpspec_span_of(value));
        if (options->terms.profile == SMTPSPEC_PROFILE_UNSET)
            return smtpspec_cli_usage(COMMAND, "no profile '%s'", value);
        return -1;
    case OPTION_SERVICE:
        if (!service_of(value, &options->terms.service))
            return smtpspec_cli_usage(COMMAND, "no service '%s'", value);
        return -1;
    case OPTION_INPUT:
        options->form = smtpspec_recording_form_of(value);
        if (options->form == SMTPSPEC_RECORDING_FORM_COUNT)
            return smtpspec_cli_usage(COMMAND, "--input wants auto, text, "
                                      "swaks or jsonl, not '%s'", value);
        return -1;
    case OPTION_REPORT:
        if (!smtpspec_reports_add(reports, value))
            return smtpspec_cli_usage(COMMAND, "%s",
                                      smtpspec_reports_message(reports));
        return -1;
    case OPTION_LEVEL:
        options->style.least = smtpspec_level_of(smtpspec_span_of(value));
        if (options->style.least == SMTPSPEC_LEVEL_UNSET)
            return smtpspec_cli_usage(COMMAND, "no level '%s'", value);
        return -1;
    case OPTION_FAIL_ON:
        if (!fail_on_of(value, &options->fail_on))
            return smtpspec_cli_usage(COMMAND, "--fail-on wants warn or fail, "
                                      "not '%s'", value);
        return -1;
    case OPTION_QUIET:
        options->style.quiet = true;
        return -1;
    case OPTION_COLOR:
        if (!smtpspec_colour_of(value, &options->style.colour))
            return smtpspec_cli_usage(COMMAND, "--color wants auto, always or "
                                      "never, not '%s'", value);
        return -1;
    case OPTION_HELP:
        fputs(help, stdout);
        return smtpspec_cli_finish(COMMAND, SMTPSPEC_EXIT_OK);
    default:
        return SMTPSPEC_EXIT_USAGE;
    }
}

static int parse_options(int argc, char **argv, struct options *options,
                         struct smtpspec_reports *reports)
{
    int id, status;

    opterr = 0;
    optind = 1;
    while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (id == '?' || id == ':')
            return smtpspec_cli_usage(COMMAND, id == ':' ? "%s wants a value"
                                      : "unknown option '%s'",
                                      argv[optind - 1]);
        status = take_option(id, optarg, options, reports);
        if (status >= 0)
            return status;
    }
    if (argc - optind != 1)
        return smtpspec_cli_usage(COMMAND, "one FILE is wanted, or '-'; "
                                  "see smtpspec judge --help");
    options->file = argv[optind];
    return -1;
}

/* --- Reading ------------------------------------------------------------ */

/* All of a file; -1, or the exit status. */
static int read_file(int file, const char *name,
                     struct smtpspec_recording *recording,
                     struct smtpspec_offline *offline)
{
    static char buffer[CHUNK];
    enum smtpspec_error error = SMTPSPEC_OK;
    ssize_t count;

    while (error == SMTPSPEC_OK) {
        count = read(file, buffer, sizeof(buffer));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return smtpspec_cli_usage(COMMAND, "%s: %s", name,
                                      strerror(errno));
        if (count == 0)
            break;
        error = smtpspec_recording_feed(
            recording, (struct smtpspec_span){ buffer, (size_t)count });
        smtpspec_offline_settle(offline);
    }
    if (error == SMTPSPEC_OK)
        error = smtpspec_recording_finish(recording);
    if (!recording->is_recording &&
        recording->form == SMTPSPEC_RECORDING_JSONL && error != SMTPSPEC_OK) {
        smtpspec_cli_usage(COMMAND, "%s:%" PRIu64 ": no SMTP found: %s", name,
                           recording->line, recording->trouble);
        return SMTPSPEC_EXIT_UNTESTED;
    }
    if (!recording->is_recording) {
        smtpspec_cli_usage(COMMAND, "%s: no SMTP found: there is no line "
                           "'C: ...' or 'S: ...', of swaks or of JSON", name);
        return SMTPSPEC_EXIT_UNTESTED;
    }
    if (error != SMTPSPEC_OK)
        return smtpspec_cli_usage(COMMAND, "%s:%" PRIu64 ": %s", name,
                                  recording->line, recording->trouble);
    return -1;
}

/* The same, judged. */
static int read_recording(int file, const struct options *options,
                          struct smtpspec_offline *offline)
{
    struct smtpspec_recording recording;
    int status;

    smtpspec_recording_init(&recording, options->form, smtpspec_offline_event,
                            offline);
    recording.line_taken = smtpspec_offline_line;
    status = read_file(file, options->file, &recording, offline);
    smtpspec_recording_free(&recording);
    if (status >= 0)
        return status;
    smtpspec_offline_end(offline, recording.truncated);
    if (!smtpspec_offline_saw_smtp(offline)) {
        smtpspec_cli_usage(COMMAND, "%s: no SMTP found: no line of the server "
                           "begins with a reply code", options->file);
        return SMTPSPEC_EXIT_UNTESTED;
    }
    return -1;
}

/* --- Reporting ---------------------------------------------------------- */

struct reporting {
    struct smtpspec_reports *reports;
    struct smtpspec_summary summary;
    enum smtpspec_outcome fail_on;
    bool found;
};

static void take_result(void *context, const struct smtpspec_result *result)
{
    struct reporting *reporting = context;

    smtpspec_summary_add(&reporting->summary, result);
    if (result->outcome >= reporting->fail_on)
        reporting->found = true;
    smtpspec_reports_result(reporting->reports, result);
}

/* What a recording lacks is worth a note, but no fault of the server. */
static void tell_note(const struct options *options, const char *id,
                      const char *text, uint64_t line,
                      struct reporting *reporting)
{
    char title[128], reason[64];
    struct smtpspec_result result = {
        .id = id,
        .title = title,
        .level = SMTPSPEC_LEVEL_INFO,
        .outcome = SMTPSPEC_OUTCOME_PASS,
        .rule = id,
        .reason = reason,
    };

    if (text == NULL)
        return;
    snprintf(title, sizeof(title), "transcript %s", text);
    snprintf(reason, sizeof(reason), "in line %" PRIu64, line);
    take_result(reporting, &result);
    if (!options->style.quiet)
        smtpspec_cli_usage(COMMAND, "%s:%" PRIu64 ": note: %s", options->file,
                           line, title);
}

static void tell_lacks(const struct options *options,
                       const struct smtpspec_offline *offline,
                       struct reporting *reporting)
{
    uint64_t line;
    const char *text = smtpspec_offline_incomplete(offline, &line);

    tell_note(options, "transcript.incomplete", text, line, reporting);
    text = smtpspec_offline_gap(offline, &line);
    tell_note(options, "transcript.gap", text, line, reporting);
}

static void begin_facts(const struct options *options,
                        struct smtpspec_run_facts *facts)
{
    time_t now = time(NULL);
    struct tm utc;

    facts->version = SMTPSPEC_VERSION;
    facts->profile = smtpspec_profile_name(options->terms.profile);
    if (gmtime_r(&now, &utc) != NULL)
        strftime(facts->started, sizeof(facts->started), "%Y-%m-%dT%H:%M:%SZ",
                 &utc);
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static int report(const struct options *options,
                  const struct smtpspec_offline *offline,
                  struct smtpspec_run_facts *facts, uint64_t begun,
                  struct smtpspec_reports *reports)
{
    struct reporting reporting = { .reports = reports,
                                   .fail_on = options->fail_on };
    struct smtpspec_target_facts target = { .name = options->file };

    smtpspec_reports_begin(reports, facts);
    smtpspec_reports_target_begin(reports, target.name);
    smtpspec_offline_results(offline, take_result, &reporting);
    tell_lacks(options, offline, &reporting);
    smtpspec_offline_facts(offline, &target);
    target.summary = reporting.summary;
    smtpspec_reports_target_end(reports, &target);
    facts->elapsed_ms = now_ms() - begun;
    if (!smtpspec_reports_end(reports, facts))
        return smtpspec_cli_usage(COMMAND, "%s",
                                  smtpspec_reports_message(reports));
    if (smtpspec_offline_overflowed(offline))
        smtpspec_cli_usage(COMMAND, "%s: not all findings were kept",
                           options->file);
    return reporting.found ? SMTPSPEC_EXIT_FOUND : SMTPSPEC_EXIT_OK;
}

static int judge_file(const struct options *options, int file,
                      struct smtpspec_reports *reports)
{
    struct smtpspec_run_facts facts = { .version = "" };
    struct smtpspec_offline *offline;
    uint64_t begun = now_ms();
    int status;

    begin_facts(options, &facts);
    if (!smtpspec_reports_open(reports, &options->style))
        return smtpspec_cli_usage(COMMAND, "%s",
                                  smtpspec_reports_message(reports));
    offline = smtpspec_offline_new(&options->terms);
    if (offline == NULL)
        return smtpspec_cli_usage(COMMAND, "no memory");
    status = read_recording(file, options, offline);
    if (status < 0)
        status = report(options, offline, &facts, begun, reports);
    smtpspec_offline_free(offline);
    return status;
}

int smtpspec_cmd_judge(int argc, char **argv)
{
    struct options options = {
        .terms = { .profile = SMTPSPEC_PROFILE_MODERN },
        .fail_on = SMTPSPEC_OUTCOME_FAIL,
    };
    struct smtpspec_reports reports;
    int status, file = STDIN_FILENO;

    smtpspec_reports_init(&reports);
    status = parse_options(argc, argv, &options, &reports);
    if (status < 0) {
        smtpspec_reports_add_default(&reports);
        if (strcmp(options.file, "-") != 0)
            file = open(options.file, O_RDONLY | O_CLOEXEC);
        status = file < 0 ? smtpspec_cli_usage(COMMAND, "%s: %s", options.file,
                                               strerror(errno))
                          : judge_file(&options, file, &reports);
        if (file > STDIN_FILENO)
            close(file);
    }
    smtpspec_reports_abort(&reports);
    return status;
}
