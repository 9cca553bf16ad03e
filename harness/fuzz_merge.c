/* SPDX-License-Identifier: MIT */
/*
 * fuzz_merge.c - reports read back, and written anew in every format
 *
 * targets:  smtpspec_report_reader_open, _read; all writers of
 *           src/report/writers.def
 * input:    a report, as --report json or --report jsonl writes it
 * holds:    what is wrong is said of a line of the file; what is told comes in
 *           the order of report.h; written as JSON and read again it is
 *           written the same; what is read as it is is read by --partial, too,
 *           with nothing left out; every format is printable ASCII, whatever
 *           stands in the report, and what its readers know (report_forms.h)
 * seeds:    corpus/seeds/merge    words: corpus/dictionaries/merge.dict
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "report_forms.h"

#include "report/read_report.h"
#include "report/report.h"

#define SIZE_LIMIT (1 << 14)

static const struct smtpspec_report_writer *const writers[] = {
#define WRITER(name) &smtpspec_report_##name,
#include "report/writers.def"
#undef WRITER
};

/* --- One page ------------------------------------------------------------- */

struct page {
    const struct smtpspec_report_writer *writer;
    struct smtpspec_report *report;
    FILE *out;
    char *text;
    size_t length;
    bool within;               /* a target                                   */
    uint64_t digest;           /* of what was told                           */
};

static void open_page(struct page *page,
                      const struct smtpspec_report_writer *writer)
{
    struct smtpspec_report_options options = { .least = SMTPSPEC_LEVEL_INFO };

    *page = (struct page){ .writer = writer, .digest = HARNESS_DIGEST };
    options.file = page->out = open_memstream(&page->text, &page->length);
    MUST(page->out != NULL);
    page->report = smtpspec_report_open(writer, &options);
    MUST(page->report != NULL);
}

static void tell_text(struct page *page, const char *text)
{
    page->digest = harness_digest_span(
        page->digest, smtpspec_span_of(text != NULL ? text : "-"));
}

static void on_target(void *context, const char *name)
{
    struct page *page = context;

    MUST(!page->within);
    page->within = true;
    tell_text(page, name);
    smtpspec_report_target_begin(page->writer, page->report, name);
}

static void on_result(void *context, const struct smtpspec_result *result)
{
    struct page *page = context;

    MUST(page->within && result->id[0] != '\0');
    tell_text(page, result->id);
    tell_text(page, result->observed);
    page->writer->result(page->report, result);
}

static void on_target_end(void *context,
                          const struct smtpspec_target_facts *facts)
{
    struct page *page = context;

    MUST(page->within);
    page->within = false;
    tell_text(page, facts->greeting);
    page->writer->target_end(page->report, facts);
}

/* Read a report onto a page; false where it is none. */
static bool make_page(struct page *page, struct smtpspec_span text,
                      const struct smtpspec_report_writer *writer,
                      bool partial)
{
    struct smtpspec_report_reader *reader = calloc(1, sizeof(*reader));
    FILE *file = fmemopen((char *)(uintptr_t)text.at, text.length, "rb");
    const struct smtpspec_report_sink sink = { page, on_target, on_result,
                                               on_target_end };
    enum smtpspec_error error;

    MUST(reader != NULL && file != NULL);
    open_page(page, writer);
    reader->partial = partial;
    error = smtpspec_report_reader_open(reader, file, "a.json");
    if (error == SMTPSPEC_OK) {
        writer->begin(page->report, &reader->facts);
        error = smtpspec_report_reader_read(reader, &sink);
    }
    if (error == SMTPSPEC_OK) {
        MUST(!page->within && (partial || reader->left_out == 0));
        MUST(smtpspec_report_end(writer, page->report, &reader->facts) ==
             SMTPSPEC_OK);
    } else {
        MUST(error == SMTPSPEC_ERROR_SYNTAX);
        MUST(strncmp(reader->message, "a.json: line ", 13) == 0);
        MUST(strchr(reader->message, '\n') == NULL);
        smtpspec_report_discard(writer, page->report);
    }
    MUST(fclose(page->out) == 0);
    smtpspec_report_reader_close(reader);
    fclose(file);
    free(reader);
    return error == SMTPSPEC_OK;
}

/* --- What holds ----------------------------------------------------------- */

static void check_plain(const struct page *page)
{
    struct smtpspec_span text = { page->text, page->length }, line;

    while (harness_line(&text, &line))
        MUST(harness_is_plain(line));
}

static struct smtpspec_span text_of(const struct page *page)
{
    return (struct smtpspec_span){ page->text, page->length };
}

/* What JSON is made of it is a report, and the same is made of that. */
static void check_again(const struct page *json)
{
    struct page again;

    MUST(make_page(&again, text_of(json), &smtpspec_report_json, false));
    MUST(again.digest == json->digest);
    MUST(smtpspec_span_equal(text_of(&again), text_of(json)));
    free(again.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct smtpspec_span text = { (const char *)data, size };
    struct page page, other;
    bool good;

    if (size == 0 || size > SIZE_LIMIT)
        return 0;
    good = make_page(&page, text, &smtpspec_report_json, false);
    check_plain(&page);
    if (good) {
        check_again(&page);
        MUST(make_page(&other, text,
                       writers[harness_seed(text) %
                               SMTPSPEC_ARRAY_LEN(writers)], true));
        MUST(other.digest == page.digest);
        form_check(other.writer->name, text_of(&other));
    } else {
        make_page(&other, text, &smtpspec_report_json, true);
    }
    check_plain(&other);
    free(other.text);
    free(page.text);
    return 0;
}
