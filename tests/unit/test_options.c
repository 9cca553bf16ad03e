/* SPDX-License-Identifier: MIT */
/*
 * test_options.c - the rows of options.def, and reading a command line by them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "support/rows.h"

#define LONGEST 8

/* --- the rows ------------------------------------------------------------- */

static bool is_option(const struct smtpspec_option_row *row)
{
    return row->kind == SMTPSPEC_ROW_OPTION || row->kind == SMTPSPEC_ROW_ALIAS;
}

static void names_no_option_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < smtpspec_option_row_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct smtpspec_option_row *a = &smtpspec_option_rows[i];
            const struct smtpspec_option_row *b = &smtpspec_option_rows[j];

            if (!is_option(a) || !is_option(b) || a->verb != b->verb)
                continue;
            assert_string_not_equal(a->name, b->name);
            if (a->letter != 0)
                assert_int_not_equal(a->letter, b->letter);
        }
}

static void has_words_where_it_speaks_of_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < smtpspec_option_row_count; i++) {
        const struct smtpspec_option_row *row = &smtpspec_option_rows[i];
        enum smtpspec_value_kind kind = row->value.kind;

        if (row->text != NULL && strstr(row->text, "{}") != NULL)
            assert_non_null(row->value.words);
        if (kind == SMTPSPEC_VALUE_WORDS || kind == SMTPSPEC_VALUE_LISTED ||
            kind == SMTPSPEC_VALUE_REPORT || kind == SMTPSPEC_VALUE_BEGINS)
            assert_non_null(row->value.words);
        assert_int_equal(kind == SMTPSPEC_VALUE_NONE, row->value.name == NULL);
    }
}

/* The rows of a command lie together, its own first, and end with examples. */
static void tells_of_each_command_in_one_piece(void **state)
{
    unsigned seen = 0;

    (void)state;
    for (size_t i = 0; i < smtpspec_option_row_count; i++) {
        const struct smtpspec_option_row *row = &smtpspec_option_rows[i];

        if (row->kind != SMTPSPEC_ROW_VERB) {
            assert_int_equal(row->verb, seen);
            continue;
        }
        assert_int_equal(row->verb, ++seen);
        assert_true(i == 0 || row[-1].kind == SMTPSPEC_ROW_EXAMPLE);
        assert_string_equal(row->name, smtpspec_verb_name(row->verb));
    }
    assert_int_equal(seen, SMTPSPEC_VERB_COUNT - 1);
}

/* --- reading -------------------------------------------------------------- */

struct row {
    const char *name;
    const char *words[LONGEST];
    int ids[LONGEST];     /* as they come; then 0, or -1                     */
    const char *value;    /* of the last                                     */
    int choice;
    const char *operand;  /* the first that is left                          */
};

#define ID(name) SMTPSPEC_OPTION_JUDGE_##name

static struct row rows[] = {
    { "nothing", { "judge" }, { 0 }, NULL, 0, NULL },
    { "an operand", { "judge", "a" }, { 0 }, NULL, 0, "a" },
    { "a value", { "judge", "--profile", "x" }, { ID(PROFILE) }, "x", 0, NULL },
    { "a value behind =", { "judge", "--profile=x", "a" }, { ID(PROFILE) }, "x", 0, "a" },
    { "a letter", { "judge", "-p", "x", "a" }, { ID(PROFILE) }, "x", 0, "a" },
    { "a letter and its value", { "judge", "-px", "a" }, { ID(PROFILE) }, "x", 0, "a" },
    { "a group", { "judge", "-qp", "x" }, { ID(QUIET), ID(PROFILE) }, "x", 0, NULL },
    { "a cut name", { "judge", "--prof", "x" }, { ID(PROFILE) }, "x", 0, NULL },
    { "another spelling", { "judge", "--colour", "never" }, { ID(COLOR) }, "never", 2, NULL },
    { "a word", { "judge", "--fail-on", "warn", "a" }, { ID(FAIL_ON) }, "warn", 0, "a" },
    { "a word in capitals", { "judge", "--service", "LMTP" }, { ID(SERVICE) }, "LMTP", 2, NULL },
    { "options behind operands", { "judge", "a", "-q" }, { ID(QUIET) }, NULL, 0, "a" },
    { "options behind --", { "judge", "--", "-q" }, { 0 }, NULL, 0, "-q" },
    { "half a word", { "judge", "--fail-on", "war" }, { -1 }, "war", -1, NULL },
    { "no word", { "judge", "--fail-on", "" }, { -1 }, "", -1, NULL },
    { "no value", { "judge", "-q", "--profile" }, { ID(QUIET), -1 }, NULL, 0, NULL },
    { "an option of another command", { "judge", "--listen", "x" }, { -1 }, NULL, 0, NULL },
    { "a name cut too short", { "judge", "--in", "text", "--l" }, { ID(INPUT), -1 }, "text", 1,
      NULL },
};

static void reads(void **state)
{
    const struct row *row = *state;
    struct smtpspec_options options;
    char room[LONGEST][32], *argv[LONGEST + 1] = { NULL };
    int argc = 0, id = 0, expected;

    for (; argc < LONGEST && row->words[argc] != NULL; argc++) {
        snprintf(room[argc], sizeof(room[argc]), "%s", row->words[argc]);
        argv[argc] = room[argc];
    }
    smtpspec_options_begin(&options, SMTPSPEC_VERB_JUDGE, argc, argv);
    for (size_t i = 0;; i++) {
        expected = row->ids[i];
        id = smtpspec_options_next(&options);
        assert_int_equal(id, expected);
        if (id <= 0)
            break;
    }
    if (row->value != NULL)
        assert_string_equal(options.value, row->value);
    assert_int_equal(options.choice, row->choice);
    if (id < 0)
        assert_int_equal(options.status, SMTPSPEC_EXIT_USAGE);
    else if (row->operand != NULL)
        assert_string_equal(argv[options.first], row->operand);
    else
        assert_int_equal(options.first, argc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_no_option_twice),
        cmocka_unit_test(has_words_where_it_speaks_of_them),
        cmocka_unit_test(tells_of_each_command_in_one_piece),
    };
    int failed = RUN_ROWS(reads, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
