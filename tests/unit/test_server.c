/* SPDX-License-Identifier: MIT */
/*
 * test_server.c - the built-in server: honest in every split, and bounded
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "support/dialogue.h"

#define MODERN SMTPSPEC_PROFILE_MODERN
#define KB234 SMTPSPEC_PROFILE_KB234
#define RFC821 SMTPSPEC_PROFILE_RFC821

/* --- Honest dialogues --------------------------------------------------- */

static struct dialogue {
    const char *name;
    enum smtpspec_profile profile;
    const char *sent, *codes;
} honest[] = {
    { "a whole session", MODERN,
      "E|M|R|DATA|Subject: x||text|..dot|.|QUIT",
      "220 250 250 250 354 250 221 close" },
    { "nothing after QUIT is answered", MODERN, "QUIT|NOOP", "220 221 close" },
    { "an empty message", MODERN, "E|M|R|DATA|.|NOOP",
      "220 250 250 250 354 250 250" },
    { "HELO will do", MODERN, "HELO a.example|M|R|DATA|.",
      "220 250 250 250 354 250" },
    { "MAIL before EHLO", MODERN, "M|R|DATA|.", "220 503 503 503 500" },
    { "order of commands", MODERN, "E|R|DATA|M|M|DATA|R|R|M",
      "220 250 503 503 250 503 503 250 250 503" },
    { "RSET drops the transaction", MODERN, "RSET|E|M|R|RSET|R|M",
      "220 250 250 250 250 250 503 250" },
    { "EHLO drops the transaction", MODERN, "E|M|E|R|M|HELO a.example|R",
      "220 250 250 250 503 250 250 503" },
    { "a refused EHLO drops nothing", MODERN, "E|M|EHLO|EHLO -x-|R",
      "220 250 250 501 501 250" },
    { "what may be asked at any time", MODERN,
      "NOOP|NOOP text|HELP|VRFY alice|EXPN staff|E|M|R|NOOP|VRFY bob|RSET",
      "220 250 250 214 250 250 250 250 250 250 250 250" },
    { "questions", MODERN,
      "E|VRFY nobody|VRFY <bob@embedded.example>|VRFY x@far.away|EXPN bob"
      "|HELP MAIL|HELP XYZZY|VRFY|EXPN",
      "220 250 550 250 252 550 214 504 501 501" },
    { "recipients", MODERN,
      "E|MAIL FROM:<>|RCPT TO:<postmaster>|RCPT TO:<PostMaster@embedded.example>"
      "|RCPT TO:<nobody@embedded.example>|RCPT TO:<bob@far.away>"
      "|RCPT TO:<@a.example,@b.example:bob@embedded.example>"
      "|RCPT TO:<\"alice\"@embedded.example>|RCPT TO:<bob@[127.0.0.1]>",
      "220 250 250 250 250 550 550 250 250 250" },
    { "arguments that will not do", MODERN,
      "E|MAIL|MAIL FROM:|MAIL FROM:alice|M|RCPT|RCPT TO:<>|DATA x|RSET x"
      "|QUIT x",
      "220 250 501 501 501 250 501 501 501 501 501" },
    { "parameters", MODERN,
      "E|MAIL FROM:<> SIZE=10485760 BODY=8BITMIME|RSET|MAIL FROM:<> SIZE=10485761"
      "|MAIL FROM:<> SIZE=x|MAIL FROM:<> SIZE=1 SIZE=1|MAIL FROM:<> BODY=x"
      "|MAIL FROM:<> SIZE=99999999999999999999|MAIL FROM:<> X=1"
      "|MAIL FROM:<> HOLDFOR=1"
      "|MAIL FROM:<> BODY=7bit|RCPT TO:<bob@embedded.example> X=1",
      "220 250 250 250 552 501 501 501 552 555 555 250 555" },
    { "an unknown parameter after HELO", MODERN,
      "HELO a.example|MAIL FROM:<> X=1|MAIL FROM:<>", "220 250 555 250" },
    { "verbs that are not there", MODERN,
      "E|XYZZY||SEND FROM:<a@b.example>|TURN|BURL imap://a|ATRN|LHLO a.example",
      "220 250 500 500 502 502 502 502 500" },
    { "small letters", MODERN,
      "ehlo probe.example|mail from:<alice@embedded.example>"
      "|rcpt to:<bob@embedded.example>|data|.|quit",
      "220 250 250 250 354 250 221 close" },
    { "a bare LF ends no line", MODERN, "E|NOOP\nNOOP|NOOP\rNOOP|NOOP",
      "220 250 501 501 250" },
    { "octets that are none of SMTP's", MODERN,
      "E|\x01|\xc3\xa9|MAIL FROM:<\xc3\xa9@embedded.example>|VRFY \xff|NOOP",
      "220 250 500 500 550 501 250" },
    { "only CRLF ends the content", MODERN,
      "E|M|R|DATA|a\n.\nb\r.\rc\n.|\r.\rd|.\n|.|NOOP",
      "220 250 250 250 354 250 250" },
    { "a command line of 512 octets", MODERN, "NOOP {505}|NOOP",
      "220 250 250" },
    { "a command line of 2048 octets", MODERN, "NOOP {2041}|NOOP",
      "220 250 250" },
    { "one octet more is too much", MODERN, "NOOP {2042}|NOOP",
      "220 500 250" },
    { "and one reply is all that a long one gets", MODERN,
      "NOOP {30000}|{4096}|{2047}|{2046}|QUIT", "220 500 500 500 500 221 close" },
    { "BDAT", MODERN, "E|M|R|BDAT 6|text|BDAT 0 LAST|M|R|BDAT 3 LAST|.|NOOP",
      "220 250 250 250 250 250 250 250 250 250" },
    { "a refused chunk is read all the same", MODERN,
      "E|BDAT 6|NOOP|M|BDAT 6|NOOP|BDAT|BDAT x|RSET|BDAT 0|NOOP",
      "220 250 503 250 503 501 501 250 503 250" },
    { "DATA and BDAT do not mix", MODERN,
      "E|M|R|BDAT 6|NOOP|DATA|RSET|M|R|DATA|.",
      "220 250 250 250 250 503 250 250 250 354 250" },
    { "DSN", MODERN,
      "E|MAIL FROM:<> RET=HDRS ENVID=a+2Bb|R"
      "|RCPT TO:<bob@embedded.example> NOTIFY=SUCCESS,DELAY"
      " ORCPT=rfc822;a+2Bb@c.example|RCPT TO:<bob@embedded.example> NOTIFY=never|RSET"
      "|MAIL FROM:<> RET=ALL|MAIL FROM:<> ENVID=a=b"
      "|MAIL FROM:<> ENVID=a+b|MAIL FROM:<> NOTIFY=NEVER"
      "|M|RCPT TO:<bob@embedded.example> NOTIFY=NEVER,DELAY|RCPT TO:<bob@embedded.example> NOTIFY=x"
      "|RCPT TO:<bob@embedded.example> ORCPT=bob|RCPT TO:<bob@embedded.example> ORCPT=rfc822;"
      "|RCPT TO:<bob@embedded.example> NOTIFY=DELAY NOTIFY=DELAY|MAIL FROM:<> RET=FULL RET=FULL",
      "220 250 250 250 250 250 250 501 501 501 555 250 501 501 501 501 501 503" },
    { "DELIVERBY and MT-PRIORITY", MODERN,
      "E|MAIL FROM:<> BY=60;R|RSET|MAIL FROM:<> BY=-60;NT MT-PRIORITY=-9|RSET|MAIL FROM:<> BY=0;R"
      "|MAIL FROM:<> BY=-1;R|MAIL FROM:<> BY=60|MAIL FROM:<> BY=;R|MAIL FROM:<> BY=1234567890;N"
      "|MAIL FROM:<> BY=60;X|MAIL FROM:<> BY=60;RX|MAIL FROM:<> MT-PRIORITY=10"
      "|MAIL FROM:<> MT-PRIORITY=-0|MAIL FROM:<> MT-PRIORITY=+1|MAIL FROM:<> MT-PRIORITY=x",
      "220 250 250 250 250 250 501 501 501 501 501 501 501 501 501 501 501" },
    { "SMTPUTF8", MODERN,
      "E|MAIL FROM:<\xc3\xa9@embedded.example>|MAIL FROM:<\xc3\xa9@embedded.example> SMTPUTF8"
      "|RCPT TO:<\xc3\xa9@embedded.example>|RCPT TO:<bob@embedded.example>|RSET"
      "|MAIL FROM:<a@embedded.example>|RCPT TO:<\xc3\xa9@embedded.example>|RSET"
      "|MAIL FROM:<\xff@embedded.example> SMTPUTF8|MAIL FROM:<> SMTPUTF8=1"
      "|MAIL FROM:<\xc3\xa9@b.example> SMTPUTF8 X=1"
      "|VRFY \xc3\xa9|VRFY \xc3\xa9 SMTPUTF8|VRFY alice SMTPUTF8|EXPN staff SMTPUTF8",
      "220 250 550 250 550 250 250 250 553 250 501 501 555 501 550 250 250" },
    { "BINARYMIME goes by BDAT", MODERN,
      "E|MAIL FROM:<> BODY=BINARYMIME|R|DATA|BDAT 6 LAST|text|MAIL FROM:<>|R|DATA|.",
      "220 250 250 250 503 250 250 250 354 250" },
    { "ETRN", MODERN,
      "ETRN embedded.example|E|ETRN|ETRN embedded.example|ETRN @b.example|ETRN #queue"
      "|ETRN far.away|ETRN a b|M|ETRN embedded.example|R",
      "220 503 250 501 251 251 459 459 501 250 503 250" },
    { "AUTH PLAIN", MODERN,
      "AUTH PLAIN|E|AUTH PLAIN AGEAYg==|AUTH PLAIN|AHVzZXIAc2VjcmV0|AUTH PLAIN|E|AUTH PLAIN|M",
      "220 503 250 535 334 235 503 250 503 250" },
    { "AUTH PLAIN at once", MODERN,
      "E|M|AUTH PLAIN|RSET|AUTH PLAIN =|AUTH PLAIN dXNlcgB1c2VyAHNlY3JldA==|AUTH LOGIN",
      "220 250 250 503 250 501 235 503" },
    { "AUTH LOGIN", MODERN,
      "E|AUTH LOGIN|dXNlcg==|eA==|auth login dXNlckBlbWJlZGRlZC5leGFtcGxl|c2VjcmV0",
      "220 250 334 334 535 334 235" },
    { "AUTH CRAM-MD5", MODERN,
      "E|AUTH CRAM-MD5 eA==|AUTH CRAM-MD5|eA==|AUTH CRAM-MD5"
      "|dXNlciBiYzlkMTg1N2Q3MGQ4MjEwMTg1ODhiMTY1Y2YwM2Q2Zg==|NOOP",
      "220 250 501 334 535 334 235 250" },
    { "AUTH that goes wrong", MODERN,
      "E|AUTH|AUTH XYZZY|AUTH PLAIN x|AUTH PLAIN|*|AUTH PLAIN|a=b=|AUTH PLAIN|NOOP NOOP"
      "|AUTH LOGIN||c2VjcmV0|AUTH PLAIN|{13000}|NOOP|AUTH PLAIN a b|HELO x.example|AUTH PLAIN",
      "220 250 501 504 501 334 501 334 501 334 501 334 334 535 334 500 250 501 250 503" },
    { "submission wants a login", MODERN,
      "E|M|R|DATA|BDAT 6|NOOP|VRFY user|NOOP|RSET|AUTH PLAIN AHVzZXIAc2VjcmV0|M|R|DATA|.",
      "220 250 530 530 530 530 530 250 250 235 250 250 354 250" },
    { "LMTP", MODERN,
      "EHLO a.example|HELO a.example|M|LHLO a.example|M|DATA|R|RCPT TO:<x@b.example>|R|DATA|.|NOOP"
      "|M|R|R|R|BDAT 6|NOOP|BDAT 6 LAST|NOOP|NOOP|M|R|BDAT 0 LAST|QUIT",
      "220 500 500 503 250 250 503 250 550 250 354 250 250 250"
      " 250 250 250 250 250 250 250 250 250 250 250 250 221 close" },
    { "article 234 has no 503 for MAIL", KB234,
      "E|M|M|R|NOOP x|RSET x|DATA|.|QUIT x|QUIT",
      "220 250 250 501 250 250 501 354 250 500 221 close" },
    { "article 234 has no 252 and no 555", KB234,
      "E|VRFY x@far.away|MAIL FROM:<> X=1", "220 250 550 501" },
    { "RFC 821 knows no EHLO", RFC821, "E|HELO a.example|M|R|DATA|.|QUIT",
      "220 500 250 250 250 354 250 221 close" },
};

/* The first word of a row's name says what the server is for. */
static enum smtpspec_service service_of(const char *name)
{
    return strncmp(name, "LMTP", 4) == 0         ? SMTPSPEC_SERVICE_LMTP
           : strncmp(name, "submission", 10) == 0 ? SMTPSPEC_SERVICE_SUBMISSION
                                                  : SMTPSPEC_SERVICE_SMTP;
}

static void answers_the_same_in_every_split(void **state)
{
    const struct dialogue *row = *state;
    const struct smtpspec_server_options options = {
        .profile = row->profile, .service = service_of(row->name) };
    static struct text text;
    static struct played whole, split;
    char codes[512];

    write_out(row->sent, HELLO_EHLO, &text);
    play_as(&options, &text, 0, 0, &whole);
    codes_of(&whole, codes, sizeof(codes));
    assert_string_equal(codes, row->codes);
    /* Long lines are cut at some places only: each split plays them all. */
    size_t by = text.length > 2000 ? 97 : 1;

    for (size_t cut = 1; cut < text.length; cut += by) {
        play_as(&options, &text, 0, cut, &split);
        assert_int_equal(split.length, whole.length);
        assert_memory_equal(split.out, whole.out, whole.length);
        assert_int_equal(split.last, whole.last);
    }
    for (size_t piece = 1; piece < 8; piece++) {
        play_as(&options, &text, piece, 0, &split);
        assert_int_equal(split.length, whole.length);
        assert_memory_equal(split.out, whole.out, whole.length);
    }
}

/* --- Limits ------------------------------------------------------------- */

static void codes_are(struct smtpspec_server *server, struct played *played,
                      const char *sent, const char *expected)
{
    static struct text text;
    char codes[512];

    write_out(sent, HELLO_EHLO, &text);
    played->length = 0;
    feed(server, (struct smtpspec_span){ text.at, text.length }, played);
    codes_of(played, codes, sizeof(codes));
    assert_string_equal(codes, expected);
}

static void takes_a_thousand_recipients(void **state)
{
    static struct played played;
    struct smtpspec_server *server =
        begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);

    (void)state;
    codes_are(server, &played, "E|M", "250 250");
    for (int i = 0; i < 1000; i++)
        codes_are(server, &played, "R", "250");
    codes_are(server, &played, "R|DATA|.|M|R", "452 354 250 250 250");
    smtpspec_server_free(server);
}

/* Send a message of so many octets (128 or more) in lines of 128, the last
 * one longer. `dots`: each begins with a dot, and is stuffed. */
static void send_content(struct smtpspec_server *server,
                         struct played *played, size_t octets, bool dots)
{
    char line[257];

    while (octets > 0) {
        size_t part = octets >= 256 ? 128 : octets;

        memset(line, 'x', sizeof(line));
        memcpy(line, "..", 2);
        memcpy(line + 1 + part - 2, "\r\n", 2);
        line[1] = dots ? '.' : 'x';
        feed(server,
             (struct smtpspec_span){ line + !dots, part + dots }, played);
        octets -= part;
    }
    feed(server, SMTPSPEC_SPAN(".\r\n"), played);
}

static void takes_content_up_to_the_size_offered(void **state)
{
    static const struct {
        size_t octets;
        bool dots;
        const char *codes;
    } rows[] = {
        { 10485760, false, "250" }, { 10485761, false, "552" },
        { 10485760, true, "250" },  { 10485761, true, "552" },
    };
    static struct played played;
    struct smtpspec_server *server =
        begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);
    char codes[64];

    (void)state;
    codes_are(server, &played, "E", "250");
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++) {
        codes_are(server, &played, "M|R|DATA", "250 250 354");
        played.length = 0;
        send_content(server, &played, rows[i].octets, rows[i].dots);
        codes_of(&played, codes, sizeof(codes));
        assert_string_equal(codes, rows[i].codes);
    }
    smtpspec_server_free(server);
}

static void takes_chunks_up_to_the_size_offered(void **state)
{
    static struct played played;
    static char block[65536];
    struct smtpspec_server *server =
        begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);

    (void)state;
    codes_are(server, &played, "E|M|R|BDAT 10485760", "250 250 250");
    played.length = 0;
    for (int i = 0; i < 10485760 / 65536; i++)
        feed(server, (struct smtpspec_span){ block, sizeof(block) }, &played);
    assert_memory_equal(played.out, "250 ", 4);
    codes_are(server, &played, "BDAT 2||NOOP", "552 250");
    codes_are(server, &played, "BDAT 2||RSET|M", "503 250 250");
    smtpspec_server_free(server);
}

static void answers_a_thousand_times_in_lmtp(void **state)
{
    const struct smtpspec_server_options options = {
        .profile = MODERN, .service = SMTPSPEC_SERVICE_LMTP };
    static struct played played;
    static struct text text;
    struct smtpspec_server *server = begin_as(&options, &played);
    char codes[8192];

    (void)state;
    codes_are(server, &played, "LHLO a.example|M", "250 250");
    for (int i = 0; i < 1000; i++)
        codes_are(server, &played, "R", "250");
    write_out("DATA|.|NOOP", HELLO_EHLO, &text);
    played.length = 0;
    feed(server, (struct smtpspec_span){ text.at, text.length }, &played);
    codes_of(&played, codes, sizeof(codes));
    assert_int_equal(strlen(codes), 4 * 1002 - 1);
    smtpspec_server_free(server);
}

/* Each line by itself: what comes behind STARTTLS in one go is dropped. */
static void starts_anew_in_tls(void **state)
{
    static struct played played;
    struct smtpspec_server *server =
        begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);

    (void)state;
    codes_are(server, &played, "STARTTLS", "503");
    codes_are(server, &played, "E|M|R", "250 250 250");
    assert_non_null(memmem(played.out, played.length, "STARTTLS", 8));
    assert_null(memmem(played.out, played.length, "REQUIRETLS", 10));
    codes_are(server, &played, "STARTTLS x", "501");
    assert_int_equal(played.handshakes, 0);
    codes_are(server, &played, "STARTTLS|NOOP|NOOP|NO", "220");
    assert_int_equal(played.handshakes, 1);
    codes_are(server, &played, "R|DATA|M|STARTTLS", "503 503 503 503");
    codes_are(server, &played, "E", "250");
    assert_null(memmem(played.out, played.length, "STARTTLS", 8));
    assert_non_null(memmem(played.out, played.length, "REQUIRETLS", 10));
    codes_are(server, &played, "MAIL FROM:<> REQUIRETLS|R|STARTTLS|QUIT",
              "250 250 503 221 close");
    smtpspec_server_free(server);
}

static void closes_where_the_handshake_fails(void **state)
{
    static struct played played;
    struct smtpspec_server *server =
        begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);
    struct smtpspec_server_action action;

    (void)state;
    codes_are(server, &played, "E", "250");
    smtpspec_server_feed(server, SMTPSPEC_SPAN("STARTTLS\r\n"));
    action = smtpspec_server_next(server);
    assert_int_equal(action.act, SMTPSPEC_SERVER_SEND);
    action = smtpspec_server_next(server);
    assert_int_equal(action.act, SMTPSPEC_SERVER_TLS);
    smtpspec_server_secured(server, false);
    action = smtpspec_server_next(server);
    assert_int_equal(action.act, SMTPSPEC_SERVER_CLOSE);
    smtpspec_server_free(server);
}

static void keeps_no_more_output_than_it_has_room_for(void **state)
{
    static struct played played;
    static char flood[600000];
    struct smtpspec_server *server =
        begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);
    struct smtpspec_span rest = { flood, 0 };
    size_t replies = 0;

    (void)state;
    while (rest.length + 6 <= sizeof(flood)) {
        memcpy(flood + rest.length, "HELP\r\n", 6);
        rest.length += 6;
    }
    assert_true(smtpspec_server_feed(server, rest) < rest.length);
    assert_int_equal(smtpspec_server_feed(server, rest), 0);
    pump(server, &played);
    smtpspec_server_free(server);

    server = begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);
    while (rest.length > 0) {
        played.length = 0;
        rest = smtpspec_span_skip(rest, smtpspec_server_feed(server, rest));
        pump(server, &played);
        for (size_t i = 0; i < played.length; i++)
            replies += i + 4 < played.length &&
                       memcmp(played.out + i, "214 ", 4) == 0;
    }
    assert_int_equal(replies, sizeof(flood) / 6);
    smtpspec_server_free(server);
}

static void says_421_when_nothing_comes(void **state)
{
    static struct played played;
    struct smtpspec_server *server =
        begin(MODERN, SMTPSPEC_MISDEED_NONE, &played);
    char codes[64];

    (void)state;
    codes_are(server, &played, "E|M|R|DATA|text", "250 250 250 354");
    played.length = 0;
    smtpspec_server_expire(server);
    pump(server, &played);
    codes_of(&played, codes, sizeof(codes));
    assert_string_equal(codes, "421 close");
    smtpspec_server_expire(server);
    codes_are(server, &played, "NOOP", " close");
    smtpspec_server_free(server);
}

/* A cheap generator, so that the same seed gives the same octets. */
static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void stands_any_octets(void **state)
{
    static const char *const words[] = {
        "E", "M", "R", "DATA", ".", "BDAT 4", "BDAT 99 LAST", "RSET", "NOOP x",
        "HELP", "VRFY alice", "EXPN staff", "XYZZY", "{600}", "{2100}", "\n.\n",
        "\r.\r", "", "MAIL FROM:<> SIZE=1", "\x01\xff", "AUTH PLAIN", "AUTH LOGIN eA==", "*",
        "AUTH CRAM-MD5", "STARTTLS", "MAIL FROM:<\xc3\xa9@b.example> SMTPUTF8", "ETRN a.example",
        "RCPT TO:<bob@b.example> NOTIFY=NEVER ORCPT=rfc822;a", "AHVzZXIAc2VjcmV0",
    };
    static struct played played;
    static struct text text;
    uint32_t seed = 2463534242;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct smtpspec_server *server = begin(MODERN, SMTPSPEC_MISDEED_NONE,
                                               &played);
        char codes[KEPT / 8];

        for (int i = 0; i < 24; i++) {
            write_out(words[next_random(&seed) % SMTPSPEC_ARRAY_LEN(words)],
                      false, &text);
            if (next_random(&seed) % 8 == 0 && text.length > 0)
                text.at[next_random(&seed) % text.length] =
                    (char)next_random(&seed);
            feed(server, (struct smtpspec_span){ text.at, text.length },
                 &played);
        }
        codes_of(&played, codes, sizeof(codes));
        smtpspec_server_free(server);
    }
}

static void stands_any_octets_whatever_it_does_wrong(void **state)
{
    static struct played played;
    uint32_t seed = 88172645;

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        struct smtpspec_server_options options = { .profile = MODERN };
        struct smtpspec_server *server;
        char octets[600];

        for (unsigned i = 1; i < SMTPSPEC_MISDEED_COUNT; i++)
            options.misdeeds[i] = next_random(&seed) % 8 == 0;
        for (unsigned i = 1; i < SMTPSPEC_QUIRK_COUNT; i++)
            options.quirks[i] = next_random(&seed) % 8 == 0;
        options.service = (enum smtpspec_service)(next_random(&seed) % 3);
        server = smtpspec_server_new(&options);
        assert_non_null(server);
        memset(&played, 0, sizeof(played));
        pump(server, &played);
        for (int i = 0; i < 8; i++) {
            static const char letters[] = "MAIL RCPT:DATA<>@\r\n\n..EHLO x";
            size_t length = next_random(&seed) % sizeof(octets);

            for (size_t k = 0; k < length; k++)
                octets[k] = letters[next_random(&seed) % sizeof(letters)];
            feed(server, (struct smtpspec_span){ octets, length }, &played);
            feed(server, SMTPSPEC_SPAN("EHLO a.example\r\nMAIL FROM:<>\r\n"
                                       "RCPT TO:<bob@b.example>\r\nDATA\r\n"),
                 &played);
            feed(server, SMTPSPEC_SPAN("\r\n.\r\nLHLO a\r\nAUTH LOGIN\r\n\r\n"
                                       "STARTTLS\r\nNOOP\r\nBDAT 9 LAST\r\n"),
                 &played);
        }
        smtpspec_server_free(server);
    }
}

/* --- Options ------------------------------------------------------------ */

static void ignores_a_name_that_is_no_domain(void **state)
{
    struct smtpspec_server_options options = {
        .domain = SMTPSPEC_SPAN("a\r\n250 b")
    };
    struct smtpspec_server *server = smtpspec_server_new(&options);
    struct smtpspec_server_action action;

    (void)state;
    assert_non_null(server);
    action = smtpspec_server_next(server);
    assert_memory_equal(action.octets.at, "220 embedded.example ", 21);
    smtpspec_server_free(server);
    options.domain = SMTPSPEC_SPAN("mx.lab.test");
    server = smtpspec_server_new(&options);
    assert_non_null(server);
    action = smtpspec_server_next(server);
    assert_memory_equal(action.octets.at, "220 mx.lab.test ", 16);
    smtpspec_server_free(server);
}

int main(void)
{
    static const struct CMUnitTest plain[] = {
        cmocka_unit_test(takes_a_thousand_recipients),
        cmocka_unit_test(takes_content_up_to_the_size_offered),
        cmocka_unit_test(takes_chunks_up_to_the_size_offered),
        cmocka_unit_test(answers_a_thousand_times_in_lmtp),
        cmocka_unit_test(starts_anew_in_tls),
        cmocka_unit_test(closes_where_the_handshake_fails),
        cmocka_unit_test(keeps_no_more_output_than_it_has_room_for),
        cmocka_unit_test(says_421_when_nothing_comes),
        cmocka_unit_test(stands_any_octets),
        cmocka_unit_test(stands_any_octets_whatever_it_does_wrong),
        cmocka_unit_test(ignores_a_name_that_is_no_domain),
    };
    enum { PLAIN = SMTPSPEC_ARRAY_LEN(plain),
           HONEST = SMTPSPEC_ARRAY_LEN(honest) };
    static struct CMUnitTest tests[PLAIN + HONEST];

    memcpy(tests, plain, sizeof(plain));
    for (size_t i = 0; i < HONEST; i++)
        tests[PLAIN + i] = (struct CMUnitTest){
            .name = honest[i].name, .initial_state = &honest[i],
            .test_func = answers_the_same_in_every_split };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
