/* SPDX-License-Identifier: MIT */
/*
 * fold.c - a server that counts errors is the same machine several times over
 *
 * How many errors a state still bears is how often one symbol has to be sent
 * until the connection is closed; some symbol is an error in every state. Then
 * the greatest relation is sought in which a state is like another one that
 * bears as many errors or more (a simulation by removal of pairs). It is a fold
 * where it pairs each state with exactly one of the first copy.
 */
#include "learn/fold.h"

#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* More states take too long, and are no server. */
#define STATES_MOST 512
#define NO_SINK UINT32_MAX

/* A try with one symbol as the error. */
struct attempt {
    const struct smtpspec_mealy *mealy;
    unsigned sink, most;       /* errors that the freshest states bear       */
    unsigned *bears;           /* each state; 0: the sink                    */
    bool *like;                /* rows: states; columns: what they are like  */
};

static const struct smtpspec_mealy_edge *edge_of(const struct attempt *attempt,
                                                 unsigned state,
                                                 unsigned symbol)
{
    return smtpspec_mealy_edge(attempt->mealy, state, symbol);
}

static unsigned sink_of(const struct smtpspec_mealy *mealy)
{
    for (unsigned i = 0; i < mealy->states; i++)
        if (smtpspec_mealy_is_sink(mealy, i))
            return i;
    return NO_SINK;
}

/* Whether nothing is answered in some state any more, whatever is sent. */
static bool hangs(const struct smtpspec_mealy *mealy)
{
    for (unsigned i = 0; i < mealy->states; i++) {
        unsigned a = 0;

        while (a < mealy->symbols &&
               smtpspec_mealy_edge(mealy, i, a)->next == i &&
               (smtpspec_mealy_edge(mealy, i, a)->output &
                SMTPSPEC_OUTPUT_SILENT) != 0)
            a++;
        if (a == mealy->symbols)
            return true;
    }
    return false;
}

/* How often the symbol has to be sent in each state until it is closed; false
 * where it may be sent for ever, or at once ends every session. */
static bool count_errors(struct attempt *attempt, unsigned symbol)
{
    unsigned states = attempt->mealy->states;

    attempt->most = 0;
    for (unsigned i = 0; i < states; i++) {
        unsigned at = i, count = 0;

        for (; at != attempt->sink && count <= states; count++) {
            at = edge_of(attempt, at, symbol)->next;
            if (at >= states)
                return false;
        }
        if (count > states)
            return false;
        attempt->bears[i] = count;
        attempt->most = count > attempt->most ? count : attempt->most;
    }
    return attempt->most > 1 && attempt->bears[0] == attempt->most;
}

/* Whether what `symbol` does in `state` is the error that its like bears one
 * more of: there it is an error, here it was the last. */
static bool is_last_error(const struct attempt *attempt, unsigned state,
                          unsigned like, const struct smtpspec_mealy_edge *in)
{
    return attempt->bears[state] == 1 && attempt->bears[like] > 1 &&
           attempt->bears[in->next] + 1 == attempt->bears[like];
}

/* Whether a symbol takes both to where they are alike again: the count goes
 * down by as much in both, or back to where it began. */
static bool agree(const struct attempt *attempt, unsigned state,
                  unsigned like, unsigned symbol)
{
    unsigned states = attempt->mealy->states;
    const struct smtpspec_mealy_edge *a = edge_of(attempt, state, symbol);
    const struct smtpspec_mealy_edge *b = edge_of(attempt, like, symbol);
    unsigned from = attempt->bears[state], from_like = attempt->bears[like];
    unsigned to, to_like;

    if (a->next >= states || b->next >= states)
        return a->next >= states && b->next >= states;
    if (a->next == attempt->sink)
        return (b->next == attempt->sink && a->output == b->output) ||
               is_last_error(attempt, state, like, b);
    to = attempt->bears[a->next];
    to_like = attempt->bears[b->next];
    return b->next != attempt->sink && a->output == b->output &&
           (from - to == from_like - to_like ||
            (to == attempt->most && to_like == attempt->most)) &&
           attempt->like[(size_t)a->next * states + b->next];
}

static bool agree_in_all(const struct attempt *attempt, unsigned state,
                         unsigned like)
{
    for (unsigned a = 0; a < attempt->mealy->symbols; a++)
        if (!agree(attempt, state, like, a))
            return false;
    return true;
}

/* Pairs go until none is left that disagrees. */
static void relate(struct attempt *attempt)
{
    unsigned states = attempt->mealy->states;
    bool changed = true;

    for (unsigned i = 0; i < states; i++)
        for (unsigned j = 0; j < states; j++)
            attempt->like[(size_t)i * states + j] =
                i != attempt->sink && j != attempt->sink &&
                attempt->bears[j] >= attempt->bears[i];
    while (changed) {
        changed = false;
        for (unsigned i = 0; i < states; i++)
            for (unsigned j = 0; j < states; j++) {
                bool *pair = &attempt->like[(size_t)i * states + j];

                if (*pair && !agree_in_all(attempt, i, j)) {
                    *pair = false;
                    changed = true;
                }
            }
    }
}

/* The one state of the first copy that it is like, and of which no other state
 * that bears as much is; or `states`. */
static unsigned first_like(const struct attempt *attempt, unsigned state)
{
    unsigned states = attempt->mealy->states, found = states, count = 0;

    for (unsigned j = 0; j < states; j++)
        if (attempt->bears[j] == attempt->most &&
            attempt->like[(size_t)state * states + j]) {
            found = j;
            count++;
        }
    return count == 1 ? found : states;
}

/* Whether each copy has each state once. */
static bool is_whole(const struct attempt *attempt,
                     const struct smtpspec_fold *fold)
{
    unsigned states = attempt->mealy->states;
    bool *met = smtpspec_memory_new((size_t)fold->copies * states);
    bool whole = fold->states * fold->copies + 1 == states;

    for (unsigned i = 0; i < states && whole; i++) {
        bool *once;

        if (i == attempt->sink)
            continue;
        once = &met[(size_t)fold->copy[i] * states + fold->like[i]];
        whole = !*once;
        *once = true;
    }
    free(met);
    return whole;
}

static void note_errors(const struct attempt *attempt,
                        struct smtpspec_fold *fold)
{
    const struct smtpspec_mealy *mealy = attempt->mealy;

    for (unsigned i = 0; i < mealy->states; i++)
        for (unsigned a = 0; a < mealy->symbols; a++) {
            const struct smtpspec_mealy_edge *edge =
                edge_of(attempt, i, a);
            const struct smtpspec_mealy_edge *first =
                edge_of(attempt, fold->like[i], a);

            if (i == attempt->sink || edge->next >= mealy->states)
                continue;
            if (edge->next != attempt->sink &&
                attempt->bears[edge->next] < attempt->bears[i])
                fold->errors |= SMTPSPEC_BIT64(a);
            if (edge->next == attempt->sink &&
                is_last_error(attempt, i, fold->like[i], first))
                fold->last = edge->output;
        }
}

static bool fold_by(struct attempt *attempt, unsigned symbol,
                    struct smtpspec_fold *fold)
{
    unsigned states = attempt->mealy->states;

    if (!count_errors(attempt, symbol))
        return false;
    relate(attempt);
    fold->copies = attempt->most;
    fold->states = 0;
    for (unsigned i = 0; i < states; i++) {
        unsigned like =
            i == attempt->sink ? i : first_like(attempt, i);

        if (like == states)
            return false;
        fold->states += attempt->bears[i] == attempt->most;
        fold->like[i] = (uint16_t)like;
        fold->copy[i] = (uint16_t)(attempt->most - attempt->bears[i]);
    }
    return is_whole(attempt, fold);
}

/* --- The whole ------------------------------------------------------------ */

static void leave_as_it_is(const struct smtpspec_mealy *mealy,
                           unsigned sink, struct smtpspec_fold *fold)
{
    fold->copies = 1;
    fold->closes = sink != NO_SINK;
    fold->states = mealy->states - fold->closes;
    for (unsigned i = 0; i < mealy->states; i++) {
        fold->like[i] = (uint16_t)i;
        fold->copy[i] = i == sink;
    }
}

void smtpspec_fold(const struct smtpspec_mealy *mealy,
                   struct smtpspec_fold *fold)
{
    size_t states = mealy->states;
    struct attempt attempt = { .mealy = mealy, .sink = sink_of(mealy) };
    bool done = false;

    *fold = (struct smtpspec_fold){
        .like = smtpspec_memory_new(states * sizeof(*fold->like)),
        .copy = smtpspec_memory_new(states * sizeof(*fold->copy))
    };
    fold->hangs = hangs(mealy);
    if (attempt.sink != NO_SINK && states <= STATES_MOST) {
        attempt.bears = smtpspec_memory_new(states * sizeof(*attempt.bears));
        attempt.like = smtpspec_memory_new(states * states);
        for (unsigned a = 0; a < mealy->symbols && !done; a++)
            done = fold_by(&attempt, a, fold);
    }
    if (done) {
        fold->closes = true;
        note_errors(&attempt, fold);
    } else {
        leave_as_it_is(mealy, attempt.sink, fold);
    }
    free(attempt.bears);
    free(attempt.like);
}

void smtpspec_fold_free(struct smtpspec_fold *fold)
{
    free(fold->like);
    free(fold->copy);
    *fold = (struct smtpspec_fold){ .copies = 0 };
}

static const char *ending_of(unsigned number)
{
    unsigned last = number % 100 / 10 == 1 ? 0 : number % 10;

    return last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th";
}

size_t smtpspec_fold_tell(const struct smtpspec_fold *fold, char *out,
                          size_t cap)
{
    unsigned all = fold->copies * fold->states + fold->closes;
    char last[SMTPSPEC_OUTPUT_KEPT], how[64];

    if (fold->copies == 1)
        return (size_t)snprintf(
            out, cap, "%u state%s%s", all, all == 1 ? "" : "s",
            fold->closes && fold->hangs
                ? ", the closed one and one that answers nothing among them"
            : fold->closes ? ", the closed one among them"
            : fold->hangs  ? ", one that answers nothing among them" : "");
    smtpspec_output_write(fold->last, last);
    if (fold->last & SMTPSPEC_OUTPUT_CLOSED)
        snprintf(how, sizeof(how), "without a reply");
    else
        snprintf(how, sizeof(how), "with %s", last);
    return (size_t)snprintf(
        out, cap,
        "%u states: %u copies of a machine of %u, and the closed one (the "
        "%u%s error ends it, %s)",
        all, fold->copies, fold->states, fold->copies,
        ending_of(fold->copies), how);
}
