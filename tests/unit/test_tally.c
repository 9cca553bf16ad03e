/* SPDX-License-Identifier: MIT */
/*
 * test_tally.c - what is counted of a connection's replies, in any split
 */
#include "support/rows.h"

#include <string.h>

#include "run/opening.h"
#include "run/tally.h"

struct row {
    const char *wire;
    unsigned replies, errors, code, first_code;
    size_t since;          /* octets behind the last whole reply              */
    bool coded;
    const char *greeting;
};

static struct smtpspec_tally_line kept[SMTPSPEC_TALLY_LINES_KEPT];

static struct row rows[] = {
    { "", 0, 0, 0, 0, 0, false, "" },
    { "220 mx\r\n", 1, 0, 220, 220, 0, true, "220 mx" },
    { "220 m", 0, 0, 0, 0, 5, false, "220 m" },
    { "220-a\r\n220 b\r\n250", 1, 0, 220, 220, 3, true, "220-a" },
    { "220 a\r\n502 no\r\n421 bye\r\n", 3, 2, 421, 220, 0, true, "220 a" },
    { "220 a\n250-b\n", 1, 0, 220, 220, 6, true, "220 a" },
    { "HTTP/1.1 400 Bad\r\n\r\n", 2, 0, 0, 0, 0, false, "HTTP/1.1 400 Bad" },
    { "SSH-2.0-x\r\n", 1, 0, 0, 0, 0, false, "SSH-2.0-x" },
    { "999 odd\r\n", 1, 1, 999, 999, 0, false, "999 odd" },
};

static void is_counted(const struct row *row, const struct smtpspec_tally *tally)
{
    struct smtpspec_span greeting = smtpspec_tally_greeting(tally);

    assert_int_equal(tally->octets, strlen(row->wire));
    assert_int_equal(tally->replies, row->replies);
    assert_int_equal(tally->errors, row->errors);
    assert_int_equal(tally->code, row->code);
    assert_int_equal(tally->first_code, row->first_code);
    assert_int_equal(tally->since, row->since);
    assert_int_equal(tally->coded, row->coded);
    assert_int_equal(greeting.length, strlen(row->greeting));
    assert_memory_equal(greeting.at, row->greeting, greeting.length);
}

static void counts_the_same_in_every_split(void **state)
{
    const struct row *row = *state;
    struct smtpspec_span wire = smtpspec_span_of(row->wire);

    for (size_t cut = 0; cut <= wire.length; cut++) {
        struct smtpspec_tally tally;

        smtpspec_tally_init(&tally, kept);
        smtpspec_tally_feed(&tally, smtpspec_span_head(wire, cut));
        smtpspec_tally_feed(&tally, smtpspec_span_skip(wire, cut));
        is_counted(row, &tally);
    }
}

static void a_flood_is_counted_and_not_kept(void **state)
{
    struct smtpspec_tally tally;

    (void)state;
    smtpspec_tally_init(&tally, kept);
    for (unsigned i = 0; i < 100000; i++)
        smtpspec_tally_feed(&tally, SMTPSPEC_SPAN("220-flood\r\n"));
    assert_int_equal(tally.replies, 0);
    assert_int_equal(tally.lines, 100000);
    assert_int_equal(tally.since, 1100000);
    assert_int_equal(tally.kept_count, SMTPSPEC_TALLY_LINES_KEPT);
    smtpspec_tally_init(&tally, kept);
    for (unsigned i = 0; i < 100000; i++)
        smtpspec_tally_feed(&tally, SMTPSPEC_SPAN("aaaaaaaaaa"));
    assert_int_equal(smtpspec_tally_greeting(&tally).length,
                     SMTPSPEC_TALLY_LINE_KEPT);
}

/* --- the opening dialogue ------------------------------------------------- */

struct opening {
    const char *wire;
    bool closed, welcome, was_helo;
    enum smtpspec_opening verdict;
    const char *trouble;
};

static struct opening openings[] = {
    { "220 a\r\n250 a\r\n", false, true, false, SMTPSPEC_OPENING_PASSED, "" },
    { "220 a\r\n502 no\r\n", false, false, false, SMTPSPEC_OPENING_TRY_HELO,
      "neither EHLO nor HELO was accepted" },
    { "220 a\r\n500 no\r\n", false, false, true, SMTPSPEC_OPENING_FAILED,
      "neither EHLO nor HELO was accepted" },
    { "421 busy\r\n", true, false, false, SMTPSPEC_OPENING_TURNED_AWAY,
      "the server turns us away: '421 busy'" },
    { "220 a\r\n421 b\r\n", true, false, false, SMTPSPEC_OPENING_TURNED_AWAY,
      "the server turns us away: '220 a'" },
    { "554 go away\r\n", false, false, false, SMTPSPEC_OPENING_FAILED,
      "the server gives no service: '554 go away'" },
    { "", true, false, false, SMTPSPEC_OPENING_FAILED,
      "the server closed the connection without a greeting" },
    { "", false, false, false, SMTPSPEC_OPENING_FAILED,
      "no greeting within 1.5 s" },
    { "SSH-2.0-\033[1mx\r\n", false, false, false, SMTPSPEC_OPENING_FAILED,
      "this does not speak SMTP: it says 'SSH-2.0-\\x1b[1mx'" },
    { "HTTP/1.1 408", true, false, false, SMTPSPEC_OPENING_FAILED,
      "this does not speak SMTP: it says 'HTTP/1.1 408'" },
};

static void is_weighed(void **state)
{
    const struct opening *row = *state;
    struct smtpspec_tally tally;
    struct smtpspec_opening_facts facts = {
        .tally = &tally, .closed = row->closed, .welcome = row->welcome,
        .was_helo = row->was_helo, .greeting_ms = 1500
    };
    char trouble[400] = "";

    smtpspec_tally_init(&tally, kept);
    smtpspec_tally_feed(&tally, smtpspec_span_of(row->wire));
    assert_int_equal(smtpspec_opening_weigh(&facts, trouble, sizeof(trouble)),
                     row->verdict);
    if (row->verdict != SMTPSPEC_OPENING_PASSED)
        assert_string_equal(trouble, row->trouble);
}

static void no_connection_says_why(void **state)
{
    struct smtpspec_opening_facts facts = {
        .error = SMTPSPEC_ERROR_REFUSED, .why = "connection refused"
    };
    char trouble[80];

    (void)state;
    assert_int_equal(smtpspec_opening_weigh(&facts, trouble, sizeof(trouble)),
                     SMTPSPEC_OPENING_FAILED);
    assert_string_equal(trouble, "cannot connect: connection refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_is_counted_and_not_kept),
        cmocka_unit_test(no_connection_says_why),
    };

    return RUN_ROWS(counts_the_same_in_every_split, rows) +
           RUN_ROWS(is_weighed, openings) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
