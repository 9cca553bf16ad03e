/* SPDX-License-Identifier: MIT */
/*
 * test_security.c - security.def: which row speaks of what, and that each row
 * can speak at all
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/judge.h>

#include "case/embedded.h"
#include "case/security.h"
#include "case/sweep.h"
#include "support/rows.h"

#define NONE SMTPSPEC_SECURITY_NONE
#define BREACH SMTPSPEC_SECURITY_NON_CONFORMING
#define HOLE SMTPSPEC_SECURITY_EXPLOITABLE
#define PASS SMTPSPEC_OUTCOME_PASS
#define WARN SMTPSPEC_OUTCOME_WARN
#define FAIL SMTPSPEC_OUTCOME_FAIL

struct row {
    const char *id, *rule;
    enum smtpspec_outcome outcome;
    const char *observed;
    enum smtpspec_security security;
    const char *says; /* a word of the reason; NULL: there is none */
};

static struct row rows[] = {
    { "data.smuggled.lf-dot-lf", "session.false-end", FAIL, "250 queued",
      HOLE, "CVE-2023-51764" },
    { "session.false-end", "session.false-end", FAIL, "250 queued", HOLE,
      "smuggling" },
    { "data.end.cr-dot-cr", "session.reply-in-content", FAIL, "250 ok", HOLE,
      "smuggling" },
    { "data.end.cr-dot-cr", "session.reply-in-content", FAIL, "500 too long",
      BREACH, "out of step" },
    { "data.end.twice", "session.reply-in-content", FAIL, "250 ok", BREACH,
      "out of step" },
    { "bdat.refused.last", "session.unasked", FAIL, "250 ok", HOLE, "chunk" },
    { "line.tail-of-1024", "session.unasked", FAIL, "250 ok", HOLE, "long" },
    { "sweep.ready.noop.too-long", "session.unasked", FAIL, "250 ok", HOLE,
      "long" },
    { "line.much-too-long", "session.unasked", FAIL, "500 what", BREACH,
      "refused" },
    { "line.bare-lf", "session.lf-ends-line", FAIL, "250 ok", BREACH,
      "no hole" },
    { "line.nul", "session.dead", FAIL, "nobody answers any more", HOLE,
      "denial" },
    { "starttls.injected.ehlo", "case.EHLO", FAIL, "503 again", HOLE,
      "CVE-2011-0411" },
    { "starttls.injected.ehlo", "session.close-silent", FAIL,
      "connection closed", BREACH, "crash" },
    { "starttls.injected.ehlo", "defect.bare-lf", FAIL, "250 ok", BREACH,
      NULL },
    { "starttls.drops-auth", "case.AUTH", FAIL, "503 already", HOLE,
      "log in as himself" },
    { "starttls.drops-recipients", "case.DATA", FAIL, "354 go", HOLE,
      "recipient" },
    { "auth.base64.nul", "case.AUTH", FAIL, "535 no", BREACH, NULL },
    { "auth.base64.nul", "case.AUTH", FAIL, "235 welcome", HOLE, "no response" },
    { "auth.wrong-password", "case.AUTH", FAIL, "235 welcome", HOLE,
      "password" },
    { "auth.again", "case.AUTH", FAIL, "235 welcome", BREACH, NULL },
    { "relay.percent", "case.RCPT", PASS, "250 ok", HOLE, "open relay" },
    { "relay.percent", "case.RCPT", PASS, "454 not now", NONE, NULL },
    { "auth.plaintext-in-clear", "case.EHLO", PASS, "250-AUTH PLAIN", HOLE,
      "clear" },
    { "rcpt.path.nul", "case.RCPT", FAIL, "250 ok", HOLE, "NUL" },
    { "rcpt.path.nul", "case.RCPT", FAIL, "no reply", BREACH, NULL },
    { "rcpt.path.control", "case.RCPT", FAIL, "250 ok", BREACH, "no hole" },
    { "rcpt.before-mail", "expect.RCPT.READY", FAIL, "250 ok", BREACH, NULL },
    { "mail.path.no-brackets", "expect.MAIL.READY.bad-argument", PASS,
      "250 ok", NONE, NULL },
    { "reply.echo.control", "defect.control", FAIL, "500 ?", BREACH, "raw" },
    { "reply.plain", "defect.control", FAIL, "250 ?", BREACH, NULL },
    { "noop.text", "expect.NOOP.READY", WARN, NULL, BREACH, NULL },
    { "rcpt.accepted", NULL, PASS, NULL, NONE, NULL },
    { "relay.plain", NULL, PASS, "550 no", NONE, NULL },
};

static void finds_the_row_that_speaks(void **state)
{
    const struct row *row = *state;
    struct smtpspec_result result = { .id = row->id, .rule = row->rule,
                                      .outcome = row->outcome,
                                      .observed = row->observed };

    smtpspec_security_judge(&result);
    assert_string_equal(smtpspec_security_name(result.security),
                        smtpspec_security_name(row->security));
    if (row->says == NULL) {
        assert_null(result.security_reason);
        return;
    }
    assert_non_null(result.security_reason);
    if (strstr(result.security_reason, row->says) == NULL)
        assert_non_null(strstr(result.security_reference, row->says));
}

/* What is broken besides may weigh more than what is broken first, and keeps
 * its own sentence. */
static void the_worst_of_several_counts(void **state)
{
    struct smtpspec_result_verdict verdicts[] = {
        { .outcome = FAIL, .rule = "defect.bare-lf", .observed = "250 ok" },
        { .outcome = FAIL, .rule = "session.lf-ends-line" },
        { .outcome = FAIL, .rule = "session.false-end" },
        { .outcome = FAIL, .rule = "session.close-silent" },
    };
    struct smtpspec_result result = {
        .id = "data.end.lf-dot-lf", .outcome = FAIL, .rule = "defect.bare-lf",
        .verdicts = verdicts };

    (void)state;
    result.verdict_count = 1;
    smtpspec_security_judge(&result);
    assert_int_equal(result.security, BREACH);
    assert_null(result.security_reason);
    result.verdict_count = 2;
    smtpspec_security_judge(&result);
    assert_int_equal(result.security, BREACH);
    assert_non_null(strstr(result.security_reason, "lone LF"));
    result.verdict_count = 4;
    smtpspec_security_judge(&result);
    assert_int_equal(result.security, HOLE);
    assert_non_null(strstr(result.security_reason, "smuggling"));
}

/* --- Each row against what there is --------------------------------------- */

static bool fits(struct smtpspec_span id, const char *pattern)
{
    return smtpspec_case_matches(id, smtpspec_span_of(pattern));
}

static bool is_of_some_case(const char *pattern)
{
    static struct smtpspec_case one;
    struct smtpspec_embedded_walk walk = { 0 };
    char room[SMTPSPEC_CASE_SWEEP_ROOM];
    bool found = false;

    while (!found && smtpspec_embedded_next(&walk, &one))
        found = fits(one.id, pattern);
    for (size_t i = 0;
         !found && smtpspec_case_sweep(i, &one, room, sizeof(room)); i++)
        found = fits(one.id, pattern);
    return found;
}

static bool is_of_some_rule(const char *pattern)
{
    struct smtpspec_verdict verdict;
    char id[96];
    bool found = false;

    for (unsigned i = 1; !found && i < SMTPSPEC_MANNER_COUNT; i++) {
        smtpspec_verdict_of_manner((enum smtpspec_manner)i, &verdict);
        smtpspec_verdict_rule(&verdict, id, sizeof(id));
        found = fits(smtpspec_span_of(id), pattern);
    }
    /* Of these no list is made. */
    return found || fits(SMTPSPEC_SPAN("defect.bare-lf"), pattern) ||
           fits(SMTPSPEC_SPAN("reply.RCPT"), pattern) ||
           fits(SMTPSPEC_SPAN("expect.AUTH-CONTINUE.AUTH.bad-argument"),
                pattern);
}

static void each_row_speaks_of_something(void **state)
{
    size_t count;
    const struct smtpspec_security_row *all = smtpspec_security_rows(&count);

    (void)state;
    assert_true(count > 30);
    for (size_t i = 0; i < count; i++) {
        if (all[i].test[0] != '\0' && !is_of_some_case(all[i].test))
            fail_msg("no case fits %s", all[i].test);
        if (all[i].rule[0] != '\0' && !is_of_some_rule(all[i].rule))
            fail_msg("no rule fits %s", all[i].rule);
        assert_int_equal(all[i].why[0] == '\0', all[i].reference[0] == '\0');
        /* "open relay: ..." */
        if (all[i].security == HOLE)
            assert_in_range(strcspn(all[i].why, ":"), 4, 30);
    }
}

/* A row that an earlier one hides could be taken away. */
static void no_row_stands_behind_a_wider_one(void **state)
{
    size_t count;
    const struct smtpspec_security_row *all = smtpspec_security_rows(&count);

    (void)state;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if ((all[k].rule[0] == '\0' ||
                 fits(smtpspec_span_of(all[i].rule), all[k].rule)) &&
                (all[k].test[0] == '\0' ||
                 fits(smtpspec_span_of(all[i].test), all[k].test)) &&
                (all[k].observed[0] == '\0' ||
                 fits(smtpspec_span_of(all[i].observed), all[k].observed)))
                fail_msg("%s %s comes too late", all[i].rule, all[i].test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_of_several_counts),
        cmocka_unit_test(each_row_speaks_of_something),
        cmocka_unit_test(no_row_stands_behind_a_wider_one),
    };
    int failed = RUN_ROWS(finds_the_row_that_speaks, rows);

    failed += cmocka_run_group_tests(tests, NULL, NULL);
    return failed != 0;
}
