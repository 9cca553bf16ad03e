/* SPDX-License-Identifier: MIT */
/*
 * test_swaks.c - the reader of what swaks prints, in every split
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case/swaks.h"
#include "support/event_log.h"
#include "support/page_end.h"
#include "support/rows.h"

struct row {
    const char *name;
    struct smtpspec_span text;
    const char *log;
    bool is_swaks;
};

#define TEXT(literal) { (literal), sizeof(literal) - 1 }

static struct row rows[] = {
    { "nothing", TEXT(""), "", false },
    { "both directions", TEXT("<-  220 mx\n -> EHLO me\n"),
      "1S 220 mx\\x0d\\x0a|2C EHLO me\\x0d\\x0a|", true },
    { "under TLS", TEXT("=== TLS started with cipher X\n ~> NOOP\n<~  250 ok\n"),
      "1tls|2C NOOP\\x0d\\x0a|3S 250 ok\\x0d\\x0a|", true },
    { "refusals", TEXT("<** 550 no\n<~* 550 no\n**> x\n*~> y\n"),
      "1S 550 no\\x0d\\x0a|2S 550 no\\x0d\\x0a|3C x\\x0d\\x0a|4C y\\x0d\\x0a|", true },
    { "empty lines of a message", TEXT(" -> \r\n -> \n"),
      "1C \\x0d\\x0a|2C \\x0d\\x0a|", true },
    { "a CR inside stays, that of the line end does not", TEXT(" -> a\rb\r\n"),
      "1C a\\x0db\\x0d\\x0a|", true },
    { "two CRs: one is the dialogue's", TEXT(" -> a\r\r\n"),
      "1C a\\x0d\\x0d\\x0a|", true },
    { "another connection", TEXT("=== Trying mx:25...\n<-  220 a\n"),
      "1---|2S 220 a\\x0d\\x0a|", true },
    { "the server closes", TEXT("*** Remote host closed connection unexpectedly.\n"),
      "1closed|", false },
    { "swaks closes, which says nothing", TEXT("=== Connection closed with remote host.\n"),
      "", false },
    { "content left out", TEXT(" -> 25 lines sent\n"), "1gap|", true },
    { "content like it", TEXT(" -> 25 lines sent.\n -> lines sent\n"),
      "1C 25 lines sent.\\x0d\\x0a|2C lines sent\\x0d\\x0a|", true },
    { "a server may say so", TEXT("<-  25 lines sent\n"),
      "1S 25 lines sent\\x0d\\x0a|", true },
    { "other lines are passed over", TEXT("$ swaks --to a\n\nab\n<-  220 a\n"),
      "4S 220 a\\x0d\\x0a|", true },
    { "a dump of octets is passed over", TEXT("<   32 32 30\n  > 51\n"), "", false },
    { "no line end at the end", TEXT("<-  220 a"), "1S 220 a\\x0d\\x0a|", true },
    { "ends inside a hint", TEXT("<-  220 a\n<-"), "1S 220 a\\x0d\\x0a|", true },
    { "NUL and high octets", TEXT("<-  250 \0\xff\n"),
      "1S 250 \\x00\\xff\\x0d\\x0a|", true },
};

static void reads_the_same_in_every_split(void **state)
{
    const struct row *row = *state;

    for (size_t cut = 0; cut <= row->text.length; cut++) {
        struct smtpspec_swaks_reader reader;
        struct event_log log = { .length = 0 };

        smtpspec_swaks_init(&reader, event_log_add, &log);
        smtpspec_swaks_feed(&reader, page_end_copy(0, smtpspec_span_head(row->text, cut)));
        smtpspec_swaks_feed(&reader, page_end_copy(0, smtpspec_span_skip(row->text, cut)));
        smtpspec_swaks_finish(&reader);
        assert_string_equal(log.text, row->log);
        assert_int_equal(reader.is_swaks, row->is_swaks);
    }
}

/* A line of any length comes in pieces; a summary is none of them. */
static void hands_out_long_lines_in_pieces(void **state)
{
    static const char digits[] = "1234567890";
    struct smtpspec_swaks_reader reader;
    struct event_log log = { .length = 0 };

    (void)state;
    smtpspec_swaks_init(&reader, event_log_add, &log);
    smtpspec_swaks_feed(&reader, SMTPSPEC_SPAN(" -> "));
    for (unsigned i = 0; i < 100; i++)
        smtpspec_swaks_feed(&reader, SMTPSPEC_SPAN(digits));
    smtpspec_swaks_feed(&reader, SMTPSPEC_SPAN("25 lines sent\n"));
    /* "1C ", the octets, an escaped CRLF, a bar. */
    assert_int_equal(log.length, 3 + 1000 + 13 + 8 + 1);
    assert_null(strstr(log.text, "gap"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_long_lines_in_pieces),
    };
    int failed = RUN_ROWS(reads_the_same_in_every_split, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
