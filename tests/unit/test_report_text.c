/* SPDX-License-Identifier: MIT */
/*
 * test_report_text.c - what the text report makes of many findings: causes,
 * what was not tested, the closing words
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/layout.h"
#include "support/report_story.h"

#define MUST SMTPSPEC_LEVEL_MUST
#define FAIL SMTPSPEC_OUTCOME_FAIL
#define PASS SMTPSPEC_OUTCOME_PASS
#define SKIP SMTPSPEC_OUTCOME_SKIP

static char *page;
static size_t page_length;

/* The page of one target with these results, in `page`. */
static void tell(struct smtpspec_report_options options,
                 const struct smtpspec_result *results, size_t count)
{
    const struct smtpspec_report_writer *text = &smtpspec_report_text;
    struct smtpspec_target_facts facts = { .name = "mx.example" };
    struct smtpspec_report *report;

    free(page);
    options.file = open_memstream(&page, &page_length);
    assert_non_null(options.file);
    report = smtpspec_report_open(text, &options);
    text->begin(report, &story_facts);
    smtpspec_report_target_begin(text, report, facts.name);
    for (size_t i = 0; i < count; i++) {
        smtpspec_summary_add(&facts.summary, &results[i]);
        text->result(report, &results[i]);
    }
    text->target_end(report, &facts);
    assert_int_equal(smtpspec_report_end(text, report, &story_facts), SMTPSPEC_OK);
    assert_int_equal(fclose(options.file), 0);
}

#define TELL(results) tell((struct smtpspec_report_options){ 0 }, results,  \
                           SMTPSPEC_ARRAY_LEN(results))

static void says(const char *part)
{
    if (strstr(page, part) == NULL)
        fail_msg("no \"%s\" in:\n%s", part, page);
}

static void says_not(const char *part)
{
    if (strstr(page, part) != NULL)
        fail_msg("\"%s\" in:\n%s", part, page);
}

/* Whether both stand there, in this order. */
static void says_before(const char *first, const char *second)
{
    says(first);
    says(second);
    if (strstr(page, first) > strstr(page, second))
        fail_msg("\"%s\" behind \"%s\" in:\n%s", first, second, page);
}

static unsigned times(const char *part)
{
    unsigned count = 0;

    for (const char *at = page; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* --- Causes --------------------------------------------------------------- */

static const struct smtpspec_transcript_entry two_lines[] = {
    { 'C', 0, OCTETS("RCPT TO:<a@mx.example>\r\n"), false },
    { 'S', 1, OCTETS("250 ok\r\n"), true },
};

static const struct smtpspec_transcript_entry four_lines[] = {
    { 'C', 0, OCTETS("RSET\r\n"), false },
    { 'S', 1, OCTETS("250 ok\r\n"), false },
    { 'C', 2, OCTETS("RCPT TO:<a@mx.example>\r\n"), false },
    { 'S', 3, OCTETS("250 ok\r\n"), true },
};

/* Fewer octets, and more to read. */
static const struct smtpspec_transcript_entry four_words[] = {
    { 'C', 0, OCTETS("A\r\n"), false },
    { 'S', 1, OCTETS("500\r\n"), false },
    { 'C', 2, OCTETS("B\r\n"), false },
    { 'S', 3, OCTETS("250\r\n"), true },
};

/* A case that fails by expect.RCPT.READY. */
static struct smtpspec_result
by_rule(const char *id, const struct smtpspec_transcript_entry *entries,
        unsigned count)
{
    return (struct smtpspec_result){
        .id = id, .title = "what it is about", .level = MUST, .outcome = FAIL,
        .layer = SMTPSPEC_LAYER_STATE, .reference = "5321:3.3",
        .rule = "expect.RCPT.READY", .row = "expect.def:67",
        .requirement = "RCPT without MAIL gets 503",
        .security = SMTPSPEC_SECURITY_NON_CONFORMING,
        .command = SMTPSPEC_COMMAND_RCPT,
        .again = "smtpspec check --only it mx.example",
        .transcript = entries, .transcript_count = count };
}

/* The first one met is neither the shortest nor on the topic. */
static void shows_the_clearest_of_one_cause(void **state)
{
    struct smtpspec_result results[] = {
        by_rule("data.end.drops", four_lines, 4),
        by_rule("rcpt.words", four_words, 4),
        by_rule("enhanced.error", two_lines, 2),
        by_rule("sweep.ready.rcpt", two_lines, 2),
        by_rule("rcpt.before-mail", two_lines, 2),
        by_rule("rcpt.after-rset", four_lines, 4),
    };

    (void)state;
    TELL(results);
    says("\nFAIL  RCPT without MAIL gets 503\n"
         "      6 cases   MUST   RFC 5321, 3.3\n"
         "      layer     state, rule expect.RCPT.READY, expect.def:67\n"
         "      security  non-conforming only\n"
         "      shown     rcpt.before-mail: what it is about\n");
    says("      also in   data.end.drops, rcpt.words, sweep.ready.rcpt, "
         "enhanced.error,\n                rcpt.after-rset\n");
    assert_int_equal(times("-> S: "), 1);
    says("      why          6  RCPT without MAIL gets 503\n");
    says("      next      smtpspec explain rcpt.before-mail\n");
}

static void one_case_leads_by_its_id(void **state)
{
    struct smtpspec_result results[] = {
        by_rule("rcpt.before-mail", two_lines, 2),
    };

    (void)state;
    TELL(results);
    says("\nFAIL  rcpt.before-mail   MUST   RFC 5321, 3.3\n"
         "      what it is about\n"
         "      rule      RCPT without MAIL gets 503\n");
    says_not("also in");
}

/* One row of the table speaks of several states, each a rule. */
static void rules_of_one_row_are_one_cause(void **state)
{
    struct smtpspec_result results[] = {
        by_rule("rcpt.before-mail", two_lines, 2),
        by_rule("sweep.idle.rcpt", two_lines, 2),
    };

    (void)state;
    results[1].rule = "expect.RCPT.IDLE";
    TELL(results);
    says("      2 cases   MUST");
    results[1].row = "expect.def:99";
    TELL(results);
    assert_int_equal(times("\nFAIL  "), 3); /* and the closing verdict */
}

/* "case.RCPT" is of every case that demands something of RCPT. */
static void what_cases_demand_is_no_common_cause(void **state)
{
    struct smtpspec_result results[] = {
        by_rule("rcpt.path.nul", two_lines, 2),
        by_rule("rcpt.path.control", two_lines, 2),
    };

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        results[i].rule = "case.RCPT";
        results[i].layer = SMTPSPEC_LAYER_CASE;
        results[i].row = "5321-recipient.case:99";
    }
    TELL(results);
    says("\nFAIL  rcpt.path.nul ");
    says("\nFAIL  rcpt.path.control ");
}

static void a_thousand_cases_are_named_in_part(void **state)
{
    static struct smtpspec_result results[1000];
    static char ids[1000][16];

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(ids[i], sizeof(ids[i]), "rcpt.%03u", i);
        results[i] = by_rule(ids[i], two_lines, 2);
    }
    TELL(results);
    says("      1000 cases ");
    says("rcpt.012 and\n                987 more\n");
    assert_int_equal(times("rcpt.013"), 0);
    tell((struct smtpspec_report_options){ .verbose = true }, results, 1000);
    assert_int_equal(times("\nFAIL  rcpt."), 1000);
}

/* --- What somebody can make use of ---------------------------------------- */

static void a_use_leads_and_is_never_hidden(void **state)
{
    struct smtpspec_result results[] = {
        by_rule("rcpt.before-mail", two_lines, 2),
        by_rule("starttls.injected.noop", four_lines, 4),
        by_rule("starttls.injected.ehlo", two_lines, 2),
        by_rule("relay.plain", two_lines, 2),
        by_rule("mail.path.no-brackets", two_lines, 2),
    };

    (void)state;
    for (unsigned i = 1; i < 4; i++) {
        results[i].layer = SMTPSPEC_LAYER_CASE;
        results[i].security = SMTPSPEC_SECURITY_EXPLOITABLE;
        results[i].security_reason = "injection: somebody gains";
        results[i].security_reference = "3207:4.2; CVE-2011-0411";
    }
    results[3].outcome = results[4].outcome = PASS;
    results[3].level = results[4].level = SMTPSPEC_LEVEL_POLICY;
    results[3].security_reason = "open relay: strangers send";
    results[4].security = SMTPSPEC_SECURITY_NONE;
    TELL(results);
    says_before("\nFAIL  injection: somebody gains\n      2 cases",
                "\nFAIL  rcpt.before-mail");
    says("      security  exploitable (RFC 3207, 4.2; CVE-2011-0411)\n");
    says_before("\nFAIL  rcpt.before-mail", "\nNOTE  relay.plain   POLICY");
    says("      security  exploitable: open relay: strangers send");
    says_not("mail.path.no-brackets");
    says("      why          2  exploitable: injection: somebody gains\n");
    says("                   1  exploitable: open relay: strangers send\n");
    says_not("hidden");
    says("mx.example   FAIL\n");
}

static void what_is_below_the_level_is_counted(void **state)
{
    struct smtpspec_result results[] = {
        by_rule("rcpt.before-mail", two_lines, 2),
        by_rule("noop.text", two_lines, 2),
    };

    (void)state;
    results[1].level = SMTPSPEC_LEVEL_SHOULD;
    results[1].outcome = SMTPSPEC_OUTCOME_WARN;
    tell((struct smtpspec_report_options){ .least = MUST }, results, 2);
    says("      hidden    1 below MUST; --level should shows more\n");
    says_not("noop.text");
    tell((struct smtpspec_report_options){ .least = MUST }, results + 1, 1);
    says("mx.example   WARN\n");
}

/* The case is INFO, what it breaks on its way is not; that is what counts, and
 * what is cited. */
static void cites_what_was_broken(void **state)
{
    static const struct smtpspec_result_verdict verdict = {
        .outcome = FAIL, .level = MUST, .rule = "defect.bare-lf",
        .reference = "5321:2.3.8", .text = "a line ends with CRLF" };
    struct smtpspec_result result = {
        .id = "case.0", .title = "a case", .level = SMTPSPEC_LEVEL_INFO,
        .outcome = FAIL, .rule = "defect.bare-lf", .reference = "5321:4.1.4",
        .verdicts = &verdict, .verdict_count = 1 };

    (void)state;
    tell((struct smtpspec_report_options){ .least = MUST }, &result, 1);
    says("FAIL  case.0   MUST   RFC 5321, 2.3.8\n");
    says_not("hidden");
}

/* --- What was not tested -------------------------------------------------- */

static struct smtpspec_result left_out(const char *id, const char *reason)
{
    return (struct smtpspec_result){ .id = id, .level = MUST, .outcome = SKIP,
                                     .reason = reason };
}

static void folds_what_is_not_offered(void **state)
{
    struct smtpspec_result results[] = {
        left_out("send.offered", "SEND not offered"),
        left_out("burl.a", "BURL not offered"),
        left_out("etrn.a", "ETRN offered"),
        left_out("burl.b", "BURL not offered"),
        left_out("data.a", "needs --to"),
        left_out("data.b", "needs --to"),
        left_out("mail.a", "needs --user"),
    };

    (void)state;
    TELL(results);
    says("skipped       3  not offered: BURL (2), SEND\n");
    says("skipped       1  only for servers that do not offer ETRN\n");
    says("skipped       2  needs --to\nskipped       1  needs --user\n"
         "                 mail.a\n");
    says("      next      with --to, 2 more would be tested\n");
    says("mx.example   NONE\n");
    tell((struct smtpspec_report_options){ .verbose = true }, results,
         SMTPSPEC_ARRAY_LEN(results));
    says("skipped       2  BURL not offered\n"
         "                 burl.a, burl.b\n");
}

/* Many cases share a reason of the baseline; what is known of a hole is said to
 * be one. */
static void groups_what_is_known_by_its_reason(void **state)
{
    struct smtpspec_result results[] = {
        by_rule("rcpt.before-mail", two_lines, 2),
        by_rule("rcpt.after-rset", two_lines, 2),
        by_rule("data.smuggled.x", two_lines, 2),
        by_rule("noop.text", two_lines, 2),
    };

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        results[i].expected_failure = true;
        results[i].expected_failure_reason = i < 2 ? "as it is" : "a hole";
    }
    results[1].outcome = SMTPSPEC_OUTCOME_WARN;
    results[2].security = SMTPSPEC_SECURITY_EXPLOITABLE;
    results[3].outcome = PASS;
    TELL(results);
    says("KNOWN         2  as it is\n"
         "                 rcpt.before-mail, rcpt.after-rset\n"
         "KNOWN         1  exploitable: a hole\n"
         "                 data.smuggled.x\n"
         "FIXED         1  passes now: take it out of the baseline\n"
         "                 noop.text\n");
    says("mx.example   FIXED\n");
    says_not("      why");
}

/* What a server says of its reason is told in words that are known. */
static void tells_why_a_server_refused(void **state)
{
    struct smtpspec_result result = left_out(
        "mail.null", "554 to MAIL: \"5.7.1 blocked using dnsbl.example\"");

    (void)state;
    result.outcome = SMTPSPEC_OUTCOME_BLOCKED;
    tell((struct smtpspec_report_options){ 0 }, &result, 1);
    says("                 likely: an address or a domain is on a DNS block list");
    result.outcome = SKIP;
    tell((struct smtpspec_report_options){ 0 }, &result, 1);
    says_not("likely");
}

static void tells_where_a_case_of_ones_own_stands(void **state)
{
    struct smtpspec_result result = by_rule("own.noop", two_lines, 2);

    (void)state;
    result.rule = "case.NOOP";
    result.layer = SMTPSPEC_LAYER_CASE;
    result.row = "my/cases/own.case:2";
    tell((struct smtpspec_report_options){ 0 }, &result, 1);
    says("      next      see my/cases/own.case:2\n");
}

/* Of several targets those that did not pass come once more, twenty at the
 * most. */
static void ends_with_those_that_did_not_pass(void **state)
{
    struct smtpspec_report_options options = { .quiet = false };
    const struct smtpspec_report_writer *text = &smtpspec_report_text;
    struct smtpspec_result bad = by_rule("rcpt.before-mail", two_lines, 2);
    struct smtpspec_result good = { .id = "noop.text" };
    struct smtpspec_report *report;

    (void)state;
    free(page);
    options.file = open_memstream(&page, &page_length);
    report = smtpspec_report_open(text, &options);
    text->begin(report, &story_facts);
    for (unsigned i = 0; i < 50; i++) {
        struct smtpspec_target_facts facts = { .name = "mx.example" };
        const struct smtpspec_result *result = i % 2 == 0 ? &bad : &good;

        smtpspec_summary_add(&facts.summary, result);
        facts.trouble = i == 4 ? "connection refused" : NULL;
        smtpspec_report_target_begin(text, report, facts.name);
        if (facts.trouble == NULL)
            text->result(report, result);
        text->target_end(report, &facts);
    }
    assert_int_equal(smtpspec_report_end(text, report, &story_facts), SMTPSPEC_OK);
    assert_int_equal(fclose(options.file), 0);
    assert_int_equal(times("\nFAIL  mx.example   1 found: RCPT without MAIL "
                           "gets 503\n"), 19);
    assert_int_equal(times("\nERROR mx.example   could not be tested: "
                           "connection refused\n"), 2);
    says("\n      and 5 more did not pass\n50 targets: ");
}

/* --- The page as a whole -------------------------------------------------- */

/* All but the line to be copied, and what is on one line by its nature. */
static void fits_eighty_columns(void **state)
{
    static const struct smtpspec_report_options all[] = {
        { .quiet = false }, { .least = SMTPSPEC_LEVEL_INFO },
        { .verbose = true }, { .verbose = true, .hex = true },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(all); i++) {
        tell(all[i], story_results, SMTPSPEC_ARRAY_LEN(story_results));
        for (char *line = page; *line != '\0';) {
            size_t length = strcspn(line, "\n");

            if (length > SMTPSPEC_LAYOUT_WIDTH &&
                strncmp(line, "      again:", 12) != 0)
                fail_msg("%zu columns: %.*s", length, (int)length, line);
            line += length + 1;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_clearest_of_one_cause),
        cmocka_unit_test(one_case_leads_by_its_id),
        cmocka_unit_test(rules_of_one_row_are_one_cause),
        cmocka_unit_test(what_cases_demand_is_no_common_cause),
        cmocka_unit_test(a_thousand_cases_are_named_in_part),
        cmocka_unit_test(a_use_leads_and_is_never_hidden),
        cmocka_unit_test(what_is_below_the_level_is_counted),
        cmocka_unit_test(cites_what_was_broken),
        cmocka_unit_test(folds_what_is_not_offered),
        cmocka_unit_test(groups_what_is_known_by_its_reason),
        cmocka_unit_test(tells_why_a_server_refused),
        cmocka_unit_test(tells_where_a_case_of_ones_own_stands),
        cmocka_unit_test(ends_with_those_that_did_not_pass),
        cmocka_unit_test(fits_eighty_columns),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    free(page);
    return failed;
}
