/* SPDX-License-Identifier: MIT */
/*
 * test_play.c - the player: the way to where a case begins, its steps, and
 * what comes of a server that does otherwise
 *
 * A row is a case, what the server does whenever the player reads or listens,
 * and what the player sent by then, a ~ where it listened.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/play.h"
#include "support/one_case.h"
#include "support/rows.h"

#define EHLO "250-mx.example\r\n250 SIZE 1000\r\n"
#define READY "220 mx.example\r\n", EHLO
/* A text with four faults of the grammar. */
#define BAD "\x01\x80\rx\n"
#define MAILED READY, "250 fine\r\n"

/* What a test does instead of sending octets. */
static const char silence[] = "silence", closes[] = "closes",
                  endless[] = "endless";

static struct smtpspec_case one;
static struct smtpspec_judge judge;
static struct smtpspec_play play;
static char room[SMTPSPEC_CASE_TEXT_KEPT];
static char sent[8192];

static const struct smtpspec_case_vars vars = {
    .domain = { "probe.example", 13 }, .from = { "a@probe.example", 15 },
    .rcpt = { "postmaster", 10 }, .nobody = { "nobody", 6 }
};
static const struct smtpspec_terms modern = {
    .profile = SMTPSPEC_PROFILE_MODERN };

static struct play_row {
    const char *name, *text;
    const char *server[10]; /* one for each R and L                         */
    const char *sent;       /* all of it, groups parted by bars             */
    enum smtpspec_outcome outcome;
    enum smtpspec_layer layer;
    const char *reason;     /* or NULL                                      */
    unsigned code;
    bool reply_421, no_reply;
} rows[] = {
    { "a case of a connection reads its greeting first",
      "level MUST\ngiven connect\nS: 220\n",
      { "220 mx.example\r\n" }, "",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 220, false, false },
    { "idle wants a greeting and nothing else",
      "level MUST\ngiven idle\nC: NOOP\nS: 250\n",
      { "220 mx.example\r\n", "250 fine\r\n" }, "NOOP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "helo is led to by HELO",
      "level MUST\ngiven helo\nC: NOOP\nS: 250\n",
      { "220 mx.example\r\n", "250 mx.example\r\n", "250 fine\r\n" },
      "HELO probe.example|NOOP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "rcpt is led to by EHLO, MAIL and RCPT",
      "level MUST\ngiven rcpt\nC: NOOP\nS: 250\n",
      { MAILED, "250 fine\r\n", "250 fine\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>|NOOP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "content is led to by DATA",
      "level MUST\ngiven content\nflags to\nC: .\nS: 250\n",
      { MAILED, "250 fine\r\n", "354 go\r\n", "250 fine\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>|DATA|.",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "lines with no S: between them go out at once",
      "level MUST\ngiven ehlo\nneeds SIZE\nC: RSET\nC: NOOP\nS: 250\nS: 250\n",
      { READY, "250 fine\r\n", "250 fine\r\n" },
      "EHLO probe.example|RSET\r\nNOOP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "replies that come in one piece answer in order",
      "level MUST\ngiven ehlo\nC: RSET\nC: SPEC\nS: 250\nS: 500\n",
      { READY, "250 fine\r\n500 no\r\n" }, "EHLO probe.example|RSET\r\nSPEC",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 500, false, false },

    { "a code that a MUST does not take fails",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\n",
      { READY, "211 fine\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_CASE, NULL, 211, false, false },
    { "a code that a SHOULD does not take warns",
      "level SHOULD\ngiven ehlo\nC: HELP\nS: 214\n",
      { READY, "211 fine\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_WARN, SMTPSPEC_LAYER_CASE, NULL, 211, false, false },
    { "a code that a POLICY does not take is a note",
      "level POLICY\ngiven ehlo\nC: HELP\nS: 214\n",
      { READY, "211 fine\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_CASE, NULL, 211, false, false },
    { "a denied code fails",
      "level MUST\ngiven ehlo\nC: HELP\nS: not 502\n",
      { READY, "502 no\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_CASE, NULL, 502, false, false },
    { "another code than the denied one passes",
      "level MUST\ngiven ehlo\nC: HELP\nS: not 502\n",
      { READY, "214 fine\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 214, false, false },
    { "the judge's rows count where any code will do",
      "level INFO\ngiven ehlo\nC: RCPT TO:<{rcpt}>\nS: *\n",
      { READY, "250 fine\r\n" }, "EHLO probe.example|RCPT TO:<postmaster>",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_STATE, NULL, 250, false, false },
    { "faults of the set-up, however many, do not hide the case's own",
      "level MUST\ngiven rcpt\nC: NOOP\nS: 250\n",
      { "220 mx.example " BAD, "250-mx.example " BAD "250 ENHANCEDSTATUSCODES\r\n",
        "250 5.0.0 a " BAD, "250 5.0.0 b " BAD,
        "500 no\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_STATE, NULL, 500, false, false },
    { "the first step that is not met ends the case",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\nC: NOOP\nS: 250\n",
      { READY, "211 fine\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_CASE, NULL, 211, false, false },
    { "replies that no step waits for are read before the next group",
      "level MUST\ngiven ehlo\nC: NOOP\nC: HELP\nS: 250\nC: RSET\nS: 250\n",
      { READY, "250 fine\r\n", "214 fine\r\n", "250 fine\r\n" },
      "EHLO probe.example|NOOP\r\nHELP|RSET",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "what else is due is read before the end",
      "level MUST\ngiven ehlo\nC: HELP\nC: NOOP\nS: 214\nS: 250\n",
      { READY, "211 fine\r\n", "250 fine\r\n" },
      "EHLO probe.example|HELP\r\nNOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_CASE, NULL, 211, false, false },

    { "a step that only leads there blocks",
      "level MUST\ngiven ehlo\nC: HELP\nS? 214\nC: NOOP\nS: 250\n",
      { READY, "502 no\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE, "HELP was answered 502",
      502, false, false },
    { "a fault in a step that only leads there is not the case's",
      "level MUST\ngiven ehlo\nC: RSET\nS? *\nC: NOOP\nS: 250\n",
      { READY, "503 no\r\n", "250 fine\r\n" }, "EHLO probe.example|RSET|NOOP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "AUTH that is put off blocks",
      "level MUST\ngiven ehlo\nneeds SIZE\nC: AUTH PLAIN\nS: 334\n",
      { READY, "454 later\r\n" }, "EHLO probe.example|AUTH PLAIN",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE, "AUTH was answered 454",
      454, false, false },
    { "a recipient that is put off blocks",
      "level MUST\ngiven mail\nC: RCPT TO:<{rcpt}>\nS: 250\n",
      { MAILED, "450 later\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE, "RCPT was answered 450",
      450, false, false },
    { "530 is not held against the case itself",
      "level SHOULD\ngiven ehlo\nC: VRFY postmaster\nS: 252\n",
      { READY, "530 who are you?\r\n" }, "EHLO probe.example|VRFY postmaster",
      SMTPSPEC_OUTCOME_WARN, SMTPSPEC_LAYER_VOCABULARY,
      "VRFY was answered 530", 530, false, false },
    { "4yz to a command that need not wait is no excuse",
      "level MUST\ngiven ehlo\nC: HELP\nS: 214\n",
      { READY, "450 later\r\n" }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_CASE, NULL, 450, false, false },
    { "4yz where an error was due is no excuse",
      "level MUST\ngiven ehlo\nC: RCPT TO:<{rcpt}>\nS: 503\n",
      { READY, "450 later\r\n" }, "EHLO probe.example|RCPT TO:<postmaster>",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_STATE, NULL, 450, false, false },
    { "a set-up that is refused blocks",
      "level MUST\ngiven rcpt\nC: NOOP\nS: 250\n",
      { MAILED, "550 no\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE,
      "set-up: RCPT was answered 550", 0, false, false },
    { "a host that takes no mail blocks",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n", { "554 no\r\n" }, "",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE,
      "set-up: CONNECT was answered 554", 0, false, false },
    { "a set-up without a reply blocks, and says so",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n",
      { "220 mx.example\r\n", silence }, "EHLO probe.example",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE,
      "set-up: no reply to EHLO", 0, false, true },
    { "no greeting blocks, and says so",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n", { silence }, "",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE, "set-up: no greeting",
      0, false, true },
    { "a set-up that is hung up on blocks",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n",
      { "220 mx.example\r\n", closes }, "EHLO probe.example",
      SMTPSPEC_OUTCOME_BLOCKED, SMTPSPEC_LAYER_NONE,
      "set-up: the server closed the connection", 0, false, false },
    { "what is not offered is skipped",
      "level MUST\ngiven ehlo\nneeds SIZE DSN\nC: NOOP\nS: 250\n", { READY },
      "EHLO probe.example",
      SMTPSPEC_OUTCOME_SKIP, SMTPSPEC_LAYER_NONE, "DSN is not offered",
      0, false, false },
    { "what may not be offered is skipped",
      "level MUST\ngiven ehlo\nunless SIZE\nC: NOOP\nS: 250\n", { READY },
      "EHLO probe.example",
      SMTPSPEC_OUTCOME_SKIP, SMTPSPEC_LAYER_NONE, "SIZE is offered",
      0, false, false },

    { "421 that was not asked for throttles",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n",
      { READY, "421 mx.example busy\r\n", closes }, "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_THROTTLED, SMTPSPEC_LAYER_NONE, "NOOP was answered 421",
      421, true, false },
    { "421 is no answer, though a case only says what may not come",
      "level MUST\ngiven ehlo\nC: HELP\nS: not 502\n",
      { READY, "421 mx.example busy\r\n", closes }, "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_THROTTLED, SMTPSPEC_LAYER_NONE, "HELP was answered 421",
      421, true, false },
    { "421 in a set-up throttles",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n",
      { "421 mx.example busy\r\n", closes }, "",
      SMTPSPEC_OUTCOME_THROTTLED, SMTPSPEC_LAYER_NONE,
      "set-up: CONNECT was answered 421", 0, true, false },
    { "421 that was asked for passes",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250 421\n",
      { READY, "421 mx.example busy\r\n", closes }, "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 421, false, false },
    { "421 that a 4yz took throttles where there is more to answer",
      "level MUST\ngiven ehlo\nC: SPEC\nS: 4yz 5yz\nC: NOOP\nS: 250\n",
      { READY, "421 mx.example busy\r\n", closes }, "EHLO probe.example|SPEC",
      SMTPSPEC_OUTCOME_THROTTLED, SMTPSPEC_LAYER_NONE, "UNKNOWN was answered 421",
      421, true, false },
    { "421 with no close behind it fails",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n",
      { READY, "421 mx.example busy\r\n", silence }, "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, "NOOP was answered 421",
      0, true, false },

    { "no reply fails, and says so",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n", { READY, silence },
      "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, NULL, 0, false, true },
    { "half a reply fails",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n", { READY, "250-a\r\n", silence },
      "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, NULL, 250, false, true },
    { "a reply without end fails",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n", { READY, "250-a\r\n", endless },
      "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, NULL, 250, false, false },
    { "a close without a word fails",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\n", { READY, closes },
      "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, NULL, 0, false, false },
    { "a close between two steps fails",
      "level MUST\ngiven ehlo\nC: NOOP\nC: RSET\nS: 250\nS: 250\n",
      { READY, "250 fine\r\n", closes }, "EHLO probe.example|NOOP\r\nRSET",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, NULL, 0, false, false },

    { "after 221 the close is waited for",
      "level MUST\ngiven ehlo\nC: QUIT\nS: 221\n",
      { READY, "221 bye\r\n", closes }, "EHLO probe.example|QUIT",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 221, false, false },
    { "a close that is demanded and does not come fails",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\nclosed\n",
      { READY, "250 fine\r\n", silence }, "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_CASE, NULL, 0, false, false },

    { "a code that the step names by its class is one outside the tables",
      "level MUST\ngiven ehlo\nC: HELP\nS: 2yz\n", { READY, "250 no\r\n" },
      "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_WARN, SMTPSPEC_LAYER_VOCABULARY, NULL, 250, false,
      false },
    { "a code that the step names in full is right without a table",
      "level MUST\ngiven ehlo\nC: HELP\nS: 250\n", { READY, "250 no\r\n" },
      "EHLO probe.example|HELP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "silence that is demanded passes",
      "level MUST\ngiven content\nflags to\nC: text\nsilent\nC: .\nS: *\n",
      { MAILED, "250 fine\r\n", "354 go\r\n", silence, "250 fine\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>|"
      "DATA|text~|.",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 250, false, false },
    { "a reply where silence is demanded fails",
      "level MUST\ngiven content\nflags to\nC: text\nsilent\nC: .\nS: *\n",
      { MAILED, "250 fine\r\n", "354 go\r\n", "250 fine\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>|"
      "DATA|text~",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, NULL, 250, false, false },
    { "half a reply where silence is demanded fails",
      "level MUST\ngiven content\nflags to\nC: text\nsilent\nC: .\nS: *\n",
      { MAILED, "250 fine\r\n", "354 go\r\n", "25", silence },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>|"
      "DATA|text~",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_CASE, NULL, 0, false, false },
    { "a reply that a silent step lets pass is a note",
      "level MUST\ngiven content\nflags to\nC: text\nsilent 5yz\nC: .\nS: *\n",
      { MAILED, "250 fine\r\n", "354 go\r\n", "554 no\r\n" },
      "EHLO probe.example|MAIL FROM:<a@probe.example>|RCPT TO:<postmaster>|"
      "DATA|text~",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_SESSION, NULL, 554, false, false },
    { "a close that a silent step lets pass is a note",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 250\nsilent closed\n",
      { READY, "250 fine\r\n", closes }, "EHLO probe.example|NOOP~",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_SESSION, NULL, 0, false, false },
    { "who leaves where that is let pass has not to do the rest",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 2yz\nsilent closed\n"
      "C: NOOP\nS: 250\n",
      { READY, "250 fine\r\n", closes }, "EHLO probe.example|NOOP~",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_SESSION, NULL, 0, false, false },
    { "who says 421 there has not to do the rest",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 2yz 4yz\nsilent closed\n"
      "C: NOOP\nS: 250\n",
      { READY, "421 bye\r\n", closes }, "EHLO probe.example|NOOP",
      SMTPSPEC_OUTCOME_PASS, SMTPSPEC_LAYER_NONE, NULL, 421, false, false },
    { "who stays there has to do the rest",
      "level MUST\ngiven ehlo\nC: NOOP\nS: 2yz 4yz\nsilent closed\n"
      "C: NOOP\nS: 250\n",
      { READY, "250 fine\r\n", silence, closes },
      "EHLO probe.example|NOOP~|NOOP",
      SMTPSPEC_OUTCOME_FAIL, SMTPSPEC_LAYER_SESSION, NULL, 0, false, false },
};

static void begin(const char *text)
{
    read_one_case(&one, "", text, ANY_PROOFS);
}

static void do_as_the_server(const char *what)
{
    if (what == silence)
        smtpspec_play_silence(&play);
    else if (what == closes)
        smtpspec_play_closed(&play);
    else if (what == endless)
        smtpspec_play_endless(&play);
    else
        smtpspec_play_server(&play, smtpspec_span_of(what));
}

static void note_sent(struct smtpspec_span octets)
{
    size_t length = strlen(sent);

    assert_true(octets.length >= 2 && length + octets.length < sizeof sent);
    snprintf(sent + length, sizeof sent - length, "%s%.*s",
             length > 0 ? "|" : "", (int)octets.length - 2, octets.at);
}

/* Play the case that was read; returns how many turns of the server it took. */
static unsigned run(const char *const server[], unsigned count)
{
    struct smtpspec_span octets;
    enum smtpspec_play_want want;
    unsigned turn = 0;

    sent[0] = '\0';
    smtpspec_play_init(&play, &one, &vars, &judge, room, sizeof room);
    while ((want = smtpspec_play_next(&play, &octets)) != SMTPSPEC_PLAY_DONE) {
        if (want == SMTPSPEC_PLAY_SEND) {
            note_sent(octets);
            continue;
        }
        if (want == SMTPSPEC_PLAY_LISTEN)
            snprintf(sent + strlen(sent), sizeof sent - strlen(sent), "~");
        if (turn == count || server[turn] == NULL)
            fail_msg("turn %u: more was read than came", turn);
        do_as_the_server(server[turn++]);
    }
    assert_int_equal(smtpspec_play_next(&play, &octets), SMTPSPEC_PLAY_DONE);
    return turn;
}

static void plays_as_the_row_says(void **state)
{
    const struct play_row *row = *state;
    const struct smtpspec_play_result *result;

    begin(row->text);
    smtpspec_judge_init(&judge, &modern, NULL);
    unsigned turns = run(row->server, SMTPSPEC_ARRAY_LEN(row->server));

    result = smtpspec_play_result(&play);
    assert_string_equal(sent, row->sent);
    assert_true(turns == SMTPSPEC_ARRAY_LEN(row->server) ||
                row->server[turns] == NULL);
    assert_string_equal(smtpspec_outcome_name(result->outcome),
                        smtpspec_outcome_name(row->outcome));
    assert_string_equal(smtpspec_layer_name(result->layer),
                        smtpspec_layer_name(row->layer));
    if (row->reason == NULL)
        assert_null(result->reason);
    else
        assert_string_equal(result->reason, row->reason);
    assert_int_equal(result->code, row->code);
    assert_int_equal(result->reply_421, row->reply_421);
    assert_int_equal(result->no_reply, row->no_reply);
    smtpspec_play_end(&play);
    assert_null(judge.sink.context);
}

/* One octet at a time, the same comes of it. */
static void plays_the_same_in_any_split(void **state)
{
    const struct play_row *row = *state;
    struct smtpspec_span octets;
    enum smtpspec_play_want want;
    unsigned turn = 0;

    begin(row->text);
    smtpspec_judge_init(&judge, &modern, NULL);
    smtpspec_play_init(&play, &one, &vars, &judge, room, sizeof room);
    while ((want = smtpspec_play_next(&play, &octets)) != SMTPSPEC_PLAY_DONE) {
        const char *what;

        if (want == SMTPSPEC_PLAY_SEND)
            continue;
        assert_true(turn < SMTPSPEC_ARRAY_LEN(row->server));
        what = row->server[turn++];
        assert_non_null(what);
        if (what == silence || what == closes || what == endless) {
            do_as_the_server(what);
            continue;
        }
        for (; *what != '\0'; what++)
            smtpspec_play_server(&play, (struct smtpspec_span){ what, 1 });
    }
    assert_int_equal(smtpspec_play_result(&play)->outcome, row->outcome);
    assert_int_equal(smtpspec_play_result(&play)->code, row->code);
    smtpspec_play_end(&play);
}

static void tells_where_the_reply_is(void **state)
{
    static const char *const server[] = { READY, "211 fine\r\n" };
    const struct smtpspec_play_result *result;

    (void)state;
    begin("level MUST\ngiven ehlo\nC: HELP\nS: 214 5yz\n");
    smtpspec_judge_init(&judge, &modern, NULL);
    run(server, 3);
    result = smtpspec_play_result(&play);
    assert_int_equal(result->at, strlen("220 mx.example\r\n" EHLO));
    assert_int_equal(result->octets, strlen("211 fine\r\n"));
    assert_int_equal(result->command, SMTPSPEC_COMMAND_HELP);
    assert_int_equal(result->state, SMTPSPEC_STATE_READY);
    assert_int_equal(result->worst, 0);
    assert_int_equal(result->verdicts[0].at, result->at);
    assert_int_equal(result->verdicts[0].octets, result->octets);
    assert_string_equal(result->verdicts[0].verdict.reference, "5321:3.3");
    assert_string_equal(result->verdicts[0].verdict.text, "a title");
    assert_true(smtpspec_codes_have(&result->expected, 214));
    assert_true(smtpspec_codes_have(&result->expected, 599));
    smtpspec_play_end(&play);
}

/* The second case on a connection goes on from where the first one left it,
 * and counts the server's octets anew. */
static void goes_on_where_the_session_stands(void **state)
{
    static const char *const first[] = { READY, "250 fine\r\n", "502 no\r\n" };
    static const char *const second[] = { "250 reset\r\n", "250 mail\r\n",
                                          "211 fine\r\n" };

    (void)state;
    begin("level MUST\ngiven mail\nC: HELP\nS: 502\n");
    smtpspec_judge_init(&judge, &modern, NULL);
    run(first, 4);
    assert_string_equal(sent, "EHLO probe.example|MAIL FROM:<a@probe.example>|"
                              "HELP");
    begin("level MUST\ngiven mail\nC: HELP\nS: 214\n");
    assert_true(smtpspec_play_fits(&judge, &one, NULL));
    run(second, 3);
    assert_string_equal(sent, "RSET|MAIL FROM:<a@probe.example>|HELP");
    assert_int_equal(smtpspec_play_result(&play)->at,
                     strlen("250 reset\r\n250 mail\r\n"));
    smtpspec_play_end(&play);
}

/* The judge and the case both object: one of them is enough. */
static void says_a_fault_once(void **state)
{
    static const char *const server[] = { READY, "250 fine\r\n" };

    (void)state;
    begin("level MUST\ngiven ehlo\nC: RCPT TO:<{rcpt}>\nS: 503\n");
    smtpspec_judge_init(&judge, &modern, NULL);
    run(server, 3);
    assert_int_equal(smtpspec_play_result(&play)->verdict_total, 1);
    assert_int_equal(smtpspec_play_result(&play)->layer,
                     SMTPSPEC_LAYER_STATE);
    smtpspec_play_end(&play);
}

/* What comes behind the last reply is an answer to nothing, of this case. */
static void hears_what_comes_after_the_end(void **state)
{
    static const char *const server[] = { READY, "250 fine\r\n" };

    (void)state;
    begin("level INFO\ngiven ehlo\nC: NOOP\nS: 250\n");
    smtpspec_judge_init(&judge, &modern, NULL);
    run(server, 3);
    assert_int_equal(smtpspec_play_result(&play)->outcome,
                     SMTPSPEC_OUTCOME_PASS);
    smtpspec_play_server(&play, SMTPSPEC_SPAN("250 fine\r\n"));
    assert_int_equal(smtpspec_play_result(&play)->outcome,
                     SMTPSPEC_OUTCOME_FAIL);
    assert_int_equal(smtpspec_play_result(&play)->layer,
                     SMTPSPEC_LAYER_SESSION);
    smtpspec_play_end(&play);
}

static void says_where_the_room_is_short(void **state)
{
    struct smtpspec_span octets;

    (void)state;
    begin("level MUST\ngiven connect\nC: NOOP {x*100}\nS: *\n");
    smtpspec_judge_init(&judge, &modern, NULL);
    smtpspec_play_init(&play, &one, &vars, &judge, room, 50);
    assert_int_equal(smtpspec_play_next(&play, &octets), SMTPSPEC_PLAY_DONE);
    assert_int_equal(smtpspec_play_result(&play)->outcome,
                     SMTPSPEC_OUTCOME_ERROR);
    smtpspec_play_end(&play);
}

/* More verdicts than are kept: the worst stays. */
static void keeps_the_worst_of_many(void **state)
{
    static const char *const server[] = { READY, NULL };
    struct smtpspec_span octets;

    (void)state;
    begin("level MUST\ngiven ehlo\nrepeat 30\nC: HELP\nend\nC: RSET\n"
          "repeat 31\nS: *\nend\n");
    smtpspec_judge_init(&judge, &modern, NULL);
    smtpspec_play_init(&play, &one, &vars, &judge, room, sizeof room);
    for (unsigned i = 0; i < 2; i++) {
        while (smtpspec_play_next(&play, &octets) == SMTPSPEC_PLAY_SEND)
            continue;
        smtpspec_play_server(&play, smtpspec_span_of(server[i]));
    }
    while (smtpspec_play_next(&play, &octets) == SMTPSPEC_PLAY_SEND)
        continue;
    for (unsigned i = 0; i < 30; i++)
        smtpspec_play_server(&play, SMTPSPEC_SPAN("250 help yourself\r\n"));
    smtpspec_play_server(&play, SMTPSPEC_SPAN("503 no\r\n"));
    assert_int_equal(smtpspec_play_next(&play, &octets), SMTPSPEC_PLAY_DONE);
    assert_int_equal(smtpspec_play_result(&play)->verdict_count,
                     SMTPSPEC_PLAY_VERDICTS_KEPT);
    assert_true(smtpspec_play_result(&play)->verdict_total >= 31);
    assert_int_equal(smtpspec_play_result(&play)->outcome,
                     SMTPSPEC_OUTCOME_FAIL);
    smtpspec_play_end(&play);
}

/* The sweep is played as any case is: an honest server passes all of it. */
static void sweep_passes_where_rows_are_kept(void **state)
{
    static const char *const server[] = { "220 mx.example\r\n",
                                          "250 fine\r\n" };
    char id[SMTPSPEC_CASE_SWEEP_ROOM];
    unsigned found = 0;

    (void)state;
    for (size_t i = 0; smtpspec_case_sweep(i, &one, id, sizeof id); i++) {
        if (!smtpspec_case_matches(one.id, SMTPSPEC_SPAN("sweep.idle.noop")) &&
            !smtpspec_case_matches(one.id, SMTPSPEC_SPAN("sweep.idle.rset")))
            continue;
        smtpspec_judge_init(&judge, &modern, NULL);
        run(server, 2);
        assert_int_equal(smtpspec_play_result(&play)->outcome,
                         SMTPSPEC_OUTCOME_PASS);
        smtpspec_play_end(&play);
        found++;
    }
    assert_int_equal(found, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_where_the_reply_is),
        cmocka_unit_test(goes_on_where_the_session_stands),
        cmocka_unit_test(says_a_fault_once),
        cmocka_unit_test(hears_what_comes_after_the_end),
        cmocka_unit_test(says_where_the_room_is_short),
        cmocka_unit_test(keeps_the_worst_of_many),
        cmocka_unit_test(sweep_passes_where_rows_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) +
           RUN_ROWS(plays_as_the_row_says, rows) +
           RUN_ROWS(plays_the_same_in_any_split, rows);
}
