/* SPDX-License-Identifier: MIT */
/*
 * fuzz_compare.c - two JSON reports held against each other, and the pages
 * that tell what changed
 *
 * targets:  smtpspec_changes_parse, _find, _text, _markdown, _json
 * input:    a JSON report, a line "===", and another; without that line the
 *           one is both
 * holds:    what is wrong is said of the file; a report held against itself
 *           shows no change; the other way round as many rows of the same
 *           cases change, worse is better, gone is appeared; whatever stands
 *           in a report, the pages are printable ASCII, a row of a table in
 *           Markdown has its five cells, what stands in a report is in code
 *           spans, and the JSON page is JSON that counts as the others do
 * seeds:    corpus/seeds/compare    words: corpus/dictionaries/compare.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <jansson.h>

#include "cutting.h"

#include "report/changes.h"

#define SIZE_LIMIT (1 << 14)
#define COUNT(kind) (changes->counts[SMTPSPEC_CHANGE_##kind])

/* --- Reading -------------------------------------------------------------- */

/* Read one, and say whether it is a report. */
static bool read_one(struct smtpspec_changes *changes, unsigned which,
                     struct smtpspec_span text)
{
    enum smtpspec_error error =
        smtpspec_changes_parse(changes, which, "a.json", text);

    MUST(error == SMTPSPEC_OK || error == SMTPSPEC_ERROR_SYNTAX);
    MUST(error == SMTPSPEC_OK ||
         (strncmp(changes->message, "a.json: ", 8) == 0 &&
          changes->message[8] != '\0'));
    return error == SMTPSPEC_OK;
}

static bool read_both(struct smtpspec_changes *changes,
                      struct smtpspec_span old, struct smtpspec_span new)
{
    memset(changes, 0, sizeof(*changes));
    if (!read_one(changes, 0, old) || !read_one(changes, 1, new))
        return false;
    MUST(smtpspec_changes_find(changes) == SMTPSPEC_OK);
    return true;
}

/* --- What changed --------------------------------------------------------- */

static const char *id_of(const struct smtpspec_change_row *row)
{
    return row->after.id != NULL ? row->after.id : row->before.id;
}

/* Each row by itself; the sum of them in no order. */
static uint64_t check_rows(const struct smtpspec_changes *changes)
{
    unsigned counts[SMTPSPEC_CHANGE_COUNT] = { 0 };
    uint64_t sum = 0;

    for (size_t t = 0; t < changes->count; t++) {
        const struct smtpspec_change_target *target = &changes->targets[t];

        MUST(target->before != NULL || target->after != NULL);
        for (size_t i = 0; i < target->count; i++) {
            const struct smtpspec_change_row *row = &target->rows[i];

            MUST(row->kind < SMTPSPEC_CHANGE_COUNT && id_of(row) != NULL);
            MUST(i == 0 || row[-1].kind < row->kind ||
                 (row[-1].kind == row->kind &&
                  strcmp(id_of(&row[-1]), id_of(row)) < 0));
            counts[row->kind]++;
            sum += harness_digest_span(HARNESS_DIGEST,
                                       smtpspec_span_of(id_of(row)));
        }
    }
    for (unsigned i = 0; i < SMTPSPEC_CHANGE_COUNT; i++)
        MUST(counts[i] == changes->counts[i]);
    MUST(smtpspec_changes_worsened(changes) ==
         (COUNT(WORSE) > 0 || changes->lost > 0));
    return sum;
}

static unsigned all(const struct smtpspec_changes *changes)
{
    unsigned count = 0;

    for (unsigned i = 0; i < SMTPSPEC_CHANGE_COUNT; i++)
        count += changes->counts[i];
    return count;
}

/* Whoever got worse got better, was lost or is known the other way. */
static void check_mirror(const struct smtpspec_changes *changes,
                         const struct smtpspec_changes *mirror)
{
    const unsigned *back = mirror->counts;

    MUST(check_rows(changes) == check_rows(mirror));
    MUST(all(changes) == all(mirror));
    MUST(COUNT(REPLY) == back[SMTPSPEC_CHANGE_REPLY]);
    MUST(COUNT(WORSE) <= back[SMTPSPEC_CHANGE_BETTER] +
                             back[SMTPSPEC_CHANGE_OUTCOME] +
                             back[SMTPSPEC_CHANGE_GONE]);
    MUST(COUNT(APPEARED) <= back[SMTPSPEC_CHANGE_GONE]);
    MUST(COUNT(GONE) <= back[SMTPSPEC_CHANGE_APPEARED] +
                            back[SMTPSPEC_CHANGE_WORSE]);
    MUST(COUNT(BETTER) <= back[SMTPSPEC_CHANGE_WORSE] +
                              back[SMTPSPEC_CHANGE_OUTCOME]);
}

/* --- Pages ---------------------------------------------------------------- */

struct page {
    char *text;
    size_t length;
    FILE *out;
};

static void open_page(struct page *page)
{
    page->text = NULL;
    page->out = open_memstream(&page->text, &page->length);
    MUST(page->out != NULL);
}

static void close_page(struct page *page)
{
    MUST(fclose(page->out) == 0);
}

/* Nothing of a peer reaches it unescaped. */
static void check_plain(const struct page *page)
{
    struct smtpspec_span text = { page->text, page->length }, line;

    while (harness_line(&text, &line))
        MUST(harness_is_plain(line));
}

/* How many of an octet are there. */
HARNESS_UNSEEN static size_t count_of(struct smtpspec_span text, char octet)
{
    size_t count = 0;

    for (size_t i = 0; i < text.length; i++)
        count += text.at[i] == octet;
    return count;
}

static size_t backticks_at(struct smtpspec_span text)
{
    size_t count = 0;

    while (count < text.length && text.at[count] == '`')
        count++;
    return count;
}

/* Behind a code span that begins there: behind the next fence just as long. */
static struct smtpspec_span skip_code(struct smtpspec_span text)
{
    size_t fence = backticks_at(text), run;

    text = smtpspec_span_skip(text, fence);
    while ((run = backticks_at(text)) != fence) {
        MUST(text.length > 0);
        text = smtpspec_span_skip(text, run > 0 ? run : 1);
    }
    return smtpspec_span_skip(text, fence);
}

/* Outside of code spans stand our own words alone. */
static void check_spans(struct smtpspec_span line)
{
    while (line.length > 0) {
        if (line.at[0] == '`') {
            line = skip_code(line);
            continue;
        }
        MUST(strchr("<>[]&_@!\\/\"'", line.at[0]) == NULL);
        line = smtpspec_span_skip(line, 1);
    }
}

static void check_tables(const struct page *page)
{
    struct smtpspec_span text = { page->text, page->length }, line;

    while (harness_line(&text, &line)) {
        bool row = line.length > 0 && line.at[0] == '|';

        MUST(count_of(line, '|') == (row ? 6 : 0));
        check_spans(line);
    }
}

static void check_json(const struct smtpspec_changes *changes,
                       const struct page *page)
{
    json_t *root = json_loadb(page->text, page->length, 0, NULL);
    const json_t *summary = json_object_get(root, "summary");

    MUST(json_is_object(root) && json_is_object(summary));
    MUST(json_is_true(json_object_get(root, "worse")) ==
         smtpspec_changes_worsened(changes));
    MUST(json_array_size(json_object_get(root, "targets")) == changes->count);
    for (unsigned i = 0; i < SMTPSPEC_CHANGE_COUNT; i++)
        MUST(json_integer_value(json_object_get(
                 summary, smtpspec_change_name((enum smtpspec_change)i))) ==
             (json_int_t)changes->counts[i]);
    json_decref(root);
}

static void check_pages(const struct smtpspec_changes *changes)
{
    struct page page;

    open_page(&page);
    smtpspec_changes_text(changes, page.out);
    close_page(&page);
    check_plain(&page);
    free(page.text);
    open_page(&page);
    smtpspec_changes_markdown(changes, page.out);
    close_page(&page);
    check_plain(&page);
    check_tables(&page);
    free(page.text);
    open_page(&page);
    MUST(smtpspec_changes_json(changes, page.out) == SMTPSPEC_OK);
    close_page(&page);
    check_plain(&page);
    check_json(changes, &page);
    free(page.text);
}

static void hold_against_itself(struct smtpspec_span text)
{
    struct smtpspec_changes changes;

    if (read_both(&changes, text, text)) {
        check_rows(&changes);
        MUST(all(&changes) == 0 && changes.lost == 0);
    }
    smtpspec_changes_free(&changes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char mark[] = "\n===\n";
    struct smtpspec_span old = { (const char *)data, size }, new;
    struct smtpspec_changes changes, mirror;
    const char *end;

    if (size == 0 || size > SIZE_LIMIT)
        return 0;
    end = memmem(old.at, old.length, mark, sizeof(mark) - 1);
    if (end == NULL) {
        hold_against_itself(old);
        return 0;
    }
    new = smtpspec_span_skip(old, (size_t)(end - old.at) + sizeof(mark) - 1);
    old.length = (size_t)(end - old.at);
    if (read_both(&changes, old, new)) {
        check_pages(&changes);
        MUST(read_both(&mirror, new, old));
        check_mirror(&changes, &mirror);
        smtpspec_changes_free(&mirror);
    }
    smtpspec_changes_free(&changes);
    return 0;
}
