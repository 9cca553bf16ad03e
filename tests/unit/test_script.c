/* SPDX-License-Identifier: MIT */
/*
 * test_script.c - session scripts: lines, marks, and back again
 */
#include "support/rows.h"

#include <string.h>

#include "mutate/script.h"
#include "support/page_end.h"

static void lines_are_told_by_their_first_octet(void **state)
{
    struct smtpspec_span rest = SMTPSPEC_SPAN("6\nCNOOP\n\nsx\nt\nx\ne\nq\nC\nS250");
    static const char kinds[] = { 0, 'C', 0, 's', 't', 'x', 'e', 0, 'C', 'S' };
    struct smtpspec_script_line line;

    (void)state;
    rest = page_end_copy(0, rest);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(kinds); i++) {
        assert_true(smtpspec_script_next(&rest, &line));
        assert_int_equal(line.kind, kinds[i]);
    }
    assert_true(smtpspec_span_equal(line.all, SMTPSPEC_SPAN("S250")));
    assert_true(smtpspec_span_equal(line.text, SMTPSPEC_SPAN("250")));
    assert_false(smtpspec_script_next(&rest, &line));
    assert_int_equal(smtpspec_script_line(SMTPSPEC_SPAN("")).kind, 0);
    assert_int_equal(smtpspec_script_line(SMTPSPEC_SPAN("\0")).kind, 0);
}

/* What a line sends. */
static struct sent {
    const char *line;
    struct smtpspec_span octets;
} sent[] = {
    { "CNOOP", { "NOOP\r\n", 6 } },
    { "cNOOP", { "NOOP", 4 } },
    { "S", { "\r\n", 2 } },
    { "s", { "", 0 } },
    { "c^n^r^0^^", { "\n\r\0^", 4 } },
    { "c^q^", { "q^", 2 } },
    { "S250^", { "250^\r\n", 6 } },
    { "C^^n", { "^n\r\n", 4 } },
    { "t^n", { "", 0 } },
    { "xa", { "", 0 } },
    { "6a", { "", 0 } },
    { "", { "", 0 } },
};

static void a_line_sends_its_octets(void **state)
{
    const struct sent *row = *state;
    struct smtpspec_script_line line =
        smtpspec_script_line(page_end_copy(0, smtpspec_span_of(row->line)));

    assert_int_equal(smtpspec_script_read(&line, NULL, 0), row->octets.length);
    for (size_t cap = 0; cap <= row->octets.length; cap++) {
        char *out = page_end_room(1, cap);

        assert_int_equal(smtpspec_script_read(&line, out, cap), row->octets.length);
        if (cap > 0)
            assert_memory_equal(out, row->octets.at, cap);
    }
}

static void what_is_written_is_read_back(void **state)
{
    static const char octets[] = "a\r\n\0^n\r\n";

    (void)state;
    for (size_t length = 0; length < sizeof(octets); length++) {
        struct smtpspec_span whole = { octets, length };
        size_t cap = 2 * length + 2;
        char *out = page_end_room(0, cap), read[16];
        size_t written = smtpspec_script_write(length % 2 == 0, whole, out, cap);
        struct smtpspec_script_line line;

        assert_in_range(written, 1, cap);
        assert_int_equal(out[written - 1], '\n');
        assert_null(memchr(out, '\n', written - 1));
        line = smtpspec_script_line((struct smtpspec_span){ out, written - 1 });
        assert_int_equal(smtpspec_script_is_client(line.kind), length % 2 == 0);
        assert_int_equal(smtpspec_script_is_server(line.kind), length % 2 != 0);
        assert_int_equal(smtpspec_script_read(&line, read, sizeof(read)), length);
        assert_memory_equal(read, octets, length);
    }
    assert_int_equal(smtpspec_script_write(true, SMTPSPEC_SPAN("a\n"), page_end_room(0, 3), 3), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_told_by_their_first_octet),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    int failed = cmocka_run_group_tests_name("script", tests, NULL, NULL);

    return failed + RUN_ROWS(a_line_sends_its_octets, sent);
}
