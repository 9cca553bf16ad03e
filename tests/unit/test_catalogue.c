/* SPDX-License-Identifier: MIT */
/*
 * test_catalogue.c - what codes mean: complete, in order, nothing twice
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/limits.h>
#include <smtpspec/rules.h>

#include "rules/sources.h"

static bool has_entry(unsigned code)
{
    size_t count;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);

    for (size_t i = 0; i < count; i++)
        if (entries[i].code == code)
            return true;
    return false;
}

static void entries_go_by_code_then_source(void **state)
{
    size_t count;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);

    (void)state;
    assert_int_equal(count, 294);
    for (size_t i = 1; i < count; i++)
        if (entries[i - 1].code > entries[i].code ||
            (entries[i - 1].code == entries[i].code &&
             entries[i - 1].source >= entries[i].source))
            fail_msg("%u of %s is out of order or stands twice",
                     entries[i].code, smtpspec_source_name(entries[i].source));
}

static void kinds_follow_the_first_digit(void **state)
{
    static const unsigned local[] = { 101, 111, 441, 442, 471 };
    size_t count, locals = 0;
    const struct smtpspec_code_entry *entries = smtpspec_code_entries(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool known = false;

        assert_true(entries[i].meaning[0] != '\0');
        assert_null(strpbrk(entries[i].meaning, "\t\n\\"));
        if (entries[i].kind != SMTPSPEC_CODE_LOCAL) {
            assert_int_equal(entries[i].kind + 2, entries[i].code / 100);
            continue;
        }
        locals++;
        for (size_t k = 0; k < SMTPSPEC_ARRAY_LEN(local); k++)
            known = known || local[k] == entries[i].code;
        assert_true(known);
    }
    assert_int_equal(locals, SMTPSPEC_ARRAY_LEN(local));
}

static void every_code_of_the_rules_has_a_meaning_and_advice(void **state)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);

    (void)state;
    for (size_t i = 0; i < count; i++)
        if (!rules[i].whole_class &&
            (!has_entry(rules[i].code) ||
             smtpspec_code_advice_of(rules[i].code) == NULL))
            fail_msg("%u is not in the catalogue", rules[i].code);
}

static void whatever_has_a_meaning_has_advice(void **state)
{
    unsigned seen = 0;

    (void)state;
    for (unsigned code = 0; code < 1000; code++) {
        const struct smtpspec_code_advice *advice =
            smtpspec_code_advice_of(code);

        if ((advice != NULL) != has_entry(code))
            fail_msg("%u: meaning without advice, or the reverse", code);
        if (advice == NULL)
            continue;
        seen++;
        assert_int_equal(advice->code, code);
        assert_true(advice->name[0] != '\0' && advice->cause[0] != '\0' &&
                    advice->remedy[0] != '\0');
    }
    assert_int_equal(seen, 58);
}

static void enhanced_codes_are_in_order(void **state)
{
    size_t count;
    const struct smtpspec_enhanced_entry *entries =
        smtpspec_enhanced_entries(&count);

    (void)state;
    assert_int_equal(count, 81);
    for (size_t i = 0; i < count; i++) {
        assert_true(entries[i].name[0] != '\0');
        assert_true(entries[i].reference[0] != '\0');
        if (i > 0)
            assert_true(entries[i - 1].subject * 1000 + entries[i - 1].detail <
                        entries[i].subject * 1000 + entries[i].detail);
    }
}

/* "any", or codes and whole classes with a blank between. */
static void basic_codes_are_codes(void **state)
{
    size_t count;
    const struct smtpspec_enhanced_entry *entries =
        smtpspec_enhanced_entries(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *at = entries[i].basic;

        if (strcmp(at, "any") == 0)
            continue;
        assert_int_equal(strspn(at, "0123456789yz "), strlen(at));
        for (; *at != '\0'; at += at[3] == ' ' ? 4 : 3) {
            assert_true(strlen(at) >= 3);
            assert_true(at[3] == ' ' || at[3] == '\0');
            if (at[1] != 'y')
                assert_true(has_entry((unsigned)strtoul(at, NULL, 10)));
        }
    }
}

static void digits_have_meanings(void **state)
{
    (void)state;
    for (unsigned digit = 0; digit < 12; digit++) {
        assert_int_equal(smtpspec_digit_text(1, digit)[0] != '\0',
                         digit >= 1 && digit <= 5);
        assert_int_equal(smtpspec_digit_text(2, digit)[0] != '\0', digit <= 5);
        assert_string_equal(smtpspec_digit_text(3, digit), "");
    }
}

static void sources_have_names_of_their_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMTPSPEC_SOURCE_COUNT; i++)
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(
                smtpspec_source_name((uint8_t)i),
                smtpspec_source_name((uint8_t)k));
}

/* What the code works by is what the list shows. */
static void limits_are_those_of_the_list(void **state)
{
    static const struct {
        const char *name, *section;
        unsigned long value;
    } want[] = {
        { "local part", "5321:4.5.3.1.1", SMTPSPEC_LOCAL_PART_LIMIT },
        { "domain", "5321:4.5.3.1.2", SMTPSPEC_DOMAIN_LIMIT },
        { "path with its punctuation", "5321:4.5.3.1.3", SMTPSPEC_PATH_LIMIT },
        { "command line with CRLF", "5321:4.5.3.1.4", SMTPSPEC_COMMAND_LINE_LIMIT },
        { "reply line with code and CRLF", "5321:4.5.3.1.5", SMTPSPEC_REPLY_LINE_LIMIT },
        { "text line with CRLF, no stuffed dot", "5321:4.5.3.1.6", SMTPSPEC_TEXT_LINE_LIMIT },
        { "content any server takes, at least", "5321:4.5.3.1.7", SMTPSPEC_CONTENT_LEAST },
        { "recipients any server takes, at least", "5321:4.5.3.1.8", SMTPSPEC_RECIPIENTS_LEAST },
        { "line of an AUTH exchange, sufficient", "4954:4", SMTPSPEC_AUTH_LINE_LIMIT },
    };
    static const char *const list[][4] = {
#define LIMIT(name, value, unit, section) { name, value, unit, section },
#include "rules/limits.def"
#undef LIMIT
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(want); i++) {
        bool found = false;

        for (size_t k = 0; k < SMTPSPEC_ARRAY_LEN(list); k++)
            if (strcmp(list[k][0], want[i].name) == 0 &&
                strcmp(list[k][3], want[i].section) == 0) {
                found = true;
                assert_int_equal(strtoul(list[k][1], NULL, 10),
                                 want[i].value);
            }
        if (!found)
            fail_msg("%s is not in the list", want[i].name);
    }
}

/* A contradiction is about a code that somebody gives a meaning, or about a
 * command. */
static void disputes_are_about_known_codes(void **state)
{
    static const struct {
        unsigned code, command;
        const char *text;
    } rows[] = {
#define DISPUTE(code, command, text)                                        \
    { code, SMTPSPEC_COMMAND_##command, text },
#include "rules/disputes.def"
#undef DISPUTE
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        assert_true(rows[i].code != 0 || rows[i].command != 0);
        assert_true(rows[i].code == 0 || has_entry(rows[i].code));
        assert_true(rows[i].text[0] != '\0');
        for (size_t k = 0; k < i; k++)
            assert_false(rows[i].code == rows[k].code &&
                         rows[i].command == rows[k].command);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_go_by_code_then_source),
        cmocka_unit_test(kinds_follow_the_first_digit),
        cmocka_unit_test(every_code_of_the_rules_has_a_meaning_and_advice),
        cmocka_unit_test(whatever_has_a_meaning_has_advice),
        cmocka_unit_test(enhanced_codes_are_in_order),
        cmocka_unit_test(basic_codes_are_codes),
        cmocka_unit_test(digits_have_meanings),
        cmocka_unit_test(sources_have_names_of_their_own),
        cmocka_unit_test(limits_are_those_of_the_list),
        cmocka_unit_test(disputes_are_about_known_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
