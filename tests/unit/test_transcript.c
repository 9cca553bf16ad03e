/* SPDX-License-Identifier: MIT */
/*
 * test_transcript.c - the reader of recorded dialogues, in every split
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case/transcript.h"
#include "support/event_log.h"
#include "support/page_end.h"
#include "support/rows.h"

static enum smtpspec_error read_in_two(struct smtpspec_transcript_reader *reader,
                                       struct event_log *log,
                                       struct smtpspec_span text, size_t cut)
{
    enum smtpspec_error error;

    memset(log, 0, sizeof(*log));
    smtpspec_transcript_init(reader, event_log_add, log);
    smtpspec_transcript_feed(
        reader, page_end_copy(0, smtpspec_span_head(text, cut)));
    smtpspec_transcript_feed(
        reader, page_end_copy(0, smtpspec_span_skip(text, cut)));
    error = smtpspec_transcript_finish(reader);
    return error;
}

struct row {
    const char *name;
    struct smtpspec_span text;
    const char *log;
    unsigned line;       /* where it is malformed; 0: nowhere */
    bool is_transcript;
};

#define TEXT(literal) { (literal), sizeof(literal) - 1 }

static struct row rows[] = {
    { "both sides", TEXT("S: 220 mx\nC: EHLO a\n"),
      "1S 220 mx\\x0d\\x0a|2C EHLO a\\x0d\\x0a|", 0, true },
    { "comments and empty lines", TEXT("# S: 1\n\n \t\nS: 220 x\n#\n"),
      "4S 220 x\\x0d\\x0a|", 0, true },
    { "line ends of the file are CRLF", TEXT("S: 220 x\r\n\r\nclosed\r\nC:\r\n"),
      "1S 220 x\\x0d\\x0a|3closed|4C \\x0d\\x0a|", 0, true },
    { "no line end in the end", TEXT("S: 220 x\nC: NOOP"),
      "1S 220 x\\x0d\\x0a|2C NOOP\\x0d\\x0a|", 0, true },
    { "a word without line end", TEXT("silent"), "1silent|", 0, false },
    { "words", TEXT("closed\nsilent\ntls\n---\n"),
      "1closed|2silent|3tls|4---|", 0, false },
    { "pieces without CRLF", TEXT("S> 220 \nS> x\\n\nC>\n"),
      "1S 220 |2S x\\x0a|3C |", 0, true },
    { "empty lines of a dialogue", TEXT("C:\nC: \n"),
      "1C \\x0d\\x0a|2C \\x0d\\x0a|", 0, true },
    { "escapes", TEXT("C: \\x00\\xFf\\r\\n\\t\\0\\\\x41\n"),
      "1C \\x00\\xff\\x0d\\x0a\\x09\\x00\\x5cx41\\x0d\\x0a|", 0, true },
    { "raw octets", TEXT("S: a\0b\xff\rc\r\r\n"),
      "1S a\\x00b\\xff\\x0dc\\x0d\\x0d\\x0a|", 0, true },
    { "a carriage return before an escape", TEXT("S: a\r\\x41\n"),
      "1S a\\x0dA\\x0d\\x0a|", 0, true },
    { "no blank behind the colon", TEXT("S: 220 x\nC:NOOP\n"),
      "1S 220 x\\x0d\\x0a|", 2, true },
    { "an unknown word", TEXT("S: 220 x\n\nopened\n"), "1S 220 x\\x0d\\x0a|", 3,
      true },
    { "a word and more", TEXT("closed now\n"), "", 1, false },
    { "an unknown escape", TEXT("S: \\q\n"), "", 1, true },
    { "an escape cut short", TEXT("S: \\x4\n"), "", 1, true },
    { "an escape cut by the end", TEXT("S: \\"), "", 1, true },
    { "a digit that is none", TEXT("S: \\xg0\n"), "", 1, true },
    { "another kind of file", TEXT("root:x:0:0:root:/root:/bin/sh\n"), "", 1,
      false },
    { "octets of a program", TEXT("\177ELF\002\001\001\0\0\0"), "", 1, false },
    { "nothing", TEXT(""), "", 0, false },
};

static void reads_the_same_in_every_split(void **state)
{
    const struct row *row = *state;
    struct smtpspec_transcript_reader reader;
    struct event_log log;

    for (size_t cut = 0; cut <= row->text.length; cut++) {
        enum smtpspec_error error = read_in_two(&reader, &log, row->text, cut);

        assert_string_equal(log.text, row->log);
        assert_int_equal(reader.is_transcript, row->is_transcript);
        assert_int_equal(error, row->line == 0 ? SMTPSPEC_OK
                                               : SMTPSPEC_ERROR_SYNTAX);
        if (row->line > 0) {
            assert_int_equal(reader.line, row->line);
            assert_non_null(reader.trouble);
        }
    }
}

/* A line longer than what is kept comes in pieces, none of them lost. */
static void hands_out_long_lines_in_pieces(void **state)
{
    static char text[3000];
    struct smtpspec_transcript_reader reader;
    struct event_log log;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text, "S: ", 3);
    for (size_t length = 500; length <= sizeof(text); length += 1) {
        assert_int_equal(read_in_two(&reader, &log,
                                     (struct smtpspec_span){ text, length },
                                     length / 3), SMTPSPEC_OK);
        /* "1S " + text + "\x0d\x0a|" */
        assert_int_equal(log.length, 3 + length - 3 + 8 + 1);
    }
}

/* A line that fits is taken whole, others octet by octet: three lines whose
 * middle one is about as long as fits, and has one octet of each kind at its
 * begin, near it, or at its end. */
static void takes_lines_whole_as_by_octets(void **state)
{
    static const char *const kinds[] = { "", "\r", "\\n", "\0", "\xff", ">" };
    static char text[700];
    struct smtpspec_transcript_reader reader;
    struct event_log whole, single;

    (void)state;
    for (size_t i = 0; i < 6 * 3 * 12; i++) {
        size_t length = 505 + i / 18, kind = i % 6, place = i / 6 % 3;
        size_t extra = kind == 3 ? 1 : strlen(kinds[kind]);
        size_t at = place == 0 ? 3 : place == 1 ? 11 : 3 + length - extra;
        int used = snprintf(text, sizeof(text), "C: NOOP\nS: %0*d\nclosed\n",
                            (int)length, 0);

        memcpy(text + strlen("C: NOOP\n") + at, kinds[kind], extra);
        memset(&single, 0, sizeof(single));
        smtpspec_transcript_init(&reader, event_log_add, &single);
        for (int k = 0; k < used; k++)
            smtpspec_transcript_feed(&reader,
                                     (struct smtpspec_span){ text + k, 1 });
        for (int cut = 0; cut < 12; cut++) {
            read_in_two(&reader, &whole,
                        (struct smtpspec_span){ text, (size_t)used },
                        (size_t)cut);
            assert_int_equal(whole.length, single.length);
            assert_memory_equal(whole.text, single.text, single.length);
        }
    }
}

/* Once malformed, it says so for ever and reads no more. */
static void stays_malformed(void **state)
{
    struct smtpspec_transcript_reader reader;
    struct event_log log = { .length = 0 };

    (void)state;
    smtpspec_transcript_init(&reader, event_log_add, &log);
    assert_int_equal(smtpspec_transcript_feed(&reader, SMTPSPEC_SPAN("S:x\n")),
                     SMTPSPEC_ERROR_SYNTAX);
    assert_int_equal(smtpspec_transcript_feed(&reader, SMTPSPEC_SPAN("S: x\n")),
                     SMTPSPEC_ERROR_SYNTAX);
    assert_int_equal(smtpspec_transcript_finish(&reader),
                     SMTPSPEC_ERROR_SYNTAX);
    assert_int_equal(log.length, 0);
    assert_int_equal(reader.line, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_long_lines_in_pieces),
        cmocka_unit_test(takes_lines_whole_as_by_octets),
        cmocka_unit_test(stays_malformed),
    };
    int failed = RUN_ROWS(reads_the_same_in_every_split, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
