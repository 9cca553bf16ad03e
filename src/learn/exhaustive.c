/* SPDX-License-Identifier: MIT */
/*
 * exhaustive.c - run the suite of an alphabet against a server
 */
#include "learn/exhaustive.h"

#include <stdlib.h>

#include <smtpspec/command.h>

#include "learn/hsi.h"
#include "net/memory.h"

/* --- The suite ------------------------------------------------------------ */

static void on_answered(void *context, struct smtpspec_question *question)
{
    struct smtpspec_exhaustive *run = context;
    const struct smtpspec_exhaustive_settings *settings = run->settings;

    run->answered++;
    run->cut += question->answered < question->length;
    smtpspec_product_observe(&run->product, question->word, question->outputs,
                             question->answered);
    if (settings->progress != NULL && run->answered % 64 == 0)
        settings->progress(settings->context, run->answered, run->words);
}

static void ask_words(struct smtpspec_exhaustive *run,
                      const struct smtpspec_words *words)
{
    struct smtpspec_question *questions =
        smtpspec_memory_new(words->count * sizeof(*questions));
    uint32_t *outputs = smtpspec_memory_new(
        smtpspec_words_symbols(words) * sizeof(*outputs));
    uint32_t *next = outputs;

    for (size_t i = 0; i < words->count; i++) {
        size_t length;
        const uint8_t *word = smtpspec_words_at(words, i, &length);

        questions[i] = (struct smtpspec_question){
            .word = word, .length = length, .outputs = next };
        next += length;
    }
    smtpspec_ask_all(run->ask, questions, words->count, on_answered, run);
    free(outputs);
    free(questions);
}

static void ask_suite(struct smtpspec_exhaustive *run)
{
    struct smtpspec_words words = { .pool = NULL };
    struct smtpspec_mealy model;

    smtpspec_spec_model(&run->spec, &model);
    smtpspec_hsi_suite(&model, run->settings->extra, run->settings->seed,
                       &words);
    run->states = model.states;
    run->words = words.count;
    run->symbols = smtpspec_words_symbols(&words);
    if (smtpspec_ask_facts(run->ask)->trouble[0] == '\0') {
        if (run->settings->begins != NULL)
            run->settings->begins(run->settings->context, words.count,
                                  run->symbols);
        ask_words(run, &words);
    }
    smtpspec_words_free(&words);
    smtpspec_mealy_free(&model);
}

/* --- Does it show again? -------------------------------------------------- */

static void check_again(struct smtpspec_exhaustive *run)
{
    size_t count = run->product.count;
    struct smtpspec_question *questions =
        smtpspec_memory_new(count * sizeof(*questions));

    run->checks = smtpspec_memory_new(count * sizeof(*run->checks));
    for (size_t i = 0; i < count; i++) {
        const struct smtpspec_deviation *one = &run->product.all[i];

        smtpspec_record_init(&run->checks[i].record, NULL);
        questions[i] = (struct smtpspec_question){
            .word = one->word, .length = one->length,
            .outputs = smtpspec_memory_new(one->length * sizeof(uint32_t)),
            .record = &run->checks[i].record, .sure = true
        };
    }
    smtpspec_ask_all(run->ask, questions, count, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct smtpspec_deviation *one = &run->product.all[i];
        size_t last = one->length - 1;

        run->checks[i].asked = questions[i].answered == one->length;
        run->checks[i].again = run->checks[i].asked &&
                               questions[i].outputs[last] == one->output;
        run->checks[i].reply_at =
            one->verdict.command == SMTPSPEC_COMMAND_DATA_END
                ? questions[i].second_at : questions[i].reply_at;
        free(questions[i].outputs);
    }
    free(questions);
}

/* --- The whole ------------------------------------------------------------ */

/* What EHLO lists, which the probe would have seen. */
static void ask_offers(struct smtpspec_exhaustive *run)
{
    const struct smtpspec_alphabet *alphabet = &run->settings->alphabet;
    struct smtpspec_question question = { .length = 1 };
    uint8_t ehlo = 0;
    uint32_t output;

    while (ehlo < alphabet->count &&
           alphabet->symbols[ehlo].command != SMTPSPEC_COMMAND_EHLO)
        ehlo++;
    question.word = &ehlo;
    question.outputs = &output;
    if (ehlo < alphabet->count)
        smtpspec_ask_all(run->ask, &question, 1, NULL, NULL);
}

static void find_caps(struct smtpspec_exhaustive *run)
{
    const struct smtpspec_alphabet *alphabet = &run->settings->alphabet;

    smtpspec_repetition_probe(run->ask, alphabet, run->repetitions);
    smtpspec_repetition_cap(alphabet, run->repetitions, &run->caps);
}

struct smtpspec_exhaustive *
smtpspec_exhaustive_begin(const struct smtpspec_exhaustive_settings *settings)
{
    struct smtpspec_exhaustive *run = smtpspec_memory_new(sizeof(*run));

    run->settings = settings;
    run->terms = (struct smtpspec_ask_terms){
        .target = settings->target, .server = settings->server,
        .alphabet = &settings->alphabet, .caps = &run->caps,
        .jobs = settings->jobs, .rate = settings->rate,
        .silence_ms = settings->timeout_ms,
        .intrusive = settings->intrusive
    };
    run->spec = (struct smtpspec_spec){
        .terms = { .profile = settings->profile,
                   .service =
                       (enum smtpspec_service)settings->target->service },
        .alphabet = &settings->alphabet
    };
    smtpspec_product_init(&run->product, &run->spec);
    run->ask = smtpspec_ask_new(&run->terms);
    if (!settings->capped) {
        find_caps(run);
    } else {
        run->caps = settings->caps;
        ask_offers(run);
    }
    run->spec.terms.offered = smtpspec_ask_facts(run->ask)->offered;
    return run;
}

void smtpspec_exhaustive_conclude(struct smtpspec_exhaustive *exhaustive)
{
    smtpspec_product_sort(&exhaustive->product);
    smtpspec_product_merge(&exhaustive->product);
    check_again(exhaustive);
}

struct smtpspec_exhaustive *
smtpspec_exhaustive_run(const struct smtpspec_exhaustive_settings *settings)
{
    struct smtpspec_exhaustive *run = smtpspec_exhaustive_begin(settings);

    ask_suite(run);
    smtpspec_exhaustive_conclude(run);
    return run;
}

void smtpspec_exhaustive_free(struct smtpspec_exhaustive *exhaustive)
{
    for (size_t i = 0; i < exhaustive->product.count; i++)
        smtpspec_record_free(&exhaustive->checks[i].record);
    free(exhaustive->checks);
    smtpspec_product_free(&exhaustive->product);
    smtpspec_ask_free(exhaustive->ask);
    free(exhaustive);
}
