/* SPDX-License-Identifier: MIT */
/*
 * teacher.c - whoever is learnt, asked once about each thing
 */
#include "learn/teacher.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* How often a batch is gone through again for what contradicted itself. */
#define ROUNDS_MOST 16

void smtpspec_teacher_free(struct smtpspec_teacher *teacher)
{
    smtpspec_cache_free(&teacher->cache);
}

static bool stop(struct smtpspec_teacher *teacher, const char *why)
{
    if (teacher->trouble[0] == '\0')
        snprintf(teacher->trouble, sizeof(teacher->trouble), "%s", why);
    return false;
}

/* --- Who answers ---------------------------------------------------------- */

/* Put queries to them, as many as the budget allows. False where that leaves
 * one without its answer; others may have theirs. */
static bool put(struct smtpspec_teacher *teacher,
                struct smtpspec_query *queries, size_t count)
{
    size_t most = count;
    bool good;

    if (teacher->trouble[0] != '\0')
        return false;
    if (teacher->budget > 0 && count > teacher->budget - teacher->queries)
        most = (size_t)(teacher->budget - teacher->queries);
    good = most == 0 || teacher->ask(teacher->context, queries, most);
    for (size_t i = 0; i < most; i++) {
        teacher->symbols += queries[i].answered;
        teacher->queries += queries[i].answered > 0;
    }
    if (!good)
        return stop(teacher, "nobody answers any more");
    if (most < count)
        return stop(teacher, "the budget of queries is spent");
    for (size_t i = 0; i < count; i++)
        if (queries[i].answered < queries[i].length)
            return stop(teacher, "a word was left without an answer");
    return true;
}

/* --- Contradictions ------------------------------------------------------- */

static void take_down(struct smtpspec_teacher *teacher,
                      const struct smtpspec_flake *flake)
{
    teacher->flakes++;
    if (teacher->flakes == 1 || flake->length < teacher->flake.length)
        teacher->flake = *flake;
}

/* The answer that most of the repeats agree upon: its number. */
static size_t most_common(const struct smtpspec_query *repeats, size_t length)
{
    size_t best = 0, best_count = 0;

    for (size_t i = 0; i < SMTPSPEC_TEACHER_REPEATS; i++) {
        size_t alike = 0;

        for (size_t j = 0; j < SMTPSPEC_TEACHER_REPEATS; j++)
            alike += memcmp(repeats[i].outputs, repeats[j].outputs,
                            length * sizeof(uint32_t)) == 0;
        if (alike > best_count) {
            best = i;
            best_count = alike;
        }
    }
    return best;
}

static void tell_noted(const struct smtpspec_teacher *teacher,
                       const uint8_t *word, const uint32_t *outputs,
                       size_t length)
{
    if (teacher->noted != NULL)
        teacher->noted(teacher->context, word, outputs, length);
}

/* The last symbol of a word was answered otherwise than the cache has it. */
static bool settle(struct smtpspec_teacher *teacher, const uint8_t *word,
                   size_t length, uint32_t now)
{
    uint32_t outputs[SMTPSPEC_TEACHER_REPEATS][SMTPSPEC_WORD_KEPT];
    uint32_t known[SMTPSPEC_WORD_KEPT];
    struct smtpspec_query repeats[SMTPSPEC_TEACHER_REPEATS];
    struct smtpspec_flake flake = { .length = length, .now = now };
    size_t best;

    smtpspec_cache_look(&teacher->cache, word, length, known);
    for (size_t i = 0; i < SMTPSPEC_TEACHER_REPEATS; i++)
        repeats[i] = (struct smtpspec_query){ word, length, outputs[i], 0 };
    if (!put(teacher, repeats, SMTPSPEC_TEACHER_REPEATS))
        return false;
    memcpy(flake.word, word, length);
    flake.before = known[length - 1];
    for (size_t i = 0; i < SMTPSPEC_TEACHER_REPEATS; i++) {
        flake.as_before += outputs[i][length - 1] == flake.before;
        flake.as_now += outputs[i][length - 1] == now;
    }
    take_down(teacher, &flake);
    best = most_common(repeats, length);
    if (memcmp(outputs[best], known, length * sizeof(*known)) != 0) {
        smtpspec_cache_correct(&teacher->cache, word, outputs[best], length);
        tell_noted(teacher, word, outputs[best], length);
        teacher->corrections++;
    }
    return teacher->flakes <= SMTPSPEC_TEACHER_FLAKES_BORNE +
                                  teacher->queries / 100 ||
           stop(teacher, "more than one answer in a hundred is another one "
                         "when the same is asked again");
}

static bool take_in(struct smtpspec_teacher *teacher,
                    const struct smtpspec_query *query)
{
    size_t known = smtpspec_cache_look(&teacher->cache, query->word,
                                       query->answered, NULL);
    size_t at = smtpspec_cache_note(&teacher->cache, query->word,
                                    query->outputs, query->answered);

    if (at < query->answered)
        return settle(teacher, query->word, at + 1, query->outputs[at]);
    if (known < query->answered)
        tell_noted(teacher, query->word, query->outputs, query->answered);
    return true;
}

/* --- Asking --------------------------------------------------------------- */

/* Each of the words once, none with which another begins. Where that comes to
 * an end, what was answered until then is taken in nevertheless. */
static bool ask_words(struct smtpspec_teacher *teacher,
                      struct smtpspec_words *words)
{
    struct smtpspec_query *queries;
    uint32_t *outputs;
    size_t used = 0;
    bool good;

    smtpspec_words_reduce(words);
    queries = smtpspec_memory_new(words->count * sizeof(*queries));
    outputs = smtpspec_memory_new(smtpspec_words_symbols(words) *
                                  sizeof(*outputs));
    for (size_t i = 0; i < words->count; i++) {
        queries[i].word = smtpspec_words_at(words, i, &queries[i].length);
        queries[i].outputs = outputs + used;
        used += queries[i].length;
    }
    good = put(teacher, queries, words->count);
    for (size_t i = 0; i < words->count; i++)
        good = take_in(teacher, &queries[i]) && good;
    free(outputs);
    free(queries);
    return good;
}

/* From the cache; `unknown` gets the words that it does not know. */
static void look(const struct smtpspec_teacher *teacher,
                 struct smtpspec_query *query, struct smtpspec_words *unknown)
{
    size_t within = smtpspec_caps_within(teacher->caps, query->word,
                                         query->length);

    query->answered = smtpspec_cache_look(&teacher->cache, query->word, within,
                                          query->outputs);
    for (size_t i = query->answered; i < query->length; i++)
        query->outputs[i] = SMTPSPEC_OUTPUT_NONE;
    if (query->answered < within)
        smtpspec_words_add(unknown, query->word, within);
}

bool smtpspec_teacher_ask(struct smtpspec_teacher *teacher,
                          struct smtpspec_query *queries, size_t count)
{
    for (unsigned round = 0; round < ROUNDS_MOST; round++) {
        struct smtpspec_words unknown = { .pool = NULL };
        bool done, good;

        for (size_t i = 0; i < count; i++)
            look(teacher, &queries[i], &unknown);
        done = unknown.count == 0;
        good = done || ask_words(teacher, &unknown);
        smtpspec_words_free(&unknown);
        if (done || !good)
            return good;
    }
    return stop(teacher, "the same is answered otherwise each time");
}

/* --- What is known already ------------------------------------------------ */

struct leaves {
    struct smtpspec_words words;
    const struct smtpspec_caps *caps;
};

static bool keep_leaf(void *context, const uint8_t *word,
                        const uint32_t *outputs, size_t length, bool leaf)
{
    struct leaves *leaves = context;

    (void)outputs;
    length = smtpspec_caps_within(leaves->caps, word, length);
    if (leaf && length > 0)
        smtpspec_words_add(&leaves->words, word, length);
    return true;
}

bool smtpspec_teacher_try(struct smtpspec_teacher *teacher, uint64_t seed)
{
    struct leaves leaves = { .caps = teacher->caps };
    unsigned before = teacher->corrections;
    bool good;

    smtpspec_cache_walk(&teacher->cache, keep_leaf, &leaves);
    smtpspec_words_shuffle(&leaves.words, seed);
    if (leaves.words.count > SMTPSPEC_TEACHER_TRIED)
        leaves.words.count = SMTPSPEC_TEACHER_TRIED;
    good = ask_words(teacher, &leaves.words);
    smtpspec_words_free(&leaves.words);
    if (teacher->corrections - before <= SMTPSPEC_TEACHER_CHANGED_BORNE)
        return good;
    /* And not what came of that, so many contradictions. */
    teacher->trouble[0] = '\0';
    return stop(teacher, "much of what is known does not come again: is it of "
                         "another server?");
}
