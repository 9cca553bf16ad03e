/* SPDX-License-Identifier: MIT */
/*
 * test_judge_services.c - what the judge says inside AUTH, around TLS, of LMTP
 * and of PRDR
 *
 * Rows as those of test_judge.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "support/listen.h"
#include "support/rows.h"

#define SMTP SMTPSPEC_SERVICE_SMTP
#define LMTP SMTPSPEC_SERVICE_LMTP

#define HELLO "S: 220 mx.example hi\nC: EHLO me.example\n"
#define AUTH HELLO "S: 250-mx.example\nS: 250 AUTH PLAIN LOGIN\n"
#define LOGIN AUTH "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n"
#define TLS HELLO "S: 250-mx.example\nS: 250-ENHANCEDSTATUSCODES\n"            \
            "S: 250 STARTTLS\nC: STARTTLS\n"
#define LHLO "S: 220 mx.example\nC: LHLO me.example\nS: 250-mx.example\n"      \
             "S: 250 CHUNKING\n"
#define PRDR HELLO "S: 250-mx.example\nS: 250-CHUNKING\nS: 250 PRDR\n"           \
             "C: MAIL FROM:<a@b.example> prdr\nS: 250 k\n"
#define MAIL "C: MAIL FROM:<a@b.example>\nS: 250 k\n"
#define RCPT "C: RCPT TO:<c@d.example>\nS: 250 k\n"

static struct row {
    const char *name;
    enum smtpspec_service service;
    const char *dialogue;
    const char *want;
} rows[] = {
    /* AUTH */
    { "a login in two steps", SMTP,
      LOGIN "C: dXNlcg==\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 235 in\n"
      "C: NOOP\nS: 250 k\n", "" },
    { "a wrong password", SMTP,
      AUTH "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 535 no\nC: NOOP\nS: 250 k\n",
      "" },
    { "an empty answer is one", SMTP, LOGIN "C: \nS: 535 no\n", "" },
    { "an asterisk gets 501", SMTP,
      LOGIN "C: *\nS: 501 given up\nC: NOOP\nS: 250 k\n", "" },
    { "and nothing else", SMTP, LOGIN "C: *\nS: 535 no\n",
      "expect.AUTH-CONTINUE.AUTH.bad-argument:fail" },
    { "what is no base64 gets 501", SMTP, LOGIN "C: a?\nS: 235 welcome\n",
      "expect.AUTH-CONTINUE.AUTH.bad-argument:fail" },
    { "334 without its space", SMTP, AUTH "C: AUTH LOGIN\nS: 334\n",
      "defect.separator-missing:warn grammar.challenge-space:fail" },
    { "334 with nothing but the space", SMTP,
      AUTH "C: AUTH PLAIN\nS: 334 \nC: AHVzZXIAc2VjcmV0\nS: 235 in\n", "" },
    { "a verb inside AUTH is no command", SMTP, LOGIN "C: QUIT\nS: 235 in\n"
      "C: NOOP\nS: 250 k\n", "" },
    /* TLS */
    { "what was offered before TLS is forgotten", SMTP,
      TLS "S: 220 2.0.0 go\ntls\nC: EHLO me.example\nS: 250 mx.example\n"
      "C: NOOP\nS: 250 no code is due\n", "" },
    { "the reply to STARTTLS is still under it", SMTP, TLS "S: 220 go\n",
      "grammar.status-missing:fail" },
    { "and what is offered again holds again", SMTP,
      TLS "S: 220 2.0.0 go\ntls\nC: EHLO me.example\nS: 250-mx.example\n"
      "S: 250 ENHANCEDSTATUSCODES\nC: NOOP\nS: 250 k\n",
      "grammar.status-missing:fail" },
    { "a command sent too early is not answered", SMTP,
      TLS "c: NOOP^r^n\nS: 220 2.0.0 go\ntls\nS: 250 2.0.0 k\n",
      "session.unasked:fail" },
    { "half a line sent too early is dropped", SMTP,
      TLS "c: NO\nS: 220 2.0.0 go\ntls\nC: NOOP\nS: 250 k\n", "" },
    { "a reply in clear behind 220", SMTP,
      TLS "S: 220 2.0.0 go\nS: 250 2.0.0 k\n", "session.unasked:fail" },
    { "a TLS alert behind 220 is no reply", SMTP,
      TLS "S: 220 2.0.0 go\ns: \x15\x03\x01^0\x02\x02\x46\nclosed\n", "" },
    { "what comes before 220 is one, whatever it is", SMTP,
      TLS "S: \x15\x03\x01\n", "defect.control:fail defect.no-code:fail" },
    { "TLS that is too weak", SMTP,
      TLS "S: 220 2.0.0 go\ntls\nC: RSET\nS: 554 k\nC: EHLO me.example\nS: 554 k\n", "" },
    { "is no reason to refuse QUIT", SMTP, TLS "S: 220 2.0.0 go\ntls\nC: QUIT\nS: 554 k\n",
      "expect.QUIT.IDLE:fail reply.QUIT:warn" },
    { "nor one without TLS", SMTP, "S: 220 k\nC: RSET\nS: 554 k\n",
      "expect.RSET.IDLE:fail reply.RSET:warn" },
    { "RCPT inside TLS has no MAIL", SMTP,
      HELLO "S: 250-mx.example\nS: 250 STARTTLS\n" MAIL
      "C: STARTTLS\nS: 220 go\ntls\n" RCPT, "expect.RCPT.IDLE:fail" },
    /* LMTP */
    { "LHLO greets", LMTP, LHLO MAIL RCPT, "" },
    { "EHLO is refused", LMTP, HELLO "S: 500 what\n", "" },
    { "and not taken", LMTP, HELLO "S: 250 mx.example\n",
      "reply.EHLO:fail" },
    { "nor is HELO", LMTP,
      "S: 220 mx.example\nC: HELO me.example\nS: 250 mx.example\n",
      "reply.HELO:fail" },
    { "LHLO has to be known", LMTP,
      "S: 220 mx.example\nC: LHLO me.example\nS: 500 what\n",
      "state.required-verb.LHLO:fail" },
    { "but not by SMTP", SMTP,
      "S: 220 mx.example\nC: LHLO me.example\nS: 500 what\n", "" },
    { "a reply for each recipient", LMTP,
      LHLO MAIL RCPT RCPT "C: DATA\nS: 354 go\nC: .\nS: 250 a\nS: 452 b\n"
      "turn\n", "" },
    { "one too few", LMTP,
      LHLO MAIL RCPT RCPT "C: DATA\nS: 354 go\nC: .\nS: 250 a\nturn\n",
      "session.no-reply:fail" },
    { "one too many", LMTP,
      LHLO MAIL RCPT "C: DATA\nS: 354 go\nC: .\nS: 250 a\nS: 250 b\n",
      "session.unasked:fail" },
    { "as many for the last chunk", LMTP,
      LHLO MAIL RCPT RCPT "C: BDAT 0 LAST\nS: 250 a\nS: 452 b\nC: NOOP\n"
      "S: 250 k\n", "" },
    { "however they were sent", LMTP,
      LHLO "C: MAIL FROM:<>\nC: RCPT TO:<c@d.example>\nC: RCPT TO:<e>\n"
      "C: RCPT TO:<f@d.example>\nC: BDAT 0 LAST\nC: NOOP\nS: 250 k\nS: 250 k\n"
      "S: 550 no\nS: 250 k\nS: 250 a\nS: 250 b\nS: 250 k\nturn\n", "" },
    { "one for a chunk that is not the last", LMTP,
      LHLO MAIL RCPT RCPT "C: BDAT 0\nS: 250 k\nturn\n", "" },
    { "421 amid them is the last", LMTP,
      LHLO MAIL RCPT RCPT "C: BDAT 0 LAST\nS: 421 down\nclosed\n", "" },
    { "as many or one for the last behind one that failed", LMTP,
      LHLO MAIL RCPT RCPT
      "C: BDAT 0 x\nS: 501 no\nC: BDAT 0 LAST\nS: 503 a\nS: 503 b\n", "" },
    { "a last chunk for nobody may get no reply", LMTP,
      LHLO MAIL "C: BDAT 0 LAST\nturn\n", "" },
    { "or one", LMTP, LHLO MAIL "C: BDAT 0 LAST\nS: 503 no\nturn\n", "" },
    { "but SMTP owes it", SMTP,
      HELLO "S: 250-mx.example\nS: 250 CHUNKING\n" MAIL "C: BDAT 0 LAST\nturn\n",
      "session.no-reply:fail" },
    { "SMTP answers once", SMTP,
      HELLO "S: 250-mx.example\nS: 250 CHUNKING\n" MAIL RCPT RCPT
      "C: BDAT 0 LAST\nS: 250 k\nturn\n", "" },
    /* PRDR */
    { "353, one for each recipient, one for all", SMTP,
      PRDR RCPT RCPT "C: DATA\nS: 354 go\nC: .\nS: 353 k\nS: 250 a\nS: 550 b\n"
      "S: 250 k\nC: NOOP\nS: 250 k\nturn\n", "" },
    { "one too few for PRDR", SMTP,
      PRDR RCPT RCPT "C: DATA\nS: 354 go\nC: .\nS: 353 k\nS: 250 a\nS: 550 b\n"
      "turn\n", "session.no-reply:fail" },
    { "one too many for PRDR", SMTP,
      PRDR RCPT "C: DATA\nS: 354 go\nC: .\nS: 353 k\nS: 250 a\nS: 250 k\n"
      "S: 250 k\n", "session.unasked:fail" },
    { "without 353 there is one for all", SMTP,
      PRDR RCPT RCPT "C: DATA\nS: 354 go\nC: .\nS: 250 k\nturn\n", "" },
    { "the last of them ends the message, whatever it says", SMTP,
      PRDR RCPT RCPT "C: DATA\nS: 354 go\nC: .\nS: 353 k\nS: 550 a\nS: 550 b\n"
      "S: 550 no\n" MAIL, "" },
    { "353 behind the last chunk", SMTP,
      PRDR RCPT RCPT "C: BDAT 0 LAST\nS: 353 k\nS: 250 a\nS: 452 b\nS: 250 k\n" MAIL,
      "" },
    { "421 amid them is the last, too", SMTP,
      PRDR RCPT RCPT "C: DATA\nS: 354 go\nC: .\nS: 353 k\nS: 421 down\nclosed\n", "" },
    { "353 that MAIL did not ask for", SMTP,
      HELLO "S: 250-mx.example\nS: 250 PRDR\n" MAIL RCPT "C: DATA\nS: 354 go\nC: .\n"
      "S: 353 k\n", "state.astray:fail" },
    { "nor the next one", SMTP,
      PRDR RCPT "C: RSET\nS: 250 k\n" MAIL RCPT "C: DATA\nS: 354 go\nC: .\nS: 353 k\n",
      "state.astray:fail" },
    { "353 that was not offered", SMTP,
      HELLO "S: 250 mx.example\nC: MAIL FROM:<a@b.example> PRDR\nS: 250 k\n" RCPT
      "C: DATA\nS: 354 go\nC: .\nS: 353 k\n",
      "expect.MAIL.READY.unknown-parameter:warn reply.DATA-END:fail" },
};

static void gets_its_verdicts_in_every_split(void **state)
{
    const struct row *row = *state;
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN,
                                          .service = row->service };
    struct heard heard;
    size_t length = listen_to(row->dialogue, &terms, SIZE_MAX, &heard);

    assert_string_equal(heard.text, row->want);
    for (size_t cut = 0; cut < length; cut++) {
        listen_to(row->dialogue, &terms, cut, &heard);
        assert_string_equal(heard.text, row->want);
    }
    listen_to(row->dialogue, &terms, CUT_READ_ALREADY, &heard);
    assert_string_equal(heard.text, row->want);
}

/* --- What rows cannot say ------------------------------------------------ */

static void keeps_the_challenge_and_the_offer_in_clear(void **state)
{
    static struct smtpspec_judge judge;
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct smtpspec_span challenge;

    (void)state;
    smtpspec_judge_init(&judge, &terms, NULL);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("220 mx.example\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("EHLO a.example\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN(
        "250-mx.example\r\n250-STARTTLS\r\n250 AUTH LOGIN\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("AUTH LOGIN\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("334 VXNlc"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("m5hbWU6\r\n"));
    challenge = smtpspec_judge_challenge(&judge);
    assert_true(smtpspec_span_equal(challenge,
                                    SMTPSPEC_SPAN("VXNlcm5hbWU6")));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("*\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("501 no\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("STARTTLS\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("220 go\r\n"));
    assert_int_equal(smtpspec_judge_state(&judge), SMTPSPEC_STATE_TLS);
    smtpspec_judge_tls(&judge);
    assert_int_equal(smtpspec_judge_state(&judge), SMTPSPEC_STATE_IDLE);
    assert_true(smtpspec_judge_ehlo(&judge)->offered == 0);
    assert_int_equal(smtpspec_judge_ehlo_in_clear(&judge)->mechanisms,
                     SMTPSPEC_BIT(SMTPSPEC_MECHANISM_LOGIN));
}

static void says_nothing_once_it_is_abandoned(void **state)
{
    static struct smtpspec_judge judge;
    const struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct heard heard = { .exchanges = 0 };
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, &heard };

    (void)state;
    smtpspec_judge_init(&judge, &terms, &sink);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("220 mx.example\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("NOOP\r\n"));
    smtpspec_judge_abandon(&judge);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("junk\r\n"));
    smtpspec_judge_turn(&judge);
    smtpspec_judge_closed(&judge);
    assert_int_equal(smtpspec_judge_due(&judge), 0);
    assert_string_equal(heard.text, "");
}

static void a_dead_server_is_a_rule(void **state)
{
    struct smtpspec_verdict verdict;
    char rule[64];

    (void)state;
    smtpspec_verdict_of_manner(SMTPSPEC_MANNER_DEAD, &verdict);
    smtpspec_verdict_rule(&verdict, rule, sizeof rule);
    assert_string_equal(rule, "session.dead");
    assert_int_equal(verdict.outcome, SMTPSPEC_OUTCOME_FAIL);
    assert_int_equal(verdict.layer, SMTPSPEC_LAYER_SESSION);
    assert_true(verdict.reference[0] != '\0' && verdict.text[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_challenge_and_the_offer_in_clear),
        cmocka_unit_test(says_nothing_once_it_is_abandoned),
        cmocka_unit_test(a_dead_server_is_a_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(gets_its_verdicts_in_every_split, rows);
}
