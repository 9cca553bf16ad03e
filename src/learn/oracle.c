/* SPDX-License-Identifier: MIT */
/*
 * oracle.c - learn a machine, and look for what it gets wrong
 */
#include "learn/oracle.h"

#include <stdlib.h>
#include <string.h>

#include "learn/hsi.h"
#include "learn/learner.h"
#include "mutate/random.h"
#include "net/memory.h"

/* Words that are asked at once; more than connections go side by side. */
#define BATCH 256
#define RANDOM_LEAST 4
#define RANDOM_MOST 12
#define REPEATS 8
#define RESTARTS_MOST 64

struct counterexample {
    uint8_t word[SMTPSPEC_WORD_KEPT];
    size_t length;             /* its last symbol shows it; 0: none          */
};

struct oracle {
    struct smtpspec_teacher *teacher;
    const struct smtpspec_oracle_settings *settings;
    struct smtpspec_learnt *learnt;
    struct smtpspec_learner *learner;
    struct smtpspec_mealy hypothesis;  /* its least form                     */
    struct smtpspec_words unresolved;
    size_t suite_done;         /* words of the suite that are in the cache   */
    unsigned random_done;
    uint64_t random;
};

/* --- Words held against the hypothesis ------------------------------------ */

static bool is_unresolved(const struct oracle *oracle, const uint8_t *word,
                          size_t length)
{
    for (size_t i = 0; i < oracle->unresolved.count; i++) {
        size_t other;
        const uint8_t *row = smtpspec_words_at(&oracle->unresolved, i, &other);

        if (other <= length && memcmp(row, word, other) == 0)
            return true;
    }
    return false;
}

/* How many symbols it takes to see that an answer is not that of the
 * hypothesis; 0: it is. */
static size_t first_difference(const struct oracle *oracle,
                               const uint8_t *word, size_t length,
                               const uint32_t *outputs)
{
    uint32_t wanted[SMTPSPEC_WORD_KEPT];

    smtpspec_mealy_play(&oracle->hypothesis, 0, word, length, wanted);
    for (size_t i = 0; i < length; i++)
        if (outputs[i] != wanted[i] && outputs[i] != SMTPSPEC_OUTPUT_NONE &&
            wanted[i] != SMTPSPEC_OUTPUT_NONE)
            return is_unresolved(oracle, word, i + 1) ? 0 : i + 1;
    return 0;
}

/* The shortest one stays. */
static void keep(struct counterexample *found, const uint8_t *word,
                 size_t length)
{
    if (length == 0 || (found->length > 0 && found->length <= length))
        return;
    memcpy(found->word, word, length);
    found->length = length;
}

/* Ask words, from one on, until a batch has something wrong. Returns how many
 * were asked; less than there are where the teacher stopped, too. */
static size_t try_words(struct oracle *oracle,
                        const struct smtpspec_words *words, size_t from,
                        struct counterexample *found)
{
    static const size_t room = (size_t)BATCH * SMTPSPEC_WORD_KEPT;
    uint32_t *outputs = smtpspec_memory_new(room * sizeof(*outputs));
    struct smtpspec_query queries[BATCH];
    size_t done = from;

    while (done < words->count && found->length == 0) {
        size_t count = words->count - done < BATCH ? words->count - done
                                                   : BATCH;

        for (size_t i = 0; i < count; i++) {
            queries[i].word =
                smtpspec_words_at(words, done + i, &queries[i].length);
            queries[i].outputs = outputs + i * SMTPSPEC_WORD_KEPT;
        }
        if (!smtpspec_teacher_ask(oracle->teacher, queries, count))
            break;
        for (size_t i = 0; i < count; i++)
            keep(found, queries[i].word,
                 first_difference(oracle, queries[i].word, queries[i].length,
                                  queries[i].outputs));
        done += count;
        if (oracle->settings->progress != NULL)
            oracle->settings->progress(oracle->settings->context,
                                       oracle->hypothesis.states,
                                       oracle->teacher->queries);
    }
    free(outputs);
    return done - from;
}

/* --- Where words come from ------------------------------------------------ */

struct replay {
    const struct oracle *oracle;
    struct counterexample *found;
};

static bool replay_node(void *context, const uint8_t *word,
                        const uint32_t *outputs, size_t length, bool leaf)
{
    struct replay *replay = context;

    if (leaf)
        keep(replay->found, word,
             first_difference(replay->oracle, word, length, outputs));
    return true;
}

static void try_cache(struct oracle *oracle, struct counterexample *found)
{
    struct replay replay = { oracle, found };

    smtpspec_cache_walk(&oracle->teacher->cache, replay_node, &replay);
}

/* What was asked of it before is in the cache. */
static void try_suite(struct oracle *oracle, struct counterexample *found)
{
    if (oracle->settings->suite != NULL)
        oracle->suite_done += try_words(oracle, oracle->settings->suite,
                                        oracle->suite_done, found);
}

static size_t between(struct oracle *oracle, size_t least, size_t most)
{
    return least + smtpspec_random_below(&oracle->random, most - least + 1);
}

/* Every other word insists on its last symbol, each in its turn: five unknown
 * commands in a row, of fourteen, are no matter of chance, and what a server
 * that counts them does then is far beyond the extra states of any suite. */
static size_t random_word(struct oracle *oracle, unsigned number,
                          uint8_t word[RANDOM_MOST])
{
    unsigned symbols = oracle->settings->symbols;
    size_t again = number % 2 == 0 ? REPEATS : 0;
    size_t length = again > 0 ? between(oracle, 0, RANDOM_MOST - REPEATS)
                              : between(oracle, RANDOM_LEAST, RANDOM_MOST);

    for (size_t i = 0; i < length; i++)
        word[i] = (uint8_t)smtpspec_random_below(&oracle->random, symbols);
    memset(word + length, (int)(number / 2 % symbols), again);
    return length + again;
}

static void try_random(struct oracle *oracle, struct counterexample *found)
{
    struct smtpspec_words words = { .pool = NULL };
    uint8_t word[RANDOM_MOST];

    for (unsigned i = oracle->random_done; i < oracle->settings->random_words;
         i++)
        smtpspec_words_add(&words, word, random_word(oracle, i, word));
    oracle->random_done += (unsigned)try_words(oracle, &words, 0, found);
    smtpspec_words_free(&words);
}

static void try_hsi(struct oracle *oracle, struct counterexample *found)
{
    struct smtpspec_words words = { .pool = NULL };

    smtpspec_hsi_suite(&oracle->hypothesis, oracle->settings->extra,
                       oracle->settings->seed, &words);
    try_words(oracle, &words, 0, found);
    smtpspec_words_free(&words);
}

/* Returns who found it; SOURCES where there is nothing to be found, or the
 * teacher stopped. */
static enum smtpspec_oracle_source find_one(struct oracle *oracle,
                                            struct counterexample *found)
{
    static void (*const sources[])(struct oracle *, struct counterexample *) = {
        try_cache, try_suite, try_random, try_hsi
    };
    unsigned corrections = oracle->teacher->corrections;
    unsigned i;

    for (i = 0; i < SMTPSPEC_ORACLE_SOURCES; i++) {
        sources[i](oracle, found);
        if (found->length > 0 || oracle->teacher->trouble[0] != '\0' ||
            corrections != oracle->teacher->corrections)
            break;
    }
    return (enum smtpspec_oracle_source)i;
}

/* --- Learning ------------------------------------------------------------- */

static void take_hypothesis(struct oracle *oracle)
{
    struct smtpspec_mealy machine;

    smtpspec_learner_machine(oracle->learner, &machine);
    smtpspec_mealy_free(&oracle->hypothesis);
    smtpspec_mealy_minimise(&machine, &oracle->hypothesis);
    smtpspec_mealy_free(&machine);
    oracle->learnt->hypotheses++;
}

/* Always false: this is as far as it goes. */
static bool give_up(struct oracle *oracle, const char *why)
{
    struct smtpspec_teacher *teacher = oracle->teacher;

    if (teacher->trouble[0] == '\0')
        snprintf(teacher->trouble, sizeof(teacher->trouble), "%s", why);
    return false;
}

/* An answer on which it was built was a wrong one: the cache knows better. */
static bool restart(struct oracle *oracle)
{
    smtpspec_learner_free(oracle->learner);
    oracle->learner =
        smtpspec_learner_new(oracle->teacher, oracle->settings->symbols);
    oracle->unresolved.count = 0;
    oracle->unresolved.used = 0;
    oracle->learnt->unresolved = 0;
    return ++oracle->learnt->restarts <= RESTARTS_MOST ||
           give_up(oracle, "answers turned out to be wrong too often");
}

/* A hypothesis, closed, whose answers all still hold. */
static bool close_hypothesis(struct oracle *oracle)
{
    for (;;) {
        unsigned corrections = oracle->teacher->corrections;

        if (!smtpspec_learner_close(oracle->learner,
                                    SMTPSPEC_ORACLE_STATES_MOST))
            return give_up(oracle,
                           "there are too many states, or too far away");
        if (corrections == oracle->teacher->corrections)
            break;
        if (!restart(oracle))
            return false;
    }
    take_hypothesis(oracle);
    return true;
}

/* Make something of a counterexample. */
static void use(struct oracle *oracle, const struct counterexample *found)
{
    unsigned corrections = oracle->teacher->corrections;

    if (!smtpspec_learner_refine(oracle->learner, found->word,
                                 found->length) &&
        oracle->teacher->trouble[0] == '\0' &&
        corrections == oracle->teacher->corrections) {
        smtpspec_words_add(&oracle->unresolved, found->word, found->length);
        oracle->learnt->unresolved++;
    }
}

/* From a closed hypothesis to the next thing to do. Returns whether there is
 * one. */
static bool go_on(struct oracle *oracle)
{
    struct counterexample found = { .length = 0 };
    unsigned corrections = oracle->teacher->corrections;
    enum smtpspec_oracle_source source = find_one(oracle, &found);

    if (oracle->teacher->trouble[0] != '\0')
        return false;
    if (corrections == oracle->teacher->corrections) {
        if (found.length == 0) {
            oracle->learnt->complete = oracle->learnt->unresolved == 0;
            return oracle->learnt->complete ? false : give_up(oracle,
                "caps hide what would make states of some answers");
        }
        oracle->learnt->counterexamples[source]++;
        use(oracle, &found);
        if (oracle->teacher->trouble[0] != '\0')
            return false;
    }
    return corrections == oracle->teacher->corrections || restart(oracle);
}

void smtpspec_oracle_learn(struct smtpspec_teacher *teacher,
                           const struct smtpspec_oracle_settings *settings,
                           struct smtpspec_learnt *learnt)
{
    struct oracle oracle = {
        .teacher = teacher, .settings = settings, .learnt = learnt,
        .learner = smtpspec_learner_new(teacher, settings->symbols),
        .random = settings->seed
    };

    memset(learnt, 0, sizeof(*learnt));
    if (teacher->queries == 0)
        smtpspec_teacher_try(teacher, settings->seed);
    while (close_hypothesis(&oracle) && go_on(&oracle))
        ;
    if (oracle.hypothesis.states == 0)
        smtpspec_mealy_init(&oracle.hypothesis, 1, settings->symbols);
    learnt->machine = oracle.hypothesis;
    smtpspec_words_free(&oracle.unresolved);
    smtpspec_learner_free(oracle.learner);
}

const char *smtpspec_oracle_source_name(enum smtpspec_oracle_source source)
{
    static const char *const names[SMTPSPEC_ORACLE_SOURCES] = {
        "cache", "suite", "random words", "own suite"
    };

    return names[source];
}
