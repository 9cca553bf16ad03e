/* SPDX-License-Identifier: MIT */
/*
 * check_exhaustive.c - `smtpspec check --exhaustive K`: one target
 */
#include "cli/check_exhaustive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/machine_results.h"
#include "net/memory.h"

/* A target under way. */
struct round {
    struct smtpspec_checking *check;
    struct smtpspec_exhaustive_settings settings;
    struct smtpspec_exhaustive *run;
};

static void on_begins(void *context, size_t words, size_t symbols)
{
    const struct smtpspec_checking *check = context;
    char name[256];

    if (check->options.style.quiet || check->mute)
        return;
    smtpspec_span_escape(smtpspec_span_of(check->target), name, sizeof(name));
    fprintf(stderr, "Suite: %zu words of %zu commands, each on a connection of "
            "its own (%s)\n", words, symbols, name);
}

static void on_progress(void *context, size_t done, size_t all)
{
    smtpspec_checking_progress(context, done, all);
}

/* --- What it is made of --------------------------------------------------- */

/* A mailbox at the recipient's domain that the seed names, so that nobody has
 * it: short names are those of people, or of a machine's own users. */
static struct smtpspec_span unknown_of(const struct smtpspec_site *site,
                                       struct smtpspec_span to, uint64_t seed,
                                       char *out, size_t cap)
{
    size_t at = smtpspec_span_find(to, '@');
    struct smtpspec_span domain = smtpspec_span_skip(to, at + 1);

    if (site->unknown != NULL)
        return smtpspec_span_of(site->unknown);
    if (domain.length == 0)
        domain = SMTPSPEC_SPAN("nobody.invalid");
    snprintf(out, cap, "smtpspec-%08" PRIx64 "@%.*s",
             (seed * UINT64_C(0x9e3779b97f4a7c15)) >> 32, (int)domain.length,
             domain.at);
    return smtpspec_span_of(out);
}

bool smtpspec_check_exhaustive_can(const struct smtpspec_target *target,
                                   const struct smtpspec_site *site, char *why,
                                   size_t cap)
{
    if (target->service == SMTPSPEC_SERVICE_LMTP) {
        snprintf(why, cap, "orders of commands are those of SMTP, not LMTP");
        return false;
    }
    if (site->to == NULL && target->kind != SMTPSPEC_TARGET_EMBEDDED) {
        snprintf(why, cap, "this needs --to: a mailbox that takes mail, a "
                 "lot of it");
        return false;
    }
    return true;
}

bool smtpspec_check_exhaustive_set(
    struct smtpspec_exhaustive_settings *settings,
    const struct smtpspec_check_options *options,
    const struct smtpspec_check_target *target,
    const struct smtpspec_site *site, char *why, size_t cap)
{
    bool built_in = target->target.kind == SMTPSPEC_TARGET_EMBEDDED;
    const char *to = site->to != NULL ? site->to
                     : built_in       ? "alice@embedded.example" : NULL;
    char nobody[SMTPSPEC_DOMAIN_LIMIT + 64];
    struct smtpspec_alphabet_names names = {
        .domain = SMTPSPEC_SPAN("probe.example"),
        .from = site->from != NULL ? smtpspec_span_of(site->from)
                                   : SMTPSPEC_SPAN("probe@probe.example")
    };

    if (!smtpspec_check_exhaustive_can(&target->target, site, why, cap))
        return false;
    names.to = smtpspec_span_of(to);
    names.unknown = unknown_of(site, names.to, options->seed, nobody,
                               sizeof(nobody));
    settings->target = &target->target;
    settings->server = built_in ? &target->server : NULL;
    settings->profile = options->profile;
    settings->extra = (unsigned)options->exhaustive;
    settings->jobs = options->jobs;
    settings->rate = site->rate;
    settings->seed = options->seed;
    settings->timeout_ms = site->timeout_ms;
    settings->intrusive = options->intrusive;
    if (!smtpspec_alphabet_read(&settings->alphabet, options->alphabet_text,
                                &names, why, cap))
        return false;
    settings->capped = site->cap != NULL;
    smtpspec_caps_of_commands(&settings->caps, &settings->alphabet,
                              &site->caps);
    return true;
}

/* --- Results -------------------------------------------------------------- */

static void take_suite(const struct round *round,
                       const struct smtpspec_machine_results *results)
{
    const struct smtpspec_exhaustive *run = round->run;
    const struct smtpspec_ask_facts *facts = smtpspec_ask_facts(run->ask);
    char title[256], observed[256], reason[512];

    snprintf(title, sizeof(title),
             "%zu words, %zu commands: every fault of up to %u states more "
             "than %u over %u symbols",
             run->words, run->symbols, round->settings.extra, run->states,
             round->settings.alphabet.count);
    snprintf(observed, sizeof(observed),
             "%zu words answered, %zu of them cut short, %" PRIu64
             " not asked because they begin with a deadly one",
             run->answered, run->cut, facts->spared);
    snprintf(reason, sizeof(reason), "%zu words have no answer%s%s",
             run->words - run->answered,
             facts->trouble[0] != '\0' ? ": " : "", facts->trouble);
    smtpspec_machine_note(
        results, &(struct smtpspec_machine_note){
                     .what = "suite", .title = title, .observed = observed,
                     .reason = run->answered < run->words ? reason : NULL });
}

static void take_all(struct round *round)
{
    const struct smtpspec_exhaustive *run = round->run;
    const struct smtpspec_ask_facts *facts = smtpspec_ask_facts(run->ask);
    const struct smtpspec_machine_results results = {
        .check = round->check, .alphabet = &round->settings.alphabet,
        .prefix = "exhaustive"
    };

    for (size_t i = 0; i < run->product.count; i++)
        smtpspec_machine_deviation(&results, &run->product.all[i],
                                   &run->checks[i]);
    for (unsigned i = 0; i < facts->death_count; i++)
        smtpspec_machine_death(&results, &facts->deaths[i], i + 1);
    for (unsigned i = 0; i < round->settings.alphabet.count; i++)
        smtpspec_machine_repetition(&results, i, &run->repetitions[i]);
    if (!round->settings.capped)
        smtpspec_machine_caps(&results, run->repetitions);
    take_suite(round, &results);
}

void smtpspec_check_exhaustive(struct smtpspec_checking *check,
                               const struct smtpspec_check_target *target,
                               const struct smtpspec_site *site)
{
    struct round *round = smtpspec_memory_new(sizeof(*round));
    struct smtpspec_target_facts end = { .name = target->target.name };
    char why[512] = "";

    round->check = check;
    round->settings.begins = on_begins;
    round->settings.progress = on_progress;
    round->settings.context = check;
    smtpspec_progress_begin(&check->progress, "words",
                            smtpspec_cli_now());
    if (smtpspec_check_exhaustive_set(&round->settings, &check->options,
                                      target, site, why, sizeof(why))) {
        const struct smtpspec_ask_facts *facts;

        round->run = smtpspec_exhaustive_run(&round->settings);
        facts = smtpspec_ask_facts(round->run->ask);
        if (facts->greeting[0] == '\0')
            snprintf(why, sizeof(why), "%s", facts->trouble);
        else
            take_all(round);
        check->interrupted = facts->signal;
        end.greeting = facts->greeting;
        end.connections = facts->connections;
        end.commands = facts->symbols;
    }
    end.trouble = why[0] != '\0' ? why : NULL;
    smtpspec_checking_end(check, end);
    if (round->run != NULL)
        smtpspec_exhaustive_free(round->run);
    free(round);
}
