/* SPDX-License-Identifier: MIT */
/*
 * test_redact.c - no password gets into a record
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/record.h"
#include "run/redact.h"
#include "run/witness.h"
#include "support/rows.h"

struct row {
    const char *name;
    char from;
    const char *octets, *recorded;
};

static struct row rows[] = {
    { "nothing secret", 'C', "NOOP\r\n", "NOOP\r\n" },
    { "as it is", 'C', "x hunter22 y\r\n", "x [secret] y\r\n" },
    { "PLAIN", 'C', "AUTH PLAIN AHVzZXIAaHVudGVyMjI=\r\n", "AUTH PLAIN [longer]\r\n" },
    { "LOGIN", 'C', "aHVudGVyMjI=\r\n", "[of 12]\r\n" },
    { "twice, side by side", 'C', "hunter22hunter22", "[secret][secret]" },
    { "its beginning is none", 'C', "hunter2\r\n", "hunter2\r\n" },
    { "the name is no secret", 'C', "dXNlcg==\r\n", "dXNlcg==\r\n" },
    { "sent back, as many octets", 'S', "501 hunter22?\r\n", "501 ********?\r\n" },
    { "sent back at the very end", 'S', "501 hunter22", "501 ********" },
    { "sent back in base64", 'S', "501 aHVudGVyMjI=\r\n", "501 ************\r\n" },
    { "nothing secret comes", 'S', "250 ok\r\n", "250 ok\r\n" },
};

static struct smtpspec_case of = { .id = { "x", 1 } };

static void set_up(struct smtpspec_play *play, struct smtpspec_judge *judge,
                   const char *password)
{
    static const struct smtpspec_terms terms = { .profile =
                                                     SMTPSPEC_PROFILE_MODERN };
    static char room[64];
    struct smtpspec_case_vars vars = {
        .user = SMTPSPEC_SPAN("user"), .password = smtpspec_span_of(password)
    };

    smtpspec_judge_init(judge, &terms, NULL);
    smtpspec_play_init(play, &of, &vars, judge, room, sizeof(room));
}

struct target {
    struct smtpspec_record record;
    char from;
};

static void put(void *context, struct smtpspec_span octets, size_t hidden)
{
    struct target *target = context;

    assert_true(hidden == 0 || octets.length == 0);
    if (hidden > 0)
        octets = hidden == 8    ? SMTPSPEC_SPAN("[secret]")
                 : hidden == 12 ? SMTPSPEC_SPAN("[of 12]")
                                : SMTPSPEC_SPAN("[longer]");
    smtpspec_record_octets(&target->record, target->from, 0, octets);
}

static void records(void **state)
{
    const struct row *row = *state;
    struct target target = { .from = row->from };
    static struct smtpspec_play play;
    static struct smtpspec_judge judge;
    struct smtpspec_transcript_entry *entries;
    char text[256];
    size_t length = 0;
    unsigned count;

    set_up(&play, &judge, "hunter22");
    smtpspec_record_init(&target.record, NULL);
    if (row->from == 'C')
        smtpspec_redact_sent(&play, smtpspec_span_of(row->octets), put, &target);
    else
        smtpspec_redact_received(&play, smtpspec_span_of(row->octets), put, &target);
    entries = smtpspec_record_entries(&target.record, 0, 0, &count);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(entries[i].from, row->from);
        assert_true(length + entries[i].octets.length < sizeof(text));
        memcpy(text + length, entries[i].octets.at, entries[i].octets.length);
        length += entries[i].octets.length;
    }
    text[length] = '\0';
    assert_string_equal(text, row->recorded);
    free(entries);
    smtpspec_record_free(&target.record);
    smtpspec_play_end(&play);
}

/* A server may send it back in two pieces. */
static void is_hidden_wherever_it_is_cut(void **state)
{
    static const char reply[] = "501 hunter22?\r\n500 aHVudGVyMjI=\r\n";
    static const char hidden[] = "501 ********?\r\n500 ************\r\n";
    struct smtpspec_span whole = SMTPSPEC_SPAN(reply);
    static struct smtpspec_play play;
    static struct smtpspec_judge judge;
    char text[sizeof(reply)];

    (void)state;
    set_up(&play, &judge, "hunter22");
    for (size_t one = 0; one <= whole.length; one++)
        for (size_t two = one; two <= whole.length; two++) {
            struct smtpspec_record record;
            struct smtpspec_witness witness = { .record = &record };

            smtpspec_record_init(&record, NULL);
            smtpspec_witness_received(&witness, &play, smtpspec_span_head(whole, one));
            smtpspec_witness_received(
                &witness, &play,
                smtpspec_span_head(smtpspec_span_skip(whole, one), two - one));
            smtpspec_witness_received(&witness, &play, smtpspec_span_skip(whole, two));
            smtpspec_witness_flush(&witness, &play);
            smtpspec_witness_free(&witness);
            assert_int_equal(smtpspec_record_server(&record, 0, sizeof(text), text),
                             whole.length);
            assert_memory_equal(text, hidden, whole.length);
            smtpspec_record_free(&record);
        }
    smtpspec_play_end(&play);
}

/* Where there is no password nothing is looked for, and an empty one is none. */
static void takes_all_without_a_password(void **state)
{
    struct target target = { .from = 'S' };
    static struct smtpspec_play play;
    static struct smtpspec_judge judge;
    char text[16];

    (void)state;
    set_up(&play, &judge, "");
    smtpspec_record_init(&target.record, NULL);
    smtpspec_redact_received(&play, SMTPSPEC_SPAN("250 ok"), put, &target);
    assert_int_equal(smtpspec_record_server(&target.record, 0, sizeof(text), text),
                     6);
    assert_memory_equal(text, "250 ok", 6);
    smtpspec_record_free(&target.record);
    smtpspec_play_end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_all_without_a_password),
        cmocka_unit_test(is_hidden_wherever_it_is_cut),
    };
    int failed = RUN_ROWS(records, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
