/* SPDX-License-Identifier: MIT */
/*
 * test_rule_row.c - the row that a rule is said to stand in is that of the rule
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/judge.h>

/* Compilers do not agree which line of a row over two __LINE__ is. */
#define LINES_OF_ROW 2

/* Where the tables lie. */
static const char *const folders[] = { "src/rules", "src/judge", "src/wire" };

static FILE *open_table(const char *name)
{
    char path[128];
    FILE *file = NULL;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(folders) && file == NULL; i++) {
        snprintf(path, sizeof(path), "%s/%s", folders[i], name);
        file = fopen(path, "r");
    }
    return file;
}

/* Whether `word` stands in the line of "file:line" or right beside it. */
static bool row_has(const char *row, const char *word)
{
    char name[64], text[1024];
    unsigned number = (unsigned)strtoul(strchr(row, ':') + 1, NULL, 10);
    bool found = false;
    FILE *file;

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(row, ":"), row);
    file = open_table(name);
    if (file == NULL)
        fail_msg("there is no %s", name);
    for (unsigned i = 1; i < number + LINES_OF_ROW; i++) {
        if (fgets(text, sizeof(text), file) == NULL)
            assert_true(i > number);
        else if (i + LINES_OF_ROW > number && strstr(text, word) != NULL)
            found = true;
    }
    fclose(file);
    return found;
}

static void stands(const char *id, const char *file, const char *word)
{
    char row[64];

    smtpspec_rule_row(smtpspec_span_of(id), row, sizeof(row));
    if (strncmp(row, file, strlen(file)) != 0 || row[strlen(file)] != ':')
        fail_msg("%s stands in %s, not in %s", id, row, file);
    if (!row_has(row, word))
        fail_msg("%s does not say %s, for %s", row, word, id);
}

static void of_a_defect(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++) {
        char id[64], quoted[64];

        snprintf(id, sizeof(id), "defect.%s",
                 smtpspec_defect_name((enum smtpspec_defect)i));
        snprintf(quoted, sizeof(quoted), "\"%s\"",
                 smtpspec_defect_name((enum smtpspec_defect)i));
        stands(id, "defects.def", quoted);
    }
}

static void of_a_manner(void **state)
{
    struct smtpspec_verdict verdict;
    char id[64], quoted[128];

    (void)state;
    for (unsigned i = 1; i < SMTPSPEC_MANNER_COUNT; i++) {
        smtpspec_verdict_of_manner((enum smtpspec_manner)i, &verdict);
        verdict.command = SMTPSPEC_COMMAND_RCPT;
        smtpspec_verdict_rule(&verdict, id, sizeof(id));
        snprintf(quoted, sizeof(quoted), "\"%s\"", verdict.text);
        stands(id, "manners.def", quoted);
    }
}

static void of_what_is_due(void **state)
{
    (void)state;
    stands("expect.RCPT.READY", "expect.def",
           "EXPECT(NO_TRANSACTION, RCPT, VALID");
    stands("session.expect.RCPT.READY", "expect.def",
           "EXPECT(NO_TRANSACTION, RCPT, VALID");
    stands("expect.NOOP.READY.extra-argument", "expect.def",
           "EXPECT(OPEN, NOOP, EXTRA_ARGUMENT");
    stands("expect.DATA.BDAT", "expect.def", "NEEDS(CHUNKED, DATA, VALID");
}

static void of_a_vocabulary(void **state)
{
    (void)state;
    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT; i++) {
        const char *name = smtpspec_command_name((enum smtpspec_command)i);
        char id[64], row[64], word[64];

        snprintf(id, sizeof(id), "reply.%s", name);
        snprintf(word, sizeof(word), "%s,", name);
        for (char *at = word; *at != '\0'; at++)
            if (*at == '-')
                *at = '_';
        smtpspec_rule_row(smtpspec_span_of(id), row, sizeof(row));
        if (row[0] != '\0' && !row_has(row, word))
            fail_msg("%s does not say %s", row, word);
    }
    stands("reply.RCPT", "replies.def", "REPLY(RFC5321, RCPT,");
    stands("reply.TURN", "replies_history.def", "TURN,");
}

static void of_nothing_or_in_no_room_there_is_none(void **state)
{
    char row[64] = "x";

    (void)state;
    smtpspec_rule_row(SMTPSPEC_SPAN("rcpt.before-mail"), row, sizeof(row));
    assert_string_equal(row, "");
    smtpspec_rule_row(SMTPSPEC_SPAN("expect.RCPT.READY"), row, sizeof(row));
    for (size_t cap = 0; cap <= strlen("expect.def:00"); cap++) {
        memset(row, '!', sizeof(row));
        smtpspec_rule_row(SMTPSPEC_SPAN("expect.RCPT.READY"), row, cap);
        assert_int_equal(row[cap], '!');
        if (cap > 0)
            assert_string_equal(row, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_defect),
        cmocka_unit_test(of_a_manner),
        cmocka_unit_test(of_what_is_due),
        cmocka_unit_test(of_a_vocabulary),
        cmocka_unit_test(of_nothing_or_in_no_room_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
