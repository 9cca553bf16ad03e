/* SPDX-License-Identifier: MIT */
/*
 * test_server.c - the built-in server: honest in every split, inside the
 * tables of every profile, and each misdeed plain to see
 *
 * Dialogues are written as in misdeeds.def: lines between bars, E, M and R for
 * EHLO, MAIL and RCPT, {n} for n times the letter x. The judge listens in, so
 * that what the server calls honest and what the judge calls right is held
 * against each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/judge.h>
#include <smtpspec/reply.h>

#include "server/server.h"

#define KEPT 65536
#define MODERN SMTPSPEC_PROFILE_MODERN
#define KB234 SMTPSPEC_PROFILE_KB234
#define RFC821 SMTPSPEC_PROFILE_RFC821

/* --- Playing ------------------------------------------------------------ */

/* All that came out of a server. */
struct played {
    char out[KEPT];
    size_t length;
    unsigned waits;
    bool endless;
    enum smtpspec_server_act last;
};

struct text {
    char at[KEPT];
    size_t length;
};

static void add(struct text *text, const char *octets, size_t length)
{
    assert_true(text->length + length <= sizeof(text->at));
    memcpy(text->at + text->length, octets, length);
    text->length += length;
}

static void add_piece(struct text *text, const char *piece, size_t length,
                      bool helo)
{
    static const char *const words[][2] = {
        { "E", "EHLO probe.example" },
        { "M", "MAIL FROM:<alice@embedded.example>" },
        { "R", "RCPT TO:<alice@embedded.example>" },
    };

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(words); i++)
        if (length == 1 && piece[0] == words[i][0][0]) {
            const char *line = i == 0 && helo ? "HELO probe.example"
                                              : words[i][1];

            add(text, line, strlen(line));
            return;
        }
    for (size_t i = 0; i < length; i++) {
        if (piece[i] != '{') {
            add(text, piece + i, 1);
            continue;
        }
        char *end;
        unsigned long count =
            piece[i + 1] == 'l' ? 3000 : strtoul(piece + i + 1, &end, 10);

        while (count-- > 0)
            add(text, "x", 1);
        i += strcspn(piece + i, "}");
    }
}

/* Write a dialogue out; `helo`: E is HELO. */
static void write_out(const char *dialogue, bool helo, struct text *text)
{
    text->length = 0;
    while (*dialogue != '\0') {
        size_t length = strcspn(dialogue, "|");

        add_piece(text, dialogue, length, helo);
        add(text, "\r\n", 2);
        dialogue += length;
        dialogue += *dialogue == '|';
    }
}

/* Fetch until the server wants input or is done. */
static void pump(struct smtpspec_server *server, struct played *played)
{
    for (;;) {
        struct smtpspec_server_action action = smtpspec_server_next(server);

        played->last = action.act;
        if (action.act == SMTPSPEC_SERVER_WAIT && ++played->waits < 50)
            continue;
        if (action.act != SMTPSPEC_SERVER_SEND)
            return;
        assert_true(action.octets.length > 0);
        if (played->length + action.octets.length > KEPT) {
            played->endless = true;
            return;
        }
        memcpy(played->out + played->length, action.octets.at,
               action.octets.length);
        played->length += action.octets.length;
    }
}

static void feed(struct smtpspec_server *server, struct smtpspec_span octets,
                 struct played *played)
{
    while (octets.length > 0 && !played->endless) {
        size_t taken = smtpspec_server_feed(server, octets);

        octets = smtpspec_span_skip(octets, taken);
        pump(server, played);
        assert_true(taken > 0 || played->length > 0);
    }
}

static struct smtpspec_server *begin(enum smtpspec_profile profile,
                                     enum smtpspec_misdeed misdeed,
                                     struct played *played)
{
    struct smtpspec_server_options options = { .profile = profile };
    struct smtpspec_server *server;

    options.misdeeds[misdeed] = misdeed != SMTPSPEC_MISDEED_NONE;
    server = smtpspec_server_new(&options);
    assert_non_null(server);
    memset(played, 0, sizeof(*played));
    pump(server, played);
    return server;
}

/* Play in pieces of `piece` octets, or in two cut at `cut`. */
static void play(enum smtpspec_profile profile, enum smtpspec_misdeed misdeed,
                 const struct text *text, size_t piece, size_t cut,
                 struct played *played)
{
    struct smtpspec_server *server = begin(profile, misdeed, played);

    for (size_t at = 0; at < text->length;) {
        size_t length = piece > 0 ? piece : at < cut ? cut : text->length;

        if (length > text->length - at)
            length = text->length - at;
        /* From memory of its own: a read too far is seen by a sanitizer. */
        char *copy = malloc(length);

        memcpy(copy, text->at + at, length);
        feed(server, (struct smtpspec_span){ copy, length }, played);
        free(copy);
        at += length;
    }
    smtpspec_server_free(server);
}

/* "220 250 close": the codes of the replies, and how it ended. */
static void codes_of(const struct played *played, char *out, size_t cap)
{
    struct smtpspec_reply_parser parser;
    struct smtpspec_reply_line line;
    size_t at = 0, count, length = 0;

    smtpspec_reply_init(&parser);
    out[0] = '\0';
    while (at < played->length) {
        at += smtpspec_reply_feed(
            &parser,
            (struct smtpspec_span){ played->out + at, played->length - at },
            &line, 1, &count);
        assert_int_equal(count, 1);
        assert_int_equal(line.defects, 0);
        if (line.flags & SMTPSPEC_LINE_LAST)
            length += (size_t)snprintf(out + length, cap - length, "%s%u",
                                       length > 0 ? " " : "", line.code);
        assert_true(length < cap);
    }
    assert_false(smtpspec_reply_is_open(&parser));
    if (played->last == SMTPSPEC_SERVER_CLOSE)
        snprintf(out + length, cap - length, " close");
}

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
      "|MAIL FROM:<> SIZE=99999999999999999999|MAIL FROM:<> X=1|MAIL FROM:<> RET=HDRS"
      "|MAIL FROM:<> BODY=7bit|RCPT TO:<bob@embedded.example> X=1",
      "220 250 250 250 552 501 501 501 552 555 555 250 555" },
    { "parameters are for those who said EHLO", MODERN,
      "HELO a.example|MAIL FROM:<> SIZE=1|MAIL FROM:<>", "220 250 555 250" },
    { "verbs that are not there", MODERN,
      "E|XYZZY||SEND FROM:<a@b.example>|TURN|AUTH PLAIN|STARTTLS|LHLO a.example",
      "220 250 500 500 502 502 502 502 500" },
    { "small letters", MODERN,
      "ehlo probe.example|mail from:<alice@embedded.example>"
      "|rcpt to:<bob@embedded.example>|data|.|quit",
      "220 250 250 250 354 250 221 close" },
    { "a bare LF ends no line", MODERN, "E|NOOP\nNOOP|NOOP\rNOOP|NOOP",
      "220 250 501 501 250" },
    { "octets that are none of SMTP's", MODERN,
      "E|\x01|\xc3\xa9|MAIL FROM:<\xc3\xa9@embedded.example>|VRFY \xff|NOOP",
      "220 250 500 500 501 501 250" },
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
    { "article 234 has no 503 for MAIL", KB234,
      "E|M|M|R|NOOP x|RSET x|DATA|.|QUIT x|QUIT",
      "220 250 250 501 250 250 501 354 250 500 221 close" },
    { "article 234 has no 252 and no 555", KB234,
      "E|VRFY x@far.away|MAIL FROM:<> X=1", "220 250 550 501" },
    { "RFC 821 knows no EHLO", RFC821, "E|HELO a.example|M|R|DATA|.|QUIT",
      "220 500 250 250 250 354 250 221 close" },
};

static void answers_the_same_in_every_split(void **state)
{
    const struct dialogue *row = *state;
    static struct text text;
    static struct played whole, split;
    char codes[512];

    write_out(row->sent, false, &text);
    play(row->profile, SMTPSPEC_MISDEED_NONE, &text, 0, 0, &whole);
    codes_of(&whole, codes, sizeof(codes));
    assert_string_equal(codes, row->codes);
    /* Long lines are cut at some places only: each split plays them all. */
    size_t by = text.length > 2000 ? 97 : 1;

    for (size_t cut = 1; cut < text.length; cut += by) {
        play(row->profile, SMTPSPEC_MISDEED_NONE, &text, 0, cut, &split);
        assert_int_equal(split.length, whole.length);
        assert_memory_equal(split.out, whole.out, whole.length);
        assert_int_equal(split.last, whole.last);
    }
    for (size_t piece = 1; piece < 8; piece++) {
        play(row->profile, SMTPSPEC_MISDEED_NONE, &text, piece, 0, &split);
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

    write_out(sent, false, &text);
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
        "\r.\r", "", "MAIL FROM:<> SIZE=1", "\x01\xff",
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
        }
        smtpspec_server_free(server);
    }
}

/* --- The judge listens in ----------------------------------------------- */

struct heard {
    struct smtpspec_terms terms;
    unsigned bad;               /* warnings and failures                     */
    char rules[1024];           /* their ids                                 */
    bool lawful;                /* every code is listed, or a row names it   */
    struct smtpspec_exchange last;
};

static void hear_verdict(void *context, const struct smtpspec_verdict *verdict)
{
    struct heard *heard = context;
    size_t used = strlen(heard->rules);

    if (verdict->outcome != SMTPSPEC_OUTCOME_WARN &&
        verdict->outcome != SMTPSPEC_OUTCOME_FAIL)
        return;
    heard->bad++;
    if (used + 80 < sizeof(heard->rules)) {
        smtpspec_verdict_rule(verdict, heard->rules + used, 70);
        strcat(heard->rules, " ");
    }
}

static void hear_exchange(void *context,
                          const struct smtpspec_exchange *exchange)
{
    struct heard *heard = context;
    enum smtpspec_listing listing = smtpspec_rules_look_up(
        &heard->terms, (enum smtpspec_command)exchange->command,
        exchange->code, NULL);
    const struct smtpspec_expectation *row = smtpspec_rules_expect(
        (enum smtpspec_state)exchange->state,
        (enum smtpspec_command)exchange->command,
        (enum smtpspec_stimulus)exchange->stimulus);

    heard->last = *exchange;
    if (listing != SMTPSPEC_LISTING_LISTED &&
        listing != SMTPSPEC_LISTING_NO_ROW &&
        (row == NULL || row->denied ||
         !smtpspec_codes_have(&row->codes, exchange->code)))
        heard->lawful = false;
}

/* Play line by line, the judge hearing both sides; `grouped`: all behind the
 * first line in one go. */
static void play_to_judge(enum smtpspec_profile profile,
                          enum smtpspec_misdeed misdeed, const char *dialogue,
                          bool grouped, struct heard *heard)
{
    static struct smtpspec_judge judge;
    static struct played played;
    static struct text text;
    struct smtpspec_server *server = begin(profile, misdeed, &played);
    struct smtpspec_judge_sink sink = { hear_verdict, hear_exchange, heard };
    size_t at = 0, said = 0;

    *heard = (struct heard){ .terms = { .profile = profile },
                             .lawful = true };
    smtpspec_judge_init(&judge, &heard->terms, &sink);
    write_out(dialogue, profile == RFC821, &text);
    for (;;) {
        smtpspec_judge_server(&judge,
                              (struct smtpspec_span){ played.out + said,
                                                      played.length - said });
        said = played.length;
        if (at == text.length || played.endless ||
            played.last == SMTPSPEC_SERVER_CLOSE ||
            played.last == SMTPSPEC_SERVER_RESET)
            break;
        const char *end = memchr(text.at + at, '\r', text.length - at);
        struct smtpspec_span octets = { text.at + at, text.length - at };

        while (end != NULL && end[1] != '\n')
            end = memchr(end + 1, '\r', text.length);
        if (end != NULL && !(grouped && at > 0))
            octets.length = (size_t)(end + 2 - octets.at);
        smtpspec_judge_client(&judge, octets);
        feed(server, octets, &played);
        at += octets.length;
    }
    if (played.endless || played.waits > 0)
        smtpspec_judge_endless(&judge);
    else if (played.last == SMTPSPEC_SERVER_IDLE)
        smtpspec_judge_turn(&judge);
    else
        smtpspec_judge_closed(&judge);
    smtpspec_server_free(server);
}

/* --- Misdeeds ----------------------------------------------------------- */

/* What only a case can demand: the tables allow it, a sentence does not. */
static const enum smtpspec_misdeed for_cases[] = {
    SMTPSPEC_MISDEED_NULL_PATH_REFUSED,   SMTPSPEC_MISDEED_BAD_DOMAIN,
    SMTPSPEC_MISDEED_POSTMASTER_REFUSED,  SMTPSPEC_MISDEED_FEW_RECIPIENTS,
    SMTPSPEC_MISDEED_UNKNOWN_MAILBOX_421, SMTPSPEC_MISDEED_BIG_SIZE_ACCEPTED,
};

static void shows_in_its_dialogue(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    static struct text text;
    static struct played right, wrong;

    write_out(smtpspec_misdeed_shown(misdeed), false, &text);
    play(MODERN, SMTPSPEC_MISDEED_NONE, &text, 0, 0, &right);
    play(MODERN, misdeed, &text, 0, 0, &wrong);
    assert_true(right.length != wrong.length || right.last != wrong.last ||
                memcmp(right.out, wrong.out, right.length) != 0);
}

static void is_seen_by_the_judge(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    const char *shown = smtpspec_misdeed_shown(misdeed);
    bool grouped = misdeed == SMTPSPEC_MISDEED_PIPELINE_DROPPED ||
                   misdeed == SMTPSPEC_MISDEED_PIPELINE_WITHHELD;
    static struct heard heard;
    bool excused = false;

    play_to_judge(MODERN, SMTPSPEC_MISDEED_NONE, shown, grouped, &heard);
    assert_string_equal(heard.rules, "");
    play_to_judge(MODERN, misdeed, shown, grouped, &heard);
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(for_cases); i++)
        excused = excused || for_cases[i] == misdeed;
    if ((heard.bad > 0) == excused)
        print_message("%s: %s\n", smtpspec_misdeed_name(misdeed), heard.rules);
    assert_int_equal(heard.bad > 0, !excused);
}

static void has_a_good_name(void **state)
{
    enum smtpspec_misdeed misdeed =
        (enum smtpspec_misdeed)(uintptr_t)*state;
    const char *name = smtpspec_misdeed_name(misdeed);

    assert_int_equal(smtpspec_misdeed_of(smtpspec_span_of(name)), misdeed);
    assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                     strlen(name));
    assert_true(strlen(smtpspec_misdeed_text(misdeed)) > 10);
    assert_int_not_equal(smtpspec_misdeed_layer(misdeed),
                         SMTPSPEC_LAYER_NONE);
}

static void reads_lists_of_names(void **state)
{
    struct smtpspec_server_options options = { .profile = MODERN };
    struct smtpspec_span unknown = { NULL, 0 };

    (void)state;
    assert_true(smtpspec_server_options_add(&options, SMTPSPEC_SPAN(""),
                                            &unknown));
    assert_true(smtpspec_server_options_add(
        &options, SMTPSPEC_SPAN("bare-lf, NOOP-200"), &unknown));
    assert_true(options.misdeeds[SMTPSPEC_MISDEED_BARE_LF]);
    assert_true(options.misdeeds[SMTPSPEC_MISDEED_NOOP_200]);
    assert_false(smtpspec_server_options_add(
        &options, SMTPSPEC_SPAN("rset-252,nonsense"), &unknown));
    assert_int_equal(unknown.length, 8);
    assert_memory_equal(unknown.at, "nonsense", 8);
    assert_false(options.misdeeds[SMTPSPEC_MISDEED_RSET_252]);
    assert_false(smtpspec_server_options_add(&options,
                                             SMTPSPEC_SPAN("bare-lf,"),
                                             &unknown));
    assert_int_equal(unknown.length, 0);
    assert_false(smtpspec_server_options_add(&options, SMTPSPEC_SPAN("none"),
                                             &unknown));
}

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

/* --- Every state, command and stimulus under every profile -------------- */

static const char *const ways[] = { "", "E", "HELO probe.example", "E|M",
                                    "E|M|R", "E|M|R|BDAT 6|NOOP", "E|M|RSET",
                                    "E|M|R|DATA|.", "E|M|R|M|R" };

static const char *const lines[] = {
    "HELO a.example", "HELO", "HELO -a-", "HELO a b", "helo a.example",
    "HELO a.example ", "HELO \x80", "HELO {600}", "EHLO a.example", "EHLO",
    "EHLO -a-", "EHLO a b", "ehlo a.example", "EHLO [127.0.0.1]", "EHLO \x01",
    "EHLO a.example\nNOOP", "EHLO {3000}", "LHLO a.example", "M", "MAIL",
    "MAIL FROM:<>", "MAIL FROM:", "MAIL FROM:alice", "MAIL FROM:<a@b@c>",
    "MAIL FROM:<> X=1", "MAIL FROM:<> SIZE=1", "MAIL FROM:<> SIZE=999999999",
    "MAIL FROM:<> BODY=BINARYMIME", "MAIL FROM:<> SMTPUTF8", "mail from:<>",
    "MAIL FROM:<> ", "MAIL FROM: <>", "MAIL FROM:<\xe9@b.example>",
    "MAIL FROM:<{600}>", "MAIL FROM:<> {600}=1", "MAIL FROM:<> {2100}", "R",
    "RCPT", "RCPT TO:", "RCPT TO:bob", "RCPT TO:<bob", "RCPT TO:<>",
    "RCPT TO:<nobody@b.example>", "RCPT TO:<bob@far.away>",
    "RCPT TO:<postmaster>", "RCPT TO:<bob@b.example> NOTIFY=NEVER",
    "RCPT TO:<{600}@b.example>", "rcpt to:<bob@b.example>",
    "RCPT TO:<\xe9@b.example>", "DATA|.", "DATA x", "data|.", "DATA |.",
    "DATA \x80", "BDAT 6|NOOP", "BDAT 0 LAST", "BDAT", "BDAT x", "BDAT 6 x",
    "BDAT 99999999999999999999999", "BURL imap://a", "RSET", "RSET x", "rset",
    "RSET ", "RSET\nRSET", "SEND FROM:<a@b.example>", "SEND",
    "SOML FROM:<a@b.example>", "SAML FROM:<a@b.example>", "VRFY alice",
    "VRFY nobody", "VRFY", "VRFY bob@far.away", "vrfy alice", "VRFY \xe9",
    "VRFY {600}", "EXPN staff", "EXPN nobody", "EXPN", "expn staff", "HELP",
    "HELP MAIL", "HELP XYZZY", "help", "HELP \x01", "HELP {600}", "NOOP",
    "NOOP text", "noop", "NOOP \x80", "NOOP {600}", "NOOP\rx", "QUIT",
    "QUIT x", "quit", "QUIT ", "QUIT \x80", "TURN", "TURN x", "STARTTLS",
    "STARTTLS x", "AUTH", "AUTH PLAIN", "AUTH PLAIN AGEAYg==", "ETRN",
    "ETRN b.example", "ATRN", "XYZZY", "xyzzy a", "", " NOOP", "\x01", "\xe9",
    "{600}", "{5000}", "250 OK", ".", "GET / HTTP/1.0",
};

static void keeps_to_its_tables(void **state)
{
    enum smtpspec_profile profile =
        (enum smtpspec_profile)(uintptr_t)*state;
    static struct heard heard;
    unsigned bad = 0;

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(ways); i++)
        for (size_t k = 0; k < SMTPSPEC_ARRAY_LEN(lines); k++) {
            char dialogue[6000];

            snprintf(dialogue, sizeof(dialogue), "%s%s%s|", ways[i],
                     ways[i][0] != '\0' ? "|" : "", lines[k]);
            play_to_judge(profile, SMTPSPEC_MISDEED_NONE, dialogue, false,
                          &heard);
            if (heard.bad == 0 && heard.lawful)
                continue;
            print_message("%s: %s: %s\n", dialogue, heard.rules,
                          heard.lawful ? "" : "(not lawful)");
            bad++;
        }
    assert_int_equal(bad, 0);
}

/* --- All of them -------------------------------------------------------- */

int main(void)
{
    static const struct CMUnitTest plain[] = {
        cmocka_unit_test(takes_a_thousand_recipients),
        cmocka_unit_test(takes_content_up_to_the_size_offered),
        cmocka_unit_test(takes_chunks_up_to_the_size_offered),
        cmocka_unit_test(keeps_no_more_output_than_it_has_room_for),
        cmocka_unit_test(says_421_when_nothing_comes),
        cmocka_unit_test(stands_any_octets),
        cmocka_unit_test(stands_any_octets_whatever_it_does_wrong),
        cmocka_unit_test(reads_lists_of_names),
        cmocka_unit_test(ignores_a_name_that_is_no_domain),
    };
    enum { PLAIN = SMTPSPEC_ARRAY_LEN(plain),
           HONEST = SMTPSPEC_ARRAY_LEN(honest),
           MISDEEDS = SMTPSPEC_MISDEED_COUNT - 1,
           PROFILES = SMTPSPEC_PROFILE_COUNT - 1 };
    static struct CMUnitTest tests[PLAIN + HONEST + 3 * MISDEEDS + PROFILES];
    static char names[3 * MISDEEDS + PROFILES][80];
    static const struct {
        const char *form;
        CMUnitTestFunction run;
    } each[] = { { "%s shows in its dialogue", shows_in_its_dialogue },
                 { "%s is seen by the judge", is_seen_by_the_judge },
                 { "%s has a good name", has_a_good_name } };
    size_t count = 0, named = 0;

    memcpy(tests, plain, sizeof(plain));
    count = PLAIN;
    for (size_t i = 0; i < HONEST; i++)
        tests[count++] = (struct CMUnitTest){
            .name = honest[i].name, .initial_state = &honest[i],
            .test_func = answers_the_same_in_every_split };
    for (size_t i = 1; i <= MISDEEDS; i++)
        for (size_t k = 0; k < SMTPSPEC_ARRAY_LEN(each); k++) {
            snprintf(names[named], sizeof(names[0]), each[k].form,
                     smtpspec_misdeed_name((enum smtpspec_misdeed)i));
            tests[count++] = (struct CMUnitTest){
                .name = names[named++], .initial_state = (void *)i,
                .test_func = each[k].run };
        }
    for (size_t i = 1; i <= PROFILES; i++) {
        snprintf(names[named], sizeof(names[0]), "keeps to the tables of %s",
                 smtpspec_profile_name((enum smtpspec_profile)i));
        tests[count++] = (struct CMUnitTest){
            .name = names[named++], .initial_state = (void *)i,
            .test_func = keeps_to_its_tables };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
