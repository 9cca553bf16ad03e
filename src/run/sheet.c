/* SPDX-License-Identifier: MIT */
/*
 * sheet.c - make a result that outlives the play that it came from
 */
#include "run/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/memory.h"

/* Octets of a reply that `observed` quotes. */
#define OBSERVED_KEPT 200
#define RULE_ROOM 96

struct block {
    void *next;
    max_align_t bytes[];
};

static void *keep(struct smtpspec_sheet *sheet, size_t size)
{
    struct block *block = smtpspec_memory_new(sizeof(*block) + size);

    block->next = sheet->blocks;
    sheet->blocks = block;
    return block->bytes;
}

static const char *keep_span(struct smtpspec_sheet *sheet,
                             struct smtpspec_span text)
{
    char *copy = keep(sheet, text.length + 1);

    if (text.length > 0)
        memcpy(copy, text.at, text.length);
    return copy;
}

const char *smtpspec_sheet_keep(struct smtpspec_sheet *sheet, const char *text)
{
    return text == NULL ? NULL : keep_span(sheet, smtpspec_span_of(text));
}

struct smtpspec_sheet *smtpspec_sheet_new(const struct smtpspec_case *of)
{
    struct smtpspec_sheet *sheet = smtpspec_memory_new(sizeof(*sheet));
    struct smtpspec_result *result = &sheet->result;

    result->id = keep_span(sheet, of->id);
    result->title = keep_span(sheet, of->title);
    result->reference = keep_span(sheet, of->reference);
    result->level = of->level;
    sheet->again = result->id;
    return sheet;
}

void smtpspec_sheet_free(struct smtpspec_sheet *sheet)
{
    struct block *block;

    if (sheet == NULL)
        return;
    while ((block = sheet->blocks) != NULL) {
        sheet->blocks = block->next;
        free(block);
    }
    if (sheet->spare != NULL)
        *sheet->spare += sheet->taken;
    free(sheet->entries);
    free(sheet);
}

void smtpspec_sheet_excuse(struct smtpspec_sheet *sheet,
                           enum smtpspec_outcome outcome, const char *reason)
{
    struct smtpspec_result *result = &sheet->result;

    sheet->told = false;
    result->outcome = outcome;
    result->reason = smtpspec_sheet_keep(sheet, reason);
    result->layer = SMTPSPEC_LAYER_NONE;
    result->rule = result->requirement = result->row = NULL;
    result->expected = result->observed = NULL;
    result->verdicts = NULL;
    result->verdict_count = 0;
}

/* "503 or 554", "not 250"; NULL where no codes are named. */
static const char *codes_text(struct smtpspec_sheet *sheet,
                              const struct smtpspec_codes *codes, bool denied)
{
    char text[160];
    size_t length = 0;

    if (codes->count == 0)
        return NULL;
    if (denied)
        length = (size_t)snprintf(text, sizeof(text), "not ");
    smtpspec_codes_write(codes, text + length, sizeof(text) - length);
    return smtpspec_sheet_keep(sheet, text);
}

/* What the server sent there, its last CRLF left out; NULL where nothing. */
static const char *quote(struct smtpspec_sheet *sheet,
                         const struct smtpspec_record *record, uint64_t at,
                         uint64_t octets)
{
    char raw[OBSERVED_KEPT], text[4 * OBSERVED_KEPT + 1];
    size_t most = octets < sizeof(raw) ? (size_t)octets : sizeof(raw);
    struct smtpspec_span span = { raw, 0 };

    span.length = smtpspec_record_server(record, at, most, raw);
    if (span.length >= 2 && span.length == octets &&
        memcmp(raw + span.length - 2, "\r\n", 2) == 0)
        span.length -= 2;
    if (span.length == 0)
        return NULL;
    smtpspec_span_escape(span, text, sizeof(text));
    return smtpspec_sheet_keep(sheet, text);
}

static void add_rule(struct smtpspec_sheet *sheet,
                     const struct smtpspec_verdict *verdict,
                     struct smtpspec_result_verdict *out)
{
    char rule[RULE_ROOM];

    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    out->rule = smtpspec_sheet_keep(sheet, rule);
}

static void convert(struct smtpspec_sheet *sheet,
                    const struct smtpspec_play_verdict *from,
                    const struct smtpspec_record *record,
                    struct smtpspec_result_verdict *out)
{
    const struct smtpspec_verdict *verdict = &from->verdict;

    out->outcome = verdict->outcome;
    out->layer = verdict->layer;
    out->level = verdict->level;
    out->reference = smtpspec_sheet_keep(sheet, verdict->reference);
    out->text = smtpspec_sheet_keep(sheet, verdict->text);
    out->expected = codes_text(sheet, &verdict->expected,
                               verdict->expected_denied);
    out->observed = quote(sheet, record, from->at, from->octets);
    if (out->observed == NULL && from->octets == 0)
        out->observed = verdict->manner == SMTPSPEC_MANNER_NO_REPLY
                            ? "no reply"
                            : NULL;
    add_rule(sheet, verdict, out);
}

/* The case's own verdicts, the worst first, all others in their order. */
static void add_verdicts(struct smtpspec_sheet *sheet,
                         const struct smtpspec_play_result *played,
                         const struct smtpspec_record *record)
{
    static const uint8_t order[] = { SMTPSPEC_OUTCOME_FAIL,
                                     SMTPSPEC_OUTCOME_WARN,
                                     SMTPSPEC_OUTCOME_PASS };
    struct smtpspec_result_verdict *all;
    unsigned count = 0;

    if (played->verdict_count == 0)
        return;
    all = keep(sheet, played->verdict_count * sizeof(*all));
    if (played->worst >= 0)
        convert(sheet, &played->verdicts[played->worst], record,
                &all[count++]);
    for (size_t o = 0; o < SMTPSPEC_ARRAY_LEN(order); o++) {
        for (unsigned i = 0; i < played->verdict_count; i++) {
            const struct smtpspec_play_verdict *one = &played->verdicts[i];

            if (!one->aside && (int)i != played->worst &&
                one->verdict.outcome == order[o])
                convert(sheet, one, record, &all[count++]);
        }
    }
    sheet->result.verdicts = all;
    sheet->result.verdict_count = count;
}

static const char *expected_text(struct smtpspec_sheet *sheet,
                                 const struct smtpspec_play_result *played)
{
    if (played->expected_closed)
        return "the server closes the connection";
    if (played->expected_silent)
        return "nothing";
    if (played->expected_words != NULL)
        return smtpspec_sheet_keep(sheet, played->expected_words);
    return codes_text(sheet, &played->expected, played->expected_denied);
}

static const char *observed_text(struct smtpspec_sheet *sheet,
                                 const struct smtpspec_play_result *played,
                                 const struct smtpspec_record *record)
{
    const char *text = quote(sheet, record, played->at, played->octets);

    if (text != NULL)
        return text;
    if (record->closed)
        return "connection closed";
    return played->no_reply || played->expected.count > 0 ? "no reply" : NULL;
}

static void add_transcript(struct smtpspec_sheet *sheet,
                           const struct smtpspec_record *record, uint64_t at,
                           uint64_t octets)
{
    struct smtpspec_result *result = &sheet->result;

    sheet->entries = smtpspec_record_entries(record, at, octets,
                                             &result->transcript_count);
    result->transcript = sheet->entries;
    /* The copy costs as much as the record, which goes soon. */
    sheet->spare = record->spare;
    sheet->taken = record->taken;
    if (sheet->spare != NULL)
        *sheet->spare -= sheet->taken;
}

/* What a case demands beyond the tables stands in the case. */
static void add_row(struct smtpspec_sheet *sheet,
                    const struct smtpspec_case *of)
{
    struct smtpspec_result *result = &sheet->result;
    char row[320];

    if (result->layer != SMTPSPEC_LAYER_CASE || of->line == 0)
        return;
    snprintf(row, sizeof(row), "%.*s:%u", (int)of->file.length, of->file.at,
             (unsigned)of->line);
    result->row = smtpspec_sheet_keep(sheet, row);
}

/* What the worst verdict says of the whole. */
static void add_blame(struct smtpspec_sheet *sheet,
                      const struct smtpspec_play_result *played,
                      const struct smtpspec_case *of,
                      const struct smtpspec_record *record)
{
    struct smtpspec_result *result = &sheet->result;

    result->expected = expected_text(sheet, played);
    result->observed = observed_text(sheet, played, record);
    /* A case that passes may leave a note: of INFO, of POLICY, or of what it
     * let pass. */
    if (result->outcome != SMTPSPEC_OUTCOME_FAIL &&
        result->outcome != SMTPSPEC_OUTCOME_WARN &&
        (result->outcome != SMTPSPEC_OUTCOME_PASS || played->worst < 0))
        return;
    if (played->worst >= 0 && result->verdict_count > 0) {
        result->rule = result->verdicts[0].rule;
        result->requirement = result->verdicts[0].text;
        /* The sentence that was broken, which need not be the case's. */
        result->level = result->verdicts[0].level;
        result->reference = result->verdicts[0].reference;
    } else {
        result->rule = result->id;
        result->requirement = result->title;
    }
    add_row(sheet, of);
}

struct smtpspec_sheet *
smtpspec_sheet_of(const struct smtpspec_play_result *played,
                  const struct smtpspec_case *of,
                  const struct smtpspec_record *record, uint64_t ms)
{
    struct smtpspec_sheet *sheet = smtpspec_sheet_new(of);
    struct smtpspec_result *result = &sheet->result;

    result->outcome = played->outcome;
    result->layer = played->layer;
    result->state = played->state;
    result->command = played->command;
    result->reason = smtpspec_sheet_keep(sheet, played->reason);
    result->ms = ms;
    add_verdicts(sheet, played, record);
    add_blame(sheet, played, of, record);
    sheet->turned_away = played->reply_421 && played->code == 421;
    add_transcript(sheet, record, played->at,
                   result->rule != NULL || sheet->turned_away ? played->octets
                                                              : 0);
    return sheet;
}

/* One verdict, and the result is its. */
static void judge_by(struct smtpspec_sheet *sheet,
                     const struct smtpspec_result_verdict *verdict)
{
    struct smtpspec_result *result = &sheet->result;
    struct smtpspec_result_verdict *only = keep(sheet, sizeof(*only));

    *only = *verdict;
    result->outcome = only->outcome;
    result->layer = only->layer;
    result->level = only->level;
    result->rule = only->rule;
    result->row = NULL;
    result->reference = only->reference;
    result->requirement = only->text;
    result->expected = only->expected;
    result->observed = only->observed;
    result->verdicts = only;
    result->verdict_count = 1;
}

struct smtpspec_sheet *
smtpspec_sheet_of_setup(const struct smtpspec_play_verdict *verdict,
                        const struct smtpspec_case *of,
                        const struct smtpspec_record *record)
{
    struct smtpspec_sheet *sheet = smtpspec_sheet_new(of);
    struct smtpspec_result *result = &sheet->result;
    struct smtpspec_result_verdict only = { 0 };
    char id[RULE_ROOM];

    convert(sheet, verdict, record, &only);
    judge_by(sheet, &only);
    snprintf(id, sizeof(id), "%s%s",
             strncmp(only.rule, "session.", 8) == 0 ? "" : "session.",
             only.rule);
    result->id = smtpspec_sheet_keep(sheet, id);
    result->title = only.text;
    result->state = verdict->verdict.state;
    result->command = verdict->verdict.command;
    add_transcript(sheet, record, verdict->at, verdict->octets);
    return sheet;
}

void smtpspec_sheet_blame(struct smtpspec_sheet *sheet,
                          enum smtpspec_manner manner, const char *observed)
{
    struct smtpspec_result_verdict only = { .observed = observed };
    struct smtpspec_verdict verdict;

    smtpspec_verdict_of_manner(manner, &verdict);
    only.outcome = (enum smtpspec_outcome)verdict.outcome;
    only.layer = (enum smtpspec_layer)verdict.layer;
    only.level = (enum smtpspec_level)verdict.level;
    only.reference = verdict.reference;
    only.text = verdict.text;
    add_rule(sheet, &verdict, &only);
    sheet->result.reason = NULL;
    judge_by(sheet, &only);
}

void smtpspec_sheet_convict(struct smtpspec_sheet *sheet)
{
    struct smtpspec_result *result = &sheet->result;

    if (result->outcome != SMTPSPEC_OUTCOME_THROTTLED)
        return;
    if (!sheet->turned_away) {
        /* Where there was not even a connection, it stays THROTTLED. */
        if (result->transcript_count > 0)
            result->outcome = SMTPSPEC_OUTCOME_BLOCKED;
        return;
    }
    judge_by(sheet, &(struct smtpspec_result_verdict){
                        .outcome = smtpspec_outcome_of_level(result->level),
                        .layer = SMTPSPEC_LAYER_CASE,
                        .level = result->level,
                        .rule = result->id,
                        .reference = result->reference,
                        .text = result->title,
                        .expected = result->expected,
                        .observed = result->observed });
    result->reason = "421 came each time, and to this alone";
}
