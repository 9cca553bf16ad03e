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
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <smtpspec/base.h>
#include <smtpspec/rules.h>

#include "cli/octets.h"
#include "cli/offline.h"
#include "cli/options.h"
#include "cli/recording.h"
#include "cli/reports.h"
#include "cli/shared_options.h"

#define COMMAND "judge"

struct options {
    struct smtpspec_terms terms;
    struct smtpspec_reports_style style;
    enum smtpspec_recording_form form;
    const char *file;
};

/* --- Options ------------------------------------------------------------ */

/* What options.def calls smtp, submission, lmtp. */
static enum smtpspec_service service_of(int choice)
{
    static const enum smtpspec_service services[] = {
        SMTPSPEC_SERVICE_SMTP, SMTPSPEC_SERVICE_SUBMISSION,
        SMTPSPEC_SERVICE_LMTP
    };

    return services[choice];
}

/* Returns 0, or the exit status. */
static int take_option(int id, const struct smtpspec_options *given,
                       struct options *options,
                       struct smtpspec_reports *reports)
{
    switch (id) {
    case SMTPSPEC_OPTION_JUDGE_PROFILE:
        return smtpspec_profile_option(&options->terms.profile, given);
    case SMTPSPEC_OPTION_JUDGE_SERVICE:
        options->terms.service = service_of(given->choice);
        return 0;
    case SMTPSPEC_OPTION_JUDGE_INPUT:
        options->form = (enum smtpspec_recording_form)given->choice;
        return 0;
    default:
        return smtpspec_report_option(reports, &options->style, given);
    }
}

static int parse_options(int argc, char **argv, struct options *options,
                         struct smtpspec_reports *reports)
{
    struct smtpspec_options given;
    int id, status;

    smtpspec_options_begin(&given, SMTPSPEC_VERB_JUDGE, argc, argv);
    while ((id = smtpspec_options_next(&given)) > 0) {
        status = take_option(id, &given, options, reports);
        if (status != 0)
            return status;
    }
    if (id < 0)
        return given.status;
    if (argc - given.first != 1)
        return smtpspec_cli_usage(COMMAND, "one FILE is wanted, or '-'; "
                                  "see smtpspec judge --help");
    options->file = argv[given.first];
    return -1;
}

/* --- Reading ------------------------------------------------------------ */

/* All of a file; -1, or the exit status. */
static int read_file(int file, const char *name,
                     struct smtpspec_recording *recording,
                     struct smtpspec_offline *offline)
{
    static struct smtpspec_octets octets;
    enum smtpspec_error error = SMTPSPEC_OK;
    struct smtpspec_span piece;
    bool good = true;

    smtpspec_octets_init(&octets, COMMAND, name, file);
    while (error == SMTPSPEC_OK &&
           (good = smtpspec_octets_next(&octets, &piece)) &&
           piece.length > 0) {
        error = smtpspec_recording_feed(recording, piece);
        smtpspec_offline_settle(offline);
    }
    smtpspec_octets_end(&octets);
    if (!good)
        return smtpspec_cli_usage(COMMAND, "%s: %s", name, octets.trouble);
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
    recording.lines = smtpspec_offline_lines;
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

static int report(const struct options *options,
                  struct smtpspec_offline *offline,
                  struct smtpspec_run_facts *facts, uint64_t begun,
                  struct smtpspec_reports *reports)
{
    struct reporting reporting = { .reports = reports,
                                   .fail_on = options->style.warn_fails
                                                  ? SMTPSPEC_OUTCOME_WARN
                                                  : SMTPSPEC_OUTCOME_FAIL };
    struct smtpspec_target_facts target = { .name = options->file };

    smtpspec_reports_begin(reports, facts);
    smtpspec_reports_target_begin(reports, target.name);
    smtpspec_offline_results(offline, take_result, &reporting);
    tell_lacks(options, offline, &reporting);
    smtpspec_offline_facts(offline, &target);
    target.transitions =
        smtpspec_offline_places(offline, &target.transition_count);
    target.summary = reporting.summary;
    smtpspec_reports_target_end(reports, &target);
    facts->elapsed_ms = smtpspec_cli_now() - begun;
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
    uint64_t begun = smtpspec_cli_now();
    int status;

    smtpspec_reports_run(&facts, options->terms.profile);
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
