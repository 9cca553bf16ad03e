/* SPDX-License-Identifier: MIT */
/*
 * portrait_pairs.c - which states of the rules go along with those of a
 * machine
 */
#include "learn/portrait_pairs.h"

#include <stdlib.h>

#include "net/memory.h"

static size_t cell(const struct smtpspec_pairs *pairs, uint32_t pair,
                   unsigned symbol)
{
    return (size_t)pair * pairs->mealy->symbols + symbol;
}

/* --- The walk ------------------------------------------------------------- */

static void grow(struct smtpspec_pairs *pairs)
{
    size_t cells;

    if (pairs->count < pairs->room)
        return;
    pairs->room = 2 * pairs->room + 64;
    cells = (size_t)pairs->room * pairs->mealy->symbols;
    pairs->all = smtpspec_memory_grow(pairs->all,
                                      pairs->room * sizeof(*pairs->all));
    pairs->next =
        smtpspec_memory_grow(pairs->next, cells * sizeof(*pairs->next));
    pairs->outcome = smtpspec_memory_grow(pairs->outcome, cells);
}

static uint32_t meet(struct smtpspec_pairs *pairs, unsigned state,
                     struct smtpspec_spec_state spec)
{
    uint32_t i = 0;

    while (i < pairs->count &&
           (pairs->all[i].state != state ||
            !smtpspec_spec_same(pairs->all[i].spec, spec)))
        i++;
    if (i < pairs->count)
        return i;
    grow(pairs);
    pairs->all[pairs->count] = (struct smtpspec_pair){
        .spec = spec, .state = (uint16_t)state };
    return pairs->count++;
}

bool smtpspec_pairs_is_mute(const struct smtpspec_mealy *mealy,
                            unsigned state)
{
    for (unsigned a = 0; a < mealy->symbols; a++) {
        const struct smtpspec_mealy_edge *edge =
            smtpspec_mealy_edge(mealy, state, a);

        if (edge->next != state ||
            edge->output != (SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT))
            return false;
    }
    return true;
}

/* Behind the close nothing is looked at (product.h). */
static void step(struct smtpspec_pairs *pairs, uint32_t pair, unsigned symbol)
{
    const struct smtpspec_mealy *mealy = pairs->mealy;
    struct smtpspec_pair from = pairs->all[pair];
    const struct smtpspec_mealy_edge *edge =
        smtpspec_mealy_edge(mealy, from.state, symbol);
    struct smtpspec_verdict worst = { .outcome = SMTPSPEC_OUTCOME_PASS };
    uint32_t next = SMTPSPEC_PAIR_NONE;

    if (edge->next < mealy->states) {
        struct smtpspec_spec_state spec = smtpspec_spec_step(
            pairs->spec, from.spec, symbol, edge->output, &worst);
        bool over = smtpspec_spec_is_over(spec);

        if (smtpspec_mealy_is_sink(mealy, edge->next) ||
            smtpspec_pairs_is_mute(mealy, edge->next)) {
            /* Gone without a word. */
            if (!over)
                worst.outcome = SMTPSPEC_OUTCOME_FAIL;
        } else if (!over) {
            next = meet(pairs, edge->next, spec);
        }
    }
    pairs->next[cell(pairs, pair, symbol)] = next;
    pairs->outcome[cell(pairs, pair, symbol)] = (uint8_t)worst.outcome;
    if (worst.outcome != SMTPSPEC_OUTCOME_PASS)
        pairs->all[pair].departs++;
}

/* --- The main ones -------------------------------------------------------- */

/* Without a greeting, or with an old one, less is in order. */
static unsigned strangeness(const struct smtpspec_pair *pair)
{
    return pair->spec.state == SMTPSPEC_STATE_IDLE           ? 0
           : pair->spec.greeted == SMTPSPEC_COMMAND_UNSET    ? 2
           : pair->spec.greeted == SMTPSPEC_COMMAND_HELO     ? 1 : 0;
}

static bool is_better(const struct smtpspec_pair *pair,
                      const struct smtpspec_pair *than)
{
    return pair->departs < than->departs ||
           (pair->departs == than->departs &&
            strangeness(pair) < strangeness(than));
}

/* Of equals the first that was met. */
static void choose(struct smtpspec_pairs *pairs)
{
    for (unsigned i = 0; i < pairs->mealy->states; i++)
        pairs->main[i] = SMTPSPEC_PAIR_NONE;
    for (uint32_t i = 0; i < pairs->count; i++) {
        const struct smtpspec_pair *pair = &pairs->all[i];
        uint32_t *main = &pairs->main[pair->state];

        if (*main == SMTPSPEC_PAIR_NONE ||
            is_better(pair, &pairs->all[*main]))
            *main = i;
    }
}

static uint8_t odd_of(const uint8_t *odd, uint32_t pair)
{
    return pair != SMTPSPEC_PAIR_NONE ? odd[pair] : SMTPSPEC_OUTCOME_PASS;
}

/* Where the main pair comes to one as odd by the same symbol it is the symbol
 * that is to blame, and not what led to this pair. */
static uint8_t oddness(const struct smtpspec_pairs *pairs, const uint8_t *odd,
                       uint32_t pair)
{
    uint32_t main = pairs->main[pairs->all[pair].state];
    uint8_t worst = SMTPSPEC_OUTCOME_PASS;

    for (unsigned a = 0; a < pairs->mealy->symbols && pair != main; a++) {
        size_t here = cell(pairs, pair, a), there = cell(pairs, main, a);
        uint8_t now = pairs->outcome[here];
        uint8_t later = odd_of(odd, pairs->next[here]);

        if (now > pairs->outcome[there] && now > worst)
            worst = now;
        if (later > odd_of(odd, pairs->next[there]) && later > worst)
            worst = later;
    }
    return worst;
}

/* In rounds, each by what the one before has found, so that pairs that are as
 * far from a fault are found in one. */
static void spread(struct smtpspec_pairs *pairs)
{
    uint8_t *odd = smtpspec_memory_new(pairs->count);
    bool changed;

    do {
        changed = false;
        for (uint32_t i = 0; i < pairs->count; i++)
            odd[i] = pairs->all[i].odd;
        for (uint32_t i = 0; i < pairs->count; i++) {
            uint8_t now = oddness(pairs, odd, i);

            changed |= now > odd[i];
            if (now > odd[i])
                pairs->all[i].odd = now;
        }
    } while (changed);
    free(odd);
}

void smtpspec_pairs_make(struct smtpspec_pairs *pairs,
                         const struct smtpspec_mealy *mealy,
                         const struct smtpspec_spec *spec)
{
    *pairs = (struct smtpspec_pairs){ .mealy = mealy, .spec = spec };
    pairs->main = smtpspec_memory_new(mealy->states * sizeof(*pairs->main));
    meet(pairs, 0, smtpspec_spec_start());
    for (uint32_t i = 0; i < pairs->count; i++)
        for (unsigned a = 0; a < mealy->symbols; a++)
            step(pairs, i, a);
    choose(pairs);
    spread(pairs);
}

void smtpspec_pairs_free(struct smtpspec_pairs *pairs)
{
    free(pairs->all);
    free(pairs->next);
    free(pairs->outcome);
    free(pairs->main);
}
