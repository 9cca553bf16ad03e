/* SPDX-License-Identifier: MIT */
/*
 * learn_target.c - `smtpspec learn TARGET`
 */
#include "cli/learn_target.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/check_exhaustive.h"
#include "cli/cli.h"
#include "cli/learn_output.h"
#include "cli/machine_results.h"
#include "learn/fold.h"
#include "learn/portrait.h"
#include "net/memory.h"

/* The target under way. */
struct lesson {
    struct smtpspec_checking *check;
    const struct smtpspec_learn_options *options;
    struct smtpspec_learning_settings settings;
    struct smtpspec_learning *learning;
    struct smtpspec_machine_results results;
    char machine[512];         /* what it is, in words                       */
    struct smtpspec_drawing *drawing; /* or NULL                             */
};

static void on_progress(void *context, unsigned states, uint64_t queries)
{
    struct lesson *lesson = context;

    (void)states;
    smtpspec_checking_progress(lesson->check, queries, 0);
}

/* --- Results -------------------------------------------------------------- */

/* "EHLO MAIL: 250, and 451"; why there is no machine to be learnt. */
static void tell_flake(const struct smtpspec_learning *learning, char *out,
                       size_t cap)
{
    const struct smtpspec_flake *flake = &learning->teacher.flake;
    char word[512], before[SMTPSPEC_OUTPUT_KEPT], now[SMTPSPEC_OUTPUT_KEPT];

    smtpspec_alphabet_spell(&learning->machine.alphabet, flake->word,
                            flake->length, word, sizeof(word));
    smtpspec_output_write(flake->before, before);
    smtpspec_output_write(flake->now, now);
    snprintf(out, cap, "%" PRIu64 " answers contradicted others; the shortest "
             "word: %s: %s, and %s; of %u repeats %u and %u",
             learning->teacher.flakes, word, before, now,
             SMTPSPEC_TEACHER_REPEATS, flake->as_before, flake->as_now);
}

static void take_flakes(const struct lesson *lesson)
{
    char text[1024];

    if (lesson->learning->teacher.flakes == 0)
        return;
    tell_flake(lesson->learning, text, sizeof(text));
    smtpspec_machine_note(&lesson->results,
                          &(struct smtpspec_machine_note){
                              .what = "contradictions",
                              .title = "The same word, answered in two ways",
                              .observed = text });
}

/* "5 states, the closed one among them; 953 queries of 6030 commands, 120
 * repeated for a silence". */
static void take_machine(struct lesson *lesson)
{
    const struct smtpspec_learning *learning = lesson->learning;
    const struct smtpspec_ask_facts *facts =
        smtpspec_ask_facts(learning->run->ask);
    struct smtpspec_fold fold;
    char told[256], reason[512];
    size_t at;

    smtpspec_fold(&learning->machine.mealy, &fold);
    smtpspec_fold_tell(&fold, told, sizeof(told));
    smtpspec_fold_free(&fold);
    at = (size_t)snprintf(lesson->machine, sizeof(lesson->machine),
                          "%s%s; %" PRIu64 " queries of %" PRIu64 " commands",
                          told, learning->learnt.complete ? "" : " or more",
                          learning->teacher.queries,
                          learning->teacher.symbols);
    if (learning->recalled > 0)
        at += (size_t)snprintf(lesson->machine + at,
                               sizeof(lesson->machine) - at,
                               ", %" PRIu64 " words were known",
                               learning->recalled);
    if (facts->silences > 0)
        snprintf(lesson->machine + at, sizeof(lesson->machine) - at,
                 ", %" PRIu64 " repeated for a silence", facts->silences);
    snprintf(reason, sizeof(reason), "not learnt to the end: %s",
             learning->trouble);
    smtpspec_machine_note(&lesson->results,
                          &(struct smtpspec_machine_note){
                              .what = "machine", .title = told,
                              .observed = lesson->machine,
                              .reason = learning->learnt.complete ? NULL
                                                                  : reason });
}

static void take_all(struct lesson *lesson)
{
    const struct smtpspec_learning *learning = lesson->learning;
    const struct smtpspec_exhaustive *run = learning->run;
    const struct smtpspec_ask_facts *facts = smtpspec_ask_facts(run->ask);

    for (size_t i = 0; i < run->product.count; i++)
        smtpspec_machine_deviation(&lesson->results, &run->product.all[i],
                                   &run->checks[i]);
    for (unsigned i = 0; i < facts->death_count; i++)
        smtpspec_machine_death(&lesson->results, &facts->deaths[i], i + 1);
    for (unsigned i = 0; i < learning->machine.alphabet.count; i++)
        smtpspec_machine_repetition(&lesson->results, i,
                                    &run->repetitions[i]);
    if (!lesson->settings.exhaustive.capped)
        smtpspec_machine_caps(&lesson->results, run->repetitions);
    take_flakes(lesson);
    take_machine(lesson);
}

/* --- The target ----------------------------------------------------------- */

static int write_all(struct lesson *lesson)
{
    if (lesson->learning->unwritten)
        return smtpspec_cli_usage("learn", "%s: cannot be written",
                                  lesson->options->resume);
    return smtpspec_learn_output_write(lesson->options, lesson->learning);
}

/* Ask, and tell. Returns the exit status of what was to be written. */
static int learn(struct lesson *lesson, struct smtpspec_target_facts *end,
                 char *why, size_t cap)
{
    struct smtpspec_checking *check = lesson->check;
    const struct smtpspec_ask_facts *facts;

    lesson->learning = smtpspec_learning_run(&lesson->settings, why, cap);
    if (lesson->learning == NULL)
        return 0;
    facts = smtpspec_ask_facts(lesson->learning->run->ask);
    check->interrupted = facts->signal;
    end->greeting = facts->greeting[0] != '\0' ? facts->greeting : NULL;
    end->connections = facts->connections;
    end->commands = facts->symbols;
    if (end->greeting == NULL) {
        snprintf(why, cap, "%s", facts->trouble);
        return 0;
    }
    lesson->results = (struct smtpspec_machine_results){
        .check = check, .alphabet = &lesson->settings.exhaustive.alphabet,
        .prefix = "learn"
    };
    smtpspec_progress_clear(&check->progress);
    take_all(lesson);
    end->machine = lesson->machine;
    lesson->drawing =
        smtpspec_portrait_of(&lesson->learning->machine.mealy,
                             &lesson->learning->run->spec);
    end->learnt = lesson->drawing;
    return write_all(lesson);
}

static void settle_end(struct lesson *lesson,
                       struct smtpspec_target_facts *end, const char *why)
{
    end->trouble = why[0] != '\0' ? why : NULL;
    smtpspec_checking_end(lesson->check, *end);
    smtpspec_portrait_drawing_free(lesson->drawing);
    if (lesson->learning != NULL) {
        lesson->check->untested = lesson->check->untested ||
                                  !lesson->learning->learnt.complete;
        smtpspec_learning_free(lesson->learning);
    }
}

/* Reports are open. Returns the exit status of files. */
static int run(struct lesson *lesson)
{
    struct smtpspec_checking *check = lesson->check;
    struct smtpspec_target_facts end = {
        .name = check->options.targets[0].target.name
    };
    char why[512] = "";
    int status;

    smtpspec_checking_start(check);
    smtpspec_progress_begin(&check->progress, "queries",
                            smtpspec_cli_now());
    smtpspec_checking_begin(check, end.name);
    status = learn(lesson, &end, why, sizeof(why));
    settle_end(lesson, &end, why);
    return status;
}

/* The option wins over the configuration. */
static void set_caps(struct smtpspec_exhaustive_settings *asked,
                     const struct smtpspec_learn_options *options)
{
    if (options->cap == NULL)
        return;
    asked->capped = strcmp(options->cap, "auto") != 0;
    smtpspec_caps_of_commands(&asked->caps, &asked->alphabet, &options->caps);
}

/* Where the target cannot be asked, or a file cannot be written, nothing is. */
static int prepare(struct lesson *lesson, struct smtpspec_learn_cache *cache)
{
    struct smtpspec_check_options *options = &lesson->check->options;
    const struct smtpspec_check_target *target = &options->targets[0];
    struct smtpspec_exhaustive_settings *asked = &lesson->settings.exhaustive;
    struct smtpspec_site site;
    char why[512];
    int status = smtpspec_check_site(options, &target->target, &site);

    explicit_bzero(site.password, sizeof(site.password));
    if (status != 0)
        return status;
    if (!smtpspec_check_exhaustive_set(asked, options, target, &site, why,
                                       sizeof(why)))
        return smtpspec_cli_usage("learn", "%s", why);
    set_caps(asked, lesson->options);
    lesson->settings.budget = lesson->options->budget;
    lesson->settings.budget_ms = lesson->options->budget_ms;
    lesson->settings.progress = on_progress;
    lesson->settings.context = lesson;
    status = smtpspec_learn_output_try(lesson->options);
    if (status == 0)
        status = smtpspec_learn_cache_open(cache, lesson->options->resume,
                                           &asked->alphabet);
    lesson->settings.known = cache->known;
    lesson->settings.cache = cache->file;
    return status != 0 ? status : smtpspec_checking_open(lesson->check);
}

int smtpspec_learn_target(struct smtpspec_checking *check,
                          const struct smtpspec_learn_options *options)
{
    struct lesson *lesson = smtpspec_memory_new(sizeof(*lesson));
    struct smtpspec_learn_cache cache = { .text = NULL };
    int status, finished;

    lesson->check = check;
    lesson->options = options;
    status = prepare(lesson, &cache);
    if (status == 0) {
        status = run(lesson);
        finished = smtpspec_checking_finish(check);
        status = status != 0 ? status : finished;
    }
    finished = smtpspec_learn_cache_close(&cache, options->resume);
    free(lesson);
    return status != 0 ? status : finished;
}
