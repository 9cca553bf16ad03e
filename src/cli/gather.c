/* SPDX-License-Identifier: MIT */
/*
 * gather.c - what a judge says of a long recording, as a few results
 */
#include "cli/gather.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smtpspec/base.h>
#include <smtpspec/judge.h>

/* What one rule has to say, all its times together. */
struct smtpspec_gather_finding {
    struct smtpspec_verdict verdict; /* the first one                        */
    char rule[80];
    uint64_t count, line;
    uint64_t shown;       /* the line that shows it, of those remembered     */
    char observed[4 * SMTPSPEC_GATHER_OBSERVED_KEPT + 1];
    struct smtpspec_transcript_entry slice[SMTPSPEC_GATHER_SLICE_KEPT];
    unsigned slice_count;
    unsigned wanted;      /* lines still to come                             */
};

/* --- Lines -------------------------------------------------------------- */

uint64_t smtpspec_gather_first(const struct smtpspec_gather *gather)
{
    return gather->lines > SMTPSPEC_GATHER_LINES_KEPT
               ? gather->lines - SMTPSPEC_GATHER_LINES_KEPT
               : 0;
}

static struct smtpspec_gather_line *place(struct smtpspec_gather *gather,
                                          uint64_t index)
{
    uint64_t slot = index % SMTPSPEC_GATHER_LINES_KEPT;

    gather->ring[slot].text = gather->texts[slot];
    return &gather->ring[slot];
}

/* A line of the recording, without its end. */
static void copy_line(struct smtpspec_gather_line *line,
                      struct smtpspec_span written)
{
    struct smtpspec_span text = smtpspec_span_skip(written, 3);

    line->from = written.at[0];
    line->octets = text.length + 2;
    line->ended = true;
    line->kept = text.length + 2;
    memcpy(line->text, text.at, text.length);
    memcpy(line->text + text.length, "\r\n", 2);
}

/* The last line of a loan, which is taken off it. */
static struct smtpspec_span last_of(struct smtpspec_gather_loan *loan)
{
    const char *end = loan->end - 1; /* at its LF */
    const char *before = memrchr(loan->first, '\n',
                                 (size_t)(end - loan->first));
    const char *at = before != NULL ? before + 1 : loan->first;

    loan->end = at;
    return (struct smtpspec_span){ at, (size_t)(end - at) - (end[-1] == '\r') };
}

/* From the last on back, as far as lines are kept. */
void smtpspec_gather_settle(struct smtpspec_gather *gather)
{
    struct smtpspec_gather_loan *loan = &gather->loan;
    uint64_t first = smtpspec_gather_first(gather);

    for (; loan->lines > 0 && loan->index > first; loan->lines--) {
        struct smtpspec_gather_line *line = place(gather, --loan->index);

        copy_line(line, last_of(loan));
        line->number = --loan->number;
        loan->at -= line->from == 'S' ? line->octets : 0;
        line->at = loan->at;
    }
    loan->lines = 0;
}

const struct smtpspec_gather_line *
smtpspec_gather_at(struct smtpspec_gather *gather, uint64_t index)
{
    if (index < gather->loan.index)
        smtpspec_gather_settle(gather);
    return &gather->ring[index % SMTPSPEC_GATHER_LINES_KEPT];
}

static struct smtpspec_span without_end(struct smtpspec_span text)
{
    while (text.length > 0 && (text.at[text.length - 1] == '\n' ||
                               text.at[text.length - 1] == '\r'))
        text.length--;
    return text;
}

struct smtpspec_span
smtpspec_gather_words(const struct smtpspec_gather_line *line)
{
    return without_end((struct smtpspec_span){ line->text, line->kept });
}

/* Where the server's line begins that `index` is a part of: the client may
 * have spoken while it came. */
static uint64_t whole_line(struct smtpspec_gather *gather, uint64_t index)
{
    uint64_t first = smtpspec_gather_first(gather);

    for (uint64_t i = index; i > first; i--) {
        const struct smtpspec_gather_line *before =
            smtpspec_gather_at(gather, i - 1);

        if (before->from == 'C')
            continue;
        if (before->from != 'S' || before->ended)
            break;
        index = i - 1;
    }
    return index;
}

void smtpspec_gather_observe(struct smtpspec_gather *gather,
                             uint64_t index, char *out, size_t cap)
{
    char text[SMTPSPEC_GATHER_OBSERVED_KEPT];
    size_t length = 0;
    bool ended = false;

    for (uint64_t i = whole_line(gather, index); i < gather->lines && !ended;
         i++) {
        const struct smtpspec_gather_line *line = smtpspec_gather_at(gather, i);
        size_t room = sizeof(text) - length;
        size_t count = line->kept < room ? line->kept : room;

        if (line->from != 'S')
            continue;
        memcpy(text + length, line->text, count);
        length += count;
        ended = line->ended;
    }
    smtpspec_span_escape(without_end((struct smtpspec_span){ text, length }),
                         out, cap);
}

static struct smtpspec_gather_line *
begin_line(struct smtpspec_gather *gather, char from, uint64_t number)
{
    struct smtpspec_gather_line *line = place(gather, gather->lines++);

    line->from = from;
    line->number = number;
    line->at = gather->server_octets;
    line->octets = 0;
    line->kept = 0;
    gather->newest = line;
    gather->in_line = true;
    return line;
}

void smtpspec_gather_line(struct smtpspec_gather *gather, char from,
                          uint64_t number, struct smtpspec_span octets)
{
    struct smtpspec_gather_line *line = gather->newest;
    size_t room, count;

    if (gather->in_line && line->from != from)
        smtpspec_gather_line_end(gather);
    if (!gather->in_line)
        line = begin_line(gather, from, number);
    room = SMTPSPEC_GATHER_LINE_KEPT - line->kept;
    count = octets.length < room ? octets.length : room;
    /* Not memcpy(): compilers, who see how few octets there may be, put an
     * instruction in its place that takes longer to begin. */
    if (count > 0)
        memmove(line->text + line->kept, octets.at, count);
    line->kept += count;
    line->octets += octets.length;
    line->ended = octets.length > 0 && octets.at[octets.length - 1] == '\n';
    if (from == 'S')
        gather->server_octets += octets.length;
}

void smtpspec_gather_texts(struct smtpspec_gather *gather, bool client,
                           uint64_t number, const struct smtpspec_span text[],
                           size_t count)
{
    struct smtpspec_gather_loan *loan = &gather->loan;
    const struct smtpspec_span *last = &text[count - 1];
    const char *first = text[0].at - 3, *end = last->at + last->length;

    /* What is no such line, or is in another session, lies between. */
    if (loan->lines == 0 || loan->end != first) {
        smtpspec_gather_settle(gather);
        loan->first = first;
    }
    for (size_t i = 0; i < count && !client; i++)
        gather->server_octets += text[i].length + 2;
    loan->end = end + (*end == '\r') + 1;
    loan->lines += count;
    loan->number = number + count;
    loan->index = gather->lines += count;
    loan->at = gather->server_octets;
    gather->in_line = true;
}

/* --- Findings ----------------------------------------------------------- */

static void add_entry(struct smtpspec_gather *gather,
                      struct smtpspec_gather_finding *finding, char from,
                      struct smtpspec_span octets, bool shows)
{
    char *copy;

    if (finding->slice_count == SMTPSPEC_GATHER_SLICE_KEPT)
        return;
    copy = malloc(octets.length + 1);
    if (copy == NULL) {
        gather->overflowed = true;
        return;
    }
    memcpy(copy, octets.at, octets.length);
    finding->slice[finding->slice_count++] =
        (struct smtpspec_transcript_entry){
            .from = from,
            .octets = { copy, octets.length },
            .shows = shows,
        };
}

/* Copy a line into a finding; one that was cut says so in a remark. */
static void add_line(struct smtpspec_gather *gather,
                     struct smtpspec_gather_finding *finding,
                     const struct smtpspec_gather_line *line, bool shows)
{
    char remark[64];

    add_entry(gather, finding, line->from,
              (struct smtpspec_span){ line->text, line->kept }, shows);
    if (line->octets == line->kept)
        return;
    snprintf(remark, sizeof(remark), "%" PRIu64 " octets more of this line",
             line->octets - line->kept);
    add_entry(gather, finding, '-', smtpspec_span_of(remark), false);
}

/* The line that shows a verdict. A fault of grammar is told while the very
 * line is read; any other at the reply that begins at its offset. */
static uint64_t line_of(struct smtpspec_gather *gather,
                        const struct smtpspec_verdict *verdict)
{
    uint64_t first = smtpspec_gather_first(gather), index = gather->lines;
    bool grammar = verdict->layer == SMTPSPEC_LAYER_GRAMMAR;

    while (index > first) {
        const struct smtpspec_gather_line *line =
            smtpspec_gather_at(gather, --index);

        if (line->from != 'S')
            continue;
        if (grammar || (verdict->at >= line->at &&
                        verdict->at < line->at + line->octets))
            return index;
    }
    /* It shows in what did not come: at the newest line. */
    return gather->lines - 1;
}

static const char *silence_text(unsigned manner)
{
    switch (manner) {
    case SMTPSPEC_MANNER_NO_REPLY:
        return "no reply";
    case SMTPSPEC_MANNER_STAYS_OPEN:
        return "connection stays open";
    default:
        return "connection closed";
    }
}

static void fill(struct smtpspec_gather *gather,
                 struct smtpspec_gather_finding *finding,
                 const struct smtpspec_verdict *verdict)
{
    uint64_t shown = line_of(gather, verdict);
    uint64_t from = smtpspec_gather_first(gather);
    const struct smtpspec_gather_line *line = smtpspec_gather_at(gather, shown);

    finding->line = line->number;
    finding->shown = shown;
    if (line->from == 'S')
        smtpspec_gather_observe(gather, shown, finding->observed,
                                sizeof(finding->observed));
    else
        snprintf(finding->observed, sizeof(finding->observed), "%s",
                 silence_text(verdict->manner));
    if (shown > SMTPSPEC_GATHER_BEFORE && shown - SMTPSPEC_GATHER_BEFORE > from)
        from = shown - SMTPSPEC_GATHER_BEFORE;
    /* The newest line is copied once all of it has come. */
    for (uint64_t i = from; i + 1 < gather->lines; i++)
        add_line(gather, finding, smtpspec_gather_at(gather, i), i == shown);
    finding->wanted =
        shown + 1 < gather->lines ? 1 : SMTPSPEC_GATHER_AFTER + 1;
    gather->waiting++;
}

static struct smtpspec_gather_finding *
find(struct smtpspec_gather *gather, const struct smtpspec_verdict *verdict,
     const char *rule)
{
    for (unsigned i = 0; i < gather->finding_count; i++) {
        struct smtpspec_gather_finding *finding = gather->findings[i];

        if (finding->verdict.outcome == verdict->outcome &&
            strcmp(finding->rule, rule) == 0)
            return finding;
    }
    return NULL;
}

void smtpspec_gather_verdict(struct smtpspec_gather *gather,
                             const struct smtpspec_verdict *verdict)
{
    struct smtpspec_gather_finding *finding;
    char rule[sizeof(finding->rule)];

    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    finding = find(gather, verdict, rule);
    if (finding != NULL) {
        finding->count++;
        return;
    }
    if (gather->finding_count < SMTPSPEC_GATHER_FINDINGS_KEPT)
        finding = calloc(1, sizeof(*finding));
    if (finding == NULL) {
        gather->overflowed = true;
        return;
    }
    finding->verdict = *verdict;
    finding->count = 1;
    memcpy(finding->rule, rule, sizeof(rule));
    gather->findings[gather->finding_count++] = finding;
    if (gather->lines > 0)
        fill(gather, finding, verdict);
}

void smtpspec_gather_hand_out(struct smtpspec_gather *gather)
{
    const struct smtpspec_gather_line *line =
        smtpspec_gather_at(gather, gather->lines - 1);

    for (unsigned i = 0; gather->waiting > 0 && i < gather->finding_count;
         i++) {
        struct smtpspec_gather_finding *finding = gather->findings[i];

        if (finding->wanted == 0)
            continue;
        add_line(gather, finding, line,
                 gather->lines - 1 == finding->shown && line->from != 'C');
        if (--finding->wanted == 0)
            gather->waiting--;
    }
}

void smtpspec_gather_begin(struct smtpspec_gather *gather)
{
    gather->lines = 0;
    gather->server_octets = 0;
    gather->loan.lines = 0;
}

void smtpspec_gather_end(struct smtpspec_gather *gather)
{
    smtpspec_gather_line_end(gather);
    for (unsigned i = 0; i < gather->finding_count; i++)
        gather->findings[i]->wanted = 0;
    gather->waiting = 0;
}

void smtpspec_gather_clear(struct smtpspec_gather *gather)
{
    for (unsigned i = 0; i < gather->finding_count; i++) {
        struct smtpspec_gather_finding *finding = gather->findings[i];

        for (unsigned k = 0; k < finding->slice_count; k++)
            free((char *)finding->slice[k].octets.at);
        free(finding);
    }
    memset(gather, 0, sizeof(*gather));
}

/* --- Results ------------------------------------------------------------ */

static void tell_finding(const struct smtpspec_gather_finding *finding,
                         void (*take)(void *context,
                                      const struct smtpspec_result *),
                         void *context)
{
    const struct smtpspec_verdict *verdict = &finding->verdict;
    char expected[128], reason[80];
    struct smtpspec_result_verdict one;
    struct smtpspec_result result = {
        .id = finding->rule,
        .title = verdict->text,
        .level = (enum smtpspec_level)verdict->level,
        .outcome = (enum smtpspec_outcome)verdict->outcome,
        .layer = (enum smtpspec_layer)verdict->layer,
        .reference = verdict->reference,
        .observed = finding->observed,
        .rule = finding->rule,
        .requirement = verdict->text,
        .state = (enum smtpspec_state)verdict->state,
        .command = (enum smtpspec_command)verdict->command,
        .reason = reason,
        .transcript = finding->slice,
        .transcript_count = finding->slice_count,
        .verdicts = &one,
        .verdict_count = 1,
    };

    if (verdict->expected.count > 0) {
        int length = snprintf(expected, sizeof(expected), "%s",
                              verdict->expected_denied ? "not " : "");

        smtpspec_codes_write(&verdict->expected, expected + length,
                             sizeof(expected) - (size_t)length);
        result.expected = expected;
    }
    if (finding->count > 1)
        snprintf(reason, sizeof(reason), "%" PRIu64 " times, first in line %"
                 PRIu64, finding->count, finding->line);
    else
        snprintf(reason, sizeof(reason), "once, in line %" PRIu64,
                 finding->line);
    one = (struct smtpspec_result_verdict){
        .outcome = result.outcome, .layer = result.layer,
        .level = result.level, .rule = result.rule,
        .reference = result.reference, .text = result.requirement,
        .expected = result.expected, .observed = result.observed,
    };
    take(context, &result);
}

void smtpspec_gather_results(const struct smtpspec_gather *gather,
                             void (*take)(void *context,
                                          const struct smtpspec_result *),
                             void *context)
{
    for (unsigned i = 0; i < gather->finding_count; i++)
        tell_finding(gather->findings[i], take, context);
}
