/* SPDX-License-Identifier: MIT */
/*
 * test_recording.c - recordings of each form, seen by how they begin, in every
 * split
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/recording.h"
#include "support/event_log.h"
#include "support/page_end.h"
#include "support/rows.h"

struct row {
    const char *name;
    struct smtpspec_span text;
    const char *log;
    uint8_t form;
    unsigned line;      /* where it is malformed; 0: nowhere                 */
    bool is_recording, truncated;
};

#define TEXT(literal) { (literal), sizeof(literal) - 1 }
#define SAYS(rest) "{\"connection\": 1, " rest "}\n"

static struct row rows[] = {
    { "nothing", TEXT(""), "", SMTPSPEC_RECORDING_TEXT, 0, false, false },
    { "text", TEXT("C: a\n"), "1C a\\x0d\\x0a|", SMTPSPEC_RECORDING_TEXT, 0, true,
      false },
    { "text of three octets", TEXT("tls"), "1tls|", SMTPSPEC_RECORDING_TEXT, 0,
      false, false },
    { "malformed text", TEXT("S: a\ntea\n"), "1S a\\x0d\\x0a|",
      SMTPSPEC_RECORDING_TEXT, 2, true, false },
    { "swaks", TEXT(" -> a\n"), "1C a\\x0d\\x0a|", SMTPSPEC_RECORDING_SWAKS, 0, true,
      false },
    { "swaks, a remark first", TEXT("=== Trying x\n<-  220 a\n"),
      "1---|2S 220 a\\x0d\\x0a|", SMTPSPEC_RECORDING_SWAKS, 0, true, false },
    { "JSON", TEXT(SAYS("\"from\": \"S\", \"octets\": \"220 \\\\x00\\u0041\"")),
      "1S 220 \\x00A|", SMTPSPEC_RECORDING_JSONL, 0, true, false },
    { "JSON with all events",
      TEXT(SAYS("\"event\": \"silent\"") SAYS("\"event\": \"tls\"")
           SAYS("\"event\": \"closed\"") SAYS("\"event\": \"gap\"")
           SAYS("\"event\": \"end\"")),
      "1silent|2tls|3closed|4gap|5---|", SMTPSPEC_RECORDING_JSONL, 0, true, false },
    { "JSON of two connections",
      TEXT(SAYS("\"event\": \"tls\"") "\n{\"connection\": 2, \"event\": \"tls\"}\r\n"),
      "1tls|3---|3tls|", SMTPSPEC_RECORDING_JSONL, 0, true, false },
    { "JSON of a connection that comes back",
      TEXT(SAYS("\"event\": \"tls\"") "{\"connection\": 2, \"event\": \"tls\"}\n"
           SAYS("\"event\": \"tls\"") "{\"connection\": 3, \"event\": \"tls\"}\n"
           SAYS("\"event\": \"tls\"")),
      "1tls|2---|2tls|3mixed|", SMTPSPEC_RECORDING_JSONL, 0, true, false },
    { "JSON of a number that is used again",
      TEXT(SAYS("\"event\": \"closed\"") "{\"connection\": 2, \"event\": \"end\"}\n"
           SAYS("\"event\": \"tls\"") "{\"connection\": -9, \"event\": \"tls\"}\n"),
      "1closed|2---|2---|3---|3tls|4---|4tls|", SMTPSPEC_RECORDING_JSONL, 0, true,
      false },
    { "JSON of numbers that share a bit",
      TEXT(SAYS("\"event\": \"tls\"")
           "{\"connection\": 8193, \"event\": \"tls\"}\n"),
      "1tls|2---|2tls|", SMTPSPEC_RECORDING_JSONL, 0, true, false },
    { "JSON without a line end", TEXT("{\"connection\": 1, \"event\": \"tls\"}"),
      "1tls|", SMTPSPEC_RECORDING_JSONL, 0, true, false },
    { "JSON cut off", TEXT(SAYS("\"event\": \"tls\"") "{\"connection\": 1, \"ev"),
      "1tls|", SMTPSPEC_RECORDING_JSONL, 0, true, true },
    { "JSON cut off at once", TEXT("{\"connec"), "", SMTPSPEC_RECORDING_JSONL, 1,
      false, false },
    { "JSON of no object", TEXT(SAYS("\"event\": \"tls\"") "[]\n" SAYS("")), "1tls|",
      SMTPSPEC_RECORDING_JSONL, 2, true, false },
    { "JSON with no connection", TEXT("{\"event\": \"tls\"}\n"), "",
      SMTPSPEC_RECORDING_JSONL, 1, false, false },
    { "JSON that says nothing", TEXT("{\"connection\": 1}\n"), "",
      SMTPSPEC_RECORDING_JSONL, 1, false, false },
    { "JSON from neither side", TEXT(SAYS("\"from\": \"X\", \"octets\": \"\"")), "",
      SMTPSPEC_RECORDING_JSONL, 1, false, false },
    { "half an escape", TEXT(SAYS("\"from\": \"S\", \"octets\": \"\\\\x0\"")), "",
      SMTPSPEC_RECORDING_JSONL, 1, false, false },
    { "no escape", TEXT(SAYS("\"from\": \"S\", \"octets\": \"\\\\x0g\"")), "",
      SMTPSPEC_RECORDING_JSONL, 1, false, false },
};

static void reads_the_same_in_every_split(void **state)
{
    const struct row *row = *state;

    for (size_t cut = 0; cut <= row->text.length; cut++) {
        struct smtpspec_recording recording;
        struct event_log log = { .length = 0 };

        smtpspec_recording_init(&recording, SMTPSPEC_RECORDING_AUTO, event_log_add,
                                &log);
        smtpspec_recording_feed(&recording,
                                page_end_copy(0, smtpspec_span_head(row->text, cut)));
        smtpspec_recording_feed(&recording,
                                page_end_copy(0, smtpspec_span_skip(row->text, cut)));
        assert_int_equal(smtpspec_recording_finish(&recording),
                         row->line > 0 ? SMTPSPEC_ERROR_SYNTAX : SMTPSPEC_OK);
        assert_string_equal(log.text, row->log);
        assert_int_equal(recording.form, row->form);
        assert_int_equal(recording.is_recording, row->is_recording);
        assert_int_equal(recording.truncated, row->truncated);
        if (row->line > 0) {
            assert_int_equal(recording.line, row->line);
            assert_non_null(recording.trouble);
        }
        smtpspec_recording_free(&recording);
    }
}

/* A line of JSON is bounded, and the bound is said. */
static void refuses_a_line_without_end(void **state)
{
    static char filler[1 << 16];
    struct smtpspec_recording recording;
    struct event_log log = { .length = 0 };
    enum smtpspec_error error = SMTPSPEC_OK;
    size_t fed = 0;

    (void)state;
    memset(filler, ' ', sizeof(filler));
    filler[0] = '{';
    smtpspec_recording_init(&recording, SMTPSPEC_RECORDING_AUTO, event_log_add, &log);
    while (error == SMTPSPEC_OK && fed < 8 * SMTPSPEC_RECORDING_LINE_KEPT) {
        error = smtpspec_recording_feed(
            &recording, (struct smtpspec_span){ filler, sizeof(filler) });
        fed += sizeof(filler);
    }
    assert_int_equal(error, SMTPSPEC_ERROR_SYNTAX);
    assert_int_equal(recording.room, SMTPSPEC_RECORDING_LINE_KEPT);
    smtpspec_recording_free(&recording);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_a_line_without_end),
    };
    int failed = RUN_ROWS(reads_the_same_in_every_split, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
