/* SPDX-License-Identifier: MIT */
/*
 * test_play_fits.c - which case may follow on which session, and for which
 * kinds of target it is
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "case/play.h"
#include "support/one_case.h"
#include "support/rows.h"


static struct smtpspec_case one;
static struct smtpspec_judge judge;
static const struct smtpspec_terms modern = {
    .profile = SMTPSPEC_PROFILE_MODERN };

static void begin(const char *text)
{
    read_one_case(&one, "", text, ANY_PROOFS);
}

static struct fit_row {
    const char *name, *given;
    enum smtpspec_state state;
    bool helo, fits;
} fits[] = {
    { "a connection fits all", "connect", SMTPSPEC_STATE_CONNECT, false, true },
    { "a greeted one fits idle", "idle", SMTPSPEC_STATE_IDLE, false, true },
    { "a greeted one does not fit connect", "connect", SMTPSPEC_STATE_IDLE, false, false },
    { "after EHLO idle is gone", "idle", SMTPSPEC_STATE_READY, false, false },
    { "after EHLO ehlo fits", "ehlo", SMTPSPEC_STATE_READY, false, true },
    { "after EHLO helo does not", "helo", SMTPSPEC_STATE_READY, false, false },
    { "after HELO helo fits", "helo", SMTPSPEC_STATE_READY, true, true },
    { "after HELO ehlo does not", "ehlo", SMTPSPEC_STATE_READY, true, false },
    { "a transaction fits", "rcpt", SMTPSPEC_STATE_MAIL, false, true },
    { "chunks fit, by RSET", "ehlo", SMTPSPEC_STATE_BDAT, false, true },
    { "content does not fit", "ehlo", SMTPSPEC_STATE_CONTENT, false, false },
    { "a refused connection does not fit", "ehlo", SMTPSPEC_STATE_REFUSED, false, false },
    { "alone wants a new one", "ehlo\nflags alone", SMTPSPEC_STATE_READY, false, false },
    { "alone does not take a greeted one", "idle\nflags alone", SMTPSPEC_STATE_IDLE, false, false },
    { "alone takes a new one", "ehlo\nflags alone", SMTPSPEC_STATE_CONNECT, false, true },
};

static void fits_as_the_row_says(void **state)
{
    const struct fit_row *row = *state;
    char text[128];

    snprintf(text, sizeof text, "level MUST\ngiven %s\nC: NOOP\nS: 250\n",
             row->given);
    begin(text);
    smtpspec_judge_init(&judge, &modern, NULL);
    if (row->state != SMTPSPEC_STATE_CONNECT)
        smtpspec_judge_assume(&judge, row->state);
    if (row->helo)
        judge.session.greeted = SMTPSPEC_COMMAND_HELO;
    assert_int_equal(smtpspec_play_fits(&judge, &one, NULL), row->fits);
}

static struct service_row {
    const char *name, *text;
    bool smtp, lmtp, submission;
} services[] = {
    { "a case is for all", "given ehlo\nC: NOOP\n", true, true, true },
    { "HELO is not for LMTP", "given helo\nC: NOOP\n", true, false, true },
    { "nor is a line that says it", "given ehlo\nC: helo x\n", true, false, true },
    { "nor one that says EHLO", "given ehlo\nC: NOOP\nC: EHLO x\n", true, false, true },
    { "nor a second line in one", "given ehlo\nC> RSET\\r\\nEHLO x\n", true, false, true },
    { "nor one behind \\x0a", "given ehlo\nC> X\\x0d\\x0aEHLO x\\r\\n\n", true, false, true },
    { "nor one with a hexadecimal letter", "given ehlo\nC: \\x45HLO x\n", true, false, true },
    { "nor one behind two LFs", "given ehlo\nC> {\\n*2}EHLO x\\r\\n\n", true, false, true },
    { "a backslash and an n end no line", "given ehlo\nC: NOOP \\\\nEHLO\n", true, true, true },
    { "a name begins a line", "given ehlo\nC: {domain}EHLO\n", true, true, true },
    { "LHLO is", "given ehlo\nC: LHLO x\n", true, true, true },
    { "NOOP EHLO is", "given ehlo\nC: NOOP EHLO\n", true, true, true },
    { "the kinds that are named", "given ehlo\nservice lmtp\nC: EHLO x\n", false, true, false },
    { "two of them", "given helo\nservice submission smtp\nC: NOOP\n", true, false, true },
};

static void is_for_as_the_row_says(void **state)
{
    const struct service_row *row = *state;
    char text[200];

    snprintf(text, sizeof text, "level MUST\n%sS: *\n", row->text);
    begin(text);
    assert_int_equal(smtpspec_play_is_for(&one, SMTPSPEC_SERVICE_SMTP),
                     row->smtp);
    assert_int_equal(smtpspec_play_is_for(&one, SMTPSPEC_SERVICE_LMTP),
                     row->lmtp);
    assert_int_equal(smtpspec_play_is_for(&one, SMTPSPEC_SERVICE_SUBMISSION),
                     row->submission);
}

static void half_a_line_fits_nothing(void **state)
{
    (void)state;
    begin("level MUST\ngiven ehlo\nC: NOOP\nS: 250\n");
    smtpspec_judge_init(&judge, &modern, NULL);
    smtpspec_judge_assume(&judge, SMTPSPEC_STATE_READY);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250 o"));
    assert_false(smtpspec_play_fits(&judge, &one, NULL));
    smtpspec_judge_init(&judge, &modern, NULL);
    smtpspec_judge_assume(&judge, SMTPSPEC_STATE_READY);
    assert_true(smtpspec_play_fits(&judge, &one, NULL));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("NOO"));
    assert_false(smtpspec_play_fits(&judge, &one, NULL));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_a_line_fits_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(fits_as_the_row_says, fits) +
           RUN_ROWS(is_for_as_the_row_says, services);
}
