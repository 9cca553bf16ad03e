/* SPDX-License-Identifier: MIT */
/*
 * mutator.c - a mutator of src/mutate for libFuzzer and for AFL++
 *
 * Built once for each mutator that a target names ("mutator:" in its head
 * comment), with MUTATOR set to it: an object beside the target for libFuzzer,
 * a library for AFL_CUSTOM_MUTATOR_LIBRARY.
 *
 * A fraction stays with the engine's own mutations: libFuzzer's are called
 * here, AFL++ has its havoc stage besides.
 *
 * For `make bench-mutators`: what SMTPSPEC_MUTATE_WITHOUT names in the
 * environment (operators, a comma between them) is not drawn; `?` lists them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>

#include "mutate/mutate.h"
#include "mutate/trim.h"

/* Of so many mutations one is libFuzzer's own. */
#define RAW_ONCE_IN 3
/* With a mutator of one's own libFuzzer no longer begins with short inputs. A
 * text grows past this, or past the longest that was worth keeping, only once
 * in so many mutations, since a long one takes its time. */
#define LENGTH_LEAST 512
#define LONG_ONCE_IN 32
/* Of so many inputs of AFL++ one is made of two. */
#define SPLICE_ONCE_IN 8

extern const struct smtpspec_mutator MUTATOR;

/* Not there in the library for AFL++. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
    __attribute__((weak));

SMTPSPEC_API size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                            size_t max_size,
                                            unsigned int seed);
SMTPSPEC_API size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
                                              const uint8_t *b, size_t b_size,
                                              uint8_t *out, size_t out_size,
                                              unsigned int seed);
SMTPSPEC_API void *afl_custom_init(void *afl, unsigned int seed);
SMTPSPEC_API void afl_custom_deinit(void *state);
SMTPSPEC_API size_t afl_custom_fuzz(void *state, uint8_t *data, size_t size,
                                    uint8_t **out, uint8_t *other,
                                    size_t other_size, size_t max_size);
SMTPSPEC_API int32_t afl_custom_init_trim(void *state, uint8_t *data,
                                          size_t size);
SMTPSPEC_API size_t afl_custom_trim(void *state, uint8_t **out);
SMTPSPEC_API int32_t afl_custom_post_trim(void *state, unsigned char shown);

/* --- What is left out ----------------------------------------------------- */

static uint64_t operator_of(struct smtpspec_span name)
{
    for (size_t i = 0; i < MUTATOR.count; i++) {
        if (smtpspec_span_equal(name,
                                smtpspec_span_of(MUTATOR.operators[i].name)))
            return SMTPSPEC_BIT64(i);
    }
    for (size_t i = 0; i < MUTATOR.count; i++)
        puts(MUTATOR.operators[i].name);
    if (!smtpspec_span_equal(name, SMTPSPEC_SPAN("?")))
        fprintf(stderr, "SMTPSPEC_MUTATE_WITHOUT: no operator %.*s\n",
                (int)name.length, name.at);
    exit(2);
}

static uint64_t without(void)
{
    static bool read;
    static uint64_t set;
    const char *names = getenv("SMTPSPEC_MUTATE_WITHOUT");

    if (read)
        return set;
    read = true;
    for (struct smtpspec_span rest = smtpspec_span_of(names ? names : "");
         rest.length > 0;) {
        size_t length = smtpspec_span_find(rest, ',');

        set |= operator_of(smtpspec_span_head(rest, length));
        rest = smtpspec_span_skip(rest, length + 1);
    }
    return set;
}

static struct smtpspec_span span_of(const uint8_t *data, size_t size)
{
    return (struct smtpspec_span){ (const char *)data, size };
}

static size_t usual_length(size_t size, size_t max_size)
{
    static size_t most = LENGTH_LEAST;

    if (most < size)
        most = size;
    return most < max_size ? most : max_size;
}

/* --- libFuzzer ------------------------------------------------------------ */

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
                               unsigned int seed)
{
    if (seed / RAW_ONCE_IN % LONG_ONCE_IN != 0)
        max_size = usual_length(size, max_size);
    if (seed % RAW_ONCE_IN == 0 && LLVMFuzzerMutate != NULL)
        return LLVMFuzzerMutate(data, size, max_size);
    return smtpspec_mutate(&MUTATOR, (char *)data, size, max_size, without(),
                           seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size,
                                 const uint8_t *b, size_t b_size, uint8_t *out,
                                 size_t out_size, unsigned int seed)
{
    return smtpspec_mutate_splice(&MUTATOR, span_of(a, a_size),
                                  span_of(b, b_size), (char *)out,
                                  usual_length(a_size, out_size), seed);
}

/* --- AFL++ ---------------------------------------------------------------- */

struct state {
    uint64_t seed;
    char *out;              /* what is handed out                            */
    size_t out_cap;
    struct smtpspec_trim trim;
    char *best;             /* being trimmed                                 */
    size_t best_length, best_cap, proposed;
};

/* Room for `size` octets at least; what it held is of no use any more. */
static bool make_room(char **room, size_t *cap, size_t size)
{
    if (*cap >= size)
        return true;
    free(*room);
    *room = malloc(size);
    *cap = *room != NULL ? size : 0;
    return *room != NULL;
}

void *afl_custom_init(void *afl, unsigned int seed)
{
    struct state *state = calloc(1, sizeof(*state));

    (void)afl;
    if (state != NULL)
        state->seed = seed;
    return state;
}

void afl_custom_deinit(void *data)
{
    struct state *state = data;

    free(state->out);
    free(state->best);
    free(state);
}

size_t afl_custom_fuzz(void *data, uint8_t *octets, size_t size,
                       uint8_t **out, uint8_t *other, size_t other_size,
                       size_t max_size)
{
    struct state *state = data;
    size_t length;

    *out = octets;
    if (size > max_size || !make_room(&state->out, &state->out_cap, max_size))
        return size;
    state->seed++;
    if (other_size > 0 && state->seed % SPLICE_ONCE_IN == 0) {
        length = smtpspec_mutate_splice(
            &MUTATOR, span_of(octets, size), span_of(other, other_size),
            state->out, max_size, state->seed);
    } else {
        memcpy(state->out, octets, size);
        length = smtpspec_mutate(&MUTATOR, state->out, size, max_size,
                                 without(), state->seed);
    }
    *out = (uint8_t *)state->out;
    return length;
}

/* AFL++ counts steps up to the number that is returned here; how many there
 * will be is not known, so it is told that there is one more until there is
 * none. */
int32_t afl_custom_init_trim(void *data, uint8_t *octets, size_t size)
{
    struct state *state = data;

    if (!make_room(&state->best, &state->best_cap, size) ||
        !make_room(&state->out, &state->out_cap, size))
        return 0;
    memcpy(state->best, octets, size);
    state->best_length = size;
    smtpspec_trim_init(&state->trim);
    state->proposed = smtpspec_trim_next(
        &state->trim, span_of((uint8_t *)state->best, size), state->out);
    return state->proposed > 0;
}

size_t afl_custom_trim(void *data, uint8_t **out)
{
    struct state *state = data;

    *out = (uint8_t *)state->out;
    return state->proposed;
}

int32_t afl_custom_post_trim(void *data, unsigned char shown)
{
    struct state *state = data;

    if (shown) {
        memcpy(state->best, state->out, state->proposed);
        state->best_length = state->proposed;
    }
    smtpspec_trim_tell(&state->trim, shown);
    state->proposed = smtpspec_trim_next(
        &state->trim, span_of((uint8_t *)state->best, state->best_length),
        state->out);
    return state->proposed == 0;
}
