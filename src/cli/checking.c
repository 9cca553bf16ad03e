/* SPDX-License-Identifier: MIT */
/*
 * checking.c - check one target, and hand on what is found
 */
#include "cli/checking.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/check_exhaustive.h"
#include "cli/cli.h"
#include "net/interrupt.h"
#include "run/run.h"

#define AGAIN_ROOM SMTPSPEC_CHECKING_AGAIN_ROOM

const char *smtpspec_checking_prefix(const struct smtpspec_checking *check)
{
    return check->options.verb == SMTPSPEC_VERB_LEARN ? "learn."
           : check->options.exhaustive >= 0           ? "exhaustive."
                                                      : "session.";
}

void smtpspec_checking_progress(struct smtpspec_checking *check, size_t done,
                                size_t all)
{
    smtpspec_progress_show(&check->progress,
                           &(struct smtpspec_progress_mark){
                               .done = done, .all = all, .at = check->target,
                               .now = smtpspec_cli_now() });
}

static void on_progress(void *context, size_t done, size_t all)
{
    smtpspec_checking_progress(context, done, all);
}

static void on_estimate(void *context, size_t cases, size_t connections,
                        uint64_t ms)
{
    const struct smtpspec_checking *check = context;
    uint64_t seconds = (ms + 999) / 1000;
    char name[256];

    if (check->options.style.quiet || check->mute)
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
static bool counts(const struct smtpspec_checking *check,
                   const struct smtpspec_result *result)
{
    if (result->outcome == SMTPSPEC_OUTCOME_PASS)
        return result->expected_failure;
    return !result->expected_failure &&
           (result->outcome == SMTPSPEC_OUTCOME_FAIL ||
            (result->outcome == SMTPSPEC_OUTCOME_WARN &&
             check->options.style.warn_fails));
}

void smtpspec_checking_take(struct smtpspec_checking *check,
                            struct smtpspec_result *result)
{
    if (check->same_screen)
        smtpspec_progress_clear(&check->progress);
    if (check->options.update_baseline)
        smtpspec_baseline_learn(&check->baseline, result);
    smtpspec_baseline_apply(&check->baseline, result);
    smtpspec_summary_add(&check->summary, result);
    check->found = check->found || counts(check, result);
    smtpspec_reports_result(&check->options.reports, result);
}

void smtpspec_checking_sum(struct smtpspec_checking *check,
                           const struct smtpspec_summary *summary)
{
    check->summary = *summary;
    check->found = check->found ||
                   summary->count[SMTPSPEC_OUTCOME_FAIL] > 0 ||
                   (summary->count[SMTPSPEC_OUTCOME_WARN] > 0 &&
                    check->options.style.warn_fails);
}

void smtpspec_checking_again(const struct smtpspec_checking *check,
                             struct smtpspec_result *result, const char *again,
                             char *line)
{
    if (smtpspec_check_again(&check->options, check->target, again, line,
                             AGAIN_ROOM) < AGAIN_ROOM)
        result->again = line;
}

static void on_early(void *context, const struct smtpspec_result *result,
                     const char *again)
{
    struct smtpspec_checking *check = context;
    struct smtpspec_result copy = *result;
    char line[AGAIN_ROOM];

    if (check->same_screen)
        smtpspec_progress_clear(&check->progress);
    smtpspec_checking_again(check, &copy, again, line);
    smtpspec_baseline_apply(&check->baseline, &copy);
    smtpspec_reports_early(&check->options.reports, &copy);
}

static void on_result(void *context, struct smtpspec_result *result,
                      const char *again)
{
    struct smtpspec_checking *check = context;
    char line[AGAIN_ROOM];

    smtpspec_checking_again(check, result, again, line);
    smtpspec_checking_take(check, result);
}

/* Whether results are wanted before all are there: a baseline that learns
 * would make something else of them, and who waits for the end of a target
 * has them in their order. */
static bool follows(const struct smtpspec_checking *check)
{
    return !check->mute && smtpspec_reports_stream(&check->options.reports) &&
           !check->options.update_baseline;
}

/* A pseudo-case has no result when nothing shows it; in a whole run that is
 * a pass, which the baseline may not expect. */
static void take_unseen(struct smtpspec_checking *check)
{
    const char *prefix = smtpspec_checking_prefix(check);

    if (check->options.only.count > 0 || check->options.except.count > 0)
        return;
    if (check->options.update_baseline)
        smtpspec_baseline_drop_unmet(&check->baseline, prefix);
    for (size_t i = 0; i < check->baseline.count; i++) {
        const struct smtpspec_baseline_row *row = &check->baseline.rows[i];
        struct smtpspec_result result = { 0 };

        if (row->met || strncmp(row->id, prefix, strlen(prefix)) != 0 ||
            !smtpspec_baseline_applies(&check->baseline, row))
            continue;
        result.id = row->id;
        result.title = "The baseline lists it, but no set-up shows it";
        result.reference = "";
        result.outcome = SMTPSPEC_OUTCOME_PASS;
        smtpspec_checking_take(check, &result);
    }
}

void smtpspec_checking_begin(struct smtpspec_checking *check, const char *name)
{
    memset(&check->summary, 0, sizeof(check->summary));
    check->target = name;
    smtpspec_baseline_aim(&check->baseline, name);
    smtpspec_reports_target_begin(&check->options.reports, name);
}

void smtpspec_checking_end(struct smtpspec_checking *check,
                           struct smtpspec_target_facts facts)
{
    smtpspec_progress_clear(&check->progress);
    if (facts.trouble == NULL)
        take_unseen(check);
    else if (!check->mute)
        smtpspec_cli_usage(smtpspec_verb_name(check->options.verb), "%s: %s",
                           facts.name, facts.trouble);
    facts.summary = check->summary;
    check->untested = check->untested || facts.trouble != NULL ||
                      !smtpspec_summary_is_heard(&check->summary);
    smtpspec_reports_target_end(&check->options.reports, &facts);
}

static void on_missing(void *context, struct smtpspec_result *result)
{
    smtpspec_checking_take(context, result);
}

static void end_with_trouble(struct smtpspec_checking *check,
                             const char *trouble)
{
    smtpspec_checking_end(check, (struct smtpspec_target_facts){
                                     .name = check->target,
                                     .trouble = trouble });
}

/* A run that the site is known for. */
static void run_site(struct smtpspec_checking *check,
                     const struct smtpspec_check_target *target,
                     const struct smtpspec_site *site)
{
    struct smtpspec_run_sink sink = { .result = on_result,
                                      .early = follows(check) ? on_early : NULL,
                                      .estimate = on_estimate,
                                      .progress = on_progress,
                                      .context = check };
    struct smtpspec_server_house house = { .in = 0 };
    struct smtpspec_server_options server = target->server;
    struct smtpspec_run_settings settings = {
        .target = &target->target,
        .server = &server,
        .profile = check->options.profile,
        .from = site->from,
        .to = site->to,
        .unknown = site->unknown,
        .relay_domain = site->relay_domain,
        .user = site->user,
        .password = site->password,
        .starttls = site->starttls,
        .journal = check->journal,
        .timeout_ms = site->timeout_ms,
        .time_ms = check->options.time_ms,
        .jobs = check->options.jobs,
        .rate = site->rate,
        .caps = site->caps,
        .lanes = check->lanes,
        .intrusive = check->options.intrusive,
        .cases = check->suite.selected,
        .case_count = check->suite.selected_count
    };
    struct smtpspec_run *run;

    server.house = &house;
    server.service = (enum smtpspec_service)target->target.service;
    run = smtpspec_run_target(&settings, &sink);
    check->interrupted = smtpspec_run_interrupted(run);
    if (check->interrupted == 0)
        check->interrupted = smtpspec_interrupted();
    if (smtpspec_run_facts(run)->trouble == NULL && check->interrupted == 0)
        smtpspec_site_offers(site, smtpspec_run_facts(run), on_missing, check);
    smtpspec_checking_end(check, *smtpspec_run_facts(run));
    smtpspec_run_free(run);
}

void smtpspec_checking_run(struct smtpspec_checking *check,
                           const struct smtpspec_check_target *target)
{
    struct smtpspec_site site;

    smtpspec_progress_begin(&check->progress, "cases",
                            smtpspec_cli_now());
    smtpspec_checking_begin(check, target->target.name);
    if (target->trouble[0] != '\0')
        end_with_trouble(check, target->trouble);
    else if (smtpspec_check_site(&check->options, &target->target, &site) != 0)
        end_with_trouble(check, "its settings are not usable");
    else if (check->options.exhaustive >= 0)
        smtpspec_check_exhaustive(check, target, &site);
    else
        run_site(check, target, &site);
    explicit_bzero(site.password, sizeof(site.password));
}

/* --- before the first target, and after the last -------------------------- */

int smtpspec_checking_open(struct smtpspec_checking *check)
{
    struct smtpspec_reports *reports = &check->options.reports;

    smtpspec_reports_add_default(reports);
    if (!smtpspec_reports_open(reports, &check->options.style))
        return smtpspec_cli_usage(smtpspec_verb_name(check->options.verb),
                                  "%s", smtpspec_reports_message(reports));
    return 0;
}

void smtpspec_checking_start(struct smtpspec_checking *check)
{
    smtpspec_reports_run(&check->facts, check->options.profile);
    check->facts.seed = check->options.seed;
    check->began = smtpspec_cli_now();
    smtpspec_progress_init(&check->progress);
    check->same_screen =
        isatty(STDOUT_FILENO) &&
        smtpspec_reports_stream_to_stdout(&check->options.reports);
    /* A reader that goes away shows as a failed write. */
    signal(SIGPIPE, SIG_IGN);
    smtpspec_reports_begin(&check->options.reports, &check->facts);
}

int smtpspec_checking_finish(struct smtpspec_checking *check)
{
    const char *command = smtpspec_verb_name(check->options.verb);
    struct smtpspec_reports *reports = &check->options.reports;
    int status = 0;

    check->facts.elapsed_ms = smtpspec_cli_now() - check->began;
    if (!smtpspec_reports_end(reports, &check->facts))
        status = smtpspec_cli_usage(command, "%s",
                                    smtpspec_reports_message(reports));
    if (check->interrupted != 0)
        return SMTPSPEC_EXIT_SIGNAL + check->interrupted;
    if (check->options.update_baseline &&
        smtpspec_baseline_write(&check->baseline, check->options.baseline) !=
            SMTPSPEC_OK)
        status = smtpspec_cli_usage(command, "%s", check->baseline.message);
    if (status != 0 || check->unwritten)
        return SMTPSPEC_EXIT_USAGE;
    return check->found      ? SMTPSPEC_EXIT_FOUND
           : check->untested ? SMTPSPEC_EXIT_UNTESTED
                             : SMTPSPEC_EXIT_OK;
}
