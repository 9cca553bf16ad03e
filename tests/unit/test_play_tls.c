/* SPDX-License-Identifier: MIT */
/*
 * test_play_tls.c - the player through STARTTLS and AUTH: set-ups, the steps
 * of TLS, what EHLO lists, what is secret
 *
 * A row is a case, whose vars it is played with, what the server does whenever
 * the player reads, listens or wants a handshake, and what the player did by
 * then: groups parted by bars, ~ where it listened, <tls> <end> <up> for
 * handshakes, the end of TLS and hanging up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "case/play.h"
#include "support/one_case.h"
#include "support/rows.h"

#define HELLO "220 mx.example\r\n"
#define FINE "250 fine\r\n"
#define GO "220 go\r\n"
#define PLAINLY "250 mx.example\r\n"
#define OFFERS(text) "250-mx.example\r\n250 " text "\r\n"
#define SECURED HELLO, OFFERS("STARTTLS"), GO, tls
#define EHLO "EHLO probe.example"
#define TO_TLS EHLO "|STARTTLS|<tls>"
#define AS_PLAIN "AUTH PLAIN AHVzZXIAc2VjcmV0"

static const char silence[] = "silence", closes[] = "closes", tls[] = "tls",
                  fails[] = "tls fails";

static struct smtpspec_case one;
static struct smtpspec_judge judge;
static struct smtpspec_play play;
static char room[SMTPSPEC_CASE_TEXT_KEPT];
static char sent[8192];
static const struct smtpspec_terms modern = {
    .profile = SMTPSPEC_PROFILE_MODERN };

static size_t digest(void *context, struct smtpspec_span challenge,
                     struct smtpspec_span user, struct smtpspec_span password,
                     char *out, size_t cap)
{
    (void)context;
    assert_true(smtpspec_span_equal(user, SMTPSPEC_SPAN("user")));
    assert_true(smtpspec_span_equal(password, SMTPSPEC_SPAN("secret")));
    assert_true(challenge.length <= cap);
    memcpy(out, challenge.at, challenge.length);
    return challenge.length;
}

#define COMMON                                                              \
    .domain = { "probe.example", 13 }, .from = { "a@probe.example", 15 },   \
    .rcpt = { "postmaster", 10 }, .nobody = { "nobody", 6 }
#define USER                                                                \
    COMMON, .user = { "user", 4 }, .password = { "secret", 6 },             \
    .cram = digest

enum who { NOBODY, SOMEBODY, LOGIN, NO_TLS, REQUIRE, IMPLICIT, NO_CRAM,
           NO_EHLO };

static const struct smtpspec_case_vars vars[] = {
    [NOBODY] = { COMMON },
    [SOMEBODY] = { USER },
    [LOGIN] = { USER, .login = true },
    [NO_TLS] = { USER, .starttls = SMTPSPEC_STARTTLS_NO },
    [REQUIRE] = { USER, .starttls = SMTPSPEC_STARTTLS_REQUIRE },
    [IMPLICIT] = { USER, .implicit_tls = true },
    [NO_EHLO] = { COMMON, .no_ehlo = true },
    [NO_CRAM] = { COMMON, .user = { "user", 4 }, .password = { "secret", 6 } },
};

static struct play_row {
    const char *name, *text;
    enum who who;
    const char *server[12];
    const char *did;
    enum smtpspec_outcome outcome;
    const char *reason;     /* or NULL                                      */
    const char *expected;   /* words, or NULL                               */
} rows[] = {
    /* set-ups */
    { "a handshake leads inside TLS", "given handshake\nC: NOOP\nS: 250\n",
      NOBODY, { SECURED, FINE }, TO_TLS "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "EHLO comes again inside TLS", "given tls\nC: NOOP\nS: 250\n", NOBODY,
      { SECURED, PLAINLY, FINE }, TO_TLS "|" EHLO "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "STARTTLS that is not offered skips", "given tls\nC: NOOP\nS: 250\n",
      NOBODY, { HELLO, PLAINLY }, EHLO,
      SMTPSPEC_OUTCOME_SKIP, "STARTTLS is not offered", NULL },
    { "STARTTLS that nobody wants skips", "given tls\nC: NOOP\nS: 250\n",
      NO_TLS, { HELLO }, "",
      SMTPSPEC_OUTCOME_SKIP, "STARTTLS is not wanted", NULL },
    { "STARTTLS that is refused blocks", "given tls\nC: NOOP\nS: 250\n",
      NOBODY, { HELLO, OFFERS("STARTTLS"), "454 no\r\n" }, EHLO "|STARTTLS",
      SMTPSPEC_OUTCOME_BLOCKED, "set-up: STARTTLS was answered 454", NULL },
    { "a handshake that fails blocks", "given tls\nC: NOOP\nS: 250\n", NOBODY,
      { HELLO, OFFERS("STARTTLS"), GO, fails }, TO_TLS,
      SMTPSPEC_OUTCOME_BLOCKED, "set-up: the TLS handshake failed", NULL },
    { "a close for a handshake blocks", "given tls\nC: NOOP\nS: 250\n", NOBODY,
      { HELLO, OFFERS("STARTTLS"), GO, closes }, TO_TLS,
      SMTPSPEC_OUTCOME_BLOCKED, "set-up: the TLS handshake failed", NULL },
    { "what needs TLS goes there", "given ehlo\nneeds SIZE\nC: NOOP\nS: 250\n",
      NOBODY, { SECURED, OFFERS("SIZE 9"), FINE }, TO_TLS "|" EHLO "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "what is not there either skips",
      "given ehlo\nneeds SIZE\nC: NOOP\nS: 250\n", NOBODY, { SECURED, PLAINLY },
      TO_TLS "|" EHLO, SMTPSPEC_OUTCOME_SKIP, "SIZE is not offered", NULL },
    { "what needs a mechanism goes there",
      "given ehlo\nneeds AUTH=LOGIN\nC: NOOP\nS: 250\n", NOBODY,
      { HELLO, "250-mx.example\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", GO, tls,
        OFFERS("AUTH PLAIN"), }, TO_TLS "|" EHLO,
      SMTPSPEC_OUTCOME_SKIP, "AUTH LOGIN is not offered", NULL },
    { "nothing goes there that may not",
      "given ehlo\nneeds SIZE\nC: NOOP\nS: 250\n", NO_TLS,
      { HELLO, OFFERS("STARTTLS") }, EHLO,
      SMTPSPEC_OUTCOME_SKIP, "SIZE is not offered", NULL },
    { "what is about STARTTLS stays in clear",
      "given ehlo\nneeds STARTTLS\nC: NOOP\nS: 250\n", REQUIRE,
      { HELLO, OFFERS("STARTTLS"), FINE }, EHLO "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "where TLS is required all go there", "given mail\nC: NOOP\nS: 250\n",
      REQUIRE, { SECURED, PLAINLY, FINE, FINE },
      TO_TLS "|" EHLO "|MAIL FROM:<a@probe.example>|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "HELO too, by way of EHLO", "given helo\nC: NOOP\nS: 250\n", REQUIRE,
      { SECURED, PLAINLY, FINE }, TO_TLS "|HELO probe.example|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "but idle stays in clear", "given idle\nC: NOOP\nS: 250\n", REQUIRE,
      { HELLO, FINE }, "NOOP", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "required and not offered blocks", "given ehlo\nC: NOOP\nS: 250\n",
      REQUIRE, { HELLO, PLAINLY }, EHLO,
      SMTPSPEC_OUTCOME_BLOCKED, "STARTTLS is not offered", NULL },
    { "implicit TLS is a handshake done", "given handshake\nC: NOOP\nS: 250\n",
      IMPLICIT, { HELLO, FINE }, "NOOP", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "and EHLO is enough for tls", "given tls\nC: NOOP\nS: 250\n", IMPLICIT,
      { HELLO, PLAINLY, FINE }, EHLO "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    /* AUTH */
    { "PLAIN logs in", "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
      { HELLO, OFFERS("AUTH CRAM-MD5 LOGIN PLAIN"), "235 in\r\n", FINE },
      EHLO "|" AS_PLAIN "|NOOP", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "a server that asks PLAIN again gets it again",
      "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
      { HELLO, OFFERS("AUTH PLAIN"), "334 \r\n", "235 in\r\n", FINE },
      EHLO "|" AS_PLAIN "|AHVzZXIAc2VjcmV0|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "and no third time", "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
      { HELLO, OFFERS("AUTH PLAIN"), "334 \r\n", "334 \r\n", "501 no\r\n" },
      EHLO "|" AS_PLAIN "|AHVzZXIAc2VjcmV0|*", SMTPSPEC_OUTCOME_BLOCKED,
      "set-up: AUTH-CONTINUE was answered 501", NULL },
    { "LOGIN logs in", "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
      { HELLO, OFFERS("AUTH LOGIN"), "334 VXNlcm5hbWU6\r\n",
        "334 UGFzc3dvcmQ6\r\n", "235 in\r\n", FINE },
      EHLO "|AUTH LOGIN|dXNlcg==|c2VjcmV0|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "CRAM-MD5 logs in", "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
      { HELLO, OFFERS("AUTH CRAM-MD5"), "334 PDE+\r\n", "235 in\r\n", FINE },
      EHLO "|AUTH CRAM-MD5|dXNlciA8MT4=|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "without a digest it is no mechanism", "given auth\nC: NOOP\nS: 250\n",
      NO_CRAM, { HELLO, OFFERS("AUTH CRAM-MD5") }, EHLO, SMTPSPEC_OUTCOME_SKIP,
      "AUTH offers no mechanism that we know", NULL },
    { "AUTH that TLS hides is found", "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
      { SECURED, OFFERS("AUTH PLAIN"), "235 in\r\n", FINE },
      TO_TLS "|" EHLO "|" AS_PLAIN "|NOOP", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "AUTH that is nowhere skips", "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
      { HELLO, PLAINLY }, EHLO,
      SMTPSPEC_OUTCOME_SKIP, "AUTH is not offered", NULL },
    { "nobody to log in as skips", "given auth\nC: NOOP\nS: 250\n", NOBODY,
      { HELLO }, "", SMTPSPEC_OUTCOME_SKIP, "needs --user", NULL },
    { "a login that is refused blocks", "given auth\nC: NOOP\nS: 250\n",
      SOMEBODY, { HELLO, OFFERS("AUTH PLAIN"), "535 no\r\n" },
      EHLO "|" AS_PLAIN, SMTPSPEC_OUTCOME_BLOCKED,
      "set-up: AUTH was answered 535", NULL },
    { "a login wanted everywhere", "given mail\nC: NOOP\nS: 250\n", LOGIN,
      { HELLO, OFFERS("AUTH PLAIN"), "235 in\r\n", FINE, FINE },
      EHLO "|" AS_PLAIN "|MAIL FROM:<a@probe.example>|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "also through TLS", "given ehlo\nC: NOOP\nS: 250\n", LOGIN,
      { SECURED, OFFERS("AUTH PLAIN"), "235 in\r\n", FINE },
      TO_TLS "|" EHLO "|" AS_PLAIN "|NOOP", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "but not where there is no AUTH", "given ehlo\nC: NOOP\nS: 250\n", LOGIN,
      { HELLO, PLAINLY, FINE }, EHLO "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "nor for who wants to be anonymous",
      "given ehlo\nflags anonymous\nC: NOOP\nS: 250\n", LOGIN,
      { HELLO, OFFERS("AUTH PLAIN"), FINE }, EHLO "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "nor for what is about AUTH",
      "given ehlo\nneeds AUTH\nC: NOOP\nS: 250\n", LOGIN,
      { HELLO, OFFERS("AUTH PLAIN"), FINE }, EHLO "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "a case may log in by its own lines",
      "given ehlo\nneeds AUTH=CRAM-MD5\nflags user\nC: AUTH CRAM-MD5\nS: 334\n"
      "C: {cram}\nS: 235\n", SOMEBODY,
      { HELLO, OFFERS("AUTH CRAM-MD5"), "334 PDE+\r\n", "235 in\r\n" },
      EHLO "|AUTH CRAM-MD5|dXNlciA8MT4=", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "and give up amid it",
      "given ehlo\nneeds AUTH\nC: AUTH LOGIN\nS: 334\nC: *\nS: 501\n", NOBODY,
      { HELLO, OFFERS("AUTH LOGIN"), "334 VXNlcm5hbWU6\r\n", "501 no\r\n" },
      EHLO "|AUTH LOGIN|*", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "a case of a user wants one",
      "given ehlo\nflags user\nC: NOOP {auth-user}\nS: 250\n", NOBODY,
      { HELLO }, "", SMTPSPEC_OUTCOME_SKIP, "needs --user", NULL },
    { "more than SIZE allows", "given ehlo\nneeds SIZE\nC: NOOP {oversize}\n"
      "S: 250\n", NOBODY, { HELLO, OFFERS("SIZE 99"), FINE },
      EHLO "|NOOP 100", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "a SIZE without a number skips",
      "given ehlo\nneeds SIZE\nC: NOOP {oversize}\nS: 250\n", NOBODY,
      { HELLO, OFFERS("SIZE") }, EHLO, SMTPSPEC_OUTCOME_SKIP,
      "EHLO gives no number for SIZE", NULL },
    { "a server that knows no EHLO is not told so by all",
      "given idle\nC: EHLO {domain}\nS: 250\n", NO_EHLO,
      { HELLO, "502 no\r\n" }, EHLO, SMTPSPEC_OUTCOME_SKIP,
      "the server does not know EHLO", NULL },
    { "but by who asks just that",
      "given idle\nabout state.required-verb.EHLO\nC: EHLO {domain}\nS: 250\n",
      NO_EHLO, { HELLO, "502 no\r\n" }, EHLO,
      SMTPSPEC_OUTCOME_FAIL, NULL, NULL },
    { "nor by who was not known to be one",
      "given idle\nC: EHLO {domain}\nS: 250\n", NOBODY,
      { HELLO, "502 no\r\n" }, EHLO, SMTPSPEC_OUTCOME_FAIL, NULL, NULL },
    /* steps */
    { "a handshake amid a case",
      "given ehlo\nC: STARTTLS\nS: 220\ntls\nC: NOOP\nS: 250\n", NOBODY,
      { HELLO, OFFERS("STARTTLS"), GO, tls, FINE }, TO_TLS "|NOOP",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "one that must not fail", "given ehlo\nC: STARTTLS\nS: 220\ntls\n",
      NOBODY, { HELLO, OFFERS("STARTTLS"), GO, fails }, TO_TLS,
      SMTPSPEC_OUTCOME_FAIL, NULL, "TLS handshake" },
    { "nor be met by a close", "given ehlo\nC: STARTTLS\nS: 220\ntls\n",
      NOBODY, { HELLO, OFFERS("STARTTLS"), GO, closes }, TO_TLS,
      SMTPSPEC_OUTCOME_FAIL, NULL, "TLS handshake" },
    { "nor by silence", "given ehlo\nC: STARTTLS\nS: 220\ntls\n", NOBODY,
      { HELLO, OFFERS("STARTTLS"), GO, silence }, TO_TLS,
      SMTPSPEC_OUTCOME_FAIL, NULL, "TLS handshake" },
    { "nor by a refusal", "given ehlo\nC: STARTTLS\nS: 220 454\ntls\n", NOBODY,
      { HELLO, OFFERS("STARTTLS"), "454 no\r\n" }, EHLO "|STARTTLS",
      SMTPSPEC_OUTCOME_FAIL, NULL, "TLS handshake" },
    { "one that only leads", "given ehlo\nC: STARTTLS\nS? 220\ntls?\nC: NOOP\n"
      "S: 250\n", NOBODY, { HELLO, OFFERS("STARTTLS"), GO, fails }, TO_TLS,
      SMTPSPEC_OUTCOME_BLOCKED, "the TLS handshake failed", NULL },
    { "one that may fail",
      "given ehlo\nC> STARTTLS\\r\\nNOOP\\r\\n\nS? 220\ntls or closed\nsilent\n",
      NOBODY, { HELLO, OFFERS("STARTTLS"), GO, fails },
      EHLO "|STARTTLS\r\nNOOP|<tls>", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "or be met by a close", "given ehlo\nC: STARTTLS\nS? 220\ntls or closed\n"
      "silent\n", NOBODY, { HELLO, OFFERS("STARTTLS"), GO, closes }, TO_TLS,
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "what was sent before TLS is dropped",
      "given ehlo\nC> STARTTLS\\r\\nNOOP\\r\\n\nS? 220\ntls or closed\nsilent\n",
      NOBODY, { HELLO, OFFERS("STARTTLS"), GO, tls, silence },
      EHLO "|STARTTLS\r\nNOOP|<tls>~", SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "and not answered inside it",
      "given ehlo\nC> STARTTLS\\r\\nNOOP\\r\\n\nS? 220\ntls or closed\nsilent\n",
      NOBODY, { HELLO, OFFERS("STARTTLS"), GO, tls, FINE },
      EHLO "|STARTTLS\r\nNOOP|<tls>~", SMTPSPEC_OUTCOME_FAIL, NULL, NULL },
    { "a second reply in clear is a fault",
      "given ehlo\nC: STARTTLS\nS: 220\ntls\n", NOBODY,
      { HELLO, OFFERS("STARTTLS"), GO FINE }, EHLO "|STARTTLS",
      SMTPSPEC_OUTCOME_FAIL, NULL, NULL },
    { "what EHLO lists",
      "given tls\nC: EHLO {domain}\nS: 250\noffers AUTH=PLAIN SIZE\n"
      "offers not STARTTLS AUTH=LOGIN\n", NOBODY, { SECURED, PLAINLY,
        "250-mx.example\r\n250-SIZE\r\n250 AUTH PLAIN\r\n" },
      TO_TLS "|" EHLO "|" EHLO, SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "what it has to list", "given ehlo\nC: EHLO {domain}\nS: 250\n"
      "offers SIZE\n", NOBODY, { HELLO, PLAINLY, PLAINLY }, EHLO "|" EHLO,
      SMTPSPEC_OUTCOME_FAIL, NULL, "EHLO lists SIZE" },
    { "what it may not list", "given ehlo\nC: EHLO {domain}\nS: 250\n"
      "offers not AUTH=PLAIN\nC: NOOP\nS: 250\n", NOBODY,
      { HELLO, PLAINLY, OFFERS("AUTH PLAIN") }, EHLO "|" EHLO,
      SMTPSPEC_OUTCOME_FAIL, NULL, "EHLO does not list AUTH=PLAIN" },
    { "TLS may end amid a chunk",
      "given handshake\nC: NOOP\ntls end\nC> x\nsilent\n", NOBODY,
      { SECURED, silence }, TO_TLS "|NOOP|<end>|x~",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "what comes then is nobody's affair",
      "given handshake\ntls end\nC> x\nsilent\nC> y\nhangup\n", NOBODY,
      { SECURED, "junk\r\n", silence }, TO_TLS "|<end>|x~~|y|<up>",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "nor is a close", "given handshake\ntls end\nC> x\nclosed\n", NOBODY,
      { SECURED, closes }, TO_TLS "|<end>|x",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
    { "but one that has to come", "given handshake\ntls end\nC> x\nclosed\n",
      NOBODY, { SECURED, silence }, TO_TLS "|<end>|x",
      SMTPSPEC_OUTCOME_FAIL, NULL, NULL },
    { "we hang up amid a reply", "given ehlo\nC: NOOP\nhangup\n", NOBODY,
      { HELLO, PLAINLY }, EHLO "|NOOP|<up>",
      SMTPSPEC_OUTCOME_PASS, NULL, NULL },
};

static void begin_with(const char *text, const char *proofs_of_it)
{
    read_one_case(&one, "level MUST\n", text, proofs_of_it);
}

static void begin(const char *text)
{
    begin_with(text, ANY_PROOFS);
}

static void note(const char *bar, struct smtpspec_span octets)
{
    size_t length = strlen(sent);

    if (octets.length >= 2 && octets.at[octets.length - 1] == '\n')
        octets.length -= 2;
    snprintf(sent + length, sizeof sent - length, "%s%.*s",
             length > 0 ? bar : "", (int)octets.length, octets.at);
}

/* `step`: as many octets as the server says at a time. */
static void do_as_the_server(const char *what, size_t step)
{
    struct smtpspec_span octets = smtpspec_span_of(what);

    if (what == silence) {
        smtpspec_play_silence(&play);
    } else if (what == closes) {
        smtpspec_play_closed(&play);
    } else if (what == tls || what == fails) {
        smtpspec_play_tls(&play, what == tls);
    } else {
        for (; octets.length > 0; octets = smtpspec_span_skip(octets, step))
            smtpspec_play_server(&play, smtpspec_span_head(octets, step));
    }
}

/* Whether the player has a turn of its own; notes it. */
static bool takes_turn(enum smtpspec_play_want want,
                       struct smtpspec_span octets)
{
    switch (want) {
    case SMTPSPEC_PLAY_SEND: note("|", octets); return true;
    case SMTPSPEC_PLAY_TLS_END: note("|", SMTPSPEC_SPAN("<end>")); return true;
    case SMTPSPEC_PLAY_HANG_UP: note("|", SMTPSPEC_SPAN("<up>")); return true;
    case SMTPSPEC_PLAY_TLS: note("|", SMTPSPEC_SPAN("<tls>")); return false;
    case SMTPSPEC_PLAY_LISTEN: note("", SMTPSPEC_SPAN("~")); return false;
    default: return false;
    }
}

static void run(const struct play_row *row, size_t step)
{
    struct smtpspec_span octets;
    enum smtpspec_play_want want;
    unsigned turn = 0;

    sent[0] = '\0';
    begin(row->text);
    smtpspec_judge_init(&judge, &modern, NULL);
    smtpspec_play_init(&play, &one, &vars[row->who], &judge, room,
                       sizeof room);
    while ((want = smtpspec_play_next(&play, &octets)) != SMTPSPEC_PLAY_DONE) {
        if (takes_turn(want, octets))
            continue;
        if (row->server[turn] == NULL)
            fail_msg("after %s: more was read than came", sent);
        do_as_the_server(row->server[turn++], step);
    }
    if (row->server[turn] != NULL)
        fail_msg("after %s: more came than was read", sent);
}

static void plays_as_the_row_says(void **state)
{
    const struct play_row *row = *state;
    const struct smtpspec_play_result *result;

    for (size_t step = 4096; step > 0; step = step > 3 ? 3 : step - 1) {
        run(row, step);
        result = smtpspec_play_result(&play);
        assert_string_equal(sent, row->did);
        assert_string_equal(smtpspec_outcome_name(result->outcome),
                            smtpspec_outcome_name(row->outcome));
        assert_string_equal(result->reason != NULL ? result->reason : "",
                            row->reason != NULL ? row->reason : "");
        assert_string_equal(
            result->expected_words != NULL ? result->expected_words : "",
            row->expected != NULL ? row->expected : "");
        smtpspec_play_end(&play);
    }
}

/* --- Which session a case follows on -------------------------------------- */

static struct fit_row {
    const char *name, *text;
    enum who who;
    bool tls, login, idle;
    const char *clear, *now; /* offered in clear, and now                   */
    bool fits;
} fits[] = {
    { "clear on clear", "given ehlo\n", NOBODY, false, false, false, "", "", true },
    { "clear on TLS", "given ehlo\n", NOBODY, true, false, false, "STARTTLS", "", false },
    { "TLS on clear", "given tls\n", NOBODY, false, false, false, "STARTTLS", "STARTTLS", false },
    { "TLS on TLS", "given tls\n", NOBODY, true, false, false, "STARTTLS", "", true },
    { "a handshake on TLS after EHLO", "given handshake\n",
      NOBODY, true, false, false, "STARTTLS", "", false },
    { "a handshake on one that said nothing", "given handshake\n",
      NOBODY, true, false, true, "STARTTLS", "", true },
    { "TLS on one that said nothing", "given tls\n",
      NOBODY, true, false, true, "STARTTLS", "", true },
    { "idle on one that said nothing", "given idle\n",
      NOBODY, true, false, true, "STARTTLS", "", false },
    { "a handshake on a greeting", "given handshake\n",
      NOBODY, false, false, true, "", "", true },
    { "what TLS alone offers, on TLS", "given ehlo\nneeds SIZE\n",
      NOBODY, true, false, false, "STARTTLS", "SIZE", true },
    { "and on clear", "given ehlo\nneeds SIZE\n",
      NOBODY, false, false, false, "STARTTLS", "STARTTLS", false },
    { "what clear offers too, on TLS", "given ehlo\nneeds STARTTLS\n",
      NOBODY, true, false, false, "STARTTLS", "", false },
    { "required TLS on TLS", "given ehlo\n", REQUIRE, true, false, false, "STARTTLS", "", true },
    { "required TLS on clear", "given ehlo\n",
      REQUIRE, false, false, false, "STARTTLS", "STARTTLS", false },
    { "implicit TLS on itself", "given tls\n", IMPLICIT, false, false, false, "", "", true },
    { "a login on a login", "given auth\n",
      SOMEBODY, false, true, false, "", "AUTH PLAIN", true },
    { "a login on none", "given auth\n", SOMEBODY, false, false, false, "", "AUTH PLAIN", false },
    { "none on a login", "given ehlo\n", SOMEBODY, false, true, false, "", "AUTH PLAIN", false },
    { "a login wanted by all", "given rcpt\n",
      LOGIN, false, true, false, "", "AUTH PLAIN", true },
    { "but by the anonymous", "given rcpt\nflags anonymous\n",
      LOGIN, false, true, false, "", "AUTH PLAIN", false },
    { "a login that cannot be", "given rcpt\n", LOGIN, false, false, false, "", "AUTH X", true },
    { "idle on a login before EHLO", "given idle\n", SOMEBODY, false, true, true, "", "", false },
};

static void offer(struct smtpspec_ehlo *ehlo, const char *line)
{
    smtpspec_ehlo_init(ehlo);
    smtpspec_ehlo_line(ehlo, SMTPSPEC_SPAN("mx.example"));
    if (*line != '\0')
        smtpspec_ehlo_line(ehlo, smtpspec_span_of(line));
}

static void fits_as_the_row_says(void **state)
{
    const struct fit_row *row = *state;
    char text[128];

    snprintf(text, sizeof text, "%sC: NOOP\nS: 250\n", row->text);
    begin(text);
    smtpspec_judge_init(&judge, &modern, NULL);
    smtpspec_judge_assume(&judge, row->idle ? SMTPSPEC_STATE_IDLE
                                            : SMTPSPEC_STATE_READY);
    offer(&judge.ehlo_in_clear, row->clear);
    offer(&judge.ehlo, row->now);
    judge.session.tls = row->tls;
    judge.session.authenticated = row->login;
    assert_int_equal(smtpspec_play_fits(&judge, &one, &vars[row->who]),
                     row->fits);
}

/* --- Proofs --------------------------------------------------------------- */

static struct proof_row {
    const char *name, *text;
    bool holds[2];
} proofs[] = {
    { "a set-up goes through TLS",
      "given tls\nneeds SIZE\nC: EHLO {domain}\nS: 250\noffers not STARTTLS\n"
      "proof pass\nS: 250 x.example\nproof fail\nS: 250-x.example\n"
      "S: 250 STARTTLS\n", { true, true } },
    { "a set-up logs in", "given auth\nneeds AUTH=CRAM-MD5\nC: AUTH PLAIN\n"
      "S: 503\nproof pass\nS: 503 no\nproof fail\nS: 334 go\n",
      { true, true } },
    { "a handshake goes well or fails",
      "given ehlo\nneeds STARTTLS\nC: STARTTLS\nS: 220\ntls\n"
      "proof pass\nS: 220 go\ntls\nproof fail\nS: 220 go\ntls fails\n",
      { true, true } },
    { "one that may fail",
      "given ehlo\nneeds STARTTLS\nC: STARTTLS\nS: 220\ntls or closed\nsilent\n"
      "proof pass\nS: 220 go\ntls fails\nproof fail\nS: 220 go\ntls\nS: 250 x\n",
      { true, true } },
    { "a handshake that nobody asked for is left over",
      "given ehlo\nC: NOOP\nS: 250\n"
      "proof pass\nS: 250 go\ntls\nproof fail\nS: 220 go\ntls fails\n",
      { false, true } },
    { "what we do alone wants no line",
      "given handshake\nC: NOOP\nS: 250\ntls end\nC> x\nhangup\n"
      "proof pass\nS: 250 x\nproof fail\nS: 500 x\n", { true, true } },
};

static void proves_as_the_row_says(void **state)
{
    const struct proof_row *row = *state;
    bool used_all;

    begin_with(row->text, "");
    for (unsigned i = 0; i < 2; i++) {
        smtpspec_play_proof(&play, &judge, &one, i, &modern, room,
                            sizeof room, &used_all);
        assert_int_equal(smtpspec_play_proof_holds(&play, i, used_all),
                         row->holds[i]);
    }
}

/* --- Secrets -------------------------------------------------------------- */

static bool is_secret(const char *text)
{
    struct smtpspec_span out[SMTPSPEC_PLAY_SECRETS_LIMIT];
    size_t count = smtpspec_play_secrets(&play, out,
                                         SMTPSPEC_ARRAY_LEN(out));

    for (size_t i = 0; i < count; i++)
        if (smtpspec_span_equal(out[i], smtpspec_span_of(text)))
            return true;
    return false;
}

static void knows_what_is_secret(void **state)
{
    static const struct play_row row = {
        "", "given auth\nC: NOOP\nS: 250\n", SOMEBODY,
        { HELLO, OFFERS("AUTH CRAM-MD5"), "334 PDE+\r\n", "235 in\r\n", FINE },
        "", SMTPSPEC_OUTCOME_PASS, NULL, NULL };
    struct smtpspec_span out[1];

    (void)state;
    run(&row, 4096);
    assert_true(is_secret("secret"));
    assert_true(is_secret("c2VjcmV0"));
    assert_true(is_secret("AHVzZXIAc2VjcmV0"));
    assert_true(is_secret("dXNlciA8MT4="));
    assert_false(is_secret("user"));
    assert_int_equal(smtpspec_play_secrets(&play, out, 1), 1);
    smtpspec_play_end(&play);
}

static void has_no_secret_without_a_password(void **state)
{
    static const struct play_row row = {
        "", "given idle\nC: NOOP\nS: 250\n", NOBODY, { HELLO, FINE },
        "", SMTPSPEC_OUTCOME_PASS, NULL, NULL };
    struct smtpspec_span out[SMTPSPEC_PLAY_SECRETS_LIMIT];

    (void)state;
    run(&row, 4096);
    assert_int_equal(smtpspec_play_secrets(&play, out,
                                           SMTPSPEC_ARRAY_LEN(out)), 0);
    smtpspec_play_end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_is_secret),
        cmocka_unit_test(has_no_secret_without_a_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(plays_as_the_row_says, rows) +
           RUN_ROWS(fits_as_the_row_says, fits) +
           RUN_ROWS(proves_as_the_row_says, proofs);
}
