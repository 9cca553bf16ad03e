/* SPDX-License-Identifier: MIT */
/*
 * test_record.c - the transcript of a case, whatever a server sends
 */
#include "support/rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "run/record.h"
#include "run/sheet.h"

static struct smtpspec_record record;
static struct smtpspec_transcript_entry *entries;
static unsigned count;

static void say(char from, const char *octets)
{
    smtpspec_record_octets(&record, from, 7, smtpspec_span_of(octets));
}

static void make_entries(uint64_t at, uint64_t octets)
{
    entries = smtpspec_record_entries(&record, at, octets, &count);
}

static void assert_entry(unsigned i, char from, const char *octets, bool shows)
{
    assert_in_range(i, 0, count - 1);
    assert_int_equal(entries[i].from, from);
    assert_int_equal(entries[i].octets.length, strlen(octets));
    assert_memory_equal(entries[i].octets.at, octets, strlen(octets));
    assert_int_equal(entries[i].shows, shows);
}

static int begin(void **state)
{
    (void)state;
    smtpspec_record_init(&record, NULL);
    entries = NULL;
    count = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(entries);
    smtpspec_record_free(&record);
    return 0;
}

static void nothing_gives_no_entries(void **state)
{
    (void)state;
    make_entries(0, 10);
    assert_null(entries);
    assert_int_equal(count, 0);
}

static void one_entry_for_each_line_of_each_side(void **state)
{
    (void)state;
    say('S', "220 mx\r\n");
    say('C', "EHLO a\r\nNOOP\r\n");
    say('S', "250-mx\r\n25");
    say('S', "0 x\r\n");
    smtpspec_record_remark(&record, 9, "connection closed");
    make_entries(16, 7);
    assert_int_equal(count, 6);
    assert_entry(0, 'S', "220 mx\r\n", false);
    assert_entry(1, 'C', "EHLO a\r\n", false);
    assert_entry(2, 'C', "NOOP\r\n", false);
    assert_entry(3, 'S', "250-mx\r\n", false);
    assert_entry(4, 'S', "250 x\r\n", true);
    assert_entry(5, '-', "connection closed", false);
}

static void the_place_at_fault_may_be_any_part_of_a_line(void **state)
{
    (void)state;
    say('S', "250-a\r\n250-b\r\n250 c\r\n");
    make_entries(8, 1);
    assert_false(entries[0].shows);
    assert_true(entries[1].shows);
    assert_false(entries[2].shows);
}

static void what_the_server_sent_can_be_quoted(void **state)
{
    char out[64];

    (void)state;
    say('S', "220 mx\r\n");
    say('C', "NOOP\r\n");
    say('S', "250 a\r\n251 b\r\n");
    assert_int_equal(smtpspec_record_server(&record, 8, 14, out), 14);
    assert_memory_equal(out, "250 a\r\n251 b\r\n", 14);
    assert_int_equal(smtpspec_record_server(&record, 4, 2, out), 2);
    assert_memory_equal(out, "mx", 2);
    assert_int_equal(smtpspec_record_server(&record, 100, 9, out), 0);
}

/* Octets that entries hold, and those that the remark says are missing. */
static uint64_t octets_told(uint64_t *missing)
{
    uint64_t sum = 0;

    *missing = 0;
    for (unsigned i = 0; i < count; i++) {
        if (entries[i].from == '-')
            *missing = strtoull(entries[i].octets.at, NULL, 10);
        else
            sum += entries[i].octets.length;
    }
    return sum;
}

struct flood {
    const char *name;
    size_t line, lines;    /* a line's octets with its LF; how many           */
};

static struct flood floods[] = {
    { "lines of one octet", 1, 100000 },
    { "lines of two octets", 2, 100000 },
    { "common lines", 78, 20000 },
    { "long lines", 5000, 300 },
    { "lines over the whole head", 40000, 40 },
    { "one line without an end", 3000000, 1 },
};

static void is_bounded(void **state)
{
    const struct flood *row = *state;
    char *line = malloc(row->line);
    uint64_t all = row->line * row->lines, missing, told;

    assert_non_null(line);
    begin(NULL);
    memset(line, 'x', row->line);
    line[row->line - 1] = '\n';
    say('C', "HELP\r\n");
    for (size_t i = 0; i < row->lines; i++)
        smtpspec_record_octets(&record, 'S', 7,
                               (struct smtpspec_span){ line, row->line });
    make_entries(0, 0);
    told = octets_told(&missing);
    assert_true(told + missing == all + 6);
    assert_true(told <= SMTPSPEC_RECORD_HEAD_KEPT + SMTPSPEC_RECORD_TAIL_KEPT);
    assert_true(count <= SMTPSPEC_RECORD_HEAD_ENTRIES_KEPT +
                             SMTPSPEC_RECORD_TAIL_ENTRIES_KEPT + 1);
    assert_true(missing > 0);
    assert_entry(0, 'C', "HELP\r\n", false);
    assert_int_equal(entries[count - 1].octets.at
                         [entries[count - 1].octets.length - 1], '\n');
    free(line);
    end(NULL);
}

static void flood_of(const struct flood *row)
{
    char *line = malloc(row->line);

    assert_non_null(line);
    memset(line, 'x', row->line);
    line[row->line - 1] = '\n';
    for (size_t i = 0; i < row->lines; i++)
        smtpspec_record_octets(&record, 'S', 7,
                               (struct smtpspec_span){ line, row->line });
    free(line);
}

/* Where there is something to spare, all of the same. */
static void is_whole_while_there_is_room(void **state)
{
    const struct flood *row = *state;
    uint64_t all = row->line * row->lines, missing;
    int64_t spare = 1 << 30;

    smtpspec_record_init(&record, &spare);
    flood_of(row);
    make_entries(0, 0);
    assert_int_equal(octets_told(&missing), all);
    assert_int_equal(missing, 0);
    assert_int_equal(entries[count - 1].octets.length, row->line);
    free(entries);
    smtpspec_record_free(&record);
    assert_int_equal(spare, 1 << 30);
}

static void one_takes_no_more_than_its_share(void **state)
{
    static const struct flood flood = { "", 1000, 8000 };
    int64_t spare = 1 << 30;
    uint64_t missing, told;

    (void)state;
    smtpspec_record_init(&record, &spare);
    flood_of(&flood);
    make_entries(0, 0);
    told = octets_told(&missing);
    assert_int_equal(told + missing, 8000 * 1000);
    assert_in_range(told, SMTPSPEC_RECORD_MORE_KEPT / 2,
                    SMTPSPEC_RECORD_MORE_KEPT + SMTPSPEC_RECORD_HEAD_KEPT +
                        SMTPSPEC_RECORD_TAIL_KEPT);
    assert_in_range((1 << 30) - spare, 1, SMTPSPEC_RECORD_MORE_KEPT);
}

/* A result is kept to the end of the run, and what it has is spent. */
static void a_sheet_spends_until_it_is_freed(void **state)
{
    static const struct flood flood = { "", 1000, 100 };
    static const struct smtpspec_play_result played;
    static const struct smtpspec_case of = { .id = { "a.b", 3 } };
    int64_t spare = 300000;
    struct smtpspec_sheet *sheets[8];
    uint64_t missing[8];

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        smtpspec_record_init(&record, &spare);
        flood_of(&flood);
        sheets[i] = smtpspec_sheet_of(&played, &of, &record, 1);
        make_entries(0, 0);
        octets_told(&missing[i]);
        free(entries);
        smtpspec_record_free(&record);
    }
    entries = NULL;
    assert_int_equal(missing[0], 0);
    assert_true(missing[7] > 50000);
    assert_true(spare > -100000);
    for (size_t i = 0; i < 8; i++)
        smtpspec_sheet_free(sheets[i]);
    assert_int_equal(spare, 300000);
}

static void the_tail_is_the_end_of_the_dialogue(void **state)
{
    char last[32];
    uint64_t missing;

    (void)state;
    for (unsigned i = 0; i < 9000; i++) {
        char line[32];

        snprintf(line, sizeof(line), "250-number %u\r\n", i);
        say('S', line);
    }
    smtpspec_record_remark(&record, 9, "we read no further");
    make_entries(0, 0);
    octets_told(&missing);
    snprintf(last, sizeof(last), "250-number %u\r\n", 8999);
    assert_entry(count - 2, 'S', last, false);
    assert_entry(count - 1, '-', "we read no further", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_gives_no_entries, begin, end),
        cmocka_unit_test_setup_teardown(one_entry_for_each_line_of_each_side,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            the_place_at_fault_may_be_any_part_of_a_line, begin, end),
        cmocka_unit_test_setup_teardown(what_the_server_sent_can_be_quoted,
                                        begin, end),
        cmocka_unit_test_setup_teardown(the_tail_is_the_end_of_the_dialogue,
                                        begin, end),
        cmocka_unit_test_setup_teardown(one_takes_no_more_than_its_share,
                                        begin, end),
        cmocka_unit_test(a_sheet_spends_until_it_is_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(is_bounded, floods) +
           RUN_ROWS(is_whole_while_there_is_room, floods);
}
