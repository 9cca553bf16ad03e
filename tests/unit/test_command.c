/* SPDX-License-Identifier: MIT */
/*
 * test_command.c - command lines: what each is found to be, and writing them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <smtpspec/command.h>
#include <smtpspec/ehlo.h>
#include <smtpspec/limits.h>

#include "support/page_end.h"
#include "support/rows.h"

#define NO_ARGUMENT    SMTPSPEC_FAULT_NO_ARGUMENT
#define EXTRA_ARGUMENT SMTPSPEC_FAULT_EXTRA_ARGUMENT
#define BAD_ARGUMENT   SMTPSPEC_FAULT_BAD_ARGUMENT
#define TOO_LONG       SMTPSPEC_FAULT_TOO_LONG
#define BAD_OCTETS     SMTPSPEC_FAULT_BAD_OCTETS
#define BLANKS         SMTPSPEC_FAULT_BLANKS
#define LOWER_CASE     SMTPSPEC_FAULT_LOWER_CASE
#define EIGHT_BIT      SMTPSPEC_FAULT_EIGHT_BIT
#define IS(name)       SMTPSPEC_COMMAND_##name

/* A line, and which command with which faults it is. */
static struct row {
    const char *line;
    enum smtpspec_command command;
    unsigned faults;
} rows[] = {
    { "", IS(UNKNOWN), 0 },
    { " ", IS(UNKNOWN), BLANKS },
    { "EHLO mx.example", IS(EHLO), 0 },
    { "EHLO [192.0.2.1]", IS(EHLO), 0 },
    { "HELO mx.example", IS(HELO), 0 },
    { "HELO [IPv6:::1]", IS(HELO), 0 },
    { "LHLO mx.example", IS(LHLO), 0 },
    { "EHLO", IS(EHLO), NO_ARGUMENT },
    { "HELO ", IS(HELO), NO_ARGUMENT | BLANKS },
    { "EHLO mx_1", IS(EHLO), BAD_ARGUMENT },
    { "EHLO a b", IS(EHLO), EXTRA_ARGUMENT },
    { "EHLO b\303\274cher", IS(EHLO), BAD_ARGUMENT | BAD_OCTETS | EIGHT_BIT },
    { "ehlo mx.example", IS(EHLO), LOWER_CASE },
    { "EhLO mx.example", IS(EHLO), LOWER_CASE },
    { "EHLO  mx.example", IS(EHLO), BLANKS },
    { " EHLO mx.example", IS(EHLO), BLANKS },
    { "EHLO mx.example ", IS(EHLO), BLANKS },
    { "EHLO\tmx.example", IS(EHLO), BLANKS },
    { "EHLO:mx.example", IS(EHLO), BAD_ARGUMENT },
    { "MAIL FROM:<a@b>", IS(MAIL), 0 },
    { "MAIL FROM:<>", IS(MAIL), 0 },
    { "MAIL from:<a@b>", IS(MAIL), 0 },
    { "MAIL FROM:<@x,@y:a@b>", IS(MAIL), 0 },
    { "MAIL FROM:<\"a>b\"@c>", IS(MAIL), 0 },
    { "MAIL FROM:<\"a\\\">\"@c> SIZE=1", IS(MAIL), 0 },
    { "MAIL FROM:<a@b> SIZE=1000 BODY=8BITMIME", IS(MAIL), 0 },
    { "MAIL FROM:<a@b> SMTPUTF8", IS(MAIL), 0 },
    { "MAIL FROM:<\303\266@b> SMTPUTF8", IS(MAIL), BAD_OCTETS | EIGHT_BIT },
    { "MAIL FROM:<a@b> X-a-1=!~", IS(MAIL), 0 },
    { "MAIL", IS(MAIL), NO_ARGUMENT },
    { "MAIL ", IS(MAIL), NO_ARGUMENT | BLANKS },
    { "MAIL FROM:", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM", IS(MAIL), BAD_ARGUMENT },
    { "MAIL TO:<a@b>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL <a@b>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM <a@b>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM: <a@b>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM :<a@b>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:a@b", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<Postmaster>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<\"a@b>", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b>SIZE=1", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> =1", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> SIZE=", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> SIZE==1", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> A=1=2", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> -A", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> A_B", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> A, B", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> A=1 \303\266", IS(MAIL), BAD_ARGUMENT | BAD_OCTETS | EIGHT_BIT },
    { "MAIL FROM:<a@b>  SIZE=1", IS(MAIL), BLANKS },
    { "MAIL FROM:<a@b> A  B", IS(MAIL), BLANKS },
    { "MAIL FROM:<a@b> ", IS(MAIL), BLANKS },
    { "MAIL FROM:<a@b>\tA", IS(MAIL), BLANKS | BAD_OCTETS },
    { "MAILFROM:<a@b>", IS(UNKNOWN), 0 },
    { "MAIL:FROM:<a@b>", IS(MAIL), BAD_ARGUMENT },
    { "RCPT TO:<a@b>", IS(RCPT), 0 },
    { "RCPT to:<a@b>", IS(RCPT), 0 },
    { "RCPT TO:<postmaster>", IS(RCPT), 0 },
    { "RCPT TO:<a@b> NOTIFY=NEVER", IS(RCPT), 0 },
    { "RCPT", IS(RCPT), NO_ARGUMENT },
    { "RCPT TO:<>", IS(RCPT), BAD_ARGUMENT },
    { "RCPT TO:<nobody>", IS(RCPT), BAD_ARGUMENT },
    { "RCPT TO: <a@b>", IS(RCPT), BAD_ARGUMENT },
    { "RCPT FROM:<a@b>", IS(RCPT), BAD_ARGUMENT },
    { "SEND FROM:<a@b>", IS(SEND), 0 },
    { "SOML FROM:<>", IS(SOML), 0 },
    { "SAML FROM:<a>", IS(SAML), BAD_ARGUMENT },
    { "DATA", IS(DATA), 0 },
    { "data", IS(DATA), LOWER_CASE },
    { "DATa", IS(DATA), LOWER_CASE },
    { "DATA ", IS(DATA), BLANKS },
    { "DATA x", IS(DATA), EXTRA_ARGUMENT },
    { "DATA.", IS(DATA), EXTRA_ARGUMENT | BAD_ARGUMENT },
    { "RSET", IS(RSET), 0 },
    { "RSET x", IS(RSET), EXTRA_ARGUMENT },
    { "QUIT", IS(QUIT), 0 },
    { "QUIT now", IS(QUIT), EXTRA_ARGUMENT },
    { "TURN", IS(TURN), 0 },
    { "TURN x", IS(TURN), EXTRA_ARGUMENT },
    { "STARTTLS", IS(STARTTLS), 0 },
    { "STARTTLS x", IS(STARTTLS), EXTRA_ARGUMENT },
    { "NOOP", IS(NOOP), 0 },
    { "NOOP a b", IS(NOOP), 0 },
    { "NOOP-NOOP", IS(NOOP), BAD_ARGUMENT },
    { "NOOPX", IS(UNKNOWN), 0 },
    { "NOO", IS(UNKNOWN), 0 },
    { "HELP", IS(HELP), 0 },
    { "HELP MAIL", IS(HELP), 0 },
    { "VRFY a", IS(VRFY), 0 },
    { "VRFY <a@b> c", IS(VRFY), 0 },
    { "VRFY", IS(VRFY), NO_ARGUMENT },
    { "EXPN list", IS(EXPN), 0 },
    { "EXPN", IS(EXPN), NO_ARGUMENT },
    { "VRFY a\tb", IS(VRFY), BAD_OCTETS },
    { "VRFY a\001b", IS(VRFY), BAD_OCTETS },
    { "VRFY a\177b", IS(VRFY), BAD_OCTETS },
    { "VRFY a\rb", IS(VRFY), BAD_OCTETS },
    { "VRFY a\nb", IS(VRFY), BAD_OCTETS },
    { "NOOP\r", IS(NOOP), BAD_OCTETS | BAD_ARGUMENT },
    { "NOOP \200\001", IS(NOOP), BAD_OCTETS | EIGHT_BIT },
    { "NOOP \200", IS(NOOP), BAD_OCTETS | EIGHT_BIT },
    { "BDAT 10", IS(BDAT), 0 },
    { "BDAT 0 LAST", IS(BDAT), 0 },
    { "BDAT 10 last", IS(BDAT), 0 },
    { "BDAT", IS(BDAT), NO_ARGUMENT },
    { "BDAT LAST", IS(BDAT), BAD_ARGUMENT },
    { "BDAT -1", IS(BDAT), BAD_ARGUMENT },
    { "BDAT 10 FIRST", IS(BDAT), BAD_ARGUMENT },
    { "BDAT 10 LAST x", IS(BDAT), EXTRA_ARGUMENT },
    { "BDAT 10  LAST", IS(BDAT), BLANKS },
    { "BDAT 18446744073709551616", IS(BDAT), BAD_ARGUMENT },
    { "BURL imap://a@b/x;urlauth=c LAST", IS(BURL), 0 },
    { "BURL imap://a@b/x", IS(BURL), 0 },
    { "BURL", IS(BURL), NO_ARGUMENT },
    { "BURL LAST", IS(BURL), BAD_ARGUMENT },
    { "BURL :x", IS(BURL), BAD_ARGUMENT },
    { "BURL imap:x y", IS(BURL), BAD_ARGUMENT },
    { "AUTH PLAIN", IS(AUTH), 0 },
    { "AUTH PLAIN AGEAYg==", IS(AUTH), 0 },
    { "AUTH plain =", IS(AUTH), 0 },
    { "AUTH SCRAM-SHA-1 YWJj", IS(AUTH), 0 },
    { "AUTH", IS(AUTH), NO_ARGUMENT },
    { "AUTH PL*IN", IS(AUTH), BAD_ARGUMENT },
    { "AUTH ABCDEFGHIJKLMNOPQRST", IS(AUTH), 0 },
    { "AUTH ABCDEFGHIJKLMNOPQRSTU", IS(AUTH), BAD_ARGUMENT },
    { "AUTH X", IS(AUTH), 0 },
    { "AUTH PLAIN A", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN =AAA", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN AGEAY", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN AG=A", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN A===", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN AG*A", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN AAAA BBBB", IS(AUTH), EXTRA_ARGUMENT },
    { "ETRN example.com", IS(ETRN), 0 },
    { "ETRN @example.com", IS(ETRN), 0 },
    { "ETRN #queue_1", IS(ETRN), 0 },
    { "ETRN", IS(ETRN), NO_ARGUMENT },
    { "ETRN #", IS(ETRN), BAD_ARGUMENT },
    { "ETRN @", IS(ETRN), BAD_ARGUMENT },
    { "ETRN @-a", IS(ETRN), BAD_ARGUMENT },
    { "ETRN a_b", IS(ETRN), BAD_ARGUMENT },
    { "ETRN a b", IS(ETRN), EXTRA_ARGUMENT },
    { "ATRN", IS(ATRN), 0 },
    { "ATRN a.example,b.example", IS(ATRN), 0 },
    { "ATRN a,", IS(ATRN), BAD_ARGUMENT },
    { "ATRN a,,b", IS(ATRN), BAD_ARGUMENT },
    { "ATRN a b", IS(ATRN), EXTRA_ARGUMENT },
    { "CONNECT example.com:443", IS(UNKNOWN), 0 },
    { "NOOP[", IS(NOOP), BAD_ARGUMENT },
    { "NOOP{", IS(NOOP), BAD_ARGUMENT },
    { "NOOP@", IS(NOOP), BAD_ARGUMENT },
    { "\tVRFY a b", IS(VRFY), BLANKS },
    { "MAIL FROM:<a@b> A=1=", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b> =", IS(MAIL), BAD_ARGUMENT },
    { "MAIL FROM:<a@b>A", IS(MAIL), BAD_ARGUMENT },
    { "AUTH *PLAIN", IS(AUTH), BAD_ARGUMENT },
    { "AUTH X_Y", IS(AUTH), 0 },
    { "AUTH X`Y", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN *", IS(AUTH), BAD_ARGUMENT },
    { "AUTH PLAIN AAAA B", IS(AUTH), EXTRA_ARGUMENT },
    { "BDAT 10 LAST xy", IS(BDAT), EXTRA_ARGUMENT },
    { "ETRN #q", IS(ETRN), 0 },
    { "ETRN a bc", IS(ETRN), EXTRA_ARGUMENT },
    { "DATA-END", IS(DATA), EXTRA_ARGUMENT | BAD_ARGUMENT },
    { "UNKNOWN", IS(UNKNOWN), 0 },
    { "XCLIENT NAME=a", IS(UNKNOWN), 0 },
    { "X-FOO", IS(UNKNOWN), 0 },
    { "z", IS(UNKNOWN), LOWER_CASE },
    { "foo bar", IS(UNKNOWN), LOWER_CASE },
    { ".", IS(UNKNOWN), 0 },
    { "\303\211HLO a", IS(UNKNOWN), BAD_OCTETS | EIGHT_BIT },
};

static void line(void **state)
{
    const struct row *row = *state;
    struct smtpspec_command_line read;

    smtpspec_command_parse(page_end_copy(0, smtpspec_span_of(row->line)), &read);
    assert_string_equal(smtpspec_command_name(read.command),
                        smtpspec_command_name(row->command));
    assert_int_equal(read.faults, row->faults);
}

/* The same behind a blank and with its verb in small letters. */
static void faults_add_up(void **state)
{
    const struct row *row = *state;
    struct smtpspec_command_line read;
    unsigned faults = row->faults | BLANKS;
    char text[80] = " ";
    bool in_verb = true;

    assert_true(strlen(row->line) < sizeof(text) - 1);
    for (size_t i = 0; row->line[i] != '\0'; i++) {
        char octet = row->line[i];
        bool letter = octet >= 'A' && octet <= 'Z';

        in_verb = in_verb && (letter || (octet >= 'a' && octet <= 'z'));
        if (in_verb)
            faults |= LOWER_CASE;
        text[i + 1] = in_verb && letter ? (char)(octet + 32) : octet;
    }
    smtpspec_command_parse(page_end_copy(0, smtpspec_span_of(text)), &read);
    assert_int_equal(read.command, row->command);
    assert_int_equal(read.faults, faults);
}

/* Where the parts of a line lie. */
static struct parts_row {
    const char *line, *verb, *argument, *path, *parameters;
    uint64_t chunk;
    bool last;
} parts_rows[] = {
    { "", "", "", "", "", 0, 0 },
    { "QUIT", "QUIT", "", "", "", 0, 0 },
    { " qUiT  x y \t", "qUiT", "x y", "", "", 0, 0 },
    { "MAIL FROM:<a@b>", "MAIL", "FROM:<a@b>", "<a@b>", "", 0, 0 },
    { "MAIL FROM:<a@b> A=1 B ", "MAIL", "FROM:<a@b> A=1 B", "<a@b>", "A=1 B", 0, 0 },
    { "MAIL FROM: <\">\"@b>  A", "MAIL", "FROM: <\">\"@b>  A", "<\">\"@b>", "A", 0, 0 },
    { "MAIL FROM:<a@b>A", "MAIL", "FROM:<a@b>A", "<a@b>", "A", 0, 0 },
    { "MAIL FROM:a@b A", "MAIL", "FROM:a@b A", "", "", 0, 0 },
    { "MAIL <a@b>", "MAIL", "<a@b>", "", "", 0, 0 },
    { "MAIL XXXX:<a@b> A", "MAIL", "XXXX:<a@b> A", "", "", 0, 0 },
    { "MAIL FROM:<a@b A", "MAIL", "FROM:<a@b A", "", "", 0, 0 },
    { "MAIL FROM:a@b> A", "MAIL", "FROM:a@b> A", "", "", 0, 0 },
    { "MAIL FROM:<a@[x:a>b]> A", "MAIL", "FROM:<a@[x:a>b]> A", "<a@[x:a>b]>", "A", 0, 0 },
    { "MAIL FROM:<a@[x> A", "MAIL", "FROM:<a@[x> A", "<a@[x>", "A", 0, 0 },
    { "MAIL FROM:<a@[> A", "MAIL", "FROM:<a@[> A", "<a@[>", "A", 0, 0 },
    { "MAIL FROM:<a[@x:a>b]> A", "MAIL", "FROM:<a[@x:a>b]> A", "<a[@x:a>", "b]> A", 0, 0 },
    { "RCPT TO:<> A", "RCPT", "TO:<> A", "<>", "A", 0, 0 },
    { "BDAT 86 LAST", "BDAT", "86 LAST", "", "LAST", 86, 1 },
    { "BDAT 18446744073709551615", "BDAT", "18446744073709551615", "", "", UINT64_MAX, 0 },
    { "BDAT 8x LAST", "BDAT", "8x LAST", "", "LAST", 0, 1 },
    { "BURL imap:x LAST", "BURL", "imap:x LAST", "", "LAST", 0, 1 },
    { "AUTH PLAIN AGEAYg==", "AUTH", "PLAIN AGEAYg==", "", "AGEAYg==", 0, 0 },
    { "RCPT:TO:<a@b>", "RCPT", ":TO:<a@b>", "", "", 0, 0 },
    { "X-Y z", "X", "-Y z", "", "", 0, 0 },
};

/* What the parameters ask for; once said, it stays said. */
#define BIT(name) SMTPSPEC_BIT64(SMTPSPEC_EXTENSION_##name)
static struct asked_row {
    const char *parameters;
    uint64_t extensions;
    bool bad_value, binarymime, smtputf8;
} asked_rows[] = {
    { "", 0, 0, 0, 0 },
    { "SIZE=1", BIT(SIZE), 0, 0, 0 },
    { "size=12345678901234567890", BIT(SIZE), 0, 0, 0 },
    { "SIZE=123456789012345678901", BIT(SIZE), 1, 0, 0 },
    { "SIZE", BIT(SIZE), 1, 0, 0 },
    { "SIZE=x", BIT(SIZE), 1, 0, 0 },
    { "SIZE=x1", BIT(SIZE), 1, 0, 0 },
    { "SIZE=1x", BIT(SIZE), 1, 0, 0 },
    { "SIZE=x SIZE=1", BIT(SIZE), 1, 0, 0 },
    { "SIZE=x BODY=7BIT", BIT(SIZE) | BIT(8BITMIME), 1, 0, 0 },
    { "SIZE=1 BODY=8BITMIME", BIT(SIZE) | BIT(8BITMIME), 0, 0, 0 },
    { "BODY=7bit", BIT(8BITMIME), 0, 0, 0 },
    { "BODY", BIT(8BITMIME), 1, 0, 0 },
    { "BODY=9BIT", BIT(8BITMIME), 1, 0, 0 },
    { "BODY=9BIT BODY=7BIT", BIT(8BITMIME), 1, 0, 0 },
    { "BODY=BINARYMIME", BIT(8BITMIME), 0, 1, 0 },
    { "BODY=BINARYMIME BODY=7BIT", BIT(8BITMIME), 0, 1, 0 },
    { "SMTPUTF8", BIT(SMTPUTF8), 0, 0, 1 },
    { "SMTPUTF8 RET=HDRS", BIT(SMTPUTF8) | BIT(DSN), 0, 0, 1 },
    { "RET=HDRS", BIT(DSN), 0, 0, 0 },
    { "FOO=1", BIT(NONE), 0, 0, 0 },
};

static void parameters_ask(void **state)
{
    const struct asked_row *row = *state;
    struct smtpspec_command_line read;
    char text[80];

    snprintf(text, sizeof(text), "MAIL FROM:<a@b> %s", row->parameters);
    smtpspec_command_parse(page_end_copy(0, smtpspec_span_of(text)), &read);
    assert_true(read.extensions == row->extensions);
    assert_int_equal(read.bad_value, row->bad_value);
    assert_int_equal(read.binarymime, row->binarymime);
    assert_int_equal(read.smtputf8, row->smtputf8);
}

static void assert_span(struct smtpspec_span span, const char *wanted)
{
    assert_int_equal(span.length, strlen(wanted));
    if (span.length > 0)
        assert_memory_equal(span.at, wanted, span.length);
}

static void parts(void **state)
{
    const struct parts_row *row = *state;
    struct smtpspec_command_line read;

    smtpspec_command_parse(page_end_copy(0, smtpspec_span_of(row->line)), &read);
    assert_span(read.verb, row->verb);
    assert_span(read.argument, row->argument);
    assert_span(read.path, row->path);
    assert_span(read.parameters, row->parameters);
    assert_int_equal(read.chunk, row->chunk);
    assert_int_equal(read.last, row->last);
}

static void nul_is_an_octet_as_any_other(void **state)
{
    struct smtpspec_command_line read;

    (void)state;
    smtpspec_command_parse(SMTPSPEC_SPAN("NOOP a\0b"), &read);
    assert_int_equal(read.faults, BAD_OCTETS);
    assert_int_equal(read.argument.length, 3);
    smtpspec_command_parse(SMTPSPEC_SPAN("QUIT\0"), &read);
    assert_int_equal(read.command, IS(QUIT));
    assert_int_equal(read.faults, BAD_OCTETS | EXTRA_ARGUMENT | BAD_ARGUMENT);
    smtpspec_command_parse((struct smtpspec_span){ NULL, 0 }, &read);
    assert_int_equal(read.command, IS(UNKNOWN));
}

static void a_line_over_512_octets_is_too_long(void **state)
{
    char text[600];

    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text, "NOOP ", 5);
    for (size_t length = 500; length < 520; length++) {
        struct smtpspec_command_line read;

        smtpspec_command_parse((struct smtpspec_span){ text, length }, &read);
        assert_int_equal(read.faults, length + 2 > 512 ? TOO_LONG : 0);
    }
    for (size_t i = 0; i < 2; i++) {
        struct smtpspec_command_line read;

        memcpy(text, i == 0 ? " nOOP " : "nOOP x", 6);
        text[599] = i == 0 ? 'x' : ' ';
        smtpspec_command_parse((struct smtpspec_span){ text, 600 }, &read);
        assert_int_equal(read.faults, TOO_LONG | BLANKS | LOWER_CASE);
    }
}

static void parameters_come_one_by_one(void **state)
{
    struct smtpspec_span rest = SMTPSPEC_SPAN(" SIZE=10  BODY=7BIT X a-b=!~ a=b=c");
    struct smtpspec_span keyword, value;
    static const char *const wanted[][2] = {
        { "SIZE", "10" }, { "BODY", "7BIT" }, { "X", "" }, { "a-b", "!~" },
    };

    (void)state;
    for (size_t i = 0; i < SMTPSPEC_ARRAY_LEN(wanted); i++) {
        assert_true(smtpspec_parameter_next(&rest, &keyword, &value));
        assert_span(keyword, wanted[i][0]);
        assert_span(value, wanted[i][1]);
    }
    assert_false(smtpspec_parameter_next(&rest, &keyword, &value));
    assert_span(rest, "a=b=c");
    assert_false(smtpspec_parameter_next(&rest, &keyword, &value));
    rest = SMTPSPEC_SPAN("a=b=");
    assert_false(smtpspec_parameter_next(&rest, &keyword, &value));
    rest = SMTPSPEC_SPAN("  ");
    assert_false(smtpspec_parameter_next(&rest, &keyword, &value));
    assert_span(rest, "");
}

static void each_octet_of_a_value(void **state)
{
    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        char text[] = "A=1x2";
        struct smtpspec_span rest = { text, 5 }, keyword, value;
        bool good = octet >= 32 && octet <= 126 && octet != '=';

        text[3] = (char)octet;
        assert_int_equal(smtpspec_parameter_next(&rest, &keyword, &value), good);
        if (good)
            assert_int_equal(value.length, octet == ' ' ? 1 : 3);
    }
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMTPSPEC_COMMAND_COUNT; i++) {
        enum smtpspec_command command = (enum smtpspec_command)i;
        const char *name = smtpspec_command_name(command);
        bool is_verb = smtpspec_command_is_verb(command);
        struct smtpspec_command_line read;
        char out[40];
        size_t length = smtpspec_command_write(command, SMTPSPEC_SPAN("a b"), out, sizeof(out));

        assert_int_equal(length, is_verb ? strlen(name) + 6 : 0);
        if (!is_verb)
            continue;
        assert_int_equal(strlen(out), length);
        assert_memory_equal(out + length - 2, "\r\n", 2);
        smtpspec_command_parse((struct smtpspec_span){ out, length - 2 }, &read);
        assert_int_equal(read.command, command);
        assert_span(read.verb, name);
        assert_span(read.argument, "a b");
    }
}

static void nothing_is_written_where_room_is_short(void **state)
{
    struct smtpspec_span none = { NULL, 0 };

    (void)state;
    for (size_t cap = 0; cap < 20; cap++) {
        char *out = page_end_room(0, cap);

        assert_int_equal(smtpspec_command_write(IS(NOOP),
                                                page_end_copy(1, SMTPSPEC_SPAN("abc")), out, cap),
                         cap < 11 ? 0 : 10);
        assert_int_equal(smtpspec_command_write(IS(NOOP), none, out, cap), cap < 7 ? 0 : 6);
        if (cap >= 7)
            assert_string_equal(out, "NOOP\r\n");
        assert_int_equal(smtpspec_command_write(IS(NOOP), SMTPSPEC_SPAN("a"), out, cap),
                         cap < 9 ? 0 : 8);
        if (cap >= 9)
            assert_string_equal(out, "NOOP a\r\n");
    }
}

static void each_command_has_its_name(void **state)
{
    (void)state;
    for (unsigned i = 1; i < SMTPSPEC_COMMAND_COUNT; i++) {
        const char *name = smtpspec_command_name((enum smtpspec_command)i);

        assert_true(strlen(name) >= 4);
        assert_int_equal(smtpspec_command_of(smtpspec_span_of(name)), i);
    }
    assert_int_equal(smtpspec_command_of(SMTPSPEC_SPAN("data-end")), IS(DATA_END));
    assert_int_equal(smtpspec_command_of(SMTPSPEC_SPAN("STAR")), IS(UNSET));
    assert_int_equal(smtpspec_command_of(SMTPSPEC_SPAN("STARTTLX")), IS(UNSET));
    assert_int_equal(smtpspec_command_of(SMTPSPEC_SPAN("")), IS(UNSET));
    assert_int_equal(smtpspec_command_of(SMTPSPEC_SPAN("?")), IS(UNSET));
    assert_string_equal(smtpspec_command_name(IS(COUNT)), "?");
    assert_string_equal(smtpspec_command_name(IS(AUTH_CONTINUE)), "AUTH-CONTINUE");
    assert_false(smtpspec_command_is_verb(IS(CONNECT)));
    assert_false(smtpspec_command_is_verb(IS(DATA_END)));
    assert_false(smtpspec_command_is_verb(IS(UNKNOWN)));
    assert_false(smtpspec_command_is_verb(IS(COUNT)));
    assert_true(smtpspec_command_is_verb(IS(LHLO)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nul_is_an_octet_as_any_other),
        cmocka_unit_test(a_line_over_512_octets_is_too_long),
        cmocka_unit_test(parameters_come_one_by_one),
        cmocka_unit_test(each_octet_of_a_value),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(nothing_is_written_where_room_is_short),
        cmocka_unit_test(each_command_has_its_name),
    };
    int failed = RUN_ROWS(line, rows);

    failed += RUN_ROWS(faults_add_up, rows);
    failed += RUN_ROWS(parts, parts_rows);
    failed += RUN_ROWS(parameters_ask, asked_rows);
    failed += cmocka_run_group_tests_name("command", tests, NULL, NULL);
    return failed;
}
