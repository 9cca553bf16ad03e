/* SPDX-License-Identifier: MIT */
/*
 * test_talk.c - what a fuzzed connection says, and when
 *
 * The server is a list of replies; each READ gets the next. What the talk does
 * is written down as one string: "> octets" it sends, "." it listens, "|" it
 * sends no more, "T" TLS, "!" it closes; CRLF is "/".
 */
#include "support/rows.h"

#include <string.h>

#include "fuzz/talk.h"

struct seen {
    char text[4096];
    char verdicts[512];
    unsigned doubtful;
};

static void put(char *text, size_t cap, struct smtpspec_span octets)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < octets.length; i++) {
        assert_true(length + 2 < cap);
        if (octets.at[i] == '\r' && i + 1 < octets.length &&
            octets.at[i + 1] == '\n')
            continue;
        text[length++] = octets.at[i] == '\n' ? '/' : octets.at[i];
    }
    text[length] = '\0';
}

static void on_verdict(void *context, const struct smtpspec_verdict *verdict, bool doubtful)
{
    struct seen *seen = context;
    char rule[64];

    if (verdict->outcome != SMTPSPEC_OUTCOME_FAIL)
        return;
    smtpspec_verdict_rule(verdict, rule, sizeof(rule));
    if (strstr(seen->verdicts, rule) != NULL)
        return;
    put(seen->verdicts, sizeof(seen->verdicts), smtpspec_span_of(rule));
    put(seen->verdicts, sizeof(seen->verdicts), SMTPSPEC_SPAN(" "));
    seen->doubtful += doubtful;
}

/* The next of replies, which are ended by '|'; "" is silence, "x" the close,
 * "r" a reset. */
static void answer(struct smtpspec_talk *talk, const char **replies)
{
    size_t length = strcspn(*replies, "|");
    struct smtpspec_span reply = { *replies, length };

    *replies += length + ((*replies)[length] == '|');
    if (length == 0)
        smtpspec_talk_silence(talk);
    else if (smtpspec_span_equal(reply, SMTPSPEC_SPAN("x")))
        smtpspec_talk_closed(talk, false);
    else if (smtpspec_span_equal(reply, SMTPSPEC_SPAN("r")))
        smtpspec_talk_closed(talk, true);
    else
        smtpspec_talk_heard(talk, reply);
}

/* Give it what it asks for until it is over, or has nothing more to play. */
static void drive(struct smtpspec_talk *talk, const char *script, const char *replies,
                  struct seen *seen)
{
    enum smtpspec_talk_act act;
    struct smtpspec_span octets;
    unsigned scripts = 0;

    for (unsigned turn = 0; turn < 200; turn++) {
        act = smtpspec_talk_next(talk, &octets);
        switch (act) {
        case SMTPSPEC_TALK_SEND:
            put(seen->text, sizeof(seen->text), SMTPSPEC_SPAN(">"));
            put(seen->text, sizeof(seen->text), octets);
            break;
        case SMTPSPEC_TALK_LISTEN:
            put(seen->text, sizeof(seen->text), SMTPSPEC_SPAN("."));
            smtpspec_talk_silence(talk);
            break;
        case SMTPSPEC_TALK_END: put(seen->text, sizeof(seen->text), SMTPSPEC_SPAN("|")); break;
        case SMTPSPEC_TALK_TLS:
            put(seen->text, sizeof(seen->text), SMTPSPEC_SPAN("T"));
            smtpspec_talk_secured(talk, true);
            break;
        case SMTPSPEC_TALK_READ: answer(talk, &replies); break;
        case SMTPSPEC_TALK_CLOSE: put(seen->text, sizeof(seen->text), SMTPSPEC_SPAN("!")); return;
        case SMTPSPEC_TALK_SCRIPT:
            if (scripts == 0)
                smtpspec_talk_play(talk, smtpspec_span_of(script));
            else if (scripts == 1)
                smtpspec_talk_settle(talk);
            else
                return;
            scripts++;
            break;
        }
    }
    fail_msg("it goes round in circles: %s", seen->text);
}

#define HI "220 a.example x\r\n|"
#define EHLO "250-a.example\r\n250 CHUNKING\r\n|"
#define PIPES "250-a.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n|"
#define K "250 k\r\n|"

static struct row {
    const char *name;
    bool careful;
    const char *script, *replies, *want, *verdicts;
} rows[] = {
    { "nothing is said before the greeting", false, "CNOOP\n", "|x|", "!",
      "session.no-reply " },
    { "lines wait for each other where no PIPELINING is offered", false,
      "CEHLO a\nCMAIL FROM:<>\nCRSET\n", HI EHLO K K, ">EHLO a/>MAIL FROM:<>/>RSET/", "" },
    { "and go out together where it is", false, "CEHLO a\nCMAIL FROM:<>\nCRSET\nCNOOP\nCRSET\n",
      HI PIPES "250 k\r\n250 k\r\n250 k\r\n|" K, ">EHLO a/>MAIL FROM:<>/RSET/NOOP/>RSET/", "" },
    { "a CRLF ends a line, though it be two lines of the script", false,
      "cNOOP^r\nC^nNOOP\n", HI "250 k\r\n|" K, ">NOOP/>NOOP/", "" },
    { "but not over a wait", false, "CEHLO a\nCMAIL FROM:<>\nt\nCRSET\n", HI PIPES K K,
      ">EHLO a/>MAIL FROM:<>/>RSET/", "" },
    { "content follows 354", false,
      "CEHLO a\nCMAIL FROM:<>\nCRCPT TO:<a@b.example>\nCDATA\nCx\nC.\nCNOOP\n",
      HI EHLO K K "354 go\r\n|" K K,
      ">EHLO a/>MAIL FROM:<>/>RCPT TO:<a@b.example>/>DATA/>x/./>NOOP/", "" },
    { "a group ends behind its end, too", false,
      "CEHLO a\nCMAIL FROM:<>\nCRCPT TO:<a@b.example>\nCDATA\nCx\nC.\nCNOOP\nCNOOP\n",
      HI PIPES "250 k\r\n250 k\r\n354 go\r\n|250 k\r\n250 k\r\n|" K,
      ">EHLO a/>MAIL FROM:<>/RCPT TO:<a@b.example>/DATA/>x/./NOOP/>NOOP/", "" },
    { "and is left out where DATA was refused", false, "CEHLO a\nCDATA\nt\nCx\nC.\nCNOOP\n",
      HI EHLO "503 no\r\n|" K, ">EHLO a/>DATA/>NOOP/", "" },
    { "or up to where the script waits", false, "CEHLO a\nCDATA\nt\nCx\nt\nCNOOP\n",
      HI EHLO "503 no\r\n|" K, ">EHLO a/>DATA/>NOOP/", "" },
    { "the octets of BDAT follow whatever comes", false, "CEHLO a\nCBDAT 4\ncx\nt\ncyzw\n",
      HI EHLO "503 no\r\n|", ">EHLO a/>BDAT 4/xyzw", "" },
    { "none where it is not clear how many", false, "CEHLO a\nCBDAT ^r6\nt\nCNOOP\n",
      HI EHLO "|", ">EHLO a/>BDAT \r6/!", "" },
    { "and are made up where there are not enough", false, "CEHLO a\nCBDAT 4\nt\ncx\n",
      HI EHLO "503 no\r\n|", ">EHLO a/>BDAT 4/xpad", "" },
    { "a session ends where another may begin: content", false,
      "CEHLO a\nCMAIL FROM:<>\nCRCPT TO:<a@b.example>\nCDATA\nt\ncx\n",
      HI EHLO K K "354 go\r\n|" K,
      ">EHLO a/>MAIL FROM:<>/>RCPT TO:<a@b.example>/>DATA/>x>/./", "" },
    { "a transaction", false, "CEHLO a\nCMAIL FROM:<>\n", HI EHLO K K,
      ">EHLO a/>MAIL FROM:<>/>RSET/", "" },
    { "a login", false, "CEHLO a\nCAUTH PLAIN\n",
      HI "250-a.example\r\n250 AUTH PLAIN\r\n|334 \r\n|501 x\r\n|",
      ">EHLO a/>AUTH PLAIN/>*/", "" },
    { "half a line", false, "cNOO\n", HI "500 what\r\n|", ">NOO>/", "" },
    { "a server that will not have it is left", false, "CEHLO a\nCMAIL FROM:<>\n",
      HI EHLO K "500 a\r\n|500 a\r\n|500 a\r\n|500 a\r\n|500 a\r\n|500 a\r\n|500 a\r\n|500 a\r\n|",
      ">EHLO a/>MAIL FROM:<>/>RSET/>RSET/>RSET/>RSET/>RSET/>RSET/>RSET/>RSET/!",
      "expect.RSET.MAIL state.required-verb.RSET " },
    { "a line that may be two is the last of a hasty talk", false, "CNOOP^nNOOP\nCRSET\n",
      HI K "250 k\r\n|x|", ">NOOP/NOOP/|!", "session.lf-ends-line " },
    { "whose close means nothing then", false, "CNOOP^nNOOP\nCRSET\n", HI "501 no\r\n|x|",
      ">NOOP/NOOP/|!", "" },
    { "a careful one listens, and goes on", true, "CNOOP^nNOOP\nCRSET\n", HI "501 no\r\n|" K,
      ">NOOP/NOOP/.>RSET/", "" },
    { "a close is one", true, "CNOOP^nNOOP\n", HI "x|", ">NOOP/NOOP/!", "session.close-silent " },
    { "but a reset may have swallowed the reply to QUIT", true, "CQUIT^n\n", HI "r|",
      ">QUIT//!", "" },
    { "as it has not where QUIT was none", true, "CNOOP\n", HI "r|", ">NOOP/!",
      "session.close-silent " },
    { "it looks at once what a lone dot does", true,
      "CEHLO a\nCMAIL FROM:<>\nCRCPT TO:<a@b.example>\nCDATA\nt\nCx^n.\nCy\nC.\n",
      HI EHLO K K "354 go\r\n|" K,
      ">EHLO a/>MAIL FROM:<>/>RCPT TO:<a@b.example>/>DATA/>x/./.>y/./", "" },
    { "and at each that may be one", true,
      "CEHLO a\nCMAIL FROM:<>\nCRCPT TO:<a@b.example>\nCDATA\nt\nCx^n.\nCy\nCz^n.\nC.\n",
      HI EHLO K K "354 go\r\n|" K,
      ">EHLO a/>MAIL FROM:<>/>RCPT TO:<a@b.example>/>DATA/>x/./.>y/z/./.>./", "" },
    { "a hasty one hangs up behind QUIT", false, "CQUIT\n", HI "221 bye\r\n|x|", ">QUIT/|!", "" },
    { "without judging what it does not hear", false, "CQUIT\n", HI "x|", ">QUIT/|!", "" },
    { "a careful one does not", true, "CQUIT\n", HI "x|", ">QUIT/!", "session.close-silent " },
    { "and wants the close", true, "CQUIT\n", HI "221 bye\r\n||", ">QUIT/!",
      "session.stays-open " },
    { "421 ends it without a fault", false, "CNOOP\nCNOOP\n", HI "421 busy\r\n|x|", ">NOOP/!", "" },
    { "TLS begins where STARTTLS was accepted", false, "CEHLO a\nCSTARTTLS\nCEHLO a\n",
      HI "250-a.example\r\n250 STARTTLS\r\n|220 go\r\n|" EHLO, ">EHLO a/>STARTTLS/T>EHLO a/", "" },
    { "silence is no reply", false, "CNOOP\n", HI "|", ">NOOP/!", "session.no-reply " },
    { "a close in a line is a close", false, "CNOOP\n", HI "250 k|x|", ">NOOP/!",
      "defect.unterminated session.close-silent " },
};

static void does_as_the_row_says(void **state)
{
    const struct row *row = *state;
    struct smtpspec_talk *talk = calloc(1, sizeof(*talk));
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct seen seen = { .text = "" };
    struct smtpspec_talk_sink sink = { .verdict = on_verdict, .context = &seen };

    smtpspec_talk_init(talk, &terms, &sink, row->careful);
    drive(talk, row->script, row->replies, &seen);
    assert_string_equal(seen.text, row->want);
    assert_string_equal(seen.verdicts, row->verdicts);
    smtpspec_talk_free(talk);
    free(talk);
}

/* What was sent is a script that sends the same again. */
static void history_repeats_it(void **state)
{
    static const char replies[] =
        HI PIPES "250 k\r\n250 k\r\n354 go\r\n|250 k\r\n|250 k\r\n|";
    struct smtpspec_terms terms = { .profile = SMTPSPEC_PROFILE_MODERN };
    struct smtpspec_talk *one = calloc(1, sizeof(*one)), *two = calloc(1, sizeof(*two));
    struct seen first = { .text = "" }, second = { .text = "" };
    char script[1024];

    (void)state;
    smtpspec_talk_init(one, &terms, NULL, false);
    drive(one,
          "CEHLO a\nCMAIL FROM:<>\nCRCPT TO:<a@b.example>\nCDATA\nCx^^\nCy\nC.\nCNOOP\n",
          replies, &first);
    snprintf(script, sizeof(script), "%.*s", (int)one->history.length, one->history.at);
    smtpspec_talk_init(two, &terms, NULL, false);
    drive(two, script, replies, &second);
    assert_string_equal(first.text, second.text);
    assert_non_null(strstr(script, "CDATA\nt\nCx^^\nCy\nC.\n"));
    smtpspec_talk_free(one);
    smtpspec_talk_free(two);
    free(one);
    free(two);
}

int main(void)
{
    struct CMUnitTest tests[SMTPSPEC_ARRAY_LEN(rows) + 1];

    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(rows); i++)
        tests[i] = (struct CMUnitTest){ .name = rows[i].name,
                                        .test_func = does_as_the_row_says,
                                        .initial_state = &rows[i] };
    tests[SMTPSPEC_ARRAY_LEN(rows)] =
        (struct CMUnitTest)cmocka_unit_test(history_repeats_it);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
