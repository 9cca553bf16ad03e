/* SPDX-License-Identifier: MIT */
/*
 * report_pages.h - what holds of every report writer, over the made-up story
 *
 * Header only. A row is a writer with its options and the page that it has to
 * give, tests/golden: where the environment has GOLDEN_UPDATE, the page is
 * written there instead, to be looked at and committed.
 */
#ifndef SMTPSPEC_TESTS_REPORT_PAGES_H
#define SMTPSPEC_TESTS_REPORT_PAGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "support/report_story.h"

struct output {
    char *text;
    size_t length;
};

struct page {
    const char *name;
    const struct smtpspec_report_writer *writer;
    struct smtpspec_report_options options;
    const char *golden;
};

static inline struct output tell(const struct smtpspec_report_writer *writer,
                                 struct smtpspec_report_options options)
{
    struct output output = { NULL, 0 };
    struct smtpspec_report *report;

    options.file = open_memstream(&output.text, &output.length);
    assert_non_null(options.file);
    report = smtpspec_report_open(writer, &options);
    assert_non_null(report);
    story_tell(writer, report);
    assert_int_equal(smtpspec_report_end(writer, report, &story_facts), SMTPSPEC_OK);
    assert_int_equal(fclose(options.file), 0);
    return output;
}

static inline char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 18);

    assert_non_null(text);
    if (file == NULL)
        fail_msg("%s cannot be read", path);
    assert_true(fread(text, 1, (1 << 18) - 1, file) < (1 << 18) - 1);
    fclose(file);
    return text;
}

static inline void equals_golden(struct output output, const char *path)
{
    char *golden;

    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *file = fopen(path, "wb");

        assert_non_null(file);
        assert_int_equal(fwrite(output.text, 1, output.length, file),
                         output.length);
        assert_int_equal(fclose(file), 0);
        return;
    }
    golden = read_text(path);
    assert_string_equal(output.text, golden);
    free(golden);
}

static inline void is_as_the_golden_page(void **state)
{
    const struct page *page = *state;
    struct output output = tell(page->writer, page->options);

    equals_golden(output, page->golden);
    free(output.text);
}

static inline void lets_no_raw_octet_through(void **state)
{
    const struct page *page = *state;
    struct smtpspec_report_options options = page->options;
    struct output output;

    options.colour = false;
    output = tell(page->writer, options);
    assert_true(output.length > 0);
    for (size_t i = 0; i < output.length; i++) {
        char octet = output.text[i];

        if (octet != '\n')
            assert_in_range(octet, 0x20, 0x7e);
    }
    free(output.text);
}

/* --- A disk that fills up ----------------------------------------------- */

struct disk {
    size_t room;
};

static inline ssize_t write_some(void *cookie, const char *text, size_t length)
{
    struct disk *disk = cookie;

    (void)text;
    if (length > disk->room)
        return 0;
    disk->room -= length;
    return (ssize_t)length;
}

static inline enum smtpspec_error tell_disk(const struct page *page,
                                            size_t room)
{
    struct disk disk = { room };
    cookie_io_functions_t io = { .write = write_some };
    struct smtpspec_report_options options = page->options;
    struct smtpspec_report *report;
    enum smtpspec_error error;

    options.file = fopencookie(&disk, "w", io);
    assert_non_null(options.file);
    setvbuf(options.file, NULL, _IOFBF, 512);
    report = smtpspec_report_open(page->writer, &options);
    assert_non_null(report);
    story_tell(page->writer, report);
    error = smtpspec_report_end(page->writer, report, &story_facts);
    fclose(options.file);
    return error;
}

static inline void tells_of_every_failed_write(void **state)
{
    const struct page *page = *state;
    struct output output = tell(page->writer, page->options);

    for (size_t room = 0; room < output.length; room += 97)
        assert_int_equal(tell_disk(page, room), SMTPSPEC_ERROR_WRITE);
    assert_int_equal(tell_disk(page, output.length), SMTPSPEC_OK);
    free(output.text);
}

static inline void can_be_discarded_at_any_time(void **state)
{
    const struct page *page = *state;
    struct smtpspec_report_options options = page->options;
    struct smtpspec_report *report;

    options.file = tmpfile();
    assert_non_null(options.file);
    report = smtpspec_report_open(page->writer, &options);
    smtpspec_report_discard(page->writer, report);
    report = smtpspec_report_open(page->writer, &options);
    page->writer->begin(report, &story_facts);
    smtpspec_report_target_begin(page->writer, report, "mx.example");
    page->writer->result(report, &story_results[0]);
    page->writer->result(report, &story_results[7]);
    smtpspec_report_discard(page->writer, report);
    fclose(options.file);
}

/* --- Jansson without memory --------------------------------------------- */

static size_t allocations_left;

static inline void *stingy_malloc(size_t size)
{
    if (allocations_left == 0)
        return NULL;
    allocations_left--;
    return malloc(size);
}

/* Of a writer that makes its values by Jansson. */
static inline void tells_of_missing_memory(void **state)
{
    const struct page *page = *state;
    enum smtpspec_error error = SMTPSPEC_ERROR_MEMORY;
    size_t count = 0;

    json_set_alloc_funcs(stingy_malloc, free);
    for (; error != SMTPSPEC_OK && count < 100000; count += 13) {
        allocations_left = count;
        error = tell_disk(page, SIZE_MAX);
        if (error != SMTPSPEC_OK)
            assert_int_equal(error, SMTPSPEC_ERROR_MEMORY);
    }
    json_set_alloc_funcs(malloc, free);
    assert_int_equal(error, SMTPSPEC_OK);
    assert_true(count > 100);
}

#endif
