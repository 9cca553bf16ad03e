/* SPDX-License-Identifier: MIT */
/*
 * portrait.c - the picture of a server's machine: its states and transitions
 */
#include "learn/portrait.h"

#include <stdlib.h>
#include <string.h>

#include "learn/fold.h"
#include "learn/portrait_pairs.h"
#include "net/memory.h"
#include "rules/picture.h"

/* What a portrait is made of, while it is made. */
struct sitting {
    struct smtpspec_portrait *portrait;
    struct smtpspec_mealy mealy;   /* copies being one; its states are nodes */
    struct smtpspec_pairs pairs;
    const struct smtpspec_spec *spec;
    struct smtpspec_fold fold;
    unsigned room;                 /* links                                  */
};

/* --- Copies --------------------------------------------------------------- */

/* The first copy alone, all that led into another leading into it. */
static void fold_machine(const struct smtpspec_mealy *mealy,
                         struct smtpspec_fold *fold,
                         struct smtpspec_mealy *out)
{
    struct smtpspec_mealy least;

    smtpspec_mealy_minimise(mealy, &least);
    smtpspec_fold(&least, fold);
    for (size_t i = 0; i < (size_t)least.states * least.symbols; i++)
        if (least.edges[i].next < least.states)
            least.edges[i].next = fold->like[least.edges[i].next];
    smtpspec_mealy_minimise(&least, out);
    smtpspec_mealy_free(&least);
}

/* What ends a server's patience, in the box of the closed connection. */
static void note_limit(const struct smtpspec_fold *fold,
                       struct smtpspec_portrait_node *node)
{
    unsigned n = fold->copies;
    char text[SMTPSPEC_OUTPUT_KEPT];

    smtpspec_output_write(fold->last, text);
    node->note_tone = smtpspec_output_first(fold->last) == 421
                          ? SMTPSPEC_TONE_PLAIN : SMTPSPEC_TONE_FAIL;
    snprintf(node->note, sizeof(node->note), "%u%s error: %s%s", n,
             n == 2 ? "nd" : n == 3 ? "rd" : "th",
             fold->last == SMTPSPEC_OUTPUT_X ? "no reply" : text,
             smtpspec_output_ends(fold->last) ? "" : ", closed");
}

/* --- Names ---------------------------------------------------------------- */

/* Whether a name is one of those in a list of names. */
static bool is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = list; (at = strstr(at, name)) != NULL; at++)
        if ((at == list || at[-1] == ' ') &&
            (at[length] == '\0' || at[length] == ',' || at[length] == ' '))
            return true;
    return false;
}

static void add_name(struct smtpspec_portrait_node *node, const char *name)
{
    size_t length = strlen(node->name);

    if (!is_listed(node->name, name))
        snprintf(node->name + length, sizeof(node->name) - length, "%s%s",
                 length > 0 ? ", " : "", name);
}

/* After all states of the rules that nothing in it departs from; how it was
 * greeted is said only where that is the same for all. */
static void name_node(const struct sitting *sitting, unsigned i,
                      struct smtpspec_portrait_node *node)
{
    const struct smtpspec_pairs *pairs = &sitting->pairs;
    char label[SMTPSPEC_PORTRAIT_NAME_KEPT];

    if (pairs->main[i] == SMTPSPEC_PAIR_NONE)
        return;
    node->paired = true;
    node->spec = pairs->all[pairs->main[i]].spec;
    smtpspec_spec_label(node->spec, label, sizeof(label));
    add_name(node, label);
    for (uint32_t k = 0; k < pairs->count; k++)
        if (pairs->all[k].state == i &&
            pairs->all[k].odd == SMTPSPEC_OUTCOME_PASS)
            add_name(node, smtpspec_state_name(
                               (enum smtpspec_state)pairs->all[k].spec.state));
}

static bool is_taken(const struct smtpspec_portrait *portrait, unsigned i)
{
    for (unsigned k = 0; k < i; k++)
        if (strcmp(portrait->nodes[k].name, portrait->nodes[i].name) == 0)
            return true;
    return false;
}

/* "RCPT", "RCPT 2": no two have one name. */
static void number_name(struct smtpspec_portrait *portrait, unsigned i)
{
    struct smtpspec_portrait_node *node = &portrait->nodes[i];
    char plain[SMTPSPEC_PORTRAIT_NAME_KEPT];

    memcpy(plain, node->name, sizeof(plain));
    for (unsigned n = 2; is_taken(portrait, i); n++)
        snprintf(node->name, sizeof(node->name), "%.50s %u", plain, n);
}

static void name_all(struct sitting *sitting)
{
    struct smtpspec_portrait *portrait = sitting->portrait;

    for (unsigned i = 0; i < portrait->node_count; i++) {
        struct smtpspec_portrait_node *node = &portrait->nodes[i];

        node->closed = smtpspec_mealy_is_sink(&sitting->mealy, i);
        if (node->closed)
            add_name(node, "CLOSED");
        else
            name_node(sitting, i, node);
        if (node->closed && sitting->fold.copies > 1)
            note_limit(&sitting->fold, node);
        node->mute = smtpspec_pairs_is_mute(&sitting->mealy, i);
        if (node->mute)
            add_name(node, "silent");
        if (node->name[0] == '\0')
            snprintf(node->name, sizeof(node->name), "state %u", i);
        number_name(portrait, i);
    }
}

/* --- Links ---------------------------------------------------------------- */

/* The node that is called after a state of the rules, or as many as there
 * are. */
static unsigned node_of(const struct smtpspec_portrait *portrait,
                        struct smtpspec_spec_state spec)
{
    unsigned found = portrait->node_count;

    for (unsigned i = portrait->node_count; i > 0; i--) {
        const struct smtpspec_portrait_node *node = &portrait->nodes[i - 1];

        if (node->closed && smtpspec_spec_is_over(spec))
            return i - 1;
        if (node->paired && smtpspec_spec_same(node->spec, spec))
            return i - 1;
        if (node->paired && node->spec.state == spec.state)
            found = i - 1;
    }
    return found;
}

/* A box for a state of the rules that the server has not. */
static unsigned add_lacking(struct smtpspec_portrait *portrait,
                            struct smtpspec_spec_state spec)
{
    struct smtpspec_portrait_node *node =
        &portrait->nodes[portrait->node_count];

    node->paired = node->lacking = true;
    node->spec = spec;
    snprintf(node->name, sizeof(node->name), "%s",
             smtpspec_state_name((enum smtpspec_state)spec.state));
    number_name(portrait, portrait->node_count);
    return portrait->node_count++;
}

static void add_link(struct sitting *sitting,
                     struct smtpspec_portrait_link link)
{
    struct smtpspec_portrait *portrait = sitting->portrait;

    if (portrait->link_count == sitting->room) {
        sitting->room = 2 * sitting->room + 128;
        portrait->links = smtpspec_memory_grow(
            portrait->links, sitting->room * sizeof(*portrait->links));
    }
    portrait->links[portrait->link_count++] = link;
}

static uint8_t tone_of(uint8_t outcome)
{
    return outcome == SMTPSPEC_OUTCOME_FAIL   ? SMTPSPEC_TONE_FAIL
           : outcome == SMTPSPEC_OUTCOME_WARN ? SMTPSPEC_TONE_WARN
                                              : SMTPSPEC_TONE_PLAIN;
}

/* Arrows that get a message through and back are drawn, as in the picture of
 * the rules; QUIT is possible from anywhere. */
static bool is_leave(const struct smtpspec_symbol *symbol, uint32_t output)
{
    return symbol->command == SMTPSPEC_COMMAND_QUIT &&
           output == SMTPSPEC_OUTPUT_CODE(221);
}

/* A transition as it is. */
static struct smtpspec_portrait_link link_of(const struct sitting *sitting,
                                             unsigned i, unsigned symbol)
{
    const struct smtpspec_mealy_edge *edge =
        smtpspec_mealy_edge(&sitting->mealy, i, symbol);
    const struct smtpspec_pairs *pairs = &sitting->pairs;
    const struct smtpspec_portrait_node *node = &sitting->portrait->nodes[i];
    struct smtpspec_portrait_link link = {
        .from = (uint16_t)i, .to = edge->next, .symbol = (uint8_t)symbol,
        .tone = SMTPSPEC_TONE_PLAIN, .due = edge->next, .output = edge->output,
        .row = edge->next == i
    };
    uint32_t main = pairs->main[i];

    if (main != SMTPSPEC_PAIR_NONE)
        link.tone = tone_of(
            pairs->outcome[(size_t)main * pairs->mealy->symbols + symbol]);
    if (node->mute)
        link.tone = SMTPSPEC_TONE_FAIL;
    if (link.tone == SMTPSPEC_TONE_PLAIN &&
        is_leave(&sitting->spec->alphabet->symbols[symbol], edge->output)) {
        link.tone = SMTPSPEC_TONE_FAINT;
        link.row = !node->paired || node->spec.state != SMTPSPEC_STATE_READY;
    }
    return link;
}

/* The reply is in order, and the server has not gone where it says. */
static void blame(struct sitting *sitting, struct smtpspec_portrait_link *link)
{
    const struct smtpspec_pairs *pairs = &sitting->pairs;
    uint32_t main = pairs->main[link->from], next = SMTPSPEC_PAIR_NONE;
    unsigned due;

    if (main != SMTPSPEC_PAIR_NONE)
        next = pairs->next[(size_t)main * pairs->mealy->symbols +
                           link->symbol];
    if (next == SMTPSPEC_PAIR_NONE ||
        pairs->all[next].odd == SMTPSPEC_OUTCOME_PASS ||
        link->tone > SMTPSPEC_TONE_PLAIN)
        return;
    link->tone = tone_of(pairs->all[next].odd);
    due = node_of(sitting->portrait, pairs->all[next].spec);
    if (due < sitting->portrait->node_count && due != link->to)
        link->due = (uint16_t)due;
}

/* --- What is missing ------------------------------------------------------ */

static bool is_greeted(struct smtpspec_spec_state spec)
{
    return spec.state == SMTPSPEC_STATE_IDLE ||
           spec.greeted != SMTPSPEC_COMMAND_UNSET;
}

/* Whether a command is one that succeeds: well-formed, of somebody who is
 * known, and of an extension only where that is offered. */
static bool may_succeed(const struct smtpspec_spec *spec,
                        struct smtpspec_spec_state from,
                        const struct smtpspec_symbol *symbol)
{
    bool chunking = from.greeted != SMTPSPEC_COMMAND_HELO &&
                    (spec->terms.offered &
                     SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING)) != 0;
    struct smtpspec_command_line line;

    smtpspec_command_parse((struct smtpspec_span){ symbol->line,
                                                   symbol->line_length - 2u },
                           &line);
    return !symbol->unknown &&
           smtpspec_stimulus_of(&line, spec->terms.offered) ==
               SMTPSPEC_STIMULUS_VALID &&
           (symbol->command != SMTPSPEC_COMMAND_BDAT || chunking) &&
           (symbol->command != SMTPSPEC_COMMAND_DATA ||
            symbol->content_length > 0);
}

/* Where the rules go by an arrow of their picture: false where there is
 * none. */
static bool leads_on(const struct smtpspec_spec *spec,
                     struct smtpspec_spec_state from, unsigned a,
                     struct smtpspec_spec_state *to)
{
    const struct smtpspec_symbol *symbol = &spec->alphabet->symbols[a];
    bool content = symbol->command == SMTPSPEC_COMMAND_DATA;
    uint32_t output = content ? SMTPSPEC_OUTPUT_CODES(354, 250)
                      : symbol->command == SMTPSPEC_COMMAND_QUIT
                          ? SMTPSPEC_OUTPUT_CODE(221)
                          : SMTPSPEC_OUTPUT_CODE(250);
    struct smtpspec_verdict worst;

    if (!may_succeed(spec, from, symbol) ||
        !smtpspec_picture_has(
            (enum smtpspec_state)from.state,
            (enum smtpspec_command)symbol->command,
            content ? SMTPSPEC_CLASS_INTERMEDIATE : SMTPSPEC_CLASS_SUCCESS))
        return false;
    *to = smtpspec_spec_step(spec, from, a, output, &worst);
    return worst.outcome == SMTPSPEC_OUTCOME_PASS && to->state != from.state;
}

/* Whether another symbol of the same command goes there: one that names
 * somebody who is known, say. */
static bool is_there(const struct sitting *sitting, unsigned from, unsigned a,
                     unsigned to)
{
    const struct smtpspec_alphabet *alphabet = sitting->spec->alphabet;

    for (unsigned i = 0; i < sitting->mealy.symbols; i++)
        if (alphabet->symbols[i].command == alphabet->symbols[a].command &&
            smtpspec_mealy_edge(&sitting->mealy, from, i)->next == to)
            return true;
    return false;
}

static bool succeeded(uint32_t output)
{
    unsigned code = smtpspec_output_second(output);

    if ((output & SMTPSPEC_OUTPUT_SECOND) == 0)
        code = smtpspec_output_first(output);
    return code / 100 == 2;
}

static void add_missing(struct sitting *sitting,
                        const struct smtpspec_portrait_link *link)
{
    struct smtpspec_portrait *portrait = sitting->portrait;
    struct smtpspec_portrait_node node = portrait->nodes[link->from];
    struct smtpspec_portrait_link missing = *link;
    struct smtpspec_spec_state next;
    unsigned to = link->due;

    if (to == link->to) {
        if (!node.paired || !is_greeted(node.spec) ||
            succeeded(link->output) ||
            !leads_on(sitting->spec, node.spec, link->symbol, &next))
            return;
        to = node_of(portrait, next);
        if (is_there(sitting, link->from, link->symbol, to))
            return;
        if (to == portrait->node_count)
            to = add_lacking(portrait, next);
    }
    missing.to = missing.due = (uint16_t)to;
    missing.tone = SMTPSPEC_TONE_MISSING;
    missing.output = SMTPSPEC_OUTPUT_NONE;
    missing.row = false;
    if (to != link->from)
        add_link(sitting, missing);
}

static void link_all(struct sitting *sitting)
{
    const struct smtpspec_mealy *mealy = &sitting->mealy;

    for (unsigned i = 0; i < mealy->states; i++)
        for (unsigned a = 0; a < mealy->symbols; a++) {
            struct smtpspec_portrait_link link;

            if (sitting->portrait->nodes[i].closed ||
                smtpspec_mealy_edge(mealy, i, a)->next >= mealy->states)
                continue;
            link = link_of(sitting, i, a);
            blame(sitting, &link);
            add_link(sitting, link);
            add_missing(sitting, &link);
        }
}

/* --- Not too many arrows -------------------------------------------------- */

/* How many arrows lead to a node, and how far: what is told in a box first. */
static unsigned weight_of(const struct smtpspec_portrait *portrait,
                          const struct smtpspec_portrait_edge *edges,
                          unsigned count, unsigned i)
{
    int from = (int)smtpspec_portrait_rank(&portrait->nodes[edges[i].from]);
    int to = (int)smtpspec_portrait_rank(&portrait->nodes[edges[i].to]);
    unsigned weight = 0;

    for (unsigned k = 0; k < count; k++)
        weight += edges[k].to == edges[i].to;
    return weight + (unsigned)abs(from - to);
}

/* The arrow that says least. */
static unsigned least_of(const struct smtpspec_portrait *portrait,
                         const struct smtpspec_portrait_edge *edges,
                         unsigned count)
{
    unsigned least = 0, most = weight_of(portrait, edges, count, 0);

    for (unsigned i = 1; i < count; i++) {
        unsigned weight = weight_of(portrait, edges, count, i);

        if (edges[i].tone > edges[least].tone ||
            (edges[i].tone == edges[least].tone && weight <= most))
            continue;
        least = i;
        most = weight;
    }
    return least;
}

static void tell_in_box(struct smtpspec_portrait *portrait,
                        struct smtpspec_portrait_edge edge)
{
    for (unsigned i = 0; i < portrait->link_count; i++) {
        struct smtpspec_portrait_link *link = &portrait->links[i];

        if (link->from == edge.from && link->to == edge.to &&
            edge.lacking == (link->tone == SMTPSPEC_TONE_MISSING))
            link->row = true;
    }
}

static void thin_out(struct smtpspec_portrait *portrait)
{
    unsigned most = SMTPSPEC_PORTRAIT_EDGES_MOST, count;
    struct smtpspec_portrait_edge *edges;

    if (portrait->node_count > 10)
        most += 3 * (portrait->node_count - 10);
    for (count = most + 1; count > most;) {
        count = smtpspec_portrait_edges(portrait, &edges);
        if (count > most)
            tell_in_box(portrait, edges[least_of(portrait, edges, count)]);
        free(edges);
    }
}

/* --- The whole ------------------------------------------------------------ */

/* Whether it is small enough. */
static bool sit(struct sitting *sitting, const struct smtpspec_mealy *mealy)
{
    struct smtpspec_portrait *portrait = sitting->portrait;

    fold_machine(mealy, &sitting->fold, &sitting->mealy);
    if (sitting->mealy.states > SMTPSPEC_PORTRAIT_NODES_MOST)
        return false;
    smtpspec_fold_tell(&sitting->fold, portrait->about,
                       sizeof(portrait->about));
    portrait->node_count = sitting->mealy.states;
    /* And one for each state of the rules, should the server lack it. */
    portrait->nodes = smtpspec_memory_new(
        (portrait->node_count + SMTPSPEC_STATE_COUNT) *
        sizeof(*portrait->nodes));
    smtpspec_pairs_make(&sitting->pairs, &sitting->mealy, sitting->spec);
    name_all(sitting);
    link_all(sitting);
    thin_out(portrait);
    smtpspec_pairs_free(&sitting->pairs);
    return true;
}

bool smtpspec_portrait_make(struct smtpspec_portrait *portrait,
                            const struct smtpspec_mealy *mealy,
                            const struct smtpspec_spec *spec)
{
    struct sitting sitting = { .portrait = portrait, .spec = spec };
    bool done;

    *portrait = (struct smtpspec_portrait){ .alphabet = spec->alphabet };
    if (mealy->states > SMTPSPEC_PORTRAIT_STATES_MOST)
        return false;
    done = sit(&sitting, mealy);
    smtpspec_fold_free(&sitting.fold);
    smtpspec_mealy_free(&sitting.mealy);
    return done;
}

void smtpspec_portrait_free(struct smtpspec_portrait *portrait)
{
    free(portrait->nodes);
    free(portrait->links);
    *portrait = (struct smtpspec_portrait){ .node_count = 0 };
}
