/* SPDX-License-Identifier: MIT */
/*
 * fuzz_baseline.c - a baseline: read, written, read again, used and updated
 *
 * targets:  smtpspec_baseline_parse, _apply, _learn, _spread, _drop_unmet,
 *           _print
 * input:    a baseline file; behind a line "---" results, a line each:
 *           OUTCOME ID OBSERVED, or "target NAME" for those that follow
 * holds:    what is wrong is said with a line that the file has; a baseline
 *           that was read, written and read again is written the same, in
 *           printable ASCII; a finding is expected only where a row has one as
 *           grave; what was learnt is expected, learning it again changes
 *           nothing; of a case that passes no row is left; rows of others and
 *           of other targets stay; spread rows all have a target
 * slow because an input is read, applied, learnt and written, each time with
 *           rows of its own on the heap
 * seeds:    corpus/seeds/baseline    words: corpus/dictionaries/baseline.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "cutting.h"

#include "run/baseline.h"

#define SIZE_LIMIT (1 << 13)
#define NAME       "known.json"

/* A baseline as it is written; to be freed. */
static char *print(struct smtpspec_baseline *baseline, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    MUST(out != NULL);
    smtpspec_baseline_print(baseline, out);
    MUST(fclose(out) == 0);
    return text;
}

/* "known.json:LINE: what", LINE being one of the file's. */
static void check_message(const struct smtpspec_baseline *baseline,
                          struct smtpspec_span text)
{
    const char *at = baseline->message + sizeof(NAME);
    char *end;
    unsigned long line;

    MUST(strncmp(baseline->message, NAME ":", sizeof(NAME)) == 0);
    line = strtoul(at, &end, 10);
    MUST(end > at && end[0] == ':' && end[1] == ' ' && end[2] != '\0');
    MUST(line >= 1 && line <= 1 + harness_count(text, '\n'));
}

static void check_rows(const struct smtpspec_baseline *baseline)
{
    for (size_t i = 0; i < baseline->count; i++) {
        const struct smtpspec_baseline_row *row = &baseline->rows[i];

        MUST(row->id != NULL && row->id[0] != '\0');
        MUST(row->reason != NULL && row->reason[0] != '\0');
        MUST(row->target == NULL || row->target[0] != '\0');
        MUST(row->outcome == SMTPSPEC_OUTCOME_WARN ||
             row->outcome == SMTPSPEC_OUTCOME_FAIL);
    }
}

/* Written, read and written again it is the same. */
static void write_and_read(struct smtpspec_baseline *baseline)
{
    struct smtpspec_baseline again;
    size_t length, same_length;
    char *text = print(baseline, &length), *same;
    struct smtpspec_span rest = { text, length }, line;

    while (harness_line(&rest, &line))
        MUST(harness_is_plain(line));
    smtpspec_baseline_init(&again);
    MUST(smtpspec_baseline_parse(&again, NAME,
                                 (struct smtpspec_span){ text, length }) ==
         SMTPSPEC_OK);
    MUST(again.count == baseline->count);
    same = print(&again, &same_length);
    MUST(same_length == length && memcmp(text, same, length) == 0);
    smtpspec_baseline_free(&again);
    free(same);
    free(text);
}

static size_t rows_of(const struct smtpspec_baseline *baseline, const char *id,
                      bool others)
{
    size_t count = 0;

    for (size_t i = 0; i < baseline->count; i++) {
        bool speaks =
            smtpspec_baseline_applies(baseline, &baseline->rows[i]) &&
            strcmp(baseline->rows[i].id, id) == 0;

        count += speaks != others;
    }
    return count;
}

/* Whether some row of the case expects something as grave as that. */
static bool expects(const struct smtpspec_baseline *baseline,
                    const struct smtpspec_result *result)
{
    for (size_t i = 0; i < baseline->count; i++)
        if (smtpspec_baseline_applies(baseline, &baseline->rows[i]) &&
            strcmp(baseline->rows[i].id, result->id) == 0 &&
            baseline->rows[i].outcome >= result->outcome)
            return true;
    return false;
}

/* What is learnt, and then applied. */
static void learn(struct smtpspec_baseline *baseline,
                  const struct smtpspec_result *result)
{
    size_t others = rows_of(baseline, result->id, true), count;
    size_t before = rows_of(baseline, result->id, false);
    struct smtpspec_result applied = *result;

    smtpspec_baseline_apply(baseline, &applied);
    MUST(!applied.expected_failure || before > 0);
    MUST(!applied.expected_failure || expects(baseline, result));
    MUST(!applied.expected_failure ||
         (applied.expected_failure_reason != NULL &&
          applied.changed_from == NULL));
    smtpspec_baseline_learn(baseline, result);
    count = rows_of(baseline, result->id, false);
    MUST(rows_of(baseline, result->id, true) == others);
    if (result->outcome == SMTPSPEC_OUTCOME_PASS)
        MUST(count == 0);
    else if (result->outcome < SMTPSPEC_OUTCOME_WARN ||
             applied.expected_failure)
        MUST(count == before);
    else
        MUST(count == 1);
    applied = *result;
    smtpspec_baseline_apply(baseline, &applied);
    if (result->outcome >= SMTPSPEC_OUTCOME_WARN)
        MUST(applied.expected_failure);
    smtpspec_baseline_learn(baseline, result);
    MUST(rows_of(baseline, result->id, false) == count &&
         rows_of(baseline, result->id, true) == others);
}

/* A C string of the span; to be freed. */
static char *string_of(struct smtpspec_span text)
{
    char *string = malloc(text.length + 1);

    MUST(string != NULL);
    if (text.length > 0)
        memcpy(string, text.at, text.length);
    string[text.length] = '\0';
    return string;
}

static bool outcome_of(struct smtpspec_span word, enum smtpspec_outcome *out)
{
    for (unsigned i = 0; i < SMTPSPEC_OUTCOME_COUNT; i++) {
        *out = (enum smtpspec_outcome)i;
        if (smtpspec_span_equal(
                word, smtpspec_span_of(smtpspec_outcome_name(*out))))
            return true;
    }
    return false;
}

/* A result as `check` makes them: ids and what was observed are of ours. */
static void take_result(struct smtpspec_baseline *baseline,
                        struct smtpspec_span line)
{
    struct smtpspec_result result = { .level = SMTPSPEC_LEVEL_MUST };
    char *id, observed[512];

    if (!outcome_of(harness_word(&line), &result.outcome))
        return;
    id = string_of(harness_word(&line));
    smtpspec_span_escape(smtpspec_span_head(line, 100), observed,
                         sizeof(observed));
    result.id = id;
    result.observed = line.length > 0 ? observed : NULL;
    /* A star in what was observed would be taken for any octets. */
    if (id[0] != '\0' && strpbrk(observed, "*?") == NULL &&
        harness_is_plain(smtpspec_span_of(id)))
        learn(baseline, &result);
    free(id);
}

/* The lines behind the baseline. */
static void use(struct smtpspec_baseline *baseline,
                struct smtpspec_span results)
{
    static const char *const targets[] = { "mx.example:25", "b" };
    char *target = NULL;
    struct smtpspec_span line;

    while (harness_line(&results, &line)) {
        struct smtpspec_span word = line;

        if (!smtpspec_span_equal(harness_word(&word),
                                 SMTPSPEC_SPAN("target"))) {
            take_result(baseline, line);
        } else if (word.length > 0 && harness_is_plain(word)) {
            free(target);
            target = string_of(word);
            baseline->by_target = true;
            smtpspec_baseline_aim(baseline, target);
        }
        check_rows(baseline);
    }
    write_and_read(baseline);
    smtpspec_baseline_drop_unmet(baseline, "a.");
    smtpspec_baseline_spread(baseline, targets, SMTPSPEC_ARRAY_LEN(targets));
    for (size_t i = 0; i < baseline->count; i++)
        MUST(baseline->rows[i].target != NULL);
    write_and_read(baseline);
    free(target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char mark[] = "\n---\n";
    struct smtpspec_span text = { (const char *)data, size }, results;
    struct smtpspec_baseline baseline;
    const char *end;

    if (size == 0 || size > SIZE_LIMIT)
        return 0;
    end = memmem(text.at, text.length, mark, sizeof(mark) - 1);
    results = smtpspec_span_skip(
        text, end == NULL ? size : (size_t)(end - text.at) + sizeof(mark) - 1);
    if (end != NULL)
        text.length = (size_t)(end - text.at);
    smtpspec_baseline_init(&baseline);
    if (smtpspec_baseline_parse(&baseline, NAME, text) == SMTPSPEC_OK) {
        check_rows(&baseline);
        write_and_read(&baseline);
        use(&baseline, results);
    } else {
        check_message(&baseline, text);
    }
    smtpspec_baseline_free(&baseline);
    return 0;
}
