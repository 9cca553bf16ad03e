/* SPDX-License-Identifier: MIT */
/*
 * cmd_check.c - `smtpspec check`: run the conformance suite against targets
 *
 * Nothing runs before all that the user gave is read and all reports are
 * open. Exit status: 2 where that fails, 4 where no case was asked for, else
 * 1 (a finding) before 3 (a target that could not be tested) before 0.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <signal.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/check_options.h"
#include "cli/check_targets.h"
#include "net/descriptors.h"
#include "net/interrupt.h"
#include "net/memory.h"
#include "report/report.h"
#include "run/baseline.h"
#include "run/run.h"
#include "run/suite.h"

/* Added to the signal that ended a run: its exit status, as a shell tells. */
#define EXIT_SIGNAL 128
#define AGAIN_ROOM 4096
/* Rows of the baseline without a case that are named. */
#define STALE_TOLD 10

static const char help[] =
    "usage: smtpspec check [options] TARGET...\n"
    "\n"
    "Run the conformance suite against mail servers and report what departs\n"
    "from the standards.\n"
    "\n"
    "TARGET is one of\n"
    "  HOST[:PORT]            port 25 if none is given\n"
    "  [ADDRESS][:PORT]       an IPv6 address\n"
    "  smtps://HOST[:PORT]    TLS from the start; port 465 if none is given\n"
    "  lmtp://HOST:PORT       LMTP\n"
    "  unix:PATH              LMTP on a socket; unix+smtp:PATH: SMTP\n"
    "  exec:COMMAND           SMTP on its stdin and stdout; exec+lmtp:COMMAND\n"
    "  mx:DOMAIN[:PORT]       each host that takes the domain's mail\n"
    "  embedded:[NAME,...]    the built-in server, with misdeeds and quirks\n"
    "\n"
    "What is run:\n"
    "  --profile NAME         whose tables to judge by (modern)\n"
    "  --only ID|GLOB         only these cases; may be repeated\n"
    "  --exclude ID|GLOB      all but these cases; may be repeated\n"
    "  --cases DIR            more cases, from the files DIR/*.case\n"
    "  --from MAILBOX         sender (probe@probe.example)\n"
    "  --to MAILBOX           a recipient that takes mail; without it no mail\n"
    "                         is sent and RCPT names <postmaster>\n"
    "  --intrusive            relay, smuggling and overlong cases, too; goes\n"
    "                         without saying on a target of this machine\n"
    "  --timeout SECONDS      silence between octets that a server may keep\n"
    "                         (60; greeting 300; embedded: 2)\n"
    "  --user NAME            log in as NAME where a case or the server wants\n"
    "                         it; with\n"
    "  --password-file FILE   whose first line is the password\n"
    "  --starttls WHEN        no: never; try: where a case is about it, or\n"
    "                         needs what is offered only then (default);\n"
    "                         require: in all sessions\n"
    "  --jobs N               connections at once (4)\n"
    "  --rate N               connections a minute, at most\n"
    "  --seed N               recorded in the report (1)\n"
    "\n"
    "What is made of it:\n"
    "  --report FORMAT=FILE   write a report; FILE - is standard output; may\n"
    "                         be repeated; formats: text, json\n"
    "  --record FILE          write down all that is said, for smtpspec judge\n"
    "  --level LEVEL          text: findings down to must, should, policy or\n"
    "                         info (should)\n"
    "  --fail-on warn|fail    what makes the exit status 1 (fail)\n"
    "  --baseline FILE        findings that are known and do not count\n"
    "  --update-baseline      write the findings to that file\n"
    "  --quiet                only the summary, and no estimate\n"
    "  --color WHEN           auto, always or never\n"
    "\n"
    "Exit status: 0 nothing found, 1 something found, 2 nothing was run,\n"
    "3 a target could not be tested, 4 no case matches --only; 130 and 143\n"
    "interrupted, terminated: what was found until then is reported.\n";

struct check {
    struct smtpspec_check_options options;
    struct smtpspec_suite suite;
    struct smtpspec_baseline baseline;
    struct smtpspec_run_facts facts;
    struct timespec began;
    struct smtpspec_summary summary; /* of the target under way              */
    const char *target;
    struct smtpspec_journal *journal; /* of --record; or NULL                */
    bool terminal, shown;            /* of the progress line                 */
    bool found, untested;
    int interrupted;                 /* by which signal                      */
};

/* --- results -------------------------------------------------------------- */

static void clear_progress(struct check *check)
{
    if (check->shown)
        fputs("\r\033[K", stderr);
    check->shown = false;
}

static void on_progress(void *context, size_t done, size_t all)
{
    struct check *check = context;

    if (!check->terminal)
        return;
    fprintf(stderr, "\r%zu of %zu cases", done, all);
    fflush(stderr);
    check->shown = true;
}

static void on_estimate(void *context, size_t cases, size_t connections,
                        uint64_t ms)
{
    const struct check *check = context;
    uint64_t seconds = (ms + 999) / 1000;
    char name[256];

    if (check->options.style.quiet)
        return;
    smtpspec_span_escape(smtpspec_span_of(check->target), name, sizeof(name));
    fprintf(stderr, "Estimate: %zu case%s, %zu connections, ", cases,
            cases == 1 ? "" : "s", connections);
    if (seconds < 120)
        fprintf(stderr, "%" PRIu64 " s or more", seconds);
    else
        fprintf(stderr, "%" PRIu64 " min or more", (seconds + 59) / 60);
    fprintf(stderr, " (%s)\n", name);
}

/* Whether a result makes the exit status 1. */
static bool counts(const struct check *check,
                   const struct smtpspec_result *result)
{
    if (result->outcome == SMTPSPEC_OUTCOME_PASS)
        return result->expected_failure;
    return !result->expected_failure &&
           (result->outcome == SMTPSPEC_OUTCOME_FAIL ||
            (result->outcome == SMTPSPEC_OUTCOME_WARN &&
             check->options.fail_on == SMTPSPEC_OUTCOME_WARN));
}

static void take(struct check *check, struct smtpspec_result *result)
{
    if (check->options.update_baseline)
        smtpspec_baseline_learn(&check->baseline, result);
    smtpspec_baseline_apply(&check->baseline, result);
    smtpspec_summary_add(&check->summary, result);
    check->found = check->found || counts(check, result);
    smtpspec_reports_result(&check->options.reports, result);
}

static void on_result(void *context, struct smtpspec_result *result,
                      const char *again)
{
    struct check *check = context;
    char line[AGAIN_ROOM];

    clear_progress(check);
    if (smtpspec_check_again(&check->options, check->target, again, line,
                             sizeof(line)) < sizeof(line))
        result->again = line;
    take(check, result);
}

/* A pseudo-case has no result when nothing shows it; in a whole run that is
 * a pass, which the baseline may not expect. */
static void take_unseen(struct check *check)
{
    if (check->options.only.count > 0 || check->options.except.count > 0)
        return;
    if (check->options.update_baseline)
        smtpspec_baseline_drop_unmet(&check->baseline, "session.");
    for (size_t i = 0; i < check->baseline.count; i++) {
        const struct smtpspec_baseline_row *row = &check->baseline.rows[i];
        struct smtpspec_result result = { 0 };

        if (row->met || strncmp(row->id, "session.", 8) != 0 ||
            !smtpspec_baseline_applies(&check->baseline, row))
            continue;
        result.id = row->id;
        result.title = "The baseline lists it, but no set-up shows it";
        result.reference = "";
        result.outcome = SMTPSPEC_OUTCOME_PASS;
        take(check, &result);
    }
}

/* Nothing but throttled cases: the server was never really heard. */
static bool all_throttled(const struct smtpspec_summary *summary)
{
    return summary->count[SMTPSPEC_OUTCOME_THROTTLED] > 0 &&
           summary->count[SMTPSPEC_OUTCOME_PASS] == 0 &&
           summary->count[SMTPSPEC_OUTCOME_WARN] == 0 &&
           summary->count[SMTPSPEC_OUTCOME_FAIL] == 0;
}

static void begin_target(struct check *check, const char *name)
{
    memset(&check->summary, 0, sizeof(check->summary));
    check->target = name;
    smtpspec_baseline_aim(&check->baseline, name);
    smtpspec_reports_target_begin(&check->options.reports, name);
}

static void end_target(struct check *check, struct smtpspec_target_facts facts)
{
    clear_progress(check);
    if (facts.trouble == NULL)
        take_unseen(check);
    else
        smtpspec_cli_usage("check", "%s: %s", facts.name, facts.trouble);
    facts.summary = check->summary;
    check->untested = check->untested || facts.trouble != NULL ||
                      all_throttled(&check->summary);
    smtpspec_reports_target_end(&check->options.reports, &facts);
}

static void run_target(struct check *check,
                       const struct smtpspec_check_target *target)
{
    struct smtpspec_run_sink sink = { .result = on_result,
                                      .estimate = on_estimate,
                                      .progress = on_progress,
                                      .context = check };
    struct smtpspec_server_house house = { .in = 0 };
    struct smtpspec_server_options server = target->server;
    struct smtpspec_run_settings settings = {
        .target = &target->target,
        .server = &server,
        .profile = check->options.profile,
        .from = check->options.from,
        .to = check->options.to,
        .user = check->options.user,
        .password = check->options.password,
        .starttls = check->options.starttls,
        .journal = check->journal,
        .timeout_ms = check->options.timeout_ms,
        .jobs = check->options.jobs,
        .rate = check->options.rate,
        .intrusive = check->options.intrusive,
        .cases = check->suite.selected,
        .case_count = check->suite.selected_count
    };
    struct smtpspec_run *run;

    server.house = &house;
    server.service = (enum smtpspec_service)target->target.service;
    begin_target(check, target->target.name);
    if (target->trouble[0] != '\0') {
        end_target(check, (struct smtpspec_target_facts){
                              .name = check->target,
                              .trouble = target->trouble });
        return;
    }
    run = smtpspec_run_target(&settings, &sink);
    check->interrupted = smtpspec_run_interrupted(run);
    if (check->interrupted == 0)
        check->interrupted = smtpspec_interrupted();
    end_target(check, *smtpspec_run_facts(run));
    smtpspec_run_free(run);
}

/* --- before and after ----------------------------------------------------- */

static int read_suite(struct check *check)
{
    const struct smtpspec_check_options *options = &check->options;
    struct smtpspec_suite *suite = &check->suite;
    enum smtpspec_error error = smtpspec_suite_add_embedded(suite);

    for (size_t i = 0; i < options->cases.count && error == SMTPSPEC_OK; i++)
        error = smtpspec_suite_add_path(suite, options->cases.at[i]);
    if (error != SMTPSPEC_OK)
        return smtpspec_cli_usage("check", "%s", suite->message);
    smtpspec_suite_add_sweep(suite);
    error = smtpspec_suite_select(suite, options->only.at, options->only.count,
                                  options->except.at, options->except.count);
    if (error == SMTPSPEC_OK && suite->selected_count > 0)
        return 0;
    smtpspec_cli_usage("check", "%s",
                       error != SMTPSPEC_OK ? suite->message
                                            : "--exclude leaves no case");
    return SMTPSPEC_EXIT_NO_CASE;
}

/* Rows of cases that are no more, or not here: of no use to this run. An
 * update of a whole run drops them. */
static void tell_stale_rows(struct check *check)
{
    const struct smtpspec_check_options *options = &check->options;
    bool drops = options->update_baseline && options->only.count == 0 &&
                 options->except.count == 0;
    unsigned told = 0;

    for (size_t i = check->baseline.count; i-- > 0;) {
        const char *id = check->baseline.rows[i].id;
        char room[4 * SMTPSPEC_CASE_ID_KEPT + 1];

        if (strncmp(id, "session.", 8) == 0 ||
            smtpspec_suite_has(&check->suite, smtpspec_span_of(id)))
            continue;
        smtpspec_span_escape(smtpspec_span_of(id), room, sizeof(room));
        if (told++ < STALE_TOLD)
            smtpspec_cli_usage("check", "%s: there is no case '%s'%s",
                               options->baseline, room,
                               drops ? ", it is dropped" : "");
        if (drops)
            smtpspec_baseline_drop(&check->baseline, i);
    }
    if (told > STALE_TOLD)
        smtpspec_cli_usage("check", "%s: %u more of that kind",
                           options->baseline, told - STALE_TOLD);
}

/* Several targets: what is learnt of one must not be taken for another. */
static void spread_baseline(struct check *check)
{
    size_t count = check->options.target_count;
    const char **names = smtpspec_memory_new(count * sizeof(*names));

    for (size_t i = 0; i < count; i++)
        names[i] = check->options.targets[i].target.name;
    smtpspec_baseline_spread(&check->baseline, names, count);
    free(names);
}

static int use_baseline(struct check *check)
{
    tell_stale_rows(check);
    if (check->options.update_baseline && check->options.target_count > 1)
        spread_baseline(check);
    return 0;
}

static int read_baseline(struct check *check)
{
    const char *path = check->options.baseline;
    enum smtpspec_error error;

    if (path == NULL)
        return 0;
    /* After the run it would be too late to say so. */
    if (check->options.update_baseline &&
        smtpspec_baseline_try(&check->baseline, path) != SMTPSPEC_OK)
        return smtpspec_cli_usage("check", "%s", check->baseline.message);
    /* A baseline that is to be written need not be there. */
    if (check->options.update_baseline && access(path, F_OK) != 0)
        return use_baseline(check);
    error = smtpspec_baseline_read(&check->baseline, path);
    return error == SMTPSPEC_OK
               ? use_baseline(check)
               : smtpspec_cli_usage("check", "%s", check->baseline.message);
}

static int open_reports(struct check *check)
{
    struct smtpspec_reports *reports = &check->options.reports;

    smtpspec_reports_add_default(reports);
    if (!smtpspec_reports_open(reports, &check->options.style))
        return smtpspec_cli_usage("check", "%s",
                                  smtpspec_reports_message(reports));
    return 0;
}

static void begin(struct check *check)
{
    time_t now = time(NULL);
    struct tm utc;

    check->facts.version = SMTPSPEC_VERSION;
    check->facts.profile = smtpspec_profile_name(check->options.profile);
    check->facts.seed = check->options.seed;
    clock_gettime(CLOCK_MONOTONIC, &check->began);
    if (gmtime_r(&now, &utc) != NULL)
        strftime(check->facts.started, sizeof(check->facts.started),
                 "%Y-%m-%dT%H:%M:%SZ", &utc);
    check->terminal = isatty(STDERR_FILENO);
    /* A reader that goes away shows as a failed write. */
    signal(SIGPIPE, SIG_IGN);
    smtpspec_reports_begin(&check->options.reports, &check->facts);
}

static int end(struct check *check)
{
    struct smtpspec_reports *reports = &check->options.reports;
    struct timespec now;
    int status = 0;

    clock_gettime(CLOCK_MONOTONIC, &now);
    check->facts.elapsed_ms =
        (uint64_t)((now.tv_sec - check->began.tv_sec) * 1000 +
                   (now.tv_nsec - check->began.tv_nsec) / 1000000);
    if (!smtpspec_reports_end(reports, &check->facts))
        status = smtpspec_cli_usage("check", "%s",
                                    smtpspec_reports_message(reports));
    if (check->interrupted != 0)
        return EXIT_SIGNAL + check->interrupted;
    if (check->options.update_baseline &&
        smtpspec_baseline_write(&check->baseline, check->options.baseline) !=
            SMTPSPEC_OK)
        status = smtpspec_cli_usage("check", "%s", check->baseline.message);
    if (status != 0)
        return status;
    return check->found      ? SMTPSPEC_EXIT_FOUND
           : check->untested ? SMTPSPEC_EXIT_UNTESTED
                             : SMTPSPEC_EXIT_OK;
}

static int open_record(struct check *check)
{
    const char *path = check->options.record;

    if (path == NULL)
        return 0;
    check->journal = smtpspec_journal_open(path);
    return check->journal != NULL
               ? 0
               : smtpspec_cli_usage("check", "%s: %s", path, strerror(errno));
}

static int close_record(struct check *check, int status)
{
    if (check->journal == NULL || smtpspec_journal_close(check->journal))
        return status;
    smtpspec_cli_usage("check", "%s: %s", check->options.record,
                       strerror(errno));
    return SMTPSPEC_EXIT_USAGE;
}

static int run_all(struct check *check)
{
    int status = read_suite(check);

    if (status == 0)
        smtpspec_check_targets_expand(&check->options);
    if (smtpspec_interrupted() != 0)
        return EXIT_SIGNAL + smtpspec_interrupted();
    if (status == 0)
        status = read_baseline(check);
    if (status == 0)
        status = open_record(check);
    if (status == 0)
        status = open_reports(check);
    if (status != 0)
        return close_record(check, status);
    /* The built-in server has the other end of each connection. */
    smtpspec_descriptors_want(2 * check->options.jobs);
    begin(check);
    for (size_t i = 0;
         i < check->options.target_count && check->interrupted == 0; i++)
        run_target(check, &check->options.targets[i]);
    return close_record(check, end(check));
}

int smtpspec_cmd_check(int argc, char **argv)
{
    struct check *check = smtpspec_memory_new(sizeof(*check));
    int status;

    smtpspec_suite_init(&check->suite);
    smtpspec_baseline_init(&check->baseline);
    status = smtpspec_check_options_read(&check->options, argc, argv);
    if (status == 0 && check->options.help) {
        fputs(help, stdout);
        status = smtpspec_cli_finish("check", SMTPSPEC_EXIT_OK);
    } else if (status == 0) {
        status = run_all(check);
    }
    smtpspec_check_options_free(&check->options);
    smtpspec_suite_free(&check->suite);
    smtpspec_baseline_free(&check->baseline);
    free(check);
    return status;
}
