/* SPDX-License-Identifier: MIT */
/*
 * test_target_lines.c - lists of targets: every line, one at a time
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/target_lines.h"

/* A file of these octets; its name is static. */
static const char *file_of(const char *octets, size_t length)
{
    static char name[256];
    const char *folder = getenv("TMPDIR");
    FILE *file;

    snprintf(name, sizeof(name), "%s/targets", folder ? folder : "/tmp");
    file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, length, file), length);
    fclose(file);
    return name;
}

static enum smtpspec_target_line next(struct smtpspec_target_lines *lines)
{
    enum smtpspec_target_line what;

    while ((what = smtpspec_target_lines_next(lines)) ==
           SMTPSPEC_TARGET_LINE_WAIT)
        smtpspec_target_lines_fill(lines);
    return what;
}

static void is_target(struct smtpspec_target_lines *lines, size_t number,
                      const char *text)
{
    assert_int_equal(next(lines), SMTPSPEC_TARGET_LINE_TARGET);
    assert_int_equal(lines->number, number);
    assert_string_equal(lines->text, text);
}

static void is_bad(struct smtpspec_target_lines *lines, size_t number,
                   const char *why)
{
    assert_int_equal(next(lines), SMTPSPEC_TARGET_LINE_BAD);
    assert_int_equal(lines->number, number);
    assert_string_equal(lines->why, why);
}

static void blanks_and_remarks_do_not_count(void **state)
{
    static const char text[] = "# mine\n\n a.example \r\n\t\n#b.example\n"
                               "  # no\nexec:cat # x\nlast.example";
    struct smtpspec_target_lines lines;

    (void)state;
    assert_true(smtpspec_target_lines_open(
        &lines, file_of(text, sizeof(text) - 1)));
    for (unsigned round = 0; round < 2; round++) {
        is_target(&lines, 3, "a.example");
        is_target(&lines, 7, "exec:cat # x");
        is_target(&lines, 8, "last.example");
        assert_int_equal(next(&lines), SMTPSPEC_TARGET_LINE_END);
        assert_int_equal(next(&lines), SMTPSPEC_TARGET_LINE_END);
        assert_true(lines.may_rewind);
        smtpspec_target_lines_rewind(&lines);
    }
    smtpspec_target_lines_close(&lines);
}

static void a_bad_line_is_one_line(void **state)
{
    size_t most = SMTPSPEC_TARGET_LINE_LIMIT, length = 0;
    char *text = calloc(1, 4 * most + 64);
    struct smtpspec_target_lines lines;

    (void)state;
    assert_non_null(text);
    memcpy(text, "a\0b\nx\n", 6);
    length = 6;
    for (size_t size = most - 1; size <= most + 1; size++) {
        memset(text + length, 'h', size);
        length += size;
        text[length++] = '\n';
    }
    /* The last is too long and has no end. */
    memset(text + length, 'h', most + 20);
    length += most + 20;
    assert_true(smtpspec_target_lines_open(&lines, file_of(text, length)));
    is_bad(&lines, 1, "a NUL in it");
    is_target(&lines, 2, "x");
    for (size_t size = most - 1; size <= most; size++) {
        assert_int_equal(next(&lines), SMTPSPEC_TARGET_LINE_TARGET);
        assert_int_equal(strlen(lines.text), size);
    }
    is_bad(&lines, 5, "longer than 4096 octets");
    is_bad(&lines, 6, "longer than 4096 octets");
    assert_int_equal(next(&lines), SMTPSPEC_TARGET_LINE_END);
    smtpspec_target_lines_close(&lines);
    free(text);
}

/* A pipe that is still being written to: what is there is had at once. */
static void a_line_is_had_when_it_is_there(void **state)
{
    struct smtpspec_target_lines lines;
    int ends[2], input = dup(STDIN_FILENO);

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    assert_true(smtpspec_target_lines_open(&lines, "-"));
    assert_false(lines.may_rewind);
    assert_int_equal(smtpspec_target_lines_next(&lines),
                     SMTPSPEC_TARGET_LINE_WAIT);
    assert_int_equal(write(ends[1], "one\ntw", 6), 6);
    smtpspec_target_lines_fill(&lines);
    is_target(&lines, 1, "one");
    assert_int_equal(smtpspec_target_lines_next(&lines),
                     SMTPSPEC_TARGET_LINE_WAIT);
    assert_int_equal(write(ends[1], "o", 1), 1);
    close(ends[1]);
    is_target(&lines, 2, "two");
    assert_int_equal(next(&lines), SMTPSPEC_TARGET_LINE_END);
    smtpspec_target_lines_close(&lines);
    dup2(input, STDIN_FILENO);
    close(input);
    close(ends[0]);
}

static void what_cannot_be_read_is_told(void **state)
{
    struct smtpspec_target_lines lines;
    int empty;

    (void)state;
    assert_false(smtpspec_target_lines_open(&lines, "/no/such/file"));
    smtpspec_target_lines_close(&lines);
    assert_false(smtpspec_target_lines_open(&lines, "/tmp"));
    smtpspec_target_lines_close(&lines);
    assert_true(smtpspec_target_lines_open(&lines, file_of("one\ntwo", 7)));
    is_target(&lines, 1, "one");
    /* From here on a read fails. */
    empty = open("/tmp", O_RDONLY);
    dup2(empty, lines.descriptor);
    close(empty);
    is_bad(&lines, 2, strerror(EISDIR));
    assert_int_equal(next(&lines), SMTPSPEC_TARGET_LINE_END);
    smtpspec_target_lines_close(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_and_remarks_do_not_count),
        cmocka_unit_test(a_bad_line_is_one_line),
        cmocka_unit_test(a_line_is_had_when_it_is_there),
        cmocka_unit_test(what_cannot_be_read_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
