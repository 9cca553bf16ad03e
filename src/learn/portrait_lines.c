/* SPDX-License-Identifier: MIT */
/*
 * portrait_lines.c - what is told together in a picture, and in which words
 */
#include <stdlib.h>
#include <string.h>

#include "learn/portrait.h"
#include "net/memory.h"

/* --- Lines and arrows ----------------------------------------------------- */

static bool is_like(const struct smtpspec_portrait_line *line,
                    const struct smtpspec_portrait_link *link)
{
    return line->output == link->output && line->from == link->from &&
           line->to == link->to && line->tone == link->tone &&
           line->row == link->row;
}

static void add(struct smtpspec_portrait_line *lines, unsigned *count,
                const struct smtpspec_portrait_link *link)
{
    unsigned i = 0;

    while (i < *count && !is_like(&lines[i], link))
        i++;
    if (i == *count)
        lines[(*count)++] = (struct smtpspec_portrait_line){
            .output = link->output, .from = link->from, .to = link->to,
            .tone = link->tone, .row = link->row };
    lines[i].symbols |= SMTPSPEC_BIT64(link->symbol);
}

unsigned smtpspec_portrait_rows(const struct smtpspec_portrait *portrait,
                                unsigned node,
                                struct smtpspec_portrait_line
                                    out[2 * SMTPSPEC_SYMBOLS_KEPT])
{
    unsigned count = 0;

    for (unsigned i = 0; i < portrait->link_count; i++)
        if (portrait->links[i].row && portrait->links[i].from == node)
            add(out, &count, &portrait->links[i]);
    return count;
}

static bool is_of(const struct smtpspec_portrait_edge *edge,
                  const struct smtpspec_portrait_link *link)
{
    return edge->from == link->from && edge->to == link->to &&
           edge->lacking == (link->tone == SMTPSPEC_TONE_MISSING);
}

unsigned smtpspec_portrait_edges(const struct smtpspec_portrait *portrait,
                                 struct smtpspec_portrait_edge **out)
{
    struct smtpspec_portrait_edge *edges =
        smtpspec_memory_new(portrait->link_count * sizeof(*edges));
    unsigned count = 0;

    for (unsigned i = 0; i < portrait->link_count; i++) {
        const struct smtpspec_portrait_link *link = &portrait->links[i];
        unsigned k = 0;

        if (link->row)
            continue;
        while (k < count && !is_of(&edges[k], link))
            k++;
        if (k == count)
            edges[count++] = (struct smtpspec_portrait_edge){
                link->from, link->to, link->tone,
                link->tone == SMTPSPEC_TONE_MISSING };
        else if (link->tone > edges[k].tone)
            edges[k].tone = link->tone;
    }
    *out = edges;
    return count;
}

unsigned smtpspec_portrait_edge_lines(const struct smtpspec_portrait *portrait,
                                      const struct smtpspec_portrait_edge *edge,
                                      struct smtpspec_portrait_line
                                          out[2 * SMTPSPEC_SYMBOLS_KEPT])
{
    unsigned count = 0;

    for (unsigned i = 0; i < portrait->link_count; i++)
        if (!portrait->links[i].row && is_of(edge, &portrait->links[i]))
            add(out, &count, &portrait->links[i]);
    return count;
}

/* --- Words ---------------------------------------------------------------- */

/* Names of symbols are of the user's making. */
static size_t put(char *out, size_t at, const char *text)
{
    for (; *text != '\0' && at + 1 < SMTPSPEC_PORTRAIT_TEXT_KEPT; text++)
        out[at++] = *text < 0x20 || *text > 0x7e ? '?' : *text;
    out[at] = '\0';
    return at;
}

static size_t put_symbols(const struct smtpspec_alphabet *alphabet,
                          uint64_t symbols, char *out, size_t at)
{
    bool first = true;

    if (alphabet->count > 1 &&
        symbols == UINT64_MAX >> (64 - alphabet->count))
        return put(out, at, "any command");
    for (unsigned i = 0; i < alphabet->count; i++) {
        if ((symbols & SMTPSPEC_BIT64(i)) == 0)
            continue;
        at = put(out, at, first ? "" : " ");
        at = put(out, at, alphabet->symbols[i].name);
        first = false;
    }
    return at;
}

/* As in output.h, but closes and silences as words. */
static size_t put_output(uint32_t output, char *out, size_t at)
{
    char text[SMTPSPEC_OUTPUT_KEPT];

    if (output == SMTPSPEC_OUTPUT_X)
        return put(out, at, "closed");
    if (output == (SMTPSPEC_OUTPUT_KNOWN | SMTPSPEC_OUTPUT_SILENT))
        return put(out, at, "silent");
    smtpspec_output_write(output, text);
    return put(out, at, text);
}

size_t smtpspec_portrait_text(const struct smtpspec_portrait *portrait,
                              const struct smtpspec_portrait_line *line,
                              char out[SMTPSPEC_PORTRAIT_TEXT_KEPT])
{
    bool replied = line->output != SMTPSPEC_OUTPUT_NONE;
    size_t at = 0;

    out[0] = '\0';
    if (line->row) {
        at = replied ? put_output(line->output, out, at)
                     : put(out, at, "missing");
        at = put(out, at, ": ");
    }
    at = put_symbols(portrait->alphabet, line->symbols, out, at);
    if (!line->row && replied) {
        at = put(out, at, " / ");
        at = put_output(line->output, out, at);
    }
    if (line->row && line->to != line->from) {
        at = put(out, at, " -> ");
        at = put(out, at, portrait->nodes[line->to].name);
    }
    return at;
}

size_t smtpspec_portrait_wrap(const char *text, size_t width)
{
    size_t length = strlen(text), end;

    if (length <= width)
        return length;
    for (end = width; end > 1 && text[end] != ' ';)
        end--;
    return end > 1 ? end : width;
}

/* --- Places --------------------------------------------------------------- */

/* Where states stand in the picture of the rules (report/picture.plain): from
 * the top, and from the left. */
static const struct {
    uint8_t rank, column;
} places[SMTPSPEC_STATE_COUNT] = {
    [SMTPSPEC_STATE_IDLE] = { 1, 4 },    [SMTPSPEC_STATE_REFUSED] = { 1, 6 },
    [SMTPSPEC_STATE_READY] = { 2, 4 },   [SMTPSPEC_STATE_TLS] = { 3, 1 },
    [SMTPSPEC_STATE_AUTH] = { 3, 2 },    [SMTPSPEC_STATE_MAIL] = { 3, 4 },
    [SMTPSPEC_STATE_CLOSED] = { 3, 7 },  [SMTPSPEC_STATE_RCPT] = { 4, 4 },
    [SMTPSPEC_STATE_CONTENT] = { 5, 3 }, [SMTPSPEC_STATE_BDAT] = { 5, 5 },
    [SMTPSPEC_STATE_BDAT_FAILED] = { 6, 4 },
};

static unsigned place_of(const struct smtpspec_portrait_node *node)
{
    return node->closed || node->mute ? SMTPSPEC_STATE_CLOSED
           : node->paired             ? node->spec.state : SMTPSPEC_STATE_UNSET;
}

unsigned smtpspec_portrait_rank(const struct smtpspec_portrait_node *node)
{
    unsigned rank = places[place_of(node)].rank;

    return rank > 0 ? rank : SMTPSPEC_PORTRAIT_RANKS;
}

/* Sessions that did not begin by EHLO stand to the left of those that did. */
unsigned smtpspec_portrait_column(const struct smtpspec_portrait_node *node)
{
    unsigned column = 3 * places[place_of(node)].column;

    if (!node->paired || node->closed ||
        node->spec.state == SMTPSPEC_STATE_IDLE || column < 2)
        return column;
    return node->spec.greeted == SMTPSPEC_COMMAND_UNSET  ? column - 2
           : node->spec.greeted == SMTPSPEC_COMMAND_HELO ? column - 1 : column;
}
