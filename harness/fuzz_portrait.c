/* SPDX-License-Identifier: MIT */
/*
 * fuzz_portrait.c - whatever a server does, its picture tells all of it
 *
 * targets:  smtpspec_portrait_make, smtpspec_portrait_draw,
 *           smtpspec_portrait_write_dot, smtpspec_layers_place, and the page
 *           of smtpspec_report_html that shows it
 * input:    names of symbols, blanks between; then a line for each state, with
 *           a word for each symbol: NEXT/OUTPUT, "3/250"; what is no such word
 *           is a transition that is missing. What the symbols send is that of
 *           the alphabet std14, from the first on
 * holds:    each transition but those of the closed state is in a box or on
 *           an arrow, once; no more arrows than the picture may have; no two
 *           boxes have one name, or stand where another one stands; all lies
 *           within the frame; the text for Graphviz is printable ASCII, the
 *           page keeps to page_tags.h
 * seeds:    corpus/seeds/portrait    words: corpus/dictionaries/portrait.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "page_tags.h"

#include "learn/portrait.h"
#include "report/report.h"

#define STATES_LIMIT 24
#define SIZE_LIMIT 4096

/* --- Reading -------------------------------------------------------------- */

static bool take_word(struct smtpspec_span *line, struct smtpspec_span *word)
{
    *line = smtpspec_span_trim(*line);
    *word = smtpspec_span_head(*line, smtpspec_span_find(*line, ' '));
    *line = smtpspec_span_skip(*line, word->length);
    return word->length > 0;
}

/* Names as given, and as many; false where there are none. */
static bool take_names(struct smtpspec_alphabet *alphabet,
                       struct smtpspec_span line)
{
    struct smtpspec_span word;
    unsigned count = 0;

    while (count < alphabet->count && take_word(&line, &word)) {
        struct smtpspec_symbol *symbol = &alphabet->symbols[count++];

        word = smtpspec_span_head(word, sizeof(symbol->name) - 1);
        memset(symbol->name, 0, sizeof(symbol->name));
        memcpy(symbol->name, word.at, word.length);
    }
    alphabet->count = count;
    return count > 0;
}

static void take_edge(const struct smtpspec_mealy *mealy,
                      struct smtpspec_span word,
                      struct smtpspec_mealy_edge *edge)
{
    size_t slash = smtpspec_span_find(word, '/');
    uint32_t output =
        smtpspec_output_read(smtpspec_span_skip(word, slash + 1));
    unsigned next = 0;

    for (size_t i = 0; i < slash && next < STATES_LIMIT; i++)
        next = word.at[i] >= '0' && word.at[i] <= '9'
                   ? 10 * next + (unsigned)(word.at[i] - '0') : STATES_LIMIT;
    if (slash > 0 && next < mealy->states && output != SMTPSPEC_OUTPUT_NONE)
        *edge = (struct smtpspec_mealy_edge){ output, (uint16_t)next };
}

static unsigned lines_of(struct smtpspec_span text)
{
    struct smtpspec_span line;
    unsigned count = 0;

    while (harness_line(&text, &line))
        count++;
    return count;
}

static bool take_machine(struct smtpspec_mealy *mealy,
                         struct smtpspec_alphabet *alphabet,
                         struct smtpspec_span text)
{
    struct smtpspec_span line, word;
    unsigned states;

    if (!harness_line(&text, &line) || !take_names(alphabet, line))
        return false;
    states = lines_of(text);
    if (states == 0 || states > STATES_LIMIT)
        return false;
    smtpspec_mealy_init(mealy, states, alphabet->count);
    smtpspec_mealy_name(mealy, alphabet);
    for (unsigned i = 0; harness_line(&text, &line); i++)
        for (unsigned a = 0; a < alphabet->count && take_word(&line, &word);
             a++)
            take_edge(mealy, word, smtpspec_mealy_edge(mealy, i, a));
    return true;
}

/* --- Properties ----------------------------------------------------------- */

HARNESS_CHECKS_BEGIN

static unsigned told_by(const struct smtpspec_portrait_line *lines,
                        unsigned count)
{
    unsigned told = 0;

    for (unsigned i = 0; i < count; i++)
        for (uint64_t set = lines[i].symbols; set != 0; set &= set - 1)
            told += lines[i].tone != SMTPSPEC_TONE_MISSING;
    return told;
}

static unsigned real_links(const struct smtpspec_portrait *portrait)
{
    unsigned count = 0;

    for (unsigned i = 0; i < portrait->link_count; i++) {
        const struct smtpspec_portrait_link *link = &portrait->links[i];

        MUST(link->from < portrait->node_count);
        MUST(link->to < portrait->node_count);
        count += link->tone != SMTPSPEC_TONE_MISSING;
    }
    return count;
}

static void check_portrait(const struct smtpspec_portrait *portrait)
{
    struct smtpspec_portrait_line lines[2 * SMTPSPEC_SYMBOLS_KEPT];
    struct smtpspec_portrait_edge *edges;
    unsigned count = smtpspec_portrait_edges(portrait, &edges), told = 0;
    unsigned nodes = portrait->node_count;

    MUST(count <= SMTPSPEC_PORTRAIT_EDGES_MOST +
                      (nodes > 10 ? 3 * (nodes - 10) : 0));
    for (unsigned i = 0; i < nodes; i++) {
        told += told_by(lines, smtpspec_portrait_rows(portrait, i, lines));
        for (unsigned k = 0; k < i; k++)
            MUST(strcmp(portrait->nodes[i].name, portrait->nodes[k].name));
    }
    for (unsigned i = 0; i < count; i++)
        told += told_by(lines, smtpspec_portrait_edge_lines(
                                   portrait, &edges[i], lines));
    MUST(told == real_links(portrait));
    free(edges);
}

static bool within(const struct smtpspec_drawing *drawing,
                   struct smtpspec_drawing_point point)
{
    return point.x >= 0 && point.x <= drawing->width && point.y >= 0 &&
           point.y <= drawing->height;
}

static bool overlap(const struct smtpspec_drawing_box *a,
                    const struct smtpspec_drawing_box *b)
{
    return 2 * abs(a->middle.x - b->middle.x) < a->width + b->width - 2 &&
           2 * abs(a->middle.y - b->middle.y) < a->height + b->height - 2;
}

static void check_drawing(const struct smtpspec_drawing *drawing)
{
    for (unsigned i = 0; i < drawing->box_count; i++) {
        MUST(within(drawing, drawing->boxes[i].middle));
        for (unsigned k = 0; k < i; k++)
            MUST(!overlap(&drawing->boxes[i], &drawing->boxes[k]));
    }
    for (unsigned i = 0; i < drawing->arrow_count; i++) {
        const struct smtpspec_drawing_arrow *arrow = &drawing->arrows[i];

        MUST(arrow->point_count % 3 == 1);
        MUST(arrow->line_count == 0 || within(drawing, arrow->label));
        for (unsigned k = 0; k < arrow->point_count; k++)
            MUST(within(drawing, arrow->points[k]));
    }
}

static void check_dot(const struct smtpspec_portrait *portrait)
{
    size_t length = 0;
    char *text = NULL;
    FILE *file = open_memstream(&text, &length);

    MUST(file != NULL);
    MUST(smtpspec_portrait_write_dot(portrait, file));
    MUST(fclose(file) == 0);
    for (size_t i = 0; i < length; i++)
        MUST(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
    free(text);
}

static void check_page(struct smtpspec_drawing *drawing)
{
    const struct smtpspec_run_facts run = { .version = "1", .profile = "x" };
    const struct smtpspec_target_facts facts = { .name = "mx",
                                                 .learnt = drawing };
    struct smtpspec_report_options options = { .file = NULL };
    struct smtpspec_report *report;
    size_t length = 0;
    char *page = NULL;

    options.file = open_memstream(&page, &length);
    MUST(options.file != NULL);
    report = smtpspec_report_open(&smtpspec_report_html, &options);
    MUST(report != NULL);
    smtpspec_report_html.begin(report, &run);
    smtpspec_report_target_begin(&smtpspec_report_html, report, facts.name);
    smtpspec_report_html.target_end(report, &facts);
    MUST(smtpspec_report_end(&smtpspec_report_html, report, &run) ==
         SMTPSPEC_OK);
    MUST(fclose(options.file) == 0);
    page_check((struct smtpspec_span){ page, length });
    free(page);
}

HARNESS_CHECKS_END

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct smtpspec_alphabet_names names = {
        .domain = SMTPSPEC_SPAN("probe.example"),
        .from = SMTPSPEC_SPAN("probe@probe.example"),
        .to = SMTPSPEC_SPAN("alice@mx.example"),
        .unknown = SMTPSPEC_SPAN("nobody@mx.example")
    };
    static struct smtpspec_alphabet alphabet;
    const struct smtpspec_spec spec = {
        .terms.profile = SMTPSPEC_PROFILE_MODERN,
        .terms.offered = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_CHUNKING),
        .alphabet = &alphabet };
    struct smtpspec_mealy mealy;
    struct smtpspec_portrait portrait;
    struct smtpspec_drawing *drawing;
    char why[128];

    MUST(smtpspec_alphabet_read(
        &alphabet, smtpspec_alphabet_text(SMTPSPEC_SPAN("std14")), &names, why,
        sizeof(why)));
    if (size > SIZE_LIMIT ||
        !take_machine(&mealy, &alphabet,
                      (struct smtpspec_span){ (const char *)data, size }))
        return 0;
    MUST(smtpspec_portrait_make(&portrait, &mealy, &spec));
    check_portrait(&portrait);
    check_dot(&portrait);
    drawing = smtpspec_portrait_draw(&portrait);
    check_drawing(drawing);
    check_page(drawing);
    smtpspec_portrait_drawing_free(drawing);
    smtpspec_portrait_free(&portrait);
    smtpspec_mealy_free(&mealy);
    return 0;
}
