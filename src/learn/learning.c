/* SPDX-License-Identifier: MIT */
/*
 * learning.c - learn a server, and hold what was learnt against the rows
 */
#include "learn/learning.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "learn/hsi.h"
#include "learn/portrait_pairs.h"
#include "net/memory.h"

/* The suite of the rows has room for so many states more. */
#define SUITE_EXTRA 1
/* How often a machine is learnt on because it was wrong about a deviation. */
#define ROUNDS_MOST 8

/* --- Whoever answers ------------------------------------------------------ */

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Why nobody answers. */
static bool tell_trouble(struct smtpspec_learning *learning)
{
    const struct smtpspec_ask_facts *facts =
        smtpspec_ask_facts(learning->run->ask);
    struct smtpspec_teacher *teacher = &learning->teacher;

    snprintf(teacher->trouble, sizeof(teacher->trouble), "%.150s",
             facts->trouble[0] != '\0' ? facts->trouble : "interrupted");
    return false;
}

static bool on_ask(void *context, struct smtpspec_query *queries,
                   size_t count)
{
    struct smtpspec_learning *learning = context;
    struct smtpspec_question *questions;
    bool done;

    if (learning->until_ms > 0 && now_ms() >= learning->until_ms) {
        snprintf(learning->teacher.trouble, sizeof(learning->teacher.trouble),
                 "the time is up");
        return false;
    }
    questions = smtpspec_memory_new(count * sizeof(*questions));
    for (size_t i = 0; i < count; i++)
        questions[i] = (struct smtpspec_question){
            .word = queries[i].word, .length = queries[i].length,
            .outputs = queries[i].outputs };
    done = smtpspec_ask_all(learning->run->ask, questions, count, NULL, NULL);
    for (size_t i = 0; i < count; i++)
        queries[i].answered = questions[i].answered;
    free(questions);
    return done || tell_trouble(learning);
}

/* --- What is known -------------------------------------------------------- */

static void on_noted(void *context, const uint8_t *word,
                     const uint32_t *outputs, size_t length)
{
    struct smtpspec_learning *learning = context;
    FILE *file = learning->settings->cache;

    if (file != NULL &&
        (!smtpspec_cache_write_word(&learning->settings->exhaustive.alphabet,
                                    word, outputs, length, file) ||
         fflush(file) != 0))
        learning->unwritten = true;
}

static bool on_word(void *context, const uint8_t *word,
                    const uint32_t *outputs, size_t length, bool leaf)
{
    struct smtpspec_learning *learning = context;

    (void)word;
    (void)outputs;
    (void)length;
    learning->recalled += leaf;
    return true;
}

static bool recall(struct smtpspec_learning *learning, char *why, size_t cap)
{
    const struct smtpspec_learning_settings *settings = learning->settings;
    const struct smtpspec_alphabet *alphabet = &settings->exhaustive.alphabet;
    struct smtpspec_cache *cache = &learning->teacher.cache;

    if (settings->known.length > 0 &&
        !smtpspec_cache_read(cache, alphabet, settings->known, why, cap))
        return false;
    smtpspec_cache_walk(cache, on_word, learning);
    if (settings->cache != NULL && settings->known.length == 0)
        learning->unwritten =
            !smtpspec_cache_write_head(alphabet, settings->cache) ||
            fflush(settings->cache) != 0;
    return true;
}

/* --- The machine ---------------------------------------------------------- */

static void on_progress(void *context, unsigned states, uint64_t queries)
{
    const struct smtpspec_learning *learning = context;

    if (learning->settings->progress != NULL)
        learning->settings->progress(learning->settings->context, states,
                                     queries);
}

static void learn(struct smtpspec_learning *learning,
                  const struct smtpspec_words *suite)
{
    const struct smtpspec_exhaustive_settings *asked =
        &learning->settings->exhaustive;
    const struct smtpspec_oracle_settings settings = {
        .symbols = asked->alphabet.count, .suite = suite,
        .random_words = SMTPSPEC_ORACLE_RANDOM_WORDS, .extra = asked->extra,
        .seed = asked->seed, .progress = on_progress, .context = learning
    };

    smtpspec_mealy_free(&learning->learnt.machine);
    smtpspec_oracle_learn(&learning->teacher, &settings, &learning->learnt);
}

/* Whether the server does what the machine says it does amiss. What it does
 * instead is in the cache then. */
static bool is_right(struct smtpspec_learning *learning)
{
    const struct smtpspec_product *product = &learning->run->product;
    struct smtpspec_query *queries =
        smtpspec_memory_new(product->count * sizeof(*queries));
    bool right = true, done;

    for (size_t i = 0; i < product->count; i++)
        queries[i] = (struct smtpspec_query){
            .word = product->all[i].word, .length = product->all[i].length,
            .outputs = smtpspec_memory_new(product->all[i].length *
                                           sizeof(uint32_t)) };
    done = smtpspec_teacher_ask(&learning->teacher, queries, product->count);
    for (size_t i = 0; i < product->count; i++) {
        const struct smtpspec_deviation *one = &product->all[i];

        right = right && (queries[i].answered < one->length ||
                          memcmp(queries[i].outputs, one->outputs,
                                 one->length * sizeof(uint32_t)) == 0);
        free(queries[i].outputs);
    }
    free(queries);
    return right || !done;
}

/* All that was observed is held against the rows, too: where the machine is not
 * right about it, it is a finding nevertheless. */
static bool on_leaf(void *context, const uint8_t *word,
                    const uint32_t *outputs, size_t length, bool leaf)
{
    struct smtpspec_learning *learning = context;

    if (leaf)
        smtpspec_product_observe(&learning->run->product, word, outputs,
                                 length);
    return true;
}

static void learn_until_right(struct smtpspec_learning *learning)
{
    struct smtpspec_product *product = &learning->run->product;
    struct smtpspec_words suite = { .pool = NULL };
    struct smtpspec_mealy model;
    unsigned rounds = 0;

    smtpspec_spec_model(&learning->run->spec, &model);
    learning->run->states = model.states;
    smtpspec_hsi_suite(&model, SUITE_EXTRA,
                       learning->settings->exhaustive.seed, &suite);
    smtpspec_mealy_free(&model);
    do {
        smtpspec_product_free(product);
        learn(learning, &suite);
        /* What a machine says that is not whole is no finding. */
        if (learning->learnt.complete)
            smtpspec_product_machine(product, &learning->learnt.machine);
    } while (learning->learnt.complete && !is_right(learning) &&
             ++rounds < ROUNDS_MOST);
    smtpspec_cache_walk(&learning->teacher.cache, on_leaf, learning);
    smtpspec_words_free(&suite);
}

/* --- The whole ------------------------------------------------------------ */

static void name_states(struct smtpspec_mealy *mealy,
                        const struct smtpspec_spec *spec)
{
    struct smtpspec_pairs pairs;

    smtpspec_pairs_make(&pairs, mealy, spec);
    for (unsigned i = 0; i < mealy->states; i++)
        if (pairs.main[i] != SMTPSPEC_PAIR_NONE)
            smtpspec_spec_label(pairs.all[pairs.main[i]].spec,
                                mealy->labels[i], sizeof(mealy->labels[i]));
    smtpspec_pairs_free(&pairs);
}

static void make_machine(struct smtpspec_learning *learning)
{
    const struct smtpspec_exhaustive_settings *asked =
        &learning->settings->exhaustive;
    struct smtpspec_machine *machine = &learning->machine;

    machine->mealy = learning->learnt.machine;
    learning->learnt.machine = (struct smtpspec_mealy){ .states = 0 };
    machine->alphabet = asked->alphabet;
    machine->service = learning->run->spec.terms.service;
    machine->offered = learning->run->spec.terms.offered;
    machine->whole = learning->learnt.complete;
    smtpspec_span_escape(smtpspec_span_of(asked->target->name),
                         machine->target, sizeof(machine->target));
    smtpspec_mealy_name(&machine->mealy, &machine->alphabet);
    name_states(&machine->mealy, &learning->run->spec);
}

struct smtpspec_learning *
smtpspec_learning_run(const struct smtpspec_learning_settings *settings,
                      char *why, size_t cap)
{
    struct smtpspec_learning *learning =
        smtpspec_memory_new(sizeof(*learning));
    struct smtpspec_teacher *teacher = &learning->teacher;

    learning->settings = settings;
    if (settings->budget_ms > 0)
        learning->until_ms = now_ms() + settings->budget_ms;
    if (!recall(learning, why, cap)) {
        smtpspec_learning_free(learning);
        return NULL;
    }
    learning->run = smtpspec_exhaustive_begin(&settings->exhaustive);
    teacher->ask = on_ask;
    teacher->noted = on_noted;
    teacher->context = learning;
    teacher->caps = &learning->run->caps;
    teacher->budget = settings->budget;
    learn_until_right(learning);
    if (!learning->learnt.complete)
        snprintf(learning->trouble, sizeof(learning->trouble), "%s",
                 teacher->trouble[0] != '\0' ? teacher->trouble
                                             : "too many states");
    smtpspec_exhaustive_conclude(learning->run);
    make_machine(learning);
    return learning;
}

void smtpspec_learning_free(struct smtpspec_learning *learning)
{
    if (learning->run != NULL)
        smtpspec_exhaustive_free(learning->run);
    smtpspec_machine_free(&learning->machine);
    smtpspec_mealy_free(&learning->learnt.machine);
    smtpspec_teacher_free(&learning->teacher);
    free(learning);
}
