/* SPDX-License-Identifier: MIT */
/*
 * test_ehlo.c - what the lines of a reply to EHLO offer, and the keywords
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/ehlo.h>

#include "support/page_end.h"
#include "support/rows.h"

#define DOMAIN    SMTPSPEC_EHLO_FAULT_DOMAIN
#define KEYWORD   SMTPSPEC_EHLO_FAULT_KEYWORD
#define PARAMETER SMTPSPEC_EHLO_FAULT_PARAMETER
#define TWICE     SMTPSPEC_EHLO_FAULT_TWICE
#define BIT(name) SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_##name)

static const struct {
    const char *keyword, *reference, *verbs, *parameters;
    enum smtpspec_extension extension;
} rows_of_def[] = {
#define EXTENSION(name, keyword, reference, verbs, parameters)              \
    { keyword, reference, verbs, parameters, SMTPSPEC_EXTENSION_##name },
#include "wire/extensions.def"
#undef EXTENSION
};

/* One line behind a good first line. */
static struct row {
    const char *text;
    unsigned faults;
    uint64_t offered;
    uint64_t size;
    unsigned unknown;
} rows[] = {
    { "PIPELINING", 0, BIT(PIPELINING), 0, 0 },
    { "pipelining", 0, BIT(PIPELINING), 0, 0 },
    { "8BITMIME", 0, BIT(8BITMIME), 0, 0 },
    { "MT-PRIORITY MIXER", 0, BIT(MT_PRIORITY), 0, 0 },
    { "SIZE", 0, BIT(SIZE), 0, 0 },
    { "SIZE 0", 0, BIT(SIZE), 0, 0 },
    { "SIZE 10240000", 0, BIT(SIZE), 10240000, 0 },
    { "SIZE 18446744073709551614", 0, BIT(SIZE), UINT64_MAX - 1, 0 },
    { "SIZE 18446744073709551615", 0, BIT(SIZE), UINT64_MAX, 0 },
    { "SIZE 18446744073709551616", 0, BIT(SIZE), UINT64_MAX, 0 },
    { "SIZE 99999999999999999999", 0, BIT(SIZE), UINT64_MAX, 0 },
    { "SIZE 100000000000000000000", PARAMETER, BIT(SIZE), 0, 0 },
    { "SIZE 10M", PARAMETER, BIT(SIZE), 0, 0 },
    { "SIZE -1", PARAMETER, BIT(SIZE), 0, 0 },
    { "SIZE 1:", PARAMETER, BIT(SIZE), 0, 0 },
    { "SIZE 10 20", PARAMETER, BIT(SIZE), 10, 0 },
    { "SIZE ", PARAMETER, BIT(SIZE), 0, 0 },
    { "SIZE=10", KEYWORD, 0, 0, 0 },
    { "AUTH PLAIN LOGIN", 0, BIT(AUTH), 0, 0 },
    { "AUTH=PLAIN LOGIN", 0, BIT(AUTH), 0, 0 },
    { "auth=login", 0, BIT(AUTH), 0, 0 },
    { "AUTHX", 0, 0, 0, 1 },
    { "09-azAZ-", 0, 0, 0, 1 },
    { "a", 0, 0, 0, 1 },
    { "X-EXPERIMENT a!b", 0, 0, 0, 1 },
    { "XCLIENT NAME ADDR", 0, BIT(XCLIENT), 0, 0 },
    { "", KEYWORD, 0, 0, 0 },
    { " SIZE", KEYWORD, 0, 0, 0 },
    { "-SIZE", KEYWORD, 0, 0, 0 },
    { "X_EXPERIMENT", KEYWORD, 0, 0, 0 },
    { "SI\tZE", KEYWORD, 0, 0, 0 },
    { "CAF\303\211", KEYWORD, 0, 0, 0 },
    { "HELP ", PARAMETER, BIT(HELP), 0, 0 },
    { "AUTH  PLAIN", PARAMETER, BIT(AUTH), 0, 0 },
    { "AUTH PLAIN ", PARAMETER, BIT(AUTH), 0, 0 },
    { "AUTH PLAIN\tLOGIN", PARAMETER, BIT(AUTH), 0, 0 },
    { "AUTH PL\303\204IN", PARAMETER, BIT(AUTH), 0, 0 },
    { "AUTH !~", 0, BIT(AUTH), 0, 0 },
    { "AUTH \177", PARAMETER, BIT(AUTH), 0, 0 },
};

static struct first_row {
    const char *text;
    unsigned faults;
} first_rows[] = {
    { "mx.example.com", 0 },
    { "mx.example.com greets you", 0 },
    { "[192.0.2.1] hello", 0 },
    { "[IPv6:2001:db8::1]", 0 },
    { "localhost", 0 },
    { "mx.example.com ", 0 },
    { "", DOMAIN },
    { " mx.example.com", DOMAIN },
    { "Hello, pleased to meet you", DOMAIN },
    { "mx_1.example.com", DOMAIN },
    { "mx.example.com\thello", DOMAIN },
};

static void keyword_line(void **state)
{
    const struct row *row = *state;
    struct smtpspec_ehlo ehlo;

    smtpspec_ehlo_init(&ehlo);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("mx.example")), 0);
    assert_int_equal(
        smtpspec_ehlo_line(&ehlo, page_end_copy(0, smtpspec_span_of(row->text))),
        row->faults);
    assert_int_equal(ehlo.offered, row->offered);
    assert_int_equal(ehlo.size, row->size);
    assert_int_equal(ehlo.unknown, row->unknown);
    assert_int_equal(ehlo.lines, 2);
}

static void first_line(void **state)
{
    const struct first_row *row = *state;
    struct smtpspec_ehlo ehlo;

    smtpspec_ehlo_init(&ehlo);
    assert_int_equal(
        smtpspec_ehlo_line(&ehlo, page_end_copy(0, smtpspec_span_of(row->text))),
        row->faults);
    assert_int_equal(ehlo.offered, 0);
    assert_int_equal(ehlo.lines, 1);
}

/* A blank ends a keyword, with nothing behind it that it would announce. */
static void a_keyword_is_of_letters_digits_and_hyphens(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * 256; i++) {
        char text[] = "XX", octet = (char)(i / 2);
        bool letter = (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
        bool digit = octet >= '0' && octet <= '9';
        bool hyphen = octet == '-' && i % 2 == 1;
        struct smtpspec_ehlo ehlo;

        if (octet == ' ')
            continue;
        text[i % 2] = octet;
        smtpspec_ehlo_init(&ehlo);
        smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("mx.example"));
        assert_int_equal(smtpspec_ehlo_line(&ehlo, (struct smtpspec_span){ text, 2 }),
                         letter || digit || hyphen ? 0 : KEYWORD);
    }
}

static void a_keyword_may_be_listed_once(void **state)
{
    struct smtpspec_ehlo ehlo;

    (void)state;
    smtpspec_ehlo_init(&ehlo);
    smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("mx.example"));
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("SIZE 1")), 0);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("HELP")), 0);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("size")), TWICE);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("SIZE ")), TWICE | PARAMETER);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("X-A")), 0);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("X-A")), 0);
    assert_int_equal(ehlo.unknown, 2);
    assert_int_equal(ehlo.size, 1);
    assert_int_equal(ehlo.offered, BIT(SIZE) | BIT(HELP));
}

static void both_spellings_of_auth_may_stand_together(void **state)
{
    struct smtpspec_ehlo ehlo;

    (void)state;
    smtpspec_ehlo_init(&ehlo);
    smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("mx.example"));
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("HELP")), 0);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("AUTH=LOGIN")), 0);
    assert_int_equal(ehlo.offered, BIT(HELP) | BIT(AUTH));
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("AUTH LOGIN")), 0);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("AUTH=PLAIN")), 0);
    assert_int_equal(smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("AUTH LOGIN")), TWICE);
}

static void each_extension_has_its_row(void **state)
{
    (void)state;
    assert_int_equal(SMTPSPEC_ARRAY_LEN(rows_of_def), SMTPSPEC_EXTENSION_COUNT - 1);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows_of_def); i++) {
        enum smtpspec_extension extension = (enum smtpspec_extension)(i + 1);
        const char *keyword = rows_of_def[i].keyword;

        assert_int_equal(rows_of_def[i].extension, extension);
        assert_string_equal(smtpspec_extension_name(extension), keyword);
        assert_string_equal(smtpspec_extension_reference(extension), rows_of_def[i].reference);
        assert_int_equal(smtpspec_extension_of(smtpspec_span_of(keyword)), extension);
    }
    assert_string_equal(smtpspec_extension_name(SMTPSPEC_EXTENSION_NONE), "?");
    assert_string_equal(smtpspec_extension_name(SMTPSPEC_EXTENSION_COUNT), "?");
    assert_string_equal(smtpspec_extension_reference(SMTPSPEC_EXTENSION_COUNT), "");
    assert_int_equal(smtpspec_extension_of(SMTPSPEC_SPAN("?")), SMTPSPEC_EXTENSION_NONE);
    assert_int_equal(smtpspec_extension_of(page_end_copy(0, SMTPSPEC_SPAN(""))),
                     SMTPSPEC_EXTENSION_NONE);
    assert_int_equal(smtpspec_extension_of(SMTPSPEC_SPAN("SIZ")), SMTPSPEC_EXTENSION_NONE);
    assert_int_equal(smtpspec_extension_of(SMTPSPEC_SPAN("SIZE ")), SMTPSPEC_EXTENSION_NONE);
}

/* A name without its space would be lost together with the one behind it. */
static void words_of_the_rows_end_in_a_space(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows_of_def); i++) {
        const char *const lists[] = { rows_of_def[i].verbs, rows_of_def[i].parameters };

        for (size_t j = 0; j < 2; j++) {
            size_t length = strlen(lists[j]);

            assert_true(length == 0 || lists[j][length - 1] == ' ');
            assert_null(strstr(lists[j], "  "));
        }
    }
}

static void a_parameter_belongs_to_its_extension(void **state)
{
    static const struct {
        const char *keyword;
        enum smtpspec_extension extension;
    } pairs[] = {
        { "BODY", SMTPSPEC_EXTENSION_8BITMIME },    { "size", SMTPSPEC_EXTENSION_SIZE },
        { "RET", SMTPSPEC_EXTENSION_DSN },          { "ENVID", SMTPSPEC_EXTENSION_DSN },
        { "NOTIFY", SMTPSPEC_EXTENSION_DSN },       { "ORCPT", SMTPSPEC_EXTENSION_DSN },
        { "AUTH", SMTPSPEC_EXTENSION_AUTH },        { "BY", SMTPSPEC_EXTENSION_DELIVERBY },
        { "SMTPUTF8", SMTPSPEC_EXTENSION_SMTPUTF8 },
        { "HOLDUNTIL", SMTPSPEC_EXTENSION_FUTURERELEASE },
        { "SOLICIT", SMTPSPEC_EXTENSION_NO_SOLICITING },
        { "NOTIF", SMTPSPEC_EXTENSION_NONE },       { "XFOO", SMTPSPEC_EXTENSION_NONE },
        { "", SMTPSPEC_EXTENSION_NONE },            { "RET ENVID", SMTPSPEC_EXTENSION_NONE },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(pairs); i++)
        assert_int_equal(smtpspec_extension_of_parameter(smtpspec_span_of(pairs[i].keyword)),
                         pairs[i].extension);
}

/* --- What the parameters say ---------------------------------------------- */

#define MECHANISM(name) (1u << SMTPSPEC_MECHANISM_##name)

/* A row begins with its name: the line is that here. */
static struct value_row {
    const char *text;
    unsigned mechanisms, rcptmax, mailmax, rcptdomainmax;
} values[] = {
    { "AUTH PLAIN LOGIN", MECHANISM(PLAIN) | MECHANISM(LOGIN), 0, 0, 0 },
    { "AUTH cram-md5", MECHANISM(CRAM_MD5), 0, 0, 0 },
    { "AUTH PLAINER SCRAM-SHA-1", MECHANISM(OTHER), 0, 0, 0 },
    { "AUTH=LOGIN PLAIN", MECHANISM(PLAIN) | MECHANISM(LOGIN), 0, 0, 0 },
    { "AUTH", 0, 0, 0, 0 },
    { "SIZE PLAIN", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=20 MAILMAX=5 RCPTDOMAINMAX=1", 0, 20, 5, 1 },
    { "LIMITS rcptmax=999999", 0, 999999, 0, 0 },
    { "LIMITS RCPTMAX=1000000 MAILMAX=0 RCPTDOMAINMAX=01", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX MAILMAX= RCPTDOMAINMAX=2x OTHER=3", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=20=5", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=2/", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=2:", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX", 0, 0, 0, 0 },
    { "X-LIMITS RCPTMAX=20", 0, 0, 0, 0 },
};

static void learns_what_the_parameters_say(void **state)
{
    const struct value_row *row = *state;
    struct smtpspec_ehlo ehlo;

    smtpspec_ehlo_init(&ehlo);
    smtpspec_ehlo_line(&ehlo, SMTPSPEC_SPAN("mx.example"));
    smtpspec_ehlo_line(&ehlo, page_end_copy(0, smtpspec_span_of(row->text)));
    assert_int_equal(ehlo.mechanisms, row->mechanisms);
    assert_int_equal(ehlo.rcptmax, row->rcptmax);
    assert_int_equal(ehlo.mailmax, row->mailmax);
    assert_int_equal(ehlo.rcptdomainmax, row->rcptdomainmax);
}

static void names_the_mechanisms(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMTPSPEC_MECHANISM_OTHER; i++) {
        enum smtpspec_mechanism one = (enum smtpspec_mechanism)i;

        assert_int_equal(smtpspec_mechanism_of(smtpspec_span_of(
                             smtpspec_mechanism_name(one))), one);
    }
    for (unsigned i = SMTPSPEC_MECHANISM_COUNT; i < 100; i++)
        assert_string_equal(smtpspec_mechanism_name((enum smtpspec_mechanism)i), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_keyword_is_of_letters_digits_and_hyphens),
        cmocka_unit_test(a_keyword_may_be_listed_once),
        cmocka_unit_test(both_spellings_of_auth_may_stand_together),
        cmocka_unit_test(each_extension_has_its_row),
        cmocka_unit_test(words_of_the_rows_end_in_a_space),
        cmocka_unit_test(a_parameter_belongs_to_its_extension),
        cmocka_unit_test(names_the_mechanisms),
    };
    int failed = RUN_ROWS(keyword_line, rows);

    failed += RUN_ROWS(first_line, first_rows);
    failed += RUN_ROWS(learns_what_the_parameters_say, values);
    failed += cmocka_run_group_tests_name("ehlo", tests, NULL, NULL);
    return failed;
}
