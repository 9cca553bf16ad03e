/* SPDX-License-Identifier: MIT */
/*
 * test_judge.c - dialogues, and every verdict that they deserve
 *
 * A row is a dialogue in RFC notation and the rules that the judge names, in
 * order. Each row is judged with the server's octets whole, cut at every place,
 * one at a time, and read before: the verdicts may not change.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/listen.h"

#define M SMTPSPEC_PROFILE_MODERN
#define K SMTPSPEC_PROFILE_KB234
#define OLD SMTPSPEC_PROFILE_RFC821

#define HELLO "S: 220 mx.example hi\nC: EHLO me.example\n"
#define EHLO HELLO "S: 250 mx.example\n"
#define ESC HELLO "S: 250-mx.example\nS: 250 ENHANCEDSTATUSCODES\n"
#define MAIL "C: MAIL FROM:<a@b.example>\n"
#define RCPT "C: RCPT TO:<postmaster>\n"

/* Lines as support/listen.h has them. */
static struct row {
    const char *name;
    enum smtpspec_profile profile;
    const char *dialogue;
    const char *want;
} rows[] = {
    { "a clean session has nothing against it", M,
      EHLO MAIL "S: 250 ok\n" RCPT "S: 250 ok\nC: DATA\nS: 354 go\nC: Hi\n"
      "C: ..\nC: .\nS: 250 kept\nC: QUIT\nS: 221 bye\nclosed\n", "" },
    { "421 may come unasked", M, EHLO "S: 421 mx.example down\nclosed\n", "" },
    { "421 may come for any command", M, EHLO "C: NOOP\nS: 421 x\nclosed\n",
      "" },
    { "421 in content", M,
      EHLO MAIL "S: 250 k\n" RCPT "S: 250 k\nC: DATA\nS: 354 go\nC: text\n"
      "S: 421 mx.example down\nclosed\n", "" },
    { "421 without the close", M, EHLO "C: NOOP\nS: 421 x\nturn\n",
      "session.stays-open:fail" },
    /* layer 1 */
    { "bare LF", M, "s: 220 mx.example^n\n", "defect.bare-lf:fail" },
    { "bare code", M, EHLO "C: NOOP\nS: 250\n",
      "defect.separator-missing:warn" },
    { "greeting without a domain", M, "S: 220 *** hi\n",
      "grammar.greeting-domain:fail" },
    { "greeting with a literal", M, "S: 220 [127.0.0.1] hi\n", "" },
    { "EHLO without a domain", M, HELLO "S: 250 -\n",
      "grammar.ehlo-domain:fail" },
    { "EHLO with a bad keyword", M, HELLO "S: 250-mx.example\nS: 250 -a\n",
      "grammar.ehlo-keyword:fail" },
    { "EHLO with an empty last line", M, HELLO "S: 250-mx.example\nS: 250 \n",
      "grammar.ehlo-keyword:fail" },
    { "HELO in the manner of EHLO", M,
      "S: 220 mx.example\nC: HELO a.example\nS: 250-mx.example\nS: 250 SIZE\n",
      "grammar.helo-extended:fail" },
    { "enhanced codes promised and kept", M,
      ESC "C: NOOP\nS: 250 2.0.0 ok\nC: QUIT\nS: 221 2.0.0 bye\nclosed\n", "" },
    { "enhanced codes promised, none sent", M, ESC "C: NOOP\nS: 250 ok\n",
      "grammar.status-missing:fail" },
    { "none on the second line", M,
      ESC "C: HELP\nS: 214-2.0.0 a\nS: 214 b\n", "grammar.status-missing:fail" },
    { "enhanced code not of the class", M, ESC "C: NOOP\nS: 250 5.0.0 ok\n",
      "defect.status-class:fail" },
    { "not promised, not looked at", M, EHLO "C: NOOP\nS: 250 5.0.0 ok\n", "" },
    { "enhanced code on 354 is only a note", M,
      ESC MAIL "S: 250 2.1.0 k\n" RCPT "S: 250 2.1.5 k\nC: DATA\n"
      "S: 354 3.0.0 go\n", "defect.status-malformed:fail" },
    { "8-bit text", M, EHLO "C: NOOP\nS: 250 ^8\n", "defect.eight-bit:fail" },
    { "any octet under 128 in the greeting of EHLO", M,
      HELLO "s: 250-mx.example \x01 at your service ^0^r^n\nS: 250 HELP\n", "" },
    { "but not in a keyword's line", M,
      HELLO "S: 250-mx.example\nS: 250 HELP \x01\n",
      "defect.control:fail grammar.ehlo-keyword:fail" },
    { "mixed codes", M, EHLO "C: HELP\nS: 214-a\nS: 250 b\n",
      "defect.code-differs:fail" },
    { "a code out of range", M, EHLO "C: NOOP\nS: 266 ok\n",
      "defect.code-range:fail" },
    /* layer 2 */
    { "right digit, unlisted", M, EHLO "C: NOOP\nS: 550 no\n",
      "expect.NOOP.READY:fail reply.NOOP:warn" },
    { "200 for NOOP under kb234", K, EHLO "C: NOOP\nS: 200 ok\n",
      "expect.NOOP.READY:fail" },
    { "554 for RCPT is unlisted", M,
      EHLO MAIL "S: 250 k\n" RCPT "S: 554 no\n", "reply.RCPT:warn" },
    { "and not allowed under kb234", K,
      EHLO MAIL "S: 250 k\n" RCPT "S: 554 no\n", "reply.RCPT:fail" },
    { "wrong first digit", M, EHLO "C: QUIT\nS: 354 go on\n",
      "expect.QUIT.READY:fail reply.QUIT:fail" },
    { "AUTH has no row in kb234", K, EHLO "C: AUTH PLAIN\nS: 555 no\n", "" },
    { "what was in order is not once it is offered no more", M,
      HELLO "S: 250-mx.example\nS: 250 SIZE\n"
      MAIL "S: 250 k\n" RCPT "S: 250 k\nC: DATA\nS: 452 no\n"
      "C: EHLO me.example\nS: 250 mx.example\n"
      MAIL "S: 250 k\n" RCPT "S: 250 k\nC: DATA\nS: 452 no\n",
      "reply.DATA:warn" },
    { "503 for nested MAIL is not in kb234's row", K,
      EHLO MAIL "S: 250 k\n" MAIL "S: 503 no\n",
      "expect.MAIL.MAIL:warn reply.MAIL:fail" },
    { "any refusal of the row will do there", K,
      EHLO MAIL "S: 250 k\n" MAIL "S: 451 no\n", "" },
    { "EHLO is unknown to RFC 821", OLD, HELLO "S: 500 what\n", "" },
    { "and due today", M, HELLO "S: 500 what\n",
      "state.required-verb.EHLO:fail" },
    { "502 is no better", M, HELLO "S: 502 not here\n",
      "state.required-verb.EHLO:fail" },
    /* layer 3 */
    { "RCPT before MAIL accepted", M, EHLO RCPT "S: 250 ok\n",
      "expect.RCPT.READY:fail" },
    { "and the session goes on from there", M,
      EHLO RCPT "S: 250 ok\nC: DATA\nS: 354 go\nC: .\nS: 250 ok\n",
      "expect.RCPT.READY:fail" },
    { "RCPT before MAIL refused", M, EHLO RCPT "S: 503 no\n", "" },
    { "nested MAIL accepted", M, EHLO MAIL "S: 250 k\n" MAIL "S: 250 k\n",
      "expect.MAIL.MAIL:warn" },
    { "second EHLO refused", M, EHLO "C: EHLO me.example\nS: 503 no\n",
      "expect.EHLO.READY:fail reply.EHLO:warn" },
    { "RSET before EHLO refused", M, "S: 220 mx.example\nC: RSET\nS: 503 no\n",
      "expect.RSET.IDLE:fail reply.RSET:warn" },
    { "VRFY after a greeting that refuses", M,
      "S: 554 mx.example\nC: VRFY a\nS: 503 no\nC: DATA now\nS: 503 no\n",
      "" },
    { "VRFY before EHLO out of sequence", M,
      "S: 220 mx.example\nC: VRFY a\nS: 503 no\n",
      "expect.VRFY.IDLE:warn reply.VRFY:warn" },
    { "MAIL before EHLO is the client's fault", M,
      "S: 220 mx.example\n" MAIL "S: 503 no\n", "" },
    { "VRFY unknown", M, EHLO "C: VRFY a\nS: 500 what\n",
      "state.required-verb.VRFY:fail" },
    { "lower case is no excuse", M, EHLO "C: noop\nS: 500 what\n",
      "expect.NOOP.READY:fail state.required-verb.NOOP:fail" },
    { "NOOP with text", M, EHLO "C: NOOP x\nS: 501 no\n",
      "expect.NOOP.READY.extra-argument:warn" },
    { "a parameter that nobody knows", M,
      EHLO "C: MAIL FROM:<a@b.example> XYZZY=1\nS: 250 k\n",
      "expect.MAIL.READY.unknown-parameter:warn" },
    { "a known one after HELO", M,
      "S: 220 mx.example\nC: HELO a.example\nS: 250 mx.example\n"
      "C: MAIL FROM:<a@b.example> SIZE=1\nS: 250 k\n", "" },
    { "who is greylisted is so with any parameter", M,
      EHLO "C: MAIL FROM:<a@b.example> XYZZY=1\nS: 451 later\n", "" },
    { "one that nobody knows gets no 501", M,
      EHLO "C: MAIL FROM:<a@b.example> XYZZY=1\nS: 501 no\n",
      "expect.MAIL.READY.unknown-parameter:warn" },
    { "RFC 2821 has no 555", SMTPSPEC_PROFILE_RFC2821,
      EHLO "C: MAIL FROM:<a@b.example> XYZZY=1\nS: 501 no\n", "" },
    { "after a 554 greeting", M, "S: 554 no\nC: EHLO a.example\n"
      "S: 503 no\nC: QUIT\nS: 221 bye\nclosed\n", "" },
    { "mail after a 554 greeting", M, "S: 554 no\nC: EHLO a.example\n"
      "S: 250 mx.example\n", "expect.EHLO.REFUSED:warn" },
    { "521 and gone", M, "S: 521 mx.example takes no mail\nclosed\n", "" },
    { "554 and gone", M, "S: 554 no\nclosed\n", "session.close-silent:fail" },
    { "3yz to a verb that nobody knows", M, EHLO "c: FR^0B^r^n\nS: 354 go\n",
      "state.astray:fail" },
    { "TURN ends our part in it", M, EHLO "C: TURN\nS: 250 ok\nS: 220 x\n",
      "" },
    /* layer 4 */
    { "no reply", M, EHLO "C: NOOP\nturn\n", "session.no-reply:fail" },
    { "no greeting", M, "turn\n", "session.no-reply:fail" },
    { "half a reply", M, HELLO "S: 250-mx.example\nturn\n",
      "session.no-reply:fail" },
    { "closed in a line", M, HELLO "s: 250 mx\nclosed\n",
      "defect.unterminated:fail session.close-silent:fail" },
    { "closed in a reply", M, HELLO "S: 250-mx.example\nclosed\n",
      "defect.unterminated:fail session.close-silent:fail" },
    { "closed instead of a reply", M, EHLO "C: FROB\nclosed\n",
      "session.close-silent:fail" },
    { "two replies, then silence of the judge", M,
      EHLO "C: NOOP\nS: 250 ok\nS: 250 ok\nC: NOOP\nS: 999 x\n",
      "session.unasked:fail" },
    { "octets after 221", M, EHLO "C: QUIT\nS: 221 bye\nS: 250 ok\nclosed\n",
      "session.after-close:fail" },
    { "221 to an unknown verb", M, EHLO "C: FROB\nS: 221 bye\nclosed\n",
      "expect.UNKNOWN.READY.unknown-verb:warn session.close-unasked:fail" },
    { "QUIT and stays", M, EHLO "C: QUIT\nS: 221 bye\nturn\n",
      "session.stays-open:fail" },
    { "reply in the content", M,
      EHLO MAIL "S: 250 k\n" RCPT "S: 250 k\nC: DATA\nS: 354 go\nC: text\n"
      "S: 250 ok\n", "session.reply-in-content:fail" },
    { "LF.LF taken for the end", M,
      EHLO MAIL "S: 250 k\n" RCPT "S: 250 k\nC: DATA\nS: 354 go\n"
      "c: text^n.^n\nS: 250 ok\n", "session.false-end:fail" },
    { "LF.LF not taken for the end", M,
      EHLO MAIL "S: 250 k\n" RCPT "S: 250 k\nC: DATA\nS: 354 go\n"
      "c: text^n.^n\nturn\nC: \nC: .\nS: 250 ok\n", "" },
    { "bare LF ends a command", M, EHLO "c: NOOP^n\nS: 250 ok\nC: NOOP\n"
      "S: 250 ok\n", "session.lf-ends-line:fail" },
    { "pipelined replies come in order", M,
      EHLO MAIL RCPT "C: RSET\nS: 250 k\nS: 550 no\nS: 250 k\n", "" },
    { "and the second of them is judged where it stands", M,
      EHLO RCPT MAIL "S: 250 k\nS: 250 k\n",
      "expect.RCPT.READY:fail expect.MAIL.RCPT:warn" },
    { "content sent with DATA is content once 354 came", M,
      EHLO MAIL "S: 250 k\n" RCPT "S: 250 k\nC: DATA\nC: text\nC: .\n"
      "C: NOOP\nS: 354 go\nS: 250 k\nS: 250 k\n", "" },
    { "and commands where it did not", M,
      EHLO MAIL "S: 250 k\nC: DATA\nC: FROB\nS: 554 no\nS: 500 what\n", "" },
    { "BDAT's octets are no commands", M,
      HELLO "S: 250-mx.example\nS: 250 CHUNKING\nC: BDAT 6 LAST\n"
      "c: NOOP^r^n\nS: 503 no\nC: NOOP\nS: 250 ok\n", "" },
    { "behind a chunk that nobody offered its reply is the last judged", M,
      EHLO RCPT "C: BDAT 6\nc: NOOP^r^n\nS: 250 k\nS: 500:no\nS: 220 k\n",
      "expect.RCPT.READY:fail defect.separator-bad:fail" },
    { "a command sent along with EHLO is read by what that offers", M,
      HELLO "C: MAIL FROM:<a@b.example> SIZE=5\nS: 250 mx.example\n"
      "S: 250 k\n", "expect.MAIL.READY.unknown-parameter:warn" },
    { "nor whether that was a chunk that failed", M,
      HELLO "S: 250-mx.example\nS: 250 CHUNKING\n" MAIL "S: 250 k\n" RCPT
      "S: 250 k\nC: BDAT\nS: 501 no\nC: DATA\nS: 354 go\n", "" },
    { "LAST of a command that was refused ends no message", M,
      HELLO "S: 250-mx.example\nS: 250 CHUNKING\n" MAIL "S: 250 k\n" RCPT
      "S: 250 k\nC: BDAT 6\nc: text^r^n\nS: 250 k\n"
      "C: BURL imap://a.example/b LAST\nS: 500 no\nC: BDAT 0 LAST\nS: 250 k\n", "" },
    { "or they are, for who does not understand it: not for us to say", M,
      HELLO "S: 250-mx.example\nS: 250 CHUNKING\nC: BDAT 6 LAST x\n"
      "c: NOOP^r^n\nS: 501 no\nS: 250 ok\n", "" },
};

static size_t play(const struct row *row, size_t cut, struct heard *heard)
{
    struct smtpspec_terms terms = { .profile = row->profile };

    return listen_to(row->dialogue, &terms, cut, heard);
}

static void dialogue_gets_its_verdicts_in_every_split(void **state)
{
    const struct row *row = *state;
    struct heard whole, heard;
    size_t length = play(row, SIZE_MAX, &whole);

    assert_string_equal(whole.text, row->want);
    for (size_t cut = 0; cut < length; cut++) {
        play(row, cut, &heard);
        assert_string_equal(heard.text, row->want);
        assert_int_equal(heard.exchanges, whole.exchanges);
    }
    play(row, CUT_READ_ALREADY, &heard);
    assert_string_equal(heard.text, row->want);
    assert_int_equal(heard.exchanges, whole.exchanges);
}

/* --- What rows cannot say ------------------------------------------------ */

static void due_counts_what_is_awaited(void **state)
{
    static struct smtpspec_judge judge;
    struct smtpspec_terms terms = { .profile = M };

    (void)state;
    smtpspec_judge_init(&judge, &terms, NULL);
    assert_int_equal(smtpspec_judge_due(&judge), 1);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("220 mx.example\r\n"));
    assert_int_equal(smtpspec_judge_due(&judge), 0);
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("NOOP\r\nNOOP\r\nNO"));
    assert_int_equal(smtpspec_judge_due(&judge), 2);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250-a\r\n"));
    assert_int_equal(smtpspec_judge_due(&judge), 2);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250 b\r\n250 c\r\n"));
    assert_int_equal(smtpspec_judge_due(&judge), 0);
    assert_int_equal(smtpspec_judge_state(&judge), SMTPSPEC_STATE_IDLE);
}

static void too_many_commands_make_it_silent(void **state)
{
    static struct smtpspec_judge judge;
    struct heard heard = { .exchanges = 0 };
    struct smtpspec_terms terms = { .profile = M };
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, &heard };

    (void)state;
    smtpspec_judge_init(&judge, &terms, &sink);
    for (unsigned i = 0; i < SMTPSPEC_PENDING_KEPT + 10; i++)
        smtpspec_judge_client(&judge, SMTPSPEC_SPAN("NOOP\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("999 x\r\n"));
    smtpspec_judge_turn(&judge);
    assert_string_equal(heard.text, "");
    assert_int_equal(smtpspec_judge_state(&judge), SMTPSPEC_STATE_ASTRAY);
}

static void octets_held_without_end_make_it_silent(void **state)
{
    static struct smtpspec_judge judge;
    static char filler[SMTPSPEC_HELD_KEPT + 1];
    struct smtpspec_terms terms = { .profile = M };

    (void)state;
    smtpspec_judge_init(&judge, &terms, NULL);
    smtpspec_judge_assume(&judge, SMTPSPEC_STATE_RCPT);
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("DATA\r\n"));
    smtpspec_judge_client(&judge, (struct smtpspec_span){ filler,
                                                          sizeof(filler) });
    assert_int_equal(smtpspec_judge_state(&judge), SMTPSPEC_STATE_ASTRAY);
}

static void lmtp_owes_a_reply_for_each_recipient(void **state)
{
    static struct smtpspec_judge judge;
    struct heard heard = { .exchanges = 0 };
    struct smtpspec_terms terms = { .profile = M,
                                    .service = SMTPSPEC_SERVICE_LMTP };
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, &heard };

    (void)state;
    smtpspec_judge_init(&judge, &terms, &sink);
    smtpspec_judge_assume(&judge, SMTPSPEC_STATE_RCPT);
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("RCPT TO:<a@b.example>\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250 ok\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("DATA\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("354 go\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("x\r\n.\r\n"));
    assert_int_equal(smtpspec_judge_due(&judge), 2);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250 a\r\n452 b\r\n"));
    assert_int_equal(smtpspec_judge_due(&judge), 0);
    assert_int_equal(smtpspec_judge_state(&judge), SMTPSPEC_STATE_READY);
    assert_string_equal(heard.text, "");
}

/* ... and a chunk that is not the last one reply, whoever asked for it. */
static void lmtp_owes_as_many_to_the_last_chunk(void **state)
{
    static struct smtpspec_judge judge;
    struct heard heard = { .exchanges = 0 };
    struct smtpspec_terms terms = { .profile = M,
                                    .service = SMTPSPEC_SERVICE_LMTP };
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, &heard };

    (void)state;
    smtpspec_judge_init(&judge, &terms, &sink);
    smtpspec_judge_assume(&judge, SMTPSPEC_STATE_IDLE);
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN("LHLO a.example\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250-b.example\r\n"
                                                "250 CHUNKING\r\n"));
    smtpspec_judge_client(&judge, SMTPSPEC_SPAN(
        "MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<c@b.example>\r\n"
        "BDAT 1\r\nxBDAT 1 LAST\r\nyNOOP\r\n"));
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN(
        "250 ok\r\n250 ok\r\n250 ok\r\n250 1 octet\r\n"));
    assert_int_equal(smtpspec_judge_due(&judge), 3);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250 a\r\n452 b\r\n"));
    assert_int_equal(smtpspec_judge_state(&judge), SMTPSPEC_STATE_READY);
    assert_int_equal(smtpspec_judge_due(&judge), 1);
    smtpspec_judge_server(&judge, SMTPSPEC_SPAN("250 ok\r\n"));
    assert_string_equal(heard.text, "");
}

static void endless_reply_is_said_once(void **state)
{
    static struct smtpspec_judge judge;
    struct heard heard = { .exchanges = 0 };
    struct smtpspec_terms terms = { .profile = M };
    struct smtpspec_judge_sink sink = { on_verdict, on_exchange, &heard };

    (void)state;
    smtpspec_judge_init(&judge, &terms, &sink);
    for (unsigned i = 0; i < 1000; i++)
        smtpspec_judge_server(&judge, SMTPSPEC_SPAN("220-mx.example\r\n"));
    smtpspec_judge_endless(&judge);
    smtpspec_judge_endless(&judge);
    assert_string_equal(heard.text, "session.endless:fail");
}

/* The ids of reports lead back to their rows; nothing else does. */
static void every_rule_is_found_by_its_id(void **state)
{
    struct smtpspec_verdict verdict, back;
    char id[80];
    unsigned count = 0;

    (void)state;
    for (unsigned i = 0; i < SMTPSPEC_DEFECT_COUNT; i++, count++) {
        verdict = (struct smtpspec_verdict){ .defect = (uint8_t)(i + 1),
            .layer = SMTPSPEC_LAYER_GRAMMAR };
        smtpspec_verdict_rule(&verdict, id, sizeof(id));
        assert_true(smtpspec_rule_find(smtpspec_span_of(id), &back));
        assert_int_equal(back.defect, i + 1);
        assert_string_equal(back.text, smtpspec_defect_text(i));
    }
    for (unsigned s = 0; s < SMTPSPEC_STATE_COUNT; s++)
        for (unsigned c = 0; c < SMTPSPEC_COMMAND_COUNT; c++)
            for (unsigned k = 0; k < SMTPSPEC_STIMULUS_COUNT; k++) {
                const struct smtpspec_expectation *row =
                    smtpspec_rules_expect(s, c, k);

                verdict = (struct smtpspec_verdict){
                    .layer = SMTPSPEC_LAYER_STATE, .state = (uint8_t)s,
                    .command = (uint8_t)c, .stimulus = (uint8_t)k };
                smtpspec_verdict_rule(&verdict, id, sizeof(id));
                assert_int_equal(
                    smtpspec_rule_find(smtpspec_span_of(id), &back),
                    row != NULL);
                count += row != NULL;
                if (row != NULL)
                    assert_ptr_equal(back.text, row->text);
            }
    assert_true(smtpspec_rule_find(
        SMTPSPEC_SPAN("session.grammar.status-missing"), &back));
    assert_int_equal(back.manner, SMTPSPEC_MANNER_STATUS_MISSING);
    assert_true(smtpspec_rule_find(
        SMTPSPEC_SPAN("state.required-verb.VRFY"), &back));
    assert_int_equal(back.command, SMTPSPEC_COMMAND_VRFY);
    assert_false(smtpspec_rule_find(SMTPSPEC_SPAN(""), &back));
    assert_false(smtpspec_rule_find(SMTPSPEC_SPAN("session."), &back));
    assert_false(smtpspec_rule_find(SMTPSPEC_SPAN("defect.x"), &back));
    assert_false(smtpspec_rule_find(SMTPSPEC_SPAN("reply.FROB"), &back));
    assert_true(count > 100);
}

int main(void)
{
    static struct CMUnitTest tests[6 + SMTPSPEC_ARRAY_LEN(rows)] = {
        cmocka_unit_test(due_counts_what_is_awaited),
        cmocka_unit_test(too_many_commands_make_it_silent),
        cmocka_unit_test(octets_held_without_end_make_it_silent),
        cmocka_unit_test(lmtp_owes_a_reply_for_each_recipient),
        cmocka_unit_test(lmtp_owes_as_many_to_the_last_chunk),
        cmocka_unit_test(endless_reply_is_said_once),
        cmocka_unit_test(every_rule_is_found_by_its_id),
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        tests[6 + i] = (struct CMUnitTest){
            .name = rows[i].name, .initial_state = &rows[i],
            .test_func = dialogue_gets_its_verdicts_in_every_split };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
