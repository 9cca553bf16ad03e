/* SPDX-License-Identifier: MIT */
/*
 * test_vocabulary.c - layer 2: which codes count for which command, by whom
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/rules.h>

#include "rules/sources.h"

#define ALL UINT64_MAX
#define WITH(extension) SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_##extension)

enum { SMTP = SMTPSPEC_SERVICE_SMTP, SUBMISSION = SMTPSPEC_SERVICE_SUBMISSION,
       LMTP = SMTPSPEC_SERVICE_LMTP };

/* --- single look-ups ------------------------------------------------------ */

struct row {
    const char *name;
    enum smtpspec_profile profile;
    int service;
    uint64_t offered;
    enum smtpspec_command command;
    uint16_t code;
    enum smtpspec_listing want;
    const char *source; /* of the row given back; NULL: no row               */
};

#define ROW(name, profile, service, offered, command, code, want, source)   \
    { name, SMTPSPEC_PROFILE_##profile, service, offered,                   \
      SMTPSPEC_COMMAND_##command, code, SMTPSPEC_LISTING_##want, source }

static struct row rows[] = {
    ROW("kb234 lets HELO get 521", KB234, SMTP, 0, HELO, 521, LISTED, "kb234"),
    ROW("kb234 lets RSET get 200", KB234, SMTP, 0, RSET, 200, LISTED, "kb234"),
    ROW("kb234 lets no MAIL get 503", KB234, SMTP, 0, MAIL, 503, UNLISTED, "kb234"),
    ROW("kb234 greets with 220", KB234, SMTP, 0, CONNECT, 220, LISTED, "kb234"),
    ROW("kb234 greets with 421", KB234, SMTP, 0, CONNECT, 421, LISTED, "kb234"),
    ROW("kb234 has no 5yz greeting", KB234, SMTP, 0, CONNECT, 554, WRONG_DIGIT, "kb234"),
    ROW("kb234 has no 421 for QUIT", KB234, SMTP, 0, QUIT, 421, WRONG_DIGIT, "kb234"),
    ROW("kb234 has no 421 for TURN", KB234, SMTP, 0, TURN, 421, WRONG_DIGIT, "kb234"),
    ROW("kb234 has no 421 after the dot", KB234, SMTP, 0, DATA_END, 421, UNLISTED, "kb234"),
    ROW("kb234 has no 252", KB234, SMTP, 0, VRFY, 252, UNLISTED, "kb234"),
    ROW("kb234 knows no AUTH", KB234, SMTP, ALL, AUTH, 235, NO_ROW, NULL),
    ROW("kb234 heeds no extension", KB234, SMTP, ALL, MAIL, 530, UNLISTED, "kb234"),
    ROW("kb234 says nothing of unknown verbs", KB234, SMTP, 0, UNKNOWN, 500, NO_ROW, NULL),

    ROW("RFC 821 has 421 for QUIT by its text", RFC821, SMTP, 0, QUIT, 421, LISTED, "rfc821"),
    ROW("RFC 821 has 503 for MAIL by its prose", RFC821, SMTP, 0, MAIL, 503, LISTED, "rfc821"),
    ROW("RFC 821 has no EHLO", RFC821, SMTP, 0, EHLO, 250, NO_ROW, NULL),
    ROW("RFC 821 lets TURN get 250", RFC821, SMTP, 0, TURN, 250, LISTED, "rfc821"),

    ROW("RFC 2821 lets DATA get 451", RFC2821, SMTP, 0, DATA, 451, LISTED, "rfc2821"),
    ROW("RFC 5321 does not", RFC5321, SMTP, 0, DATA, 451, UNLISTED, "rfc5321"),
    ROW("RFC 5321 has 501 for every command", RFC5321, SMTP, 0, NOOP, 501, LISTED, "rfc5321"),
    ROW("RFC 5321 has 421 for every command", RFC5321, SMTP, 0, DATA, 421, LISTED, "rfc5321"),
    ROW("421 may greet", RFC5321, SMTP, 0, CONNECT, 421, LISTED, "rfc5321"),
    ROW("500 may not greet", RFC5321, SMTP, 0, CONNECT, 500, UNLISTED, "rfc5321"),
    ROW("421 may follow the dot", RFC5321, SMTP, 0, DATA_END, 421, LISTED, "rfc5321"),
    ROW("501 may not follow the dot", RFC5321, SMTP, 0, DATA_END, 501, UNLISTED, "rfc5321"),
    ROW("503 after a 554 greeting is no word", RFC5321, SMTP, 0, NOOP, 503, UNLISTED, "rfc5321"),
    ROW("354 to NOOP has a wrong digit", RFC5321, SMTP, 0, NOOP, 354, WRONG_DIGIT, "rfc5321"),
    ROW("RFC 5321 alone has no 521", RFC5321, SMTP, 0, CONNECT, 521, UNLISTED, "rfc5321"),
    ROW("RFC 5321 has no TURN", RFC5321, SMTP, 0, TURN, 502, NO_ROW, NULL),

    ROW("a code over the grammar", RFC5321, SMTP, 0, NOOP, 560, NOT_A_CODE, "rfc5321"),
    ROW("a code under it", RFC5321, SMTP, 0, NOOP, 199, NOT_A_CODE, "rfc5321"),
    ROW("a second digit of 6", RFC5321, SMTP, 0, NOOP, 260, NOT_A_CODE, "rfc5321"),
    ROW("no code at all", RFC5321, SMTP, 0, NOOP, 0, NOT_A_CODE, "rfc5321"),

    ROW("521 may greet today", MODERN, SMTP, 0, CONNECT, 521, LISTED, "rfc7504"),
    ROW("521 elsewhere is the state's", MODERN, SMTP, 0, NOOP, 521, UNLISTED, "rfc5321"),
    ROW("VRFY gets 252", MODERN, SMTP, 0, VRFY, 252, LISTED, "rfc5321"),
    ROW("RFC 1123 counts by 5.2.3 alone", MODERN, SMTP, 0, SEND, 251, NO_ROW, NULL),
    ROW("556 for RCPT", MODERN, SMTP, 0, RCPT, 556, LISTED, "rfc7504"),
    ROW("SPF error after the dot", MODERN, SMTP, 0, DATA_END, 451, LISTED, "rfc5321"),
    ROW("no AUTH where none is offered", MODERN, SMTP, 0, AUTH, 235, NO_ROW, NULL),
    ROW("AUTH where it is", MODERN, SMTP, WITH(AUTH), AUTH, 235, LISTED, "rfc4954"),
    ROW("530 needs an offer", MODERN, SMTP, WITH(SIZE), MAIL, 530, UNLISTED, "rfc5321"),
    ROW("530 before anything is offered", MODERN, SMTP, 0, MAIL, 530, LISTED, "rfc4954"),
    ROW("none of it in RFC 5321 alone", RFC5321, SMTP, 0, MAIL, 530, UNLISTED, "rfc5321"),
    ROW("530 for MAIL with AUTH", MODERN, SMTP, WITH(AUTH), MAIL, 530, LISTED, "rfc4954"),
    ROW("no 530 for RSET with AUTH", MODERN, SMTP, WITH(AUTH), RSET, 530, UNLISTED, "rfc5321"),
    ROW("530 for RSET with STARTTLS", MODERN, SMTP, WITH(STARTTLS), RSET, 530, LISTED, "rfc3207"),
    ROW("RFC 5321 speaks first", MODERN, SMTP, ALL, MAIL, 559, UNLISTED, "rfc5321"),
    ROW("no 530 for EHLO at all", MODERN, SMTP, ALL, EHLO, 530, UNLISTED, "rfc5321"),
    ROW("no 530 for the connection", MODERN, SMTP, ALL, CONNECT, 530, UNLISTED, "rfc5321"),
    ROW("no 554 for NOOP because STARTTLS is offered", MODERN, SMTP, WITH(STARTTLS), NOOP, 554,
        UNLISTED, "rfc5321"),
    ROW("no 554 for QUIT", MODERN, SMTP, WITH(STARTTLS), QUIT, 554, UNLISTED, "rfc5321"),
    ROW("AUTH may get 530 where TLS is due", MODERN, SMTP, WITH(AUTH) | WITH(STARTTLS), AUTH, 530,
        LISTED, "rfc3207"),
    ROW("502 for NOOP with ATRN", MODERN, SMTP, WITH(ATRN), NOOP, 502, LISTED, "rfc2645"),
    ROW("552 for RCPT is in RFC 5321", MODERN, SMTP, 0, RCPT, 552, LISTED, "rfc5321"),
    ROW("452 for DATA with SIZE", MODERN, SMTP, WITH(SIZE), DATA, 452, LISTED, "rfc1870"),
    ROW("452 for DATA without", MODERN, SMTP, 0, DATA, 452, UNLISTED, "rfc5321"),
    ROW("BDAT may get any 4yz", MODERN, SMTP, WITH(CHUNKING), BDAT, 442, LISTED, "rfc3030"),
    ROW("BDAT may get any 5yz", MODERN, SMTP, WITH(CHUNKING), BDAT, 559, LISTED, "rfc3030"),
    ROW("but no code past the grammar", MODERN, SMTP, WITH(CHUNKING), BDAT, 571, NOT_A_CODE,
        "rfc3030"),
    ROW("BDAT gets no 3yz", MODERN, SMTP, WITH(CHUNKING), BDAT, 354, WRONG_DIGIT, "rfc3030"),
    ROW("replaced texts do not count", MODERN, SMTP, ALL, EHLO, 503, UNLISTED, "rfc5321"),
    ROW("modern has no SEND", MODERN, SMTP, ALL, SEND, 250, NO_ROW, NULL),

    ROW("submission: 554 for MAIL", MODERN, SUBMISSION, 0, MAIL, 554, LISTED, "rfc6409"),
    ROW("relay: no 554 for MAIL", MODERN, SMTP, 0, MAIL, 554, UNLISTED, "rfc5321"),
    ROW("submission: 530 for MAIL", MODERN, SUBMISSION, 0, MAIL, 530, LISTED, "rfc6409"),

    ROW("LMTP: LHLO", MODERN, LMTP, 0, LHLO, 250, LISTED, "rfc2033"),
    ROW("SMTP: no LHLO", MODERN, SMTP, 0, LHLO, 250, NO_ROW, NULL),
    ROW("LMTP: EHLO must not succeed", MODERN, LMTP, 0, EHLO, 250, WRONG_DIGIT, "rfc2033"),
    ROW("LMTP: EHLO gets 500", MODERN, LMTP, 0, EHLO, 500, LISTED, "rfc2033"),
    ROW("LMTP: HELO gets 502 with a word", MODERN, LMTP, 0, HELO, 502, UNLISTED, "rfc2033"),
    ROW("LMTP: RCPT as in SMTP", MODERN, LMTP, 0, RCPT, 550, LISTED, "rfc5321"),
};

static void stands_as_wanted(void **state)
{
    const struct row *row = *state;
    struct smtpspec_terms terms = { row->profile,
                                    (enum smtpspec_service)row->service,
                                    row->offered, false };
    const struct smtpspec_reply_rule *rule = NULL;
    enum smtpspec_listing listing =
        smtpspec_rules_look_up(&terms, row->command, row->code, &rule);

    assert_int_equal(listing, row->want);
    assert_int_equal(listing, smtpspec_rules_look_up(&terms, row->command,
                                                     row->code, NULL));
    if (listing == SMTPSPEC_LISTING_NO_ROW) {
        assert_null(rule);
        return;
    }
    assert_non_null(rule);
    assert_string_equal(smtpspec_source_name(rule->source), row->source);
    if (listing == SMTPSPEC_LISTING_LISTED && !rule->whole_class)
        assert_int_equal(rule->code, row->code);
    else if (listing != SMTPSPEC_LISTING_LISTED)
        assert_int_equal(rule->command, row->command);
}

/* --- the table as a whole ------------------------------------------------- */

static void no_row_stands_twice(void **state)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);

    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (rules[i].source == rules[k].source &&
                rules[i].command == rules[k].command &&
                rules[i].code == rules[k].code)
                fail_msg("%s: %s %u twice",
                         smtpspec_source_name(rules[i].source),
                         smtpspec_command_name(
                             (enum smtpspec_command)rules[i].command),
                         rules[i].code);
}

static void kind_and_code_agree(void **state)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);

    (void)state;
    assert_true(count > 500);
    for (size_t i = 0; i < count; i++) {
        unsigned digit = rules[i].code / 100;

        assert_int_equal(rules[i].kind == SMTPSPEC_KIND_SUCCESS, digit == 2);
        assert_int_equal(rules[i].kind == SMTPSPEC_KIND_INTERMEDIATE,
                         digit == 3);
        assert_true(rules[i].section[0] != '\0');
        assert_null(strchr(rules[i].note, '\t'));
        assert_int_equal(rules[i].phase >= SMTPSPEC_PHASE_ANY,
                         rules[i].command == SMTPSPEC_COMMAND_UNSET);
    }
}

/* By itself every text lists what its rows have, and nothing else. */
static void kb234_lists_its_rows_and_nothing_else(void **state)
{
    size_t count, listed = 0, own = 0;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);
    struct smtpspec_terms terms = { SMTPSPEC_PROFILE_KB234,
                                    SMTPSPEC_SERVICE_SMTP, ALL, false };

    (void)state;
    for (size_t i = 0; i < count; i++)
        if (rules[i].source == SMTPSPEC_SOURCE_KB234) {
            own++;
            assert_int_equal(
                smtpspec_rules_look_up(
                    &terms, (enum smtpspec_command)rules[i].command,
                    rules[i].code, NULL),
                SMTPSPEC_LISTING_LISTED);
        }
    for (int c = 0; c < SMTPSPEC_COMMAND_COUNT; c++)
        for (unsigned code = 0; code < 1000; code++)
            listed += smtpspec_rules_look_up(&terms, (enum smtpspec_command)c,
                                             (uint16_t)code, NULL) ==
                      SMTPSPEC_LISTING_LISTED;
    assert_int_equal(own, 111);
    assert_int_equal(listed, 111);
}

static void a_row_holds_only_while_its_extension_is_offered(void **state)
{
    size_t count;
    const struct smtpspec_reply_rule *rules = smtpspec_reply_rules(&count);
    unsigned seen = 0;

    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct smtpspec_terms terms = { SMTPSPEC_PROFILE_MODERN,
                                        SMTPSPEC_SERVICE_SUBMISSION, ALL, false };

        if (rules[i].needs == SMTPSPEC_EXTENSION_NONE ||
            !smtpspec_reply_rule_holds(&rules[i], &terms))
            continue;
        seen++;
        terms.offered = SMTPSPEC_BIT64(rules[i].needs);
        assert_true(smtpspec_reply_rule_holds(&rules[i], &terms));
        terms.offered = ~terms.offered;
        assert_false(smtpspec_reply_rule_holds(&rules[i], &terms));
    }
    assert_true(seen > 60);
}

/* RFC 3207, 4.1: what a server finds too weak must be there. */
static void weak_tls_is_refused_only_inside_it(void **state)
{
    struct smtpspec_terms terms = { SMTPSPEC_PROFILE_MODERN,
                                    SMTPSPEC_SERVICE_SMTP, 0, .tls = true };

    (void)state;
    assert_int_equal(smtpspec_rules_look_up(&terms, SMTPSPEC_COMMAND_RCPT, 554, NULL),
                     SMTPSPEC_LISTING_LISTED);
    assert_int_equal(smtpspec_rules_look_up(&terms, SMTPSPEC_COMMAND_QUIT, 554, NULL),
                     SMTPSPEC_LISTING_UNLISTED);
    terms.tls = false;
    terms.offered = SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_STARTTLS);
    assert_int_equal(smtpspec_rules_look_up(&terms, SMTPSPEC_COMMAND_RCPT, 554, NULL),
                     SMTPSPEC_LISTING_UNLISTED);
}

static void modern_has_no_text_that_was_replaced(void **state)
{
    static const uint8_t replaced[] = {
        SMTPSPEC_SOURCE_KB234,   SMTPSPEC_SOURCE_RFC821,
        SMTPSPEC_SOURCE_RFC876,  SMTPSPEC_SOURCE_RFC1830,
        SMTPSPEC_SOURCE_RFC1846, SMTPSPEC_SOURCE_RFC1869,
        SMTPSPEC_SOURCE_RFC1891, SMTPSPEC_SOURCE_RFC2197,
        SMTPSPEC_SOURCE_RFC2487, SMTPSPEC_SOURCE_RFC2554,
        SMTPSPEC_SOURCE_RFC2821, SMTPSPEC_SOURCE_RFC5336,
        SMTPSPEC_SOURCE_RFC5321BIS, SMTPSPEC_SOURCE_NONE,
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(replaced); i++)
        assert_false(smtpspec_profile_has_source(SMTPSPEC_PROFILE_MODERN,
                                                 replaced[i]));
    assert_true(smtpspec_profile_has_source(SMTPSPEC_PROFILE_MODERN,
                                            SMTPSPEC_SOURCE_RFC9422));
}

static void profiles_have_names_both_ways(void **state)
{
    (void)state;
    for (int i = 1; i < SMTPSPEC_PROFILE_COUNT; i++) {
        enum smtpspec_profile profile = (enum smtpspec_profile)i;

        assert_int_equal(smtpspec_profile_of(smtpspec_span_of(
                             smtpspec_profile_name(profile))),
                         profile);
        assert_true(smtpspec_profile_text(profile)[0] != '\0');
    }
    assert_int_equal(smtpspec_profile_of(SMTPSPEC_SPAN("MODERN")),
                     SMTPSPEC_PROFILE_MODERN);
    assert_int_equal(smtpspec_profile_of(SMTPSPEC_SPAN("moder")),
                     SMTPSPEC_PROFILE_UNSET);
    assert_int_equal(smtpspec_profile_of(SMTPSPEC_SPAN("?")),
                     SMTPSPEC_PROFILE_UNSET);
    assert_true(smtpspec_profile_is_strict(SMTPSPEC_PROFILE_KB234));
    assert_true(smtpspec_profile_is_strict(SMTPSPEC_PROFILE_RFC821));
    assert_false(smtpspec_profile_is_strict(SMTPSPEC_PROFILE_RFC5321));
    assert_false(smtpspec_profile_is_strict(SMTPSPEC_PROFILE_MODERN));
}

static void any_value_may_be_asked(void **state)
{
    struct smtpspec_terms terms = { (enum smtpspec_profile)99,
                                    (enum smtpspec_service)99, ALL, false };

    (void)state;
    assert_int_equal(smtpspec_rules_look_up(&terms, SMTPSPEC_COMMAND_MAIL, 250,
                                            NULL),
                     SMTPSPEC_LISTING_NO_ROW);
    for (unsigned i = 0; i < 100; i++) {
        assert_string_equal(smtpspec_source_name(SMTPSPEC_SOURCE_COUNT + i), "?");
        assert_string_equal(smtpspec_source_title(SMTPSPEC_SOURCE_COUNT + i), "?");
        assert_string_equal(smtpspec_profile_name(SMTPSPEC_PROFILE_COUNT + i), "?");
        assert_string_equal(smtpspec_profile_text(SMTPSPEC_PROFILE_COUNT + i), "");
        assert_string_equal(smtpspec_kind_name(SMTPSPEC_KIND_COUNT + i), "?");
    }
    for (unsigned i = 0; i < SMTPSPEC_SOURCE_COUNT; i++)
        assert_string_not_equal(smtpspec_source_title(i), "?");
    assert_string_equal(smtpspec_kind_name(SMTPSPEC_KIND_SUCCESS), "success");
    assert_string_equal(smtpspec_kind_name(SMTPSPEC_KIND_ERROR), "error");
    assert_false(smtpspec_profile_has_source((enum smtpspec_profile)99, 1));
    assert_false(smtpspec_profile_has_source(SMTPSPEC_PROFILE_MODERN, 255));
}

static struct CMUnitTest whole[] = {
    cmocka_unit_test(no_row_stands_twice),
    cmocka_unit_test(kind_and_code_agree),
    cmocka_unit_test(kb234_lists_its_rows_and_nothing_else),
    cmocka_unit_test(a_row_holds_only_while_its_extension_is_offered),
    cmocka_unit_test(weak_tls_is_refused_only_inside_it),
    cmocka_unit_test(modern_has_no_text_that_was_replaced),
    cmocka_unit_test(profiles_have_names_both_ways),
    cmocka_unit_test(any_value_may_be_asked),
};

int main(void)
{
    struct CMUnitTest tests[SMTPSPEC_ARRAY_LEN(rows) +
                            SMTPSPEC_ARRAY_LEN(whole)];
    size_t count = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        tests[count++] = (struct CMUnitTest){
            .name = rows[i].name,
            .test_func = stands_as_wanted,
            .initial_state = &rows[i],
        };
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(whole); i++)
        tests[count++] = whole[i];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
